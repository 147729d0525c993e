// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Prefetcher: fills the EventCache ahead of need, in a thread of its own that decodes at
// DecodePriority::Prefetch: first what the play head will reach, then, while nobody does anything, the
// recordings most likely opened next. Owned by AppContext, outlived by cache and pool.
//
// For pages: the player calls setPlayHead() with every frame (cheap) and stopPlayback() when it closes;
// the menu calls setLikelyNext() when selection or order changes; any key or click calls noteActivity().
// Cards listen to shareChanged() (sent from the prefetching thread: connect with the page as context) and ask
// EventCache::factsOf(path).share() and isFilling(path).

#include "core/jobs/cancel_token.h"
#include "core/jobs/decode_pool.h"
#include "datasets/cache/event_cache.h"
#include "datasets/index/event_file.h"

#include <QObject>
#include <QString>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace perihelion {

/// A recording that may be opened next.
struct LikelyRecording {
    QString path;
    OpenOptions open;
};

/// Where playback stands and where it goes.
struct PlayHead {
    std::shared_ptr<EventFile> file;
    EventTime position{0}; ///< Of the window shown.
    EventTime window{10'000};
    double speed = 0.0; ///< Recording time per time; negative backwards; 0: standing still.
};

class Prefetcher : public QObject {
    Q_OBJECT

public:
    /// quiet: how long nobody must have done anything before recordings are filled that nobody has opened.
    Prefetcher(EventCache& cache, DecodePool& pool,
               std::chrono::milliseconds quiet = std::chrono::milliseconds(1000), QObject* parent = nullptr);
    /// Stops and waits; within a chunk's decoding.
    ~Prefetcher() override;

    /// From any thread; only the latest counts.
    void setPlayHead(const PlayHead& head);
    void stopPlayback();
    /// Most likely first; replaces the former list.
    void setLikelyNext(std::vector<LikelyRecording> recordings);
    /// The user does something: what is filled on suspicion stops after the chunk at hand and goes on when it
    /// has been quiet for a while.
    void noteActivity();
    /// True while this recording is being filled on suspicion.
    bool isFilling(const QString& path) const;
    /// Waits until there is nothing left to do; for tests and benches.
    void waitUntilDone();

Q_SIGNALS:
    /// share of the recording cached, 0…1, after each block; filling: more is to come.
    void shareChanged(const QString& path, double share, bool filling);

    /// From the play head to this time (µs) everything is decoded; sent with every play head, from the
    /// prefetching thread.
    void decodedUntil(const QString& path, qint64 micros);

private:
    void work();
    /// Fills the blocks ahead of the play head.
    void fillAhead(const PlayHead& head, const CancelToken& cancel);
    /// Fills a recording from its beginning; false when it was interrupted.
    bool fillRecording(const LikelyRecording& recording, const CancelToken& cancel);
    void tell(const QString& path, const QString& stream, bool filling);

    EventCache& m_cache;
    DecodePool& m_pool;
    const std::chrono::milliseconds m_quiet;

    mutable std::mutex m_mutex; ///< Guards what follows.
    std::condition_variable m_wake;
    std::condition_variable m_idle;
    std::optional<PlayHead> m_head;
    bool m_headMoved = false;
    std::vector<LikelyRecording> m_likely; ///< Those still to be filled, the next one last.
    CancelToken m_token;                   ///< Of the fill on suspicion at hand.
    CancelToken m_aheadToken;
    QString m_filling;
    std::chrono::system_clock::time_point m_quietFrom;
    bool m_working = false;
    bool m_stop = false;
    std::thread m_thread;
};

} // namespace perihelion
