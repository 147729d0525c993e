// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/phase_table_model.h"

#include "core/base/format.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace perihelion {

namespace {

/// "payload_bytes" → "payload bytes".
QString metricTitle(const QString& name)
{
    QString title = name;
    return title.replace(u'_', u' ');
}

QString bytesText(double bytes)
{
    return QString(formatCount(std::llround(bytes)) % u" B");
}

QString metricText(const Metric& metric)
{
    if (metric.unit == u"B") {
        return bytesText(metric.value);
    }
    const bool whole = metric.value == std::floor(metric.value) && std::abs(metric.value) < 1e15;
    const QString number =
        whole ? formatCount(std::llround(metric.value)) : QString::number(metric.value, 'g', 3);
    return metric.unit.isEmpty() || metric.unit == u"1" ? number : QString(number % u' ' % metric.unit);
}

} // namespace

PhaseTableModel::PhaseTableModel(QObject* parent) : QAbstractTableModel(parent) {}

void PhaseTableModel::setSummary(const RunSummary& summary)
{
    std::vector<Row> rows;
    const PhaseRow* total = summary.row(kTotalRow);
    const bool anyCold = total != nullptr && total->cold.count > 0;
    m_warm = total == nullptr || total->warm.count > 0 || !anyCold;
    const Nanoseconds longest =
        total == nullptr ? Nanoseconds(0) : std::max(total->warm.p50, total->cold.p50);
    m_decimals = longest < std::chrono::milliseconds(10)    ? 3
                 : longest < std::chrono::milliseconds(100) ? 2
                                                            : 1;
    addPhases(summary, rows);
    m_interpolated = std::any_of(rows.begin(), rows.end(), [this](const Row& row) {
        return (m_warm ? row.warm : row.cold).isP95Interpolated();
    });
    addMetrics(summary, rows);
    const bool sameRows =
        std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(), [](const Row& a, const Row& b) {
            return a.name == b.name && a.depth == b.depth && a.metric == b.metric;
        });
    if (sameRows && !rows.empty()) {
        m_rows = std::move(rows);
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
    } else {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
    }
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, kColumns - 1);
}

void PhaseTableModel::clear()
{
    setSummary(RunSummary());
}

void PhaseTableModel::addPhases(const RunSummary& summary, std::vector<Row>& rows) const
{
    const auto add = [&rows](const PhaseRow& phase, int depth) {
        rows.push_back(
            Row{phase.name, QString(), depth, false, phase.name == kTotalRow, phase.cold, phase.warm});
    };
    const PhaseRow* total = summary.row(kTotalRow);
    const PhaseRow* unattributed = summary.row(kUnattributedRow);
    if (total != nullptr) {
        add(*total, 0);
    }
    for (const PhaseRow& phase : summary.rows) {
        if (!phase.ofProcess && &phase != total && &phase != unattributed) {
            add(phase, phase.depth + 1);
        }
    }
    if (unattributed != nullptr) {
        add(*unattributed, 1);
    }
    // Beside the iteration, not in it.
    for (const PhaseRow& phase : summary.rows) {
        if (phase.ofProcess) {
            add(phase, 0);
        }
    }
}

void PhaseTableModel::addMetrics(const RunSummary& summary, std::vector<Row>& rows)
{
    const auto add = [&rows](const QString& name, const QString& value) {
        rows.push_back(Row{name, value, 0, true, false, {}, {}});
    };
    const auto payload = metricValue(summary.metrics, metric::kPayloadBytes);
    const auto gzip = metricValue(summary.metrics, metric::kPayloadGzipBytes);
    if (payload) {
        QString text = bytesText(*payload);
        if (gzip && *payload > 0) {
            text += QStringLiteral(" · gzip %1 (%2 %)")
                        .arg(bytesText(*gzip), QString::number(100 * *gzip / *payload, 'f', 0));
        }
        add(tr("payload"), text);
    }
    if (const auto peak = metricValue(summary.metrics, metric::kPeakRssBytes)) {
        add(tr("peak memory"),
            QStringLiteral("%1 MiB").arg(QString::number(*peak / (1024.0 * 1024.0), 'f', 1)));
    }
    for (const Metric& each : summary.metrics) {
        if (each.name != metric::kPayloadBytes && each.name != metric::kPayloadGzipBytes &&
            each.name != metric::kPeakRssBytes) {
            add(metricTitle(each.name), metricText(each));
        }
    }
}

int PhaseTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int PhaseTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QString PhaseTableModel::milliseconds(Nanoseconds time) const
{
    return QString::number(toMilliseconds(time), 'f', m_decimals);
}

