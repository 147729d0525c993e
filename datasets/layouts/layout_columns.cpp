// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/layouts/layout_columns.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <cmath>
#include <cstring>

namespace perihelion {

namespace {

/// Which logical column a name stands for, case-insensitively; kColumnCount for none.
ColumnIndex columnOfName(const std::string& name)
{
    static const std::map<std::string, ColumnIndex> aliases = {
        {"t", kTimeColumn},
        {"ts", kTimeColumn},
        {"time", kTimeColumn},
        {"times", kTimeColumn},
        {"timestamp", kTimeColumn},
        {"timestamps", kTimeColumn},
        {"t_us", kTimeColumn},
        {"x", kXColumn},
        {"xs", kXColumn},
        {"x_pos", kXColumn},
        {"y", kYColumn},
        {"ys", kYColumn},
        {"y_pos", kYColumn},
        {"p", kPolarityColumn},
        {"ps", kPolarityColumn},
        {"pol", kPolarityColumn},
        {"pols", kPolarityColumn},
        {"polarity", kPolarityColumn},
        {"polarities", kPolarityColumn},
        {"on", kPolarityColumn},
    };
    const auto found = aliases.find(loweredName(name));
    return found == aliases.end() ? kColumnCount : found->second;
}

template <typename T>
double loadNumber(std::array<std::byte, 8> bytes)
{
    T value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return static_cast<double>(value);
}

double numberAt(const std::byte* at, const RecordMember& member)
{
    const std::size_t size = scalarSize(member.type);
    std::array<std::byte, 8> bytes{};
    std::copy_n(at, size, bytes.begin());
    if (member.bigEndian != (std::endian::native == std::endian::big)) {
        std::reverse(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    }
    switch (member.type) {
    case ScalarType::I8:
        return loadNumber<std::int8_t>(bytes);
    case ScalarType::U8:
        return loadNumber<std::uint8_t>(bytes);
    case ScalarType::I16:
        return loadNumber<std::int16_t>(bytes);
    case ScalarType::U16:
        return loadNumber<std::uint16_t>(bytes);
    case ScalarType::I32:
        return loadNumber<std::int32_t>(bytes);
    case ScalarType::U32:
        return loadNumber<std::uint32_t>(bytes);
    case ScalarType::I64:
        return loadNumber<std::int64_t>(bytes);
    case ScalarType::U64:
        return loadNumber<std::uint64_t>(bytes);
    case ScalarType::F32:
        return loadNumber<float>(bytes);
    case ScalarType::F64:
        return loadNumber<double>(bytes);
    case ScalarType::Unsupported:
        break;
    }
    return 0;
}

const char* columnWord(ColumnIndex column)
{
    static constexpr const char* words[] = {"time", "x", "y", "polarity"};
    return words[column];
}

} // namespace

QString textOf(const std::string& utf8)
{
    return QString::fromStdString(utf8);
}

std::string loweredName(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

std::string baseName(const std::string& path)
{
    return path.substr(path.rfind('/') + 1);
}

Error unsupportedLayout(const QString& message)
{
    return Error{ErrorCode::UnsupportedLayout, message, QString()};
}

std::map<ColumnIndex, std::string> columnsIn(const Hdf5File& file, const std::string& group)
{
    std::map<ColumnIndex, std::string> found;
    const auto children = file.children(group);
    if (!children) {
        return found;
    }
    for (const ObjectEntry& child : *children) {
        const ColumnIndex column = columnOfName(baseName(child.path));
        if (child.kind == ObjectKind::Dataset && column != kColumnCount) {
            // "t" wins over its longer aliases when a group has both.
            auto [place, inserted] = found.try_emplace(column, child.path);
            if (!inserted && baseName(child.path).size() < baseName(place->second).size()) {
                place->second = child.path;
            }
        }
    }
    return found;
}

Result<RecordingLayout> layoutFromColumns(const Hdf5File& file, LayoutKind kind, const std::string& group)
{
    const std::map<ColumnIndex, std::string> paths = columnsIn(file, group);
    RecordingLayout layout;
    layout.kind = kind;
    std::uint64_t longest = 0;
    std::uint64_t shortest = ~0ULL;
    QString lengths;
    QStringList names;
    for (const ColumnIndex column : {kTimeColumn, kXColumn, kYColumn, kPolarityColumn}) {
        const auto path = paths.find(column);
        if (path == paths.end()) {
            if (column != kPolarityColumn) {
                return unsupportedLayout(QStringLiteral("The recording has no %1 column in %2")
                                             .arg(QLatin1String(columnWord(column)), textOf(group)));
            }
            continue;
        }
        Result<DatasetDescription> description = file.describe(path->second);
        if (!description) {
            return description.error();
        }
        if (description->members.size() != 1 || description->members[0].type == ScalarType::Unsupported ||
            description->columns != 1 || description->rank < 1 || description->rank > 2) {
            return unsupportedLayout(QStringLiteral("The %1 column %2 is not a plain list of numbers")
                                         .arg(QLatin1String(columnWord(column)), textOf(path->second)));
        }
        longest = std::max(longest, description->rows);
        shortest = std::min(shortest, description->rows);
        lengths +=
            QStringLiteral("%1%2 %3").arg(lengths.isEmpty() ? QString() : QStringLiteral(", "),
                                          textOf(baseName(path->second)), QString::number(description->rows));
        names << textOf(baseName(path->second));
        ColumnSource& source = layout.columns[column];
        source.dataset = static_cast<int>(layout.datasets.size());
        source.member = description->members[0];
        layout.datasets.push_back(std::move(*description));
    }
    layout.rows = shortest;
    layout.columnPaths = QString(textOf(group).mid(1) % u"/{" % names.join(u',') % u'}');
    if (longest != shortest) {
        layout.notes.push_back(
            Note{NoteKind::UnequalColumns,
                 QStringLiteral("Columns are of unequal length (%1): read up to the shortest").arg(lengths),
                 static_cast<std::int64_t>(longest - shortest)});
    }
    return layout;
}

Result<RecordingLayout> layoutFromCompound(const Hdf5File& file, LayoutKind kind, const std::string& path)
{
    Result<DatasetDescription> description = file.describe(path);
    if (!description) {
        return description.error();
    }
    if (description->columns != 1) {
        return unsupportedLayout(QStringLiteral("The records of %1 are not a plain list").arg(textOf(path)));
    }
    RecordingLayout layout;
    layout.kind = kind;
    QStringList names;
    for (const RecordMember& member : description->members) {
        const ColumnIndex column = columnOfName(member.name);
        if (column != kColumnCount && !layout.columns[column].exists()) {
            layout.columns[column] = ColumnSource{0, 0, member};
            names << textOf(member.name);
        }
    }
    for (const ColumnIndex column : {kTimeColumn, kXColumn, kYColumn, kPolarityColumn}) {
        const ColumnSource& source = layout.columns[column];
        if (!source.exists() && column == kPolarityColumn) {
            continue;
        }
        if (!source.exists() || source.member.type == ScalarType::Unsupported) {
            return unsupportedLayout(QStringLiteral("The records of %1 have no %2 member of a number type")
                                         .arg(textOf(path), QLatin1String(columnWord(column))));
        }
    }
    layout.rows = description->rows;
    layout.columnPaths = QString(textOf(path).mid(1) % u'{' % names.join(u',') % u'}');
    layout.datasets.push_back(std::move(*description));
    return layout;
}

RecordingLayout layoutFromTable(DatasetDescription description, LayoutKind kind,
                                const std::array<ColumnIndex, 4>& order)
{
    RecordingLayout layout;
    layout.kind = kind;
    QStringList names;
    for (std::uint32_t at = 0; at < 4; ++at) {
        layout.columns[order[at]] = ColumnSource{0, at, description.members[0]};
        names << QString(QLatin1String("xytp").at(order[at] == kTimeColumn ? 2
                                                  : order[at] == kXColumn  ? 0
                                                  : order[at] == kYColumn  ? 1
                                                                           : 3));
    }
    layout.rows = description.rows;
    layout.columnPaths =
        QString(textOf(description.path).mid(1) % QStringLiteral(" N×4 [") % names.join(u',') % u']');
    layout.datasets.push_back(std::move(description));
    return layout;
}

bool isTable(const DatasetDescription& description)
{
    return description.rank == 2 && description.columns == 4 && description.members.size() == 1 &&
           description.members[0].type != ScalarType::Unsupported;
}

std::optional<std::array<std::size_t, 4>> fallsOfColumns(const Hdf5File& file,
                                                         const DatasetDescription& description)
{
    const std::uint64_t rows = std::min<std::uint64_t>(description.rows, 256);
    std::vector<std::byte> bytes(rows * 4 * description.recordBytes);
    if (!file.readRows(description, 0, rows, bytes)) {
        return std::nullopt;
    }
    std::array<std::size_t, 4> falls{};
    for (std::size_t column = 0; column < falls.size(); ++column) {
        double last = -INFINITY;
        for (std::uint64_t row = 0; row < rows; ++row) {
            const std::byte* at = bytes.data() + (row * 4 + column) * description.recordBytes;
            const double value = numberAt(at, description.members[0]);
            falls.at(column) += value < last ? 1 : 0;
            last = value;
        }
    }
    return falls;
}

} // namespace perihelion
