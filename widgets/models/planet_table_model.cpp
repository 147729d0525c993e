// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/planet_table_model.h"

#include "widgets/theme/theme.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

struct ColumnText {
    const char16_t* key; ///< In PlanetSystem's JSON.
    const char* title;
    const char* takes;
};

constexpr std::array<ColumnText, PlanetTableModel::kColumns> kTexts{
    {{u"name", QT_TRANSLATE_NOOP("perihelion::PlanetTableModel", "Name"),
      QT_TRANSLATE_NOOP("perihelion::PlanetTableModel", "A text of 1 to 100 letters; names may repeat")},
     {u"kind", QT_TRANSLATE_NOOP("perihelion::PlanetTableModel", "Kind"),
      QT_TRANSLATE_NOOP("perihelion::PlanetTableModel",
                        "rocky strikes a note each time round, gas holds a pad")},
     {u"mass", QT_TRANSLATE_NOOP("perihelion::PlanetTableModel", "Mass"),
      QT_TRANSLATE_NOOP("perihelion::PlanetTableModel", "In hundredths of a solar mass, above 0")},
     {u"radius", QT_TRANSLATE_NOOP("perihelion::PlanetTableModel", "Radius"),
      QT_TRANSLATE_NOOP("perihelion::PlanetTableModel",
                        "As drawn, above 0; from 2 to 12 the planet sounds louder")},
     {u"distance", QT_TRANSLATE_NOOP("perihelion::PlanetTableModel", "Distance"),
      QT_TRANSLATE_NOOP("perihelion::PlanetTableModel",
                        "From the star at the start, AU, above 0; follows from a position if there is one")},
     {u"ellipticity", QT_TRANSLATE_NOOP("perihelion::PlanetTableModel", "Ellipticity"),
      QT_TRANSLATE_NOOP("perihelion::PlanetTableModel", "From 0, a circle, to 1: how much slower it starts")},
     {u"position", QT_TRANSLATE_NOOP("perihelion::PlanetTableModel", "Position"),
      QT_TRANSLATE_NOOP("perihelion::PlanetTableModel", "Empty, or two or three numbers in AU: 1, 0.5, 0")},
     {u"velocity", QT_TRANSLATE_NOOP("perihelion::PlanetTableModel", "Velocity"),
      QT_TRANSLATE_NOOP("perihelion::PlanetTableModel",
                        "Empty for an orbit round the star, or two or three numbers in AU a second")}}};

QString keyOf(int column)
{
    return QString::fromUtf16(kTexts[static_cast<std::size_t>(column)].key);
}

/// The JSON of a cell; undefined where it says nothing.
QJsonValue valueOf(int column, const QString& text)
{
    const QString trimmed = text.trimmed();
    switch (column) {
    case PlanetTableModel::Name:
    case PlanetTableModel::Kind:
        return trimmed;
    case PlanetTableModel::Position:
    case PlanetTableModel::Velocity:
        return trimmed.isEmpty() ? QJsonValue(QJsonValue::Undefined) : spacePointFromText(trimmed);
    case PlanetTableModel::Ellipticity:
    case PlanetTableModel::Distance:
        return trimmed.isEmpty() ? QJsonValue(QJsonValue::Undefined) : numberFromText(trimmed);
    default:
        return numberFromText(trimmed);
    }
}

bool isNumeric(int column)
{
    return column >= PlanetTableModel::Mass && column <= PlanetTableModel::Ellipticity;
}

