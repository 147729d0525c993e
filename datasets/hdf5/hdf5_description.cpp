// SPDX-License-Identifier: GPL-3.0-or-later
// Hdf5File::describe: what a dataset looks like on disk.

#include "datasets/hdf5/chunk_grid.h"
#include "datasets/hdf5/filter_ids.h"
#include "datasets/hdf5/hdf5_file.h"
#include "datasets/hdf5/hdf5_file_state.h"
#include "datasets/hdf5/hdf5_gate.h"
#include "datasets/hdf5/hdf5_source.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include <H5Cpp.h>

namespace perihelion {

namespace {

constexpr int kMaxMembers = 256;
/// What a dataset that was never written may claim: the library makes its fill values up one by one.
constexpr std::uint64_t kMaxUnwrittenBytes = 1ULL << 30;

struct ScalarReading {
    ScalarType type = ScalarType::Unsupported;
    bool bigEndian = false;
    bool plainBits = true; ///< The file's bytes are the value; else only the library's conversion gives it.
};

ScalarType integerType(std::size_t size, bool isSigned)
{
    switch (size) {
    case 1:
        return isSigned ? ScalarType::I8 : ScalarType::U8;
    case 2:
        return isSigned ? ScalarType::I16 : ScalarType::U16;
    case 4:
        return isSigned ? ScalarType::I32 : ScalarType::U32;
    case 8:
        return isSigned ? ScalarType::I64 : ScalarType::U64;
    default:
        return ScalarType::Unsupported;
    }
}

/// Reads a number type; the C++ API asks for the class beforehand, so the C calls take the plain DataType.
ScalarReading readScalar(const H5::DataType& type)
{
    ScalarReading reading;
    const std::size_t size = type.getSize();
    const hid_t id = type.getId();
    switch (type.getClass()) {
    case H5T_INTEGER:
        reading.type = integerType(size, H5Tget_sign(id) == H5T_SGN_2);
        reading.plainBits = H5Tget_precision(id) == 8 * size;
        break;
    case H5T_BITFIELD: // some writers keep their booleans so
        reading.type = integerType(size, false);
        reading.plainBits = H5Tget_precision(id) == 8 * size;
        break;
    case H5T_FLOAT:
        reading.type = size == 4 ? ScalarType::F32 : size == 8 ? ScalarType::F64 : ScalarType::Unsupported;
        reading.plainBits = H5Tequal(id, size == 4 ? H5T_IEEE_F32LE : H5T_IEEE_F64LE) > 0 ||
                            H5Tequal(id, size == 4 ? H5T_IEEE_F32BE : H5T_IEEE_F64BE) > 0;
        break;
    case H5T_ENUM:
        return readScalar(type.getSuper());
    default:
        return reading;
    }
    const H5T_order_t order = H5Tget_order(id);
    reading.bigEndian = order == H5T_ORDER_BE;
    if (order != H5T_ORDER_BE && order != H5T_ORDER_LE && size > 1) {
        reading.type = ScalarType::Unsupported;
    }
    return reading;
}

/// Variable-length parts take another size in the file than the library's type says.
bool hasVariableLength(const H5::DataType& type)
{
    switch (type.getClass()) {
    case H5T_VLEN:
        return true;
    case H5T_STRING:
        return type.isVariableStr();
    case H5T_ARRAY:
        return hasVariableLength(type.getSuper());
    case H5T_COMPOUND: {
        const int members = H5Tget_nmembers(type.getId());
        for (int index = 0; index < members; ++index) {
            const hid_t id = H5Tget_member_type(type.getId(), static_cast<unsigned>(index));
            const H5::DataType member(id);
            H5Idec_ref(id); // The object above has added a reference of its own.
            if (hasVariableLength(member)) {
                return true;
            }
        }
        return false;
    }
    default:
        return false;
    }
}

/// Fills members and recordBytes. False when some member cannot be read straight from the file's bytes.
bool readType(const H5::DataSet& dataset, DatasetDescription& description)
{
    const H5::DataType type = dataset.getDataType();
    description.recordBytes = static_cast<std::uint32_t>(type.getSize());
    bool plain = !hasVariableLength(type);
    if (type.getClass() != H5T_COMPOUND) {
        const ScalarReading reading = readScalar(type);
        description.members.push_back({std::string(), 0, reading.type, reading.bigEndian});
        return reading.plainBits;
    }
    const H5::CompType compound(dataset);
    const int members = std::min(compound.getNmembers(), kMaxMembers);
    for (int index = 0; index < members; ++index) {
        const auto number = static_cast<unsigned>(index);
        const ScalarReading reading = readScalar(compound.getMemberDataType(number));
        RecordMember member;
        member.name = compound.getMemberName(number);
        member.offset = static_cast<std::uint32_t>(compound.getMemberOffset(number));
        member.type = reading.type;
        member.bigEndian = reading.bigEndian;
        plain = plain && reading.plainBits;
        description.members.push_back(std::move(member));
    }
    return plain;
}

/// The C++ getFilter also asks what the filter can do, which fails for one that the library does not have.
std::optional<FilterSpec> readFilter(const H5::DSetCreatPropList& creation, int index)
{
    constexpr std::size_t kMaxClientValues = 64;
    std::array<unsigned, kMaxClientValues> values{};
    std::size_t count = values.size();
    unsigned flags = 0;
    const H5Z_filter_t id = H5Pget_filter2(creation.getId(), static_cast<unsigned>(index), &flags, &count,
                                           values.data(), 0, nullptr, nullptr);
    if (id < 0) {
        return std::nullopt;
    }
    FilterSpec filter;
    filter.id = static_cast<std::uint32_t>(id);
    filter.flags = flags;
    filter.clientValues.assign(values.begin(),
                               values.begin() + static_cast<std::ptrdiff_t>(std::min(count, values.size())));
    return filter;
}

class Describer {
public:
    Describer(const H5::DataSet& dataset, std::uint64_t fileBytes, DatasetDescription& description)
        : m_dataset(dataset),
          m_fileBytes(fileBytes),
          m_description(description)
    {
    }

