// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/canvas_transform.h"

#include <QtTest>

#include <cmath>

using namespace perihelion;

namespace {

CanvasTransform canvas(QSize sensor, QSizeF view, qreal ratio = 1.0)
{
    CanvasTransform transform;
    transform.setViewport(view, ratio);
    transform.setSensor(sensor);
    return transform;
}

void compare(QPointF actual, QPointF expected)
{
    QVERIFY2(std::abs(actual.x() - expected.x()) < 1e-6 && std::abs(actual.y() - expected.y()) < 1e-6,
             qPrintable(QStringLiteral("%1, %2 instead of %3, %4")
                            .arg(actual.x())
                            .arg(actual.y())
                            .arg(expected.x())
                            .arg(expected.y())));
}

} // namespace

class TestCanvasTransform : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fitsWithWholeScales();
    void fitsBelowOne();
    void mapsBothWays_data();
    void mapsBothWays();
    void findsThePixel();
    void zoomsAboutThePointer();
    void walksTheScales();
    void pansWithoutGaps();
    void resizingKeepsFitOrCentre();
    void sharpOnDenseScreens();
    void rubberBands();
    void nothingOpen();
};

void TestCanvasTransform::fitsWithWholeScales()
{
    const CanvasTransform transform = canvas({346, 260}, {1070, 690});
    QCOMPARE(transform.scale(), 2.0);
    QVERIFY(transform.isFitted());
    // Letterboxed in the middle, on whole pixels.
    QCOMPARE(transform.deviceRect(), QRectF(189, 85, 692, 520));
}

void TestCanvasTransform::fitsBelowOne()
{
    const CanvasTransform transform = canvas({1280, 720}, {640, 600});
    QCOMPARE(transform.scale(), 0.5);
    QCOMPARE(transform.deviceRect(), QRectF(0, 120, 640, 360));
}

void TestCanvasTransform::mapsBothWays_data()
{
    QTest::addColumn<double>("ratio");
    QTest::addColumn<double>("scale");
    for (const double ratio : {1.0, 1.5, 2.0}) {
        for (const double scale : {0.25, 1.0, 3.0, 16.0}) {
            QTest::addRow("ratio %.1f scale %.2f", ratio, scale) << ratio << scale;
        }
    }
}

void TestCanvasTransform::mapsBothWays()
{
    QFETCH(double, ratio);
    QFETCH(double, scale);
    CanvasTransform transform = canvas({640, 480}, {800, 500}, ratio);
    transform.zoomTo(scale, {400, 250});
    transform.panBy({37, -11});
    for (const QPointF point : {QPointF(0, 0), QPointF(123.5, 77.25), QPointF(639, 479)}) {
        compare(transform.toSensor(transform.toWidget(point)), point);
    }
    // One sensor pixel is scale device pixels wide.
    const QPointF step = transform.toWidget({11, 10}) - transform.toWidget({10, 10});
    QVERIFY(std::abs(step.x() * ratio - transform.scale()) < 1e-6);
}

void TestCanvasTransform::findsThePixel()
{
    const CanvasTransform transform = canvas({10, 10}, {45, 40});
    QCOMPARE(transform.scale(), 4.0);
    // (45 − 40) / 2 is rounded to a whole pixel.
    QCOMPARE(transform.deviceRect().left(), 3.0);
    QCOMPARE(transform.pixelAt({3, 0}), std::optional(QPoint(0, 0)));
    QCOMPARE(transform.pixelAt({6.9, 3.9}), std::optional(QPoint(0, 0)));
    QCOMPARE(transform.pixelAt({7, 4}), std::optional(QPoint(1, 1)));
    QCOMPARE(transform.pixelAt({42.9, 39.9}), std::optional(QPoint(9, 9)));
    QVERIFY(!transform.pixelAt({2.9, 10}).has_value());
    QVERIFY(!transform.pixelAt({43, 10}).has_value());
    QVERIFY(!transform.pixelAt({10, -1}).has_value());
}

void TestCanvasTransform::zoomsAboutThePointer()
{
    CanvasTransform transform = canvas({1280, 720}, {1000, 700});
    const QPointF pointer(300, 350);
    const QPointF under = transform.toSensor(pointer);
    for (int i = 0; i < 5; ++i) {
        transform.zoomBy(1, pointer);
        const QPointF now = transform.toSensor(pointer);
        // The offset is a whole device pixel, so that the point may move by less than one.
        QVERIFY(std::abs(now.x() - under.x()) * transform.scale() < 1.0 + 5.0);
        QVERIFY(!transform.isFitted());
    }
    QCOMPARE(transform.pixelAt(pointer)->x(), static_cast<int>(under.x()));
}

