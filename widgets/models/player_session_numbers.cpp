// SPDX-License-Identifier: GPL-3.0-or-later
// PlayerSession: what the region and the pixel under the mouse hold in the present window.
#include "widgets/models/player_session.h"

#include <algorithm>

namespace perihelion {

namespace {

/// While playing, region and pixel are counted at most this often: the frames come first.
constexpr std::chrono::milliseconds kNumbersInterval{150};

RegionOfInterest regionOf(const QRect& pixels)
{
    return {pixels.x(), pixels.y(), pixels.width(), pixels.height()};
}

} // namespace

LazyFrame PlayerSession::presentWindow() const
{
    const EventTime start = m_frame->frame.windowStart;
    return LazyFrame::scan(m_file)
        .filterTime(start, start + m_frame->frame.windowLength)
        .filterPolarity(m_polarity);
}

void PlayerSession::setRegion(std::optional<QRect> pixels)
{
    m_region = pixels;
    m_regionJob.cancel();
    countRegion();
}

void PlayerSession::setHoveredPixel(std::optional<QPoint> pixel)
{
    if (pixel == m_pixel) {
        return;
    }
    m_pixel = pixel;
    m_pixelJob.cancel();
    countPixel();
}

void PlayerSession::refreshNumbers(bool always)
{
    const auto now = std::chrono::steady_clock::now();
    if (!always && m_clock.isPlaying() && now - m_numbersAt < kNumbersInterval) {
        return;
    }
    m_numbersAt = now;
    countRegion();
    countPixel();
}

void PlayerSession::countRegion()
{
    if (!m_file || !m_frame || !m_region) {
        return;
    }
    m_regionJob.request(
        [plan = presentWindow().filterRoi(regionOf(*m_region)).select(unsigned(EventColumn::Polarity)),
         &pool = m_pool, &cache = m_cache, pixels = *m_region, length = m_frame->frame.windowLength](
            const CancelToken& cancel, const ProgressReporter& report) -> Result<RegionNumbers> {
            const auto batch = plan.collect({&pool, DecodePriority::Background, cancel, report, &cache});
            if (!batch) {
                return batch.error();
            }
            const auto events = static_cast<std::int64_t>(batch->p.size());
            const auto on = static_cast<std::int64_t>(std::count(batch->p.begin(), batch->p.end(), 1));
            return RegionNumbers{pixels, length, events, on, events - on};
        });
}

void PlayerSession::countPixel()
{
    if (!m_file || !m_frame || !m_pixel) {
        return;
    }
    const EventColumns columns = unsigned(EventColumn::Time) | unsigned(EventColumn::Polarity);
    m_pixelJob.request(
        [plan = presentWindow().filterRoi(regionOf(QRect(*m_pixel, QSize(1, 1)))).select(columns),
         &pool = m_pool, &cache = m_cache, pixel = *m_pixel](
            const CancelToken& cancel, const ProgressReporter& report) -> Result<PixelNumbers> {
            const auto batch = plan.collect({&pool, DecodePriority::Prefetch, cancel, report, &cache});
            if (!batch) {
                return batch.error();
            }
            PixelNumbers numbers;
            numbers.pixel = pixel;
            numbers.on = static_cast<std::int64_t>(std::count(batch->p.begin(), batch->p.end(), 1));
            numbers.off = static_cast<std::int64_t>(batch->p.size()) - numbers.on;
            if (!batch->t.empty()) {
                numbers.last = EventTime(*std::max_element(batch->t.begin(), batch->t.end()));
            }
            return numbers;
        });
}

} // namespace perihelion
