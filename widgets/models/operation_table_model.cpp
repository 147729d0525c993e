// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/operation_table_model.h"

#include "core/base/format.h"

#include <algorithm>
#include <array>
#include <utility>

namespace perihelion {

namespace {

constexpr const char16_t* kNothing = u"–";

Nanoseconds timeOf(const OperationFigures& figures, int column)
{
    switch (column) {
    case OperationTableModel::AverageColumn:
        return figures.average();
    case OperationTableModel::MinimumColumn:
        return figures.minimum;
    case OperationTableModel::P50Column:
        return figures.p50;
    case OperationTableModel::P95Column:
        return figures.p95;
    case OperationTableModel::MaximumColumn:
        return figures.maximum;
    default:
        return figures.total;
    }
}

ByteCount memoryOf(const OperationFigures& figures, int column)
{
    return column == OperationTableModel::AverageMemoryColumn ? figures.averageMemory : figures.peakMemory;
}

bool isMemory(int column)
{
    return column >= OperationTableModel::AverageMemoryColumn;
}

QString shownCell(const NamedFigures& row, int column)
{
    if (column == OperationTableModel::NameColumn) {
        return row.name;
    }
    if (column == OperationTableModel::CountColumn) {
        return formatCount(static_cast<std::int64_t>(row.figures.count));
    }
    if (isMemory(column)) {
        return row.figures.memoryCount == 0 ? QString::fromUtf16(kNothing)
                                            : formatMemory(memoryOf(row.figures, column));
    }
    return formatElapsed(timeOf(row.figures, column));
}

QVariant sortValue(const NamedFigures& row, int column)
{
    if (column == OperationTableModel::NameColumn) {
        return row.name;
    }
    if (column == OperationTableModel::CountColumn) {
        return QVariant::fromValue<qlonglong>(static_cast<qlonglong>(row.figures.count));
    }
    if (isMemory(column)) {
        // What tells no memory comes before what took none.
        return QVariant::fromValue<qlonglong>(
            row.figures.memoryCount == 0 ? -1 : static_cast<qlonglong>(memoryOf(row.figures, column).value));
    }
    return QVariant::fromValue<qlonglong>(timeOf(row.figures, column).count());
}

ValueCell cellOf(QString text)
{
    return ValueCell{std::move(text)};
}

QString millisText(Nanoseconds time)
{
    return QString::number(toMilliseconds(time), 'f', 6);
}

} // namespace

void OperationTableModel::setFigures(std::vector<NamedFigures> figures)
{
    std::vector<bool> taken(figures.size(), false);
    std::vector<std::pair<std::size_t, std::size_t>> changed; // Row, and where its figures are.
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        const auto found = std::find_if(figures.begin(), figures.end(), [&](const NamedFigures& candidate) {
            return candidate.name == m_rows[row].name;
        });
        if (found == figures.end()) {
            // They were reset meanwhile.
            beginResetModel();
            m_rows = std::move(figures);
            endResetModel();
            return;
        }
        const auto at = static_cast<std::size_t>(found - figures.begin());
        taken[at] = true;
        if (found->figures != m_rows[row].figures) {
            changed.emplace_back(row, at);
        }
    }
    for (const auto& [row, at] : changed) {
        m_rows[row].figures = figures[at].figures;
        const int shown = static_cast<int>(row);
        Q_EMIT dataChanged(index(shown, 0), index(shown, kColumns - 1));
    }
    const int fresh = static_cast<int>(std::count(taken.begin(), taken.end(), false));
    if (fresh > 0) {
        const int first = static_cast<int>(m_rows.size());
        beginInsertRows({}, first, first + fresh - 1);
        for (std::size_t at = 0; at < figures.size(); ++at) {
            if (!taken[at]) {
                m_rows.push_back(std::move(figures[at]));
            }
        }
        endInsertRows();
    }
}

int OperationTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int OperationTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant OperationTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const NamedFigures& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return shownCell(row, index.column());
    case SortRole:
        return sortValue(row, index.column());
    case Qt::ToolTipRole:
        return index.column() == NameColumn ? QVariant(row.name) : QVariant();
    case Qt::TextAlignmentRole:
        return int((index.column() == NameColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    default:
        return {};
    }
}

