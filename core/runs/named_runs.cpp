// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/named_runs.h"

#include "core/runs/run_store.h"

#include <algorithm>

namespace perihelion {

namespace {

constexpr int kNewestRuns = 200;
constexpr int kShortestCommit = 4;

bool isRunId(const QString& text)
{
    return !text.isEmpty() && text.size() < 10 && std::all_of(text.begin(), text.end(), [](QChar letter) {
        return letter >= u'0' && letter <= u'9';
    });
}

/// The newest finished run of every series at a commit.
Result<std::vector<RunListing>> runsAt(const RunStore& store, const QString& commit)
{
    if (commit.size() < kShortestCommit) {
        return Error{ErrorCode::InvalidArgument,
                     QString(u"Runs are named by their id or by at least " %
                             QString::number(kShortestCommit) % u" letters of a commit, not \"" % commit %
                             u'"'),
                     {}};
    }
    RunFilter filter;
    filter.commit = commit;
    filter.state = RunState::Finished;
    const auto listed = store.recentRuns(filter, kNewestRuns);
    if (!listed) {
        return listed.error();
    }
    std::vector<RunListing> newest;
    for (const RunListing& run : *listed) {
        const bool known = std::any_of(newest.begin(), newest.end(), [&run](const RunListing& other) {
            return other.series == run.series;
        });
        if (!known) {
            newest.push_back(run);
        }
    }
    if (newest.empty()) {
        return Error{ErrorCode::NotFound,
                     QStringLiteral("The run store holds no finished run of this commit"), commit};
    }
    return newest;
}

} // namespace

Result<std::vector<RunRecord>> runsNamed(const RunStore& store, const QString& name)
{
    if (isRunId(name)) {
        auto run = store.run(name.toLongLong());
        if (run) {
            return std::vector<RunRecord>{std::move(*run)};
        }
        if (run.error().code != ErrorCode::NotFound || name.size() < kShortestCommit) {
            return run.error();
        }
    }
    const auto listed = runsAt(store, name);
    if (!listed) {
        return listed.error();
    }
    return wholeRuns(store, *listed);
}

Result<std::vector<RunRecord>> wholeRuns(const RunStore& store, const std::vector<RunListing>& listed)
{
    std::vector<RunRecord> runs;
    runs.reserve(listed.size());
    for (const RunListing& listing : listed) {
        auto run = store.run(listing.id);
        if (!run) {
            return run.error();
        }
        runs.push_back(std::move(*run));
    }
    return runs;
}

const RunListing* usualBaseline(std::span<const RunListing> others, const QDateTime& commitTime)
{
    const RunListing* best = nullptr;
    for (const RunListing& other : others) {
        const bool fits =
            commitTime.isValid() && other.commitTime.isValid() && other.commitTime <= commitTime;
        if (fits && (best == nullptr || other.commitTime > best->commitTime)) {
            best = &other;
        }
    }
    return best != nullptr || others.empty() ? best : &others.front();
}

} // namespace perihelion
