// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/layouts/layout_recognizer.h"

#include "core/base/format.h"
#include "datasets/hdf5/hdf5_file.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

namespace perihelion {

namespace {

std::string lowered(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

QString text(const std::string& utf8)
{
    return QString::fromStdString(utf8);
}

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
    const auto found = aliases.find(lowered(name));
    return found == aliases.end() ? kColumnCount : found->second;
}

const char* columnWord(ColumnIndex column)
{
    static constexpr const char* words[] = {"time", "x", "y", "polarity"};
    return words[column];
}

std::string baseName(const std::string& path)
{
    return path.substr(path.rfind('/') + 1);
}

/// A recogniser's answer: nothing when the file is of another family.
using Candidate = std::optional<Result<RecordingLayout>>;

Error unsupported(const QString& message)
{
    return Error{ErrorCode::UnsupportedLayout, message, QString()};
}

/// Paths of the children of a group that are columns, by column. Empty map when there is no such group.
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

/// Four (or three, without polarity) datasets of one group.
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
                return unsupported(QStringLiteral("The recording has no %1 column in %2")
                                       .arg(QLatin1String(columnWord(column)), text(group)));
            }
            continue;
        }
        Result<DatasetDescription> description = file.describe(path->second);
        if (!description) {
            return description.error();
        }
        if (description->members.size() != 1 || description->members[0].type == ScalarType::Unsupported ||
            description->columns != 1 || description->rank < 1 || description->rank > 2) {
            return unsupported(QStringLiteral("The %1 column %2 is not a plain list of numbers")
                                   .arg(QLatin1String(columnWord(column)), text(path->second)));
        }
        longest = std::max(longest, description->rows);
        shortest = std::min(shortest, description->rows);
        lengths +=
            QStringLiteral("%1%2 %3").arg(lengths.isEmpty() ? QString() : QStringLiteral(", "),
                                          text(baseName(path->second)), QString::number(description->rows));
        names << text(baseName(path->second));
        ColumnSource& source = layout.columns[column];
        source.dataset = static_cast<int>(layout.datasets.size());
        source.member = description->members[0];
        layout.datasets.push_back(std::move(*description));
    }
    layout.rows = shortest;
    layout.columnPaths = QString(text(group).mid(1) % u"/{" % names.join(u',') % u'}');
    if (longest != shortest) {
        layout.notes.push_back(
            Note{NoteKind::UnequalColumns,
                 QStringLiteral("Columns are of unequal length (%1): read up to the shortest").arg(lengths),
                 static_cast<std::int64_t>(longest - shortest)});
    }
    return layout;
}

/// One dataset of records with members named like the columns.
Result<RecordingLayout> layoutFromCompound(const Hdf5File& file, LayoutKind kind, const std::string& path)
{
    Result<DatasetDescription> description = file.describe(path);
    if (!description) {
        return description.error();
    }
    RecordingLayout layout;
    layout.kind = kind;
    QStringList names;
    for (const RecordMember& member : description->members) {
        const ColumnIndex column = columnOfName(member.name);
        if (column != kColumnCount && !layout.columns[column].exists()) {
            layout.columns[column] = ColumnSource{0, 0, member};
            names << text(member.name);
        }
    }
    for (const ColumnIndex column : {kTimeColumn, kXColumn, kYColumn, kPolarityColumn}) {
        const ColumnSource& source = layout.columns[column];
        if (!source.exists() && column == kPolarityColumn) {
            continue;
        }
        if (!source.exists() || source.member.type == ScalarType::Unsupported) {
            return unsupported(QStringLiteral("The records of %1 have no %2 member of a number type")
                                   .arg(text(path), QLatin1String(columnWord(column))));
        }
    }
    layout.rows = description->rows;
    layout.columnPaths = QString(text(path).mid(1) % u'{' % names.join(u',') % u'}');
    layout.datasets.push_back(std::move(*description));
    return layout;
}

/// One N×4 dataset with its columns in the given order.
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
        QString(text(description.path).mid(1) % QStringLiteral(" N×4 [") % names.join(u',') % u']');
    layout.datasets.push_back(std::move(description));
    return layout;
}

bool isTable(const DatasetDescription& description)
{
    return description.rank == 2 && description.columns == 4 && description.members.size() == 1 &&
           description.members[0].type != ScalarType::Unsupported;
}

