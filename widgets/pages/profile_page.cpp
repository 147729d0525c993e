// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/profile_page.h"

#include "widgets/models/music_player.h"
#include "widgets/pages/export_dialog.h"
#include "widgets/theme/theme.h"
#include "widgets/views/iteration_chart.h"
#include "widgets/views/load_panel.h"
#include "widgets/views/orbit_panel.h"
#include "widgets/views/phase_table_view.h"
#include "widgets/views/problem_banner.h"
#include "widgets/views/profile_toolbar.h"
#include "widgets/views/section_label.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace perihelion {

namespace {

constexpr int kTimeMillis = 250;
constexpr int kHotspotWidth = 352;

QFrame* makePanel(QWidget* parent)
{
    auto* panel = new QFrame(parent);
    panel->setProperty("kind", QStringLiteral("panel"));
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(6);
    return panel;
}

/// The table of hotspots: the name takes what the numbers leave.
QTableView* makeHotspotTable(HotspotModel& model, const Theme& theme, QWidget* parent)
{
    auto* table = new QTableView(parent);
    table->setObjectName(QStringLiteral("hotspotTable"));
    table->setModel(&model);
    table->setAccessibleName(ProfilePage::tr("Hotspots"));
    dressValueTable(*table, theme);
    table->horizontalHeader()->setSectionResizeMode(HotspotModel::PhaseColumn, QHeaderView::Stretch);
    table->setColumnWidth(HotspotModel::TimeColumn, 88);
    table->setColumnWidth(HotspotModel::ShareColumn, 68);
    return table;
}

} // namespace

ProfilePage::ProfilePage(const AppServices& services, QWidget* parent)
    : QWidget(parent),
      m_services(services),
      m_job(services.jobs, services.workloads, services.runStore),
      m_project(services),
      m_runs(services.runStore, services.jobs),
      m_orbitJob(services.jobs, JobPool::Interactive,
                 [this](const Result<std::shared_ptr<const OrbitRecording>>& orbits) { takeOrbits(orbits); }),
      m_loads(services.workloads, services.runStore, services.jobs),
      m_music(std::make_unique<MusicPlayer>(services.jobs, makeSoundOutput()))
{
    setFocusPolicy(Qt::StrongFocus);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(12);
    m_toolbar = new ProfileToolbar(services.theme, this);
    column->addWidget(m_toolbar);
    m_banner = new ProblemBanner(services.theme, this);
    column->addWidget(m_banner);
    column->addWidget(buildStrip());
    auto* middle = new QHBoxLayout();
    middle->setSpacing(12);
    m_orbits = new OrbitPanel(services.theme, this);
    middle->addWidget(m_orbits, 7);
    m_loadPanel = new LoadPanel(services.theme, this);
    m_loadPanel->setObjectName(QStringLiteral("loadPanel"));
    middle->addWidget(m_loadPanel, 10);
    middle->addWidget(buildTablePanel(), 15);
    column->addLayout(middle, 3);
    column->addWidget(buildBottom(), 2);
    m_timeTimer.setInterval(kTimeMillis);
    connectAll();
    connectLoads();
    connectProject();
    setAcceptDrops(true);
    connect(&services.theme, &Theme::changed, this, &ProfilePage::restyle);
    restyle();
    chooseFirst();
    if (!services.measuring) {
        m_problem = services.measuring.error().sentence();
        m_toolbar->setReady(false, m_problem);
    }
    showRun();
}

ProfilePage::~ProfilePage() = default;

QWidget* ProfilePage::buildStrip()
{
    const Theme& theme = m_services.theme;
    auto* strip = new QFrame(this);
    strip->setProperty("kind", QStringLiteral("panel"));
    auto* row = new QHBoxLayout(strip);
    row->setContentsMargins(12, 9, 12, 9);
    row->setSpacing(10);
    m_stage = makeLabel(QString(), FontRole::Body, QString(), theme, strip);
    m_stage->setObjectName(QStringLiteral("profileStage"));
    row->addWidget(m_stage);
    m_bar = new QProgressBar(strip);
    m_bar->setObjectName(QStringLiteral("profileBar"));
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress of the profile run"));
    row->addWidget(m_bar, 1);
    m_time = makeLabel(QString(), FontRole::Mono, QStringLiteral("muted"), theme, strip);
    m_time->setObjectName(QStringLiteral("profileTime"));
    row->addWidget(m_time, 0, Qt::AlignRight);
    return strip;
}

