// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/index/event_file.h"

#include "core/jobs/decode_pool.h"
#include "datasets/hdf5/hdf5_file.h"
#include "datasets/index/chunk_index.h"
#include "datasets/index/index_completion.h"
#include "datasets/index/index_file.h"
#include "datasets/layouts/layout_recognizer.h"

#include <algorithm>
#include <chrono>
#include <new>

namespace perihelion {

namespace {

using Clock = std::chrono::steady_clock;

/// Rows that the library alone can count and whose number nothing in the file's size bears out.
constexpr std::uint64_t kMaxLibraryRows = 1ULL << 36;

Result<DatasetReader> readerFor(const Hdf5File& file, const DatasetDescription& description)
{
    DatasetReader reader;
    reader.blockRows = kInPlaceRows;
    if (description.kind == StorageKind::Contiguous && description.filters.empty()) {
        const std::uint64_t bytes = description.rows * description.columns * description.recordBytes;
        const std::uint64_t fileSize = file.bytes()->identity().sizeBytes;
        if (description.contiguousAddress > fileSize || bytes > fileSize - description.contiguousAddress) {
            return Error{ErrorCode::Truncated,
                         QStringLiteral("The column %1 reaches beyond the end of the file")
                             .arg(QString::fromStdString(description.path)),
                         file.bytes()->path()};
        }
        reader.access = DatasetAccess::InPlace;
        return reader;
    }
    if (description.kind == StorageKind::Chunked) {
        Result<FilterPipeline> pipeline = FilterPipeline::create(description);
        if (!pipeline) {
            return pipeline.error();
        }
        if (!pipeline->needsLibrary()) {
            Result<ChunkTable> table = file.chunkTable(description);
            if (!table) {
                return table.error();
            }
            reader.access = DatasetAccess::Chunks;
            reader.blockRows = description.chunkRows;
            reader.pipeline = std::move(*pipeline);
            reader.table = std::move(*table);
            return reader;
        }
        // H5Dread decodes whole chunks, so ask for whole chunks.
        reader.blockRows = description.chunkRows;
    }
    if (description.rows > kMaxLibraryRows) {
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("Reading dataset %1 failed because it says it has %2 elements")
                         .arg(QString::fromStdString(description.path))
                         .arg(description.rows),
                     file.bytes()->path()};
    }
    reader.access = DatasetAccess::Library;
    return reader;
}

/// True when the values of some column may come from other files, whose changes a kept index cannot see.
bool reachesIntoOtherFiles(const RecordingLayout& layout)
{
    return std::any_of(layout.datasets.begin(), layout.datasets.end(),
                       [](const DatasetDescription& d) { return d.kind == StorageKind::LibraryOnly; });
}

RecordingMetadata metadataOf(const RecordingLayout& layout, const std::vector<DatasetReader>& readers,
                             const RandomAccessFile& file)
{
    RecordingMetadata m;
    m.path = file.path();
    m.stream = layout.stream;
    m.streams = layout.streams;
    m.layout = layout.kind;
    m.columnPaths = layout.columnPaths;
    m.sensor = layout.sensor;
    m.eventCount = static_cast<std::int64_t>(layout.rows);
    m.timeOrigin = EventTime(layout.originMicros);
    m.originSource = layout.originSource;
    m.notes = layout.notes;
    m.storage.fileSize = ByteCount{file.identity().sizeBytes};
    const DatasetDescription& times = layout.datasetOf(kTimeColumn);
    m.storage.contiguous = times.kind == StorageKind::Contiguous;
    m.storage.chunkEvents = times.chunkRows;
    for (const FilterSpec& filter : times.filters) {
        m.storage.filters << filterLabel(filter);
    }
    for (const DatasetReader& reader : readers) {
        m.storage.chunkCount += reader.table.chunks.size();
    }
    for (const DatasetDescription& dataset : layout.datasets) {
        if (dataset.kind == StorageKind::LibraryOnly && dataset.storageBytes == 0) {
            m.notes.push_back(Note{NoteKind::Assumption,
                                   QStringLiteral("%1 stores nothing in this file: its values come from "
                                                  "other files, or are the fill value")
                                       .arg(QString::fromStdString(dataset.path)),
                                   0});
        }
    }
    if (m.storage.contiguous) {
        m.notes.push_back(
            Note{NoteKind::Contiguous,
                 QStringLiteral("Stored without chunks and compression: opens fastest here, but the "
                                "file is several times larger than it need be"),
                 0});
    }
    return m;
}

Error outOfMemory(const QString& doing, const QString& path)
{
    return Error{ErrorCode::TooLarge,
                 QString(doing % u" failed because there is not enough memory; close other programs"), path};
}

} // namespace

EventFile::EventFile(std::shared_ptr<ChunkIndex> index) : m_index(std::move(index)) {}

EventFile::~EventFile() = default;

