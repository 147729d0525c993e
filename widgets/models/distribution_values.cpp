// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/distribution_values.h"

#include "widgets/models/history_values.h"

#include <algorithm>

namespace perihelion {

namespace {

SampleSide sideOf(QChar letter, const RunRecord& run, const std::vector<double>& samples)
{
    SampleSide side;
    side.label = QString(letter % QStringLiteral("  ") %
                         (run.commit.isEmpty() ? QString(u'#' % QString::number(run.id))
                                               : QString(run.commit.left(7) % (run.dirty ? u"+" : u""))));
    side.sorted = sortedSample(samples);
    side.outliers = labelOutliers(side.sorted);
    side.median = quantileOfSorted(side.sorted, 0.5);
    return side;
}

} // namespace

QString rowTitle(const QString& phase, IterationMode mode, bool isMetric)
{
    return isMetric ? rowWords(phase) : QString(rowWords(phase) % u", " % iterationModeName(mode));
}

DistributionValues distributionOf(const ComparedPair& pair, const PhaseComparison& row)
{
    DistributionValues values;
    values.title = rowTitle(row.phase, row.mode, row.isMetric);
    values.unit = row.unit;
    values.a = sideOf(u'A', pair.a, samplesBehind(pair.a, row));
    values.b = sideOf(u'B', pair.b, samplesBehind(pair.b, row));
    return values;
}

DistributionValues distributionOf(const ComparedPair& pair, const OneSidedRow& row)
{
    PhaseComparison both;
    both.phase = row.phase;
    both.mode = row.mode;
    both.isMetric = row.isMetric;
    both.unit = row.unit;
    return distributionOf(pair, both);
}

double shareAtOrBelow(std::span<const double> sorted, double value)
{
    if (sorted.empty()) {
        return 0;
    }
    const auto below = std::upper_bound(sorted.begin(), sorted.end(), value) - sorted.begin();
    return static_cast<double>(below) / static_cast<double>(sorted.size());
}

} // namespace perihelion
