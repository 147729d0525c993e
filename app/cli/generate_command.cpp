// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/generate_command.h"

#include "app/cli/cli_options.h"
#include "core/base/format.h"
#include "datasets/generate/event_generator.h"
#include "datasets/hdf5/chunk_encoder.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>

namespace perihelion {

namespace {

void declareOptions(CliOptions& options)
{
    const GeneratorOptions defaults;
    const auto number = [](auto value) { return QString::number(value); };
    options.addValue(QStringLiteral("events"), QStringLiteral("N"), QStringLiteral("Number of events"));
    options.addValue(QStringLiteral("seed"), QStringLiteral("S"), QStringLiteral("Same seed, same recording"),
                     number(defaults.seed));
    options.addValue(QStringLiteral("storage"), QStringLiteral("KIND"),
                     QStringLiteral("chunked or contiguous"), QStringLiteral("chunked"));
    options.addValue(QStringLiteral("chunk-events"), QStringLiteral("N"), QStringLiteral("Events in a chunk"),
                     number(defaults.chunkEvents));
    options.addValue(QStringLiteral("filter"), QStringLiteral("F"),
                     chunkFilterNames().join(QStringLiteral(", ")), defaults.filter);
    options.addValue(QStringLiteral("level"), QStringLiteral("L"), QStringLiteral("Effort of the filter"),
                     number(defaults.level));
    options.addValue(QStringLiteral("width"), QStringLiteral("W"), QStringLiteral("Columns of the sensor"),
                     number(defaults.width));
    options.addValue(QStringLiteral("height"), QStringLiteral("H"), QStringLiteral("Rows of the sensor"),
                     number(defaults.height));
    options.addValue(QStringLiteral("rate"), QStringLiteral("EV_PER_S"),
                     QStringLiteral("Mean events per second"), number(defaults.eventsPerSecond));
    options.addValue(QStringLiteral("rpm"), QStringLiteral("R"),
                     QStringLiteral("Turns per minute (fan, drone)"), number(defaults.rpm));
    options.addValue(QStringLiteral("rpm-variation"), QStringLiteral("SHARE"),
                     QStringLiteral("Share by which the speed swings"), number(defaults.rpmVariation));
    options.addValue(QStringLiteral("blades"), QStringLiteral("B"),
                     QStringLiteral("Blades of a fan or propeller"), number(defaults.blades));
    options.addValue(QStringLiteral("noise"), QStringLiteral("SHARE"),
                     QStringLiteral("Share of events that are noise"), number(defaults.noiseShare));
    options.addValue(QStringLiteral("hot-pixels"), QStringLiteral("N"),
                     QStringLiteral("Pixels that never rest"), number(defaults.hotPixels));
    options.addFlag(QStringLiteral("moving"),
                    QStringLiteral("The fan looks left and right, the drone drifts"));
    options.addFlag(QStringLiteral("force"), QStringLiteral("Replace a file that exists"));
    options.addFlag(QStringLiteral("json"), QStringLiteral("Print what was made as JSON"));
}

/// Takes a value over, or keeps the first mistake.
template <typename T, typename U>
void take(const Result<T>& from, U& to, std::optional<Error>& mistake)
{
    if (from) {
        to = static_cast<U>(*from);
    } else if (!mistake) {
        mistake = from.error();
    }
}

Result<GeneratorOptions> readOptions(const CliOptions& given, SceneKind kind)
{
    using Limits = GeneratorLimits;
    GeneratorOptions options;
    options.kind = kind;
    if (!given.isSet(QStringLiteral("events"))) {
        return wrongUsage(QStringLiteral("--events is missing: say how many events to generate"));
    }
    std::optional<Error> mistake;
    QString storage;
    take(given.integer(QStringLiteral("events"), 1, Limits::kMaxEvents), options.events, mistake);
    take(given.unsignedInteger(QStringLiteral("seed")), options.seed, mistake);
    take(given.choice(QStringLiteral("storage"), {QStringLiteral("chunked"), QStringLiteral("contiguous")}),
         storage, mistake);
    take(given.integer(QStringLiteral("chunk-events"), 1, static_cast<std::int64_t>(Limits::kMaxChunkEvents)),
         options.chunkEvents, mistake);
    take(given.choice(QStringLiteral("filter"), chunkFilterNames()), options.filter, mistake);
    take(given.integer(QStringLiteral("level"), 1, 19), options.level, mistake);
    take(given.integer(QStringLiteral("width"), Limits::kMinSide, Limits::kMaxSide), options.width, mistake);
    take(given.integer(QStringLiteral("height"), Limits::kMinSide, Limits::kMaxSide), options.height,
         mistake);
    take(given.real(QStringLiteral("rate"), Limits::kMinRate, Limits::kMaxRate), options.eventsPerSecond,
         mistake);
    take(given.real(QStringLiteral("rpm"), 0, Limits::kMaxRpm), options.rpm, mistake);
    take(given.real(QStringLiteral("rpm-variation"), 0, Limits::kMaxRpmVariation), options.rpmVariation,
         mistake);
    take(given.integer(QStringLiteral("blades"), 1, Limits::kMaxBlades), options.blades, mistake);
    take(given.real(QStringLiteral("noise"), 0, 1), options.noiseShare, mistake);
    take(given.integer(QStringLiteral("hot-pixels"), 0, Limits::kMaxHotPixels), options.hotPixels, mistake);
    if (mistake) {
        return *mistake;
    }
    options.contiguous = storage == u"contiguous";
    options.moving = given.isSet(QStringLiteral("moving"));
    if (const auto valid = checkGeneratorOptions(options); !valid) {
        return valid.error();
    }
    return options;
}

QJsonObject describe(const GeneratedRecording& recording, const GeneratorOptions& options, double seconds)
{
    QJsonObject json{{QStringLiteral("file"), recording.path},
                     {QStringLiteral("kind"), sceneKindId(options.kind)},
                     {QStringLiteral("events"), static_cast<qint64>(recording.events)},
                     {QStringLiteral("file_bytes"), static_cast<qint64>(recording.fileBytes)},
                     {QStringLiteral("bytes_per_event"),
                      static_cast<double>(recording.fileBytes) / static_cast<double>(recording.events)},
                     {QStringLiteral("seconds"), seconds},
                     {QStringLiteral("events_per_second"), static_cast<double>(recording.events) / seconds}};
    return json;
}

int makeOne(const CliOptions& given, SceneKind kind, CliSession& session)
{
    const auto options = readOptions(given, kind);
    if (!options) {
        return session.fail(options.error());
    }
    const QString path = given.positional().at(1);
    if (QFileInfo::exists(path) && !given.isSet(QStringLiteral("force"))) {
        return session.fail(
            Error{ErrorCode::Io, QStringLiteral("This file exists already; --force replaces it"), path});
    }
    QElapsedTimer timer;
    timer.start();
    const auto made = generateRecording(path, *options, session.cancel(), session.progressReporter());
    if (!made) {
        return session.fail(made.error());
    }
    const double seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
    if (given.isSet(QStringLiteral("json"))) {
        return session.printJson(describe(*made, *options, seconds));
    }
    session.note(QString(formatCount(made->events) % (made->events == 1 ? u" event, " : u" events, ") %
                         formatFileSize(ByteCount{made->fileBytes}) % u", " %
                         formatEventRate(static_cast<double>(made->events) / seconds) % u": " % path));
    return CliSession::kDone;
}

int makeSamples(const CliOptions& given, CliSession& session)
{
    for (const QString& name : given.given()) {
        if (name != u"json") {
            return session.fail(wrongUsage(
                QString(u"--" % name % u" does not go with samples, which are always the same six")));
        }
    }
    const auto made =
        makeSampleRecordings(given.positional().at(1), session.cancel(), session.progressReporter());
    if (!made) {
        return session.fail(made.error());
    }
    if (given.isSet(QStringLiteral("json"))) {
        return session.printJson(QJsonObject{{QStringLiteral("files"), QJsonArray::fromStringList(*made)}});
    }
    for (const QString& path : *made) {
        session.note(path);
    }
    return CliSession::kDone;
}

int run(const QStringList& arguments, CliSession& session)
{
    CliOptions options(generateCommand());
    declareOptions(options);
    options.setPositional(2, 2);
    if (const auto finished = options.parse(arguments, session)) {
        return *finished;
    }
    const QString& what = options.positional().first();
    if (what == u"samples") {
        return makeSamples(options, session);
    }
    const auto kind = sceneKindFromId(what);
    if (!kind) {
        return session.fail(wrongUsage(QString(u"Unknown kind of recording " % what % u"; known are " %
                                               sceneKindIds().join(QStringLiteral(", ")) % u" and samples")));
    }
    return makeOne(options, *kind, session);
}

} // namespace

CliCommand generateCommand()
{
    return {QStringLiteral("generate"),
            QStringLiteral("Make a synthetic recording of known content, or the samples"),
            QStringLiteral("KIND OUT.h5 --events N [options] | samples FOLDER"), run};
}

} // namespace perihelion
