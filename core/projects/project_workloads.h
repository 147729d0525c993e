// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ProjectWorkloads: a project with the scenarios of its commands, read as a whole so that a window can take
// it into its registry at once. A value.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/projects/project.h"
#include "core/workloads/scenario.h"

#include <QString>

#include <vector>

namespace perihelion {

struct ProjectWorkloads {
    Project project;
    /// Those of the project file, and the person's own in the place of ones of the same name.
    std::vector<Scenario> scenarios;

    /// Adds both to a registry, or nothing. Error as Project::addTo().
    Result<void> addTo(WorkloadRegistry& registry) const;
    /// Takes both out of it again.
    void removeFrom(WorkloadRegistry& registry) const;
};

/// A project that something can be measured of. Errors as Project::open(), and NotFound, InvalidArgument
/// where there is no project file or no workload in it.
Result<Project> openMeasurableProject(const QString& folder, const CancelToken& cancel);

/// path: the project's folder, or its project file. scenarioDir: the person's own scenarios. Errors as
/// openMeasurableProject().
Result<ProjectWorkloads> readProjectWorkloads(const QString& path, const QString& scenarioDir,
                                              const CancelToken& cancel);

} // namespace perihelion
