// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/datasets/hdf5_fixtures.h"

#include <QFile>

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
