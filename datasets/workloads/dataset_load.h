// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Workload dataset-load: recordings opened up to their first frame on the one load path
// (datasets/frames/first_frame.h), with the file in memory or not, its index kept or not, the cache off,
// empty or filled. Without files of the person's own it loads a generated recording, chunked or contiguous.

#include "core/workloads/workload.h"

#include <QString>

#include <memory>

namespace perihelion {

/// Metric: how many of the files that were loaded are stored contiguously.
inline constexpr QStringView kContiguousFiles = u"contiguous_files";

class DatasetLoad : public Workload {
public:
    /// folder: where generated recordings and the workload's own kept indexes lie; made when needed.
    explicit DatasetLoad(QString folder);
    ~DatasetLoad() override;

    QString name() const override { return QStringLiteral("dataset-load"); }
    int version() const override { return 1; }
    QString description() const override { return QStringLiteral("Open recordings up to their first frame"); }
    std::vector<PhaseSpec> phases() const override;
    std::vector<ParameterSpec> parameters() const override;
    QString defaultScenario() const override { return QStringLiteral("kept_index"); }
    QStringList inputFiles(const Scenario& scenario) const override;
    /// Generates the recording and completes the kept indexes that the scenario needs.
    Result<void> prepare(const Scenario& scenario, const CancelToken& cancel) override;
    Result<WorkloadResult> run(const Scenario& scenario, PhaseTimer& timer,
                               const CancelToken& cancel) override;

private:
    struct Machinery; ///< Decode pool and cache, made by the first run.

    QString indexDir() const;

    QString m_folder;
    std::unique_ptr<Machinery> m_machinery;
};

} // namespace perihelion
