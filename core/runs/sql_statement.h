// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// SqlStatement: a prepared statement whose values are bound in order and whose failures are Errors. Used in
// the thread of its connection only. SQL types are only named here.

#include "core/base/result.h"
#include "core/runs/sql_dialect.h"

#include <QByteArray>
#include <QDateTime>
#include <QString>

#include <cstdint>
#include <memory>
#include <optional>

class QSqlDatabase;
class QSqlQuery;
class QVariant;

namespace perihelion {

/// Runs a statement without values and without rows; also one that cannot be prepared (BEGIN, CREATE TABLE).
Result<void> runSql(const QSqlDatabase& database, const QString& text, const QString& doing);

class SqlStatement {
public:
    /// doing: "Storing a run", for errors.
    SqlStatement(const QSqlDatabase& database, const QString& text, QString doing);
    ~SqlStatement();
    SqlStatement(const SqlStatement&) = delete;
    SqlStatement& operator=(const SqlStatement&) = delete;

    SqlStatement& add(std::int64_t value);
    SqlStatement& add(const QString& value);       ///< Never NULL.
    SqlStatement& add(const QByteArray& value);    ///< Bytes, never NULL.
    SqlStatement& addTime(const QDateTime& value); ///< Unix time in milliseconds; NULL for an invalid one.
    SqlStatement& addReal(double value);
    SqlStatement& addReal(std::optional<double> value); ///< NULL for nothing.

    SqlStatement& addValue(const QVariant& value);

    /// Runs it with the values bound since the last time.
    Result<void> run();
    /// The next row is there to be read.
    bool next();
    /// Lets go of rows that were not read. Error when the rows ended because reading failed.
    Result<void> finish();
    /// Runs it and reads the first column of its only row. Error Internal: there is none.
    Result<std::int64_t> onlyInteger();

    // Of the row that next() came to.
    std::int64_t integer(int column) const;
    QString text(int column) const;
    double real(int column) const;
    QByteArray bytes(int column) const;
    QDateTime time(int column) const; ///< UTC; invalid for NULL.
    bool isNull(int column) const;

private:
    Error failure() const;

    std::unique_ptr<QSqlQuery> m_query;
    QString m_doing;
    QString m_file;
    SqlDialect m_dialect = SqlDialect::Sqlite;
    bool m_prepared = false;
    int m_bound = 0;
};

} // namespace perihelion