/// Whether the first of two numeric columns of an N×4 dataset looks like times: never falling, and growing
/// overall.
std::optional<bool> columnLooksLikeTime(const Hdf5File& file, const DatasetDescription& description,
                                        std::uint32_t column)
{
    const std::uint64_t rows = std::min<std::uint64_t>(description.rows, 256);
    std::vector<std::byte> bytes(rows * 4 * description.recordBytes);
    if (rows < 2 || !file.readRows(description, 0, rows, bytes)) {
        return std::nullopt;
    }
    double last = -INFINITY;
    for (std::uint64_t row = 0; row < rows; ++row) {
        const std::byte* at = bytes.data() + (row * 4 + column) * description.recordBytes;
        double value = 0;
        switch (description.members[0].type) {
        case ScalarType::F64:
            value = *reinterpret_cast<const double*>(at);
            break;
        case ScalarType::F32:
            value = static_cast<double>(*reinterpret_cast<const float*>(at));
            break;
        case ScalarType::U32:
            value = *reinterpret_cast<const std::uint32_t*>(at);
            break;
        case ScalarType::I32:
            value = *reinterpret_cast<const std::int32_t*>(at);
            break;
        case ScalarType::I64:
        case ScalarType::U64:
            value = static_cast<double>(*reinterpret_cast<const std::int64_t*>(at));
            break;
        default:
            return std::nullopt;
        }
        if (value < last) {
            return false;
        }
        last = value;
    }
    return true;
}

QStringList streamsBelow(const Hdf5File& file, const std::string& root, const std::string& suffix)
{
    QStringList streams;
    for (const char* side : {"left", "right"}) {
        if (file.kindOf(root + "/" + side + suffix)) {
            streams << QLatin1String(side);
        }
    }
    return streams;
}

/// The asked-for stream, or the first; InvalidArgument for one that is not there.
Result<QString> chooseStream(const QStringList& streams, const QString& asked)
{
    if (asked.isEmpty()) {
        return streams.front();
    }
    if (!streams.contains(asked)) {
        return Error{ErrorCode::InvalidArgument,
                     QStringLiteral("The recording has no stream \"%1\"; it has %2")
                         .arg(asked, streams.join(QStringLiteral(", "))),
                     QString()};
    }
    return asked;
}

void setStreams(Result<RecordingLayout>& layout, const QString& stream, const QStringList& streams)
{
    if (layout) {
        layout->stream = stream;
        layout->streams = streams.size() > 1 ? streams : QStringList();
    }
}

Candidate recogniseMetavision(const Hdf5File& file, const QString&)
{
    if (file.kindOf("/CD/events") != ObjectKind::Dataset) {
        return std::nullopt;
    }
    return layoutFromCompound(file, LayoutKind::Metavision, "/CD/events");
}

Candidate recogniseM3ed(const Hdf5File& file, const QString& asked)
{
    const QStringList streams = streamsBelow(file, "/prophesee", "/t");
    if (streams.isEmpty()) {
        return std::nullopt;
    }
    const Result<QString> stream = chooseStream(streams, asked);
    if (!stream) {
        return stream.error();
    }
    auto layout = layoutFromColumns(file, LayoutKind::M3ed, "/prophesee/" + stream->toStdString());
    setStreams(layout, *stream, streams);
    return layout;
}

Candidate recogniseMvsec(const Hdf5File& file, const QString& asked)
{
    const QStringList streams = streamsBelow(file, "/davis", "/events");
    if (streams.isEmpty()) {
        return std::nullopt;
    }
    const Result<QString> stream = chooseStream(streams, asked);
    if (!stream) {
        return stream.error();
    }
    const std::string path = "/davis/" + stream->toStdString() + "/events";
    Result<DatasetDescription> description = file.describe(path);
    if (!description) {
        return description.error();
    }
    if (!isTable(*description)) {
        return unsupported(QStringLiteral("%1 is not a table of four number columns").arg(text(path)));
    }
    Result<RecordingLayout> layout = layoutFromTable(std::move(*description), LayoutKind::Mvsec,
                                                     {kXColumn, kYColumn, kTimeColumn, kPolarityColumn});
    setStreams(layout, *stream, streams);
    return layout;
}

