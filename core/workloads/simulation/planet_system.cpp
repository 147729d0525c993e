// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workloads/simulation/planet_system.h"

#include "core/base/json_text.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace perihelion {

namespace {

constexpr double kGreatestMass = 1e9;
constexpr double kGreatestLength = 1e6;
constexpr double kGreatestSpeed = 1e6;
constexpr qsizetype kLongestName = 100;

QString shownValue(const QJsonValue& value)
{
    if (value.isUndefined()) {
        return QStringLiteral("missing");
    }
    const QByteArray wrapped = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    const QString inside = QString::fromUtf8(wrapped.mid(1, wrapped.size() - 2));
    return inside.size() > 60 ? QString(inside.left(57) % u'…') : inside;
}

/// Reads one object key by key and keeps the first mistake.
class SystemReader {
public:
    SystemReader(const QJsonObject& json, QString path) : m_json(json), m_path(std::move(path)) {}

    const std::optional<Error>& mistake() const { return m_mistake; }

    QString pathOf(const QString& key) const { return m_path.isEmpty() ? key : QString(m_path % u'.' % key); }

    void refuse(const QString& key, const QString& rule)
    {
        if (!m_mistake) {
            const QString path = pathOf(key);
            m_mistake = Error{ErrorCode::InvalidArgument, QString(path % u' ' % rule), path};
        }
    }

    void onlyKeys(const QStringList& known)
    {
        const QStringList keys = m_json.keys();
        for (const QString& key : keys) {
            if (!known.contains(key)) {
                refuse(key, QString(u"is unknown; known are " % known.join(QStringLiteral(", "))));
            }
        }
    }

    /// exclusive: least itself is not allowed.
    void number(const QString& key, double& target, double least, double greatest, bool exclusive = false)
    {
        const QJsonValue value = m_json.value(key);
        if (value.isUndefined()) {
            return;
        }
        const double read = value.toDouble(std::nan(""));
        if (!value.isDouble() || !std::isfinite(read) || read < least || read > greatest ||
            (exclusive && read <= least)) {
            const QString from = exclusive
                                     ? QString(u"a number above " % QString::number(least) % u" and up to ")
                                     : QString(u"a number from " % QString::number(least) % u" to ");
            refuse(key,
                   QString(u"must be " % from % QString::number(greatest) % u", not " % shownValue(value)));
            return;
        }
        target = read;
    }

    std::optional<SpacePoint> point(const QString& key, double greatest)
    {
        const QJsonValue value = m_json.value(key);
        if (value.isUndefined()) {
            return std::nullopt;
        }
        const QJsonArray array = value.toArray();
        bool right = value.isArray() && (array.size() == 2 || array.size() == 3);
        for (const auto each : array) {
            right = right && each.isDouble() && std::abs(each.toDouble()) <= greatest;
        }
        if (!right) {
            refuse(key, QString(u"must be an array of two or three numbers up to " %
                                QString::number(greatest) % u", not " % shownValue(value)));
            return std::nullopt;
        }
        return SpacePoint{array.at(0).toDouble(), array.at(1).toDouble(), array.at(2).toDouble()};
    }

    void name(const QString& key, QString& target)
    {
        const QJsonValue value = m_json.value(key);
        if (value.isUndefined()) {
            return;
        }
        if (!value.isString() || value.toString().isEmpty() || value.toString().size() > kLongestName) {
            refuse(key, QString(u"must be a text of 1 to 100 letters, not " % shownValue(value)));
            return;
        }
        target = value.toString();
    }

