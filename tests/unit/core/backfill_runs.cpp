// SPDX-License-Identifier: GPL-3.0-or-later
// What a backfill stores, what it touches, and how it ends, goes on and pauses.
#include "core/backfill/leftover_processes.h"
#include "core/runs/run_store.h"
#include "tests/support/test_support.h"
#include "tests/unit/core/backfill_test.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QSet>

namespace perihelion::test {

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
    const BuildGate gate(m_folder.path());
    QVERIFY(gate.wasMade());
    const auto project = openMeasurableProject(made.folder(), {});
    PERIHELION_VERIFY_RESULT(project);
    const auto request = requestFor(*project, QStringLiteral("main"));
    PERIHELION_VERIFY_RESULT(request);
    RunStore store(path("gated.sqlite"));
    const auto plan = planFor(*project, *request, &store);
    PERIHELION_VERIFY_RESULT(plan);
    // Cancelled as soon as the build waits at the gate, by whoever asks the token.
    const CancelToken whenWaiting = CancelToken::alsoWhen([&gate] { return gate.isReached(); });
    const auto cancelled =
        runBackfill(*project, *request, *plan, surroundings(), ProfileControl(whenWaiting), {}, store);
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

} // namespace perihelion::test