Qt::Alignment alignmentOf(int column)
{
    return (isNumeric(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter;
}

/// Six digits of a number that has more; the editor shows, and keeps, all of them.
QString shortText(const QString& text, int column)
{
    constexpr int kDigits = 6;
    bool right = false;
    const double value = text.toDouble(&right);
    return right && isNumeric(column) && text.size() > kDigits + 2 ? QString::number(value, 'g', kDigits)
                                                                   : text;
}

} // namespace

QJsonValue numberFromText(const QString& text)
{
    bool right = false;
    const double number = text.trimmed().toDouble(&right);
    return right && std::isfinite(number) ? QJsonValue(number) : QJsonValue(text.trimmed());
}

QString numberText(double number)
{
    return QString::number(number, 'g', QLocale::FloatingPointShortest);
}

QJsonValue spacePointFromText(const QString& text)
{
    static const QRegularExpression separators(QStringLiteral("[,;\\s]+"));
    QJsonArray numbers;
    const QStringList parts = text.split(separators, Qt::SkipEmptyParts);
    for (const QString& part : parts) {
        numbers.append(numberFromText(part));
    }
    return numbers;
}

QString spacePointText(const SpacePoint& point)
{
    const QString plane = QString(numberText(point.x) % u", " % numberText(point.y));
    return point.z == 0 ? plane : QString(plane % u", " % numberText(point.z));
}

PlanetTableModel::PlanetTableModel(const Theme& theme, QObject* parent)
    : QAbstractTableModel(parent),
      m_theme(theme)
{
}

PlanetTableModel::Row PlanetTableModel::rowOf(const Planet& planet)
{
    Row row;
    row.texts = {planet.name,
                 planetKindName(planet.kind),
                 numberText(planet.mass),
                 numberText(planet.radius),
                 planet.position ? QString() : numberText(planet.distance),
                 numberText(planet.ellipticity),
                 planet.position ? spacePointText(*planet.position) : QString(),
                 planet.velocity ? spacePointText(*planet.velocity) : QString()};
    return row;
}

void PlanetTableModel::setSystem(const PlanetSystem& system)
{
    beginResetModel();
    m_rows.clear();
    m_atOnePlace.reset();
    for (const Planet& planet : system.planets) {
        m_rows.push_back(rowOf(planet));
    }
    endResetModel();
}

/// Asks for a planet that has this cell alone, so that a mistake elsewhere does not hide one here.
void PlanetTableModel::check(Row& row, int column) const
{
    QString& problem = row.problems[static_cast<std::size_t>(column)];
    problem.clear();
    const QString key = keyOf(column);
    QJsonObject planet{{QStringLiteral("distance"), 1}};
    const QJsonValue value = valueOf(column, row.texts[static_cast<std::size_t>(column)]);
    if (!value.isUndefined()) {
        planet.insert(key, value);
    } else if (column == Distance && row.texts[Position].trimmed().isEmpty()) {
        problem = tr("is missing, and there is no position");
        return;
    }
    const Result<PlanetSystem> alone =
        PlanetSystem::fromJson({{QStringLiteral("planets"), QJsonArray{planet}}});
    const QString path = QString(u"planets.0." % key);
    if (!alone && alone.error().subject == path) {
        problem = alone.error().message.mid(path.size() + 1);
    }
}

Planet PlanetTableModel::planetOf(const Row& row, int number) const
{
    QJsonObject json;
    for (int column = 0; column < kColumns; ++column) {
        const QJsonValue value = valueOf(column, row.texts[static_cast<std::size_t>(column)]);
        if (!value.isUndefined()) {
            json.insert(keyOf(column), value);
        }
    }
    if (json.contains(u"position")) {
        json.remove(QStringLiteral("distance")); // It follows from the position.
    }
    // On the star of the default system; the places of all are looked at together.
    const Result<PlanetSystem> alone = PlanetSystem::fromJson(
        {{QStringLiteral("star"), QJsonObject{{QStringLiteral("position"), QJsonArray{-9e5, 9e5, 9e5}}}},
         {QStringLiteral("planets"), QJsonArray{json}}});
    Planet planet = alone ? alone->planets.front() : Planet();
    if (!alone) {
        planet.name = tr("Planet-%1").arg(number);
    }
    return planet;
}

Result<PlanetSystem> PlanetTableModel::system(const Star& star)
{
    PlanetSystem whole;
    whole.star = star;
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        for (int column = 0; column < kColumns; ++column) {
            const QString& problem = m_rows[row].problems[static_cast<std::size_t>(column)];
            if (!problem.isEmpty()) {
                markPlaces(std::nullopt);
                return Error{ErrorCode::InvalidArgument,
                             tr("Row %1, %2: %3")
                                 .arg(row + 1)
                                 .arg(headerData(column, Qt::Horizontal).toString().toLower(), problem),
                             QString()};
            }
        }
        Planet planet = planetOf(m_rows[row], static_cast<int>(row) + 1);
        if (planet.position) {
            const SpacePoint& place = *planet.position;
            planet.distance =
                std::hypot(place.x - star.position.x, place.y - star.position.y, place.z - star.position.z);
        }
        whole.planets.push_back(planet);
    }
    if (whole.planets.size() > PlanetSystem::kMaxPlanets) {
        return Error{ErrorCode::InvalidArgument, tr("A system has at most 10000 planets"), QString()};
    }
    markPlaces(whole.bodiesAtOnePlace());
    if (const Result<void> places = whole.check(); !places) {
        return places.error();
    }
    return whole;
}

