// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/generate/evlib_writer.h"

#include "core/base/format.h"
#include "datasets/generate/millisecond_index.h"
#include "datasets/generate/row_runs.h"
#include "datasets/hdf5/hdf5_file.h"
#include "datasets/hdf5/hdf5_writer.h"
#include "datasets/index/chunk_index.h"

#include <QDateTime>
#include <QFileInfo>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <optional>
#include <set>

namespace perihelion {

namespace {

using Clock = std::chrono::steady_clock;

struct EvlibColumn {
    const char* path;
    ColumnType type;
};
constexpr std::array<EvlibColumn, 4> kEvlibColumns{{{"/events/t", ColumnType::Int64},
                                                    {"/events/x", ColumnType::UInt16},
                                                    {"/events/y", ColumnType::UInt16},
                                                    {"/events/p", ColumnType::Int8}}};
constexpr std::size_t kSamples = 4;

/// What this file says about itself; the original's attributes of these names do not apply to it.
const std::set<std::string>& ownAttributes()
{
    static const std::set<std::string> names{"width",         "height",        "sensor_size_source",
                                             "source_file",   "source_layout", "source_columns",
                                             "source_stream", "source_bytes",  "source_notes",
                                             "converted_by",  "converted_at"};
    return names;
}

std::array<std::span<const std::byte>, 4> bytesOf(const RowRuns& runs)
{
    return {std::as_bytes(runs.t()), std::as_bytes(runs.x()), std::as_bytes(runs.y()),
            std::as_bytes(runs.p())};
}

ChunkFilter filterOf(const OptimiseOptions& options)
{
    return options.contiguous ? ChunkFilter::None
                              : chunkFilterFromName(options.filter).value_or(ChunkFilter::None);
}

/// One new file with its columns; rows is how many events it will get, exactly.
class EvlibFile {
public:
    static Result<std::unique_ptr<EvlibFile>> create(const QString& path, const OptimiseOptions& options,
                                                     std::uint64_t rows)
    {
        auto writer = Hdf5Writer::create(path);
        if (!writer) {
            return writer.error();
        }
        std::unique_ptr<EvlibFile> file(new EvlibFile(std::move(*writer)));
        ColumnPlan plan;
        plan.rows = rows;
        plan.chunkRows = options.contiguous ? 0 : options.chunkEvents;
        plan.filter = filterOf(options);
        plan.level = options.level;
        file->m_pieceRows = static_cast<std::size_t>(std::min<std::uint64_t>(options.chunkEvents, rows));
        for (std::size_t i = 0; i < kEvlibColumns.size(); ++i) {
            plan.path = kEvlibColumns.at(i).path;
            plan.type = kEvlibColumns.at(i).type;
            const auto added = file->m_writer->addColumn(plan);
            if (!added) {
                return added.error();
            }
            file->m_ids.at(i) = *added;
        }
        return file;
    }

    Hdf5Writer& writer() { return *m_writer; }
    MillisecondIndex& index() { return m_index; }

    /// Columns side by side, piece by piece, so that a cancel is seen soon.
    Result<void> append(const RowRuns& runs, DecodePool& pool, const CancelToken& cancel)
    {
        m_index.add(runs.t());
        const auto columns = bytesOf(runs);
        std::array<std::optional<Error>, 4> failures;
        pool.run(DecodePriority::Background, columns.size(), cancel, [&](std::size_t i, std::size_t) {
            const std::size_t pieceBytes = m_pieceRows * columnTypeBytes(kEvlibColumns.at(i).type);
            for (std::span<const std::byte> rest = columns.at(i); !rest.empty() && !cancel.isCancelled();) {
                const std::size_t size = std::min(rest.size(), pieceBytes);
                const auto written = m_writer->appendBytes(m_ids.at(i), rest.first(size));
                if (!written) {
                    failures.at(i) = written.error();
                    return;
                }
                rest = rest.subspan(size);
            }
        });
        for (const std::optional<Error>& failure : failures) {
            if (failure) {
                return *failure;
            }
        }
        return {};
    }

private:
    explicit EvlibFile(std::unique_ptr<Hdf5Writer> writer) : m_writer(std::move(writer)) {}

