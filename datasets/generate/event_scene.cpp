// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/generate/event_scene.h"

#include "datasets/generate/fixed_math.h"

#include <algorithm>
#include <array>
#include <vector>

namespace perihelion {

namespace {

using fixed::Phase;

constexpr Phase turns(double share)
{
    return static_cast<Phase>(share * 4294967296.0);
}

/// Turns per microsecond in Q64: multiplied by microseconds and cut to 64 bits it is the phase without the
/// whole turns.
std::uint64_t turnsPerMicroQ64(double rpm)
{
    return static_cast<std::uint64_t>(rpm / 6e7 * 18446744073709551616.0);
}

Phase phaseAt(std::int64_t micros, std::int64_t periodMicros)
{
    const auto within = static_cast<std::uint64_t>(micros % periodMicros);
    return static_cast<Phase>((within << 32U) / static_cast<std::uint64_t>(periodMicros));
}

/// Sensor and the pixel test that all scenes share.
struct Sensor {
    std::int32_t width;
    std::int32_t height;

    EventKey keyAt(std::int32_t x, std::int32_t y, bool on) const
    {
        const auto column = static_cast<std::uint32_t>(std::clamp(x, 0, width - 1));
        const auto row = static_cast<std::uint32_t>(std::clamp(y, 0, height - 1));
        return makeEventKey(column, row, on);
    }
    bool holds(std::int32_t x, std::int32_t y) const { return x >= 0 && y >= 0 && x < width && y < height; }
};

/// Sum of two uniform 10-bit numbers, centred: −1023 … 1023, triangular.
std::int32_t triangular(std::uint64_t bits)
{
    return static_cast<std::int32_t>((bits & 1023U) + ((bits >> 10U) & 1023U)) - 1023;
}

/// Angle of something that turns at a mean speed which may swing around it.
class Rotation {
public:
    Rotation(double rpm, double variation)
        : m_stepQ64(turnsPerMicroQ64(rpm)),
          // Integral of rpm·variation·sin(2πt/T): an amplitude of rpm·variation·T/2π turns, here in Q16.
          m_swingQ16(static_cast<std::int64_t>(
              rpm / 6e7 * variation * static_cast<double>(kSpeedSwingMicros) / 6.283185307179586 * 65536.0))
    {
    }

    Phase at(std::int64_t micros) const
    {
        const auto steady = static_cast<Phase>((static_cast<std::uint64_t>(micros) * m_stepQ64) >> 32U);
        if (m_swingQ16 == 0) {
            return steady;
        }
        constexpr std::int64_t kOne = std::int64_t{1} << fixed::kQ30;
        const std::int64_t swing = kOne - fixed::cosineQ30(phaseAt(micros, kSpeedSwingMicros));
        return steady + static_cast<Phase>((m_swingQ16 * swing) >> 14U); // Q16 · Q30 → Q32.
    }

private:
    std::uint64_t m_stepQ64;
    std::int64_t m_swingQ16;
};

/// Fan: curved blades, the leading edge makes ON events and the trailing edge OFF events.
class FanScene final : public EventScene {
public:
    explicit FanScene(const GeneratorOptions& options)
        : m_sensor{options.width, options.height},
          m_rotation(options.rpm, options.rpmVariation),
          m_blades(static_cast<std::uint32_t>(options.blades)),
          m_turning(options.moving)
    {
        const std::int64_t outer = std::min(options.width, options.height) * 44 * 256 / 100;
        const std::int64_t inner = outer * 14 / 100;
        for (std::size_t i = 0; i < kRadii; ++i) {
            // An edge sweeps area in proportion to its radius, so radii are drawn by the root.
            const std::int64_t root = fixed::integerRoot(static_cast<std::uint64_t>(i) << 20U); // Q15
            const std::int64_t radius = inner + (((outer - inner) * root) >> 15U);
            m_radiusQ8[i] = static_cast<std::int32_t>(radius);
            m_bend[i] = static_cast<Phase>((static_cast<std::int64_t>(turns(0.055)) * radius / outer) *
                                           radius / outer);
        }
    }

    void moveTo(std::int64_t micros) override
    {
        m_phase = m_rotation.at(micros);
        m_centreX = m_sensor.width / 2;
        m_centreY = m_sensor.height / 2;
        m_squeezeQ14 = 1 << 14;
        if (m_turning) {
            // The fan looks left and right: seen from the side its disc becomes an ellipse.
            const std::int64_t look = fixed::sineQ30(phaseAt(micros, kTurnMicros));
            m_squeezeQ14 = static_cast<std::int32_t>(
                fixed::cosineQ30(
                    static_cast<Phase>((look * static_cast<std::int64_t>(turns(0.17))) >> fixed::kQ30)) >>
                16U);
            m_centreX += static_cast<std::int32_t>((look * (m_sensor.width / 8)) >> fixed::kQ30);
        }
    }

