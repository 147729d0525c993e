// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/info_command.h"

#include "app/cli/cli_options.h"
#include "app/cli/recording_json.h"
#include "core/base/format.h"
#include "core/base/paths.h"
#include "core/jobs/decode_pool.h"
#include "datasets/index/event_file.h"

#include <QJsonArray>

#include <algorithm>

namespace perihelion {

namespace {

QString line(const QString& label, const QString& value)
{
    return QString(label.leftJustified(12) % value % u'\n');
}

QString describe(const RecordingMetadata& m, const LoadPhases& phases, IndexState index)
{
    const double seconds = static_cast<double>(m.duration().count()) / 1e6;
    const QString storage =
        m.storage.contiguous
            ? QStringLiteral("contiguous")
            : QString(u"chunks of " % formatCount(static_cast<std::int64_t>(m.storage.chunkEvents)) %
                      (m.storage.filters.isEmpty()
                           ? QString()
                           : QString(u" · " % m.storage.filters.join(QStringLiteral(", ")))));
    QString text = QString(m.path % u'\n');
    text += line(QStringLiteral("  Layout"), QString(layoutName(m.layout) % u" · " % m.columnPaths));
    if (!m.streams.isEmpty()) {
        text += line(QStringLiteral("  Stream"),
                     QString(m.stream % u" (of " % m.streams.join(QStringLiteral(", ")) % u')'));
    }
    text += line(QStringLiteral("  Sensor"), QStringLiteral("%1 × %2 (%3)")
                                                 .arg(m.sensor.width)
                                                 .arg(m.sensor.height)
                                                 .arg(valueSourceName(m.sensor.source)));
    text += line(QStringLiteral("  Events"), formatCount(m.eventCount));
    text += line(QStringLiteral("  Duration"), formatDuration(m.duration()));
    if (seconds > 0) {
        text +=
            line(QStringLiteral("  Mean rate"), formatEventRate(static_cast<double>(m.eventCount) / seconds));
    }
    text += line(QStringLiteral("  Storage"), QString(storage % u" · " % formatFileSize(m.storage.fileSize)));
    text += line(QStringLiteral("  Opened in"), QStringLiteral("%1 ms (index %2)")
                                                    .arg(toMilliseconds(phases.total()), 0, 'f', 2)
                                                    .arg(indexStateName(index)));
    for (const Note& note : m.notes) {
        text += line(QStringLiteral("  Note"), note.text);
    }
    return text;
}

QJsonObject errorJson(const QString& path, const Error& error)
{
    return QJsonObject{{QStringLiteral("file"), path},
                       {QStringLiteral("error"), error.message},
                       {QStringLiteral("error_code"), errorCodeName(error.code)}};
}

int run(const QStringList& arguments, CliSession& session)
{
    CliOptions options(infoCommand());
    options.setPositional(1, -1);
    options.addValue(QStringLiteral("stream"), QStringLiteral("NAME"),
                     QStringLiteral("left or right, of a recording with both"));
    options.addFlag(QStringLiteral("quick"),
                    QStringLiteral("Do not look at every event of a recording not seen before"));
    options.addFlag(QStringLiteral("json"), QStringLiteral("Print JSON; several files give an array"));
    declareIndexOption(options);
    if (const auto status = options.parse(arguments, session)) {
        return *status;
    }
    auto open = openOptionsFrom(options);
    if (!open) {
        return session.fail(open.error());
    }
    open->stream = options.value(QStringLiteral("stream"));

    DecodePool pool;
    const bool asJson = options.isSet(QStringLiteral("json"));
    QJsonArray all;
    QString text;
    int status = CliSession::kDone;
    for (const QString& path : options.positional()) {
        const auto file = EventFile::open(path, *open);
        if (!file) {
            status = std::max(status, session.fail(file.error()));
            all.append(errorJson(path, file.error()));
            continue;
        }
        if (!options.isSet(QStringLiteral("quick"))) {
            const auto completed = (*file)->completeIndex(pool, session.cancel(), session.progressReporter());
            session.endProgress();
            if (!completed && completed.error().code == ErrorCode::Cancelled) {
                return session.fail(completed.error());
            }
            if (!completed) {
                session.note(completed.error().sentence());
            }
        } else if (const auto kept = (*file)->keepIndex(); !kept) {
            session.note(kept.error().sentence());
        }
        if (const auto unchanged = (*file)->checkUnchanged(); !unchanged) {
            status = std::max(status, session.fail(unchanged.error()));
            all.append(errorJson(path, unchanged.error()));
            continue;
        }
        QJsonObject object = metadataJson((*file)->metadata());
        object[QStringLiteral("index")] = indexStateName((*file)->indexState());
        object[QStringLiteral("phases")] = phasesJson((*file)->openPhases());
        all.append(object);
        text += describe((*file)->metadata(), (*file)->openPhases(), (*file)->indexState());
    }
    if (asJson) {
        const bool single = options.positional().size() == 1;
        if (single && status != CliSession::kDone) {
            return status;
        }
        const int printed = session.printJson(single ? all.first() : QJsonValue(all));
        return std::max(status, printed);
    }
    return std::max(status, text.isEmpty() ? CliSession::kDone : session.print(text));
}

} // namespace

CliCommand infoCommand()
{
    return CliCommand{QStringLiteral("info"),
                      QStringLiteral("Say what a recording holds and how it is stored"),
                      QStringLiteral("FILE… [--stream NAME] [--quick] [--json]"), run};
}

void declareIndexOption(CliOptions& options)
{
    options.addValue(
        QStringLiteral("index"), QStringLiteral("USE"),
        QStringLiteral("kept (use the kept index), rebuild (build it anew), none (keep nothing)"),
        QStringLiteral("kept"));
}

Result<OpenOptions> openOptionsFrom(const CliOptions& options)
{
    const auto use = options.choice(
        QStringLiteral("index"), {QStringLiteral("kept"), QStringLiteral("rebuild"), QStringLiteral("none")});
    if (!use) {
        return use.error();
    }
    OpenOptions open;
    open.indexDir = *use == u"none" ? QString() : StoragePaths::forUser().indexDir();
    open.useKeptIndex = *use == u"kept";
    return open;
}

} // namespace perihelion
