// SPDX-License-Identifier: GPL-3.0-or-later
// soak: 200 recordings opened, played and switched, resident memory against the budget. Two seconds for each
// round: --rounds 300 runs it for ten minutes.
#include "tests/bench/bench_session.h"
#include "tests/support/cache_soak.h"

#include <QDir>

namespace perihelion::bench {

namespace {

Result<void> run(const BenchSession& session)
{
    SoakOptions options;
    options.folder = QDir(session.folder()).filePath(QStringLiteral("soak_%1").arg(session.events()));
    options.eventsEach = session.events();
    options.duration = std::chrono::seconds(2 * session.rounds());
    const auto report = soakCache(options);
    if (!report) {
        return report.error();
    }
    const auto mebibytes = [](std::uint64_t bytes) { return static_cast<double>(bytes) / (1 << 20); };
    BenchSession::remark(QStringLiteral("soak of %1 s over %2 recordings of %3 events each, budget %4 MiB")
                             .arg(options.duration.count())
                             .arg(options.recordings)
                             .arg(options.eventsEach)
                             .arg(mebibytes(options.budgetBytes), 0, 'f', 0));
    BenchSession::remark(
        QStringLiteral("  opened %1, frames %2, blocks found %3, decoded %4, evicted %5, wrong %6")
            .arg(report->opened)
            .arg(report->frames)
            .arg(report->hits)
            .arg(report->misses)
            .arg(report->evictions)
            .arg(report->wrongAnswers));
    BenchSession::remark(
        QStringLiteral("  reserved at most %1 MiB; resident before %2 MiB, at most %3 MiB "
                       "(budget + 100 MB: %4 MiB); beyond before and reserved at most %5 MiB")
            .arg(mebibytes(report->mostUsedBytes), 0, 'f', 1)
            .arg(mebibytes(report->residentBefore), 0, 'f', 1)
            .arg(mebibytes(report->mostResident), 0, 'f', 1)
            .arg(mebibytes(options.budgetBytes + 100'000'000), 0, 'f', 1)
            .arg(mebibytes(report->mostExcess), 0, 'f', 1));
    return {};
}

} // namespace

Bench soakBench()
{
    return {QStringLiteral("soak"), QStringLiteral("the cache's memory over many recordings"), run};
}

} // namespace perihelion::bench
