// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/sql_statement.h"

#include "core/runs/sql_error.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QVariant>

namespace perihelion {

SqlStatement::SqlStatement(const QSqlDatabase& database, const QString& text, QString doing)
    : m_query(std::make_unique<QSqlQuery>(database)),
      m_doing(std::move(doing)),
      m_file(database.databaseName())
{
    m_query->setForwardOnly(true);
    m_prepared = m_query->prepare(text);
}

SqlStatement::~SqlStatement() = default;

SqlStatement& SqlStatement::add(std::int64_t value)
{
    m_query->bindValue(m_bound++, QVariant::fromValue<qint64>(value));
    return *this;
}

SqlStatement& SqlStatement::add(const QString& value)
{
    // A null QString would be bound as NULL.
    m_query->bindValue(m_bound++, value.isNull() ? QStringLiteral("") : value);
    return *this;
}

SqlStatement& SqlStatement::addReal(double value)
{
    m_query->bindValue(m_bound++, value);
    return *this;
}

SqlStatement& SqlStatement::addReal(std::optional<double> value)
{
    m_query->bindValue(m_bound++, value ? QVariant(*value) : QVariant());
    return *this;
}

Result<void> SqlStatement::run()
{
    m_bound = 0;
    if (!m_prepared || !m_query->exec()) {
        return failure();
    }
    return {};
}

bool SqlStatement::next()
{
    return m_query->next();
}

Result<void> SqlStatement::ended() const
{
    return m_query->lastError().isValid() ? Result<void>(failure()) : Result<void>();
}

std::int64_t SqlStatement::integer(int column) const
{
    return m_query->value(column).toLongLong();
}

QString SqlStatement::text(int column) const
{
    return m_query->value(column).toString();
}

double SqlStatement::real(int column) const
{
    return m_query->value(column).toDouble();
}

bool SqlStatement::isNull(int column) const
{
    return m_query->isNull(column);
}

std::int64_t SqlStatement::newId() const
{
    return m_query->lastInsertId().toLongLong();
}

Error SqlStatement::failure() const
{
    return errorFromSql(m_query->lastError(), m_doing, m_file);
}

} // namespace perihelion
