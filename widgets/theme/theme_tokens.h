// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The design tokens of one theme as read from resources/theme/*.json: colours by role, phase colours, frame
// palettes. Plain values; both files must name the same roles, which the parser checks.

#include "core/base/result.h"

#include <QByteArray>
#include <QColor>
#include <QList>
#include <QString>

#include <array>
#include <cstddef>
#include <vector>

namespace perihelion {

enum class ColorRole : std::size_t {
    Background,
    Panel,
    Raised,
    Hover,
    Line,
    Outline, ///< Edges that must be seen: check boxes, line edits in use.
    Text,
    Muted,
    Disabled,
    Accent, ///< Fill of the one main action; text on it is AccentText.
    AccentHover,
    AccentText,
    AccentLabel, ///< The accent where it is text or a line.
    On,
    Off,
    Good,
    Bad,
    Canvas, ///< Behind frames and thumbnails.
    CanvasText,
    Scrim, ///< Translucent ground of text that lies over a frame.
    Skeleton,
    NoCache,
    CacheMiss,
    CacheHit,
    Count,
};

/// The key of a role in the theme files, e.g. "accentText".
QString colorRoleName(ColorRole role);

/// Colours for frames of events. Tables are 256 entries, ready for QImage::setColorTable or a look-up by
/// value.
struct FramePalette {
    QString id;
    QString name;
    bool colorBlindSafe = false;
    QColor background;
    QColor on;
    QColor off;
    std::vector<QColor> sequential; ///< At least two stops from "none" to "most".

    /// 0 is fully OFF, 128 is none, 255 is fully ON; linear in sRGB between.
    QList<QRgb> divergingTable() const;
    /// 0 is none, 255 is most; linear in sRGB between the stops.
    QList<QRgb> sequentialTable() const;
};

struct ThemeTokens {
    QString name;
    std::array<QColor, static_cast<std::size_t>(ColorRole::Count)> colors;
    std::vector<QColor> phases;
    std::vector<FramePalette> framePalettes;

    const QColor& color(ColorRole role) const { return colors.at(static_cast<std::size_t>(role)); }
};

/// Reads a theme file. InvalidArgument names the role that is missing or is not a colour.
Result<ThemeTokens> parseThemeTokens(const QByteArray& json, const QString& subject);

/// Contrast of two opaque colours by WCAG 2.1 (relative luminance): 1 … 21.
double contrastRatio(const QColor& first, const QColor& second);

} // namespace perihelion
