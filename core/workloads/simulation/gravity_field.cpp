// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workloads/simulation/gravity_field.h"

#include "core/jobs/decode_pool.h"

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

constexpr std::size_t kRowsPerTask = 64;
constexpr std::size_t kRowsWorthThreads = 512;

constexpr double kOrder2[] = {1.0};

// Suzuki 1990: four steps of 1/(4 − 4^(1/3)) and one back in the middle.
constexpr double kSuzuki = 0.41449077179437573714;
constexpr double kOrder4[] = {kSuzuki, kSuzuki, 1.0 - 4.0 * kSuzuki, kSuzuki, kSuzuki};

// Kahan and Li 1997, order 6 in nine stages.
constexpr double kOrder6[] = {0.39216144400731413928,  0.33259913678935943860, -0.70624617255763935981,
                              0.08221359629355080023,  0.79854399093482996340, 0.08221359629355080023,
                              -0.70624617255763935981, 0.33259913678935943860, 0.39216144400731413928};

std::span<const double> stagesOf(int order)
{
    switch (order) {
    case 4:
        return kOrder4;
    case 6:
        return kOrder6;
    default:
        return kOrder2;
    }
}

} // namespace

void GravityField::accelerate(BodyArrays& bodies, const CancelToken& cancel)
{
    const std::size_t count = bodies.count();
    if (count > m_options.treeAbove) {
        m_tree.accelerate(bodies, nullptr, m_options, m_pool, cancel);
        return;
    }
    const BodyView view = BodyView::of(bodies, m_options.softening);
    if (count <= BodyArrays::kRotationLimit) {
        m_kernels.rotate(view);
        return;
    }
    if (m_pool == nullptr || count < kRowsWorthThreads) {
        m_kernels.rows(view, 0, count);
        return;
    }
    const std::size_t tasks = (count + kRowsPerTask - 1) / kRowsPerTask;
    m_pool->run(DecodePriority::Interactive, tasks, cancel, [&](std::size_t index, std::size_t) {
        const std::size_t first = index * kRowsPerTask;
        m_kernels.rows(view, first, std::min(count, first + kRowsPerTask));
    });
}

std::vector<double> GravityField::potentials(BodyArrays& bodies, const CancelToken& cancel)
{
    std::vector<double> potentials(bodies.count(), 0.0);
    if (bodies.count() > m_options.treeAbove) {
        BodyArrays copy = bodies;
        m_tree.accelerate(copy, &potentials, m_options, m_pool, cancel);
        return potentials;
    }
    const double softening2 = m_options.softening * m_options.softening;
    for (std::size_t i = 0; i < bodies.count(); ++i) {
        for (std::size_t j = i + 1; j < bodies.count(); ++j) {
            const double dx = bodies.x[j] - bodies.x[i];
            const double dy = bodies.y[j] - bodies.y[i];
            const double dz = bodies.z[j] - bodies.z[i];
            const double square = dx * dx + dy * dy + dz * dz;
            const double inverse = square > 0 ? 1.0 / std::sqrt(square + softening2) : 0.0;
            potentials[i] -= bodies.gm[j] * inverse;
            potentials[j] -= bodies.gm[i] * inverse;
        }
    }
    return potentials;
}

ConservedQuantities ConservedQuantities::of(BodyArrays& bodies, GravityField& field,
                                            const CancelToken& cancel)
{
    const std::vector<double> potentials = field.potentials(bodies, cancel);
    ConservedQuantities sum;
    for (std::size_t i = 0; i < bodies.count(); ++i) {
        const double mass = bodies.mass(i);
        const BodyStart body = bodies.at(i);
        const SpacePoint& r = body.position;
        const SpacePoint& v = body.velocity;
        sum.energy += 0.5 * mass * (v.x * v.x + v.y * v.y + v.z * v.z + potentials[i]);
        sum.angularMomentum[0] += mass * (r.y * v.z - r.z * v.y);
        sum.angularMomentum[1] += mass * (r.z * v.x - r.x * v.z);
        sum.angularMomentum[2] += mass * (r.x * v.y - r.y * v.x);
    }
    return sum;
}

double ConservedQuantities::energyDrift(const ConservedQuantities& start) const
{
    const double change = std::abs(energy - start.energy);
    return change > 0 ? change / std::abs(start.energy) : change;
}

double ConservedQuantities::angularMomentumDrift(const ConservedQuantities& start) const
{
    const double* a = angularMomentum;
    const double* b = start.angularMomentum;
    const double change = std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    return change > 0 ? change / std::hypot(b[0], b[1], b[2]) : change;
}

Leapfrog::Leapfrog(BodyArrays& bodies, GravityField& field, int order, double step)
    : m_bodies(bodies),
      m_field(field),
      m_stages(stagesOf(order)),
      m_step(step)
{
}

std::size_t Leapfrog::stages(int order)
{
    return stagesOf(order).size();
}

void Leapfrog::step(const CancelToken& cancel)
{
    if (!m_started) {
        m_bodies.repeat();
        m_field.accelerate(m_bodies, cancel);
        m_started = true;
    }
    const BodyView view = BodyView::of(m_bodies, m_field.options().softening);
    for (const double stage : m_stages) {
        const double drift = stage * m_step;
        m_field.kernels().kickDrift(view, m_pendingKick + 0.5 * drift, drift);
        m_field.accelerate(m_bodies, cancel);
        m_pendingKick = 0.5 * drift;
    }
}

void Leapfrog::synchronise()
{
    m_field.kernels().kickDrift(BodyView::of(m_bodies, m_field.options().softening), m_pendingKick, 0.0);
    m_pendingKick = 0;
}

} // namespace perihelion
