// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/live_view_bench.h"

#include "core/profile/profile_runner.h"
#include "core/runs/run_summary.h"
#include "core/stats/comparison.h"
#include "core/stats/paired_comparison.h"
#include "widgets/pages/profile_page.h"

#include <QCheckBox>
#include <QEventLoop>
#include <QSignalSpy>
#include <QSpinBox>

#include <cstdio>

namespace perihelion::bench {

namespace {

constexpr int kPatience = 120'000;
constexpr int kWarmRuns = 20;

Result<double> warmMedian(const RunRecord& run)
{
    const RunSummary summary = RunSummary::of(run);
    const PhaseRow* total = summary.row(kTotalRow);
    if (total == nullptr || total->warm.count == 0) {
        return Error{ErrorCode::Internal, QStringLiteral("The run has no warm iterations"), run.title()};
    }
    return toMilliseconds(total->warm.p50);
}

Result<double> measureWithPage(ProfilePage& page)
{
    QSignalSpy stored(&page, &ProfilePage::runStored);
    page.show();
    page.startRun();
    if (!stored.wait(kPatience)) {
        return Error{ErrorCode::Internal, QStringLiteral("The run on the page did not end"), QString()};
    }
    const RunRecord run = *page.shownRun();
    if (!page.isSettled()) {
        QSignalSpy(&page, &ProfilePage::settled).wait(kPatience);
    }
    page.hide();
    return warmMedian(run);
}

} // namespace

Result<void> benchLiveView(const AppServices& services, int rounds)
{
    if (!services.measuring) {
        return services.measuring.error();
    }
    ProfilePage page(services);
    page.resize(1440, 900);
    page.choose(QStringLiteral("simulation"), QStringLiteral("dense_18_planets"));
    page.findChild<QSpinBox*>(QStringLiteral("runsField"))->setValue(kWarmRuns);
    page.findChild<QCheckBox*>(QStringLiteral("coldBox"))->setChecked(false);
    if (!page.isSettled()) {
        QSignalSpy(&page, &ProfilePage::settled).wait(kPatience);
    }
    ProfileRequest request;
    request.scenario = page.scenario();
    request.plan.coldRuns = 0;
    request.plan.warmRuns = kWarmRuns;
    const ProfileRunner runner(services.workloads, *services.measuring);
    std::vector<double> without;
    std::vector<double> with;
    for (const PairSide side : interleavedOrder(static_cast<std::size_t>(rounds), 4)) {
        Result<double> median = 0.0;
        if (side == PairSide::A) {
            const auto run = runner.run(request, ProfileControl());
            median = run ? warmMedian(*run) : Result<double>(run.error());
        } else {
            median = measureWithPage(page);
        }
        if (!median) {
            return median.error();
        }
        (side == PairSide::A ? without : with).push_back(*median);
    }
    const PairedComparison paired = comparePaired(without, with);
    std::printf("live view: %d rounds in turn (ABBA), %d warm iterations a run\n", rounds, kWarmRuns);
    std::printf("  warm median with the view over without: ratio %.4f", paired.ratio);
    if (paired.interval) {
        std::printf(", interval %.4f to %.4f", paired.interval->low, paired.interval->high);
    }
    std::printf(", p %.3f\n  %s\n", paired.p, qPrintable(sentenceOf(paired)));
    return {};
}

} // namespace perihelion::bench
