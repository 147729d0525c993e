// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/outbox_watch.h"

#include <algorithm>

namespace perihelion {

OutboxWatch::OutboxWatch(RunStore& store, JobRunner& jobs, std::chrono::milliseconds pause, QObject* parent)
    : QObject(parent),
      m_store(store),
      m_pause(pause),
      m_nextPause(pause),
      m_look(
          jobs, JobPool::Store,
          [this](const Result<OutboxState>& state) {
              if (state) {
                  take(*state);
              }
          },
          u"Job: look for waiting runs"),
      m_send(
          jobs, JobPool::Store, [this](const Result<OutboxState>& outcome) { takeSent(outcome); },
          u"Job: send waiting runs")
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &OutboxWatch::send);
}

void OutboxWatch::look()
{
    if (m_store.hasOutbox()) {
        m_look.request(
            [&store = m_store](const CancelToken&, const ProgressReporter&) -> Result<OutboxState> {
                return store.outbox();
            });
    }
}

void OutboxWatch::sendNow()
{
    if (m_store.hasOutbox() && !m_asked) {
        m_asked = true;
        m_nextPause = m_pause;
        send();
        Q_EMIT changed();
    }
}

void OutboxWatch::send()
{
    m_timer.stop();
    m_send.request(
        [&store = m_store](const CancelToken& cancel, const ProgressReporter&) -> Result<OutboxState> {
            return store.sendWaiting(cancel);
        });
}

void OutboxWatch::take(const OutboxState& state)
{
    if (!m_timer.isActive() && !m_send.isBusy()) {
        // Also while none waits: the command line may have put one there.
        m_timer.start(m_nextPause);
    }
    if (state != m_state) {
        m_state = state;
        Q_EMIT changed();
    }
}

void OutboxWatch::takeSent(const Result<OutboxState>& outcome)
{
    if (!outcome) {
        return; // The program ends.
    }
    const bool inVain = outcome->waiting > 0 && outcome->sent == 0;
    m_nextPause = inVain ? std::min(2 * m_nextPause, std::max(m_pause, kLongestPause)) : m_pause;
    const bool asked = m_asked;
    m_asked = false;
    take(*outcome);
    if (asked) {
        Q_EMIT changed();
    }
    if (outcome->sent > 0) {
        Q_EMIT sent(outcome->sent,
                    outcome->sent == 1
                        ? tr("1 run that had waited was sent to the run store")
                        : tr("%1 runs that had waited were sent to the run store").arg(outcome->sent));
    } else if (outcome->waiting == 0 && !outcome->trouble.isEmpty()) {
        Q_EMIT sent(0, outcome->trouble);
    }
}

} // namespace perihelion
