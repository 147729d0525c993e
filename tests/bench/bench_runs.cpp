// SPDX-License-Identifier: GPL-3.0-or-later
// runs: the run store with 100 000 runs: listing, filtering, series; with a million samples; a whole history
// imported; and what timing one phase costs. What is stored once is found again by the next.
#include "core/measure/phase_timer.h"
#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"
#include "tests/bench/bench_session.h"

#include <QUuid>

namespace perihelion::bench {

namespace {

constexpr int kRuns = 100'000;
constexpr int kSeries = 50;
constexpr std::size_t kRunsAtOnce = 5000;

RunRecord benchRun(int number)
{
    RunRecord run;
    run.uuid = QUuid::createUuid().toString(QUuid::WithoutBraces);
    run.workload = QStringLiteral("bench");
    run.scenario = QStringLiteral("scenario_%1").arg(number % kSeries);
    run.scenarioHash = QStringLiteral("%1").arg(number % kSeries, 16, 16, QLatin1Char('0'));
    run.started = QDateTime::fromMSecsSinceEpoch(1'600'000'000'000 + 60'000LL * number, Qt::UTC);
    run.finished = run.started.addSecs(5);
    run.commit = QStringLiteral("%1").arg(number / 20, 40, 16, QLatin1Char('0'));
    run.phases = {{QStringLiteral("spawn"), -1, true}, {QStringLiteral("work"), -1, false}};
    for (int n = 0; n < 2; ++n) {
        RunIteration iteration;
        iteration.process = n;
        iteration.mode = n == 0 ? IterationMode::Cold : IterationMode::Warm;
        iteration.elapsed = Nanoseconds(1'000'000 + number % 977);
        iteration.phases = {{1, iteration.elapsed, iteration.elapsed, 1}};
        run.iterations.push_back(iteration);
    }
    return run;
}

Result<void> fill(RunStore& store)
{
    const auto present = store.recentRuns({}, 1);
    if (!present) {
        return present.error();
    }
    std::vector<RunRecord> some;
    for (int number = present->empty() ? 0 : static_cast<int>(present->front().id); number < kRuns;) {
        some.clear();
        for (; number < kRuns && some.size() < kRunsAtOnce; ++number) {
            some.push_back(benchRun(number));
        }
        if (const auto ids = store.recordRuns(some); !ids) {
            return ids.error();
        }
    }
    return {};
}

/// A run of eight phases with 125 samples each: a thousand of them are a million samples.
RunRecord richRun(int number)
{
    RunRecord run = benchRun(number);
    run.scenarioHash = QStringLiteral("rich");
    run.phases.clear();
    run.iterations.clear();
    for (int phase = 0; phase < 8; ++phase) {
        run.phases.push_back({QStringLiteral("phase_%1").arg(phase), -1, false});
    }
    for (int n = 0; n < 125; ++n) {
        RunIteration iteration;
        iteration.number = n;
        iteration.elapsed = Nanoseconds(8'000'000);
        for (int phase = 0; phase < 8; ++phase) {
            const Nanoseconds time(1'000'000 + (n * 7919 + phase * 104'729 + number) % 9973);
            iteration.phases.push_back({phase, time, time, 1});
        }
        run.iterations.push_back(iteration);
    }
    return run;
}

/// One commit of a history of ten benchmarks, as an import makes it.
RunRecord importedRun(int number)
{
    RunRecord run = benchRun(number);
    run.project = QStringLiteral("suite");
    run.origin = QStringLiteral("asv");
    run.scenarioHash = QStringLiteral("imported");
    run.phases.clear();
    run.iterations.assign(1, RunIteration());
    for (int benchmark = 0; benchmark < 10; ++benchmark) {
        run.iterations.front().metrics.push_back(
            {QStringLiteral("suite.time_%1").arg(benchmark), 1e-3 + number * 1e-9, QStringLiteral("s")});
    }
    return run;
}

template <typename T>
Result<void> only(const Result<T>& answer)
{
    return answer ? Result<void>() : Result<void>(answer.error());
}

/// Questions to a million samples, and a whole history imported at once.
Result<void> runSeries(const BenchSession& session)
{
    const BenchStores stores = session.stores();
    const auto kept = stores.kept(QStringLiteral("1m_samples_v3"));
    if (!kept) {
        return kept.error();
    }
    RunStore& store = **kept;
    auto series = store.series();
    if (series && series->empty()) {
        std::vector<RunRecord> runs;
        runs.reserve(1000);
        for (int number = 0; number < 1000; ++number) {
            runs.push_back(richRun(number));
        }
        if (const auto ids = store.recordRuns(runs); !ids) {
            return ids.error();
        }
        series = store.series();
    }
    if (!series) {
        return series.error();
    }
    const std::int64_t id = series->front().id;
    const auto rows = store.seriesRows(id);
    if (!rows) {
        return rows.error();
    }
    RowFilter one;
    one.rows = {rows->front().id};
    const std::vector<Contender> questions{
        {QStringLiteral("1000 points of one phase"), [&] { return only(store.seriesPoints(id, one)); }},
        {QStringLiteral("1000 points of all phases"), [&] { return only(store.seriesPoints(id)); }},
        {QStringLiteral("125 000 samples of one phase"),
         [&] { return only(store.samples(rows->front().id, IterationMode::Warm)); }}};
    if (const auto done = session.compare(
            QStringLiteral("runs: questions to 1 000 000 samples (target: 50 ms)"), QString(), questions);
        !done) {
        return done;
    }
    std::vector<RunRecord> history;
    history.reserve(1396);
    for (int number = 0; number < 1396; ++number) {
        history.push_back(importedRun(number));
    }
    // Made beforehand: a server's new database is not what is timed.
    std::vector<std::unique_ptr<RunStore>> fresh;
    for (int round = 0; round <= session.rounds(); ++round) {
        auto empty = stores.fresh(QStringLiteral("import_%1").arg(round));
        if (!empty) {
            return empty.error();
        }
        fresh.push_back(std::move(*empty));
    }
    return session.compare(QStringLiteral("runs: 1396 commits of 10 benchmarks (target: 3 s)"), QString(),
                           {{QStringLiteral("stored at once"), [&]() -> Result<void> {
                                 const std::unique_ptr<RunStore> next = std::move(fresh.back());
                                 fresh.pop_back();
                                 return only(next->recordRuns(history));
                             }}});
}

Result<void> run(const BenchSession& session)
{
    BenchSession::remark(QStringLiteral("timing one phase costs %1 ns (target: at most 100)")
                             .arg(PhaseTimer::calibrateScopeCost().count()));
    const BenchStores stores = session.stores();
    BenchSession::remark(QString(u"runs are kept by " % stores.shown()));
    const auto kept = stores.kept(QStringLiteral("100k_v3"));
    if (!kept) {
        return kept.error();
    }
    RunStore& store = **kept;
    if (const auto filled = fill(store); !filled) {
        return filled.error();
    }
    RunFilter workload;
    workload.scenario = QStringLiteral("scenario_7");
    RunFilter commit;
    commit.commit = QStringLiteral("%1").arg(123, 40, 16, QLatin1Char('0'));
    RunFilter older;
    older.olderThan = kRuns / 2;
    RowFilter totals;
    totals.kind = RowKind::Phase;
    totals.mode = IterationMode::Warm;
    const std::vector<Contender> contenders{
        {QStringLiteral("the newest 50"), [&] { return only(store.recentRuns({}, 50)); }},
        {QStringLiteral("50 from the middle"), [&] { return only(store.recentRuns(older, 50)); }},
        {QStringLiteral("50 of one scenario"), [&] { return only(store.recentRuns(workload, 50)); }},
        {QStringLiteral("all of one commit"), [&] { return only(store.recentRuns(commit, 50)); }},
        {QStringLiteral("every series"), [&] { return only(store.series()); }},
        {QStringLiteral("2000 points of a series"), [&] { return only(store.seriesPoints(8, totals)); }},
        {QStringLiteral("one run with its samples"), [&] { return only(store.run(kRuns / 2)); }},
        {QStringLiteral("storing one more"), [&] { return only(store.recordRun(benchRun(kRuns))); }},
        {QStringLiteral("storing 100, one by one"), [&]() -> Result<void> {
             for (int number = 0; number < 100; ++number) {
                 if (const auto id = store.recordRun(benchRun(kRuns)); !id) {
                     return id.error();
                 }
             }
             return {};
         }}};
    const auto done = session.compare(
        QStringLiteral("runs: questions to a store of 100 000 runs (target: 50 ms)"), QString(), contenders);
    return done ? runSeries(session) : done;
}

} // namespace

Bench runsBench()
{
    return {QStringLiteral("runs"), QStringLiteral("run store of 100 000 runs, cost of timing"), run};
}

} // namespace perihelion::bench
