// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workloads/workload.h"

namespace perihelion {

Result<QJsonValue> Workload::checkStructure(const QString&, const QJsonValue& value) const
{
    return value;
}

Result<void> Workload::check(const Scenario&) const
{
    return {};
}

QStringList Workload::inputFiles(const Scenario&) const
{
    return {};
}

std::vector<Scenario> Workload::ownScenarios() const
{
    return {};
}

Result<std::optional<MeasuredCode>> Workload::measuredCode(const CancelToken&) const
{
    return std::optional<MeasuredCode>();
}

Result<void> Workload::prepare(const Scenario&, const CancelToken&)
{
    return {};
}

ParameterSet Workload::parameterSet() const
{
    return ParameterSet{name(), version(), parameters(),
                        [this](const QString& parameter, const QJsonValue& value) {
                            return checkStructure(parameter, value);
                        }};
}

} // namespace perihelion
