// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RunNote: what a person wrote about a commit of a project. A value, kept by the run store.

#include <QDateTime>
#include <QString>

#include <cstdint>

namespace perihelion {

struct RunNote {
    enum class Kind {
        Note,
        Accepted, ///< The level from this commit on is the new normal: earlier ones no longer raise alarms.
    };

    std::int64_t id = 0; ///< Given by the store.
    QString project;
    QString commit;          ///< Whole hash.
    std::int64_t series = 0; ///< 0: it concerns every series of the project.
    Kind kind = Kind::Note;
    QString text;
    QDateTime at; ///< UTC, to the millisecond; an invalid time means now.

    bool operator==(const RunNote&) const = default;
};

} // namespace perihelion
