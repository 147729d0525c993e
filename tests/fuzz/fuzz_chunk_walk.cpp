// SPDX-License-Identifier: GPL-3.0-or-later
// Our own walk of the chunk index over files with damaged headers, trees and arrays. The HDF5 library is not
// called.

#include "datasets/hdf5/chunk_table.h"
#include "datasets/hdf5/metadata_reader.h"
#include "datasets/hdf5/random_access_file.h"
#include "tests/fuzz/chunk_walk_input.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

using namespace perihelion;

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* bytes, std::size_t size, std::size_t maxSize);

namespace {

void require(bool condition)
{
    if (!condition) {
        std::abort();
    }
}

int memoryFile()
{
    static const int descriptor = ::memfd_create("chunk-walk", MFD_CLOEXEC);
    return descriptor;
}

} // namespace

/// Half of the time changes a few bytes right behind a structure's signature, where the counts, levels and
/// addresses are, instead of anywhere in the file.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* bytes, std::size_t size, std::size_t maxSize,
                                               unsigned seed)
{
    constexpr std::array<std::string_view, 10> kSignatures{"TREE", "OHDR", "OCHK", "FAHD", "FADB",
                                                           "EAHD", "EAIB", "EASB", "EADB", "\x89HDF"};
    std::minstd_rand random(seed);
    if (size > sizeof(fuzz::ChunkWalkHead) + 64 && random() % 2 == 0) {
        const std::string_view signature = kSignatures.at(random() % kSignatures.size());
        std::vector<std::size_t> places;
        auto* at = bytes + sizeof(fuzz::ChunkWalkHead);
        while ((at = std::search(at, bytes + size, signature.begin(), signature.end())) != bytes + size) {
            places.push_back(static_cast<std::size_t>(at - bytes));
            ++at;
        }
        // The header that the dataset's description points to has no signature in the old format.
        fuzz::ChunkWalkHead head;
        std::memcpy(&head, bytes, sizeof head);
        if (head.objectHeaderAddress < size - sizeof head) {
            places.push_back(sizeof head + static_cast<std::size_t>(head.objectHeaderAddress));
        }
        if (!places.empty()) {
            const std::size_t start = places.at(random() % places.size());
            const std::size_t room = std::min<std::size_t>(start + 4 + random() % 200, size - 1);
            std::array<std::uint8_t, 8> part{};
            const std::size_t length = std::min<std::size_t>(1 + random() % part.size(), size - room);
            std::copy_n(bytes + room, length, part.begin());
            LLVMFuzzerMutate(part.data(), length, length);
            std::copy_n(part.begin(), length, bytes + room);
            return size;
        }
    }
    return LLVMFuzzerMutate(bytes, size, maxSize);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    fuzz::ChunkWalkHead head;
    if (size < sizeof head) {
        return 0;
    }
    std::memcpy(&head, bytes, sizeof head);
    const int descriptor = memoryFile();
    const std::size_t fileBytes = size - sizeof head;
    require(::ftruncate(descriptor, 0) == 0);
    require(::pwrite(descriptor, bytes + sizeof head, fileBytes, 0) == static_cast<ssize_t>(fileBytes));
    static const QString path = QStringLiteral("/proc/self/fd/%1").arg(descriptor);
    const auto file = RandomAccessFile::open(path);
    require(file.hasValue());
    const Result<Superblock> superblock = findSuperblock(**file);
    const DatasetDescription description = fuzz::describe(head);
    const Result<ChunkTable> table = walkChunkTable(**file, superblock ? superblock->base : 0, description);
    if (!table) {
        require(!table.error().message.isEmpty());
        return 0;
    }
    require(table->chunks.size() == description.chunkGridRows() * description.chunkGridColumns());
    require(table->chunks.size() <= 65536 + fileBytes / 16);
    for (const ChunkLocation& chunk : table->chunks) {
        require(!chunk.isAllocated() || chunk.sizeBytes <= maxStoredBytes(description.chunkBytes()));
    }
    return 0;
}