QWidget* ProfilePage::buildTablePanel()
{
    const Theme& theme = m_services.theme;
    QFrame* panel = makePanel(this);
    auto* column = qobject_cast<QVBoxLayout*>(panel->layout());
    auto* head = new QHBoxLayout();
    m_tableTitle = new SectionLabel(QString(), theme, panel);
    head->addWidget(m_tableTitle, 1);
    m_baselineMenu = new QMenu(this);
    m_baselineButton = new QPushButton(panel);
    m_baselineButton->setObjectName(QStringLiteral("baselineButton"));
    m_baselineButton->setMenu(m_baselineMenu);
    m_baselineButton->setAccessibleName(tr("Baseline"));
    m_baselineButton->setToolTip(tr("The run that this one is compared with (Alt+B)"));
    m_baselineButton->setShortcut(QKeySequence(Qt::ALT | Qt::Key_B));
    head->addWidget(m_baselineButton);
    m_more = new QToolButton(panel);
    m_more->setObjectName(QStringLiteral("profileMoreButton"));
    m_more->setAccessibleName(tr("More about this run"));
    m_more->setToolTip(tr("Copy or export this run"));
    m_more->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(m_more);
    menu->addAction(tr("Copy table as text"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), this,
                    &ProfilePage::copyTable);
    menu->addAction(tr("Export as JSON…"), this, [this] { exportRun(false); });
    menu->addAction(tr("Append to a CSV trace…"), this, [this] { exportRun(true); });
    menu->addAction(tr("Save table as CSV…"), this, [this] {
        askForExport(this, QStringLiteral("phases"), QStringLiteral("csv"),
                     [this](const QString& file) { exportTable(file); });
    });
    for (const QString& ending : {QStringLiteral("png"), QStringLiteral("svg")}) {
        menu->addAction(tr("Save chart as %1…").arg(ending.toUpper()), this, [this, ending] {
            askForExport(this, QStringLiteral("iterations"), ending,
                         [this](const QString& file) { exportChart(file); });
        });
    }
    m_more->setMenu(menu);
    head->addWidget(m_more);
    column->addLayout(head);

    m_table = new PhaseTableView(m_phases, theme, panel);
    m_table->setObjectName(QStringLiteral("phaseTable"));
    column->addWidget(m_table, 1);
    m_empty = makeLabel(QString(), FontRole::Body, QStringLiteral("muted"), theme, panel);
    m_empty->setObjectName(QStringLiteral("profileEmpty"));
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setTextFormat(Qt::RichText);
    column->addWidget(m_empty, 1);
    m_verdict = makeLabel(QString(), FontRole::Body, QString(), theme, panel);
    m_verdict->setObjectName(QStringLiteral("profileVerdict"));
    m_warnings = makeLabel(QString(), FontRole::Small, QStringLiteral("muted"), theme, panel);
    m_warnings->setObjectName(QStringLiteral("profileWarnings"));
    m_footnote = makeLabel(tr("≈ p95 of fewer than 20 values: an interpolation between them"),
                           FontRole::Small, QStringLiteral("muted"), theme, panel);
    for (QLabel* label : {m_footnote, m_verdict, m_warnings}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        column->addWidget(label);
    }
    return panel;
}

QWidget* ProfilePage::buildBottom()
{
    const Theme& theme = m_services.theme;
    auto* bottom = new QWidget(this);
    auto* row = new QHBoxLayout(bottom);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    QFrame* iterations = makePanel(bottom);
    iterations->layout()->addWidget(new SectionLabel(tr("Iterations"), theme, iterations));
    m_chart = new IterationChart(theme, iterations);
    m_chart->setObjectName(QStringLiteral("iterationChart"));
    qobject_cast<QVBoxLayout*>(iterations->layout())->addWidget(m_chart, 1);
    row->addWidget(iterations, 1);
    QFrame* hotspots = makePanel(bottom);
    hotspots->setFixedWidth(kHotspotWidth);
    hotspots->layout()->addWidget(new SectionLabel(tr("Hotspots"), theme, hotspots));
    hotspots->layout()->addWidget(makeHotspotTable(m_hotspots, theme, hotspots));
    row->addWidget(hotspots);
    return bottom;
}

void ProfilePage::restyle()
{
    m_more->setIcon(m_services.theme.icon(QStringLiteral("more")));
}

void ProfilePage::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && m_job.isRunning()) {
        m_job.cancel();
        showStrip();
        return;
    }
    QWidget::keyPressEvent(event);
}

} // namespace perihelion
