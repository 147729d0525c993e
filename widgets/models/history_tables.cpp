// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/history_tables.h"

#include "core/stats/comparison.h"
#include "widgets/models/value_texts.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace perihelion {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("HistoryTables", text);
}

QString probability(double p)
{
    return p < 0.0001 ? QStringLiteral("< 0.0001") : QString::number(p, 'f', 4);
}

QString rowName(const HistorySeries& series, const WorkloadHistory& history)
{
    const bool both =
        std::any_of(history.series.begin(), history.series.end(), [&](const HistorySeries& other) {
            return other.row.name == series.row.name && other.mode != series.mode;
        });
    const QString words = rowWords(series.row.name);
    return both ? QString(words % u", " % iterationModeName(series.mode)) : words;
}

QString commitText(const SeriesRun& run, const QHash<QString, QString>& subjects)
{
    const QString subject = subjects.value(run.commit);
    return subject.isEmpty() ? QString(chartLabel(run) % u"  " %
                                       (run.commitTime.isValid() ? run.commitTime : run.started)
                                           .toString(QStringLiteral("yyyy-MM-dd")))
                             : QString(chartLabel(run) % u' ' % subject);
}

void newestFirst(ValueTable& table)
{
    std::stable_sort(table.rows.begin(), table.rows.end(),
                     [](const ValueRow& a, const ValueRow& b) { return a.run > b.run; });
}

/// For files: with every digit, and empty for what is no number.
QString numberField(double value)
{
    return std::isfinite(value) ? QString::number(value, 'g', 17) : QString();
}

QString timeField(const SeriesRun& run)
{
    return (run.commitTime.isValid() ? run.commitTime : run.started).toString(Qt::ISODate);
}

} // namespace

ValueTable changeTable(const WorkloadHistory& history, const QString& quantity,
                       const QHash<QString, QString>& subjects)
{
    ValueTable table;
    table.headers = {tr("Commit"), tr("Phase"), tr("Before"), tr("After"), tr("Change"), tr("p")};
    table.textColumns = 2;
    table.spareColumns = {5}; // The sentence of a row has its p.
    for (const HistorySeries& series : history.series) {
        if (quantityOf(series.row) != quantity) {
            continue;
        }
        for (const HistoryChange& change : series.changes) {
            const CellTone tone = change.accepted ? CellTone::Muted
                                  : change.worse  ? CellTone::Bad
                                                  : CellTone::Good;
            QString size = std::isfinite(change.ratio) ? formatChange(change.ratio) : QStringLiteral("–");
            if (change.provisional) {
                size.prepend(QStringLiteral("? "));
            }
            ValueRow row;
            row.run = change.index;
            row.tip = change.sentence;
            if (change.accepted) {
                row.tip += u"\n" % tr("Accepted as the new normal.");
            }
            row.cells = {{commitText(history.runs[change.index].run, subjects), CellTone::Plain},
                         {rowName(series, history), CellTone::Plain},
                         {shownNumber(series.shown(change.before)), CellTone::Plain},
                         {shownNumber(series.shown(change.after)), CellTone::Plain},
                         {size, tone},
                         {probability(change.p), CellTone::Plain}};
            table.rows.push_back(std::move(row));
        }
    }
    newestFirst(table);
    return table;
}

int openAlarms(const WorkloadHistory& history, const QString& quantity)
{
    int alarms = 0;
    for (const HistorySeries& series : history.series) {
        if (quantityOf(series.row) == quantity) {
            alarms += static_cast<int>(
                std::count_if(series.changes.begin(), series.changes.end(),
                              [](const HistoryChange& change) { return change.provisional; }));
        }
    }
    return alarms;
}

const HistoryChange* openAlarm(const WorkloadHistory& history, const QString& quantity)
{
    for (const HistorySeries& series : history.series) {
        const bool shown = quantityOf(series.row) == quantity;
        if (shown && !series.changes.empty() && series.changes.back().provisional) {
            return &series.changes.back();
        }
    }
    return nullptr;
}

