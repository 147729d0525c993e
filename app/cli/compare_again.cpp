// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/compare_again.h"

#include "app/cli/profile_options.h"
#include "app/cli/project_selection.h"
#include "app/cli/run_selection.h"
#include "core/backfill/interleaved.h"
#include "core/runs/run_store.h"

#include <QRandomGenerator>

#include <utility>

namespace perihelion {

namespace {

/// A run by its id stays what it is; what git knows becomes a whole hash.
QString meantBy(const QString& name, const RunStore& store, const CommitHistory& history,
                const CancelToken& cancel)
{
    bool isNumber = false;
    const qlonglong id = name.toLongLong(&isNumber);
    if (isNumber && store.run(id)) {
        return name;
    }
    const auto hash = history.resolve(name, cancel);
    return hash ? *hash : name;
}

bool isChosen(const ComparedPair& pair, const QStringList& workloads)
{
    return workloads.isEmpty() || workloads.contains(pair.a.workload) || workloads.contains(pair.a.title());
}

Result<InterleavedRequest> requestFrom(const CliOptions& options, const Project& project,
                                       const RunStore& store, const CancelToken& cancel)
{
    const auto history = CommitHistory::open(project.folder(), cancel);
    if (!history) {
        return history.error();
    }
    const QStringList workloads = options.values(QStringLiteral("workload"));
    const QString a = meantBy(options.positional().at(0), store, *history, cancel);
    const QString b = meantBy(options.positional().at(1), store, *history, cancel);
    auto known = compareNamed(store, a, b);
    if (known) {
        std::erase_if(*known, [&](const ComparedPair& pair) { return !isChosen(pair, workloads); });
        if (!known->empty()) {
            return requestAgain(project, *known, cancel);
        }
    } else if (known.error().code != ErrorCode::NotFound) {
        return known.error();
    }
    const auto scenarios = projectScenarios(project, workloads);
    if (!scenarios) {
        return scenarios.error();
    }
    return requestCommits(project, a, b, *scenarios, RunPlan(), cancel);
}

} // namespace

void declareAgainOptions(CliOptions& options)
{
    options.addFlag(QStringLiteral("again"),
                    QStringLiteral("Build both commits and measure them in turn, A B B A, before "
                                   "comparing"));
    options.addValue(QStringLiteral("rounds"), QStringLiteral("N"),
                     QStringLiteral("With --again: processes of each side"), QString::number(kDefaultRounds));
    options.addValue(QStringLiteral("project"), QStringLiteral("DIR"),
                     QStringLiteral("With --again: folder of the project, with its perihelion.json"),
                     QStringLiteral("."));
    options.addValue(QStringLiteral("workload"), QStringLiteral("WORKLOAD[/SCENARIO]"),
                     QStringLiteral("With --again: only this; may be repeated"));
}

Result<void> checkWithoutAgain(const CliOptions& options)
{
    for (const QString& name :
         {QStringLiteral("rounds"), QStringLiteral("project"), QStringLiteral("workload")}) {
        if (options.isSet(name)) {
            return wrongUsage(QString(u"--" % name % u" says how to measure again; add --again"));
        }
    }
    return {};
}

Result<std::vector<ComparedPair>> measureAgain(const CliOptions& options, double floor, CliSession& session)
{
    const auto rounds =
        options.integer(QStringLiteral("rounds"), static_cast<std::int64_t>(kFewestRounds), 10'000);
    const auto location = storeToFill(options);
    const auto surroundings = measuringSurroundings();
    for (const Error* mistake : {rounds ? nullptr : &rounds.error(), location ? nullptr : &location.error(),
                                 surroundings ? nullptr : &surroundings.error()}) {
        if (mistake != nullptr) {
            return *mistake;
        }
    }
    forgetCallersRepository();
    const auto project = chosenProject(options, session.cancel());
    if (!project) {
        return project.error();
    }
    const std::unique_ptr<RunStore> store = makeStore(*location);
    if (const Result<void> opened = store->open(); !opened) {
        return opened.error();
    }
    auto request = requestFrom(options, *project, *store, session.cancel());
    if (!request) {
        return request.error();
    }
    request->rounds = static_cast<std::size_t>(*rounds);
    request->floor = floor;
    request->seed = QRandomGenerator::global()->generate64();
    InterleavedObserver observer;
    if (const ProgressReporter report = session.progressReporter()) {
        observer.progress = [report](const InterleavedProgress& progress) {
            report(Progress{QString(progress.text() % timeLeftText(progress.timeLeft)),
                            static_cast<std::int64_t>(progress.done),
                            static_cast<std::int64_t>(progress.total)});
        };
    }
    auto measured = measureInterleaved(*project, *request, *surroundings, ProfileControl(session.cancel()),
                                       observer, *store);
    session.endProgress();
    if (!store->notice().isEmpty()) {
        session.note(store->notice());
    }
    if (!measured) {
        return measured.error();
    }
    if (measured->cancelled) {
        measured->notes.append(QStringLiteral("Cancelled after %1 of %2 rounds, which are compared here")
                                   .arg(measured->rounds)
                                   .arg(request->rounds * request->workloads.size()));
    }
    for (const QString& note : std::as_const(measured->notes)) {
        session.note(note);
    }
    return std::move(measured->pairs);
}

} // namespace perihelion
