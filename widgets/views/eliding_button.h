// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ElidingButton: a push button that gives way where a toolbar is narrow; its text then has "…" in the middle.

#include <QPushButton>

namespace perihelion {

class ElidingButton : public QPushButton {
    Q_OBJECT

public:
    /// leastWidth: in pixels, unless the whole text needs less.
    explicit ElidingButton(int leastWidth, QWidget* parent = nullptr);
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const int m_leastWidth;
};

} // namespace perihelion
