// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// KeyHelp: an overlay over the whole window that lists the keys, section by section. Closed by Esc, F1, ? or
// a click.

#include <QPointer>
#include <QString>
#include <QWidget>

#include <vector>

namespace perihelion {

class Theme;

struct KeySection {
    QString title;
    std::vector<std::pair<QString, QString>> keys; ///< Keys and what they do.
};

class KeyHelp : public QWidget {
    Q_OBJECT

public:
    KeyHelp(const Theme& theme, const std::vector<KeySection>& sections, QWidget* parent);

    /// Shows over the parent, or hides again.
    void toggle();

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    const Theme& m_theme;
    QPointer<QWidget> m_before; ///< Had the keys before, and gets them back.
};

} // namespace perihelion
