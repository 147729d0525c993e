// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Paints one card of the menu from values alone, so that a test can paint it to an image.

#include "widgets/models/cache_figures.h"

#include <QImage>
#include <QRect>
#include <QString>

class QPainter;

namespace perihelion {

class Theme;

struct CardValues {
    QString name;
    QString layout;  ///< Empty until known.
    QString summary; ///< "26.4 M events · 10.1 s · 89 MB".
    QString error;   ///< Sentence of a recording that cannot be read; empty for a good one.
    CachePresence cache = CachePresence::Off;
    QString cacheText; ///< "prefetching 64 %"; empty while cache mode is off.
    QImage picture;    ///< From cardPicture(); null while it is being made.
    bool contiguous = false;
    bool waiting = false;
    bool selected = false;
    bool hovered = false;
    bool focused = false; ///< Selected, and keys go to the view.
};

inline constexpr int kCardTextHeight = 54;

/// Height of a card of this width.
int cardHeight(int width);
/// Where the thumbnail lies inside a card at the origin.
QRect cardPictureRect(int cardWidth);

/// An indexed thumbnail (EventPixel values) in the theme's colours, letter-boxed to size device-independent
/// pixels. Events stay whole pixels: shrinking never blends them with the ground.
QImage cardPicture(const QImage& thumbnail, const QSize& size, qreal scale, const Theme& theme);

void paintRecordingCard(QPainter& painter, const QRect& rect, const CardValues& values, const Theme& theme);

} // namespace perihelion