void PlanetTableModel::markPlaces(std::optional<std::pair<std::size_t, std::size_t>> bodies)
{
    if (bodies == m_atOnePlace) {
        return;
    }
    m_atOnePlace = bodies;
    if (!m_rows.empty()) {
        Q_EMIT dataChanged(index(0, Distance), index(rowCount() - 1, Position),
                           {Qt::ForegroundRole, Qt::ToolTipRole, ProblemRole});
    }
}

int PlanetTableModel::addPlanet()
{
    double outermost = 0.17;
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        outermost = std::max(outermost, planetOf(m_rows[row], 0).distance);
    }
    Planet planet;
    planet.name = tr("Planet-%1").arg(m_rows.size() + 1);
    planet.distance = std::round((outermost + 0.18) * 1000) / 1000;
    planet.mass = 0.05;
    const int row = rowCount();
    beginInsertRows({}, row, row);
    m_rows.push_back(rowOf(planet));
    endInsertRows();
    return row;
}

void PlanetTableModel::removeRow(int row)
{
    if (row < 0 || row >= rowCount()) {
        return;
    }
    m_atOnePlace.reset(); // Its numbers are those of the rows.
    beginRemoveRows({}, row, row);
    m_rows.erase(m_rows.begin() + row);
    endRemoveRows();
}

int PlanetTableModel::shiftRow(int row, int by)
{
    const int to = row + by;
    if (row < 0 || row >= rowCount() || to < 0 || to >= rowCount() || by == 0) {
        return row;
    }
    m_atOnePlace.reset();
    beginMoveRows({}, row, row, {}, by > 0 ? to + 1 : to);
    std::swap(m_rows[static_cast<std::size_t>(row)], m_rows[static_cast<std::size_t>(to)]);
    endMoveRows();
    return to;
}

int PlanetTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int PlanetTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(kColumns);
}

QVariant PlanetTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const auto column = static_cast<std::size_t>(index.column());
    const auto body = static_cast<std::size_t>(index.row()) + 1;
    const bool places = index.column() == (row.texts[Position].trimmed().isEmpty() ? Distance : Position);
    const bool clash =
        places && m_atOnePlace && (m_atOnePlace->first == body || m_atOnePlace->second == body);
    const QString problem = !row.problems[column].isEmpty() ? row.problems[column]
                            : clash                         ? tr("another body starts at this place")
                                                            : QString();
    switch (role) {
    case Qt::DisplayRole:
        return shortText(row.texts[column], index.column());
    case Qt::EditRole:
        return row.texts[column];
    case ProblemRole:
        return problem;
    case Qt::ForegroundRole:
        return problem.isEmpty() ? QVariant() : QVariant(m_theme.color(ColorRole::Bad));
    case Qt::ToolTipRole:
        return problem.isEmpty() ? tr(kTexts[column].takes)
                                 : tr("%1: %2").arg(tr(kTexts[column].title), problem);
    case Qt::AccessibleTextRole:
        return problem.isEmpty() ? row.texts[column] : tr("%1, wrong: %2").arg(row.texts[column], problem);
    case Qt::TextAlignmentRole:
        return QVariant(alignmentOf(index.column()));
    default:
        return {};
    }
}

bool PlanetTableModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || role != Qt::EditRole) {
        return false;
    }
    Row& row = m_rows[static_cast<std::size_t>(index.row())];
    row.texts[static_cast<std::size_t>(index.column())] = value.toString();
    check(row, index.column());
    if (index.column() == Position) {
        check(row, Distance); // Which of the two is needed has changed.
    }
    Q_EMIT dataChanged(this->index(index.row(), 0), this->index(index.row(), kColumns - 1));
    return true;
}

QVariant PlanetTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= kColumns) {
        return role == Qt::DisplayRole && orientation == Qt::Vertical ? QVariant(section + 1) : QVariant();
    }
    const ColumnText& text = kTexts[static_cast<std::size_t>(section)];
    switch (role) {
    case Qt::DisplayRole:
        return tr(text.title);
    case Qt::ToolTipRole:
        return tr(text.takes);
    case Qt::TextAlignmentRole:
        return QVariant(alignmentOf(section));
    default:
        return {};
    }
}

Qt::ItemFlags PlanetTableModel::flags(const QModelIndex& index) const
{
    return index.isValid()
               ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsEditable | Qt::ItemNeverHasChildren
               : Qt::NoItemFlags;
}

} // namespace perihelion
