// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/compare_tables.h"

#include "core/runs/run_summary.h"
#include "widgets/models/distribution_values.h"
#include "widgets/models/value_texts.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace perihelion {

namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

QString tr(const char* text)
{
    return QCoreApplication::translate("CompareTables", text);
}

QString exact(double value)
{
    return std::isfinite(value) ? QString::number(value, 'g', 17) : QString();
}

QString shiftText(const Comparison& of)
{
    const QString number = shownNumber(std::abs(of.shift));
    return of.shift > 0 ? QString(u'+' % number) : of.shift < 0 ? QString(u'−' % number) : number;
}

/// "+4.2 % (+3.1 … +5.5)" of the rounds.
QString pairedChange(const PairedFinding& paired)
{
    const PairedComparison& of = paired.comparison;
    return changeWords(of.ratio, of.interval);
}

/// The two columns of what was measured in turn; empty for what has no rounds.
std::vector<ValueCell> pairedCells(const PhaseComparison& each)
{
    if (!each.paired) {
        const QString none = QStringLiteral("–");
        return {{none, CellTone::Muted}, {none, CellTone::Muted}};
    }
    return {{pairedChange(*each.paired), {}},
            {verdictName(each.paired->verdict), verdictTone(each.paired->verdict)}};
}

bool isPaired(const std::vector<ComparedPair>& pairs)
{
    return std::any_of(pairs.begin(), pairs.end(),
                       [](const ComparedPair& pair) { return areInterleaved(pair.a, pair.b); });
}

std::vector<ValueCell> cellsOf(const PhaseComparison& each)
{
    const Comparison& of = each.comparison;
    return {{rowTitle(each.phase, each.mode, each.isMetric), {}},
            {each.unit, CellTone::Muted},
            {shownNumber(of.aMedian), {}},
            {shownNumber(of.bMedian), {}},
            {shiftText(of), {}},
            {shownChange(of), {}},
            {QStringLiteral("%1 / %2").arg(of.aCount).arg(of.bCount), CellTone::Muted},
            {verdictName(of.verdict), verdictTone(of.verdict)}};
}

std::vector<ValueCell> cellsOf(const OneSidedRow& each)
{
    const QString none = QStringLiteral("–");
    const QString median = shownNumber(each.median);
    return {{rowTitle(each.phase, each.mode, each.isMetric), CellTone::Muted},
            {each.unit, CellTone::Muted},
            {each.inA ? median : none, CellTone::Muted},
            {each.inA ? none : median, CellTone::Muted},
            {none, CellTone::Muted},
            {none, CellTone::Muted},
            {QStringLiteral("%1 / %2").arg(each.inA ? each.count : 0).arg(each.inA ? 0 : each.count),
             CellTone::Muted},
            {each.inA ? tr("only in A") : tr("only in B"), CellTone::Muted}};
}

/// Everything of a row as text, in the columns of compareCsv() from the phase on.
QStringList fieldsOf(const PhaseComparison& each)
{
    const Comparison& of = each.comparison;
    const Interval none{kNothing, kNothing};
    const Interval shift = of.shiftInterval.value_or(none);
    const Interval ratio = of.ratioInterval.value_or(none);
    const Interval rounds = each.paired ? each.paired->comparison.interval.value_or(none) : none;
    return {each.phase,
            each.isMetric ? QString() : iterationModeName(each.mode),
            each.unit,
            QString::number(of.aCount),
            QString::number(of.bCount),
            exact(of.aMedian),
            exact(of.bMedian),
            exact(of.shift),
            exact(shift.low),
            exact(shift.high),
            exact(of.ratio),
            exact(ratio.low),
            exact(ratio.high),
            exact(of.p),
            verdictName(of.verdict),
            of.sentence,
            QString::number(each.paired ? each.paired->comparison.rounds : 0),
            exact(each.paired ? each.paired->comparison.ratio : kNothing),
            exact(rounds.low),
            exact(rounds.high),
            exact(each.paired ? each.paired->comparison.p : kNothing),
            each.paired ? verdictName(each.paired->verdict) : QString(),
            each.paired ? each.paired->sentence : QString()};
}