    Result<void> run(bool inThisFile);

private:
    Result<void> readShape();
    Result<void> readStorage();
    Result<void> readChunks(const H5::DSetCreatPropList& creation);
    Result<void> readContiguous();
    Error absurd(const QString& what) const;

    const H5::DataSet& m_dataset;
    std::uint64_t m_fileBytes;
    DatasetDescription& m_description;
    bool m_plainBits = true;
};

Error Describer::absurd(const QString& what) const
{
    return {ErrorCode::Corrupt,
            QStringLiteral("Reading dataset %1 failed because it says %2")
                .arg(QString::fromStdString(m_description.path), what),
            QString()};
}

Result<void> Describer::run(bool inThisFile)
{
    m_plainBits = readType(m_dataset, m_description);
    Result<void> shape = readShape();
    if (!shape) {
        return shape;
    }
    m_description.storageBytes = m_dataset.getStorageSize();
    const bool tabular = m_description.rank == 1 || m_description.rank == 2;
    Result<void> storage = readStorage();
    if (!storage) {
        return storage;
    }
    if (!inThisFile || !tabular || !m_plainBits) {
        m_description.kind = StorageKind::LibraryOnly;
    }
    return {};
}

Result<void> Describer::readShape()
{
    const H5::DataSpace space = m_dataset.getSpace();
    m_description.rank = 0;
    if (space.getSimpleExtentType() == H5S_NULL) {
        return {};
    }
    m_description.rank = space.getSimpleExtentNdims();
    if (m_description.rank == 0) {
        m_description.rows = 1;
        return {};
    }
    if (m_description.rank > 2) {
        return {};
    }
    std::array<hsize_t, 2> extent{0, 1};
    space.getSimpleExtentDims(extent.data());
    m_description.rows = extent.at(0);
    std::uint64_t cells = 0;
    std::uint64_t totalBytes = 0;
    if (extent.at(1) > std::numeric_limits<std::uint32_t>::max() ||
        __builtin_mul_overflow(extent.at(0), extent.at(1), &cells) ||
        __builtin_mul_overflow(cells, m_description.recordBytes, &totalBytes) || totalBytes > (1ULL << 62)) {
        return absurd(QStringLiteral("it has %1 × %2 elements").arg(extent.at(0)).arg(extent.at(1)));
    }
    m_description.columns = static_cast<std::uint32_t>(extent.at(1));
    return {};
}

Result<void> Describer::readStorage()
{
    const H5::DSetCreatPropList creation = m_dataset.getCreatePlist();
    switch (creation.getLayout()) {
    case H5D_COMPACT:
        m_description.kind = StorageKind::Compact;
        return {};
    case H5D_CONTIGUOUS:
        m_description.kind = StorageKind::LibraryOnly;
        if (!Hdf5Source::hasOrdinaryStorage(m_dataset)) {
            return absurd(QStringLiteral("its values lie in something that is no ordinary file"));
        }
        return creation.getExternalCount() == 0 ? readContiguous() : Result<void>();
    case H5D_CHUNKED:
        return readChunks(creation);
    default:
        m_description.kind = StorageKind::LibraryOnly;
        return {};
    }
}

Result<void> Describer::readContiguous()
{
    // H5Dget_offset directly: the C++ call throws where nothing has been written yet. Behind a user block the
    // library then gives a wrong address instead of none, but it knows that nothing is stored.
    const haddr_t address = H5Dget_offset(m_dataset.getId());
    const std::uint64_t bytes = m_description.rows * m_description.columns * m_description.recordBytes;
    if (address != HADDR_UNDEF && bytes <= m_description.storageBytes && address <= m_fileBytes &&
        bytes <= m_fileBytes - address) {
        m_description.kind = StorageKind::Contiguous;
        m_description.contiguousAddress = address;
    } else if (m_description.storageBytes == 0 && bytes > kMaxUnwrittenBytes) {
        return absurd(QStringLiteral("it has %1 elements, of which none is stored").arg(m_description.rows));
    }
    return {};
}

Result<void> Describer::readChunks(const H5::DSetCreatPropList& creation)
{
    std::array<hsize_t, H5S_MAX_RANK> chunk{};
    const int rank = creation.getChunk(H5S_MAX_RANK, chunk.data());
    std::uint64_t chunkBytes = m_description.recordBytes;
    for (int dimension = 0; dimension < rank; ++dimension) {
        const hsize_t length = chunk.at(static_cast<std::size_t>(dimension));
        if (length == 0 || __builtin_mul_overflow(chunkBytes, length, &chunkBytes) ||
            chunkBytes > kMaxChunkBytes) {
            return absurd(QStringLiteral("its chunks hold more than %1 bytes each").arg(kMaxChunkBytes));
        }
    }
    const int filters = creation.getNfilters();
    for (int index = 0; index < filters; ++index) {
        std::optional<FilterSpec> filter = readFilter(creation, index);
        if (!filter) {
            return absurd(QStringLiteral("it passed a filter that cannot be read"));
        }
        m_description.filters.push_back(std::move(*filter));
    }
    m_description.kind = StorageKind::Chunked;
    if (rank != m_description.rank || rank > 2) {
        m_description.kind = StorageKind::LibraryOnly;
        return {};
    }
    m_description.chunkRows = chunk.at(0);
    m_description.chunkColumns = rank == 2 ? static_cast<std::uint32_t>(chunk.at(1)) : 1;
    return ChunkGrid::checkPlausible(m_description, m_fileBytes);
}

} // namespace

Result<DatasetDescription> Hdf5File::describe(const std::string& datasetPath) const
{
    const auto gate = lockHdf5();
    DatasetDescription description;
    description.path = datasetPath;
    try {
        const H5::DataSet dataset = m_state->file->openDataSet(datasetPath);
        H5O_info_t details = {};
        dataset.getObjinfo(details);
        description.objectHeaderAddress = details.addr;
        Describer describer(dataset, m_bytes->identity().sizeBytes, description);
        Result<void> done = describer.run(details.fileno == m_state->fileNumber);
        if (!done) {
            return Error{done.error().code, done.error().message, m_bytes->path()};
        }
    } catch (const H5::Exception& exception) {
        return libraryError(QStringLiteral("Reading dataset %1").arg(QString::fromStdString(datasetPath)),
                            exception, m_bytes->path());
    }
    return description;
}

} // namespace perihelion
