// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/sql_error.h"

#include <QSqlError>

namespace perihelion {

namespace {

// Primary result codes, https://www.sqlite.org/rescode.html; Qt hands them over as text, extended code first.
enum SqliteCode {
    kPermission = 3,
    kBusy = 5,
    kLocked = 6,
    kNoMemory = 7,
    kReadOnly = 8,
    kInputOutput = 10,
    kCorrupt = 11,
    kFull = 13,
    kCannotOpen = 14,
    kNotADatabase = 26,
};

Error errorFromSqlite(const QSqlError& sqlError, const QString& doing, const QString& subject)
{
    const int primary = sqlError.nativeErrorCode().toInt() & 0xff;
    const auto make = [&](ErrorCode code, const QString& why) {
        return Error{code, QString(doing % u" failed: " % why), subject};
    };
    switch (primary) {
    case kBusy:
    case kLocked:
        return make(ErrorCode::Store,
                    QStringLiteral("another program keeps it locked; close that program and try again"));
    case kPermission:
    case kReadOnly:
        return make(
            ErrorCode::PermissionDenied,
            QStringLiteral("it may not be written to; check the permissions of the file and its folder"));
    case kCorrupt:
    case kNotADatabase:
        return make(ErrorCode::Corrupt,
                    QStringLiteral("the database is damaged; it is set aside when it is next opened"));
    case kFull:
        return make(ErrorCode::DiskFull, QStringLiteral("the disk is full; make room and try again"));
    case kNoMemory:
        return make(ErrorCode::TooLarge, QStringLiteral("there is not enough memory"));
    case kInputOutput:
        return make(ErrorCode::Io,
                    QStringLiteral("the disk reported an error (%1)").arg(sqlError.text().trimmed()));
    case kCannotOpen:
        return make(
            ErrorCode::Io,
            QStringLiteral("the file cannot be opened; check that it is a file and its folder is yours"));
    default:
        return make(ErrorCode::Store, sqlError.text().trimmed());
    }
}

/// What a server's library says, on one line and without the position in the statement.
QString firstLine(const QString& text)
{
    QString line = text.trimmed();
    line.truncate(line.indexOf(u'\n') < 0 ? line.size() : line.indexOf(u'\n'));
    return line.trimmed();
}

/// States of https://www.postgresql.org/docs/current/errcodes-appendix.html, by class or whole.
Error errorFromPostgres(const QSqlError& sqlError, const QString& doing, const QString& subject)
{
    const QString state = sqlError.nativeErrorCode();
    const auto is = [&state](QStringView beginning) { return state.startsWith(beginning); };
    const auto make = [&](ErrorCode code, const QString& why) {
        return Error{code, QString(doing % u" failed: " % why), subject};
    };
    // Without a state nobody answered: the connection is gone.
    if (state.isEmpty() || is(u"08") || is(u"57P")) {
        return make(ErrorCode::Unreachable,
                    QStringLiteral("the server cannot be reached; check that it runs and the network is up"));
    }
    if (is(u"53300")) {
        return make(ErrorCode::Unreachable,
                    QStringLiteral("the server has no connection left; try again later"));
    }
    if (is(u"28") || is(u"42501") || is(u"25006")) {
        return make(
            ErrorCode::PermissionDenied,
            QStringLiteral("the server does not allow it (%1)").arg(firstLine(sqlError.driverText())));
    }
    if (is(u"3D000")) {
        return make(ErrorCode::NotFound, QStringLiteral("the server has no such database; make it first"));
    }
    if (is(u"53100")) {
        return make(ErrorCode::DiskFull,
                    QStringLiteral("the server's disk is full; make room and try again"));
    }
    if (is(u"55P03") || is(u"57014") || is(u"40")) {
        return make(ErrorCode::Store, QStringLiteral("another program keeps it locked; try again"));
    }
    return make(ErrorCode::Store, firstLine(sqlError.databaseText()));
}

} // namespace

Error errorFromSql(SqlDialect dialect, const QSqlError& sqlError, const QString& doing,
                   const QString& subject)
{
    return dialect == SqlDialect::Sqlite ? errorFromSqlite(sqlError, doing, subject)
                                         : errorFromPostgres(sqlError, doing, subject);
}

Error errorOfConnecting(const QSqlError& sqlError, const QString& doing, const QString& subject)
{
    const QString said = sqlError.databaseText();
    // A server that answers says FATAL, in whatever language the rest is.
    const qsizetype fatal = said.lastIndexOf(u"FATAL:");
    if (fatal < 0 && said.contains(u"fe_sendauth")) {
        // The library itself stopped: the server had answered and asked for one.
        return Error{ErrorCode::PermissionDenied,
                     QString(doing % u" failed: the server wants a password; write it into ~/.pgpass"),
                     subject};
    }
    if (fatal < 0) {
        return Error{ErrorCode::Unreachable,
                     QString(doing % u" failed: the server cannot be reached; check that it runs and the "
                                     u"network is up"),
                     subject};
    }
    const QString why = firstLine(said.mid(fatal + 6));
    for (const QStringView passing : {u"too many", u"remaining connection slots", u"starting up",
                                      u"shutting down", u"recovery mode", u"not yet accepting"}) {
        if (why.contains(passing)) {
            return Error{ErrorCode::Unreachable,
                         QString(doing % u" failed: the server takes nobody in now (" % why % u')'), subject};
        }
    }
    return Error{
        ErrorCode::PermissionDenied,
        QString(doing % u" failed: the server refused (" % why % u"); check user, password and database"),
        subject};
}

} // namespace perihelion
