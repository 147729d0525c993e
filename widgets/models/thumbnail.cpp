// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/thumbnail.h"

#include "core/jobs/job_runner.h"

#include <QColor>
#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>
#include <array>
#include <cmath>

namespace perihelion {

namespace {

/// Part of the hash: raise it when thumbnails are made differently.
constexpr int kThumbnailVersion = 1;
/// Share of the sensor's pixels that a window should have events for, and the window's limits.
constexpr double kWantedCoverage = 0.012;
constexpr double kShortestWindowMicros = 2'000;
constexpr double kLongestWindowMicros = 500'000;
constexpr std::array<double, 5> kCandidateShares = {0.0, 0.02, 0.05, 0.1, 0.2};
constexpr std::int64_t kLatestStartMicros = 5'000'000;

struct Window {
    EventTime start{0};
    EventTime length{0};
};

/// The busiest of a few early windows; counting reads times only.
Result<Window> busyWindow(const std::shared_ptr<EventFile>& file, const RecordingMetadata& metadata,
                          const QueryContext& context)
{
    const double duration = std::max(1.0, static_cast<double>(metadata.duration().count()));
    const double rate = static_cast<double>(metadata.eventCount) / duration;
    const double wanted =
        kWantedCoverage * std::max(1, metadata.sensor.width) * std::max(1, metadata.sensor.height);
    const double length =
        std::clamp(wanted / std::max(rate, 1e-9), kShortestWindowMicros, kLongestWindowMicros);
    Window best{metadata.minTime, EventTime(static_cast<std::int64_t>(length))};
    std::int64_t mostEvents = -1;
    for (const double share : kCandidateShares) {
        const std::int64_t offset = std::min(static_cast<std::int64_t>(share * duration), kLatestStartMicros);
        const EventTime start = metadata.minTime + EventTime(offset);
        const Result<EventCounts> counts =
            LazyFrame::scan(file).filterTime(start, start + best.length).count(context);
        if (!counts) {
            return counts.error();
        }
        if (counts->events > mostEvents) {
            mostEvents = counts->events;
            best.start = start;
        }
    }
    return best;
}

Result<QImage> makeThumbnail(const std::shared_ptr<EventFile>& file, const QueryContext& context)
{
    const RecordingMetadata metadata = file->metadata();
    const Result<Window> window = busyWindow(file, metadata, context);
    if (!window) {
        return window.error();
    }
    const Result<AccumulatedFrame> frame =
        LazyFrame::scan(file)
            .filterTime(window->start, window->start + window->length)
            .accumulate(context, std::max(1, metadata.sensor.width), std::max(1, metadata.sensor.height),
                        AccumulateMode::Polarity);
    if (!frame) {
        return frame.error();
    }
    return thumbnailFromFrame(*frame);
}

/// The file's own colours, for whoever looks at it outside Perihelion; here only the indexes count.
QList<QRgb> neutralColors()
{
    QList<QRgb> colors;
    for (const int brightness : {0, 255, 128}) {
        colors.append(QColor::fromHsv(0, 0, brightness).rgb());
    }
    return colors;
}

} // namespace

QImage thumbnailFromFrame(const AccumulatedFrame& frame)
{
    const double scale = std::max({1.0, static_cast<double>(frame.width) / kThumbnailSize.width(),
                                   static_cast<double>(frame.height) / kThumbnailSize.height()});
    const int width = std::max(1, static_cast<int>(std::floor(frame.width / scale)));
    const int height = std::max(1, static_cast<int>(std::floor(frame.height / scale)));
    std::vector<int> sums(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 0);
    QImage image(width, height, QImage::Format_Indexed8);
    image.setColorTable(neutralColors());
    image.fill(static_cast<uint>(EventPixel::None));
    for (int y = 0; y < frame.height; ++y) {
        const int targetY = std::min(height - 1, static_cast<int>(y / scale));
        uchar* line = image.scanLine(targetY);
        for (int x = 0; x < frame.width; ++x) {
            const std::int32_t value =
                frame.values.at(static_cast<std::size_t>(y) * static_cast<std::size_t>(frame.width) +
                                static_cast<std::size_t>(x));
            if (value == 0) {
                continue;
            }
            const int targetX = std::min(width - 1, static_cast<int>(x / scale));
            int& sum = sums.at(static_cast<std::size_t>(targetY) * static_cast<std::size_t>(width) +
                               static_cast<std::size_t>(targetX));
            sum += value > 0 ? 1 : -1;
            const bool on = sum != 0 ? sum > 0 : value > 0;
            line[targetX] = static_cast<uchar>(on ? EventPixel::On : EventPixel::Off);
        }
    }
    return image;
}

QString thumbnailFileName(const QString& path, ByteCount size, const QDateTime& modified)
{
    const QString facts =
        QString(path % u'\n' % QString::number(size.value) % u'\n' %
                QString::number(modified.toMSecsSinceEpoch()) % u'\n' % QString::number(kThumbnailVersion));
    const QByteArray hash = QCryptographicHash::hash(facts.toUtf8(), QCryptographicHash::Sha1);
    return QString(QString::fromLatin1(hash.toHex()) % u".png");
}

QImage readThumbnail(const QString& file)
{
    const QImage image(file, "png");
    const bool ours = image.format() == QImage::Format_Indexed8 && image.colorCount() == 3 &&
                      image.width() <= kThumbnailSize.width() && image.height() <= kThumbnailSize.height();
    return ours ? image : QImage();
}

Result<void> writeThumbnail(const QString& file, const QImage& image)
{
    const QString doing = QStringLiteral("Keeping a thumbnail failed");
    if (!QDir().mkpath(QFileInfo(file).absolutePath())) {
        return Error{ErrorCode::Io, QString(doing % u": its folder could not be made"), file};
    }
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || !image.save(&out, "png") || !out.flush() || !out.commit()) {
        return Error{ErrorCode::Io, QString(doing % u": " % out.errorString()), file};
    }
    return {};
}

Result<RecordingPreview> loadPreview(const PreviewRequest& request, DecodePool& pool,
                                     const CancelToken& cancel)
{
    RecordingPreview preview{
        request.entry.path, request.entry.size, request.entry.modified, {}, {}, {}, false};
    OpenOptions options;
    options.indexDir = request.paths.indexDir();
    options.times = request.times;
    const Result<std::shared_ptr<EventFile>> file = EventFile::open(request.entry.path, options);
    if (cancel.isCancelled()) {
        return Error{ErrorCode::Cancelled, QStringLiteral("Looking at a recording was cancelled"),
                     request.entry.path};
    }
    if (!file) {
        preview.error = file.error();
        return preview;
    }
    preview.metadata = (*file)->metadata();
    if (!request.wantsThumbnail) {
        return preview;
    }
    preview.thumbnailTried = true;
    const QString kept =
        QString(request.paths.thumbnailDir() % u'/' %
                thumbnailFileName(request.entry.path, request.entry.size, request.entry.modified));
    preview.thumbnail = readThumbnail(kept);
    if (!preview.thumbnail.isNull()) {
        return preview;
    }
    const QueryContext context{&pool, DecodePriority::Background, cancel, {}};
    const Result<QImage> made = makeThumbnail(*file, context);
    if (!made && made.error().code == ErrorCode::Cancelled) {
        return made.error();
    }
    if (!made) {
        preview.error = made.error();
        return preview;
    }
    preview.thumbnail = *made;
    // A full disk costs the thumbnail's keeping, not the picture on the card.
    (void)writeThumbnail(kept, preview.thumbnail).hasValue();
    return preview;
}

} // namespace perihelion