    void kind(const QString& key, PlanetKind& target)
    {
        const QJsonValue value = m_json.value(key);
        if (value.isUndefined()) {
            return;
        }
        if (value.toString() != u"rocky" && value.toString() != u"gas") {
            refuse(key, QString(u"must be \"rocky\" or \"gas\", not " % shownValue(value)));
            return;
        }
        target = value.toString() == u"gas" ? PlanetKind::Gas : PlanetKind::Rocky;
    }

private:
    const QJsonObject m_json;
    QString m_path;
    std::optional<Error> m_mistake;
};

Result<Star> starFrom(const QJsonObject& json)
{
    SystemReader reader(json, QStringLiteral("star"));
    reader.onlyKeys({QStringLiteral("mass"), QStringLiteral("radius"), QStringLiteral("position"),
                     QStringLiteral("velocity")});
    Star star;
    reader.number(QStringLiteral("mass"), star.mass, 0, kGreatestMass, true);
    reader.number(QStringLiteral("radius"), star.radius, 0, kGreatestLength, true);
    star.position = reader.point(QStringLiteral("position"), kGreatestLength).value_or(SpacePoint{});
    star.velocity = reader.point(QStringLiteral("velocity"), kGreatestSpeed).value_or(SpacePoint{});
    return reader.mistake() ? Result<Star>(*reader.mistake()) : Result<Star>(star);
}

Result<Planet> planetFrom(const QJsonObject& json, qsizetype index)
{
    SystemReader reader(json, QString(u"planets." % QString::number(index)));
    reader.onlyKeys({QStringLiteral("name"), QStringLiteral("kind"), QStringLiteral("mass"),
                     QStringLiteral("radius"), QStringLiteral("distance"), QStringLiteral("ellipticity"),
                     QStringLiteral("position"), QStringLiteral("velocity")});
    Planet planet;
    planet.name = QString(u"Planet-" % QString::number(index + 1));
    reader.name(QStringLiteral("name"), planet.name);
    reader.kind(QStringLiteral("kind"), planet.kind);
    reader.number(QStringLiteral("mass"), planet.mass, 0, kGreatestMass, true);
    reader.number(QStringLiteral("radius"), planet.radius, 0, kGreatestLength, true);
    reader.number(QStringLiteral("distance"), planet.distance, 0, kGreatestLength, true);
    reader.number(QStringLiteral("ellipticity"), planet.ellipticity, 0, 1);
    planet.position = reader.point(QStringLiteral("position"), kGreatestLength);
    planet.velocity = reader.point(QStringLiteral("velocity"), kGreatestSpeed);
    if (!json.contains(u"distance") && !json.contains(u"position")) {
        reader.refuse(QStringLiteral("distance"), QStringLiteral("is missing, and there is no position"));
    }
    return reader.mistake() ? Result<Planet>(*reader.mistake()) : Result<Planet>(planet);
}

QJsonArray pointJson(const SpacePoint& point)
{
    return {point.x, point.y, point.z};
}

} // namespace

QString planetKindName(PlanetKind kind)
{
    return kind == PlanetKind::Gas ? QStringLiteral("gas") : QStringLiteral("rocky");
}

PlanetSystem PlanetSystem::series(int planets)
{
    PlanetSystem system;
    for (int i = 0; i < planets; ++i) {
        Planet planet;
        planet.name = QString(u"Planet-" % QString::number(i + 1));
        planet.kind = i < planets / 2 ? PlanetKind::Rocky : PlanetKind::Gas;
        planet.distance = 0.35 + 0.18 * i;
        planet.mass = 0.05 + 0.08 * i;
        planet.radius = 3.0 + 0.4 * i;
        system.planets.push_back(planet);
    }
    return system;
}

Result<PlanetSystem> PlanetSystem::fromJson(const QJsonObject& json)
{
    SystemReader reader(json, QString());
    reader.onlyKeys({QStringLiteral("star"), QStringLiteral("planets")});
    const QJsonValue star = json.value(u"star");
    const QJsonValue planets = json.value(u"planets");
    if (!star.isUndefined() && !star.isObject()) {
        reader.refuse(QStringLiteral("star"), QString(u"must be an object, not " % shownValue(star)));
    }
    if (!planets.isArray()) {
        reader.refuse(QStringLiteral("planets"),
                      planets.isUndefined() ? QStringLiteral("is missing")
                                            : QString(u"must be an array, not " % shownValue(planets)));
    }
    const QJsonArray all = planets.toArray();
    if (all.size() > static_cast<qsizetype>(kMaxPlanets)) {
        reader.refuse(QStringLiteral("planets"), QString(u"has " % QString::number(all.size()) %
                                                         u" entries; at most 10000 are allowed"));
    }
    if (reader.mistake()) {
        return *reader.mistake();
    }
    PlanetSystem system;
    const Result<Star> readStar = starFrom(star.toObject());
    if (!readStar) {
        return readStar.error();
    }
    system.star = *readStar;
    for (qsizetype index = 0; index < all.size(); ++index) {
        if (!all.at(index).isObject()) {
            reader.refuse(QString(u"planets." % QString::number(index)),
                          QString(u"must be an object, not " % shownValue(all.at(index))));
            return *reader.mistake();
        }
        Result<Planet> planet = planetFrom(all.at(index).toObject(), index);
        if (!planet) {
            return planet.error();
        }
        if (planet->position && !all.at(index).toObject().contains(u"distance")) {
            const SpacePoint& place = *planet->position;
            const SpacePoint& centre = system.star.position;
            planet->distance = std::hypot(place.x - centre.x, place.y - centre.y, place.z - centre.z);
        }
        system.planets.push_back(std::move(*planet));
    }
    if (const Result<void> places = system.check(); !places) {
        return Error{places.error().code, places.error().message, QStringLiteral("planets")};
    }
    return system;
}

