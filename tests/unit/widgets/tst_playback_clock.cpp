// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/frame_rate_meter.h"
#include "widgets/models/playback_clock.h"

#include <QtTest>

using namespace perihelion;
using namespace std::chrono_literals;

namespace {

/// A clock whose wall time stands still until a test moves it.
struct Bench {
    Nanoseconds now{5s};
    PlaybackClock clock{[this] { return now; }};

    Bench() { clock.setRange(EventTime(1'000'000), EventTime(2'999'999)); }
    /// Moves to the middle of the n-th tick from here.
    void ticks(double n) { now += Nanoseconds(static_cast<std::int64_t>(n * 1e9 / 60)); }
};

EventTime ms(std::int64_t n)
{
    return EventTime(n * 1000);
}

} // namespace

class TestPlaybackClock : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void frameRateIsThatOfUnevenFramesToo();
    void hasTheStepsOfTheLauncher();
    void beginsPausedAtTheFirstEvent();
    void followsWallTimeAtEverySpeed();
    void givesEachTickOnce();
    void dropsAndCountsLateFrames();
    void doesNotJumpWhenSpeedChanges();
    void doesNotJumpWhenWindowOrDirectionChanges();
    void changingOftenNeitherGainsNorLosesTime();
    void reanchorsOnSeek();
    void clampsSeekAndStep();
    void stepPausesAndMovesByWindows();
    void loopsAfterShowingTheLastWindow();
    void stopsAtTheEndAndStartsOver();
    void runsBackwards();
    void shortRecordings();
    void growingWindowStaysInside();
    void exactRangeKeepsThePosition();
    void saysWhenTheNextTickBegins();
};

void TestPlaybackClock::hasTheStepsOfTheLauncher()
{
    const std::vector<double> speeds(PlaybackClock::speedSteps().begin(), PlaybackClock::speedSteps().end());
    QCOMPARE(speeds, (std::vector<double>{0.25, 0.5, 1, 2, 5, 10, 20, 50, 100}));
    const auto windows = PlaybackClock::windowSteps();
    QCOMPARE(windows.size(), std::size_t(6 + 19 + 5));
    QCOMPARE(windows.front(), EventTime(10));
    QCOMPARE(windows[6], ms(1));
    QCOMPARE(windows[7], EventTime(1500));
    QCOMPARE(windows[24], ms(10));
    QCOMPARE(windows[25], ms(15));
    QCOMPARE(windows.back(), ms(100));

    Bench bench;
    QCOMPARE(bench.clock.window(), ms(10));
    bench.clock.changeWindow(1);
    QCOMPARE(bench.clock.window(), ms(15));
    bench.clock.changeWindow(-2);
    QCOMPARE(bench.clock.window(), EventTime(9500));
    bench.clock.changeWindow(-100);
    QCOMPARE(bench.clock.window(), EventTime(10));
    bench.clock.setWindow(EventTime(1234));
    bench.clock.changeWindow(1);
    QCOMPARE(bench.clock.window(), EventTime(1500));
    bench.clock.setWindow(EventTime(1234));
    bench.clock.changeWindow(-1);
    QCOMPARE(bench.clock.window(), ms(1));
    bench.clock.changeSpeed(1);
    QCOMPARE(bench.clock.speed(), 2.0);
    bench.clock.changeSpeed(100);
    QCOMPARE(bench.clock.speed(), 100.0);
    bench.clock.changeSpeed(-100);
    QCOMPARE(bench.clock.speed(), 0.25);
}

void TestPlaybackClock::beginsPausedAtTheFirstEvent()
{
    Bench bench;
    QVERIFY(!bench.clock.isPlaying());
    QCOMPARE(bench.clock.position(), EventTime(1'000'000));
    bench.ticks(100);
    QVERIFY(!bench.clock.takeDueFrame().has_value());
    QCOMPARE(bench.clock.lateFrames(), 0);
}

