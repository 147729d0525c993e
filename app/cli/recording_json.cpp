// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/recording_json.h"

#include <QJsonArray>

namespace perihelion {

namespace {

qint64 micros(EventTime time)
{
    return static_cast<qint64>(time.count());
}

} // namespace

QJsonObject metadataJson(const RecordingMetadata& m)
{
    QJsonArray notes;
    for (const Note& note : m.notes) {
        notes.append(QJsonObject{{QStringLiteral("kind"), noteKindId(note.kind)},
                                 {QStringLiteral("text"), note.text},
                                 {QStringLiteral("count"), static_cast<qint64>(note.count)}});
    }
    const QJsonObject sensor{{QStringLiteral("width"), m.sensor.width},
                             {QStringLiteral("height"), m.sensor.height},
                             {QStringLiteral("source"), valueSourceName(m.sensor.source)}};
    const QJsonObject storage{{QStringLiteral("chunk_events"), static_cast<qint64>(m.storage.chunkEvents)},
                              {QStringLiteral("filters"), QJsonArray::fromStringList(m.storage.filters)},
                              {QStringLiteral("contiguous"), m.storage.contiguous},
                              {QStringLiteral("chunks"), static_cast<qint64>(m.storage.chunkCount)},
                              {QStringLiteral("file_bytes"), static_cast<qint64>(m.storage.fileSize.value)}};
    return QJsonObject{{QStringLiteral("file"), m.path},
                       {QStringLiteral("layout"), layoutId(m.layout)},
                       {QStringLiteral("layout_name"), layoutName(m.layout)},
                       {QStringLiteral("columns"), m.columnPaths},
                       {QStringLiteral("stream"), m.stream},
                       {QStringLiteral("streams"), QJsonArray::fromStringList(m.streams)},
                       {QStringLiteral("sensor"), sensor},
                       {QStringLiteral("events"), static_cast<qint64>(m.eventCount)},
                       {QStringLiteral("t_first_us"), micros(m.firstTime)},
                       {QStringLiteral("t_last_us"), micros(m.lastTime)},
                       {QStringLiteral("t_min_us"), micros(m.minTime)},
                       {QStringLiteral("t_max_us"), micros(m.maxTime)},
                       {QStringLiteral("t_origin_us"), micros(m.timeOrigin)},
                       {QStringLiteral("duration_us"), micros(m.duration())},
                       {QStringLiteral("complete"), m.complete},
                       {QStringLiteral("storage"), storage},
                       {QStringLiteral("notes"), notes}};
}

QJsonObject phasesJson(const LoadPhases& phases)
{
    return QJsonObject{{QStringLiteral("open_ms"), toMilliseconds(phases.open)},
                       {QStringLiteral("index_ms"), toMilliseconds(phases.index)},
                       {QStringLiteral("decode_ms"), toMilliseconds(phases.decode)},
                       {QStringLiteral("accumulate_ms"), toMilliseconds(phases.accumulate)}};
}

QString indexStateName(IndexState state)
{
    return state == IndexState::Kept ? QStringLiteral("kept") : QStringLiteral("built");
}

QString cacheStateName(CacheState state)
{
    switch (state) {
    case CacheState::Off:
        return QStringLiteral("off");
    case CacheState::Miss:
        return QStringLiteral("miss");
    case CacheState::Hit:
        break;
    }
    return QStringLiteral("hit");
}

} // namespace perihelion
