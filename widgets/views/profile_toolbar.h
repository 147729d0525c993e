// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ProfileToolbar: the row above the Profile page: what is measured, how often, and the three buttons. Shows
// what it is told and asks by signal.

#include <QStringList>
#include <QWidget>

#include <vector>

class QCheckBox;
class QMenu;
class QPushButton;
class QSpinBox;
class QToolButton;

namespace perihelion {

class Theme;

/// One entry of a menu.
struct ProfileChoice {
    QString id;
    QString description;
};

/// The part of the workloads' menu that is about projects.
struct ProjectChoices {
    QString name; ///< Of the open one; empty when none is open.
    QString folder;
    std::vector<ProfileChoice> workloads;
    QStringList recent; ///< Folders.
};

class ProfileToolbar : public QWidget {
    Q_OBJECT

public:
    enum class State { Idle, Running, Paused, Ending };

    explicit ProfileToolbar(const Theme& theme, QWidget* parent = nullptr);

    void setWorkloads(const std::vector<ProfileChoice>& workloads, const ProjectChoices& project,
                      const QString& current);
    void setScenarios(const std::vector<ProfileChoice>& scenarios, const QString& current, bool changed);
    /// Whether the scenarios' menu offers to edit a system.
    void setEditable(bool editable);
    void setState(State state);
    /// Without it nothing can be started; why is the tool tip.
    void setReady(bool ready, const QString& why);

    int runs() const;
    bool isCold() const;
    bool isWarm() const;
    void setPlan(int runs, bool cold, bool warm);

Q_SIGNALS:
    void workloadChosen(const QString& id);
    void scenarioChosen(const QString& id);
    void openProjectRequested();
    void projectChosen(const QString& folder);
    void readProjectRequested();
    void closeProjectRequested();
    void forgetProjectsRequested();
    void parametersRequested();
    void editorRequested();
    void planChanged();
    void runRequested();
    void pauseToggled(bool paused);
    void cancelRequested();

private:
    void buildChoices();
    void buildPlan();
    void buildButtons();
    void fillProjects(const ProjectChoices& project);
    void restyle();

    const Theme& m_theme;
    State m_state = State::Idle;
    bool m_ready = true;
    QPushButton* m_workload = nullptr;
    QPushButton* m_scenario = nullptr;
    QMenu* m_workloadMenu = nullptr;
    QMenu* m_scenarioMenu = nullptr;
    QMenu* m_recentMenu = nullptr;
    QToolButton* m_parameters = nullptr;
    QSpinBox* m_runs = nullptr;
    QCheckBox* m_cold = nullptr;
    QCheckBox* m_warm = nullptr;
    QPushButton* m_run = nullptr;
    QPushButton* m_pause = nullptr;
    QPushButton* m_cancel = nullptr;
};

} // namespace perihelion
