// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/history_page.h"

#include "widgets/theme/theme.h"
#include "widgets/views/history_chart.h"
#include "widgets/views/section_label.h"
#include "widgets/views/selection_panel.h"
#include "widgets/views/value_table_view.h"

#include <QDir>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace perihelion {

namespace {

QVBoxLayout* addPanel(QWidget* panel)
{
    panel->setProperty("kind", QStringLiteral("panel"));
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(6);
    return column;
}

} // namespace

HistoryPage::HistoryPage(const AppServices& services, QWidget* parent)
    : QWidget(parent),
      m_services(services),
      m_reader(services.runStore, services.jobs, services.decodePool, QDir::currentPath())
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(12);
    m_toolbar = new HistoryToolbar(services.theme, this);
    column->addWidget(m_toolbar);
    auto* panel = new QFrame(this);
    QVBoxLayout* inside = addPanel(panel);
    m_chart = new HistoryChart(services.theme, panel);
    m_chart->setObjectName(QStringLiteral("historyChart"));
    inside->addWidget(m_chart);
    column->addWidget(panel, 4);
    column->addWidget(buildBottom(), 3);
    setFocusProxy(m_chart);
    setAcceptDrops(true);
    connectAll();
    m_chart->setEmptyText(tr("Reading the runs…"));
    showMenus();
    showNothingChosen();
}

HistoryPage::~HistoryPage() = default;

QWidget* HistoryPage::buildBottom()
{
    const Theme& theme = m_services.theme;
    auto* bottom = new QWidget(this);
    auto* row = new QHBoxLayout(bottom);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    auto* changes = new QFrame(bottom);
    QVBoxLayout* column = addPanel(changes);
    column->addWidget(new SectionLabel(tr("Change points"), theme, changes));
    m_changeView = new ValueTableView(m_changes, tr("Change points"), theme, changes);
    m_changeView->setObjectName(QStringLiteral("changeTable"));
    column->addWidget(m_changeView, 1);
    m_changeHint = makeLabel(QString(), FontRole::Body, QStringLiteral("muted"), theme, changes);
    m_changeHint->setObjectName(QStringLiteral("changeHint"));
    m_changeHint->setAlignment(Qt::AlignCenter);
    m_changeHint->setWordWrap(true);
    column->addWidget(m_changeHint, 1);
    m_alarmRow = new QWidget(changes);
    auto* alarm = new QHBoxLayout(m_alarmRow);
    alarm->setContentsMargins(0, 0, 0, 0);
    alarm->setSpacing(8);
    m_alarmText = makeLabel(QString(), FontRole::Small, QStringLiteral("accent"), theme, m_alarmRow);
    m_alarmText->setObjectName(QStringLiteral("alarmText"));
    m_alarmText->setWordWrap(true);
    alarm->addWidget(m_alarmText, 1);
    m_measureAgain = new QPushButton(tr("Measure again…"), m_alarmRow);
    m_measureAgain->setObjectName(QStringLiteral("measureAgainButton"));
    m_measureAgain->setToolTip(tr("Build the newest commit and the one before it and measure them in turn: "
                                  "confirms or withdraws the alarm (Alt+G)"));
    m_measureAgain->setShortcut(QKeySequence(QStringLiteral("Alt+G")));
    alarm->addWidget(m_measureAgain);
    column->addWidget(m_alarmRow);
    row->addWidget(changes, 1);
    m_selection = new SelectionPanel(theme, bottom);
    row->addWidget(m_selection, 1);
    return bottom;
}

void HistoryPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

const WorkloadHistory* HistoryPage::history() const
{
    return m_machine < m_answer.histories.size() ? &m_answer.histories[m_machine] : nullptr;
}

QString HistoryPage::quantity() const
{
    if (history() == nullptr) {
        return {};
    }
    const std::vector<HistoryQuantity> quantities = quantitiesOf(*history());
    for (const HistoryQuantity& each : quantities) {
        if (each.id == m_choice.quantity) {
            return each.id;
        }
    }
    return quantities.empty() ? QString() : quantities.front().id;
}

} // namespace perihelion
