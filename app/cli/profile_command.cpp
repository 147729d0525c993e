// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/profile_command.h"

#include "app/cli/cli_options.h"
#include "app/cli/cli_workloads.h"
#include "app/cli/profile_options.h"
#include "app/cli/profile_report.h"
#include "app/cli/profile_sweep.h"
#include "app/cli/run_selection.h"
#include "core/base/atomic_file.h"
#include "core/profile/profile_runner.h"
#include "core/runs/csv_trace.h"
#include "core/runs/named_runs.h"
#include "core/runs/run_store.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>

#include <algorithm>

namespace perihelion {

namespace {

void declareOptions(CliOptions& options)
{
    declarePlanOptions(options);
    options.addValue(QStringLiteral("file"), QStringLiteral("F"),
                     QStringLiteral("Input file of the workload; may be repeated, one run each"));
    options.addValue(QStringLiteral("set"), QStringLiteral("NAME=VALUE"),
                     QStringLiteral("Another value for a parameter; may be repeated"));
    options.addValue(QStringLiteral("sweep"), QStringLiteral("NAME=A,B,…"),
                     QStringLiteral("Measure once with each value of a parameter, and print a table"));
    options.addValue(QStringLiteral("chart"), QStringLiteral("FILE.svg"),
                     QStringLiteral("With --sweep: draw the times against the parameter"));
    options.addValue(QStringLiteral("project"), QStringLiteral("DIR"),
                     QStringLiteral("Also know the commands of the project in this folder"));
    options.addValue(QStringLiteral("baseline"), QStringLiteral("RUN"),
                     QStringLiteral("Run id to compare with; by default the one before in the same series"));
    options.addValue(
        QStringLiteral("store"), QStringLiteral("URL"),
        QStringLiteral("Where the run is kept: a SQLite file, postgresql://user@host/database, or none"));
    options.addValue(QStringLiteral("csv"), QStringLiteral("FILE"),
                     QStringLiteral("Append the iterations to a trace (profiling_runs.csv)"));
    options.addFlag(QStringLiteral("allocations"),
                    QStringLiteral("Count allocations as well, in a process that times nothing"));
    options.addFlag(QStringLiteral("keep-cancelled"),
                    QStringLiteral("Keep what was measured when the run is interrupted"));
    options.addFlag(QStringLiteral("json"),
                    QStringLiteral("Print the result as JSON; several runs give an array"));
}

/// Every scenario once, or once for each file.
Result<std::vector<Scenario>> wantedScenarios(const WorkloadRegistry& registry, const CliOptions& options,
                                              const std::optional<ProfileSweep>& sweep)
{
    const Result<std::vector<Scenario>> named = namedScenarios(registry, options.positional().first());
    if (!named) {
        return named.error();
    }
    std::vector<Scenario> wanted;
    for (const Scenario& scenario : *named) {
        const Workload& workload = *registry.find(scenario.workload());
        const ParameterSet set = workload.parameterSet();
        const auto takesFiles =
            std::find_if(set.specs.begin(), set.specs.end(),
                         [](const ParameterSpec& spec) { return spec.type == ParameterType::Files; });
        const QStringList files = options.values(QStringLiteral("file"));
        if (!files.isEmpty() && takesFiles == set.specs.end()) {
            return wrongUsage(
                QString(u"--file does not go with " % workload.name() % u", which reads no files"));
        }
        std::vector<Scenario> perFile{scenario};
        if (!files.isEmpty()) {
            perFile.clear();
        }
        for (const QString& file : files) {
            if (!QFileInfo::exists(file)) {
                return Error{ErrorCode::NotFound, QStringLiteral("There is no such file"), file};
            }
            const Result<Scenario> with = scenario.with(
                set, takesFiles->name, QJsonArray{QDir::cleanPath(QFileInfo(file).absoluteFilePath())});
            if (!with) {
                return with.error();
            }
            perFile.push_back(*with);
        }
        for (const Scenario& each : perFile) {
            const Result<Scenario> final =
                scenarioWith(workload, each, options.values(QStringLiteral("set")));
            if (!final) {
                return final.error();
            }
            if (!sweep) {
                wanted.push_back(*final);
                continue;
            }
            const Result<std::vector<Scenario>> swept = sweep->scenarios(workload, *final);
            if (!swept) {
                return swept.error();
            }
            wanted.insert(wanted.end(), swept->begin(), swept->end());
        }
    }
    return wanted;
}

/// The run asked for, or the usual baseline among those measured before it; nothing when there is none.
Result<std::optional<RunRecord>> findBaseline(const RunStore* store, const RunRecord& run,
                                              const CliOptions& options)
{
    if (store == nullptr) {
        return std::optional<RunRecord>();
    }
    std::int64_t id = 0;
    if (options.isSet(QStringLiteral("baseline"))) {
        const Result<std::int64_t> given = options.integer(QStringLiteral("baseline"), 1, INT64_MAX);
        if (!given) {
            return given.error();
        }
        id = *given;
    } else {
        RunFilter filter;
        filter.workload = run.workload;
        filter.state = RunState::Finished;
        const auto runs = store->recentRuns(filter, 200);
        if (!runs) {
            return runs.error();
        }
        const auto own = std::find_if(runs->begin(), runs->end(),
                                      [&run](const RunListing& each) { return each.id == run.id; });
        if (own == runs->end()) {
            return std::optional<RunRecord>();
        }
        std::vector<RunListing> others;
        std::copy_if(own + 1, runs->end(), std::back_inserter(others),
                     [&own](const RunListing& each) { return each.series == own->series; });
        const RunListing* before = usualBaseline(others, own->commitTime);
        if (before == nullptr) {
            return std::optional<RunRecord>();
        }
        id = before->id;
    }
    Result<RunRecord> found = store->run(id);
    if (!found) {
        return found.error();
    }
    return std::optional(std::move(*found));
}

/// The table of a sweep, and its chart where one is wanted.
int printSweep(const ProfileSweep& sweep, const std::vector<RunRecord>& runs, bool asJson,
               CliSession& session)
{
    const SweepChart chart = sweep.chart(runs);
    if (!sweep.chartFile.isEmpty()) {
        if (const Result<void> written =
                writeFileAtomically(sweep.chartFile, chart.toSvg(), QStringLiteral("Drawing the chart"));
            !written) {
            return session.fail(written.error());
        }
    }
    return asJson ? CliSession::kDone : session.print(sweepTable(chart));
}

int run(const QStringList& arguments, CliSession& session)
{
    CliOptions options(profileCommand());
    options.setPositional(1, 1);
    declareOptions(options);
    if (const auto status = options.parse(arguments, session)) {
        return *status;
    }
    const QString project = options.value(QStringLiteral("project"));
    const auto made = makeProjectWorkloads(project, true, session.cancel());
    if (!made) {
        return session.fail(made.error());
    }
    const WorkloadRegistry* registry = made->get();
    const Result<RunPlan> plan = planFrom(options);
    const auto location = storeLocation(options);
    const auto environment = environmentFor(project);
    const auto sweep = ProfileSweep::fromOptions(options);
    const auto scenarios =
        sweep ? wantedScenarios(*registry, options, *sweep) : Result<std::vector<Scenario>>(sweep.error());
    for (const Error* mistake :
         {plan ? nullptr : &plan.error(), location ? nullptr : &location.error(),
          scenarios ? nullptr : &scenarios.error(), environment ? nullptr : &environment.error()}) {
        if (mistake != nullptr) {
            return session.fail(*mistake);
        }
    }
    std::unique_ptr<RunStore> store;
    if (*location) {
        store = makeStore(**location);
        // Before anything is measured: nobody wants to lose a long run to a store that cannot be written.
        if (const Result<void> opened = store->open(); !opened) {
            return session.fail(opened.error());
        }
        if (!store->notice().isEmpty()) {
            session.note(store->notice());
        }
    }

    if (*sweep && scenarios->size() != static_cast<std::size_t>((*sweep)->values.size())) {
        return session.fail(wrongUsage(QStringLiteral("--sweep takes one scenario and at most one file")));
    }
    const ProfileRunner runner(*registry, *environment);
    const ProfileObserver observer = observerFor(session);
    QJsonArray all;
    std::vector<RunRecord> runs;
    int status = CliSession::kDone;
    const bool asJson = options.isSet(QStringLiteral("json"));
    for (const Scenario& scenario : *scenarios) {
        ProfileRequest request;
        request.scenario = scenario;
        request.plan = *plan;
        request.countAllocations = options.isSet(QStringLiteral("allocations"));
        request.keepCancelled = options.isSet(QStringLiteral("keep-cancelled"));
        const auto measured = runner.run(request, ProfileControl(session.cancel()), observer, store.get());
        session.endProgress();
        if (!measured) {
            return session.fail(measured.error());
        }
        if (options.isSet(QStringLiteral("csv"))) {
            if (const auto written = appendCsvTrace(options.value(QStringLiteral("csv")), *measured);
                !written) {
                status = session.fail(written.error());
            }
        }
        for (const QString& warning : measured->warnings + measured->notes) {
            session.note(warning);
        }
        // A run without an id waits for a server that went away meanwhile; so do the others.
        const bool waits = store != nullptr && measured->id == 0;
        if (waits) {
            session.note(store->notice());
        }
        const auto baseline = findBaseline(waits ? nullptr : store.get(), *measured, options);
        if (!baseline) {
            return session.fail(baseline.error());
        }
        std::optional<BaselineComparison> compared;
        if (*baseline && measured->state == RunState::Finished) {
            compared = compareWithBaseline(**baseline, *measured);
        }
        runs.push_back(*measured);
        if (asJson) {
            all.append(profileJson(*measured, compared));
        } else if (*sweep) {
            session.note(QString(measured->title() % u", run " % QString::number(runs.size())));
        } else if (const int printed = session.print(profileTable(*measured, compared));
                   printed != CliSession::kDone) {
            return printed;
        }
        for (const RunIteration& iteration : measured->iterations) {
            if (iteration.failed) {
                status = session.fail(Error{ErrorCode::Io, iteration.failure, QString()});
                break; // One sentence; the run holds the others.
            }
        }
        if (measured->state == RunState::Cancelled) {
            status =
                session.fail(Error{ErrorCode::Cancelled,
                                   QStringLiteral("The profile run was cancelled; what was measured is kept"),
                                   {}});
            break;
        }
    }
    if (*sweep) {
        status = std::max(status, printSweep(**sweep, runs, asJson, session));
    }
    if (asJson) {
        const int printed = session.printJson(scenarios->size() == 1 ? all.first() : QJsonValue(all));
        status = std::max(status, printed);
    }
    return status;
}

} // namespace

CliCommand profileCommand()
{
    return CliCommand{
        QStringLiteral("profile"), QStringLiteral("Measure a workload cold and warm, phase by phase"),
        QStringLiteral(
            "WORKLOAD[/SCENARIO] [--runs N] [--cold N] [--file F] [--project DIR] [--json] [--store URL] "
            "[--csv FILE]"),
        run};
}

} // namespace perihelion
