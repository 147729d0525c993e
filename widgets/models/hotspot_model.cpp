// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/hotspot_model.h"

namespace perihelion {

HotspotModel::HotspotModel(QObject* parent) : QAbstractTableModel(parent) {}

void HotspotModel::setHotspots(std::vector<Hotspot> hotspots)
{
    beginResetModel();
    m_hotspots = std::move(hotspots);
    endResetModel();
}

int HotspotModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_hotspots.size());
}

int HotspotModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant HotspotModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const Hotspot& spot = m_hotspots[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case PhaseColumn:
            return QStringLiteral("%1  %2").arg(index.row() + 1).arg(spot.name);
        case TimeColumn:
            return QStringLiteral("%1 ms").arg(toMilliseconds(spot.time), 0, 'f', 3);
        default:
            return QStringLiteral("%1 %").arg(100 * spot.share, 0, 'f', 1);
        }
    case Qt::ToolTipRole:
        return tr("%1: %2 ms of its own in an iteration on average, without the phases inside it")
            .arg(spot.name, QString::number(toMilliseconds(spot.time), 'f', 3));
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(
            Qt::AlignVCenter | (index.column() == PhaseColumn ? Qt::AlignLeft : Qt::AlignRight)));
    case ShareRole:
        return spot.share;
    default:
        return {};
    }
}

QVariant HotspotModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= kColumns) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (section == PhaseColumn ? Qt::AlignLeft : Qt::AlignRight)));
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    return section == PhaseColumn ? tr("Phase") : section == TimeColumn ? tr("own time") : tr("share");
}

} // namespace perihelion
