// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// CommandWorkload: a command of a project as something to profile. Every iteration is a process of its own; a
// cold one finds its input files evicted, a warm one finds them in memory after the runs before it.

#include "core/projects/project.h"
#include "core/workloads/workload.h"

namespace perihelion {

class CommandWorkload : public Workload {
public:
    CommandWorkload(const Project& project, CommandSpec spec);

    QString name() const override { return m_spec.name; }
    int version() const override { return m_spec.version; }
    QString description() const override;
    /// None: what phases there are shows when the command has run.
    std::vector<PhaseSpec> phases() const override { return {}; }
    std::vector<ParameterSpec> parameters() const override { return m_spec.parameters; }
    QString defaultScenario() const override;
    std::vector<Scenario> ownScenarios() const override;
    Result<std::optional<MeasuredCode>> measuredCode(const CancelToken& cancel) const override;
    QStringList inputFiles(const Scenario& scenario) const override;
    /// Errors: those of runCommand(), and Io with one sentence where the command failed, hung or flooded, or
    /// said nothing of its phases.
    Result<WorkloadResult> run(const Scenario& scenario, PhaseTimer& timer,
                               const CancelToken& cancel) override;

private:
    Project m_project;
    CommandSpec m_spec;
};

} // namespace perihelion
