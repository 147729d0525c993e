// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/compare_command.h"

#include "app/cli/cli_options.h"
#include "app/cli/run_selection.h"
#include "core/runs/run_comparison.h"
#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace perihelion {

namespace {

using RunPair = std::pair<RunRecord, RunRecord>;

struct ComparedPair {
    RunPair runs;
    RunComparison comparison;
};

bool sameSeries(const RunRecord& a, const RunRecord& b)
{
    return a.project == b.project && a.workload == b.workload && a.scenarioHash == b.scenarioHash;
}

Result<std::vector<ComparedPair>> comparedPairs(const RunStore& store, const QString& a, const QString& b,
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
        // Of several machines the same one, where it measured both.
        const auto better = [&old](const RunRecord& run) {
            return sameSeries(old, run) && run.machine.fingerprint() == old.machine.fingerprint();
        };
        auto other = std::find_if(after->begin(), after->end(), better);
        if (other == after->end()) {
            other = std::find_if(after->begin(), after->end(),
                                 [&old](const RunRecord& run) { return sameSeries(old, run); });
        }
        if (other == after->end() && !single) {
            continue;
        }
        const RunRecord& now = single ? after->front() : *other;
        auto comparison = compareRuns(old, now, floor);
        if (!comparison) {
            return comparison.error();
        }
        pairs.push_back({{old, now}, std::move(*comparison)});
    }
    if (pairs.empty()) {
        return Error{ErrorCode::NotFound, QStringLiteral("No workload was measured at both commits"),
                     QString(a % u' ' % b)};
    }
    return pairs;
}

QJsonValue finiteOrNull(double value)
{
    return std::isfinite(value) ? QJsonValue(value) : QJsonValue();
}

QJsonObject rowJson(const ComparedPair& pair, const PhaseComparison& row)
{
    const Comparison& c = row.comparison;
    QJsonObject object{
        {QStringLiteral("workload"), pair.runs.first.workload},
        {QStringLiteral("scenario"), pair.runs.first.scenario},
        {QStringLiteral("a_run"), static_cast<qint64>(pair.runs.first.id)},
        {QStringLiteral("b_run"), static_cast<qint64>(pair.runs.second.id)},
        {QStringLiteral("ratio"), finiteOrNull(c.ratio)},
        {QStringLiteral("ci_low"), c.ratioInterval ? finiteOrNull(c.ratioInterval->low) : QJsonValue()},
        {QStringLiteral("ci_high"), c.ratioInterval ? finiteOrNull(c.ratioInterval->high) : QJsonValue()},
        {QStringLiteral("p"), c.p},
        {QStringLiteral("a_n"), static_cast<qint64>(c.aCount)},
        {QStringLiteral("b_n"), static_cast<qint64>(c.bCount)},
        {QStringLiteral("more_samples"), static_cast<qint64>(c.moreSamples)},
        {QStringLiteral("verdict"), verdictName(c.verdict)},
        {QStringLiteral("sentence"), c.sentence}};
    if (row.isMetric) {
        object[QStringLiteral("metric")] = row.phase;
        object[QStringLiteral("a_median")] = c.aMedian;
        object[QStringLiteral("b_median")] = c.bMedian;
    } else {
        object[QStringLiteral("phase")] = row.phase;
        object[QStringLiteral("mode")] = iterationModeName(row.mode);
        object[QStringLiteral("a_median_ms")] = c.aMedian;
        object[QStringLiteral("b_median_ms")] = c.bMedian;
    }
    return object;
}

QJsonObject comparisonJson(const QStringList& named, const std::vector<ComparedPair>& pairs)
{
    QJsonArray phases;
    QJsonArray metrics;
    QJsonArray warnings;
    for (const ComparedPair& pair : pairs) {
        for (const PhaseComparison& row : pair.comparison.rows) {
            (row.isMetric ? metrics : phases).append(rowJson(pair, row));
        }
        for (const QString& warning : pair.comparison.warnings) {
            if (!warnings.contains(warning)) {
                warnings.append(warning);
            }
        }
    }
    return {{QStringLiteral("a"), named.at(0)},
            {QStringLiteral("b"), named.at(1)},
            {QStringLiteral("phases"), phases},
            {QStringLiteral("metrics"), metrics},
            {QStringLiteral("warnings"), warnings}};
}

