// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/workloads/dataset_load.h"

#include "core/base/format.h"
#include "core/jobs/decode_pool.h"
#include "core/measure/page_cache.h"
#include "core/memory/memory_budget.h"
#include "datasets/cache/event_cache.h"
#include "datasets/frames/first_frame.h"
#include "datasets/frames/frame_png.h"
#include "datasets/generate/event_generator.h"

#include <QDir>
#include <QFileInfo>

#include <vector>

namespace perihelion {

namespace {

enum LoadPhase : std::size_t { kOpen, kIndex, kDecode, kAccumulate, kFirstFrame };

constexpr double kMayStay = 0.02; ///< Share of a file's pages that may stay in memory unmentioned.

Metric countMetric(const char* name, std::int64_t value, const char* unit)
{
    return Metric{QLatin1String(name), static_cast<double>(value), QLatin1String(unit)};
}

GeneratorOptions generatedRecording(const Scenario& scenario)
{
    GeneratorOptions options;
    options.kind = SceneKind::Drone;
    options.events = scenario.integer(u"events");
    options.contiguous = scenario.text(u"storage") == u"contiguous";
    return options;
}

/// Sums over the recordings of one iteration.
struct LoadSums {
    std::int64_t events = 0;
    std::int64_t windowEvents = 0;
    std::int64_t fileBytes = 0;
    std::int64_t contiguous = 0;
    QueryCost cost;

