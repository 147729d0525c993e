// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/hdf5_writer.h"

#include "datasets/hdf5/hdf5_gate.h"
#include "datasets/hdf5/hdf5_sink.h"

#include <H5Cpp.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

namespace perihelion {

static_assert(std::endian::native == std::endian::little, "chunks are stored as they lie in memory");

namespace {

constexpr std::uint64_t kChunkLimit = (std::uint64_t{1} << 32U) - 1;

H5::PredType fileType(ColumnType type)
{
    switch (type) {
    case ColumnType::Int8:
        return H5::PredType::STD_I8LE;
    case ColumnType::UInt8:
        return H5::PredType::STD_U8LE;
    case ColumnType::UInt16:
        return H5::PredType::STD_U16LE;
    case ColumnType::Int64:
        return H5::PredType::STD_I64LE;
    case ColumnType::UInt64:
        break;
    }
    return H5::PredType::STD_U64LE;
}

/// The library never runs these filters here, yet it refuses to make a dataset with one it has never heard
/// of.
std::size_t refuseToFilter(unsigned, std::size_t, const unsigned*, std::size_t, std::size_t*, void**)
{
    return 0;
}

void makeFilterKnown(int id)
{
    if (H5Zfilter_avail(id) > 0) {
        return;
    }
    const H5Z_class2_t filter = {
        H5Z_CLASS_T_VERS, static_cast<H5Z_filter_t>(id), 1, 1, "stored as encoded", nullptr, nullptr,
        refuseToFilter};
    H5Zregister(&filter);
}

Error libraryError(const H5::Exception& exception, const QString& subject)
{
    return Error{ErrorCode::Internal,
                 QString(u"Writing the file failed in HDF5's " %
                         QString::fromStdString(exception.getFuncName()) % u": " %
                         QString::fromStdString(exception.getDetailMsg())),
                 subject};
}

} // namespace

std::size_t columnTypeBytes(ColumnType type)
{
    switch (type) {
    case ColumnType::Int8:
    case ColumnType::UInt8:
        return 1;
    case ColumnType::UInt16:
        return 2;
    case ColumnType::Int64:
    case ColumnType::UInt64:
        break;
    }
    return 8;
}

struct Hdf5Writer::State {
    struct Column {
        ColumnPlan plan;
        std::size_t rowBytes = 0;
        std::size_t blockBytes = 0; ///< Chunk, or 0 when contiguous.
        std::uint64_t rowsTaken = 0;
        std::uint64_t rowsWritten = 0;
        std::vector<std::byte> partial; ///< Rows of a chunk that is not whole yet.
        std::optional<ChunkEncoder> encoder;
        H5::DataSet dataset;
    };

    explicit State(const QString& target) : path(target), sink(target) {}

    ~State() { close(); }

    void close()
    {
        const auto gate = lockHdf5();
        try {
            columns.clear();
            file.reset();
        } catch (const H5::Exception&) {
            // Closing only flushes; what could not be written is kept in the sink's state.
            closedWell = false;
        }
    }

    /// Runs library calls behind the gate and turns both ways of failing into an Error.
    template <typename Calls>
    Result<void> guarded(Calls calls)
    {
        const auto gate = lockHdf5();
        try {
            calls();
        } catch (const H5::Exception& exception) {
            const auto written = sink.state();
            return written ? libraryError(exception, path) : written.error();
        }
        return sink.state();
    }

    Result<void> writeChunk(Column& column, std::span<const std::byte> chunk)
    {
        auto encoded = column.encoder->encode(chunk);
        if (!encoded) {
            return Error{encoded.error().code, encoded.error().message, path};
        }
        auto written = guarded([&] {
            const hsize_t offset = column.rowsWritten;
            if (H5Dwrite_chunk(column.dataset.getId(), H5P_DEFAULT, encoded->filterMask, &offset,
                               encoded->stored.size(), encoded->stored.data()) < 0) {
                throw H5::DataSetIException("H5Dwrite_chunk", "a chunk was refused");
            }
        });
        column.rowsWritten =
            std::min(column.plan.rows, column.rowsWritten + column.blockBytes / column.rowBytes);
        return written;
    }

