// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/cache_control.h"

#include "core/settings/settings.h"
#include "datasets/cache/event_cache.h"
#include "datasets/cache/prefetcher.h"
#include "widgets/models/cache_settings.h"

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

/// Often enough for a gauge to be alive, seldom enough to cost nothing.
constexpr int kBeatMillis = 400;

CachePresence presenceOf(const RecordingCacheFacts& facts, std::uint64_t events, bool filling)
{
    if (events > 0 && static_cast<std::uint64_t>(facts.cachedEvents) >= events) {
        return CachePresence::Full;
    }
    return filling                 ? CachePresence::Prefetching
           : facts.bytes.value > 0 ? CachePresence::Partly
                                   : CachePresence::None;
}

} // namespace

CacheControl::CacheControl(const AppServices& services, QObject* parent)
    : QObject(parent),
      m_services(services),
      m_off(services.jobs, JobPool::Interactive, [this](const Result<void>&) { settle(); }),
      m_limits(services.jobs, JobPool::Interactive, [this](const Result<void>&) { settle(); })
{
    m_toggle.setText(tr("Cache mode"));
    m_toggle.setCheckable(true);
    m_toggle.setShortcut(QKeySequence(Qt::CTRL | Qt::Key_K));
    m_toggle.setAutoRepeat(false);
    m_toggle.setToolTip(tr(
        "Cache mode: keep decoded events in memory, so that recordings reopen and scrub at once (Ctrl+K)"));
    m_toggle.setChecked(m_services.settings.value(setting::kCacheMode));
    connect(&m_toggle, &QAction::triggered, this, [this](bool on) {
        m_services.settings.set(setting::kCacheMode, on);
        switchTo(on);
    });
    m_beat.setInterval(kBeatMillis);
    connect(&m_beat, &QTimer::timeout, this, &CacheControl::refresh);

    const QStringList pinned = m_services.settings.value(setting::kCachePinned);
    for (const QString& path : pinned) {
        m_pinned.insert(path);
        m_services.cache.setPinned(path, true);
    }
    applySettings();
    switchTo(isOn());
}

void CacheControl::switchForThisRun(bool on)
{
    m_toggle.setChecked(on);
    switchTo(on);
}

void CacheControl::switchTo(bool on)
{
    if (on) {
        m_services.cache.setEnabled(true);
        m_beat.start();
    } else {
        m_beat.stop();
        if (m_services.cache.isEnabled()) {
            m_off.request([cache = &m_services.cache](const CancelToken&, const ProgressReporter&) {
                cache->setEnabled(false);
                return Result<void>();
            });
        }
    }
    refresh();
    Q_EMIT switched(on);
}

/// A job ended; the switch may have been used while it was freeing.
void CacheControl::settle()
{
    if (m_services.cache.isEnabled() != isOn()) {
        switchTo(isOn());
    }
    refresh();
}

void CacheControl::applySettings()
{
    // Limits that became narrower free memory, hence a job; the switch is none of its business.
    m_limits.request(
        [memory = &m_services.memory, cache = &m_services.cache, policy = memoryPolicyOf(m_services.settings),
         options = cacheOptionsOf(m_services.settings)](const CancelToken&, const ProgressReporter&) mutable {
            memory->setPolicy(policy);
            options.enabled = cache->isEnabled();
            cache->setOptions(options);
            return Result<void>();
        });
}

RecordingCacheFacts CacheControl::recording(const QString& path) const
{
    RecordingCacheFacts none;
    none.presence = m_figures.on ? CachePresence::None : CachePresence::Off;
    none.pinned = m_pinned.contains(path);
    return m_recordings.value(path, none);
}

void CacheControl::setPinned(const QString& path, bool pinned)
{
    m_services.cache.setPinned(path, pinned);
    QStringList paths = m_services.settings.value(setting::kCachePinned);
    paths.removeAll(path);
    if (pinned) {
        m_pinned.insert(path);
        paths.prepend(path);
    } else {
        m_pinned.remove(path);
    }
    m_services.settings.set(setting::kCachePinned, paths);
    refresh();
    Q_EMIT recordingsChanged();
}

void CacheControl::runOnCache(std::function<void(EventCache&)> work)
{
    const Job<void> job =
        m_services.jobs.run(JobPool::Interactive,
                            [cache = &m_services.cache, work = std::move(work)](
                                const CancelToken&, const ProgressReporter&) -> Result<void> {
                                work(*cache);
                                return {};
                            });
    auto* watcher = new QFutureWatcher<Result<void>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher] {
        watcher->deleteLater();
        refresh();
    });
    watcher->setFuture(job.future);
}

void CacheControl::clearRecording(const QString& path)
{
    if (!path.isEmpty()) {
        runOnCache([path](EventCache& cache) { cache.clear(path); });
    }
}

void CacheControl::clearAll()
{
    runOnCache([](EventCache& cache) { cache.clear(); });
}

void CacheControl::refresh()
{
    const EventCache& cache = m_services.cache;
    const MemoryGauge gauge = m_services.memory.gauge();
    const CacheFacts facts = cache.facts();
    CacheFigures now;
    now.on = isOn() && cache.isActive();
    now.offReason = isOn() ? cache.offReason() : QString();
    now.used = ByteCount{gauge.usedBytes};
    now.budget = ByteCount{gauge.budgetBytes};
    now.available = ByteCount{gauge.availableBytes};
    now.hits = static_cast<std::int64_t>(facts.hits);
    now.misses = static_cast<std::int64_t>(facts.misses);
    now.evictions = static_cast<std::int64_t>(facts.evictions);
    const CacheFigures before = std::exchange(m_figures, now);
    refreshRecordings();
    if (now != before) {
        Q_EMIT figuresChanged();
    }
    if (now.offReason.isEmpty() != before.offReason.isEmpty() && isOn()) {
        Q_EMIT notice(now.offReason.isEmpty() ? tr("There is memory for the cache again.") : now.offReason);
    }
}

void CacheControl::refreshRecordings()
{
    QHash<QString, RecordingCacheFacts> now;
    if (m_figures.on) {
        QHash<QString, std::uint64_t> events;
        const std::vector<CacheFacts> all = m_services.cache.allFacts();
        for (const CacheFacts& facts : all) {
            // The streams of one file are one card.
            RecordingCacheFacts& recording = now[facts.path];
            recording.bytes += ByteCount{facts.bytes};
            recording.cachedEvents += static_cast<std::int64_t>(facts.cachedEvents);
            recording.hits += static_cast<std::int64_t>(facts.hits);
            recording.misses += static_cast<std::int64_t>(facts.misses);
            recording.evictions += static_cast<std::int64_t>(facts.evictions);
            events[facts.path] += facts.events;
        }
        for (auto recording = now.begin(); recording != now.end(); ++recording) {
            const std::uint64_t total = events.value(recording.key());
            const bool filling = m_services.prefetcher.isFilling(recording.key());
            recording->presence = presenceOf(*recording, total, filling);
            recording->percent =
                total == 0
                    ? 0
                    : static_cast<int>(std::floor(100.0 * static_cast<double>(recording->cachedEvents) /
                                                  static_cast<double>(total)));
            recording->pinned = m_pinned.contains(recording.key());
        }
    }
    if (now != m_recordings) {
        m_recordings = std::move(now);
        Q_EMIT recordingsChanged();
    }
}

} // namespace perihelion
