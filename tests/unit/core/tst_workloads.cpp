// SPDX-License-Identifier: GPL-3.0-or-later
// Parameters, scenarios and the registry: what is accepted, what is refused and with which sentence, and
// which values make one series.

#include "core/base/json_text.h"
#include "core/workloads/workload_registry.h"
#include "tests/support/test_support.h"
#include "tests/unit/core/toy_workload.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

using namespace perihelion;
using namespace perihelion::test;

namespace {

QByteArray scenarioText(const QByteArray& parameters, const QByteArray& name = "mine")
{
    return "{\n  \"workload\": \"toy\",\n  \"name\": \"" + name + "\",\n  \"parameters\": {\n" + parameters +
           "\n  }\n}\n";
}

} // namespace

class WorkloadsTest : public QObject {
    Q_OBJECT

private:
    ToyWorkload m_toy;
    ParameterSet m_set = m_toy.parameterSet();

private Q_SLOTS:
    void fillsInDefaults()
    {
        const auto scenario = Scenario::make(m_set, QStringLiteral("mine"), {{QStringLiteral("count"), 7}});
        PERIHELION_VERIFY_RESULT(scenario);
        QCOMPARE(scenario->workload(), QStringLiteral("toy"));
        QCOMPARE(scenario->integer(u"count"), 7);
        QCOMPARE(scenario->real(u"dt"), 0.05);
        QVERIFY(scenario->flag(u"fast"));
        QCOMPARE(scenario->text(u"mode"), QStringLiteral("exact"));
        QVERIFY(scenario->files(u"files").isEmpty());
        QVERIFY(scenario->structure(u"bodies").isArray());
        QCOMPARE(scenario->values().size(), 6);
    }

    void refusesWrongValues_data()
    {
        QTest::addColumn<QByteArray>("parameters");
        QTest::addColumn<QString>("named");
        QTest::addColumn<int>("line");
        const auto add = [](const char* name, const char* parameters, const QString& named, int line = 5) {
            QTest::newRow(name) << QByteArray(parameters) << named << line;
        };
        add("zero step", "\"dt\": 0", QStringLiteral("a number from 1e-09 to 10 s, not 0"));
        add("negative step", "\"dt\": -0.05", QStringLiteral("not -0.05"));
        add("text as number", "\"dt\": \"fast\"", QStringLiteral("not \"fast\""));
        add("flag as number", "\"dt\": true", QStringLiteral("parameters.dt"));
        add("null", "\"dt\": null", QStringLiteral("not null"));
        add("too many", "\"count\": 1000000001", QStringLiteral("a whole number from 1 to 1000000"));
        add("a fraction", "\"count\": 1.5", QStringLiteral("a whole number"));
        add("number as flag", "\"fast\": 1", QStringLiteral("true or false"));
        add("unknown word", "\"mode\": \"best\"", QStringLiteral("one of exact, rough"));
        add("files as text", "\"files\": \"a.h5\"", QStringLiteral("a list of files"));
        add("file without name", "\"files\": [\"\"]", QStringLiteral("a list of files"));
        add("structure as number", "\"bodies\": 5", QStringLiteral("an object or array"));
        add("refused by the workload", "\"bodies\": [1, 2, 3, 4]", QStringLiteral("more than 3 bodies"));
        add("unknown name", "\"dtt\": 1", QStringLiteral("has no parameter dtt; known are dt, count"));
        add("third line", "\"fast\": true,\n\n\"dt\": 0", QStringLiteral("key parameters.dt"), 7);
        add("name in a text", "\"mode\": \"dt\\\": 0\",\n\"dt\": 1e300", QStringLiteral("key parameters.dt"),
            6);
    }

    void refusesWrongValues()
    {
        QFETCH(const QByteArray, parameters);
        QFETCH(const QString, named);
        QFETCH(const int, line);
        const auto scenario =
            Scenario::fromJson(m_set, scenarioText(parameters), QStringLiteral("/s/mine.json"));
        QVERIFY(!scenario);
        QVERIFY(scenario.error().code == ErrorCode::InvalidArgument);
        QVERIFY2(scenario.error().message.contains(named), qPrintable(scenario.error().sentence()));
        QCOMPARE(scenario.error().subject, QStringLiteral("/s/mine.json:%1").arg(line));
    }

