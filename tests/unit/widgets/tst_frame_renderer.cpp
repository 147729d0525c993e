// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/frame_renderer.h"
#include "widgets/theme/theme.h"

#include <QtTest>

#include <cmath>

using namespace perihelion;

namespace {

/// Tables whose colours say their own index, so that an expected pixel is a number.
FrameStyle indexStyle()
{
    FrameStyle style;
    for (int i = 0; i < 256; ++i) {
        style.diverging << qRgb(i, 1, 0);
        style.sequential << qRgb(i, 2, 0);
    }
    return style;
}

AccumulatedFrame frameOf(AccumulateMode mode, int width, const std::vector<std::int32_t>& values,
                         EventTime length = EventTime(1000))
{
    AccumulatedFrame frame;
    frame.mode = mode;
    frame.width = width;
    frame.height = static_cast<int>(values.size()) / width;
    frame.values.assign(values.begin(), values.end());
    frame.windowLength = length;
    return frame;
}

/// Red channels row by row.
std::vector<int> indices(const QImage& image)
{
    std::vector<int> found;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            found.push_back(qRed(image.pixel(x, y)));
        }
    }
    return found;
}

} // namespace

class TestFrameRenderer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void polarity();
    void signedCount();
    void signedCountLinear();
    void accumulate();
    void accumulateLinear();
    void emptyAndExtremeCounts();
    void timeSurface();
    void timeSurfaceOfLongWindows();
    void keepsTheImageWhenItFits();
    void everyPaletteShowsItsColours();
    void viewsHaveStableIds();
    void frame720pIsFast();
};

void TestFrameRenderer::polarity()
{
    QImage image;
    renderFrame(frameOf(AccumulateMode::Polarity, 3, {-1, 0, 1, 1, 0, -1}), indexStyle(), image);
    QCOMPARE(image.size(), QSize(3, 2));
    QCOMPARE(image.format(), QImage::Format_RGB32);
    QCOMPARE(indices(image), (std::vector<int>{0, 128, 255, 255, 128, 0}));
    QCOMPARE(image.pixel(0, 0), qRgb(0, 1, 0));
}

void TestFrameRenderer::signedCount()
{
    QImage image;
    renderFrame(frameOf(AccumulateMode::SignedCount, 5, {-7, -1, 0, 1, 7}), indexStyle(), image);
    // log(1 + 1) / log(1 + 7) is a third: level 0.4 + 0.6 / 3 = 0.6.
    QCOMPARE(indices(image), (std::vector<int>{0, 51, 128, 204, 255}));
}

void TestFrameRenderer::signedCountLinear()
{
    FrameStyle style = indexStyle();
    style.logScale = false;
    QImage image;
    renderFrame(frameOf(AccumulateMode::SignedCount, 4, {-3, 0, 1, 2}), style, image);
    QCOMPARE(indices(image), (std::vector<int>{0, 128, 204, 230}));
}

void TestFrameRenderer::accumulate()
{
    QImage image;
    renderFrame(frameOf(AccumulateMode::Count, 3, {0, 1, 7}), indexStyle(), image);
    QCOMPARE(indices(image), (std::vector<int>{0, 153, 255}));
    QCOMPARE(image.pixel(0, 0), qRgb(0, 2, 0));
}

void TestFrameRenderer::accumulateLinear()
{
    FrameStyle style = indexStyle();
    style.logScale = false;
    QImage image;
    renderFrame(frameOf(AccumulateMode::Count, 3, {0, 1, 3}), style, image);
    QCOMPARE(indices(image), (std::vector<int>{0, 153, 255}));
}

void TestFrameRenderer::emptyAndExtremeCounts()
{
    QImage image;
    renderFrame(frameOf(AccumulateMode::Count, 2, {0, 0}), indexStyle(), image);
    QCOMPARE(indices(image), (std::vector<int>{0, 0}));
    renderFrame(frameOf(AccumulateMode::SignedCount, 2, {0, 0}), indexStyle(), image);
    QCOMPARE(indices(image), (std::vector<int>{128, 128}));
    const std::int32_t most = std::numeric_limits<std::int32_t>::max();
    const std::int32_t least = std::numeric_limits<std::int32_t>::min();
    renderFrame(frameOf(AccumulateMode::SignedCount, 2, {most, least}), indexStyle(), image);
    QCOMPARE(indices(image), (std::vector<int>{255, 0}));
    renderFrame(frameOf(AccumulateMode::Count, 2, {most, least}), indexStyle(), image);
    QCOMPARE(indices(image), (std::vector<int>{255, 0}));
}

