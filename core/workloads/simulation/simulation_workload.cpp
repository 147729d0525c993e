// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workloads/simulation/simulation_workload.h"

#include "core/jobs/decode_pool.h"

namespace perihelion {

namespace {

constexpr QStringView kSystem(u"system");
constexpr QStringView kMode(u"mode");
constexpr QStringView kPlanets(u"planets");
constexpr QStringView kBeltBodies(u"belt_bodies");
constexpr QStringView kDuration(u"duration");
constexpr QStringView kDt(u"dt");
constexpr QStringView kSubsteps(u"substeps");
constexpr QStringView kOrder(u"order");
constexpr QStringView kSoftening(u"softening");
constexpr QStringView kTheta(u"theta");
constexpr QStringView kTreeAbove(u"tree_above");
constexpr QStringView kThreads(u"threads");
constexpr QStringView kMaxSamples(u"max_samples");
constexpr QStringView kOutput(u"output");
constexpr QStringView kMetadataOnce(u"metadata_once");
constexpr QStringView kIncludeZ(u"include_z");
constexpr QStringView kDecimals(u"decimals");
constexpr QStringView kGzipLevel(u"gzip_level");

constexpr QStringView kEverything(u"everything");
constexpr QStringView kTrajectoryOnly(u"trajectory only");
constexpr QStringView kEventsOnly(u"events only");

ParameterSpec choice(QStringView name, const QString& description, const QStringList& choices)
{
    ParameterSpec spec;
    spec.name = name.toString();
    spec.type = ParameterType::Choice;
    spec.description = description;
    spec.choices = choices;
    spec.fallback = choices.front();
    return spec;
}

ParameterSpec integer(QStringView name, const QString& description, int fallback, double least,
                      double greatest)
{
    ParameterSpec spec;
    spec.name = name.toString();
    spec.type = ParameterType::Integer;
    spec.description = description;
    spec.fallback = fallback;
    spec.least = least;
    spec.greatest = greatest;
    return spec;
}

ParameterSpec real(QStringView name, const QString& description, double fallback, const QString& unit,
                   double least, double greatest)
{
    ParameterSpec spec = integer(name, description, 0, least, greatest);
    spec.type = ParameterType::Real;
    spec.fallback = fallback;
    spec.unit = unit;
    return spec;
}

ParameterSpec flag(QStringView name, const QString& description, bool fallback)
{
    ParameterSpec spec;
    spec.name = name.toString();
    spec.type = ParameterType::Flag;
    spec.description = description;
    spec.fallback = fallback;
    return spec;
}

Metric measured(QStringView name, double value, QStringView unit = u"1")
{
    return {name.toString(), value, unit.toString()};
}

} // namespace

Result<SimulationPlan> SimulationPlan::fromScenario(const Scenario& scenario)
{
    SimulationPlan plan;
    SimulationRequest& request = plan.request;
    const QJsonObject system = scenario.structure(kSystem).toObject();
    if (system.isEmpty()) {
        request.system = PlanetSystem::series(static_cast<int>(scenario.integer(kPlanets)));
    } else {
        Result<PlanetSystem> own = PlanetSystem::fromJson(system);
        if (!own) {
            return own.error();
        }
        request.system = std::move(*own);
    }
    request.mode = scenario.text(kMode) == u"parity" ? SimulationMode::Parity : SimulationMode::Accurate;
    request.beltBodies = static_cast<std::size_t>(scenario.integer(kBeltBodies));
    request.duration = scenario.real(kDuration);
    request.dt = scenario.real(kDt);
    request.substeps = static_cast<int>(scenario.integer(kSubsteps));
    request.order = scenario.text(kOrder).toInt();
    request.softening = scenario.real(kSoftening);
    request.theta = scenario.real(kTheta);
    request.treeAbove = static_cast<std::size_t>(scenario.integer(kTreeAbove));
    request.maxSamples = static_cast<std::size_t>(scenario.integer(kMaxSamples));
    plan.threads = static_cast<std::size_t>(scenario.integer(kThreads));
    plan.payload.samples = scenario.text(kOutput) != kEventsOnly;
    plan.payload.events = scenario.text(kOutput) != kTrajectoryOnly;
    plan.payload.metadataOnce = scenario.flag(kMetadataOnce);
    plan.payload.includeZ = scenario.flag(kIncludeZ);
    plan.payload.decimals = static_cast<int>(scenario.integer(kDecimals));
    plan.gzipLevel = static_cast<int>(scenario.integer(kGzipLevel));
    if (const Result<void> possible = request.check(); !possible) {
        return possible.error();
    }
    return plan;
}

SimulationWorkload::SimulationWorkload() = default;

SimulationWorkload::~SimulationWorkload() = default;

QString SimulationWorkload::name() const
{
    return QStringLiteral("simulation");
}

QString SimulationWorkload::description() const
{
    return QStringLiteral(
        "Planets around a star: physics, the music of their orbits, and the answer as JSON");
}

QString SimulationWorkload::defaultScenario() const
{
    return QStringLiteral("baseline_10_planets");
}

std::vector<PhaseSpec> SimulationWorkload::phases() const
{
    return {
        {QStringLiteral("physics samples"), -1,
         QStringLiteral("Moving the bodies and recording where they go")},
        {QStringLiteral("music events"), -1, QStringLiteral("Turning orbits into notes")},
        {QStringLiteral("planet stats"), Music,
         QStringLiteral("Distances, eccentricity and pitch of each planet")},
        {QStringLiteral("orbit events"), Music,
         QStringLiteral("Notes of the rocky planets, one a revolution")},
        {QStringLiteral("velocity pads"), Music,
         QStringLiteral("Pads of the gas giants with their envelopes")},
        {QStringLiteral("serialize json"), -1, QStringLiteral("Writing the payload, once")},
        {QStringLiteral("gzip"), -1, QStringLiteral("Compressing the payload with zlib")},
        {QStringLiteral("decode"), -1, QStringLiteral("Parsing the payload and comparing it with the run")},
    };
}

std::vector<ParameterSpec> SimulationWorkload::parameters() const
{
    ParameterSpec system;
    system.name = kSystem.toString();
    system.type = ParameterType::Structure;
    system.description = QStringLiteral("Star and planets; empty for the series of planets");
    system.fallback = QJsonObject();
    return {
        choice(
            kMode,
            QStringLiteral("accurate: leapfrog, softening, all pairs; parity: the earlier profiler's rules"),
            {QStringLiteral("accurate"), QStringLiteral("parity")}),
        integer(kPlanets,
                QStringLiteral("Planets of the series (0.35 + 0.18 i AU), where no system is given"), 10, 0,
                1000),
        system,
        integer(kBeltBodies, QStringLiteral("Small bodies in a belt from 2.2 to 3.4 AU"), 0, 0, 1e6),
        real(kDuration, QStringLiteral("Simulated time"), 20, QStringLiteral("s"), 1e-6, 1e7),
        real(kDt, QStringLiteral("Time between samples at full rate"), 0.05, QStringLiteral("s"), 1e-6, 100),
        integer(kSubsteps, QStringLiteral("Steps of the integrator in each dt"), 1, 1, 10'000),
        choice(kOrder, QStringLiteral("Order of the integrator: 1, 5 or 9 force evaluations a step"),
               {QStringLiteral("2"), QStringLiteral("4"), QStringLiteral("6")}),
        real(kSoftening, QStringLiteral("Length below which attraction is softened"), 0, QStringLiteral("AU"),
             0, 1),
        real(kTheta, QStringLiteral("Opening angle of the tree; smaller is more exact"), 0.7, QString(), 0,
             1.5),
        integer(kTreeAbove, QStringLiteral("More bodies than this go through the tree"), 600, 64, 1e6),
        integer(kThreads, QStringLiteral("Threads for many bodies; 0 for one per core"), 0, 0, 64),
        integer(kMaxSamples, QStringLiteral("Samples in the payload, evenly chosen; 0 for all"), 0, 0, 1e7),
        choice(kOutput, QStringLiteral("What is made and told"),
               {kEverything.toString(), kTrajectoryOnly.toString(), kEventsOnly.toString()}),
        flag(kMetadataOnce, QStringLiteral("Describe each body once instead of in every sample"), true),
        flag(kIncludeZ, QStringLiteral("Tell the height above the plane, too"), false),
        integer(kDecimals, QStringLiteral("Decimals of positions and times"), 6, 0, 12),
        integer(kGzipLevel, QStringLiteral("Level of zlib, 1 the fastest, 9 the smallest"), 1, 0, 9),
    };
}

Result<QJsonValue> SimulationWorkload::checkStructure(const QString&, const QJsonValue& value) const
{
    if (!value.isObject()) {
        return Error{ErrorCode::InvalidArgument, QStringLiteral("must be an object with star and planets"),
                     QString()};
    }
    if (value.toObject().isEmpty()) {
        return value;
    }
    const Result<PlanetSystem> system = PlanetSystem::fromJson(value.toObject());
    return system ? Result<QJsonValue>(system->toJson()) : Result<QJsonValue>(system.error());
}

Result<void> SimulationWorkload::check(const Scenario& scenario) const
{
    const Result<SimulationPlan> plan = SimulationPlan::fromScenario(scenario);
    return plan ? Result<void>() : Result<void>(plan.error());
}

Result<WorkloadResult> SimulationWorkload::run(const Scenario& scenario, PhaseTimer& timer,
                                               const CancelToken& cancel)
{
    const Result<SimulationPlan> plan = SimulationPlan::fromScenario(scenario);
    if (!plan) {
        return plan.error();
    }
    const bool alone = plan->request.bodies() <= BodyArrays::kRotationLimit;
    if (m_engine == nullptr || (!alone && m_pool == nullptr) || m_threads != plan->threads) {
        // Few bodies never share their work, so threads are only made when there are many.
        m_engine.reset();
        m_pool = alone ? nullptr : std::make_unique<DecodePool>(plan->threads);
        m_engine = std::make_unique<SimulationEngine>(m_pool.get());
        m_threads = plan->threads;
    }
    if (const Result<void> started = m_engine->start(plan->request, bestSimdLevel(), cancel); !started) {
        return started.error();
    }
    m_events.clear();

    timer.restart();
    const Result<void> outcome = timedPhases(*plan, timer, cancel);
    timer.stop();
    if (!outcome) {
        return outcome.error();
    }
    const Result<SimulationQuality> quality = m_engine->quality(cancel);
    if (!quality) {
        return quality.error();
    }
    WorkloadResult result;
    const SimulationRequest& request = plan->request;
    result.metrics = {
        measured(metric::kPayloadBytes, static_cast<double>(m_payload.json().size()), u"B"),
        measured(metric::kPlanets, static_cast<double>(request.system.planets.size())),
        measured(u"bodies", static_cast<double>(request.bodies())),
        measured(u"steps", static_cast<double>(request.steps())),
        measured(u"samples",
                 plan->payload.samples ? static_cast<double>(m_engine->trajectory().samples()) : 0.0),
        measured(u"events", static_cast<double>(m_events.size())),
        measured(u"energy_drift", quality->energyDrift),
        measured(u"angular_momentum_drift", quality->angularMomentumDrift),
    };
    if (m_payload.compressed().empty()) {
        result.notes.append(QStringLiteral("The payload is below 1024 bytes and was not compressed"));
    } else {
        result.metrics.push_back(
            measured(metric::kPayloadGzipBytes, static_cast<double>(m_payload.compressed().size()), u"B"));
    }
    return result;
}

Result<void> SimulationWorkload::timedPhases(const SimulationPlan& plan, PhaseTimer& timer,
                                             const CancelToken& cancel)
{
    const Trajectory& trajectory = m_engine->trajectory();
    {
        const PhaseTimer::Scope physics(timer, Physics);
        if (Result<void> moved = m_engine->run(cancel); !moved) {
            return moved;
        }
    }
    if (plan.payload.events) {
        const PhaseTimer::Scope music(timer, Music);
        std::vector<PlanetStats> stats;
        {
            const PhaseTimer::Scope scope(timer, Stats);
            stats = planetStats(plan.request, trajectory, cancel);
        }
        {
            const PhaseTimer::Scope scope(timer, Orbits);
            orbitEvents(plan.request, trajectory, stats, m_events, cancel);
        }
        {
            const PhaseTimer::Scope scope(timer, Pads);
            velocityPads(plan.request, trajectory, stats, m_events, cancel);
        }
        sortEvents(m_events);
    }
    if (cancel.isCancelled()) {
        return Error{ErrorCode::Cancelled, QStringLiteral("Making the music was cancelled"), QString()};
    }
    {
        const PhaseTimer::Scope scope(timer, Serialize);
        if (Result<void> written = m_payload.write(plan.request, trajectory, m_events, plan.payload, cancel);
            !written) {
            return written;
        }
    }
    if (m_payload.json().size() < kLeastGzipBytes) {
        m_payload.dropCompressed();
    } else {
        const PhaseTimer::Scope scope(timer, Gzip);
        if (Result<void> compressed = m_payload.gzip(plan.gzipLevel, cancel); !compressed) {
            return compressed;
        }
    }
    const PhaseTimer::Scope scope(timer, Decode);
    return m_payload.decode(trajectory, m_events, plan.payload, cancel);
}

} // namespace perihelion
