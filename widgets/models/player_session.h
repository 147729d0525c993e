// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PlayerSession: one recording being played: its first load, the frames that the clock asks for, the numbers
// of region and pixel, and the completion of its index. Every read is a job; of several requests only the
// newest is answered. Knows no widgets. Owned by the page, lives on the GUI thread, which never decodes.

#include "core/runs/run_store.h"
#include "datasets/frames/first_frame.h"
#include "widgets/models/frame_renderer.h"
#include "widgets/models/latest_job.h"
#include "widgets/models/playback_clock.h"

#include <QObject>
#include <QPoint>
#include <QRect>
#include <QTimer>

#include <chrono>
#include <memory>
#include <optional>

namespace perihelion {

class DecodePool;
class EventCache;

/// A window's values and their picture.
struct PlayerFrame {
    quint64 serial = 0;
    AccumulatedFrame frame;
    QImage image;
    Nanoseconds rendering{0}; ///< Values to pixels.
};

struct RegionNumbers {
    QRect pixels;
    EventTime windowLength{0};
    std::int64_t events = 0;
    std::int64_t on = 0;
    std::int64_t off = 0;
};

struct PixelNumbers {
    QPoint pixel;
    std::int64_t on = 0;
    std::int64_t off = 0;
    std::optional<EventTime> last; ///< Of the pixel's last event in the window.
};

class PlayerSession : public QObject {
    Q_OBJECT

public:
    PlayerSession(JobRunner& jobs, DecodePool& pool, EventCache& cache, QString indexDir,
                  PlaybackClock::WallTime wallTime, QObject* parent = nullptr);
    ~PlayerSession() override;

    void open(const QString& path, const QString& stream);
    /// Cancels everything that is under way and forgets the recording.
    void close();
    bool isOpen() const { return m_file != nullptr; }
    /// Null while nothing is open.
    const std::shared_ptr<EventFile>& file() const { return m_file; }
    bool isLoading() const { return m_loading; }
    const QString& path() const { return m_path; }
    const QString& stream() const { return m_stream; }
    /// A snapshot; richer after metadataChanged().
    const RecordingMetadata& metadata() const { return m_metadata; }
    const PlaybackClock& clock() const { return m_clock; }
    /// The frame to show; null until the first one has arrived.
    const PlayerFrame* frame() const { return m_frame.get(); }

    void play();
    void pause();
    void togglePlaying();
    void seek(EventTime start);
    /// As seek(), but the frame that is being made is still shown: for dragging.
    void scrub(EventTime start);
    void step(int windows);
    void setSpeed(double speed);
    void changeSpeed(int steps);
    void setWindow(EventTime window);
    void changeWindow(int steps);
    void setLoop(bool loop);
    void setReverse(bool reverse);

    void setView(FrameView view);
    FrameView view() const { return m_view; }
    void setStyle(const FrameStyle& style);
    const FrameStyle& style() const { return m_style; }
    void setPolarity(PolarityFilter polarity);
    PolarityFilter polarity() const { return m_polarity; }
    void setRegion(std::optional<QRect> pixels);
    std::optional<QRect> region() const { return m_region; }
    void setHoveredPixel(std::optional<QPoint> pixel);

    /// To be called when a frame is on the screen; the first one ends the load.
    void notePainted(quint64 serial, Nanoseconds painting);
    /// Looks at every event in the background, unless that has been done.
    void completeIndex();
    void cancelIndexCompletion();
    /// Checks in the background that the file is still the one that was opened; troubled() if not.
    void checkFile();

Q_SIGNALS:
    void loadStarted();
    void loaded();
    void loadFailed(const perihelion::Error& error);
    /// The first frame is on the screen; the record has all five phases.
    void loadFinished(const perihelion::LoadRecord& record);
    void frameReady();
    void recoloured();
    void playbackChanged();
    void metadataChanged();
    void indexProgress(double share);
    void indexFinished();
    void regionCounted(const perihelion::RegionNumbers& numbers);
    void pixelCounted(const perihelion::PixelNumbers& numbers);
    /// A frame could not be read, or the file is not the one that was opened. Playing has stopped.
    void troubled(const perihelion::Error& error);

private:
    struct Loaded {
        FirstFrame first;
        std::shared_ptr<PlayerFrame> frame;
        std::chrono::steady_clock::time_point accumulated;
    };
    using FramePointer = std::shared_ptr<PlayerFrame>;

    void takeLoaded(const Result<std::shared_ptr<Loaded>>& loaded);
    void takeFrame(const Result<FramePointer>& frame);
    void takeIndex(const Result<void>& completed);
    void showPresent(bool cancelRunning);
    void tick();
    void scheduleTick();
    void refreshNumbers(bool always);
    void countRegion();
    void countPixel();
    void returnToShown();
    LazyFrame presentWindow() const;

    JobRunner& m_jobs;
    DecodePool& m_pool;
    EventCache& m_cache;
    const QString m_indexDir;
    PlaybackClock m_clock;
    QTimer m_timer;

    QString m_path;
    QString m_stream;
    bool m_loading = false;
    std::shared_ptr<EventFile> m_file;
    RecordingMetadata m_metadata;
    std::shared_ptr<PlayerFrame> m_frame;
    std::shared_ptr<Loaded> m_loadedUnpainted; ///< Until the first frame is on the screen.
    quint64 m_nextSerial = 1;

    FrameView m_view = FrameView::Polarity;
    FrameStyle m_style;
    PolarityFilter m_polarity = PolarityFilter::Both;
    std::optional<QRect> m_region;
    std::optional<QPoint> m_pixel;
    std::chrono::steady_clock::time_point m_numbersAt;

    LatestJob<std::shared_ptr<Loaded>> m_load;
    LatestJob<FramePointer> m_frames;
    LatestJob<RegionNumbers> m_regionJob;
    LatestJob<PixelNumbers> m_pixelJob;
    LatestJob<void> m_indexJob;
    LatestJob<void> m_checkJob;
};

} // namespace perihelion
