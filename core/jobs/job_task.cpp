// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_task.h"

namespace perihelion {

Error cancelledBeforeStart()
{
    return Error{ErrorCode::Cancelled, QStringLiteral("Cancelled before it started"), QString()};
}

Error outOfMemory()
{
    return Error{ErrorCode::TooLarge,
                 QStringLiteral("There is not enough memory for this; close other programs and try again"),
                 QString()};
}

Error stoppedByException(const char* what)
{
    const QString text = QString::fromLocal8Bit(what);
    return Error{ErrorCode::Internal,
                 text.isEmpty() ? QStringLiteral("An unexpected error stopped this")
                                : QStringLiteral("An unexpected error stopped this (%1)").arg(text),
                 QString()};
}

} // namespace perihelion
