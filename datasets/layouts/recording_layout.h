// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RecordingLayout: where t, x, y and p of one recording live in its file, and how they are coded. The result
// of recogniseLayout(); a plain value, kept in the index file.

#include "datasets/hdf5/dataset_description.h"
#include "datasets/layouts/recording_metadata.h"

#include <array>
#include <cstdint>
#include <vector>

namespace perihelion {

enum class TimeUnit : std::uint8_t { Nano, Micro, Milli, Second };

/// One logical column: a member of the records of a dataset, or one column of an N×4 dataset.
struct ColumnSource {
    int dataset = -1;         ///< Index into RecordingLayout::datasets; −1: the file has no such column.
    std::uint32_t column = 0; ///< Column of an N×4 dataset, else 0.
    RecordMember member;      ///< Offset and type within one record.

    bool exists() const { return dataset >= 0; }
};

/// Positions in RecordingLayout::columns.
enum ColumnIndex : std::size_t { kTimeColumn, kXColumn, kYColumn, kPolarityColumn, kColumnCount };

struct RecordingLayout {
    LayoutKind kind = LayoutKind::Generic;
    QString stream;
    QStringList streams;
    QString columnPaths;
    std::vector<DatasetDescription> datasets; ///< Each once, also when it holds several columns.
    std::array<ColumnSource, kColumnCount> columns;
    TimeUnit timeUnit = TimeUnit::Micro;
    std::int64_t originMicros = 0;
    ValueSource originSource = ValueSource::Unknown;
    SensorSize sensor;
    std::uint64_t rows = 0; ///< Events: length of the shortest column.
    std::vector<Note> notes;

    const DatasetDescription& datasetOf(ColumnIndex column) const
    {
        return datasets[static_cast<std::size_t>(columns[column].dataset)];
    }
};

} // namespace perihelion
