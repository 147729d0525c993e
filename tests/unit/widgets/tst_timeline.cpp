// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/theme.h"
#include "widgets/views/rate_curve_view.h"
#include "widgets/views/timeline.h"

#include <QtTest>

using namespace perihelion;

class TestTimeline : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void mapsTimesAndPlaces();
    void mapsASingleMoment();
    void clicksAndDragsAskForTimes();
    void pagesWithTheKeyboard();
    void paintsEveryState();
    void keepsShortBursts();
    void drawsRatesAsSteps();
};

namespace {

struct Strip {
    Theme theme;
    Timeline timeline{theme};

    Strip()
    {
        theme.setMode(ThemeMode::Dark);
        timeline.resize(1004, 56);
        timeline.setReference({EventTime(1'000'000), EventTime(0), EventTime(0), false},
                              EventTime(11'000'000));
    }
};

} // namespace

void TestTimeline::mapsTimesAndPlaces()
{
    const TimelineScale scale{EventTime(1'000), EventTime(2'000), 10, 200};
    QCOMPARE(scale.toX(EventTime(1'000)), 10.0);
    QCOMPARE(scale.toX(EventTime(1'500)), 110.0);
    QCOMPARE(scale.toX(EventTime(9'999)), 210.0);
    QCOMPARE(scale.toTime(110), EventTime(1'500));
    QCOMPARE(scale.toTime(-5), EventTime(1'000));
    QCOMPARE(scale.toTime(9'999), EventTime(2'000));
}

void TestTimeline::mapsASingleMoment()
{
    const TimelineScale scale{EventTime(7), EventTime(7), 10, 200};
    QCOMPARE(scale.toX(EventTime(7)), 10.0);
    QCOMPARE(scale.toTime(100), EventTime(7));
    QCOMPARE((TimelineScale{EventTime(7), EventTime(9), 0, 0}.toTime(5)), EventTime(7));
}

void TestTimeline::clicksAndDragsAskForTimes()
{
    Strip strip;
    QSignalSpy seeks(&strip.timeline, &Timeline::seekRequested);
    QSignalSpy scrubs(&strip.timeline, &Timeline::scrubbed);
    QTest::mousePress(&strip.timeline, Qt::LeftButton, {}, {502, 30});
    QCOMPARE(seeks.count(), 1);
    QCOMPARE(seeks.last().at(0).value<EventTime>(), EventTime(6'000'000));
    QTest::mouseMove(&strip.timeline, {602, 30});
    QTest::mouseRelease(&strip.timeline, Qt::LeftButton, {}, {602, 30});
    QCOMPARE(seeks.last().at(0).value<EventTime>(), EventTime(7'000'000));
    for (const auto& scrub : scrubs) {
        QCOMPARE(scrub.at(0).value<EventTime>(), EventTime(7'000'000));
    }
    QTest::mouseClick(&strip.timeline, Qt::RightButton, {}, {10, 30});
    QCOMPARE(seeks.count(), 2);
}

void TestTimeline::pagesWithTheKeyboard()
{
    Strip strip;
    QSignalSpy seeks(&strip.timeline, &Timeline::seekRequested);
    strip.timeline.setPosition(EventTime(5'000'000), EventTime(10'000));
    QTest::keyClick(&strip.timeline, Qt::Key_PageDown);
    QCOMPARE(seeks.last().at(0).value<EventTime>(), EventTime(6'000'000));
    QTest::keyClick(&strip.timeline, Qt::Key_PageUp);
    QCOMPARE(seeks.last().at(0).value<EventTime>(), EventTime(4'000'000));
    QCOMPARE(strip.timeline.focusPolicy(), Qt::StrongFocus);
    QVERIFY(!strip.timeline.accessibleName().isEmpty());
}

void TestTimeline::paintsEveryState()
{
    Strip strip;
    strip.timeline.setProgress(0.4);
    QVERIFY(!strip.timeline.grab().isNull());
    strip.timeline.setRate({EventTime(1'000'000), {5, 0, 7, 9, 0, 0, 0, 1, 2, 3}});
    strip.timeline.setBookmarks({EventTime(2'000'000), EventTime(3'000'000)});
    strip.timeline.setPosition(EventTime(6'000'000), EventTime(100'000));
    const QImage image = strip.timeline.grab().toImage();
    // The handle stands where the position is.
    QCOMPARE(image.pixelColor(502, 3), strip.theme.color(ColorRole::AccentLabel));
    strip.timeline.setReference({}, EventTime(0));
    strip.timeline.setRate({EventTime(1), {1}});
    QVERIFY(!strip.timeline.grab().isNull());
}

void TestTimeline::keepsShortBursts()
{
    // 2 048 bins on a strip of 200 pixels: the one bin with events must still be seen.
    Strip strip;
    strip.timeline.resize(204, 56);
    strip.timeline.setPosition(EventTime(1'000'000), EventTime(0));
    RateCurve rate{EventTime(4'883), std::vector<std::uint32_t>(2048, 0)};
    rate.eventsPerBin[1024] = 1'000;
    strip.timeline.setRate(rate);
    const QImage image = strip.timeline.grab().toImage();
    const QColor empty = image.pixelColor(60, 20);
    bool seen = false;
    for (int x = 95; x < 110; ++x) {
        seen = seen || image.pixelColor(x, 20) != empty;
    }
    QVERIFY(seen);
}

void TestTimeline::drawsRatesAsSteps()
{
    Theme theme;
    RateCurveView view(theme);
    view.resize(200, 40);
    view.setCurve({EventTime(1), {1}});
    // A single event is one bar: the same from side to side, with no slope to a peak.
    const QImage one = view.grab().toImage();
    for (const int x : {1, 50, 150, 198}) {
        for (int y = 0; y < one.height(); ++y) {
            QCOMPARE(one.pixel(x, y), one.pixel(100, y));
        }
    }
    // Two events with nothing between: bars at the ends, and the ground in between.
    view.setCurve({EventTime(1), {1, 0, 0, 1}});
    const QImage two = view.grab().toImage();
    QCOMPARE(two.pixel(10, 20), two.pixel(40, 20));
    QCOMPARE(two.pixel(60, 20), two.pixel(140, 20));
    QVERIFY(two.pixel(40, 20) != two.pixel(60, 20));
    QCOMPARE(two.pixel(160, 20), two.pixel(190, 20));
}

QTEST_MAIN(TestTimeline)
#include "tst_timeline.moc"
