// SPDX-License-Identifier: GPL-3.0-or-later
// Project files and their mistakes, what commands say of their phases, and commands that misbehave.
#include "core/projects/command_process.h"
#include "core/projects/command_workload.h"
#include "core/projects/phase_reading.h"
#include "core/projects/project.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStringEncoder>
#include <QTemporaryDir>
#include <QTest>

using namespace perihelion;

namespace {

bool git(const QString& folder, const QStringList& arguments)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString& who : {QStringLiteral("AUTHOR"), QStringLiteral("COMMITTER")}) {
        environment.insert(QString(u"GIT_" % who % u"_NAME"), QStringLiteral("Tester"));
        environment.insert(QString(u"GIT_" % who % u"_EMAIL"), QStringLiteral("tester@example.invalid"));
    }
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(folder);
    process.start(QStringLiteral("git"), arguments);
    return process.waitForFinished(60'000) && process.exitCode() == 0;
}

bool write(const QString& path, const QByteArray& text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

CommandRequest shell(const QString& script)
{
    CommandRequest request;
    request.command = {QStringLiteral("sh"), QStringLiteral("-c"), script};
    request.folder = QDir::tempPath();
    request.timeLimit = std::chrono::seconds(60);
    return request;
}

const char* const kProject =
    "{\n"
    "  \"name\": \"toy\",\n"
    "  \"build\": [\"make\"],\n"
    "  \"workloads\": [\n"
    "    {\n"
    "      \"name\": \"count\",\n"
    "      \"command\": [\"sh\", \"-c\", \"echo phase work {ms} ms; echo {literal} >&2\"],\n"
    "      \"parameters\": [{\"name\": \"ms\", \"type\": \"integer\", \"default\": 5, \"least\": 0, "
    "\"greatest\": 99}],\n"
    "      \"inputs\": [\"in.txt\"],\n"
    "      \"scenarios\": [{\"name\": \"slow\", \"parameters\": {\"ms\": 50}}]\n"
    "    }\n"
    "  ]\n"
    "}\n";

} // namespace

class TestProjects : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }
    void readsAProjectFile();
    void namesMistakes_data();
    void namesMistakes();
    void saysWhatIsNoJson();
    void rangesAreReadable();
    void readsPhases_data();
    void readsPhases();
    void refusesWhatIsNoTime_data();
    void refusesWhatIsNoTime();
    void tellsOfPhasesLongerThanTheWhole();
    void nestsEvents();
    void readsResultFiles();
    void runsACommand();
    void survivesBadCommands_data();
    void survivesBadCommands();
    void cancelsACommand();
    void hasAPeakOfItsOwn();
    void runsAsAWorkload();
    void tellsPhasesOfOneNameApart();
    void keepsItsIdentity();

private:
    QTemporaryDir m_folder;
};

void TestProjects::readsAProjectFile()
{
    QByteArray text(kProject);
    text.replace("; echo {literal} >&2", "");
    const auto project = Project::fromJson(text, QStringLiteral("/srv/toy/perihelion.json"));
    QVERIFY2(project, project ? "" : qPrintable(project.error().sentence()));
    QCOMPARE(project->name(), QStringLiteral("toy"));
    QCOMPARE(project->buildCommand(), QStringList{QStringLiteral("make")});
    QCOMPARE(project->workloads().size(), std::size_t(1));
    const CommandSpec& spec = project->workloads().front();
    QCOMPARE(spec.inputs, QStringList{QStringLiteral("/srv/toy/in.txt")});
    QCOMPARE(spec.folder, QStringLiteral("/srv/toy"));
    WorkloadRegistry registry;
    QVERIFY(project->addTo(registry));
    registry.loadScenarios(QString());
    const auto scenario = registry.resolve(QStringLiteral("count"));
    QVERIFY(scenario);
    QCOMPARE(scenario->name(), QStringLiteral("slow"));
    QCOMPARE(scenario->integer(u"ms"), std::int64_t(50));
    const auto twice = project->addTo(registry);
    QVERIFY(!twice);
    QVERIFY(twice.error().message.contains(u"already"));
}

