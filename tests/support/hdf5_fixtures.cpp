// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/hdf5_fixtures.h"

#include "datasets/hdf5/filter_pipeline.h"

#include <QFile>

#include <algorithm>
#include <cstring>
#include <random>

namespace perihelion::test {

H5::H5File createFile(const QString& path, const FixtureFile& options)
{
    H5::FileCreatPropList creation;
    if (options.userBlockBytes > 0) {
        creation.setUserblock(options.userBlockBytes);
    }
    if (options.istoreK) {
        creation.setIstorek(*options.istoreK);
    }
    H5::FileAccPropList access;
    if (options.latestFormat) {
        access.setLibverBounds(H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
    }
    return {QFile::encodeName(path).constData(), H5F_ACC_TRUNC, creation, access};
}

H5::H5File openFile(const QString& path)
{
    H5::FileAccPropList access;
    H5Pset_file_locking(access.getId(), false, true);
    return {QFile::encodeName(path).constData(), H5F_ACC_RDONLY, H5::FileCreatPropList::DEFAULT, access};
}

H5::DataSet createDataset(H5::H5File& file, const FixtureDataset& options, std::span<const std::byte> bytes)
{
    H5::DSetCreatPropList creation;
    if (!options.chunk.empty()) {
        creation.setChunk(static_cast<int>(options.chunk.size()), options.chunk.data());
    }
    if (options.earlyAllocation) {
        creation.setAllocTime(H5D_ALLOC_TIME_EARLY);
    }
    if (options.unfilteredPartialChunks) {
        H5Pset_chunk_opts(creation.getId(), H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS);
    }
    if (options.filters) {
        options.filters(creation);
    }
    const std::vector<hsize_t>& most = options.maxExtent.empty() ? options.extent : options.maxExtent;
    const H5::DataSpace space(static_cast<int>(options.extent.size()), options.extent.data(), most.data());
    H5::LinkCreatPropList links;
    links.setCreateIntermediateGroup(true);
    const hid_t id = H5Dcreate2(file.getId(), options.path.c_str(), options.type.getId(), space.getId(),
                                links.getId(), creation.getId(), H5P_DEFAULT);
    H5::DataSet dataset(id);
    H5Idec_ref(id); // the object took its own reference
    if (!bytes.empty()) {
        dataset.write(bytes.data(), options.type);
    }
    return dataset;
}

Result<std::vector<std::byte>> readWhole(const Hdf5File& file, const DatasetDescription& description)
{
    const std::size_t rowBytes = std::size_t{description.recordBytes} * description.columns;
    std::vector<std::byte> whole(description.rows * rowBytes);
    const Result<FilterPipeline> pipeline = FilterPipeline::create(description);
    if (!pipeline) {
        return pipeline.error();
    }
    if (description.kind == StorageKind::Contiguous) {
        const Result<void> done = file.bytes()->readExactly(description.contiguousAddress, whole);
        return done ? Result(std::move(whole)) : done.error();
    }
    if (description.kind != StorageKind::Chunked || pipeline->needsLibrary()) {
        const Result<void> done = file.readRows(description, 0, description.rows, whole);
        return done ? Result(std::move(whole)) : done.error();
    }
    const Result<ChunkTable> table = file.chunkTable(description);
    if (!table) {
        return table.error();
    }
    ChunkDecoder decoder;
    std::vector<std::byte> decoded(pipeline->chunkBytes());
    for (std::uint64_t row = 0; row < table->gridRows; ++row) {
        for (std::uint32_t column = 0; column < table->gridColumns; ++column) {
            const ChunkLocation& chunk = table->at(row, column);
            const std::span<std::byte> stored = decoder.storedBuffer(chunk.sizeBytes);
            Result<void> done = file.bytes()->readExactly(chunk.address, stored);
            done = done ? decoder.decode(*pipeline, stored, chunk.filterMask, decoded) : done;
            if (!done) {
                return done.error();
            }
            const std::uint64_t firstColumn = std::uint64_t{column} * description.chunkColumns;
            const std::size_t cells =
                std::min<std::size_t>(description.chunkColumns, description.columns - firstColumn);
            for (std::uint64_t line = 0; line < description.chunkRows; ++line) {
                const std::uint64_t to = row * description.chunkRows + line;
                if (to < description.rows) {
                    std::memcpy(whole.data() + to * rowBytes + firstColumn * description.recordBytes,
                                decoded.data() + line * description.chunkColumns * description.recordBytes,
                                cells * description.recordBytes);
                }
            }
        }
    }
    return whole;
}

std::vector<std::byte> eventLikeBytes(std::size_t count, std::uint32_t seed)
{
    std::mt19937 random(seed);
    std::vector<std::byte> bytes(count);
    std::uint64_t value = 1'000'000;
    for (std::size_t at = 0; at < count; at += sizeof value) {
        value += random() % 40;
        const std::uint64_t mixed = random() % 16 == 0 ? value ^ (std::uint64_t{random()} << 20) : value;
        std::memcpy(bytes.data() + at, &mixed, std::min(sizeof mixed, count - at));
    }
    return bytes;
}

} // namespace perihelion::test
