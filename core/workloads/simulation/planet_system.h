// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PlanetSystem: a star and its planets as a person describes them; JSON in and out. Lengths in AU, times in
// playback seconds, masses in hundredths of a solar mass (the star's in solar masses), G = 0.01, so that one
// second at 1 AU around one solar mass is 1/2π of an orbit. A plain value.

#include "core/base/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <optional>
#include <utility>
#include <vector>

namespace perihelion {

/// The gravitational constant of the units above.
inline constexpr double kGravity = 0.01;
/// Mass units of one solar mass.
inline constexpr double kSolarMass = 100.0;

enum class PlanetKind { Rocky, Gas };
QString planetKindName(PlanetKind kind); ///< "rocky", "gas".

/// AU, or AU a second.
struct SpacePoint {
    double x = 0;
    double y = 0;
    double z = 0;

    bool operator==(const SpacePoint&) const = default;
};

struct Star {
    double mass = 1;    ///< Solar masses.
    double radius = 12; ///< As drawn, pixels.
    SpacePoint position;
    SpacePoint velocity;

    bool operator==(const Star&) const = default;
};

struct Planet {
    QString name;
    PlanetKind kind = PlanetKind::Rocky;
    double mass = 0.05;     ///< Hundredths of a solar mass.
    double radius = 3;      ///< As drawn, 2 to 12 pixels; loudness follows it.
    double distance = 1;    ///< From the star at the start, AU; on the x axis unless there is a position.
    double ellipticity = 0; ///< 0 to 1: how much slower than on a circle it starts.
    std::optional<SpacePoint> position{};
    std::optional<SpacePoint> velocity{}; ///< Without one: counter-clockwise, tangential to the star.

    bool operator==(const Planet&) const = default;
};

/// Where a body starts.
struct BodyStart {
    SpacePoint position;
    SpacePoint velocity;
};

struct PlanetSystem {
    static constexpr std::size_t kMaxPlanets = 10'000;

    Star star;
    std::vector<Planet> planets;

    bool operator==(const PlanetSystem&) const = default;

    /// The series of the built-in scenarios: planet i of n at 0.35 + 0.18·i AU with mass 0.05 + 0.08·i and
    /// radius 3 + 0.4·i; the first half is rocky, the rest gas.
    static PlanetSystem series(int planets);

    /// Error InvalidArgument: "planets.3.mass must be a number above 0, not -1"; its subject is the key's
    /// path, parts joined by dots.
    static Result<PlanetSystem> fromJson(const QJsonObject& json);
    /// A system file: the object of fromJson(). Errors name file, line and key.
    static Result<PlanetSystem> read(const QByteArray& text, const QString& file);
    QJsonObject toJson() const;

    /// Two bodies that start at one place: 0 is the star, 1 the first planet.
    std::optional<std::pair<std::size_t, std::size_t>> bodiesAtOnePlace() const;
    /// Error InvalidArgument where two bodies start at one place, or one on the star.
    Result<void> check() const;

    /// Start of planet number index: speed √(G·M/r) · (1 − ellipticity/2) across the line to the star.
    BodyStart startOf(std::size_t index) const;
};

} // namespace perihelion
