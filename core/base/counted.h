// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A count and what is counted, as sentences of the program say it: "1 run", "2 runs".

#include <QString>
#include <QStringBuilder>
#include <QStringView>

namespace perihelion {

/// counted(1, u"run", u"runs") → "1 run".
inline QString counted(qint64 count, QStringView one, QStringView many)
{
    return QString(QString::number(count) % u' ' % (count == 1 ? one : many));
}

} // namespace perihelion
