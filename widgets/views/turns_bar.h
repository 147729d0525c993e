// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// TurnsBar: one line above a comparison while its two sides are measured in turn: how far, how long still,
// and a button that cancels; then what came of it, and a button that shows it. Shows texts; knows no
// measurement.

#include <QFrame>

class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace perihelion {

class Theme;

class TurnsBar : public QFrame {
    Q_OBJECT

public:
    explicit TurnsBar(const Theme& theme, QWidget* parent = nullptr);

    /// done of total; total 0: nobody knows yet. ending: it was cancelled and cleans up.
    void showProgress(const QString& text, std::size_t done, std::size_t total, bool ending);
    /// What came of it. canShow: there is something to be shown that is not on screen.
    void showOutcome(const QString& text, bool isTrouble, bool canShow);
    QString text() const;

Q_SIGNALS:
    void cancelRequested();
    void showRequested();

private:
    void restyle();

    const Theme& m_theme;
    QLabel* m_icon = nullptr;
    QLabel* m_text = nullptr;
    QProgressBar* m_progress = nullptr;
    QPushButton* m_cancel = nullptr;
    QPushButton* m_show = nullptr;
    QToolButton* m_close = nullptr;
    bool m_isTrouble = false;
};

} // namespace perihelion
