// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Two levels told apart, and to which of them a sample belongs: the statistics of a bisection. Batches are
// looked at one after the other, so every look gets its share of the error that is allowed in all. Pure.

#include "core/stats/comparison.h"

#include <QString>

#include <span>

namespace perihelion {

struct LevelRule {
    int looks = 6;            ///< How often the same commit may be looked at: batches at most.
    double confidence = 0.95; ///< Over all looks together.
    double floor = 0.02;      ///< Levels nearer to each other than this share are one.

    /// Of a single look: 1 − (1 − confidence) / looks (Bonferroni).
    double confidenceOfOneLook() const { return 1 - (1 - confidence) / looks; }
};

enum class LevelFinding {
    Apart,     ///< The second level lies above the first.
    Reversed,  ///< It lies below it.
    Alike,     ///< They differ by less than the floor, which is certain enough.
    Undecided, ///< More samples may tell.
};

struct LevelPair {
    LevelFinding finding = LevelFinding::Undecided;
    Comparison comparison; ///< Second against first, with its sentence.
    double border = 0;     ///< Halfway between both medians.
};

/// Values in milliseconds.
LevelPair judgeLevels(std::span<const double> good, std::span<const double> bad, const LevelRule& rule = {});

enum class LevelSide { Good, Bad, Undecided };

struct SideFinding {
    LevelSide side = LevelSide::Undecided;
    double median = 0;
    QString sentence; ///< With the interval that it rests on.
};

/// The side of the border on which the interval of the median lies as a whole; undecided when the interval
/// holds the border or when there are too few values for one.
SideFinding judgeSide(std::span<const double> values, double border, const LevelRule& rule = {});

} // namespace perihelion
