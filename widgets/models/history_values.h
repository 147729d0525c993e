// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A history as the chart shows it: which rows, which number of each run, with marks for changes, notes, gaps
// and other environments. Values made of a WorkloadHistory and what a person chose; no widget is known here.

#include "core/history/workload_history.h"

#include <QHash>
#include <QString>
#include <QStringList>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace perihelion {

enum class HistoryForm { Stacked, Lines, Points };
enum class HistorySpacing { Commits, Dates };
enum class HistoryModes { Cold, Warm, Both };

/// Rows that can stand in one chart: the phases, or metrics of one unit.
struct HistoryQuantity {
    QString id;    ///< "time", "memory", "payload", or "metrics/UNIT".
    QString title; ///< "Time", "Memory", "Payload", "Metrics in s".

    bool operator==(const HistoryQuantity&) const = default;
};

/// What a person chose to see.
struct HistoryChoice {
    HistoryForm form = HistoryForm::Stacked; ///< Only phases can be stacked; anything else becomes lines.
    HistorySpacing spacing = HistorySpacing::Commits;
    HistoryModes modes = HistoryModes::Warm; ///< Where a history has one mode alone, that one is shown.
    PointStatistic statistic = PointStatistic::P50;
    QString quantity; ///< Id; an unknown one means the first.
    QStringList hiddenRows;
    bool logScale = false;
};

struct ChartRun {
    std::int64_t run = 0;
    QString label;  ///< Beginning of the commit, or "#17".
    QString commit; ///< Whole; empty when unknown.
    QString subject;
    std::int64_t millis = 0; ///< Time of the commit, or of the start, since the epoch.
    bool failed = false;     ///< Failed, cancelled, or with a failed iteration: drawn hollow.
    bool gap = false;        ///< Nothing could be built.
    QString failure;
    bool noted = false;
    bool accepted = false;
};

/// What one run says about one row, as shown; NaN where it says nothing.
struct ChartPoint {
    double value = std::numeric_limits<double>::quiet_NaN();
    double low = 0; ///< 5th percentile.
    double q1 = 0;
    double middle = 0;
    double q3 = 0;
    double high = 0; ///< 95th percentile.
};

struct ChartLevel {
    std::size_t begin = 0;
    std::size_t end = 0;
    double value = 0;
};

/// Colours beyond those of the phases.
inline constexpr std::size_t kTotalColor = std::numeric_limits<std::size_t>::max();
inline constexpr std::size_t kRestColor = kTotalColor - 1;

struct ChartSeries {
    QString name; ///< With the mode where both are shown.
    QString row;
    std::size_t color = 0;
    bool cold = false;
    bool isPart = true; ///< Part of a stack; false: the whole, whose percentiles are the whiskers of it.
    std::vector<ChartPoint> points; ///< points[i] is of runs[i].
    std::vector<ChartLevel> levels;
};

/// The changes at one commit; the text tells the greatest.
struct ChartChange {
    std::size_t run = 0;
    std::size_t lastBefore = 0;
    QString text; ///< "+28.2 % physics · c6bd97f".
    bool worse = false;
    bool provisional = false;
    bool accepted = false;
};

struct HistoryValues {
    std::vector<ChartRun> runs;
    std::vector<ChartSeries> series;
    std::vector<ChartChange> changes;
    std::vector<std::size_t> environments; ///< First runs of another environment.
    QString unit;
    HistoryForm form = HistoryForm::Stacked;
    HistorySpacing spacing = HistorySpacing::Commits;
    bool logScale = false;
    bool bothModes = false;
    QString statistic; ///< "p50".
};

/// What can be charted of a history, times first.
std::vector<HistoryQuantity> quantitiesOf(const WorkloadHistory& history);
/// The id of the quantity that a row belongs to.
QString quantityOf(const SeriesRow& row);
/// The names of the rows of a quantity, as the chart shows them.
QStringList rowsOf(const WorkloadHistory& history, const QString& quantity);

/// subjects: first lines of commits by whole hash; may be empty.
HistoryValues historyValues(const WorkloadHistory& history, const HistoryChoice& choice,
                            std::span<const RunNote> notes, const QHash<QString, QString>& subjects);

/// Seven letters of a commit, or "#17" for a run without one.
QString chartLabel(const SeriesRun& run);
/// "physics_samples" → "physics samples", "map.TimeSuite.time_map" → "time map".
QString rowWords(const QString& row);

} // namespace perihelion
