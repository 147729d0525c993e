// SPDX-License-Identifier: GPL-3.0-or-later
// What charts ask of the run store: series with their runs, rows, points and samples; imported results;
// notes; many runs at once; and runs that an older version kept.

#include "core/runs/run_json.h"
#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"
#include "tests/support/postgres_server.h"
#include "tests/support/test_support.h"
#include "tests/unit/core/run_store_fixture.h"
#include "tests/unit/core/sample_run.h"

#include <QJsonDocument>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

using namespace perihelion;
using namespace perihelion::test;

namespace {

QStringList namesOf(const std::vector<SeriesRow>& rows)
{
    QStringList names;
    for (const SeriesRow& row : rows) {
        names.append(row.name);
    }
    return names;
}

const RowPoints* rowOf(const SeriesPoints& points, QStringView name, IterationMode mode)
{
    const auto at = std::find_if(points.rows.begin(), points.rows.end(), [&](const RowPoints& row) {
        return row.row.name == name && row.mode == mode;
    });
    return at == points.rows.end() ? nullptr : &*at;
}

/// As an import of another program's results makes it: no phases, no whole.
RunRecord importedRun(int commit, const std::vector<double>& seconds)
{
    RunRecord run;
    run.uuid = newUuid();
    run.project = QStringLiteral("sunpy");
    run.workload = QStringLiteral("sunpy-benchmarks");
    run.scenario = QStringLiteral("py3.8");
    run.scenarioHash = QStringLiteral("00000000000000aa");
    run.commit = QStringLiteral("%1").arg(commit, 40, 16, QLatin1Char('0'));
    run.commitTime = QDateTime::fromMSecsSinceEpoch(1'600'000'000'000 + 1000LL * commit, Qt::UTC);
    run.branch = QStringLiteral("main");
    run.started = QDateTime::fromMSecsSinceEpoch(1'700'000'000'000, Qt::UTC);
    run.finished = run.started;
    run.origin = QStringLiteral("asv");
    run.machine.host = QStringLiteral("i7");
    run.higherIsBetter = QStringList{QStringLiteral("io.track_rate")};
    for (std::size_t sample = 0; sample < seconds.size(); ++sample) {
        RunIteration each;
        each.number = static_cast<int>(sample);
        each.metrics.push_back({QStringLiteral("map.time_create"), seconds[sample], QStringLiteral("s")});
        if (sample == 0) {
            each.metrics.push_back({QStringLiteral("map.peakmem"), 1e9 + commit, QStringLiteral("B")});
            each.metrics.push_back({QStringLiteral("io.track_rate"), 77, QStringLiteral("1/s")});
        }
        run.iterations.push_back(each);
    }
    return run;
}

} // namespace

class RunSeriesTest : public QObject {
    Q_OBJECT

private:
    StoreFolder m_folder;
    PostgresServer m_server;

    /// An empty store of the kind that is tested.
    std::unique_ptr<RunStore> newStore()
    {
        QFETCH_GLOBAL(const bool, onServer);
        if (!onServer) {
            return std::make_unique<RunStore>(m_folder.newFile());
        }
        const std::optional<StoreLocation> location = m_server.newDatabase();
        return location ? std::make_unique<RunStore>(*location, m_folder.newFile()) : nullptr;
    }

private Q_SLOTS:
    void initTestCase_data()
    {
        QTest::addColumn<bool>("onServer");
        QTest::newRow("sqlite") << false;
        if (PostgresServer::isInstalled()) {
            QTest::newRow("postgresql") << true;
        }
    }

    void initTestCase()
    {
        if (PostgresServer::isInstalled()) {
            const QString wrong = m_server.start();
            QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        }
    }

    void runsOnAServerAsWell() { PERIHELION_POSTGRES_OR_SKIP() }