    void sample(RandomStream& random, std::span<EventKey> keys) override
    {
        const Phase spacing = 0xFFFF'FFFFU / m_blades;
        const Phase bladeWidth = spacing / 4;
        for (EventKey& key : keys) {
            const std::uint64_t bits = random.next();
            const auto blade = static_cast<Phase>(((bits & 0xFFFFU) * m_blades) >> 16U);
            const bool leading = (bits & 0x1'0000U) != 0;
            const std::size_t radius = (bits >> 17U) & (kRadii - 1);
            // Latency and the blade's edge spread the events over a few pixels.
            const auto jitter = static_cast<Phase>(triangular(bits >> 27U) * 12'000);
            const bool wrong = ((bits >> 47U) & 63U) == 0;
            const Phase angle =
                m_phase + blade * spacing - (leading ? 0 : bladeWidth) - m_bend[radius] + jitter;
            const std::int64_t r = m_radiusQ8[radius];
            const std::int64_t across = (r * fixed::cosineQ14(angle)) >> (fixed::kSineShift + 4); // Q4
            const auto x = static_cast<std::int32_t>((across * m_squeezeQ14) >> 18);
            const auto y = static_cast<std::int32_t>((r * fixed::sineQ14(angle)) >> (fixed::kSineShift + 8));
            key = m_sensor.keyAt(m_centreX + x, m_centreY + y, leading != wrong);
        }
    }

private:
    static constexpr std::size_t kRadii = 1024;
    static constexpr std::int64_t kTurnMicros = 6'000'000;

    Sensor m_sensor;
    Rotation m_rotation;
    std::uint32_t m_blades;
    bool m_turning;
    std::array<std::int32_t, kRadii> m_radiusQ8{};
    std::array<Phase, kRadii> m_bend{};
    Phase m_phase = 0;
    std::int32_t m_centreX = 0;
    std::int32_t m_centreY = 0;
    std::int32_t m_squeezeQ14 = 1 << 14;
};

/// Drone: four propellers seen as flat ellipses and a body that trembles.
class DroneScene final : public EventScene {
public:
    explicit DroneScene(const GeneratorOptions& options)
        : m_sensor{options.width, options.height},
          m_rotation(options.rpm, options.rpmVariation),
          m_blades(static_cast<std::uint32_t>(options.blades)),
          m_moving(options.moving)
    {
        const std::int32_t reach = std::min(options.width, options.height * 16 / 9);
        m_radiusXQ8 = reach * 256 * 9 / 100;
        m_radiusYQ8 = reach * 256 * 4 / 100;
        // Two behind, further apart in the picture's middle; two in front, closer to the body.
        m_propellers = {{{-reach * 15 / 100, -reach * 7 / 100},
                         {reach * 15 / 100, -reach * 7 / 100},
                         {-reach * 11 / 100, reach * 7 / 100},
                         {reach * 11 / 100, reach * 7 / 100}}};
        m_bodyX = reach * 5 / 100;
        m_bodyY = reach * 3 / 100;
    }

    void moveTo(std::int64_t micros) override
    {
        const Phase phase = m_rotation.at(micros);
        for (std::size_t i = 0; i < m_phases.size(); ++i) {
            // Neighbours turn against each other.
            const Phase offset = static_cast<Phase>(i) * turns(0.09);
            m_phases[i] = (i == 1 || i == 2 ? 0 - phase : phase) + offset;
        }
        m_centreX = m_sensor.width / 2;
        m_centreY = m_sensor.height / 2;
        if (m_moving) {
            m_centreX += swing(micros, 5'000'000, m_sensor.width / 5);
            m_centreY += swing(micros, 3'100'000, m_sensor.height / 7);
        }
    }

    void sample(RandomStream& random, std::span<EventKey> keys) override
    {
        const Phase spacing = 0xFFFF'FFFFU / m_blades;
        const Phase bladeWidth = spacing / 6;
        for (EventKey& key : keys) {
            const std::uint64_t bits = random.next();
            const bool on = (bits & 1U) != 0;
            if (((bits >> 1U) & 7U) == 0) { // One in eight: the body.
                const std::int32_t x = m_centreX + ((triangular(bits >> 8U) * m_bodyX) >> 10);
                const std::int32_t y = m_centreY + ((triangular(bits >> 28U) * m_bodyY) >> 10);
                key = m_sensor.keyAt(x, y, on);
                continue;
            }
            const std::size_t propeller = (bits >> 4U) & 3U;
            const auto blade = static_cast<Phase>((((bits >> 6U) & 0xFFFFU) * m_blades) >> 16U);
            const auto jitter = static_cast<Phase>(triangular(bits >> 22U) * 24'000);
            // Most of what is seen is the fast tip; a quarter is the blade's length.
            const auto depth = static_cast<std::int32_t>((bits >> 42U) & 1023U);
            const bool tip = ((bits >> 52U) & 3U) != 0;
            const std::int32_t radiusQ10 = tip ? 1024 - depth / 12 : 1024 - depth * 3 / 4;
            const bool reversed = propeller == 1 || propeller == 2;
            const Phase lag = on ? 0 : bladeWidth;
            const Phase angle = m_phases[propeller] + blade * spacing + (reversed ? lag : 0 - lag) + jitter;
            const std::int32_t x = m_centreX + m_propellers[propeller].x +
                                   along(m_radiusXQ8, radiusQ10, fixed::cosineQ14(angle));
            const std::int32_t y =
                m_centreY + m_propellers[propeller].y + along(m_radiusYQ8, radiusQ10, fixed::sineQ14(angle));
            key = m_sensor.keyAt(x, y, on);
        }
    }

private:
    struct Offset {
        std::int32_t x;
        std::int32_t y;
    };

    static std::int32_t swing(std::int64_t micros, std::int64_t period, std::int32_t amplitude)
    {
        return static_cast<std::int32_t>((fixed::sineQ30(phaseAt(micros, period)) * amplitude) >>
                                         fixed::kQ30);
    }

    static std::int32_t along(std::int32_t radiusQ8, std::int32_t radiusQ10, std::int32_t sineQ14)
    {
        const std::int32_t radius = (radiusQ8 / 16 * radiusQ10) >> 10; // Q4
        return (radius * sineQ14) >> (fixed::kSineShift + 4);
    }

    Sensor m_sensor;
    Rotation m_rotation;
    std::uint32_t m_blades;
    bool m_moving;
    std::int32_t m_radiusXQ8 = 0;
    std::int32_t m_radiusYQ8 = 0;
    std::int32_t m_bodyX = 0;
    std::int32_t m_bodyY = 0;
    std::int32_t m_centreX = 0;
    std::int32_t m_centreY = 0;
    std::array<Offset, 4> m_propellers{};
    std::array<Phase, 4> m_phases{};
};

/// Street: boxes that drive past below a horizon; their front edge makes ON events, their rear edge OFF
/// events.
class StreetScene final : public EventScene {
public:
    explicit StreetScene(const GeneratorOptions& options) : m_sensor{options.width, options.height}
    {
        RandomStream layout(options.seed ^ 0x5354'5245'4554U);
        const auto width = static_cast<std::uint32_t>(options.width);
        const auto height = static_cast<std::uint32_t>(options.height);
        for (Box& box : m_boxes) {
            box.width = static_cast<std::int32_t>(width / 20 + layout.below(width / 10 + 1));
            box.height = static_cast<std::int32_t>(height / 16 + layout.below(height / 8 + 1));
            box.top = static_cast<std::int32_t>(height * 45 / 100 + layout.below(height * 30 / 100 + 1));
            box.start = layout.below(2 * width);
            // Nearer boxes (lower in the picture) pass faster: a fifth to two thirds of the picture a second.
            const std::int64_t speed = width / 5 + layout.below(width / 2 + 1);
            box.pixelsPerSecond = layout.below(2) == 0 ? speed : -speed;
        }
    }

    void moveTo(std::int64_t micros) override
    {
        for (Box& box : m_boxes) {
            const std::int64_t lap = m_sensor.width + box.width;
            const std::int64_t travelled = box.start + box.pixelsPerSecond * micros / 1'000'000;
            box.left = static_cast<std::int32_t>(((travelled % lap) + lap) % lap) - box.width;
        }
    }

    void sample(RandomStream& random, std::span<EventKey> keys) override
    {
        for (EventKey& key : keys) {
            const std::uint64_t bits = random.next();
            const Box& box = m_boxes[((bits & 0xFFFFU) * m_boxes.size()) >> 16U];
            const bool first = (bits & 0x1'0000U) != 0;
            const auto share = static_cast<std::int32_t>((bits >> 17U) & 1023U);
            const std::int32_t jitter = triangular(bits >> 27U) >> 9; // About a pixel to either side.
            const std::uint64_t part = (bits >> 47U) & 15U;
            std::int32_t x = 0;
            std::int32_t y = 0;
            bool on = first;
            if (part < 11) { // The upright edges, which move across themselves.
                const bool right = first == (box.pixelsPerSecond > 0);
                x = box.left + (right ? box.width : 0) + jitter;
                y = box.top + ((share * box.height) >> 10);
            } else if (part < 14) { // The level edges only flicker.
                x = box.left + ((share * box.width) >> 10);
                y = box.top + (first ? 0 : box.height) + jitter;
                on = (bits & (std::uint64_t{1} << 51U)) != 0;
            }
            if (part >= 14 || !m_sensor.holds(x, y)) { // The horizon.
                x = static_cast<std::int32_t>(((bits >> 52U) * static_cast<std::uint64_t>(m_sensor.width)) >>
                                              12U);
                y = m_sensor.height * 2 / 5 + jitter * 3;
            }
            key = m_sensor.keyAt(x, y, on);
        }
    }

private:
    struct Box {
        std::int32_t left = 0;
        std::int32_t top = 0;
        std::int32_t width = 0;
        std::int32_t height = 0;
        std::int64_t start = 0;
        std::int64_t pixelsPerSecond = 0;
    };

    Sensor m_sensor;
    std::array<Box, 9> m_boxes{};
};

/// Shapes: ellipses that drift and bounce; ON where the outline advances, OFF where it retreats.
class ShapesScene final : public EventScene {
public:
    explicit ShapesScene(const GeneratorOptions& options) : m_sensor{options.width, options.height}
    {
        RandomStream layout(options.seed ^ 0x5348'4150'4553U);
        const auto side = static_cast<std::uint32_t>(std::min(options.width, options.height));
        for (Shape& shape : m_shapes) {
            shape.radiusX = static_cast<std::int32_t>(side / 20 + layout.below(side / 8 + 1));
            shape.radiusY = static_cast<std::int32_t>(side / 16 + layout.below(side / 6 + 1));
            shape.startX = layout.below(2 * side);
            shape.startY = layout.below(2 * side);
            const std::int64_t speedX = side / 6 + layout.below(side / 2 + 1);
            const std::int64_t speedY = side / 12 + layout.below(side / 4 + 1);
            shape.speedX = layout.below(2) == 0 ? speedX : -speedX;
            shape.speedY = layout.below(2) == 0 ? speedY : -speedY;
        }
    }

    void moveTo(std::int64_t micros) override
    {
        for (Shape& shape : m_shapes) {
            place(shape.startX + shape.speedX * micros / 1'000'000, shape.speedX, m_sensor.width,
                  shape.radiusX, shape.x, shape.headingX);
            place(shape.startY + shape.speedY * micros / 1'000'000, shape.speedY, m_sensor.height,
                  shape.radiusY, shape.y, shape.headingY);
        }
    }

    void sample(RandomStream& random, std::span<EventKey> keys) override
    {
        for (EventKey& key : keys) {
            const std::uint64_t bits = random.next();
            const Shape& shape = m_shapes[((bits & 0xFFFFU) * m_shapes.size()) >> 16U];
            const auto angle = static_cast<Phase>(bits >> 32U);
            const std::int32_t cosine = fixed::cosineQ14(angle);
            const std::int32_t sine = fixed::sineQ14(angle);
            const std::int32_t jitter = (static_cast<std::int32_t>((bits >> 16U) & 3U) +
                                         static_cast<std::int32_t>((bits >> 18U) & 3U)) /
                                            2 -
                                        1;
            const std::int32_t x = shape.x + (((shape.radiusX + jitter) * cosine) >> fixed::kSineShift);
            const std::int32_t y = shape.y + (((shape.radiusY + jitter) * sine) >> fixed::kSineShift);
            const std::int64_t advance =
                shape.headingX * cosine * shape.radiusY + shape.headingY * sine * shape.radiusX;
            key = m_sensor.keyAt(x, y, advance > 0);
        }
    }

private:
    struct Shape {
        std::int32_t radiusX = 0;
        std::int32_t radiusY = 0;
        std::int32_t x = 0;
        std::int32_t y = 0;
        std::int64_t startX = 0;
        std::int64_t startY = 0;
        std::int64_t speedX = 0;
        std::int64_t speedY = 0;
        std::int64_t headingX = 0;
        std::int64_t headingY = 0;
    };

    static void place(std::int64_t travelled, std::int64_t speed, std::int32_t side, std::int32_t radius,
                      std::int32_t& position, std::int64_t& heading)
    {
        const std::int64_t span = side - 2 * static_cast<std::int64_t>(radius);
        position = static_cast<std::int32_t>(radius + fixed::bounce(travelled, span));
        const bool back = fixed::bounce(travelled + 1, span) < fixed::bounce(travelled, span);
        heading = back ? -speed : speed;
    }

    Sensor m_sensor;
    std::array<Shape, 7> m_shapes{};
};

} // namespace

std::unique_ptr<EventScene> EventScene::create(const GeneratorOptions& options)
{
    switch (options.kind) {
    case SceneKind::Fan:
        return std::make_unique<FanScene>(options);
    case SceneKind::Drone:
        return std::make_unique<DroneScene>(options);
    case SceneKind::Street:
        return std::make_unique<StreetScene>(options);
    case SceneKind::Bursts:
        return std::make_unique<ShapesScene>(options);
    case SceneKind::Noise:
    case SceneKind::HotPixels:
        break;
    }
    return nullptr;
}

} // namespace perihelion
