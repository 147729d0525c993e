// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ParameterEditor: the dialog with a scenario's parameters and the plan of a run. Fields come from the
// workload's own descriptions; what is wrong is said beside its field, and nothing wrong can be accepted.

#include "core/runs/run_record.h"
#include "core/workloads/scenario.h"

#include <QDialog>

#include <vector>

class QCheckBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QSpinBox;

namespace perihelion {

class Theme;

class ParameterEditor : public QDialog {
    Q_OBJECT

public:
    ParameterEditor(ParameterSet set, const Scenario& scenario, const RunPlan& plan, bool countAllocations,
                    const Theme& theme, QWidget* parent = nullptr);

    /// As edited; valid whenever the dialog was accepted.
    const Scenario& scenario() const { return m_scenario; }
    RunPlan plan() const;
    /// Whether one more process is to count allocations.
    bool countAllocations() const;

private:
    struct Field {
        const ParameterSpec* spec = nullptr;
        QWidget* editor = nullptr;
        QLabel* problem = nullptr;
    };

    void addParameter(QFormLayout& form, const ParameterSpec& spec);
    QWidget* makeEditor(const ParameterSpec& spec);
    QSpinBox* addCount(QFormLayout& form, const QString& title, const QString& tip, int least, int value);
    QString textOf(const Field& field) const;
    void check();

    const ParameterSet m_set;
    const Theme& m_theme;
    const Scenario m_original;
    Scenario m_scenario;
    RunPlan m_plan;
    std::vector<Field> m_fields;
    QSpinBox* m_cold = nullptr;
    QSpinBox* m_processes = nullptr;
    QSpinBox* m_warmUps = nullptr;
    QCheckBox* m_allocations = nullptr;
    QPushButton* m_accept = nullptr;
};

} // namespace perihelion
