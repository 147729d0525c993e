// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ProfileSession: one profile run under way: which processes and iterations were done, what is left of the
// plan, what is told to the observer. Part of ProfileRunner; lives for one run, in its thread.

#include "core/profile/measuring_process.h"
#include "core/profile/profile_runner.h"

#include <chrono>

namespace perihelion {

class ProfileSession {
public:
    ProfileSession(Workload& workload, const ProfileEnvironment& environment, const ProfileRequest& request,
                   const ProfileControl& control, const ProfileObserver& observer);

    /// Walks the plan. Errors as ProfileRunner::run(); what was measured stays.
    Result<void> walk();
    /// What was measured, with state, warnings and end. complete: the plan was not cancelled.
    RunRecord finish(bool complete);
    void report(ProfileProgress::Stage stage);

private:
    using Clock = std::chrono::steady_clock;

    Result<void> prepare();
    /// One process: warm-up and so many iterations that are kept.
    Result<void> runProcess(IterationMode mode, int iterations);
    Result<void> runIterations(MeasuringProcess& process, RunProcess& record,
                               const MeasuringProcess::Greeting& greeting, int iterations);
    /// A process of its own whose second iteration is counted; the last kept iteration gets the metrics.
    Result<void> countAllocations();
    MeasuringProcess::Settings processSettings() const;
    void noteWhatIsCold();
    void evictInputs(RunProcess& record);
    void takeCode(const MeasuredCode& code);
    /// Adds the phases that showed only when the workload ran.
    void takeFound(const std::vector<FoundPhase>& found, RunIteration& iteration);
    void takeGreeting(const ReadyMessage& ready);
    /// Keeps an iteration and tells about it.
    void keep(RunIteration iteration);
    void keepFailure(const RunProcess& process, int number, const QString& sentence);
    bool pauseOrCancel();
    std::optional<std::chrono::milliseconds> timeLeft() const;
    int doneIn(IterationMode mode) const;
    void warnOfTimingCost();

    Workload& m_workload;
    const ProfileEnvironment& m_environment;
    const ProfileRequest& m_request;
    const ProfileControl& m_control;
    const ProfileObserver& m_observer;
    RunRecord m_run;
    std::size_t m_processPhases = 0;
    int m_failedInARow = 0;
    bool m_givenUp = false;
    bool m_greeted = false;
    QString m_measuringCommit;
    bool m_measuringDirty = false;
    bool m_ownCode = true; ///< What is measured is Perihelion itself, so that its processes count as well.
    IterationMode m_mode = IterationMode::Cold;
    // Wall time of what was done, for the time that is left.
    Clock::time_point m_stepBegan;
    std::chrono::duration<double> m_coldTime{0};
    std::chrono::duration<double> m_warmTime{0};
};

} // namespace perihelion
