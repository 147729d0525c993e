// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ProblemBanner: one line above a page's content for what went wrong beside it (a folder that cannot be read,
// a store that cannot be written). Stays until it is dismissed or the problem is gone; more than one are
// counted and listed in the tool tip.

#include <QFrame>
#include <QStringList>

class QLabel;
class QToolButton;

namespace perihelion {

class Theme;

class ProblemBanner : public QFrame {
    Q_OBJECT

public:
    explicit ProblemBanner(const Theme& theme, QWidget* parent = nullptr);

    /// Shows these sentences, or hides when there are none.
    void setProblems(const QStringList& sentences);
    QString text() const;

private:
    void restyle();

    const Theme& m_theme;
    QLabel* m_icon = nullptr;
    QLabel* m_text = nullptr;
    QToolButton* m_close = nullptr;
};

} // namespace perihelion