QString PhaseTableModel::cell(const Row& row, int column) const
{
    if (column == PhaseColumn) {
        return row.name;
    }
    if (row.metric) {
        return column == ColdColumn ? row.value : QString();
    }
    if (column == CountColumn) {
        return QStringLiteral("%1 · %2").arg(row.cold.count).arg(row.warm.count);
    }
    QString nothing = QStringLiteral("–");
    if (column == ColdColumn) {
        return row.cold.count == 0 ? nothing : milliseconds(row.cold.p50);
    }
    // The phases of the process only exist in cold runs.
    const Summary& shown = m_warm ? row.warm : row.cold;
    if (shown.count == 0) {
        return nothing;
    }
    switch (column) {
    case MinColumn:
        return milliseconds(shown.min);
    case P50Column:
        return milliseconds(shown.p50);
    case P95Column:
        return QString((shown.isP95Interpolated() ? u"≈" : u"") % milliseconds(shown.p95));
    default:
        return milliseconds(shown.max);
    }
}

QString PhaseTableModel::explain(const Row& row, int column) const
{
    if (row.metric) {
        return row.value;
    }
    const Summary& shown = column == ColdColumn || !m_warm ? row.cold : row.warm;
    if (column == P95Column && shown.isP95Interpolated()) {
        return tr("p95 of %1 values: an interpolation, because fewer than 20 were measured").arg(shown.count);
    }
    if (column == CountColumn) {
        return tr("%1 cold and %2 warm values").arg(row.cold.count).arg(row.warm.count);
    }
    if (column == PhaseColumn) {
        return row.name == kUnattributedRow ? tr("Time that lies in no phase") : row.name;
    }
    return tr("of %1 values").arg(shown.count);
}

QVariant PhaseTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return cell(row, index.column());
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(
            Qt::AlignVCenter | (index.column() == PhaseColumn ? Qt::AlignLeft : Qt::AlignRight)));
    case Qt::ToolTipRole:
        return explain(row, index.column());
    case DepthRole:
        return row.depth;
    case MetricRole:
        return row.metric;
    case TotalRole:
        return row.total;
    default:
        return {};
    }
}

QVariant PhaseTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= kColumns) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (section == PhaseColumn ? Qt::AlignLeft : Qt::AlignRight)));
    }
    if (role == Qt::ToolTipRole) {
        const QString mode = m_warm ? tr("warm") : tr("cold");
        switch (section) {
        case PhaseColumn:
            return tr("Phases; a nested one is part of the one above it");
        case ColdColumn:
            return tr("Median of the cold iterations, ms: each in a fresh process");
        case CountColumn:
            return tr("How many cold · warm values");
        default:
            return tr("Of the %1 iterations, ms").arg(mode);
        }
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    static const std::array<QString, kColumns> kTitles{tr("Phase"), tr("cold"), tr("min"), tr("p50"),
                                                       tr("p95"),   tr("max"),  tr("n")};
    return kTitles.at(static_cast<std::size_t>(section));
}

QString PhaseTableModel::toText() const
{
    QStringList lines;
    QStringList head;
    for (int column = 0; column < kColumns; ++column) {
        head.append(headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
    }
    lines.append(head.join(u'\t'));
    for (const Row& row : m_rows) {
        QStringList cells{QString(QString(2 * row.depth, u' ') % row.name)};
        for (int column = 1; column < (row.metric ? 2 : kColumns); ++column) {
            cells.append(cell(row, column));
        }
        lines.append(cells.join(u'\t'));
    }
    return QString(lines.join(u'\n') % u'\n');
}

ValueTable phaseNumbers(const RunSummary& summary)
{
    ValueTable table;
    table.headers = QStringLiteral("row,unit,mode,n,min,p50,p95,max").split(u',');
    const auto add = [&table](const QStringList& texts) {
        ValueRow row;
        for (const QString& text : texts) {
            row.cells.push_back(ValueCell{text});
        }
        table.rows.push_back(std::move(row));
    };
    const auto millis = [](Nanoseconds time) { return QString::number(toMilliseconds(time), 'f', 6); };
    for (const PhaseRow& phase : summary.rows) {
        for (const IterationMode mode : {IterationMode::Cold, IterationMode::Warm}) {
            const Summary& numbers = mode == IterationMode::Cold ? phase.cold : phase.warm;
            if (numbers.count > 0) {
                add({phase.name, QStringLiteral("ms"), iterationModeName(mode),
                     QString::number(numbers.count), millis(numbers.min), millis(numbers.p50),
                     millis(numbers.p95), millis(numbers.max)});
            }
        }
    }
    for (const Metric& metric : summary.metrics) {
        add({metric.name, metric.unit, QString(), QString(), QString(),
             QString::number(metric.value, 'g', 15), QString(), QString()});
    }
    return table;
}

} // namespace perihelion
