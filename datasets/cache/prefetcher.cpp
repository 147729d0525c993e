// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/cache/prefetcher.h"

#include "core/jobs/thread_urgency.h"
#include "datasets/cache/cached_recording.h"
#include "datasets/index/chunk_index.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <new>
#include <utility>

namespace perihelion {

namespace {

/// How far ahead of the play head blocks are filled: this much of the user's time, and never fewer or more
/// blocks than these.
constexpr double kAheadSeconds = 1.0;
constexpr std::size_t kLeastBlocksAhead = 2;
constexpr std::size_t kMostBlocksAhead = 16;

using CachePlace = std::shared_ptr<CachedRecording>;

enum class FillOutcome { Filled, NotFilled, Stopped };

/// Reads and publishes one block unless it is there or somebody else is at it.
FillOutcome fillBlock(EventCache& cache, DecodePool& pool, const EventFile& file, const CachePlace& place,
                      std::uint64_t block, CacheFill fill, const CancelToken& cancel, ColumnBuffers& buffers)
{
    if (cancel.isCancelled()) {
        return FillOutcome::Stopped;
    }
    EventCache::Lookup lookup = cache.find(place, block, DecodePriority::Prefetch, fill);
    if (!lookup.ticket) {
        return FillOutcome::Filled;
    }
    constexpr ColumnSet kEverything = (1U << kColumnCount) - 1;
    const ColumnReader& reader = file.index().reader();
    const auto rows = static_cast<std::size_t>(place->rowsOfBlock(block));
    std::vector<ReadSlice> slices;
    reader.prepare(buffers, block * place->blockRows(), rows, kEverything);
    reader.plan(block * place->blockRows(), rows, kEverything, slices);
    std::atomic<bool> whole{true};
    pool.run(DecodePriority::Prefetch, slices.size(), cancel, [&](std::size_t slice, std::size_t) {
        if (!reader.read(slices[slice], buffers)) {
            whole.store(false, std::memory_order_relaxed);
        }
    });
    if (cancel.isCancelled()) {
        return FillOutcome::Stopped;
    }
    // What cannot be read is left to queries, which say so.
    const bool kept = whole && cache.publish(std::move(lookup.ticket), file.index(), buffers, fill);
    return kept ? FillOutcome::Filled : FillOutcome::NotFilled;
}

/// The blocks to fill ahead of the play head, nearest first.
std::vector<std::uint64_t> blocksAhead(const PlayHead& head, const CachedRecording& place)
{
    const double reach = std::abs(head.speed) * kAheadSeconds * 1e6;
    const EventTime ahead(static_cast<std::int64_t>(std::min(reach, 1e15)));
    const EventTime from = head.speed < 0 ? clampedDifference(head.position, ahead) : head.position;
    const EventTime last = clampedSum(head.position, head.window);
    const EventTime to = head.speed > 0 ? clampedSum(last, ahead) : last;
    SliceOutcome cost;
    const auto ranges = head.file->index().rangesFor(from.count(), to.count(), cost);
    std::vector<std::uint64_t> blocks;
    if (!ranges || ranges->empty()) {
        return blocks;
    }
    const auto first = static_cast<std::int64_t>(ranges->front().firstRow / place.blockRows());
    const auto end =
        static_cast<std::int64_t>((ranges->back().firstRow + ranges->back().rows - 1) / place.blockRows());
    const auto count = static_cast<std::int64_t>(place.blockCount());
    const auto add = [&](std::int64_t block) {
        if (block >= 0 && block < count && blocks.size() < kMostBlocksAhead) {
            blocks.push_back(static_cast<std::uint64_t>(block));
        }
    };
    constexpr auto kLeast = static_cast<std::int64_t>(kLeastBlocksAhead);
    if (head.speed < 0) {
        for (std::int64_t block = end; block >= first - kLeast; --block) {
            add(block);
        }
    } else {
        for (std::int64_t block = first; block <= end + kLeast; ++block) {
            add(block);
        }
        if (head.speed == 0) {
            add(first - 1);
        }
    }
    return blocks;
}

} // namespace

Prefetcher::Prefetcher(EventCache& cache, DecodePool& pool, std::chrono::milliseconds quiet, QObject* parent)
    : QObject(parent),
      m_cache(cache),
      m_pool(pool),
      m_quiet(quiet),
      m_quietFrom(std::chrono::system_clock::now() + quiet)
{
    m_thread = std::thread([this] {
        lowerThreadUrgency();
        work();
    });
}

Prefetcher::~Prefetcher()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
        m_token.cancel();
        m_aheadToken.cancel();
    }
    m_wake.notify_all();
    m_thread.join();
}

void Prefetcher::setPlayHead(const PlayHead& head)
{
    if (!m_cache.isActive() || !head.file) {
        return;
    }
    {
        const std::lock_guard lock(m_mutex);
        if (m_head && m_head->file != head.file) {
            m_aheadToken.cancel();
            m_aheadToken = CancelToken();
        }
        m_token.cancel(); // What plays comes first.
        m_token = CancelToken();
        m_quietFrom = std::chrono::system_clock::now() + m_quiet;
        m_head = head;
        m_headMoved = true;
    }
    m_wake.notify_all();
}

