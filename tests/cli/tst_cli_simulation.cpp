// SPDX-License-Identifier: GPL-3.0-or-later
// The simulation on the command line: its music as a file, and what is refused before anything is simulated.
#include "tests/cli/cli_process.h"
#include "tests/support/test_support.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <cmath>
#include <vector>

using namespace perihelion;
using namespace perihelion::test;

namespace {

QByteArray bytesOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

int countNoteOns(const QByteArray& midi)
{
    // A status byte of a note-on and two that are none; delta times and names hold no such three here.
    int count = 0;
    for (qsizetype at = 22; at + 2 < midi.size(); ++at) {
        const auto byte = [&midi](qsizetype place) { return static_cast<unsigned char>(midi.at(place)); };
        if ((byte(at) & 0xF0) == 0x90 && byte(at + 1) < 0x80 && byte(at + 2) < 0x80) {
            ++count;
        }
    }
    return count;
}

} // namespace

class CliSimulationTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_home;

    QString write(const QString& name, const QByteArray& text) const
    {
        const QString path = m_home.filePath(name);
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? path : QString();
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_DATA_HOME", QFile::encodeName(m_home.filePath(QStringLiteral("data"))));
        qputenv("XDG_CACHE_HOME", QFile::encodeName(m_home.filePath(QStringLiteral("cache"))));
        qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_home.filePath(QStringLiteral("config"))));
    }

    void writesMusic()
    {
        const QString file = m_home.filePath(QStringLiteral("dense.mid"));
        const QStringList command{QStringLiteral("music"), QStringLiteral("dense_18_planets_parity"), file};
        const Outcome outcome = runCli(command + QStringList{QStringLiteral("--json")});
        QVERIFY2(outcome.status == 0, qPrintable(outcome.errors));
        const QJsonObject json = outcome.json().object();
        QCOMPARE(json.keys().join(u' '), QStringLiteral("duration_s events file notes pads scenario"));
        QCOMPARE(json[u"events"].toInt(), 150);
        QCOMPARE(json[u"notes"].toInt(), 66);
        QCOMPARE(json[u"pads"].toInt(), 9);
        QCOMPARE(json[u"duration_s"].toDouble(), 60.0);
        const QByteArray midi = bytesOf(file);
        // A header of six bytes, format 0, one track, 480 ticks a beat; then the track with its length.
        QCOMPARE(midi.left(18).toHex(), QByteArray("4d546864000000060000000101e04d54726b"));
        QCOMPARE(midi.mid(18, 4).toHex().toUInt(nullptr, 16), static_cast<unsigned>(midi.size() - 22));
        QVERIFY(midi.contains(QByteArray::fromHex("ff510307a120"))); // Half a second a beat.
        QVERIFY(midi.endsWith(QByteArray::fromHex("00ff2f00")));
        QVERIFY(midi.contains("dense_18_planets_parity"));
        QCOMPARE(countNoteOns(midi), 66 + 9);

        const Outcome again = runCli(command);
        QCOMPARE(again.status, 1);
        QVERIFY(again.hasOneSentence() && again.errors.contains(u"exists already"));
        const Outcome forced =
            runCli(command + QStringList{QStringLiteral("--force"), QStringLiteral("--set"),
                                         QStringLiteral("planets=4")});
        QCOMPARE(forced.status, 0);
        QVERIFY(forced.output.contains(u"2 held"));
        QVERIFY(bytesOf(file).size() < midi.size());
    }

    void refusesMusic_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("named");
        const auto add = [](const char* name, const char* line, int status, const char* named) {
            QTest::newRow(name) << QString::fromLatin1(line) << status << QString::fromLatin1(named);
        };
        add("no file", "music baseline_10_planets", 2, "Too few arguments");
        add("unknown scenario", "music nothing a.mid", 2, "has no scenario nothing; known are");
        add("no planets", "music baseline_10_planets a.mid --set planets=0", 2, "no planets that could play");
        add("a parameter", "music baseline_10_planets a.mid --set nothing=1", 2, "has no parameter nothing");
        add("no such folder", "music baseline_10_planets /proc/none/a.mid", 1, "Writing the music");
    }

    void refusesMusic()
    {
        QFETCH(const QString, line);
        QFETCH(const int, status);
        QFETCH(const QString, named);
        const Outcome outcome = runCli(line.split(u' '));
        QCOMPARE(outcome.status, status);
        QVERIFY2(outcome.hasOneSentence() || status == 2, qPrintable(outcome.errors));
        QVERIFY2(outcome.errors.contains(named), qPrintable(outcome.errors));
        QVERIFY(outcome.output.isEmpty());
    }

    void sweepsAParameter()
    {
        const QString chart = m_home.filePath(QStringLiteral("planets.svg"));
        const QStringList command{QStringLiteral("profile"),     QStringLiteral("simulation"),
                                  QStringLiteral("--cold"),      QStringLiteral("0"),
                                  QStringLiteral("--runs"),      QStringLiteral("2"),
                                  QStringLiteral("--processes"), QStringLiteral("1"),
                                  QStringLiteral("--store"),     QStringLiteral("none"),
                                  QStringLiteral("--set"),       QStringLiteral("duration=1"),
                                  QStringLiteral("--sweep"),     QStringLiteral("planets=5,20,10")};
        const Outcome outcome = runCli(command + QStringList{QStringLiteral("--chart"), chart});
        QVERIFY2(outcome.status == 0, qPrintable(outcome.errors));
        const QStringList lines = outcome.output.split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 5);
        QVERIFY(lines.at(0).contains(u"time against planets"));
        for (const char* column : {"planets", "physics samples", "gzip", "decode", "unattributed", "total"}) {
            QVERIFY2(lines.at(1).contains(QLatin1String(column)), column);
        }
        QVERIFY(lines.at(3).trimmed().startsWith(u"20 "));
        // One shape a phase and one dot a value, in the order of the values, besides the legend's.
        QFile file(chart);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QXmlStreamReader xml(&file);
        int polygons = 0;
        std::vector<double> dots;
        while (!xml.atEnd()) {
            if (xml.readNext() == QXmlStreamReader::StartElement) {
                polygons += xml.name() == u"polygon" ? 1 : 0;
                if (xml.name() == u"circle") {
                    dots.push_back(xml.attributes().value(QLatin1String("cx")).toDouble());
                }
            }
        }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QCOMPARE(polygons, 6);
        QCOMPARE(dots.size(), std::size_t{4});
        QVERIFY(dots[0] < dots[1] && dots[1] < dots[2]);
        QVERIFY(std::abs((dots[2] - dots[1]) / (dots[1] - dots[0]) - 2) < 0.02);

        const Outcome json = runCli(command + QStringList{QStringLiteral("--json")});
        QCOMPARE(json.status, 0);
        const QJsonArray runs = json.json().array();
        QCOMPARE(runs.size(), 3);
        QCOMPARE(runs.at(1)[u"parameters"][u"planets"].toInt(), 20);
    }

    void countsAllocations()
    {
        const QStringList command{
            QStringLiteral("profile"),     QStringLiteral("simulation"), QStringLiteral("--cold"),
            QStringLiteral("0"),           QStringLiteral("--runs"),     QStringLiteral("2"),
            QStringLiteral("--processes"), QStringLiteral("1"),          QStringLiteral("--store"),
            QStringLiteral("none"),        QStringLiteral("--set"),      QStringLiteral("duration=2"),
            QStringLiteral("--json")};
        const Outcome plain = runCli(command);
        QVERIFY2(plain.status == 0, qPrintable(plain.errors));
        QVERIFY(plain.json().object()[u"metrics"][u"allocations"].isUndefined());
        const Outcome outcome = runCli(command + QStringList{QStringLiteral("--allocations")});
        QVERIFY2(outcome.status == 0, qPrintable(outcome.errors));
        const QJsonObject json = outcome.json().object();
        QCOMPARE(json[u"warm"][u"n"].toInt(), 2); // The counted iteration is none of the timed ones.
        const double calls = json[u"metrics"][u"allocations"].toDouble();
        if (outcome.errors.contains(u"not counted in this build")) {
            QCOMPARE(calls, 0.0); // A sanitizer stands before the allocator, and that is said.
            return;
        }
        QVERIFY2(calls > 1 && calls < 1e6, qPrintable(QString::number(calls)));
        QVERIFY(json[u"metrics"][u"allocated_bytes"].toDouble() > calls);
        // The same request asks for the same memory, but for what the threads of a library do.
        const Outcome again = runCli(command + QStringList{QStringLiteral("--allocations")});
        const double twice = again.json().object()[u"metrics"][u"allocations"].toDouble();
        QVERIFY2(std::abs(twice - calls) <= 0.02 * calls + 5, qPrintable(QString::number(twice)));
    }

    void refusesSweeps_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("named");
        const auto add = [](const char* line, const char* named) {
            QTest::newRow(line) << QString::fromLatin1(line) << QString::fromLatin1(named);
        };
        add("--chart a.svg", "--chart draws a sweep");
        add("--sweep planets", "--sweep takes NAME=VALUE");
        add("--sweep planets=", "--sweep takes NAME=VALUE");
        add("--sweep planets=5,-1", "--sweep: planets must be a whole number");
        add("--sweep moons=1,2", "--sweep: ");
        add("--sweep mode=parity --chart a.svg", "--chart needs a sweep over numbers");
    }

    void refusesSweeps()
    {
        QFETCH(const QString, line);
        QFETCH(const QString, named);
        const Outcome outcome = runCli(QString(u"profile simulation --store none " % line).split(u' '));
        QCOMPARE(outcome.status, 2);
        QVERIFY2(outcome.errors.contains(named), qPrintable(outcome.errors));
        QVERIFY(outcome.output.isEmpty());
    }

    void refusesValues_data()
    {
        QTest::addColumn<QString>("assignment");
        QTest::addColumn<QString>("named");
        const auto add = [](const char* assignment, const char* named) {
            QTest::newRow(assignment) << QString::fromLatin1(assignment) << QString::fromLatin1(named);
        };
        add("dt=0", "dt must be a number from 1e-06");
        add("dt=-0.05", "not -0.05");
        add("dt=nan", "dt must be");
        add("duration=0", "duration must be");
        add("duration=-3", "duration must be");
        add("duration=nan", "duration must be");
        add("duration=inf", "duration must be");
        add("duration=long", "duration must be a number");
        add("duration=1e7", "100 million steps");
        add("substeps=0", "substeps must be");
        add("planets=1000000000", "planets must be a whole number from 0 to 1000");
        add("belt_bodies=1000000000", "belt_bodies must be a whole number from 0 to 1000000");
        add("max_samples=-1", "max_samples must be");
        add("output=all", "one of everything, trajectory only, events only");
        add("metadata_once=2", "metadata_once must be");
        add("include_z=perhaps", "include_z must be");
    }

    void refusesValues()
    {
        QFETCH(const QString, assignment);
        QFETCH(const QString, named);
        const Outcome outcome =
            runCli({QStringLiteral("profile"), QStringLiteral("simulation"), QStringLiteral("--store"),
                    QStringLiteral("none"), QStringLiteral("--set"), assignment});
        QVERIFY2(outcome.status == 2 || (outcome.status == 1 && named.contains(u"million")),
                 qPrintable(QString::number(outcome.status)));
        QVERIFY2(outcome.hasOneSentence() && outcome.errors.contains(named), qPrintable(outcome.errors));
        QVERIFY(outcome.output.isEmpty());
    }

    void refusesScenarioFiles_data()
    {
        QTest::addColumn<QByteArray>("parameters");
        QTest::addColumn<QString>("named");
        QTest::addColumn<int>("line");
        const auto add = [](const char* name, const QByteArray& parameters, const char* named, int line) {
            QTest::newRow(name) << parameters << QString::fromLatin1(named) << line;
        };
        const QByteArray before = "\"system\": {\"planets\": [\n{\"distance\": 1},\n";
        add("zero dt", "\"dt\": 0", "key parameters.dt is wrong: dt must be", 3);
        add("negative duration", "\"dt\": 0.1,\n\"duration\": -1", "key parameters.duration is wrong", 4);
        add("NaN", "\"dt\": NaN", "it is no JSON", 3);
        add("a text", "\"duration\": \"long\"", "not \"long\"", 3);
        add("zero mass", before + "{\"distance\": 2, \"mass\": 0}]}",
            "key parameters.system.planets.1.mass is wrong", 5);
        add("negative mass", before + "{\"distance\": 2,\n\"mass\": -1}]}", "not -1", 6);
        add("mass as text", before + "{\"distance\": 2, \"mass\": \"big\"}]}", "not \"big\"", 5);
        add("one place", before + "{\"distance\": 1}]}", "Planet-1 and Planet-2 start at one place", 3);
        add("on the star", before + "{\"position\": [0, 0]}]}", "The star and Planet-2 start at one place",
            3);
        add("a billion", "\"belt_bodies\": 1000000000", "belt_bodies must be", 3);
    }

    void refusesScenarioFiles()
    {
        QFETCH(const QByteArray, parameters);
        QFETCH(const QString, named);
        QFETCH(const int, line);
        const QString path = write(
            QStringLiteral("wrong.json"),
            "{\"workload\": \"simulation\", \"name\": \"wrong\",\n\"parameters\": {\n" + parameters + "}}");
        const Outcome outcome = runCli({QStringLiteral("profile"), QString(u"simulation/" % path),
                                        QStringLiteral("--store"), QStringLiteral("none")});
        QVERIFY(outcome.status == 1 || outcome.status == 2);
        QVERIFY2(outcome.hasOneSentence() && outcome.errors.contains(named), qPrintable(outcome.errors));
        QVERIFY2(outcome.errors.contains(QStringLiteral("wrong.json:%1").arg(line)),
                 qPrintable(outcome.errors));
    }
};

QTEST_GUILESS_MAIN(CliSimulationTest)

#include "tst_cli_simulation.moc"
