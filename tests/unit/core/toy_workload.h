// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A small workload for tests: adds numbers in two nested phases and one more.

#include "core/workloads/workload.h"

namespace perihelion::test {

class ToyWorkload : public Workload {
public:
    QString name() const override { return QStringLiteral("toy"); }
    int version() const override { return m_version; }
    QString description() const override { return QStringLiteral("Adds numbers"); }
    std::vector<PhaseSpec> phases() const override
    {
        return {{QStringLiteral("sum"), -1, QStringLiteral("Adds")},
                {QStringLiteral("inner"), 0, QStringLiteral("Adds inside")},
                {QStringLiteral("check"), -1, QStringLiteral("Compares")}};
    }
    std::vector<ParameterSpec> parameters() const override
    {
        std::vector<ParameterSpec> specs{
            {QStringLiteral("dt"), ParameterType::Real, QStringLiteral("Step"), 0.05, QStringLiteral("s"),
             1e-9, 10.0},
            {QStringLiteral("count"), ParameterType::Integer, QStringLiteral("Numbers"), 100, QString(), 1,
             1e6},
            {QStringLiteral("fast"), ParameterType::Flag, QStringLiteral("Hurry"), true},
            {QStringLiteral("mode"),
             ParameterType::Choice,
             QStringLiteral("How"),
             QStringLiteral("exact"),
             QString(),
             0,
             0,
             {QStringLiteral("exact"), QStringLiteral("rough")}},
            {QStringLiteral("files"), ParameterType::Files, QStringLiteral("Inputs"), QJsonArray()},
            {QStringLiteral("bodies"), ParameterType::Structure, QStringLiteral("Bodies"), QJsonArray()}};
        if (m_moreParameters) {
            specs.push_back({QStringLiteral("later"), ParameterType::Flag, QStringLiteral("New"), false});
        }
        return specs;
    }
    QString defaultScenario() const override { return QStringLiteral("plain"); }
    QStringList inputFiles(const Scenario& scenario) const override { return scenario.files(u"files"); }
    Result<QJsonValue> checkStructure(const QString&, const QJsonValue& value) const override
    {
        if (value.toArray().size() > 3) {
            return Error{ErrorCode::InvalidArgument, QStringLiteral("more than 3 bodies"), QString()};
        }
        return value;
    }
    Result<void> check(const Scenario& scenario) const override
    {
        if (scenario.flag(u"fast") && scenario.text(u"mode") == u"rough") {
            return Error{ErrorCode::InvalidArgument, QStringLiteral("fast and rough exclude each other"),
                         QString()};
        }
        return {};
    }
    Result<WorkloadResult> run(const Scenario& scenario, PhaseTimer& timer,
                               const CancelToken& cancel) override
    {
        std::int64_t sum = 0;
        {
            const PhaseTimer::Scope outer(timer, 0);
            const PhaseTimer::Scope inner(timer, 1);
            for (std::int64_t n = 0; n < scenario.integer(u"count"); ++n) {
                sum += n;
            }
        }
        if (cancel.isCancelled()) {
            return Error{ErrorCode::Cancelled, QStringLiteral("Adding was cancelled"), QString()};
        }
        return WorkloadResult{{Metric{QStringLiteral("sum"), static_cast<double>(sum), QStringLiteral("1")}},
                              {}};
    }

    int m_version = 1;
    bool m_moreParameters = false;
};

} // namespace perihelion::test
