// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/load_rows.h"

#include "core/runs/sql_statement.h"

#include <QSqlDatabase>

#include <algorithm>

namespace perihelion {

namespace {

QString readingLoads()
{
    return QStringLiteral("Reading the run store");
}

QString indexName(IndexState state)
{
    return state == IndexState::Kept ? QStringLiteral("kept") : QStringLiteral("built");
}

QString cacheName(CacheState state)
{
    switch (state) {
    case CacheState::Hit:
        return QStringLiteral("hit");
    case CacheState::Miss:
        return QStringLiteral("miss");
    case CacheState::Off:
        break;
    }
    return QStringLiteral("off");
}

CacheState cacheFromName(const QString& name)
{
    return name == u"hit" ? CacheState::Hit : name == u"miss" ? CacheState::Miss : CacheState::Off;
}

LoadRecord loadFromRow(const SqlStatement& row)
{
    LoadRecord load;
    load.id = row.integer(0);
    load.path = row.text(1);
    load.stream = row.text(2);
    load.at = row.time(3);
    load.phases.open = Nanoseconds(row.integer(4));
    load.phases.index = Nanoseconds(row.integer(5));
    load.phases.decode = Nanoseconds(row.integer(6));
    load.phases.accumulate = Nanoseconds(row.integer(7));
    load.phases.firstFrame = Nanoseconds(row.integer(8));
    load.index = row.text(9) == u"kept" ? IndexState::Kept : IndexState::Built;
    load.cache = cacheFromName(row.text(10));
    load.fileBytes = row.integer(11);
    load.events = row.integer(12);
    load.windowEvents = row.integer(13);
    load.chunksRead = row.integer(14);
    load.bytesRead = row.integer(15);
    return load;
}

} // namespace

Result<std::int64_t> insertLoad(const QSqlDatabase& database, const LoadRecord& load)
{
    const QString doing = QStringLiteral("Recording a load");
    if (load.path.isEmpty()) {
        return Error{ErrorCode::InvalidArgument, QString(doing % u" failed: the recording has no path"),
                     shownName(database)};
    }
    SqlStatement insert(
        database,
        QStringLiteral("INSERT INTO loads (path, stream, at_ms, open_ns, index_ns, decode_ns, accumulate_ns,"
                       " first_frame_ns, index_state, cache_state, file_bytes, events, window_events,"
                       " chunks_read, bytes_read)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"),
        doing);
    insert.add(load.path).add(load.stream);
    insert.addTime(load.at.isValid() ? load.at : QDateTime::currentDateTimeUtc());
    for (const Nanoseconds phase : {load.phases.open, load.phases.index, load.phases.decode,
                                    load.phases.accumulate, load.phases.firstFrame}) {
        insert.add(static_cast<std::int64_t>(phase.count()));
    }
    insert.add(indexName(load.index)).add(cacheName(load.cache));
    for (const std::int64_t value :
         {load.fileBytes, load.events, load.windowEvents, load.chunksRead, load.bytesRead}) {
        insert.add(value);
    }
    return insert.onlyInteger();
}

Result<std::vector<LoadRecord>> listLoads(const QSqlDatabase& database, const QString& path, int limit)
{
    SqlStatement rows(
        database,
        QStringLiteral(
            "SELECT id, path, stream, at_ms, open_ns, index_ns, decode_ns, accumulate_ns, first_frame_ns,"
            " index_state, cache_state, file_bytes, events, window_events, chunks_read, bytes_read"
            " FROM loads WHERE path = ? ORDER BY at_ms DESC, id DESC LIMIT ?"),
        readingLoads());
    if (const Result<void> done = rows.add(path).add(static_cast<std::int64_t>(std::max(0, limit))).run();
        !done) {
        return done.error();
    }
    std::vector<LoadRecord> loads;
    while (rows.next()) {
        loads.push_back(loadFromRow(rows));
    }
    if (const Result<void> done = rows.finish(); !done) {
        return done.error();
    }
    return loads;
}

Result<std::vector<QString>> listRecordings(const QSqlDatabase& database, int limit)
{
    SqlStatement rows(database,
                      QStringLiteral("SELECT path FROM loads GROUP BY path"
                                     " ORDER BY MAX(at_ms) DESC, MAX(id) DESC LIMIT ?"),
                      readingLoads());
    if (const Result<void> done = rows.add(static_cast<std::int64_t>(std::max(0, limit))).run(); !done) {
        return done.error();
    }
    std::vector<QString> paths;
    while (rows.next()) {
        paths.push_back(rows.text(0));
    }
    if (const Result<void> done = rows.finish(); !done) {
        return done.error();
    }
    return paths;
}

} // namespace perihelion
