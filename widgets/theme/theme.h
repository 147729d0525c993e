// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Theme: the only source of colours, fonts and icons. Reads the tokens of resources/theme, dresses the
// application (Fusion, palette, style sheet) and switches between system, dark and light at run time. Owned
// by AppContext, lives on the GUI thread; widgets that paint by hand listen to changed().

#include "core/measure/load_phases.h"
#include "widgets/theme/desktop_scheme.h"
#include "widgets/theme/theme_tokens.h"

#include <QFont>
#include <QIcon>
#include <QObject>

namespace perihelion {

enum class ThemeMode { System, Dark, Light };

QString themeModeId(ThemeMode mode); ///< "system", "dark", "light"; for settings and the command line.
ThemeMode themeModeFromId(QStringView id, ThemeMode fallback = ThemeMode::System);

enum class FontRole {
    Body,    ///< 13 px
    Strong,  ///< 13 px semibold
    Title,   ///< 17 px semibold
    Heading, ///< 15 px semibold: name at the head of a panel.
    Small,   ///< 12 px
    Caption, ///< 11 px: badges, the rail.
    Section, ///< 11 px upper case, spaced: labels above the parts of a panel.
    Mono,    ///< 12 px, fixed width: numbers in tables and HUD.
};

class Theme : public QObject {
    Q_OBJECT

public:
    explicit Theme(QObject* parent = nullptr);

    /// Follows what the desktop prefers while the mode is System. Before, and where the desktop does not
    /// tell, the palette that Qt set up decides.
    void followDesktop();
    /// Dresses the running QApplication and switches at once. Needs a QApplication.
    void setMode(ThemeMode mode);
    ThemeMode mode() const { return m_mode; }
    bool isDark() const { return m_dark; }

    QColor color(ColorRole role) const { return tokens().color(role); }
    QColor color(ColorRole role, double alpha) const;
    /// Colour of the n-th phase in the order the phases run (open or seek is 0); repeats beyond the last.
    QColor phaseColor(std::size_t phase) const;
    QColor cacheColor(CacheState state) const;

    const std::vector<FramePalette>& framePalettes() const { return tokens().framePalettes; }
    /// The palette with this id, else the theme's first.
    const FramePalette& framePalette(QStringView id) const;

    /// Pins the fonts, for pictures that must look the same on every machine.
    void setFamilies(const QString& ui, const QString& mono);
    /// Inter where it is installed, else the system's font. Sizes are in device-independent pixels.
    QFont font(FontRole role) const;

    /// An icon of resources/icons, drawn sharp at any scale in the role's colour and dimmed when disabled. It
    /// keeps its colour: set it again on changed().
    QIcon icon(const QString& name, ColorRole role = ColorRole::Text) const;

    const ThemeTokens& tokens() const { return m_dark ? m_darkTokens : m_lightTokens; }
    const ThemeTokens& darkTokens() const { return m_darkTokens; }
    const ThemeTokens& lightTokens() const { return m_lightTokens; }

Q_SIGNALS:
    /// Colours have changed; palette and style sheet are already in place.
    void changed();

private:
    void apply();
    void takeDesktopScheme(bool dark);

    ThemeTokens m_darkTokens;
    ThemeTokens m_lightTokens;
    ThemeMode m_mode = ThemeMode::System;
    DesktopScheme m_desktop;
    bool m_systemDark = false;
    bool m_dark = true;
    bool m_dressed = false;
    QString m_family;
    QString m_monoFamily;
};

/// Words for a cache state: "no cache", "cache miss", "cache hit".
QString cacheStateWords(CacheState state);

} // namespace perihelion
