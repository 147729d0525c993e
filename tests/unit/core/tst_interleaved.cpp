// SPDX-License-Identifier: GPL-3.0-or-later
// Two commits built side by side and measured in turn: what a round is, what the rounds say, what is stored,
// and what stops it. This program is also the one that measures.
#include "core/backfill/interleaved.h"
#include "core/projects/project_workloads.h"
#include "core/runs/run_store.h"
#include "tests/support/made_project.h"
#include "tests/support/test_support.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace perihelion;
using perihelion::test::MadeProject;

namespace {

const QString kOneCommit = QStringLiteral("aaaa111122223333444455556666777788889999");
const QString kOtherCommit = QStringLiteral("bbbb111122223333444455556666777788889999");

RunRecord runOf(const QString& commit)
{
    RunRecord run;
    run.id = 7;
    run.uuid = commit;
    run.project = QStringLiteral("made-1234");
    run.workload = QStringLiteral("steps");
    run.scenario = QStringLiteral("default");
    run.commit = commit;
    return run;
}

/// One process with one iteration: a phase, and one inside it.
RunRecord roundRun(int outer, int inner, const QString& name)
{
    RunRecord run = runOf(kOneCommit);
    run.plan = RunPlan{0, 1, 1, 0};
    run.phases = {{QStringLiteral("outer"), -1, false}, {name, 0, false}};
    run.processes = {{0, IterationMode::Warm, 0, 0, QString(), std::nullopt, std::nullopt}};
    RunIteration each;
    each.elapsed = Nanoseconds(outer);
    each.phases = {{0, Nanoseconds(outer), Nanoseconds(outer - inner), 1},
                   {1, Nanoseconds(inner), Nanoseconds(inner), 1}};
    run.iterations = {each};
    run.notes = {QStringLiteral("always"), name};
    return run;
}

const PhaseComparison* rowOf(const ComparedPair& pair, QStringView phase)
{
    const auto& rows = pair.comparison.rows;
    const auto at = std::find_if(rows.begin(), rows.end(), [phase](const PhaseComparison& row) {
        return row.phase == phase && row.mode == IterationMode::Warm;
    });
    return at == rows.end() ? nullptr : &*at;
}

} // namespace

class TestInterleaved : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }
    void asksOneProcessOfASide();
    void pairsByProcess();
    void joinsRounds();
    void saysWhyNot_data();
    void saysWhyNot();
    void measuresInTurn();
    void measuresRunsAgain();
    void keepsWhatWasCancelledLate();
    void endsWhenCancelledEarly();
    void tellsABuildThatFails();
    void givesUpOnAProgramThatFails();
    void tellsWrongNames();
    void isAloneOnItsWorktrees();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }

    MeasuringSurroundings surroundings() const
    {
        MeasuringSurroundings made;
        made.worktreeDir = path(QStringLiteral("worktrees"));
        made.profile.program = QCoreApplication::applicationFilePath();
        return made;
    }
    QStringList worktrees() const
    {
        return QDir(path(QStringLiteral("worktrees"))).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    }

    static Result<InterleavedRequest> requestFor(const Project& project, const QString& a, const QString& b)
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
        auto request = requestCommits(project, a, b, std::span(&*scenario, 1), RunPlan{0, 4, 2, 0}, {});
        if (request) {
            request->rounds = kFewestRounds;
            request->seed = 3;
        }
        return request;
    }

    Result<InterleavedReport> measured(const MadeProject& made, RunStore& store,
                                       const InterleavedObserver& observer = {},
                                       const ProfileControl& control = ProfileControl(),
                                       std::size_t rounds = kFewestRounds) const
    {
        const auto project = openMeasurableProject(made.folder(), {});
        if (!project) {
            return project.error();
        }
        auto request = requestFor(*project, QStringLiteral("main~1"), QStringLiteral("main"));
        if (!request) {
            return request.error();
        }
        request->rounds = rounds;
        return measureInterleaved(*project, *request, surroundings(), control, observer, store);
    }

    QTemporaryDir m_folder;
};

void TestInterleaved::asksOneProcessOfASide()
{
    QCOMPARE(roundOf({5, 10, 5, 1}), (RunPlan{1, 2, 1, 1}));
    QCOMPARE(roundOf({0, 10, 4, 2}), (RunPlan{0, 3, 1, 2}));
    QCOMPARE(roundOf({3, 0, 5, 1}), (RunPlan{1, 0, 0, 0}));
    QCOMPARE(roundOf({0, 2, 5, 0}), (RunPlan{0, 1, 1, 0}));
}

