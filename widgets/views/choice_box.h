// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ChoiceBox: a combo box in the house's look. The style sheet takes the arrow away, and it is drawn here in
// the theme's colour.

#include <QComboBox>

class QGridLayout;

namespace perihelion {

class Theme;

class ChoiceBox : public QComboBox {
    Q_OBJECT

public:
    explicit ChoiceBox(const Theme& theme, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
};

/// Adds a row to a form: the name, and a box with that name for a screen reader and a tip.
ChoiceBox* addChoiceRow(QGridLayout* grid, const QString& name, const QString& tip, const Theme& theme);

} // namespace perihelion
