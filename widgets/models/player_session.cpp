// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/player_session.h"

#include <QFileInfo>

#include <algorithm>

namespace perihelion {

namespace {

using SteadyClock = std::chrono::steady_clock;

std::shared_ptr<PlayerFrame> rendered(AccumulatedFrame frame, const FrameStyle& style, quint64 serial)
{
    auto made = std::make_shared<PlayerFrame>();
    made->serial = serial;
    made->frame = std::move(frame);
    const auto begun = SteadyClock::now();
    renderFrame(made->frame, style, made->image);
    made->rendering = SteadyClock::now() - begun;
    return made;
}

} // namespace

PlayerSession::PlayerSession(JobRunner& jobs, DecodePool& pool, EventCache& cache, QString indexDir,
                             PlaybackClock::WallTime wallTime, QObject* parent)
    : QObject(parent),
      m_jobs(jobs),
      m_pool(pool),
      m_cache(cache),
      m_indexDir(std::move(indexDir)),
      m_clock(std::move(wallTime)),
      m_load(
          jobs, JobPool::Interactive, [this](const Result<std::shared_ptr<Loaded>>& r) { takeLoaded(r); },
          u"Job: first frame"),
      m_frames(
          jobs, JobPool::Interactive, [this](const Result<FramePointer>& r) { takeFrame(r); }, u"Job: frame"),
      m_regionJob(
          jobs, JobPool::Interactive,
          [this](const Result<RegionNumbers>& r) {
              if (r && m_region == r->pixels) {
                  Q_EMIT regionCounted(*r);
              }
          },
          u"Job: numbers of a region"),
      m_pixelJob(
          jobs, JobPool::Interactive,
          [this](const Result<PixelNumbers>& r) {
              if (r && m_pixel == r->pixel) {
                  Q_EMIT pixelCounted(*r);
              }
          },
          u"Job: numbers of a pixel"),
      m_indexJob(
          jobs, JobPool::Background, [this](const Result<void>& r) { takeIndex(r); },
          u"Job: index a recording"),
      m_checkJob(jobs, JobPool::Interactive, [this](const Result<void>& r) {
          if (!r && r.error().code != ErrorCode::Cancelled) {
              pause();
              Q_EMIT troubled(r.error());
          }
      })
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &PlayerSession::tick);
    connect(&m_indexJob.watcher(), &QFutureWatcherBase::progressValueChanged, this, [this](int value) {
        if (m_indexJob.isBusy()) {
            Q_EMIT indexProgress(value / 1000.0);
        }
    });
}

PlayerSession::~PlayerSession() = default;

void PlayerSession::open(const QString& path, const QString& stream)
{
    // Copied first: they may be references to what close() clears.
    const QString absolute = QFileInfo(path).absoluteFilePath();
    QString wanted = stream;
    close();
    m_path = absolute;
    m_stream = std::move(wanted);
    m_loading = true;
    FirstFrameRequest request;
    request.path = m_path;
    request.open.stream = m_stream;
    request.open.indexDir = m_indexDir;
    request.open.times = m_jobs.operationTimes();
    request.windowLength = m_clock.window();
    request.polarity = m_polarity;
    request.mode = accumulateMode(m_view);
    Q_EMIT loadStarted();
    m_load.supersede(
        [request, &pool = m_pool, &cache = m_cache, style = m_style, serial = m_nextSerial++](
            const CancelToken& cancel, const ProgressReporter& report) -> Result<std::shared_ptr<Loaded>> {
            auto first =
                loadFirstFrame(request, {&pool, DecodePriority::Interactive, cancel, report, &cache});
            if (!first) {
                return first.error();
            }
            auto loaded = std::make_shared<Loaded>();
            loaded->accumulated = SteadyClock::now();
            loaded->first = std::move(*first);
            loaded->frame = rendered(std::move(loaded->first.frame), style, serial);
            return loaded;
        },
        m_path);
}

void PlayerSession::close()
{
    m_load.cancel();
    m_frames.cancel();
    m_regionJob.cancel();
    m_pixelJob.cancel();
    m_checkJob.cancel();
    cancelIndexCompletion();
    m_timer.stop();
    m_clock.pause();
    m_clock.setRange(EventTime(0), EventTime(0));
    m_clock.resetLateFrames();
    m_loading = false;
    m_file.reset();
    m_frame.reset();
    m_loadedUnpainted.reset();
    m_region.reset();
    m_pixel.reset();
    m_metadata = {};
    m_path.clear();
    m_stream.clear();
}