Candidate recogniseEventsGroup(const Hdf5File& file, const QString&)
{
    if (file.kindOf("/events") != ObjectKind::Group) {
        return std::nullopt;
    }
    const auto columns = columnsIn(file, "/events");
    if (columns.size() < 2) {
        return std::nullopt;
    }
    LayoutKind kind = LayoutKind::Evlib;
    const bool plural = columns.contains(kXColumn) && lowered(baseName(columns.at(kXColumn))) == "xs";
    if (file.kindOf("/t_offset") || file.kindOf("/ms_to_idx")) {
        kind = LayoutKind::Dsec;
    } else if (file.kindOf("/events/height") && file.kindOf("/events/width")) {
        kind = LayoutKind::Rvt;
    } else if (plural) {
        kind = LayoutKind::Monash;
    }
    return layoutFromColumns(file, kind, "/events");
}

Candidate recogniseEventsDataset(const Hdf5File& file, const QString&)
{
    if (file.kindOf("/events") != ObjectKind::Dataset) {
        return std::nullopt;
    }
    Result<DatasetDescription> description = file.describe("/events");
    if (!description) {
        return description.error();
    }
    if (description->members.size() > 1) {
        return layoutFromCompound(file, LayoutKind::Generic, "/events");
    }
    if (!isTable(*description)) {
        return std::nullopt;
    }
    if (columnLooksLikeTime(file, *description, 0).value_or(true)) {
        return layoutFromTable(std::move(*description), LayoutKind::V2e,
                               {kTimeColumn, kXColumn, kYColumn, kPolarityColumn});
    }
    RecordingLayout layout = layoutFromTable(std::move(*description), LayoutKind::Generic,
                                             {kXColumn, kYColumn, kTimeColumn, kPolarityColumn});
    layout.notes.push_back(
        Note{NoteKind::Assumption,
             QStringLiteral("The first column falls, so the columns are taken as x, y, t, p"), 0});
    return layout;
}

Candidate recogniseRawEvents(const Hdf5File& file, const QString&)
{
    if (file.kindOf("/raw_events") != ObjectKind::Group) {
        return std::nullopt;
    }
    return layoutFromColumns(file, LayoutKind::RawEvents, "/raw_events");
}

Candidate recogniseTonic(const Hdf5File& file, const QString&)
{
    const auto kind = file.kindOf("/data/0");
    if (!kind) {
        return std::nullopt;
    }
    if (*kind == ObjectKind::Dataset) {
        const Result<DatasetDescription> description = file.describe("/data/0");
        if (description && description->members.size() < 3) {
            return std::nullopt; // A dense tensor, not events.
        }
        return layoutFromCompound(file, LayoutKind::Tonic, "/data/0");
    }
    if (columnsIn(file, "/data/0").size() < 3) {
        return std::nullopt;
    }
    return layoutFromColumns(file, LayoutKind::Tonic, "/data/0");
}

/// Last resort: any group with column names, or any dataset of records with such members.
Candidate recogniseAnything(const Hdf5File& file, const QString&)
{
    const auto objects = file.walk();
    if (!objects) {
        return objects.error();
    }
    const auto columnsBelow = [&](const std::string& group) {
        const auto found = columnsIn(file, group);
        return found.contains(kTimeColumn) && found.contains(kXColumn) && found.contains(kYColumn);
    };
    if (columnsBelow("/")) {
        return layoutFromColumns(file, LayoutKind::Generic, "/");
    }
    for (const ObjectEntry& object : *objects) {
        if (object.kind == ObjectKind::Group && columnsBelow(object.path)) {
            return layoutFromColumns(file, LayoutKind::Generic, object.path);
        }
        if (object.kind == ObjectKind::Dataset) {
            Result<RecordingLayout> layout = layoutFromCompound(file, LayoutKind::Generic, object.path);
            if (layout) {
                return layout;
            }
        }
    }
    return std::nullopt;
}

QString describeContents(const Hdf5File& file)
{
    const auto objects = file.walk(3, 64);
    QStringList names;
    if (objects) {
        for (const ObjectEntry& object : *objects) {
            if (object.kind == ObjectKind::Dataset && names.size() < 4) {
                names << text(object.path).mid(1);
            }
        }
    }
    return names.isEmpty() ? QStringLiteral("it has no datasets")
                           : QStringLiteral("it has %1").arg(names.join(QStringLiteral(", ")));
}