QString runText(const RunRecord& run)
{
    return QString(QStringLiteral("run %1").arg(run.id) %
                   (run.commit.isEmpty() ? QString() : QString(u" of " % run.commit.left(10))) %
                   (run.dirty ? QStringLiteral(" with changes") : QString()));
}

QString comparisonText(const ComparedPair& pair)
{
    QString text = QString(pair.runs.first.title() % u": " % runText(pair.runs.first) % u" → " %
                           runText(pair.runs.second) % u'\n');
    qsizetype widest = 0;
    for (const PhaseComparison& row : pair.comparison.rows) {
        widest = std::max(widest, row.phase.size());
    }
    for (const PhaseComparison& row : pair.comparison.rows) {
        const QString mode = row.isMetric ? QString() : iterationModeName(row.mode);
        text +=
            QString(u"  " % row.phase.leftJustified(widest) % u"  " % mode.leftJustified(4) % u"  " %
                    verdictName(row.comparison.verdict).leftJustified(18) % row.comparison.sentence % u'\n');
    }
    for (const QString& warning : pair.comparison.warnings) {
        text += QString(u"  Note: " % warning % u'\n');
    }
    return text;
}

QString regressionText(const ComparedPair& pair, const PhaseComparison& row)
{
    return QString(u"Regression in " % pair.runs.first.title() % u", " % row.phase %
                   (row.isMetric ? QString() : QString(u" (" % iterationModeName(row.mode) % u')')) % u": " %
                   row.comparison.sentence);
}

int run(const QStringList& arguments, CliSession& session)
{
    CliOptions options(compareCommand());
    options.setPositional(2, 2);
    options.addValue(
        QStringLiteral("store"), QStringLiteral("URL"),
        QStringLiteral("SQLite file of the runs or postgresql:// URL; by default the store of the settings"));
    options.addValue(QStringLiteral("floor"), QStringLiteral("PERCENT"),
                     QStringLiteral("Smaller changes are no change, however certain"), QStringLiteral("2"));
    options.addFlag(QStringLiteral("fail-on-regression"),
                    QStringLiteral("Exit with status 3 when a phase or a size got worse"));
    options.addFlag(QStringLiteral("json"), QStringLiteral("Print JSON"));
    if (const auto status = options.parse(arguments, session)) {
        return *status;
    }
    const auto floor = options.real(QStringLiteral("floor"), 0, 1000);
    if (!floor) {
        return session.fail(floor.error());
    }
    const auto store = storeToRead(options);
    if (!store) {
        return session.fail(store.error());
    }
    const auto pairs =
        comparedPairs(**store, options.positional().at(0), options.positional().at(1), *floor / 100);
    if (!pairs) {
        return session.fail(pairs.error());
    }
    int status = CliSession::kDone;
    if (options.isSet(QStringLiteral("json"))) {
        status = session.printJson(comparisonJson(options.positional(), *pairs));
    } else {
        QString text;
        for (const ComparedPair& pair : *pairs) {
            text += comparisonText(pair);
        }
        status = session.print(text);
    }
    if (status != CliSession::kDone || !options.isSet(QStringLiteral("fail-on-regression"))) {
        return status;
    }
    for (const ComparedPair& pair : *pairs) {
        if (const PhaseComparison* worse = pair.comparison.regression()) {
            session.note(QString(u"perihelion-cli: " % regressionText(pair, *worse)));
            return CliSession::kRegressionFound;
        }
    }
    return status;
}

} // namespace

CliCommand compareCommand()
{
    return CliCommand{QStringLiteral("compare"), QStringLiteral("Compare two runs or commits phase by phase"),
                      QStringLiteral("A B [--floor PERCENT] [--fail-on-regression] [--store URL] [--json]"),
                      run};
}

} // namespace perihelion
