// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What is known about a recording without its events: plain values, kept in the index file, shown by card,
// inspector and command line. Every value that was not simply read says where it came from.

#include "core/base/units.h"

#include <QString>
#include <QStringList>

#include <cstdint>
#include <vector>

namespace perihelion {

/// The file families, recognised by content. See layoutId() and layoutName().
enum class LayoutKind : std::uint8_t {
    Evlib,      ///< events/{t,x,y,p} and its aliases.
    Dsec,       ///< events/{t,x,y,p} with t_offset and ms_to_idx.
    M3ed,       ///< prophesee/left|right/{x,y,t,p}.
    Mvsec,      ///< davis/left|right/events, N×4 [x, y, t, p].
    Monash,     ///< events/{xs,ys,ts,ps}, float seconds.
    V2e,        ///< events, N×4 [t, x, y, p].
    Rvt,        ///< events/{x,y,p,t} with events/height and events/width.
    RawEvents,  ///< raw_events/{x,y,t,p}.
    Tonic,      ///< data/0, compound.
    Metavision, ///< CD/events, compound.
    Generic,    ///< Four equal columns found by walking the tree.
};

QString layoutId(LayoutKind kind);   ///< "evlib", "dsec", … stable, for JSON.
QString layoutName(LayoutKind kind); ///< "evlib", "DSEC", "M3ED", … for people.

enum class ValueSource : std::uint8_t { Unknown, Attribute, Dataset, Layout, Scan, Guess };
QString
valueSourceName(ValueSource source); ///< "attribute", "dataset", "layout", "scan", "guess", "unknown".

/// No event sensor is larger: a file that says so is not believed, and neither is a pixel beyond it.
inline constexpr int kMaxSensorSide = 4096;

struct SensorSize {
    int width = 0;
    int height = 0;
    ValueSource source = ValueSource::Unknown;
};

enum class NoteKind : std::uint8_t {
    BackwardTime,    ///< Times step backwards.
    OutsideSensor,   ///< Events outside the sensor's size.
    MissingPolarity, ///< No polarity column: every event counts as ON.
    OnePolarity,     ///< Only ON or only OFF events.
    UnequalColumns,  ///< Columns of unequal length: read up to the shortest.
    CorruptChunk,    ///< A chunk that cannot be decoded: a hole.
    MissingChunk,    ///< A chunk that is not in the file (unallocated or beyond its end).
    InvalidTime,     ///< NaN or infinite times.
    NegativeTime,    ///< Times before the file's origin.
    SensorMismatch,  ///< Sources disagree on the sensor's size.
    Contiguous,      ///< Stored without chunks: whole reads by other programs are large.
    Assumption,      ///< Something the layout does not say was assumed.
};
QString noteKindId(NoteKind kind); ///< "backward-time", … stable, for JSON.

struct Note {
    NoteKind kind = NoteKind::Assumption;
    QString text;           ///< One sentence.
    std::int64_t count = 0; ///< Events or chunks concerned, 0 where that has no meaning.

    bool operator==(const Note&) const = default;
};

struct StorageFacts {
    bool contiguous = false;
    std::uint64_t chunkEvents = 0; ///< Events a chunk of the time column holds; 0 when contiguous.
    QStringList filters;           ///< Labels of the time column's pipeline, in writing order.
    ByteCount fileSize;
    std::uint64_t chunkCount = 0; ///< All columns together.
};

/// Events per bin over the whole recording; empty until the index is complete.
struct RateCurve {
    EventTime binWidth{0};
    std::vector<std::uint32_t> eventsPerBin; ///< At most 2048 bins, the first begins at the earliest event.
};

struct RecordingMetadata {
    QString path;
    QString stream;      ///< "" or "left"/"right" where a file holds several.
    QStringList streams; ///< All streams of the file; empty for one.
    LayoutKind layout = LayoutKind::Generic;
    QString columnPaths; ///< "events/{t,x,y,p}", as shown in the inspector.
    SensorSize sensor;
    std::int64_t eventCount = 0;
    EventTime firstTime{0};  ///< Time of the first event in the file, relative to timeOrigin.
    EventTime lastTime{0};   ///< Time of the last event in the file.
    EventTime minTime{0};    ///< Earliest; equals firstTime until the index is complete.
    EventTime maxTime{0};    ///< Latest; equals lastTime until the index is complete.
    EventTime timeOrigin{0}; ///< Add to any time to get the file's absolute time.
    ValueSource originSource = ValueSource::Unknown;
    StorageFacts storage;
    std::vector<Note> notes;
    RateCurve rate;
    bool complete = false; ///< True once every event has been looked at (index completed).

    EventTime duration() const { return maxTime - minTime; }
};

} // namespace perihelion
