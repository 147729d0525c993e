// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Measured runs as rows. A run is kept whole as a document (its JSON, compressed): the truth. Beside it stand
// the columns that lists ask for, and per phase, metric and mode its quantiles and packed samples. Part of
// RunStore, which gives the connection; SQL types are only named here.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/progress.h"
#include "core/runs/insert_batch.h"
#include "core/runs/measured_rows.h"
#include "core/runs/run_record.h"
#include "core/runs/sql_statement.h"

#include <QHash>
#include <QString>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

class QSqlDatabase;

namespace perihelion {

/// Writes runs inside a transaction of the caller, any number with statements that are prepared once.
class RunWriter {
public:
    explicit RunWriter(const QSqlDatabase& database);

    /// Looks which of these runs are there already, with one question for many of them.
    Result<void> expect(std::span<const RunRecord> runs);
    /// Gives the id of the run. One whose uuid is there already is not written again and gives the id it has.
    /// keepId: it gets the id that it has. Error InvalidArgument: no uuid, workload or parameter hash.
    Result<std::int64_t> write(const RunRecord& run, bool keepId = false);
    /// After the last run: sends what is still gathered for a server.
    Result<void> finish();

private:
    Result<std::int64_t> seriesOf(const RunRecord& run);
    Result<std::int64_t> nextId();
    Result<std::int64_t> writeHead(const RunRecord& run, std::int64_t series, bool keepId);
    Result<void> learnRows(std::int64_t series);
    Result<std::int64_t> rowOf(std::int64_t series, const SeriesRow& row, std::int64_t place);
    Result<void> writeRows(const RunRecord& run, std::int64_t series, std::int64_t id);

    const QSqlDatabase& m_database;
    const bool m_onServer;
    InsertBatch m_heads; ///< Of a server only: a file gives the id of each as it is written.
    InsertBatch m_summaries;
    std::optional<SqlStatement> m_head;
    std::optional<SqlStatement> m_addRow;
    std::vector<std::int64_t> m_ids;       ///< Reserved of a server, the lowest last.
    std::size_t m_expected = 0;            ///< Runs that are still to come.
    QHash<QString, std::int64_t> m_known;  ///< By uuid: runs that are there, and 0 for those that are not.
    QHash<QString, std::int64_t> m_series; ///< By everything that identifies one.
    /// By series: ids of rows by kind and name.
    QHash<std::int64_t, QHash<QString, std::int64_t>> m_rows;
};

/// Error InvalidArgument: no uuid, workload or parameter hash.
Result<void> checkIdentity(const RunRecord& run);
/// Writes runs in one transaction, all or none; gives their ids in order. Error Cancelled: none was written.
Result<std::vector<std::int64_t>> insertRuns(const QSqlDatabase& database, std::span<const RunRecord> runs,
                                             const CancelToken& cancel = {},
                                             const ProgressReporter& progress = {});
/// Error NotFound.
Result<RunRecord> readRun(const QSqlDatabase& database, std::int64_t id);

} // namespace perihelion
