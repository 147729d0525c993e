// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/profile_toolbar.h"

#include "widgets/theme/theme.h"
#include "widgets/views/button_text.h"
#include "widgets/views/eliding_button.h"
#include "widgets/views/section_label.h"

#include <QAction>
#include <QCheckBox>
#include <QDir>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>

namespace perihelion {

namespace {

constexpr int kMostRuns = 10'000;
constexpr int kLeastChoiceWidth = 130;

void addChoices(QMenu* menu, const std::vector<ProfileChoice>& choices, const QString& current)
{
    for (const ProfileChoice& choice : choices) {
        QAction* action = menu->addAction(choice.id);
        action->setObjectName(choice.id);
        action->setToolTip(choice.description);
        action->setCheckable(true);
        action->setChecked(choice.id == current);
    }
}

/// "~/code/sorting", shortened in the middle; an ampersand in it is no mnemonic.
QString folderText(const QString& folder)
{
    constexpr qsizetype kMost = 60;
    const QString home = QDir::homePath();
    QString text = folder.startsWith(QString(home % u'/')) ? QString(u'~' % folder.mid(home.size())) : folder;
    if (text.size() > kMost) {
        text = QString(text.left(kMost / 3) % u'…' % text.right(2 * kMost / 3));
    }
    return text.replace(u'&', QStringLiteral("&&"));
}

} // namespace

ProfileToolbar::ProfileToolbar(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(makeLabel(tr("Profile"), FontRole::Title, QString(), theme, this));
    buildChoices();
    buildPlan();
    row->addStretch(1);
    buildButtons();
    connect(&theme, &Theme::changed, this, &ProfileToolbar::restyle);
    restyle();
    setState(State::Idle);
}

void ProfileToolbar::buildChoices()
{
    m_workloadMenu = new QMenu(this);
    m_scenarioMenu = new QMenu(this);
    m_recentMenu = new QMenu(tr("Recent projects"), this);
    m_recentMenu->setObjectName(QStringLiteral("recentProjects"));
    const auto add = [this](const QString& name, QMenu* menu, const QString& title, const QString& tip,
                            const QKeySequence& keys) {
        auto* button = new ElidingButton(kLeastChoiceWidth, this);
        button->setObjectName(name);
        button->setMenu(menu);
        button->setAccessibleName(title);
        button->setToolTip(tip);
        button->setShortcut(keys);
        menu->setToolTipsVisible(true);
        layout()->addWidget(button);
        return button;
    };
    m_workload = add(QStringLiteral("workloadButton"), m_workloadMenu, tr("Workload"),
                     tr("What is measured (Alt+W)"), QKeySequence(Qt::ALT | Qt::Key_W));
    m_scenario = add(QStringLiteral("scenarioButton"), m_scenarioMenu, tr("Scenario"),
                     tr("With which parameters (Alt+C)"), QKeySequence(Qt::ALT | Qt::Key_C));
    connect(m_workloadMenu, &QMenu::triggered, this, [this](QAction* action) {
        if (action->isCheckable()) {
            Q_EMIT workloadChosen(action->objectName());
        }
    });
    connect(m_scenarioMenu, &QMenu::triggered, this,
            [this](QAction* action) { Q_EMIT scenarioChosen(action->objectName()); });
    m_parameters = new QToolButton(this);
    m_parameters->setObjectName(QStringLiteral("parametersButton"));
    m_parameters->setAccessibleName(tr("Parameters"));
    m_parameters->setToolTip(tr("Parameters of the scenario and of the plan (Alt+P)"));
    m_parameters->setShortcut(QKeySequence(Qt::ALT | Qt::Key_P));
    layout()->addWidget(m_parameters);
    connect(m_parameters, &QToolButton::clicked, this, &ProfileToolbar::parametersRequested);
}

void ProfileToolbar::buildPlan()
{
    m_runs = new QSpinBox(this);
    m_runs->setObjectName(QStringLiteral("runsField"));
    m_runs->setRange(1, kMostRuns);
    m_runs->setValue(10);
    m_runs->setPrefix(tr("Runs "));
    m_runs->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_runs->setFixedWidth(88);
    m_runs->setAccessibleName(tr("Runs"));
    m_runs->setToolTip(tr("Warm iterations; with cold start alone, cold ones (↑ and ↓ change it)"));
    layout()->addWidget(m_runs);
    m_cold = new QCheckBox(tr("cold start"), this);
    m_cold->setObjectName(QStringLiteral("coldBox"));
    m_cold->setChecked(true);
    m_cold->setToolTip(tr("Measure fresh processes, their input files put out of memory"));
    layout()->addWidget(m_cold);
    m_warm = new QCheckBox(tr("warm"), this);
    m_warm->setObjectName(QStringLiteral("warmBox"));
    m_warm->setChecked(true);
    m_warm->setToolTip(tr("Measure processes that have warmed up"));
    layout()->addWidget(m_warm);
    connect(m_runs, &QSpinBox::valueChanged, this, &ProfileToolbar::planChanged);
    for (QCheckBox* box : {m_cold, m_warm}) {
        connect(box, &QCheckBox::toggled, this, [this] {
            setState(m_state);
            Q_EMIT planChanged();
        });
    }
}

void ProfileToolbar::buildButtons()
{
    const auto add = [this](const QString& text, const QString& name, const QString& tip) {
        auto* button = new QPushButton(text, this);
        button->setObjectName(name);
        button->setToolTip(tip);
        layout()->addWidget(button);
        return button;
    };
    m_run = add(tr("Profile run"), QStringLiteral("profileRunButton"),
                tr("Measure and keep the run (Ctrl+Return)"));
    m_run->setProperty("kind", QStringLiteral("primary"));
    m_run->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return));
    m_pause = add(tr("Pause"), QStringLiteral("pauseRunButton"), tr("Wait after this iteration (Ctrl+P)"));
    m_pause->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_P));
    m_cancel =
        add(tr("Cancel"), QStringLiteral("cancelRunButton"), tr("End the run and keep nothing of it (Esc)"));
    connect(m_run, &QPushButton::clicked, this, &ProfileToolbar::runRequested);
    connect(m_pause, &QPushButton::clicked, this, [this] { Q_EMIT pauseToggled(m_state == State::Running); });
    connect(m_cancel, &QPushButton::clicked, this, &ProfileToolbar::cancelRequested);
}

