// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/build_commit.h"

#include <perihelion_commit.h> // Written by the build.

namespace perihelion {

BuildCommit buildCommit()
{
    return BuildCommit{QStringLiteral(PERIHELION_COMMIT), PERIHELION_DIRTY};
}

} // namespace perihelion
