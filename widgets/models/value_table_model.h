// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ValueTableModel: a table that is computed as a whole and only read: the changes of a history, the numbers
// of a run, two runs side by side. Cells are finished texts with a tone.

#include <QAbstractTableModel>
#include <QByteArray>
#include <QString>
#include <QStringList>

#include <cstddef>
#include <vector>

namespace perihelion {

enum class CellTone { Plain, Muted, Good, Bad };

struct ValueCell {
    QString text;
    CellTone tone = CellTone::Plain;
};

struct ValueRow {
    std::vector<ValueCell> cells;
    QString tip;         ///< Of the whole row.
    std::size_t run = 0; ///< Which run of a history it is about.
};

struct ValueTable {
    QStringList headers;
    std::vector<ValueRow> rows;
    /// Columns that give way where there is no room for all of them, the first one first.
    std::vector<int> spareColumns = {};
    int textColumns = 1; ///< So many columns from the left hold words; the others numbers, at the right.
    std::vector<int> wholeColumns; ///< Columns of words that are short and shall never be cut.
};

class ValueTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Role { ToneRole = Qt::UserRole + 1, RunRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setTable(ValueTable table);
    /// Puts another row in the place of one that is there.
    void setRow(std::size_t row, ValueRow values);
    const ValueTable& table() const { return m_table; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    ValueTable m_table;
};

/// As RFC 4180 has it, in UTF-8.
QByteArray csvOf(const ValueTable& table);

} // namespace perihelion
