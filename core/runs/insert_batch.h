// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// InsertBatch: rows for one table. A server gets many of them with one statement, because every question to
// it costs a journey over the network; a file gets them one by one, with one prepared statement. Used in the
// thread of its connection only.

#include "core/base/result.h"
#include "core/runs/sql_dialect.h"
#include "core/runs/sql_statement.h"

#include <QByteArray>
#include <QDateTime>
#include <QString>
#include <QVariant>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

class QSqlDatabase;

namespace perihelion {

class InsertBatch {
public:
    static constexpr std::size_t kRowsToServer = 64;

    /// table: with its columns, "notes (id, body)"; columns: how many there are.
    InsertBatch(const QSqlDatabase& database, QString table, std::size_t columns, QString doing);

    InsertBatch& add(std::int64_t value);
    InsertBatch& add(const QString& value);       ///< Never NULL.
    InsertBatch& add(const QByteArray& value);    ///< Bytes, never NULL.
    InsertBatch& addTime(const QDateTime& value); ///< Unix time in milliseconds; NULL for an invalid one.
    InsertBatch& addReal(double value);

    /// Enough rows have gathered for one statement.
    bool isFull() const { return m_values.size() >= m_rowsAtOnce * m_columns; }
    /// Sends what has gathered, whole rows.
    Result<void> flush();

private:
    QString textFor(std::size_t rows) const;

    const QSqlDatabase& m_database;
    const QString m_table;
    const std::size_t m_columns;
    const QString m_doing;
    const std::size_t m_rowsAtOnce;
    std::vector<QVariant> m_values;      ///< Of the rows that wait.
    std::optional<SqlStatement> m_whole; ///< For m_rowsAtOnce rows, prepared when first needed.
};

} // namespace perihelion
