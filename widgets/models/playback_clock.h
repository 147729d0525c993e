// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PlaybackClock: recording time as a function of wall time, in ticks of 1/60 s. It knows which frame is due;
// a tick that nobody took is late and dropped, never queued. Every change of speed, window or direction moves
// the anchor to the present frame, so that nothing jumps. Pure logic with an injected time source; no Qt
// events. One thread.

#include "core/base/units.h"

#include <functional>
#include <optional>
#include <span>

namespace perihelion {

class PlaybackClock {
public:
    /// Monotonic wall time; any origin.
    using WallTime = std::function<Nanoseconds()>;

    static constexpr std::int64_t kTicksPerSecond = 60;
    static constexpr EventTime kDefaultWindow{10'000};

    /// 0.25 … 100, ascending.
    static std::span<const double> speedSteps();
    /// 10 µs … 100 ms, ascending.
    static std::span<const EventTime> windowSteps();
    static WallTime steadyWallTime();

    explicit PlaybackClock(WallTime wallTime = steadyWallTime());

    /// Times of the earliest and the latest event. The position stays where it was if it can.
    void setRange(EventTime first, EventTime last);
    EventTime firstStart() const { return m_first; }
    /// Start of the last window that ends behind the latest event; firstStart() when the recording is
    /// shorter.
    EventTime lastStart() const;
    EventTime lastEvent() const { return m_last; }

    /// Start of the window that was taken, sought or stepped to last.
    EventTime position() const { return m_current; }
    EventTime window() const { return m_window; }
    double speed() const { return m_speed; }
    bool isPlaying() const { return m_playing; }
    bool isLooping() const { return m_loop; }
    bool isReverse() const { return m_reverse; }
    /// Ticks that passed while playing without anybody taking their frame.
    std::int64_t lateFrames() const { return m_late; }
    void resetLateFrames() { m_late = 0; }

    /// From the end (in the direction of play) it starts over.
    void play();
    void pause();
    /// Clamps to what a window can start at. Playing goes on from there.
    void seek(EventTime start);
    /// Pauses and moves by whole windows, negative backwards in time.
    void step(int windows);

    void setSpeed(double speed);
    /// steps > 0: faster; moves along speedSteps() and stays at their ends.
    void changeSpeed(int steps);
    void setWindow(EventTime window);
    /// steps > 0: longer; moves along windowSteps() and stays at their ends.
    void changeWindow(int steps);
    void setLoop(bool loop) { m_loop = loop; }
    void setReverse(bool reverse);

    /// Start of the window to show now, or nothing when the present tick's frame has been taken or nothing
    /// plays. At the end of the recording it starts over when looping and pauses otherwise.
    std::optional<EventTime> takeDueFrame();
    /// Wall time until the next tick begins; for the timer of whoever shows frames.
    Nanoseconds untilNextTick() const;

private:
    std::int64_t presentTick() const;
    EventTime positionAt(std::int64_t tick) const;
    EventTime clamped(EventTime start) const;
    void anchorHere();
    void reanchor();

    WallTime m_wallTime;
    EventTime m_first{0};
    EventTime m_last{0};
    EventTime m_window = kDefaultWindow;
    EventTime m_current{0};
    double m_speed = 1.0;
    bool m_playing = false;
    bool m_loop = true;
    bool m_reverse = false;

    EventTime m_anchorPosition{0};
    Nanoseconds m_anchorWall{0};
    std::int64_t m_takenTick = 0; ///< Since the anchor; −1 when the anchor's own frame is still to be shown.
    std::int64_t m_late = 0;
};

} // namespace perihelion
