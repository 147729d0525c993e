// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/layouts/layout_recognizer.h"

#include "core/base/format.h"
#include "datasets/hdf5/hdf5_file.h"
#include "datasets/layouts/layout_columns.h"

#include <algorithm>
#include <cstdlib>
#include <map>

namespace perihelion {

namespace {

/// A recogniser's answer: nothing when the file is of another family.
using Candidate = std::optional<Result<RecordingLayout>>;

QStringList streamsBelow(const Hdf5File& file, const std::string& root, const std::string& suffix)
{
    QStringList streams;
    for (const char* side : {"left", "right"}) {
        if (file.kindOf(std::string(root).append("/").append(side).append(suffix))) {
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
        return unsupportedLayout(
            QStringLiteral("%1 is not a table of four number columns").arg(textOf(path)));
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
    const bool plural = columns.contains(kXColumn) && loweredName(baseName(columns.at(kXColumn))) == "xs";
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
        return description->rank == 2 && description->rows == 4
                   ? Candidate(
                         unsupportedLayout(QStringLiteral("The table /events has 4 × %1 numbers; write it "
                                                          "transposed, one event a row")
                                               .arg(description->columns)))
                   : std::nullopt;
    }
    const auto falls = fallsOfColumns(file, *description);
    // Disorder may make the times fall now and then, but coordinates fall all the time.
    if (!falls || (*falls)[0] <= (*falls)[2]) {
        RecordingLayout layout = layoutFromTable(std::move(*description), LayoutKind::V2e,
                                                 {kTimeColumn, kXColumn, kYColumn, kPolarityColumn});
        if (!falls || (*falls)[0] > 0) {
            const QString reason = falls ? QStringLiteral("The first column falls, but less than the third")
                                         : QStringLiteral("The first rows cannot be read");
            layout.notes.push_back(
                Note{NoteKind::Assumption, QString(reason % u": the columns are taken as t, x, y, p"), 0});
        }
        return layout;
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
                names << textOf(object.path).mid(1);
            }
        }
    }
    return names.isEmpty() ? QStringLiteral("it has no datasets near its root")
                           : QStringLiteral("it has %1").arg(names.join(QStringLiteral(", ")));
}

/// So that no sum of a time and the origin overflows.
constexpr std::int64_t kMaxOrigin = std::int64_t{1} << 61;

bool isFloat(ScalarType type)
{
    return type == ScalarType::F32 || type == ScalarType::F64;
}

std::optional<TimeUnit> timeUnitOf(const QString& word)
{
    static const std::map<QString, TimeUnit> units = {
        {QStringLiteral("ns"), TimeUnit::Nano},           {QStringLiteral("nanosecond"), TimeUnit::Nano},
        {QStringLiteral("us"), TimeUnit::Micro},          {QStringLiteral("usec"), TimeUnit::Micro},
        {QStringLiteral("µs"), TimeUnit::Micro},          {QStringLiteral("μs"), TimeUnit::Micro},
        {QStringLiteral("microsecond"), TimeUnit::Micro}, {QStringLiteral("ms"), TimeUnit::Milli},
        {QStringLiteral("msec"), TimeUnit::Milli},        {QStringLiteral("millisecond"), TimeUnit::Milli},
        {QStringLiteral("s"), TimeUnit::Second},          {QStringLiteral("sec"), TimeUnit::Second},
        {QStringLiteral("second"), TimeUnit::Second}};
    const bool plural = word.endsWith(QStringLiteral("seconds"));
    const auto unit = units.find(plural ? word.chopped(1) : word);
    return unit == units.end() ? std::nullopt : std::optional(unit->second);
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
        const QString word = textOf(words->front()).trimmed().toLower();
        if (word.isEmpty()) {
            continue;
        }
        if (const auto unit = timeUnitOf(word)) {
            layout.timeUnit = *unit;
            return;
        }
        layout.notes.push_back(
            Note{NoteKind::Assumption,
                 QStringLiteral("The unit \"%1\" of the times is not known: they are taken by their type")
                     .arg(word),
                 0});
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
        const bool usable = integers != nullptr && !integers->empty() &&
                            std::abs(std::clamp(integers->front(), -INT64_MAX, INT64_MAX)) <= kMaxOrigin;
        if (!usable) {
            layout.notes.push_back(
                Note{NoteKind::Assumption,
                     QStringLiteral("%1 is no whole number of microseconds: times count from 0")
                         .arg(QLatin1String(path)),
                     0});
            return;
        }
        layout.originMicros = integers->front();
        layout.originSource = ValueSource::Dataset;
        return;
    }
}

QString emptyRecording(const RecordingLayout& layout)
{
    const auto unequal = std::find_if(layout.notes.begin(), layout.notes.end(),
                                      [](const Note& note) { return note.kind == NoteKind::UnequalColumns; });
    return unequal == layout.notes.end()
               ? QStringLiteral("The recording has no events")
               : QString(u"The recording has no events because one of its columns is empty: " %
                         unequal->text);
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
            return Error{ErrorCode::NoEvents, emptyRecording(layout), file.bytes()->path()};
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