    void keepsEverything()
    {
        const std::unique_ptr<RunStore> store = newStore();
        QVERIFY(store != nullptr);
        RunRecord run = sampleRun();
        const auto id = store->recordRun(run);
        PERIHELION_VERIFY_RESULT(id);
        run.id = *id;
        const auto again = store->run(*id);
        PERIHELION_VERIFY_RESULT(again);
        QVERIFY(*again == run);
        QCOMPARE(QJsonDocument(runJson(*again)).toJson(), QJsonDocument(runJson(run)).toJson());
        // Once more is the same run.
        const auto twice = store->recordRun(run);
        PERIHELION_VERIFY_RESULT(twice);
        QCOMPARE(*twice, *id);
        const auto runs = store->recentRuns();
        PERIHELION_VERIFY_RESULT(runs);
        QCOMPARE(runs->size(), std::size_t{1});
        QCOMPARE(runs->front().failed, 1);
        QCOMPARE(runs->front().iterations, 5);
        QCOMPARE(runs->front().warmMedian.count(), 20'000);
        QCOMPARE(runs->front().coldMedian.count(), 50'000);

        const auto missing = store->run(*id + 1);
        QVERIFY(!missing);
        QVERIFY(missing.error().code == ErrorCode::NotFound);
        RunRecord nameless = sampleRun();
        nameless.workload.clear();
        QVERIFY(store->recordRun(nameless).error().code == ErrorCode::InvalidArgument);
    }

    void listsAndFilters()
    {
        const std::unique_ptr<RunStore> store = newStore();
        QVERIFY(store != nullptr);
        for (int n = 0; n < 10; ++n) {
            RunRecord run = sampleRun(1000 * n, 1000 + n);
            if (n % 2 == 1) {
                run.scenario = QStringLiteral("other");
                run.scenarioHash = QStringLiteral("fedcba9876543210");
                run.commit = QStringLiteral("abc%1").arg(n);
            }
            if (n == 4) {
                run.state = RunState::Failed;
            }
            PERIHELION_VERIFY_RESULT(store->recordRun(run));
        }
        const auto idsOf = [&store](const RunFilter& filter, int limit = 50) {
            std::vector<int> ids;
            if (const auto runs = store->recentRuns(filter, limit)) {
                for (const RunListing& run : *runs) {
                    ids.push_back(static_cast<int>(run.id));
                }
            }
            return ids;
        };
        QCOMPARE(idsOf({}, 3), (std::vector<int>{10, 9, 8}));
        RunFilter older;
        older.olderThan = 8;
        QCOMPARE(idsOf(older, 3), (std::vector<int>{7, 6, 5}));
        RunFilter other;
        other.scenario = QStringLiteral("other");
        QCOMPARE(idsOf(other), (std::vector<int>{10, 8, 6, 4, 2}));
        other.commit = QStringLiteral("abc7");
        QCOMPARE(idsOf(other), (std::vector<int>{8}));
        RunFilter failed;
        failed.state = RunState::Failed;
        failed.workload = QStringLiteral("toy");
        QCOMPARE(idsOf(failed), (std::vector<int>{5}));
        failed.workload = QStringLiteral("no toy");
        QVERIFY(idsOf(failed).empty());

        const auto series = store->series();
        PERIHELION_VERIFY_RESULT(series);
        QCOMPARE(series->size(), std::size_t{2});
        QCOMPARE(series->front().scenario, QStringLiteral("other"));
        QCOMPARE(series->front().runs, 5);
        QCOMPARE(series->back().host, QStringLiteral("bench"));
    }

    void separatesWhatMayNotBeCompared()
    {
        const std::unique_ptr<RunStore> store = newStore();
        QVERIFY(store != nullptr);
        RunRecord run = sampleRun();
        const auto add = [&store, &run] {
            run.uuid = newUuid();
            return store->recordRun(run).hasValue();
        };
        QVERIFY(add());
        QVERIFY(add());
        run.workloadVersion = 4;
        QVERIFY(add());
        run.machine.cpu = QStringLiteral("Abacus 10");
        QVERIFY(add());
        run.machine.buildType = QStringLiteral("debug");
        QVERIFY(add());
        run.origin = QStringLiteral("/imported.json");
        QVERIFY(add());
        run.machine.load = 7; // changes by itself
        QVERIFY(add());
        const auto series = store->series();
        PERIHELION_VERIFY_RESULT(series);
        QCOMPARE(series->size(), std::size_t{5});
    }

    void answersWithAllRowsOfASeries()
    {
        const std::unique_ptr<RunStore> store = newStore();
        QVERIFY(store != nullptr);
        std::vector<std::int64_t> ids;
        for (int n = 0; n < 4; ++n) {
            RunRecord run = sampleRun(1000 * n, 1000 + n);
            run.branch = QStringLiteral("main");
            // The time of the commit decides on the order, the start where there is none.
            run.commitTime = QDateTime::fromMSecsSinceEpoch(9000 - 1000 * n, Qt::UTC);
            const auto id = store->recordRun(run);
            PERIHELION_VERIFY_RESULT(id);
            ids.push_back(*id);
        }
        const auto series = store->series();
        PERIHELION_VERIFY_RESULT(series);
        QCOMPARE(series->size(), std::size_t{1});
        const auto rows = store->seriesRows(series->front().id);
        PERIHELION_VERIFY_RESULT(rows);
        QCOMPARE(namesOf(*rows),
                 (QStringList{QStringLiteral("spawn"), QStringLiteral("ready"), QStringLiteral("sum"),
                              QStringLiteral("inner"), QStringLiteral("unattributed"),
                              QStringLiteral("total"), QStringLiteral("payload_bytes"),
                              QStringLiteral("peak_rss_bytes"), QStringLiteral("drift")}));
        QVERIFY(rows->at(0).ofProcess && !rows->at(2).ofProcess);
        QCOMPARE(rows->at(3).parent, QStringLiteral("sum"));
        QCOMPARE(rows->at(3).unit, QStringLiteral("ns"));
        QVERIFY(rows->at(7).kind == RowKind::Metric);
        QCOMPARE(rows->at(7).unit, QStringLiteral("B"));

        const auto points = store->seriesPoints(series->front().id);
        PERIHELION_VERIFY_RESULT(points);
        QCOMPARE(points->runs.size(), std::size_t{4});
        QCOMPARE(points->runs.front().run, ids.back());
        QCOMPARE(points->runs.front().branch, QStringLiteral("main"));
        QCOMPARE(points->runs.front().commitTime.toMSecsSinceEpoch(), 6000);
        QCOMPARE(points->runs.front().host, QStringLiteral("bench"));
        QCOMPARE(points->runs.front().failed, 1);
        QVERIFY(points->runs.front().dirty);
        const RowPoints* inner = rowOf(*points, u"inner", IterationMode::Warm);
        QVERIFY(inner != nullptr);
        QCOMPARE(inner->points.size(), std::size_t{4});
        const PointNumbers& numbers = inner->points.at(3); // samples 6, 18, 12 µs
        QCOMPARE(numbers.count, 3);
        QCOMPARE(numbers.min, 6000.0);
        QCOMPARE(numbers.p5, 6600.0);
        QCOMPARE(numbers.p25, 9000.0);
        QCOMPARE(numbers.p50, 12'000.0);
        QCOMPARE(numbers.p75, 15'000.0);
        QCOMPARE(numbers.p95, 17'400.0);
        QCOMPARE(numbers.max, 18'000.0);
        QVERIFY(rowOf(*points, u"spawn", IterationMode::Warm) == nullptr); // only cold ones have it
        QCOMPARE(rowOf(*points, u"spawn", IterationMode::Cold)->points.front().p50, 700.0);

        RowFilter filter;
        filter.kind = RowKind::Metric;
        filter.mode = IterationMode::Cold;
        const auto metrics = store->seriesPoints(series->front().id, filter);
        PERIHELION_VERIFY_RESULT(metrics);
        QCOMPARE(metrics->rows.size(), std::size_t{3});
        filter = {};
        filter.rows = {rows->at(3).id, rows->at(5).id};
        const auto two = store->seriesPoints(series->front().id, filter);
        PERIHELION_VERIFY_RESULT(two);
        QCOMPARE(two->rows.size(), std::size_t{4});

        const auto samples = store->samples(rows->at(3).id, IterationMode::Warm);
        PERIHELION_VERIFY_RESULT(samples);
        QCOMPARE(samples->size(), std::size_t{4});
        QCOMPARE(samples->front().values, (std::vector<double>{6000, 18'000, 12'000}));
        QCOMPARE(samples->front().processes, (std::vector<int>{2, 2, 3}));
        const std::vector<std::int64_t> wanted{ids[2], ids[1], 999, ids[2]};
        const auto some = store->samples(rows->at(3).id, IterationMode::Warm, wanted);
        PERIHELION_VERIFY_RESULT(some);
        QCOMPARE(some->size(), std::size_t{2});
        QCOMPARE(some->front().run, ids[1]);
        // Many are asked for in another way.
        std::vector<std::int64_t> many(200);
        std::generate(many.begin(), many.end(), [next = ids[1]]() mutable { return next++; });
        const auto rest = store->samples(rows->at(3).id, IterationMode::Warm, many);
        PERIHELION_VERIFY_RESULT(rest);
        QCOMPARE(rest->size(), std::size_t{3});

        const auto none = store->seriesPoints(99);
        PERIHELION_VERIFY_RESULT(none);
        QVERIFY(none->runs.empty() && none->rows.empty());
    }

    void keepsGapsWithTheirReason()
    {
        const std::unique_ptr<RunStore> store = newStore();
        QVERIFY(store != nullptr);
        RunRecord gap = sampleRun();
        gap.project = QStringLiteral("tool");
        gap.iterations.clear();
        gap.processes.clear();
        gap.state = RunState::BuildFailed;
        gap.failure = QStringLiteral("The build ended with status 2");
        const auto id = store->recordRun(gap);
        PERIHELION_VERIFY_RESULT(id);
        gap.id = *id;
        const auto again = store->run(*id);
        PERIHELION_VERIFY_RESULT(again);
        QVERIFY(*again == gap);
        const auto series = store->series();
        PERIHELION_VERIFY_RESULT(series);
        QCOMPARE(series->front().project, gap.project);
        const auto points = store->seriesPoints(series->front().id);
        PERIHELION_VERIFY_RESULT(points);
        QCOMPARE(points->runs.size(), std::size_t{1});
        QVERIFY(points->runs.front().state == RunState::BuildFailed);
        QCOMPARE(points->runs.front().failure, gap.failure);
        QVERIFY(points->rows.empty());
        RunFilter filter;
        filter.state = RunState::BuildFailed;
        filter.project = gap.project;
        const auto listed = store->recentRuns(filter);
        PERIHELION_VERIFY_RESULT(listed);
        QCOMPARE(listed->size(), std::size_t{1});
        QCOMPARE(listed->front().failure, gap.failure);
        filter.project = QString(); // Perihelion's own
        QVERIFY(store->recentRuns(filter)->empty());
    }

    void keepsImportedResultsExactly()
    {
        const std::unique_ptr<RunStore> store = newStore();
        QVERIFY(store != nullptr);
        const std::vector<double> seconds{1.2345678901234e-10, 3e-9, 2.5e-9};
        std::vector<RunRecord> runs;
        runs.reserve(5);
        for (int commit = 0; commit < 5; ++commit) {
            runs.push_back(importedRun(commit, seconds));
        }
        runs[3].iterations[1].metrics[0].value = std::numeric_limits<double>::quiet_NaN();
        const auto ids = store->recordRuns(runs);
        PERIHELION_VERIFY_RESULT(ids);
        QCOMPARE(ids->size(), runs.size());
        // Once more: nothing is added, and the ids are the same.
        const auto again = store->recordRuns(runs);
        PERIHELION_VERIFY_RESULT(again);
        QCOMPARE(*again, *ids);
        const auto series = store->series();
        PERIHELION_VERIFY_RESULT(series);
        QCOMPARE(series->size(), std::size_t{1});
        QCOMPARE(series->front().runs, 5);
        QCOMPARE(series->front().origin, QStringLiteral("asv"));
        const auto points = store->seriesPoints(series->front().id);
        PERIHELION_VERIFY_RESULT(points);
        QCOMPARE(points->rows.size(), std::size_t{3}); // no total, nothing unattributed
        const RowPoints& times = points->rows.front();
        QCOMPARE(times.row.unit, QStringLiteral("s"));
        QVERIFY(!times.row.higherIsBetter);
        QCOMPARE(times.points.front().min, seconds.front());
        QCOMPARE(times.points.front().p50, 2.5e-9);
        QCOMPARE(times.points.at(3).count, 2);
        QVERIFY(rowOf(*points, u"io.track_rate", IterationMode::Warm)->row.higherIsBetter);
        const auto run = store->run(ids->at(1));
        PERIHELION_VERIFY_RESULT(run);
        QCOMPARE(run->iterations.front().metrics.front().value, seconds.front());
        QCOMPARE(run->commitTime, runs[1].commitTime);
        const auto again2 = runFromJson(QJsonDocument(runJson(*run)).toJson(), QStringLiteral("run.json"));
        PERIHELION_VERIFY_RESULT(again2);
        runs[1].id = 0;
        QVERIFY(*again2 == runs[1]);
        QVERIFY(RunSummary::of(*run).row(kTotalRow)->warm.count == 0);
    }

    void storesAllOrNone()
    {
        const std::unique_ptr<RunStore> store = newStore();
        QVERIFY(store != nullptr);
        std::vector<RunRecord> runs{sampleRun(1), sampleRun(2), sampleRun(3)};
        runs[2].workload.clear();
        const auto refused = store->recordRuns(runs);
        QVERIFY(!refused);
        QVERIFY(refused.error().code == ErrorCode::InvalidArgument);
        QVERIFY(store->recentRuns()->empty());
        QVERIFY(store->recordRuns({})->empty());
        // Cancelled in the middle: none, and the store takes them afterwards.
        runs[2] = sampleRun(3);
        CancelToken stop;
        std::vector<Progress> told;
        const auto cancelled = store->recordRuns(runs, stop, [&](const Progress& progress) {
            told.push_back(progress);
            if (progress.done == 2) {
                stop.cancel();
            }
        });
        QVERIFY(!cancelled);
        QVERIFY(cancelled.error().code == ErrorCode::Cancelled);
        QCOMPARE(told.size(), std::size_t{2});
        QCOMPARE(told.back().total, std::int64_t{3});
        QVERIFY(store->recentRuns()->empty());
        // What is in it twice is one run.
        runs[2] = runs[0];
        const auto ids = store->recordRuns(runs);
        PERIHELION_VERIFY_RESULT(ids);
        QCOMPARE(ids->at(2), ids->at(0));
        QCOMPARE(store->recentRuns()->size(), std::size_t{2});
    }

    void separatesProjects()
    {
        const std::unique_ptr<RunStore> store = newStore();
        QVERIFY(store != nullptr);
        RunRecord own = sampleRun(1);
        RunRecord other = sampleRun(2);
        other.project = QStringLiteral("other");
        PERIHELION_VERIFY_RESULT(store->recordRun(own));
        PERIHELION_VERIFY_RESULT(store->recordRun(other));
        QCOMPARE(store->series()->size(), std::size_t{2});
        RunFilter filter;
        filter.branch = QStringLiteral("nowhere");
        QVERIFY(store->recentRuns(filter)->empty());
    }

    void keepsNotes()
    {
        const std::unique_ptr<RunStore> store = newStore();
        QVERIFY(store != nullptr);
        RunNote note;
        note.project = QStringLiteral("tool");
        note.commit = QStringLiteral("c0ffee");
        note.text = QStringLiteral("New compiler — expected");
        note.at = QDateTime::fromMSecsSinceEpoch(5000, Qt::UTC);
        note.kind = RunNote::Kind::Accepted;
        const auto first = store->addNote(note);
        PERIHELION_VERIFY_RESULT(first);
        note.id = *first;
        RunNote second = note;
        second.series = 7;
        second.kind = RunNote::Kind::Note;
        second.at = QDateTime();
        const auto secondId = store->addNote(second);
        PERIHELION_VERIFY_RESULT(secondId);
        const auto all = store->notes(note.project);
        PERIHELION_VERIFY_RESULT(all);
        QCOMPARE(all->size(), std::size_t{2});
        QVERIFY(all->front() == note);
        QVERIFY(all->back().at > note.at);
        QCOMPARE(store->notes(note.project, 7)->size(), std::size_t{2});
        QCOMPARE(store->notes(note.project, 8)->size(), std::size_t{1});
        QVERIFY(store->notes(QString())->empty());
        PERIHELION_VERIFY_RESULT(store->removeNote(*first));
        QVERIFY(store->removeNote(*first).error().code == ErrorCode::NotFound);
        QCOMPARE(store->notes(note.project)->size(), std::size_t{1});
        QVERIFY(store->addNote(RunNote()).error().code == ErrorCode::InvalidArgument);
    }
};

QTEST_GUILESS_MAIN(RunSeriesTest)

#include "tst_run_series.moc"
