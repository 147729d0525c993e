// SPDX-License-Identifier: GPL-3.0-or-later
// Scenario and system files over arbitrary text: what is accepted can be written and read again, what is
// refused names its place, and nothing that is accepted has a number the simulation cannot take.

#include "core/workloads/simulation/simulation_workload.h"

#include <QJsonDocument>

#include <cstdint>
#include <cstdlib>

using namespace perihelion;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    const QByteArray text(reinterpret_cast<const char*>(bytes), static_cast<qsizetype>(size));
    const QString file = QStringLiteral("input.json");

    const Result<PlanetSystem> system = PlanetSystem::read(text, file);
    if (system) {
        const QByteArray written = QJsonDocument(system->toJson()).toJson();
        const Result<PlanetSystem> again = PlanetSystem::read(written, file);
        if (!again || !(*again == *system)) {
            std::abort();
        }
    } else if (!system.error().subject.startsWith(u"input.json:")) {
        std::abort();
    }

    static const SimulationWorkload workload;
    const ParameterSet set = workload.parameterSet();
    const Result<Scenario> scenario = Scenario::fromJson(set, text, file);
    if (!scenario) {
        return scenario.error().message.isEmpty() ? (std::abort(), 1) : 0;
    }
    const Result<Scenario> copy = Scenario::fromJson(set, scenario->toJson(set), file);
    if (!copy || copy->hash() != scenario->hash()) {
        std::abort();
    }
    const Result<SimulationPlan> plan = SimulationPlan::fromScenario(*scenario);
    if (plan && !plan->request.check()) {
        std::abort();
    }
    return 0;
}
