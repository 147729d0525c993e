// SPDX-License-Identifier: GPL-3.0-or-later
// What other programs copy to tell of their phases, in C++: the header by itself, and the examples as they
// are shipped, built by the command of their project files and profiled.
#include "core/projects/command_process.h"
#include "core/projects/phase_reading.h"
#include "core/projects/project.h"
#include "core/runs/run_store.h"
#include "tests/cli/cli_process.h"
#include "tests/support/test_support.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace perihelion;
using perihelion::test::Outcome;
using perihelion::test::runCli;

namespace {

/// What a program said on both streams, with its exit status in front where that is not 0.
QString run(const QString& folder, const QStringList& command)
{
    QProcess process;
    process.setWorkingDirectory(folder);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(command.first(), command.mid(1));
    const bool ended = process.waitForFinished(120'000) && process.exitStatus() == QProcess::NormalExit;
    const QString said = QString::fromLocal8Bit(process.readAll());
    return ended && process.exitCode() == 0
               ? said
               : QStringLiteral("status %1: ").arg(ended ? process.exitCode() : -1) + said;
}

} // namespace

class TestCliEmitters : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }
    void headerAlone();
    void wordCountExample();
    void benchmarkExample();

private:
    /// A repository with the header and one example in it, built by the example's own command.
    void makeExample(const QString& example, const QStringList& files);
    RunRecord profiled(const QStringList& arguments);

    QTemporaryDir m_folder;
    QString m_example; ///< The folder of the example.
    QString m_said;    ///< By its build.
};

void TestCliEmitters::headerAlone()
{
    const QString folder = m_folder.path();
    const QString said =
        run(folder, {QStringLiteral(PERIHELION_CXX), QStringLiteral("-std=c++17"), QStringLiteral("-Wall"),
                     QStringLiteral("-Wextra"), QStringLiteral("-Wpedantic"), QStringLiteral("-Wshadow"),
                     QStringLiteral("-Wconversion"), QStringLiteral("-Werror"), QStringLiteral("-pthread"),
                     QStringLiteral("-I" PERIHELION_SOURCES), QStringLiteral("-o"), QStringLiteral("careful"),
                     QStringLiteral(PERIHELION_SOURCES "/tests/cli/emitter_careful.cpp"),
                     QStringLiteral(PERIHELION_SOURCES "/tests/cli/emitter_other.cpp")});
    QCOMPARE(said, QString());

    CommandRequest request;
    request.folder = folder;
    request.command = {QStringLiteral("./careful")};
    request.events = true;
    const auto outcome = runCommand(request, CancelToken());
    PERIHELION_VERIFY_RESULT(outcome);
    QCOMPARE(outcome->failure(), QString());
    CommandSpec spec;
    spec.source = PhaseSource::Events;
    const auto read = readPhases(spec, *outcome, CancelToken());
    PERIHELION_VERIFY_RESULT(read);
    QCOMPARE(read->found.size(), std::size_t(3));
    const QString outer = QStringLiteral("say \"C:\\new\"\ttwice\n");
    QCOMPARE(read->found[0].name, outer);
    // Four bytes that belong to no character, an encoded surrogate of three, and a character cut short of
    // two.
    QCOMPARE(read->found[1].name,
             QString(QString::fromUtf8("gr\xc3\xb6\xc3\x9f"
                                       "e \xf0\x9f\xaa\x90 ") +
                     QString(3, QChar::ReplacementCharacter) + QString(3, QChar::ReplacementCharacter) +
                     QString(2, QChar::ReplacementCharacter)));
    QCOMPARE(read->found[1].parent, outer);
    QCOMPARE(read->found[2].name, QStringLiteral("early"));
    const auto valueOf = [&](const QString& name) {
        const auto at = std::find_if(read->metrics.begin(), read->metrics.end(),
                                     [&](const auto& metric) { return metric.name == name; });
        return at == read->metrics.end() ? -1.0 : at->value;
    };
    QCOMPARE(read->metrics.front().name, QStringLiteral("numbers \x01"));
    QCOMPARE(read->metrics.front().unit, QStringLiteral("\""));
    QCOMPARE(read->metrics.front().value, 1234567.25);
    QVERIFY(valueOf(QStringLiteral("tiny")) == 5e-324);
    QVERIFY(valueOf(QStringLiteral("tenth")) == 0.1);
    // Nothing of the threads is lost or torn; what they called phases is counted, not told.
    for (int i = 0; i < 8 * 20; ++i) {
        QCOMPARE(valueOf(QStringLiteral("of thread %1, %2").arg(i / 20).arg(i % 20)), i % 20);
    }
    QCOMPARE(valueOf(QStringLiteral("untold_phases")), 160.0);

    // What is no number is refused by name, not made into one.
    request.command.append(QStringLiteral("nan"));
    const auto bad = runCommand(request, CancelToken());
    PERIHELION_VERIFY_RESULT(bad);
    const auto refused = readPhases(spec, *bad, CancelToken());
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.contains(u"without a name or a number"),
             qPrintable(refused.error().message));

    // Without Perihelion, and with a variable that names nothing to write to, it does nothing.
    QCOMPARE(run(folder, {QString(folder % u"/careful")}), QString());
    for (const QString& value : {QStringLiteral("999"), QStringLiteral("3 "), QStringLiteral("-1"),
                                 QStringLiteral("0"), QStringLiteral("99999999999999999999"), QString()}) {
        QCOMPARE(run(folder,
                     {QStringLiteral("env"), QString(u"PERIHELION_EVENTS_FD=" % value), QStringLiteral("sh"),
                      QStringLiteral("-c"), QStringLiteral("exec ./careful </dev/null")}),
                 QString());
    }
}