void TestInterleaved::pairsByProcess()
{
    // Process 4 is missing in b, process 5 in a; of process 0 the median counts.
    const ModeSamples a{{10, 90, 12, 10, 10, 10, 10, 10, 10}, {0, 0, 0, 1, 2, 3, 4, 6, 7}};
    const ModeSamples b{{13, 11, 11, 11, 11, 11, 11, 50}, {0, 1, 2, 3, 5, 6, 7, 7}};
    const PairedFinding found = findInRounds(a, b);
    QCOMPARE(found.comparison.rounds, std::size_t(6));
    QCOMPARE(found.comparison.dropped, std::size_t(2));
    QVERIFY(qAbs(found.comparison.ratio - 1.1) < 1e-9);
    QVERIFY(found.comparison.interval.has_value());
    QCOMPARE(found.verdict, Verdict::Slower);
    QVERIFY2(found.sentence.contains(u"In 6 interleaved rounds") && found.sentence.contains(u"2 unusable"),
             qPrintable(found.sentence));
    ComparisonRule strict;
    strict.floor = 0.2;
    QCOMPARE(findInRounds(a, b, strict).verdict, Verdict::NoChange);
    QCOMPARE(findInRounds({{1, 1}, {0, 1}}, {{2, 2}, {0, 1}}).verdict, Verdict::NotEnoughSamples);
    QCOMPARE(findInRounds({{1, 1}, {0, 1}}, {{2, 2}, {0, 1}}).comparison.moreRounds, std::size_t(4));
    QVERIFY(
        findInRounds({{1, 0}, {0, 1}}, {{2, 2}, {0, 1}}).sentence.contains(u"1 more rounds were unusable"));
}

void TestInterleaved::joinsRounds()
{
    RunRecord whole;
    appendRound(whole, roundRun(100, 40, QStringLiteral("parse")), 0);
    RunRecord second = roundRun(110, 30, QStringLiteral("print"));
    std::swap(second.phases[0].name, second.phases[1].name); // Other phases, in another order.
    appendRound(whole, second, 1);
    appendRound(whole, roundRun(120, 50, QStringLiteral("parse")), 2);
    QCOMPARE(whole.plan, (RunPlan{0, 3, 3, 0}));
    QCOMPARE(whole.processes.size(), std::size_t(3));
    QCOMPARE(whole.processes[2].number, 2);
    QCOMPARE(whole.iterations[1].process, 1);
    QCOMPARE(whole.phases.size(), std::size_t(4));
    QCOMPARE(whole.phases[3].parent, 2);
    QCOMPARE(whole.iterations[1].phases[1].phase, 3);
    QCOMPARE(whole.iterations[2].phases[1].phase, 1);
    QCOMPARE(whole.notes,
             (QStringList{QStringLiteral("always"), QStringLiteral("parse"), QStringLiteral("print")}));
}

void TestInterleaved::saysWhyNot_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("imported") << QStringLiteral("origin") << QStringLiteral("were imported");
    QTest::newRow("no commit") << QStringLiteral("commit") << QStringLiteral("does not say which commit");
    QTest::newRow("changes") << QStringLiteral("dirty") << QStringLiteral("changes that no commit holds");
    QTest::newRow("same commit") << QStringLiteral("same") << QStringLiteral("the same commit");
    QTest::newRow("two projects") << QStringLiteral("project") << QStringLiteral("of two projects");
    QTest::newRow("own workload") << QStringLiteral("own") << QStringLiteral("cannot rebuild another commit");
    QTest::newRow("own build") << QStringLiteral("own build") << QStringLiteral("the same build");
}

