// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A shared "stop, nobody wants this any more". Copies share one flag; any thread may cancel, any may ask.
// Checked once per chunk, file or iteration; a parameter, never a global.

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

namespace perihelion {

class CancelToken {
public:
    CancelToken() : m_state(std::make_shared<State>()) {}

    /// A token that is cancelled as soon as elsewhere answers true, too. elsewhere is asked from any thread,
    /// often, and must be quick.
    static CancelToken alsoWhen(std::function<bool()> elsewhere)
    {
        CancelToken token;
        token.m_state->elsewhere = std::move(elsewhere);
        return token;
    }

    void cancel() { m_state->flag.store(true, std::memory_order_relaxed); }
    bool isCancelled() const
    {
        return m_state->flag.load(std::memory_order_relaxed) || (m_state->elsewhere && m_state->elsewhere());
    }

private:
    struct State {
        std::atomic<bool> flag{false};
        std::function<bool()> elsewhere; ///< Set before the token is shared, never changed afterwards.
    };

    std::shared_ptr<State> m_state;
};

} // namespace perihelion
