// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Which commit this program was built from. Compiled into perihelion-cli alone.

#include <QString>

namespace perihelion {

struct BuildCommit {
    QString id; ///< 40 hexadecimal digits; empty for sources without git.
    bool dirty = false;
};

BuildCommit buildCommit();

} // namespace perihelion