void TestInterleaved::saysWhyNot()
{
    QFETCH(QString, what);
    QFETCH(QString, sentence);
    RunRecord a = runOf(kOneCommit);
    RunRecord b = runOf(kOtherCommit);
    QVERIFY(canMeasureAgain(a, b).hasValue());
    b.origin = what == u"origin" ? QStringLiteral("asv") : QString();
    a.commit = what == u"commit" ? QString() : a.commit;
    b.dirty = what == u"dirty";
    b.commit = what.startsWith(u"own build") || what == u"same" ? a.commit : b.commit;
    b.project = what == u"project" ? QStringLiteral("other-5678") : b.project;
    if (what.startsWith(u"own")) {
        a.project.clear();
        b.project.clear();
    }
    const Result<void> can = canMeasureAgain(a, b);
    QVERIFY(!can);
    QCOMPARE(can.error().code, ErrorCode::InvalidArgument);
    QVERIFY2(can.error().sentence().contains(sentence), qPrintable(can.error().sentence()));
}

void TestInterleaved::measuresInTurn()
{
    MadeProject made(path(QStringLiteral("turns")));
    QVERIFY(made.init() && made.makeHistory({100, 130}));
    const QByteArray state = made.state();
    RunStore store(path(QStringLiteral("turns.sqlite")));
    std::vector<PairSide> sides;
    QSet<int> stages;
    bool sideBySide = true;
    InterleavedObserver observer;
    observer.progress = [&](const InterleavedProgress& progress) {
        stages.insert(static_cast<int>(progress.stage));
        QVERIFY(!progress.text().isEmpty());
        QCOMPARE(progress.total, kFewestRounds);
        QCOMPARE(progress.timeLeft.has_value(), progress.done > 0);
        if (progress.stage == InterleavedProgress::Stage::Measuring) {
            sides.push_back(progress.side);
            const QStringList trees = worktrees();
            sideBySide = sideBySide && trees.size() == 2 && trees.at(0).size() == trees.at(1).size();
            for (const QString& tree : trees) {
                sideBySide =
                    sideBySide && QFile::exists(path(QString(u"worktrees/" % tree % u"/built/program.sh")));
            }
        }
    };
    const auto report = measured(made, store, observer);
    PERIHELION_VERIFY_RESULT(report);
    QVERIFY(report->notes.isEmpty() && !report->cancelled);
    QCOMPARE(report->rounds, kFewestRounds);
    QCOMPARE(sides, interleavedOrder(kFewestRounds, 3));
    QVERIFY(sideBySide);
    QCOMPARE(stages.size(), qsizetype(5)); // All but Paused.
    QCOMPARE(made.state(), state);
    QVERIFY(worktrees().isEmpty());

    QCOMPARE(report->pairs.size(), std::size_t(1));
    const ComparedPair& pair = report->pairs.front();
    QCOMPARE(pair.a.commit, made.commits().at(0));
    QCOMPARE(pair.b.commit, made.commits().at(1));
    const PhaseComparison* parse = rowOf(pair, u"parse");
    const PhaseComparison* print = rowOf(pair, u"print");
    QVERIFY(parse != nullptr && parse->paired && print != nullptr && print->paired);
    QCOMPARE(parse->verdict(), Verdict::Slower);
    QCOMPARE(parse->paired->comparison.rounds, kFewestRounds);
    QVERIFY(qAbs(parse->paired->comparison.ratio - 1.3) < 0.02);
    QVERIFY(parse->sentence().contains(u"In 6 interleaved rounds"));
    QCOMPARE(print->verdict(), Verdict::NoChange);
    QVERIFY(pair.comparison.regression() != nullptr);

    // Stored as runs of their commits, which know each other.
    const auto listed = store.recentRuns();
    PERIHELION_VERIFY_RESULT(listed);
    QCOMPARE(listed->size(), std::size_t(2));
    QCOMPARE((*listed)[0].series, (*listed)[1].series);
    QCOMPARE((*listed)[0].id, pair.b.id); // The newest is the contender, whichever side began.
    QCOMPARE((*listed)[0].started, (*listed)[1].started);
    QVERIFY(!(*listed)[0].interleaved.isEmpty());
    QCOMPARE((*listed)[0].interleaved, (*listed)[1].interleaved);
    const auto points = store.seriesPoints((*listed)[0].series);
    PERIHELION_VERIFY_RESULT(points);
    QCOMPARE(points->runs[0].interleaved, (*listed)[0].interleaved);
    const auto kept = store.run(pair.a.id);
    PERIHELION_VERIFY_RESULT(kept);
    QCOMPARE(*kept, pair.a);
    QCOMPARE(kept->plan, (RunPlan{0, 12, 6, 0}));
    QCOMPARE(kept->branch, QStringLiteral("main"));
    QCOMPARE(kept->state, RunState::Finished);
    QVERIFY(!kept->dirty);
    QVERIFY(kept->notes.join(u' ').contains(u"in turn with commit " % pair.b.commit.left(12)));
    // Whoever compares them later is told of the rounds as well.
    const auto later = compareNamed(store, made.commits().at(0), made.commits().at(1));
    PERIHELION_VERIFY_RESULT(later);
    QVERIFY(rowOf(later->front(), u"parse")->paired.has_value());
    QVERIFY(comparisonText(later->front()).contains(u"measured in turn\n"));
    QVERIFY(comparisonText(later->front()).contains(u"pair  slower"));
}

