// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Project: a folder with a git repository whose commands are measured, and what its perihelion.json says
// about them. A value; reading it runs nothing but git.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/projects/command_spec.h"
#include "core/workloads/workload.h"
#include "core/workloads/workload_registry.h"

#include <QString>
#include <QStringList>

#include <chrono>
#include <vector>

namespace perihelion {

class Project {
public:
    /// Name of the file that describes a project, in its top folder.
    static const QString kFileName;

    /// The project that folder is the top of; without a project file it has no workloads. Errors: NotFound
    /// (no folder, no repository, no git), Corrupt and InvalidArgument naming file, line and key.
    static Result<Project> open(const QString& folder, const CancelToken& cancel);
    /// As open(), but as another project file says, whose relative paths start from folder all the same: the
    /// same commands for every commit, whatever stands in each.
    static Result<Project> openAs(const QString& folder, const QString& file, const CancelToken& cancel);
    /// Reads the text of a project file. Errors as open(), without git.
    static Result<Project> fromJson(const QByteArray& text, const QString& file);

    const QString& folder() const { return m_folder; }
    const QString& name() const { return m_name; }
    /// The same for every checkout of the repository, whatever its folder and branches are called: the name
    /// and a digest of time and subject of the first commit, which rewriting history keeps.
    const QString& identity() const { return m_identity; }
    /// Text of the project file; empty without one.
    const QByteArray& definition() const { return m_definition; }
    /// Program and arguments; empty when nothing is to be built.
    const QStringList& buildCommand() const { return m_build; }
    std::chrono::milliseconds buildLimit() const { return m_buildLimit; }
    const std::vector<CommandSpec>& workloads() const { return m_workloads; }

    /// What is checked out there now. Errors of git.
    Result<MeasuredCode> code(const CancelToken& cancel) const;

    /// Adds a workload for every command, or none. Error InvalidArgument: a name that the registry has
    /// already.
    Result<void> addTo(WorkloadRegistry& registry) const;

private:
    Result<void> identify(const CancelToken& cancel);

    QString m_folder;
    QString m_name;
    QString m_identity;
    QByteArray m_definition;
    QStringList m_build;
    std::chrono::milliseconds m_buildLimit{std::chrono::hours(1)};
    std::vector<CommandSpec> m_workloads;
};

} // namespace perihelion
