// SPDX-License-Identifier: GPL-3.0-or-later
// chunk-table: the addresses of all chunks of four columns by our walk and by the library's own enumeration.
#include "datasets/hdf5/hdf5_file.h"
#include "tests/bench/bench_session.h"

#include "datasets/hdf5/hdf5_gate.h"

#include <QFile>

#include <hdf5.h>

#include <array>

namespace perihelion::bench {

namespace {

constexpr std::array<const char*, 4> kColumns = {"/events/t", "/events/x", "/events/y", "/events/p"};

Result<std::size_t> libraryTables(const QString& path)
{
    const auto gate = lockHdf5();
    // Without locks, as our own reader opens it: the library refuses a second opening that differs.
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_file_locking(access, false, true);
    const hid_t file = H5Fopen(QFile::encodeName(path).constData(), H5F_ACC_RDONLY, access);
    H5Pclose(access);
    if (file < 0) {
        return Error{ErrorCode::Io, QStringLiteral("Opening with the HDF5 library failed"), path};
    }
    std::size_t found = 0;
    for (const char* column : kColumns) {
        const hid_t dataset = H5Dopen2(file, column, H5P_DEFAULT);
        const hid_t space = H5Dget_space(dataset);
        hsize_t count = 0;
        H5Dget_num_chunks(dataset, space, &count);
        for (hsize_t chunk = 0; chunk < count; ++chunk) {
            hsize_t offset = 0;
            unsigned mask = 0;
            haddr_t address = HADDR_UNDEF;
            hsize_t size = 0;
            if (H5Dget_chunk_info(dataset, space, chunk, &offset, &mask, &address, &size) >= 0) {
                ++found;
            }
        }
        H5Sclose(space);
        H5Dclose(dataset);
    }
    H5Fclose(file);
    return found;
}

Result<void> run(const BenchSession& session)
{
    GeneratorOptions options;
    options.kind = SceneKind::Drone;
    options.eventsPerSecond = 8.6e6;
    const auto path = session.recording(QStringLiteral("drone_deflate"), options);
    if (!path) {
        return path.error();
    }
    const auto file = Hdf5File::open(*path);
    if (!file) {
        return file.error();
    }
    std::vector<DatasetDescription> columns;
    std::size_t chunks = 0;
    for (const char* column : kColumns) {
        auto description = (*file)->describe(column);
        if (!description) {
            return description.error();
        }
        chunks += description->chunkGridRows();
        columns.push_back(std::move(*description));
    }
    const std::vector<Contender> contenders{
        {QStringLiteral("the library's H5Dget_chunk_info"),
         [file = *path, chunks]() -> Result<void> {
             const auto found = libraryTables(file);
             if (!found || *found != chunks) {
                 return Error{ErrorCode::Corrupt, QStringLiteral("Chunks are missing"), file};
             }
             return {};
         }},
        {QStringLiteral("walk, checked against the library"),
         [&]() -> Result<void> {
             for (const DatasetDescription& column : columns) {
                 if (const auto table = (*file)->chunkTable(column); !table || !table->walked) {
                     return Error{ErrorCode::Corrupt, QStringLiteral("The walk failed"), *path};
                 }
             }
             return {};
         }},
        {QStringLiteral("walk alone"),
         [&]() -> Result<void> {
             for (const DatasetDescription& column : columns) {
                 if (!walkChunkTable(*(*file)->bytes(), (*file)->superblockBase(), column)) {
                     return Error{ErrorCode::Corrupt, QStringLiteral("The walk failed"), *path};
                 }
             }
             return {};
         }},
    };
    return session.compare(QStringLiteral("chunk-table: %1 chunks in four columns").arg(chunks), QString(),
                           contenders);
}

} // namespace

Bench chunkTableBench()
{
    return {QStringLiteral("chunk-table"), QStringLiteral("addresses of all chunks"), run};
}

} // namespace perihelion::bench
