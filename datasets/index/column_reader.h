// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// From rows of a recording to decoded columns: plans which chunks of which datasets hold them, and reads,
// inflates and converts one chunk at a time, outside HDF5's lock. Slices are independent, so any thread may
// read any of them.

#include "core/base/result.h"
#include "datasets/hdf5/chunk_table.h"
#include "datasets/hdf5/filter_pipeline.h"
#include "datasets/hdf5/hdf5_file.h"
#include "datasets/hdf5/random_access_file.h"
#include "datasets/index/column_buffers.h"
#include "datasets/index/long_chunks.h"
#include "datasets/index/reading_times.h"
#include "datasets/layouts/recording_layout.h"

#include <memory>
#include <mutex>
#include <vector>

namespace perihelion {

/// How the bytes of a dataset are reached.
enum class DatasetAccess : std::uint8_t {
    Chunks,  ///< pread at the chunk table's addresses, decoded by our own pipeline.
    InPlace, ///< Contiguous: pread of just the wanted rows.
    Library, ///< H5Dread under the gate.
};

struct DatasetReader {
    DatasetAccess access = DatasetAccess::Library;
    std::uint64_t blockRows = 0; ///< Rows read at a time: the chunk's, or kInPlaceRows.
    ChunkTable table;            ///< Empty unless access is Chunks.
    FilterPipeline pipeline;
};

/// Contiguous data are read in runs of this many rows.
inline constexpr std::uint64_t kInPlaceRows = 131'072;

/// One chunk (or run of rows) of one dataset that holds wanted rows.
struct ReadSlice {
    int dataset = 0;
    std::uint32_t gridColumn = 0;
    std::uint64_t block = 0; ///< Chunk row, or run number.
    ColumnSet columns = 0;   ///< Wanted columns that this slice yields.
};

struct SliceOutcome {
    std::uint64_t bytesRead = 0;
    std::uint64_t bytesDecoded = 0;
    bool fromScratch = false; ///< The decoder still had this chunk: nothing was read.
};

/// Decoder and scratch memory of one thread.
class ColumnScratch {
public:
    /// The calling thread's own.
    static ColumnScratch& ofThisThread();

    ChunkDecoder decoder;
    ReusableBuffer decoded;
    /// Which chunk `decoded` still holds, for chunks much larger than the rows asked of them.
    std::uint64_t heldReader = 0;
    std::uint64_t heldKey = ~0ULL;
};

class ColumnReader {
public:
    ColumnReader(std::shared_ptr<const RandomAccessFile> file, RecordingLayout layout,
                 std::vector<DatasetReader> readers, std::shared_ptr<Hdf5File> library);

    /// Records every chunk there from now on. Before anybody else knows this reader.
    void timeInto(const ReadingTimes& times) { m_times = times; }

    const RecordingLayout& layout() const { return m_layout; }
    const std::vector<DatasetReader>& readers() const { return m_readers; }
    const RandomAccessFile& file() const { return *m_file; }
    /// Rows of one block of the time column: the grain of the time index.
    std::uint64_t timeBlockRows() const { return readerOf(kTimeColumn).blockRows; }
    std::uint64_t timeBlockCount() const;
    /// The columns the file has, out of those asked for.
    ColumnSet existing(ColumnSet wanted) const;

    /// Sizes buffers for rows [firstRow, firstRow + rows) of the wanted columns. A missing polarity column is
    /// filled with ON.
    void prepare(ColumnBuffers& buffers, std::uint64_t firstRow, std::size_t rows, ColumnSet wanted) const;
    /// The slices that hold the wanted columns of these rows, in file order of the blocks.
    void plan(std::uint64_t firstRow, std::size_t rows, ColumnSet wanted,
              std::vector<ReadSlice>& slices) const;
    /// Reads one slice into its place in buffers. Corrupt, Truncated, Io.
    Result<SliceOutcome> read(const ReadSlice& slice, ColumnBuffers& buffers) const;
    /// Rows of the recording that a slice covers, cut to [firstRow, firstRow + rows).
    std::pair<std::uint64_t, std::uint64_t> rowsOf(const ReadSlice& slice,
                                                   const ColumnBuffers& buffers) const;

    /// Time of one row, reading as little as possible (a prefix of the chunk where the filters allow).
    Result<std::int64_t> timeOfRow(std::uint64_t row, SliceOutcome& cost) const;
    /// True when timeOfRow of any row is a single small read.
    bool hasTimesInPlace() const { return readerOf(kTimeColumn).access == DatasetAccess::InPlace; }
    /// True when timeOfRow of a block's first row costs far less than the whole block.
    bool hasCheapFirstTimes() const;

    /// Opens the HDF5 library's view of the file if it is not open yet; for Library access.
    Result<std::shared_ptr<Hdf5File>> library() const;
    /// Lets the library's view go (a megabyte and more) where no column needs it.
    void releaseLibrary() const;

private:
    const DatasetReader& readerOf(ColumnIndex column) const
    {
        return m_readers[static_cast<std::size_t>(m_layout.columns[column].dataset)];
    }
    /// What a column needs that was read without conversion.
    void normalise(ColumnSet columns, ColumnBuffers& buffers, std::uint64_t first, std::uint64_t last) const;
    /// Nothing is allocated for a chunk before this has passed.
    Result<void> checkLocation(const ChunkLocation& location) const;
    Result<SliceOutcome> readChunk(const ReadSlice& slice, ColumnBuffers& buffers) const;
    /// Bytes of a chunk decoded into target.
    Result<void> decodeChunk(const DatasetReader& reader, const ChunkLocation& location,
                             ChunkDecoder& decoder, std::span<std::byte> target) const;
    Result<SliceOutcome> readLongChunk(const ReadSlice& slice, std::uint64_t key,
                                       ColumnBuffers& buffers) const;
    Result<SliceOutcome> readRun(const ReadSlice& slice, ColumnBuffers& buffers) const;
    /// Address of a single column's target when chunk bytes can be decoded straight into it, else null.
    std::byte* directTarget(const ReadSlice& slice, ColumnBuffers& buffers, std::uint64_t first,
                            std::uint64_t count) const;
    void convert(const ReadSlice& slice, const std::byte* decoded, std::uint64_t decodedFirstRow,
                 std::uint64_t rowBytes, std::uint32_t firstColumn, ColumnBuffers& buffers,
                 std::uint64_t first, std::uint64_t last) const;

    std::shared_ptr<const RandomAccessFile> m_file;
    RecordingLayout m_layout;
    std::vector<DatasetReader> m_readers;
    mutable LongChunks m_longChunks;
    ReadingTimes m_times;
    std::uint64_t m_id; ///< Tells readers apart in a thread's scratch.
    mutable std::mutex m_libraryMutex;
    mutable std::shared_ptr<Hdf5File> m_library;
};

} // namespace perihelion
