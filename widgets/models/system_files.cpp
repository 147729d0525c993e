// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/system_files.h"

#include "core/base/atomic_file.h"

#include <QFile>
#include <QJsonDocument>

namespace perihelion {

namespace {

constexpr qint64 kLargestFile = 64 << 20;

Result<QByteArray> textOf(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{ErrorCode::NotFound,
                     QString(u"Reading the planetary system failed: " % file.errorString()), path};
    }
    if (file.size() > kLargestFile) {
        return Error{ErrorCode::TooLarge,
                     QStringLiteral("Reading the planetary system failed: it is larger than 64 MiB"), path};
    }
    return file.readAll();
}

} // namespace

Result<PlanetSystem> openSystemFile(const QString& file, const ParameterSet& set)
{
    const Result<QByteArray> text = textOf(file);
    if (!text) {
        return text.error();
    }
    if (!QJsonDocument::fromJson(*text).object().contains(u"workload")) {
        return PlanetSystem::read(*text, file);
    }
    const Result<Scenario> scenario = Scenario::fromJson(set, *text, file);
    if (!scenario) {
        return scenario.error();
    }
    const QJsonObject system = scenario->structure(u"system").toObject();
    if (system.isEmpty()) {
        return Error{ErrorCode::InvalidArgument,
                     QStringLiteral("This scenario has no system of its own that could be opened"), file};
    }
    return PlanetSystem::fromJson(system);
}

Result<QString> saveSystemFile(const QString& file, const PlanetSystem& system)
{
    const Result<void> written = writeFileAtomically(file, QJsonDocument(system.toJson()).toJson(),
                                                     QStringLiteral("Saving the planetary system"));
    return written ? Result<QString>(file) : Result<QString>(written.error());
}

Result<Scenario> saveScenarioFile(const QString& folder, const ParameterSet& set, const Scenario& scenario)
{
    const QString path = QString(folder % u'/' % scenario.name() % u".json");
    const QByteArray text = scenario.toJson(set);
    if (const Result<void> written = writeFileAtomically(path, text, QStringLiteral("Saving the scenario"));
        !written) {
        return written.error();
    }
    return Scenario::fromJson(set, text, path);
}

} // namespace perihelion
