// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/result.h"

#include <cerrno>
#include <cstring>

namespace perihelion {

QString errorCodeName(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Cancelled:
        return QStringLiteral("cancelled");
    case ErrorCode::Corrupt:
        return QStringLiteral("corrupt");
    case ErrorCode::DiskFull:
        return QStringLiteral("disk-full");
    case ErrorCode::Internal:
        return QStringLiteral("internal");
    case ErrorCode::InvalidArgument:
        return QStringLiteral("invalid-argument");
    case ErrorCode::Io:
        return QStringLiteral("io");
    case ErrorCode::NoEvents:
        return QStringLiteral("no-events");
    case ErrorCode::NotFound:
        return QStringLiteral("not-found");
    case ErrorCode::NotHdf5:
        return QStringLiteral("not-hdf5");
    case ErrorCode::PermissionDenied:
        return QStringLiteral("permission-denied");
    case ErrorCode::Store:
        return QStringLiteral("store");
    case ErrorCode::TooLarge:
        return QStringLiteral("too-large");
    case ErrorCode::Truncated:
        return QStringLiteral("truncated");
    case ErrorCode::Unreachable:
        return QStringLiteral("unreachable");
    case ErrorCode::UnsupportedFilter:
        return QStringLiteral("unsupported-filter");
    case ErrorCode::UnsupportedLayout:
        return QStringLiteral("unsupported-layout");
    }
    return QStringLiteral("internal");
}

QString Error::sentence() const
{
    return subject.isEmpty() ? message : QString(message % u": " % subject);
}

Error errorFromErrno(int errnoValue, const QString& doing, const QString& subject)
{
    ErrorCode code = ErrorCode::Io;
    switch (errnoValue) {
    case ENOENT:
    case ENOTDIR:
        code = ErrorCode::NotFound;
        break;
    case EACCES:
    case EPERM:
    case EROFS:
        code = ErrorCode::PermissionDenied;
        break;
    case ENOSPC:
    case EDQUOT:
        code = ErrorCode::DiskFull;
        break;
    default:
        break;
    }
    char buffer[256] = {};
    const char* text = strerror_r(errnoValue, buffer, sizeof buffer);
    return Error{code, QString(doing % u" failed: " % QString::fromLocal8Bit(text)), subject};
}

} // namespace perihelion