    std::unique_ptr<Hdf5Writer> m_writer;
    std::array<Hdf5Writer::ColumnId, 4> m_ids{};
    std::size_t m_pieceRows = 1;
    MillisecondIndex m_index;
};

Result<void> writeSmallColumn(Hdf5Writer& writer, const std::string& path, ColumnType type,
                              std::span<const std::byte> bytes)
{
    ColumnPlan plan;
    plan.path = path;
    plan.type = type;
    plan.rows = bytes.size() / columnTypeBytes(type);
    const auto added = writer.addColumn(plan);
    if (!added) {
        return added.error();
    }
    return writer.appendBytes(*added, bytes);
}

std::optional<AttributeValue> attributeFrom(const SmallValue& value)
{
    if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&value)) {
        return whole->size() == 1 ? AttributeValue(whole->front()) : AttributeValue(*whole);
    }
    if (const auto* real = std::get_if<std::vector<double>>(&value); real && real->size() == 1) {
        return AttributeValue(real->front());
    }
    if (const auto* text = std::get_if<std::vector<std::string>>(&value); text && text->size() == 1) {
        return AttributeValue(text->front());
    }
    return std::nullopt;
}

/// The root attributes of the original that this file can hold; names of the others.
QStringList keepAttributes(const Hdf5File& original, Hdf5Writer& writer)
{
    QStringList lost;
    for (const std::string& name : original.attributeNames("/")) {
        if (ownAttributes().count(name) != 0) {
            continue;
        }
        const auto value = original.attribute("/", name);
        const auto kept = value ? attributeFrom(*value) : std::nullopt;
        if (!kept || !writer.setAttribute("/", name, *kept)) {
            lost << QString::fromStdString(name);
        }
    }
    return lost;
}

/// Datasets beside the events: pictures, poses, other streams.
QStringList otherDatasets(const Hdf5File& original, const RecordingLayout& layout)
{
    // What belongs to the events and is written anew, or says what is kept in another way.
    static const std::set<std::string> kCarried{"ms_to_idx", "t_offset", "time_offset",
                                                "width",     "height",   "ms_map_idx"};
    QStringList others;
    const auto objects = original.walk();
    if (!objects) {
        return others;
    }
    for (const ObjectEntry& object : *objects) {
        const bool column =
            std::any_of(layout.datasets.begin(), layout.datasets.end(),
                        [&object](const DatasetDescription& d) { return d.path == object.path; });
        const std::string name = object.path.substr(object.path.rfind('/') + 1);
        if (object.kind == ObjectKind::Dataset && !column && kCarried.count(name) == 0) {
            others << QString::fromStdString(object.path).mid(1);
        }
    }
    return others;
}

QString listOf(const QStringList& names)
{
    constexpr qsizetype kShown = 5;
    return names.size() <= kShown ? names.join(QStringLiteral(", "))
                                  : QString(names.mid(0, kShown).join(QStringLiteral(", ")) % u" and " %
                                            QString::number(names.size() - kShown) % u" more");
}

Result<void> describeOrigin(Hdf5Writer& writer, const RecordingMetadata& metadata)
{
    QStringList sourceNotes;
    for (const Note& note : metadata.notes) {
        sourceNotes << note.text;
    }
    std::vector<std::pair<std::string, AttributeValue>> attributes{
        {"width", std::int64_t{metadata.sensor.width}},
        {"height", std::int64_t{metadata.sensor.height}},
        {"sensor_size_source", valueSourceName(metadata.sensor.source).toStdString()},
        {"source_file", QFileInfo(metadata.path).fileName().toStdString()},
        {"source_layout", layoutId(metadata.layout).toStdString()},
        {"source_columns", metadata.columnPaths.toStdString()},
        {"source_bytes", metadata.storage.fileSize.value},
        {"converted_by", std::string("perihelion " PERIHELION_VERSION)},
        {"converted_at", QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString()}};
    if (!metadata.stream.isEmpty()) {
        attributes.emplace_back("source_stream", metadata.stream.toStdString());
    }
    if (!sourceNotes.isEmpty()) {
        attributes.emplace_back("source_notes", sourceNotes.join(u'\n').toStdString());
    }
    for (const auto& [name, value] : attributes) {
        if (auto written = writer.setAttribute("/", name, value); !written) {
            return written;
        }
    }
    return {};
}