void TestCanvasTransform::walksTheScales()
{
    CanvasTransform transform = canvas({1280, 720}, {1066, 688});
    QVERIFY(transform.scale() < 1.0);
    transform.zoomBy(1, {500, 300});
    QCOMPARE(transform.scale(), 1.0);
    transform.zoomBy(2, {500, 300});
    QCOMPARE(transform.scale(), 3.0);
    transform.zoomBy(-1, {500, 300});
    QCOMPARE(transform.scale(), 2.0);
    transform.zoomBy(-2, {500, 300});
    QCOMPARE(transform.scale(), 2.0 / 3.0);
    transform.zoomBy(100, {500, 300});
    QCOMPARE(transform.scale(), CanvasTransform::kLargestScale);
    transform.zoomBy(-100, {500, 300});
    QCOMPARE(transform.scale(), CanvasTransform::kSmallestScale);
    transform.zoomTo(2.9, {500, 300});
    QCOMPARE(transform.scale(), 2.0);
    transform.fit();
    QVERIFY(transform.isFitted());
}

void TestCanvasTransform::pansWithoutGaps()
{
    CanvasTransform transform = canvas({100, 100}, {200, 100});
    transform.zoomTo(4.0, {100, 50});
    transform.panBy({10'000, 10'000});
    QCOMPARE(transform.deviceRect().topLeft(), QPointF(0, 0));
    transform.panBy({-10'000, -10'000});
    QCOMPARE(transform.deviceRect().bottomRight(), QPointF(200, 100));
    // Smaller than the canvas: it stays in the middle.
    transform.zoomTo(1.0, {0, 0});
    transform.panBy({30, 30});
    QCOMPARE(transform.deviceRect(), QRectF(50, 0, 100, 100));
}

void TestCanvasTransform::resizingKeepsFitOrCentre()
{
    CanvasTransform transform = canvas({100, 100}, {200, 200});
    QCOMPARE(transform.scale(), 2.0);
    transform.setViewport({500, 400}, 1.0);
    QCOMPARE(transform.scale(), 4.0);
    transform.zoomTo(10.0, {250, 200});
    const QPointF middle = transform.toSensor({250, 200});
    transform.setViewport({300, 300}, 1.0);
    QCOMPARE(transform.scale(), 10.0);
    compare(transform.toSensor({150, 150}), middle);
}

void TestCanvasTransform::sharpOnDenseScreens()
{
    // At 200 % the same canvas has twice the pixels: from one device-independent pixel up scales are whole …
    const CanvasTransform large = canvas({100, 100}, {250, 250}, 2.0);
    QCOMPARE(large.scale(), 5.0);
    // … and below that a frame still fills the canvas.
    const CanvasTransform small = canvas({1280, 720}, {1066, 688}, 2.0);
    QVERIFY(std::abs(small.scale() - 2132.0 / 1280) < 1e-9);
    CanvasTransform actual = small;
    actual.zoomTo(1.0, {500, 300});
    QCOMPARE(actual.scale(), 1.0);
}

void TestCanvasTransform::rubberBands()
{
    const CanvasTransform transform = canvas({10, 10}, {40, 40});
    QCOMPARE(transform.pixelsBetween({4, 4}, {11.9, 7.9}), QRect(1, 1, 2, 1));
    QCOMPARE(transform.pixelsBetween({11.9, 7.9}, {4, 4}), QRect(1, 1, 2, 1));
    QCOMPARE(transform.pixelsBetween({5, 5}, {5, 5}), QRect(1, 1, 1, 1));
    QCOMPARE(transform.pixelsBetween({-100, -100}, {1000, 1000}), QRect(0, 0, 10, 10));
    QCOMPARE(transform.widgetRect(QRect(1, 2, 3, 4)), QRectF(4, 8, 12, 16));
}

void TestCanvasTransform::nothingOpen()
{
    CanvasTransform transform;
    transform.fit();
    transform.zoomBy(1, {3, 3});
    QVERIFY(!transform.pixelAt({0, 0}).has_value());
    QVERIFY(transform.pixelsBetween({0, 0}, {5, 5}).isEmpty());
}

QTEST_GUILESS_MAIN(TestCanvasTransform)
#include "tst_canvas_transform.moc"
