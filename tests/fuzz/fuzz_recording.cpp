// SPDX-License-Identifier: GPL-3.0-or-later
// Whole recordings with damage that no checksum sees: bytes of stored chunks, or the payload of a kept index
// whose own checksum is mended afterwards. Input: which specimen, what is damaged, then 4 bytes per damage
// (two of position, which chunk, the new byte). Nothing may be lost without being counted as missing.

#include "core/jobs/decode_pool.h"
#include "datasets/frames/lazy_frame.h"
#include "datasets/generate/event_generator.h"
#include "datasets/index/chunk_index.h"
#include "datasets/index/event_file.h"
#include "datasets/index/index_file.h"

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <zlib.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <vector>

using namespace perihelion;

namespace {

constexpr std::int64_t kEvents = 3'000;
constexpr std::int64_t kMostEvents = 1'000'000;
// The head of an index file: magic, version, size of the payload, its CRC-32 at 16, that of the recording's
// first bytes, and the recording's identity of four 8-byte numbers.
constexpr qsizetype kPayloadCrcAt = 16;
constexpr qsizetype kPayloadAt = 56;

void demand(bool holds, const char* what)
{
    if (!holds) {
        (void)std::fprintf(stderr, "%s\n", what);
        std::abort();
    }
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    demand(file.open(QIODevice::ReadOnly), "a specimen cannot be read");
    return file.readAll();
}

void writeTo(const QString& path, const QByteArray& content)
{
    QFile file(path);
    demand(file.open(QIODevice::WriteOnly) && file.write(content) == content.size(),
           "a specimen cannot be written");
}

/// One recording as it should be, where its chunks lie, and what is kept about it.
struct Specimen {
    QString path;
    QByteArray content;
    std::vector<ChunkLocation> chunks;
    QByteArray indexOfOpening;
    QByteArray completeIndex;
};

class Laboratory {
public:
    Laboratory() : m_folder(templateFor())
    {
        demand(m_folder.isValid(), "there is no folder for the specimens");
        for (const char* filter :
             {"deflate", "shuffle-deflate", "lz4", "zstd", "blosc", "lzf", "none", "contiguous"}) {
            m_specimens.push_back(make(QString::fromLatin1(filter)));
        }
    }

    const Specimen& specimen(std::size_t choice) const { return m_specimens[choice % m_specimens.size()]; }
    DecodePool& pool() { return m_pool; }
    QString damagedPath() const { return m_folder.filePath(QStringLiteral("damaged.h5")); }
    QString indexDir() const { return m_folder.filePath(QStringLiteral("index")); }
    QString indexPath(const Specimen& specimen) const
    {
        return IndexFile::pathFor(indexDir(), specimen.path, QString());
    }

private:
    static QString templateFor()
    {
        const QString memory = QStringLiteral("/dev/shm");
        return QDir(QFileInfo(memory).isWritable() ? memory : QDir::tempPath())
            .filePath(QStringLiteral("perihelion-fuzz-XXXXXX"));
    }

    Specimen make(const QString& filter)
    {
        GeneratorOptions options;
        options.kind = SceneKind::Noise;
        options.events = kEvents;
        options.width = 64;
        options.height = 48;
        options.chunkEvents = 700;
        options.contiguous = filter == u"contiguous";
        options.filter = options.contiguous ? QStringLiteral("none") : filter;
        Specimen specimen;
        specimen.path = m_folder.filePath(filter + QStringLiteral(".h5"));
        demand(generateRecording(specimen.path, options).hasValue(), "a specimen cannot be made");
        specimen.content = contentOf(specimen.path);
        OpenOptions open;
        open.indexDir = indexDir();
        const auto file = EventFile::open(specimen.path, open);
        demand(file.hasValue() && (*file)->keepIndex().hasValue(), "a specimen cannot be opened");
        specimen.indexOfOpening = contentOf(indexPath(specimen));
        demand((*file)->completeIndex(m_pool).hasValue(), "a specimen cannot be completed");
        specimen.completeIndex = contentOf(indexPath(specimen));
        const ColumnReader& reader = (*file)->index().reader();
        for (std::size_t i = 0; i < reader.readers().size(); ++i) {
            const std::vector<ChunkLocation>& chunks = reader.readers()[i].table.chunks;
            specimen.chunks.insert(specimen.chunks.end(), chunks.begin(), chunks.end());
            const DatasetDescription& description = reader.layout().datasets[i];
            if (chunks.empty()) {
                specimen.chunks.push_back(
                    {description.contiguousAddress,
                     static_cast<std::uint32_t>(description.rows * description.recordBytes), 0});
            }
        }
        return specimen;
    }

