// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What the program that asks and the process that measures say to each other: JSON, one object a line. The
// asker says begin once and iterate as often as it likes, and closes the stream; the process answers ready,
// then one iteration or failure for every iterate. Kept free of processes, so that both sides and tests share
// it.

#include "core/base/result.h"
#include "core/runs/run_record.h"
#include "core/workloads/workload_registry.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <variant>
#include <vector>

namespace perihelion {

inline constexpr int kMeasureProtocol = 1;

/// Asker: which workload and with what values.
struct BeginMessage {
    QString workload;
    QString scenario;
    QJsonObject values;
};
/// Asker: one more iteration; while allocations are counted, its times are worth nothing.
struct IterateMessage {
    bool countAllocations = false;
};

/// Process: the workload is there and its parameters are accepted. Times are on the monotonic clock, which
/// all processes share.
struct ReadyMessage {
    int workloadVersion = 1;
    QString programVersion;
    QString commit;
    bool dirty = false;
    QString buildType;
    QString compiler;
    Nanoseconds began{0};     ///< When the program's own code first ran.
    Nanoseconds ready{0};     ///< When it could have begun to measure.
    Nanoseconds scopeCost{0}; ///< Calibrated.
};
/// Process: one iteration; phases by their place in Workload::phases(); process, number and mode are left to
/// the asker.
struct IterationMessage {
    RunIteration iteration;
    QStringList notes;
    std::vector<FoundPhase> found{}; ///< Phases beside those of Workload::phases().
};
/// Process: begin was refused, or an iteration failed.
struct FailureMessage {
    Error error;
};

using AskerMessage = std::variant<BeginMessage, IterateMessage>;
using MeasurerMessage = std::variant<ReadyMessage, IterationMessage, FailureMessage>;

// A line without its end.
QByteArray toLine(const AskerMessage& message);
QByteArray toLine(const MeasurerMessage& message);

/// Error Corrupt: no message. Error Internal: another version of the protocol ("… speaks version 7 …").
Result<AskerMessage> askerMessageFrom(const QByteArray& line);
/// As askerMessageFrom().
Result<MeasurerMessage> measurerMessageFrom(const QByteArray& line);

} // namespace perihelion
