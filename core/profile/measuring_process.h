// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// MeasuringProcess: one measuring process as the runner sees it: started, asked for iterations, ended. Turns
// everything that can go wrong with it into one sentence. Part of ProfileRunner.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/profile/child_process.h"
#include "core/profile/measure_protocol.h"

#include <QString>
#include <QStringList>

#include <chrono>
#include <memory>
#include <optional>

namespace perihelion {

class MeasuringProcess {
public:
    struct Settings {
        QString program;
        QStringList arguments;
        std::chrono::milliseconds silenceLimit{std::chrono::minutes(10)};
        ChildProcess::Limits limits;
    };
    struct Greeting {
        ReadyMessage ready;
        Nanoseconds spawn{0};     ///< From asking the system for a process to its first own code.
        Nanoseconds preparing{0}; ///< From there until it could measure.
    };
    struct Answer {
        std::optional<IterationMessage> iteration;
        QString failure;          ///< One sentence where there is no iteration.
        bool processLost = false; ///< It is of no more use.
        bool cancelled = false;
    };

    /// Starts the process and says begin. Errors: it cannot be started (as ChildProcess::start), Cancelled,
    /// Internal (another protocol), InvalidArgument (the workload is unknown or refuses its parameters), Io
    /// with what happened where it crashed, hung or said something else.
    Result<Greeting> begin(const Settings& settings, const BeginMessage& message, const CancelToken& cancel);
    Answer iterate(const CancelToken& cancel, bool countAllocations = false);
    /// Lets it end, or ends it at once.
    ChildProcess::Ending end(bool atOnce);
    QString errorTail() const;
    bool isStarted() const { return m_child != nullptr; }

private:
    /// The next message; an Error says what came instead.
    Result<MeasurerMessage> listen(const CancelToken& cancel);
    /// How it ended, for sentences: "it was ended by signal 11 (Segmentation fault)".
    QString endingText();

    Settings m_settings;
    std::unique_ptr<ChildProcess> m_child;
    bool m_lost = false; ///< Nothing sensible will come from it any more.
};

} // namespace perihelion
