// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels with AVX2 and FMA: four doubles or eight floats at a time.
#include "core/workloads/simulation/pair_kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define PERIHELION_AVX2 __attribute__((target("avx2,fma")))

namespace perihelion {

namespace {

constexpr std::size_t kDoubles256 = 4;
constexpr std::size_t kFloats256 = 8;

/// 1/r³, 0 at no distance.
PERIHELION_AVX2 inline __m256d inverseCube256(__m256d r2)
{
    const __m256d apart = _mm256_cmp_pd(r2, _mm256_setzero_pd(), _CMP_GT_OQ);
    const __m256d cube = _mm256_mul_pd(r2, _mm256_sqrt_pd(r2));
    return _mm256_and_pd(apart, _mm256_div_pd(_mm256_set1_pd(1.0), cube));
}

/// 1/√ of floats, one Newton step on the estimate; 0 outside of the mask.
PERIHELION_AVX2 inline __m256 inverseRoot256(__m256 mask, __m256 r2)
{
    const __m256 y = _mm256_and_ps(mask, _mm256_rsqrt_ps(r2));
    const __m256 half = _mm256_mul_ps(_mm256_set1_ps(0.5F), y);
    // Masked again: where y is 0 the product may be infinity times 0.
    const __m256 e = _mm256_and_ps(mask, _mm256_fnmadd_ps(_mm256_mul_ps(r2, y), y, _mm256_set1_ps(1.0F)));
    return _mm256_fmadd_ps(half, e, y);
}

/// A mask of the first so many lanes.
PERIHELION_AVX2 inline __m256i firstLanes256(std::size_t lanes)
{
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x(static_cast<long long>(lanes)),
                              _mm256_set_epi64x(3, 2, 1, 0));
}

PERIHELION_AVX2 inline double sum256(__m256d v)
{
    const __m128d pair = _mm_add_pd(_mm256_castpd256_pd128(v), _mm256_extractf128_pd(v, 1));
    return _mm_cvtsd_f64(_mm_add_sd(pair, _mm_unpackhi_pd(pair, pair)));
}

PERIHELION_AVX2 inline float sum256(__m256 v)
{
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

PERIHELION_AVX2 inline void kickDriftRow256(double* x, double* v, const double* a, __m256d kick,
                                            __m256d drift, std::size_t count)
{
    for (std::size_t i = 0; i < count; i += kDoubles256) {
        const __m256d speed = _mm256_fmadd_pd(kick, _mm256_loadu_pd(a + i), _mm256_loadu_pd(v + i));
        _mm256_storeu_pd(v + i, speed);
        _mm256_storeu_pd(x + i, _mm256_fmadd_pd(drift, speed, _mm256_loadu_pd(x + i)));
    }
}

PERIHELION_AVX2 inline void repeatRow256(double* x, std::size_t count, std::size_t end)
{
    if (count < kDoubles256) {
        for (std::size_t i = count; i < end; ++i) {
            x[i] = x[i - count];
        }
        return;
    }
    for (std::size_t i = 0; i + count < end; i += kDoubles256) {
        _mm256_storeu_pd(x + i + count, _mm256_loadu_pd(x + i));
    }
}

PERIHELION_AVX2 void kickDrift256(const BodyView& b, double kick, double drift)
{
    const __m256d kicks = _mm256_set1_pd(kick);
    const __m256d drifts = _mm256_set1_pd(drift);
    kickDriftRow256(b.x, b.vx, b.ax, kicks, drifts, b.count);
    kickDriftRow256(b.y, b.vy, b.ay, kicks, drifts, b.count);
    kickDriftRow256(b.z, b.vz, b.az, kicks, drifts, b.count);
    if (b.count <= BodyArrays::kRotationLimit) {
        const std::size_t end = (b.count + kDoubles256 - 1) / kDoubles256 * kDoubles256 + b.count / 2;
        repeatRow256(b.x, b.count, end);
        repeatRow256(b.y, b.count, end);
        repeatRow256(b.z, b.count, end);
    }
}

PERIHELION_AVX2 void rotate256(const BodyView& b)
{
    const std::size_t n = b.count;
    const std::size_t vectors = (n + kDoubles256 - 1) / kDoubles256;
    const std::size_t reactions = n < 2 ? 0 : (n - 1) / 2;
    const bool opposite = n >= 2 && n % 2 == 0; // Body i + n/2 meets i twice, so nothing goes back.
    const __m256d softening2 = _mm256_set1_pd(b.softening2);
    // From the last vector down: what its unused lanes write lies where the next one writes the truth.
    for (std::size_t v = vectors; v-- > 0;) {
        const std::size_t i = v * kDoubles256;
        const __m256d x = _mm256_loadu_pd(b.x + i);
        const __m256d y = _mm256_loadu_pd(b.y + i);
        const __m256d z = _mm256_loadu_pd(b.z + i);
        const __m256d gm = _mm256_loadu_pd(b.gm + i);
        __m256d ax = _mm256_setzero_pd();
        __m256d ay = _mm256_setzero_pd();
        __m256d az = _mm256_setzero_pd();
        double* row = b.scratch + i;
        for (std::size_t k = 1; k <= reactions; ++k, row += 3 * b.scratchStride) {
            const __m256d dx = _mm256_sub_pd(_mm256_loadu_pd(b.x + i + k), x);
            const __m256d dy = _mm256_sub_pd(_mm256_loadu_pd(b.y + i + k), y);
            const __m256d dz = _mm256_sub_pd(_mm256_loadu_pd(b.z + i + k), z);
            const __m256d r2 =
                _mm256_fmadd_pd(dx, dx, _mm256_fmadd_pd(dy, dy, _mm256_fmadd_pd(dz, dz, softening2)));
            const __m256d p = inverseCube256(r2);
            const __m256d there = _mm256_mul_pd(p, _mm256_loadu_pd(b.gm + i + k));
            const __m256d back = _mm256_mul_pd(p, gm);
            ax = _mm256_fmadd_pd(there, dx, ax);
            ay = _mm256_fmadd_pd(there, dy, ay);
            az = _mm256_fmadd_pd(there, dz, az);
            const __m256d backX = _mm256_mul_pd(back, dx);
            const __m256d backY = _mm256_mul_pd(back, dy);
            const __m256d backZ = _mm256_mul_pd(back, dz);
            _mm256_storeu_pd(row, backX);
            _mm256_storeu_pd(row + n, backX);
            _mm256_storeu_pd(row + b.scratchStride, backY);
            _mm256_storeu_pd(row + b.scratchStride + n, backY);
            _mm256_storeu_pd(row + 2 * b.scratchStride, backZ);
            _mm256_storeu_pd(row + 2 * b.scratchStride + n, backZ);
        }
        if (opposite) {
            const std::size_t k = n / 2;
            const __m256d dx = _mm256_sub_pd(_mm256_loadu_pd(b.x + i + k), x);
            const __m256d dy = _mm256_sub_pd(_mm256_loadu_pd(b.y + i + k), y);
            const __m256d dz = _mm256_sub_pd(_mm256_loadu_pd(b.z + i + k), z);
            const __m256d r2 =
                _mm256_fmadd_pd(dx, dx, _mm256_fmadd_pd(dy, dy, _mm256_fmadd_pd(dz, dz, softening2)));
            const __m256d there = _mm256_mul_pd(inverseCube256(r2), _mm256_loadu_pd(b.gm + i + k));
            ax = _mm256_fmadd_pd(there, dx, ax);
            ay = _mm256_fmadd_pd(there, dy, ay);
            az = _mm256_fmadd_pd(there, dz, az);
        }
        _mm256_storeu_pd(b.ax + i, ax);
        _mm256_storeu_pd(b.ay + i, ay);
        _mm256_storeu_pd(b.az + i, az);
    }
    for (std::size_t v = 0; v < vectors; ++v) {
        const std::size_t i = v * kDoubles256;
        __m256d ax = _mm256_loadu_pd(b.ax + i);
        __m256d ay = _mm256_loadu_pd(b.ay + i);
        __m256d az = _mm256_loadu_pd(b.az + i);
        const double* row = b.scratch + i + n;
        for (std::size_t k = 1; k <= reactions; ++k, row += 3 * b.scratchStride) {
            ax = _mm256_sub_pd(ax, _mm256_loadu_pd(row - k));
            ay = _mm256_sub_pd(ay, _mm256_loadu_pd(row - k + b.scratchStride));
            az = _mm256_sub_pd(az, _mm256_loadu_pd(row - k + 2 * b.scratchStride));
        }
        _mm256_storeu_pd(b.ax + i, ax);
        _mm256_storeu_pd(b.ay + i, ay);
        _mm256_storeu_pd(b.az + i, az);
    }
}

PERIHELION_AVX2 void rows256(const BodyView& b, std::size_t first, std::size_t last)
{
    constexpr std::size_t kTargets = 2;
    const __m256d softening2 = _mm256_set1_pd(b.softening2);
    for (std::size_t i = first; i < last; i += kTargets) {
        const std::size_t targets = last - i < kTargets ? last - i : kTargets;
        __m256d x[kTargets];
        __m256d y[kTargets];
        __m256d z[kTargets];
        __m256d ax[kTargets];
        __m256d ay[kTargets];
        __m256d az[kTargets];
        for (std::size_t t = 0; t < kTargets; ++t) {
            const std::size_t body = i + (t < targets ? t : 0);
            x[t] = _mm256_set1_pd(b.x[body]);
            y[t] = _mm256_set1_pd(b.y[body]);
            z[t] = _mm256_set1_pd(b.z[body]);
            ax[t] = ay[t] = az[t] = _mm256_setzero_pd();
        }
        for (std::size_t j = 0; j < b.count; j += kDoubles256) {
            const __m256d sx = _mm256_loadu_pd(b.x + j);
            const __m256d sy = _mm256_loadu_pd(b.y + j);
            const __m256d sz = _mm256_loadu_pd(b.z + j);
            const __m256d gm = j + kDoubles256 <= b.count
                                   ? _mm256_loadu_pd(b.gm + j)
                                   : _mm256_maskload_pd(b.gm + j, firstLanes256(b.count - j));
            for (std::size_t t = 0; t < kTargets; ++t) {
                const __m256d dx = _mm256_sub_pd(sx, x[t]);
                const __m256d dy = _mm256_sub_pd(sy, y[t]);
                const __m256d dz = _mm256_sub_pd(sz, z[t]);
                const __m256d r2 =
                    _mm256_fmadd_pd(dx, dx, _mm256_fmadd_pd(dy, dy, _mm256_fmadd_pd(dz, dz, softening2)));
                const __m256d p = _mm256_mul_pd(gm, inverseCube256(r2));
                ax[t] = _mm256_fmadd_pd(p, dx, ax[t]);
                ay[t] = _mm256_fmadd_pd(p, dy, ay[t]);
                az[t] = _mm256_fmadd_pd(p, dz, az[t]);
            }
        }
        for (std::size_t t = 0; t < targets; ++t) {
            b.ax[i + t] = sum256(ax[t]);
            b.ay[i + t] = sum256(ay[t]);
            b.az[i + t] = sum256(az[t]);
        }
    }
}

PERIHELION_AVX2 void points256(const TreeSources& s, const TreeTargets& targets)
{
    constexpr std::size_t kTargets = 2;
    const __m256 softening2 = _mm256_set1_ps(targets.softening2);
    const __m256 zero = _mm256_setzero_ps();
    for (std::size_t i = 0; i < targets.count; i += kTargets) {
        __m256 x[kTargets];
        __m256 y[kTargets];
        __m256 z[kTargets];
        __m256 ax[kTargets];
        __m256 ay[kTargets];
        __m256 az[kTargets];
        __m256 potential[kTargets];
        for (std::size_t t = 0; t < kTargets; ++t) {
            x[t] = _mm256_set1_ps(targets.x[i + t]);
            y[t] = _mm256_set1_ps(targets.y[i + t]);
            z[t] = _mm256_set1_ps(targets.z[i + t]);
            ax[t] = ay[t] = az[t] = potential[t] = zero;
        }
        for (std::size_t j = 0; j < s.count; j += kFloats256) {
            const __m256 sx = _mm256_loadu_ps(s.x + j);
            const __m256 sy = _mm256_loadu_ps(s.y + j);
            const __m256 sz = _mm256_loadu_ps(s.z + j);
            const __m256 m = _mm256_loadu_ps(s.m + j);
            for (std::size_t t = 0; t < kTargets; ++t) {
                const __m256 dx = _mm256_sub_ps(sx, x[t]);
                const __m256 dy = _mm256_sub_ps(sy, y[t]);
                const __m256 dz = _mm256_sub_ps(sz, z[t]);
                const __m256 distance2 =
                    _mm256_fmadd_ps(dx, dx, _mm256_fmadd_ps(dy, dy, _mm256_mul_ps(dz, dz)));
                const __m256 apart = _mm256_cmp_ps(distance2, zero, _CMP_GT_OQ);
                const __m256 inverse = inverseRoot256(apart, _mm256_add_ps(distance2, softening2));
                const __m256 share = _mm256_mul_ps(m, inverse);
                const __m256 p = _mm256_mul_ps(share, _mm256_mul_ps(inverse, inverse));
                ax[t] = _mm256_fmadd_ps(p, dx, ax[t]);
                ay[t] = _mm256_fmadd_ps(p, dy, ay[t]);
                az[t] = _mm256_fmadd_ps(p, dz, az[t]);
                potential[t] = _mm256_sub_ps(potential[t], share);
            }
        }
        for (std::size_t t = 0; t < kTargets; ++t) {
            targets.ax[i + t] += sum256(ax[t]);
            targets.ay[i + t] += sum256(ay[t]);
            targets.az[i + t] += sum256(az[t]);
            targets.potential[i + t] += sum256(potential[t]);
        }
    }
}

PERIHELION_AVX2 void cells256(const TreeSources& s, const TreeTargets& targets)
{
    constexpr std::size_t kTargets = 1;
    const __m256 softening2 = _mm256_set1_ps(targets.softening2);
    const __m256 zero = _mm256_setzero_ps();
    for (std::size_t i = 0; i < targets.count; i += kTargets) {
        __m256 x[kTargets];
        __m256 y[kTargets];
        __m256 z[kTargets];
        __m256 ax[kTargets];
        __m256 ay[kTargets];
        __m256 az[kTargets];
        __m256 potential[kTargets];
        for (std::size_t t = 0; t < kTargets; ++t) {
            x[t] = _mm256_set1_ps(targets.x[i + t]);
            y[t] = _mm256_set1_ps(targets.y[i + t]);
            z[t] = _mm256_set1_ps(targets.z[i + t]);
            ax[t] = ay[t] = az[t] = potential[t] = zero;
        }
        for (std::size_t j = 0; j < s.count; j += kFloats256) {
            const __m256 sx = _mm256_loadu_ps(s.x + j);
            const __m256 sy = _mm256_loadu_ps(s.y + j);
            const __m256 sz = _mm256_loadu_ps(s.z + j);
            const __m256 m = _mm256_loadu_ps(s.m + j);
            const __m256 xx = _mm256_loadu_ps(s.quadrupole[0] + j);
            const __m256 xy = _mm256_loadu_ps(s.quadrupole[1] + j);
            const __m256 xz = _mm256_loadu_ps(s.quadrupole[2] + j);
            const __m256 yy = _mm256_loadu_ps(s.quadrupole[3] + j);
            const __m256 yz = _mm256_loadu_ps(s.quadrupole[4] + j);
            const __m256 zz = _mm256_loadu_ps(s.quadrupole[5] + j);
            for (std::size_t t = 0; t < kTargets; ++t) {
                const __m256 dx = _mm256_sub_ps(sx, x[t]);
                const __m256 dy = _mm256_sub_ps(sy, y[t]);
                const __m256 dz = _mm256_sub_ps(sz, z[t]);
                const __m256 r2 =
                    _mm256_fmadd_ps(dx, dx, _mm256_fmadd_ps(dy, dy, _mm256_fmadd_ps(dz, dz, softening2)));
                const __m256 inverse = inverseRoot256(_mm256_cmp_ps(r2, zero, _CMP_GT_OQ), r2);
                const __m256 inverse2 = _mm256_mul_ps(inverse, inverse);
                const __m256 qx = _mm256_fmadd_ps(xx, dx, _mm256_fmadd_ps(xy, dy, _mm256_mul_ps(xz, dz)));
                const __m256 qy = _mm256_fmadd_ps(xy, dx, _mm256_fmadd_ps(yy, dy, _mm256_mul_ps(yz, dz)));
                const __m256 qz = _mm256_fmadd_ps(xz, dx, _mm256_fmadd_ps(yz, dy, _mm256_mul_ps(zz, dz)));
                const __m256 twist =
                    _mm256_mul_ps(_mm256_fmadd_ps(qx, dx, _mm256_fmadd_ps(qy, dy, _mm256_mul_ps(qz, dz))),
                                  _mm256_mul_ps(inverse2, inverse2));
                const __m256 inverse3 = _mm256_mul_ps(inverse2, inverse);
                const __m256 radial =
                    _mm256_mul_ps(_mm256_fmadd_ps(_mm256_set1_ps(2.5F), twist, m), inverse3);
                const __m256 side = _mm256_mul_ps(inverse3, inverse2);
                ax[t] = _mm256_fnmadd_ps(side, qx, _mm256_fmadd_ps(radial, dx, ax[t]));
                ay[t] = _mm256_fnmadd_ps(side, qy, _mm256_fmadd_ps(radial, dy, ay[t]));
                az[t] = _mm256_fnmadd_ps(side, qz, _mm256_fmadd_ps(radial, dz, az[t]));
                potential[t] =
                    _mm256_fnmadd_ps(_mm256_fmadd_ps(_mm256_set1_ps(0.5F), twist, m), inverse, potential[t]);
            }
        }
        for (std::size_t t = 0; t < kTargets; ++t) {
            targets.ax[i + t] += sum256(ax[t]);
            targets.ay[i + t] += sum256(ay[t]);
            targets.az[i + t] += sum256(az[t]);
            targets.potential[i + t] += sum256(potential[t]);
        }
    }
}

} // namespace

const PairKernels* detail::avx2Kernels()
{
    static const PairKernels kernels{SimdLevel::Avx2, kickDrift256, rotate256, rows256, points256, cells256};
    return &kernels;
}

} // namespace perihelion

#undef PERIHELION_AVX2

#else

namespace perihelion {

const PairKernels* detail::avx2Kernels()
{
    return nullptr;
}

} // namespace perihelion

#endif
