// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ChoiceBox: a combo box in the house's look. The style sheet takes the arrow away, and it is drawn here in
// the theme's colour.

#include <QComboBox>

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

} // namespace perihelion