Result<PlanetSystem> PlanetSystem::read(const QByteArray& text, const QString& file)
{
    const Result<JsonText> json = JsonText::parse(text, QStringLiteral("Reading the planetary system"), file);
    if (!json) {
        return json.error();
    }
    Result<PlanetSystem> system = fromJson(json->root());
    if (!system) {
        return json->mistake(system.error().subject.split(u'.'),
                             QString(u"is wrong: " % system.error().message));
    }
    return system;
}

QJsonObject PlanetSystem::toJson() const
{
    QJsonObject starJson{{QStringLiteral("mass"), star.mass}, {QStringLiteral("radius"), star.radius}};
    if (star.position != SpacePoint{}) {
        starJson.insert(QStringLiteral("position"), pointJson(star.position));
    }
    if (star.velocity != SpacePoint{}) {
        starJson.insert(QStringLiteral("velocity"), pointJson(star.velocity));
    }
    QJsonArray all;
    for (const Planet& planet : planets) {
        QJsonObject json{{QStringLiteral("name"), planet.name},
                         {QStringLiteral("kind"), planetKindName(planet.kind)},
                         {QStringLiteral("mass"), planet.mass},
                         {QStringLiteral("radius"), planet.radius},
                         {QStringLiteral("distance"), planet.distance}};
        if (planet.ellipticity > 0) {
            json.insert(QStringLiteral("ellipticity"), planet.ellipticity);
        }
        if (planet.position) {
            json.insert(QStringLiteral("position"), pointJson(*planet.position));
        }
        if (planet.velocity) {
            json.insert(QStringLiteral("velocity"), pointJson(*planet.velocity));
        }
        all.append(json);
    }
    return {{QStringLiteral("star"), starJson}, {QStringLiteral("planets"), all}};
}

std::optional<std::pair<std::size_t, std::size_t>> PlanetSystem::bodiesAtOnePlace() const
{
    const auto key = [](const SpacePoint& place) { return std::tuple(place.x, place.y, place.z); };
    std::vector<std::pair<SpacePoint, std::size_t>> places{{star.position, 0}};
    places.reserve(1 + planets.size());
    for (std::size_t index = 0; index < planets.size(); ++index) {
        places.emplace_back(startOf(index).position, 1 + index);
    }
    std::stable_sort(places.begin(), places.end(),
                     [&key](const auto& a, const auto& b) { return key(a.first) < key(b.first); });
    const auto same = std::adjacent_find(places.begin(), places.end(),
                                         [](const auto& a, const auto& b) { return a.first == b.first; });
    if (same == places.end()) {
        return std::nullopt;
    }
    return std::pair(same->second, std::next(same)->second);
}

Result<void> PlanetSystem::check() const
{
    const auto same = bodiesAtOnePlace();
    if (!same) {
        return {};
    }
    const QString first = same->first == 0 ? QStringLiteral("The star") : planets[same->first - 1].name;
    return Error{
        ErrorCode::InvalidArgument,
        QString(first % u" and " % planets[same->second - 1].name % u" start at one place; move one of them"),
        QString()};
}

BodyStart PlanetSystem::startOf(std::size_t index) const
{
    const Planet& planet = planets[index];
    BodyStart start;
    start.position = planet.position.value_or(
        SpacePoint{star.position.x + planet.distance, star.position.y, star.position.z});
    if (planet.velocity) {
        start.velocity = *planet.velocity;
        return start;
    }
    const double x = start.position.x - star.position.x;
    const double y = start.position.y - star.position.y;
    const double z = start.position.z - star.position.z;
    const double across = std::hypot(x, y);
    start.velocity = star.velocity;
    if (across > 0) { // Straight above the star there is no direction to go.
        const double circular = std::sqrt(kGravity * star.mass * kSolarMass / std::hypot(x, y, z));
        const double speed = circular * (1.0 - 0.5 * std::clamp(planet.ellipticity, 0.0, 0.95));
        start.velocity.x -= speed * (y / across);
        start.velocity.y += speed * (x / across);
    }
    return start;
}

} // namespace perihelion
