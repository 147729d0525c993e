// SPDX-License-Identifier: GPL-3.0-or-later
// How long cancelling a profile run takes, from the click to the end of the last child. perihelion-cli beside
// this program is what measures.
#include "core/profile/profile_runner.h"
#include "core/workloads/simulation/simulation_workload.h"
#include "tests/bench/bench_session.h"

#include <QElapsedTimer>

#include <algorithm>
#include <chrono>
#include <future>
#include <thread>

namespace perihelion::bench {

namespace {

Result<void> run(const BenchSession& session)
{
    WorkloadRegistry registry;
    registry.add(std::make_unique<SimulationWorkload>());
    const Result<ProfileEnvironment> environment = ProfileEnvironment::forThisProgram();
    if (!environment) {
        return environment.error();
    }
    const Workload& workload = *registry.find(u"simulation");
    // Minutes of work, so that every cancel meets a child in the middle of it.
    const auto scenario = Scenario::make(workload.parameterSet(), QStringLiteral("bench"),
                                         {{QStringLiteral("planets"), 100},
                                          {QStringLiteral("duration"), 1000},
                                          {QStringLiteral("substeps"), 100}});
    if (!scenario) {
        return scenario.error();
    }
    ProfileRequest request;
    request.scenario = *scenario;
    request.plan = RunPlan{0, 1, 1, 1};
    std::vector<double> millis;
    for (int round = 0; round < std::max(5, session.rounds()); ++round) {
        ProfileControl control;
        QElapsedTimer sinceCancel;
        std::promise<void> warmingUp;
        bool told = false;
        ProfileObserver observer;
        observer.progress = [&](const ProfileProgress& progress) {
            if (progress.stage == ProfileProgress::Stage::WarmUp && !told) {
                told = true;
                warmingUp.set_value();
            }
        };
        // As a person does: while the child is somewhere in the middle of its work.
        std::thread person([&control, &sinceCancel, ready = warmingUp.get_future()] {
            ready.wait();
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
            sinceCancel.start();
            control.cancel();
        });
        const auto outcome = ProfileRunner(registry, *environment).run(request, control, observer);
        if (!told) {
            warmingUp.set_value();
        }
        person.join();
        if (outcome || outcome.error().code != ErrorCode::Cancelled) {
            return outcome ? Error{ErrorCode::Internal, QStringLiteral("The run ended before its cancel"),
                                   QString()}
                           : outcome.error();
        }
        millis.push_back(static_cast<double>(sinceCancel.nsecsElapsed()) / 1e6);
    }
    std::sort(millis.begin(), millis.end());
    BenchSession::remark(QStringLiteral("from cancel to the end of all children, %1 runs: median %2 ms, at "
                                        "most %3 ms (a cancel is looked for every 20 ms; target: 100)")
                             .arg(millis.size())
                             .arg(millis[millis.size() / 2], 0, 'f', 1)
                             .arg(millis.back(), 0, 'f', 1));
    return {};
}

} // namespace

Bench profileBench()
{
    return {QStringLiteral("profile"), QStringLiteral("cancelling a profile run"), run};
}

} // namespace perihelion::bench
