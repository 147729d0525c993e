// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backfill/backfill_plan.h"

#include "core/runs/run_store.h"

#include <QHash>

#include <algorithm>
#include <deque>
#include <limits>
#include <optional>
#include <utility>

namespace perihelion {

namespace {

QString shortName(const QString& commit)
{
    return commit.left(12);
}

/// The error for a name that git does not know, with what a shallow clone has to do with it.
Error unknownName(Error error, const CommitHistory& history, const CancelToken& cancel)
{
    const auto shallow = history.isShallow(cancel);
    if (error.code == ErrorCode::NotFound && shallow && *shallow) {
        error.message += QStringLiteral("; it is a shallow clone, \"git fetch --unshallow\" gets the rest");
    }
    return error;
}

/// The branch that a tip is stored with: the one it names, or the one checked out if that has it.
Result<QString> branchOf(const CommitHistory& history, const QString& name, const QString& tip,
                         const CancelToken& cancel)
{
    const auto named = history.branchNamed(name, cancel);
    if (!named) {
        return named.error();
    }
    if (*named) {
        return **named;
    }
    const auto base = history.mergeBase(tip, QStringLiteral("HEAD"), cancel);
    const auto current = history.currentBranch(cancel);
    if (!base || !current) {
        return base ? current.error() : base.error();
    }
    return *base == tip ? current->value_or(QString()) : QString();
}

/// What is to be said when the beginning of a range is no ancestor of its end.
Result<QString> asideNote(const CommitHistory& history, const QString& from, const QString& to,
                          const QString& common, const CancelToken& cancel)
{
    const auto lost = history.commit(from, cancel);
    const auto commits = history.firstParents(to, 0, cancel);
    if (!lost || !commits) {
        return lost ? commits.error() : lost.error();
    }
    QString note = QString(from % u" is no ancestor of " % to % u", so the range begins after " %
                           shortName(common) % u", which both have");
    if (const auto successor = successorOf(*lost, *commits)) {
        note += QString(u"; history was rewritten, and " % shortName(*successor) % u" took its place");
    }
    return note;
}

using KeptByHash = QHash<QString, KeptCommit>;

/// Notes a run of a commit. A finished run counts before one that failed, else the first that is noted.
void keep(KeptByHash& kept, const RunListing& run, bool retryFailed)
{
    const bool counts = run.state == RunState::Finished || (run.state != RunState::Cancelled && !retryFailed);
    const auto known = kept.constFind(run.commit);
    const bool better =
        known == kept.constEnd() || (known->state != RunState::Finished && run.state == RunState::Finished);
    if (counts && !run.dirty && better) {
        const bool some = run.failure.isEmpty() && run.failed > 0;
        kept.insert(run.commit,
                    {run.commit, run.state,
                     some ? QStringLiteral("%1 of %2 iterations failed").arg(run.failed).arg(run.iterations)
                          : run.failure});
    }
}

/// Commits that the store has runs of, of one scenario on one machine, and those whose runs wait to be sent
/// to it. A finished run counts before one that failed, and of those the newest.
Result<KeptByHash> keptCommits(const RunStore& store, const Project& project, const CommandSpec& spec,
                               const Scenario& scenario, const MachineDescription& machine, bool retryFailed)
{
    const auto all = store.series();
    if (!all) {
        return all.error();
    }
    KeptByHash kept;
    for (const SeriesListing& series : *all) {
        const bool same = series.project == project.identity() && series.workload == spec.name &&
                          series.workloadVersion == spec.version && series.scenarioHash == scenario.hash() &&
                          series.machine == machine.fingerprint() && series.buildType.isEmpty() &&
                          series.origin.isEmpty();
        if (!same) {
            continue;
        }
        RunFilter filter;
        filter.series = series.id;
        const auto runs = store.recentRuns(filter, std::numeric_limits<int>::max());
        if (!runs) {
            return runs.error();
        }
        for (const RunListing& run : *runs) {
            keep(kept, run, retryFailed);
        }
    }
    for (const RunRecord& run : store.waitingRuns()) {
        const bool same = run.project == project.identity() && run.workload == spec.name &&
                          run.workloadVersion == spec.version && run.scenarioHash == scenario.hash() &&
                          run.machine.fingerprint() == machine.fingerprint() &&
                          run.machine.buildType.isEmpty() && run.origin.isEmpty();
        if (same) {
            RunListing listing;
            listing.commit = run.commit;
            listing.state = run.state;
            listing.dirty = run.dirty;
            listing.failure = run.failure;
            listing.iterations = static_cast<int>(run.iterations.size());
            listing.failed = run.failedIterations();
            keep(kept, listing, retryFailed);
        }
    }
    return kept;
}

/// What is kept of a commit, when nothing is missing: its worst run.
std::optional<KeptCommit> keptWhole(const QString& hash, const std::vector<KeptByHash>& kept)
{
    std::optional<KeptCommit> worst;
    for (const KeptByHash& each : kept) {
        const auto found = each.constFind(hash);
        if (found == each.constEnd()) {
            return std::nullopt;
        }
        if (!worst || (worst->state == RunState::Finished && found->state != RunState::Finished)) {
            worst = *found;
        }
    }
    return worst;
}

} // namespace

std::vector<std::size_t> bisectionOrder(std::size_t count)
{
    std::vector<std::size_t> order;
    if (count > 0) {
        order.push_back(0);
    }
    if (count > 1) {
        order.push_back(count - 1);
    }
    std::deque<std::pair<std::size_t, std::size_t>> gaps{{0, count > 0 ? count - 1 : 0}};
    while (!gaps.empty()) {
        const auto [low, high] = gaps.front();
        gaps.pop_front();
        if (high - low < 2) {
            continue;
        }
        const std::size_t middle = low + (high - low) / 2;
        order.push_back(middle);
        gaps.emplace_back(low, middle);
        gaps.emplace_back(middle, high);
    }
    return order;
}

Result<CommitRange> commitRange(const CommitHistory& history, const QString& range, const CancelToken& cancel)
{
    const qsizetype dots = range.indexOf(u"..");
    if (range.trimmed().isEmpty() || range.contains(u"...")) {
        return Error{
            ErrorCode::InvalidArgument,
            QStringLiteral("A range of commits is A..B (what B has and A has not) or one name, not \"%1\"")
                .arg(range),
            QString()};
    }
    const auto orHead = [](const QString& name) { return name.isEmpty() ? QStringLiteral("HEAD") : name; };
    const QString to = orHead(dots < 0 ? range : range.mid(dots + 2));
    CommitRange found;
    const auto tip = history.resolve(to, cancel);
    if (!tip) {
        return unknownName(tip.error(), history, cancel);
    }
    Result<std::vector<Commit>> commits = std::vector<Commit>{};
    if (dots < 0) {
        commits = history.firstParents(*tip, 0, cancel);
    } else {
        const QString from = orHead(range.left(dots));
        const auto base = history.resolve(from, cancel);
        if (!base) {
            return unknownName(base.error(), history, cancel);
        }
        const auto common = history.mergeBase(*base, *tip, cancel);
        if (!common) {
            return common.error();
        }
        if (!*common) {
            return Error{ErrorCode::InvalidArgument,
                         QString(from % u" and " % to %
                                 u" have no commit in common, so there is no range between them"),
                         QString()};
        }
        if (**common != *base) {
            const auto note = asideNote(history, from, to, **common, cancel);
            if (!note) {
                return note.error();
            }
            found.notes.append(*note);
        }
        commits = history.firstParentsSince(*base, *tip, cancel);
    }
    const auto branch = branchOf(history, to, *tip, cancel);
    const auto shallow = history.isShallow(cancel);
    for (const Error* mistake : {commits ? nullptr : &commits.error(), branch ? nullptr : &branch.error(),
                                 shallow ? nullptr : &shallow.error()}) {
        if (mistake != nullptr) {
            return *mistake;
        }
    }
    found.commits = std::move(*commits);
    found.branch = *branch;
    if (*shallow) {
        found.notes.append(QStringLiteral("The repository is a shallow clone: its history is cut off, and "
                                          "its runs do not stand with those of a "
                                          "whole clone; \"git fetch --unshallow\" gets the rest"));
    }
    return found;
}

Result<BackfillPlan> planBackfill(const Project& project, const BackfillRequest& request,
                                  const RunStore* store, const MachineDescription& machine,
                                  const CancelToken& cancel)
{
    const auto history = CommitHistory::open(project.folder(), cancel);
    if (!history) {
        return history.error();
    }
    auto range = commitRange(*history, request.range, cancel);
    if (!range) {
        return range.error();
    }
    std::vector<KeptByHash> kept;
    for (const Scenario& scenario : request.scenarios) {
        const auto spec =
            std::find_if(project.workloads().begin(), project.workloads().end(),
                         [&scenario](const CommandSpec& each) { return each.name == scenario.workload(); });
        if (spec == project.workloads().end()) {
            return Error{ErrorCode::InvalidArgument,
                         QString(u"Only commands of the project are measured at its commits, and " %
                                 scenario.workload() % u" is none"),
                         QString()};
        }
        Result<KeptByHash> known = KeptByHash{};
        if (store != nullptr) {
            known = keptCommits(*store, project, *spec, scenario, machine, request.retryFailed);
        }
        if (!known) {
            return known.error();
        }
        kept.push_back(std::move(*known));
    }
    BackfillPlan plan;
    plan.range = std::move(range->commits);
    plan.branch = range->branch;
    plan.notes = range->notes;
    if (project.buildCommand().isEmpty()) {
        plan.notes.append(QStringLiteral(
            "The project file has no build command, so every commit is measured as it is checked out"));
    }
    std::vector<std::size_t> order;
    if (request.order == BackfillOrder::Bisection) {
        order = bisectionOrder(plan.range.size());
    } else {
        for (std::size_t i = 0; i < plan.range.size(); ++i) {
            order.push_back(i);
        }
    }
    for (const std::size_t place : order) {
        MissingCommit missing{plan.range[place], {}};
        for (std::size_t i = 0; i < kept.size(); ++i) {
            if (!kept[i].contains(missing.commit.hash)) {
                missing.scenarios.push_back(i);
            }
        }
        if (missing.scenarios.empty()) {
            continue;
        }
        if (request.limit == 0 || plan.commits.size() < request.limit) {
            plan.commits.push_back(std::move(missing));
        }
    }
    for (const Commit& commit : plan.range) {
        if (const auto whole = keptWhole(commit.hash, kept)) {
            plan.kept.push_back(*whole);
        }
    }
    return plan;
}

} // namespace perihelion
