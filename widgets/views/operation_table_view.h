// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// OperationTableView: the timed operations as a table that is sorted by a click on a heading, or with the
// keys < and > (another column) and r (the other way round).

#include <QSortFilterProxyModel>
#include <QTableView>

namespace perihelion {

class OperationTableModel;
class Theme;

/// Sorts by the values behind the texts and marks the heading it sorts by.
class OperationSortModel : public QSortFilterProxyModel {
    Q_OBJECT

public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
};

class OperationTableView : public QTableView {
    Q_OBJECT

public:
    OperationTableView(OperationTableModel& model, const Theme& theme, QWidget* parent = nullptr);

    /// The rows in the order they are shown.
    const QAbstractItemModel& sorted() const { return m_sorted; }

protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void fitColumns();
    int countWidth() const;
    void sortBeside(int step);

    OperationSortModel m_sorted;
};

} // namespace perihelion
