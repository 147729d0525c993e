// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/compared_runs.h"

#include "core/runs/named_runs.h"

#include <algorithm>
#include <utility>

namespace perihelion {

namespace {

bool measureTheSame(const RunRecord& a, const RunRecord& b)
{
    return a.project == b.project && a.workload == b.workload && a.scenarioHash == b.scenarioHash;
}

/// Of several machines the same one, where it measured both. Null when nothing fits.
const RunRecord* counterpartOf(const RunRecord& old, const std::vector<RunRecord>& runs)
{
    auto at = std::find_if(runs.begin(), runs.end(), [&old](const RunRecord& run) {
        return measureTheSame(old, run) && run.machine.fingerprint() == old.machine.fingerprint();
    });
    if (at == runs.end()) {
        at = std::find_if(runs.begin(), runs.end(),
                          [&old](const RunRecord& run) { return measureTheSame(old, run); });
    }
    return at == runs.end() ? nullptr : &*at;
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
        const RunRecord* now = single ? &after->front() : counterpartOf(old, *after);
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
        text +=
            QString(u"  " % row.phase.leftJustified(widest) % u"  " % mode.leftJustified(4) % u"  " %
                    verdictName(row.comparison.verdict).leftJustified(18) % row.comparison.sentence % u'\n');
        if (row.paired) {
            text +=
                QString(QString(widest + 4, u' ') % u"pair  " %
                        verdictName(row.paired->verdict).leftJustified(18) % row.paired->sentence % u'\n');
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
