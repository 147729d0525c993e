// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/optimise_command.h"

#include "app/cli/cli_options.h"
#include "app/cli/recording_json.h"
#include "core/base/format.h"
#include "datasets/generate/recording_optimiser.h"
#include "datasets/hdf5/chunk_encoder.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

namespace perihelion {

namespace {

void declareOptions(CliOptions& options)
{
    const OptimiseOptions defaults;
    options.setPositional(2, 2);
    options.addValue(QStringLiteral("filter"), QStringLiteral("F"),
                     chunkFilterNames().join(QStringLiteral(", ")), defaults.filter);
    options.addValue(QStringLiteral("level"), QStringLiteral("L"), QStringLiteral("Effort of the filter"),
                     QString::number(defaults.level));
    options.addValue(QStringLiteral("chunk-events"), QStringLiteral("N"), QStringLiteral("Events in a chunk"),
                     QString::number(defaults.chunkEvents));
    options.addFlag(QStringLiteral("contiguous"),
                    QStringLiteral("Neither chunks nor filter: opens fastest, takes most room"));
    options.addValue(QStringLiteral("stream"), QStringLiteral("NAME"),
                     QStringLiteral("left or right, of a recording with both"));
    options.addFlag(QStringLiteral("force"), QStringLiteral("Replace a file that exists"));
    options.addFlag(QStringLiteral("json"), QStringLiteral("Print sizes and load times as JSON"));
}

Result<OptimiseOptions> readOptions(const CliOptions& given)
{
    OptimiseOptions options;
    const auto filter = given.choice(QStringLiteral("filter"), chunkFilterNames());
    const auto level = given.integer(QStringLiteral("level"), 1, 19);
    const auto chunk = given.integer(QStringLiteral("chunk-events"),
                                     static_cast<std::int64_t>(OptimiseOptions::kMinChunkEvents),
                                     static_cast<std::int64_t>(OptimiseOptions::kMaxChunkEvents));
    if (!filter) {
        return filter.error();
    }
    if (!level || !chunk) {
        return level ? chunk.error() : level.error();
    }
    options.contiguous = given.isSet(QStringLiteral("contiguous"));
    for (const QString& name :
         {QStringLiteral("filter"), QStringLiteral("level"), QStringLiteral("chunk-events")}) {
        if (options.contiguous && given.isSet(name)) {
            return wrongUsage(QString(u"--" % name % u" does not go with --contiguous, which has no chunks"));
        }
    }
    options.filter = *filter;
    options.level = static_cast<int>(*level);
    options.chunkEvents = static_cast<std::uint64_t>(*chunk);
    options.stream = given.value(QStringLiteral("stream"));
    if (const auto valid = checkOptimiseOptions(options); !valid) {
        return valid.error();
    }
    return options;
}

double secondsOf(Nanoseconds duration)
{
    return toMilliseconds(duration) / 1e3;
}

QJsonObject optimisedJson(const OptimisedRecording& made, const QString& source)
{
    return QJsonObject{{QStringLiteral("source"), source},
                       {QStringLiteral("file"), made.path},
                       {QStringLiteral("events"), static_cast<qint64>(made.events)},
                       {QStringLiteral("missing_events"), static_cast<qint64>(made.missingEvents)},
                       {QStringLiteral("bytes_before"), static_cast<qint64>(made.sizeBefore.value)},
                       {QStringLiteral("bytes_after"), static_cast<qint64>(made.sizeAfter.value)},
                       {QStringLiteral("load_before_ms"), toMilliseconds(made.loadBefore.total())},
                       {QStringLiteral("load_after_ms"), toMilliseconds(made.loadAfter.total())},
                       {QStringLiteral("phases_before"), phasesJson(made.loadBefore)},
                       {QStringLiteral("phases_after"), phasesJson(made.loadAfter)},
                       {QStringLiteral("write_seconds"), secondsOf(made.writing)},
                       {QStringLiteral("compare_seconds"), secondsOf(made.comparing)},
                       {QStringLiteral("notes"), QJsonArray::fromStringList(made.notes)}};
}

QString milliseconds(const LoadPhases& phases)
{
    return QString::number(toMilliseconds(phases.total()), 'f', 2);
}

QString describe(const OptimisedRecording& made)
{
    QString text = QString(made.path % u'\n');
    text += QStringLiteral("  Events       %1, compared one by one\n").arg(formatCount(made.events));
    text += QStringLiteral("  Size         %1 → %2 (%3 %)\n")
                .arg(formatFileSize(made.sizeBefore), formatFileSize(made.sizeAfter))
                .arg(100.0 * static_cast<double>(made.sizeAfter.value) /
                         static_cast<double>(std::max<std::uint64_t>(1, made.sizeBefore.value)),
                     0, 'f', 0);
    text += QStringLiteral("  First frame  %1 → %2 ms (no index kept)\n")
                .arg(milliseconds(made.loadBefore), milliseconds(made.loadAfter));
    text += QStringLiteral("  Took         %1 s to write, %2 s to compare\n")
                .arg(secondsOf(made.writing), 0, 'f', 2)
                .arg(secondsOf(made.comparing), 0, 'f', 2);
    for (const QString& note : made.notes) {
        text += QString(u"  Note         " % note % u'\n');
    }
    return text;
}

int run(const QStringList& arguments, CliSession& session)
{
    CliOptions given(optimiseCommand());
    declareOptions(given);
    if (const auto finished = given.parse(arguments, session)) {
        return *finished;
    }
    const auto options = readOptions(given);
    if (!options) {
        return session.fail(options.error());
    }
    const QString& source = given.positional().at(0);
    const QString& target = given.positional().at(1);
    const QFileInfo existing(target);
    if (existing.exists() && existing != QFileInfo(source) && !given.isSet(QStringLiteral("force"))) {
        return session.fail(
            Error{ErrorCode::Io, QStringLiteral("This file exists already; --force replaces it"), target});
    }
    DecodePool pool;
    const auto made =
        optimiseRecording(source, target, *options, pool, session.cancel(), session.progressReporter());
    session.endProgress();
    if (!made) {
        return session.fail(made.error());
    }
    return given.isSet(QStringLiteral("json")) ? session.printJson(optimisedJson(*made, source))
                                               : session.print(describe(*made));
}

} // namespace

CliCommand optimiseCommand()
{
    return {QStringLiteral("optimise"),
            QStringLiteral("Rewrite a recording: smaller, faster to open, compared event for event"),
            QStringLiteral("IN OUT.h5 [options]"), run};
}

} // namespace perihelion
