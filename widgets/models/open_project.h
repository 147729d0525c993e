// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// OpenProject: the project whose commands stand beside the built-in workloads. Reads it by a job, takes its
// workloads into the registry and out again, remembers recent ones in the settings. Owned by the Profile
// page, which opens nothing while something is measured. GUI thread.

#include "core/profile/profile_runner.h"
#include "core/projects/project_workloads.h"
#include "widgets/models/app_services.h"
#include "widgets/models/latest_job.h"

#include <QObject>
#include <QStringList>

#include <optional>

namespace perihelion {

class OpenProject : public QObject {
    Q_OBJECT

public:
    enum class Remember { Yes, No };

    explicit OpenProject(const AppServices& services, QObject* parent = nullptr);

    /// path: the folder or its project file. Answers opened() or failed(); then what was open stays so.
    void open(const QString& path, Remember remember = Remember::Yes);
    /// Opens the one that was open when the program ended last, if any.
    void reopen();
    /// Reads the open project anew. Answers as open().
    void readAgain();
    /// Nothing is opened of what was asked for last.
    void cancel();
    void close();

    bool isOpen() const { return m_open.has_value(); }
    bool isBusy() const { return m_job.isBusy(); }
    /// Of the open project; empty when there is none.
    QString name() const;
    QString folder() const;
    QStringList workloads() const;
    bool has(QStringView workload) const;
    /// Identity of the project that a workload belongs to; empty for Perihelion's own.
    QString identityOf(QStringView workload) const;
    /// The measuring program, told of the project where the workload belongs to it.
    ProfileEnvironment environmentFor(QStringView workload, const ProfileEnvironment& own) const;

    /// Folders, the last one first.
    QStringList recent() const;
    void forgetRecent();

Q_SIGNALS:
    void opened();
    void closed();
    void failed(const perihelion::Error& error);

private:
    void take(Result<ProjectWorkloads> read);

    AppServices m_services;
    std::optional<ProjectWorkloads> m_open;
    LatestJob<ProjectWorkloads> m_job;
    bool m_remember = false; ///< What is being read.
};

} // namespace perihelion