bool isFloat(ScalarType type)
{
    return type == ScalarType::F32 || type == ScalarType::F64;
}

/// The unit of the time column: what the file says, else seconds for floats and microseconds for integers.
void findTimeUnit(const Hdf5File& file, RecordingLayout& layout)
{
    const std::string& path = layout.datasetOf(kTimeColumn).path;
    for (const char* name : {"unit", "units"}) {
        const auto attribute = file.attribute(path, name);
        const auto* words = attribute ? std::get_if<std::vector<std::string>>(&*attribute) : nullptr;
        if (words == nullptr || words->empty()) {
            continue;
        }
        const std::string word = lowered(words->front());
        static const std::map<std::string, TimeUnit> units = {
            {"ns", TimeUnit::Nano},       {"us", TimeUnit::Micro}, {"microseconds", TimeUnit::Micro},
            {"µs", TimeUnit::Micro},      {"ms", TimeUnit::Milli}, {"s", TimeUnit::Second},
            {"seconds", TimeUnit::Second}};
        if (const auto unit = units.find(word); unit != units.end()) {
            layout.timeUnit = unit->second;
            return;
        }
    }
    layout.timeUnit = isFloat(layout.columns[kTimeColumn].member.type) ? TimeUnit::Second : TimeUnit::Micro;
}

/// t_offset (DSEC) or time_offset: absolute time of t = 0, in microseconds.
void findTimeOrigin(const Hdf5File& file, RecordingLayout& layout)
{
    for (const char* path : {"/t_offset", "/time_offset", "/events/t_offset"}) {
        if (file.kindOf(path) != ObjectKind::Dataset) {
            continue;
        }
        const Result<SmallValue> value = file.readSmall(path);
        const auto* integers = value ? std::get_if<std::vector<std::int64_t>>(&*value) : nullptr;
        if (integers != nullptr && !integers->empty()) {
            layout.originMicros = integers->front();
            layout.originSource = ValueSource::Dataset;
            return;
        }
    }
}

} // namespace

Result<RecordingLayout> recogniseLayout(const Hdf5File& file, const QString& stream)
{
    using Recognise = Candidate (*)(const Hdf5File&, const QString&);
    static constexpr Recognise kOrder[] = {
        recogniseMetavision,    recogniseM3ed,      recogniseMvsec, recogniseEventsGroup,
        recogniseEventsDataset, recogniseRawEvents, recogniseTonic, recogniseAnything,
    };
    for (const Recognise recognise : kOrder) {
        Candidate candidate = recognise(file, stream);
        if (!candidate) {
            continue;
        }
        if (!*candidate) {
            Error error = candidate->error();
            error.subject = file.bytes()->path();
            return error;
        }
        RecordingLayout layout = std::move(**candidate);
        if (!stream.isEmpty() && layout.streams.isEmpty() && layout.stream != stream) {
            return Error{ErrorCode::InvalidArgument,
                         QStringLiteral("The recording has one stream only, not \"%1\"").arg(stream),
                         file.bytes()->path()};
        }
        if (layout.rows == 0) {
            return Error{ErrorCode::NoEvents, QStringLiteral("The recording has no events"),
                         file.bytes()->path()};
        }
        if (!layout.columns[kPolarityColumn].exists()) {
            layout.notes.push_back(
                Note{NoteKind::MissingPolarity,
                     QStringLiteral("There is no polarity column: every event counts as ON"),
                     static_cast<std::int64_t>(layout.rows)});
        }
        const std::string& timePath = layout.datasetOf(kTimeColumn).path;
        const bool columns = layout.columns[kXColumn].dataset != layout.columns[kTimeColumn].dataset;
        const std::string root = columns ? timePath.substr(0, timePath.rfind('/')) : timePath;
        layout.sensor = findSensorSize(file, layout.kind, root.empty() ? "/" : root, layout.notes);
        findTimeUnit(file, layout);
        findTimeOrigin(file, layout);
        return layout;
    }
    return Error{ErrorCode::UnsupportedLayout,
                 QStringLiteral("The HDF5 file holds no events that Perihelion recognises (%1)")
                     .arg(describeContents(file)),
                 file.bytes()->path()};
}

} // namespace perihelion
