// SPDX-License-Identifier: GPL-3.0-or-later
// Commits measured one after the other beside the person's checkout: which ones, what is stored, what stops
// it, and that the checkout stays as it was. This program is also the one that measures.
#include "core/backfill/backfill.h"
#include "core/backfill/bisection.h"
#include "core/backfill/leftover_processes.h"
#include "core/profile/measure_server.h"
#include "core/runs/run_store.h"
#include "tests/support/made_project.h"
#include "tests/support/test_support.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <numeric>

#include <sys/stat.h>
#include <unistd.h>

using namespace perihelion;
using perihelion::test::MadeProject;

namespace {

std::vector<int> steady(int count, int value = 100)
{
    std::vector<int> values;
    for (int i = 0; i < count; ++i) {
        values.push_back(value + i % 3);
    }
    return values;
}

int measure(const QStringList& arguments)
{
    const auto project = Project::openAs(arguments.at(3), arguments.at(5), {});
    WorkloadRegistry registry;
    if (!project || !project->addTo(registry)) {
        return 1;
    }
    MeasuringProgram program;
    program.version = QStringLiteral("9.9");
    program.began = monotonicNow();
    return serveMeasurements(registry, program, STDIN_FILENO, STDOUT_FILENO, {});
}

} // namespace

class TestBackfill : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }
    void ordersByBisection();
    void readsRanges();
    void knowsRewrittenAndShallowHistory();
    void fillsARange();
    void keepsToTheLimit();
    void measuresAPartOfARepository();
    void goesOnAfterACancel();
    void endsABuildThatIsCancelled();
    void pauses();
    void replacesALeftWorktree();
    void endsWhatWasLeftRunning();
    void saysWhatIsMissing();
    void tellsLevelsApart();
    void judgesSides();
    void findsThePathOfABisection();
    void bisects();
    void bisectsAroundGaps();
    void saysThatNothingIsToBeFound();

private:
    QString path(const char* name) const { return m_folder.filePath(QLatin1String(name)); }

    MeasuringSurroundings surroundings() const
    {
        MeasuringSurroundings made;
        made.worktreeDir = path("worktrees");
        made.profile.program = QCoreApplication::applicationFilePath();
        return made;
    }

    /// Two warm runs of the workload steps.
    static Result<BackfillRequest> requestFor(const Project& project, const QString& range)
    {
        WorkloadRegistry registry;
        if (const auto added = project.addTo(registry); !added) {
            return added.error();
        }
        registry.loadScenarios(QString());
        const auto scenario = registry.resolve(QStringLiteral("steps"));
        if (!scenario) {
            return scenario.error();
        }
        BackfillRequest request;
        request.range = range;
        request.scenarios = {*scenario};
        request.plan = {0, 2, 1, 0};
        return request;
    }

    Result<BackfillPlan> planFor(const Project& project, const BackfillRequest& request,
                                 const RunStore* store) const
    {
        return planBackfill(project, request, store, surroundings().profile.machine(), {});
    }

    /// Bisects main from its first to its last commit, by the phase parse.
    Result<BisectionResult> bisect(const MadeProject& made, RunStore& store, int looks,
                                   const QString& phase = QStringLiteral("parse"),
                                   const ProfileControl& control = ProfileControl()) const
    {
        const auto project = openMeasurableProject(made.folder(), {});
        const auto wanted =
            project ? requestFor(*project, QString()) : Result<BackfillRequest>(project.error());
        const auto history = CommitHistory::open(made.folder(), {});
        if (!wanted || !history) {
            return wanted ? history.error() : wanted.error();
        }
        BisectionRequest request;
        request.good = made.commits().constFirst();
        request.bad = QStringLiteral("main");
        request.scenario = wanted->scenarios.front();
        request.phase = phase;
        request.plan = {0, 8, 1, 0};
        request.rule.looks = looks;
        const auto found = bisectionPath(*history, request.good, request.bad, {});
        return found ? runBisection(*project, request, *found, surroundings(), control, {}, store)
                     : Result<BisectionResult>(found.error());
    }

    QTemporaryDir m_folder;
};

void TestBackfill::ordersByBisection()
{
    QVERIFY(bisectionOrder(0).empty());
    QCOMPARE(bisectionOrder(1), std::vector<std::size_t>{0});
    QCOMPARE(bisectionOrder(2), (std::vector<std::size_t>{0, 1}));
    QCOMPARE(bisectionOrder(5), (std::vector<std::size_t>{0, 4, 2, 1, 3}));
    std::vector<std::size_t> all = bisectionOrder(1000);
    std::sort(all.begin(), all.end());
    std::vector<std::size_t> each(1000);
    std::iota(each.begin(), each.end(), std::size_t(0));
    QCOMPARE(all, each);
}

