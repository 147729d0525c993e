// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_store.h"

#include "core/measure/operation_times.h"
#include "core/runs/load_rows.h"
#include "core/runs/run_lists.h"
#include "core/runs/run_notes.h"
#include "core/runs/run_rows.h"
#include "core/runs/series_queries.h"

#include <QDir>
#include <QFileInfo>
#include <QSqlDatabase>

namespace perihelion {

RunStore::RunStore(const QString& file, std::chrono::milliseconds timeout)
    : m_database(StoreLocation::ofFile(file), timeout, true)
{
}

RunStore::RunStore(const StoreLocation& location, const QString& localFile, std::chrono::milliseconds timeout)
    : m_database(location, timeout, location.file == localFile),
      m_local(location.isServer() ? std::make_unique<RunStore>(localFile, timeout) : nullptr),
      m_outbox(location.isServer()
                   ? std::make_unique<RunOutbox>(
                         QFileInfo(localFile).absoluteDir().filePath(QStringLiteral("outbox")), location)
                   : nullptr)
{
}

RunStore::~RunStore() = default;

void RunStore::timeInto(OperationTimes& times)
{
    m_times = &times;
    if (m_local) {
        m_local->timeInto(times);
    }
}

template <typename Question>
auto RunStore::ask(QStringView name, Question question) const -> std::invoke_result_t<Question, QSqlDatabase&>
{
    const TimedOperation timed(m_times, name);
    for (bool again = false;; again = true) {
        {
            const Result<ConnectionTurn> turn = m_database.turn();
            if (!turn) {
                return turn.error();
            }
            QSqlDatabase database = QSqlDatabase::database(turn->name(), false);
            auto answer = question(database);
            if (answer || answer.error().code != ErrorCode::Unreachable || again) {
                return answer;
            }
        }
        // A server that was started anew has dropped the connection and takes a new one.
        m_database.reconnect();
    }
}

Result<void> RunStore::open()
{
    {
        const TimedOperation timed(m_times, u"Run store: open");
        const Result<ConnectionTurn> turn = m_database.turn();
        if (!turn) {
            remember(turn.error().message);
            return turn.error();
        }
    }
    sendWaiting();
    return {};
}

QString RunStore::notice() const
{
    const QString opened = m_database.notice();
    const std::lock_guard lock(m_mutex);
    return opened.isEmpty() ? m_notice : opened;
}

void RunStore::say(const QString& notice)
{
    const std::lock_guard lock(m_mutex);
    m_notice = notice;
}

void RunStore::remember(const QString& trouble)
{
    const std::lock_guard lock(m_mutex);
    m_tried.trouble = trouble;
    m_tried.tried = trouble.isEmpty() ? QDateTime() : QDateTime::currentDateTimeUtc();
}

OutboxState RunStore::outbox() const
{
    OutboxState state;
    if (m_outbox) {
        const std::lock_guard lock(m_mutex);
        state = m_tried;
        state.waiting = static_cast<int>(m_outbox->waiting().size());
    }
    return state;
}

std::vector<RunRecord> RunStore::waitingRuns() const
{
    return m_outbox ? m_outbox->runs() : std::vector<RunRecord>();
}

OutboxState RunStore::sendWaiting(const CancelToken& cancel)
{
    const std::lock_guard alone(m_sending);
    const QStringList files = m_outbox ? m_outbox->waiting() : QStringList();
    if (files.isEmpty()) {
        return {};
    }
    int sent = 0;
    QString trouble;
    for (const QString& file : files) {
        if (cancel.isCancelled()) {
            break;
        }
        const Result<RunRecord> run = RunOutbox::take(file);
        if (!run) {
            if (run.error().code == ErrorCode::Corrupt) {
                trouble = run.error().sentence();
            }
            continue;
        }
        const auto id = ask(u"Run store: send waiting run", [&run](QSqlDatabase& database) {
            return insertRuns(database, std::span(&*run, 1));
        });
        if (id) {
            RunOutbox::remove(file);
            ++sent;
            continue;
        }
        trouble = id.error().message;
        if (id.error().code == ErrorCode::Unreachable) {
            break;
        }
    }
    remember(trouble);
    OutboxState state = outbox();
    state.sent = sent;
    QStringList notice;
    if (sent > 0) {
        notice.append(sent == 1
                          ? QStringLiteral("1 run that had waited was sent to the run store")
                          : QStringLiteral("%1 runs that had waited were sent to the run store").arg(sent));
    }
    if (state.waiting > 0) {
        notice.append(
            QString((state.waiting == 1 ? QStringLiteral("1 run still waits in ")
                                        : QStringLiteral("%1 runs still wait in ").arg(state.waiting)) %
                    m_outbox->folder() % u" to be sent"));
    }
    const QString counts = notice.join(QStringLiteral("; "));
    say(trouble.isEmpty() ? counts : counts.isEmpty() ? trouble : QString(counts % u": " % trouble));
    return state;
}

Result<std::int64_t> RunStore::recordLoad(const LoadRecord& load)
{
    if (m_local) {
        return m_local->recordLoad(load);
    }
    return ask(u"Run store: keep a load",
               [&load](QSqlDatabase& database) { return insertLoad(database, load); });
}

Result<std::vector<LoadRecord>> RunStore::recentLoads(const QString& path, int limit) const
{
    if (m_local) {
        return m_local->recentLoads(path, limit);
    }
    return ask(u"Run store: recent loads",
               [&path, limit](QSqlDatabase& database) { return listLoads(database, path, limit); });
}

Result<std::vector<QString>> RunStore::recentRecordings(int limit) const
{
    if (m_local) {
        return m_local->recentRecordings(limit);
    }
    return ask(u"Run store: recent recordings",
               [limit](QSqlDatabase& database) { return listRecordings(database, limit); });
}

Result<std::int64_t> RunStore::recordRun(const RunRecord& run)
{
    if (const Result<void> identified = checkIdentity(run); !identified) {
        return identified.error();
    }
    const auto ids = recordRuns(std::span(&run, 1));
    if (ids) {
        sendWaiting();
        return ids->front();
    }
    if (!m_outbox) {
        return ids.error();
    }
    // What was measured is not measured again: whatever the server's trouble is, the run is kept.
    if (const Result<void> kept = m_outbox->put(run); !kept) {
        return kept.error();
    }
    remember(ids.error().message);
    const int waiting = outbox().waiting;
    say(waiting == 1 ? QStringLiteral("1 run waits in %1 and is sent to the run store later: %2")
                           .arg(m_outbox->folder(), ids.error().message)
                     : QStringLiteral("%1 runs wait in %2 and are sent to the run store later: %3")
                           .arg(QString::number(waiting), m_outbox->folder(), ids.error().message));
    return 0;
}

Result<std::vector<std::int64_t>> RunStore::recordRuns(std::span<const RunRecord> runs,
                                                       const CancelToken& cancel,
                                                       const ProgressReporter& progress)
{
    return ask(u"Run store: keep runs",
               [&](QSqlDatabase& database) { return insertRuns(database, runs, cancel, progress); });
}

Result<RunRecord> RunStore::run(std::int64_t id) const
{
    return ask(u"Run store: read a run", [id](QSqlDatabase& database) { return readRun(database, id); });
}

Result<std::vector<RunListing>> RunStore::recentRuns(const RunFilter& filter, int limit) const
{
    return ask(u"Run store: list runs",
               [&filter, limit](QSqlDatabase& database) { return listRuns(database, filter, limit); });
}

Result<std::vector<SeriesListing>> RunStore::series() const
{
    return ask(u"Run store: list series", [](QSqlDatabase& database) { return listSeries(database); });
}

Result<std::vector<SeriesRow>> RunStore::seriesRows(std::int64_t series) const
{
    return ask(u"Run store: series rows",
               [series](QSqlDatabase& database) { return listRows(database, series); });
}

Result<SeriesPoints> RunStore::seriesPoints(std::int64_t series, const RowFilter& filter) const
{
    return ask(u"Run store: series points",
               [series, &filter](QSqlDatabase& database) { return listPoints(database, series, filter); });
}

Result<std::vector<RunSamples>> RunStore::samples(std::int64_t row, IterationMode mode,
                                                  std::span<const std::int64_t> runs) const
{
    return ask(u"Run store: samples of a row",
               [row, mode, runs](QSqlDatabase& database) { return readSamples(database, row, mode, runs); });
}

Result<std::int64_t> RunStore::addNote(const RunNote& note)
{
    return ask(u"Run store: keep a note",
               [&note](QSqlDatabase& database) { return insertNote(database, note); });
}

Result<void> RunStore::removeNote(std::int64_t id)
{
    return ask(u"Run store: remove a note",
               [id](QSqlDatabase& database) { return deleteNote(database, id); });
}

Result<std::vector<RunNote>> RunStore::notes(const QString& project, std::int64_t series) const
{
    return ask(u"Run store: notes",
               [&project, series](QSqlDatabase& database) { return listNotes(database, project, series); });
}

} // namespace perihelion