    void add(const FirstFrame& first)
    {
        const RecordingMetadata metadata = first.file->metadata();
        events += metadata.eventCount;
        fileBytes += static_cast<std::int64_t>(metadata.storage.fileSize.value);
        contiguous += metadata.storage.contiguous ? 1 : 0;
        windowEvents += first.frame.events;
        cost.chunksRead += first.frame.cost.chunksRead;
        cost.bytesRead += first.frame.cost.bytesRead;
        cost.bytesDecoded += first.frame.cost.bytesDecoded;
    }
    std::vector<Metric> metrics() const
    {
        return {countMetric("events", events, "1"),
                countMetric("window_events", windowEvents, "1"),
                countMetric("file_bytes", fileBytes, "B"),
                Metric{kContiguousFiles.toString(), static_cast<double>(contiguous), QStringLiteral("1")},
                countMetric("chunks_read", cost.chunksRead, "1"),
                countMetric("bytes_read", cost.bytesRead, "B"),
                countMetric("bytes_decoded", cost.bytesDecoded, "B")};
    }
};

} // namespace

struct DatasetLoad::Machinery {
    DecodePool pool;
    MemoryBudget budget;
    EventCache cache{budget};
};

DatasetLoad::DatasetLoad(QString folder) : m_folder(std::move(folder)) {}

DatasetLoad::~DatasetLoad() = default;

std::vector<PhaseSpec> DatasetLoad::phases() const
{
    return {
        {QStringLiteral("open"), -1,
         QStringLiteral("Look at the file, recognise its layout, or read the kept index")},
        {QStringLiteral("index"), -1,
         QStringLiteral("Chunk tables and the times that the first window needs")},
        {QStringLiteral("decode"), -1, QStringLiteral("Read and inflate the chunks of the first window")},
        {QStringLiteral("accumulate"), -1, QStringLiteral("Events to pixel values")},
        {QStringLiteral("first frame"), -1, QStringLiteral("Pixel values to the grey values of a picture")}};
}

std::vector<ParameterSpec> DatasetLoad::parameters() const
{
    const auto choice = [](const QString& name, const QString& description, const QStringList& choices) {
        ParameterSpec spec;
        spec.name = name;
        spec.type = ParameterType::Choice;
        spec.description = description;
        spec.fallback = choices.first();
        spec.choices = choices;
        return spec;
    };
    ParameterSpec files;
    files.name = QStringLiteral("files");
    files.type = ParameterType::Files;
    files.description = QStringLiteral("Recordings, loaded one after the other; none: a generated one");
    files.fallback = QJsonArray();
    ParameterSpec stream;
    stream.name = QStringLiteral("stream");
    stream.type = ParameterType::Text;
    stream.description = QStringLiteral("Stream of recordings with several; empty: the first");
    stream.fallback = QString();
    ParameterSpec events;
    events.name = QStringLiteral("events");
    events.type = ParameterType::Integer;
    events.description = QStringLiteral("Events of the generated recording");
    events.fallback = 2'000'000;
    events.least = 1000;
    events.greatest = 2e8;
    ParameterSpec window = events;
    window.name = QStringLiteral("window_us");
    window.description = QStringLiteral("Length of the first frame's time window");
    window.fallback = 10'000;
    window.unit = QStringLiteral("µs");
    window.least = 1;
    window.greatest = 60e6;
    return {files,
            stream,
            choice(QStringLiteral("storage"), QStringLiteral("Storage of the generated recording"),
                   {QStringLiteral("chunked"), QStringLiteral("contiguous")}),
            events,
            choice(QStringLiteral("file_state"),
                   QStringLiteral("Whether each warm iteration finds the file in the page cache"),
                   {QStringLiteral("resident"), QStringLiteral("evicted")}),
            choice(QStringLiteral("index"), QStringLiteral("Whether the index is kept or built anew"),
                   {QStringLiteral("kept"), QStringLiteral("built")}),
            choice(QStringLiteral("cache"), QStringLiteral("State of the event cache"),
                   {QStringLiteral("off"), QStringLiteral("miss"), QStringLiteral("hit")}),
            window};
}

QString DatasetLoad::indexDir() const
{
    return QString(m_folder % u"/index");
}

QStringList DatasetLoad::inputFiles(const Scenario& scenario) const
{
    const QStringList files = scenario.files(u"files");
    return files.isEmpty() ? QStringList{QStringLiteral("%1/drone_%2_%3.h5")
                                             .arg(m_folder, scenario.text(u"storage"))
                                             .arg(scenario.integer(u"events"))}
                           : files;
}

Result<void> DatasetLoad::prepare(const Scenario& scenario, const CancelToken& cancel)
{
    const QStringList files = inputFiles(scenario);
    if (!QDir().mkpath(m_folder)) {
        return Error{ErrorCode::PermissionDenied,
                     QStringLiteral("Preparing the recording failed: its folder cannot be made"), m_folder};
    }
    if (scenario.files(u"files").isEmpty() && !QFileInfo::exists(files.first())) {
        if (const auto made = generateRecording(files.first(), generatedRecording(scenario), cancel); !made) {
            return made.error();
        }
    }
    OpenOptions options;
    options.stream = scenario.text(u"stream");
    options.indexDir = indexDir();
    DecodePool pool;
    for (const QString& path : files) {
        // Opened in any case: a file that is no recording is told before anything is measured.
        const auto file = EventFile::open(path, options);
        if (!file) {
            return file.error();
        }
        if (scenario.text(u"index") == u"kept") {
            if (Result<void> done = (*file)->completeIndex(pool, cancel); !done) {
                return done;
            }
            if (Result<void> kept = (*file)->keepIndex(); !kept) {
                return kept;
            }
        }
    }
    return {};
}

Result<WorkloadResult> DatasetLoad::run(const Scenario& scenario, PhaseTimer& timer,
                                        const CancelToken& cancel)
{
    if (!m_machinery) {
        m_machinery = std::make_unique<Machinery>();
    }
    const QStringList files = inputFiles(scenario);
    WorkloadResult result;
    if (scenario.text(u"file_state") == u"evicted") {
        for (const QString& path : files) {
            const Result<double> left = evictFromPageCache(path);
            if (!left) {
                return left.error();
            }
            if (*left > kMayStay) {
                result.notes.append(QString(u"The file could not be put out of memory: " % path));
            }
        }
    }
    FirstFrameRequest request;
    request.open.stream = scenario.text(u"stream");
    request.open.indexDir = scenario.text(u"index") == u"kept" ? indexDir() : QString();
    request.windowLength = EventTime(scenario.integer(u"window_us"));
    QueryContext context;
    context.pool = &m_machinery->pool;
    context.cancel = cancel;

    const QString cacheState = scenario.text(u"cache");
    m_machinery->cache.clear();
    m_machinery->cache.setEnabled(cacheState != u"off");
    context.cache = cacheState != u"off" ? &m_machinery->cache : nullptr;
    if (context.cache != nullptr && !context.cache->isActive()) {
        return Error{ErrorCode::TooLarge,
                     QString(u"Loading through the cache failed: " % context.cache->offReason()), QString()};
    }
    if (cacheState == u"hit") {
        for (const QString& path : files) {
            request.path = path;
            if (const auto filled = loadFirstFrame(request, context); !filled) {
                return filled.error();
            }
        }
    }

    std::vector<FirstFrame> loaded; // Given back when nothing is measured any more.
    loaded.reserve(static_cast<std::size_t>(files.size()));
    timer.restart();
    for (const QString& path : files) {
        request.path = path;
        Result<FirstFrame> first = loadFirstFrame(request, context);
        if (!first) {
            return first.error();
        }
        timer.add(kOpen, first->phases.open);
        timer.add(kIndex, first->phases.index);
        timer.add(kDecode, first->phases.decode);
        timer.add(kAccumulate, first->phases.accumulate);
        {
            const PhaseTimer::Scope painting(timer, kFirstFrame);
            static_cast<void>(frameGreys(first->frame));
        }
        loaded.push_back(std::move(*first));
    }
    timer.stop();
    LoadSums sums;
    for (const FirstFrame& first : loaded) {
        sums.add(first);
        if (scenario.text(u"index") == u"kept" && first.index != IndexState::Kept) {
            result.notes.append(QString(u"The kept index could not be used: " % first.file->path()));
        }
        const CacheState wanted = cacheState == u"hit"    ? CacheState::Hit
                                  : cacheState == u"miss" ? CacheState::Miss
                                                          : CacheState::Off;
        if (first.cache != wanted) {
            result.notes.append(QString(u"The cache was not in the state asked for: " % first.file->path()));
        }
    }
    result.metrics = sums.metrics();
    return result;
}

} // namespace perihelion
