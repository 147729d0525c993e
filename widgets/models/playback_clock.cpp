// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/playback_clock.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <vector>

namespace perihelion {

namespace {

constexpr std::array<double, 9> kSpeeds{0.25, 0.5, 1, 2, 5, 10, 20, 50, 100};

std::vector<EventTime> makeWindowSteps()
{
    std::vector<EventTime> steps;
    for (const int micros : {10, 20, 50, 100, 200, 500}) {
        steps.emplace_back(micros);
    }
    for (int micros = 1'000; micros <= 10'000; micros += 500) {
        steps.emplace_back(micros);
    }
    for (const int micros : {15'000, 20'000, 30'000, 50'000, 100'000}) {
        steps.emplace_back(micros);
    }
    return steps;
}

/// The step that lies `count` steps above (or below) value; a value between two steps counts as half a step.
template <typename T>
T stepFrom(std::span<const T> steps, T value, int count)
{
    const auto above = std::upper_bound(steps.begin(), steps.end(), value);
    const auto from = std::lower_bound(steps.begin(), steps.end(), value);
    const std::ptrdiff_t index =
        count > 0 ? (above - steps.begin()) + count - 1 : (from - steps.begin()) + count;
    return steps[static_cast<std::size_t>(
        std::clamp<std::ptrdiff_t>(index, 0, static_cast<std::ptrdiff_t>(steps.size()) - 1))];
}

} // namespace

std::span<const double> PlaybackClock::speedSteps()
{
    return kSpeeds;
}

std::span<const EventTime> PlaybackClock::windowSteps()
{
    static const std::vector<EventTime> steps = makeWindowSteps();
    return steps;
}

PlaybackClock::WallTime PlaybackClock::steadyWallTime()
{
    return [] { return Nanoseconds(std::chrono::steady_clock::now().time_since_epoch()); };
}

PlaybackClock::PlaybackClock(WallTime wallTime) : m_wallTime(std::move(wallTime)) {}

void PlaybackClock::setRange(EventTime first, EventTime last)
{
    if (first == m_first && last == m_last) {
        return;
    }
    reanchor();
    m_first = first;
    m_last = std::max(first, last);
    m_current = clamped(m_current);
    m_anchorPosition = clamped(m_anchorPosition);
}

EventTime PlaybackClock::lastStart() const
{
    return std::max(m_first, m_last + EventTime(1) - m_window);
}

EventTime PlaybackClock::clamped(EventTime start) const
{
    return std::clamp(start, m_first, lastStart());
}

std::int64_t PlaybackClock::presentTick() const
{
    const std::int64_t elapsed = std::max<std::int64_t>(0, (m_wallTime() - m_anchorWall).count());
    return elapsed / 1'000'000'000 * kTicksPerSecond +
           elapsed % 1'000'000'000 * kTicksPerSecond / 1'000'000'000;
}

EventTime PlaybackClock::positionAt(std::int64_t tick) const
{
    const double micros = static_cast<double>(tick) * m_speed * 1e6 / static_cast<double>(kTicksPerSecond);
    const EventTime moved(std::llround(micros));
    return m_reverse ? m_anchorPosition - moved : m_anchorPosition + moved;
}

void PlaybackClock::anchorHere()
{
    m_anchorPosition = m_current;
    m_anchorWall = m_wallTime();
    m_takenTick = 0;
}

void PlaybackClock::reanchor()
{
    if (!m_playing) {
        return;
    }
    const std::int64_t tick = presentTick();
    m_late += std::max<std::int64_t>(0, tick - m_takenTick - 1);
    m_anchorPosition = clamped(positionAt(tick));
    // The anchor moves by whole ticks, so that changing something often neither gains nor loses time.
    m_anchorWall += Nanoseconds((tick * 1'000'000'000 + kTicksPerSecond - 1) / kTicksPerSecond);
    m_takenTick = tick > m_takenTick ? -1 : 0;
}

void PlaybackClock::play()
{
    if (m_playing) {
        return;
    }
    m_playing = true;
    const bool atEnd = m_reverse ? m_current <= m_first : m_current >= lastStart();
    if (atEnd) {
        m_current = m_reverse ? lastStart() : m_first;
    }
    anchorHere();
    if (atEnd) {
        m_takenTick = -1;
    }
}

void PlaybackClock::pause()
{
    m_playing = false;
}

void PlaybackClock::seek(EventTime start)
{
    m_current = clamped(start);
    anchorHere();
}

void PlaybackClock::step(int windows)
{
    pause();
    m_current = clamped(m_current + windows * m_window);
}

void PlaybackClock::setSpeed(double speed)
{
    reanchor();
    m_speed = std::clamp(speed, kSpeeds.front(), kSpeeds.back());
}

void PlaybackClock::changeSpeed(int steps)
{
    if (steps != 0) {
        setSpeed(stepFrom(speedSteps(), m_speed, steps));
    }
}

void PlaybackClock::setWindow(EventTime window)
{
    reanchor();
    m_window = std::clamp(window, windowSteps().front(), windowSteps().back());
    m_current = clamped(m_current);
    m_anchorPosition = clamped(m_anchorPosition);
}

void PlaybackClock::changeWindow(int steps)
{
    if (steps != 0) {
        setWindow(stepFrom(windowSteps(), m_window, steps));
    }
}

void PlaybackClock::setReverse(bool reverse)
{
    reanchor();
    m_reverse = reverse;
}

std::optional<EventTime> PlaybackClock::takeDueFrame()
{
    if (!m_playing) {
        return std::nullopt;
    }
    const std::int64_t tick = presentTick();
    if (tick <= m_takenTick) {
        return std::nullopt;
    }
    m_late += tick - m_takenTick - 1;
    m_takenTick = tick;

    const EventTime due = positionAt(tick);
    const EventTime end = m_reverse ? m_first : lastStart();
    const bool beyond = m_reverse ? due < end : due > end;
    if (!beyond) {
        m_current = due;
        return m_current;
    }
    // The last window is shown before the recording starts over or stops, however large the steps.
    if (m_current != end) {
        m_current = end;
    } else if (m_loop) {
        m_current = m_reverse ? lastStart() : m_first;
    } else {
        pause();
        return std::nullopt;
    }
    m_anchorPosition = m_current;
    m_anchorWall += Nanoseconds((tick * 1'000'000'000 + kTicksPerSecond - 1) / kTicksPerSecond);
    m_takenTick = 0;
    return m_current;
}

Nanoseconds PlaybackClock::untilNextTick() const
{
    const std::int64_t next = std::max(presentTick(), m_takenTick) + 1;
    // Rounded up: a tick begins at the first whole nanosecond of it.
    const Nanoseconds begins =
        m_anchorWall + Nanoseconds((next * 1'000'000'000 + kTicksPerSecond - 1) / kTicksPerSecond);
    return std::max(Nanoseconds(0), begins - m_wallTime());
}

} // namespace perihelion
