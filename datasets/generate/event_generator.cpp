// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/generate/event_generator.h"

#include "datasets/generate/event_stream.h"
#include "datasets/generate/millisecond_index.h"
#include "datasets/hdf5/hdf5_writer.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <array>
#include <cmath>

namespace perihelion {

namespace {

struct NamedKind {
    SceneKind kind;
    const char16_t* id;
};

constexpr std::array<NamedKind, 6> kKinds{{{SceneKind::Fan, u"fan"},
                                           {SceneKind::Drone, u"drone"},
                                           {SceneKind::Street, u"street"},
                                           {SceneKind::Noise, u"noise"},
                                           {SceneKind::HotPixels, u"hot-pixels"},
                                           {SceneKind::Bursts, u"bursts"}}};

/// Raised whenever the same options give other events than before.
constexpr std::int64_t kGeneratorVersion = 1;
constexpr std::size_t kContiguousBlock = 100'000;
/// More chunks than this make a file that no reader enumerates in reasonable time.
constexpr std::uint64_t kMaxChunks = 4'000'000;
/// Of a recording that is expected to be longer there is no time index.
bool wantsIndex(const GeneratorOptions& options)
{
    return !options.contiguous && static_cast<double>(options.events) / options.eventsPerSecond * 1e3 <
                                      static_cast<double>(MillisecondIndex::kMaxEntries);
}

Error outside(const QString& option, const QString& range)
{
    return Error{ErrorCode::InvalidArgument, QString(u"The option " % option % u" must be " % range),
                 QString()};
}

QString fromTo(double low, double high)
{
    return QString(u"from " % QString::number(low, 'g', 12) % u" to " % QString::number(high, 'g', 12));
}

bool rotates(SceneKind kind)
{
    return kind == SceneKind::Fan || kind == SceneKind::Drone;
}

std::vector<std::pair<std::string, AttributeValue>> truthOf(const GeneratorOptions& options,
                                                            const EventStream& stream)
{
    std::vector<std::pair<std::string, AttributeValue>> truth{
        {"width", std::int64_t{options.width}},
        {"height", std::int64_t{options.height}},
        {"source", std::string("perihelion")},
        {"generator", sceneKindId(options.kind).toStdString()},
        {"generator_version", kGeneratorVersion},
        {"seed", options.seed},
        {"events_per_second", options.eventsPerSecond},
        {"noise_share", options.noiseShare},
        {"hot_pixels", std::int64_t{options.hotPixels}}};
    if (rotates(options.kind)) {
        truth.emplace_back("rpm", options.rpm);
        truth.emplace_back("blades", std::int64_t{options.blades});
        truth.emplace_back("rpm_variation", options.rpmVariation);
        truth.emplace_back("rpm_period_us", std::int64_t{kSpeedSwingMicros});
        truth.emplace_back("moving", std::int64_t{options.moving ? 1 : 0});
    }
    if (options.kind == SceneKind::Bursts) {
        truth.emplace_back("burst_period_us", stream.burstPeriodMicros());
        truth.emplace_back("burst_active_us", stream.burstActiveMicros());
    }
    if (!stream.hotPixels().empty()) {
        std::vector<std::int64_t> columns;
        std::vector<std::int64_t> rows;
        for (const EventKey pixel : stream.hotPixels()) {
            columns.push_back(eventKeyX(pixel));
            rows.push_back(eventKeyY(pixel));
        }
        truth.emplace_back("hot_pixel_x", std::move(columns));
        truth.emplace_back("hot_pixel_y", std::move(rows));
    }
    return truth;
}

/// The four columns in the order in which they are written, with room for one block of events.
class ColumnBlocks {
public:
    explicit ColumnBlocks(std::size_t block) : m_t(block), m_x(block), m_y(block), m_p(block) {}

    Result<void> addTo(Hdf5Writer& writer, const GeneratorOptions& options, ChunkFilter filter)
    {
        ColumnPlan plan;
        plan.rows = static_cast<std::uint64_t>(options.events);
        plan.chunkRows = options.contiguous ? 0 : options.chunkEvents;
        plan.filter = filter;
        plan.level = options.level;
        constexpr std::array<std::pair<const char*, ColumnType>, 4> kColumns{
            {{"/events/t", ColumnType::Int64},
             {"/events/x", ColumnType::UInt16},
             {"/events/y", ColumnType::UInt16},
             {"/events/p", ColumnType::Int8}}};
        for (std::size_t i = 0; i < kColumns.size(); ++i) {
            plan.path = kColumns[i].first;
            plan.type = kColumns[i].second;
            const auto added = writer.addColumn(plan);
            if (!added) {
                return added.error();
            }
            m_ids[i] = *added;
        }
        return {};
    }

