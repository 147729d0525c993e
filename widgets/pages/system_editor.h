// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// SystemEditor: the dialog in which a person makes a star and its planets and keeps them as a scenario of
// their own. What is wrong is said at its cell and below the table; nothing wrong can be saved. Files are
// read and written by jobs.

#include "core/workloads/scenario.h"
#include "core/workloads/simulation/planet_system.h"
#include "widgets/models/app_services.h"
#include "widgets/models/latest_job.h"
#include "widgets/models/planet_table_model.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace perihelion {

class SystemEditor : public QDialog {
    Q_OBJECT

public:
    /// scenario: of the workload "simulation"; the one made keeps its other parameters.
    SystemEditor(const AppServices& services, const Scenario& scenario, QWidget* parent = nullptr);
    ~SystemEditor() override;

    /// Shows the system of a file in the place of this one.
    void openFile(const QString& file);
    /// Writes the system, as long as nothing is wrong.
    void saveFile(const QString& file);
    bool isBusy() const { return m_opening.isBusy() || m_writing.isBusy() || m_saving.isBusy(); }
    const PlanetTableModel& planets() const { return m_planets; }

Q_SIGNALS:
    /// The scenario lies in the person's folder and in the registry.
    void saved(const perihelion::Scenario& scenario);

private:
    QWidget* buildNames();
    QWidget* buildTable();
    QWidget* buildButtons();
    void connectAll();
    void restyle();

    void showSystem(const PlanetSystem& system);
    Result<Star> star() const;
    /// The scenario as edited; its Error is what is shown.
    Result<Scenario> edited();
    void check();
    void selectRow(int row);
    void save();
    void takeSaved(const Result<Scenario>& saved);

    AppServices m_services;
    const Scenario m_original;
    PlanetTableModel m_planets;
    LatestJob<PlanetSystem> m_opening;
    LatestJob<QString> m_writing;
    LatestJob<Scenario> m_saving;
    QLineEdit* m_name = nullptr;
    QLineEdit* m_description = nullptr;
    QLineEdit* m_starMass = nullptr;
    QLineEdit* m_starRadius = nullptr;
    QLineEdit* m_starPosition = nullptr;
    QLineEdit* m_starVelocity = nullptr;
    QTableView* m_table = nullptr;
    QPushButton* m_remove = nullptr;
    QPushButton* m_up = nullptr;
    QPushButton* m_down = nullptr;
    QPushButton* m_export = nullptr;
    QPushButton* m_save = nullptr;
    QLabel* m_problem = nullptr;
};

} // namespace perihelion
