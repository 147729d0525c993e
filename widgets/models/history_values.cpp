// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/history_values.h"

#include "core/measure/metric.h"
#include "core/runs/run_summary.h"
#include "core/stats/comparison.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("HistoryValues", text);
}

constexpr QLatin1String kTime("time");
constexpr QLatin1String kMemory("memory");
constexpr QLatin1String kPayload("payload");

QString titleOf(const QString& quantity)
{
    if (quantity == kTime) {
        return tr("Time");
    }
    if (quantity == kMemory) {
        return tr("Memory");
    }
    if (quantity == kPayload) {
        return tr("Payload");
    }
    const QString unit = quantity.section(u'/', 1);
    return unit.isEmpty() || unit == u"1" ? tr("Metrics") : tr("Metrics in %1").arg(unit);
}

/// Phases at the top, the rest and the whole; phases inside others would count twice.
bool isShown(const SeriesRow& row)
{
    return row.kind == RowKind::Metric || (row.parent.isEmpty() && !row.ofProcess);
}

bool isWhole(const SeriesRow& row)
{
    return row.kind == RowKind::Phase && row.name == kTotalRow;
}

std::vector<ChartRun> chartRuns(const WorkloadHistory& history, std::span<const RunNote> notes,
                                const QHash<QString, QString>& subjects)
{
    std::vector<ChartRun> runs;
    runs.reserve(history.runs.size());
    for (const HistoryRun& each : history.runs) {
        const SeriesRun& run = each.run;
        ChartRun shown;
        shown.run = run.run;
        shown.label = chartLabel(run);
        shown.commit = run.commit;
        shown.subject = subjects.value(run.commit);
        shown.millis =
            (run.commitTime.isValid() && history.order != CommitOrder::RunTime ? run.commitTime : run.started)
                .toMSecsSinceEpoch();
        shown.gap = run.state == RunState::BuildFailed;
        shown.failed = run.state == RunState::Failed || run.state == RunState::Cancelled || run.failed > 0;
        shown.failure = run.failure;
        runs.push_back(std::move(shown));
    }
    for (const RunNote& note : notes) {
        for (std::size_t i = 0; i < runs.size(); ++i) {
            if (note.commit == runs[i].commit && note.project == history.project &&
                (note.series == 0 || note.series == history.runs[i].series)) {
                (note.kind == RunNote::Kind::Accepted ? runs[i].accepted : runs[i].noted) = true;
            }
        }
    }
    return runs;
}

ChartSeries chartSeries(const HistorySeries& from, PointStatistic statistic)
{
    ChartSeries series;
    series.row = from.row.name;
    series.cold = from.mode == IterationMode::Cold;
    series.isPart = !isWhole(from.row);
    series.points.resize(from.points.size());
    for (std::size_t i = 0; i < from.points.size(); ++i) {
        const PointNumbers& numbers = from.points[i];
        if (numbers.count > 0) {
            series.points[i] = {from.shown(statisticOf(numbers, statistic)),
                                from.shown(numbers.p5),
                                from.shown(numbers.p25),
                                from.shown(numbers.p50),
                                from.shown(numbers.p75),
                                from.shown(numbers.p95)};
        }
    }
    for (const SeriesLevel& level : from.levels) {
        series.levels.push_back({level.begin, level.end, from.shown(level.median)});
    }
    return series;
}

double sizeOf(const HistoryChange& change)
{
    return std::isfinite(change.ratio) && change.ratio > 0 ? std::abs(std::log(change.ratio)) : 0;
}

struct ShownChange {
    const HistoryChange* change;
    QString row;
};

/// The changes of one commit become one mark.
std::vector<ChartChange> chartChanges(const HistoryValues& values, const std::vector<ShownChange>& shown)
{
    std::vector<ChartChange> marks;
    std::vector<double> sizes;
    for (const ShownChange& each : shown) {
        const HistoryChange& change = *each.change;
        ChartChange mark{change.index, change.lastBefore,  QString(),
                         change.worse, change.provisional, change.accepted};
        const QString size = std::isfinite(change.ratio) ? formatChange(change.ratio) : tr("new");
        mark.text = QString(size % u' ' % rowWords(each.row) % u" · " % values.runs[change.index].label);
        const auto at = std::find_if(marks.begin(), marks.end(),
                                     [&](const ChartChange& other) { return other.run == change.index; });
        if (at == marks.end()) {
            marks.push_back(mark);
            sizes.push_back(sizeOf(change));
        } else if (double& greatest = sizes[static_cast<std::size_t>(at - marks.begin())];
                   sizeOf(change) > greatest) {
            *at = mark;
            greatest = sizeOf(change);
        }
    }
    std::sort(marks.begin(), marks.end(),
              [](const ChartChange& a, const ChartChange& b) { return a.run < b.run; });
    return marks;
}

} // namespace

