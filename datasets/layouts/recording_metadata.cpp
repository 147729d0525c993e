// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/layouts/recording_metadata.h"

namespace perihelion {

QString layoutId(LayoutKind kind)
{
    switch (kind) {
    case LayoutKind::Evlib:
        return QStringLiteral("evlib");
    case LayoutKind::Dsec:
        return QStringLiteral("dsec");
    case LayoutKind::M3ed:
        return QStringLiteral("m3ed");
    case LayoutKind::Mvsec:
        return QStringLiteral("mvsec");
    case LayoutKind::Monash:
        return QStringLiteral("monash");
    case LayoutKind::V2e:
        return QStringLiteral("v2e");
    case LayoutKind::Rvt:
        return QStringLiteral("rvt");
    case LayoutKind::RawEvents:
        return QStringLiteral("raw-events");
    case LayoutKind::Tonic:
        return QStringLiteral("tonic");
    case LayoutKind::Metavision:
        return QStringLiteral("metavision");
    case LayoutKind::Generic:
        return QStringLiteral("generic");
    }
    return QStringLiteral("generic");
}

QString layoutName(LayoutKind kind)
{
    switch (kind) {
    case LayoutKind::Evlib:
        return QStringLiteral("evlib");
    case LayoutKind::Dsec:
        return QStringLiteral("DSEC");
    case LayoutKind::M3ed:
        return QStringLiteral("M3ED");
    case LayoutKind::Mvsec:
        return QStringLiteral("MVSEC");
    case LayoutKind::Monash:
        return QStringLiteral("e2vid");
    case LayoutKind::V2e:
        return QStringLiteral("v2e");
    case LayoutKind::Rvt:
        return QStringLiteral("RVT");
    case LayoutKind::RawEvents:
        return QStringLiteral("raw events");
    case LayoutKind::Tonic:
        return QStringLiteral("Tonic");
    case LayoutKind::Metavision:
        return QStringLiteral("Metavision");
    case LayoutKind::Generic:
        return QStringLiteral("columns");
    }
    return QStringLiteral("columns");
}

QString valueSourceName(ValueSource source)
{
    switch (source) {
    case ValueSource::Unknown:
        return QStringLiteral("unknown");
    case ValueSource::Attribute:
        return QStringLiteral("attribute");
    case ValueSource::Dataset:
        return QStringLiteral("dataset");
    case ValueSource::Layout:
        return QStringLiteral("layout");
    case ValueSource::Scan:
        return QStringLiteral("scan");
    case ValueSource::Guess:
        return QStringLiteral("guess");
    }
    return QStringLiteral("unknown");
}

QString noteKindId(NoteKind kind)
{
    switch (kind) {
    case NoteKind::BackwardTime:
        return QStringLiteral("backward-time");
    case NoteKind::OutsideSensor:
        return QStringLiteral("outside-sensor");
    case NoteKind::MissingPolarity:
        return QStringLiteral("missing-polarity");
    case NoteKind::OnePolarity:
        return QStringLiteral("one-polarity");
    case NoteKind::UnequalColumns:
        return QStringLiteral("unequal-columns");
    case NoteKind::CorruptChunk:
        return QStringLiteral("corrupt-chunk");
    case NoteKind::MissingChunk:
        return QStringLiteral("missing-chunk");
    case NoteKind::InvalidTime:
        return QStringLiteral("invalid-time");
    case NoteKind::NegativeTime:
        return QStringLiteral("negative-time");
    case NoteKind::SensorMismatch:
        return QStringLiteral("sensor-mismatch");
    case NoteKind::Contiguous:
        return QStringLiteral("contiguous");
    case NoteKind::Assumption:
        return QStringLiteral("assumption");
    }
    return QStringLiteral("assumption");
}

} // namespace perihelion
