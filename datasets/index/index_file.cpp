// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/index/index_file.h"

#include "datasets/index/index_bytes.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <libdeflate.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>

namespace perihelion {

namespace {

constexpr std::uint32_t kMagic = 0x58495048; // "HPIX" read as little-endian bytes
constexpr std::uint32_t kFormatVersion = 4;
constexpr std::size_t kHeaderProbeBytes = 4096;
constexpr qint64 kMaxIndexBytes = 1LL << 31;

struct FileHead {
    std::uint32_t magic = kMagic;
    std::uint32_t version = kFormatVersion;
    std::uint64_t payloadBytes = 0;
    std::uint32_t payloadCrc = 0;
    std::uint32_t recordingCrc = 0; ///< CRC-32 of the recording's first bytes.
    FileIdentity recording;
};

std::uint32_t crcOf(std::span<const std::byte> bytes)
{
    // The vectorised one: with zlib's, checking would be most of loading an index.
    return libdeflate_crc32(0, bytes.data(), bytes.size());
}

std::uint32_t headerCrc(const RandomAccessFile& recording)
{
    std::array<std::byte, kHeaderProbeBytes> probe{};
    const std::size_t size = recording.readSome(0, probe);
    return crcOf(std::span<const std::byte>(probe.data(), size));
}

void put(IndexByteWriter& out, const RecordMember& member)
{
    out.text(member.name);
    out.value(member.offset);
    out.value(member.type);
    out.value(member.bigEndian);
}

void get(IndexByteReader& in, RecordMember& member)
{
    in.text(member.name);
    in.value(member.offset);
    in.value(member.type);
    in.value(member.bigEndian);
}

void put(IndexByteWriter& out, const DatasetDescription& d)
{
    out.text(d.path);
    out.value(d.rank);
    out.value(d.rows);
    out.value(d.columns);
    out.value(d.recordBytes);
    out.value(static_cast<std::uint32_t>(d.members.size()));
    for (const RecordMember& member : d.members) {
        put(out, member);
    }
    out.value(d.kind);
    out.value(d.contiguousAddress);
    out.value(d.chunkRows);
    out.value(d.chunkColumns);
    out.value(static_cast<std::uint32_t>(d.filters.size()));
    for (const FilterSpec& filter : d.filters) {
        out.value(filter.id);
        out.value(filter.flags);
        out.array(filter.clientValues);
    }
    out.value(d.objectHeaderAddress);
    out.value(d.storageBytes);
}

void get(IndexByteReader& in, DatasetDescription& d)
{
    in.text(d.path);
    in.value(d.rank);
    in.value(d.rows);
    in.value(d.columns);
    in.value(d.recordBytes);
    d.members.resize(in.count(1));
    for (RecordMember& member : d.members) {
        get(in, member);
    }
    in.value(d.kind);
    in.value(d.contiguousAddress);
    in.value(d.chunkRows);
    in.value(d.chunkColumns);
    d.filters.resize(in.count(1));
    for (FilterSpec& filter : d.filters) {
        in.value(filter.id);
        in.value(filter.flags);
        in.array(filter.clientValues);
    }
    in.value(d.objectHeaderAddress);
    in.value(d.storageBytes);
}

void put(IndexByteWriter& out, const std::vector<Note>& notes)
{
    out.value(static_cast<std::uint32_t>(notes.size()));
    for (const Note& note : notes) {
        out.value(note.kind);
        out.text(note.text);
        out.value(note.count);
    }
}

void get(IndexByteReader& in, std::vector<Note>& notes)
{
    notes.resize(in.count(1));
    for (Note& note : notes) {
        in.value(note.kind);
        in.text(note.text);
        in.value(note.count);
    }
}

void put(IndexByteWriter& out, const RecordingLayout& layout)
{
    out.value(layout.kind);
    out.text(layout.stream);
    out.text(layout.streams.join(u'\n'));
    out.text(layout.columnPaths);
    out.value(static_cast<std::uint32_t>(layout.datasets.size()));
    for (const DatasetDescription& dataset : layout.datasets) {
        put(out, dataset);
    }
    for (const ColumnSource& column : layout.columns) {
        out.value(column.dataset);
        out.value(column.column);
        put(out, column.member);
    }
    out.value(layout.timeUnit);
    out.value(layout.originMicros);
    out.value(layout.originSource);
    out.value(layout.sensor);
    out.value(layout.rows);
    put(out, layout.notes);
}

void get(IndexByteReader& in, RecordingLayout& layout)
{
    in.value(layout.kind);
    in.text(layout.stream);
    QString streams;
    in.text(streams);
    layout.streams = streams.split(u'\n', Qt::SkipEmptyParts);
    in.text(layout.columnPaths);
    layout.datasets.resize(in.count(1));
    for (DatasetDescription& dataset : layout.datasets) {
        get(in, dataset);
    }
    for (ColumnSource& column : layout.columns) {
        in.value(column.dataset);
        in.value(column.column);
        get(in, column.member);
    }
    in.value(layout.timeUnit);
    in.value(layout.originMicros);
    in.value(layout.originSource);
    in.value(layout.sensor);
    in.value(layout.rows);
    get(in, layout.notes);
}

/// What open() computes; the rest of the metadata follows from layout and facts.
void put(IndexByteWriter& out, const RecordingMetadata& m)
{
    out.value(m.sensor);
    out.value(m.firstTime.count());
    out.value(m.lastTime.count());
    out.value(m.minTime.count());
    out.value(m.maxTime.count());
    out.value(m.storage.contiguous);
    out.value(m.storage.chunkEvents);
    out.text(m.storage.filters.join(u'\n'));
    out.value(m.storage.chunkCount);
    put(out, m.notes);
    out.value(m.complete);
}

void getTime(IndexByteReader& in, EventTime& time)
{
    std::int64_t micros = 0;
    in.value(micros);
    time = EventTime(micros);
}

void get(IndexByteReader& in, RecordingMetadata& m)
{
    in.value(m.sensor);
    getTime(in, m.firstTime);
    getTime(in, m.lastTime);
    getTime(in, m.minTime);
    getTime(in, m.maxTime);
    in.value(m.storage.contiguous);
    in.value(m.storage.chunkEvents);
    QString filters;
    in.text(filters);
    m.storage.filters = filters.split(u'\n', Qt::SkipEmptyParts);
    in.value(m.storage.chunkCount);
    get(in, m.notes);
    in.value(m.complete);
}

/// Blocks are read whole: what one takes is memory, and what lies in place lies within the file.
bool isBounded(const DatasetDescription& description, const DatasetReader& reader, std::uint64_t fileBytes)
{
    std::uint64_t rowBytes = 0;
    std::uint64_t bytes = 0;
    if (__builtin_mul_overflow(std::uint64_t{description.recordBytes}, description.columns, &rowBytes)) {
        return false;
    }
    if (reader.access == DatasetAccess::InPlace) {
        return reader.blockRows == kInPlaceRows &&
               !__builtin_mul_overflow(rowBytes, description.rows, &bytes) && bytes <= fileBytes &&
               description.contiguousAddress <= fileBytes - bytes;
    }
    const bool chunks = reader.access == DatasetAccess::Chunks;
    const std::uint64_t blockRowBytes =
        chunks ? std::uint64_t{description.recordBytes} * description.chunkColumns : rowBytes;
    return (chunks || reader.blockRows == kInPlaceRows || reader.blockRows == description.chunkRows) &&
           !__builtin_mul_overflow(blockRowBytes, reader.blockRows, &bytes) && bytes <= kMaxChunkBytes;
}

/// Everything that a damaged file could make a reader trip over later.
bool isConsistent(const RecordingLayout& layout, const std::vector<DatasetReader>& readers,
                  const std::vector<std::int64_t>& firstTimes, const CompletedFacts* facts,
                  std::uint64_t fileBytes)
{
    if (layout.datasets.empty() || layout.datasets.size() != readers.size() || layout.rows == 0) {
        return false;
    }
    for (std::size_t i = 0; i < readers.size(); ++i) {
        const DatasetDescription& description = layout.datasets[i];
        if (readers[i].blockRows == 0 || description.rows < layout.rows || description.recordBytes == 0) {
            return false;
        }
        if (!isBounded(description, readers[i], fileBytes)) {
            return false;
        }
        if (readers[i].access == DatasetAccess::Chunks &&
            (readers[i].blockRows != description.chunkRows ||
             readers[i].table.gridRows != description.chunkGridRows() ||
             readers[i].table.gridColumns != description.chunkGridColumns() ||
             readers[i].table.chunks.size() != readers[i].table.gridRows * readers[i].table.gridColumns)) {
            return false;
        }
    }
    for (std::size_t column = 0; column < kColumnCount; ++column) {
        const ColumnSource& source = layout.columns[column];
        if (!source.exists()) {
            if (column != kPolarityColumn) {
                return false;
            }
            continue;
        }
        if (static_cast<std::size_t>(source.dataset) >= layout.datasets.size()) {
            return false;
        }
        const DatasetDescription& description = layout.datasets[static_cast<std::size_t>(source.dataset)];
        if (source.column >= description.columns ||
            std::uint64_t{source.member.offset} + scalarSize(source.member.type) > description.recordBytes) {
            return false;
        }
    }
    const std::uint64_t blockRows =
        readers[static_cast<std::size_t>(layout.columns[kTimeColumn].dataset)].blockRows;
    const std::uint64_t blocks = (layout.rows + blockRows - 1) / blockRows;
    return firstTimes.size() == blocks && (facts == nullptr || facts->bounds.size() == blocks);
}

} // namespace

QString IndexFile::pathFor(const QString& indexDir, const QString& recordingPath, const QString& stream)
{
    const QString key = QString(QFileInfo(recordingPath).absoluteFilePath() % u'\n' % stream);
    const QByteArray hash = QCryptographicHash::hash(key.toUtf8(), QCryptographicHash::Sha1).toHex();
    return QString(indexDir % u'/' % QString::fromLatin1(hash) % u".idx");
}

std::shared_ptr<ChunkIndex> IndexFile::load(const QString& indexPath,
                                            const std::shared_ptr<const RandomAccessFile>& recording)
{
    QFile file(indexPath);
    if (!file.open(QIODevice::ReadOnly) || file.size() > kMaxIndexBytes ||
        file.size() < static_cast<qint64>(sizeof(FileHead))) {
        return nullptr;
    }
    const QByteArray bytes = file.readAll();
    const std::span<const std::byte> all(reinterpret_cast<const std::byte*>(bytes.constData()),
                                         static_cast<std::size_t>(bytes.size()));
    FileHead head;
    std::memcpy(&head, all.data(), sizeof head);
    const std::span<const std::byte> payload = all.subspan(sizeof head);
    if (head.magic != kMagic || head.version != kFormatVersion || head.payloadBytes != payload.size() ||
        !(head.recording == recording->identity()) || head.payloadCrc != crcOf(payload) ||
        head.recordingCrc != headerCrc(*recording)) {
        return nullptr;
    }

    IndexByteReader in(payload);
    RecordingLayout layout;
    get(in, layout);
    std::vector<DatasetReader> readers(layout.datasets.size());
    for (std::size_t i = 0; i < readers.size() && in.ok(); ++i) {
        DatasetReader& reader = readers[i];
        in.value(reader.access);
        in.value(reader.blockRows);
        in.value(reader.table.gridRows);
        in.value(reader.table.gridColumns);
        in.value(reader.table.walked);
        in.array(reader.table.chunks);
        if (reader.access == DatasetAccess::Chunks) {
            Result<FilterPipeline> pipeline = FilterPipeline::create(layout.datasets[i]);
            if (!pipeline) {
                return nullptr;
            }
            reader.pipeline = std::move(*pipeline);
        }
    }
    RecordingMetadata metadata;
    get(in, metadata);
    std::vector<std::int64_t> firstTimes;
    in.array(firstTimes);
    std::vector<Hole> holes;
    in.array(holes);
    std::shared_ptr<CompletedFacts> facts;
    if (metadata.complete) {
        facts = std::make_shared<CompletedFacts>();
        in.array(facts->bounds);
        in.value(facts->minTime);
        in.value(facts->maxTime);
        in.value(facts->backwardSteps);
        in.value(facts->invalidTimes);
        in.value(facts->negativeTimes);
        in.value(facts->onEvents);
        in.value(facts->readableEvents);
        in.value(facts->timelessBlocks);
        in.value(facts->outsideSensor);
        in.value(facts->beyondSensors);
        in.value(facts->maxX);
        in.value(facts->maxY);
        getTime(in, facts->rate.binWidth);
        in.array(facts->rate.eventsPerBin);
    }
    if (!in.ok() ||
        !isConsistent(layout, readers, firstTimes, facts.get(), recording->identity().sizeBytes)) {
        return nullptr;
    }

    metadata.path = recording->path();
    metadata.stream = layout.stream;
    metadata.streams = layout.streams;
    metadata.layout = layout.kind;
    metadata.columnPaths = layout.columnPaths;
    metadata.eventCount = static_cast<std::int64_t>(layout.rows);
    metadata.timeOrigin = EventTime(layout.originMicros);
    metadata.originSource = layout.originSource;
    metadata.storage.fileSize = ByteCount{recording->identity().sizeBytes};
    if (facts) {
        metadata.rate = facts->rate;
    }
    auto reader = std::make_unique<ColumnReader>(recording, std::move(layout), std::move(readers), nullptr);
    auto index = std::make_shared<ChunkIndex>(std::move(reader), std::move(metadata));
    index->restore(std::move(firstTimes), std::move(facts), holes);
    return index;
}

Result<void> IndexFile::save(const QString& indexPath, const ChunkIndex& index)
{
    const ColumnReader& reader = index.reader();
    const ChunkIndex::Knowledge known = index.knowledge();
    const std::shared_ptr<const CompletedFacts>& facts = known.facts;

    IndexByteWriter out(sizeof(FileHead));
    put(out, reader.layout());
    for (const DatasetReader& dataset : reader.readers()) {
        out.value(dataset.access);
        out.value(dataset.blockRows);
        out.value(dataset.table.gridRows);
        out.value(dataset.table.gridColumns);
        out.value(dataset.table.walked);
        out.array(dataset.table.chunks);
    }
    put(out, known.metadata);
    out.array(known.firstTimes);
    out.array(known.holes);
    if (facts) {
        out.array(facts->bounds);
        out.value(facts->minTime);
        out.value(facts->maxTime);
        out.value(facts->backwardSteps);
        out.value(facts->invalidTimes);
        out.value(facts->negativeTimes);
        out.value(facts->onEvents);
        out.value(facts->readableEvents);
        out.value(facts->timelessBlocks);
        out.value(facts->outsideSensor);
        out.value(facts->beyondSensors);
        out.value(facts->maxX);
        out.value(facts->maxY);
        out.value(facts->rate.binWidth.count());
        out.array(facts->rate.eventsPerBin);
    }
    FileHead head;
    const std::span<const std::byte> payload = out.bytes().subspan(sizeof head);
    head.payloadBytes = payload.size();
    head.payloadCrc = crcOf(payload);
    head.recordingCrc = headerCrc(reader.file());
    head.recording = reader.file().identity();
    out.overwrite(0, head);

    const QString doing = QStringLiteral("Keeping the index");
    if (!QDir().mkpath(QFileInfo(indexPath).absolutePath())) {
        return Error{ErrorCode::Io, QString(doing % u" failed: its folder cannot be made"),
                     QFileInfo(indexPath).absolutePath()};
    }
    // A cache with a checksum needs no fsync, which QSaveFile would cost on every first opening.
    static std::atomic<quint64> written{0};
    const QString temporary = QString(indexPath % u'.' % QString::number(QCoreApplication::applicationPid()) %
                                      u'-' % QString::number(written.fetch_add(1)));
    QFile file(temporary);
    const std::span<const std::byte> bytes = out.bytes();
    const auto failed = [&](int errnoValue) {
        file.close();
        QFile::remove(temporary);
        return errorFromErrno(errnoValue, doing, indexPath);
    };
    errno = 0;
    if (!file.open(QIODevice::WriteOnly | QIODevice::Unbuffered)) {
        return failed(errno);
    }
    if (file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<qint64>(bytes.size())) !=
        static_cast<qint64>(bytes.size())) {
        return failed(errno);
    }
    file.close();
    if (std::rename(QFile::encodeName(temporary).constData(), QFile::encodeName(indexPath).constData()) !=
        0) {
        return failed(errno);
    }
    return {};
}

} // namespace perihelion
