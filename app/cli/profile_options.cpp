// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/profile_options.h"

#include "core/base/format.h"

namespace perihelion {

void declarePlanOptions(CliOptions& options, const RunPlan& plan)
{
    options.addValue(QStringLiteral("runs"), QStringLiteral("N"), QStringLiteral("Warm iterations in all"),
                     QString::number(plan.warmRuns));
    options.addValue(QStringLiteral("cold"), QStringLiteral("N"),
                     QStringLiteral("Cold iterations, each in a fresh process with its input files evicted"),
                     QString::number(plan.coldRuns));
    options.addValue(QStringLiteral("processes"), QStringLiteral("N"),
                     QStringLiteral("Processes that the warm iterations are spread over"),
                     QString::number(plan.warmProcesses));
    options.addValue(QStringLiteral("warm-up"), QStringLiteral("N"),
                     QStringLiteral("Iterations of each warm process before those that count"),
                     QString::number(plan.warmUps));
}

Result<RunPlan> planFrom(const CliOptions& options)
{
    RunPlan plan;
    for (const auto& [name, least, value] : {std::tuple{QStringLiteral("runs"), 0, &plan.warmRuns},
                                             std::tuple{QStringLiteral("cold"), 0, &plan.coldRuns},
                                             std::tuple{QStringLiteral("processes"), 1, &plan.warmProcesses},
                                             std::tuple{QStringLiteral("warm-up"), 0, &plan.warmUps}}) {
        const Result<std::int64_t> number = options.integer(name, least, 100'000);
        if (!number) {
            return number.error();
        }
        *value = static_cast<int>(*number);
    }
    if (plan.warmRuns + plan.coldRuns == 0) {
        return wrongUsage(QStringLiteral("--runs and --cold cannot both be 0"));
    }
    return plan;
}

Result<std::vector<Scenario>> namedScenarios(const WorkloadRegistry& registry, const QString& name)
{
    if (name.endsWith(u"/all")) {
        std::vector<Scenario> all = registry.scenarios(name.chopped(4));
        if (!all.empty()) {
            return all;
        }
    }
    Result<Scenario> one = registry.resolve(name);
    if (!one) {
        return one.error();
    }
    return std::vector<Scenario>{*one};
}

QString timeLeftText(std::optional<std::chrono::milliseconds> left)
{
    return left ? QString(u", " % formatDuration(std::chrono::duration_cast<EventTime>(*left)) % u" left,")
                : QString();
}

ProfileObserver observerFor(CliSession& session)
{
    ProfileObserver observer;
    const ProgressReporter report = session.progressReporter();
    if (report) {
        observer.progress = [report](const ProfileProgress& progress) {
            report(Progress{QString(progress.text() % timeLeftText(progress.timeLeft)), progress.done,
                            progress.total});
        };
    }
    return observer;
}

} // namespace perihelion
