// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/profile/profile_session.h"

#include "core/measure/allocation_count.h"
#include "core/measure/page_cache.h"
#include "core/runs/run_summary.h"

#include <QDateTime>
#include <QFileInfo>
#include <QUuid>

#include <algorithm>

namespace perihelion {

namespace {

constexpr int kSpawnPhase = 0;
constexpr int kReadyPhase = 1;
constexpr double kNearlyNothing = 0.02; ///< Share of a file's pages that may stay after eviction unmentioned.

Error cancelledSession()
{
    return Error{ErrorCode::Cancelled, QStringLiteral("The profile run was cancelled"), QString()};
}

void addOnce(QStringList& texts, const QString& text)
{
    if (!text.isEmpty() && !texts.contains(text)) {
        texts.append(text);
    }
}

} // namespace

ProfileSession::ProfileSession(Workload& workload, const ProfileEnvironment& environment,
                               const ProfileRequest& request, const ProfileControl& control,
                               const ProfileObserver& observer)
    : m_workload(workload),
      m_environment(environment),
      m_request(request),
      m_control(control),
      m_observer(observer)
{
}

Result<void> ProfileSession::prepare()
{
    report(ProfileProgress::Stage::Preparing);
    if (Result<void> whole = m_workload.check(m_request.scenario); !whole) {
        return whole;
    }
    if (Result<void> prepared = m_workload.prepare(m_request.scenario, m_control.cancelToken()); !prepared) {
        return prepared;
    }
    m_run.uuid = QUuid::createUuid().toString(QUuid::WithoutBraces);
    m_run.workload = m_workload.name();
    m_run.workloadVersion = m_workload.version();
    m_run.scenario = m_request.scenario.name();
    m_run.scenarioHash = m_request.scenario.hash();
    m_run.parameters = m_request.scenario.values();
    m_run.started = QDateTime::fromMSecsSinceEpoch(QDateTime::currentMSecsSinceEpoch(), Qt::UTC);
    m_run.plan = m_request.plan;
    m_run.machine = m_environment.machine();
    const auto code = m_workload.measuredCode(m_control.cancelToken());
    if (!code) {
        return code.error();
    }
    m_ownCode = !code->has_value();
    if (m_ownCode) {
        m_run.phases = {{QStringLiteral("spawn"), -1, true}, {QStringLiteral("ready"), -1, true}};
    } else {
        takeCode(**code);
    }
    m_processPhases = m_run.phases.size();
    for (const PhaseSpec& phase : m_workload.phases()) {
        m_run.phases.push_back(RunPhase{
            phase.name, phase.parent < 0 ? -1 : phase.parent + static_cast<int>(m_processPhases), false});
    }
    m_run.warnings = m_run.machine.warnings() + m_run.warnings;
    if (m_observer.started) {
        m_observer.started(m_run);
    }
    return {};
}

Result<void> ProfileSession::walk()
{
    if (Result<void> prepared = prepare(); !prepared) {
        return prepared;
    }
    const RunPlan& plan = m_request.plan;
    if (plan.coldRuns > 0) {
        if (m_ownCode) {
            noteWhatIsCold();
        }
    }
    for (int cold = 0; cold < plan.coldRuns && !m_givenUp; ++cold) {
        if (Result<void> done = runProcess(IterationMode::Cold, 1); !done) {
            return done;
        }
    }
    const int processes = std::min(plan.warmProcesses, plan.warmRuns);
    for (int warm = 0; warm < processes && !m_givenUp; ++warm) {
        // As evenly as possible, the first ones take one more.
        const int iterations = plan.warmRuns / processes + (warm < plan.warmRuns % processes ? 1 : 0);
        if (Result<void> done = runProcess(IterationMode::Warm, iterations); !done) {
            return done;
        }
    }
    return m_request.countAllocations && !m_givenUp ? countAllocations() : Result<void>();
}

Result<void> ProfileSession::runProcess(IterationMode mode, int iterations)
{
    m_mode = mode;
    if (pauseOrCancel()) {
        return cancelledSession();
    }
    report(mode == IterationMode::Cold ? ProfileProgress::Stage::Cold : ProfileProgress::Stage::WarmUp);
    RunProcess record;
    record.number = static_cast<int>(m_run.processes.size());
    record.mode = mode;
    m_stepBegan = Clock::now();
    if (mode == IterationMode::Cold) {
        evictInputs(record);
    }
    MeasuringProcess process;
    const Result<MeasuringProcess::Greeting> greeting =
        process.begin(processSettings(),
                      BeginMessage{m_workload.name(), m_request.scenario.name(), m_request.scenario.values()},
                      m_control.cancelToken());
    Result<void> outcome;
    if (greeting) {
        takeGreeting(greeting->ready);
        outcome = runIterations(process, record, *greeting, iterations);
    } else if (greeting.error().code == ErrorCode::Io || greeting.error().code == ErrorCode::Corrupt) {
        ++m_failedInARow;
        for (int number = 0; number < iterations; ++number) {
            keepFailure(record, number, greeting.error().sentence());
        }
    } else {
        outcome = greeting.error(); // What would happen to every other process as well.
    }
    if (process.isStarted()) {
        if (!outcome) {
            report(ProfileProgress::Stage::Ending);
        }
        const ChildProcess::Ending ending = process.end(!outcome.hasValue());
        record.exitStatus = ending.signal != 0 ? -1 : ending.exitStatus;
        record.signal = ending.signal;
        record.errorTail = process.errorTail();
    }
    m_run.processes.push_back(record);
    if (m_failedInARow >= m_environment.givenUpAfter) {
        m_givenUp = true;
        m_run.notes.append(QStringLiteral("Given up after %1 processes in a row failed").arg(m_failedInARow));
    }
    return outcome;
}

Result<void> ProfileSession::runIterations(MeasuringProcess& process, RunProcess& record,
                                           const MeasuringProcess::Greeting& greeting, int iterations)
{
    const bool cold = record.mode == IterationMode::Cold;
    const int warmUps = cold ? 0 : m_request.plan.warmUps;
    bool failedYet = false;
    for (int step = -warmUps; step < iterations; ++step) {
        if (pauseOrCancel()) {
            return cancelledSession();
        }
        if (!cold) {
            report(step < 0 ? ProfileProgress::Stage::WarmUp : ProfileProgress::Stage::Warm);
            m_stepBegan = Clock::now();
        }
        MeasuringProcess::Answer answer = process.iterate(m_control.cancelToken());
        if (answer.cancelled) {
            return cancelledSession();
        }
        if (answer.processLost) {
            ++m_failedInARow;
            for (int number = std::max(0, step); number < iterations; ++number) {
                keepFailure(record, number, answer.failure);
            }
            return {};
        }
        if (!answer.iteration) {
            failedYet = true;
            if (step >= 0) {
                keepFailure(record, step, answer.failure);
            }
            continue;
        }
        for (const QString& note : answer.iteration->notes) {
            addOnce(m_run.notes, note);
        }
        if (step < 0) {
            continue;
        }
        RunIteration iteration = std::move(answer.iteration->iteration);
        iteration.process = record.number;
        iteration.number = step;
        iteration.mode = record.mode;
        for (PhaseTime& time : iteration.phases) {
            time.phase += static_cast<int>(m_processPhases);
        }
        std::erase_if(iteration.phases, [this](const PhaseTime& time) {
            return time.phase >= static_cast<int>(m_run.phases.size());
        });
        takeFound(answer.iteration->found, iteration);
        if (cold && m_ownCode) {
            iteration.phases.insert(iteration.phases.begin(),
                                    {PhaseTime{kSpawnPhase, greeting.spawn, greeting.spawn, 1},
                                     PhaseTime{kReadyPhase, greeting.preparing, greeting.preparing, 1}});
        }
        keep(std::move(iteration));
    }
    m_failedInARow = failedYet ? m_failedInARow + 1 : 0;
    return {};
}

MeasuringProcess::Settings ProfileSession::processSettings() const
{
    MeasuringProcess::Settings settings;
    settings.program = m_environment.program;
    settings.arguments = m_environment.arguments;
    settings.silenceLimit = m_request.silenceLimit;
    settings.limits.grace = m_environment.terminateGrace;
    return settings;
}

Result<void> ProfileSession::countAllocations()
{
    const auto last = std::find_if(m_run.iterations.rbegin(), m_run.iterations.rend(),
                                   [](const RunIteration& each) { return !each.failed; });
    if (last == m_run.iterations.rend()) {
        return {};
    }
    if (pauseOrCancel()) {
        return cancelledSession();
    }
    MeasuringProcess process;
    const auto greeting =
        process.begin(processSettings(),
                      BeginMessage{m_workload.name(), m_request.scenario.name(), m_request.scenario.values()},
                      m_control.cancelToken());
    MeasuringProcess::Answer answer;
    if (greeting) {
        // The first one fills what is kept for the next, as in every warm process.
        answer = process.iterate(m_control.cancelToken());
        if (answer.iteration) {
            answer = process.iterate(m_control.cancelToken(), true);
        }
    } else {
        answer.failure = greeting.error().sentence();
        answer.cancelled = greeting.error().code == ErrorCode::Cancelled;
    }
    if (process.isStarted()) {
        process.end(answer.cancelled);
    }
    if (answer.cancelled) {
        return cancelledSession();
    }
    bool counted = false;
    if (answer.iteration) {
        for (const Metric& each : answer.iteration->iteration.metrics) {
            if (each.name == metric::kAllocations || each.name == metric::kAllocatedBytes) {
                last->metrics.push_back(each);
                counted = true;
            }
        }
    }
    if (!counted) {
        addOnce(m_run.notes, answer.failure.isEmpty()
                                 ? QStringLiteral("The measuring program counts no allocations")
                                 : answer.failure);
    }
    return {};
}

/// The program and its libraries are left in memory: whoever runs this maps most of them and, on the
/// command line, the very same program, whose pages nobody can put out. Cold times of window and command
/// line would differ by that alone, so it is the same for both and told.
void ProfileSession::noteWhatIsCold()
{
    const bool inputs = !m_workload.inputFiles(m_request.scenario).isEmpty();
    const Result<double> program = residentShare(m_environment.program);
    m_run.notes.append(
        QStringLiteral("Cold is a new process%1; the program and its libraries were not put out of memory%2")
            .arg(inputs ? QStringLiteral(" whose input files were put out of memory") : QString(),
                 program ? QStringLiteral(" (%1 % of the program was there)").arg(qRound(100 * *program))
                         : QString()));
}

void ProfileSession::evictInputs(RunProcess& record)
{
    double bytes = 0;
    double before = 0;
    double after = 0;
    for (const QString& file : m_workload.inputFiles(m_request.scenario)) {
        const Result<double> resident = residentShare(file);
        const Result<double> left = resident ? evictFromPageCache(file) : resident;
        if (!left) {
            addOnce(m_run.warnings, left.error().sentence());
            continue;
        }
        const auto size = static_cast<double>(QFileInfo(file).size());
        bytes += size;
        before += size * *resident;
        after += size * *left;
        if (*left > kNearlyNothing) {
            addOnce(
                m_run.warnings,
                QString(u"An input file could not be put out of memory, so its cold times are too good: " %
                        file));
        }
    }
    if (bytes > 0) {
        record.residentBefore = before / bytes;
        record.residentAfter = after / bytes;
    }
}

void ProfileSession::takeCode(const MeasuredCode& code)
{
    m_run.project = code.project;
    m_run.commit = code.commit;
    m_run.commitTime = code.commitTime;
    m_run.branch = code.branch;
    m_run.dirty = code.dirty;
    // Of the measuring program, which is not what is measured.
    m_run.machine.buildType.clear();
    m_run.machine.compiler.clear();
    if (code.commit.isEmpty()) {
        addOnce(m_run.warnings, QStringLiteral("The project has no commit yet"));
    }
    if (code.dirty) {
        addOnce(m_run.warnings, QStringLiteral("The project has changes that no commit holds"));
        addOnce(m_run.notes, QString(u"SHA-256 of the changes: " % code.diffHash));
    }
}

void ProfileSession::takeFound(const std::vector<FoundPhase>& found, RunIteration& iteration)
{
    std::vector<RunPhase>& phases = m_run.phases;
    const auto placeOf = [&phases](const auto& wanted) {
        const auto at = std::find_if(phases.begin(), phases.end(), wanted);
        return at == phases.end() ? -1 : static_cast<int>(at - phases.begin());
    };
    for (const FoundPhase& each : found) {
        const int parent = each.parent.isEmpty() ? -1 : placeOf([&each](const RunPhase& known) {
            return known.name == each.parent;
        });
        int place = placeOf([&each, parent](const RunPhase& known) {
            return known.name == each.name && known.parent == parent && known.ofProcess == each.ofProcess;
        });
        if (place < 0) {
            place = static_cast<int>(phases.size());
            phases.push_back(RunPhase{each.name, parent, each.ofProcess});
        }
        iteration.phases.push_back(PhaseTime{place, each.total, each.self, 0});
    }
}

void ProfileSession::takeGreeting(const ReadyMessage& ready)
{
    if (!m_greeted) {
        m_greeted = true;
        m_run.workloadVersion = ready.workloadVersion;
        m_run.programVersion = ready.programVersion;
        if (m_ownCode) {
            m_run.commit = ready.commit;
            m_run.dirty = ready.dirty;
            m_run.machine.buildType = ready.buildType;
            m_run.machine.compiler = ready.compiler;
        }
        m_measuringCommit = ready.commit;
        m_measuringDirty = ready.dirty;
        m_run.scopeCost = ready.scopeCost;
        m_run.warnings = m_run.machine.warnings() + m_run.warnings;
        m_run.warnings.removeDuplicates();
        if (!m_ownCode) {
            return;
        }
        if (ready.commit.isEmpty()) {
            addOnce(m_run.warnings,
                    QStringLiteral("The program was built outside of git; its commit is not known"));
        } else if (ready.dirty) {
            addOnce(m_run.warnings,
                    QStringLiteral("The program was built from changes that no commit holds"));
        }
    } else if (ready.commit != m_measuringCommit || ready.dirty != m_measuringDirty) {
        addOnce(m_run.warnings, QStringLiteral("The measuring program was replaced during the run"));
    }
}

void ProfileSession::keep(RunIteration iteration)
{
    const std::chrono::duration<double> spent = Clock::now() - m_stepBegan;
    (iteration.mode == IterationMode::Cold ? m_coldTime : m_warmTime) += spent;
    m_run.iterations.push_back(std::move(iteration));
    if (m_observer.iterationFinished) {
        m_observer.iterationFinished(m_run);
    }
}

void ProfileSession::keepFailure(const RunProcess& process, int number, const QString& sentence)
{
    RunIteration iteration;
    iteration.process = process.number;
    iteration.number = number;
    iteration.mode = process.mode;
    iteration.failed = true;
    iteration.failure = sentence;
    keep(std::move(iteration));
}

bool ProfileSession::pauseOrCancel()
{
    if (m_control.isPaused() && !m_control.cancelToken().isCancelled()) {
        report(ProfileProgress::Stage::Paused);
        m_control.waitWhilePaused();
    }
    return m_control.cancelToken().isCancelled();
}

int ProfileSession::doneIn(IterationMode mode) const
{
    return static_cast<int>(std::count_if(m_run.iterations.begin(), m_run.iterations.end(),
                                          [mode](const RunIteration& each) { return each.mode == mode; }));
}

std::optional<std::chrono::milliseconds> ProfileSession::timeLeft() const
{
    const int cold = doneIn(IterationMode::Cold);
    const int warm = doneIn(IterationMode::Warm);
    if (cold + warm == 0) {
        return std::nullopt;
    }
    // Until there is a warm one, a warm one is taken to last as long as a cold one, which is too long.
    const double coldStep = cold > 0 ? m_coldTime.count() / cold : 0;
    const double warmStep = warm > 0 ? m_warmTime.count() / warm : coldStep;
    const double left = coldStep * std::max(0, m_request.plan.coldRuns - cold) +
                        warmStep * std::max(0, m_request.plan.warmRuns - warm);
    return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(left));
}