void TestBackfill::readsRanges()
{
    MadeProject made(path("ranges"));
    QVERIFY(made.init() && made.makeHistory(steady(4)));
    const QStringList commits = made.commits();
    const auto history = CommitHistory::open(made.folder(), {});
    PERIHELION_VERIFY_RESULT(history);
    const auto hashes = [&history](const QString& range) {
        QStringList found;
        if (const auto read = commitRange(*history, range, {})) {
            for (const Commit& commit : read->commits) {
                found.append(commit.hash);
            }
        }
        return found;
    };
    QCOMPARE(hashes(QString(commits.at(1) % u"..main")), (QStringList{commits.at(3), commits.at(2)}));
    QCOMPARE(hashes(QStringLiteral("HEAD~1..")), QStringList{commits.at(3)});
    QCOMPARE(hashes(QStringLiteral("main")).size(), qsizetype(4));
    QVERIFY(hashes(QStringLiteral("main..main")).isEmpty());
    QCOMPARE(commitRange(*history, QStringLiteral("HEAD~2.."), {})->branch, QStringLiteral("main"));
    QCOMPARE(commitRange(*history, commits.at(2), {})->branch, QStringLiteral("main"));
    for (const QString& wrong : {QString(), QStringLiteral("main...HEAD"), QStringLiteral(" ")}) {
        const auto refused = commitRange(*history, wrong, {});
        QVERIFY(!refused && refused.error().code == ErrorCode::InvalidArgument);
    }
    for (const QString& unknown : {QStringLiteral("nowhere"), QStringLiteral("v1..main"),
                                   QStringLiteral("main..--all"), QStringLiteral("0123456789..HEAD")}) {
        const auto refused = commitRange(*history, unknown, {});
        QVERIFY(!refused && refused.error().code == ErrorCode::NotFound);
        QVERIFY(refused.error().message.contains(u"no commit, branch or tag"));
    }
}

void TestBackfill::knowsRewrittenAndShallowHistory()
{
    MadeProject made(path("rewritten"));
    QVERIFY(made.init() && made.makeHistory(steady(3)));
    const QStringList before = made.commits();
    QVERIFY(made.write(QStringLiteral("more.txt"), "more\n"));
    QVERIFY(!made.git({QStringLiteral("add"), QStringLiteral("-A")}).isNull());
    QVERIFY(!made.git({QStringLiteral("commit"), QStringLiteral("-q"), QStringLiteral("--amend"),
                       QStringLiteral("--no-edit")})
                 .isNull());
    QVERIFY(made.commit(QStringLiteral("After")));
    auto history = CommitHistory::open(made.folder(), {});
    PERIHELION_VERIFY_RESULT(history);
    const auto range = commitRange(*history, QString(before.at(2) % u"..main"), {});
    PERIHELION_VERIFY_RESULT(range);
    QCOMPARE(range->commits.size(), std::size_t(2));
    QCOMPARE(range->notes.size(), qsizetype(1));
    QVERIFY(range->notes.first().contains(u"history was rewritten, and " % made.commits().at(2).left(12)));

    QVERIFY(!made.git({QStringLiteral("checkout"), QStringLiteral("-q"), QStringLiteral("--orphan"),
                       QStringLiteral("other")})
                 .isNull());
    QVERIFY(made.commit(QStringLiteral("Another first one")));
    const auto unrelated = commitRange(*history, QStringLiteral("main..other"), {});
    QVERIFY(!unrelated && unrelated.error().message.contains(u"no commit in common"));

    MadeProject shallow(path("shallow"));
    QVERIFY(QDir().mkpath(shallow.folder()));
    QVERIFY(!shallow
                 .git({QStringLiteral("clone"), QStringLiteral("-q"), QStringLiteral("--depth"),
                       QStringLiteral("2"), QStringLiteral("--branch"), QStringLiteral("main"),
                       QString(u"file://" % made.folder()), QStringLiteral(".")})
                 .isNull());
    history = CommitHistory::open(shallow.folder(), {});
    PERIHELION_VERIFY_RESULT(history);
    const auto cut = commitRange(*history, QStringLiteral("main"), {});
    PERIHELION_VERIFY_RESULT(cut);
    QCOMPARE(cut->commits.size(), std::size_t(2));
    QVERIFY(cut->notes.join(u' ').contains(u"shallow clone"));
    const auto gone = commitRange(*history, QString(before.at(0) % u"..main"), {});
    QVERIFY(!gone && gone.error().message.contains(u"git fetch --unshallow"));
}