void TestProjects::namesMistakes_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<QString>("key");
    QTest::addColumn<int>("line");
    QTest::newRow("unknown key") << QByteArray("\"build\"") << QByteArray("\"biuld\"") << "biuld" << 3;
    QTest::newRow("no array") << QByteArray("[\"make\"]") << QByteArray("\"make\"") << "build" << 3;
    QTest::newRow("empty command") << QByteArray("\"command\": [\"sh\"") << QByteArray("\"command\": [\"\"")
                                   << "command" << 7;
    QTest::newRow("name") << QByteArray("\"count\"") << QByteArray("\"A b\"") << "name" << 6;
    QTest::newRow("type") << QByteArray("\"integer\"") << QByteArray("\"int\"") << "type" << 8;
    QTest::newRow("default") << QByteArray("\"default\": 5") << QByteArray("\"default\": 500") << "default"
                             << 8;
    QTest::newRow("placeholder") << QByteArray("{ms}") << QByteArray("{seconds}") << "command" << 7;
    QTest::newRow("two scenarios") << QByteArray("\"scenarios\": [")
                                   << QByteArray("\"scenarios\": [{\"name\": \"slow\"}, ")
                                   << "two of the name slow" << 10;
    QTest::newRow("scenario") << QByteArray("\"ms\": 50") << QByteArray("\"ms\": \"x\"") << "ms" << 10;
}

void TestProjects::namesMistakes()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QFETCH(QString, key);
    QFETCH(int, line);
    QByteArray text(kProject);
    text.replace("; echo {literal} >&2", "");
    QVERIFY(text.contains(from));
    text.replace(from, to);
    const auto project = Project::fromJson(text, QStringLiteral("/toy/perihelion.json"));
    QVERIFY(!project);
    QCOMPARE(project.error().code, ErrorCode::InvalidArgument);
    QVERIFY2(project.error().message.contains(key), qPrintable(project.error().sentence()));
    QCOMPARE(project.error().subject, QStringLiteral("/toy/perihelion.json:%1").arg(line));
}

void TestProjects::saysWhatIsNoJson()
{
    QStringEncoder little(QStringEncoder::Utf16LE, QStringEncoder::Flag::WriteBom);
    QStringEncoder bare(QStringEncoder::Utf16LE);
    for (const QByteArray& text :
         {QByteArray(little(QStringLiteral("{\"name\": \"x\"}"))), QByteArray(bare(QStringLiteral("{}")))}) {
        const auto project = Project::fromJson(text, QStringLiteral("/toy/perihelion.json"));
        QVERIFY(!project);
        QVERIFY2(project.error().message.contains(u"must be UTF-8"), qPrintable(project.error().sentence()));
        QCOMPARE(project.error().code, ErrorCode::InvalidArgument);
    }
    // One kind of mistake, and so one exit status, whatever is wrong with the file.
    const auto broken = Project::fromJson("{\"name\": ", QStringLiteral("/toy/perihelion.json"));
    QVERIFY(!broken);
    QCOMPARE(broken.error().code, ErrorCode::InvalidArgument);
    QVERIFY(Project::fromJson("\xEF\xBB\xBF{\"name\": \"x\"}", QStringLiteral("/toy/perihelion.json")));
}

void TestProjects::rangesAreReadable()
{
    const auto project = Project::fromJson(
        R"({"workloads": [{"name": "w", "command": ["true"], "parameters": [)"
        R"({"name": "a", "type": "integer", "default": 1}, {"name": "b", "type": "integer", "default": 1, "least": 0},)"
        R"({"name": "c", "type": "real", "default": 1, "greatest": 2.5},)"
        R"({"name": "d", "type": "integer", "default": 1, "least": 0, "greatest": 20000000000000}]}]})",
        QStringLiteral("/toy/perihelion.json"));
    QVERIFY2(project, project ? "" : qPrintable(project.error().sentence()));
    QStringList ranges;
    for (const ParameterSpec& each : project->workloads().at(0).parameters) {
        ranges.append(each.range());
    }
    QCOMPARE(ranges, (QStringList{QStringLiteral("a whole number"), QStringLiteral("a whole number from 0"),
                                  QStringLiteral("a number up to 2.5"),
                                  QStringLiteral("a whole number from 0 to 20000000000000")}));
}

