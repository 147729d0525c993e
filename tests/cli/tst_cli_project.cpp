// SPDX-License-Identifier: GPL-3.0-or-later
// A project's commands profiled as processes: the Python example as it is shipped, and a made history with a
// planted regression.
#include "core/runs/run_store.h"
#include "tests/cli/cli_process.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace perihelion;
using perihelion::test::Outcome;
using perihelion::test::runCli;

namespace {

bool git(const QString& folder, const QStringList& arguments, const QString& date)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString& who : {QStringLiteral("AUTHOR"), QStringLiteral("COMMITTER")}) {
        environment.insert(QString(u"GIT_" % who % u"_NAME"), QStringLiteral("Tester"));
        environment.insert(QString(u"GIT_" % who % u"_EMAIL"), QStringLiteral("tester@example.invalid"));
        environment.insert(QString(u"GIT_" % who % u"_DATE"), date);
    }
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(folder);
    process.start(QStringLiteral("git"), arguments);
    return process.waitForFinished(60'000) && process.exitCode() == 0;
}

bool commitAll(const QString& folder, const QString& subject, int day)
{
    const QString date = QStringLiteral("%1 +0000").arg(1'600'000'000 + day * 86'400);
    return git(folder, {QStringLiteral("add"), QStringLiteral("-A")}, date) &&
           git(folder, {QStringLiteral("commit"), QStringLiteral("-q"), QStringLiteral("-m"), subject}, date);
}

bool write(const QString& path, const QByteArray& text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

QString headOf(const QString& folder)
{
    QProcess process;
    process.setWorkingDirectory(folder);
    process.start(QStringLiteral("git"), {QStringLiteral("rev-parse"), QStringLiteral("HEAD")});
    return process.waitForFinished(60'000) ? QString::fromLatin1(process.readAllStandardOutput()).trimmed()
                                           : QString();
}

} // namespace

class TestCliProject : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }
    void pythonExample();
    void badCommandIsStored();
    void mistakeIsNamed();
    void plantedRegressionIsFound();

private:
    QString path(const char* name) const { return m_folder.filePath(QLatin1String(name)); }
    Outcome profile(const QString& workload, const QString& project, const QString& store,
                    const QStringList& more = {}) const
    {
        return runCli(QStringList{QStringLiteral("profile"), workload, QStringLiteral("--project"), project,
                                  QStringLiteral("--store"), store, QStringLiteral("--processes"),
                                  QStringLiteral("1"), QStringLiteral("--json")} +
                      more);
    }
    bool makeRepository(const QString& folder) const
    {
        return QDir().mkpath(folder) && git(folder, {QStringLiteral("init"), QStringLiteral("-q")}, {});
    }

    QTemporaryDir m_folder;
};

