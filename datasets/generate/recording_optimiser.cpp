// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/generate/recording_optimiser.h"

#include "datasets/frames/first_frame.h"
#include "datasets/generate/evlib_writer.h"
#include "datasets/generate/row_runs.h"
#include "datasets/hdf5/chunk_encoder.h"
#include "datasets/hdf5/random_access_file.h"
#include "datasets/index/chunk_index.h"

#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <new>

namespace perihelion {

namespace {

using Clock = std::chrono::steady_clock;

Error badOption(const QString& option, const QString& range)
{
    return Error{ErrorCode::InvalidArgument, QString(u"The option " % option % u" must be " % range),
                 QString()};
}

/// The new file until it is proved equal: beside the target, gone unless it got its name.
class UnprovedFile {
public:
    explicit UnprovedFile(const QString& target)
        : m_target(target),
          m_path(QFileInfo(target).absolutePath() % u"/." % QFileInfo(target).fileName() % u'.' %
                 QString::number(QRandomGenerator::global()->generate(), 36) % u".unproved")
    {
    }
    ~UnprovedFile() { QFile::remove(m_path); }
    UnprovedFile(const UnprovedFile&) = delete;
    UnprovedFile& operator=(const UnprovedFile&) = delete;

    const QString& path() const { return m_path; }
    Result<void> giveName() const
    {
        if (std::rename(QFile::encodeName(m_path).constData(), QFile::encodeName(m_target).constData()) !=
            0) {
            return errorFromErrno(errno, QStringLiteral("Naming the new file"), m_target);
        }
        return {};
    }

private:
    QString m_target;
    QString m_path;
};

Result<void> refuseSame(const QString& source, const QString& target)
{
    const auto from = RandomAccessFile::identityOf(source);
    const auto to = RandomAccessFile::identityOf(target);
    if (from && to && from->device == to->device && from->inode == to->inode) {
        return Error{ErrorCode::InvalidArgument,
                     QStringLiteral("A recording cannot be rewritten onto itself: choose another file name"),
                     target};
    }
    if (QFileInfo(target).isDir()) {
        return Error{ErrorCode::InvalidArgument,
                     QStringLiteral("The new recording needs a file name, but this is a folder"), target};
    }
    return {};
}

Result<LoadPhases> bestLoad(const QString& path, const QString& stream, DecodePool& pool,
                            const CancelToken& cancel)
{
    LoadPhases best;
    for (int round = 0; round < 3; ++round) {
        FirstFrameRequest request;
        request.path = path;
        request.open.stream = stream;
        QueryContext context;
        context.pool = &pool;
        context.cancel = cancel;
        const auto first = loadFirstFrame(request, context);
        if (!first) {
            return first.error();
        }
        if (round == 0 || first->phases.total() < best.total()) {
            best = first->phases;
        }
    }
    return best;
}

/// Reports events of one pass out of two.
ProgressReporter passOf(const ProgressReporter& report, const QString& stage, std::int64_t before,
                        std::int64_t total)
{
    if (!report) {
        return {};
    }
    return [=](const Progress& progress) { report(Progress{stage, before + progress.done, total}); };
}

Error differs(const QString& what, const QString& target)
{
    return Error{
        ErrorCode::Internal,
        QString(u"The rewritten recording was thrown away because it is not equal to the original: " % what),
        target};
}

Result<void> compare(const std::shared_ptr<EventFile>& source, std::int64_t missing,
                     const std::shared_ptr<EventFile>& copy, const QString& target, DecodePool& pool,
                     const CancelToken& cancel, const ProgressReporter& report)
{
    const RecordingMetadata before = source->metadata();
    const RecordingMetadata after = copy->metadata();
    if (after.eventCount != before.eventCount - missing) {
        return differs(QStringLiteral("it has %1 events").arg(after.eventCount), target);
    }
    if (after.timeOrigin != before.timeOrigin || after.sensor.width != before.sensor.width ||
        after.sensor.height != before.sensor.height) {
        return differs(QStringLiteral("its time origin or its sensor's size is another"), target);
    }
    RowRuns old(source, pool);
    RowRuns fresh(copy, pool);
    std::size_t oldAt = 0;
    std::size_t freshAt = 0;
    std::int64_t done = 0;
    const auto refill = [&cancel](RowRuns& runs, std::size_t& at) -> Result<bool> {
        while (at == runs.size()) {
            auto more = runs.next(cancel);
            if (!more || !*more) {
                return more;
            }
            at = 0;
        }
        return true;
    };
    while (true) {
        const auto hasOld = refill(old, oldAt);
        const auto hasFresh = refill(fresh, freshAt);
        if (!hasOld || !hasFresh) {
            return hasOld ? hasFresh.error() : hasOld.error();
        }
        if (!*hasOld || !*hasFresh) {
            return *hasOld == *hasFresh && fresh.missing() == 0
                       ? Result<void>()
                       : differs(QStringLiteral("one of them ends early"), target);
        }
        const std::size_t count = std::min(old.size() - oldAt, fresh.size() - freshAt);
        const auto same = [&](auto one, auto other) {
            return std::equal(one.begin() + static_cast<std::ptrdiff_t>(oldAt),
                              one.begin() + static_cast<std::ptrdiff_t>(oldAt + count),
                              other.begin() + static_cast<std::ptrdiff_t>(freshAt));
        };
        if (!same(old.t(), fresh.t()) || !same(old.x(), fresh.x()) || !same(old.y(), fresh.y()) ||
            !same(old.p(), fresh.p())) {
            return differs(QStringLiteral("events between number %1 and %2 are not the same")
                               .arg(done)
                               .arg(done + static_cast<std::int64_t>(count)),
                           target);
        }
        oldAt += count;
        freshAt += count;
        done += static_cast<std::int64_t>(count);
        if (report) {
            report(Progress{QString(), done, after.eventCount});
        }
    }
}

Result<std::shared_ptr<EventFile>> openSource(const QString& source, const OptimiseOptions& options,
                                              DecodePool& pool, const CancelToken& cancel)
{
    OpenOptions open;
    open.stream = options.stream;
    auto file = EventFile::open(source, open);
    if (!file) {
        return file;
    }
    const ValueSource sensor = (*file)->metadata().sensor.source;
    if (sensor != ValueSource::Attribute && sensor != ValueSource::Dataset) {
        // A size that is only supposed must not become one that the file says: look at every event first.
        if (auto complete = (*file)->completeIndex(pool, cancel); !complete && !(*file)->isIndexComplete()) {
            return complete.error();
        }
    }
    return file;
}

/// Everything but the checks: writes, reads back, names.
Result<OptimisedRecording> rewrite(const std::shared_ptr<EventFile>& file, const QString& target,
                                   const OptimiseOptions& options, DecodePool& pool,
                                   const CancelToken& cancel, const ProgressReporter& report)
{
    const RecordingMetadata metadata = file->metadata();
    OptimisedRecording result;
    result.path = target;
    result.sizeBefore = metadata.storage.fileSize;
    const auto loadBefore = bestLoad(file->path(), options.stream, pool, cancel);
    if (!loadBefore) {
        return loadBefore.error();
    }
    result.loadBefore = *loadBefore;

    const UnprovedFile unproved(target);
    const QString name = QFileInfo(target).fileName();
    const std::int64_t total = 2 * metadata.eventCount;
    const Clock::time_point started = Clock::now();
    const auto written = writeAsEvlib(file, unproved.path(), options, pool, cancel,
                                      passOf(report, QString(u"Writing " % name), 0, total));
    if (!written) {
        Error error = written.error();
        error.subject = error.subject == unproved.path() ? target : error.subject;
        return error;
    }
    result.events = written->events;
    result.missingEvents = written->missingEvents;
    result.sizeAfter = written->fileSize;
    result.notes = written->notes;
    const Clock::time_point wrote = Clock::now();
    result.writing = wrote - started;

    auto copy = EventFile::open(unproved.path());
    if (!copy) {
        return differs(copy.error().message, target);
    }
    const auto equal = compare(file, result.missingEvents, *copy, target, pool, cancel,
                               passOf(report, QString(u"Comparing " % name), metadata.eventCount, total));
    if (!equal) {
        return equal.error();
    }
    result.comparing = Clock::now() - wrote;
    const auto loadAfter = bestLoad(unproved.path(), QString(), pool, cancel);
    if (!loadAfter) {
        return loadAfter.error();
    }
    result.loadAfter = *loadAfter;
    if (const auto unchanged = file->checkUnchanged(); !unchanged) {
        return unchanged.error();
    }
    if (const auto named = unproved.giveName(); !named) {
        return named.error();
    }
    return result;
}

} // namespace

Result<void> checkOptimiseOptions(const OptimiseOptions& options)
{
    const auto filter = chunkFilterFromName(options.filter);
    if (!filter) {
        return badOption(QStringLiteral("filter"),
                         QString(u"one of " % chunkFilterNames().join(QStringLiteral(", "))));
    }
    if (options.contiguous) {
        return {};
    }
    const int highest = maximumLevel(*filter);
    if (highest > 0 && (options.level < 1 || options.level > highest)) {
        return badOption(QStringLiteral("level"),
                         QStringLiteral("from 1 to %1 for %2").arg(highest).arg(options.filter));
    }
    if (options.chunkEvents < OptimiseOptions::kMinChunkEvents ||
        options.chunkEvents > OptimiseOptions::kMaxChunkEvents) {
        return badOption(QStringLiteral("chunk-events"), QStringLiteral("from %1 to %2")
                                                             .arg(OptimiseOptions::kMinChunkEvents)
                                                             .arg(OptimiseOptions::kMaxChunkEvents));
    }
    return {};
}

Result<OptimisedRecording> optimiseRecording(const QString& source, const QString& target,
                                             const OptimiseOptions& options, DecodePool& pool,
                                             const CancelToken& cancel, const ProgressReporter& report)
{
    if (const auto valid = checkOptimiseOptions(options); !valid) {
        return valid.error();
    }
    if (const auto others = refuseSame(source, target); !others) {
        return others.error();
    }
    if (!options.replaceExisting && QFileInfo::exists(target)) {
        return Error{ErrorCode::Io,
                     QStringLiteral("This file exists already; choose another name, or let it be replaced"),
                     target};
    }
    try {
        const auto file = openSource(source, options, pool, cancel);
        if (!file) {
            return file.error();
        }
        return rewrite(*file, target, options, pool, cancel, report);
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::TooLarge,
                     QStringLiteral("Rewriting the recording failed because there is not enough memory; "
                                    "close other programs"),
                     source};
    }
}

Result<OptimiseEstimate> estimateOptimised(const QString& source, const OptimiseOptions& options,
                                           DecodePool& pool, const CancelToken& cancel)
{
    if (const auto valid = checkOptimiseOptions(options); !valid) {
        return valid.error();
    }
    OpenOptions open;
    open.stream = options.stream;
    const auto file = EventFile::open(source, open);
    if (!file) {
        return file.error();
    }
    OptimiseEstimate estimate;
    estimate.events = (*file)->metadata().eventCount;
    estimate.sizeBefore = (*file)->metadata().storage.fileSize;
    const auto sampled = sampleEncoding(*file, options, pool, cancel);
    if (!sampled) {
        return sampled.error();
    }
    const double share = static_cast<double>(estimate.events) / static_cast<double>(sampled->events);
    estimate.sizeAfter = ByteCount{static_cast<std::uint64_t>(share * static_cast<double>(sampled->bytes))};
    estimate.encoding =
        Nanoseconds(static_cast<std::int64_t>(share * static_cast<double>(sampled->spent.count())));
    return estimate;
}

} // namespace perihelion