void TestProjects::readsPhases_data()
{
    QTest::addColumn<QByteArray>("output");
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("name");
    QTest::addColumn<double>("millis");
    QTest::newRow("line") << QByteArray("hello\nphase read file 12.5\n") << QString() << "read file" << 12.5;
    QTest::newRow("with unit") << QByteArray("phase read 3 ms\r\n") << QString() << "read" << 3.0;
    QTest::newRow("among prose") << QByteArray("phase two of three begins\nphase read 3\nphase info\n")
                                 << QString() << "read" << 3.0;
    QTest::newRow("summed") << QByteArray("phase a 1\nphase a 2\n") << QString() << "a" << 3.0;
    QTest::newRow("pattern") << QByteArray("parse: 1.5 s\n") << "^(?<name>\\w+): (?<value>[0-9.]+) s$"
                             << "parse" << 1500.0;
}

void TestProjects::readsPhases()
{
    QFETCH(QByteArray, output);
    QFETCH(QString, pattern);
    QFETCH(QString, name);
    QFETCH(double, millis);
    CommandSpec spec;
    spec.source = pattern.isEmpty() ? PhaseSource::Lines : PhaseSource::Pattern;
    spec.pattern = pattern;
    spec.patternNanoseconds = 1e9;
    CommandOutcome outcome;
    outcome.output = output;
    const auto read = readPhases(spec, outcome, {});
    QVERIFY2(read, read ? "" : qPrintable(read.error().sentence()));
    QCOMPARE(read->found.size(), std::size_t(1));
    QCOMPARE(read->found.front().name, name);
    QCOMPARE(toMilliseconds(read->found.front().total), millis);
}

void TestProjects::refusesWhatIsNoTime_data()
{
    QTest::addColumn<int>("source");
    QTest::addColumn<QByteArray>("said");
    QTest::addColumn<QString>("why");
    const int lines = static_cast<int>(PhaseSource::Lines);
    const int events = static_cast<int>(PhaseSource::Events);
    QTest::newRow("nothing") << lines << QByteArray() << "no phase";
    QTest::newRow("other text") << lines << QByteArray("all is well\n") << "no phase";
    QTest::newRow("half a line") << lines << QByteArray("phase a 1\nphase b 12.") << "ends within";
    QTest::newRow("negative") << lines << QByteArray("phase a -1\n") << "no time";
    for (const char* value : {"1,5", "nan", "inf", "-inf", "1e400", "1.2.3", ",5", "-5", "12s"}) {
        QTest::newRow(value) << lines << QByteArray("phase x ").append(value).append("\nphase y 1\n")
                             << "no time, which is a number such as 12.5";
    }
    QTest::newRow("too large") << lines << QByteArray("phase a 1e300\n") << "no time";
    QTest::newRow("too large a sum") << lines << QByteArray("phase a 9e11\n").repeated(20)
                                     << "impossible time";
    QTest::newRow("no events") << events << QByteArray() << "no phase";
    QTest::newRow("half an event") << events << QByteArray("{\"begin\":\"a\",") << "within a line";
    QTest::newRow("no JSON") << events << QByteArray("begin a\n") << "no JSON object";
    QTest::newRow("never ended") << events << QByteArray("{\"begin\":\"a\",\"ns\":1}\n") << "never ended";
    QTest::newRow("crossed") << events << QByteArray("{\"begin\":\"a\",\"ns\":1}\n{\"end\":\"b\",\"ns\":2}\n")
                             << "not the innermost";
    QTest::newRow("backwards") << events
                               << QByteArray("{\"begin\":\"a\",\"ns\":9}\n{\"end\":\"a\",\"ns\":2}\n")
                               << "before it began";
}

void TestProjects::refusesWhatIsNoTime()
{
    QFETCH(int, source);
    QFETCH(QByteArray, said);
    QFETCH(QString, why);
    CommandSpec spec;
    spec.source = static_cast<PhaseSource>(source);
    CommandOutcome outcome;
    outcome.output = said;
    outcome.events = said;
    const auto read = readPhases(spec, outcome, {});
    QVERIFY(!read);
    QVERIFY2(read.error().message.contains(why), qPrintable(read.error().sentence()));
}

