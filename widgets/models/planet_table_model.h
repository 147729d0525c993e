// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PlanetTableModel: planets as an editable table. What a person typed is kept as typed, also where it is
// wrong; then the cell says what it takes. The rules are those of PlanetSystem itself, asked cell by cell.

#include "core/base/result.h"
#include "core/workloads/simulation/planet_system.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <array>
#include <optional>
#include <vector>

namespace perihelion {

class Theme;

class PlanetTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Name, Kind, Mass, Radius, Distance, Ellipticity, Position, Velocity, kColumns };
    enum Role {
        ProblemRole = Qt::UserRole + 1, ///< One sentence; empty where the cell is right.
    };

    explicit PlanetTableModel(const Theme& theme, QObject* parent = nullptr);

    void setSystem(const PlanetSystem& system);
    /// Star and table together. Error InvalidArgument: the first wrong cell ("Row 2, mass: must be …"), or
    /// two bodies at one place. Marks the cells.
    Result<PlanetSystem> system(const Star& star);

    /// Adds a planet beyond the outermost one; returns its row.
    int addPlanet();
    void removeRow(int row);
    /// Moves a row by −1 or 1 where there is room; returns where it is then.
    int shiftRow(int row, int by);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    struct Row {
        std::array<QString, kColumns> texts;
        std::array<QString, kColumns> problems;
    };

    static Row rowOf(const Planet& planet);
    void check(Row& row, int column) const;
    Planet planetOf(const Row& row, int number) const;
    void markPlaces(std::optional<std::pair<std::size_t, std::size_t>> bodies);

    const Theme& m_theme;
    std::vector<Row> m_rows;
    std::optional<std::pair<std::size_t, std::size_t>> m_atOnePlace;
};

/// "1, 0, 0.5" as the two or three numbers that PlanetSystem takes; what is no number stays a text in it.
QJsonValue spacePointFromText(const QString& text);
QString spacePointText(const SpacePoint& point);
/// A number, or the text itself where it is none.
QJsonValue numberFromText(const QString& text);
/// As many digits as it takes to read the same number back.
QString numberText(double number);

} // namespace perihelion
