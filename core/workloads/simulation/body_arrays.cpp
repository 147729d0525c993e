// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workloads/simulation/body_arrays.h"

#include <cmath>
#include <numbers>

namespace perihelion {

namespace {

constexpr std::uint64_t kBeltSeed = 2026;
constexpr double kBeltInner = 2.2;
constexpr double kBeltOuter = 3.4;
constexpr double kBeltMass = 0.1;

} // namespace

double EvenRandom::next()
{
    m_state += 0x9E3779B97F4A7C15ULL;
    std::uint64_t mixed = m_state;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    mixed ^= mixed >> 31;
    return static_cast<double>(mixed >> 11) * 0x1p-53;
}

BodyArrays::BodyArrays(std::size_t bodies) : m_count(bodies)
{
    const bool repeated = bodies <= kRotationLimit;
    const std::size_t padded = (bodies + kLanes - 1) / kLanes * kLanes;
    const std::size_t places = padded + (repeated ? bodies + 2 * kLanes : 0);
    for (std::vector<double>* array : {&x, &y, &z, &gm}) {
        array->assign(places, 0.0);
    }
    for (std::vector<double>* array : {&vx, &vy, &vz, &ax, &ay, &az}) {
        array->assign(padded, 0.0);
    }
    if (repeated) {
        scratch.assign((bodies / 2) * 3 * 2 * (padded + kLanes), 0.0);
    }
}

BodyArrays BodyArrays::of(const PlanetSystem& system, std::size_t beltBodies)
{
    const std::size_t planets = system.planets.size();
    BodyArrays bodies(1 + planets + beltBodies);
    bodies.set(0, system.star.mass * kSolarMass, {system.star.position, system.star.velocity});
    for (std::size_t index = 0; index < planets; ++index) {
        bodies.set(1 + index, system.planets[index].mass, system.startOf(index));
    }
    EvenRandom random(kBeltSeed);
    for (std::size_t index = 0; index < beltBodies; ++index) {
        const double share = random.next();
        // Even over the area of the ring.
        const double radius =
            std::sqrt(kBeltInner * kBeltInner + share * (kBeltOuter * kBeltOuter - kBeltInner * kBeltInner));
        const double angle = 2.0 * std::numbers::pi * random.next();
        const double height = 0.1 * (random.next() - 0.5);
        const double speed = std::sqrt(kGravity * system.star.mass * kSolarMass / radius);
        const double cosine = std::cos(angle);
        const double sine = std::sin(angle);
        const SpacePoint centre = system.star.position;
        const SpacePoint drift = system.star.velocity;
        bodies.set(1 + planets + index, kBeltMass / static_cast<double>(beltBodies),
                   {{centre.x + radius * cosine, centre.y + radius * sine, centre.z + height},
                    {drift.x - speed * sine, drift.y + speed * cosine, drift.z}});
    }
    bodies.repeat();
    return bodies;
}

void BodyArrays::set(std::size_t body, double mass, const BodyStart& start)
{
    x[body] = start.position.x;
    y[body] = start.position.y;
    z[body] = start.position.z;
    vx[body] = start.velocity.x;
    vy[body] = start.velocity.y;
    vz[body] = start.velocity.z;
    gm[body] = kGravity * mass;
}

BodyStart BodyArrays::at(std::size_t body) const
{
    return {{x[body], y[body], z[body]}, {vx[body], vy[body], vz[body]}};
}

void BodyArrays::repeat()
{
    if (m_count == 0 || m_count > kRotationLimit) {
        return;
    }
    for (std::size_t place = m_count; place < x.size(); ++place) {
        x[place] = x[place - m_count];
        y[place] = y[place - m_count];
        z[place] = z[place - m_count];
        gm[place] = gm[place - m_count];
    }
}

} // namespace perihelion