void TestProjects::tellsOfPhasesLongerThanTheWhole()
{
    CommandSpec spec;
    CommandOutcome outcome;
    outcome.elapsed = std::chrono::milliseconds(260);
    const auto notes = [&](const QByteArray& output) {
        outcome.output = output;
        const auto read = readPhases(spec, outcome, {});
        return read ? read->notes : QStringList{read.error().sentence()};
    };
    QCOMPARE(notes("phase a 100\nphase b 160\n"), QStringList());
    for (const QByteArray& longer : {QByteArray("phase a 500\n"), QByteArray("phase a 200\nphase b 100\n")}) {
        QCOMPARE(notes(longer).size(), 1);
        QVERIFY2(notes(longer).first().contains(u"longer than the whole command"), longer.constData());
    }
}

void TestProjects::nestsEvents()
{
    CommandSpec spec;
    spec.source = PhaseSource::Events;
    CommandOutcome outcome;
    outcome.events =
        "{\"begin\":\"outer\",\"ns\":0}\n{\"begin\":\"inner\",\"ns\":10}\n{\"end\":\"inner\",\"ns\":40}\n"
        "{\"end\":\"outer\",\"ns\":100}\n{\"metric\":\"size\",\"value\":7,\"unit\":\"B\"}\n";
    const auto read = readPhases(spec, outcome, {});
    QVERIFY(read);
    const std::vector<FoundPhase> expected{
        {QStringLiteral("outer"), QString(), Nanoseconds(100), Nanoseconds(70)},
        {QStringLiteral("inner"), QStringLiteral("outer"), Nanoseconds(30), Nanoseconds(30)}};
    QCOMPARE(read->found, expected);
    QCOMPARE(read->metrics, std::vector<Metric>({{QStringLiteral("size"), 7, QStringLiteral("B")}}));
    // A phase inside itself is counted once.
    outcome.events = "{\"begin\":\"a\",\"ns\":0}\n{\"begin\":\"a\",\"ns\":10}\n{\"begin\":\"a\",\"ns\":20}\n"
                     "{\"end\":\"a\",\"ns\":30}\n{\"end\":\"a\",\"ns\":40}\n{\"end\":\"a\",\"ns\":50}\n";
    const auto nested = readPhases(spec, outcome, {});
    QVERIFY(nested);
    QCOMPARE(nested->found.size(), std::size_t(2));
    QCOMPARE(nested->found.at(1).total, Nanoseconds(30));
}

void TestProjects::readsResultFiles()
{
    CommandSpec spec;
    spec.resultFile = m_folder.filePath(QStringLiteral("results.json"));
    spec.source = PhaseSource::Results;
    const auto missing = readPhases(spec, {}, {});
    QVERIFY(!missing);
    QCOMPARE(missing.error().code, ErrorCode::NotFound);
    QVERIFY(write(spec.resultFile,
                  R"({"results":[{"command":"sort","mean":0.2,"median":0.2,"times":[0.1,0.2,0.6]}]})"));
    const auto harness = readPhases(spec, {}, {});
    QVERIFY2(harness, harness ? "" : qPrintable(harness.error().sentence()));
    QCOMPARE(harness->metrics.front().value, 0.2);
    QCOMPARE(harness->metrics.front().unit, QStringLiteral("s"));
    spec.source = PhaseSource::Trace;
    QVERIFY(write(spec.resultFile, R"([{"ph":"X","name":"parse","ts":1,"dur":2000,"pid":1,"tid":1}])"));
    const auto trace = readPhases(spec, {}, {});
    QVERIFY(trace);
    QCOMPARE(trace->found.front().total, Nanoseconds(2'000'000));
    spec.source = PhaseSource::Pstats;
    QVERIFY(write(spec.resultFile, R"({"small":{"self":0.001,"total":1},"large":{"self":0.5,"total":0.5}})"));
    const auto functions = readPhases(spec, {}, {});
    QVERIFY(functions);
    QCOMPARE(functions->found.front().name, QStringLiteral("large"));
    QVERIFY(write(spec.resultFile, R"({"small":{"total":1}})"));
    QVERIFY(!readPhases(spec, {}, {}));
}

