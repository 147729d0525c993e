// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cache_command.h"

#include "app/cli/cli_options.h"
#include "core/base/format.h"
#include "core/base/paths.h"
#include "core/measure/page_cache.h"
#include "core/settings/memory_settings.h"
#include "core/settings/settings.h"
#include "datasets/cache/cache_need.h"
#include "datasets/cache/event_cache.h"
#include "datasets/catalog/dataset_catalog.h"
#include "datasets/frames/first_frame.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>

#include <algorithm>
#include <optional>
#include <vector>

namespace perihelion {

namespace {

/// Blocks that --quick looks at.
constexpr std::size_t kSampledBlocks = 8;
constexpr int kLoads = 3;
/// A file of which more than this is still in memory is not cold.
constexpr double kColdShare = 0.01;

using Millis = std::optional<double>;

struct RecordingNeed {
    QString path;
    QString stream;
    ByteCount fileSize;
    CacheNeed need;
    Millis cold;
    Millis keptIndex;
    Millis cached;
    bool fits = false;
};

struct Overview {
    MemoryPolicy policy;
    MemoryGauge gauge;
    std::vector<RecordingNeed> recordings;
    QJsonArray failures;
};

Result<double> load(const QString& path, const OpenOptions& open, DecodePool& pool, EventCache* cache,
                    CacheState wanted, const CancelToken& cancel)
{
    FirstFrameRequest request;
    request.path = path;
    request.open = open;
    QueryContext context;
    context.pool = &pool;
    context.cache = cache;
    context.cancel = cancel;
    const auto first = loadFirstFrame(request, context);
    if (!first) {
        return first.error();
    }
    // A load that met another state of the cache is no answer.
    return first->cache == wanted ? toMilliseconds(first->phases.total()) : -1.0;
}

/// The best of a few; nothing when none met the wanted state.
Result<Millis> bestLoad(const QString& path, const OpenOptions& open, DecodePool& pool, EventCache* cache,
                        CacheState wanted, const CancelToken& cancel)
{
    Millis best;
    for (int i = 0; i < kLoads; ++i) {
        const auto spent = load(path, open, pool, cache, wanted, cancel);
        if (!spent) {
            return spent.error();
        }
        if (*spent >= 0) {
            best = std::min(best.value_or(*spent), *spent);
        }
    }
    return best;
}

/// Every load comes by the one path; nothing of it stays: neither index nor cache.
Result<void> measureLoads(RecordingNeed& one, bool cold, DecodePool& pool, MemoryBudget& budget,
                          const CancelToken& cancel)
{
    OpenOptions open;
    open.stream = one.stream;
    if (cold) {
        const auto resident = evictFromPageCache(one.path);
        if (resident && *resident <= kColdShare) {
            const auto spent = load(one.path, open, pool, nullptr, CacheState::Off, cancel);
            if (!spent) {
                return spent.error();
            }
            one.cold = *spent;
        }
    }
    const QTemporaryDir folder;
    open.indexDir = folder.path();
    const auto file = EventFile::open(one.path, open);
    if (!file) {
        return file.error();
    }
    if (auto kept = (*file)->keepIndex(); !kept) {
        return kept;
    }
    const auto keptIndex = bestLoad(one.path, open, pool, nullptr, CacheState::Off, cancel);
    if (!keptIndex) {
        return keptIndex.error();
    }
    one.keptIndex = *keptIndex;
    CacheOptions options;
    options.enabled = true;
    EventCache cache(budget, options);
    const auto filled = load(one.path, open, pool, &cache, CacheState::Miss, cancel);
    const auto cached =
        filled ? bestLoad(one.path, open, pool, &cache, CacheState::Hit, cancel) : filled.error();
    if (!cached) {
        return cached.error();
    }
    one.cached = *cached;
    return {};
}

/// All streams of one file.
Result<void> measureFile(const QString& path, bool quick, DecodePool& pool, MemoryBudget& budget,
                         CliSession& session, std::vector<RecordingNeed>& all)
{
    const auto first = EventFile::open(path);
    if (!first) {
        return first.error();
    }
    QStringList streams = (*first)->metadata().streams;
    if (streams.isEmpty()) {
        streams << QString();
    }
    for (const QString& stream : streams) {
        OpenOptions open;
        open.stream = stream;
        const auto file = EventFile::open(path, open);
        if (!file) {
            return file.error();
        }
        const auto need = cacheNeedOf(**file, quick ? kSampledBlocks : 0, pool, session.cancel(),
                                      session.progressReporter());
        session.endProgress();
        if (!need) {
            return need.error();
        }
        RecordingNeed one;
        one.path = path;
        one.stream = stream;
        one.fileSize = (*file)->metadata().storage.fileSize;
        one.need = *need;
        one.fits = need->canBeKept && need->bytes <= budget.budgetBytes();
        if (auto measured = measureLoads(one, !quick, pool, budget, session.cancel()); !measured) {
            return measured;
        }
        all.push_back(one);
    }
    return {};
}

/// Sums over all recordings; a file with two streams counts once on disk.
RecordingNeed totalOf(const std::vector<RecordingNeed>& recordings, std::uint64_t budgetBytes)
{
    RecordingNeed total;
    total.need.isExact = true;
    QString last;
    for (const RecordingNeed& one : recordings) {
        total.fileSize += one.path == last ? ByteCount{} : one.fileSize;
        last = one.path;
        total.need.events += one.need.events;
        total.need.bytes += one.need.bytes;
        total.need.isExact = total.need.isExact && one.need.isExact;
        total.need.canBeKept = total.need.canBeKept && one.need.canBeKept;
    }
    total.fits = total.need.canBeKept && total.need.bytes <= budgetBytes;
    return total;
}

QJsonValue jsonOf(const Millis& millis)
{
    return millis ? QJsonValue(*millis) : QJsonValue();
}

QJsonValue bytesPerEvent(const CacheNeed& need)
{
    return need.canBeKept && need.events > 0
               ? QJsonValue(static_cast<double>(need.bytes) / static_cast<double>(need.events))
               : QJsonValue();
}

qint64 number(std::uint64_t bytes)
{
    return static_cast<qint64>(bytes);
}

QJsonObject overviewJson(const Overview& overview)
{
    QJsonArray recordings;
    for (const RecordingNeed& one : overview.recordings) {
        recordings.append(QJsonObject{{QStringLiteral("file"), one.path},
                                      {QStringLiteral("stream"), one.stream},
                                      {QStringLiteral("file_bytes"), number(one.fileSize.value)},
                                      {QStringLiteral("events"), static_cast<qint64>(one.need.events)},
                                      {QStringLiteral("cache_bytes"), number(one.need.bytes)},
                                      {QStringLiteral("bytes_per_event"), bytesPerEvent(one.need)},
                                      {QStringLiteral("measured"), one.need.isExact},
                                      {QStringLiteral("can_be_kept"), one.need.canBeKept},
                                      {QStringLiteral("fits"), one.fits},
                                      {QStringLiteral("load_cold_ms"), jsonOf(one.cold)},
                                      {QStringLiteral("load_kept_index_ms"), jsonOf(one.keptIndex)},
                                      {QStringLiteral("load_cached_ms"), jsonOf(one.cached)}});
    }
    for (const auto failure : overview.failures) {
        recordings.append(failure);
    }
    const RecordingNeed total = totalOf(overview.recordings, overview.gauge.budgetBytes);
    return QJsonObject{{QStringLiteral("budget_bytes"), number(overview.gauge.budgetBytes)},
                       {QStringLiteral("available_bytes"), number(overview.gauge.availableBytes)},
                       {QStringLiteral("total_bytes"), number(overview.gauge.totalBytes)},
                       {QStringLiteral("limited_by"), overview.gauge.limitedBy},
                       {QStringLiteral("fraction"), overview.policy.fraction},
                       {QStringLiteral("limit_bytes"), number(overview.policy.limitBytes)},
                       {QStringLiteral("floor_bytes"), number(overview.policy.floorBytes)},
                       {QStringLiteral("off_reason"), overview.gauge.reason},
                       {QStringLiteral("recordings"), recordings},
                       {QStringLiteral("total"),
                        QJsonObject{{QStringLiteral("file_bytes"), number(total.fileSize.value)},
                                    {QStringLiteral("events"), static_cast<qint64>(total.need.events)},
                                    {QStringLiteral("cache_bytes"), number(total.need.bytes)},
                                    {QStringLiteral("measured"), total.need.isExact},
                                    {QStringLiteral("fits"), total.fits}}}};
}

QString memoryOf(std::uint64_t bytes)
{
    return formatMemory(ByteCount{bytes});
}

QString needText(const RecordingNeed& one)
{
    if (!one.need.canBeKept) {
        return QStringLiteral("cannot be cached: its events lie in other files");
    }
    return QStringLiteral("%1 in the cache (%2 B/event, %3), %4")
        .arg(memoryOf(one.need.bytes))
        .arg(bytesPerEvent(one.need).toDouble(), 0, 'f', 2)
        .arg(one.need.isExact ? QStringLiteral("measured") : QStringLiteral("estimated from a sample"),
             one.fits ? QStringLiteral("fits") : QStringLiteral("does not fit whole"));
}

QString millisText(const Millis& millis)
{
    return millis ? QString(QString::number(*millis, 'f', 2) % u" ms") : QStringLiteral("not measured");
}

QString describe(const Overview& overview)
{
    const MemoryGauge& gauge = overview.gauge;
    QString text = QStringLiteral("Memory    %1 available of %2, limited by %3\n")
                       .arg(memoryOf(gauge.availableBytes), memoryOf(gauge.totalBytes), gauge.limitedBy);
    text += QStringLiteral("Budget    %1 (%2 % of what is available%3)\n")
                .arg(memoryOf(gauge.budgetBytes))
                .arg(overview.policy.fraction * 100, 0, 'f', 0)
                .arg(overview.policy.limitBytes > 0
                         ? QString(u", at most " % memoryOf(overview.policy.limitBytes))
                         : QString());
    if (!gauge.reason.isEmpty()) {
        text += QString(u"Off       " % gauge.reason % u'\n');
    }
    for (const RecordingNeed& one : overview.recordings) {
        text += QString(one.path % (one.stream.isEmpty() ? QString() : QString(u" (" % one.stream % u')')) %
                        u'\n');
        text += QStringLiteral("  Size        %1, %2 events\n")
                    .arg(formatFileSize(one.fileSize), formatCount(one.need.events));
        text += QString(u"  Memory      " % needText(one) % u'\n');
        text += QStringLiteral("  First frame cold file %1, kept index %2, cached %3\n")
                    .arg(millisText(one.cold), millisText(one.keptIndex), millisText(one.cached));
    }
    if (overview.recordings.size() > 1) {
        const RecordingNeed total = totalOf(overview.recordings, gauge.budgetBytes);
        text += QStringLiteral("Total     %1 recordings, %2, %3 events, %4 in the cache: %5\n")
                    .arg(overview.recordings.size())
                    .arg(formatFileSize(total.fileSize), formatCount(total.need.events),
                         memoryOf(total.need.bytes),
                         total.fits ? QStringLiteral("fits all at once")
                                    : QStringLiteral("does not fit all at once"));
    }
    return text;
}

/// Files as they are, folders as the recordings in them.
Result<QStringList> recordingsBelow(const QStringList& paths, CliSession& session)
{
    QStringList files;
    for (const QString& path : paths) {
        if (!QFileInfo(path).isDir()) {
            files << path;
            continue;
        }
        const auto scan = scanForRecordings({path}, session.cancel());
        if (!scan) {
            return scan.error();
        }
        for (const Error& problem : scan->problems) {
            session.note(problem.sentence());
        }
        for (const CatalogEntry& entry : scan->entries) {
            files << entry.path;
        }
    }
    return files;
}

int run(const QStringList& arguments, CliSession& session)
{
    CliOptions options(cacheCommand());
    options.setPositional(0, -1);
    options.addFlag(QStringLiteral("quick"),
                    QStringLiteral("Estimate from a sample, and leave files in the system's page cache"));
    options.addValue(QStringLiteral("limit-mib"), QStringLiteral("N"),
                     QStringLiteral("Most that the cache may take; 0: no limit (as the settings say)"));
    options.addFlag(QStringLiteral("json"), QStringLiteral("Print JSON"));
    if (const auto status = options.parse(arguments, session)) {
        return *status;
    }
    Overview overview;
    const Settings settings(StoragePaths::forUser().settingsFile());
    overview.policy = memoryPolicyOf(settings);
    if (options.isSet(QStringLiteral("limit-mib"))) {
        const auto limit = options.integer(QStringLiteral("limit-mib"), 0, 1 << 24);
        if (!limit) {
            return session.fail(limit.error());
        }
        overview.policy.limitBytes = static_cast<std::uint64_t>(*limit) * kMebibyte;
    }
    const auto files = recordingsBelow(options.positional(), session);
    if (!files) {
        return session.fail(files.error());
    }
    MemoryBudget budget(overview.policy);
    overview.gauge = budget.gauge();
    DecodePool pool;
    int status = CliSession::kDone;
    for (const QString& path : *files) {
        const auto measured = measureFile(path, options.isSet(QStringLiteral("quick")), pool, budget, session,
                                          overview.recordings);
        if (!measured) {
            status = std::max(status, session.fail(measured.error()));
            overview.failures.append(
                QJsonObject{{QStringLiteral("file"), path},
                            {QStringLiteral("error"), measured.error().message},
                            {QStringLiteral("error_code"), errorCodeName(measured.error().code)}});
        }
        if (session.cancel().isCancelled()) {
            return CliSession::kFailed;
        }
    }
    const int printed = options.isSet(QStringLiteral("json")) ? session.printJson(overviewJson(overview))
                                                              : session.print(describe(overview));
    return std::max(status, printed);
}

} // namespace

CliCommand cacheCommand()
{
    return {QStringLiteral("cache"),
            QStringLiteral("Say how much memory may be kept, and which recordings would fit in it"),
            QStringLiteral("[FILE…|FOLDER…] [--quick] [--limit-mib N] [--json]"), run};
}

} // namespace perihelion
