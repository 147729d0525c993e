// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Settings of the menu that only the menu knows: single files that were added and recordings that were
// removed.

#include "core/settings/setting_keys.h"

namespace perihelion::setting {

inline constexpr PathListSetting kAddedFiles{u"datasets/files", 2000};
inline constexpr PathListSetting kRemovedRecordings{u"datasets/removed", 10'000};

} // namespace perihelion::setting
