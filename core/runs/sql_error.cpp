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

} // namespace

Error errorFromSql(const QSqlError& sqlError, const QString& doing, const QString& subject)
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

} // namespace perihelion
