// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/insert_batch.h"

#include <QSqlDatabase>

#include <utility>

namespace perihelion {

InsertBatch::InsertBatch(const QSqlDatabase& database, QString table, std::size_t columns, QString doing)
    : m_database(database),
      m_table(std::move(table)),
      m_columns(columns),
      m_doing(std::move(doing)),
      m_rowsAtOnce(dialectOf(database) == SqlDialect::Postgres ? kRowsToServer : 1)
{
}

InsertBatch& InsertBatch::add(std::int64_t value)
{
    m_values.emplace_back(QVariant::fromValue<qint64>(value));
    return *this;
}

InsertBatch& InsertBatch::add(const QString& value)
{
    m_values.emplace_back(value.isNull() ? QStringLiteral("") : value);
    return *this;
}

InsertBatch& InsertBatch::add(const QByteArray& value)
{
    m_values.emplace_back(value.isNull() ? QByteArrayLiteral("") : value);
    return *this;
}

InsertBatch& InsertBatch::addTime(const QDateTime& value)
{
    m_values.emplace_back(value.isValid() ? QVariant::fromValue<qint64>(value.toMSecsSinceEpoch())
                                          : QVariant(QMetaType::fromType<qint64>()));
    return *this;
}

InsertBatch& InsertBatch::addReal(double value)
{
    m_values.emplace_back(value);
    return *this;
}

Result<void> InsertBatch::flush()
{
    Q_ASSERT(m_values.size() % m_columns == 0);
    const std::size_t rows = m_values.size() / m_columns;
    if (rows == 0) {
        return {};
    }
    std::optional<SqlStatement> part;
    std::optional<SqlStatement>& statement = rows == m_rowsAtOnce ? m_whole : part;
    if (!statement) {
        statement.emplace(m_database, textFor(rows), m_doing);
    }
    for (const QVariant& value : m_values) {
        statement->addValue(value);
    }
    m_values.clear();
    return statement->run();
}

QString InsertBatch::textFor(std::size_t rows) const
{
    const QString row =
        QString(u'(' % QStringList(static_cast<qsizetype>(m_columns), QStringLiteral("?")).join(u',') % u')');
    return QString(u"INSERT INTO " % m_table % u" VALUES " %
                   QStringList(static_cast<qsizetype>(rows), row).join(u','));
}

} // namespace perihelion
