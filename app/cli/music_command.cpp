// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/music_command.h"

#include "app/cli/cli_options.h"
#include "app/cli/cli_workloads.h"
#include "core/workloads/simulation/midi_file.h"
#include "core/workloads/simulation/orbit_score.h"

#include <QFileInfo>
#include <QJsonObject>

namespace perihelion {

namespace {

const QString kWorkload = QStringLiteral("simulation");

Result<Scenario> wantedScenario(const WorkloadRegistry& registry, const CliOptions& options)
{
    const QString& given = options.positional().at(0);
    const bool whole = given == kWorkload || given.startsWith(QString(kWorkload % u'/'));
    const Result<Scenario> named = registry.resolve(whole ? given : QString(kWorkload % u'/' % given));
    return named ? scenarioWith(*registry.find(kWorkload), *named, options.values(QStringLiteral("set")))
                 : named;
}

QString describe(const OrbitScore& score, const QString& file)
{
    return QStringLiteral("%1\n  Scenario     %2, %3 s\n  Notes        %4 struck, %5 held\n")
        .arg(file, score.title, QString::number(score.duration))
        .arg(score.notes())
        .arg(score.pads());
}

int run(const QStringList& arguments, CliSession& session)
{
    CliOptions options(musicCommand());
    options.setPositional(2, 2);
    options.addValue(QStringLiteral("set"), QStringLiteral("NAME=VALUE"),
                     QStringLiteral("Another value for a parameter; may be repeated"));
    options.addFlag(QStringLiteral("force"), QStringLiteral("Replace a file that exists"));
    options.addFlag(QStringLiteral("json"), QStringLiteral("Print what was written as JSON"));
    if (const auto status = options.parse(arguments, session)) {
        return *status;
    }
    const auto registry = makeWorkloads(true);
    const Result<Scenario> scenario = wantedScenario(*registry, options);
    if (!scenario) {
        return session.fail(scenario.error());
    }
    const QString& file = options.positional().at(1);
    if (QFileInfo::exists(file) && !options.isSet(QStringLiteral("force"))) {
        return session.fail(
            Error{ErrorCode::Io, QStringLiteral("This file exists already; --force replaces it"), file});
    }
    const Result<OrbitScore> score = OrbitScore::of(*scenario, session.cancel());
    if (!score) {
        return session.fail(score.error());
    }
    if (const Result<void> written = writeMidiFile(file, score->events, score->title); !written) {
        return session.fail(written.error());
    }
    if (!options.isSet(QStringLiteral("json"))) {
        return session.print(describe(*score, file));
    }
    return session.printJson(
        QJsonObject{{QStringLiteral("file"), file},
                    {QStringLiteral("scenario"), score->title},
                    {QStringLiteral("duration_s"), score->duration},
                    {QStringLiteral("events"), static_cast<qint64>(score->events.size())},
                    {QStringLiteral("notes"), score->notes()},
                    {QStringLiteral("pads"), score->pads()}});
}

} // namespace

CliCommand musicCommand()
{
    return {QStringLiteral("music"), QStringLiteral("Write the music of a simulation as a MIDI file"),
            QStringLiteral("SCENARIO OUT.mid [--set NAME=VALUE] [--force] [--json]"), run};
}

} // namespace perihelion