void TestFrameRenderer::timeSurface()
{
    FrameStyle style = indexStyle();
    style.decay = EventTime(500);
    QImage image;
    // Values are ± (µs since the window's start + 1): newest, a decay constant old, oldest, none.
    renderFrame(frameOf(AccumulateMode::TimeSurface, 5, {1000, -1000, 500, 1, 0}), style, image);
    const auto on = [](double level) { return 128 + static_cast<int>(std::lround(127 * level)); };
    QCOMPARE(indices(image),
             (std::vector<int>{255, 0, on(std::exp(-1.0)), on(std::exp(-999.0 / 500.0)), 128}));
    // Without a constant of its own it fades to 1/e³ over the window.
    style.decay = EventTime(0);
    renderFrame(frameOf(AccumulateMode::TimeSurface, 1, {1}, EventTime(3000)), style, image);
    QCOMPARE(indices(image), (std::vector<int>{on(std::exp(-2999.0 / 1000.0))}));
}

void TestFrameRenderer::timeSurfaceOfLongWindows()
{
    FrameStyle style = indexStyle();
    style.decay = EventTime(100'000);
    QImage image;
    renderFrame(frameOf(AccumulateMode::TimeSurface, 4, {100'000, -100'000, 1, 50'000}, EventTime(100'000)),
                style, image);
    const std::vector<int> found = indices(image);
    QCOMPARE(found[0], 255);
    QCOMPARE(found[1], 0);
    QVERIFY(std::abs(found[2] - (128 + 127 * std::exp(-1.0))) < 1.0);
    QVERIFY(std::abs(found[3] - (128 + 127 * std::exp(-0.5))) < 1.0);
}

void TestFrameRenderer::keepsTheImageWhenItFits()
{
    QImage image;
    renderFrame(frameOf(AccumulateMode::Polarity, 2, {1, 1}), indexStyle(), image);
    const uchar* pixels = image.constBits();
    renderFrame(frameOf(AccumulateMode::Polarity, 2, {-1, 0}), indexStyle(), image);
    QCOMPARE(image.constBits(), pixels);
    renderFrame(frameOf(AccumulateMode::Polarity, 1, {-1, 0}), indexStyle(), image);
    QCOMPARE(image.size(), QSize(1, 2));
}

void TestFrameRenderer::everyPaletteShowsItsColours()
{
    const Theme theme;
    for (const ThemeTokens* tokens : {&theme.darkTokens(), &theme.lightTokens()}) {
        QStringList ids;
        for (const FramePalette& palette : tokens->framePalettes) {
            ids << palette.id;
            QImage image;
            const FrameStyle style = FrameStyle::fromPalette(palette);
            renderFrame(frameOf(AccumulateMode::Polarity, 3, {-1, 0, 1}), style, image);
            QCOMPARE(image.pixel(0, 0), palette.off.rgb());
            QCOMPARE(image.pixel(1, 0), palette.background.rgb());
            QCOMPARE(image.pixel(2, 0), palette.on.rgb());
            renderFrame(frameOf(AccumulateMode::Count, 2, {0, 9}), style, image);
            QCOMPARE(image.pixel(0, 0), palette.sequential.front().rgb());
            QCOMPARE(image.pixel(1, 0), palette.sequential.back().rgb());
        }
        for (const char16_t* id : {u"sky", u"classic", u"viridis", u"cividis"}) {
            QVERIFY2(ids.contains(QString::fromUtf16(id)), qPrintable(QString::fromUtf16(id)));
        }
    }
}

void TestFrameRenderer::viewsHaveStableIds()
{
    for (const FrameView view : kFrameViews) {
        QCOMPARE(frameViewFromId(frameViewId(view)), view);
        QVERIFY(!frameViewName(view).isEmpty());
    }
    QCOMPARE(frameViewFromId(u"nonsense"), FrameView::Polarity);
}

void TestFrameRenderer::frame720pIsFast()
{
    // Printed, not asserted: times belong to the machine.
    std::vector<std::int32_t> values(1280 * 720);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = i % 7 == 0 ? static_cast<std::int32_t>(i % 9999) - 5000 : 0;
    }
    const FrameStyle style = indexStyle();
    for (const FrameView view : kFrameViews) {
        const AccumulatedFrame frame = frameOf(accumulateMode(view), 1280, values, EventTime(10'000));
        QImage image;
        renderFrame(frame, style, image);
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < 5; ++i) {
            renderFrame(frame, style, image);
        }
        qInfo("%s: %.2f ms", qPrintable(frameViewName(view)),
              static_cast<double>(timer.nsecsElapsed()) / 5e6);
    }
    QVERIFY(true);
}

QTEST_MAIN(TestFrameRenderer)
#include "tst_frame_renderer.moc"
