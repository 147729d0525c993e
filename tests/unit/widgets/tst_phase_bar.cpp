// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/phase_bar.h"

#include <QtTest>

using namespace perihelion;
using namespace std::chrono_literals;

class TestPhaseBar : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fillsTheBarInProportion();
    void survivesNoTimeAtAll();
    void wrapsTheLegend();
    void paintsTheColours();
};

void TestPhaseBar::fillsTheBarInProportion()
{
    PhaseBar bar;
    bar.setSegments({{QStringLiteral("a"), 1ms, Qt::red},
                     {QStringLiteral("b"), 3ms, Qt::blue},
                     {QStringLiteral("c"), -5ms, Qt::green}});
    QCOMPARE(bar.total(), Nanoseconds(4ms));
    const auto rects = bar.segmentRects(QRect(10, 0, 100, 14));
    QCOMPARE(rects.size(), std::size_t(3));
    QCOMPARE(rects[0], QRect(10, 0, 25, 14));
    QCOMPARE(rects[1], QRect(35, 0, 75, 14));
    QCOMPARE(rects[2].width(), 0);
}

void TestPhaseBar::survivesNoTimeAtAll()
{
    PhaseBar bar;
    bar.setSegments({{QStringLiteral("a"), 0ns, Qt::red}});
    QCOMPARE(bar.segmentRects(QRect(0, 0, 100, 14)).front().width(), 0);
    bar.setSegments({});
    QVERIFY(bar.segmentRects(QRect(0, 0, 100, 14)).empty());
    QCOMPARE(bar.heightForWidth(100), 14);
}

void TestPhaseBar::wrapsTheLegend()
{
    PhaseBar bar;
    std::vector<PhaseSegment> segments;
    for (int i = 0; i < 5; ++i) {
        segments.push_back({QStringLiteral("accumulate"), 1ms, Qt::red});
    }
    bar.setSegments(segments);
    QVERIFY(bar.heightForWidth(150) > bar.heightForWidth(2000));
}

void TestPhaseBar::paintsTheColours()
{
    PhaseBar bar;
    bar.setSegments(
        {{QStringLiteral("a"), 1ms, QColor(10, 20, 30)}, {QStringLiteral("b"), 1ms, QColor(200, 100, 50)}});
    bar.resize(200, bar.heightForWidth(200));
    const QImage image = bar.grab().toImage();
    QCOMPARE(image.pixelColor(50, 7), QColor(10, 20, 30));
    QCOMPARE(image.pixelColor(150, 7), QColor(200, 100, 50));
}

QTEST_MAIN(TestPhaseBar)
#include "tst_phase_bar.moc"