ValueTable runTable(const WorkloadHistory& history, std::size_t run)
{
    ValueTable table;
    table.headers = {tr("Phase"), tr("Unit"), tr("n"), tr("min"), tr("p5"), tr("p50"), tr("p95"), tr("max")};
    for (const HistorySeries& series : history.series) {
        const PointNumbers& of = series.points[run];
        if (of.count == 0) {
            continue;
        }
        ValueRow row;
        row.run = run;
        row.cells = {{rowName(series, history), CellTone::Plain},
                     {series.shownUnit() == u"1" ? QString() : series.shownUnit(), CellTone::Muted},
                     {QString::number(of.count), CellTone::Muted}};
        for (const double value : {of.min, of.p5, of.p50, of.p95, of.max}) {
            row.cells.push_back({shownNumber(series.shown(value)), CellTone::Plain});
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

ValueTable comparisonTable(const RunComparison& comparison)
{
    ValueTable table;
    table.headers = {tr("Phase"), tr("A p50"), tr("B p50"), tr("Δ (95 % CI)"), tr("Verdict")};
    for (const PhaseComparison& each : comparison.rows) {
        const Comparison& of = each.comparison;
        ValueRow row;
        row.tip = of.sentence;
        row.cells = {{QString(rowWords(each.phase) % u", " % iterationModeName(each.mode)), CellTone::Plain},
                     {shownNumber(of.aMedian), CellTone::Plain},
                     {shownNumber(of.bMedian), CellTone::Plain},
                     {shownChange(of), CellTone::Plain},
                     {verdictName(of.verdict), verdictTone(of.verdict)}};
        table.rows.push_back(std::move(row));
    }
    return table;
}

ValueTable changeCsv(const WorkloadHistory& history, const QString& quantity)
{
    ValueTable table;
    for (const char* name : {"commit", "time", "dirty", "run", "row", "mode", "unit", "before", "after",
                             "ratio", "p", "provisional", "accepted", "worse", "sentence"}) {
        table.headers.append(QString::fromLatin1(name));
    }
    const auto flag = [](bool set) { return set ? QStringLiteral("1") : QStringLiteral("0"); };
    for (const HistorySeries& series : history.series) {
        if (quantityOf(series.row) != quantity) {
            continue;
        }
        for (const HistoryChange& change : series.changes) {
            const SeriesRun& of = history.runs[change.index].run;
            ValueRow row;
            row.run = change.index;
            for (const QString& field :
                 {of.commit, timeField(of), flag(of.dirty), QString::number(of.run), series.row.name,
                  iterationModeName(series.mode), series.shownUnit(),
                  numberField(series.shown(change.before)), numberField(series.shown(change.after)),
                  numberField(change.ratio), numberField(change.p), flag(change.provisional),
                  flag(change.accepted), flag(change.worse), change.sentence}) {
                row.cells.push_back({field, {}});
            }
            table.rows.push_back(std::move(row));
        }
    }
    newestFirst(table);
    return table;
}

ValueTable historyTable(const WorkloadHistory& history)
{
    std::vector<std::size_t> all(history.runs.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return historyTable(history, all);
}

ValueTable historyTable(const WorkloadHistory& history, const std::vector<std::size_t>& runs)
{
    ValueTable table;
    table.headers = {tr("commit"), tr("time"), tr("branch"), tr("host"), tr("run"), tr("state"),
                     tr("row"),    tr("mode"), tr("unit"),   tr("n"),    tr("min"), tr("p5"),
                     tr("p25"),    tr("p50"),  tr("p75"),    tr("p95"),  tr("max")};
    for (const std::size_t run : runs) {
        const SeriesRun& of = history.runs[run].run;
        const std::vector<ValueCell> facts{
            {of.commit, {}}, {timeField(of), {}},           {of.branch, {}},
            {of.host, {}},   {QString::number(of.run), {}}, {runStateName(of.state), {}}};
        for (const HistorySeries& series : history.series) {
            const PointNumbers& numbers = series.points[run];
            if (numbers.count == 0) {
                continue;
            }
            ValueRow row;
            row.cells = facts;
            for (const QString& text : {series.row.name, iterationModeName(series.mode), series.shownUnit(),
                                        QString::number(numbers.count)}) {
                row.cells.push_back({text, {}});
            }
            for (const double value :
                 {numbers.min, numbers.p5, numbers.p25, numbers.p50, numbers.p75, numbers.p95, numbers.max}) {
                row.cells.push_back({numberField(series.shown(value)), {}});
            }
            table.rows.push_back(std::move(row));
        }
    }
    return table;
}

QString runFacts(const WorkloadHistory& history, std::size_t run, const QString& subject)
{
    const SeriesRun& of = history.runs.at(run).run;
    QStringList facts;
    if (!subject.isEmpty()) {
        facts.append(subject);
    }
    QStringList line;
    if (of.commitTime.isValid()) {
        line.append(tr("committed %1").arg(of.commitTime.toString(QStringLiteral("yyyy-MM-dd hh:mm"))));
    }
    line.append(tr("measured %1").arg(of.started.toString(QStringLiteral("yyyy-MM-dd hh:mm"))));
    if (!of.branch.isEmpty()) {
        line.append(tr("on %1").arg(of.branch));
    }
    if (!of.host.isEmpty()) {
        line.append(tr("by %1").arg(of.host));
    }
    facts.append(line.join(u" · "));
    if (!of.interleaved.isEmpty()) {
        facts.append(tr("Measured in turn with another commit, as one half of a pair"));
    }
    if (of.dirty) {
        facts.append(tr("With changes that no commit holds"));
    }
    if (of.state == RunState::BuildFailed) {
        facts.append(of.failure.isEmpty() ? tr("Could not be built") : of.failure);
    } else if (of.state != RunState::Finished) {
        facts.append(of.failure.isEmpty() ? tr("The run is %1").arg(runStateName(of.state)) : of.failure);
    } else if (of.failed > 0) {
        facts.append(tr("%1 of %2 iterations failed").arg(of.failed).arg(of.iterations));
    }
    return facts.join(u'\n');
}

} // namespace perihelion
