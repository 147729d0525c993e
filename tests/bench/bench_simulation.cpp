// SPDX-License-Identifier: GPL-3.0-or-later
// simulation: what a step costs, what accuracy costs, how cost grows with bodies, and a request phase by
// phase. Times are processor time (fastest of the rounds), so that a busy machine disturbs them little.
#include "core/jobs/decode_pool.h"
#include "core/workloads/simulation/simulation_workload.h"
#include "tests/bench/bench_session.h"
#include "tests/support/star_systems.h"

#include <QJsonObject>

#include <algorithm>
#include <cmath>
#include <limits>

#include <time.h>

namespace perihelion::bench {

namespace {

constexpr double kStep = 0.05;

double threadSeconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double wallSeconds()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Fastest of so many rounds, in seconds.
template <typename Work>
double fastest(int rounds, double (*clock)(), const Work& work)
{
    double best = std::numeric_limits<double>::infinity();
    for (int round = 0; round < rounds; ++round) {
        const double before = clock();
        work();
        best = std::min(best, clock() - before);
    }
    return best;
}

QString figures(double value, int digits = 4)
{
    return QString::number(value, 'g', digits);
}

double stepNanoseconds(const BodyArrays& start, SimdLevel level, int order, int steps, int rounds)
{
    GravityOptions options;
    options.simd = level;
    const double seconds = fastest(rounds, threadSeconds, [&] {
        BodyArrays bodies = start;
        GravityField field(options);
        Leapfrog leapfrog(bodies, field, order, kStep);
        for (int step = 0; step < steps; ++step) {
            leapfrog.step({});
        }
    });
    return 1e9 * seconds / steps;
}

void stepTable(int rounds)
{
    BenchSession::remark(
        QStringLiteral("ns a leapfrog step (one force evaluation), whole runs of 4000 steps"));
    for (const std::size_t planets : {std::size_t{10}, std::size_t{18}}) {
        QString line = QString(QString::number(planets) % u" planets:");
        for (const SimdLevel level : supportedSimdLevels()) {
            const double cost = stepNanoseconds(test::tiltedPlanets(planets), level, 2, 4000, 3 * rounds);
            line += QString(u"  " % simdLevelName(level) % u' ' % figures(cost));
        }
        BenchSession::remark(line);
    }
}

/// The largest |dE/E| at eight places of a run over t = 20.
double energyDrift(const BodyArrays& start, int order, int stepsAnEighth)
{
    BodyArrays bodies = start;
    GravityField field({});
    const ConservedQuantities before = ConservedQuantities::of(bodies, field, {});
    double drift = 0;
    for (int part = 0; part < 8; ++part) {
        Leapfrog leapfrog(bodies, field, order, 2.5 / stepsAnEighth);
        for (int step = 0; step < stepsAnEighth; ++step) {
            leapfrog.step({});
        }
        leapfrog.synchronise();
        drift = std::max(drift, ConservedQuantities::of(bodies, field, {}).energyDrift(before));
    }
    return drift;
}

void accuracyTable(int rounds)
{
    BenchSession::remark(QStringLiteral("ns a simulated 0.05 to keep |dE/E| below, over t = 20"));
    for (const std::size_t planets : {std::size_t{10}, std::size_t{18}}) {
        const BodyArrays start = test::tiltedPlanets(planets);
        for (const int order : {2, 4, 6}) {
            const double cost = stepNanoseconds(start, bestSimdLevel(), order, 1000, rounds);
            QString line =
                QString(QString::number(planets) % u" planets, order " % QString::number(order) % u':');
            int steps = 4;
            for (const double target : {1e-6, 1e-9, 1e-12}) {
                double drift = energyDrift(start, order, steps);
                while (drift > target && steps < 20'000) {
                    steps = steps * 5 / 4;
                    drift = energyDrift(start, order, steps);
                }
                line +=
                    QString(u"  " % figures(target, 1) % u": " %
                            (drift > target ? QStringLiteral("not reached") : figures(cost * steps / 50.0)));
            }
            BenchSession::remark(line);
        }
    }
}

double forceSeconds(const BodyArrays& start, GravityOptions options, DecodePool* pool, int rounds)
{
    BodyArrays bodies = start;
    GravityField field(options, pool);
    return fastest(rounds, pool != nullptr ? wallSeconds : threadSeconds,
                   [&] { field.accelerate(bodies, {}); });
}

/// Root mean square relative error of every so many bodies against the direct sum.
double forceError(const BodyArrays& start, const GravityOptions& options)
{
    BodyArrays tree = start;
    BodyArrays direct = start;
    GravityField(options).accelerate(tree, {});
    const PairKernels& kernels = pairKernels(bestSimdLevel());
    const BodyView view = BodyView::of(direct, options.softening);
    const std::size_t stride = std::max<std::size_t>(1, start.count() / 1000);
    double sum = 0;
    std::size_t compared = 0;
    for (std::size_t i = 0; i < start.count(); i += stride, ++compared) {
        kernels.rows(view, i, i + 1);
        const double error =
            std::hypot(tree.ax[i] - direct.ax[i], tree.ay[i] - direct.ay[i], tree.az[i] - direct.az[i]);
        const double size = std::hypot(direct.ax[i], direct.ay[i], direct.az[i]);
        sum += error * error / (size * size);
    }
    return std::sqrt(sum / static_cast<double>(compared));
}

void growthTable(int rounds)
{
    BenchSession::remark(QStringLiteral("one force evaluation, one thread: direct sum against the tree"));
    for (const std::size_t count : {20U, 64U, 128U, 500U, 1000U, 2000U, 4000U, 8000U, 16000U, 32000U}) {
        const BodyArrays start = test::plummerSphere(count);
        GravityOptions options;
        options.softening = 0.01;
        options.treeAbove = std::numeric_limits<std::size_t>::max();
        const double bodies = static_cast<double>(count);
        QString line = QString(QString::number(count) % u" bodies:");
        if (count <= 16'000) {
            const double direct = forceSeconds(start, options, nullptr, rounds);
            line += QString(u"  direct " % figures(1e3 * direct) % u" ms (" %
                            figures(1e9 * direct / bodies / bodies) % u" ns a pair)");
        }
        if (count >= 500) {
            options.treeAbove = 0;
            const double tree = forceSeconds(start, options, nullptr, rounds);
            line +=
                QString(u"  tree " % figures(1e3 * tree) % u" ms (" %
                        figures(1e9 * tree / bodies / std::log2(bodies)) %
                        u" ns a body and log2 n, rms error " % figures(forceError(start, options), 2) % u')');
        }
        BenchSession::remark(line);
    }
}

/// CPU times of this thread, which a busy machine leaves alone: a cancelled evaluation sorts and builds the
/// tree, which one thread does, and walks nothing, which all threads do.
void serialShare(const BodyArrays& start, const GravityOptions& options, int rounds)
{
    BodyArrays bodies = start;
    GravityField field(options);
    CancelToken cancelled;
    cancelled.cancel();
    const double whole = fastest(rounds, threadSeconds, [&] { field.accelerate(bodies, {}); });
    const double serial = fastest(rounds, threadSeconds, [&] { field.accelerate(bodies, cancelled); });
    const double share = serial / whole;
    BenchSession::remark(QString(u"    CPU: whole " % figures(1e3 * whole) % u" ms, of which serial " %
                                 figures(1e3 * serial) % u" ms (" % figures(100 * share, 3) %
                                 u" %), so that two cores can be " % figures(2 / (1 + share), 3) %
                                 u" times as fast (Amdahl)"));
}

void manyBodies(int rounds)
{
    BenchSession::remark(QStringLiteral("100000 bodies, one force evaluation by the tree"));
    const BodyArrays start = test::plummerSphere(100'000);
    for (const double theta : {0.5, 0.7, 0.8}) {
        GravityOptions options;
        options.softening = 0.01;
        options.theta = theta;
        QString line = QString(u"theta " % figures(theta) % u", rms error " %
                               figures(forceError(start, options), 3) % u':');
        for (const SimdLevel level : supportedSimdLevels()) {
            options.simd = level;
            line += QString(u"  " % simdLevelName(level) % u' ' %
                            figures(1e3 * forceSeconds(start, options, nullptr, rounds)) % u" ms");
        }
        DecodePool one(1);
        DecodePool two(2);
        const double alone = forceSeconds(start, options, &one, rounds);
        const double together = forceSeconds(start, options, &two, rounds);
        line += QString(u"  wall: one thread " % figures(1e3 * alone) % u" ms, two " %
                        figures(1e3 * together) % u" ms (" % figures(alone / together, 3) % u" times)");
        BenchSession::remark(line);
        serialShare(start, options, rounds);
    }
}

Result<void> requests(int rounds)
{
    BenchSession::remark(QStringLiteral("requests, warm, ms of wall time, fastest of the rounds"));
    SimulationWorkload workload;
    const std::vector<PhaseSpec> phases = workload.phases();
    for (const auto& [planets, duration] : {std::pair{10, 20}, std::pair{18, 60}}) {
        for (const auto& [substeps, level] : {std::pair{1, 1}, std::pair{10, 1}, std::pair{10, 6}}) {
            const QJsonObject values{{QStringLiteral("planets"), planets},
                                     {QStringLiteral("duration"), duration},
                                     {QStringLiteral("softening"), 0.05},
                                     {QStringLiteral("substeps"), substeps},
                                     {QStringLiteral("gzip_level"), level}};
            const auto scenario = Scenario::make(workload.parameterSet(), QStringLiteral("bench"), values);
            if (!scenario) {
                return scenario.error();
            }
            std::vector<double> best(phases.size(), std::numeric_limits<double>::infinity());
            std::vector<Metric> metrics;
            for (int round = 0; round < 5 * rounds; ++round) {
                PhaseTimer timer;
                const auto outcome = workload.run(*scenario, timer, {});
                if (!outcome) {
                    return outcome.error();
                }
                metrics = outcome->metrics;
                for (std::size_t phase = 0; phase < phases.size(); ++phase) {
                    best[phase] = std::min(best[phase], static_cast<double>(timer.total(phase).count()));
                }
            }
            QString line = QString(QString::number(planets) % u" planets, " % QString::number(substeps) %
                                   u" sub-steps, gzip " % QString::number(level) % u':');
            double request = 0;
            for (std::size_t phase = 0; phase < phases.size(); ++phase) {
                line += QString(u"  " % phases[phase].name % u' ' % figures(1e-6 * best[phase], 3));
                const bool top = phases[phase].parent < 0 && phase != SimulationWorkload::Decode;
                request += top ? best[phase] : 0.0;
            }
            line +=
                QString(u"  request " % figures(1e-6 * request, 3) % u"  payload " %
                        figures(metricValue(metrics, metric::kPayloadBytes).value_or(0), 8) % u" B, gzip " %
                        figures(metricValue(metrics, metric::kPayloadGzipBytes).value_or(0), 8) % u" B");
            BenchSession::remark(line);
        }
    }
    return {};
}

Result<void> run(const BenchSession& session)
{
    stepTable(session.rounds());
    accuracyTable(session.rounds());
    growthTable(session.rounds());
    manyBodies(session.rounds());
    return requests(session.rounds());
}

} // namespace

Bench simulationBench()
{
    return {QStringLiteral("simulation"),
            QStringLiteral("the planetary simulation: steps, accuracy, growth with bodies, requests"), &run};
}

} // namespace perihelion::bench
