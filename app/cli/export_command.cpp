// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/export_command.h"

#include "app/cli/cli_options.h"
#include "app/cli/run_selection.h"
#include "core/base/atomic_file.h"
#include "core/base/counted.h"
#include "core/interchange/run_export.h"
#include "core/runs/named_runs.h"
#include "core/runs/run_store.h"

#include <QSet>

#include <algorithm>
#include <limits>

namespace perihelion {

namespace {

/// The runs chosen by options alone.
Result<std::vector<RunListing>> chosenRuns(const RunStore& store, const CliOptions& options)
{
    RunFilter filter;
    const QString series = options.value(QStringLiteral("series"));
    filter.workload = series.section(u'/', 0, 0);
    filter.scenario = series.section(u'/', 1);
    filter.commit = options.value(QStringLiteral("commit"));
    const auto newest = options.integer(QStringLiteral("newest"), 1, std::numeric_limits<int>::max());
    if (!newest) {
        return newest.error();
    }
    return store.recentRuns(filter, static_cast<int>(*newest));
}

/// What was asked for, oldest first, each run once.
Result<std::vector<RunRecord>> runsToExport(const RunStore& store, const CliOptions& options)
{
    std::vector<RunRecord> runs;
    if (options.positional().isEmpty()) {
        const auto listed = chosenRuns(store, options);
        if (!listed) {
            return listed.error();
        }
        auto whole = wholeRuns(store, *listed);
        if (!whole) {
            return whole;
        }
        runs = std::move(*whole);
    }
    for (const QString& name : options.positional()) {
        auto named = runsNamed(store, name);
        if (!named) {
            return named;
        }
        std::move(named->begin(), named->end(), std::back_inserter(runs));
    }
    if (runs.empty()) {
        return Error{ErrorCode::NotFound, QStringLiteral("The run store holds no such run"), store.file()};
    }
    std::stable_sort(runs.begin(), runs.end(),
                     [](const RunRecord& a, const RunRecord& b) { return a.started < b.started; });
    QSet<QString> seen;
    std::erase_if(runs, [&seen](const RunRecord& run) {
        const bool again = seen.contains(run.uuid);
        seen.insert(run.uuid);
        return again;
    });
    return runs;
}

Result<QByteArray> textOf(const RunStore& store, const std::vector<RunRecord>& runs, ExportFormat format,
                          const CliOptions& options)
{
    if (const Result<void> fits = fitsFormat(runs, format); !fits) {
        return fits.error();
    }
    if (runsLeftOut(runs, format) == static_cast<qsizetype>(runs.size())) {
        return Error{
            ErrorCode::NotFound,
            QString(u"Exporting runs failed: the format " % exportFormatName(format) % u" shows times, and " %
                    counted(static_cast<qint64>(runs.size()), u"run has", u"runs have") %
                    u" none that it can show"),
            {}};
    }
    if (!options.isSet(QStringLiteral("baseline"))) {
        return exportRuns(runs, format);
    }
    if (format != ExportFormat::JUnit) {
        return wrongUsage(QStringLiteral("--baseline belongs to --format junit"));
    }
    const auto floor = options.real(QStringLiteral("floor"), 0, 1000);
    if (!floor) {
        return floor.error();
    }
    const auto baselines = runsNamed(store, options.value(QStringLiteral("baseline")));
    if (!baselines) {
        return baselines.error();
    }
    return runsAsJUnit(runs, *baselines, *floor / 100);
}

void declare(CliOptions& options)
{
    options.setPositional(0, -1);
    options.addValue(QStringLiteral("format"), QStringLiteral("NAME"),
                     QString(QStringLiteral("One of ") % exportFormatNames().join(QStringLiteral(", "))),
                     exportFormatName(ExportFormat::Json));
    options.addValue(QStringLiteral("output"), QStringLiteral("FILE"),
                     QStringLiteral("Write to a file, whole or not at all, instead of standard output"));
    options.addValue(QStringLiteral("series"), QStringLiteral("WORKLOAD[/SCENARIO]"),
                     QStringLiteral("Without RUN: only runs of this"));
    options.addValue(QStringLiteral("commit"), QStringLiteral("COMMIT"),
                     QStringLiteral("Without RUN: only runs of commits that begin so"));
    options.addValue(QStringLiteral("newest"), QStringLiteral("N"),
                     QStringLiteral("Without RUN: at most the N newest"), QStringLiteral("1000000"));
    options.addValue(
        QStringLiteral("baseline"), QStringLiteral("RUN"),
        QStringLiteral("With junit: the run or commit against which a phase that got worse fails"));
    options.addValue(QStringLiteral("floor"), QStringLiteral("PERCENT"),
                     QStringLiteral("With --baseline: smaller changes are no change, however certain"),
                     QStringLiteral("2"));
    options.addValue(
        QStringLiteral("store"), QStringLiteral("URL"),
        QStringLiteral("SQLite file of the runs or postgresql:// URL; by default the store of the settings"));
}

int run(const QStringList& arguments, CliSession& session)
{
    CliOptions options(exportCommand());
    declare(options);
    if (const auto status = options.parse(arguments, session)) {
        return *status;
    }
    const auto name = options.choice(QStringLiteral("format"), exportFormatNames());
    if (!name) {
        return session.fail(name.error());
    }
    for (const QString& selecting :
         {QStringLiteral("series"), QStringLiteral("commit"), QStringLiteral("newest")}) {
        if (options.isSet(selecting) && !options.positional().isEmpty()) {
            return session.fail(wrongUsage(
                QString(u"--" % selecting % u" chooses runs by itself; leave it or the RUNs away")));
        }
    }
    const auto store = storeToRead(options);
    if (!store) {
        return session.fail(store.error());
    }
    const auto runs = runsToExport(**store, options);
    if (!runs) {
        return session.fail(runs.error());
    }
    const auto text = textOf(**store, *runs, *exportFormatFromName(*name), options);
    if (!text) {
        return session.fail(text.error());
    }
    const ExportFormat format = *exportFormatFromName(*name);
    const qsizetype left = runsLeftOut(*runs, format);
    if (left > 0) {
        session.note(QString(counted(left, u"run has no time", u"runs have no times") % u" that " % *name %
                             (left == 1 ? u" can show and was left out" : u" can show and were left out")));
    }
    if (!options.isSet(QStringLiteral("output"))) {
        return session.printBytes(*text);
    }
    const QString file = options.value(QStringLiteral("output"));
    if (const Result<void> written = writeFileAtomically(file, *text, QStringLiteral("Exporting runs"));
        !written) {
        return session.fail(written.error());
    }
    session.note(
        QString(counted(static_cast<qint64>(runs->size()) - left, u"run", u"runs") % u" written to " % file));
    return CliSession::kDone;
}

} // namespace

CliCommand exportCommand()
{
    return CliCommand{QStringLiteral("export"), QStringLiteral("Write measured runs for other programs"),
                      QStringLiteral("[RUN…] [--series WORKLOAD[/SCENARIO]] [--commit COMMIT] [--newest N] "
                                     "[--format NAME] [--output FILE] [--baseline RUN] [--store URL]"),
                      run};
}

} // namespace perihelion
