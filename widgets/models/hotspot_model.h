// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// HotspotModel: the phases of a run ranked by their own time, with their share of an iteration. GUI thread
// only.

#include "core/runs/run_summary.h"

#include <QAbstractTableModel>

#include <vector>

namespace perihelion {

class HotspotModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { PhaseColumn, TimeColumn, ShareColumn };
    static constexpr int kColumns = 3;
    enum Role { ShareRole = Qt::UserRole }; ///< double, 0 … 1.

    explicit HotspotModel(QObject* parent = nullptr);

    void setHotspots(std::vector<Hotspot> hotspots);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<Hotspot> m_hotspots;
};

} // namespace perihelion
