// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Schema versions of the run store. The version is SQLite's user_version, on a server the only row of
// perihelion_schema; each step runs in a transaction of its own that also raises the version, so a database
// killed half-way through an upgrade is at one version or the next. Servers have been possible since version
// 3: of the steps up to there they take only what version 3 has.

#include "core/base/result.h"

#include <QStringList>

#include <functional>
#include <span>
#include <vector>

class QSqlDatabase;

namespace perihelion {

/// Brings a database from one version to the next: step i of a list leads from version i to i + 1.
struct SchemaStep {
    QStringList statements; ///< In the words of inDialect().
    /// What no statement can do, after the statements. Not on a server.
    std::function<Result<void>(const QSqlDatabase&)> convert = {};
    QStringList cleanup = {}; ///< Statements after that. Not on a server.
    bool onlyFiles = false;   ///< Nothing of it on a server.
};

/// The steps of the run store; their number is RunStore::kSchemaVersion. Steps that were released are never
/// edited.
const std::vector<SchemaStep>& runStoreSchema();

/// The version of an open database. Error: unreadable, damaged or locked.
Result<int> schemaVersion(const QSqlDatabase& database);

/// Applies the missing steps in order. Error Store, with nothing changed, for a database newer than the
/// steps.
Result<void> migrateSchema(const QSqlDatabase& database, std::span<const SchemaStep> steps);

} // namespace perihelion
