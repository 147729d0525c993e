// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/profile_sweep.h"

#include "app/cli/cli_workloads.h"
#include "core/base/units.h"
#include "core/runs/run_summary.h"

#include <algorithm>

namespace perihelion {

namespace {

constexpr QLatin1String kSweep("sweep");
constexpr QLatin1String kChart("chart");

bool isShown(const PhaseRow& row)
{
    return !row.ofProcess && row.parent < 0 && row.name != kTotalRow;
}

double medianOf(const PhaseRow& row)
{
    return toMilliseconds(row.warm.count > 0 ? row.warm.p50 : row.cold.p50);
}

} // namespace

Result<std::optional<ProfileSweep>> ProfileSweep::fromOptions(const CliOptions& options)
{
    if (!options.isSet(kSweep)) {
        if (options.isSet(kChart)) {
            return wrongUsage(QStringLiteral("--chart draws a sweep; give --sweep as well"));
        }
        return std::optional<ProfileSweep>();
    }
    const QString given = options.value(kSweep);
    const qsizetype equals = given.indexOf(u'=');
    ProfileSweep sweep;
    sweep.parameter = given.left(equals);
    sweep.values = given.mid(equals + 1).split(u',', Qt::SkipEmptyParts);
    sweep.chartFile = options.value(kChart);
    if (equals <= 0 || sweep.values.isEmpty()) {
        return wrongUsage(QString(u"--sweep takes NAME=VALUE,VALUE,…, not \"" % given % u'"'));
    }
    for (const QString& value : sweep.values) {
        bool number = false;
        value.toDouble(&number);
        if (!number && !sweep.chartFile.isEmpty()) {
            return wrongUsage(QString(u"--chart needs a sweep over numbers, not \"" % value % u'"'));
        }
    }
    return std::optional(sweep);
}

Result<std::vector<Scenario>> ProfileSweep::scenarios(const Workload& workload,
                                                      const Scenario& scenario) const
{
    std::vector<Scenario> all;
    for (const QString& value : values) {
        const Result<Scenario> one =
            scenarioWith(workload, scenario, {QString(parameter % u'=' % value.trimmed())});
        if (!one) {
            Error error = one.error();
            error.message.replace(QStringLiteral("--set"), QStringLiteral("--sweep"));
            return error;
        }
        all.push_back(*one);
    }
    return all;
}

SweepChart ProfileSweep::chart(const std::vector<RunRecord>& runs) const
{
    SweepChart chart;
    chart.parameter = parameter;
    const std::size_t count = std::min(runs.size(), static_cast<std::size_t>(values.size()));
    for (std::size_t at = 0; at < count; ++at) {
        const RunSummary summary = RunSummary::of(runs[at]);
        SweepPoint point;
        point.at = values.at(static_cast<qsizetype>(at)).toDouble();
        QStringList names;
        for (const PhaseRow& row : summary.rows) {
            if (isShown(row)) {
                names.append(row.name);
                point.millis.push_back(medianOf(row));
            } else if (row.name == kTotalRow) {
                point.total = medianOf(row);
            }
        }
        if (at == 0) {
            const RunRecord& run = runs.front();
            chart.phases = names;
            chart.title = QString(run.title() % u": time against " % parameter);
            chart.footnote =
                QStringLiteral("Medians of %1 iterations; %2, %3 build%4")
                    .arg(run.plan.warmRuns > 0 ? run.plan.warmRuns : run.plan.coldRuns)
                    .arg(run.machine.cpu, run.machine.buildType,
                         run.commit.isEmpty() ? QString() : QString(u", commit " % run.commit.left(10)));
        }
        chart.points.push_back(point);
    }
    return chart;
}

QString sweepTable(const SweepChart& chart)
{
    const auto column = [](const QString& text) {
        return text.rightJustified(std::max<qsizetype>(10, text.size()) + 2);
    };
    const auto cell = [](const QString& title, const QString& text) {
        return text.rightJustified(std::max<qsizetype>(10, title.size()) + 2);
    };
    const QString whole = QStringLiteral("total");
    QString text = QString(chart.title % u", ms\n" % column(chart.parameter));
    for (const QString& phase : chart.phases) {
        text += column(phase);
    }
    text += QString(column(whole) % u'\n');
    for (const SweepPoint& point : chart.points) {
        text += cell(chart.parameter, QString::number(point.at));
        for (qsizetype phase = 0; phase < chart.phases.size(); ++phase) {
            text += cell(chart.phases.at(phase),
                         QString::number(point.millis[static_cast<std::size_t>(phase)], 'f', 3));
        }
        text += QString(cell(whole, QString::number(point.total, 'f', 3)) % u'\n');
    }
    return text;
}

} // namespace perihelion