QStringList notesOn(const RecordingMetadata& metadata, const RecordingLayout& layout, std::int64_t missing,
                    bool hasIndex)
{
    QStringList notes;
    if (missing > 0) {
        notes << QStringLiteral("%1 events lie in chunks that cannot be read and were left out")
                     .arg(formatCount(missing));
    }
    if (!layout.columns[kPolarityColumn].exists()) {
        notes << QStringLiteral("The recording has no polarity: every event was written as ON");
    }
    const ScalarType times = layout.columns[kTimeColumn].member.type;
    if (times == ScalarType::F32 || times == ScalarType::F64 || layout.timeUnit == TimeUnit::Nano) {
        notes << QStringLiteral("Times were written as whole microseconds");
    }
    if (metadata.sensor.source != ValueSource::Attribute && metadata.sensor.source != ValueSource::Dataset) {
        notes << QStringLiteral("The original does not say its sensor's size: %1 × %2 was written (%3)")
                     .arg(metadata.sensor.width)
                     .arg(metadata.sensor.height)
                     .arg(valueSourceName(metadata.sensor.source));
    }
    if (metadata.streams.size() > 1) {
        notes << QStringLiteral("Only the stream %1 was written, of %2")
                     .arg(metadata.stream, metadata.streams.join(QStringLiteral(", ")));
    }
    if (!hasIndex) {
        notes << QStringLiteral(
            "There is no time index, because times fall or reach beyond 33 minutes from 0");
    }
    return notes;
}

Result<void> writeTheRest(EvlibFile& out, const EventFile& file, std::int64_t missing, QStringList& notes)
{
    const RecordingMetadata metadata = file.metadata();
    const ColumnReader& reader = file.index().reader();
    const auto original = reader.library();
    if (!original) {
        return original.error();
    }
    if (out.index().isUsable()) {
        auto written = writeSmallColumn(out.writer(), "/events/ms_to_idx", ColumnType::UInt64,
                                        std::as_bytes(std::span(out.index().entries())));
        if (!written) {
            return written;
        }
    }
    if (metadata.timeOrigin != EventTime(0)) {
        const std::array<std::int64_t, 1> origin{metadata.timeOrigin.count()};
        auto written = writeSmallColumn(out.writer(), "/events/t_offset", ColumnType::Int64,
                                        std::as_bytes(std::span(origin)));
        if (!written) {
            return written;
        }
    }
    notes = notesOn(metadata, reader.layout(), missing, out.index().isUsable());
    const QStringList lostAttributes = keepAttributes(**original, out.writer());
    if (!lostAttributes.isEmpty()) {
        notes << QStringLiteral("Attributes that were not kept: %1").arg(listOf(lostAttributes));
    }
    const QStringList others = otherDatasets(**original, reader.layout());
    if (!others.isEmpty()) {
        notes << QStringLiteral("Not events, and not kept: %1").arg(listOf(others));
    }
    return describeOrigin(out.writer(), metadata);
}

Error cancelledWriting(const QString& path)
{
    return Error{ErrorCode::Cancelled, QStringLiteral("Rewriting the recording was cancelled"), path};
}

Error nothingReadable(const QString& path)
{
    return Error{ErrorCode::NoEvents,
                 QStringLiteral("Rewriting the recording failed because none of its events can be read"),
                 path};
}