void PlayerSession::takeLoaded(const Result<std::shared_ptr<Loaded>>& loaded)
{
    m_loading = false;
    if (!loaded) {
        Q_EMIT loadFailed(loaded.error());
        return;
    }
    m_loadedUnpainted = *loaded;
    m_file = (*loaded)->first.file;
    m_frame = (*loaded)->frame;
    m_metadata = m_file->metadata();
    m_stream = m_metadata.stream;
    m_clock.setRange(m_metadata.minTime, m_metadata.maxTime);
    m_clock.seek(m_frame->frame.windowStart);
    Q_EMIT this->loaded();
    Q_EMIT frameReady();
    const bool viewChanged = m_frame->frame.mode != accumulateMode(m_view) ||
                             m_frame->frame.windowStart != m_clock.position() ||
                             m_frame->frame.windowLength != m_clock.window();
    if (viewChanged) {
        showPresent(false);
    }
}

void PlayerSession::notePainted(quint64 serial, Nanoseconds painting)
{
    // A seek may have put a newer frame in the first one's place before anything was painted.
    if (!m_loadedUnpainted || serial < m_loadedUnpainted->frame->serial) {
        return;
    }
    const std::shared_ptr<Loaded> load = std::move(m_loadedUnpainted);
    LoadRecord record;
    record.path = m_path;
    record.stream = m_stream;
    record.at = QDateTime::currentDateTimeUtc();
    record.phases = load->first.phases;
    // Never less than what was measured while rendering and painting.
    record.phases.firstFrame =
        std::max<Nanoseconds>(SteadyClock::now() - load->accumulated, load->frame->rendering + painting);
    record.index = load->first.index;
    record.cache = load->first.cache;
    record.fileBytes = static_cast<std::int64_t>(m_metadata.storage.fileSize.value);
    record.events = m_metadata.eventCount;
    record.windowEvents = load->frame->frame.events;
    record.chunksRead = load->frame->frame.cost.chunksRead;
    record.bytesRead = load->frame->frame.cost.bytesRead;
    Q_EMIT loadFinished(record);
}

void PlayerSession::showPresent(bool cancelRunning)
{
    if (!m_file) {
        return;
    }
    const DecodePriority priority =
        m_clock.isPlaying() ? DecodePriority::Playback : DecodePriority::Interactive;
    LatestJob<FramePointer>::Work work =
        [file = m_file, &pool = m_pool, &cache = m_cache, start = m_clock.position(),
         end = m_clock.position() + m_clock.window(), priority, polarity = m_polarity,
         mode = accumulateMode(m_view), size = QSize(m_metadata.sensor.width, m_metadata.sensor.height),
         style = m_style, serial = m_nextSerial++](const CancelToken& cancel,
                                                   const ProgressReporter& report) -> Result<FramePointer> {
        if (const Result<void> unchanged = file->checkUnchanged(); !unchanged) {
            return unchanged.error();
        }
        auto frame =
            LazyFrame::scan(file)
                .filterTime(start, end)
                .filterPolarity(polarity)
                .accumulate({&pool, priority, cancel, report, &cache}, size.width(), size.height(), mode);
        if (!frame) {
            return frame.error();
        }
        return rendered(std::move(*frame), style, serial);
    };
    if (cancelRunning) {
        m_frames.supersede(std::move(work), m_path);
    } else {
        m_frames.request(std::move(work), m_path);
    }
}

void PlayerSession::takeFrame(const Result<FramePointer>& frame)
{
    if (!frame) {
        if (frame.error().code != ErrorCode::Cancelled) {
            pause();
            returnToShown();
            Q_EMIT troubled(frame.error());
        }
        return;
    }
    m_frame = *frame;
    Q_EMIT frameReady();
    refreshNumbers(false);
    if (m_clock.isPlaying()) {
        tick();
    }
}

/// What could not be shown is not where the player stands; a newer wish that is under way still counts.
void PlayerSession::returnToShown()
{
    if (m_frame && !m_frames.isBusy()) {
        m_clock.setWindow(m_frame->frame.windowLength);
        m_clock.seek(m_frame->frame.windowStart);
        Q_EMIT playbackChanged();
    }
}

