// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Two runs that were measured in turn, process by process, as one paired comparison: what a round is, and
// what the rounds say about a row. Pure functions.

#include "core/runs/measured_rows.h"
#include "core/runs/run_record.h"
#include "core/stats/comparison.h"
#include "core/stats/paired_comparison.h"

#include <QString>

namespace perihelion {

/// What interleaved rounds say about one phase or metric.
struct PairedFinding {
    PairedComparison comparison;
    Verdict verdict = Verdict::NotEnoughSamples;
    QString sentence;
};

/// True for the two sides of one interleaved measurement (RunRecord::interleaved), in any order.
bool areInterleaved(const RunRecord& a, const RunRecord& b);

/// A round is what the processes of one number measured on both sides: the median of each. A round that one
/// side lacks counts as dropped. Of the rule only confidence, floor and better count.
PairedFinding findInRounds(const ModeSamples& a, const ModeSamples& b, const ComparisonRule& rule = {});

/// Adds what was measured in one more round: its phases by name, its processes under numbers of their own,
/// and what is new among its remarks. round: 0 for the first, whose record becomes the whole.
void appendRound(RunRecord& whole, RunRecord measured, int round);

} // namespace perihelion
