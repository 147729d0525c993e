// SPDX-License-Identifier: GPL-3.0-or-later
// Hdf5File: attributes and small datasets as lists of numbers or texts.

#include "datasets/hdf5/hdf5_file.h"
#include "datasets/hdf5/hdf5_file_state.h"
#include "datasets/hdf5/hdf5_gate.h"
#include "datasets/hdf5/library_filters.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include <H5Cpp.h>

namespace perihelion {

namespace {

constexpr std::size_t kMaxTextBytes = 1 << 20; // all texts of one value together
constexpr std::size_t kMaxAttributeElements = 64;

using RawReader = std::function<herr_t(hid_t memoryType, void* target)>;

std::string upToNul(const char* text, std::size_t length)
{
    const std::size_t used = strnlen(text, length);
    return {text, used};
}

std::optional<SmallValue> readTexts(const H5::DataType& type, hid_t space, std::size_t count,
                                    const RawReader& read)
{
    std::vector<std::string> texts;
    texts.reserve(count);
    if (H5Tis_variable_str(type.getId()) > 0) {
        H5::StrType memory(H5::PredType::C_S1, H5T_VARIABLE);
        H5Tset_cset(memory.getId(), H5Tget_cset(type.getId()));
        std::vector<char*> pointers(count, nullptr);
        if (read(memory.getId(), pointers.data()) < 0) {
            return std::nullopt;
        }
        for (const char* text : pointers) {
            texts.push_back(text == nullptr ? std::string() : upToNul(text, kMaxTextBytes));
        }
        H5Dvlen_reclaim(memory.getId(), space, H5P_DEFAULT, pointers.data());
        return SmallValue(std::move(texts));
    }
    const std::size_t size = type.getSize();
    if (size == 0 || size > kMaxTextBytes / count) {
        return std::nullopt;
    }
    std::vector<char> bytes(size * count);
    if (read(type.getId(), bytes.data()) < 0) {
        return std::nullopt;
    }
    const bool spacePadded = H5Tget_strpad(type.getId()) == H5T_STR_SPACEPAD;
    for (std::size_t index = 0; index < count; ++index) {
        std::string text = upToNul(bytes.data() + index * size, size);
        while (spacePadded && !text.empty() && text.back() == ' ') {
            text.pop_back();
        }
        texts.push_back(std::move(text));
    }
    return SmallValue(std::move(texts));
}

/// The elements of an attribute or dataset, or empty for a type that is neither number nor text.
std::optional<SmallValue> readElements(const H5::DataType& type, const H5::DataSpace& space,
                                       std::size_t maxElements, const RawReader& read)
{
    const hssize_t points = space.getSimpleExtentNpoints();
    if (points < 0 || static_cast<std::size_t>(points) > maxElements) {
        return std::nullopt;
    }
    const auto count = static_cast<std::size_t>(points);
    const H5T_class_t kind = type.getClass();
    if (kind == H5T_INTEGER || kind == H5T_ENUM || kind == H5T_BITFIELD) {
        std::vector<std::int64_t> numbers(count);
        // A bit field does not convert to a number, but reads as one of its own width.
        const bool bits = kind == H5T_BITFIELD;
        if (bits && type.getSize() != 1) {
            return std::nullopt;
        }
        if (bits) {
            std::vector<std::uint8_t> raw(count);
            if (count > 0 && read(type.getId(), raw.data()) < 0) {
                return std::nullopt;
            }
            std::copy(raw.begin(), raw.end(), numbers.begin());
        } else if (count > 0 && read(H5T_NATIVE_INT64, numbers.data()) < 0) {
            return std::nullopt;
        }
        return SmallValue(std::move(numbers));
    }
    if (kind == H5T_FLOAT) {
        std::vector<double> numbers(count);
        if (count > 0 && read(H5T_NATIVE_DOUBLE, numbers.data()) < 0) {
            return std::nullopt;
        }
        return SmallValue(std::move(numbers));
    }
    if (kind == H5T_STRING) {
        return count == 0 ? SmallValue(std::vector<std::string>())
                          : readTexts(type, space.getId(), count, read);
    }
    return std::nullopt;
}

/// The C++ API opens groups and datasets by different calls; attributes are the same on both.
std::optional<H5::Attribute> openAttribute(const H5::H5Object& object, const std::string& name)
{
    return object.attrExists(name) ? std::optional(object.openAttribute(name)) : std::nullopt;
}

std::vector<std::string> namesOf(const H5::H5Object& object)
{
    constexpr int kMaxAttributes = 1024;
    std::vector<std::string> names;
    const int count = std::min(object.getNumAttrs(), kMaxAttributes);
    names.reserve(static_cast<std::size_t>(std::max(count, 0)));
    for (int index = 0; index < count; ++index) {
        names.push_back(object.openAttribute(static_cast<unsigned>(index)).getName());
    }
    return names;
}

bool isDataset(const H5::H5File& file, const std::string& path)
{
    return !path.empty() && path != "/" && file.childObjType(path) == H5O_TYPE_DATASET;
}

} // namespace

std::optional<SmallValue> Hdf5File::attribute(const std::string& objectPath, const std::string& name) const
{
    const auto gate = lockHdf5();
    try {
        const H5::H5File& file = *m_state->file;
        const std::optional<H5::Attribute> attribute =
            isDataset(file, objectPath)
                ? openAttribute(file.openDataSet(objectPath), name)
                : openAttribute(file.openGroup(objectPath.empty() ? "/" : objectPath), name);
        if (!attribute) {
            return std::nullopt;
        }
        const hid_t id = attribute->getId();
        return readElements(attribute->getDataType(), attribute->getSpace(), kMaxAttributeElements,
                            [id](hid_t memoryType, void* target) { return H5Aread(id, memoryType, target); });
    } catch (const H5::Exception&) {
        return std::nullopt;
    }
}

std::vector<std::string> Hdf5File::attributeNames(const std::string& objectPath) const
{
    const auto gate = lockHdf5();
    try {
        const H5::H5File& file = *m_state->file;
        return isDataset(file, objectPath) ? namesOf(file.openDataSet(objectPath))
                                           : namesOf(file.openGroup(objectPath.empty() ? "/" : objectPath));
    } catch (const H5::Exception&) {
        return {};
    }
}

Result<SmallValue> Hdf5File::readSmall(const std::string& datasetPath, std::size_t maxElements) const
{
    const QString doing = QStringLiteral("Reading dataset %1").arg(QString::fromStdString(datasetPath));
    // Refuses absurd chunks, which the library would allocate before it looks at them.
    const Result<DatasetDescription> description = describe(datasetPath);
    if (!description) {
        return description.error();
    }
    if (!isSafeForLibrary(*description)) {
        return Error{ErrorCode::Corrupt,
                     QString(doing % u" failed because its chunks are longer than its filter can make them"),
                     m_bytes->path()};
    }
    const auto gate = lockHdf5();
    try {
        const H5::DataSet dataset = m_state->file->openDataSet(datasetPath);
        const hid_t id = dataset.getId();
        const H5::DataSpace space = dataset.getSpace();
        if (space.getSimpleExtentNpoints() > static_cast<hssize_t>(maxElements)) {
            return Error{
                ErrorCode::TooLarge,
                QString(doing %
                        QStringLiteral(" failed because it has more than %1 elements").arg(maxElements)),
                m_bytes->path()};
        }
        std::optional<SmallValue> value =
            readElements(dataset.getDataType(), space, maxElements, [id](hid_t memoryType, void* target) {
                return H5Dread(id, memoryType, H5S_ALL, H5S_ALL, H5P_DEFAULT, target);
            });
        if (value) {
            return std::move(*value);
        }
    } catch (const H5::Exception& exception) {
        return libraryError(doing, exception, m_bytes->path());
    }
    return Error{
        ErrorCode::Corrupt,
        QString(doing % u" failed because its elements are neither numbers nor texts that can be read"),
        m_bytes->path()};
}

} // namespace perihelion
