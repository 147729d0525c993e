// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// LoadBarsModel: load times as a table, one row a recording, one column a state of file, index and cache. The
// chart paints these numbers. GUI thread only.

#include "datasets/workloads/load_comparison.h"

#include <QAbstractTableModel>

namespace perihelion {

class LoadBarsModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { RecordingColumn, FirstStateColumn };
    static constexpr int kColumns = FirstStateColumn + static_cast<int>(kLoadStates.size());
    enum Role {
        MillisRole = Qt::UserRole, ///< double, the median; nothing where it was not measured.
        RatioRole,                 ///< double: so many times as fast as the first state measured.
        RunRole,                   ///< Id of the run in the store.
        CountRole,                 ///< Iterations behind the median.
    };

    explicit LoadBarsModel(QObject* parent = nullptr);

    void setComparison(LoadComparison comparison);
    const LoadComparison& comparison() const { return m_comparison; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    LoadComparison m_comparison;
};

} // namespace perihelion