void PlayerSession::tick()
{
    if (!m_clock.isPlaying()) {
        return;
    }
    // While a frame is being made the clock's frames pass by; the next one taken counts them as late.
    if (!m_frames.isBusy() && m_clock.takeDueFrame()) {
        showPresent(false);
    }
    if (m_clock.isPlaying()) {
        scheduleTick();
    } else {
        refreshNumbers(true);
    }
    Q_EMIT playbackChanged();
}

void PlayerSession::scheduleTick()
{
    using namespace std::chrono_literals;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(m_clock.untilNextTick());
    m_timer.start(std::max(wait, 1ms));
}

void PlayerSession::play()
{
    if (!m_file || m_clock.isPlaying()) {
        return;
    }
    m_clock.play();
    tick();
}

void PlayerSession::pause()
{
    if (!m_clock.isPlaying()) {
        return;
    }
    m_clock.pause();
    m_timer.stop();
    refreshNumbers(true);
    Q_EMIT playbackChanged();
}

void PlayerSession::togglePlaying()
{
    m_clock.isPlaying() ? pause() : play();
}

void PlayerSession::seek(EventTime start)
{
    if (m_file) {
        m_clock.seek(start);
        showPresent(true);
        Q_EMIT playbackChanged();
    }
}

void PlayerSession::scrub(EventTime start)
{
    if (m_file) {
        m_clock.seek(start);
        showPresent(false);
        Q_EMIT playbackChanged();
    }
}

void PlayerSession::step(int windows)
{
    if (!m_file) {
        return;
    }
    m_clock.step(windows);
    m_timer.stop();
    showPresent(true);
    Q_EMIT playbackChanged();
}

void PlayerSession::setSpeed(double speed)
{
    m_clock.setSpeed(speed);
    Q_EMIT playbackChanged();
}

void PlayerSession::changeSpeed(int steps)
{
    m_clock.changeSpeed(steps);
    Q_EMIT playbackChanged();
}

void PlayerSession::setWindow(EventTime window)
{
    m_clock.setWindow(window);
    showPresent(true);
    Q_EMIT playbackChanged();
}

void PlayerSession::changeWindow(int steps)
{
    m_clock.changeWindow(steps);
    showPresent(true);
    Q_EMIT playbackChanged();
}

void PlayerSession::setLoop(bool loop)
{
    m_clock.setLoop(loop);
    Q_EMIT playbackChanged();
}

void PlayerSession::setReverse(bool reverse)
{
    m_clock.setReverse(reverse);
    Q_EMIT playbackChanged();
}

void PlayerSession::setView(FrameView view)
{
    if (view != m_view) {
        m_view = view;
        showPresent(true);
    }
}

void PlayerSession::setPolarity(PolarityFilter polarity)
{
    if (polarity != m_polarity) {
        m_polarity = polarity;
        showPresent(true);
    }
}

void PlayerSession::setStyle(const FrameStyle& style)
{
    m_style = style;
    if (m_frame) {
        renderFrame(m_frame->frame, m_style, m_frame->image);
        Q_EMIT recoloured();
    }
}

void PlayerSession::completeIndex()
{
    if (!m_file || m_indexJob.isBusy() || m_file->isIndexComplete()) {
        return;
    }
    Q_EMIT indexProgress(0.0);
    m_indexJob.request(
        [file = m_file, &pool = m_pool](const CancelToken& cancel, const ProgressReporter& report) {
            return file->completeIndex(pool, cancel, report);
        },
        m_path);
}

void PlayerSession::cancelIndexCompletion()
{
    if (m_indexJob.isBusy()) {
        m_indexJob.cancel();
        Q_EMIT indexFinished();
    }
}

void PlayerSession::takeIndex(const Result<void>& completed)
{
    if (!m_file) {
        return;
    }
    if (m_file->isIndexComplete()) { // Also when only keeping it failed, on a full disk.
        const std::vector<Note> before = std::exchange(m_metadata, m_file->metadata()).notes;
        m_clock.setRange(m_metadata.minTime, m_metadata.maxTime);
        Q_EMIT metadataChanged();
        // Unsorted times or holes that only the whole look found may change what this window holds.
        if (m_metadata.notes != before) {
            showPresent(false);
        }
    }
    if (!completed && completed.error().code != ErrorCode::Cancelled) {
        Q_EMIT troubled(completed.error());
    }
    Q_EMIT indexFinished();
}

void PlayerSession::checkFile()
{
    if (m_file && !m_checkJob.isBusy()) {
        m_checkJob.request(
            [file = m_file](const CancelToken&, const ProgressReporter&) { return file->checkUnchanged(); });
    }
}

} // namespace perihelion
