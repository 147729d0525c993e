// SPDX-License-Identifier: GPL-3.0-or-later
// Two named runs or commits compared, what one of them has alone, and in what they differ besides numbers.
#include "core/runs/compared_runs.h"
#include "core/runs/named_runs.h"
#include "core/runs/run_differences.h"
#include "core/runs/run_store.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace perihelion;

namespace {

const QString kOld = QStringLiteral("aaaa1111");
const QString kNew = QStringLiteral("bbbb1111");

/// Six warm iterations of one phase of about so many milliseconds.
RunRecord runOf(const QString& workload, const QString& commit, double millis, const QString& phase)
{
    static int number = 0;
    RunRecord run;
    run.uuid = QStringLiteral("compared-%1").arg(++number);
    run.workload = workload;
    run.scenario = QStringLiteral("plain");
    run.scenarioHash = QStringLiteral("0123456789abcdef");
    run.parameters = {{QStringLiteral("size"), 10}, {QStringLiteral("kind"), QStringLiteral("round")}};
    run.commit = commit;
    run.started = QDateTime::fromMSecsSinceEpoch(1'700'000'000'000 + number, Qt::UTC);
    run.finished = run.started.addMSecs(900);
    run.machine.host = QStringLiteral("bench");
    run.machine.cpu = QStringLiteral("Abacus 9");
    run.phases = {{phase, -1, false}};
    for (int i = 0; i < 6; ++i) {
        RunIteration each;
        each.number = i;
        const auto nanos = static_cast<std::int64_t>(millis * 1e6) + 1'000 * i;
        each.elapsed = Nanoseconds(nanos + 1'000);
        each.unattributed = Nanoseconds(1'000);
        each.phases = {{0, Nanoseconds(nanos), Nanoseconds(nanos), 1}};
        each.metrics = {{QStringLiteral("payload_bytes"), 500, QStringLiteral("B")}};
        run.iterations.push_back(each);
    }
    return run;
}

const RunDifference* difference(const RunDifferences& found, const QString& what)
{
    const auto at = std::find_if(found.rows.begin(), found.rows.end(),
                                 [&what](const RunDifference& row) { return row.what == what; });
    return at == found.rows.end() ? nullptr : &*at;
}

} // namespace

class TestComparedRuns : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void runsAndCommits();
    void machinesAreNotMixed();
    void whatCannotBeComparedIsSaid();
    void whatOneSideHasAlone();
    void baselineIsTheCommitBefore();
    void samplesAreThoseCompared();
    void differences();
    void nothingDiffers();
};

void TestComparedRuns::runsAndCommits()
{
    const QTemporaryDir folder;
    RunStore store(folder.filePath(QStringLiteral("runs.sqlite")));
    const std::vector<RunRecord> runs{runOf(QStringLiteral("first"), kOld, 10, QStringLiteral("sum")),
                                      runOf(QStringLiteral("second"), kOld, 10, QStringLiteral("sum")),
                                      runOf(QStringLiteral("first"), kNew, 12, QStringLiteral("sum")),
                                      runOf(QStringLiteral("second"), kNew, 10, QStringLiteral("sum"))};
    const auto ids = store.recordRuns(runs);
    PERIHELION_VERIFY_RESULT(ids);
    const auto both = compareNamed(store, kOld, kNew);
    PERIHELION_VERIFY_RESULT(both);
    QCOMPARE(both->size(), std::size_t(2));
    for (const ComparedPair& pair : *both) {
        QCOMPARE(pair.a.workload, pair.b.workload);
        QCOMPARE(pair.comparison.regression() != nullptr, pair.a.workload == u"first");
    }
    const auto single = compareNamed(store, QString::number(ids->at(0)), QString::number(ids->at(2)));
    PERIHELION_VERIFY_RESULT(single);
    QCOMPARE(single->size(), std::size_t(1));
    QVERIFY(comparisonText(single->front()).contains(u"first/plain: run 1 of aaaa1111 → run 3 of bbbb1111"));
    // A run against a commit: the counterpart at it.
    const auto mixed = compareNamed(store, QString::number(ids->at(1)), kNew);
    PERIHELION_VERIFY_RESULT(mixed);
    QCOMPARE(mixed->front().b.id, ids->at(3));
    // A change smaller than the floor is none.
    const auto coarse = compareNamed(store, kOld, kNew, 0.5);
    PERIHELION_VERIFY_RESULT(coarse);
    QVERIFY(coarse->front().comparison.regression() == nullptr);
    const auto unlike = compareNamed(store, QString::number(ids->at(0)), QString::number(ids->at(1)));
    QVERIFY(!unlike && unlike.error().code == ErrorCode::InvalidArgument);
    const auto missing = compareNamed(store, kOld, QStringLiteral("dddd"));
    QVERIFY(!missing && missing.error().code == ErrorCode::NotFound);
}

void TestComparedRuns::machinesAreNotMixed()
{
    const QTemporaryDir folder;
    RunStore store(folder.filePath(QStringLiteral("runs.sqlite")));
    std::vector<RunRecord> runs{runOf(QStringLiteral("first"), kOld, 10, QStringLiteral("sum")),
                                runOf(QStringLiteral("first"), kOld, 2, QStringLiteral("sum")),
                                runOf(QStringLiteral("first"), kNew, 10, QStringLiteral("sum"))};
    runs[1].machine.cpu = QStringLiteral("Abacus 90");
    runs[1].machine.host = QStringLiteral("faster");
    PERIHELION_VERIFY_RESULT(store.recordRuns(runs));
    const auto both = compareNamed(store, kOld, kNew);
    PERIHELION_VERIFY_RESULT(both);
    QCOMPARE(both->size(), std::size_t(1));
    QCOMPARE(both->front().a.machine.host, QStringLiteral("bench"));
    const auto left = uncomparedRuns(store, kOld, kNew, *both);
    PERIHELION_VERIFY_RESULT(left);
    QCOMPARE(left->size(), std::size_t(1));
    QVERIFY(!left->front().failed);
    QVERIFY2(left->front().sentence.contains(u"was measured on faster only"),
             qPrintable(left->front().sentence));
    // Nothing else than the other machine: better than nothing, and the comparison warns of it.
    RunRecord moved = runOf(QStringLiteral("first"), QStringLiteral("cccc1111"), 2, QStringLiteral("sum"));
    moved.machine.cpu = QStringLiteral("Abacus 9000");
    PERIHELION_VERIFY_RESULT(store.recordRun(moved));
    const auto elsewhere = compareNamed(store, kNew, moved.commit);
    PERIHELION_VERIFY_RESULT(elsewhere);
    QVERIFY(!elsewhere->front().comparison.warnings.isEmpty());
}

void TestComparedRuns::whatCannotBeComparedIsSaid()
{
    const QTemporaryDir folder;
    RunStore store(folder.filePath(QStringLiteral("runs.sqlite")));
    std::vector<RunRecord> runs{runOf(QStringLiteral("first"), kOld, 10, QStringLiteral("sum")),
                                runOf(QStringLiteral("second"), kOld, 10, QStringLiteral("sum")),
                                runOf(QStringLiteral("third"), kOld, 10, QStringLiteral("sum")),
                                runOf(QStringLiteral("first"), kNew, 10, QStringLiteral("sum")),
                                runOf(QStringLiteral("second"), kNew, 10, QStringLiteral("sum"))};
    runs[4].state = RunState::Failed;
    runs[4].failure = QStringLiteral("The command ended with status 1");
    PERIHELION_VERIFY_RESULT(store.recordRuns(runs));
    const auto both = compareNamed(store, kOld, kNew);
    PERIHELION_VERIFY_RESULT(both);
    QCOMPARE(both->size(), std::size_t(1));
    const auto left = uncomparedRuns(store, kOld, kNew, *both);
    PERIHELION_VERIFY_RESULT(left);
    QCOMPARE(left->size(), std::size_t(2));
    const auto failed =
        std::find_if(left->begin(), left->end(), [](const UncomparedRun& each) { return each.failed; });
    QVERIFY(failed != left->end());
    QCOMPARE(failed->sentence,
             QStringLiteral("second/plain failed at bbbb1111: The command ended with status 1"));
    const auto missing =
        std::find_if(left->begin(), left->end(), [](const UncomparedRun& each) { return !each.failed; });
    QVERIFY(missing != left->end() && missing->sentence.startsWith(u"third/plain of run 3"));
}

void TestComparedRuns::whatOneSideHasAlone()
{
    RunRecord a = runOf(QStringLiteral("first"), kOld, 10, QStringLiteral("gzip"));
    const RunRecord b = runOf(QStringLiteral("first"), kNew, 10, QStringLiteral("zstd"));
    a.iterations.front().metrics.push_back({QStringLiteral("drift"), 0.5, QStringLiteral("1")});
    const auto comparison = compareRuns(a, b);
    PERIHELION_VERIFY_RESULT(comparison);
    QCOMPARE(comparison->oneSided.size(), std::size_t(3));
    const OneSidedRow& gzip = comparison->oneSided[0];
    QCOMPARE(gzip.phase, QStringLiteral("gzip"));
    QVERIFY(gzip.inA && !gzip.isMetric);
    QCOMPARE(gzip.count, std::size_t(6));
    QCOMPARE(gzip.median, 10.0025);
    QCOMPARE(comparison->oneSided[1].phase, QStringLiteral("drift"));
    QVERIFY(comparison->oneSided[1].isMetric && comparison->oneSided[1].unit.isEmpty());
    QVERIFY(!comparison->oneSided[2].inA);
    const QString text = comparisonText({a, b, *comparison});
    QVERIFY(text.contains(u"Note: Only run 0 of aaaa1111 measured gzip (warm)"));
    QVERIFY(text.contains(u"measured drift\n"));
    // Two alike have nothing of their own.
    const auto alike = compareRuns(b, b);
    PERIHELION_VERIFY_RESULT(alike);
    QVERIFY(alike->oneSided.empty());
}

void TestComparedRuns::baselineIsTheCommitBefore()
{
    const auto listing = [](std::int64_t id, int day) {
        RunListing made;
        made.id = id;
        made.commitTime = day > 0 ? QDateTime::fromMSecsSinceEpoch(86'400'000LL * day, Qt::UTC) : QDateTime();
        return made;
    };
    const auto at = [](int day) { return QDateTime::fromMSecsSinceEpoch(86'400'000LL * day, Qt::UTC); };
    // As a walk from the newest commit to the oldest leaves them, and one that was measured twice.
    const std::vector<RunListing> others{listing(7, 3), listing(6, 0), listing(5, 1),
                                         listing(4, 2), listing(3, 3), listing(2, 5)};
    QCOMPARE(usualBaseline(others, at(4))->id, std::int64_t(7));
    QCOMPARE(usualBaseline(others, at(2))->id, std::int64_t(4));
    QCOMPARE(usualBaseline(others, at(9))->id, std::int64_t(2));
    // Nothing is known to be before it: the run measured last.
    QCOMPARE(usualBaseline(others, {})->id, std::int64_t(7));
    QVERIFY(usualBaseline({}, at(4)) == nullptr);
}

void TestComparedRuns::samplesAreThoseCompared()
{
    const RunRecord a = runOf(QStringLiteral("first"), kOld, 10, QStringLiteral("sum"));
    const RunRecord b = runOf(QStringLiteral("first"), kNew, 12, QStringLiteral("sum"));
    const auto comparison = compareRuns(a, b);
    PERIHELION_VERIFY_RESULT(comparison);
    QVERIFY(comparison->rows.size() >= 4);
    for (const PhaseComparison& row : comparison->rows) {
        const std::vector<double> before = samplesBehind(a, row);
        QCOMPARE(before.size(), row.comparison.aCount);
        QCOMPARE(median(before), row.comparison.aMedian);
        QCOMPARE(median(samplesBehind(b, row)), row.comparison.bMedian);
        QCOMPARE(row.unit, row.isMetric ? QStringLiteral("B") : QStringLiteral("ms"));
    }
}

void TestComparedRuns::differences()
{
    RunRecord a = runOf(QStringLiteral("first"), kOld, 10, QStringLiteral("sum"));
    RunRecord b = a;
    a.machine.kernel = QStringLiteral("6.1");
    b.machine.kernel = QStringLiteral("6.6");
    b.machine.governor = QStringLiteral("powersave");
    b.machine.logicalCores = 8;
    b.machine.usableCores = 2;
    b.machine.load = 1.5;
    b.plan.warmRuns = 30;
    b.dirty = true;
    b.parameters[QStringLiteral("size")] = 20;
    b.parameters.remove(QStringLiteral("kind"));
    b.parameters[QStringLiteral("depth")] = 1.5;
    const RunDifferences found = runDifferences(a, b);
    const auto said = [&found](const QString& what, const QString& before, const QString& after) {
        const RunDifference* row = difference(found, what);
        return row != nullptr && row->a == before && row->b == after;
    };
    QVERIFY(said(QStringLiteral("governor"), QString(), QStringLiteral("powersave")));
    QVERIFY(said(QStringLiteral("cores"), QString(), QStringLiteral("8, 2 usable")));
    QVERIFY(said(QStringLiteral("load"), QString(), QStringLiteral("1.5")));
    QVERIFY(said(QStringLiteral("plan"), QStringLiteral("5 cold, 10 warm in 5 processes after 1 warm-ups"),
                 QStringLiteral("5 cold, 30 warm in 5 processes after 1 warm-ups")));
    QVERIFY(said(QStringLiteral("uncommitted changes"), QStringLiteral("no"), QStringLiteral("yes")));
    QVERIFY(said(QStringLiteral("parameter size"), QStringLiteral("10"), QStringLiteral("20")));
    QVERIFY(said(QStringLiteral("parameter kind"), QStringLiteral("round"), QString()));
    QVERIFY(said(QStringLiteral("parameter depth"), QString(), QStringLiteral("1.5")));
    // What can hardly change a time stands last.
    QCOMPARE(found.rows.back().what, QStringLiteral("kernel"));
    QVERIFY(!found.rows.back().isSerious && found.rows.front().isSerious);
    QVERIFY(difference(found, QStringLiteral("machine")) == nullptr);
}

void TestComparedRuns::nothingDiffers()
{
    const RunRecord run = runOf(QStringLiteral("first"), kOld, 10, QStringLiteral("sum"));
    const RunDifferences found = runDifferences(run, run);
    QVERIFY(found.rows.empty());
    QVERIFY(found.alike >= 6);
}

QTEST_GUILESS_MAIN(TestComparedRuns)
#include "tst_compared_runs.moc"
