// SPDX-License-Identifier: GPL-3.0-or-later
// history: real histories imported into a new store, read back in the order of their commits, and judged.
#include "core/history/workload_history.h"
#include "core/interchange/run_import.h"
#include "core/runs/run_store.h"
#include "tests/bench/bench_session.h"
#include "tests/support/numpy_history.h"

#include <cmath>
#include <map>

namespace perihelion::bench {

namespace {

/// NumPy's series as runs: one for each revision that any of them has.
std::vector<RunRecord> runsOf(const std::vector<test::NumPySeries>& history)
{
    std::map<int, RunRecord> runs;
    for (const test::NumPySeries& series : history) {
        for (std::size_t i = 0; i < series.values.size(); ++i) {
            if (!std::isfinite(series.values[i])) {
                continue;
            }
            RunRecord& run = runs[series.revisions[i]];
            if (run.iterations.empty()) {
                run.iterations.resize(1);
            }
            run.iterations.front().metrics.push_back({series.name, series.values[i], QStringLiteral("s")});
        }
    }
    std::vector<RunRecord> all;
    for (auto& [revision, run] : runs) {
        run.uuid = QStringLiteral("numpy-%1").arg(revision);
        run.project = QStringLiteral("numpy");
        run.workload = QStringLiteral("asv");
        run.scenario = QStringLiteral("py3.7");
        run.scenarioHash = run.scenario;
        run.origin = QStringLiteral("asv");
        run.commit = QStringLiteral("%1").arg(revision, 40, 10, QLatin1Char('0'));
        run.commitTime = QDateTime::fromMSecsSinceEpoch(qint64{revision} * 3'600'000, Qt::UTC);
        run.started = run.finished = run.commitTime;
        all.push_back(std::move(run));
    }
    return all;
}

/// Reads and judges everything in a store.
Result<void> timeHistory(const BenchSession& session, const QString& title, const RunStore& store)
{
    DecodePool pool;
    auto read = readHistories(store, {}, {}, {});
    if (!read) {
        return read.error();
    }
    const std::vector<Contender> contenders{
        {QStringLiteral("points read in order"),
         [&store]() -> Result<void> {
             const auto histories = readHistories(store, {}, {}, {});
             return histories ? Result<void>() : Result<void>(histories.error());
         },
         0},
        {QStringLiteral("levels and changes of them"),
         [&read, &pool]() -> Result<void> {
             const auto histories = judgeHistories(*read, {}, {}, pool, {});
             return histories ? Result<void>() : Result<void>(histories.error());
         },
         0}};
    if (const auto timed = session.compare(title, QStringLiteral("series"), contenders); !timed) {
        return timed;
    }
    const auto judged = judgeHistories(*read, {}, {}, pool, {});
    std::size_t series = 0;
    std::size_t changes = 0;
    for (const WorkloadHistory& history : *judged) {
        for (const HistorySeries& each : history.series) {
            ++series;
            changes += each.changes.size();
        }
    }
    BenchSession::remark(QStringLiteral("%1 series, %2 changes").arg(series).arg(changes));
    return {};
}

Result<void> run(const BenchSession& session)
{
    const BenchStores stores = session.stores();
    BenchSession::remark(QString(u"runs are kept by " % stores.shown()));
    std::vector<std::unique_ptr<RunStore>> fresh;
    for (int round = 0; round <= session.rounds(); ++round) {
        auto empty = stores.fresh(QStringLiteral("sunpy_%1").arg(round));
        if (!empty) {
            return empty.error();
        }
        fresh.push_back(std::move(*empty));
    }
    const QString tree = QStringLiteral(PERIHELION_SHARED_DATA "/bench/sunpy-benchmarks");
    std::size_t number = 0;
    const Contender import{QStringLiteral("files to runs in a new store"),
                           [&]() -> Result<void> {
                               const auto plan = planImport({tree}, {}, {});
                               if (!plan) {
                                   return plan.error();
                               }
                               const auto ids = fresh.at(number++)->recordRuns(plan->runs);
                               return ids ? Result<void>() : Result<void>(ids.error());
                           },
                           1396};
    if (const auto timed = session.compare(QStringLiteral("import of 1 396 commits of sunpy"),
                                           QStringLiteral("runs"), {import});
        !timed) {
        return timed;
    }
    if (const auto timed = timeHistory(session, QStringLiteral("history of sunpy"), *fresh.front()); !timed) {
        return timed;
    }
    const auto history = test::readNumPyHistory(QStringLiteral(PERIHELION_SHARED_DATA "/bench/numpy-bench"));
    if (!history) {
        return history.error();
    }
    const auto numpy = stores.fresh(QStringLiteral("numpy"));
    if (!numpy) {
        return numpy.error();
    }
    if (const auto kept = (*numpy)->recordRuns(runsOf(*history)); !kept) {
        return kept.error();
    }
    return timeHistory(session, QStringLiteral("history of NumPy"), **numpy);
}

} // namespace

Bench historyBench()
{
    return {QStringLiteral("history"), QStringLiteral("Import, reading and judging of real histories"), run};
}

} // namespace perihelion::bench
