// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/profile/profile_runner.h"

#include "core/profile/profile_session.h"
#include "core/runs/run_store.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace perihelion {

Result<void> ProfileRequest::check() const
{
    const auto refused = [](const QString& sentence) {
        return Error{ErrorCode::InvalidArgument, sentence, QString()};
    };
    constexpr int kMost = 100'000;
    if (plan.coldRuns < 0 || plan.warmRuns < 0 || plan.coldRuns > kMost || plan.warmRuns > kMost) {
        return refused(QStringLiteral("Cold and warm runs must be from 0 to 100000"));
    }
    if (steps() == 0) {
        return refused(QStringLiteral("A profile run needs at least one cold or warm run"));
    }
    if (plan.warmRuns > 0 && plan.warmProcesses < 1) {
        return refused(QStringLiteral("Warm runs need at least one process"));
    }
    if (plan.warmUps < 0 || plan.warmUps > kMost) {
        return refused(QStringLiteral("The warm-up must be from 0 to 100000 iterations"));
    }
    return {};
}

QString ProfileProgress::text() const
{
    switch (stage) {
    case Stage::Preparing:
        return QStringLiteral("Preparing");
    case Stage::Cold:
        return QStringLiteral("Run %1 of %2, cold").arg(done + 1).arg(total);
    case Stage::WarmUp:
        return QStringLiteral("Warming up");
    case Stage::Warm:
        return QStringLiteral("Run %1 of %2, warm").arg(done + 1).arg(total);
    case Stage::Paused:
        return QStringLiteral("Paused");
    case Stage::Ending:
        return QStringLiteral("Ending");
    case Stage::Storing:
        break;
    }
    return QStringLiteral("Storing");
}

Result<ProfileEnvironment> ProfileEnvironment::forThisProgram()
{
    const QString name = QStringLiteral("perihelion-cli");
    QString program = QDir(QCoreApplication::applicationDirPath()).filePath(name);
    if (!QFileInfo(program).isExecutable()) {
        program = QStandardPaths::findExecutable(name);
    }
    if (program.isEmpty()) {
        return Error{
            ErrorCode::NotFound,
            QStringLiteral("The program that measures is missing; install perihelion-cli beside this one"),
            name};
    }
    ProfileEnvironment environment;
    environment.program = program;
    return environment;
}

ProfileEnvironment ProfileEnvironment::withProject(const QString& folder) const
{
    ProfileEnvironment environment = *this;
    if (!folder.isEmpty()) {
        environment.arguments += {QStringLiteral("--project"), QFileInfo(folder).absoluteFilePath()};
    }
    return environment;
}

ProfileRunner::ProfileRunner(const WorkloadRegistry& registry, ProfileEnvironment environment)
    : m_registry(registry),
      m_environment(std::move(environment))
{
}

Result<RunRecord> ProfileRunner::run(const ProfileRequest& request, const ProfileControl& control,
                                     const ProfileObserver& observer, RunStore* store) const
{
    if (const Result<void> possible = request.check(); !possible) {
        return possible.error();
    }
    Workload* workload = m_registry.find(request.scenario.workload());
    if (workload == nullptr) {
        return Error{ErrorCode::InvalidArgument,
                     QString(u"There is no workload " % request.scenario.workload()), QString()};
    }
    ProfileSession session(*workload, m_environment, request, control, observer);
    const Result<void> walked = session.walk();
    if (!walked && !(walked.error().code == ErrorCode::Cancelled && request.keepCancelled)) {
        return walked.error();
    }
    RunRecord run = session.finish(walked.hasValue());
    if (store != nullptr) {
        session.report(ProfileProgress::Stage::Storing);
        const Result<std::int64_t> id = store->recordRun(run);
        if (!id) {
            return id.error();
        }
        run.id = *id;
    }
    return run;
}

} // namespace perihelion
