// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/frame_renderer.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace perihelion {

namespace {

constexpr int kNone = 128; ///< Entry of the diverging table for "no event".
/// A single event must still be seen, so that counts begin this far from "none".
constexpr double kFaintest = 0.4;
constexpr std::int32_t kLargestCount = 65'535;
constexpr std::int64_t kSurfaceBins = 4096;

QRgb onColor(const FrameStyle& style, double level)
{
    return style.diverging.at(kNone + static_cast<int>(std::lround(127 * level)));
}

QRgb offColor(const FrameStyle& style, double level)
{
    return style.diverging.at(kNone - static_cast<int>(std::lround(128 * level)));
}

/// 0 < level ≤ 1 of a count between 1 and most.
double countLevel(std::int32_t count, std::int32_t most, bool logScale)
{
    const double share = logScale ? std::log1p(count) / std::log1p(most) : static_cast<double>(count) / most;
    return kFaintest + (1.0 - kFaintest) * share;
}

/// Largest magnitude among the values, at least 1 and at most what the tables hold.
std::int32_t largestMagnitude(std::span<const std::int32_t> values)
{
    std::int32_t low = 0;
    std::int32_t high = 0;
    for (const std::int32_t value : values) {
        low = std::min(low, value);
        high = std::max(high, value);
    }
    const std::int64_t most = std::max<std::int64_t>(-static_cast<std::int64_t>(low), high);
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(most, 1, kLargestCount));
}

/// Calls paint(values, pixels, count) for each row of the image.
template <typename PaintRow>
void forEachRow(const AccumulatedFrame& frame, QImage& image, PaintRow paint)
{
    const auto width = static_cast<std::size_t>(frame.width);
    for (int y = 0; y < frame.height; ++y) {
        const std::int32_t* values = frame.values.data() + static_cast<std::size_t>(y) * width;
        paint(values, reinterpret_cast<QRgb*>(image.scanLine(y)), width);
    }
}

void renderPolarity(const AccumulatedFrame& frame, const FrameStyle& style, QImage& image)
{
    const std::array<QRgb, 3> table{offColor(style, 1), style.diverging.at(kNone), onColor(style, 1)};
    const QRgb* middle = table.data() + 1;
    forEachRow(frame, image, [middle](const std::int32_t* values, QRgb* pixels, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            pixels[i] = middle[std::clamp(values[i], -1, 1)];
        }
    });
}

void renderSignedCount(const AccumulatedFrame& frame, const FrameStyle& style, QImage& image)
{
    const std::int32_t most = largestMagnitude(frame.values);
    std::vector<QRgb> table(static_cast<std::size_t>(most) * 2 + 1);
    QRgb* middle = table.data() + most;
    *middle = style.diverging.at(kNone);
    for (std::int32_t n = 1; n <= most; ++n) {
        const double level = countLevel(n, most, style.logScale);
        middle[n] = onColor(style, level);
        middle[-n] = offColor(style, level);
    }
    forEachRow(frame, image, [middle, most](const std::int32_t* values, QRgb* pixels, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            pixels[i] = middle[std::clamp(values[i], -most, most)];
        }
    });
}

void renderCount(const AccumulatedFrame& frame, const FrameStyle& style, QImage& image)
{
    const std::int32_t most = largestMagnitude(frame.values);
    std::vector<QRgb> table(static_cast<std::size_t>(most) + 1, style.sequential.front());
    for (std::int32_t n = 1; n <= most; ++n) {
        const double level = countLevel(n, most, style.logScale);
        table[static_cast<std::size_t>(n)] = style.sequential.at(static_cast<int>(std::lround(255 * level)));
    }
    forEachRow(frame, image, [&table, most](const std::int32_t* values, QRgb* pixels, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            pixels[i] = table[static_cast<std::size_t>(std::clamp(values[i], 0, most))];
        }
    });
}

