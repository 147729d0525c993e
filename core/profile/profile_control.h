// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ProfileControl: pause, go on and cancel a profile run from another thread. Copies share one state; any
// thread may call anything.

#include "core/jobs/cancel_token.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

namespace perihelion {

class ProfileControl {
public:
    /// A job's own token may be passed in, so that cancelling the job cancels the run.
    explicit ProfileControl(CancelToken cancelToken = {})
        : m_cancel(std::move(cancelToken)),
          m_state(std::make_shared<State>())
    {
    }

    /// The same control for a run that another token shall end.
    ProfileControl withToken(CancelToken cancelToken) const
    {
        ProfileControl control = *this;
        control.m_cancel = std::move(cancelToken);
        return control;
    }

    void cancel()
    {
        m_cancel.cancel();
        setPaused(false);
    }
    /// The iteration that runs is finished first; the next one waits for resume().
    void pause() { setPaused(true); }
    void resume() { setPaused(false); }
    bool isPaused() const
    {
        const std::lock_guard lock(m_state->mutex);
        return m_state->paused;
    }
    const CancelToken& cancelToken() const { return m_cancel; }

    /// Returns when it is not paused, or cancelled.
    void waitWhilePaused() const
    {
        std::unique_lock lock(m_state->mutex);
        // Looked at in between, because a job's token is cancelled without waking anybody.
        while (m_state->paused && !m_cancel.isCancelled()) {
            m_state->wake.wait_for(lock, std::chrono::milliseconds(20));
        }
    }

private:
    struct State {
        std::mutex mutex;
        std::condition_variable wake;
        bool paused = false;
    };

    void setPaused(bool paused)
    {
        {
            const std::lock_guard lock(m_state->mutex);
            m_state->paused = paused;
        }
        m_state->wake.notify_all();
    }

    CancelToken m_cancel;
    std::shared_ptr<State> m_state;
};

} // namespace perihelion
