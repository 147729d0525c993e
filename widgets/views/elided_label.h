// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ElidedLabel: one line of text that ends in "…" where there is no room, with the whole text as its tool tip
// then.

#include <QFrame>
#include <QString>

namespace perihelion {

class ElidedLabel : public QFrame {
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget* parent = nullptr);

    void setText(const QString& text);
    const QString& text() const { return m_text; }
    /// Which colour of the palette the text has; WindowText unless set.
    void setTextRole(QPalette::ColorRole role);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void updateToolTip();

    QString m_text;
    QPalette::ColorRole m_role = QPalette::WindowText;
};

} // namespace perihelion
