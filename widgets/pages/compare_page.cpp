// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/compare_page.h"

#include "widgets/theme/theme.h"
#include "widgets/views/distribution_chart.h"
#include "widgets/views/run_picker.h"
#include "widgets/views/section_label.h"
#include "widgets/views/turns_bar.h"
#include "widgets/views/value_table_view.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QVBoxLayout>

#include <array>

namespace perihelion {

namespace {

constexpr std::array kFloors{0, 1, 2, 5, 10};

QVBoxLayout* dressPanel(QFrame* panel)
{
    panel->setProperty("kind", QStringLiteral("panel"));
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(6);
    return column;
}

} // namespace

ComparePage::ComparePage(const AppServices& services, QWidget* parent)
    : QWidget(parent),
      m_services(services),
      m_reader(services.runStore, services.jobs),
      m_job(services)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(12);
    column->addWidget(buildToolbar());
    m_turns = new TurnsBar(services.theme, this);
    m_turns->setObjectName(QStringLiteral("turnsBar"));
    column->addWidget(m_turns);
    column->addWidget(buildTop(), 4);
    m_bottom = buildBottom();
    column->addWidget(m_bottom, 3);
    setFocusProxy(m_view);
    connectAll();
    showFloor();
    showHint(tr("Reading the runs…"));
}

ComparePage::~ComparePage() = default;

QWidget* ComparePage::buildToolbar()
{
    const Theme& theme = m_services.theme;
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(makeLabel(tr("Compare"), FontRole::Title, QString(), theme, bar));
    row->addSpacing(6);
    m_a = new RunPicker(QStringLiteral("A"), tr("Baseline"), theme, bar);
    m_a->setObjectName(QStringLiteral("compareA"));
    m_b = new RunPicker(QStringLiteral("B"), tr("Contender"), theme, bar);
    m_b->setObjectName(QStringLiteral("compareB"));
    const auto button = [&](const char* name, const QString& text, const QString& tip,
                            const QKeySequence& key) {
        auto* made = new QPushButton(text, bar);
        made->setObjectName(QString::fromLatin1(name));
        made->setToolTip(tip);
        made->setShortcut(key);
        return made;
    };
    m_swap =
        button("compareSwap", QString(), tr("Swap A and B (Alt+S)"), QKeySequence(QStringLiteral("Alt+S")));
    m_swap->setAccessibleName(tr("Swap A and B"));
    m_floor = button("compareFloor", QString(),
                     tr("Smaller changes of a median are no change, however certain (Alt+F)"),
                     QKeySequence(QStringLiteral("Alt+F")));
    m_floor->setAccessibleName(tr("Floor"));
    m_copy = button("compareCopy", tr("Copy"), tr("Copy the comparison as text (Ctrl+Shift+C)"),
                    QKeySequence(QStringLiteral("Ctrl+Shift+C")));
    m_export = button("compareExport", tr("Export ▾"), tr("Write the table or the chart into a file (Alt+E)"),
                      QKeySequence(QStringLiteral("Alt+E")));
    auto* menu = new QMenu(m_floor);
    for (const int percent : kFloors) {
        QAction* action = menu->addAction(tr("%1 %").arg(percent));
        action->setCheckable(true);
        action->setData(percent);
    }
    m_floor->setMenu(menu);
    menu = new QMenu(m_export);
    const auto item = [&](const char* id, const QString& text) {
        menu->addAction(text)->setObjectName(QString::fromLatin1(id));
    };
    item("csv", tr("Table as CSV…"));
    item("png", tr("Chart as PNG…"));
    item("svg", tr("Chart as SVG…"));
    m_export->setMenu(menu);
    row->addWidget(m_a, 1);
    row->addWidget(m_swap);
    row->addWidget(m_b, 1);
    row->addWidget(m_floor);
    row->addWidget(m_copy);
    row->addWidget(m_export);
    return bar;
}

QWidget* ComparePage::buildTop()
{
    const Theme& theme = m_services.theme;
    auto* panel = new QFrame(this);
    QVBoxLayout* column = dressPanel(panel);
    m_headline = new SectionLabel(QString(), theme, panel);
    m_headline->setObjectName(QStringLiteral("compareHeadline"));
    m_headline->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_again = new QPushButton(tr("Measure again interleaved…"), panel);
    m_again->setObjectName(QStringLiteral("compareAgain"));
    m_again->setShortcut(QKeySequence(QStringLiteral("Alt+M")));
    auto* head = new QHBoxLayout();
    head->setContentsMargins(0, 0, 0, 0);
    head->setSpacing(8);
    head->addWidget(m_headline, 1);
    head->addWidget(m_again);
    column->addLayout(head);
    const auto label = [&](const char* name, const QString& tone, FontRole font) {
        QLabel* made = makeLabel(QString(), font, tone, theme, panel);
        made->setObjectName(QString::fromLatin1(name));
        made->setWordWrap(true);
        made->setTextFormat(Qt::PlainText);
        made->setTextInteractionFlags(Qt::TextSelectableByMouse);
        column->addWidget(made);
        return made;
    };
    m_facts = label("compareFacts", QStringLiteral("muted"), FontRole::Small);
    m_againWhy = label("compareAgainWhy", QStringLiteral("muted"), FontRole::Small);
    m_warnings = label("compareWarnings", QStringLiteral("accent"), FontRole::Small);
    m_view = new ValueTableView(m_table, tr("Comparison of A and B"), theme, panel);
    m_view->setObjectName(QStringLiteral("compareTable"));
    column->addWidget(m_view, 1);
    m_hint = label("compareHint", QStringLiteral("muted"), FontRole::Body);
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setContentsMargins(40, 0, 40, 0);
    column->setStretchFactor(m_hint, 1);
    m_why = label("compareWhy", QString(), FontRole::Body);
    return panel;
}

QWidget* ComparePage::buildBottom()
{
    const Theme& theme = m_services.theme;
    auto* bottom = new QWidget(this);
    auto* row = new QHBoxLayout(bottom);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    auto* left = new QFrame(bottom);
    QVBoxLayout* column = dressPanel(left);
    m_chartTitle = new SectionLabel(tr("Distributions"), theme, left);
    m_chartTitle->setObjectName(QStringLiteral("compareChartTitle"));
    m_chartTitle->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    column->addWidget(m_chartTitle);
    m_chart = new DistributionChart(theme, left);
    m_chart->setObjectName(QStringLiteral("compareChart"));
    column->addWidget(m_chart, 1);
    row->addWidget(left, 1);
    auto* right = new QFrame(bottom);
    column = dressPanel(right);
    column->addWidget(new SectionLabel(tr("Environment"), theme, right));
    m_differenceView = new ValueTableView(m_differences, tr("What differs between A and B"), theme, right);
    m_differenceView->setObjectName(QStringLiteral("differenceTable"));
    column->addWidget(m_differenceView, 1);
    m_differenceHint = makeLabel(QString(), FontRole::Small, QStringLiteral("muted"), theme, right);
    m_differenceHint->setObjectName(QStringLiteral("differenceHint"));
    m_differenceHint->setWordWrap(true);
    m_differenceHint->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_differenceHint->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::MinimumExpanding);
    column->addWidget(m_differenceHint);
    row->addWidget(right, 1);
    return bottom;
}

void ComparePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

} // namespace perihelion
