// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A sweep of perihelion-cli profile: one scenario measured with several values of one parameter, and what
// came of it as a table and as a chart.

#include "app/cli/cli_options.h"
#include "app/cli/sweep_chart.h"
#include "core/runs/run_record.h"
#include "core/workloads/workload_registry.h"

#include <optional>

namespace perihelion {

struct ProfileSweep {
    QString parameter;
    QStringList values; ///< As typed.
    QString chartFile;  ///< Empty: no chart.

    /// Nothing without --sweep. Error InvalidArgument naming the option.
    static Result<std::optional<ProfileSweep>> fromOptions(const CliOptions& options);
    /// The scenario once for each value. Error InvalidArgument naming the value that cannot be.
    Result<std::vector<Scenario>> scenarios(const Workload& workload, const Scenario& scenario) const;
    /// Medians of the warm iterations, or of the cold ones where there are none. runs: one for each value, in
    /// order; the sweep may have been interrupted.
    SweepChart chart(const std::vector<RunRecord>& runs) const;
};

/// A row for each value: the parameter, each phase and the whole iteration in ms.
QString sweepTable(const SweepChart& chart);

} // namespace perihelion
