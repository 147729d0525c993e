// SPDX-License-Identifier: GPL-3.0-or-later
// The music of the simulation: the earlier profiler's counts, pitches and times in parity mode, scores of
// scenarios, and notes as sound.

#include "core/workloads/simulation/music_synth.h"
#include "core/workloads/simulation/orbit_score.h"
#include "core/workloads/simulation/simulation_workload.h"
#include "tests/support/test_support.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace perihelion;

namespace {

Result<OrbitScore> scoreOf(const QJsonObject& values, const CancelToken& cancel = {})
{
    const SimulationWorkload workload;
    const auto scenario = Scenario::make(workload.parameterSet(), QStringLiteral("test"), values);
    return scenario ? OrbitScore::of(*scenario, cancel) : Result<OrbitScore>(scenario.error());
}

QJsonObject parityValues(int planets, double duration)
{
    return {{QStringLiteral("mode"), QStringLiteral("parity")},
            {QStringLiteral("planets"), planets},
            {QStringLiteral("duration"), duration}};
}

std::vector<MusicEvent> noteOns(const OrbitScore& score, std::uint32_t planet)
{
    std::vector<MusicEvent> ons;
    std::copy_if(score.events.begin(), score.events.end(), std::back_inserter(ons),
                 [planet](const MusicEvent& event) { return event.on && event.planet == planet; });
    return ons;
}

/// A note from a time on, for so long.
std::vector<MusicEvent> oneNote(int midi, double from, double seconds, bool pad = false)
{
    std::vector<MusicEvent> events(2);
    events[0].time = from;
    events[0].midi = midi;
    events[0].loudness = 100;
    events[0].pad = pad;
    events[1].time = from + seconds;
    events[1].on = false;
    return events;
}

/// The greatest sample in a span of seconds.
int loudest(const std::vector<std::int16_t>& samples, double from, double to, int rate = 44'100)
{
    int greatest = 0;
    for (auto at = static_cast<std::size_t>(from * rate); at < static_cast<std::size_t>(to * rate); ++at) {
        greatest = std::max(greatest, std::abs(static_cast<int>(samples.at(at))));
    }
    return greatest;
}

/// How much of a frequency a span of samples holds, and of it alone: one bin of a Fourier transform.
double share(const std::vector<std::int16_t>& samples, double frequency, double from, double to)
{
    double real = 0;
    double imaginary = 0;
    double power = 0;
    const auto first = static_cast<std::size_t>(from * 44'100);
    const auto last = static_cast<std::size_t>(to * 44'100);
    for (std::size_t at = first; at < last; ++at) {
        const double angle = 2 * std::numbers::pi * frequency * static_cast<double>(at) / 44'100;
        const double value = samples.at(at);
        real += value * std::cos(angle);
        imaginary += value * std::sin(angle);
        power += value * value;
    }
    return 2 * (real * real + imaginary * imaginary) / (power * static_cast<double>(last - first));
}

} // namespace

class SimulationMusicTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void parityMusicOfTheBaseline()
    {
        const auto score = scoreOf(parityValues(10, 20));
        PERIHELION_VERIFY_RESULT(score);
        QCOMPARE(score->events.size(), std::size_t{86});
        QCOMPARE(score->notes(), 38);
        QCOMPARE(score->pads(), 5);
        const std::size_t turns[] = {15, 9, 7, 5, 2};
        const double first[] = {1.40, 2.40, 3.55, 4.65, 5.00};
        const int midi[] = {48, 52, 55, 60, 64, 67, 72, 76, 79, 84};
        const int loud[] = {20, 20, 20, 21, 22, 11, 12, 13, 15, 16};
        const double eccentricity[] = {0.9368, 0.9420, 0.6083, 0.6864, 0.5107};
        for (std::uint32_t planet = 0; planet < 10; ++planet) {
            const std::vector<MusicEvent> ons = noteOns(*score, planet);
            QCOMPARE(ons.size(), planet < 5 ? turns[planet] : std::size_t{1});
            QCOMPARE(ons.front().midi, midi[planet]);
            QCOMPARE(ons.front().loudness, loud[planet]);
            QCOMPARE(ons.front().pad, planet >= 5);
            if (planet < 5) {
                QVERIFY(std::abs(ons.front().time - first[planet]) < 1e-9);
            } else {
                QCOMPARE(ons.front().envelope.size(), std::size_t{101});
                QVERIFY(std::abs(ons.front().eccentricity - eccentricity[planet - 5]) < 1e-4);
            }
        }
    }

    void parityMusicOfTheDenseSystem()
    {
        const auto score = scoreOf(parityValues(18, 60));
        PERIHELION_VERIFY_RESULT(score);
        // The system is chaotic: one bit of the start, or another order of summing, makes anything from 53 to
        // 118 notes of it. That there are 66 as there were shows that every rounding is the earlier one.
        QCOMPARE(score->events.size(), std::size_t{150});
        QCOMPARE(score->notes(), 66);
        QCOMPARE(score->pads(), 9);
        const int midi[] = {36, 40, 43, 48, 52, 55, 60, 64, 67, 72, 76, 79, 84, 88, 91, 96, 100, 103};
        for (std::uint32_t planet = 0; planet < 18; ++planet) {
            const std::vector<MusicEvent> ons = noteOns(*score, planet);
            for (const MusicEvent& on : ons) {
                QCOMPARE(on.midi, midi[planet]);
                QCOMPARE(on.pad, planet >= 9);
                const double steps = on.time / 0.05; // Notes fall on samples there.
                QVERIFY(std::abs(steps - std::round(steps)) < 1e-9);
            }
            if (planet >= 9) {
                QCOMPARE(ons.size(), std::size_t{1});
                QCOMPARE(ons.front().envelope.size(), std::size_t{301});
                QCOMPARE(ons.front().time, 0.0);
            }
        }
        // Before chaos takes over at about 8 s, notes and times do not depend on the last bit.
        std::vector<double> times;
        for (const MusicEvent& event : score->events) {
            if (event.on && !event.pad && event.time <= 5.001) {
                times.push_back(event.time);
            }
        }
        const std::vector<double> expected{1.40, 2.50, 2.80, 3.50, 4.20, 4.25, 4.40, 4.50};
        QCOMPARE(times.size(), expected.size());
        for (std::size_t at = 0; at < times.size(); ++at) {
            QVERIFY(std::abs(times[at] - expected[at]) < 1e-9);
        }
    }

    void scoresAreWholeWhateverIsTold()
    {
        const auto all = scoreOf({{QStringLiteral("duration"), 10}});
        PERIHELION_VERIFY_RESULT(all);
        QCOMPARE(all->title, QStringLiteral("test"));
        QCOMPARE(all->duration, 10.0);
        QCOMPARE(all->pads(), 5);
        QCOMPARE(all->events.size(), static_cast<std::size_t>(2 * (all->notes() + all->pads())));
        QVERIFY(std::is_sorted(all->events.begin(), all->events.end(),
                               [](const MusicEvent& a, const MusicEvent& b) { return a.time < b.time; }));
        // The answer may be thinned or leave the events out; the music stays the same.
        const auto thinned = scoreOf({{QStringLiteral("duration"), 10},
                                      {QStringLiteral("max_samples"), 3},
                                      {QStringLiteral("output"), QStringLiteral("trajectory only")}});
        PERIHELION_VERIFY_RESULT(thinned);
        QCOMPARE(thinned->events.size(), all->events.size());
        for (std::size_t at = 0; at < all->events.size(); ++at) {
            QCOMPARE(thinned->events[at].time, all->events[at].time);
        }
    }

    void scoresThatCannotBe()
    {
        const auto nobody = scoreOf({{QStringLiteral("planets"), 0}});
        QVERIFY(!nobody && nobody.error().message.contains(u"has no planets"));
        CancelToken cancelled;
        cancelled.cancel();
        const auto stopped = scoreOf({}, cancelled);
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
        const auto other = OrbitScore::of(Scenario(), CancelToken());
        QVERIFY(!other && other.error().message.contains(u"Only the workload simulation"));
    }

    void frequencies()
    {
        QCOMPARE(noteFrequency(69), 440.0);
        QCOMPARE(noteFrequency(81), 880.0);
        QVERIFY(std::abs(noteFrequency(60) - 261.6255653) < 1e-6);
    }

    void notesSoundAtTheirPitch_data()
    {
        QTest::addColumn<int>("midi");
        QTest::newRow("lowest of 18 planets") << 36;
        QTest::newRow("middle C") << 60;
        QTest::newRow("highest of 18 planets") << 103;
    }

    void notesSoundAtTheirPitch()
    {
        QFETCH(const int, midi);
        SynthOptions options;
        options.duration = 2;
        const auto sound = synthesise(oneNote(midi, 0.0, 1.5), options);
        PERIHELION_VERIFY_RESULT(sound);
        QVERIFY(share(*sound, noteFrequency(midi), 0.3, 1.3) > 0.999);
        QVERIFY(share(*sound, noteFrequency(midi + 1), 0.3, 1.3) < 0.01);
    }

    void notesRiseAndFade()
    {
        SynthOptions options;
        options.duration = 4;
        const auto sound = synthesise(oneNote(69, 1.0, 0.5), options);
        PERIHELION_VERIFY_RESULT(sound);
        QCOMPARE(sound->size(), static_cast<std::size_t>(std::ceil((4 + 6 * 0.30) * 44'100)));
        QCOMPARE(loudest(*sound, 0, 0.999), 0);
        const int held = loudest(*sound, 1.1, 1.4);
        QVERIFY(std::abs(held / 32767.0 - 0.4 * 0.6 * 100 / 127) < 0.002);
        QVERIFY(loudest(*sound, 1.0, 1.0175) < 0.51 * held); // Half way up the attack of 35 ms.
        // A time constant after the end a third is left, after six nothing.
        QVERIFY(std::abs(loudest(*sound, 1.68, 1.69) / static_cast<double>(held) - std::exp(-1)) < 0.02);
        QCOMPARE(loudest(*sound, 1.5 + 6 * 0.18 + 0.001, 5), 0);
        const auto pad = synthesise(oneNote(69, 1.0, 2.0, true), options);
        PERIHELION_VERIFY_RESULT(pad);
        QVERIFY(loudest(*pad, 1.0, 1.15) < 0.51 * loudest(*pad, 1.5, 2.5)); // 300 ms up.
        QVERIFY(loudest(*pad, 1.5, 2.5) < held);
    }

    void padsFollowTheirEnvelope()
    {
        std::vector<MusicEvent> events = oneNote(60, 0, 4, true);
        events[0].envelope = {{0, 1}, {2, 0.2}, {4, 1}};
        SynthOptions options;
        options.duration = 4;
        const auto sound = synthesise(events, options);
        PERIHELION_VERIFY_RESULT(sound);
        const int loud = loudest(*sound, 0.35, 0.40);
        QVERIFY(loudest(*sound, 1.98, 2.02) < 0.65 * loud);
        QVERIFY(loudest(*sound, 3.8, 3.98) > loud);
    }

    void manyVoicesNeverClip()
    {
        std::vector<MusicEvent> events;
        for (std::uint32_t planet = 0; planet < 100; ++planet) {
            MusicEvent on = oneNote(60, 0.0, 1.0).front();
            on.planet = planet;
            on.loudness = 127;
            events.push_back(on);
        }
        SynthOptions options;
        options.duration = 1;
        const auto sound = synthesise(events, options);
        PERIHELION_VERIFY_RESULT(sound);
        const int greatest = loudest(*sound, 0, 2);
        QVERIFY2(greatest > 31'000 && greatest < 32'000, qPrintable(QString::number(greatest)));
        // A sine that was cut off holds overtones.
        QVERIFY(share(*sound, noteFrequency(60), 0.2, 0.9) > 0.999);
        const auto again = synthesise(events, options);
        PERIHELION_VERIFY_RESULT(again);
        QCOMPARE(*again, *sound);
    }

    void soundThatCannotBeMade()
    {
        SynthOptions options;
        options.sampleRate = 100;
        QVERIFY(!synthesise({}, options));
        options = SynthOptions();
        for (const double duration : {0.0, -1.0, std::nan(""), 601.0}) {
            options.duration = duration;
            const auto sound = synthesise({}, options);
            QVERIFY(!sound && sound.error().code == ErrorCode::InvalidArgument);
        }
        CancelToken cancelled;
        cancelled.cancel();
        const auto stopped = synthesise(oneNote(60, 0, 10), SynthOptions(), cancelled);
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(SimulationMusicTest)
#include "tst_simulation_music.moc"
