// SPDX-License-Identifier: GPL-3.0-or-later
// runs: the run store with 100 000 runs: listing, filtering, series; and what timing one phase costs. Storing
// the runs takes some minutes the first time; they are found again by the next.
#include "core/measure/phase_timer.h"
#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"
#include "tests/bench/bench_session.h"

#include <QDir>
#include <QFile>
#include <QUuid>

namespace perihelion::bench {

namespace {

constexpr int kRuns = 100'000;
constexpr int kSeries = 50;

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
    for (int number = present->empty() ? 0 : static_cast<int>(present->front().id); number < kRuns;
         ++number) {
        if (const auto id = store.recordRun(benchRun(number)); !id) {
            return id.error();
        }
    }
    return {};
}

template <typename T>
Result<void> only(const Result<T>& answer)
{
    return answer ? Result<void>() : Result<void>(answer.error());
}

Result<void> run(const BenchSession& session)
{
    BenchSession::remark(QStringLiteral("timing one phase costs %1 ns (target: at most 100)")
                             .arg(PhaseTimer::calibrateScopeCost().count()));
    RunStore store(QDir(session.folder()).filePath(QStringLiteral("runs_100k_v3.sqlite")));
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
        {QStringLiteral("storing one more"), [&] { return only(store.recordRun(benchRun(kRuns))); }}};
    return session.compare(QStringLiteral("runs: questions to a store of 100 000 runs (target: 50 ms)"),
                           QString(), contenders);
}

} // namespace

Bench runsBench()
{
    return {QStringLiteral("runs"), QStringLiteral("run store of 100 000 runs, cost of timing"), run};
}

} // namespace perihelion::bench
