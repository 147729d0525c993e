// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels with AVX-512: eight doubles or sixteen floats at a time, 1/√ by estimate and correction.
#include "core/workloads/simulation/pair_kernels.h"

#if defined(__x86_64__)

// GCC 12's own intrinsics begin with an undefined value on purpose and are warned of for it (GCC bug 105593).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <immintrin.h>

#define PERIHELION_AVX512 __attribute__((target("avx512f")))

namespace perihelion {

namespace {

constexpr std::size_t kDoubles512 = 8;
constexpr std::size_t kFloats512 = 16;

/// 1/r³, 0 at no distance. The estimate is right to 2⁻¹⁴; with e = 1 − r²·y² the series of (1 − e)^(−1/2) up
/// to e³ leaves less than a double can hold.
PERIHELION_AVX512 inline __m512d inverseCube512(__m512d r2)
{
    const __mmask8 apart = _mm512_cmp_pd_mask(r2, _mm512_setzero_pd(), _CMP_GT_OQ);
    const __m512d y = _mm512_maskz_rsqrt14_pd(apart, r2);
    const __m512d e = _mm512_fnmadd_pd(_mm512_mul_pd(r2, y), y, _mm512_set1_pd(1.0));
    __m512d series = _mm512_fmadd_pd(e, _mm512_set1_pd(0.3125), _mm512_set1_pd(0.375));
    series = _mm512_fmadd_pd(e, series, _mm512_set1_pd(0.5));
    const __m512d root = _mm512_fmadd_pd(_mm512_mul_pd(y, e), series, y);
    return _mm512_mul_pd(_mm512_mul_pd(root, root), root);
}

/// 1/√ of floats, one Newton step on the estimate; 0 outside of the mask.
PERIHELION_AVX512 inline __m512 inverseRoot512(__mmask16 mask, __m512 r2)
{
    const __m512 y = _mm512_maskz_rsqrt14_ps(mask, r2);
    const __m512 half = _mm512_mul_ps(_mm512_set1_ps(0.5F), y);
    const __m512 e = _mm512_fnmadd_ps(_mm512_mul_ps(r2, y), y, _mm512_set1_ps(1.0F));
    return _mm512_fmadd_ps(half, e, y);
}

PERIHELION_AVX512 inline void kickDriftRow512(double* x, double* v, const double* a, __m512d kick,
                                              __m512d drift, std::size_t count)
{
    for (std::size_t i = 0; i < count; i += kDoubles512) {
        const __m512d speed = _mm512_fmadd_pd(kick, _mm512_loadu_pd(a + i), _mm512_loadu_pd(v + i));
        _mm512_storeu_pd(v + i, speed);
        _mm512_storeu_pd(x + i, _mm512_fmadd_pd(drift, speed, _mm512_loadu_pd(x + i)));
    }
}

PERIHELION_AVX512 inline void repeatRow512(double* x, std::size_t count, std::size_t end)
{
    if (count < kDoubles512) {
        for (std::size_t i = count; i < end; ++i) {
            x[i] = x[i - count];
        }
        return;
    }
    for (std::size_t i = 0; i + count < end; i += kDoubles512) {
        _mm512_storeu_pd(x + i + count, _mm512_loadu_pd(x + i));
    }
}

PERIHELION_AVX512 void kickDrift512(const BodyView& b, double kick, double drift)
{
    const __m512d kicks = _mm512_set1_pd(kick);
    const __m512d drifts = _mm512_set1_pd(drift);
    kickDriftRow512(b.x, b.vx, b.ax, kicks, drifts, b.count);
    kickDriftRow512(b.y, b.vy, b.ay, kicks, drifts, b.count);
    kickDriftRow512(b.z, b.vz, b.az, kicks, drifts, b.count);
    if (b.count <= BodyArrays::kRotationLimit) {
        const std::size_t end = (b.count + kDoubles512 - 1) / kDoubles512 * kDoubles512 + b.count / 2;
        repeatRow512(b.x, b.count, end);
        repeatRow512(b.y, b.count, end);
        repeatRow512(b.z, b.count, end);
    }
}

PERIHELION_AVX512 void rotate512(const BodyView& b)
{
    const std::size_t n = b.count;
    const std::size_t vectors = (n + kDoubles512 - 1) / kDoubles512;
    const std::size_t reactions = n < 2 ? 0 : (n - 1) / 2;
    const bool opposite = n >= 2 && n % 2 == 0; // Body i + n/2 meets i twice, so nothing goes back.
    const __m512d softening2 = _mm512_set1_pd(b.softening2);
    // From the last vector down: what its unused lanes write lies where the next one writes the truth.
    for (std::size_t v = vectors; v-- > 0;) {
        const std::size_t i = v * kDoubles512;
        const __m512d x = _mm512_loadu_pd(b.x + i);
        const __m512d y = _mm512_loadu_pd(b.y + i);
        const __m512d z = _mm512_loadu_pd(b.z + i);
        const __m512d gm = _mm512_loadu_pd(b.gm + i);
        __m512d ax = _mm512_setzero_pd();
        __m512d ay = _mm512_setzero_pd();
        __m512d az = _mm512_setzero_pd();
        double* row = b.scratch + i;
        for (std::size_t k = 1; k <= reactions; ++k, row += 3 * b.scratchStride) {
            const __m512d dx = _mm512_sub_pd(_mm512_loadu_pd(b.x + i + k), x);
            const __m512d dy = _mm512_sub_pd(_mm512_loadu_pd(b.y + i + k), y);
            const __m512d dz = _mm512_sub_pd(_mm512_loadu_pd(b.z + i + k), z);
            const __m512d r2 =
                _mm512_fmadd_pd(dx, dx, _mm512_fmadd_pd(dy, dy, _mm512_fmadd_pd(dz, dz, softening2)));
            const __m512d p = inverseCube512(r2);
            const __m512d there = _mm512_mul_pd(p, _mm512_loadu_pd(b.gm + i + k));
            const __m512d back = _mm512_mul_pd(p, gm);
            ax = _mm512_fmadd_pd(there, dx, ax);
            ay = _mm512_fmadd_pd(there, dy, ay);
            az = _mm512_fmadd_pd(there, dz, az);
            const __m512d backX = _mm512_mul_pd(back, dx);
            const __m512d backY = _mm512_mul_pd(back, dy);
            const __m512d backZ = _mm512_mul_pd(back, dz);
            _mm512_storeu_pd(row, backX);
            _mm512_storeu_pd(row + n, backX);
            _mm512_storeu_pd(row + b.scratchStride, backY);
            _mm512_storeu_pd(row + b.scratchStride + n, backY);
            _mm512_storeu_pd(row + 2 * b.scratchStride, backZ);
            _mm512_storeu_pd(row + 2 * b.scratchStride + n, backZ);
        }
        if (opposite) {
            const std::size_t k = n / 2;
            const __m512d dx = _mm512_sub_pd(_mm512_loadu_pd(b.x + i + k), x);
            const __m512d dy = _mm512_sub_pd(_mm512_loadu_pd(b.y + i + k), y);
            const __m512d dz = _mm512_sub_pd(_mm512_loadu_pd(b.z + i + k), z);
            const __m512d r2 =
                _mm512_fmadd_pd(dx, dx, _mm512_fmadd_pd(dy, dy, _mm512_fmadd_pd(dz, dz, softening2)));
            const __m512d there = _mm512_mul_pd(inverseCube512(r2), _mm512_loadu_pd(b.gm + i + k));
            ax = _mm512_fmadd_pd(there, dx, ax);
            ay = _mm512_fmadd_pd(there, dy, ay);
            az = _mm512_fmadd_pd(there, dz, az);
        }
        _mm512_storeu_pd(b.ax + i, ax);
        _mm512_storeu_pd(b.ay + i, ay);
        _mm512_storeu_pd(b.az + i, az);
    }
    for (std::size_t v = 0; v < vectors; ++v) {
        const std::size_t i = v * kDoubles512;
        __m512d ax = _mm512_loadu_pd(b.ax + i);
        __m512d ay = _mm512_loadu_pd(b.ay + i);
        __m512d az = _mm512_loadu_pd(b.az + i);
        const double* row = b.scratch + i + n;
        for (std::size_t k = 1; k <= reactions; ++k, row += 3 * b.scratchStride) {
            ax = _mm512_sub_pd(ax, _mm512_loadu_pd(row - k));
            ay = _mm512_sub_pd(ay, _mm512_loadu_pd(row - k + b.scratchStride));
            az = _mm512_sub_pd(az, _mm512_loadu_pd(row - k + 2 * b.scratchStride));
        }
        _mm512_storeu_pd(b.ax + i, ax);
        _mm512_storeu_pd(b.ay + i, ay);
        _mm512_storeu_pd(b.az + i, az);
    }
}

PERIHELION_AVX512 void rows512(const BodyView& b, std::size_t first, std::size_t last)
{
    constexpr std::size_t kTargets = 4;
    const __m512d softening2 = _mm512_set1_pd(b.softening2);
    for (std::size_t i = first; i < last; i += kTargets) {
        const std::size_t targets = last - i < kTargets ? last - i : kTargets;
        __m512d x[kTargets];
        __m512d y[kTargets];
        __m512d z[kTargets];
        __m512d ax[kTargets];
        __m512d ay[kTargets];
        __m512d az[kTargets];
        for (std::size_t t = 0; t < kTargets; ++t) {
            const std::size_t body = i + (t < targets ? t : 0);
            x[t] = _mm512_set1_pd(b.x[body]);
            y[t] = _mm512_set1_pd(b.y[body]);
            z[t] = _mm512_set1_pd(b.z[body]);
            ax[t] = ay[t] = az[t] = _mm512_setzero_pd();
        }
        for (std::size_t j = 0; j < b.count; j += kDoubles512) {
            const __mmask8 mask = b.count - j < kDoubles512
                                      ? static_cast<__mmask8>((1U << (b.count - j)) - 1U)
                                      : static_cast<__mmask8>(0xFF);
            const __m512d sx = _mm512_loadu_pd(b.x + j);
            const __m512d sy = _mm512_loadu_pd(b.y + j);
            const __m512d sz = _mm512_loadu_pd(b.z + j);
            const __m512d gm = _mm512_maskz_loadu_pd(mask, b.gm + j);
            for (std::size_t t = 0; t < kTargets; ++t) {
                const __m512d dx = _mm512_sub_pd(sx, x[t]);
                const __m512d dy = _mm512_sub_pd(sy, y[t]);
                const __m512d dz = _mm512_sub_pd(sz, z[t]);
                const __m512d r2 =
                    _mm512_fmadd_pd(dx, dx, _mm512_fmadd_pd(dy, dy, _mm512_fmadd_pd(dz, dz, softening2)));
                const __m512d p = _mm512_mul_pd(gm, inverseCube512(r2));
                ax[t] = _mm512_fmadd_pd(p, dx, ax[t]);
                ay[t] = _mm512_fmadd_pd(p, dy, ay[t]);
                az[t] = _mm512_fmadd_pd(p, dz, az[t]);
            }
        }
        for (std::size_t t = 0; t < targets; ++t) {
            b.ax[i + t] = _mm512_reduce_add_pd(ax[t]);
            b.ay[i + t] = _mm512_reduce_add_pd(ay[t]);
            b.az[i + t] = _mm512_reduce_add_pd(az[t]);
        }
    }
}

PERIHELION_AVX512 void points512(const TreeSources& s, const TreeTargets& targets)
{
    constexpr std::size_t kTargets = 4;
    const __m512 softening2 = _mm512_set1_ps(targets.softening2);
    const __m512 zero = _mm512_setzero_ps();
    for (std::size_t i = 0; i < targets.count; i += kTargets) {
        __m512 x[kTargets];
        __m512 y[kTargets];
        __m512 z[kTargets];
        __m512 ax[kTargets];
        __m512 ay[kTargets];
        __m512 az[kTargets];
        __m512 potential[kTargets];
        for (std::size_t t = 0; t < kTargets; ++t) {
            x[t] = _mm512_set1_ps(targets.x[i + t]);
            y[t] = _mm512_set1_ps(targets.y[i + t]);
            z[t] = _mm512_set1_ps(targets.z[i + t]);
            ax[t] = ay[t] = az[t] = potential[t] = zero;
        }
        for (std::size_t j = 0; j < s.count; j += kFloats512) {
            const __m512 sx = _mm512_loadu_ps(s.x + j);
            const __m512 sy = _mm512_loadu_ps(s.y + j);
            const __m512 sz = _mm512_loadu_ps(s.z + j);
            const __m512 m = _mm512_loadu_ps(s.m + j);
            for (std::size_t t = 0; t < kTargets; ++t) {
                const __m512 dx = _mm512_sub_ps(sx, x[t]);
                const __m512 dy = _mm512_sub_ps(sy, y[t]);
                const __m512 dz = _mm512_sub_ps(sz, z[t]);
                const __m512 distance2 =
                    _mm512_fmadd_ps(dx, dx, _mm512_fmadd_ps(dy, dy, _mm512_mul_ps(dz, dz)));
                const __mmask16 apart = _mm512_cmp_ps_mask(distance2, zero, _CMP_GT_OQ);
                const __m512 inverse = inverseRoot512(apart, _mm512_add_ps(distance2, softening2));
                const __m512 share = _mm512_mul_ps(m, inverse);
                const __m512 p = _mm512_mul_ps(share, _mm512_mul_ps(inverse, inverse));
                ax[t] = _mm512_fmadd_ps(p, dx, ax[t]);
                ay[t] = _mm512_fmadd_ps(p, dy, ay[t]);
                az[t] = _mm512_fmadd_ps(p, dz, az[t]);
                potential[t] = _mm512_sub_ps(potential[t], share);
            }
        }
        for (std::size_t t = 0; t < kTargets; ++t) {
            targets.ax[i + t] += _mm512_reduce_add_ps(ax[t]);
            targets.ay[i + t] += _mm512_reduce_add_ps(ay[t]);
            targets.az[i + t] += _mm512_reduce_add_ps(az[t]);
            targets.potential[i + t] += _mm512_reduce_add_ps(potential[t]);
        }
    }
}

PERIHELION_AVX512 void cells512(const TreeSources& s, const TreeTargets& targets)
{
    constexpr std::size_t kTargets = 2;
    const __m512 softening2 = _mm512_set1_ps(targets.softening2);
    const __m512 zero = _mm512_setzero_ps();
    for (std::size_t i = 0; i < targets.count; i += kTargets) {
        __m512 x[kTargets];
        __m512 y[kTargets];
        __m512 z[kTargets];
        __m512 ax[kTargets];
        __m512 ay[kTargets];
        __m512 az[kTargets];
        __m512 potential[kTargets];
        for (std::size_t t = 0; t < kTargets; ++t) {
            x[t] = _mm512_set1_ps(targets.x[i + t]);
            y[t] = _mm512_set1_ps(targets.y[i + t]);
            z[t] = _mm512_set1_ps(targets.z[i + t]);
            ax[t] = ay[t] = az[t] = potential[t] = zero;
        }
        for (std::size_t j = 0; j < s.count; j += kFloats512) {
            const __m512 sx = _mm512_loadu_ps(s.x + j);
            const __m512 sy = _mm512_loadu_ps(s.y + j);
            const __m512 sz = _mm512_loadu_ps(s.z + j);
            const __m512 m = _mm512_loadu_ps(s.m + j);
            const __m512 xx = _mm512_loadu_ps(s.quadrupole[0] + j);
            const __m512 xy = _mm512_loadu_ps(s.quadrupole[1] + j);
            const __m512 xz = _mm512_loadu_ps(s.quadrupole[2] + j);
            const __m512 yy = _mm512_loadu_ps(s.quadrupole[3] + j);
            const __m512 yz = _mm512_loadu_ps(s.quadrupole[4] + j);
            const __m512 zz = _mm512_loadu_ps(s.quadrupole[5] + j);
            for (std::size_t t = 0; t < kTargets; ++t) {
                const __m512 dx = _mm512_sub_ps(sx, x[t]);
                const __m512 dy = _mm512_sub_ps(sy, y[t]);
                const __m512 dz = _mm512_sub_ps(sz, z[t]);
                const __m512 r2 =
                    _mm512_fmadd_ps(dx, dx, _mm512_fmadd_ps(dy, dy, _mm512_fmadd_ps(dz, dz, softening2)));
                const __m512 inverse = inverseRoot512(_mm512_cmp_ps_mask(r2, zero, _CMP_GT_OQ), r2);
                const __m512 inverse2 = _mm512_mul_ps(inverse, inverse);
                const __m512 qx = _mm512_fmadd_ps(xx, dx, _mm512_fmadd_ps(xy, dy, _mm512_mul_ps(xz, dz)));
                const __m512 qy = _mm512_fmadd_ps(xy, dx, _mm512_fmadd_ps(yy, dy, _mm512_mul_ps(yz, dz)));
                const __m512 qz = _mm512_fmadd_ps(xz, dx, _mm512_fmadd_ps(yz, dy, _mm512_mul_ps(zz, dz)));
                const __m512 twist =
                    _mm512_mul_ps(_mm512_fmadd_ps(qx, dx, _mm512_fmadd_ps(qy, dy, _mm512_mul_ps(qz, dz))),
                                  _mm512_mul_ps(inverse2, inverse2));
                const __m512 inverse3 = _mm512_mul_ps(inverse2, inverse);
                const __m512 radial =
                    _mm512_mul_ps(_mm512_fmadd_ps(_mm512_set1_ps(2.5F), twist, m), inverse3);
                const __m512 side = _mm512_mul_ps(inverse3, inverse2);
                ax[t] = _mm512_fnmadd_ps(side, qx, _mm512_fmadd_ps(radial, dx, ax[t]));
                ay[t] = _mm512_fnmadd_ps(side, qy, _mm512_fmadd_ps(radial, dy, ay[t]));
                az[t] = _mm512_fnmadd_ps(side, qz, _mm512_fmadd_ps(radial, dz, az[t]));
                potential[t] =
                    _mm512_fnmadd_ps(_mm512_fmadd_ps(_mm512_set1_ps(0.5F), twist, m), inverse, potential[t]);
            }
        }
        for (std::size_t t = 0; t < kTargets; ++t) {
            targets.ax[i + t] += _mm512_reduce_add_ps(ax[t]);
            targets.ay[i + t] += _mm512_reduce_add_ps(ay[t]);
            targets.az[i + t] += _mm512_reduce_add_ps(az[t]);
            targets.potential[i + t] += _mm512_reduce_add_ps(potential[t]);
        }
    }
}

} // namespace

const PairKernels* detail::avx512Kernels()
{
    static const PairKernels kernels{SimdLevel::Avx512, kickDrift512, rotate512,
                                     rows512,           points512,    cells512};
    return &kernels;
}

} // namespace perihelion

#undef PERIHELION_AVX512

#else

namespace perihelion {

const PairKernels* detail::avx512Kernels()
{
    return nullptr;
}

} // namespace perihelion

#endif