void Prefetcher::stopPlayback()
{
    {
        const std::lock_guard lock(m_mutex);
        m_aheadToken.cancel();
        m_aheadToken = CancelToken();
        m_head.reset();
        m_headMoved = false;
    }
    m_wake.notify_all();
}

void Prefetcher::setLikelyNext(std::vector<LikelyRecording> recordings)
{
    std::reverse(recordings.begin(), recordings.end());
    {
        const std::lock_guard lock(m_mutex);
        m_likely = std::move(recordings);
        // The one at hand goes on if it is still wanted first.
        if (!m_filling.isEmpty() && (m_likely.empty() || m_likely.back().path != m_filling)) {
            m_token.cancel();
            m_token = CancelToken();
        }
    }
    m_wake.notify_all();
}

void Prefetcher::noteActivity()
{
    {
        const std::lock_guard lock(m_mutex);
        m_token.cancel();
        m_token = CancelToken();
        m_quietFrom = std::chrono::system_clock::now() + m_quiet;
    }
    m_wake.notify_all();
}

bool Prefetcher::isFilling(const QString& path) const
{
    const std::lock_guard lock(m_mutex);
    return m_filling == path;
}

void Prefetcher::waitUntilDone()
{
    std::unique_lock lock(m_mutex);
    m_idle.wait(lock,
                [this] { return !m_working && !m_headMoved && (m_likely.empty() || !m_cache.isActive()); });
}

void Prefetcher::work()
{
    std::unique_lock lock(m_mutex);
    while (!m_stop) {
        const bool active = m_cache.isActive();
        if (m_head && m_headMoved) {
            m_headMoved = false;
            const PlayHead head = *m_head;
            const CancelToken cancel = m_aheadToken;
            m_working = true;
            lock.unlock();
            fillAhead(head, cancel);
            lock.lock();
            m_working = false;
        } else if (active && !m_likely.empty() && std::chrono::system_clock::now() >= m_quietFrom) {
            const LikelyRecording next = m_likely.back();
            const CancelToken cancel = m_token;
            m_filling = next.path;
            m_working = true;
            lock.unlock();
            const bool finished = fillRecording(next, cancel);
            lock.lock();
            m_filling.clear();
            if (finished && !m_likely.empty() && m_likely.back().path == next.path) {
                m_likely.pop_back();
            }
            lock.unlock();
            tell(next.path, next.open.stream, false);
            lock.lock();
            m_working = false;
        } else {
            m_idle.notify_all();
            if (active && !m_likely.empty()) {
                // By the wall clock, whose waits the thread sanitizer of GCC 12 understands.
                m_wake.wait_until(lock, m_quietFrom);
            } else {
                m_wake.wait(lock);
            }
        }
    }
    m_idle.notify_all();
}

void Prefetcher::fillAhead(const PlayHead& head, const CancelToken& cancel)
{
    const CachePlace place = m_cache.recordingOf(head.file->index());
    if (!place) {
        return;
    }
    try {
        ColumnBuffers buffers;
        const std::vector<std::uint64_t> blocks = blocksAhead(head, *place);
        const auto tellReach = [&] {
            if (blocks.empty()) {
                return;
            }
            if (const auto until = m_cache.heldUntil(place, blocks.front(), head.speed < 0)) {
                Q_EMIT decodedUntil(place->path(), *until);
            }
        };
        tellReach();
        for (const std::uint64_t block : blocks) {
            {
                const std::lock_guard lock(m_mutex);
                if (m_headMoved) {
                    return; // Begun anew from where it is now.
                }
            }
            if (m_cache.holds(place, block)) {
                continue;
            }
            if (fillBlock(m_cache, m_pool, *head.file, place, block, CacheFill::PlayAhead, cancel, buffers) !=
                FillOutcome::Filled) {
                return;
            }
            tellReach();
            tell(place->path(), place->stream(), false);
        }
    } catch (const std::bad_alloc&) {
        m_cache.budget().sample();
    }
}

bool Prefetcher::fillRecording(const LikelyRecording& recording, const CancelToken& cancel)
{
    try {
        std::shared_ptr<EventFile> file = m_cache.files().find(recording.path, recording.open);
        if (!file) {
            auto opened = EventFile::open(recording.path, recording.open);
            if (!opened) {
                return true; // The menu says so when it comes to it.
            }
            file = std::move(*opened);
            if (m_cache.recordingOf(file->index())) {
                m_cache.files().keep(file, recording.open);
            }
        }
        const CachePlace place = m_cache.recordingOf(file->index());
        if (!place) {
            return true;
        }
        ColumnBuffers buffers;
        for (std::uint64_t block = 0; block < place->blockCount(); ++block) {
            switch (fillBlock(m_cache, m_pool, *file, place, block, CacheFill::Idle, cancel, buffers)) {
            case FillOutcome::Filled:
                tell(recording.path, recording.open.stream, block + 1 < place->blockCount());
                break;
            case FillOutcome::NotFilled:
                return true; // No room for more.
            case FillOutcome::Stopped:
                return false;
            }
        }
    } catch (const std::bad_alloc&) {
        m_cache.budget().sample();
    }
    return true;
}

void Prefetcher::tell(const QString& path, const QString& stream, bool filling)
{
    Q_EMIT shareChanged(path, m_cache.factsOf(path, stream).share(), filling);
}

} // namespace perihelion