void ProfileToolbar::restyle()
{
    m_run->setIcon(m_theme.icon(QStringLiteral("play"), ColorRole::AccentText));
    m_parameters->setIcon(m_theme.icon(QStringLiteral("sliders")));
}

void ProfileToolbar::setWorkloads(const std::vector<ProfileChoice>& workloads, const ProjectChoices& project,
                                  const QString& current)
{
    m_workloadMenu->clear();
    addChoices(m_workloadMenu, workloads, current);
    if (!project.name.isEmpty()) {
        m_workloadMenu->addSeparator();
        QAction* head = m_workloadMenu->addAction(QString(project.name).replace(u'&', QStringLiteral("&&")));
        head->setObjectName(QStringLiteral("projectHead"));
        head->setToolTip(project.folder);
        head->setEnabled(false);
        addChoices(m_workloadMenu, project.workloads, current);
    }
    m_workloadMenu->addSeparator();
    fillProjects(project);
    setTextKeepingShortcut(*m_workload, tr("Workload: %1 ▾").arg(current));
}

void ProfileToolbar::fillProjects(const ProjectChoices& project)
{
    QAction* open = m_workloadMenu->addAction(tr("Open project…"), QKeySequence(Qt::CTRL | Qt::Key_O), this,
                                              &ProfileToolbar::openProjectRequested);
    open->setObjectName(QStringLiteral("openProject"));
    open->setToolTip(tr("Measure the commands of a folder with a %1").arg(QStringLiteral("perihelion.json")));
    if (!project.recent.isEmpty()) {
        m_recentMenu->clear();
        m_workloadMenu->addMenu(m_recentMenu);
        for (const QString& folder : project.recent) {
            m_recentMenu->addAction(folderText(folder), this,
                                    [this, folder] { Q_EMIT projectChosen(folder); });
        }
        m_recentMenu->addSeparator();
        m_recentMenu->addAction(tr("Forget these"), this, &ProfileToolbar::forgetProjectsRequested);
    }
    if (!project.name.isEmpty()) {
        m_workloadMenu
            ->addAction(tr("Read the project file again"), this, &ProfileToolbar::readProjectRequested)
            ->setObjectName(QStringLiteral("readProject"));
        m_workloadMenu->addAction(tr("Close the project"), this, &ProfileToolbar::closeProjectRequested)
            ->setObjectName(QStringLiteral("closeProject"));
    }
}

void ProfileToolbar::setScenarios(const std::vector<ProfileChoice>& scenarios, const QString& current,
                                  bool changed)
{
    m_scenarioMenu->clear();
    addChoices(m_scenarioMenu, scenarios, current);
    setTextKeepingShortcut(*m_scenario, changed ? tr("Scenario: %1, changed ▾").arg(current)
                                                : tr("Scenario: %1 ▾").arg(current));
}

void ProfileToolbar::setEditable(bool editable)
{
    if (editable) {
        m_scenarioMenu->addSeparator();
        m_scenarioMenu->addAction(tr("Edit system…"), this, &ProfileToolbar::editorRequested);
    }
}

void ProfileToolbar::setState(State state)
{
    m_state = state;
    const bool idle = state == State::Idle;
    for (QWidget* choice :
         std::initializer_list<QWidget*>{m_workload, m_scenario, m_parameters, m_runs, m_cold, m_warm}) {
        choice->setEnabled(idle);
    }
    m_run->setEnabled(idle && m_ready && (isCold() || isWarm()));
    m_pause->setVisible(!idle);
    m_pause->setEnabled(state != State::Ending);
    const bool paused = state == State::Paused;
    setTextKeepingShortcut(*m_pause, paused ? tr("Go on") : tr("Pause"));
    m_pause->setToolTip(paused ? tr("Measure the rest (Ctrl+P)") : tr("Wait after this iteration (Ctrl+P)"));
    m_cancel->setEnabled(!idle && state != State::Ending);
    m_cancel->setText(state == State::Ending ? tr("Ending…") : tr("Cancel"));
}

void ProfileToolbar::setReady(bool ready, const QString& why)
{
    m_ready = ready;
    m_run->setToolTip(ready ? tr("Measure and keep the run (Ctrl+Return)") : why);
    setState(m_state);
}

int ProfileToolbar::runs() const
{
    return m_runs->value();
}

bool ProfileToolbar::isCold() const
{
    return m_cold->isChecked();
}

bool ProfileToolbar::isWarm() const
{
    return m_warm->isChecked();
}

void ProfileToolbar::setPlan(int runs, bool cold, bool warm)
{
    m_runs->setValue(runs);
    m_cold->setChecked(cold);
    m_warm->setChecked(warm);
}

} // namespace perihelion
