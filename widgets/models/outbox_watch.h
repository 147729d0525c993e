// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// OutboxWatch: the runs that wait on this machine for the server of the run store. While any waits it tries
// to send them again and again, more seldom the longer the server stays away, in the store's own thread.
// Owned by the main window; the store outlives it. Of a store in a file nothing ever waits.

#include "core/runs/run_store.h"
#include "widgets/models/latest_job.h"

#include <QObject>
#include <QTimer>

#include <chrono>

namespace perihelion {

class OutboxWatch : public QObject {
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds kFirstPause{15'000};
    static constexpr std::chrono::milliseconds kLongestPause{300'000};

    /// pause: between two tries, doubled after each that was in vain.
    OutboxWatch(RunStore& store, JobRunner& jobs, std::chrono::milliseconds pause = kFirstPause,
                QObject* parent = nullptr);

    /// Looks how many wait, as when a run was stored; the next try follows after the pause.
    void look();
    /// Tries now, because a person wants it.
    void sendNow();

    const OutboxState& state() const { return m_state; }
    /// A person's try is under way.
    bool isSending() const { return m_asked; }
    bool isBusy() const { return m_look.isBusy() || m_send.isBusy(); }

Q_SIGNALS:
    void changed();
    /// Runs reached the store, or something else is worth a sentence.
    void sent(int runs, const QString& sentence);

private:
    void send();
    void take(const OutboxState& state);
    void takeSent(const Result<OutboxState>& outcome);

    RunStore& m_store;
    const std::chrono::milliseconds m_pause;
    std::chrono::milliseconds m_nextPause;
    QTimer m_timer;
    OutboxState m_state;
    bool m_asked = false;
    LatestJob<OutboxState> m_look;
    LatestJob<OutboxState> m_send;
};

} // namespace perihelion
