// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// FrameRenderer: pixel values of a time window → RGB32 image by look-up table. The four views of the player,
// their order and names. Pure functions of their inputs; any thread.

#include "datasets/frames/lazy_frame.h"
#include "widgets/theme/theme_tokens.h"

#include <QImage>

#include <array>

namespace perihelion {

/// How a window is shown; each view asks for one AccumulateMode.
enum class FrameView { Polarity, SignedCount, Accumulate, TimeSurface };

inline constexpr std::array kFrameViews{FrameView::Polarity, FrameView::SignedCount, FrameView::Accumulate,
                                        FrameView::TimeSurface};

AccumulateMode accumulateMode(FrameView view);
QString frameViewName(FrameView view); ///< "Polarity", "Signed count", "Accumulate", "Time surface".
QString frameViewId(FrameView view);   ///< "polarity", "signed-count", … stable, for settings.
FrameView frameViewFromId(QStringView id);

/// Look of a frame: tables of a FramePalette and how values are scaled. Cheap to copy.
struct FrameStyle {
    QList<QRgb> diverging;  ///< 256 colours, OFF … none … ON.
    QList<QRgb> sequential; ///< 256 colours, none … most.
    bool logScale = true;   ///< Counts by log(1 + n) instead of n.
    EventTime decay{0};     ///< Time constant of the time surface; 0: a third of the window.

    static FrameStyle fromPalette(const FramePalette& palette);
};

/// Paints a frame into image, which is made anew only when its size or format differs. A time surface shows
/// exp(−age / decay), the age counted from the end of the window; counts reach from 0 to the frame's largest
/// value.
void renderFrame(const AccumulatedFrame& frame, const FrameStyle& style, QImage& image);

} // namespace perihelion
