// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/backfill_command.h"

#include "app/cli/cli_options.h"
#include "app/cli/profile_options.h"
#include "app/cli/project_selection.h"
#include "app/cli/run_selection.h"
#include "core/backfill/backfill.h"
#include "core/runs/run_store.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

namespace perihelion {

namespace {

void declareOptions(CliOptions& options)
{
    options.addValue(
        QStringLiteral("workload"), QStringLiteral("WORKLOAD[/SCENARIO]"),
        QStringLiteral("What is measured; may be repeated; by default every workload of the project"));
    options.addValue(QStringLiteral("order"), QStringLiteral("ORDER"),
                     QStringLiteral("newest (first) or bisection (both ends, then the middle of every gap)"),
                     QStringLiteral("newest"));
    options.addValue(QStringLiteral("limit"), QStringLiteral("N"),
                     QStringLiteral("At most so many commits; 0 means all"), QStringLiteral("0"));
    options.addFlag(QStringLiteral("retry"),
                    QStringLiteral("Also the commits whose build or run failed before"));
    options.addFlag(QStringLiteral("dry-run"), QStringLiteral("Only list what would be measured"));
    declareProjectOptions(options);
    options.addFlag(QStringLiteral("json"), QStringLiteral("Print the result as JSON"));
}

Result<BackfillRequest> requestFrom(const CliOptions& options, const Project& project)
{
    BackfillRequest request;
    request.range = options.positional().first();
    const auto plan = planFrom(options);
    const auto order =
        options.choice(QStringLiteral("order"), {QStringLiteral("newest"), QStringLiteral("bisection")});
    const auto limit = options.integer(QStringLiteral("limit"), 0, 1'000'000);
    auto scenarios = projectScenarios(project, options.values(QStringLiteral("workload")));
    for (const Error* mistake :
         {plan ? nullptr : &plan.error(), order ? nullptr : &order.error(), limit ? nullptr : &limit.error(),
          scenarios ? nullptr : &scenarios.error()}) {
        if (mistake != nullptr) {
            return *mistake;
        }
    }
    request.plan = *plan;
    request.order = *order == u"newest" ? BackfillOrder::Newest : BackfillOrder::Bisection;
    request.limit = static_cast<std::size_t>(*limit);
    request.retryFailed = options.isSet(QStringLiteral("retry"));
    request.scenarios = std::move(*scenarios);
    return request;
}

QJsonObject measuredJson(const MeasuredCommit& measured)
{
    QJsonObject json = commitJson(measured.commit);
    QJsonArray runs;
    for (const MeasuredCommit::Run& run : measured.runs) {
        runs.append(
            QJsonObject{{QStringLiteral("workload"), run.workload},
                        {QStringLiteral("scenario"), run.scenario},
                        {QStringLiteral("run_id"), run.id > 0 ? QJsonValue(qint64(run.id)) : QJsonValue()},
                        {QStringLiteral("state"), runStateName(run.state)},
                        {QStringLiteral("failure"), run.failure}});
    }
    json.insert(QStringLiteral("state"), runStateName(measured.state()));
    json.insert(QStringLiteral("failure"), measured.failure());
    json.insert(QStringLiteral("runs"), runs);
    return json;
}

QJsonObject missingJson(const MissingCommit& missing, const BackfillRequest& request)
{
    QJsonObject json = commitJson(missing.commit);
    QJsonArray runs;
    for (const std::size_t place : missing.scenarios) {
        runs.append(QJsonObject{{QStringLiteral("workload"), request.scenarios[place].workload()},
                                {QStringLiteral("scenario"), request.scenarios[place].name()}});
    }
    json.insert(QStringLiteral("runs"), runs);
    return json;
}

QString missingText(const MissingCommit& missing, const BackfillRequest& request)
{
    QStringList names;
    for (const std::size_t place : missing.scenarios) {
        names.append(QString(request.scenarios[place].workload() % u'/' % request.scenarios[place].name()));
    }
    return QString(missing.commit.hash.left(kShownHash) % u"  " % names.join(QStringLiteral(", ")) % u"  " %
                   missing.commit.subject % u'\n');
}

QString measuredText(const MeasuredCommit& measured)
{
    const QString failure = measured.failure();
    return QString(measured.commit.hash.left(kShownHash) % u"  " %
                   runStateName(measured.state()).leftJustified(12) % u"  " % measured.commit.subject %
                   (failure.isEmpty() ? QString() : QString(u": " % failure)) % u'\n');
}

QJsonObject resultJson(const Project& project, const BackfillRequest& request, const BackfillPlan& plan,
                       const QJsonArray& commits, bool dry)
{
    return {{QStringLiteral("project"), project.identity()},
            {QStringLiteral("range"), request.range},
            {QStringLiteral("branch"), plan.branch},
            {QStringLiteral("dry_run"), dry},
            {QStringLiteral("commits_in_range"), qint64(plan.range.size())},
            {QStringLiteral("commits_kept"), qint64(plan.kept.size())},
            {QStringLiteral("commits"), commits},
            {QStringLiteral("notes"), QJsonArray::fromStringList(plan.notes)}};
}

QString planText(const BackfillPlan& plan)
{
    return QStringLiteral("%1 of %2 commits to measure; %3 are kept in the run store")
        .arg(plan.commits.size())
        .arg(plan.range.size())
        .arg(plan.kept.size());
}

int listPlan(const Project& project, const BackfillRequest& request, const BackfillPlan& plan, bool asJson,
             CliSession& session)
{
    QJsonArray commits;
    QString text;
    for (const MissingCommit& missing : plan.commits) {
        commits.append(missingJson(missing, request));
        text += missingText(missing, request);
    }
    return asJson ? session.printJson(resultJson(project, request, plan, commits, true))
                  : session.print(QString(text % planText(plan) % u'\n'));
}

/// Nothing at all could be measured: what stopped it is rather wrong with the project or this machine.
int failedWhole(const BackfillReport& report, CliSession& session)
{
    const bool any =
        std::any_of(report.commits.begin(), report.commits.end(),
                    [](const MeasuredCommit& each) { return each.state() == RunState::Finished; });
    if (any || report.commits.empty()) {
        return CliSession::kDone;
    }
    return session.fail(Error{ErrorCode::Io,
                              QStringLiteral("None of %1 commits could be measured; the first: %2")
                                  .arg(report.commits.size())
                                  .arg(report.commits.front().failure()),
                              report.commits.front().commit.hash.left(kShownHash)});
}

int measure(const Project& project, const BackfillRequest& request, const BackfillPlan& plan, RunStore& store,
            const MeasuringSurroundings& surroundings, bool asJson, CliSession& session)
{
    BackfillObserver observer;
    const ProgressReporter report = session.progressReporter();
    if (report) {
        observer.progress = [&report](const BackfillProgress& progress) {
            report(Progress{QString(progress.text() % timeLeftText(progress.timeLeft)),
                            static_cast<std::int64_t>(progress.done),
                            static_cast<std::int64_t>(progress.total)});
        };
    }
    int printed = CliSession::kDone;
    QJsonArray commits;
    observer.commitDone = [&](const MeasuredCommit& measured) {
        if (asJson) {
            commits.append(measuredJson(measured));
        } else {
            printed = std::max(printed, session.print(measuredText(measured)));
        }
    };
    const auto done =
        runBackfill(project, request, plan, surroundings, ProfileControl(session.cancel()), observer, store);
    session.endProgress();
    int status = CliSession::kDone;
    if (done) {
        for (const QString& note : done->notes) {
            session.note(note);
        }
        status = failedWhole(*done, session);
    } else {
        status = session.fail(done.error());
    }
    if (!store.notice().isEmpty()) {
        session.note(store.notice());
    }
    if (asJson && done) {
        printed = session.printJson(resultJson(project, request, plan, commits, false));
    }
    return std::max(status, printed);
}

int run(const QStringList& arguments, CliSession& session)
{
    CliOptions options(backfillCommand());
    options.setPositional(1, 1);
    declareOptions(options);
    if (const auto status = options.parse(arguments, session)) {
        return *status;
    }
    forgetCallersRepository();
    const auto project = chosenProject(options, session.cancel());
    if (!project) {
        return session.fail(project.error());
    }
    const auto request = requestFrom(options, *project);
    const auto location = storeToFill(options);
    const auto surroundings = measuringSurroundings();
    for (const Error* mistake : {request ? nullptr : &request.error(), location ? nullptr : &location.error(),
                                 surroundings ? nullptr : &surroundings.error()}) {
        if (mistake != nullptr) {
            return session.fail(*mistake);
        }
    }
    const bool dry = options.isSet(QStringLiteral("dry-run"));
    const bool asJson = options.isSet(QStringLiteral("json"));
    std::unique_ptr<RunStore> store;
    // A list of what would be done makes no store.
    if (!dry || location->isServer() || QFileInfo::exists(location->file)) {
        store = makeStore(*location);
        if (const Result<void> opened = store->open(); !opened) {
            return session.fail(opened.error());
        }
        if (!store->notice().isEmpty()) {
            session.note(store->notice());
        }
    }
    const auto plan =
        planBackfill(*project, *request, store.get(), surroundings->profile.machine(), session.cancel());
    if (!plan) {
        return session.fail(plan.error());
    }
    for (const QString& note : plan->notes) {
        session.note(note);
    }
    if (dry) {
        return listPlan(*project, *request, *plan, asJson, session);
    }
    session.note(planText(*plan));
    return measure(*project, *request, *plan, *store, *surroundings, asJson, session);
}

} // namespace

CliCommand backfillCommand()
{
    return CliCommand{QStringLiteral("backfill"),
                      QStringLiteral("Measure the commits of a range that lack runs"),
                      QStringLiteral("RANGE [--project DIR] [--workload WORKLOAD[/SCENARIO]] [--order ORDER] "
                                     "[--limit N] [--retry] [--dry-run] [--store URL] [--json]"),
                      run};
}

} // namespace perihelion