void TestInterleaved::measuresRunsAgain()
{
    MadeProject made(path(QStringLiteral("again")));
    QVERIFY(made.init() && made.makeHistory({100, 101}));
    RunStore store(path(QStringLiteral("again.sqlite")));
    const auto first = measured(made, store);
    PERIHELION_VERIFY_RESULT(first);
    auto project = openMeasurableProject(made.folder(), {});
    PERIHELION_VERIFY_RESULT(project);
    const auto request = requestAgain(*project, first->pairs, {});
    PERIHELION_VERIFY_RESULT(request);
    QCOMPARE(request->a.commit.hash, made.commits().at(0));
    QCOMPARE(request->a.branch, QStringLiteral("main"));
    QCOMPARE(request->workloads.size(), std::size_t(1));
    QCOMPARE(request->workloads.front().scenario.hash(), first->pairs.front().a.scenarioHash);
    QCOMPARE(request->workloads.front().round, (RunPlan{0, 2, 1, 0}));
    QCOMPARE(request->rounds, kDefaultRounds);

    std::vector<ComparedPair> changed = first->pairs;
    changed.front().a.scenarioHash = QStringLiteral("0000000000000000");
    auto refused = requestAgain(*project, changed, {});
    QVERIFY(!refused && refused.error().sentence().contains(u"takes other parameters now"));
    changed.front().a.workload = QStringLiteral("gone");
    refused = requestAgain(*project, changed, {});
    QVERIFY(!refused && refused.error().sentence().contains(u"no workload gone any more"));
    changed = first->pairs;
    changed.front().a.commit = kOneCommit;
    refused = requestAgain(*project, changed, {});
    QVERIFY(!refused && refused.error().code == ErrorCode::NotFound);

    MadeProject other(path(QStringLiteral("other")));
    QVERIFY(other.init() && other.write(QStringLiteral("other.txt"), "other\n") &&
            other.commit(QStringLiteral("Another beginning")) && other.makeHistory({100}));
    project = openMeasurableProject(other.folder(), {});
    PERIHELION_VERIFY_RESULT(project);
    refused = requestAgain(*project, first->pairs, {});
    QVERIFY(!refused && refused.error().sentence().contains(u"The runs are of the project"));
}

void TestInterleaved::keepsWhatWasCancelledLate()
{
    MadeProject made(path(QStringLiteral("late")));
    QVERIFY(made.init() && made.makeHistory({100, 130}));
    RunStore store(path(QStringLiteral("late.sqlite")));
    ProfileControl control;
    InterleavedObserver observer;
    observer.progress = [&control](const InterleavedProgress& progress) {
        if (progress.done == kFewestRounds + 1) {
            control.cancel();
        }
    };
    const auto report = measured(made, store, observer, control, 50);
    PERIHELION_VERIFY_RESULT(report);
    QVERIFY(report->cancelled);
    QCOMPARE(report->rounds, kFewestRounds + 1);
    QCOMPARE(rowOf(report->pairs.front(), u"parse")->verdict(), Verdict::Slower);
    QCOMPARE(store.recentRuns()->size(), std::size_t(2));
    QCOMPARE(report->pairs.front().a.iterations.size(), report->pairs.front().b.iterations.size());
    QVERIFY(worktrees().isEmpty());
}

