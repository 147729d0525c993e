// SPDX-License-Identifier: GPL-3.0-or-later
// Histories: runs of a store in the order of their commits, and what is said about their levels.
#include "core/history/workload_history.h"
#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"
#include "tests/unit/core/sample_run.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace perihelion;
using namespace perihelion::test;

namespace {

QString hashOf(int commit)
{
    return QStringLiteral("%1").arg(commit, 4, 10, QLatin1Char('0')).repeated(10);
}

QDateTime day(int number)
{
    return QDateTime::fromMSecsSinceEpoch(1'600'000'000'000 + 86'400'000LL * number, Qt::UTC);
}

/// Noise without a generator: between −1 and 1, hardly correlated.
double wobble(int i)
{
    return std::fmod(i * 0.618'033'988'75, 1.0) * 2 - 1;
}

/// One warm iteration that took millis, measured a day after its commit.
RunRecord runAt(int commit, double millis)
{
    RunRecord run;
    run.uuid = newUuid();
    run.workload = QStringLiteral("toy");
    run.scenario = QStringLiteral("plain");
    run.scenarioHash = QStringLiteral("0123456789abcdef");
    run.commit = hashOf(commit);
    run.commitTime = day(commit);
    run.started = day(commit + 1);
    run.finished = run.started.addMSecs(10);
    run.machine.host = QStringLiteral("bench");
    run.machine.cpu = QStringLiteral("Abacus 9");
    run.phases = {{QStringLiteral("sum"), -1, false}};
    RunIteration each;
    each.elapsed = Nanoseconds(static_cast<std::int64_t>(millis * 1e6));
    each.phases = {{0, each.elapsed, each.elapsed, 1}};
    run.iterations = {each};
    return run;
}

std::vector<RunRecord> stepped(int commits, int at, double before, double after)
{
    std::vector<RunRecord> runs;
    for (int i = 0; i < commits; ++i) {
        runs.push_back(runAt(i, (i < at ? before : after) * (1 + 0.01 * wobble(i))));
    }
    return runs;
}

std::vector<Commit> branchOf(const std::vector<int>& oldestFirst)
{
    std::vector<Commit> commits;
    for (auto number = oldestFirst.rbegin(); number != oldestFirst.rend(); ++number) {
        Commit commit;
        commit.hash = hashOf(*number);
        commit.committed = day(*number);
        commits.push_back(commit);
    }
    return commits;
}

QStringList commitsOf(const WorkloadHistory& history)
{
    QStringList commits;
    for (const HistoryRun& each : history.runs) {
        commits.append(each.run.commit.left(4));
    }
    return commits;
}

QStringList numbers(std::initializer_list<int> commits)
{
    QStringList texts;
    for (const int commit : commits) {
        texts.append(hashOf(commit).left(4));
    }
    return texts;
}

} // namespace

class TestWorkloadHistory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void namesGoBothWays();
    void ordersByCommitTime();
    void ordersByRunTime();
    void ordersByFirstParents();
    void findsAStep();
    void findsAnEvidentJumpInAShortHistory();
    void runsOfACommitCountOnce();
    void failedRunsAreGaps();
    void environmentsAreNeverCompared();
    void alarmsOnTheNewest();
    void roundsDecideAnAlarm_data();
    void roundsDecideAnAlarm();
    void acceptedCommitsAreTheNewNormal();
    void exactQuantitiesChangeAtOnce();
    void moreMayBeBetter();
    void filtersDecide();
    void renamedBranchesKeepTheirRuns();
    void cancels();

private:
    void keep(const std::vector<RunRecord>& runs)
    {
        const auto ids = m_store->recordRuns(runs);
        QVERIFY2(ids, qPrintable(ids ? QString() : ids.error().sentence()));
    }
    std::vector<WorkloadHistory> judged(const HistoryFilter& filter = {},
                                        const std::vector<Commit>& branch = {})
    {
        auto histories = judgedHistories(*m_store, filter, branch, {}, m_pool, {});
        return histories ? std::move(*histories) : std::vector<WorkloadHistory>();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<RunStore> m_store;
    DecodePool m_pool{2};
};

void TestWorkloadHistory::init()
{
    m_store.reset();
    m_folder = std::make_unique<QTemporaryDir>();
    m_store = std::make_unique<RunStore>(m_folder->filePath(QStringLiteral("runs.sqlite")));
}

void TestWorkloadHistory::namesGoBothWays()
{
    for (const PointStatistic statistic :
         {PointStatistic::P50, PointStatistic::P95, PointStatistic::Min, PointStatistic::Max}) {
        QCOMPARE(pointStatisticFromName(pointStatisticName(statistic)), std::optional(statistic));
    }
    QVERIFY(!pointStatisticFromName(u"mean"));
    QVERIFY(std::isnan(statisticOf({}, PointStatistic::P50)));
}

void TestWorkloadHistory::ordersByCommitTime()
{
    // Measured newest first, as a backfill does; one commit is measured again later.
    std::vector<RunRecord> runs{runAt(3, 10), runAt(2, 10), runAt(1, 10), runAt(2, 11)};
    for (int i = 0; i < 4; ++i) {
        runs[static_cast<std::size_t>(i)].started = day(100 + i);
    }
    keep(runs);
    const auto histories = judged();
    QCOMPARE(histories.size(), 1U);
    QCOMPARE(histories[0].order, CommitOrder::CommitTime);
    QCOMPARE(commitsOf(histories[0]), numbers({1, 2, 2, 3}));
    const HistorySeries* total = histories[0].find(kTotalRow, IterationMode::Warm);
    QVERIFY(total != nullptr);
    QCOMPARE(total->points.size(), 4U);
    QCOMPARE(total->points[1].p50, 10e6);
    QCOMPARE(total->points[2].p50, 11e6);
    QCOMPARE(total->shown(total->points[2].p50), 11.0);
}

void TestWorkloadHistory::ordersByRunTime()
{
    std::vector<RunRecord> runs{runAt(3, 10), runAt(1, 10), runAt(2, 10)};
    for (std::size_t i = 0; i < 3; ++i) {
        runs[i].started = day(100 + static_cast<int>(i));
        runs[i].commitTime = QDateTime();
    }
    keep(runs);
    const auto histories = judged();
    QCOMPARE(histories.size(), 1U);
    QCOMPARE(histories[0].order, CommitOrder::RunTime);
    QCOMPARE(commitsOf(histories[0]), numbers({3, 1, 2}));
}

void TestWorkloadHistory::ordersByFirstParents()
{
    // 7 was committed before 2 but merged after it (its clock was slow); 3 stands on another branch.
    keep({runAt(1, 10), runAt(2, 10), runAt(0, 10), runAt(3, 10), runAt(4, 10)});
    const auto histories = judged({}, branchOf({1, 2, 0, 4}));
    QCOMPARE(histories.size(), 1U);
    QCOMPARE(histories[0].order, CommitOrder::FirstParents);
    QCOMPARE(commitsOf(histories[0]), numbers({1, 2, 0, 3, 4}));
    QVERIFY(histories[0].runs[2].onBranch);
    QVERIFY(!histories[0].runs[3].onBranch);
    // A repository that knows none of the commits does not order them.
    QCOMPARE(judged({}, branchOf({20, 21}))[0].order, CommitOrder::CommitTime);
}

void TestWorkloadHistory::findsAStep()
{
    keep(stepped(60, 40, 10, 12));
    const auto histories = judged();
    QCOMPARE(histories.size(), 1U);
    const WorkloadHistory& history = histories[0];
    const HistorySeries* sum = history.find(u"sum", IterationMode::Warm);
    QVERIFY(sum != nullptr);
    QCOMPARE(sum->levels.size(), 2U);
    QCOMPARE(sum->levels[1].begin, 40U);
    QCOMPARE(sum->levels[1].end, 60U);
    QCOMPARE(sum->changes.size(), 1U);
    const HistoryChange& change = sum->changes[0];
    QCOMPARE(change.index, 40U);
    QCOMPARE(change.lastBefore, 39U);
    QCOMPARE(change.commit, hashOf(40));
    QCOMPARE(change.commitBefore, hashOf(39));
    QVERIFY(std::abs(change.ratio - 1.2) < 0.01);
    QVERIFY(change.worse && !change.provisional && !change.accepted);
    QCOMPARE(change.commitsBefore, 40U);
    QCOMPARE(change.commitsAfter, 20U);
    QVERIFY2(change.sentence.contains(u"sum (warm) rose from ") && change.sentence.contains(u" ms") &&
                 change.sentence.contains(hashOf(40).left(10)) &&
                 change.sentence.contains(u"40 commits before and 20 from it on"),
             qPrintable(change.sentence));
    QVERIFY(!change.gates.empty());
}

void TestWorkloadHistory::findsAnEvidentJumpInAShortHistory()
{
    // A program that does twice the work from its seventh commit on, on a machine with its moods.
    std::vector<RunRecord> runs;
    for (const double millis :
         {127.3, 119.6, 122.8, 116.9, 115.7, 120.3, 250.5, 239.1, 271.3, 304.4, 304.5, 246.8, 243.8, 239.8}) {
        runs.push_back(runAt(static_cast<int>(runs.size()), millis));
    }
    keep(runs);
    const auto histories = judged();
    QCOMPARE(histories.size(), 1U);
    const HistorySeries* sum = histories[0].find(u"sum", IterationMode::Warm);
    QVERIFY(sum != nullptr);
    QCOMPARE(sum->changes.size(), 1U);
    QCOMPARE(sum->changes[0].commit, hashOf(6));
    const std::vector<QString>& gates = sum->changes[0].gates;
    QVERIFY(std::any_of(gates.begin(), gates.end(), [](const QString& gate) {
        return gate.startsWith(u"Passed: the sides keep 1.7 times the range of either apart, of 0.75 needed");
    }));
}

void TestWorkloadHistory::runsOfACommitCountOnce()
{
    std::vector<RunRecord> runs = stepped(30, 30, 10, 10);
    // The newest commit was measured three times; a single bad run of it is outvoted.
    for (const double millis : {20.0, 10.0}) {
        runs.push_back(runAt(29, millis));
    }
    keep(runs);
    const auto histories = judged();
    const HistorySeries* sum = histories.at(0).find(u"sum", IterationMode::Warm);
    QCOMPARE(sum->points.size(), 32U);
    QVERIFY(sum->changes.empty());
    QCOMPARE(sum->levels.size(), 1U);
    QCOMPARE(sum->levels[0].end, 32U);
}

void TestWorkloadHistory::failedRunsAreGaps()
{
    std::vector<RunRecord> runs = stepped(40, 20, 10, 12);
    RunRecord gap = runAt(100, 1);
    gap.commit = hashOf(20) + QStringLiteral("x");
    gap.commitTime = day(20).addSecs(-3600);
    gap.state = RunState::BuildFailed;
    gap.failure = QStringLiteral("The build failed: no such file");
    gap.iterations.clear();
    runs.push_back(gap);
    keep(runs);
    const auto histories = judged();
    const WorkloadHistory& history = histories.at(0);
    QCOMPARE(history.runs.size(), 41U);
    QCOMPARE(history.runs[20].run.state, RunState::BuildFailed);
    const HistorySeries* sum = history.find(u"sum", IterationMode::Warm);
    QCOMPARE(sum->points[20].count, 0);
    QCOMPARE(sum->changes.size(), 1U);
    QCOMPARE(sum->changes[0].lastBefore, 19U);
    QCOMPARE(sum->changes[0].index, 21U);
}

void TestWorkloadHistory::environmentsAreNeverCompared()
{
    std::vector<RunRecord> runs = stepped(60, 40, 10, 12);
    for (std::size_t i = 40; i < 60; ++i) {
        runs[i].machine.cpu = QStringLiteral("Abacus 10");
    }
    // The new machine measured some of the old commits again: they lie between those of the old one.
    for (int i = 0; i < 20; ++i) {
        runs.push_back(runAt(20 + i, 12 * (1 + 0.01 * wobble(i))));
        runs.back().machine.cpu = QStringLiteral("Abacus 10");
    }
    keep(runs);
    const auto histories = judged();
    QCOMPARE(histories.size(), 1U);
    const HistorySeries* sum = histories[0].find(u"sum", IterationMode::Warm);
    QVERIFY(sum->changes.empty());
    QCOMPARE(sum->levels.size(), 2U);
    QVERIFY(std::abs(sum->levels[0].median / 10e6 - 1) < 0.01);
    QVERIFY(std::abs(sum->levels[1].median / 12e6 - 1) < 0.01);
    QCOMPARE(histories[0].environmentChanges, std::vector<std::size_t>{21});

    // Another host is another history.
    RunRecord other = runAt(1, 50);
    other.machine.host = QStringLiteral("laptop");
    other.machine.cpu = QStringLiteral("Slide rule");
    keep({other});
    QCOMPARE(judged().size(), 2U);
}

void TestWorkloadHistory::alarmsOnTheNewest()
{
    keep(stepped(31, 30, 10, 12));
    const auto histories = judged();
    const HistorySeries* sum = histories.at(0).find(u"sum", IterationMode::Warm);
    QCOMPARE(sum->changes.size(), 1U);
    const HistoryChange& alarm = sum->changes[0];
    QVERIFY(alarm.provisional && alarm.worse);
    QCOMPARE(alarm.index, 30U);
    QCOMPARE(alarm.lastBefore, 29U);
    QVERIFY(std::abs(alarm.ratio - 1.2) < 0.02);
    QVERIFY2(alarm.sentence.contains(u"measure it again"), qPrintable(alarm.sentence));
}

void TestWorkloadHistory::roundsDecideAnAlarm_data()
{
    QTest::addColumn<int>("rounds");
    QTest::addColumn<double>("factor");
    QTest::addColumn<QString>("says");
    QTest::newRow("confirmed") << 8 << 1.2 << QStringLiteral("which rounds confirm; measured again in turn");
    QTest::newRow("withdrawn") << 8 << 1.0 << QStringLiteral("rounds exclude so large a change");
    QTest::newRow("too few") << 3 << 1.2 << QStringLiteral("the rounds so far do not decide");
}

void TestWorkloadHistory::roundsDecideAnAlarm()
{
    QFETCH(int, rounds);
    QFETCH(double, factor);
    QFETCH(QString, says);
    keep(stepped(20, 19, 10, 12));
    const auto before = judged();
    const auto& alarmed = before.front().find(kTotalRow, IterationMode::Warm)->changes;
    QCOMPARE(alarmed.size(), std::size_t{1});
    QVERIFY(alarmed.front().provisional && !alarmed.front().remeasured);
    std::vector<RunRecord> pair{runAt(18, 10), runAt(19, 10)};
    for (std::size_t side = 0; side < 2; ++side) {
        RunRecord& run = pair[side];
        const RunIteration first = run.iterations.front();
        run.started = day(30);
        run.interleaved = QStringLiteral("one pair");
        run.iterations.clear();
        for (int round = 0; round < rounds; ++round) {
            RunIteration each = first;
            each.process = round;
            const double millis = 10 * (side == 0 ? 1 : factor) * (1 + 0.005 * wobble(2 * round + int(side)));
            each.elapsed = Nanoseconds(static_cast<std::int64_t>(millis * 1e6));
            each.phases = {{0, each.elapsed, each.elapsed, 1}};
            run.iterations.push_back(each);
        }
    }
    keep(pair);
    const auto after = judged();
    QCOMPARE(after.front().runs.size(), std::size_t{22});
    const HistorySeries* total = after.front().find(kTotalRow, IterationMode::Warm);
    QCOMPARE(total->pairs.size(), std::size_t{1});
    QCOMPARE(total->pairs.front().rounds.rounds, static_cast<std::size_t>(rounds));
    const bool withdrawn = QLatin1String(QTest::currentDataTag()) == QLatin1String("withdrawn");
    const bool tooFew = QLatin1String(QTest::currentDataTag()) == QLatin1String("too few");
    QCOMPARE(total->changes.size(), std::size_t(withdrawn ? 0 : 1));
    const auto& decided = withdrawn ? total->stopped : total->changes;
    QVERIFY(!decided.empty());
    QCOMPARE(decided.back().provisional, tooFew);
    QCOMPARE(decided.back().remeasured, !tooFew);
    QCOMPARE(decided.back().commit, hashOf(19));
    QVERIFY2(decided.back().sentence.contains(says), qPrintable(decided.back().sentence));
    // Another commit after it: the rounds were about one that is not the newest any more.
    keep({runAt(20, 10)});
    const auto later = judged();
    QVERIFY(later.front().find(kTotalRow, IterationMode::Warm)->pairs.empty());
}

void TestWorkloadHistory::acceptedCommitsAreTheNewNormal()
{
    keep(stepped(60, 40, 10, 12));
    keep({runAt(60, 15)});
    const auto changesNow = [this] { return judged().at(0).find(u"sum", IterationMode::Warm)->changes; };
    QCOMPARE(changesNow().size(), 2U);
    QVERIFY(!changesNow()[0].accepted && changesNow()[1].provisional);

    RunNote note;
    note.commit = hashOf(60);
    note.kind = RunNote::Kind::Accepted;
    QVERIFY(m_store->addNote(note));
    QCOMPARE(changesNow().size(), 1U);
    QVERIFY(changesNow()[0].accepted);
    // What follows at the accepted level raises no alarm either.
    keep({runAt(61, 15), runAt(62, 15.1), runAt(63, 15), runAt(64, 15.1), runAt(65, 14.9), runAt(66, 15)});
    for (const HistoryChange& change : changesNow()) {
        QVERIFY2(!change.provisional, qPrintable(change.sentence));
    }
}

void TestWorkloadHistory::exactQuantitiesChangeAtOnce()
{
    std::vector<RunRecord> runs = stepped(6, 6, 10, 10);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        runs[i].iterations[0].metrics = {
            {QStringLiteral("payload_bytes"), i < 4 ? 1000.0 : 1001.0, QStringLiteral("B")}};
    }
    keep(runs);
    const auto histories = judged();
    const HistorySeries* payload = histories.at(0).find(u"payload_bytes", IterationMode::Warm);
    QVERIFY(payload != nullptr && payload->exact);
    QCOMPARE(payload->changes.size(), 1U);
    QCOMPARE(payload->changes[0].index, 4U);
    QCOMPARE(payload->changes[0].after, 1001.0);
    QVERIFY(payload->changes[0].sentence.contains(u"1000 B to 1001 B"));
}