    void refusesWrongFiles_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("sentence");
        const auto add = [](const char* name, const char* text, const char* sentence) {
            QTest::newRow(name) << QByteArray(text) << QString::fromUtf8(sentence);
        };
        add("empty", "", "it is no JSON (illegal value): f:1");
        add("half a file", "{\n\"workload\": \"toy\",\n\"na", "it is no JSON");
        add("an array", "[]", "it is no JSON object: f:1");
        add("NaN", "{\"workload\": \"toy\", \"name\": \"x\", \"parameters\": {\"dt\": NaN}}",
            "it is no JSON");
        add("no workload", "{\"name\": \"x\"}", "key workload is missing: f:1");
        add("another workload", "{\n\"workload\": \"other\", \"name\": \"x\"}",
            "key workload must be toy: f:2");
        add("no name", "{\"workload\": \"toy\"}", "key name is missing: f:1");
        add("a name with a slash", "{\"workload\": \"toy\",\n\"name\": \"a/b\"}", "key name must be letters");
        add("parameters no object", "{\"workload\": \"toy\", \"name\": \"x\",\n\n\"parameters\": []}",
            "key parameters must be an object: f:3");
        add("unknown key", "{\"workload\": \"toy\", \"name\": \"x\",\n\"params\": {}}",
            "key params is unknown");
        add("description no text", "{\"workload\": \"toy\", \"name\": \"x\", \"description\": 5}",
            "key description must be a text");
    }

    void refusesWrongFiles()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QString, sentence);
        const auto scenario = Scenario::fromJson(m_set, text, QStringLiteral("f"));
        QVERIFY(!scenario);
        QVERIFY2(scenario.error().sentence().contains(sentence), qPrintable(scenario.error().sentence()));
    }

    void hashIdentifiesTheSeries()
    {
        const auto make = [](const ParameterSet& set, const QString& name, const QJsonObject& values) {
            const auto scenario = Scenario::make(set, name, values);
            return scenario ? scenario->hash() : QString();
        };
        const QString plain = make(m_set, QStringLiteral("a"), {});
        QCOMPARE(plain.size(), 16);
        // The name, the order, and saying a default aloud change nothing.
        QCOMPARE(make(m_set, QStringLiteral("b"), {}), plain);
        QCOMPARE(make(m_set, QStringLiteral("a"), {{QStringLiteral("dt"), 0.05}}), plain);
        const QString other = make(m_set, QStringLiteral("a"), {{QStringLiteral("count"), 20}});
        QVERIFY(other != plain);
        QCOMPARE(make(m_set, QStringLiteral("a"), {{QStringLiteral("count"), 20.0}}), other);
        // A new parameter leaves old series alone, a new version does not.
        ToyWorkload richer;
        richer.m_moreParameters = true;
        QCOMPARE(make(richer.parameterSet(), QStringLiteral("a"), {}), plain);
        richer.m_version = 2;
        QVERIFY(make(richer.parameterSet(), QStringLiteral("a"), {}) != plain);
    }

    void changesOneValue()
    {
        const auto scenario = Scenario::make(m_set, QStringLiteral("a"), {});
        PERIHELION_VERIFY_RESULT(scenario);
        const auto changed = scenario->with(m_set, QStringLiteral("dt"), 0.01);
        PERIHELION_VERIFY_RESULT(changed);
        QCOMPARE(changed->real(u"dt"), 0.01);
        QVERIFY(changed->hash() != scenario->hash());
        QVERIFY(!scenario->with(m_set, QStringLiteral("dt"), 0));
        QVERIFY(!scenario->with(m_set, QStringLiteral("nothing"), 1));
    }

    void writesWhatItReads()
    {
        const auto scenario =
            Scenario::make(m_set, QStringLiteral("a"),
                           {{QStringLiteral("dt"), 0.1}, {QStringLiteral("bodies"), QJsonArray{1, 2}}},
                           QStringLiteral("Why"));
        PERIHELION_VERIFY_RESULT(scenario);
        const auto again = Scenario::fromJson(m_set, scenario->toJson(m_set), QStringLiteral("f"));
        PERIHELION_VERIFY_RESULT(again);
        QCOMPARE(again->values(), scenario->values());
        QCOMPARE(again->hash(), scenario->hash());
        QCOMPARE(again->description(), scenario->description());
    }

    void readsTypedText()
    {
        const auto typed = [this](QStringView name, const QString& text) {
            return m_set.find(name)->fromText(text);
        };
        QCOMPARE(typed(u"dt", QStringLiteral("1e-3"))->toDouble(), 0.001);
        QCOMPARE(typed(u"count", QStringLiteral("12"))->toInteger(), 12);
        QVERIFY(!typed(u"fast", QStringLiteral("false"))->toBool());
        QCOMPARE(typed(u"mode", QStringLiteral("rough"))->toString(), QStringLiteral("rough"));
        QCOMPARE(typed(u"files", QStringLiteral("a,b"))->toArray().size(), 2);
        QCOMPARE(typed(u"bodies", QStringLiteral("[1,2]"))->toArray().size(), 2);
        for (const auto& [name, text] :
             {std::pair{u"dt", "nan"}, std::pair{u"dt", "inf"}, std::pair{u"dt", "five"},
              std::pair{u"dt", ""}, std::pair{u"count", "1.5"}, std::pair{u"fast", "yes"},
              std::pair{u"mode", "best"}}) {
            QVERIFY2(!typed(name, QLatin1String(text)), text);
        }
    }

    void findsKeysInText()
    {
        const QByteArray text =
            "{ \"a\": [1,\n {\"b\": \"x\\\"}, {\",\n\"c\\u0064\": {\n\"e\": 1}}],\n\"f\": 2}";
        const auto json = JsonText::parse(text, QStringLiteral("Reading"), QStringLiteral("f"));
        PERIHELION_VERIFY_RESULT(json);
        const auto line = [&json](const char* path) {
            return json->lineOf(QString::fromUtf8(path).split(u'.', Qt::SkipEmptyParts));
        };
        QCOMPARE(line(""), 1);
        QCOMPARE(line("a"), 1);
        QCOMPARE(line("a.1"), 2);
        QCOMPARE(line("a.1.cd"), 3);
        QCOMPARE(line("a.1.cd.e"), 4);
        QCOMPARE(line("a.1.none.e"), 2);
        QCOMPARE(line("f"), 5);
    }

    void readsFolders()
    {
        const QTemporaryDir folder;
        const auto write = [&folder](const QString& name, const QByteArray& text) {
            QFile file(folder.filePath(name));
            return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
        };
        QVERIFY(write(QStringLiteral("a.json"), scenarioText("\"count\": 10", "run10")));
        QVERIFY(write(QStringLiteral("b.json"), scenarioText("\"count\": 2", "run2")));
        QVERIFY(write(QStringLiteral("c.json"), scenarioText("", "plain")));
        QVERIFY(write(QStringLiteral("d.json"), scenarioText("\"dt\": 0")));
        QVERIFY(write(QStringLiteral("e.json"), "{\"workload\": \"unknown\", \"name\": \"x\"}"));
        QVERIFY(write(QStringLiteral("f.json"), scenarioText("\"mode\": \"rough\"", "both")));
        QVERIFY(write(QStringLiteral("g.txt"), "not looked at"));
        QVERIFY(
            write(QStringLiteral("h.json"), scenarioText("\"files\": [\"x.h5\", \"/abs/y.h5\"]", "files")));
        WorkloadRegistry registry;
        registry.add(std::make_unique<ToyWorkload>());
        registry.loadScenarios(folder.path());
        QStringList names;
        for (const Scenario& scenario : registry.scenarios(u"toy")) {
            names.append(scenario.name());
        }
        QCOMPARE(names, (QStringList{QStringLiteral("plain"), QStringLiteral("files"), QStringLiteral("run2"),
                                     QStringLiteral("run10")}));
        QCOMPARE(registry.problems().size(), std::size_t{3});
        QCOMPARE(registry.problems().at(0).subject,
                 QString(folder.filePath(QStringLiteral("d.json")) % u":5"));
        QVERIFY(registry.problems().at(1).message.contains(u"there is no workload unknown"));
        QVERIFY(registry.problems().at(2).message.contains(u"exclude each other"));
        const auto files = registry.resolve(QStringLiteral("toy/files"));
        PERIHELION_VERIFY_RESULT(files);
        QCOMPARE(registry.find(u"toy")->inputFiles(*files),
                 (QStringList{folder.filePath(QStringLiteral("x.h5")), QStringLiteral("/abs/y.h5")}));

        // Again is the same, and a missing folder is none.
        registry.loadScenarios(folder.path());
        QCOMPARE(registry.scenarios(u"toy").size(), std::size_t{4});
        registry.loadScenarios(folder.filePath(QStringLiteral("missing")));
        QVERIFY(registry.scenarios(u"toy").empty() && registry.problems().empty());
    }

    void resolvesNames()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("own.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(scenarioText("\"count\": 3", "own"));
        file.close();
        WorkloadRegistry registry;
        registry.add(std::make_unique<ToyWorkload>());
        const auto sentence = [&registry](const QString& name) {
            const auto scenario = registry.resolve(name);
            return scenario ? QString() : scenario.error().sentence();
        };
        QVERIFY(sentence(QStringLiteral("nothing")).contains(u"There is no workload nothing; known are toy"));
        QVERIFY(sentence(QStringLiteral("toy")).contains(u"no scenario plain"));
        QVERIFY(sentence(QStringLiteral("toy/x")).contains(u"no scenario x"));
        QVERIFY(sentence(QStringLiteral("toy/missing.json")).contains(u"missing.json"));
        const auto own = registry.resolve(QString(u"toy/" % path));
        PERIHELION_VERIFY_RESULT(own);
        QCOMPARE(own->integer(u"count"), 3);
        registry.loadScenarios(folder.path());
        PERIHELION_VERIFY_RESULT(registry.resolve(QStringLiteral("toy/own")));
    }
};

QTEST_GUILESS_MAIN(WorkloadsTest)

#include "tst_workloads.moc"