QStringList fieldsOf(const OneSidedRow& each)
{
    const QString count = QString::number(each.count);
    const QString zero = QStringLiteral("0");
    return {each.phase,
            each.isMetric ? QString() : iterationModeName(each.mode),
            each.unit,
            each.inA ? count : zero,
            each.inA ? zero : count,
            exact(each.inA ? each.median : kNothing),
            exact(each.inA ? kNothing : each.median),
            {},
            {},
            {},
            {},
            {},
            {},
            {},
            each.inA ? QStringLiteral("only in A") : QStringLiteral("only in B"),
            {},
            zero,
            {},
            {},
            {},
            {},
            {},
            {}};
}

} // namespace

std::vector<ComparedRow> comparedRows(const std::vector<ComparedPair>& pairs)
{
    std::vector<ComparedRow> rows;
    for (std::size_t pair = 0; pair < pairs.size(); ++pair) {
        for (std::size_t row = 0; row < pairs[pair].comparison.rows.size(); ++row) {
            rows.push_back({pair, row, false});
        }
        for (std::size_t row = 0; row < pairs[pair].comparison.oneSided.size(); ++row) {
            rows.push_back({pair, row, true});
        }
    }
    return rows;
}

std::size_t tellingRow(const std::vector<ComparedPair>& pairs, const std::vector<ComparedRow>& rows)
{
    const auto worth = [&](const ComparedRow& at) {
        if (at.isOneSided) {
            return 0;
        }
        const PhaseComparison& row = pairs[at.pair].comparison.rows[at.row];
        const bool warm = row.mode == IterationMode::Warm;
        switch (row.verdict()) {
        case Verdict::Slower:
            return warm ? 7 : 6;
        case Verdict::Faster:
            return warm ? 5 : 4;
        case Verdict::NoChange:
        case Verdict::NotEnoughSamples:
            break;
        }
        return row.phase == kTotalRow ? (warm ? 3 : 2) : 1;
    };
    std::size_t best = 0;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        best = worth(rows[i]) > worth(rows[best]) ? i : best;
    }
    return best;
}