void ProfileSession::report(ProfileProgress::Stage stage)
{
    if (!m_observer.progress) {
        return;
    }
    ProfileProgress progress;
    progress.stage = stage;
    progress.done = static_cast<int>(m_run.iterations.size());
    progress.total = m_request.steps();
    progress.timeLeft = timeLeft();
    m_observer.progress(progress);
}

void ProfileSession::warnOfTimingCost()
{
    if (m_run.scopeCost <= Nanoseconds(0)) {
        return;
    }
    for (std::size_t phase = m_processPhases; phase < m_run.phases.size(); ++phase) {
        double cost = 0;
        double time = 0;
        for (const RunIteration& iteration : m_run.iterations) {
            for (const PhaseTime& each : iteration.phases) {
                // A nested phase costs the one around it as well.
                if (each.phase == static_cast<int>(phase) ||
                    m_run.phases[static_cast<std::size_t>(each.phase)].parent == static_cast<int>(phase)) {
                    cost += static_cast<double>(each.scopes) * static_cast<double>(m_run.scopeCost.count());
                }
                if (each.phase == static_cast<int>(phase)) {
                    time += static_cast<double>(each.total.count());
                }
            }
        }
        if (time > 0 && cost > 0.01 * time) {
            addOnce(m_run.warnings, QStringLiteral("Timing itself makes up %1 % of phase %2")
                                        .arg(100.0 * cost / time, 0, 'f', 1)
                                        .arg(m_run.phases[phase].name));
        }
    }
}

RunRecord ProfileSession::finish(bool complete)
{
    m_run.finished = QDateTime::fromMSecsSinceEpoch(QDateTime::currentMSecsSinceEpoch(), Qt::UTC);
    const bool none = m_run.failedIterations() == static_cast<int>(m_run.iterations.size());
    m_run.state = !complete ? RunState::Cancelled : none || m_givenUp ? RunState::Failed : RunState::Finished;
    warnOfTimingCost();
    return m_run;
}

} // namespace perihelion