    /// Writes the stream's next block; true while there was one.
    Result<bool> writeNext(EventStream& stream, Hdf5Writer& writer, MillisecondIndex& index)
    {
        const std::size_t count = stream.fill({m_t, m_x, m_y, m_p});
        const std::span<const std::int64_t> times = std::span(m_t).first(count);
        index.add(times);
        for (const auto& written : {writer.append(m_ids[0], times),
                                    writer.append<std::uint16_t>(m_ids[1], std::span(m_x).first(count)),
                                    writer.append<std::uint16_t>(m_ids[2], std::span(m_y).first(count)),
                                    writer.append<std::int8_t>(m_ids[3], std::span(m_p).first(count))}) {
            if (!written) {
                return written.error();
            }
        }
        return count > 0;
    }

private:
    std::vector<std::int64_t> m_t;
    std::vector<std::uint16_t> m_x;
    std::vector<std::uint16_t> m_y;
    std::vector<std::int8_t> m_p;
    std::array<Hdf5Writer::ColumnId, 4> m_ids{};
};

Result<void> writeIndexAndTruth(Hdf5Writer& writer, const MillisecondIndex& index,
                                const GeneratorOptions& options, const EventStream& stream)
{
    if (index.isUsable()) {
        ColumnPlan plan;
        plan.path = "/events/ms_to_idx";
        plan.type = ColumnType::UInt64;
        plan.rows = index.entries().size();
        const auto added = writer.addColumn(plan);
        if (!added) {
            return added.error();
        }
        if (auto written = writer.append<std::uint64_t>(*added, index.entries()); !written) {
            return written;
        }
    }
    for (const auto& [name, value] : truthOf(options, stream)) {
        if (auto written = writer.setAttribute("/", name, value); !written) {
            return written;
        }
    }
    return {};
}

} // namespace

QString sceneKindId(SceneKind kind)
{
    const auto* at = std::find_if(kKinds.begin(), kKinds.end(),
                                  [kind](const NamedKind& entry) { return entry.kind == kind; });
    return QString::fromUtf16(at->id);
}

std::optional<SceneKind> sceneKindFromId(const QString& id)
{
    for (const NamedKind& entry : kKinds) {
        if (id == QStringView(entry.id)) {
            return entry.kind;
        }
    }
    return std::nullopt;
}

QStringList sceneKindIds()
{
    QStringList ids;
    for (const NamedKind& entry : kKinds) {
        ids.append(QString::fromUtf16(entry.id));
    }
    return ids;
}

Result<void> checkGeneratorOptions(const GeneratorOptions& options)
{
    using Limits = GeneratorLimits;
    // Written so that a NaN is outside of every range.
    const auto within = [](double value, double low, double high) { return value >= low && value <= high; };
    if (options.events < 1 || options.events > Limits::kMaxEvents) {
        return outside(QStringLiteral("events"), fromTo(1, static_cast<double>(Limits::kMaxEvents)));
    }
    if (options.width < Limits::kMinSide || options.width > Limits::kMaxSide) {
        return outside(QStringLiteral("width"), fromTo(Limits::kMinSide, Limits::kMaxSide));
    }
    if (options.height < Limits::kMinSide || options.height > Limits::kMaxSide) {
        return outside(QStringLiteral("height"), fromTo(Limits::kMinSide, Limits::kMaxSide));
    }
    if (!within(options.eventsPerSecond, Limits::kMinRate, Limits::kMaxRate)) {
        return outside(QStringLiteral("rate"), fromTo(Limits::kMinRate, Limits::kMaxRate));
    }
    if (!within(options.rpm, 0, Limits::kMaxRpm)) {
        return outside(QStringLiteral("rpm"), fromTo(0, Limits::kMaxRpm));
    }
    if (!within(options.rpmVariation, 0, Limits::kMaxRpmVariation)) {
        return outside(QStringLiteral("rpm-variation"), fromTo(0, Limits::kMaxRpmVariation));
    }
    if (options.blades < 1 || options.blades > Limits::kMaxBlades) {
        return outside(QStringLiteral("blades"), fromTo(1, Limits::kMaxBlades));
    }
    if (!within(options.noiseShare, 0, 1)) {
        return outside(QStringLiteral("noise"), fromTo(0, 1));
    }
    const int mostHot = std::min(Limits::kMaxHotPixels, options.width * options.height / 4);
    if (options.hotPixels < 0 || options.hotPixels > mostHot) {
        return outside(QStringLiteral("hot-pixels"), fromTo(0, mostHot));
    }
    if (options.kind == SceneKind::HotPixels && options.hotPixels == 0) {
        return outside(QStringLiteral("hot-pixels"),
                       QStringLiteral("at least 1 for a recording of hot pixels"));
    }
    const auto filter = chunkFilterFromName(options.filter);
    if (!filter) {
        return outside(QStringLiteral("filter"),
                       QString(u"one of " % chunkFilterNames().join(QStringLiteral(", "))));
    }
    if (options.contiguous) {
        return {};
    }
    const auto events = static_cast<std::uint64_t>(options.events);
    const std::uint64_t fewest = std::max<std::uint64_t>(1, events / kMaxChunks);
    if (options.chunkEvents < fewest || options.chunkEvents > Limits::kMaxChunkEvents) {
        return outside(QStringLiteral("chunk-events"),
                       fromTo(static_cast<double>(fewest), static_cast<double>(Limits::kMaxChunkEvents)));
    }
    const int highest = maximumLevel(*filter);
    if (highest > 0 && (options.level < 1 || options.level > highest)) {
        return outside(QStringLiteral("level"), QString(fromTo(1, highest) % u" for " % options.filter));
    }
    return {};
}

Result<GeneratedRecording> generateRecording(const QString& path, const GeneratorOptions& options,
                                             const CancelToken& cancel, const ProgressReporter& report)
{
    if (const auto valid = checkGeneratorOptions(options); !valid) {
        return valid.error();
    }
    auto writer = Hdf5Writer::create(path);
    if (!writer) {
        return writer.error();
    }
    const auto events = static_cast<std::uint64_t>(options.events);
    EventStream stream(options);
    MillisecondIndex index(wantsIndex(options));
    ColumnBlocks blocks(static_cast<std::size_t>(
        std::min(events, options.contiguous ? std::uint64_t{kContiguousBlock} : options.chunkEvents)));
    const ChunkFilter filter = options.contiguous ? ChunkFilter::None : *chunkFilterFromName(options.filter);
    if (const auto added = blocks.addTo(**writer, options, filter); !added) {
        return added.error();
    }
    while (stream.remaining() > 0) {
        if (cancel.isCancelled()) {
            return Error{ErrorCode::Cancelled, QStringLiteral("Generating the recording was cancelled"),
                         path};
        }
        if (const auto written = blocks.writeNext(stream, **writer, index); !written) {
            return written.error();
        }
        if (report) {
            report({QStringLiteral("Generating %1").arg(QFileInfo(path).fileName()),
                    options.events - stream.remaining(), options.events});
        }
    }
    if (const auto written = writeIndexAndTruth(**writer, index, options, stream); !written) {
        return written.error();
    }
    const auto size = (*writer)->commit();
    if (!size) {
        return size.error();
    }
    return GeneratedRecording{path, options.events, *size};
}

std::vector<SampleRecording> sampleRecordings()
{
    GeneratorOptions fan;
    fan.events = 8'000'000;
    fan.eventsPerSecond = 2e6;
    GeneratorOptions varying = fan;
    varying.seed = 2;
    varying.rpm = 900;
    varying.rpmVariation = 0.5;
    GeneratorOptions turning = varying;
    turning.seed = 3;
    turning.events = 7'000'000;
    turning.eventsPerSecond = 1.2e6;
    turning.moving = true;
    GeneratorOptions idle;
    idle.kind = SceneKind::Drone;
    idle.seed = 4;
    idle.events = 8'000'000;
    idle.eventsPerSecond = 1.6e6;
    idle.rpm = 2400;
    idle.blades = 2;
    GeneratorOptions moving = idle;
    moving.seed = 5;
    moving.events = 6'000'000;
    moving.eventsPerSecond = 1.2e6;
    moving.rpm = 5400;
    moving.moving = true;
    moving.contiguous = true;
    GeneratorOptions street;
    street.kind = SceneKind::Street;
    street.seed = 6;
    street.events = 5'000'000;
    street.eventsPerSecond = 8e5;
    return {{QStringLiteral("fan_const_rpm.h5"), fan},
            {QStringLiteral("fan_varying_rpm.h5"), varying},
            {QStringLiteral("fan_varying_rpm_turning.h5"), turning},
            {QStringLiteral("drone_idle.h5"), idle},
            {QStringLiteral("drone_moving.h5"), moving},
            {QStringLiteral("events.h5"), street}};
}

Result<QStringList> makeSampleRecordings(const QString& folder, const CancelToken& cancel,
                                         const ProgressReporter& report)
{
    if (!QDir().mkpath(folder)) {
        return Error{ErrorCode::PermissionDenied,
                     QStringLiteral("Creating the folder for the samples failed"), folder};
    }
    const std::vector<SampleRecording> samples = sampleRecordings();
    std::int64_t total = 0;
    for (const SampleRecording& sample : samples) {
        total += sample.options.events;
    }
    QStringList paths;
    std::int64_t before = 0;
    for (const SampleRecording& sample : samples) {
        const QString path = QDir(folder).filePath(sample.fileName);
        if (!QFileInfo::exists(path)) {
            const auto made = generateRecording(path, sample.options, cancel, [&](const Progress& progress) {
                if (report) {
                    report({progress.stage, before + progress.done, total});
                }
            });
            if (!made) {
                return made.error();
            }
        }
        before += sample.options.events;
        paths.append(path);
    }
    return paths;
}

} // namespace perihelion
