// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Systems of known content for tests and benches of the simulation: planets on slightly tilted ellipses, and
// a Plummer sphere. The same on every machine.

#include "core/workloads/simulation/body_arrays.h"

#include <cmath>
#include <numbers>

namespace perihelion::test {

/// A star of mass 1 (G = 1) and n planets at 1.3^i with masses from 1e-6 to 1e-4, eccentricities up to 0.05
/// and inclinations up to 0.02; at rest about its centre of mass.
inline BodyArrays tiltedPlanets(std::size_t planets)
{
    EvenRandom random(42);
    BodyArrays bodies(planets + 1);
    bodies.set(0, 1 / kGravity, {});
    const double turn = 2 * std::numbers::pi;
    for (std::size_t i = 0; i < planets; ++i) {
        const double a = std::pow(1.3, static_cast<double>(i));
        const double mass = std::pow(10.0, -6.0 + 2.0 * random.next());
        const double e = 0.05 * random.next();
        const double anomaly = turn * random.next();
        const double periapsis = turn * random.next();
        const double tilt = 0.02 * random.next();
        const double node = turn * random.next();
        const double motion = std::sqrt((1 + mass) / (a * a * a)) * a / (1 - e * std::cos(anomaly));
        const double shape = std::sqrt(1 - e * e);
        // In the plane of the orbit, then turned by periapsis, tilt and node.
        const auto turned = [&](double u, double v) {
            const double x = u * std::cos(periapsis) - v * std::sin(periapsis);
            const double y = u * std::sin(periapsis) + v * std::cos(periapsis);
            return SpacePoint{x * std::cos(node) - y * std::cos(tilt) * std::sin(node),
                              x * std::sin(node) + y * std::cos(tilt) * std::cos(node), y * std::sin(tilt)};
        };
        bodies.set(i + 1, mass / kGravity,
                   {turned(a * (std::cos(anomaly) - e), a * shape * std::sin(anomaly)),
                    turned(-motion * std::sin(anomaly), motion * shape * std::cos(anomaly))});
    }
    double all = 0;
    BodyStart centre;
    for (std::size_t i = 0; i <= planets; ++i) {
        const BodyStart body = bodies.at(i);
        const double m = bodies.mass(i);
        all += m;
        centre.position.x += m * body.position.x;
        centre.position.y += m * body.position.y;
        centre.position.z += m * body.position.z;
        centre.velocity.x += m * body.velocity.x;
        centre.velocity.y += m * body.velocity.y;
        centre.velocity.z += m * body.velocity.z;
    }
    for (std::size_t i = 0; i <= planets; ++i) {
        BodyStart body = bodies.at(i);
        body.position.x -= centre.position.x / all;
        body.position.y -= centre.position.y / all;
        body.position.z -= centre.position.z / all;
        body.velocity.x -= centre.velocity.x / all;
        body.velocity.y -= centre.velocity.y / all;
        body.velocity.z -= centre.velocity.z / all;
        bodies.set(i, bodies.mass(i), body);
    }
    bodies.repeat();
    return bodies;
}

/// A Plummer sphere of mass 1 (G = 1) and radius 1, without its outermost thousandth, at rest.
inline BodyArrays plummerSphere(std::size_t count)
{
    EvenRandom random(7);
    BodyArrays bodies(count);
    for (std::size_t i = 0; i < count; ++i) {
        const double share = 0.999 * random.next();
        const double radius = 1.0 / std::sqrt(std::pow(share, -2.0 / 3.0) - 1.0);
        const double height = 2.0 * random.next() - 1.0;
        const double angle = 2 * std::numbers::pi * random.next();
        const double across = radius * std::sqrt(1 - height * height);
        bodies.set(i, 1 / (kGravity * static_cast<double>(count)),
                   {{across * std::cos(angle), across * std::sin(angle), radius * height}, {}});
    }
    bodies.repeat();
    return bodies;
}

} // namespace perihelion::test
