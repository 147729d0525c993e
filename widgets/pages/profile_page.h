// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ProfilePage: choose a workload and a scenario, click Profile run, and see the phases of every iteration as
// it finishes. The run itself is measured by other processes (ProfileJob); the page shows values.

#include "core/workloads/scenario.h"
#include "widgets/models/app_services.h"
#include "widgets/models/hotspot_model.h"
#include "widgets/models/load_profiles.h"
#include "widgets/models/open_project.h"
#include "widgets/models/orbit_recording.h"
#include "widgets/models/phase_table_model.h"
#include "widgets/models/profile_job.h"
#include "widgets/models/stored_runs.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <optional>

class QLabel;
class QMenu;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace perihelion {

class IterationChart;
class LoadPanel;
class MusicPlayer;
class OrbitPanel;
class ParameterEditor;
class PhaseTableView;
class ProblemBanner;
class ProfileToolbar;
class SectionLabel;

class ProfilePage : public QWidget {
    Q_OBJECT

public:
    explicit ProfilePage(const AppServices& services, QWidget* parent = nullptr);
    ~ProfilePage() override;

    /// Chooses a workload, and one of its scenarios by name; without one its default.
    void choose(const QString& workload, const QString& scenario = {});
    /// Measures the loading of recordings, one after the other, in every state of file, index and cache, and
    /// shows them side by side; without recordings those that the workload generates.
    void compareLoads(const QStringList& recordings);
    LoadProfiles& loads() { return m_loads; }
    /// Opens a project: its folder or its project file; its commands stand beside the built-in workloads.
    void openProject(const QString& path, OpenProject::Remember remember = OpenProject::Remember::Yes);
    OpenProject& project() { return m_project; }
    /// Reads the runs of the scenario again, as when waiting ones were sent.
    void refresh();
    /// Measures as the page is set; what belongs to a project is read again first.
    void startRun();

    /// Write into a file; end with statusMessage(). The chart as PNG or SVG by the name's ending.
    void exportChart(const QString& file);
    void exportTable(const QString& file);

    const Scenario& scenario() const { return m_scenario; }
    /// The run that is shown: under way, stored, or none.
    const std::optional<RunRecord>& shownRun() const { return m_run; }
    ProfileJob& job() { return m_job; }
    MusicPlayer& music() { return *m_music; }
    /// Nothing is being fetched or measured.
    bool isSettled() const
    {
        return !m_job.isRunning() && !m_runs.isBusy() && !m_orbitJob.isBusy() && !m_loads.isBusy() &&
               !m_project.isBusy();
    }

Q_SIGNALS:
    void statusMessage(const QString& text);
    void runStored(const perihelion::RunRecord& run);
    void settled();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* buildStrip();
    QWidget* buildTablePanel();
    QWidget* buildBottom();
    void connectAll();
    void connectMusic();
    void restyle();

    void connectProject();
    void takeProject();
    void startAsRead();
    void chooseFirst();

    void connectLoads();
    void fetchLoads();
    void startNextLoad();
    /// A load of the comparison is over; error: it could not be measured.
    void loadMeasured(const Error* error);
    void saveLoads(const QString& ending);

    RunPlan plan() const;
    void start(const Scenario& scenario, const RunPlan& plan);
    void chooseScenario(const QString& name);
    void useScenario(const Scenario& scenario);
    void showChoices();
    void editParameters();
    void editSystem();
    void exportMusic();
    void fetchShelf();
    void fetchOrbits();
    void takeOrbits(const Result<std::shared_ptr<const OrbitRecording>>& orbits);
    void takeShelf(const RunShelf& shelf);
    void chooseBaseline(std::int64_t run);
    void compareWithBaseline();
    void showComparison(const BaselineAnswer& answer);

    void takePlanned(const RunRecord& run);
    void takeIteration(const RunIteration& iteration);
    void takeProgress(const ProfileProgress& progress);
    void takeStored(const RunRecord& run);
    void takeCancelled();
    void endRun(const QString& sentence, const QString& tone);
    void showRun();
    void showStrip();
    void showTime();
    void copyTable();
    void exportRun(bool csv);

    AppServices m_services;
    ProfileJob m_job;
    OpenProject m_project;
    bool m_startWhenRead = false; ///< Profile run was asked for; the project is being read again.
    StoredRuns m_runs;
    LatestJob<std::shared_ptr<const OrbitRecording>> m_orbitJob;
    QString m_orbitHash; ///< Of the scenario whose orbits are shown.
    LoadProfiles m_loads;
    QStringList m_loadProblems; ///< Of the comparison under way.
    int m_loadsStored = 0;      ///< Of the same.
    std::unique_ptr<MusicPlayer> m_music;
    PhaseTableModel m_phases;
    HotspotModel m_hotspots;
    Scenario m_scenario;
    bool m_changed = false; ///< Parameters differ from those of the scenario's file.
    RunPlan m_plan;         ///< As edited; runs, cold and warm are the toolbar's.
    bool m_countAllocations = false;
    std::optional<RunRecord> m_run;
    std::vector<RunListing> m_earlier; ///< Runs that the shown one can be compared with.
    std::int64_t m_baseline = 0;       ///< 0: the one before.
    ProfileProgress m_progress;
    QElapsedTimer m_clock;
    QTimer m_timeTimer;
    QString m_problem;
    QString m_cancelled; ///< What became of a cancelled run, until something is chosen or measured.

    ProfileToolbar* m_toolbar = nullptr;
    ProblemBanner* m_banner = nullptr;
    QLabel* m_stage = nullptr;
    QLabel* m_time = nullptr;
    QProgressBar* m_bar = nullptr;
    SectionLabel* m_tableTitle = nullptr;
    PhaseTableView* m_table = nullptr;
    QLabel* m_empty = nullptr;
    QLabel* m_footnote = nullptr;
    QLabel* m_verdict = nullptr;
    QLabel* m_warnings = nullptr;
    QPushButton* m_baselineButton = nullptr;
    QMenu* m_baselineMenu = nullptr;
    QToolButton* m_more = nullptr;
    IterationChart* m_chart = nullptr;
    OrbitPanel* m_orbits = nullptr;
    LoadPanel* m_loadPanel = nullptr;
};

} // namespace perihelion
