// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/dataset_description.h"

#include <array>
#include <cstddef>

namespace perihelion {

namespace {

struct RegisteredFilter {
    std::uint32_t id;
    const char16_t* name;
};

// HDF5's own filters and those of The HDF Group's registry that turn up in recordings.
constexpr std::array kRegisteredFilters{
    RegisteredFilter{1, u"deflate"},        RegisteredFilter{2, u"shuffle"},
    RegisteredFilter{3, u"Fletcher32"},     RegisteredFilter{4, u"szip"},
    RegisteredFilter{5, u"N-bit"},          RegisteredFilter{6, u"scale-offset"},
    RegisteredFilter{305, u"LZO"},          RegisteredFilter{307, u"bzip2"},
    RegisteredFilter{32000, u"LZF"},        RegisteredFilter{32001, u"Blosc"},
    RegisteredFilter{32002, u"MAFISC"},     RegisteredFilter{32003, u"Snappy"},
    RegisteredFilter{32004, u"LZ4"},        RegisteredFilter{32005, u"APAX"},
    RegisteredFilter{32006, u"CBF"},        RegisteredFilter{32007, u"JPEG-XR"},
    RegisteredFilter{32008, u"bitshuffle"}, RegisteredFilter{32009, u"SPDP"},
    RegisteredFilter{32010, u"LPC-Rice"},   RegisteredFilter{32011, u"CCSDS-123"},
    RegisteredFilter{32012, u"JPEG-LS"},    RegisteredFilter{32013, u"ZFP"},
    RegisteredFilter{32014, u"FPZIP"},      RegisteredFilter{32015, u"Zstandard"},
    RegisteredFilter{32016, u"B3D"},        RegisteredFilter{32017, u"SZ"},
    RegisteredFilter{32018, u"FCIDECOMP"},  RegisteredFilter{32019, u"JPEG"},
    RegisteredFilter{32020, u"VBZ"},        RegisteredFilter{32021, u"FAPEC"},
    RegisteredFilter{32022, u"BitGroom"},   RegisteredFilter{32023, u"Granular BitRound"},
    RegisteredFilter{32024, u"SZ3"},        RegisteredFilter{32025, u"Delta-Rice"},
    RegisteredFilter{32026, u"Blosc2"},     RegisteredFilter{32027, u"FLAC"},
    RegisteredFilter{36559, u"ECF"},
};

std::uint32_t clientValue(const FilterSpec& filter, std::size_t index)
{
    return index < filter.clientValues.size() ? filter.clientValues.at(index) : 0;
}

QString bloscLabel(const FilterSpec& filter)
{
    constexpr std::array kCodecs{u"blosclz", u"lz4", u"lz4hc", u"snappy", u"zlib", u"zstd"};
    const std::uint32_t codec = clientValue(filter, 6);
    QString label = QStringLiteral("Blosc (");
    label += codec < kCodecs.size() ? QString::fromUtf16(kCodecs.at(codec))
                                    : QStringLiteral("codec %1").arg(codec);
    if (filter.clientValues.size() > 4) {
        label += QStringLiteral(" %1").arg(clientValue(filter, 4));
    }
    const std::uint32_t shuffle = clientValue(filter, 5);
    if (shuffle == 1) {
        label += QStringLiteral(", shuffle");
    } else if (shuffle == 2) {
        label += QStringLiteral(", bit shuffle");
    }
    label += u')';
    return label;
}

} // namespace

std::uint32_t scalarSize(ScalarType type)
{
    switch (type) {
    case ScalarType::Unsupported:
        return 0;
    case ScalarType::I8:
    case ScalarType::U8:
        return 1;
    case ScalarType::I16:
    case ScalarType::U16:
        return 2;
    case ScalarType::I32:
    case ScalarType::U32:
    case ScalarType::F32:
        return 4;
    case ScalarType::I64:
    case ScalarType::U64:
    case ScalarType::F64:
        return 8;
    }
    return 0;
}

QString scalarName(ScalarType type)
{
    switch (type) {
    case ScalarType::Unsupported:
        return QStringLiteral("unsupported");
    case ScalarType::I8:
        return QStringLiteral("int8");
    case ScalarType::U8:
        return QStringLiteral("uint8");
    case ScalarType::I16:
        return QStringLiteral("int16");
    case ScalarType::U16:
        return QStringLiteral("uint16");
    case ScalarType::I32:
        return QStringLiteral("int32");
    case ScalarType::U32:
        return QStringLiteral("uint32");
    case ScalarType::I64:
        return QStringLiteral("int64");
    case ScalarType::U64:
        return QStringLiteral("uint64");
    case ScalarType::F32:
        return QStringLiteral("float32");
    case ScalarType::F64:
        return QStringLiteral("float64");
    }
    return QStringLiteral("unsupported");
}

QString filterName(std::uint32_t id)
{
    for (const RegisteredFilter& known : kRegisteredFilters) {
        if (known.id == id) {
            return QString::fromUtf16(known.name);
        }
    }
    return QStringLiteral("unknown");
}

QString filterLabel(const FilterSpec& filter)
{
    switch (filter.id) {
    case 1:     // deflate: level
    case 32015: // Zstandard: level
        return filter.clientValues.empty()
                   ? filterName(filter.id)
                   : QStringLiteral("%1 %2").arg(filterName(filter.id)).arg(clientValue(filter, 0));
    case 32001:
        return bloscLabel(filter);
    case 32008: { // bitshuffle: value 4 names the codec behind it
        const std::uint32_t codec = clientValue(filter, 4);
        return codec == 2   ? QStringLiteral("bitshuffle (lz4)")
               : codec == 3 ? QStringLiteral("bitshuffle (zstd)")
                            : QStringLiteral("bitshuffle");
    }
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 32000:
    case 32004:
        return filterName(filter.id);
    default:
        return QStringLiteral("filter %1 (%2)").arg(filter.id).arg(filterName(filter.id));
    }
}

} // namespace perihelion
