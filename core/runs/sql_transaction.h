// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// SqlTransaction: a transaction that writes, undone when it goes out of scope without having been kept. Takes
// the lock for writing at once, so that programs wait for each other instead of failing half-way.

#include "core/base/result.h"

#include <QString>

class QSqlDatabase;

namespace perihelion {

class SqlTransaction {
public:
    /// doing: "Storing runs", for errors. The database outlives this.
    SqlTransaction(const QSqlDatabase& database, QString doing);
    ~SqlTransaction();
    SqlTransaction(const SqlTransaction&) = delete;
    SqlTransaction& operator=(const SqlTransaction&) = delete;

    Result<void> begin();
    Result<void> keep();

private:
    Result<void> simply(const QString& statement);

    const QSqlDatabase& m_database;
    const QString m_doing;
    bool m_isOpen = false;
};

} // namespace perihelion
