// SPDX-License-Identifier: GPL-3.0-or-later
// PhaseTimer on a clock that the test sets, and once on the real one.

#include "core/measure/load_phases.h"
#include "core/measure/phase_timer.h"

#include <QTest>

#include <algorithm>

using namespace perihelion;

namespace {

// A plain function reads it, so it cannot be a member.
PhaseTimer::Clock::time_point s_now;

PhaseTimer::Clock::time_point testNow()
{
    return s_now;
}

void pass(int nanoseconds)
{
    s_now += Nanoseconds(nanoseconds);
}

} // namespace

class PhaseTimerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { s_now = PhaseTimer::Clock::time_point(Nanoseconds(1'000'000)); }

    void timesOnePhaseAfterAnother()
    {
        PhaseTimer timer(&testNow);
        pass(5); // outside of every phase
        timer.begin(0);
        pass(10);
        timer.end();
        pass(7);
        timer.begin(1);
        pass(20);
        timer.end();
        timer.begin(0);
        pass(1);
        timer.end();
        QCOMPARE(timer.self(0).count(), 11);
        QCOMPARE(timer.self(1).count(), 20);
        QCOMPARE(timer.self(2).count(), 0);
        QCOMPARE(timer.elapsed().count(), 43);
    }

    void leavesNestedPhasesOut()
    {
        PhaseTimer timer(&testNow);
        {
            const PhaseTimer::Scope outer(timer, 0);
            pass(1);
            {
                const PhaseTimer::Scope middle(timer, 1);
                pass(10);
                {
                    const PhaseTimer::Scope inner(timer, 0); // the outer phase again, further in
                    pass(100);
                }
                pass(1000);
            }
            pass(10'000);
        }
        QCOMPARE(timer.self(0).count(), 1 + 100 + 10'000);
        QCOMPARE(timer.self(1).count(), 10 + 1000);
        QCOMPARE((timer.self(0) + timer.self(1)).count(), timer.elapsed().count());
        // Whole times hold what is nested, and a phase inside itself once.
        QCOMPARE(timer.total(0).count(), 11'111);
        QCOMPARE(timer.total(1).count(), 1110);
        QCOMPARE(timer.scopes(0), std::uint64_t{2});
        QCOMPARE(timer.allScopes(), std::uint64_t{3});
        QCOMPARE(timer.unattributed().count(), 0);
    }

    void goesAsDeepAsItSays()
    {
        PhaseTimer timer(&testNow);
        for (std::size_t depth = 0; depth < PhaseTimer::kMaxDepth; ++depth) {
            timer.begin(depth % PhaseTimer::kMaxPhases);
            pass(1);
        }
        for (std::size_t depth = 0; depth < PhaseTimer::kMaxDepth; ++depth) {
            timer.end();
        }
        for (std::size_t phase = 0; phase < std::min(PhaseTimer::kMaxPhases, PhaseTimer::kMaxDepth);
             ++phase) {
            QCOMPARE(timer.self(phase).count(), 1);
        }
    }

    void addsWhatOthersMeasured()
    {
        PhaseTimer timer(&testNow);
        timer.begin(3);
        pass(4);
        timer.add(3, Nanoseconds(100));
        timer.end();
        QCOMPARE(timer.self(3).count(), 104);
        timer.add(5, Nanoseconds(40));
        QVERIFY(timer.wasEntered(3) && timer.wasEntered(5) && !timer.wasEntered(4));
        QCOMPARE(timer.allScopes(), std::uint64_t{1});
        pass(50);
        QCOMPARE(timer.unattributed().count(), 10);
        timer.add(5, Nanoseconds(1000)); // more than time went by: several threads at once
        QCOMPARE(timer.unattributed().count(), 0);
    }

    void tellsWhatLiesInNoPhase()
    {
        PhaseTimer timer(&testNow);
        pass(1000);
        timer.restart();
        pass(3);
        timer.begin(0);
        pass(10);
        timer.begin(1);
        pass(20);
        timer.end();
        timer.end();
        pass(4);
        timer.stop();
        pass(5000);
        QCOMPARE(timer.elapsed().count(), 37);
        QCOMPARE(timer.unattributed().count(), 7);
        QCOMPARE(timer.total(0).count(), 30);
        QCOMPARE(timer.self(0).count(), 10);
        timer.restart();
        QCOMPARE(timer.elapsed().count(), 0);
        QCOMPARE(timer.allScopes(), std::uint64_t{0});
    }

    void calibratesItself()
    {
        QVERIFY(PhaseTimer::calibrateScopeCost() > Nanoseconds(0));
        QCOMPARE(PhaseTimer::calibrateScopeCost(&testNow).count(), 0); // a clock that stands still
    }

    void neverCountsTwiceOnTheRealClock()
    {
        PhaseTimer timer;
        for (int n = 0; n < 1000; ++n) {
            const PhaseTimer::Scope outer(timer, 0);
            const PhaseTimer::Scope inner(timer, 1);
        }
        QVERIFY(timer.self(0) >= Nanoseconds(0) && timer.self(1) >= Nanoseconds(0));
        const Nanoseconds sum = timer.self(0) + timer.self(1);
        QVERIFY(sum > Nanoseconds(0));
        QVERIFY(sum <= timer.elapsed());
    }

    void sumsTheLoadPhases()
    {
        const LoadPhases phases{Nanoseconds(1), Nanoseconds(20), Nanoseconds(300), Nanoseconds(4000),
                                Nanoseconds(50'000)};
        QCOMPARE(phases.total().count(), 54'321);
        QCOMPARE(toMilliseconds(Nanoseconds(1'500'000)), 1.5);
    }
};

QTEST_GUILESS_MAIN(PhaseTimerTest)

#include "tst_phase_timer.moc"
