// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/generate/event_stream.h"

#include "datasets/generate/fixed_math.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace perihelion {

namespace {

constexpr std::int64_t kReadoutMicros = 32;
/// Scans after which the rate curve repeats; bursts have a shorter period.
constexpr std::size_t kRatePeriod = 65'536;
constexpr std::size_t kBurstPeriod = 8192;
constexpr std::size_t kBurstActive = 3277;

__extension__ using Wide = unsigned __int128;

/// How lively a scene is at a moment of the rate period, around 256.
std::int64_t liveliness(SceneKind kind, std::size_t scan)
{
    const auto slow = static_cast<fixed::Phase>(scan * (0x1'0000'0000U / kRatePeriod));
    const auto wave = [slow](unsigned times, std::int64_t amplitude) {
        return (fixed::sineQ30(slow * times) * amplitude) >> fixed::kQ30;
    };
    switch (kind) {
    case SceneKind::Fan:
        return 256 + wave(2, 18);
    case SceneKind::Drone:
        return 256 + wave(1, 60) + wave(3, 24);
    case SceneKind::Street:
        return 256 + wave(1, 80) + wave(5, 30);
    case SceneKind::Bursts:
        return scan % kBurstPeriod < kBurstActive ? 256 : 0;
    case SceneKind::Noise:
    case SceneKind::HotPixels:
        break;
    }
    return 256;
}

std::uint64_t shareQ32(double share)
{
    return static_cast<std::uint64_t>(share * 4294967296.0);
}

} // namespace

EventStream::EventStream(const GeneratorOptions& options)
    : m_options(options),
      m_random(options.seed),
      m_scene(EventScene::create(options)),
      m_remaining(options.events)
{
    planRate();
    const auto pixels = static_cast<std::size_t>(options.hotPixels);
    std::unordered_set<EventKey> taken;
    while (m_hotPixels.size() < pixels) {
        EventKey pixel = 0;
        fillRandom(std::span(&pixel, 1));
        pixel &= ~EventKey{1};
        if (taken.insert(pixel).second) {
            m_hotPixels.push_back(pixel);
        }
    }
    const bool onlyHot = options.kind == SceneKind::HotPixels;
    const double rest = 1.0 - options.noiseShare;
    const double hotShare = onlyHot ? rest : std::min({0.0005 * options.hotPixels, 0.2, rest});
    m_hotShareQ32 = pixels == 0 ? 0 : shareQ32(hotShare);
    // Without a scene everything that is not a hot pixel is noise.
    m_noiseShareQ32 = m_scene == nullptr ? shareQ32(1.0) - m_hotShareQ32 : shareQ32(options.noiseShare);
    m_rowMicros.resize(static_cast<std::size_t>(options.height));
    for (std::size_t row = 0; row < m_rowMicros.size(); ++row) {
        m_rowMicros[row] = static_cast<std::uint8_t>(row * kReadoutMicros / m_rowMicros.size());
    }
}

EventStream::~EventStream() = default;