Result<std::shared_ptr<EventFile>> EventFile::open(const QString& path, const OpenOptions& options)
{
    try {
        const auto began = ReadingTimes::Clock::now();
        auto file = openNow(path, options);
        if (file && options.times != nullptr) {
            (*file)->m_times = ReadingTimes(options.times);
            (*file)->m_index->timeInto((*file)->m_times);
            (*file)->m_times.record(ReadingStep::Open, began, path);
        }
        return file;
    } catch (const std::bad_alloc&) {
        return outOfMemory(QStringLiteral("Opening the recording"), path);
    }
}

Result<std::shared_ptr<EventFile>> EventFile::openNow(const QString& path, const OpenOptions& options)
{
    const Clock::time_point started = Clock::now();
    const QString indexPath =
        options.indexDir.isEmpty() ? QString() : IndexFile::pathFor(options.indexDir, path, options.stream);
    if (options.useKeptIndex && !indexPath.isEmpty()) {
        auto recording = RandomAccessFile::open(path);
        if (!recording) {
            return recording.error();
        }
        const Clock::time_point opened = Clock::now();
        if (auto index = IndexFile::load(indexPath, *recording)) {
            std::shared_ptr<EventFile> file(new EventFile(std::move(index)));
            file->m_indexPath = indexPath;
            file->m_indexState = IndexState::Kept;
            file->m_phases.open = opened - started;
            file->m_phases.index = Clock::now() - opened;
            return file;
        }
    }

    auto hdf5 = Hdf5File::open(path);
    if (!hdf5) {
        return hdf5.error();
    }
    Result<RecordingLayout> layout = recogniseLayout(**hdf5, options.stream);
    if (!layout) {
        return layout.error();
    }
    const Clock::time_point recognised = Clock::now();
    std::vector<DatasetReader> readers;
    for (const DatasetDescription& description : layout->datasets) {
        Result<DatasetReader> reader = readerFor(**hdf5, description);
        if (!reader) {
            Error error = reader.error();
            error.subject = path;
            return error;
        }
        readers.push_back(std::move(*reader));
    }
    const bool keepsIndex = !reachesIntoOtherFiles(*layout);
    RecordingMetadata metadata = metadataOf(*layout, readers, *(*hdf5)->bytes());
    auto columns =
        std::make_unique<ColumnReader>((*hdf5)->bytes(), std::move(*layout), std::move(readers), *hdf5);
    auto index = std::make_shared<ChunkIndex>(std::move(columns), std::move(metadata));
    if (const auto ends = index->learnEnds(); !ends) {
        Error error = ends.error();
        error.subject = path;
        return error;
    }
    std::shared_ptr<EventFile> file(new EventFile(std::move(index)));
    file->m_indexPath = keepsIndex ? indexPath : QString();
    file->m_phases.open = recognised - started;
    file->m_phases.index = Clock::now() - recognised;
    return file;
}

RecordingMetadata EventFile::metadata() const
{
    return m_index->metadata();
}

const QString& EventFile::path() const
{
    return m_index->reader().file().path();
}

bool EventFile::isIndexComplete() const
{
    return m_index->isComplete();
}

bool EventFile::isKnownUnsorted() const
{
    return m_index->isKnownUnsorted();
}

Result<void> EventFile::completeIndex(DecodePool& pool, const CancelToken& cancel,
                                      const ProgressReporter& report)
{
    const std::lock_guard lock(m_completion);
    if (m_index->isComplete()) {
        return {};
    }
    try {
        const auto began = ReadingTimes::Clock::now();
        Result<CompletedFacts> facts = lookAtEveryEvent(*m_index, pool, cancel, report);
        if (!facts) {
            return facts.error();
        }
        m_index->complete(std::move(*facts));
        Result<void> kept = keepIndex();
        m_times.record(ReadingStep::Complete, began, path());
        return kept;
    } catch (const std::bad_alloc&) {
        return outOfMemory(QStringLiteral("Looking at every event"), path());
    }
}

Result<void> EventFile::keepIndex() const
{
    return m_indexPath.isEmpty() ? Result<void>() : IndexFile::save(m_indexPath, *m_index);
}

Result<void> EventFile::checkUnchanged() const
{
    const FileIdentity& opened = m_index->reader().file().identity();
    const Result<FileIdentity> now = RandomAccessFile::identityOf(path());
    if (!now) {
        return Error{now.error().code == ErrorCode::NotFound ? ErrorCode::NotFound : now.error().code,
                     QStringLiteral("The recording is no longer there; open it again once it is back"),
                     path()};
    }
    if (*now == opened) {
        return {};
    }
    const bool replaced = now->inode != opened.inode || now->device != opened.device;
    const QString what = replaced                            ? QStringLiteral("replaced")
                         : now->sizeBytes > opened.sizeBytes ? QStringLiteral("extended")
                         : now->sizeBytes < opened.sizeBytes ? QStringLiteral("truncated")
                                                             : QStringLiteral("changed");
    return Error{ErrorCode::Io,
                 QStringLiteral("The recording was %1 since it was opened; open it again").arg(what), path()};
}

} // namespace perihelion