void renderTimeSurface(const AccumulatedFrame& frame, const FrameStyle& style, QImage& image)
{
    const std::int64_t length = std::max<std::int64_t>(frame.windowLength.count(), 1);
    int shift = 0;
    while ((length >> shift) > kSurfaceBins) {
        ++shift;
    }
    const double decay = style.decay.count() > 0 ? static_cast<double>(style.decay.count())
                                                 : std::max(1.0, static_cast<double>(length) / 3.0);
    const std::int64_t last = (length + (std::int64_t(1) << shift) - 1) >> shift;
    std::vector<QRgb> table(static_cast<std::size_t>(last) * 2 + 1);
    QRgb* middle = table.data() + last;
    *middle = style.diverging.at(kNone);
    for (std::int64_t bin = 1; bin <= last; ++bin) {
        const auto age = static_cast<double>(std::max<std::int64_t>(0, length - (bin << shift)));
        const double level = std::exp(-age / decay);
        middle[bin] = onColor(style, level);
        middle[-bin] = offColor(style, level);
    }
    const std::int64_t roundUp = (std::int64_t(1) << shift) - 1;
    forEachRow(frame, image, [=](const std::int32_t* values, QRgb* pixels, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            const std::int64_t value = values[i];
            const std::int64_t bin = std::min(((value < 0 ? -value : value) + roundUp) >> shift, last);
            pixels[i] = middle[value < 0 ? -bin : bin];
        }
    });
}

} // namespace

AccumulateMode accumulateMode(FrameView view)
{
    switch (view) {
    case FrameView::SignedCount:
        return AccumulateMode::SignedCount;
    case FrameView::Accumulate:
        return AccumulateMode::Count;
    case FrameView::TimeSurface:
        return AccumulateMode::TimeSurface;
    case FrameView::Polarity:
        break;
    }
    return AccumulateMode::Polarity;
}

QString frameViewName(FrameView view)
{
    switch (view) {
    case FrameView::SignedCount:
        return QCoreApplication::translate("FrameView", "Signed count");
    case FrameView::Accumulate:
        return QCoreApplication::translate("FrameView", "Accumulate");
    case FrameView::TimeSurface:
        return QCoreApplication::translate("FrameView", "Time surface");
    case FrameView::Polarity:
        break;
    }
    return QCoreApplication::translate("FrameView", "Polarity");
}

QString frameViewId(FrameView view)
{
    switch (view) {
    case FrameView::SignedCount:
        return QStringLiteral("signed-count");
    case FrameView::Accumulate:
        return QStringLiteral("accumulate");
    case FrameView::TimeSurface:
        return QStringLiteral("time-surface");
    case FrameView::Polarity:
        break;
    }
    return QStringLiteral("polarity");
}

FrameView frameViewFromId(QStringView id)
{
    const auto* const found = std::find_if(kFrameViews.begin(), kFrameViews.end(),
                                           [id](FrameView view) { return frameViewId(view) == id; });
    return found == kFrameViews.end() ? FrameView::Polarity : *found;
}

FrameStyle FrameStyle::fromPalette(const FramePalette& palette)
{
    FrameStyle style;
    style.diverging = palette.divergingTable();
    style.sequential = palette.sequentialTable();
    return style;
}

void renderFrame(const AccumulatedFrame& frame, const FrameStyle& style, QImage& image)
{
    Q_ASSERT(style.diverging.size() == 256 && style.sequential.size() == 256);
    Q_ASSERT(frame.values.size() ==
             static_cast<std::size_t>(frame.width) * static_cast<std::size_t>(frame.height));
    if (image.size() != QSize(frame.width, frame.height) || image.format() != QImage::Format_RGB32) {
        image = QImage(frame.width, frame.height, QImage::Format_RGB32);
    }
    if (image.isNull()) {
        return;
    }
    switch (frame.mode) {
    case AccumulateMode::Polarity:
        renderPolarity(frame, style, image);
        break;
    case AccumulateMode::SignedCount:
        renderSignedCount(frame, style, image);
        break;
    case AccumulateMode::Count:
        renderCount(frame, style, image);
        break;
    case AccumulateMode::TimeSurface:
        renderTimeSurface(frame, style, image);
        break;
    }
}

} // namespace perihelion
