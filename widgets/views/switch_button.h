// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// SwitchButton: an on-off switch for a checkable action, which it follows and triggers. Painted from the
// theme's colours; a check box to a screen reader. GUI thread only.

#include <QAbstractButton>

class QAction;

namespace perihelion {

class Theme;

class SwitchButton : public QAbstractButton {
    Q_OBJECT

public:
    /// action: checkable; gives name, tooltip and state. Outlives the switch.
    SwitchButton(const Theme& theme, QAction* action, QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void follow();

    const Theme& m_theme;
    QAction* m_action;
};

} // namespace perihelion
