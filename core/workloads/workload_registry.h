// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// WorkloadRegistry: every workload of the program and the scenarios of each, built-in ones from the resources
// and the person's own from a folder. Owned by AppContext or the command line, filled before use, then read
// by all, a project's workloads come and go while nothing is measured; scenarios belong to the thread that
// owns it, other threads ask for workloads alone.

#include "core/base/result.h"
#include "core/workloads/scenario.h"
#include "core/workloads/workload.h"

#include <QString>
#include <QStringList>

#include <memory>
#include <vector>

namespace perihelion {

class WorkloadRegistry {
public:
    WorkloadRegistry() = default;
    ~WorkloadRegistry();
    WorkloadRegistry(const WorkloadRegistry&) = delete;
    WorkloadRegistry& operator=(const WorkloadRegistry&) = delete;

    /// Takes a workload; a second one of the same name is our own mistake.
    void add(std::unique_ptr<Workload> workload);
    /// Takes a workload out with its scenarios; nobody may be using it any more.
    void remove(QStringView workload);

    /// In the order in which they were added.
    std::vector<Workload*> workloads() const;
    /// Null when there is none of that name.
    Workload* find(QStringView name) const;

    /// Reads the built-in scenarios (resource folder ":/scenarios") and *.json of a folder of the person's
    /// own (may be missing; empty: none). A file that is wrong is left out and told in problems(); an own
    /// scenario takes the place of a built-in one of the same name.
    void loadScenarios(const QString& userFolder);
    /// Takes a scenario that was saved to the person's folder, in the place of one of the same name.
    void keep(Scenario scenario) { take(std::move(scenario)); }
    /// Errors of the last loadScenarios(), one per file.
    const std::vector<Error>& problems() const { return m_problems; }

    /// Scenarios of a workload, built-in ones first, each by name in natural order, the default one first.
    std::vector<Scenario> scenarios(QStringView workload) const;
    /// "simulation", "simulation/belt_1k" or "simulation/path/to/scenario.json". Error InvalidArgument naming
    /// what is known.
    Result<Scenario> resolve(const QString& workloadAndScenario) const;

private:
    void loadFolder(const QString& folder);
    void take(Scenario scenario);

    std::vector<std::unique_ptr<Workload>> m_workloads;
    std::vector<Scenario> m_scenarios;
    std::vector<Error> m_problems;
};

} // namespace perihelion
