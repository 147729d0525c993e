// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/hdf5_source.h"

#include "datasets/hdf5/random_access_file.h"

#include <QFile>

#include <H5Cpp.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <tuple>

#include <sys/stat.h>

namespace perihelion {

namespace {

/// What the library holds for an open file; its first member is the library's own part.
struct SourceFile {
    H5FD_t library = {};
    std::shared_ptr<const RandomAccessFile> bytes;
    haddr_t endOfAllocation = 0;
};

SourceFile* sourceOf(H5FD_t* file)
{
    return reinterpret_cast<SourceFile*>(file);
}

const SourceFile* sourceOf(const H5FD_t* file)
{
    return reinterpret_cast<const SourceFile*>(file);
}

H5FD_t* openSource(const char* name, unsigned flags, hid_t, haddr_t)
{
    if ((flags & H5F_ACC_RDWR) != 0) {
        return nullptr;
    }
    auto bytes = RandomAccessFile::open(QFile::decodeName(name));
    if (!bytes) {
        return nullptr;
    }
    auto file = std::make_unique<SourceFile>();
    file->bytes = std::move(*bytes);
    return &file.release()->library;
}

herr_t closeSource(H5FD_t* file)
{
    const std::unique_ptr<SourceFile> owned(sourceOf(file));
    return 0;
}

/// The library shares one open file among all handles on it.
int compareSources(const H5FD_t* one, const H5FD_t* other)
{
    const FileIdentity& a = sourceOf(one)->bytes->identity();
    const FileIdentity& b = sourceOf(other)->bytes->identity();
    const auto left = std::tie(a.device, a.inode);
    const auto right = std::tie(b.device, b.inode);
    return left < right ? -1 : right < left ? 1 : 0;
}

herr_t querySource(const H5FD_t*, unsigned long* flags)
{
    if (flags != nullptr) {
        *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
                 H5FD_FEAT_AGGREGATE_SMALLDATA;
    }
    return 0;
}

haddr_t endOfSourceAllocation(const H5FD_t* file, H5FD_mem_t)
{
    return sourceOf(file)->endOfAllocation;
}

herr_t setEndOfSourceAllocation(H5FD_t* file, H5FD_mem_t, haddr_t address)
{
    sourceOf(file)->endOfAllocation = address;
    return 0;
}

haddr_t endOfSource(const H5FD_t* file, H5FD_mem_t)
{
    return sourceOf(file)->bytes->identity().sizeBytes;
}

herr_t readSource(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, void* buffer)
{
    const std::span<std::byte> target(static_cast<std::byte*>(buffer), size);
    const std::size_t got = sourceOf(file)->bytes->readSome(address, target);
    // As the library's own drivers: what lies beyond the end reads as zeros.
    std::memset(target.data() + got, 0, size - got);
    return 0;
}

herr_t refuseToWrite(H5FD_t*, H5FD_mem_t, hid_t, haddr_t, std::size_t, const void*)
{
    return -1;
}

hid_t registerSource()
{
    constexpr std::array<H5FD_mem_t, H5FD_MEM_NTYPES> freeLists = H5FD_FLMAP_DICHOTOMY;
    H5FD_class_t driver = {};
#if H5_VERSION_GE(1, 13, 0)
    driver.version = H5FD_CLASS_VERSION;
    driver.value = static_cast<H5FD_class_value_t>(601);
#endif
    driver.name = "perihelion source";
    driver.maxaddr = static_cast<haddr_t>(INT64_MAX);
    driver.fc_degree = H5F_CLOSE_WEAK;
    driver.open = openSource;
    driver.close = closeSource;
    driver.cmp = compareSources;
    driver.query = querySource;
    driver.get_eoa = endOfSourceAllocation;
    driver.set_eoa = setEndOfSourceAllocation;
    driver.get_eof = endOfSource;
    driver.read = readSource;
    driver.write = refuseToWrite;
    std::copy(freeLists.begin(), freeLists.end(), driver.fl_map);
    return H5FDregister(&driver);
}

} // namespace

std::int64_t Hdf5Source::driverId()
{
    static const hid_t id = registerSource();
    return id;
}

bool Hdf5Source::hasOrdinaryStorage(const H5::DataSet& dataset)
{
    const H5::DSetCreatPropList creation = dataset.getCreatePlist();
    const int files = creation.getExternalCount();
    for (int index = 0; index < files; ++index) {
        std::array<char, 4096> name{};
        off_t offset = 0;
        hsize_t size = 0;
        if (H5Pget_external(creation.getId(), static_cast<unsigned>(index), name.size() - 1, name.data(),
                            &offset, &size) < 0) {
            return false;
        }
        struct stat status = {};
        if (::stat(name.data(), &status) == 0 && !S_ISREG(status.st_mode)) {
            return false;
        }
    }
    return true;
}

} // namespace perihelion
