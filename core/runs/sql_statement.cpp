// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/sql_statement.h"

#include "core/runs/sql_dialect.h"
#include "core/runs/sql_error.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QVariant>

namespace perihelion {

Result<void> runSql(const QSqlDatabase& database, const QString& text, const QString& doing)
{
    QSqlQuery query(database);
    return query.exec(text) ? Result<void>()
                            : Result<void>(errorFromSql(dialectOf(database), query.lastError(), doing,
                                                        shownName(database)));
}

SqlStatement::SqlStatement(const QSqlDatabase& database, const QString& text, QString doing)
    : m_query(std::make_unique<QSqlQuery>(database)),
      m_doing(std::move(doing)),
      m_file(shownName(database))
{
    m_dialect = dialectOf(database);
    // A server's rows would come one by one then, and be lost to the next statement.
    m_query->setForwardOnly(m_dialect == SqlDialect::Sqlite);
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

SqlStatement& SqlStatement::add(const QByteArray& value)
{
    m_query->bindValue(m_bound++, value.isNull() ? QByteArrayLiteral("") : value, QSql::In | QSql::Binary);
    return *this;
}

SqlStatement& SqlStatement::addTime(const QDateTime& value)
{
    m_query->bindValue(m_bound++, value.isValid() ? QVariant::fromValue<qint64>(value.toMSecsSinceEpoch())
                                                  : QVariant(QMetaType::fromType<qint64>()));
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

SqlStatement& SqlStatement::addValue(const QVariant& value)
{
    m_query->bindValue(m_bound++, value);
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

Result<void> SqlStatement::finish()
{
    const bool failed = m_query->lastError().isValid();
    Result<void> finished = failed ? Result<void>(failure()) : Result<void>();
    // A statement that still has rows would keep its transaction from being committed.
    m_query->finish();
    return finished;
}

Result<std::int64_t> SqlStatement::onlyInteger()
{
    if (const Result<void> done = run(); !done) {
        return done.error();
    }
    const bool there = next();
    const std::int64_t value = there ? integer(0) : 0;
    if (const Result<void> done = finish(); !done) {
        return done.error();
    }
    return there ? Result<std::int64_t>(value)
                 : Result<std::int64_t>(Error{
                       ErrorCode::Internal, QString(m_doing % u" failed: the store did not answer"), m_file});
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

QByteArray SqlStatement::bytes(int column) const
{
    return m_query->value(column).toByteArray();
}

QDateTime SqlStatement::time(int column) const
{
    return isNull(column) ? QDateTime() : QDateTime::fromMSecsSinceEpoch(integer(column), Qt::UTC);
}

bool SqlStatement::isNull(int column) const
{
    return m_query->isNull(column);
}

Error SqlStatement::failure() const
{
    return errorFromSql(m_dialect, m_query->lastError(), m_doing, m_file);
}

} // namespace perihelion
