// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// The three ways in which a file holds four columns: a dataset for each, one of records, one N×4. Building
// blocks of the recognisers, which say which of them a family uses and where.

#include "core/base/result.h"
#include "datasets/hdf5/hdf5_file.h"
#include "datasets/layouts/recording_layout.h"

#include <QString>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace perihelion {

Error unsupportedLayout(const QString& message);
QString textOf(const std::string& utf8);
std::string loweredName(std::string text);
/// Last part of a path in the file.
std::string baseName(const std::string& path);

/// Paths of the children of a group that are columns, by column. Empty map when there is no such group.
std::map<ColumnIndex, std::string> columnsIn(const Hdf5File& file, const std::string& group);

/// Four (or three, without polarity) datasets of one group.
Result<RecordingLayout> layoutFromColumns(const Hdf5File& file, LayoutKind kind, const std::string& group);
/// One dataset of records with members named like the columns.
Result<RecordingLayout> layoutFromCompound(const Hdf5File& file, LayoutKind kind, const std::string& path);
/// One N×4 dataset with its columns in the given order.
RecordingLayout layoutFromTable(DatasetDescription description, LayoutKind kind,
                                const std::array<ColumnIndex, 4>& order);
bool isTable(const DatasetDescription& description);
/// How often each column of an N×4 dataset falls in its first 256 rows; empty where they cannot be read.
std::optional<std::array<std::size_t, 4>> fallsOfColumns(const Hdf5File& file,
                                                         const DatasetDescription& description);

} // namespace perihelion
