// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workloads/simulation/trajectory.h"

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

Error refusedRequest(ErrorCode code, const QString& what)
{
    return {code, QString(u"Simulating the system is not possible: " % what), QString()};
}

double stepsOf(const SimulationRequest& request)
{
    const double quotient = request.duration / request.dt;
    // 1.1 / 0.1 is a little more than 11, which must not make a twelfth step; the earlier rules do.
    const double allowance = request.mode == SimulationMode::Parity ? 0.0 : 1e-9 * quotient;
    return std::max(1.0, std::ceil(quotient - allowance));
}

} // namespace

std::size_t SimulationRequest::steps() const
{
    return static_cast<std::size_t>(stepsOf(*this));
}

Result<void> SimulationRequest::check() const
{
    const auto positive = [](double value) { return std::isfinite(value) && value > 0; };
    if (!positive(dt)) {
        return refusedRequest(ErrorCode::InvalidArgument, QStringLiteral("dt must be a number above 0"));
    }
    if (!positive(duration)) {
        return refusedRequest(ErrorCode::InvalidArgument,
                              QStringLiteral("the duration must be a number above 0"));
    }
    if (!std::isfinite(softening) || softening < 0 || !std::isfinite(theta) || theta < 0) {
        return refusedRequest(ErrorCode::InvalidArgument,
                              QStringLiteral("softening and theta must be numbers from 0"));
    }
    if (substeps < 1 || (order != 2 && order != 4 && order != 6)) {
        return refusedRequest(ErrorCode::InvalidArgument,
                              QStringLiteral("sub-steps must be at least 1, and the order 2, 4 or 6"));
    }
    if (!positive(system.star.mass)) {
        return refusedRequest(ErrorCode::InvalidArgument,
                              QStringLiteral("the star's mass must be a number above 0"));
    }
    for (const Planet& planet : system.planets) {
        if (!positive(planet.mass)) {
            return refusedRequest(ErrorCode::InvalidArgument,
                                  QString(u"the mass of " % planet.name % u" must be a number above 0"));
        }
    }
    const double all = stepsOf(*this);
    if (!(all <= kMostSteps)) {
        return refusedRequest(ErrorCode::TooLarge,
                              QStringLiteral("the duration takes more than 100 million steps of dt; "
                                             "raise dt or shorten the duration"));
    }
    const double returned = maxSamples > 0 ? std::min(static_cast<double>(maxSamples), all + 1) : all + 1;
    if ((all + 1) * static_cast<double>(tracked()) > kMostPlaces ||
        returned * static_cast<double>(bodies()) > kMostPlaces) {
        return refusedRequest(ErrorCode::TooLarge,
                              QStringLiteral("it would give more than 200 million positions; lower the "
                                             "samples or the bodies, or raise dt"));
    }
    if (mode == SimulationMode::Parity && bodies() > 2000) {
        return refusedRequest(ErrorCode::TooLarge,
                              QStringLiteral("parity mode takes at most 2000 bodies; choose accurate mode"));
    }
    return system.check();
}

void Trajectory::prepare(const SimulationRequest& request)
{
    m_bodies = request.bodies();
    m_tracked = request.tracked();
    m_steps = request.steps();
    m_dt = request.dt;
    m_nextSample = 0;
    m_track.resize((m_steps + 1) * 3 * m_tracked);
    const std::size_t wanted =
        request.maxSamples == 0 ? m_steps + 1 : std::clamp<std::size_t>(request.maxSamples, 2, m_steps + 1);
    m_sampleSteps.resize(wanted);
    for (std::size_t i = 0; i < wanted; ++i) {
        m_sampleSteps[i] = i * m_steps / std::max<std::size_t>(1, wanted - 1);
    }
    m_samples.resize(m_bodies == m_tracked ? 0 : wanted * 3 * m_bodies);
}

void Trajectory::record(std::size_t step, const double* x, const double* y, const double* z)
{
    double* place = m_track.data() + step * 3 * m_tracked;
    for (const double* row : {x, y, z}) {
        place = std::copy_n(row, m_tracked, place);
    }
    if (m_nextSample < m_sampleSteps.size() && m_sampleSteps[m_nextSample] == step) {
        if (m_bodies != m_tracked) {
            double* target = m_samples.data() + m_nextSample * 3 * m_bodies;
            for (const double* row : {x, y, z}) {
                target = std::copy_n(row, m_bodies, target);
            }
        }
        ++m_nextSample;
    }
}

} // namespace perihelion
