// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_store.h"

#include "core/base/atomic_file.h"
#include "core/runs/run_lists.h"
#include "core/runs/run_notes.h"
#include "core/runs/run_rows.h"
#include "core/runs/schema_migration.h"
#include "core/runs/series_queries.h"
#include "core/runs/sql_error.h"

#include <QDir>
#include <QFileInfo>
#include <QLockFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

#include <algorithm>
#include <array>

namespace perihelion {

namespace {

QString opening()
{
    return QStringLiteral("Opening the run store");
}

QString reading()
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

LoadRecord recordFromRow(const QSqlQuery& row)
{
    const auto number = [&row](int column) {
        return static_cast<std::int64_t>(row.value(column).toLongLong());
    };
    LoadRecord load;
    load.id = number(0);
    load.path = row.value(1).toString();
    load.stream = row.value(2).toString();
    load.at = QDateTime::fromMSecsSinceEpoch(number(3), Qt::UTC);
    load.phases.open = Nanoseconds(number(4));
    load.phases.index = Nanoseconds(number(5));
    load.phases.decode = Nanoseconds(number(6));
    load.phases.accumulate = Nanoseconds(number(7));
    load.phases.firstFrame = Nanoseconds(number(8));
    load.index = row.value(9).toString() == u"kept" ? IndexState::Kept : IndexState::Built;
    load.cache = cacheFromName(row.value(10).toString());
    load.fileBytes = number(11);
    load.events = number(12);
    load.windowEvents = number(13);
    load.chunksRead = number(14);
    load.bytesRead = number(15);
    return load;
}

/// The first value of a one-row answer, as text.
Result<QString> firstText(const QSqlDatabase& database, const QString& statement)
{
    QSqlQuery query(database);
    if (!query.exec(statement) || !query.next()) {
        return errorFromSql(query.lastError(), opening(), database.databaseName());
    }
    return query.value(0).toString();
}

} // namespace

RunStore::RunStore(QString file, std::chrono::milliseconds busyTimeout)
    : m_file(std::move(file)),
      m_connections(m_file, busyTimeout)
{
}

RunStore::~RunStore() = default;

Result<void> RunStore::open()
{
    const Result<QString> name = connection();
    return name ? Result<void>() : Result<void>(name.error());
}

QString RunStore::notice() const
{
    const std::lock_guard lock(m_mutex);
    return m_notice;
}

Result<QString> RunStore::connection() const
{
    const std::lock_guard lock(m_mutex);
    const std::optional<DatabaseIdentity> there = DatabaseIdentity::of(m_file);
    if (!m_prepared || m_prepared != there) {
        m_prepared.reset();
        if (Result<void> done = prepare(); !done) {
            m_connections.closeCurrent();
            return done.error();
        }
        m_prepared = DatabaseIdentity::of(m_file);
    }
    return m_connections.current();
}

template <typename Question>
auto RunStore::ask(Question question) const -> std::invoke_result_t<Question, QSqlDatabase&>
{
    const Result<QString> name = connection();
    if (!name) {
        return name.error();
    }
    QSqlDatabase database = QSqlDatabase::database(*name, false);
    return question(database);
}

Result<void> RunStore::prepare() const
{
    m_notice.clear();
    const QString folder = QFileInfo(m_file).absolutePath();
    if (!QDir().mkpath(folder)) {
        return Error{ErrorCode::PermissionDenied,
                     QString(opening() % u" failed: its folder cannot be made; check who may write there"),
                     folder};
    }
    // Two programs that start at once must not both set a damaged file aside or switch the journal mode.
    // Where the lock file cannot be made the folder is read-only, and what follows says so.
    QLockFile alone(QString(m_file % u".lock"));
    static_cast<void>(alone.tryLock(static_cast<int>(kBusyTimeout.count())));

    Result<void> ready = bringUpToDate();
    if (!ready && ready.error().code == ErrorCode::Corrupt) {
        m_connections.closeCurrent();
        // The log goes first: left beside a new database it would be replayed into it.
        const Result<QString> aside = setFileAside(m_file, {QStringLiteral("-shm"), QStringLiteral("-wal")});
        if (!aside) {
            return aside.error();
        }
        m_notice =
            QStringLiteral("The run store was damaged; it was set aside and a new one begun: %1").arg(*aside);
        ready = bringUpToDate();
    }
    return ready;
}

Result<void> RunStore::bringUpToDate() const
{
    // SQLite would open such a file for reading only and fail at the first row that is to be kept.
    if (QFileInfo::exists(m_file) && !QFileInfo(m_file).isWritable()) {
        return Error{ErrorCode::PermissionDenied,
                     QString(opening() % u" failed: the file is read-only; make it writable"), m_file};
    }
    const Result<QString> name = m_connections.current();
    if (!name) {
        return name.error();
    }
    QSqlDatabase database = QSqlDatabase::database(*name, false);
    // The version first: a file of a newer version is left alone whatever its state.
    const Result<int> version = schemaVersion(database);
    if (!version) {
        return version.error();
    }
    if (*version <= kSchemaVersion) {
        const Result<QString> check = firstText(database, QStringLiteral("PRAGMA quick_check(1)"));
        if (!check) {
            return check.error();
        }
        if (*check != u"ok") {
            return Error{ErrorCode::Corrupt, QString(opening() % u" failed: " % *check), m_file};
        }
        const Result<QString> journal = firstText(database, QStringLiteral("PRAGMA journal_mode"));
        if (!journal) {
            return journal.error();
        }
        if (*journal != u"wal") {
            if (const Result<QString> set = firstText(database, QStringLiteral("PRAGMA journal_mode = WAL"));
                !set) {
                return set.error();
            }
        }
    }
    return migrateSchema(database, runStoreSchema());
}

Result<std::int64_t> RunStore::recordLoad(const LoadRecord& load)
{
    const QString doing = QStringLiteral("Recording a load");
    if (load.path.isEmpty()) {
        return Error{ErrorCode::InvalidArgument, QString(doing % u" failed: the recording has no path"),
                     m_file};
    }
    const Result<QString> name = connection();
    if (!name) {
        return name.error();
    }
    QSqlQuery insert(QSqlDatabase::database(*name, false));
    if (!insert.prepare(QStringLiteral(
            "INSERT INTO loads (path, stream, at_ms, open_ns, index_ns, decode_ns, accumulate_ns, "
            "first_frame_ns,"
            " index_state, cache_state, file_bytes, events, window_events, chunks_read, bytes_read)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"))) {
        return errorFromSql(insert.lastError(), doing, m_file);
    }
    const auto addNumber = [&insert](std::int64_t value) {
        insert.addBindValue(QVariant::fromValue<qint64>(value));
    };
    // A null QString would be bound as NULL.
    const auto addText = [&insert](const QString& text) {
        insert.addBindValue(text.isNull() ? QStringLiteral("") : text);
    };
    addText(load.path);
    addText(load.stream);
    addNumber((load.at.isValid() ? load.at : QDateTime::currentDateTimeUtc()).toMSecsSinceEpoch());
    for (const Nanoseconds phase : {load.phases.open, load.phases.index, load.phases.decode,
                                    load.phases.accumulate, load.phases.firstFrame}) {
        addNumber(phase.count());
    }
    addText(indexName(load.index));
    addText(cacheName(load.cache));
    for (const std::int64_t value :
         {load.fileBytes, load.events, load.windowEvents, load.chunksRead, load.bytesRead}) {
        addNumber(value);
    }
    if (!insert.exec()) {
        return errorFromSql(insert.lastError(), doing, m_file);
    }
    return static_cast<std::int64_t>(insert.lastInsertId().toLongLong());
}

Result<std::vector<LoadRecord>> RunStore::recentLoads(const QString& path, int limit) const
{
    const Result<QString> name = connection();
    if (!name) {
        return name.error();
    }
    QSqlQuery query(QSqlDatabase::database(*name, false));
    query.setForwardOnly(true);
    if (!query.prepare(QStringLiteral(
            "SELECT id, path, stream, at_ms, open_ns, index_ns, decode_ns, accumulate_ns, first_frame_ns,"
            " index_state, cache_state, file_bytes, events, window_events, chunks_read, bytes_read"
            " FROM loads WHERE path = ? ORDER BY at_ms DESC, id DESC LIMIT ?"))) {
        return errorFromSql(query.lastError(), reading(), m_file);
    }
    query.addBindValue(path);
    query.addBindValue(std::max(0, limit));
    if (!query.exec()) {
        return errorFromSql(query.lastError(), reading(), m_file);
    }
    std::vector<LoadRecord> loads;
    while (query.next()) {
        loads.push_back(recordFromRow(query));
    }
    if (query.lastError().isValid()) {
        return errorFromSql(query.lastError(), reading(), m_file);
    }
    return loads;
}

Result<std::vector<QString>> RunStore::recentRecordings(int limit) const
{
    const Result<QString> name = connection();
    if (!name) {
        return name.error();
    }
    QSqlQuery query(QSqlDatabase::database(*name, false));
    query.setForwardOnly(true);
    if (!query.prepare(QStringLiteral("SELECT path FROM loads GROUP BY path"
                                      " ORDER BY MAX(at_ms) DESC, MAX(id) DESC LIMIT ?"))) {
        return errorFromSql(query.lastError(), reading(), m_file);
    }
    query.addBindValue(std::max(0, limit));
    if (!query.exec()) {
        return errorFromSql(query.lastError(), reading(), m_file);
    }
    std::vector<QString> paths;
    while (query.next()) {
        paths.push_back(query.value(0).toString());
    }
    if (query.lastError().isValid()) {
        return errorFromSql(query.lastError(), reading(), m_file);
    }
    return paths;
}

Result<std::int64_t> RunStore::recordRun(const RunRecord& run)
{
    const auto ids = recordRuns(std::span(&run, 1));
    return ids ? Result<std::int64_t>(ids->front()) : Result<std::int64_t>(ids.error());
}

Result<std::vector<std::int64_t>> RunStore::recordRuns(std::span<const RunRecord> runs)
{
    return ask([runs](QSqlDatabase& database) { return insertRuns(database, runs); });
}

Result<RunRecord> RunStore::run(std::int64_t id) const
{
    return ask([id](QSqlDatabase& database) { return readRun(database, id); });
}

Result<std::vector<RunListing>> RunStore::recentRuns(const RunFilter& filter, int limit) const
{
    return ask([&filter, limit](QSqlDatabase& database) { return listRuns(database, filter, limit); });
}

Result<std::vector<SeriesListing>> RunStore::series() const
{
    return ask([](QSqlDatabase& database) { return listSeries(database); });
}

Result<std::vector<SeriesRow>> RunStore::seriesRows(std::int64_t series) const
{
    return ask([series](QSqlDatabase& database) { return listRows(database, series); });
}

Result<SeriesPoints> RunStore::seriesPoints(std::int64_t series, const RowFilter& filter) const
{
    return ask([series, &filter](QSqlDatabase& database) { return listPoints(database, series, filter); });
}

Result<std::vector<RunSamples>> RunStore::samples(std::int64_t row, IterationMode mode,
                                                  std::span<const std::int64_t> runs) const
{
    return ask([row, mode, runs](QSqlDatabase& database) { return readSamples(database, row, mode, runs); });
}

Result<std::int64_t> RunStore::addNote(const RunNote& note)
{
    return ask([&note](QSqlDatabase& database) { return insertNote(database, note); });
}

Result<void> RunStore::removeNote(std::int64_t id)
{
    return ask([id](QSqlDatabase& database) { return deleteNote(database, id); });
}

Result<std::vector<RunNote>> RunStore::notes(const QString& project, std::int64_t series) const
{
    return ask([&project, series](QSqlDatabase& database) { return listNotes(database, project, series); });
}

} // namespace perihelion
