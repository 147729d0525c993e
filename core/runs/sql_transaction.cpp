// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/sql_transaction.h"

#include "core/runs/sql_dialect.h"
#include "core/runs/sql_statement.h"

namespace perihelion {

SqlTransaction::SqlTransaction(const QSqlDatabase& database, QString doing)
    : m_database(database),
      m_doing(std::move(doing))
{
}

SqlTransaction::~SqlTransaction()
{
    if (m_isOpen) {
        // Whatever stopped it is the error to tell.
        static_cast<void>(simply(QStringLiteral("ROLLBACK")));
    }
}

Result<void> SqlTransaction::begin()
{
    for (const QString& statement : beginWriting(dialectOf(m_database))) {
        if (Result<void> begun = simply(statement); !begun) {
            return begun;
        }
        m_isOpen = true;
    }
    return {};
}

Result<void> SqlTransaction::keep()
{
    Result<void> kept = simply(QStringLiteral("COMMIT"));
    m_isOpen = !kept;
    return kept;
}

Result<void> SqlTransaction::simply(const QString& statement)
{
    return runSql(m_database, statement, m_doing);
}

} // namespace perihelion
