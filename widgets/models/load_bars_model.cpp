// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/load_bars_model.h"

namespace perihelion {

LoadBarsModel::LoadBarsModel(QObject* parent) : QAbstractTableModel(parent) {}

void LoadBarsModel::setComparison(LoadComparison comparison)
{
    beginResetModel();
    m_comparison = std::move(comparison);
    endResetModel();
}

int LoadBarsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_comparison.groups.size());
}

int LoadBarsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant LoadBarsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const auto row = static_cast<std::size_t>(index.row());
    const LoadGroup& group = m_comparison.groups[row];
    if (index.column() == RecordingColumn) {
        return role == Qt::DisplayRole   ? QVariant(group.name())
               : role == Qt::ToolTipRole ? QVariant(group.subject.file)
                                         : QVariant();
    }
    const LoadState state = kLoadStates[static_cast<std::size_t>(index.column() - FirstStateColumn)];
    if (role == Qt::DisplayRole) {
        return m_comparison.barText(row, state);
    }
    const std::optional<LoadTime>& time = group.time(state);
    if (!time) {
        return {};
    }
    switch (role) {
    case MillisRole:
        return time->p50Millis;
    case RatioRole: {
        const std::optional<double> ratio = group.timesAsFast(state);
        return ratio ? QVariant(*ratio) : QVariant();
    }
    case RunRole:
        return static_cast<qlonglong>(time->run);
    case CountRole:
        return static_cast<qlonglong>(time->count);
    default:
        return {};
    }
}

QVariant LoadBarsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= kColumns) {
        return {};
    }
    return section == RecordingColumn
               ? tr("Recording")
               : loadStateWords(kLoadStates[static_cast<std::size_t>(section - FirstStateColumn)]);
}

} // namespace perihelion
