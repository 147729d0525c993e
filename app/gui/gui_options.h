// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The command line of perihelion, as a value. Parsed before anything of Qt starts, so that --help and a
// mistake need no display.

#include "core/base/result.h"
#include "widgets/pages/main_window.h"
#include "widgets/theme/theme.h"

#include <QSize>
#include <QStringList>

#include <optional>

namespace perihelion {

struct GuiOptions {
    QStringList paths;
    std::optional<PageId> page;
    QString project; ///< Folder.
    QString screenshot;
    std::optional<QSize> size;
    std::optional<ThemeMode> theme;
    std::optional<bool> cacheMode; ///< For this run; the setting otherwise.
    bool help = false;
    bool version = false;
};

/// arguments: without the program's name. InvalidArgument is one sentence that names the option.
Result<GuiOptions> parseGuiOptions(const QStringList& arguments);

/// What --help prints.
QString guiHelpText();

} // namespace perihelion
