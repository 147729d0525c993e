// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backfill/interleaved_request.h"

#include "core/backfill/backfill_plan.h"

#include <algorithm>
#include <utility>

namespace perihelion {

namespace {

Error refused(const QString& sentence)
{
    return Error{ErrorCode::InvalidArgument, sentence, QString()};
}

/// Runs of Perihelion's own workloads measure the program that took them.
Error ofThisProgram(const RunRecord& a, const RunRecord& b)
{
    if (a.commit == b.commit) {
        return refused(QStringLiteral("Both runs measured the same build of Perihelion, so there is nothing "
                                      "to measure in turn"));
    }
    return refused(
        QStringLiteral("Perihelion cannot rebuild another commit of its own: build %1 and %2 and profile "
                       "with each in turn")
            .arg(a.commit.left(10), b.commit.left(10)));
}

Result<InterleavedSide> sideOf(const CommitHistory& history, const QString& name, const QString& branch,
                               const CancelToken& cancel)
{
    if (name.contains(u"..")) {
        return refused(QString(u"Two commits are measured in turn, and " % name % u" is a range"));
    }
    const auto range = commitRange(history, name, cancel);
    if (!range) {
        return range.error();
    }
    return InterleavedSide{range->commits.front(), branch.isEmpty() ? range->branch : branch};
}

/// The scenario that a run followed, as the project has it now.
Result<Scenario> scenarioOf(const RunRecord& run, const WorkloadRegistry& registry)
{
    const Workload* workload = registry.find(run.workload);
    if (workload == nullptr) {
        return refused(QString(u"The project file has no workload " % run.workload % u" any more"));
    }
    const auto scenario = Scenario::make(workload->parameterSet(), run.scenario, run.parameters);
    if (!scenario || scenario->hash() != run.scenarioHash) {
        return refused(QString(u"The workload " % run.workload % u" takes other parameters now than " %
                               runWords(run) % u" had"));
    }
    return scenario;
}

} // namespace

RunPlan roundOf(const RunPlan& plan)
{
    RunPlan round{plan.coldRuns > 0 ? 1 : 0, 0, 0, 0};
    if (plan.warmRuns > 0) {
        const int processes = std::clamp(plan.warmProcesses, 1, plan.warmRuns);
        round.warmRuns = (plan.warmRuns + processes - 1) / processes;
        round.warmProcesses = 1;
        round.warmUps = plan.warmUps;
    }
    return round;
}

Result<void> canMeasureAgain(const RunRecord& a, const RunRecord& b)
{
    for (const RunRecord* run : {&a, &b}) {
        if (!run->origin.isEmpty()) {
            return refused(QString(u"Results of " % run->origin %
                                   u" were imported; what they measured cannot be run from here"));
        }
        if (run->commit.isEmpty()) {
            return refused(QString(runWords(*run) % u" does not say which commit it measured"));
        }
        if (run->dirty) {
            return refused(QStringLiteral("Run %1 was measured with changes that no commit holds: commit "
                                          "them and profile that commit")
                               .arg(run->id));
        }
    }
    if (a.project.isEmpty()) {
        return ofThisProgram(a, b);
    }
    if (a.project != b.project) {
        return refused(QStringLiteral("The runs are of two projects"));
    }
    if (a.commit == b.commit) {
        return refused(QStringLiteral("Both sides are the same commit, so there is nothing to tell apart"));
    }
    return {};
}

Result<InterleavedRequest> requestAgain(const Project& project, std::span<const ComparedPair> pairs,
                                        const CancelToken& cancel)
{
    Q_ASSERT(!pairs.empty());
    WorkloadRegistry registry;
    if (const Result<void> added = project.addTo(registry); !added) {
        return added.error();
    }
    InterleavedRequest request;
    for (const ComparedPair& pair : pairs) {
        if (const Result<void> can = canMeasureAgain(pair.a, pair.b); !can) {
            return can.error();
        }
        if (pair.a.project != project.identity()) {
            return refused(QString(u"The runs are of the project " % pair.a.project % u", and " %
                                   project.folder() % u" holds " % project.identity()));
        }
        auto scenario = scenarioOf(pair.a, registry);
        if (!scenario) {
            return scenario.error();
        }
        request.workloads.push_back({std::move(*scenario), roundOf(pair.a.plan)});
    }
    const auto history = CommitHistory::open(project.folder(), cancel);
    if (!history) {
        return history.error();
    }
    const RunRecord& before = pairs.front().a;
    const RunRecord& after = pairs.front().b;
    auto a = sideOf(*history, before.commit, before.branch, cancel);
    auto b = a ? sideOf(*history, after.commit, after.branch, cancel) : a;
    if (!b) {
        return b.error();
    }
    request.a = std::move(*a);
    request.b = std::move(*b);
    return request;
}

Result<InterleavedRequest> requestCommits(const Project& project, const QString& a, const QString& b,
                                          std::span<const Scenario> scenarios, const RunPlan& plan,
                                          const CancelToken& cancel)
{
    const auto history = CommitHistory::open(project.folder(), cancel);
    if (!history) {
        return history.error();
    }
    auto before = sideOf(*history, a, QString(), cancel);
    auto after = before ? sideOf(*history, b, QString(), cancel) : before;
    if (!after) {
        return after.error();
    }
    if (before->commit.hash == after->commit.hash) {
        return refused(
            QString(a % u" and " % b % u" are the same commit, so there is nothing to tell apart"));
    }
    InterleavedRequest request;
    request.a = std::move(*before);
    request.b = std::move(*after);
    for (const Scenario& scenario : scenarios) {
        request.workloads.push_back({scenario, roundOf(plan)});
    }
    return request;
}

} // namespace perihelion