void TestCliEmitters::makeExample(const QString& example, const QStringList& files)
{
    const QString top = m_folder.filePath(QString(u"of " % example));
    m_example = QString(top % u'/' % example);
    QVERIFY(QDir().mkpath(m_example));
    const QDir emitters(QStringLiteral(PERIHELION_SOURCES "/resources/emitters"));
    QVERIFY(QFile::copy(emitters.filePath(QStringLiteral("perihelion_phases.h")),
                        QString(top % u"/perihelion_phases.h")));
    for (const QString& file : files) {
        QVERIFY(
            QFile::copy(emitters.filePath(QString(example % u'/' % file)), QString(m_example % u'/' % file)));
    }
    const QStringList git{QStringLiteral("git"), QStringLiteral("-c"), QStringLiteral("user.name=Tester"),
                          QStringLiteral("-c"), QStringLiteral("user.email=tester@example.invalid")};
    QCOMPARE(run(top, git + QStringList{QStringLiteral("init"), QStringLiteral("-q")}), QString());
    QCOMPARE(run(top, git + QStringList{QStringLiteral("add"), QStringLiteral("-A")}), QString());
    QCOMPARE(run(top, git + QStringList{QStringLiteral("commit"), QStringLiteral("-q"), QStringLiteral("-m"),
                                        QStringLiteral("Begin")}),
             QString());
    QFile file(QString(m_example % u"/perihelion.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto project = Project::fromJson(file.readAll(), file.fileName());
    PERIHELION_VERIFY_RESULT(project);
    QVERIFY(!project->buildCommand().isEmpty());
    m_said = run(m_example, project->buildCommand());
}

RunRecord TestCliEmitters::profiled(const QStringList& arguments)
{
    const QString file = m_folder.filePath(QString(arguments.first().section(u'/', 0, 0) % u".sqlite"));
    const Outcome outcome =
        runCli(QStringList{QStringLiteral("profile")} + arguments +
               QStringList{QStringLiteral("--project"), m_example, QStringLiteral("--store"), file,
                           QStringLiteral("--json"), QStringLiteral("--processes"), QStringLiteral("1"),
                           QStringLiteral("--cold"), QStringLiteral("1"), QStringLiteral("--runs"),
                           QStringLiteral("2")});
    if (outcome.status != 0) {
        qWarning("%s", qPrintable(outcome.errors));
        return {};
    }
    const RunStore store(file);
    const auto run = store.run(1);
    return run ? *run : RunRecord();
}

void TestCliEmitters::wordCountExample()
{
    makeExample(
        QStringLiteral("cpp-example"),
        {QStringLiteral("perihelion.json"), QStringLiteral("word_count.cpp"), QStringLiteral(".gitignore")});
    QCOMPARE(m_said, QString());
    const RunRecord run =
        profiled({QStringLiteral("words"), QStringLiteral("--set"), QStringLiteral("words=30000")});
    QVERIFY(run.project.startsWith(u"word-count-cpp@"));
    QVERIFY(!run.dirty && !run.commit.isEmpty()); // What was built and written does not count as a change.
    QStringList phases;
    for (const RunPhase& phase : run.phases) {
        phases.append(phase.name);
    }
    const QStringList expected{QStringLiteral("make"),         QStringLiteral("count"),
                               QStringLiteral("split"),        QStringLiteral("sort"),
                               QStringLiteral("first output"), QStringLiteral("exit")};
    QCOMPARE(phases, expected);
    QCOMPARE(run.phases.at(2).parent, 1);
    QCOMPARE(run.iterations.size(), std::size_t(3));
    for (const RunIteration& iteration : run.iterations) {
        QVERIFY(iteration.failure.isEmpty());
        QVERIFY(metricValue(iteration.metrics, u"different_words").value_or(0) > 100);
        QVERIFY(metricValue(iteration.metrics, metric::kPeakRssBytes).value_or(0) > 1e6);
        for (const PhaseTime& sample : iteration.phases) {
            QVERIFY(sample.total.count() > 0 && sample.total <= iteration.elapsed);
        }
    }
}

void TestCliEmitters::benchmarkExample()
{
    makeExample(QStringLiteral("benchmark-example"),
                {QStringLiteral("perihelion.json"), QStringLiteral("sort_benchmark.cpp"),
                 QStringLiteral(".gitignore")});
    if (m_said.contains(u"benchmark/benchmark.h: No such file") && !qEnvironmentVariableIsSet("CI")) {
        QSKIP("Google Benchmark is missing: apt-get install libbenchmark-dev");
    }
    QCOMPARE(m_said, QString());
    const RunRecord run =
        profiled({QStringLiteral("sorting/short"), QStringLiteral("--set"), QStringLiteral("least=0.001")});
    QVERIFY(run.project.startsWith(u"sorting@"));
    QVERIFY(!run.dirty && !run.commit.isEmpty());
    QCOMPARE(run.iterations.size(), std::size_t(3));
    for (const RunIteration& iteration : run.iterations) {
        QVERIFY(iteration.failure.isEmpty());
        for (const QString& name :
             {QStringLiteral("sortAll/1000 · real time"), QStringLiteral("sortAll/1000 · cpu time"),
              QStringLiteral("sortByHeap/1000 · real time")}) {
            const auto at = std::find_if(iteration.metrics.begin(), iteration.metrics.end(),
                                         [&](const auto& metric) { return metric.name == name; });
            QVERIFY2(at != iteration.metrics.end(), qPrintable(name));
            QCOMPARE(at->unit, QStringLiteral("s"));
            QVERIFY(at->value > 1e-8 && at->value < 1);
        }
        QVERIFY(std::none_of(iteration.metrics.begin(), iteration.metrics.end(),
                             [](const auto& metric) { return metric.name.contains(u"100000"); }));
    }
}

QTEST_GUILESS_MAIN(TestCliEmitters)
#include "tst_cli_emitters.moc"