QVariant OperationTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= kColumns) {
        return {};
    }
    struct Heading {
        QString title;
        QString tip;
    };
    static const std::array<Heading, kColumns> kHeadings = {
        {{tr("Operation"), tr("What was timed; sort by a click, or with < and >")},
         {tr("n"), tr("How often it was done")},
         {tr("avg"), tr("Total by count")},
         {tr("min"), tr("The shortest")},
         {tr("p50"), tr("Half of them were as short as this (within 1/64)")},
         {tr("p95"), tr("95 of 100 were as short as this (within 1/64)")},
         {tr("max"), tr("The longest")},
         {tr("total"), tr("All of them together; what runs side by side counts several times")},
         {tr("memory"),
          tr("Average of what one took in memory, where it tells: the decoded bytes of a chunk, the "
             "pixel values of a picture, the process of an iteration at its peak")},
         {tr("peak"), tr("The most that one took in memory")}}};
    const Heading& heading = kHeadings.at(static_cast<std::size_t>(section));
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        return heading.title;
    case Qt::ToolTipRole:
        return heading.tip;
    case Qt::TextAlignmentRole:
        return int((section == NameColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    default:
        return {};
    }
}

QString shownText(const QAbstractItemModel& table)
{
    QString text;
    const int columns = table.columnCount();
    for (int row = -1; row < table.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < columns; ++column) {
            if (row < 0) {
                const QVariant plain = table.headerData(column, Qt::Horizontal, Qt::EditRole);
                cells.append((plain.isValid() ? plain : table.headerData(column, Qt::Horizontal)).toString());
            } else {
                cells.append(table.index(row, column).data().toString());
            }
        }
        text += QString(cells.join(u'\t') % u'\n');
    }
    return text;
}

ValueTable operationNumbers(const std::vector<NamedFigures>& figures)
{
    ValueTable table;
    table.headers = QStringLiteral("operation,count,avg_ms,min_ms,p50_ms,p95_ms,max_ms,total_ms,"
                                   "avg_memory_bytes,peak_memory_bytes")
                        .split(u',');
    for (const NamedFigures& each : figures) {
        ValueRow row;
        row.cells.push_back(cellOf(each.name));
        row.cells.push_back(cellOf(QString::number(each.figures.count)));
        for (int column = OperationTableModel::AverageColumn; column <= OperationTableModel::TotalColumn;
             ++column) {
            row.cells.push_back(cellOf(millisText(timeOf(each.figures, column))));
        }
        for (const int column :
             {OperationTableModel::AverageMemoryColumn, OperationTableModel::PeakMemoryColumn}) {
            row.cells.push_back(cellOf(each.figures.memoryCount == 0
                                           ? QString()
                                           : QString::number(memoryOf(each.figures, column).value)));
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

ValueTable slowTable(const std::vector<SlowOperation>& slow)
{
    ValueTable table;
    table.headers = {OperationTableModel::tr("Ended"), OperationTableModel::tr("Operation"),
                     OperationTableModel::tr("Done to"), OperationTableModel::tr("took")};
    table.textColumns = 3;
    for (const SlowOperation& each : slow) {
        ValueRow row;
        row.cells.push_back(cellOf(each.ended.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"))));
        row.cells.push_back(cellOf(each.name));
        row.cells.push_back(ValueCell{each.subject, CellTone::Muted});
        row.cells.push_back(cellOf(formatElapsed(each.duration)));
        row.tip = each.subject;
        table.rows.push_back(std::move(row));
    }
    return table;
}

ValueTable slowNumbers(const std::vector<SlowOperation>& slow)
{
    ValueTable table;
    table.headers = QStringLiteral("ended,operation,duration_ms,subject").split(u',');
    for (const SlowOperation& each : slow) {
        ValueRow row;
        row.cells.push_back(cellOf(each.ended.toString(Qt::ISODateWithMs)));
        row.cells.push_back(cellOf(each.name));
        row.cells.push_back(cellOf(millisText(each.duration)));
        row.cells.push_back(cellOf(each.subject));
        table.rows.push_back(std::move(row));
    }
    return table;
}

} // namespace perihelion
