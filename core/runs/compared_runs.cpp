// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/compared_runs.h"

#include "core/runs/named_runs.h"
#include "core/runs/run_store.h"

#include <algorithm>
#include <utility>

namespace perihelion {

namespace {

constexpr int kRunsTriedThere = 200;
constexpr int kVerdictWidth = 20; ///< "not enough samples" and a gap.

bool measureTheSame(const RunRecord& a, const RunRecord& b)
{
    return a.project == b.project && a.workload == b.workload && a.scenarioHash == b.scenarioHash;
}

bool ofOneMachine(const RunRecord& a, const RunRecord& b)
{
    return measureTheSame(a, b) && a.machine.fingerprint() == b.machine.fingerprint();
}

/// Of the same machine; of another one only where no machine measured both sides. Null when nothing fits.
const RunRecord* counterpartOf(const RunRecord& old, const std::vector<RunRecord>& before,
                               const std::vector<RunRecord>& after)
{
    const RunRecord* other = nullptr;
    for (const RunRecord& now : after) {
        if (ofOneMachine(old, now)) {
            return &now;
        }
        if (!measureTheSame(old, now)) {
            continue;
        }
        other = other == nullptr ? &now : other;
        if (std::any_of(before.begin(), before.end(),
                        [&now](const RunRecord& each) { return ofOneMachine(each, now); })) {
            return nullptr;
        }
    }
    return other;
}

} // namespace

Result<std::vector<ComparedPair>> compareNamed(const RunStore& store, const QString& a, const QString& b,
                                               double floor)
{
    const auto before = runsNamed(store, a);
    if (!before) {
        return before.error();
    }
    const auto after = runsNamed(store, b);
    if (!after) {
        return after.error();
    }
    const bool single = before->size() == 1 && after->size() == 1;
    std::vector<ComparedPair> pairs;
    for (const RunRecord& old : *before) {
        const RunRecord* now = single ? &after->front() : counterpartOf(old, *before, *after);
        if (now == nullptr) {
            continue;
        }
        auto comparison = compareRuns(old, *now, floor);
        if (!comparison) {
            return comparison.error();
        }
        pairs.push_back({old, *now, std::move(*comparison)});
    }
    if (pairs.empty()) {
        return Error{ErrorCode::NotFound, QStringLiteral("No workload was measured at both commits"),
                     QString(a % u' ' % b)};
    }
    return pairs;
}

Result<std::vector<UncomparedRun>> uncomparedRuns(const RunStore& store, const QString& a, const QString& b,
                                                  const std::vector<ComparedPair>& pairs)
{
    const auto before = runsNamed(store, a);
    if (!before) {
        return before.error();
    }
    std::vector<UncomparedRun> uncompared;
    for (const RunRecord& old : *before) {
        const bool compared = std::any_of(pairs.begin(), pairs.end(),
                                          [&old](const ComparedPair& pair) { return pair.a.id == old.id; });
        if (compared) {
            continue;
        }
        RunFilter filter;
        filter.commit = b;
        filter.project = old.project;
        filter.workload = old.workload;
        const auto there = store.recentRuns(filter, kRunsTriedThere);
        if (!there) {
            return there.error();
        }
        const auto tried = std::find_if(there->begin(), there->end(), [&old](const RunListing& run) {
            return run.scenarioHash == old.scenarioHash && run.state != RunState::Cancelled;
        });
        const QString what = QString(old.title() % u" of " % runWords(old));
        if (tried == there->end()) {
            uncompared.push_back({QString(what % u" has no counterpart on the other side"), false});
        } else if (tried->state == RunState::Finished) {
            uncompared.push_back(
                {QString(what % u" was measured on " % old.machine.host % u" only, and is not compared"),
                 false});
        } else {
            uncompared.push_back(
                {QString(old.title() % u" failed at " % tried->commit.left(10) %
                         (tried->failure.isEmpty() ? QString() : QString(u": " % tried->failure))),
                 true});
        }
    }
    return uncompared;
}

QString runWords(const RunRecord& run)
{
    return QString(QStringLiteral("run %1").arg(run.id) %
                   (run.commit.isEmpty() ? QString() : QString(u" of " % run.commit.left(10))) %
                   (run.dirty ? QStringLiteral(" with changes") : QString()));
}

QString comparisonText(const ComparedPair& pair)
{
    QString text =
        QString(pair.a.title() % u": " % runWords(pair.a) % u" → " % runWords(pair.b) %
                (areInterleaved(pair.a, pair.b) ? QStringLiteral(", measured in turn") : QString()) % u'\n');
    qsizetype widest = 0;
    for (const PhaseComparison& row : pair.comparison.rows) {
        widest = std::max(widest, row.phase.size());
    }
    for (const PhaseComparison& row : pair.comparison.rows) {
        const QString mode = row.isMetric ? QString() : iterationModeName(row.mode);
        text += QString(u"  " % row.phase.leftJustified(widest) % u"  " % mode.leftJustified(4) % u"  " %
                        verdictName(row.comparison.verdict).leftJustified(kVerdictWidth) %
                        row.comparison.sentence % u'\n');
        if (row.paired) {
            text += QString(QString(widest + 4, u' ') % u"pair  " %
                            verdictName(row.paired->verdict).leftJustified(kVerdictWidth) %
                            row.paired->sentence % u'\n');
        }
    }
    for (const OneSidedRow& row : pair.comparison.oneSided) {
        const QString mode = row.isMetric ? QString() : QString(u" (" % iterationModeName(row.mode) % u')');
        text += QString(u"  Note: Only " % runWords(row.inA ? pair.a : pair.b) % u" measured " % row.phase %
                        mode % u'\n');
    }
    for (const QString& warning : pair.comparison.warnings) {
        text += QString(u"  Note: " % warning % u'\n');
    }
    return text;
}

} // namespace perihelion
