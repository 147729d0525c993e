// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PhaseTableModel: a profile run as a table: the whole iteration, its phases nested, what lies in none, the
// phases of the process, then sizes, memory and the other metrics. Numbers come from RunSummary, as those of
// the command line do. GUI thread only.

#include "core/runs/run_summary.h"
#include "widgets/models/value_table_model.h"

#include <QAbstractTableModel>

#include <vector>

namespace perihelion {

class PhaseTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { PhaseColumn, ColdColumn, MinColumn, P50Column, P95Column, MaxColumn, CountColumn };
    static constexpr int kColumns = 7;
    enum Role {
        DepthRole = Qt::UserRole, ///< int: 0 at the top.
        MetricRole,               ///< bool: one value over all columns, in ColdColumn.
        TotalRole,                ///< bool: the whole iteration.
    };

    explicit PhaseTableModel(QObject* parent = nullptr);

    /// An empty summary shows nothing. Rows that stay the same are only updated.
    void setSummary(const RunSummary& summary);
    void clear();

    /// min … max are those of warm iterations; of cold ones where there are no warm ones.
    bool isWarm() const { return m_warm; }
    /// Some p95 is of fewer than 20 values.
    bool hasInterpolated() const { return m_interpolated; }
    /// Tab-separated, with a line of headers.
    QString toText() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        QString name;
        QString value; ///< Of a metric.
        int depth = 0;
        bool metric = false;
        bool total = false;
        Summary cold;
        Summary warm;
    };

    void addPhases(const RunSummary& summary, std::vector<Row>& rows) const;
    static void addMetrics(const RunSummary& summary, std::vector<Row>& rows);
    QString cell(const Row& row, int column) const;
    QString milliseconds(Nanoseconds time) const;
    QString explain(const Row& row, int column) const;

    std::vector<Row> m_rows;
    bool m_warm = true;
    bool m_interpolated = false;
    int m_decimals = 3;
};

/// A run's table as plain numbers for csvOf(): a line for every phase and mode, in milliseconds, and one for
/// every metric, whose value stands as its p50.
ValueTable phaseNumbers(const RunSummary& summary);

} // namespace perihelion
