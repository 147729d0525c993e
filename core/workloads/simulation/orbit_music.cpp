// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workloads/simulation/orbit_music.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

namespace perihelion {

namespace {

constexpr double kTurn = 2.0 * std::numbers::pi;
constexpr double kNoteSeconds = 0.3;
constexpr double kShortestNote = 0.15;
constexpr double kPadPointsPerSecond = 5.0;
constexpr double kFlatRange = 1e-4;

double radiusFactor(double radius)
{
    const double share = std::clamp((radius - 2.0) / 10.0, 0.0, 1.0);
    return share * share * share;
}

int loudnessFrom(double value)
{
    return std::clamp(static_cast<int>(value), 1, 127);
}

/// Looks at the token now and then.
bool stopAt(std::size_t step, const CancelToken& cancel)
{
    return step % 4096 == 4095 && cancel.isCancelled();
}

bool isParity(const SimulationRequest& request)
{
    return request.mode == SimulationMode::Parity;
}

MusicEvent noteOn(const SimulationRequest& request, const std::vector<PlanetStats>& stats, std::size_t planet,
                  double time, bool pad)
{
    const double radius = request.system.planets[planet].radius;
    MusicEvent event;
    event.time = time;
    event.planet = static_cast<std::uint32_t>(planet);
    event.midi = stats[planet].midi;
    event.pad = pad;
    event.loudness = pad ? padLoudness(radius) : strikeLoudness(radius);
    event.eccentricity = stats[planet].eccentricity;
    event.reverb = 0.1 + 0.7 * event.eccentricity;
    event.gain = pitchGain(event.midi);
    return event;
}

MusicEvent noteOff(std::size_t planet, double time)
{
    MusicEvent event;
    event.time = time;
    event.on = false;
    event.planet = static_cast<std::uint32_t>(planet);
    return event;
}

/// Where a planet stands as seen from the star, as an angle from where it stood a step before.
double angleBetween(double x, double y, double beforeX, double beforeY)
{
    return std::atan2(beforeX * y - beforeY * x, beforeX * x + beforeY * y);
}

double distanceMoved(const Trajectory& trajectory, std::size_t step, std::size_t body)
{
    const SampleRow now = trajectory.track(step);
    const SampleRow before = trajectory.track(step - 1);
    const double dx = now.x[body] - before.x[body];
    const double dy = now.y[body] - before.y[body];
    const double dz = now.z[body] - before.z[body];
    return std::sqrt(dx * dx + dy * dy + dz * dz);
}

double noteSeconds(const SimulationRequest& request, const Trajectory& trajectory, std::size_t step,
                   std::size_t body)
{
    if (isParity(request)) {
        return kNoteSeconds; // The earlier rule never saw a speed.
    }
    const double speed = distanceMoved(trajectory, step, body) / trajectory.dt();
    return std::max(kShortestNote, kNoteSeconds / (1.0 + 0.5 * std::min(speed, 3.0)));
}

} // namespace

int planetPitch(int order, int planets)
{
    constexpr int kChord[] = {0, 4, 7};
    const int octaves = (planets + 2) / 3;
    const int start = -((octaves - 1) / 2);
    return std::clamp(60 + 12 * (start + order / 3) + kChord[order % 3], 0, 127);
}

double pitchGain(int midi)
{
    return std::exp2(-std::max(0, midi - 60) / 24.0);
}

int strikeLoudness(double radius)
{
    return loudnessFrom(20.0 + 120.0 * radiusFactor(radius));
}

int padLoudness(double radius)
{
    return loudnessFrom(10.0 + 70.0 * radiusFactor(radius));
}

std::vector<PlanetStats> planetStats(const SimulationRequest& request, const Trajectory& trajectory,
                                     const CancelToken& cancel)
{
    const std::size_t planets = request.system.planets.size();
    std::vector<PlanetStats> stats(planets);
    std::vector<double> least(planets, std::numeric_limits<double>::infinity());
    std::vector<double> greatest(planets, 0.0);
    const bool parity = isParity(request);
    for (std::size_t step = 0; step <= trajectory.steps() && !stopAt(step, cancel); ++step) {
        const SampleRow row = trajectory.track(step);
        const double starX = parity ? 0.0 : row.x[0];
        const double starY = parity ? 0.0 : row.y[0];
        const double starZ = parity ? 0.0 : row.z[0];
        for (std::size_t i = 0; i < planets; ++i) {
            const double x = row.x[1 + i] - starX;
            const double y = row.y[1 + i] - starY;
            const double z = parity ? 0.0 : row.z[1 + i] - starZ;
            const double square = x * x + y * y + z * z;
            least[i] = std::min(least[i], square);
            greatest[i] = std::max(greatest[i], square);
        }
    }
    const SampleRow start = trajectory.track(0);
    std::vector<std::size_t> byDistance(planets);
    std::iota(byDistance.begin(), byDistance.end(), std::size_t{0});
    const auto distance = [&start](std::size_t i) {
        return std::hypot(start.x[1 + i] - start.x[0], start.y[1 + i] - start.y[0]);
    };
    std::stable_sort(byDistance.begin(), byDistance.end(),
                     [&distance](std::size_t a, std::size_t b) { return distance(a) < distance(b); });
    for (std::size_t order = 0; order < planets; ++order) {
        const std::size_t i = byDistance[order];
        stats[i].order = static_cast<int>(order);
        stats[i].midi = planetPitch(stats[i].order, static_cast<int>(planets));
        stats[i].least = std::sqrt(least[i]);
        stats[i].greatest = std::sqrt(greatest[i]);
        const double both = stats[i].greatest + stats[i].least;
        stats[i].eccentricity = both > 0 ? (stats[i].greatest - stats[i].least) / both : 0.0;
    }
    return stats;
}

void orbitEvents(const SimulationRequest& request, const Trajectory& trajectory,
                 const std::vector<PlanetStats>& stats, std::vector<MusicEvent>& events,
                 const CancelToken& cancel)
{
    const bool parity = isParity(request);
    for (std::size_t planet = 0; planet < stats.size(); ++planet) {
        if (request.system.planets[planet].kind != PlanetKind::Rocky) {
            continue;
        }
        const std::size_t body = 1 + planet;
        SampleRow row = trajectory.track(0);
        double beforeX = row.x[body] - row.x[0];
        double beforeY = row.y[body] - row.y[0];
        double total = 0;
        double played = 0; // Whole turns that have sounded.
        for (std::size_t step = 1; step <= trajectory.steps() && !stopAt(step, cancel); ++step) {
            row = trajectory.track(step);
            const double x = row.x[body] - row.x[0];
            const double y = row.y[body] - row.y[0];
            const double change = angleBetween(x, y, beforeX, beforeY);
            beforeX = x;
            beforeY = y;
            const double before = parity ? total : std::abs(total);
            total += change;
            const double now = parity ? total : std::abs(total);
            const double turns = std::floor(now / kTurn);
            if (turns <= played) {
                continue;
            }
            double time = static_cast<double>(step) * trajectory.dt();
            if (!parity && now > before) {
                time -= trajectory.dt() * std::clamp((now - turns * kTurn) / (now - before), 0.0, 1.0);
            }
            played = turns;
            events.push_back(noteOn(request, stats, planet, time, false));
            events.push_back(noteOff(planet, time + noteSeconds(request, trajectory, step, body)));
        }
    }
}

void velocityPads(const SimulationRequest& request, const Trajectory& trajectory,
                  const std::vector<PlanetStats>& stats, std::vector<MusicEvent>& events,
                  const CancelToken& cancel)
{
    const std::size_t steps = trajectory.steps();
    std::vector<double> speeds(steps + 1);
    const double points = std::max(2.0, std::floor(request.duration * kPadPointsPerSecond));
    const std::size_t stride =
        std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(steps + 1) / points));
    for (std::size_t planet = 0; planet < stats.size(); ++planet) {
        if (request.system.planets[planet].kind != PlanetKind::Gas) {
            continue;
        }
        for (std::size_t step = 1; step <= steps && !stopAt(step, cancel); ++step) {
            speeds[step] = distanceMoved(trajectory, step, 1 + planet) / trajectory.dt();
        }
        speeds[0] = speeds[1]; // Before the first step there is none.
        const double slowest = *std::min_element(speeds.begin(), speeds.end());
        const double range = *std::max_element(speeds.begin(), speeds.end()) - slowest;
        MusicEvent pad = noteOn(request, stats, planet, 0.0, true);
        const auto add = [&](std::size_t step) {
            const double share = range <= kFlatRange ? 0.5 : (speeds[step] - slowest) / range;
            pad.envelope.push_back({static_cast<double>(step) * trajectory.dt(), 0.2 + 0.8 * share});
        };
        pad.envelope.reserve(steps / stride + 2);
        for (std::size_t step = 0; step <= steps; step += stride) {
            add(step);
        }
        if (steps % stride != 0) {
            add(steps);
        }
        events.push_back(std::move(pad));
        events.push_back(noteOff(planet, request.duration));
    }
}

void sortEvents(std::vector<MusicEvent>& events)
{
    std::stable_sort(events.begin(), events.end(), [](const MusicEvent& a, const MusicEvent& b) {
        return a.time != b.time ? a.time < b.time : a.on < b.on;
    });
}

} // namespace perihelion
