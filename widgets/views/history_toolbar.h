// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// HistoryToolbar: what of a history is shown, as a row of menus, and what can be made of it.

#include <QWidget>

#include <array>
#include <vector>

class QAction;
class QLabel;
class QMenu;
class QPushButton;

namespace perihelion {

class Theme;

enum class HistoryMenu {
    Workload,
    Scenario,
    Quantity,
    Modes,
    Statistic,
    Form,
    Branch,
    Machine,
    View,
    Export
};
inline constexpr std::size_t kHistoryMenus = 10;

struct HistoryMenuItem {
    QString id;
    QString text;
    bool checked = false;
    bool enabled = true;
};

class HistoryToolbar : public QWidget {
    Q_OBJECT

public:
    explicit HistoryToolbar(const Theme& theme, QWidget* parent = nullptr);

    /// title: what the button says; an item without an id is a line between the others.
    void setMenu(HistoryMenu menu, const QString& title, const std::vector<HistoryMenuItem>& items);
    void setMenuVisible(HistoryMenu menu, bool visible);
    /// The button that opens the missing commits: what it says of them, whether there is a project to have
    /// any.
    /// busy: it shows also where there is little room.
    void setMissing(const QString& text, const QString& tip, bool enabled, bool busy);
    /// Says how many changes there are; tone as for labels.
    void setCount(const QString& text);
    QPushButton* button(HistoryMenu menu) const { return m_buttons.at(static_cast<std::size_t>(menu)); }

Q_SIGNALS:
    void chosen(perihelion::HistoryMenu menu, const QString& id);
    void importRequested();
    void missingRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void giveWay();

    std::array<QPushButton*, kHistoryMenus> m_buttons{};
    QPushButton* m_missing = nullptr;
    bool m_missingBusy = false;
    QLabel* m_title = nullptr;
    QLabel* m_count = nullptr;
};

} // namespace perihelion