void TestWorkloadHistory::moreMayBeBetter()
{
    std::vector<RunRecord> runs = stepped(40, 20, 10, 10);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const double rate = (i < 20 ? 100 : 120) * (1 + 0.01 * wobble(static_cast<int>(i)));
        runs[i].iterations[0].metrics = {{QStringLiteral("rate"), rate, QStringLiteral("1/s")}};
        runs[i].higherIsBetter = {QStringLiteral("rate")};
    }
    keep(runs);
    const auto histories = judged();
    const HistorySeries* rate = histories.at(0).find(u"rate", IterationMode::Warm);
    QCOMPARE(rate->changes.size(), 1U);
    QVERIFY(!rate->changes[0].worse);
    QCOMPARE(rate->shownUnit(), QStringLiteral("1/s"));
}

void TestWorkloadHistory::filtersDecide()
{
    std::vector<RunRecord> runs = stepped(3, 3, 10, 10);
    runs[1].branch = QStringLiteral("main");
    runs[2].branch = QStringLiteral("topic");
    runs.push_back(runAt(9, 1));
    runs.back().project = QStringLiteral("elsewhere");
    keep(runs);
    QCOMPARE(judged().size(), 2U);
    HistoryFilter filter;
    filter.project = QString();
    QCOMPARE(judged(filter).size(), 1U);
    filter.branch = QStringLiteral("main");
    QCOMPARE(commitsOf(judged(filter).at(0)), numbers({0, 1}));
    filter.row = QStringLiteral("sum");
    QCOMPARE(judged(filter).at(0).series.size(), 1U);
    filter.row = QStringLiteral("product");
    QVERIFY(judged(filter).at(0).series.empty());
    filter.scenario = QStringLiteral("none");
    QVERIFY(judged(filter).empty());
    // By its name a project is found wherever its repository began.
    runs = {runAt(9, 1)};
    runs.back().project = QStringLiteral("elsewhere@1a2b3c4d5e6f");
    keep(runs);
    HistoryFilter named;
    named.project = QStringLiteral("elsewhere@1a2b3c4d5e6f");
    QCOMPARE(judged(named).size(), 1U);
    named.project = QStringLiteral("elsewhere");
    QCOMPARE(judged(named).size(), 2U);
    named.project = QStringLiteral("else");
    QVERIFY(judged(named).empty());
}

void TestWorkloadHistory::renamedBranchesKeepTheirRuns()
{
    std::vector<RunRecord> runs = stepped(4, 4, 10, 10);
    runs[1].branch = QStringLiteral("master");
    runs[2].branch = QStringLiteral("master");
    runs[3].branch = QStringLiteral("topic");
    keep(runs);
    HistoryFilter filter;
    filter.branch = QStringLiteral("trunk");
    QCOMPARE(commitsOf(judged(filter).at(0)), numbers({0}));
    // What git says lies on the branch counts, whatever it was called when it was measured.
    QCOMPARE(commitsOf(judged(filter, branchOf({0, 1, 2})).at(0)), numbers({0, 1, 2}));
}

void TestWorkloadHistory::cancels()
{
    keep(stepped(3, 3, 10, 10));
    CancelToken cancel;
    cancel.cancel();
    const auto histories = judgedHistories(*m_store, {}, {}, {}, m_pool, cancel);
    QVERIFY(!histories);
    QCOMPARE(histories.error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestWorkloadHistory)
#include "tst_workload_history.moc"
