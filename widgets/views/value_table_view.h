// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ValueTableView: a table that is only read, in the house's look: words at the left take what the numbers
// leave, tones become colours.

#include <QTableView>

#include <vector>

namespace perihelion {

class Theme;
class ValueTableModel;

class ValueTableView : public QTableView {
    Q_OBJECT

public:
    ValueTableView(ValueTableModel& model, const QString& name, const Theme& theme,
                   QWidget* parent = nullptr);

Q_SIGNALS:
    /// The person chose a row: clicked it or walked to it.
    void rowChosen(int row);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void fitColumns();
    std::vector<int> spareColumnsToHide(const std::vector<int>& needs) const;

    ValueTableModel& m_model;
};

} // namespace perihelion