void TestPlaybackClock::followsWallTimeAtEverySpeed()
{
    for (const double speed : PlaybackClock::speedSteps()) {
        Bench bench;
        bench.clock.setRange(EventTime(0), EventTime(1'000'000'000));
        bench.clock.seek(EventTime(0));
        bench.clock.setSpeed(speed);
        bench.clock.play();
        for (int tick = 1; tick <= 120; ++tick) {
            bench.now = Nanoseconds(5s) + Nanoseconds(tick * 1'000'000'000LL / 60 + 1'000'000);
            const auto due = bench.clock.takeDueFrame();
            QVERIFY(due.has_value());
            QCOMPARE(due->count(), std::llround(tick * speed * 1e6 / 60));
        }
        QCOMPARE(bench.clock.lateFrames(), 0);
        // Two seconds of wall time are two seconds of recording at 1×.
        QCOMPARE(bench.clock.position().count(), std::llround(2e6 * speed));
    }
}

void TestPlaybackClock::givesEachTickOnce()
{
    Bench bench;
    bench.clock.play();
    QVERIFY(!bench.clock.takeDueFrame().has_value());
    bench.ticks(0.9);
    QVERIFY(!bench.clock.takeDueFrame().has_value());
    bench.ticks(0.2);
    QVERIFY(bench.clock.takeDueFrame().has_value());
    QVERIFY(!bench.clock.takeDueFrame().has_value());
    QCOMPARE(bench.clock.lateFrames(), 0);
}

void TestPlaybackClock::dropsAndCountsLateFrames()
{
    Bench bench;
    bench.clock.play();
    bench.ticks(1.5);
    QVERIFY(bench.clock.takeDueFrame().has_value());
    bench.ticks(4);
    // Ticks 2, 3 and 4 passed; the frame of tick 5 is the only one that comes.
    QCOMPARE(bench.clock.takeDueFrame()->count(), 1'000'000 + std::llround(5e6 / 60));
    QCOMPARE(bench.clock.lateFrames(), 3);
    QVERIFY(!bench.clock.takeDueFrame().has_value());
    bench.clock.resetLateFrames();
    QCOMPARE(bench.clock.lateFrames(), 0);
}

void TestPlaybackClock::doesNotJumpWhenSpeedChanges()
{
    Bench bench;
    bench.clock.play();
    bench.ticks(30.5);
    QCOMPARE(bench.clock.takeDueFrame()->count(), 1'500'000);
    bench.clock.setSpeed(10);
    QVERIFY(!bench.clock.takeDueFrame().has_value());
    QCOMPARE(bench.clock.position().count(), 1'500'000);
    bench.ticks(1);
    QCOMPARE(bench.clock.takeDueFrame()->count(), 1'500'000 + std::llround(10e6 / 60));
    // A tick that has begun but was not taken before the change is still to be shown, once.
    bench.ticks(1);
    bench.clock.setSpeed(0.25);
    QCOMPARE(bench.clock.takeDueFrame()->count(), 1'500'000 + std::llround(20e6 / 60));
    QVERIFY(!bench.clock.takeDueFrame().has_value());
}

void TestPlaybackClock::doesNotJumpWhenWindowOrDirectionChanges()
{
    Bench bench;
    bench.clock.play();
    bench.ticks(30.5);
    bench.clock.takeDueFrame();
    bench.clock.setWindow(ms(50));
    QCOMPARE(bench.clock.position().count(), 1'500'000);
    bench.clock.setReverse(true);
    QCOMPARE(bench.clock.position().count(), 1'500'000);
    bench.ticks(3);
    QCOMPARE(bench.clock.takeDueFrame()->count(), 1'450'000);
    bench.clock.setReverse(false);
    bench.ticks(3);
    QCOMPARE(bench.clock.takeDueFrame()->count(), 1'500'000);
}

void TestPlaybackClock::changingOftenNeitherGainsNorLosesTime()
{
    Bench bench;
    bench.clock.setRange(EventTime(0), EventTime(1'000'000'000));
    bench.clock.seek(EventTime(0));
    bench.clock.play();
    for (int i = 0; i < 600; ++i) {
        bench.ticks(0.7);
        bench.clock.setSpeed(1);
        bench.clock.takeDueFrame();
    }
    // 600 × 0.7 ticks are seven seconds; the last tick may not have begun.
    QVERIFY2(std::abs(bench.clock.position().count() - 7'000'000) <= 20'000,
             qPrintable(QString::number(bench.clock.position().count())));
}

void TestPlaybackClock::reanchorsOnSeek()
{
    Bench bench;
    bench.clock.play();
    bench.ticks(10.5);
    bench.clock.takeDueFrame();
    bench.clock.seek(ms(2000));
    QVERIFY(bench.clock.isPlaying());
    QVERIFY(!bench.clock.takeDueFrame().has_value());
    bench.ticks(3.5);
    QCOMPARE(bench.clock.takeDueFrame()->count(), 2'050'000);
}

void TestPlaybackClock::clampsSeekAndStep()
{
    Bench bench;
    bench.clock.seek(ms(-5));
    QCOMPARE(bench.clock.position(), ms(1000));
    bench.clock.seek(ms(99'999));
    QCOMPARE(bench.clock.position(), ms(2990));
    bench.clock.step(1);
    QCOMPARE(bench.clock.position(), ms(2990));
    bench.clock.seek(ms(1005));
    bench.clock.step(-1);
    QCOMPARE(bench.clock.position(), ms(1000));
}

void TestPlaybackClock::stepPausesAndMovesByWindows()
{
    Bench bench;
    bench.clock.setReverse(true);
    bench.clock.seek(ms(1500));
    bench.clock.play();
    bench.clock.step(2);
    QVERIFY(!bench.clock.isPlaying());
    QCOMPARE(bench.clock.position(), ms(1520));
    bench.clock.step(-1);
    QCOMPARE(bench.clock.position(), ms(1510));
}

void TestPlaybackClock::loopsAfterShowingTheLastWindow()
{
    Bench bench;
    bench.clock.setSpeed(100);
    bench.clock.seek(ms(2500));
    bench.clock.play();
    bench.ticks(1.5);
    QCOMPARE(*bench.clock.takeDueFrame(), ms(2990));
    bench.ticks(1);
    QCOMPARE(*bench.clock.takeDueFrame(), ms(1000));
    QVERIFY(bench.clock.isPlaying());
    bench.ticks(1);
    QCOMPARE(bench.clock.takeDueFrame()->count(), 1'000'000 + std::llround(100e6 / 60));
    QCOMPARE(bench.clock.lateFrames(), 0);
}

void TestPlaybackClock::stopsAtTheEndAndStartsOver()
{
    Bench bench;
    bench.clock.setLoop(false);
    bench.clock.seek(ms(2985));
    bench.clock.play();
    bench.ticks(1.5);
    QCOMPARE(*bench.clock.takeDueFrame(), ms(2990));
    bench.ticks(1);
    QVERIFY(!bench.clock.takeDueFrame().has_value());
    QVERIFY(!bench.clock.isPlaying());
    QCOMPARE(bench.clock.position(), ms(2990));
    bench.clock.play();
    QCOMPARE(*bench.clock.takeDueFrame(), ms(1000));
}

void TestPlaybackClock::runsBackwards()
{
    Bench bench;
    bench.clock.setReverse(true);
    bench.clock.setLoop(false);
    bench.clock.play();
    QCOMPARE(*bench.clock.takeDueFrame(), ms(2990));
    bench.ticks(30.5);
    QCOMPARE(*bench.clock.takeDueFrame(), ms(2490));
    bench.ticks(300);
    QCOMPARE(*bench.clock.takeDueFrame(), ms(1000));
    bench.ticks(1);
    QVERIFY(!bench.clock.takeDueFrame().has_value());
    QVERIFY(!bench.clock.isPlaying());
    bench.clock.setLoop(true);
    bench.clock.seek(ms(1001));
    bench.clock.play();
    bench.ticks(1.5);
    QCOMPARE(*bench.clock.takeDueFrame(), ms(1000));
    bench.ticks(1);
    QCOMPARE(*bench.clock.takeDueFrame(), ms(2990));
}

void TestPlaybackClock::shortRecordings()
{
    Bench bench;
    // One event; a recording shorter than a window has one window.
    bench.clock.setRange(EventTime(42), EventTime(42));
    QCOMPARE(bench.clock.position(), EventTime(42));
    QCOMPARE(bench.clock.lastStart(), EventTime(42));
    bench.clock.setLoop(false);
    bench.clock.play();
    QCOMPARE(*bench.clock.takeDueFrame(), EventTime(42));
    bench.ticks(1.5);
    QVERIFY(!bench.clock.takeDueFrame().has_value());
    QVERIFY(!bench.clock.isPlaying());
    bench.clock.step(1);
    QCOMPARE(bench.clock.position(), EventTime(42));
    bench.clock.setRange(EventTime(5), EventTime(-5));
    QCOMPARE(bench.clock.lastEvent(), EventTime(5));
}

void TestPlaybackClock::growingWindowStaysInside()
{
    Bench bench;
    bench.clock.seek(ms(2990));
    bench.clock.setWindow(ms(100));
    QCOMPARE(bench.clock.position(), ms(2900));
}

void TestPlaybackClock::exactRangeKeepsThePosition()
{
    Bench bench;
    bench.clock.seek(ms(1500));
    bench.clock.setRange(ms(900), ms(3500));
    QCOMPARE(bench.clock.position(), ms(1500));
    bench.clock.setRange(ms(1600), ms(3500));
    QCOMPARE(bench.clock.position(), ms(1600));
}

void TestPlaybackClock::saysWhenTheNextTickBegins()
{
    Bench bench;
    bench.clock.play();
    for (int i = 0; i < 1000; ++i) {
        bench.now += bench.clock.untilNextTick();
        QVERIFY(bench.clock.takeDueFrame().has_value());
    }
    QCOMPARE(bench.clock.lateFrames(), 0);
    QVERIFY(bench.clock.untilNextTick() <= Nanoseconds(16'666'667));
}

void TestPlaybackClock::frameRateIsThatOfUnevenFramesToo()
{
    FrameRateMeter meter;
    QCOMPARE(meter.framesPerSecond(), 0.0);
    // 60 frames a second, every other one early.
    Nanoseconds at(0);
    for (int i = 0; i < 600; ++i) {
        at += std::chrono::microseconds(i % 2 == 0 ? 8'000 : 25'333);
        meter.note(at);
    }
    QVERIFY2(std::abs(meter.framesPerSecond() - 60) < 4,
             qPrintable(QString::number(meter.framesPerSecond())));
    meter.reset();
    QCOMPARE(meter.framesPerSecond(), 0.0);
}

QTEST_GUILESS_MAIN(TestPlaybackClock)
#include "tst_playback_clock.moc"