ValueTable compareTable(const std::vector<ComparedPair>& pairs, const std::vector<ComparedRow>& rows)
{
    ValueTable table;
    table.headers = {tr("Phase"),    tr("Unit"),   tr("A median"),
                     tr("B median"), tr("Shift"),  tr("Change (95 % interval)"),
                     tr("n"),        tr("Verdict")};
    const bool paired = isPaired(pairs);
    if (paired) {
        table.headers += {tr("In turn (95 % interval)"), tr("In turn")};
    }
    // What the rounds say is wanted first.
    table.spareColumns = paired ? std::vector<int>{4, 6, 1, 7} : std::vector<int>();
    const bool several = pairs.size() > 1;
    if (several) {
        table.headers.prepend(tr("Workload"));
        table.textColumns = 2;
        for (int& column : table.spareColumns) {
            ++column;
        }
    }
    for (const ComparedRow& at : rows) {
        const ComparedPair& pair = pairs[at.pair];
        ValueRow row;
        row.cells =
            at.isOneSided ? cellsOf(pair.comparison.oneSided[at.row]) : cellsOf(pair.comparison.rows[at.row]);
        if (paired) {
            const std::vector<ValueCell> more =
                pairedCells(at.isOneSided ? PhaseComparison() : pair.comparison.rows[at.row]);
            row.cells.insert(row.cells.end(), more.begin(), more.end());
        }
        row.tip = whyText(pairs, at);
        row.run = at.pair;
        if (several) {
            row.cells.insert(row.cells.begin(), ValueCell{pair.a.title(), {}});
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

ValueTable compareCsv(const std::vector<ComparedPair>& pairs, const std::vector<ComparedRow>& rows)
{
    ValueTable table;
    for (const char* name : {"workload",    "scenario", "a_run",          "a_commit",       "b_run",
                             "b_commit",    "phase",    "mode",           "unit",           "a_n",
                             "b_n",         "a_median", "b_median",       "shift",          "shift_low",
                             "shift_high",  "ratio",    "ci_low",         "ci_high",        "p",
                             "verdict",     "sentence", "rounds",         "paired_ratio",   "paired_low",
                             "paired_high", "paired_p", "paired_verdict", "paired_sentence"}) {
        table.headers.append(QString::fromLatin1(name));
    }
    for (const ComparedRow& at : rows) {
        const ComparedPair& pair = pairs[at.pair];
        QStringList fields{pair.a.workload,
                           pair.a.scenario,
                           QString::number(pair.a.id),
                           pair.a.commit,
                           QString::number(pair.b.id),
                           pair.b.commit};
        fields += at.isOneSided ? fieldsOf(pair.comparison.oneSided[at.row])
                                : fieldsOf(pair.comparison.rows[at.row]);
        ValueRow row;
        for (const QString& field : std::as_const(fields)) {
            row.cells.push_back({field, {}});
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

ValueTable differenceTable(const RunDifferences& differences)
{
    ValueTable table;
    table.headers = {tr("What differs"), tr("A"), tr("B")};
    table.textColumns = 3;
    for (const RunDifference& each : differences.rows) {
        const CellTone tone = each.isSerious ? CellTone::Plain : CellTone::Muted;
        const auto text = [](const QString& value) {
            return value.isEmpty() ? tr("unknown or none") : value;
        };
        ValueRow row;
        row.cells = {{each.what, tone},
                     {text(each.a), each.a.isEmpty() ? CellTone::Muted : tone},
                     {text(each.b), each.b.isEmpty() ? CellTone::Muted : tone}};
        row.tip = QString(each.what % u"\nA: " % text(each.a) % u"\nB: " % text(each.b));
        if (each.isSerious) {
            row.tip += u'\n' % tr("This can change times by itself.");
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

QString verdictCounts(const std::vector<ComparedPair>& pairs)
{
    constexpr std::array kOrder{Verdict::Slower, Verdict::Faster, Verdict::NoChange,
                                Verdict::NotEnoughSamples};
    QStringList parts;
    for (const Verdict verdict : kOrder) {
        int count = 0;
        for (const ComparedPair& pair : pairs) {
            for (const PhaseComparison& row : pair.comparison.rows) {
                count += row.verdict() == verdict ? 1 : 0;
            }
        }
        if (count > 0) {
            parts.append(QString(QString::number(count) % u' ' % verdictName(verdict)));
        }
    }
    return parts.join(u", ");
}

QString whyText(const std::vector<ComparedPair>& pairs, const ComparedRow& row)
{
    const ComparedPair& pair = pairs[row.pair];
    if (row.isOneSided) {
        const OneSidedRow& only = pair.comparison.oneSided[row.row];
        const QString side = only.inA ? QStringLiteral("A") : QStringLiteral("B");
        return tr("%1: only %2 measured it (median %3 with %4 samples), so there is nothing to compare "
                  "it with.")
            .arg(rowTitle(only.phase, only.mode, only.isMetric), side,
                 QString(shownNumber(only.median) % u' ' % only.unit).trimmed(), QString::number(only.count));
    }
    const PhaseComparison& each = pair.comparison.rows[row.row];
    if (each.paired) {
        return tr("%1: %2. %3. Without regard to rounds: %4. %5.")
            .arg(rowTitle(each.phase, each.mode, each.isMetric), verdictName(each.paired->verdict),
                 each.paired->sentence, verdictName(each.comparison.verdict), each.comparison.sentence);
    }
    return tr("%1: %2. %3.")
        .arg(rowTitle(each.phase, each.mode, each.isMetric), verdictName(each.comparison.verdict),
             each.comparison.sentence);
}

} // namespace perihelion