void TestInterleaved::endsWhenCancelledEarly()
{
    MadeProject made(path(QStringLiteral("early")));
    QVERIFY(made.init() && made.makeHistory({100, 130}));
    const QByteArray state = made.state();
    RunStore store(path(QStringLiteral("early.sqlite")));
    for (const auto stage : {InterleavedProgress::Stage::Building, InterleavedProgress::Stage::Measuring}) {
        ProfileControl control;
        InterleavedObserver observer;
        observer.progress = [&control, stage](const InterleavedProgress& progress) {
            if (progress.stage == stage) {
                control.cancel();
            }
        };
        const auto report = measured(made, store, observer, control);
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::Cancelled);
        QVERIFY(report.error().sentence().contains(u"nothing of it is stored"));
        QVERIFY(store.recentRuns()->empty());
        QVERIFY(worktrees().isEmpty());
        QCOMPARE(made.state(), state);
    }
}

void TestInterleaved::tellsABuildThatFails()
{
    MadeProject made(path(QStringLiteral("broken")));
    QVERIFY(made.init() && made.makeHistory({100, 130}, {1}));
    RunStore store(path(QStringLiteral("broken.sqlite")));
    const auto report = measured(made, store);
    QVERIFY(!report);
    const QString sentence = report.error().sentence();
    QVERIFY2(sentence.contains(u"B (Commit 1) cannot be measured: The build failed") &&
                 sentence.contains(u"no rule to make it") && sentence.contains(made.head().left(12)),
             qPrintable(sentence));
    QVERIFY(store.recentRuns()->empty());
    QVERIFY(worktrees().isEmpty());
}

void TestInterleaved::givesUpOnAProgramThatFails()
{
    MadeProject made(path(QStringLiteral("fails")));
    QVERIFY(made.init() && made.makeHistory({100}));
    QVERIFY(made.write(QStringLiteral("program.in"), "echo out of coal >&2\nexit 9\n"));
    QVERIFY(made.commit(QStringLiteral("Run out of coal")));
    RunStore store(path(QStringLiteral("fails.sqlite")));
    int measurements = 0;
    InterleavedObserver observer;
    observer.progress = [&measurements](const InterleavedProgress& progress) {
        measurements += progress.stage == InterleavedProgress::Stage::Measuring ? 1 : 0;
    };
    const auto report = measured(made, store, observer, ProfileControl(), 50);
    QVERIFY(!report);
    QVERIFY2(report.error().sentence().contains(u"B (Run out of coal) cannot be measured") &&
                 report.error().sentence().contains(u"out of coal"),
             qPrintable(report.error().sentence()));
    QVERIFY(measurements <= 7);
    QVERIFY(store.recentRuns()->empty());
}

void TestInterleaved::tellsWrongNames()
{
    MadeProject made(path(QStringLiteral("names")));
    QVERIFY(made.init() && made.makeHistory({100, 130}));
    const auto project = openMeasurableProject(made.folder(), {});
    PERIHELION_VERIFY_RESULT(project);
    const auto refusal = [&](const QString& a, const QString& b) {
        const auto request = requestFor(*project, a, b);
        return request ? QString() : request.error().sentence();
    };
    const QString main = QStringLiteral("main");
    QVERIFY(refusal(QStringLiteral("main~1"), main).isEmpty());
    QVERIFY(refusal(QStringLiteral("nowhere"), main).contains(u"no commit, branch or tag"));
    QVERIFY(refusal(main, QStringLiteral("0123456789")).contains(u"no commit, branch or tag"));
    QVERIFY(refusal(QStringLiteral("main~1..main"), main).contains(u"is a range"));
    QVERIFY(refusal(main, QStringLiteral("HEAD")).contains(u"are the same commit"));
}

void TestInterleaved::isAloneOnItsWorktrees()
{
    MadeProject made(path(QStringLiteral("alone")));
    QVERIFY(made.init() && made.makeHistory({100, 130}));
    const auto project = openMeasurableProject(made.folder(), {});
    PERIHELION_VERIFY_RESULT(project);
    RunStore store(path(QStringLiteral("alone.sqlite")));
    for (const WorktreePlace taken : {WorktreePlace::First, WorktreePlace::Second}) {
        const auto other = ProjectWorktree::make(*project, surroundings().worktreeDir, {}, taken);
        PERIHELION_VERIFY_RESULT(other);
        const auto report = measured(made, store);
        QVERIFY(!report && report.error().sentence().contains(u"being measured already"));
        QCOMPARE(worktrees().size(), qsizetype(1));
    }
    QVERIFY(worktrees().isEmpty());
}

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    if (app.arguments().value(1) == u"measure") {
        return perihelion::test::serveMadeProject(app.arguments());
    }
    TestInterleaved test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_interleaved.moc"
