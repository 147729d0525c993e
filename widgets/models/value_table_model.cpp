// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/value_table_model.h"

namespace perihelion {

namespace {

QString csvField(const QString& text)
{
    if (!text.contains(u',') && !text.contains(u'"') && !text.contains(u'\n')) {
        return text;
    }
    QString quoted = text;
    quoted.replace(u'"', QStringLiteral("\"\""));
    return QString(u'"' % quoted % u'"');
}

} // namespace

void ValueTableModel::setTable(ValueTable table)
{
    beginResetModel();
    m_table = std::move(table);
    endResetModel();
}

void ValueTableModel::setRow(std::size_t row, ValueRow values)
{
    Q_ASSERT(row < m_table.rows.size());
    m_table.rows[row] = std::move(values);
    const int at = static_cast<int>(row);
    Q_EMIT dataChanged(index(at, 0), index(at, columnCount() - 1));
}

int ValueTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_table.rows.size());
}

int ValueTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_table.headers.size());
}

QVariant ValueTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const ValueRow& row = m_table.rows[static_cast<std::size_t>(index.row())];
    const auto column = static_cast<std::size_t>(index.column());
    if (column >= row.cells.size()) {
        return {};
    }
    switch (role) {
    case Qt::DisplayRole:
        return row.cells[column].text;
    case Qt::ToolTipRole:
        return row.tip.isEmpty() ? QVariant() : QVariant(row.tip);
    case Qt::TextAlignmentRole:
        return int((index.column() < m_table.textColumns ? Qt::AlignLeft : Qt::AlignRight) |
                   Qt::AlignVCenter);
    case ToneRole:
        return static_cast<int>(row.cells[column].tone);
    case RunRole:
        return QVariant::fromValue<qulonglong>(row.run);
    default:
        return {};
    }
}

QVariant ValueTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= m_table.headers.size()) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int((section < m_table.textColumns ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    }
    return role == Qt::DisplayRole ? QVariant(m_table.headers.at(section)) : QVariant();
}

QByteArray csvOf(const ValueTable& table)
{
    QStringList lines;
    QStringList fields;
    for (const QString& header : table.headers) {
        fields.append(csvField(header));
    }
    lines.append(fields.join(u','));
    for (const ValueRow& row : table.rows) {
        fields.clear();
        for (const ValueCell& cell : row.cells) {
            fields.append(csvField(cell.text));
        }
        lines.append(fields.join(u','));
    }
    return QString(lines.join(QLatin1String("\r\n")) % QLatin1String("\r\n")).toUtf8();
}

} // namespace perihelion
