// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bisect_command.h"

#include "app/cli/cli_options.h"
#include "app/cli/profile_options.h"
#include "app/cli/project_selection.h"
#include "app/cli/run_selection.h"
#include "core/backfill/bisection.h"
#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

namespace perihelion {

namespace {

/// Of one batch: cold runs are taken only where they are what is judged.
RunPlan batchPlan()
{
    RunPlan plan;
    plan.coldRuns = 0;
    return plan;
}

void declareOptions(CliOptions& options)
{
    const LevelRule rule;
    options.addValue(QStringLiteral("workload"), QStringLiteral("WORKLOAD[/SCENARIO]"),
                     QStringLiteral("What is measured; not needed where the project has one workload"));
    options.addValue(QStringLiteral("phase"), QStringLiteral("P"),
                     QStringLiteral("The phase that became slower (total and unattributed are two)"),
                     kTotalRow.toString());
    options.addValue(QStringLiteral("mode"), QStringLiteral("MODE"),
                     QStringLiteral("Judge warm or cold iterations"), QStringLiteral("warm"));
    options.addValue(QStringLiteral("batches"), QStringLiteral("N"),
                     QStringLiteral("At most so many runs of one commit until it is given up"),
                     QString::number(rule.looks));
    options.addValue(QStringLiteral("floor"), QStringLiteral("PERCENT"),
                     QStringLiteral("Levels that differ by less are the same"),
                     QString::number(100 * rule.floor));
    declareProjectOptions(options, batchPlan());
    options.addFlag(QStringLiteral("json"), QStringLiteral("Print the result as JSON"));
}

Result<Scenario> oneScenario(const CliOptions& options, const Project& project)
{
    const auto scenarios = projectScenarios(project, options.values(QStringLiteral("workload")));
    if (!scenarios) {
        return scenarios.error();
    }
    if (scenarios->size() != 1) {
        QStringList names;
        for (const Scenario& each : *scenarios) {
            names.append(QString(each.workload() % u'/' % each.name()));
        }
        return wrongUsage(QString(u"A bisection measures one workload; choose one with --workload: " %
                                  names.join(QStringLiteral(", "))));
    }
    return scenarios->front();
}

Result<BisectionRequest> requestFrom(const CliOptions& options, const Project& project)
{
    BisectionRequest request;
    request.good = options.positional().at(0);
    request.bad = options.positional().at(1);
    request.phase = options.value(QStringLiteral("phase"));
    const auto plan = planFrom(options);
    const auto mode =
        options.choice(QStringLiteral("mode"), {QStringLiteral("warm"), QStringLiteral("cold")});
    const auto batches = options.integer(QStringLiteral("batches"), 1, 1000);
    const auto floor = options.real(QStringLiteral("floor"), 0, 1000);
    const auto scenario = oneScenario(options, project);
    for (const Error* mistake : {plan ? nullptr : &plan.error(), mode ? nullptr : &mode.error(),
                                 batches ? nullptr : &batches.error(), floor ? nullptr : &floor.error(),
                                 scenario ? nullptr : &scenario.error()}) {
        if (mistake != nullptr) {
            return *mistake;
        }
    }
    request.plan = *plan;
    request.mode = *mode == u"cold" ? IterationMode::Cold : IterationMode::Warm;
    request.rule.looks = static_cast<int>(*batches);
    request.rule.floor = *floor / 100;
    request.scenario = *scenario;
    const bool cold = request.mode == IterationMode::Cold;
    if ((cold ? plan->coldRuns : plan->warmRuns) == 0) {
        return wrongUsage(cold
                              ? QStringLiteral("--mode cold needs cold runs; give their number with --cold")
                              : QStringLiteral("--mode warm needs warm runs; give their number with --runs"));
    }
    return request;
}

QJsonObject judgedJson(const JudgedCommit& judged)
{
    QJsonObject json = commitJson(judged.commit);
    QJsonArray runs;
    for (const std::int64_t run : judged.runs) {
        runs.append(run > 0 ? QJsonValue(static_cast<qint64>(run)) : QJsonValue());
    }
    json.insert(QStringLiteral("judgement"), judgementName(judged.judgement));
    json.insert(QStringLiteral("sentence"), judged.sentence);
    json.insert(QStringLiteral("samples"), static_cast<qint64>(judged.samples));
    json.insert(QStringLiteral("median_ms"), judged.samples > 0 ? QJsonValue(judged.median) : QJsonValue());
    json.insert(QStringLiteral("runs"), runs);
    return json;
}

QString judgedText(const JudgedCommit& judged)
{
    return QString(judged.commit.hash.left(kShownHash) % u"  " %
                   judgementName(judged.judgement).leftJustified(7) % u"  " % judged.commit.subject % u": " %
                   judged.sentence % u'\n');
}

QJsonObject resultJson(const Project& project, const BisectionRequest& request, const BisectionPath& path,
                       const BisectionResult& result)
{
    QJsonArray suspects;
    for (const Commit& commit : result.suspects) {
        suspects.append(commitJson(commit));
    }
    QJsonArray judged;
    for (const JudgedCommit& each : result.judged) {
        judged.append(judgedJson(each));
    }
    const bool searched = !result.suspects.empty();
    return {{QStringLiteral("project"), project.identity()},
            {QStringLiteral("workload"), request.scenario.workload()},
            {QStringLiteral("scenario"), request.scenario.name()},
            {QStringLiteral("phase"), request.phase},
            {QStringLiteral("mode"), iterationModeName(request.mode)},
            {QStringLiteral("good"), path.commits.front().hash},
            {QStringLiteral("bad"), path.commits.back().hash},
            {QStringLiteral("commits_between"), static_cast<qint64>(path.commits.size()) - 2},
            {QStringLiteral("conclusion"), conclusionName(result.conclusion)},
            {QStringLiteral("first_bad"),
             result.suspects.size() == 1 ? QJsonValue(result.suspects.front().hash) : QJsonValue()},
            {QStringLiteral("suspects"), suspects},
            {QStringLiteral("good_ms"), result.ends.comparison.aMedian},
            {QStringLiteral("bad_ms"), result.ends.comparison.bMedian},
            {QStringLiteral("border_ms"), searched ? QJsonValue(result.ends.border) : QJsonValue()},
            {QStringLiteral("judged"), judged},
            {QStringLiteral("sentence"), result.sentence}};
}

int search(const Project& project, const BisectionRequest& request, const BisectionPath& path,
           RunStore& store, const MeasuringSurroundings& surroundings, bool asJson, CliSession& session)
{
    BisectionObserver observer;
    const ProgressReporter report = session.progressReporter();
    if (report) {
        observer.progress = [&report](const BisectionProgress& progress) {
            report(Progress{QString(progress.text() % timeLeftText(progress.timeLeft)), 0, 0});
        };
    }
    int printed = CliSession::kDone;
    if (!asJson) {
        observer.judged = [&](const JudgedCommit& judged) {
            printed = std::max(printed, session.print(judgedText(judged)));
        };
    }
    const auto result =
        runBisection(project, request, path, surroundings, ProfileControl(session.cancel()), observer, store);
    session.endProgress();
    if (!store.notice().isEmpty()) {
        session.note(store.notice());
    }
    if (!result) {
        return session.fail(result.error());
    }
    for (const QString& note : result->notes) {
        session.note(note);
    }
    const bool searched = !result->suspects.empty();
    const int status =
        searched ? CliSession::kDone : session.fail(Error{ErrorCode::NotFound, result->sentence, QString()});
    if (asJson) {
        printed = session.printJson(resultJson(project, request, path, *result));
    } else if (searched) {
        printed = std::max(printed, session.print(QString(result->sentence % u'\n')));
    }
    return std::max(status, printed);
}

int run(const QStringList& arguments, CliSession& session)
{
    CliOptions options(bisectCommand());
    options.setPositional(2, 2);
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
    const auto history = CommitHistory::open(project->folder(), session.cancel());
    for (const Error* mistake :
         {request ? nullptr : &request.error(), location ? nullptr : &location.error(),
          surroundings ? nullptr : &surroundings.error(), history ? nullptr : &history.error()}) {
        if (mistake != nullptr) {
            return session.fail(*mistake);
        }
    }
    const auto path = bisectionPath(*history, request->good, request->bad, session.cancel());
    if (!path) {
        return session.fail(path.error());
    }
    const std::unique_ptr<RunStore> store = makeStore(*location);
    if (const Result<void> opened = store->open(); !opened) {
        return session.fail(opened.error());
    }
    QStringList notes = path->notes;
    if (!store->notice().isEmpty()) {
        notes.append(store->notice());
    }
    notes.append(
        QStringLiteral("%1 commits between %2 and %3")
            .arg(path->commits.size() - 2)
            .arg(path->commits.front().hash.left(kShownHash), path->commits.back().hash.left(kShownHash)));
    for (const QString& note : notes) {
        session.note(note);
    }
    return search(*project, *request, *path, *store, *surroundings, options.isSet(QStringLiteral("json")),
                  session);
}

} // namespace

CliCommand bisectCommand()
{
    return CliCommand{QStringLiteral("bisect"),
                      QStringLiteral("Find the commit with which a phase became slower"),
                      QStringLiteral("GOOD BAD [--phase P] [--mode MODE] [--project DIR] "
                                     "[--workload WORKLOAD[/SCENARIO]] [--batches N] [--floor PERCENT] "
                                     "[--store URL] [--json]"),
                      run};
}

} // namespace perihelion