void TestProjects::runsACommand()
{
    CommandRequest request = shell(QStringLiteral("echo $WHO; printf said >&$PERIHELION_EVENTS_FD; pwd"));
    request.folder = QDir(m_folder.path()).canonicalPath();
    request.environment = {{QStringLiteral("WHO"), QStringLiteral("toy")}};
    request.events = true;
    const auto outcome = runCommand(request, {});
    QVERIFY(outcome);
    QCOMPARE(outcome->failure(), QString());
    QCOMPARE(outcome->output, QByteArray("toy\n" + request.folder.toLocal8Bit() + '\n'));
    QCOMPARE(outcome->events, QByteArray("said"));
    QVERIFY(outcome->firstOutput.count() > 0 && outcome->firstOutput <= outcome->elapsed);
    QVERIFY(outcome->exit.count() >= 0 && outcome->exit <= outcome->elapsed);
}

void TestProjects::survivesBadCommands_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<QString>("why");
    QTest::newRow("fails") << "echo 'no such thing' >&2; exit 3"
                           << "exit status 3; the last it said was: no such thing";
    QTest::newRow("crashes") << "kill -SEGV $$"
                             << "signal 11";
    QTest::newRow("hangs") << "trap '' TERM; while :; do sleep 1; done"
                           << "time limit";
    QTest::newRow("floods") << "while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done"
                            << "more than";
}

void TestProjects::survivesBadCommands()
{
    QFETCH(QString, script);
    QFETCH(QString, why);
    CommandRequest request = shell(script);
    request.outputLimit = 10'000;
    request.grace = std::chrono::milliseconds(50);
    if (why == u"time limit") {
        request.timeLimit = std::chrono::milliseconds(200);
    }
    const auto outcome = runCommand(request, {});
    QVERIFY(outcome);
    QVERIFY2(outcome->failure().contains(why), qPrintable(outcome->failure()));
    QVERIFY(outcome->output.size() <= request.outputLimit);
    request.command = {QStringLiteral("/no/such/program")};
    const auto missing = runCommand(request, {});
    QVERIFY(!missing);
    QCOMPARE(missing.error().code, ErrorCode::NotFound);
}

void TestProjects::cancelsACommand()
{
    CancelToken cancel;
    cancel.cancel();
    const auto outcome = runCommand(shell(QStringLiteral("sleep 60")), cancel);
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().code, ErrorCode::Cancelled);
}

void TestProjects::hasAPeakOfItsOwn()
{
    // Far more than this program has itself.
    CommandRequest request;
    request.command = {QStringLiteral("python3"), QStringLiteral("-c"),
                       QStringLiteral("block = bytearray(400 << 20)")};
    request.folder = m_folder.path();
    const auto large = runCommand(request, {});
    QVERIFY(large);
    QCOMPARE(large->failure(), QString());
    QVERIFY(large->peakBytes >= (400LL << 20));
    // Less than that, however much this program has.
    const auto small = runCommand(shell(QStringLiteral(":")), {});
    QVERIFY(small);
    QVERIFY(small->peakBytes < (400LL << 20));
}

void TestProjects::runsAsAWorkload()
{
    QByteArray text(kProject);
    text.replace("{literal}", "{{ms}}");
    const QString path = m_folder.filePath(QStringLiteral("perihelion.json"));
    const auto project = Project::fromJson(text, path);
    QVERIFY2(project, project ? "" : qPrintable(project.error().sentence()));
    CommandWorkload workload(*project, project->workloads().front());
    const auto scenarios = workload.ownScenarios();
    QCOMPARE(scenarios.size(), std::size_t(1));
    PhaseTimer timer;
    const auto result = workload.run(scenarios.front(), timer, {});
    QVERIFY2(result, result ? "" : qPrintable(result.error().sentence()));
    QCOMPARE(result->found.front().name, QStringLiteral("work"));
    QCOMPARE(result->found.front().total, Nanoseconds(50'000'000));
    QVERIFY(result->ofOtherProcess && result->elapsed.count() > 0);
    QCOMPARE(result->found.at(1).name, QStringLiteral("first output"));
    QVERIFY(result->found.at(1).ofProcess);
}