    Result<void> writeRows(Column& column, std::span<const std::byte> rows)
    {
        const hsize_t offset = column.rowsWritten;
        const hsize_t count = rows.size() / column.rowBytes;
        column.rowsWritten += count;
        return guarded([&] {
            const H5::DataSpace memory(1, &count);
            const H5::DataSpace space = column.dataset.getSpace();
            space.selectHyperslab(H5S_SELECT_SET, &count, &offset);
            column.dataset.write(rows.data(), fileType(column.plan.type), memory, space);
        });
    }

    Result<void> finish(Column& column)
    {
        if (column.rowsTaken != column.plan.rows) {
            return Error{ErrorCode::Internal,
                         QString(u"Writing the file failed: " % QString::fromStdString(column.plan.path) %
                                 u" has " % QString::number(column.rowsTaken) % u" rows instead of " %
                                 QString::number(column.plan.rows)),
                         path};
        }
        if (column.partial.empty()) {
            return {};
        }
        // The last chunk is stored whole; what lies beyond the last row is never read.
        column.partial.resize(column.blockBytes);
        auto written = writeChunk(column, column.partial);
        column.partial.clear();
        return written;
    }

    QString path;
    Hdf5Sink sink; // Outlives the file, which writes to it while closing.
    std::optional<H5::H5File> file;
    std::vector<Column> columns;
    bool closedWell = true;
};

Hdf5Writer::Hdf5Writer(std::unique_ptr<State> state) : m_state(std::move(state)) {}

Hdf5Writer::~Hdf5Writer() = default;

Result<std::unique_ptr<Hdf5Writer>> Hdf5Writer::create(const QString& path)
{
    auto state = std::make_unique<State>(path);
    if (const auto opened = state->sink.open(); !opened) {
        return opened.error();
    }
    State& current = *state;
    const auto made = current.guarded([&current] {
        const hid_t driver = Hdf5Sink::driverId();
        H5::FileAccPropList access;
        const Hdf5Sink::DriverParameter parameter{&current.sink};
        access.setDriver(driver, &parameter);
        // Old-style structures, which every reader understands.
        current.file.emplace("perihelion sink", H5F_ACC_TRUNC, H5::FileCreatPropList::DEFAULT, access);
    });
    if (!made) {
        return made.error();
    }
    return std::unique_ptr<Hdf5Writer>(new Hdf5Writer(std::move(state)));
}

Result<Hdf5Writer::ColumnId> Hdf5Writer::addColumn(const ColumnPlan& plan)
{
    const auto gate =
        lockHdf5(); // Copies of H5 objects, the column's among them, count references in the library.
    State::Column column;
    column.plan = plan;
    column.rowBytes = columnTypeBytes(plan.type);
    const std::uint64_t chunkRows = std::min(plan.chunkRows, plan.rows);
    if (chunkRows > kChunkLimit / column.rowBytes) {
        return Error{ErrorCode::InvalidArgument, QStringLiteral("Chunks of 4 GiB or more cannot be written"),
                     m_state->path};
    }
    if (chunkRows > 0) {
        column.blockBytes = static_cast<std::size_t>(chunkRows) * column.rowBytes;
        column.encoder.emplace(plan.filter, plan.level, column.rowBytes, column.blockBytes);
    }
    const auto made = m_state->guarded([&] {
        H5::DSetCreatPropList creation;
        // The same events make the same bytes, whenever they are written.
        if (H5Pset_obj_track_times(creation.getId(), false) < 0) {
            throw H5::PropListIException("H5Pset_obj_track_times", "times of change cannot be left out");
        }
        if (column.encoder) {
            const hsize_t dimension = chunkRows;
            creation.setChunk(1, &dimension);
            for (const FilterStep& step : column.encoder->steps()) {
                makeFilterKnown(step.id);
                creation.setFilter(step.id, step.optional ? H5Z_FLAG_OPTIONAL : H5Z_FLAG_MANDATORY,
                                   step.parameters.size(), step.parameters.data());
            }
        } else {
            creation.setAllocTime(H5D_ALLOC_TIME_EARLY);
        }
        creation.setFillTime(H5D_FILL_TIME_NEVER);
        const hsize_t rows = plan.rows;
        const H5::DataSpace space(1, &rows);
        H5::LinkCreatPropList links;
        links.setCreateIntermediateGroup(true);
        const hid_t id = H5Dcreate2(m_state->file->getId(), plan.path.c_str(), fileType(plan.type).getId(),
                                    space.getId(), links.getId(), creation.getId(), H5P_DEFAULT);
        if (id < 0) {
            throw H5::DataSetIException("H5Dcreate2", "the column " + plan.path + " was refused");
        }
        column.dataset = H5::DataSet(id);
        H5Dclose(id); // The object holds its own reference.
    });
    if (!made) {
        return made.error();
    }
    m_state->columns.push_back(std::move(column));
    return m_state->columns.size() - 1;
}

Result<void> Hdf5Writer::appendBytes(ColumnId columnId, std::span<const std::byte> rows)
{
    State::Column& column = m_state->columns.at(columnId);
    const std::uint64_t count = rows.size() / column.rowBytes;
    if (rows.size() % column.rowBytes != 0 || count > column.plan.rows - column.rowsTaken) {
        return Error{ErrorCode::Internal,
                     QString(u"Writing the file failed: too many rows for " %
                             QString::fromStdString(column.plan.path)),
                     m_state->path};
    }
    column.rowsTaken += count;
    if (!column.encoder) {
        return rows.empty() ? Result<void>() : m_state->writeRows(column, rows);
    }
    while (!rows.empty()) {
        if (column.partial.empty() && rows.size() >= column.blockBytes) {
            if (auto written = m_state->writeChunk(column, rows.first(column.blockBytes)); !written) {
                return written;
            }
            rows = rows.subspan(column.blockBytes);
            continue;
        }
        const std::size_t taken = std::min(rows.size(), column.blockBytes - column.partial.size());
        column.partial.insert(column.partial.end(), rows.begin(),
                              rows.begin() + static_cast<std::ptrdiff_t>(taken));
        rows = rows.subspan(taken);
        if (column.partial.size() == column.blockBytes) {
            auto written = m_state->writeChunk(column, column.partial);
            column.partial.clear();
            if (!written) {
                return written;
            }
        }
    }
    return {};
}

Result<void> Hdf5Writer::setAttribute(const std::string& objectPath, const std::string& name,
                                      const AttributeValue& value)
{
    return m_state->guarded([&] {
        const hid_t object = H5Oopen(m_state->file->getId(), objectPath.c_str(), H5P_DEFAULT);
        if (object < 0) {
            throw H5::AttributeIException("H5Oopen", "there is no " + objectPath);
        }
        const auto put = [&](const H5::DataType& type, const H5::DataSpace& space, const void* bytes) {
            const hid_t attribute =
                H5Acreate2(object, name.c_str(), type.getId(), space.getId(), H5P_DEFAULT, H5P_DEFAULT);
            const bool written = attribute >= 0 && H5Awrite(attribute, type.getId(), bytes) >= 0;
            if (attribute >= 0) {
                H5Aclose(attribute);
            }
            H5Oclose(object);
            if (!written) {
                throw H5::AttributeIException("H5Awrite", "the attribute " + name + " was refused");
            }
        };
        const H5::DataSpace scalar(H5S_SCALAR);
        if (const auto* whole = std::get_if<std::int64_t>(&value)) {
            put(H5::PredType::STD_I64LE, scalar, whole);
        } else if (const auto* natural = std::get_if<std::uint64_t>(&value)) {
            put(H5::PredType::STD_U64LE, scalar, natural);
        } else if (const auto* real = std::get_if<double>(&value)) {
            put(H5::PredType::IEEE_F64LE, scalar, real);
        } else if (const auto* text = std::get_if<std::string>(&value)) {
            H5::StrType type(H5::PredType::C_S1, H5T_VARIABLE);
            type.setCset(H5T_CSET_UTF8);
            const char* characters = text->c_str();
            put(type, scalar, &characters);
        } else if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value)) {
            const hsize_t count = list->size();
            put(H5::PredType::STD_I64LE, H5::DataSpace(1, &count), list->data());
        }
    });
}

Result<std::uint64_t> Hdf5Writer::commit()
{
    for (State::Column& column : m_state->columns) {
        if (const auto written = m_state->finish(column); !written) {
            return written.error();
        }
    }
    m_state->close();
    if (const auto written = m_state->sink.state(); !written) {
        return written.error();
    }
    if (!m_state->closedWell) {
        return Error{ErrorCode::Internal, QStringLiteral("Writing the file failed: HDF5 could not close it"),
                     m_state->path};
    }
    return m_state->sink.publish();
}

} // namespace perihelion