    QTemporaryDir m_folder;
    DecodePool m_pool{1};
    std::vector<Specimen> m_specimens;
};

struct Damage {
    std::size_t at = 0;
    std::size_t chunk = 0;
    char value = 0;
};

std::vector<Damage> damagesFrom(std::span<const std::uint8_t> bytes)
{
    std::vector<Damage> damages;
    for (std::size_t i = 0; i + 4 <= bytes.size(); i += 4) {
        damages.push_back({static_cast<std::size_t>(bytes[i] | (bytes[i + 1] << 8)), bytes[i + 2],
                           static_cast<char>(bytes[i + 3])});
    }
    return damages;
}

/// Asks everything that a player asks, before and after the full look.
void question(const QString& path, const OpenOptions& open, DecodePool& pool)
{
    const auto file = EventFile::open(path, open);
    if (!file) {
        return;
    }
    QueryContext context;
    context.pool = &pool;
    for (const bool complete : {false, true}) {
        if (complete) {
            (void)(*file)->completeIndex(pool);
        }
        const RecordingMetadata metadata = (*file)->metadata();
        const LazyFrame all = LazyFrame::scan(*file);
        const auto window =
            all.filterTime(metadata.firstTime, clampedSum(metadata.firstTime, EventTime(500)));
        const auto frame = window.accumulate(context, 64, 48, AccumulateMode::TimeSurface);
        const auto listed = window.collect(context, kMostEvents);
        const auto counted = window.count(context);
        demand(!frame || !listed || frame->events == static_cast<std::int64_t>(listed->t.size()),
               "a window has two answers");
        (void)counted;
        const auto batch = all.collect(context, kMostEvents);
        if (batch) {
            const auto events = static_cast<std::int64_t>(batch->t.size());
            demand(events + batch->cost.missingEvents == metadata.eventCount, "events were lost silently");
            demand(batch->x.size() == batch->t.size() && batch->y.size() == batch->t.size() &&
                       batch->p.size() == batch->t.size(),
                   "columns differ in length");
            for (const std::uint8_t p : batch->p) {
                demand(p <= 1, "a polarity is neither ON nor OFF");
            }
        }
    }
}

void damageChunks(Laboratory& laboratory, const Specimen& specimen, std::span<const std::uint8_t> bytes)
{
    QByteArray content = specimen.content;
    for (const Damage& damage : damagesFrom(bytes)) {
        const ChunkLocation& chunk = specimen.chunks[damage.chunk % specimen.chunks.size()];
        content[static_cast<qsizetype>(chunk.address + damage.at % chunk.sizeBytes)] = damage.value;
    }
    writeTo(laboratory.damagedPath(), content);
    question(laboratory.damagedPath(), OpenOptions(), laboratory.pool());
}

void damageIndex(Laboratory& laboratory, const Specimen& specimen, bool complete,
                 std::span<const std::uint8_t> bytes)
{
    QByteArray index = complete ? specimen.completeIndex : specimen.indexOfOpening;
    const qsizetype payload = index.size() - kPayloadAt;
    for (const Damage& damage : damagesFrom(bytes)) {
        index[kPayloadAt + static_cast<qsizetype>(damage.at | (damage.chunk << 16)) % payload] = damage.value;
    }
    const auto crc = static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(index.constData() + kPayloadAt), static_cast<uInt>(payload)));
    std::memcpy(index.data() + kPayloadCrcAt, &crc, sizeof crc);
    writeTo(laboratory.indexPath(specimen), index);
    OpenOptions open;
    open.indexDir = laboratory.indexDir();
    question(specimen.path, open, laboratory.pool());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    static Laboratory laboratory;
    if (size < 2) {
        return 0;
    }
    const Specimen& specimen = laboratory.specimen(bytes[0]);
    const std::span<const std::uint8_t> rest(bytes + 2, size - 2);
    if ((bytes[1] & 1U) != 0) {
        damageChunks(laboratory, specimen, rest);
    } else {
        damageIndex(laboratory, specimen, (bytes[1] & 2U) != 0, rest);
    }
    return 0;
}