void TestProjects::tellsPhasesOfOneNameApart()
{
    QByteArray text(kProject);
    text.replace("{literal}", "{{ms}}");
    const auto project = Project::fromJson(text, m_folder.filePath(QStringLiteral("perihelion.json")));
    QVERIFY2(project, project ? "" : qPrintable(project.error().sentence()));
    CommandSpec spec = project->workloads().front();
    spec.source = PhaseSource::Events;
    spec.command = {
        QStringLiteral("sh"), QStringLiteral("-c"),
        QStringLiteral("tell() { printf '{\"%s\": \"%s\", \"ns\": %s}\\n' \"$1\" \"$2\" \"$3\" >&3; }; "
                       "eval \"exec 3>&$PERIHELION_EVENTS_FD\"; "
                       "tell begin load 0; tell begin parse 10; tell begin token 12; tell end token 15; "
                       "tell end parse 20; tell end load 30; tell begin parse 40; tell end parse 70; "
                       "tell begin total 80; tell begin part 81; tell end part 84; tell end total 90")};
    CommandWorkload workload(*project, spec);
    PhaseTimer timer;
    const auto result = workload.run(workload.ownScenarios().front(), timer, {});
    QVERIFY2(result, result ? "" : qPrintable(result.error().sentence()));
    QStringList names;
    for (const FoundPhase& phase : result->found) {
        if (!phase.ofProcess) {
            names.append(QString(phase.parent % u'>' % phase.name));
        }
    }
    names.sort();
    QCOMPARE(names, (QStringList{QStringLiteral(">load"), QStringLiteral(">parse"),
                                 QStringLiteral(">total (told)"), QStringLiteral("load>load/parse"),
                                 QStringLiteral("parse>token"), QStringLiteral("total (told)>part")}));
    QCOMPARE(result->notes.filter(QStringLiteral("is kept as \"total (told)\"")).size(), 1);
}

void TestProjects::keepsItsIdentity()
{
    const QString folder = m_folder.filePath(QStringLiteral("repository"));
    QVERIFY(QDir().mkpath(folder));
    const auto open = [](const QString& where) { return Project::open(where, {}); };
    QCOMPARE(open(folder).error().code, ErrorCode::NotFound);
    QVERIFY(git(folder, {QStringLiteral("init"), QStringLiteral("-q")}));
    QVERIFY(open(folder));
    for (const QString& subject : {QStringLiteral("First"), QStringLiteral("Second")}) {
        QVERIFY(git(folder, {QStringLiteral("commit"), QStringLiteral("-q"), QStringLiteral("--allow-empty"),
                             QStringLiteral("-m"), subject}));
    }
    const auto before = open(folder);
    QVERIFY(before);
    QVERIFY(before->identity().startsWith(u"repository@"));
    QVERIFY(git(folder, {QStringLiteral("branch"), QStringLiteral("-m"), QStringLiteral("other")}));
    QVERIFY(
        git(folder, {QStringLiteral("commit"), QStringLiteral("-q"), QStringLiteral("--amend"),
                     QStringLiteral("--allow-empty"), QStringLiteral("-m"), QStringLiteral("Rewritten")}));
    QCOMPARE(open(folder)->identity(), before->identity());
    const QString elsewhere = m_folder.filePath(QStringLiteral("elsewhere"));
    QVERIFY(git(folder, {QStringLiteral("worktree"), QStringLiteral("add"), QStringLiteral("-q"),
                         QStringLiteral("--detach"), elsewhere}));
    QCOMPARE(open(elsewhere)->identity(), before->identity());
    const auto code = before->code({});
    QVERIFY(code);
    QCOMPARE(code->branch, QStringLiteral("other"));
    QCOMPARE(code->commit.size(), qsizetype(40));
    QVERIFY(code->commitTime.isValid());
    QVERIFY(!code->dirty);
}

QTEST_GUILESS_MAIN(TestProjects)
#include "tst_projects.moc"