void TestCliProject::pythonExample()
{
    const QString top = path("example");
    const QString folder = QString(top % u"/python-example");
    QVERIFY(makeRepository(top));
    QVERIFY(QDir().mkpath(folder));
    const QString emitters = QStringLiteral(PERIHELION_EMITTERS);
    for (const QString& name :
         {QStringLiteral("perihelion_phases.py"), QStringLiteral("python-example/perihelion.json"),
          QStringLiteral("python-example/word_count.py")}) {
        QVERIFY(QFile::copy(QString(emitters % u'/' % name), QString(top % u'/' % name)));
    }
    QVERIFY(commitAll(top, QStringLiteral("Count words"), 1));
    const Outcome known =
        runCli({QStringLiteral("workloads"), QStringLiteral("--project"), folder, QStringLiteral("--json")});
    QVERIFY2(known.status == 0, qPrintable(known.errors));
    QCOMPARE(known.json().array().last().toObject().value(u"workload").toString(), QStringLiteral("words"));

    const QString store = path("example.sqlite");
    const Outcome outcome =
        profile(QStringLiteral("words"), folder, store,
                {QStringLiteral("--cold"), QStringLiteral("1"), QStringLiteral("--runs"), QStringLiteral("2"),
                 QStringLiteral("--set"), QStringLiteral("words=300")});
    QVERIFY2(outcome.status == 0, qPrintable(outcome.errors));
    const QJsonObject run = outcome.json().object();
    QCOMPARE(run.value(u"commit").toString(), headOf(top));
    QCOMPARE(run.value(u"metrics").toObject().value(u"different_words").toDouble() > 0, true);
    RunStore kept(store);
    const auto stored = kept.run(1);
    QVERIFY(stored);
    QVERIFY(stored->project.startsWith(u"word-count@"));
    QVERIFY(!stored->branch.isEmpty());
    QVERIFY(!stored->dirty);
    for (const QString& sentence : stored->warnings + stored->notes) {
        QVERIFY2(!sentence.contains(u"build for finding mistakes") && !sentence.contains(u"Cold is a new"),
                 qPrintable(sentence));
    }
    QVERIFY(write(QString(folder % u"/word_count.py"), "raise SystemExit(0)\n"));
    const Outcome changed = profile(
        QStringLiteral("words"), folder, store,
        {QStringLiteral("--cold"), QStringLiteral("1"), QStringLiteral("--runs"), QStringLiteral("0")});
    QCOMPARE(changed.status, 1); // It tells of no phase any more.
    const auto dirty = kept.run(2);
    QVERIFY(dirty && dirty->dirty);
    QVERIFY(dirty->warnings.contains(QStringLiteral("The project has changes that no commit holds")));
    QCOMPARE(stored->commitTime.toSecsSinceEpoch(), qint64(1'600'086'400));
    QStringList phases;
    for (const RunPhase& phase : stored->phases) {
        phases.append(phase.name);
    }
    const QStringList expected{QStringLiteral("make"),         QStringLiteral("count"),
                               QStringLiteral("split"),        QStringLiteral("sort"),
                               QStringLiteral("first output"), QStringLiteral("exit")};
    QCOMPARE(phases, expected);
    QCOMPARE(stored->phases.at(2).parent, 1);
    for (const RunIteration& iteration : stored->iterations) {
        QVERIFY(iteration.elapsed > iteration.unattributed && iteration.unattributed.count() > 0);
        QVERIFY(metricValue(iteration.metrics, metric::kPeakRssBytes).value_or(0) > 1e6);
    }
}

void TestCliProject::badCommandIsStored()
{
    const QString folder = path("bad");
    QVERIFY(makeRepository(folder));
    QVERIFY(write(QString(folder % u"/perihelion.json"),
                  R"({"workloads": [{"name": "bad", "command": ["sh", "-c", "echo broken >&2; exit 4"]}]})"));
    QVERIFY(commitAll(folder, QStringLiteral("Fail"), 1));
    const QString store = path("bad.sqlite");
    const Outcome outcome = profile(
        QStringLiteral("bad"), folder, store,
        {QStringLiteral("--cold"), QStringLiteral("1"), QStringLiteral("--runs"), QStringLiteral("0")});
    QCOMPARE(outcome.status, 1);
    RunStore kept(store);
    const auto stored = kept.run(1);
    QVERIFY(stored);
    QCOMPARE(stored->state, RunState::Failed);
    QVERIFY2(stored->iterations.front().failure.contains(u"exit status 4"),
             qPrintable(stored->iterations.front().failure));
    QVERIFY(stored->iterations.front().failure.contains(u"broken"));
}

void TestCliProject::mistakeIsNamed()
{
    const QString folder = path("mistake");
    QVERIFY(makeRepository(folder));
    QVERIFY(write(QString(folder % u"/perihelion.json"), "{\n  \"workloads\": {}\n}"));
    const Outcome outcome = runCli({QStringLiteral("workloads"), QStringLiteral("--project"), folder});
    QCOMPARE(outcome.status, 2);
    QVERIFY(outcome.hasOneSentence());
    QVERIFY2(outcome.errors.contains(u"perihelion.json:2") && outcome.errors.contains(u"workloads"),
             qPrintable(outcome.errors));
}

void TestCliProject::plantedRegressionIsFound()
{
    const QString folder = path("history");
    QVERIFY(makeRepository(folder));
    QVERIFY(write(QString(folder % u"/perihelion.json"),
                  R"({"name": "made", "workloads": [{"name": "steps", "command": ["sh", "work.sh"]}]})"));
    const QString store = path("history.sqlite");
    constexpr int kCommits = 16;
    constexpr int kPlanted = 8;
    QString planted;
    for (int i = 0; i < kCommits; ++i) {
        // 20 ms, from the planted commit on 25 ms, with 1 % of wobble that depends on the commit alone.
        const int micros = (i < kPlanted ? 20'000 : 25'000) + (i * 7 % 5 - 2) * 100;
        const QByteArray script = "echo phase parse " + QByteArray::number(micros / 1000.0, 'f', 3) +
                                  "\necho phase print 3." + QByteArray::number(i * 3 % 4) + '\n';
        QVERIFY(write(QString(folder % u"/work.sh"), script));
        QVERIFY(commitAll(folder, QStringLiteral("Commit %1").arg(i), i + 1));
        planted = i == kPlanted ? headOf(folder) : planted;
        const Outcome outcome =
            profile(QStringLiteral("steps"), folder, store,
                    {QStringLiteral("--cold"), QStringLiteral("0"), QStringLiteral("--runs"),
                     QStringLiteral("2"), QStringLiteral("--warm-up"), QStringLiteral("0")});
        QVERIFY2(outcome.status == 0, qPrintable(outcome.errors));
    }
    const Outcome found =
        runCli({QStringLiteral("changes"), QStringLiteral("steps"), QStringLiteral("--store"), store,
                QStringLiteral("--phase"), QStringLiteral("parse"), QStringLiteral("--repo"), folder,
                QStringLiteral("--json")});
    QVERIFY2(found.status == 0, qPrintable(found.errors));
    const QJsonArray changes = found.json().array();
    QCOMPARE(changes.size(), qsizetype(1));
    QCOMPARE(changes.first().toObject().value(u"commit").toString(), planted);
    QCOMPARE(changes.first().toObject().value(u"worse").toBool(), true);
}

QTEST_GUILESS_MAIN(TestCliProject)
#include "tst_cli_project.moc"
