// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// OperationTableModel: every timed operation with its figures, a row each. Rows keep their place while their
// figures change, so that a selection and a sorted view outlive a refresh; new operations come last.

#include "core/measure/operation_times.h"
#include "widgets/models/value_table_model.h"

#include <QAbstractTableModel>

#include <vector>

namespace perihelion {

class OperationTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        NameColumn,
        CountColumn,
        AverageColumn,
        MinimumColumn,
        P50Column,
        P95Column,
        MaximumColumn,
        TotalColumn,
        AverageMemoryColumn,
        PeakMemoryColumn,
    };
    static constexpr int kColumns = PeakMemoryColumn + 1;
    enum Role {
        SortRole = Qt::UserRole + 1, ///< The value behind the text: a name, a count, nanoseconds, bytes.
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setFigures(std::vector<NamedFigures> figures);
    const std::vector<NamedFigures>& rows() const { return m_rows; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<NamedFigures> m_rows;
};

/// What a table shows, as text: cells between tabs, a line for the headers (where they have one, their
/// EditRole, which is without marks of sorting) and for each row.
QString shownText(const QAbstractItemModel& table);
/// Figures as plain numbers for csvOf(): milliseconds and bytes; empty where no memory was told.
ValueTable operationNumbers(const std::vector<NamedFigures>& figures);
/// Slow operations for people: when, what, to what, how long.
ValueTable slowTable(const std::vector<SlowOperation>& slow);
/// And for csvOf(): UTC time in ISO 8601, milliseconds.
ValueTable slowNumbers(const std::vector<SlowOperation>& slow);

} // namespace perihelion
