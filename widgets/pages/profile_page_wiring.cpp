// SPDX-License-Identifier: GPL-3.0-or-later
// ProfilePage: what happens when something is chosen, measured or stored.
#include "widgets/pages/profile_page.h"

#include "core/workloads/workload_registry.h"
#include "widgets/models/music_player.h"
#include "widgets/theme/theme.h"
#include "widgets/views/iteration_chart.h"
#include "widgets/views/orbit_panel.h"
#include "widgets/views/painted_picture.h"
#include "widgets/views/parameter_editor.h"
#include "widgets/views/phase_table_view.h"
#include "widgets/views/profile_toolbar.h"
#include "widgets/views/section_label.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>

namespace perihelion {

namespace {

constexpr double kExportFactor = 2;

} // namespace

void ProfilePage::connectAll()
{
    connect(m_toolbar, &ProfileToolbar::workloadChosen, this, [this](const QString& id) { choose(id); });
    connect(m_toolbar, &ProfileToolbar::scenarioChosen, this, &ProfilePage::chooseScenario);
    connect(m_toolbar, &ProfileToolbar::parametersRequested, this, &ProfilePage::editParameters);
    connect(m_toolbar, &ProfileToolbar::editorRequested, this, &ProfilePage::editSystem);
    connectMusic();
    connect(m_toolbar, &ProfileToolbar::planChanged, this, &ProfilePage::showStrip);
    connect(m_toolbar, &ProfileToolbar::runRequested, this, &ProfilePage::startRun);
    connect(m_toolbar, &ProfileToolbar::pauseToggled, this, [this](bool paused) {
        m_job.setPaused(paused);
        showStrip();
    });
    connect(m_toolbar, &ProfileToolbar::cancelRequested, this, [this] {
        m_job.cancel();
        showStrip();
    });
    connect(&m_job, &ProfileJob::planned, this, &ProfilePage::takePlanned);
    connect(&m_job, &ProfileJob::iterationFinished, this, &ProfilePage::takeIteration);
    connect(&m_job, &ProfileJob::progressed, this, &ProfilePage::takeProgress);
    connect(&m_job, &ProfileJob::stored, this, &ProfilePage::takeStored);
    connect(&m_job, &ProfileJob::cancelled, this, &ProfilePage::takeCancelled);
    connect(&m_job, &ProfileJob::failed, this, [this](const Error& error) {
        if (m_loads.isPlanned()) {
            loadMeasured(&error);
        } else {
            endRun(error.sentence(), QStringLiteral("bad"));
        }
    });
    connect(&m_runs, &StoredRuns::shelfReady, this, &ProfilePage::takeShelf);
    connect(&m_runs, &StoredRuns::compared, this, &ProfilePage::showComparison);
    connect(&m_runs, &StoredRuns::failed, this, [this](const Error& error) {
        Q_EMIT statusMessage(error.sentence());
        Q_EMIT settled();
    });
    connect(&m_runs, &StoredRuns::written, this,
            [this](const QString& file) { Q_EMIT statusMessage(tr("Wrote %1").arg(file)); });
    connect(&m_timeTimer, &QTimer::timeout, this, &ProfilePage::showTime);
}

void ProfilePage::choose(const QString& workload, const QString& scenario)
{
    const Result<Scenario> found =
        m_services.workloads.resolve(scenario.isEmpty() ? workload : QString(workload % u'/' % scenario));
    if (!found) {
        Q_EMIT statusMessage(found.error().sentence());
        return;
    }
    m_changed = false;
    useScenario(*found);
}

void ProfilePage::chooseScenario(const QString& name)
{
    const QString files = QStringLiteral("files");
    const QJsonValue chosen = m_scenario.values().value(files);
    choose(m_scenario.workload(), name);
    // Whoever looks at a recording in another state still means that recording.
    const Workload* workload = m_services.workloads.find(m_scenario.workload());
    if (workload != nullptr && m_scenario.name() == name && !chosen.toArray().isEmpty()) {
        if (const auto same = m_scenario.with(workload->parameterSet(), files, chosen)) {
            m_changed = true;
            useScenario(*same);
        }
    }
}

void ProfilePage::useScenario(const Scenario& scenario)
{
    if (m_job.isRunning()) {
        return;
    }
    m_music->stop();
    m_startWhenRead = false;
    m_scenario = scenario;
    m_run.reset();
    m_earlier.clear();
    m_baseline = 0;
    m_problem.clear();
    m_cancelled.clear();
    showChoices();
    showRun();
    fetchShelf();
    fetchOrbits();
    fetchLoads();
}

void ProfilePage::showChoices()
{
    std::vector<ProfileChoice> workloads;
    ProjectChoices project{m_project.name(), m_project.folder(), {}, m_project.recent()};
    for (const Workload* each : m_services.workloads.workloads()) {
        (m_project.has(each->name()) ? project.workloads : workloads)
            .push_back({each->name(), each->description()});
    }
    std::vector<ProfileChoice> scenarios;
    for (const Scenario& each : m_services.workloads.scenarios(m_scenario.workload())) {
        scenarios.push_back({each.name(), each.description()});
    }
    m_toolbar->setWorkloads(workloads, project, m_scenario.workload());
    m_toolbar->setScenarios(scenarios, m_scenario.name(), m_changed);
    m_toolbar->setEditable(m_scenario.workload() == u"simulation");
}

RunPlan ProfilePage::plan() const
{
    RunPlan plan = m_plan;
    const bool warm = m_toolbar->isWarm();
    plan.warmRuns = warm ? m_toolbar->runs() : 0;
    plan.coldRuns = !m_toolbar->isCold() ? 0 : warm ? m_plan.coldRuns : m_toolbar->runs();
    return plan;
}

void ProfilePage::editParameters()
{
    const Workload* workload = m_services.workloads.find(m_scenario.workload());
    if (workload == nullptr) {
        return;
    }
    ParameterEditor editor(workload->parameterSet(), m_scenario, m_plan, m_countAllocations, m_services.theme,
                           this);
    if (editor.exec() != QDialog::Accepted) {
        return;
    }
    m_plan = editor.plan();
    m_countAllocations = editor.countAllocations();
    if (editor.scenario().hash() != m_scenario.hash()) {
        const Result<Scenario> kept =
            m_services.workloads.resolve(m_scenario.workload() % u'/' % m_scenario.name());
        m_changed = !kept || kept->hash() != editor.scenario().hash();
        useScenario(editor.scenario());
    } else {
        showStrip();
    }
}

void ProfilePage::refresh()
{
    if (!m_job.isRunning()) {
        fetchShelf();
    }
}

void ProfilePage::fetchShelf()
{
    m_runs.fetchShelf(m_project.identityOf(m_scenario.workload()), m_scenario.workload(), m_scenario.hash());
}

/// Never while something is measured: the picture would take time from it.
void ProfilePage::fetchOrbits()
{
    m_orbits->setVisible(m_scenario.workload() == u"simulation");
    if (m_orbits->isHidden() || m_orbitHash == m_scenario.hash()) {
        return;
    }
    m_orbitHash = m_scenario.hash();
    m_orbits->setRecording(nullptr, tr("Computing the orbits…"));
    m_orbitJob.supersede([scenario = m_scenario](const CancelToken& cancel, const ProgressReporter&) {
        return OrbitRecording::of(scenario, cancel);
    });
}

void ProfilePage::takeOrbits(const Result<std::shared_ptr<const OrbitRecording>>& orbits)
{
    if (orbits) {
        m_orbits->setRecording(*orbits);
    } else {
        m_orbits->setRecording(nullptr, orbits.error().sentence());
    }
    if (isSettled()) {
        Q_EMIT settled();
    }
}

void ProfilePage::takeShelf(const RunShelf& shelf)
{
    if (m_job.isRunning()) {
        return;
    }
    m_run = shelf.newest;
    m_earlier.clear();
    std::copy_if(shelf.runs.begin(), shelf.runs.end(), std::back_inserter(m_earlier),
                 [this](const RunListing& run) {
                     return m_run && run.id != m_run->id && run.state == RunState::Finished;
                 });
    showRun();
    compareWithBaseline();
    if (isSettled()) {
        Q_EMIT settled();
    }
}

void ProfilePage::chooseBaseline(std::int64_t run)
{
    m_baseline = run;
    compareWithBaseline();
}

void ProfilePage::startRun()
{
    if (!m_services.measuring || m_job.isRunning()) {
        return;
    }
    m_loads.stop();
    if (m_project.has(m_scenario.workload())) {
        m_startWhenRead = true;
        m_project.readAgain();
        return;
    }
    m_project.cancel(); // The registry stays as it is while something is measured.
    start(m_scenario, plan());
}

void ProfilePage::start(const Scenario& scenario, const RunPlan& plan)
{
    ProfileRequest request;
    request.scenario = scenario;
    request.plan = plan;
    request.countAllocations = m_countAllocations;
    if (const Result<void> possible = request.check(); !possible) {
        endRun(possible.error().sentence(), QStringLiteral("bad"));
        return;
    }
    m_music->stop(); // It would take time from what is measured.
    m_problem.clear();
    m_cancelled.clear();
    m_run.reset();
    m_progress = ProfileProgress();
    if (m_orbitJob.isBusy()) {
        m_orbitJob.cancel();
        m_orbitHash.clear();
    }
    m_orbits->setMeasuring(true);
    m_clock.start();
    m_timeTimer.start();
    m_job.start(request, m_project.environmentFor(scenario.workload(), *m_services.measuring));
    showRun();
}

void ProfilePage::takePlanned(const RunRecord& run)
{
    m_run = run;
    showRun();
}

void ProfilePage::takeIteration(const RunIteration& iteration)
{
    if (m_run) {
        m_run->iterations.push_back(iteration);
        const int planned = m_run->plan.coldRuns + m_run->plan.warmRuns;
        m_orbits->showShare(static_cast<double>(m_run->iterations.size()) / std::max(1, planned));
        showRun();
    }
}

void ProfilePage::takeProgress(const ProfileProgress& progress)
{
    m_progress = progress;
    showStrip();
}

void ProfilePage::takeStored(const RunRecord& run)
{
    m_timeTimer.stop();
    m_orbits->setMeasuring(false);
    m_run = run;
    showRun();
    fetchOrbits();
    Q_EMIT runStored(run);
    if (m_loads.isPlanned()) {
        loadMeasured(nullptr);
        return;
    }
    fetchShelf();
    fetchLoads();
}

void ProfilePage::endRun(const QString& sentence, const QString& tone)
{
    m_timeTimer.stop();
    m_orbits->setMeasuring(false);
    fetchOrbits();
    m_problem = tone.isEmpty() ? QString() : sentence;
    m_run.reset();
    showRun();
    Q_EMIT statusMessage(sentence);
    fetchShelf();
}

void ProfilePage::copyTable()
{
    if (m_run) {
        QGuiApplication::clipboard()->setText(QString(m_run->title() % u'\n' % m_phases.toText()));
        Q_EMIT statusMessage(tr("Copied the table"));
    }
}

void ProfilePage::exportRun(bool csv)
{
    if (!m_run) {
        return;
    }
    // A trace is appended to, so that a file that is there is no reason to ask.
    const QString file =
        csv ? QFileDialog::getSaveFileName(this, tr("Append to a trace"),
                                           QStringLiteral("profiling_runs.csv"), tr("CSV (*.csv)"), nullptr,
                                           QFileDialog::DontConfirmOverwrite)
            : QFileDialog::getSaveFileName(
                  this, tr("Export the run"),
                  QStringLiteral("%1-run-%2.json").arg(m_run->scenario).arg(m_run->id), tr("JSON (*.json)"));
    if (!file.isEmpty()) {
        csv ? m_runs.writeCsv(*m_run, file) : m_runs.writeJson(*m_run, file);
    }
}

void ProfilePage::exportChart(const QString& file)
{
    m_runs.write(file, file.endsWith(u".svg", Qt::CaseInsensitive) ? m_chart->svg()
                                                                   : pngOf(m_chart->picture(kExportFactor)));
}

void ProfilePage::exportTable(const QString& file)
{
    if (m_run) {
        m_runs.write(file, csvOf(phaseNumbers(RunSummary::of(*m_run))));
    }
}

} // namespace perihelion
