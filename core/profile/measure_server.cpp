// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/profile/measure_server.h"

#include "core/measure/allocation_count.h"
#include "core/measure/peak_memory.h"
#include "core/profile/measure_protocol.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include <unistd.h>

namespace perihelion {

namespace {

/// Lines of a file descriptor, read as they come.
class LineReader {
public:
    explicit LineReader(int descriptor) : m_descriptor(descriptor) {}

    /// Nothing at the end of the stream.
    std::optional<QByteArray> next()
    {
        for (;;) {
            const qsizetype end = m_pending.indexOf('\n');
            if (end >= 0) {
                const QByteArray line = m_pending.left(end);
                m_pending.remove(0, end + 1);
                return line;
            }
            std::array<char, 65536> buffer{};
            const ssize_t count = ::read(m_descriptor, buffer.data(), buffer.size());
            if (count > 0) {
                m_pending.append(buffer.data(), static_cast<qsizetype>(count));
            } else if (count == 0 || errno != EINTR) {
                return std::nullopt;
            }
        }
    }

private:
    int m_descriptor;
    QByteArray m_pending;
};

bool writeWhole(int descriptor, QByteArray line)
{
    line += '\n';
    while (!line.isEmpty()) {
        const ssize_t count = ::write(descriptor, line.constData(), static_cast<std::size_t>(line.size()));
        if (count > 0) {
            line.remove(0, static_cast<qsizetype>(count));
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

void addResources(std::vector<Metric>& metrics, const ResourceUse& use)
{
    const auto add = [&metrics](QStringView name, double value, QStringView unit) {
        metrics.push_back(Metric{name.toString(), value, unit.toString()});
    };
    add(u"user_time_ms", toMilliseconds(use.userTime), u"ms");
    add(u"system_time_ms", toMilliseconds(use.systemTime), u"ms");
    add(u"minor_faults", static_cast<double>(use.minorFaults), u"1");
    add(u"major_faults", static_cast<double>(use.majorFaults), u"1");
    add(u"voluntary_switches", static_cast<double>(use.voluntarySwitches), u"1");
    add(u"involuntary_switches", static_cast<double>(use.involuntarySwitches), u"1");
}

/// Runs the workload while its allocations are counted, or says that nobody counts.
Result<WorkloadResult> runCounting(Workload& workload, const Scenario& scenario, PhaseTimer& timer,
                                   const CancelToken& cancel)
{
    const AllocationCounting* counting = AllocationCounting::current();
    if (counting == nullptr) {
        return Error{ErrorCode::InvalidArgument,
                     QStringLiteral("Allocations are not counted in this build: a sanitizer or another C "
                                    "library stands before the allocator"),
                     QString()};
    }
    counting->enable(true);
    Result<WorkloadResult> result = workload.run(scenario, timer, cancel);
    const AllocationCount count = counting->count();
    counting->enable(false);
    if (result) {
        result->metrics.push_back(
            Metric{metric::kAllocations.toString(), static_cast<double>(count.calls), QStringLiteral("1")});
        result->metrics.push_back(Metric{metric::kAllocatedBytes.toString(), static_cast<double>(count.bytes),
                                         QStringLiteral("B")});
    }
    return result;
}

MeasurerMessage iterateOnce(Workload& workload, const Scenario& scenario, Nanoseconds scopeCost,
                            bool countAllocations, const CancelToken& cancel)
{
    IterationMessage message;
    const bool ownPeak = resetPeakResidentMemory();
    const ResourceUse before = ResourceUse::now();
    PhaseTimer timer;
    Result<WorkloadResult> result = countAllocations ? runCounting(workload, scenario, timer, cancel)
                                                     : workload.run(scenario, timer, cancel);
    timer.stop();
    const ResourceUse spent = ResourceUse::now() - before;
    const std::optional<ByteCount> peak = peakResidentMemory();
    if (!result) {
        return FailureMessage{result.error()};
    }
    RunIteration& iteration = message.iteration;
    iteration.elapsed = timer.elapsed();
    iteration.unattributed = timer.unattributed();
    iteration.timingCost = scopeCost * static_cast<std::int64_t>(timer.allScopes());
    const std::size_t phases = workload.phases().size();
    for (std::size_t phase = 0; phase < phases; ++phase) {
        if (timer.wasEntered(phase)) {
            iteration.phases.push_back(PhaseTime{static_cast<int>(phase), timer.total(phase),
                                                 timer.self(phase),
                                                 static_cast<std::int64_t>(timer.scopes(phase))});
        }
    }
    iteration.metrics = std::move(result->metrics);
    message.notes = std::move(result->notes);
    message.found = std::move(result->found);
    if (result->ofOtherProcess) {
        iteration.elapsed = result->elapsed;
        iteration.unattributed = result->elapsed;
        for (const FoundPhase& phase : message.found) {
            iteration.unattributed -=
                phase.parent.isEmpty() && !phase.ofProcess ? phase.total : Nanoseconds(0);
        }
        iteration.unattributed = std::max(iteration.unattributed, Nanoseconds(0));
        return message;
    }
    if (peak) {
        iteration.metrics.push_back(
            Metric{metric::kPeakRssBytes.toString(), static_cast<double>(peak->value), QStringLiteral("B")});
    }
    addResources(iteration.metrics, spent);
    if (!ownPeak) {
        message.notes.append(QStringLiteral(
            "The peak memory is that of the whole process; the system does not let it be reset"));
    }
    return message;
}

/// What begin asked for.
struct Begun {
    Workload* workload = nullptr;
    Scenario scenario;
};

Result<Begun> beginWith(const WorkloadRegistry& registry, const BeginMessage& begin)
{
    Workload* workload = registry.find(begin.workload);
    if (workload == nullptr) {
        return Error{ErrorCode::InvalidArgument, QString(u"There is no workload " % begin.workload),
                     QString()};
    }
    Result<Scenario> scenario = Scenario::make(workload->parameterSet(), begin.scenario, begin.values);
    if (!scenario) {
        return scenario.error();
    }
    if (const Result<void> whole = workload->check(*scenario); !whole) {
        return whole.error();
    }
    return Begun{workload, std::move(*scenario)};
}

} // namespace

Nanoseconds monotonicNow()
{
    return std::chrono::steady_clock::now().time_since_epoch();
}

int serveMeasurements(const WorkloadRegistry& registry, const MeasuringProgram& program, int input,
                      int output, const CancelToken& cancel)
{
    LineReader lines(input);
    std::optional<Begun> begun;
    Nanoseconds scopeCost{0};
    while (const std::optional<QByteArray> line = lines.next()) {
        const Result<AskerMessage> message = askerMessageFrom(*line);
        if (!message) {
            writeWhole(output, toLine(MeasurerMessage(FailureMessage{message.error()})));
            return 1;
        }
        MeasurerMessage answer =
            FailureMessage{Error{ErrorCode::InvalidArgument,
                                 QStringLiteral("Nothing was begun that could be iterated"), QString()}};
        if (const auto* begin = std::get_if<BeginMessage>(&*message)) {
            Result<Begun> made = beginWith(registry, *begin);
            if (made) {
                begun = std::move(*made);
                ReadyMessage ready;
                const MachineDescription machine = MachineDescription::ofProgram();
                ready.workloadVersion = begun->workload->version();
                ready.programVersion = program.version;
                ready.commit = program.commit;
                ready.dirty = program.dirty;
                ready.buildType = machine.buildType;
                ready.compiler = machine.compiler;
                ready.began = program.began;
                ready.ready = monotonicNow();
                scopeCost = PhaseTimer::calibrateScopeCost();
                ready.scopeCost = scopeCost;
                answer = ready;
            } else {
                answer = FailureMessage{made.error()};
            }
        } else if (begun) {
            answer = iterateOnce(*begun->workload, begun->scenario, scopeCost,
                                 std::get<IterateMessage>(*message).countAllocations, cancel);
        }
        if (!writeWhole(output, toLine(answer))) {
            return 1;
        }
    }
    return 0;
}

} // namespace perihelion
