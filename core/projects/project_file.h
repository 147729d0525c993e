// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Reads perihelion.json: every mistake is told with file, line and key. Pure.

#include "core/base/result.h"
#include "core/projects/command_spec.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <chrono>
#include <vector>

namespace perihelion {

struct ProjectFile {
    QString name; ///< Empty where the file names none.
    QStringList build;
    std::chrono::milliseconds buildLimit{std::chrono::hours(1)};
    std::vector<CommandSpec> workloads;
};

/// file: its path; relative paths in it start from its folder. Errors Corrupt, InvalidArgument.
Result<ProjectFile> readProjectFile(const QByteArray& text, const QString& file);

} // namespace perihelion
