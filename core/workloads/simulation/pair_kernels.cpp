// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workloads/simulation/pair_kernels.h"

#include <cmath>

namespace perihelion {

namespace {

void kickDriftBaseline(const BodyView& b, double kick, double drift)
{
    for (std::size_t i = 0; i < b.count; ++i) {
        b.vx[i] += kick * b.ax[i];
        b.vy[i] += kick * b.ay[i];
        b.vz[i] += kick * b.az[i];
        b.x[i] += drift * b.vx[i];
        b.y[i] += drift * b.vy[i];
        b.z[i] += drift * b.vz[i];
    }
}

/// 1/r³ of the softened distance; nothing between bodies at one place.
inline double inverseCube(double distance2, double softening2)
{
    const double r2 = distance2 + softening2;
    return r2 > 0 ? 1.0 / (r2 * std::sqrt(r2)) : 0.0;
}

void rotateBaseline(const BodyView& b)
{
    // Without vector instructions plain half pairs are as good as any order.
    for (std::size_t i = 0; i < b.count; ++i) {
        b.ax[i] = b.ay[i] = b.az[i] = 0;
    }
    for (std::size_t i = 0; i < b.count; ++i) {
        double ax = 0;
        double ay = 0;
        double az = 0;
        for (std::size_t j = i + 1; j < b.count; ++j) {
            const double dx = b.x[j] - b.x[i];
            const double dy = b.y[j] - b.y[i];
            const double dz = b.z[j] - b.z[i];
            const double p = inverseCube(dx * dx + dy * dy + dz * dz, b.softening2);
            const double there = p * b.gm[j];
            const double back = p * b.gm[i];
            ax += there * dx;
            ay += there * dy;
            az += there * dz;
            b.ax[j] -= back * dx;
            b.ay[j] -= back * dy;
            b.az[j] -= back * dz;
        }
        b.ax[i] += ax;
        b.ay[i] += ay;
        b.az[i] += az;
    }
}

void rowsBaseline(const BodyView& b, std::size_t first, std::size_t last)
{
    for (std::size_t i = first; i < last; ++i) {
        double ax = 0;
        double ay = 0;
        double az = 0;
        for (std::size_t j = 0; j < b.count; ++j) {
            const double dx = b.x[j] - b.x[i];
            const double dy = b.y[j] - b.y[i];
            const double dz = b.z[j] - b.z[i];
            const double p = b.gm[j] * inverseCube(dx * dx + dy * dy + dz * dz, b.softening2);
            ax += p * dx;
            ay += p * dy;
            az += p * dz;
        }
        b.ax[i] = ax;
        b.ay[i] = ay;
        b.az[i] = az;
    }
}

void pointsBaseline(const TreeSources& s, const TreeTargets& t)
{
    for (std::size_t i = 0; i < t.count; ++i) {
        float ax = 0;
        float ay = 0;
        float az = 0;
        float potential = 0;
        for (std::size_t j = 0; j < s.count; ++j) {
            const float dx = s.x[j] - t.x[i];
            const float dy = s.y[j] - t.y[i];
            const float dz = s.z[j] - t.z[i];
            const float distance2 = dx * dx + dy * dy + dz * dz;
            const float inverse = distance2 > 0 ? 1.0F / std::sqrt(distance2 + t.softening2) : 0.0F;
            const float share = s.m[j] * inverse;
            const float p = share * inverse * inverse;
            ax += p * dx;
            ay += p * dy;
            az += p * dz;
            potential -= share;
        }
        t.ax[i] += ax;
        t.ay[i] += ay;
        t.az[i] += az;
        t.potential[i] += potential;
    }
}

void cellsBaseline(const TreeSources& s, const TreeTargets& t)
{
    for (std::size_t i = 0; i < t.count; ++i) {
        for (std::size_t j = 0; j < s.count; ++j) {
            const float dx = s.x[j] - t.x[i];
            const float dy = s.y[j] - t.y[i];
            const float dz = s.z[j] - t.z[i];
            const float y = 1.0F / std::sqrt(dx * dx + dy * dy + dz * dz + t.softening2);
            const float y2 = y * y;
            const float qx = s.quadrupole[0][j] * dx + s.quadrupole[1][j] * dy + s.quadrupole[2][j] * dz;
            const float qy = s.quadrupole[1][j] * dx + s.quadrupole[3][j] * dy + s.quadrupole[4][j] * dz;
            const float qz = s.quadrupole[2][j] * dx + s.quadrupole[4][j] * dy + s.quadrupole[5][j] * dz;
            const float twist = (qx * dx + qy * dy + qz * dz) * y2 * y2;
            const float y3 = y2 * y;
            const float radial = (s.m[j] + 2.5F * twist) * y3;
            const float side = y3 * y2;
            t.ax[i] += radial * dx - side * qx;
            t.ay[i] += radial * dy - side * qy;
            t.az[i] += radial * dz - side * qz;
            t.potential[i] -= (s.m[j] + 0.5F * twist) * y;
        }
    }
}

} // namespace

BodyView BodyView::of(BodyArrays& bodies, double softening)
{
    BodyView view;
    view.count = bodies.count();
    view.places = bodies.x.size();
    view.scratchStride = view.count < 2 ? 0 : bodies.scratch.size() / (view.count / 2 * 3);
    view.x = bodies.x.data();
    view.y = bodies.y.data();
    view.z = bodies.z.data();
    view.gm = bodies.gm.data();
    view.vx = bodies.vx.data();
    view.vy = bodies.vy.data();
    view.vz = bodies.vz.data();
    view.ax = bodies.ax.data();
    view.ay = bodies.ay.data();
    view.az = bodies.az.data();
    view.scratch = bodies.scratch.data();
    view.softening2 = softening * softening;
    return view;
}

const PairKernels& detail::baselineKernels()
{
    static const PairKernels kernels{SimdLevel::Baseline, kickDriftBaseline, rotateBaseline,
                                     rowsBaseline,        pointsBaseline,    cellsBaseline};
    return kernels;
}

const PairKernels& pairKernels(SimdLevel level)
{
    const SimdLevel best = bestSimdLevel();
    const SimdLevel wanted = level < best ? level : best;
    if (wanted == SimdLevel::Avx512 && detail::avx512Kernels() != nullptr) {
        return *detail::avx512Kernels();
    }
    if (wanted >= SimdLevel::Avx2 && detail::avx2Kernels() != nullptr) {
        return *detail::avx2Kernels();
    }
    return detail::baselineKernels();
}

QString simdLevelName(SimdLevel level)
{
    switch (level) {
    case SimdLevel::Avx512:
        return QStringLiteral("AVX-512");
    case SimdLevel::Avx2:
        return QStringLiteral("AVX2");
    case SimdLevel::Baseline:
        break;
    }
    return QStringLiteral("baseline");
}

SimdLevel bestSimdLevel()
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
        return SimdLevel::Avx512;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return SimdLevel::Avx2;
    }
#endif
    return SimdLevel::Baseline;
}

std::vector<SimdLevel> supportedSimdLevels()
{
    std::vector<SimdLevel> levels{SimdLevel::Baseline};
    for (const SimdLevel level : {SimdLevel::Avx2, SimdLevel::Avx512}) {
        if (level <= bestSimdLevel()) {
            levels.push_back(level);
        }
    }
    return levels;
}

} // namespace perihelion
