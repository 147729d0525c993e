// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/index/element_convert.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

namespace perihelion {

namespace {

template <typename T>
T byteSwapped(T value)
{
    std::byte bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    for (std::size_t i = 0; i < sizeof(T) / 2; ++i) {
        std::swap(bytes[i], bytes[sizeof(T) - 1 - i]);
    }
    std::memcpy(&value, bytes, sizeof(T));
    return value;
}

template <typename T, bool kSwap, typename Target, typename Convert>
void convertRun(const StridedSource& source, std::size_t count, Target* target, Convert convert)
{
    const std::byte* at = source.first;
    const auto load = [](const std::byte* from) {
        T value;
        std::memcpy(&value, from, sizeof(T));
        if constexpr (kSwap && sizeof(T) > 1) {
            value = byteSwapped(value);
        }
        return value;
    };
    if (source.strideBytes == sizeof(T)) {
        // A constant stride lets the compiler vectorise.
        for (std::size_t i = 0; i < count; ++i) {
            target[i] = convert(load(at + i * sizeof(T)));
        }
        return;
    }
    for (std::size_t i = 0; i < count; ++i, at += source.strideBytes) {
        target[i] = convert(load(at));
    }
}

template <typename Target, typename Convert>
void convertAny(const StridedSource& source, std::size_t count, Target* target, Convert convert)
{
    const bool swap = source.bigEndian != (std::endian::native == std::endian::big);
    const auto run = [&]<typename T>(T) {
        if (swap) {
            convertRun<T, true>(source, count, target, convert);
        } else {
            convertRun<T, false>(source, count, target, convert);
        }
    };
    switch (source.type) {
    case ScalarType::I8:
        return run(std::int8_t{});
    case ScalarType::U8:
        return run(std::uint8_t{});
    case ScalarType::I16:
        return run(std::int16_t{});
    case ScalarType::U16:
        return run(std::uint16_t{});
    case ScalarType::I32:
        return run(std::int32_t{});
    case ScalarType::U32:
        return run(std::uint32_t{});
    case ScalarType::I64:
        return run(std::int64_t{});
    case ScalarType::U64:
        return run(std::uint64_t{});
    case ScalarType::F32:
        return run(float{});
    case ScalarType::F64:
        return run(double{});
    case ScalarType::Unsupported:
        break;
    }
    for (std::size_t i = 0; i < count; ++i) {
        target[i] = Target{};
    }
}

/// Nearest integer, ties to even, for |value| < 2^51: adding 1.5·2^52 leaves no fraction bits.
std::int64_t roundedMicros(double value)
{
    constexpr double kMagic = 6755399441055744.0;
    if (std::fabs(value) < 2251799813685248.0) [[likely]] {
        return static_cast<std::int64_t>((value + kMagic) - kMagic);
    }
    if (!(std::fabs(value) <= static_cast<double>(kMaxTime))) {
        return kInvalidTime;
    }
    return static_cast<std::int64_t>(std::nearbyint(value));
}

bool isAbsurd(std::int64_t time)
{
    return time < -kMaxTime || time > kMaxTime;
}

template <TimeUnit kUnit, typename T>
std::int64_t toMicros(T value)
{
    if constexpr (std::is_floating_point_v<T>) {
        constexpr double factor = kUnit == TimeUnit::Second  ? 1e6
                                  : kUnit == TimeUnit::Milli ? 1e3
                                  : kUnit == TimeUnit::Nano  ? 1e-3
                                                             : 1.0;
        return roundedMicros(static_cast<double>(value) * factor);
    } else {
        if constexpr (std::is_same_v<T, std::uint64_t>) {
            if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
                return kInvalidTime;
            }
        }
        const auto ticks = static_cast<std::int64_t>(value);
        if constexpr (kUnit == TimeUnit::Micro) {
            return isAbsurd(ticks) ? kInvalidTime : ticks;
        } else if constexpr (kUnit == TimeUnit::Nano) {
            return ticks >= 0 ? ticks / 1000 : -((-(ticks + 1)) / 1000) - 1; // always below kMaxTime
        } else {
            constexpr std::int64_t factor = kUnit == TimeUnit::Second ? 1'000'000 : 1'000;
            std::int64_t micros = 0;
            return __builtin_mul_overflow(ticks, factor, &micros) || isAbsurd(micros) ? kInvalidTime : micros;
        }
    }
}

} // namespace

void convertTimes(const StridedSource& source, TimeUnit unit, std::size_t count, std::int64_t* target)
{
    switch (unit) {
    case TimeUnit::Nano:
        return convertAny(source, count, target, [](auto v) { return toMicros<TimeUnit::Nano>(v); });
    case TimeUnit::Micro:
        return convertAny(source, count, target, [](auto v) { return toMicros<TimeUnit::Micro>(v); });
    case TimeUnit::Milli:
        return convertAny(source, count, target, [](auto v) { return toMicros<TimeUnit::Milli>(v); });
    case TimeUnit::Second:
        return convertAny(source, count, target, [](auto v) { return toMicros<TimeUnit::Second>(v); });
    }
}

void invalidateAbsurdTimes(std::int64_t* times, std::size_t count)
{
    // The common case is one pass of additions that vectorises: in range exactly when the sum needs 62 bits.
    constexpr auto kShift = static_cast<std::uint64_t>(kMaxTime);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < count; ++i) {
        seen |= static_cast<std::uint64_t>(times[i]) + kShift;
    }
    if (seen >> 62 == 0) {
        return;
    }
    for (std::size_t i = 0; i < count; ++i) {
        times[i] = isAbsurd(times[i]) ? kInvalidTime : times[i];
    }
}

void convertCoordinates(const StridedSource& source, std::size_t count, std::uint16_t* target)
{
    convertAny(source, count, target, [](auto value) -> std::uint16_t {
        using T = decltype(value);
        if constexpr (std::is_same_v<T, std::uint8_t> || std::is_same_v<T, std::uint16_t>) {
            return value;
        } else if constexpr (std::is_floating_point_v<T>) {
            // Rounded, because undistorted coordinates come as fractions; written so that NaN fails too.
            return value > T(-0.5) && value < T(65534.5) ? static_cast<std::uint16_t>(value + T(0.5))
                                                         : kInvalidCoordinate;
        } else {
            return value >= 0 && static_cast<std::uint64_t>(value) < kInvalidCoordinate
                       ? static_cast<std::uint16_t>(value)
                       : kInvalidCoordinate;
        }
    });
}

void convertPolarities(const StridedSource& source, std::size_t count, std::uint8_t* target)
{
    convertAny(source, count, target,
               [](auto value) { return static_cast<std::uint8_t>(value > decltype(value)(0)); });
}

bool isInternalType(ColumnIndex column, const RecordMember& member, TimeUnit unit)
{
    if (scalarSize(member.type) > 1 && member.bigEndian != (std::endian::native == std::endian::big)) {
        return false;
    }
    switch (column) {
    case kTimeColumn:
        return member.type == ScalarType::I64 && unit == TimeUnit::Micro;
    case kXColumn:
    case kYColumn:
        return member.type == ScalarType::U16;
    case kPolarityColumn:
        return member.type == ScalarType::I8 || member.type == ScalarType::U8;
    case kColumnCount:
        break;
    }
    return false;
}

} // namespace perihelion
