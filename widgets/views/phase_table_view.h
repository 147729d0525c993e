// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PhaseTableView: the table of a profile run: nested phases indented, numbers in columns of one width,
// metrics over all of them.

#include <QTableView>

namespace perihelion {

class PhaseTableModel;
class Theme;

class PhaseTableView : public QTableView {
    Q_OBJECT

public:
    PhaseTableView(PhaseTableModel& model, const Theme& theme, QWidget* parent = nullptr);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void spanMetrics();
    void fitColumns();

    PhaseTableModel& m_model;
};

/// Dresses a table of values that is only read, as both tables of the Profile page are.
void dressValueTable(QTableView& table, const Theme& theme);

} // namespace perihelion