void EventStream::planRate()
{
    // At low rates a scan is longer, so that there are never more scans than events.
    m_scanMicros = std::max<std::int64_t>(
        kReadoutMicros, static_cast<std::int64_t>(std::ceil(1e6 / m_options.eventsPerSecond)));
    const double duration = static_cast<double>(m_options.events) / m_options.eventsPerSecond * 1e6;
    m_scans = std::max<std::int64_t>(1, std::llround(duration / static_cast<double>(m_scanMicros)));
    RandomStream flicker(m_options.seed ^ 0x464C'4943'4B45'52U);
    m_weightBefore.reserve(kRatePeriod + 1);
    std::uint32_t sum = 0;
    for (std::size_t scan = 0; scan < kRatePeriod; ++scan) {
        m_weightBefore.push_back(sum);
        sum += static_cast<std::uint32_t>(liveliness(m_options.kind, scan) * (192 + flicker.below(129)) / 16);
    }
    m_weightBefore.push_back(sum);
    const auto whole = static_cast<std::uint64_t>(m_scans) / kRatePeriod;
    m_totalWeight = whole * sum + m_weightBefore[static_cast<std::uint64_t>(m_scans) % kRatePeriod];
}

std::int64_t EventStream::eventsBefore(std::int64_t scan) const
{
    const auto at = static_cast<std::uint64_t>(scan);
    const std::uint64_t weight = at / kRatePeriod * m_weightBefore.back() + m_weightBefore[at % kRatePeriod];
    return static_cast<std::int64_t>(Wide{weight} * static_cast<std::uint64_t>(m_options.events) /
                                     m_totalWeight);
}

std::int64_t EventStream::burstPeriodMicros() const
{
    return m_options.kind == SceneKind::Bursts ? static_cast<std::int64_t>(kBurstPeriod) * m_scanMicros : 0;
}

std::int64_t EventStream::burstActiveMicros() const
{
    return m_options.kind == SceneKind::Bursts ? static_cast<std::int64_t>(kBurstActive) * m_scanMicros : 0;
}

void EventStream::fillRandom(std::span<EventKey> keys)
{
    const auto width = static_cast<std::uint64_t>(m_options.width);
    const auto height = static_cast<std::uint64_t>(m_options.height);
    for (EventKey& key : keys) {
        const std::uint64_t bits = m_random.next();
        const auto x = static_cast<std::uint32_t>(((bits & 0xFFFF'FFFFU) * width) >> 32U);
        const auto y = static_cast<std::uint32_t>(((bits >> 32U) * height) >> 32U);
        // The two products use the high bits of each half, so the lowest bit is free for the polarity.
        key = makeEventKey(x, y, (bits & 1U) != 0);
    }
}

void EventStream::fillHot(std::span<EventKey> keys)
{
    for (EventKey& key : keys) {
        key = m_hotPixels[m_nextHot] | static_cast<EventKey>(m_random.next() >> 63U);
        m_nextHot = (m_nextHot + 1) % m_hotPixels.size();
    }
}

void EventStream::readOut()
{
    m_keyAt = 0;
    m_keys.clear();
    std::int64_t scan = m_nextScan;
    std::int64_t due = 0;
    while (due == 0 && scan < m_scans) {
        due = eventsBefore(scan + 1) - eventsBefore(scan);
        ++scan;
    }
    m_nextScan = scan;
    const std::int64_t start = (scan - 1) * m_scanMicros;
    const auto idle = static_cast<std::uint32_t>(m_scanMicros - kReadoutMicros);
    m_keyTime = start + (idle > 0 ? m_random.below(idle + 1) : 0);

    const auto count = static_cast<std::uint64_t>(due);
    m_noiseDue += count * m_noiseShareQ32;
    m_hotDue += count * m_hotShareQ32;
    const std::uint64_t noise = std::min(count, m_noiseDue >> 32U);
    const std::uint64_t hot = std::min(count - noise, m_hotDue >> 32U);
    m_noiseDue -= noise << 32U;
    m_hotDue -= hot << 32U;

    m_keys.resize(count);
    const std::span keys(m_keys);
    std::size_t sampled = 0;
    if (m_scene != nullptr) {
        sampled = count - noise - hot;
        m_scene->moveTo(m_keyTime);
        m_scene->sample(m_random, keys.first(sampled));
    }
    fillHot(keys.subspan(sampled, hot));
    fillRandom(keys.subspan(sampled + hot)); // With what rounding leaves over where there is no scene.
    std::sort(m_keys.begin(), m_keys.end());
}

std::size_t EventStream::fill(const ColumnSpans& columns)
{
    const std::size_t wanted = std::min(columns.t.size(), static_cast<std::size_t>(m_remaining));
    std::size_t filled = 0;
    while (filled < wanted) {
        if (m_keyAt == m_keys.size()) {
            readOut();
        }
        const std::size_t taken = std::min(wanted - filled, m_keys.size() - m_keyAt);
        for (std::size_t i = 0; i < taken; ++i) {
            const EventKey key = m_keys[m_keyAt + i];
            const std::uint16_t y = eventKeyY(key);
            columns.t[filled + i] = m_keyTime + m_rowMicros[y];
            columns.x[filled + i] = eventKeyX(key);
            columns.y[filled + i] = y;
            columns.p[filled + i] = eventKeyPolarity(key);
        }
        m_keyAt += taken;
        filled += taken;
    }
    m_remaining -= static_cast<std::int64_t>(filled);
    return filled;
}

} // namespace perihelion