void TestBackfill::fillsARange()
{
    MadeProject made(path("fills"));
    QVERIFY(made.init() && made.makeHistory(steady(8), {3}, 2));
    const QStringList commits = made.commits();
    // What nobody may touch: changes staged and not, a stash, an own file, hooks that would be noticed.
    QVERIFY(made.write(QStringLiteral("program.in"), "echo stashed\n"));
    QVERIFY(!made.git({QStringLiteral("stash"), QStringLiteral("-q")}).isNull());
    QVERIFY(made.write(QStringLiteral("program.in"), "echo staged\n"));
    QVERIFY(!made.git({QStringLiteral("add"), QStringLiteral("-A")}).isNull());
    QVERIFY(made.write(QStringLiteral("program.in"), "echo changed\n"));
    QVERIFY(made.write(QStringLiteral("own.txt"), "own\n"));
    for (const char* hook : {"post-checkout", "reference-transaction", "post-index-change"}) {
        const QString file = QString(u".git/hooks/" % QLatin1String(hook));
        QVERIFY(made.write(file, "#!/bin/sh\necho ran > " + path("hook-ran").toLocal8Bit() + '\n'));
        QVERIFY(QFile::setPermissions(QString(made.folder() % u'/' % file),
                                      QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    }
    QFile::remove(path("hook-ran"));
    const QByteArray state = made.state();
    QFile::remove(path("hook-ran"));

    const auto project = openMeasurableProject(made.folder(), {});
    PERIHELION_VERIFY_RESULT(project);
    auto request = requestFor(*project, QStringLiteral("main"));
    PERIHELION_VERIFY_RESULT(request);
    RunStore store(path("fills.sqlite"));
    const auto plan = planFor(*project, *request, &store);
    PERIHELION_VERIFY_RESULT(plan);
    QCOMPARE(plan->range.size(), std::size_t(8));
    QCOMPARE(plan->commits.size(), std::size_t(8));
    QCOMPARE(plan->branch, QStringLiteral("main"));
    QVERIFY(plan->notes.isEmpty());

    BackfillObserver observer;
    QStringList done;
    QSet<int> stages;
    bool timeLeft = false;
    observer.commitDone = [&done](const MeasuredCommit& each) { done.append(each.commit.hash); };
    observer.progress = [&](const BackfillProgress& progress) {
        stages.insert(static_cast<int>(progress.stage));
        timeLeft = timeLeft || (progress.done == 3 && progress.timeLeft && progress.total == 8);
        QVERIFY(!progress.text().isEmpty());
    };
    const auto report =
        runBackfill(*project, *request, *plan, surroundings(), ProfileControl(), observer, store);
    PERIHELION_VERIFY_RESULT(report);
    QVERIFY(report->notes.isEmpty());
    QCOMPARE(report->commits.size(), std::size_t(8));
    QStringList newestFirst(commits.rbegin(), commits.rend());
    QCOMPARE(done, newestFirst);
    QCOMPARE(stages.size(), qsizetype(5)); // All but Paused.
    QVERIFY(timeLeft);
    QCOMPARE(made.state(), state);
    QVERIFY(!QFile::exists(path("hook-ran")));
    QVERIFY(QDir(path("worktrees")).entryList(QDir::Dirs | QDir::NoDotAndDotDot).isEmpty());

    const auto series = store.series();
    PERIHELION_VERIFY_RESULT(series);
    QCOMPARE(series->size(), std::size_t(1));
    QCOMPARE(series->front().project, project->identity());
    QVERIFY(series->front().buildType.isEmpty());
    for (int place = 0; place < 8; ++place) {
        const MeasuredCommit& measured = report->commits[static_cast<std::size_t>(7 - place)];
        QCOMPARE(measured.commit.hash, commits.at(place));
        const auto run = store.run(measured.runs.front().id);
        PERIHELION_VERIFY_RESULT(run);
        QCOMPARE(run->commit, commits.at(place));
        QCOMPARE(run->branch, QStringLiteral("main"));
        QCOMPARE(run->commitTime, measured.commit.committed);
        QVERIFY(!run->dirty);
        QVERIFY(run->machine.compiler.isEmpty());
        if (place == 3) {
            QCOMPARE(run->state, RunState::BuildFailed);
            QCOMPARE(run->failure,
                     QStringLiteral("The build failed: it ended with exit status 3; the last it "
                                    "said was: no rule to make it"));
            QCOMPARE(measured.failure(), run->failure);
            QVERIFY(run->iterations.empty());
            continue;
        }
        QCOMPARE(run->state, RunState::Finished);
        QCOMPARE(run->iterations.size(), std::size_t(2));
        QCOMPARE(run->iterations.front().phases.front().total,
                 Nanoseconds(((100 + place % 3) * 10 + 7) * 100'000LL));
    }

    const auto again = planFor(*project, *request, &store);
    PERIHELION_VERIFY_RESULT(again);
    QVERIFY(again->commits.empty());
    QCOMPARE(again->kept.size(), std::size_t(8));
    for (std::size_t place = 0; place < 8; ++place) {
        QCOMPARE(again->kept[place].hash, again->range[place].hash);
        QCOMPARE(again->kept[place].failure.contains(u"no rule to make it"), place == 7 - 3);
        QCOMPARE(again->kept[place].state == RunState::BuildFailed, place == 7 - 3);
    }
    request->retryFailed = true;
    const auto retried = planFor(*project, *request, &store);
    PERIHELION_VERIFY_RESULT(retried);
    QCOMPARE(retried->commits.size(), std::size_t(1));
    QCOMPARE(retried->commits.front().commit.hash, commits.at(3));
    MachineDescription other = surroundings().profile.machine();
    other.logicalCores += 1;
    QCOMPARE(planBackfill(*project, *request, &store, other, {})->commits.size(), std::size_t(8));
}

void TestBackfill::keepsToTheLimit()
{
    MadeProject made(path("limit"));
    QVERIFY(made.init() && made.makeHistory(steady(5)));
    const QStringList commits = made.commits();
    const auto project = openMeasurableProject(made.folder(), {});
    PERIHELION_VERIFY_RESULT(project);
    auto request = requestFor(*project, QStringLiteral("HEAD"));
    PERIHELION_VERIFY_RESULT(request);
    request->order = BackfillOrder::Bisection;
    request->limit = 3;
    RunStore store(path("limit.sqlite"));
    const auto plan = planFor(*project, *request, &store);
    PERIHELION_VERIFY_RESULT(plan);
    QStringList order;
    for (const MissingCommit& each : plan->commits) {
        order.append(each.commit.hash);
    }
    QCOMPARE(order, (QStringList{commits.at(4), commits.at(0), commits.at(2)}));
    PERIHELION_VERIFY_RESULT(
        runBackfill(*project, *request, *plan, surroundings(), ProfileControl(), {}, store));
    const auto rest = planFor(*project, *request, &store);
    PERIHELION_VERIFY_RESULT(rest);
    QCOMPARE(rest->kept.size(), std::size_t(3));
    QCOMPARE(rest->commits.size(), std::size_t(2));
}

void TestBackfill::measuresAPartOfARepository()
{
    MadeProject top(path("parts"));
    QVERIFY(top.init());
    QVERIFY(top.write(QStringLiteral("readme.txt"), "no part yet\n"));
    QVERIFY(top.commit(QStringLiteral("Begin")));
    const MadeProject part(QString(top.folder() % u"/part"));
    QVERIFY(part.writeProgram(50) && part.writeProjectFile());
    // The build changes a tracked file: still the commit's own.
    QVERIFY(part.write(QStringLiteral("build.sh"),
                       "echo built >> ../readme.txt\nmkdir built\ncp program.in built/program.sh\n"
                       "sed -i s/VALUE/50/ built/program.sh\n"));
    QVERIFY(top.commit(QStringLiteral("Add the part")));
    const auto project = openMeasurableProject(part.folder(), {});
    PERIHELION_VERIFY_RESULT(project);
    const auto request = requestFor(*project, QStringLiteral("main"));
    PERIHELION_VERIFY_RESULT(request);
    RunStore store(path("parts.sqlite"));
    const auto plan = planFor(*project, *request, &store);
    PERIHELION_VERIFY_RESULT(plan);
    const auto report = runBackfill(*project, *request, *plan, surroundings(), ProfileControl(), {}, store);
    PERIHELION_VERIFY_RESULT(report);
    QCOMPARE(report->commits.at(0).state(), RunState::Finished);
    QCOMPARE(report->commits.at(1).state(), RunState::BuildFailed);
    QCOMPARE(report->commits.at(1).failure(), QStringLiteral("This commit has no folder part"));
    const auto run = store.run(report->commits.at(0).runs.front().id);
    PERIHELION_VERIFY_RESULT(run);
    QVERIFY(!run->dirty);
    QVERIFY(run->warnings.contains(QStringLiteral("The build changed files of the commit")));
}

void TestBackfill::goesOnAfterACancel()
{
    MadeProject made(path("cancels"));
    QVERIFY(made.init() && made.makeHistory(steady(4)));
    const QByteArray state = made.state();
    const auto project = openMeasurableProject(made.folder(), {});
    PERIHELION_VERIFY_RESULT(project);
    const auto request = requestFor(*project, QStringLiteral("main"));
    PERIHELION_VERIFY_RESULT(request);
    RunStore store(path("cancels.sqlite"));
    ProfileControl control;
    BackfillObserver observer;
    int done = 0;
    observer.commitDone = [&](const MeasuredCommit&) {
        if (++done == 2) {
            control.cancel();
        }
    };
    const auto first = planFor(*project, *request, &store);
    PERIHELION_VERIFY_RESULT(first);
    const auto cancelled = runBackfill(*project, *request, *first, surroundings(), control, observer, store);
    QVERIFY(!cancelled);
    QCOMPARE(cancelled.error().code, ErrorCode::Cancelled);
    QVERIFY(cancelled.error().message.contains(u"after 2 of 4 commits"));
    QCOMPARE(made.state(), state);
    const auto second = planFor(*project, *request, &store);
    PERIHELION_VERIFY_RESULT(second);
    QCOMPARE(second->kept.size(), std::size_t(2));
    PERIHELION_VERIFY_RESULT(
        runBackfill(*project, *request, *second, surroundings(), ProfileControl(), {}, store));
    const auto runs = store.recentRuns();
    PERIHELION_VERIFY_RESULT(runs);
    QSet<QString> commits;
    for (const RunListing& run : *runs) {
        commits.insert(run.commit);
    }
    QCOMPARE(runs->size(), std::size_t(4));
    QCOMPARE(commits.size(), qsizetype(4));
}

void TestBackfill::endsABuildThatIsCancelled()
{
    MadeProject made(path("gated"));
    QVERIFY(made.init());
    QVERIFY(made.write(QStringLiteral("gated"), "gated\n"));
    QVERIFY(made.makeHistory(steady(1)));
    const QByteArray gate = path("gate").toLocal8Bit();
    QCOMPARE(::mkfifo(gate.constData(), 0600), 0);
    qputenv("MADE_PROJECT_GATE", gate);
    const auto project = openMeasurableProject(made.folder(), {});
    PERIHELION_VERIFY_RESULT(project);
    const auto request = requestFor(*project, QStringLiteral("main"));
    PERIHELION_VERIFY_RESULT(request);
    RunStore store(path("gated.sqlite"));
    const auto plan = planFor(*project, *request, &store);
    PERIHELION_VERIFY_RESULT(plan);
    // Cancelled as soon as the build waits at the gate, by whoever asks the token.
    const CancelToken whenWaiting =
        CancelToken::alsoWhen([this] { return QFile::exists(path("gate.reached")); });
    const auto cancelled =
        runBackfill(*project, *request, *plan, surroundings(), ProfileControl(whenWaiting), {}, store);
    qunsetenv("MADE_PROJECT_GATE");
    QVERIFY(!cancelled);
    QCOMPARE(cancelled.error().code, ErrorCode::Cancelled);
    QVERIFY(store.recentRuns()->empty());
    const auto worktree = ProjectWorktree::make(*project, surroundings().worktreeDir, {});
    PERIHELION_VERIFY_RESULT(worktree);
    QCOMPARE(
        endLeftoverProcesses(QString(ProjectWorktree::markName() % u'=' % (*worktree)->root()).toLocal8Bit()),
        0);
}

void TestBackfill::pauses()
{
    MadeProject made(path("pauses"));
    QVERIFY(made.init() && made.makeHistory(steady(2)));
    const auto project = openMeasurableProject(made.folder(), {});
    PERIHELION_VERIFY_RESULT(project);
    const auto request = requestFor(*project, QStringLiteral("main"));
    PERIHELION_VERIFY_RESULT(request);
    RunStore store(path("pauses.sqlite"));
    const auto plan = planFor(*project, *request, &store);
    PERIHELION_VERIFY_RESULT(plan);
    ProfileControl control;
    BackfillObserver observer;
    int paused = 0;
    observer.progress = [&](const BackfillProgress& progress) {
        if (progress.stage == BackfillProgress::Stage::Building) {
            control.pause();
        } else if (progress.stage == BackfillProgress::Stage::Paused) {
            ++paused;
            control.resume();
        }
    };
    PERIHELION_VERIFY_RESULT(
        runBackfill(*project, *request, *plan, surroundings(), control, observer, store));
    QCOMPARE(paused, 2);
}

void TestBackfill::replacesALeftWorktree()
{
    MadeProject made(path("left"));
    QVERIFY(made.init() && made.makeHistory(steady(2)));
    const QByteArray state = made.state();
    const auto project = openMeasurableProject(made.folder(), {});
    PERIHELION_VERIFY_RESULT(project);
    const QString parent = path("left-worktrees");
    QString root;
    {
        const auto worktree = ProjectWorktree::make(*project, parent, {});
        PERIHELION_VERIFY_RESULT(worktree);
        root = (*worktree)->root();
        const auto second = ProjectWorktree::make(*project, parent, {});
        QVERIFY(!second && second.error().message.contains(u"already"));
    }
    QVERIFY(!QFile::exists(root));
    QCOMPARE(made.state(), state);
    // As a killed program leaves it: known to git, in the middle of a checkout, with the products of a build.
    QVERIFY(!made.git({QStringLiteral("worktree"), QStringLiteral("add"), QStringLiteral("-q"),
                       QStringLiteral("--detach"), root, QStringLiteral("HEAD")})
                 .isNull());
    const MadeProject left(root);
    QVERIFY(left.write(QStringLiteral("built/old"), "old\n"));
    QVERIFY(made.write(QString(u".git/worktrees/" % QFileInfo(root).fileName() % u"/index.lock"), ""));
    for (const bool folderIsGone : {false, true}) {
        const auto worktree = ProjectWorktree::make(*project, parent, {});
        PERIHELION_VERIFY_RESULT(worktree);
        PERIHELION_VERIFY_RESULT((*worktree)->checkOut(made.commits().constFirst(), {}));
        QCOMPARE((*worktree)->root(), root);
        QVERIFY(!QFile::exists(QString(root % u"/built")));
        QCOMPARE(left.head(), made.commits().constFirst());
        if (!folderIsGone) {
            QVERIFY(QDir(root).removeRecursively()); // And git still lists it.
        }
    }
    QCOMPARE(made.state(), state);
    QVERIFY(left.write(QStringLiteral("no.worktree"), "of git\n"));
    PERIHELION_VERIFY_RESULT(ProjectWorktree::make(*project, parent, {}));
}

void TestBackfill::endsWhatWasLeftRunning()
{
    const QByteArray mark = "PERIHELION_WORKTREE=" + path("nowhere").toLocal8Bit();
    QProcess left;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("PERIHELION_WORKTREE"), path("nowhere"));
    left.setProcessEnvironment(environment);
    left.start(QStringLiteral("cat"), {}); // Waits for what is never written.
    QVERIFY(left.waitForStarted());
    QCOMPARE(endLeftoverProcesses(mark + "-else"), 0);
    QCOMPARE(endLeftoverProcesses(mark), 1);
    QVERIFY(left.waitForFinished());
    QCOMPARE(left.exitStatus(), QProcess::CrashExit);
    QCOMPARE(endLeftoverProcesses(mark), 0);
}

void TestBackfill::saysWhatIsMissing()
{
    const auto outside = openMeasurableProject(path("no-such-folder"), {});
    QVERIFY(!outside && outside.error().code == ErrorCode::NotFound);
    MadeProject made(path("missing"));
    QVERIFY(QDir().mkpath(made.folder()) && made.writeProjectFile());
    const auto noRepository = openMeasurableProject(made.folder(), {});
    QVERIFY(!noRepository && noRepository.error().message.contains(u"no git repository"));
    QVERIFY(made.init() && QFile::remove(QString(made.folder() % u"/perihelion.json")));
    QVERIFY(made.commit(QStringLiteral("Empty")));
    const auto noFile = openMeasurableProject(made.folder(), {});
    QVERIFY(!noFile && noFile.error().message.contains(u"has no perihelion.json"));
    QVERIFY(made.write(QStringLiteral("perihelion.json"), "{\"name\": \"made\"}\n"));
    const auto noWorkload = openMeasurableProject(made.folder(), {});
    QVERIFY(!noWorkload && noWorkload.error().message.contains(u"names no workload"));
    QVERIFY(made.write(QStringLiteral("perihelion.json"),
                       "{\"workloads\": [{\"name\": \"steps\", \"command\": [\"true\"]}]}\n"));
    auto project = openMeasurableProject(made.folder(), {});
    PERIHELION_VERIFY_RESULT(project);
    auto request = requestFor(*project, QStringLiteral("main"));
    PERIHELION_VERIFY_RESULT(request);
    auto plan = planFor(*project, *request, nullptr);
    PERIHELION_VERIFY_RESULT(plan);
    QVERIFY(plan->notes.join(u' ').contains(u"no build command"));
    QVERIFY(made.write(QStringLiteral("perihelion.json"),
                       "{\"build\": [\"no-such-builder-anywhere\"], \"workloads\": [{\"name\": \"steps\", "
                       "\"command\": [\"true\"]}]}\n"));
    project = openMeasurableProject(made.folder(), {});
    PERIHELION_VERIFY_RESULT(project);
    RunStore store(path("missing.sqlite"));
    plan = planFor(*project, *request, &store);
    PERIHELION_VERIFY_RESULT(plan);
    const auto noBuilder =
        runBackfill(*project, *request, *plan, surroundings(), ProfileControl(), {}, store);
    QVERIFY(!noBuilder && noBuilder.error().message.contains(u"is not installed"));
    QVERIFY(store.recentRuns()->empty());
}

void TestBackfill::tellsLevelsApart()
{
    const auto around = [](double middle, int count) {
        std::vector<double> values;
        for (int i = 0; i < count; ++i) {
            values.push_back(middle + 0.1 * (i * 7 % 10));
        }
        return values;
    };
    const LevelRule rule;
    const LevelPair apart = judgeLevels(around(100, 10), around(130, 10), rule);
    QCOMPARE(apart.finding, LevelFinding::Apart);
    QVERIFY(std::abs(apart.border - 115.45) < 0.01);
    QCOMPARE(judgeLevels(around(130, 10), around(100, 10), rule).finding, LevelFinding::Reversed);
    QCOMPARE(judgeLevels(around(100, 10), around(100, 10), rule).finding, LevelFinding::Alike);
    QCOMPARE(judgeLevels(around(100, 10), around(101, 10), rule).finding, LevelFinding::Alike); // The floor.
    QCOMPARE(judgeLevels(around(100, 2), around(130, 2), rule).finding, LevelFinding::Undecided);
    // So much noise that ten samples of each say nothing.
    std::vector<double> wild;
    for (int i = 0; i < 10; ++i) {
        wild.push_back(i % 2 == 0 ? 60 + i : 160 + i);
    }
    QCOMPARE(judgeLevels(wild, wild, rule).finding, LevelFinding::Undecided);
}

void TestBackfill::judgesSides()
{
    const LevelRule rule;
    const std::vector<double> below(9, 100.0);
    const std::vector<double> above(9, 120.0);
    QCOMPARE(judgeSide(below, 110, rule).side, LevelSide::Good);
    QCOMPARE(judgeSide(above, 110, rule).side, LevelSide::Bad);
    QCOMPARE(judgeSide(above, 110, rule).sentence,
             QStringLiteral(
                 "median 120 ms of 9 samples; its interval from 120 ms to 120 ms lies above the border at "
                 "110 ms"));
    QCOMPARE(judgeSide(std::vector<double>(7, 120.0), 110, rule).side, LevelSide::Undecided); // Too few.
    const std::vector<double> both{100, 101, 102, 103, 117, 118, 119, 120, 121};
    QCOMPARE(judgeSide(both, 110, rule).side, LevelSide::Undecided);
    QVERIFY(judgeSide(both, 110, rule).sentence.contains(u"holds the border"));
}

void TestBackfill::findsThePathOfABisection()
{
    MadeProject made(path("paths"));
    QVERIFY(made.init() && made.makeHistory(steady(4)));
    const QStringList commits = made.commits();
    const auto history = CommitHistory::open(made.folder(), {});
    PERIHELION_VERIFY_RESULT(history);
    const auto found = bisectionPath(*history, commits.at(1), QStringLiteral("main"), {});
    PERIHELION_VERIFY_RESULT(found);
    QCOMPARE(found->commits.size(), std::size_t(3));
    QCOMPARE(found->commits.front().hash, commits.at(1));
    QCOMPARE(found->commits.back().hash, commits.at(3));
    const auto refusal = [&history](const QString& good, const QString& bad) {
        const auto refused = bisectionPath(*history, good, bad, {});
        return refused ? QString() : refused.error().message;
    };
    QVERIFY(refusal(QStringLiteral("main"), QStringLiteral("HEAD")).contains(u"the same commit"));
    QVERIFY(refusal(QStringLiteral("main"), commits.at(0)).contains(u"name the older commit first"));
    QVERIFY(refusal(QStringLiteral("a..b"), QStringLiteral("main")).contains(u"takes two commits"));
    QVERIFY(refusal(QStringLiteral("nowhere"), QStringLiteral("main")).contains(u"no commit"));
    QVERIFY(
        !made.git({QStringLiteral("commit"), QStringLiteral("-q"), QStringLiteral("--amend"),
                   QStringLiteral("--allow-empty"), QStringLiteral("--reset-author"),
                   QStringLiteral("--date"),
                   made.git({QStringLiteral("log"), QStringLiteral("-1"), QStringLiteral("--format=%aI")}),
                   QStringLiteral("--no-edit")})
             .isNull());
    QVERIFY(made.commit(QStringLiteral("Follows")));
    const QString rewritten = made.commits().at(3);
    if (rewritten != commits.at(3)) {
        QVERIFY(refusal(commits.at(3), QStringLiteral("main"))
                    .contains(u"history was rewritten, and " % rewritten.left(12)));
    }
}

void TestBackfill::bisects()
{
    MadeProject made(path("bisects"));
    std::vector<int> values = steady(12);
    for (std::size_t i = 7; i < values.size(); ++i) {
        values[i] += 20;
    }
    QVERIFY(made.init() && made.makeHistory(values));
    const QByteArray state = made.state();
    RunStore store(path("bisects.sqlite"));
    const auto result = bisect(made, store, 3);
    PERIHELION_VERIFY_RESULT(result);
    QCOMPARE(made.state(), state);
    QCOMPARE(result->conclusion, BisectionResult::Conclusion::Found);
    QCOMPARE(result->suspects.size(), std::size_t(1));
    QCOMPARE(result->suspects.front().hash, made.commits().at(7));
    QVERIFY2(result->sentence.startsWith(
                 QString(made.commits().at(7).left(12) % u" (Commit 7) is the first bad commit; from " %
                         made.commits().at(6).left(12))),
             qPrintable(result->sentence));
    QVERIFY(result->sentence.contains(u"parse (warm): Median 100.55 → 121.55 ms (+20.9 %)"));
    QVERIFY(result->judged.size() <= 6); // Both ends and at most four of ten between.
    std::size_t batches = 0;
    for (const JudgedCommit& judged : result->judged) {
        const bool bad = judged.place >= 7;
        QCOMPARE(judged.judgement, bad ? JudgedCommit::Judgement::Bad : JudgedCommit::Judgement::Good);
        QCOMPARE(judged.samples, 8 * judged.runs.size());
        batches += judged.runs.size();
    }
    const auto runs = store.recentRuns();
    PERIHELION_VERIFY_RESULT(runs);
    QCOMPARE(runs->size(), batches);
    QCOMPARE(runs->front().branch, QStringLiteral("main"));
}

void TestBackfill::bisectsAroundGaps()
{
    MadeProject made(path("around"));
    std::vector<int> values = steady(9);
    for (std::size_t i = 5; i < values.size(); ++i) {
        values[i] += 20;
    }
    QVERIFY(made.init() && made.makeHistory(values, {4, 5}));
    RunStore store(path("around.sqlite"));
    const auto result = bisect(made, store, 2);
    PERIHELION_VERIFY_RESULT(result);
    QCOMPARE(result->conclusion, BisectionResult::Conclusion::Narrowed);
    QStringList suspects;
    for (const Commit& commit : result->suspects) {
        suspects.append(commit.hash);
    }
    QCOMPARE(suspects, made.commits().mid(4, 3));
    QVERIFY(result->sentence.contains(u"one of 3"));
    int skipped = 0;
    for (const JudgedCommit& judged : result->judged) {
        if (judged.judgement == JudgedCommit::Judgement::Skipped) {
            ++skipped;
            QVERIFY(judged.sentence.contains(u"no rule to make it"));
            QCOMPARE(store.run(judged.runs.front())->state, RunState::BuildFailed);
        }
    }
    QCOMPARE(skipped, 2);
}

void TestBackfill::saysThatNothingIsToBeFound()
{
    MadeProject made(path("nothing"));
    QVERIFY(made.init() && made.makeHistory({100, 100, 100}));
    RunStore store(path("nothing.sqlite"));
    const auto alike = bisect(made, store, 2);
    PERIHELION_VERIFY_RESULT(alike);
    QCOMPARE(alike->conclusion, BisectionResult::Conclusion::Alike);
    QVERIFY(alike->suspects.empty());
    QVERIFY(alike->sentence.contains(u"same level"));
    const auto noPhase = bisect(made, store, 2, QStringLiteral("dance"));
    QVERIFY(!noPhase);
    QVERIFY2(noPhase.error().message.contains(u"no warm phase dance; they have parse, print"),
             qPrintable(noPhase.error().sentence()));
    ProfileControl cancelled;
    cancelled.cancel();
    const auto stopped = bisect(made, store, 2, QStringLiteral("parse"), cancelled);
    QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);

    MadeProject faster(path("faster"));
    QVERIFY(faster.init() && faster.makeHistory({130, 100}));
    const auto reversed = bisect(faster, store, 2);
    PERIHELION_VERIFY_RESULT(reversed);
    QCOMPARE(reversed->conclusion, BisectionResult::Conclusion::Reversed);

    MadeProject broken(path("broken-end"));
    QVERIFY(broken.init() && broken.makeHistory({100, 130}, {1}));
    const auto noEnd = bisect(broken, store, 2);
    QVERIFY(!noEnd && noEnd.error().message.contains(u"The bad end of the bisection cannot be measured"));
}

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == u"measure") {
        return measure(arguments);
    }
    TestBackfill test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_backfill.moc"
