// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workloads/workload_registry.h"

#include "core/base/natural_order.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

/// Resources of a static library are only there when asked for, and by a function of no namespace.
static void initScenarioResource()
{
    Q_INIT_RESOURCE(perihelion_scenarios);
}

namespace perihelion {

namespace {

constexpr qint64 kMaxScenarioBytes = 64 << 20; // A system of a hundred thousand bodies takes a tenth of it.

Error unknownScenario(const QString& workload, const QString& name, const std::vector<Scenario>& known)
{
    QStringList names;
    for (const Scenario& scenario : known) {
        names.append(scenario.name());
    }
    return Error{ErrorCode::InvalidArgument,
                 QString(u"Workload " % workload % u" has no scenario " % name % u"; known are " %
                         names.join(QStringLiteral(", "))),
                 QString()};
}

Result<QByteArray> readScenarioFile(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{ErrorCode::NotFound, QString(u"Reading the scenario failed: " % file.errorString()),
                     path};
    }
    if (file.size() > kMaxScenarioBytes) {
        return Error{ErrorCode::TooLarge,
                     QStringLiteral("Reading the scenario failed: it is larger than 64 MiB"), path};
    }
    return file.readAll();
}

} // namespace

WorkloadRegistry::~WorkloadRegistry() = default;

void WorkloadRegistry::add(std::unique_ptr<Workload> workload)
{
    Q_ASSERT(find(workload->name()) == nullptr);
    Q_ASSERT(workload->phases().size() <= PhaseTimer::kMaxPhases);
    m_workloads.push_back(std::move(workload));
}

void WorkloadRegistry::remove(QStringView workload)
{
    std::erase_if(m_scenarios, [workload](const Scenario& each) { return each.workload() == workload; });
    std::erase_if(m_workloads, [workload](const auto& each) { return each->name() == workload; });
}

std::vector<Workload*> WorkloadRegistry::workloads() const
{
    std::vector<Workload*> all;
    all.reserve(m_workloads.size());
    for (const auto& workload : m_workloads) {
        all.push_back(workload.get());
    }
    return all;
}

Workload* WorkloadRegistry::find(QStringView name) const
{
    for (const auto& workload : m_workloads) {
        if (workload->name() == name) {
            return workload.get();
        }
    }
    return nullptr;
}

void WorkloadRegistry::loadScenarios(const QString& userFolder)
{
    m_scenarios.clear();
    m_problems.clear();
    initScenarioResource();
    for (const auto& workload : m_workloads) {
        for (Scenario& scenario : workload->ownScenarios()) {
            take(std::move(scenario));
        }
    }
    loadFolder(QStringLiteral(":/scenarios"));
    if (!userFolder.isEmpty()) {
        loadFolder(userFolder);
    }
}

void WorkloadRegistry::loadFolder(const QString& folder)
{
    const QStringList names = QDir(folder).entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name);
    for (const QString& name : names) {
        const QString path = QString(folder % u'/' % name);
        const Result<QByteArray> text = readScenarioFile(path);
        const Result<QString> workload =
            text ? Scenario::workloadOf(*text, path) : Result<QString>(text.error());
        if (!workload) {
            m_problems.push_back(workload.error());
            continue;
        }
        const Workload* known = find(*workload);
        if (known == nullptr) {
            // A program without this workload (the library's own tests) leaves its built-in scenarios alone.
            if (!folder.startsWith(u":/")) {
                m_problems.push_back(
                    Error{ErrorCode::InvalidArgument,
                          QString(u"Reading the scenario failed: there is no workload " % *workload), path});
            }
            continue;
        }
        Result<Scenario> scenario = Scenario::fromJson(known->parameterSet(), *text, path);
        if (!scenario) {
            m_problems.push_back(scenario.error());
        } else if (const Result<void> whole = known->check(*scenario); !whole) {
            Error error = whole.error();
            error.subject = path;
            m_problems.push_back(error);
        } else {
            take(std::move(*scenario));
        }
    }
}

void WorkloadRegistry::take(Scenario scenario)
{
    const auto same = std::find_if(m_scenarios.begin(), m_scenarios.end(), [&](const Scenario& each) {
        return each.workload() == scenario.workload() && each.name() == scenario.name();
    });
    if (same != m_scenarios.end()) {
        *same = std::move(scenario);
    } else {
        m_scenarios.push_back(std::move(scenario));
    }
}

std::vector<Scenario> WorkloadRegistry::scenarios(QStringView workload) const
{
    const Workload* known = find(workload);
    if (known == nullptr) {
        return {};
    }
    std::vector<Scenario> found;
    for (const Scenario& scenario : m_scenarios) {
        if (scenario.workload() == workload) {
            found.push_back(scenario);
        }
    }
    const QString first = known->defaultScenario();
    std::stable_sort(found.begin(), found.end(), [&first](const Scenario& a, const Scenario& b) {
        const auto rank = [&first](const Scenario& each) {
            return each.name() == first ? 0 : each.isBuiltIn() ? 1 : 2;
        };
        return rank(a) != rank(b) ? rank(a) < rank(b) : compareNaturally(a.name(), b.name()) < 0;
    });
    return found;
}

Result<Scenario> WorkloadRegistry::resolve(const QString& workloadAndScenario) const
{
    const qsizetype slash = workloadAndScenario.indexOf(u'/');
    const QString workloadName = slash < 0 ? workloadAndScenario : workloadAndScenario.left(slash);
    const Workload* workload = find(workloadName);
    if (workload == nullptr) {
        QStringList names;
        for (const auto& each : m_workloads) {
            names.append(each->name());
        }
        return Error{ErrorCode::InvalidArgument,
                     QString(u"There is no workload " % workloadName % u"; known are " %
                             names.join(QStringLiteral(", "))),
                     QString()};
    }
    const QString name = slash < 0 ? workload->defaultScenario() : workloadAndScenario.mid(slash + 1);
    const std::vector<Scenario> known = scenarios(workloadName);
    for (const Scenario& scenario : known) {
        if (scenario.name() == name) {
            return scenario;
        }
    }
    if (!name.endsWith(u".json")) {
        return unknownScenario(workloadName, name, known);
    }
    const Result<QByteArray> text = readScenarioFile(name);
    if (!text) {
        return text.error();
    }
    Result<Scenario> scenario = Scenario::fromJson(workload->parameterSet(), *text, name);
    if (!scenario) {
        return scenario;
    }
    if (const Result<void> whole = workload->check(*scenario); !whole) {
        return Error{whole.error().code, whole.error().message, name};
    }
    return scenario;
}

} // namespace perihelion