/// One pass that expects missing events to be absent; gives how many really are.
Result<std::int64_t> pass(const std::shared_ptr<EventFile>& file, EvlibFile& out, std::int64_t missing,
                          DecodePool& pool, const CancelToken& cancel, const ProgressReporter& report)
{
    RowRuns runs(file, pool);
    std::int64_t done = 0;
    for (;;) {
        const auto more = runs.next(cancel);
        if (!more) {
            return more.error();
        }
        if (!*more) {
            return runs.missing();
        }
        done += static_cast<std::int64_t>(runs.size());
        // More holes than expected: the rest is only counted, and a second pass writes.
        if (runs.missing() > missing) {
            continue;
        }
        if (const auto appended = out.append(runs, pool, cancel); !appended) {
            return appended.error();
        }
        if (cancel.isCancelled()) {
            return cancelledWriting(file->path());
        }
        if (report) {
            report(Progress{QString(), done, file->metadata().eventCount});
        }
    }
}

} // namespace

Result<EvlibCopy> writeAsEvlib(const std::shared_ptr<EventFile>& file, const QString& path,
                               const OptimiseOptions& options, DecodePool& pool, const CancelToken& cancel,
                               const ProgressReporter& report)
{
    EvlibCopy copy;
    // The number of rows must be known beforehand, and holes are found only by reading.
    for (int round = 0; round < 2; ++round) {
        copy.events = file->metadata().eventCount - copy.missingEvents;
        if (copy.events <= 0) {
            return nothingReadable(file->path());
        }
        auto out = EvlibFile::create(path, options, static_cast<std::uint64_t>(copy.events));
        if (!out) {
            return out.error();
        }
        const auto missing = pass(file, **out, copy.missingEvents, pool, cancel, report);
        if (!missing) {
            return missing.error();
        }
        if (*missing != copy.missingEvents) {
            copy.missingEvents = *missing;
            continue;
        }
        if (const auto rest = writeTheRest(**out, *file, *missing, copy.notes); !rest) {
            return rest.error();
        }
        const auto size = (*out)->writer().commit();
        if (!size) {
            return size.error();
        }
        copy.fileSize = ByteCount{*size};
        return copy;
    }
    return Error{ErrorCode::Io,
                 QStringLiteral("Rewriting the recording failed because it reads differently each time"),
                 file->path()};
}

Result<EncodingSample> sampleEncoding(const std::shared_ptr<EventFile>& file, const OptimiseOptions& options,
                                      DecodePool& pool, const CancelToken& cancel)
{
    EncodingSample sample;
    const ColumnReader& reader = file->index().reader();
    const std::uint64_t total = reader.layout().rows;
    const std::uint64_t rows =
        std::min<std::uint64_t>(options.contiguous ? 32'768 : options.chunkEvents, total);
    ColumnBuffers buffers;
    std::vector<ReadSlice> slices;
    for (std::size_t at = 0; at < kSamples && !cancel.isCancelled(); ++at) {
        const std::uint64_t first = (total - rows) / (kSamples - 1) * at;
        const auto count = static_cast<std::size_t>(rows);
        reader.prepare(buffers, first, count, (1U << kColumnCount) - 1);
        slices.clear();
        reader.plan(first, count, (1U << kColumnCount) - 1, slices);
        std::atomic<bool> whole{true};
        pool.run(DecodePriority::Background, slices.size(), cancel, [&](std::size_t slice, std::size_t) {
            if (!reader.read(slices[slice], buffers)) {
                whole = false;
            }
        });
        if (!whole || cancel.isCancelled()) {
            continue;
        }
        const std::array<const void*, 4> columns{buffers.t, buffers.x, buffers.y, buffers.p};
        const Clock::time_point started = Clock::now();
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const std::size_t rowBytes = columnTypeBytes(kEvlibColumns.at(i).type);
            const std::span bytes(static_cast<const std::byte*>(columns.at(i)), count * rowBytes);
            ChunkEncoder encoder(filterOf(options), options.level, rowBytes, bytes.size());
            const auto encoded = encoder.encode(bytes);
            if (!encoded) {
                return encoded.error();
            }
            sample.bytes += encoded->stored.size();
        }
        sample.spent += Clock::now() - started;
        sample.events += static_cast<std::int64_t>(rows);
    }
    if (cancel.isCancelled()) {
        return cancelledWriting(file->path());
    }
    return sample.events > 0 ? Result<EncodingSample>(sample) : nothingReadable(file->path());
}

} // namespace perihelion