QString rowWords(const QString& row)
{
    // Benchmarks are often named by module, class and function: the last tells them apart.
    const qsizetype arguments = row.indexOf(u'(');
    const qsizetype dot = row.lastIndexOf(u'.', arguments < 0 ? -1 : arguments - row.size());
    QString words = dot > 0 && dot + 1 < row.size() ? row.mid(dot + 1) : row;
    return words.replace(u'_', u' ');
}

QString chartLabel(const SeriesRun& run)
{
    return run.commit.isEmpty() ? QString(u'#' % QString::number(run.run))
                                : QString(run.commit.left(7) % (run.dirty ? u"+" : u""));
}

QString quantityOf(const SeriesRow& row)
{
    if (row.kind == RowKind::Phase) {
        return kTime;
    }
    if (row.name == metric::kPayloadBytes || row.name == metric::kPayloadGzipBytes) {
        return kPayload;
    }
    if (row.name == metric::kPeakRssBytes) {
        return kMemory;
    }
    return QString(u"metrics/" % row.unit);
}

std::vector<HistoryQuantity> quantitiesOf(const WorkloadHistory& history)
{
    std::vector<HistoryQuantity> quantities;
    for (const HistorySeries& each : history.series) {
        const QString id = quantityOf(each.row);
        const HistoryQuantity quantity{id, titleOf(id)};
        if (std::find(quantities.begin(), quantities.end(), quantity) == quantities.end()) {
            quantities.push_back(quantity);
        }
    }
    const auto rank = [](const HistoryQuantity& each) {
        static const QStringList times{QStringLiteral("s"), QStringLiteral("ms"), QStringLiteral("us"),
                                       QStringLiteral("ns")};
        return each.id == kTime ? 0 : times.contains(each.id.section(u'/', 1)) ? 1 : 2;
    };
    std::stable_sort(quantities.begin(), quantities.end(),
                     [&](const HistoryQuantity& a, const HistoryQuantity& b) { return rank(a) < rank(b); });
    return quantities;
}

QStringList rowsOf(const WorkloadHistory& history, const QString& quantity)
{
    QStringList rows;
    for (const HistorySeries& each : history.series) {
        if (isShown(each.row) && quantityOf(each.row) == quantity && !rows.contains(each.row.name)) {
            rows.append(each.row.name);
        }
    }
    return rows;
}

HistoryValues historyValues(const WorkloadHistory& history, const HistoryChoice& choice,
                            std::span<const RunNote> notes, const QHash<QString, QString>& subjects)
{
    HistoryValues values;
    values.runs = chartRuns(history, notes, subjects);
    values.environments = history.environmentChanges;
    values.spacing = choice.spacing;
    values.logScale = choice.logScale;
    values.statistic = pointStatisticName(choice.statistic);
    const std::vector<HistoryQuantity> quantities = quantitiesOf(history);
    if (quantities.empty()) {
        return values;
    }
    const bool known = std::any_of(quantities.begin(), quantities.end(),
                                   [&](const HistoryQuantity& each) { return each.id == choice.quantity; });
    const QString quantity = known ? choice.quantity : quantities.front().id;
    values.form = quantity != kTime && choice.form == HistoryForm::Stacked ? HistoryForm::Lines : choice.form;
    const QStringList rows = rowsOf(history, quantity);
    const auto has = [&](IterationMode mode) {
        return std::any_of(history.series.begin(), history.series.end(), [&](const HistorySeries& each) {
            return each.mode == mode && rows.contains(each.row.name) && quantityOf(each.row) == quantity;
        });
    };
    const bool cold = choice.modes != HistoryModes::Warm || !has(IterationMode::Warm);
    const bool warm = choice.modes != HistoryModes::Cold || !has(IterationMode::Cold);
    values.bothModes = cold && warm && has(IterationMode::Cold) && has(IterationMode::Warm);
    std::vector<ShownChange> changes;
    for (const HistorySeries& each : history.series) {
        const bool modeShown = each.mode == IterationMode::Cold ? cold : warm;
        if (!modeShown || !isShown(each.row) || quantityOf(each.row) != quantity ||
            choice.hiddenRows.contains(each.row.name)) {
            continue;
        }
        ChartSeries series = chartSeries(each, choice.statistic);
        series.name = rowWords(each.row.name);
        if (values.bothModes) {
            series.name += u", " % iterationModeName(each.mode);
        }
        // A row keeps its colour whatever else is hidden.
        QStringList parts = rows;
        parts.removeAll(kTotalRow.toString());
        series.color = isWhole(each.row) ? kTotalColor
                       : each.row.name == kUnattributedRow
                           ? kRestColor
                           : static_cast<std::size_t>(parts.indexOf(each.row.name));
        values.unit = each.shownUnit();
        for (const HistoryChange& change : each.changes) {
            changes.push_back({&change, each.row.name});
        }
        values.series.push_back(std::move(series));
    }
    values.changes = chartChanges(values, changes);
    return values;
}

} // namespace perihelion
