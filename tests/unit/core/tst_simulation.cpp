// SPDX-License-Identifier: GPL-3.0-or-later
// The simulation around its physics: systems as JSON, music, MIDI, payload, and the workload as a whole.

#include "core/workloads/simulation/midi_file.h"
#include "core/workloads/simulation/simulation_workload.h"
#include "core/workloads/workload_registry.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <limits>
#include <map>
#include <numbers>

#include <zlib.h>

using namespace perihelion;

namespace {

QString text(std::string_view piece)
{
    return QString::fromUtf8(piece.data(), static_cast<qsizetype>(piece.size()));
}

QString decimal(double value, int decimals)
{
    char place[40];
    return text({place, static_cast<std::size_t>(writeDecimal(place, value, decimals) - place)});
}

struct Played {
    SimulationEngine engine;
    std::vector<PlanetStats> stats;
    std::vector<MusicEvent> events;
};

void play(Played& played, const SimulationRequest& request)
{
    QVERIFY(played.engine.start(request));
    QVERIFY(played.engine.run({}));
    played.stats = planetStats(request, played.engine.trajectory());
    played.events.clear();
    orbitEvents(request, played.engine.trajectory(), played.stats, played.events);
    velocityPads(request, played.engine.trajectory(), played.stats, played.events);
    sortEvents(played.events);
}

SimulationRequest parityRequest(int planets, double duration)
{
    SimulationRequest request;
    request.mode = SimulationMode::Parity;
    request.system = PlanetSystem::series(planets);
    request.duration = duration;
    return request;
}

std::vector<MusicEvent> noteOns(const Played& played, std::uint32_t planet)
{
    std::vector<MusicEvent> ons;
    for (const MusicEvent& event : played.events) {
        if (event.on && event.planet == planet) {
            ons.push_back(event);
        }
    }
    return ons;
}

QByteArray inflated(std::string_view gzip, std::size_t size)
{
    QByteArray plain(static_cast<qsizetype>(size), '\0');
    z_stream stream{};
    if (inflateInit2(&stream, 15 + 16) != Z_OK) {
        return {};
    }
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
    stream.avail_in = static_cast<uInt>(gzip.size());
    stream.next_out = reinterpret_cast<Bytef*>(plain.data());
    stream.avail_out = static_cast<uInt>(size);
    const int state = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    return state == Z_STREAM_END ? plain : QByteArray();
}

/// A message of a MIDI file, with its time in ticks.
struct ReadMessage {
    qint64 tick = 0;
    int status = 0;
    int first = 0;
    int second = 0;
};

/// Reads a file of format 0 by the book; empty where it is none.
std::vector<ReadMessage> readMidi(const QByteArray& file)
{
    const auto byte = [&file](qsizetype at) {
        return static_cast<int>(static_cast<unsigned char>(file.at(at)));
    };
    if (!file.startsWith(QByteArray("MThd\0\0\0\6\0\0\0\1\x01\xE0MTrk", 18)) ||
        file.size() != 22 + (byte(18) << 24 | byte(19) << 16 | byte(20) << 8 | byte(21))) {
        return {};
    }
    std::vector<ReadMessage> messages;
    qint64 tick = 0;
    for (qsizetype at = 22; at < file.size();) {
        qint64 pause = 0;
        do {
            pause = pause << 7 | (byte(at) & 0x7F);
        } while (byte(at++) & 0x80);
        tick += pause;
        ReadMessage message{tick, byte(at++), 0, 0};
        if (message.status == 0xFF) {
            message.first = byte(at);
            at += 2 + byte(at + 1);
        } else {
            message.first = byte(at++);
            message.second = (message.status & 0xF0) == 0xC0 ? 0 : byte(at++);
        }
        messages.push_back(message);
    }
    return messages;
}

Result<WorkloadResult> runWith(SimulationWorkload& workload, const QJsonObject& values)
{
    const auto scenario = Scenario::make(workload.parameterSet(), QStringLiteral("test"), values);
    if (!scenario) {
        return scenario.error();
    }
    PhaseTimer timer;
    return workload.run(*scenario, timer, {});
}

} // namespace

class SimulationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void systemsGoOutAndIn()
    {
        PlanetSystem system = PlanetSystem::series(4);
        system.star.velocity = {0.1, 0.2, 0.3};
        system.planets[1].position = SpacePoint{1, 2, 3};
        system.planets[2].velocity = SpacePoint{-1, 0.5, 0};
        system.planets[3].ellipticity = 0.4;
        system.planets[3].name = QStringLiteral("Übel \"zitiert\"");
        const QByteArray json = QJsonDocument(system.toJson()).toJson();
        const auto back = PlanetSystem::read(json, QStringLiteral("own.json"));
        QVERIFY2(back, back ? "" : qPrintable(back.error().sentence()));
        QVERIFY(*back == system);
    }

    void wrongSystemsNameFileLineAndKey_data()
    {
        QTest::addColumn<QByteArray>("planet");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const char* planet, const QString& said) {
            QTest::newRow(name) << QByteArray(planet) << said;
        };
        row("mass 0", R"("distance": 1, "mass": 0)",
            QStringLiteral("planets.1.mass must be a number above 0"));
        row("mass -1", R"("distance": 1, "mass": -1)", QStringLiteral("not -1"));
        row("mass as text", R"("distance": 1, "mass": "big")", QStringLiteral("not \"big\""));
        row("mass null", R"("distance": 1, "mass": null)", QStringLiteral("not null"));
        row("kind", R"("distance": 1, "kind": "ice")",
            QStringLiteral("planets.1.kind must be \"rocky\" or \"gas\""));
        row("ellipticity", R"("distance": 1, "ellipticity": 1.5)", QStringLiteral("from 0 to 1"));
        row("distance", R"("distance": 0)", QStringLiteral("planets.1.distance must be"));
        row("nowhere", R"("mass": 1)", QStringLiteral("planets.1.distance is missing"));
        row("position", R"("position": [1])", QStringLiteral("two or three numbers"));
        row("velocity", R"("distance": 1, "velocity": [1, "x"])",
            QStringLiteral("planets.1.velocity must be"));
        row("name", R"("distance": 1, "name": "")", QStringLiteral("planets.1.name must be"));
        row("unknown key", R"("distance": 1, "moons": 3)", QStringLiteral("planets.1.moons is unknown"));
        row("one place", R"("position": [0.5, 0])", QStringLiteral("start at one place"));
        row("on the star", R"("position": [0, 0])",
            QStringLiteral("The star and Planet-2 start at one place"));
    }

    void wrongSystemsNameFileLineAndKey()
    {
        QFETCH(const QByteArray, planet);
        QFETCH(const QString, said);
        const QByteArray json = "{\"planets\": [\n{\"distance\": 0.5},\n{" + planet + "}\n]}";
        const auto system = PlanetSystem::read(json, QStringLiteral("own.json"));
        QVERIFY(!system);
        QVERIFY2(system.error().message.contains(said), qPrintable(system.error().sentence()));
        const bool whole = said.contains(u"one place");
        QCOMPARE(system.error().subject, whole ? QStringLiteral("own.json:1") : QStringLiteral("own.json:3"));
    }

    void wrongTypesAtTheTop()
    {
        for (const char* json :
             {"{}", "{\"planets\": 3}", "{\"planets\": [3]}", "{\"planets\": [], \"star\": 1}",
              "{\"planets\": [], \"star\": {\"mass\": 0}}", "[]", "{", "{\"planets\": [NaN]}"}) {
            const auto system = PlanetSystem::read(json, QStringLiteral("own.json"));
            QVERIFY2(!system, json);
            QVERIFY2(system.error().subject.startsWith(u"own.json:1"), json);
        }
    }

    void wrongScenarioFilesNameFileLineAndKey()
    {
        const SimulationWorkload workload;
        const QByteArray json =
            "{\"workload\": \"simulation\", \"name\": \"own\",\n\"parameters\": {\n\"dt\": 0.1,\n"
            "\"system\": {\"planets\": [\n{\"distance\": 1},\n{\"distance\": 2,\n\"mass\": \"big\"}]}}}";
        const auto scenario = Scenario::fromJson(workload.parameterSet(), json, QStringLiteral("own.json"));
        QVERIFY(!scenario);
        QCOMPARE(scenario.error().subject, QStringLiteral("own.json:7"));
        QVERIFY2(scenario.error().message.contains(u"key parameters.system.planets.1.mass"),
                 qPrintable(scenario.error().message));
    }

    void notesFallOnTheCrossing()
    {
        // A light planet on a circle at 1 AU comes round every 2π seconds, whatever dt is; backwards as well.
        for (const double direction : {1.0, -1.0}) {
            SimulationRequest request;
            Planet planet;
            planet.name = QStringLiteral("Solo");
            planet.mass = 1e-9;
            planet.velocity = SpacePoint{0, direction, 0};
            request.system.planets.push_back(planet);
            request.order = 6;
            Played played;
            play(played, request);
            const std::vector<MusicEvent> ons = noteOns(played, 0);
            QCOMPARE(ons.size(), std::size_t{3});
            for (std::size_t turn = 0; turn < 3; ++turn) {
                const double truth = 2 * std::numbers::pi * static_cast<double>(turn + 1);
                QVERIFY2(std::abs(ons[turn].time - truth) < 1e-6,
                         qPrintable(QString::number(ons[turn].time)));
            }
            QVERIFY(ons.front().eccentricity < 1e-6);
            QVERIFY(played.events[1].time - played.events[0].time <
                    0.21); // Shorter than 0.3 s, as it is fast.
        }
    }

    void eccentricityIsAboutTheStar()
    {
        // The whole system drifts; seen from the origin the orbit looks anything but circular.
        SimulationRequest request;
        request.system = PlanetSystem::series(1);
        request.system.star.velocity = {0.5, 0, 0};
        request.order = 4;
        Played played;
        play(played, request);
        QVERIFY(played.stats[0].eccentricity < 1e-3);
        request.mode = SimulationMode::Parity;
        Played earlier;
        play(earlier, request);
        QVERIFY(earlier.stats[0].eccentricity > 0.5);
    }

    void planetsOfOneNameSoundApart()
    {
        SimulationRequest request;
        request.system = PlanetSystem::series(4);
        for (Planet& planet : request.system.planets) {
            planet.name = QStringLiteral("Twin");
        }
        request.softening = 0.05;
        Played played;
        play(played, request);
        for (std::uint32_t planet = 0; planet < 4; ++planet) {
            QVERIFY(!noteOns(played, planet).empty());
        }
    }

    void highNotesAreNeverSilent()
    {
        QCOMPARE(pitchGain(60), 1.0);
        QCOMPARE(pitchGain(84), 0.5);
        QVERIFY(pitchGain(127) > 0.1);
    }

    void midiFileByteByByte()
    {
        std::vector<MusicEvent> events(2);
        events[0].time = 0.5;
        events[0].midi = 60;
        events[0].loudness = 64;
        events[0].reverb = 0.5;
        events[1].time = 1.0;
        events[1].on = false;
        const QByteArray expected = QByteArray::fromHex("4d546864000000060000000101e0" // MThd, format 0, 480
                                                        "4d54726b0000002a"             // MTrk, 42 bytes
                                                        "00ff030454657374"             // name "Test"
                                                        "00ff510307a120"               // 500000 µs a beat
                                                        "8360c00c"                     // 480 ticks, marimba
                                                        "00b05b40"                     // reverb 64
                                                        "00903c40"                     // C, 64
                                                        "8360803c40"                   // off
                                                        "00ff2f00");
        QByteArray right = expected;
        right[21] = static_cast<char>(right.size() - 22);
        QCOMPARE(midiFileBytes(events, QStringLiteral("Test")).toHex(), right.toHex());
    }

    void midiFileReadsBack()
    {
        Played played;
        play(played, parityRequest(10, 20));
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("orbits.mid"));
        QVERIFY(writeMidiFile(path, played.events, QStringLiteral("Ten planets")));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const std::vector<ReadMessage> messages = readMidi(file.readAll());
        QVERIFY(!messages.empty());
        QCOMPARE(messages.back().status, 0xFF);
        QCOMPARE(messages.back().first, 0x2F);
        std::map<std::pair<int, int>, int> sounding;
        int struck = 0;
        int pads = 0;
        int expressions = 0;
        for (const ReadMessage& message : messages) {
            const int kind = message.status & 0xF0;
            const std::pair key{message.status & 0x0F, message.first};
            if (kind == 0x90) {
                QCOMPARE(sounding[key]++, 0);
                ++(key.first == 0 ? struck : pads);
            } else if (kind == 0x80) {
                QCOMPARE(sounding[key]--, 1);
            } else if (kind == 0xB0 && message.first == 11) {
                ++expressions;
            }
        }
        QCOMPARE(struck, 38);
        QCOMPARE(pads, 5);
        QCOMPARE(expressions, 5 * 101);
        for (const auto& [key, count] : sounding) {
            QCOMPARE(count, 0);
        }
    }

    void decimals()
    {
        QCOMPARE(decimal(0, 6), QStringLiteral("0"));
        QCOMPARE(decimal(-0.0, 6), QStringLiteral("0"));
        QCOMPARE(decimal(-4e-7, 6), QStringLiteral("0"));
        QCOMPARE(decimal(0.05, 6), QStringLiteral("0.05"));
        QCOMPARE(decimal(-0.0000015, 6), QStringLiteral("-0.000002"));
        QCOMPARE(decimal(1.9999999, 6), QStringLiteral("2"));
        QCOMPARE(decimal(120, 0), QStringLiteral("120"));
        QCOMPARE(decimal(-12345.678901, 3), QStringLiteral("-12345.679"));
        QCOMPARE(decimal(10.01, 2), QStringLiteral("10.01"));
        QCOMPARE(decimal(1e20, 6).toDouble(), 1e20);
        EvenRandom random(3);
        for (int i = 0; i < 10'000; ++i) {
            const double value = (random.next() - 0.5) * std::pow(10.0, 12 * random.next() - 4);
            for (const int places : {0, 3, 6, 9}) {
                const double error = std::abs(decimal(value, places).toDouble() - value);
                QVERIFY(error <= 0.5000001 * std::pow(10.0, -places) + 1e-15 * std::abs(value));
            }
        }
    }

    void payloadSaysWhatWasSimulated_data()
    {
        QTest::addColumn<QJsonObject>("values");
        QTest::newRow("defaults") << QJsonObject{};
        QTest::newRow("z and nine decimals")
            << QJsonObject{{QStringLiteral("include_z"), true}, {QStringLiteral("decimals"), 9}};
        QTest::newRow("whole numbers, metadata in every sample")
            << QJsonObject{{QStringLiteral("decimals"), 0}, {QStringLiteral("metadata_once"), false}};
        QTest::newRow("belt") << QJsonObject{{QStringLiteral("belt_bodies"), 200},
                                             {QStringLiteral("max_samples"), 5},
                                             {QStringLiteral("metadata_once"), false}};
        QTest::newRow("trajectory only")
            << QJsonObject{{QStringLiteral("output"), QStringLiteral("trajectory only")}};
        QTest::newRow("events only") << QJsonObject{
            {QStringLiteral("output"), QStringLiteral("events only")}};
        QTest::newRow("parity") << QJsonObject{{QStringLiteral("mode"), QStringLiteral("parity")}};
        QTest::newRow("no planets") << QJsonObject{{QStringLiteral("planets"), 0},
                                                   {QStringLiteral("duration"), 0.1}};
    }

    void payloadSaysWhatWasSimulated()
    {
        QFETCH(QJsonObject, values);
        SimulationWorkload workload;
        if (!values.contains(u"duration")) {
            values.insert(QStringLiteral("duration"), 5);
        }
        const auto outcome = runWith(workload, values);
        QVERIFY2(outcome, outcome ? "" : qPrintable(outcome.error().sentence()));
        const std::string_view json = workload.payload().json();
        QCOMPARE(metricValue(outcome->metrics, metric::kPayloadBytes), static_cast<double>(json.size()));
        // Another parser than the one that the phase uses.
        QJsonParseError error;
        const QJsonObject root = QJsonDocument::fromJson(text(json).toUtf8(), &error).object();
        QCOMPARE(error.error, QJsonParseError::NoError);
        const QJsonArray samples = root.value(u"samples").toArray();
        const bool told = values.value(u"output").toString() != u"events only";
        QCOMPARE(static_cast<std::size_t>(samples.size()), told ? workload.trajectory().samples() : 0);
        const bool music = values.value(u"output").toString() != u"trajectory only";
        QCOMPARE(root.value(u"events").toArray().isEmpty(),
                 !music || workload.request().system.planets.empty());
        const int places = values.value(u"decimals").toInt(6);
        for (qsizetype i = 0; i < samples.size(); i += 7) {
            const QJsonArray positions = samples.at(i).toObject().value(u"positions").toArray();
            QCOMPARE(static_cast<std::size_t>(positions.size()), workload.request().bodies());
            for (qsizetype body = 0; body < positions.size(); ++body) {
                const QJsonArray place = positions.at(body).isObject()
                                             ? positions.at(body).toObject().value(u"position").toArray()
                                             : positions.at(body).toArray();
                QCOMPARE(place.size(), values.value(u"include_z").toBool() ? 3 : 2);
                const double truth = workload.trajectory().sample(static_cast<std::size_t>(i)).y[body];
                QVERIFY(std::abs(place.at(1).toDouble() - truth) <= 0.51 * std::pow(10.0, -places));
            }
        }
        const std::string_view gzip = workload.payload().compressed();
        QCOMPARE(gzip.empty(), json.size() < kLeastGzipBytes);
        QCOMPARE(outcome->notes.isEmpty(), !gzip.empty());
        if (!gzip.empty()) {
            QCOMPARE(inflated(gzip, json.size()),
                     QByteArray(json.data(), static_cast<qsizetype>(json.size())));
        }
    }

    void payloadThatDiffersIsFound()
    {
        SimulationRequest request = parityRequest(3, 2);
        Played played;
        play(played, request);
        SimulationPayload payload;
        PayloadOptions options;
        QVERIFY(payload.write(request, played.engine.trajectory(), played.events, options, {}));
        QVERIFY(payload.decode(played.engine.trajectory(), played.events, options, {}));
        request.system.planets[1].mass = 20;
        Played other;
        play(other, request);
        const auto outcome = payload.decode(other.engine.trajectory(), other.events, options, {});
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, ErrorCode::Corrupt);
        std::vector<MusicEvent> fewer = played.events;
        fewer.pop_back();
        QVERIFY(!payload.decode(played.engine.trajectory(), fewer, options, {}));
    }

    void bodiesBeyondAllNumbersAreAnError()
    {
        SimulationRequest request;
        request.system = PlanetSystem::series(2);
        request.system.planets[0].velocity = SpacePoint{1e6, 0, 0};
        SimulationEngine engine;
        QVERIFY(engine.start(request));
        Trajectory path;
        path.prepare(request);
        const double nowhere[3] = {0, std::numeric_limits<double>::infinity(), 0};
        for (std::size_t step = 0; step <= request.steps(); ++step) {
            path.record(step, nowhere, nowhere, nowhere);
        }
        SimulationPayload payload;
        const auto outcome = payload.write(request, path, {}, {}, {});
        QVERIFY(!outcome);
        QVERIFY(outcome.error().message.contains(u"left all numbers"));
    }

    void runTimesItsPhases()
    {
        SimulationWorkload workload;
        const auto scenario =
            Scenario::make(workload.parameterSet(), QStringLiteral("test"),
                           {{QStringLiteral("substeps"), 10}, {QStringLiteral("softening"), 0.05}});
        QVERIFY(scenario);
        PhaseTimer timer;
        for (int round = 0; round < 2; ++round) { // The second one reuses everything.
            const auto outcome = workload.run(*scenario, timer, {});
            QVERIFY(outcome);
            for (std::size_t phase = 0; phase < workload.phases().size(); ++phase) {
                QCOMPARE(timer.scopes(phase), 1U);
            }
            using Workload = SimulationWorkload;
            QVERIFY(timer.total(Workload::Stats) + timer.total(Workload::Orbits) +
                        timer.total(Workload::Pads) <=
                    timer.total(Workload::Music));
            QVERIFY(*metricValue(outcome->metrics, u"energy_drift") < 1e-3);
            QVERIFY(*metricValue(outcome->metrics, metric::kPayloadGzipBytes) <
                    *metricValue(outcome->metrics, metric::kPayloadBytes));
        }
    }

    void cancelEndsARun()
    {
        SimulationWorkload workload;
        const auto scenario = Scenario::make(workload.parameterSet(), QStringLiteral("test"),
                                             {{QStringLiteral("duration"), 2000}});
        QVERIFY(scenario);
        for (const int after : {0, 3, 40}) {
            int asked = 0;
            PhaseTimer timer;
            const auto outcome =
                workload.run(*scenario, timer, CancelToken::alsoWhen([&] { return asked++ >= after; }));
            QVERIFY(!outcome);
            QCOMPARE(outcome.error().code, ErrorCode::Cancelled);
        }
    }

    void badParametersAreOneSentence_data()
    {
        QTest::addColumn<QJsonObject>("values");
        QTest::addColumn<QString>("said");
        const auto row = [](const QString& key, const QJsonValue& value, const QString& said) {
            QTest::addRow("%s %s", qPrintable(key), qPrintable(value.toVariant().toString()))
                << QJsonObject{{key, value}} << said;
        };
        row(QStringLiteral("dt"), 0, QStringLiteral("dt must be"));
        row(QStringLiteral("dt"), -1, QStringLiteral("dt must be"));
        row(QStringLiteral("dt"), QStringLiteral("fast"), QStringLiteral("not \"fast\""));
        row(QStringLiteral("duration"), 0, QStringLiteral("duration must be"));
        row(QStringLiteral("duration"), std::nan(""), QStringLiteral("duration must be"));
        row(QStringLiteral("belt_bodies"), 1e9, QStringLiteral("belt_bodies must be"));
        row(QStringLiteral("order"), 4, QStringLiteral("order must be"));
        row(QStringLiteral("system"), QJsonArray{1}, QStringLiteral("object with star and planets"));
        row(QStringLiteral("system"), QJsonObject{{QStringLiteral("planets"), 3}},
            QStringLiteral("planets must be an array"));
        row(QStringLiteral("gzip_level"), 10, QStringLiteral("gzip_level must be"));
        row(QStringLiteral("duration"), 1e7, QStringLiteral("100 million steps"));
        row(QStringLiteral("duration"), 1e6, QStringLiteral("200 million positions"));
    }

    void badParametersAreOneSentence()
    {
        QFETCH(const QJsonObject, values);
        QFETCH(const QString, said);
        SimulationWorkload workload;
        const auto outcome = runWith(workload, values);
        QVERIFY(!outcome);
        QVERIFY2(outcome.error().message.contains(said), qPrintable(outcome.error().sentence()));
        QVERIFY(!outcome.error().message.contains(u'\n'));
    }

    void builtInScenariosAreRight()
    {
        WorkloadRegistry registry;
        registry.add(std::make_unique<SimulationWorkload>());
        registry.loadScenarios(QString());
        QVERIFY2(registry.problems().empty(),
                 registry.problems().empty() ? "" : qPrintable(registry.problems().front().sentence()));
        for (const char* name : {"baseline_10_planets", "dense_18_planets", "outer_solar_system", "belt_1k",
                                 "belt_10k", "belt_100k"}) {
            QVERIFY2(registry.resolve(QString(u"simulation/" % QString::fromLatin1(name))), name);
        }
        QCOMPARE(registry.scenarios(u"simulation").front().name(), QStringLiteral("baseline_10_planets"));
    }

    void outerSolarSystem()
    {
        WorkloadRegistry registry;
        registry.add(std::make_unique<SimulationWorkload>());
        registry.loadScenarios(QString());
        const auto scenario = registry.resolve(QStringLiteral("simulation/outer_solar_system"));
        QVERIFY(scenario);
        auto* workload = static_cast<SimulationWorkload*>(registry.find(u"simulation"));
        PhaseTimer timer;
        const auto outcome = workload->run(*scenario, timer, {});
        QVERIFY(outcome);
        QVERIFY(*metricValue(outcome->metrics, u"energy_drift") < 1e-8);
        QVERIFY(*metricValue(outcome->metrics, u"angular_momentum_drift") < 1e-12);
        // Jupiter's half axis and period: 5.20 AU, 11.86 years of 2π seconds each.
        const std::vector<PlanetStats> stats = planetStats(workload->request(), workload->trajectory());
        QVERIFY(std::abs(0.5 * (stats[0].least + stats[0].greatest) - 5.20) < 0.02);
        const Trajectory& path = workload->trajectory();
        double turned = 0;
        for (std::size_t step = 1; step <= path.steps(); ++step) {
            const SampleRow now = path.track(step);
            const SampleRow before = path.track(step - 1);
            const double ax = before.x[1] - before.x[0];
            const double ay = before.y[1] - before.y[0];
            const double bx = now.x[1] - now.x[0];
            const double by = now.y[1] - now.y[0];
            turned += std::atan2(ax * by - ay * bx, ax * bx + ay * by);
        }
        const double years = workload->request().duration / (2 * std::numbers::pi);
        QVERIFY(std::abs(2 * std::numbers::pi * years / turned - 11.86) < 0.05);
    }
};

QTEST_GUILESS_MAIN(SimulationTest)
#include "tst_simulation.moc"
