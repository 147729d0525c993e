// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/history_toolbar.h"

#include "widgets/theme/theme.h"
#include "widgets/views/button_text.h"
#include "widgets/views/eliding_button.h"
#include "widgets/views/section_label.h"

#include <QAction>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>

namespace perihelion {

namespace {

constexpr int kLeastMenuWidth = 58;
constexpr int kRoomForCount = 1200;
constexpr int kRoomForTitle = 1050; ///< And for the missing commits.

struct MenuFacts {
    const char* object;
    const char* name;
    const char* tip;
    int key;
};

constexpr std::array<MenuFacts, kHistoryMenus> kMenus = {
    {{"historyWorkload", QT_TRANSLATE_NOOP("HistoryToolbar", "Workload"),
      QT_TRANSLATE_NOOP("HistoryToolbar", "What was measured (Alt+W)"), Qt::Key_W},
     {"historyScenario", QT_TRANSLATE_NOOP("HistoryToolbar", "Scenario"),
      QT_TRANSLATE_NOOP("HistoryToolbar", "With which parameters, or which recording (Alt+C)"), Qt::Key_C},
     {"historyQuantity", QT_TRANSLATE_NOOP("HistoryToolbar", "Quantity"),
      QT_TRANSLATE_NOOP("HistoryToolbar", "Time, memory, payload or other metrics (Alt+T)"), Qt::Key_T},
     {"historyModes", QT_TRANSLATE_NOOP("HistoryToolbar", "Cold and warm"),
      QT_TRANSLATE_NOOP("HistoryToolbar", "Cold or warm iterations, or both (Alt+M)"), Qt::Key_M},
     {"historyStatistic", QT_TRANSLATE_NOOP("HistoryToolbar", "Statistic"),
      QT_TRANSLATE_NOOP("HistoryToolbar", "Which number stands for a run (Alt+S)"), Qt::Key_S},
     {"historyForm", QT_TRANSLATE_NOOP("HistoryToolbar", "Form"),
      QT_TRANSLATE_NOOP("HistoryToolbar", "Stacked phases, lines with a band, or points with a box (Alt+F)"),
      Qt::Key_F},
     {"historyBranch", QT_TRANSLATE_NOOP("HistoryToolbar", "Branch"),
      QT_TRANSLATE_NOOP("HistoryToolbar", "Runs of which branch (Alt+B)"), Qt::Key_B},
     {"historyMachine", QT_TRANSLATE_NOOP("HistoryToolbar", "Machine"),
      QT_TRANSLATE_NOOP("HistoryToolbar", "Which machine measured (Alt+H)"), Qt::Key_H},
     {"historyView", QT_TRANSLATE_NOOP("HistoryToolbar", "View"),
      QT_TRANSLATE_NOOP("HistoryToolbar", "Axes and rows of the chart (Alt+V)"), Qt::Key_V},
     {"historyExport", QT_TRANSLATE_NOOP("HistoryToolbar", "Export"),
      QT_TRANSLATE_NOOP("HistoryToolbar", "Write the chart or its tables into a file (Alt+E)"), Qt::Key_E}}};

} // namespace

HistoryToolbar::HistoryToolbar(const Theme& theme, QWidget* parent) : QWidget(parent)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    m_title = makeLabel(tr("History"), FontRole::Title, QString(), theme, this);
    row->addWidget(m_title);
    for (std::size_t at = 0; at < kMenus.size(); ++at) {
        if (static_cast<HistoryMenu>(at) == HistoryMenu::Export) {
            row->addStretch(1);
            m_count = makeLabel(QString(), FontRole::Small, QStringLiteral("muted"), theme, this);
            m_count->setObjectName(QStringLiteral("historyCount"));
            row->addWidget(m_count);
        }
        const MenuFacts& facts = kMenus.at(at);
        auto* button = new ElidingButton(kLeastMenuWidth, this);
        button->setObjectName(QString::fromLatin1(facts.object));
        button->setAccessibleName(tr(facts.name));
        button->setToolTip(tr(facts.tip));
        button->setShortcut(QKeySequence(Qt::ALT | static_cast<Qt::Key>(facts.key)));
        auto* menu = new QMenu(button);
        button->setMenu(menu);
        connect(menu, &QMenu::triggered, this, [this, at](QAction* action) {
            Q_EMIT chosen(static_cast<HistoryMenu>(at), action->objectName());
        });
        row->addWidget(button);
        m_buttons.at(at) = button;
    }
    m_missing = new ElidingButton(kLeastMenuWidth, this);
    m_missing->setObjectName(QStringLiteral("historyMissing"));
    m_missing->setAccessibleName(tr("Run missing commits"));
    connect(m_missing, &QPushButton::clicked, this, &HistoryToolbar::missingRequested);
    row->addWidget(m_missing);
    auto* import = new ElidingButton(kLeastMenuWidth, this);
    import->setObjectName(QStringLiteral("historyImport"));
    import->setText(tr("Import…"));
    import->setToolTip(tr("Bring in results of other programs; their files may be dropped here (Alt+I)"));
    import->setShortcut(QKeySequence(Qt::ALT | Qt::Key_I));
    connect(import, &QPushButton::clicked, this, &HistoryToolbar::importRequested);
    row->addWidget(import);
}

void HistoryToolbar::setMenu(HistoryMenu menu, const QString& title,
                             const std::vector<HistoryMenuItem>& items)
{
    QPushButton* button = this->button(menu);
    setTextKeepingShortcut(*button, tr("%1 ▾").arg(title));
    button->menu()->clear();
    for (const HistoryMenuItem& item : items) {
        if (item.id.isEmpty()) {
            button->menu()->addSeparator();
            continue;
        }
        QAction* action = button->menu()->addAction(item.text);
        action->setObjectName(item.id);
        action->setEnabled(item.enabled);
        if (menu != HistoryMenu::Export) {
            action->setCheckable(true);
            action->setChecked(item.checked);
        }
    }
}

void HistoryToolbar::setMenuVisible(HistoryMenu menu, bool visible)
{
    button(menu)->setVisible(visible);
}

void HistoryToolbar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    giveWay();
}

/// The count stands above the table as well, the title in the rail, the missing commits in the menu View;
/// where the menus would have to shrink they give way.
void HistoryToolbar::giveWay()
{
    m_count->setVisible(width() >= kRoomForCount);
    m_title->setVisible(width() >= kRoomForTitle);
    m_missing->setVisible(m_missingBusy || width() >= kRoomForTitle);
}

void HistoryToolbar::setMissing(const QString& text, const QString& tip, bool enabled, bool busy)
{
    m_missingBusy = busy;
    m_missing->setText(text);
    m_missing->setToolTip(tip);
    m_missing->setEnabled(enabled);
    giveWay();
}

void HistoryToolbar::setCount(const QString& text)
{
    m_count->setText(text);
}

} // namespace perihelion
