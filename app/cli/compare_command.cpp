// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/compare_command.h"

#include "app/cli/cli_options.h"
#include "app/cli/compare_again.h"
#include "app/cli/run_selection.h"
#include "core/runs/compared_runs.h"
#include "core/runs/run_store.h"

#include <QJsonArray>
#include <QJsonObject>

#include <cmath>
#include <vector>

namespace perihelion {

namespace {

QJsonValue finiteOrNull(double value)
{
    return std::isfinite(value) ? QJsonValue(value) : QJsonValue();
}

QJsonObject pairedJson(const PairedFinding& paired)
{
    const PairedComparison& c = paired.comparison;
    return {{QStringLiteral("rounds"), static_cast<qint64>(c.rounds)},
            {QStringLiteral("dropped_rounds"), static_cast<qint64>(c.dropped)},
            {QStringLiteral("ratio"), finiteOrNull(c.ratio)},
            {QStringLiteral("ci_low"), c.interval ? finiteOrNull(c.interval->low) : QJsonValue()},
            {QStringLiteral("ci_high"), c.interval ? finiteOrNull(c.interval->high) : QJsonValue()},
            {QStringLiteral("p"), c.p},
            {QStringLiteral("more_rounds"), static_cast<qint64>(c.moreRounds)},
            {QStringLiteral("verdict"), verdictName(paired.verdict)},
            {QStringLiteral("sentence"), paired.sentence}};
}

QJsonObject rowJson(const ComparedPair& pair, const PhaseComparison& row)
{
    const Comparison& c = row.comparison;
    QJsonObject object{
        {QStringLiteral("workload"), pair.a.workload},
        {QStringLiteral("scenario"), pair.a.scenario},
        {QStringLiteral("a_run"), static_cast<qint64>(pair.a.id)},
        {QStringLiteral("b_run"), static_cast<qint64>(pair.b.id)},
        {QStringLiteral("ratio"), finiteOrNull(c.ratio)},
        {QStringLiteral("ci_low"), c.ratioInterval ? finiteOrNull(c.ratioInterval->low) : QJsonValue()},
        {QStringLiteral("ci_high"), c.ratioInterval ? finiteOrNull(c.ratioInterval->high) : QJsonValue()},
        {QStringLiteral("p"), c.p},
        {QStringLiteral("a_n"), static_cast<qint64>(c.aCount)},
        {QStringLiteral("b_n"), static_cast<qint64>(c.bCount)},
        {QStringLiteral("more_samples"), static_cast<qint64>(c.moreSamples)},
        {QStringLiteral("verdict"), verdictName(c.verdict)},
        {QStringLiteral("sentence"), c.sentence}};
    if (row.paired) {
        object[QStringLiteral("paired")] = pairedJson(*row.paired);
    }
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

QJsonObject oneSidedJson(const ComparedPair& pair, const OneSidedRow& row)
{
    QJsonObject object{{QStringLiteral("workload"), pair.a.workload},
                       {QStringLiteral("scenario"), pair.a.scenario},
                       {QStringLiteral("run"), static_cast<qint64>(row.inA ? pair.a.id : pair.b.id)},
                       {QStringLiteral("n"), static_cast<qint64>(row.count)}};
    if (row.isMetric) {
        object[QStringLiteral("metric")] = row.phase;
        object[QStringLiteral("median")] = finiteOrNull(row.median);
    } else {
        object[QStringLiteral("phase")] = row.phase;
        object[QStringLiteral("mode")] = iterationModeName(row.mode);
        object[QStringLiteral("median_ms")] = finiteOrNull(row.median);
    }
    return object;
}

/// What is compared, and what could not be.
struct ComparedNames {
    std::vector<ComparedPair> pairs;
    std::vector<UncomparedRun> uncompared;
};

QJsonObject comparisonJson(const QStringList& named, const ComparedNames& compared)
{
    QJsonArray phases;
    QJsonArray metrics;
    QJsonArray oneSided;
    QJsonArray warnings;
    for (const ComparedPair& pair : compared.pairs) {
        for (const PhaseComparison& row : pair.comparison.rows) {
            (row.isMetric ? metrics : phases).append(rowJson(pair, row));
        }
        for (const OneSidedRow& row : pair.comparison.oneSided) {
            oneSided.append(oneSidedJson(pair, row));
        }
        for (const QString& warning : pair.comparison.warnings) {
            if (!warnings.contains(warning)) {
                warnings.append(warning);
            }
        }
    }
    QJsonArray uncompared;
    for (const UncomparedRun& each : compared.uncompared) {
        uncompared.append(QJsonObject{{QStringLiteral("sentence"), each.sentence},
                                      {QStringLiteral("failed"), each.failed}});
    }
    return {{QStringLiteral("a"), named.at(0)},      {QStringLiteral("b"), named.at(1)},
            {QStringLiteral("phases"), phases},      {QStringLiteral("metrics"), metrics},
            {QStringLiteral("one_sided"), oneSided}, {QStringLiteral("uncompared"), uncompared},
            {QStringLiteral("warnings"), warnings}};
}

QString regressionText(const ComparedPair& pair, const PhaseComparison& row)
{
    return QString(u"Regression in " % pair.a.title() % u", " % row.phase %
                   (row.isMetric ? QString() : QString(u" (" % iterationModeName(row.mode) % u')')) % u": " %
                   row.sentence());
}

/// What the store has of the two names.
Result<ComparedNames> storedPairs(const CliOptions& options, double floor)
{
    if (const Result<void> plain = checkWithoutAgain(options); !plain) {
        return plain.error();
    }
    const auto store = storeToRead(options);
    if (!store) {
        return store.error();
    }
    const QString& a = options.positional().at(0);
    const QString& b = options.positional().at(1);
    auto pairs = compareNamed(**store, a, b, floor);
    if (!pairs) {
        return pairs.error();
    }
    auto uncompared = uncomparedRuns(**store, a, b, *pairs);
    if (!uncompared) {
        return uncompared.error();
    }
    return ComparedNames{std::move(*pairs), std::move(*uncompared)};
}

Result<ComparedNames> measuredPairs(const CliOptions& options, double floor, CliSession& session)
{
    auto pairs = measureAgain(options, floor, session);
    return pairs ? Result<ComparedNames>(ComparedNames{std::move(*pairs), {}})
                 : Result<ComparedNames>(pairs.error());
}

/// Names what got worse or failed; false when nothing did.
bool tellRegression(const ComparedNames& compared, CliSession& session)
{
    for (const ComparedPair& pair : compared.pairs) {
        if (const PhaseComparison* worse = pair.comparison.regression()) {
            session.note(QString(u"perihelion-cli: " % regressionText(pair, *worse)));
            return true;
        }
    }
    for (const UncomparedRun& each : compared.uncompared) {
        if (each.failed) {
            session.note(QString(u"perihelion-cli: Regression: " % each.sentence));
            return true;
        }
    }
    return false;
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
    declareAgainOptions(options);
    options.addFlag(QStringLiteral("json"), QStringLiteral("Print JSON"));
    if (const auto status = options.parse(arguments, session)) {
        return *status;
    }
    const auto floor = options.real(QStringLiteral("floor"), 0, 1000);
    if (!floor) {
        return session.fail(floor.error());
    }
    const auto compared = options.isSet(QStringLiteral("again"))
                              ? measuredPairs(options, *floor / 100, session)
                              : storedPairs(options, *floor / 100);
    if (!compared) {
        return session.fail(compared.error());
    }
    int status = CliSession::kDone;
    if (options.isSet(QStringLiteral("json"))) {
        status = session.printJson(comparisonJson(options.positional(), *compared));
    } else {
        QString text;
        for (const ComparedPair& pair : compared->pairs) {
            text += comparisonText(pair);
        }
        for (const UncomparedRun& each : compared->uncompared) {
            text += QString(u"Note: " % each.sentence % u'\n');
        }
        status = session.print(text);
    }
    if (status == CliSession::kDone && options.isSet(QStringLiteral("fail-on-regression")) &&
        tellRegression(*compared, session)) {
        return CliSession::kRegressionFound;
    }
    return status;
}

} // namespace

CliCommand compareCommand()
{
    return CliCommand{
        QStringLiteral("compare"), QStringLiteral("Compare two runs or commits phase by phase"),
        QStringLiteral("A B [--again [--rounds N] [--project DIR] [--workload WORKLOAD[/SCENARIO]]] "
                       "[--floor PERCENT] [--fail-on-regression] [--store URL] [--json]"),
        run};
}

} // namespace perihelion
