// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A run as JSON with everything it holds, raw samples included: what `export` writes and `import` reads, back
// to the same RunRecord; and the parts of it that the run store keeps as text.

#include "core/base/result.h"
#include "core/runs/run_record.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>

namespace perihelion {

IterationMode iterationModeFromName(QStringView name); ///< Warm for an unknown one.
RunState runStateFromName(QStringView name);           ///< Finished for an unknown one.

QJsonObject planJson(const RunPlan& plan);
RunPlan planFromJson(const QJsonObject& json);
QJsonArray runPhasesJson(const std::vector<RunPhase>& phases);
std::vector<RunPhase> runPhasesFromJson(const QJsonArray& json);
QJsonObject iterationJson(const RunIteration& iteration, const std::vector<RunPhase>& phases);

/// {"format": "perihelion-run", "version": 2, …}. Times are nanoseconds, as they are kept. Metrics that are
/// no finite number are left out.
QJsonObject runJson(const RunRecord& run);
/// What runJson() made, of version 1 or 2; the id is left at 0. Errors naming file, line and key: Corrupt (no
/// JSON, no run), InvalidArgument (a wrong type, a phase that the run does not have).
Result<RunRecord> runFromJson(const QByteArray& text, const QString& file);

} // namespace perihelion
