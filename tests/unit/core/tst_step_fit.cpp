// SPDX-License-Identifier: GPL-3.0-or-later
// Constant levels and regressions against those of asv, on made series and on the real history of NumPy.

#include "core/stats/range_medians.h"
#include "core/stats/resampling.h"
#include "core/stats/step_fit.h"
#include "tests/support/numpy_history.h"
#include "tests/support/test_support.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

using namespace perihelion;

namespace {

using Values = std::vector<double>;
using Indexes = std::vector<std::size_t>;

bool near(double a, double b, double tolerance)
{
    return std::abs(a - b) <= tolerance * std::max(1e-300, std::abs(b));
}

} // namespace

class StepFitTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rangeMedians();
    void piecesAsAsv();
    void stepsAsAsv();
    void regressionsAsAsv();
    void historyOfNumPyAsAsv();
};

void StepFitTest::rangeMedians()
{
    DrawSequence sequence(9);
    Values values;
    Values weights;
    for (int i = 0; i < 67; ++i) {
        values.push_back(70 + 0.01 * static_cast<double>(sequence.below(6000)));
        weights.push_back(1.6 + 0.001 * static_cast<double>(sequence.below(800)));
    }
    for (std::size_t i = 0; i < weights.size(); i += 3) {
        weights[i] = 1.37; // equal weights: medians between two values
    }
    const RangeMedians ranges(values, weights);
    for (std::size_t begin = 0; begin < values.size(); begin += 5) {
        for (std::size_t end = begin + 1; end <= values.size(); ++end) {
            std::vector<std::pair<double, double>> members;
            double half = 0;
            for (std::size_t i = begin; i < end; ++i) {
                members.emplace_back(values[i], weights[i]);
                half += weights[i] / 2;
            }
            std::sort(members.begin(), members.end());
            double below = 0;
            double middle = members.back().first;
            for (std::size_t i = 0; i < members.size(); ++i) {
                below += members[i].second;
                if (std::abs(below - half) < 1e-9) {
                    middle = (members[i].first + members[i + 1].first) / 2;
                    break;
                }
                if (below > half) {
                    middle = members[i].first;
                    break;
                }
            }
            double distance = 0;
            for (const auto& [value, weight] : members) {
                distance += weight * std::abs(value - middle);
            }
            const RangeMedians::Fit fit = ranges.fit(begin, end);
            QVERIFY(near(fit.median, middle, 1e-12));
            QVERIFY(std::abs(fit.distance - distance) < 1e-9);
        }
    }
    const Values one{5};
    QCOMPARE(RangeMedians(one, one).fit(0, 1).median, 5.0);
    const Values pair{1, 3};
    const Values even{1, 1};
    QCOMPARE(RangeMedians(pair, even).fit(0, 2).median, 2.0);
}

void StepFitTest::piecesAsAsv()
{
    const Values stairs{1, 1, 1, 2, 2, 2, 3, 3, 3};
    QCOMPARE(piecesFor(stairs, 0.1), (Indexes{3, 6, 9}));
    QCOMPARE(piecesFor(stairs, 8), Indexes{9});
    QCOMPARE(RangeMedians(stairs, Values(9, 1.0)).fit(0, 9).median, 2.0);
    QVERIFY(piecesFor({}, 1).empty());
}

void StepFitTest::stepsAsAsv()
{
    const auto constant = fitSteps(Values(100, 1000.0));
    QCOMPARE(constant.size(), std::size_t{1});
    QCOMPARE(constant[0].value, 1000.0);
    Values wave;
    for (int j = 0; j < 1000; ++j) {
        wave.push_back(0.2 * std::cos(j / 100.0) + (j >= 500 ? 1 : 0));
    }
    const auto halves = fitSteps(wave);
    QCOMPARE(halves.size(), std::size_t{2});
    QCOMPARE(halves[0].end, std::size_t{500});
    QCOMPARE(halves[1].end, std::size_t{1000});
    QVERIFY(fitSteps({}).empty());
    const double hole = std::numeric_limits<double>::quiet_NaN();
    const auto gaps = fitSteps(Values{hole, 1, 1, hole, 1, 5, 5, hole, 5, hole});
    QCOMPARE(gaps.size(), std::size_t{2});
    QCOMPARE(gaps[0].begin, std::size_t{1});
    QCOMPARE(gaps[0].end, std::size_t{5});
    QCOMPARE(gaps[1].end, std::size_t{9});
    QCOMPARE(fitSteps(Values{1, 1, 1, 9, 9, 9}, Values{1, 1, 1, 0, 0, 0}).size(), std::size_t{1});
    QCOMPARE(fitSteps(Values{4}).front().value, 4.0);
}

void StepFitTest::regressionsAsAsv()
{
    const auto steps = [](const std::vector<std::array<double, 3>>& rows) {
        std::vector<LevelStep> made;
        made.reserve(rows.size());
        for (const auto& [begin, end, value] : rows) {
            made.push_back({static_cast<std::size_t>(begin), static_cast<std::size_t>(end), value, value, 0});
        }
        return made;
    };
    const auto stairs = steps({{0, 1, 1.0}, {1, 2, 1.1}, {2, 3, 2.0}});
    const auto both = findRegressions(stairs, 0.05);
    QVERIFY(both);
    QCOMPARE(both->jumps.size(), std::size_t{2});
    QCOMPARE(both->jumps[0].lastBefore, std::size_t{0});
    QCOMPARE(both->jumps[0].firstAfter, std::size_t{1});
    QCOMPARE(both->jumps[0].bestAfter, 1.1);
    QCOMPARE(both->jumps[1].before, 1.1);
    QCOMPARE(both->latest, 2.0);
    QCOMPARE(both->best, 1.0);
    const auto large = findRegressions(stairs, 0.2);
    QVERIFY(large);
    QCOMPARE(large->jumps.size(), std::size_t{1});
    QCOMPARE(large->jumps[0].before, 1.1);
    QVERIFY(!findRegressions(stairs, 1.1));
    const auto dip = steps({{0, 2, 1}, {2, 3, 0}, {3, 5, 1}});
    QVERIFY(!findRegressions(dip, 0.05));
    const auto accepted = findRegressions(dip, 0.05, 1);
    QVERIFY(accepted);
    QCOMPARE(accepted->jumps.size(), std::size_t{1});
    QCOMPARE(accepted->jumps[0].lastBefore, std::size_t{2});
    QCOMPARE(accepted->jumps[0].firstAfter, std::size_t{3});
    QVERIFY(!findRegressions({}, 0.05));
}

void StepFitTest::historyOfNumPyAsAsv()
{
    PERIHELION_SHARED_DATA_OR_SKIP(folder, QStringLiteral("bench/numpy-bench"));
    const auto history = test::readNumPyHistory(folder);
    PERIHELION_VERIFY_RESULT(history);
    QCOMPARE(history->size(), std::size_t{360});
    std::size_t levels = 0;
    std::size_t jumps = 0;
    for (const test::NumPySeries& series : *history) {
        const std::vector<LevelStep> steps = fitSteps(series.values, series.weights);
        QVERIFY2(steps.size() == series.steps.size(), qPrintable(series.name));
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const test::NumPySeries::Step& step = series.steps[i];
            QVERIFY2(series.revisions[steps[i].begin] == step.firstRevision &&
                         series.revisions[steps[i].end - 1] + 1 == step.endRevision,
                     qPrintable(series.name));
            QVERIFY(near(steps[i].value, step.value, 1e-9) && near(steps[i].minimum, step.minimum, 1e-9));
            QVERIFY(std::abs(steps[i].error - step.error) <= 1e-6 * step.value);
            ++levels;
        }
        const auto found = findRegressions(steps);
        QCOMPARE(found.has_value(), !series.regressions.empty());
        if (!found) {
            continue;
        }
        QVERIFY(near(found->latest, series.latest, 1e-9) && near(found->best, series.best, 1e-9));
        QCOMPARE(found->jumps.size(), series.regressions.size());
        for (std::size_t i = 0; i < found->jumps.size(); ++i) {
            const StepRegression& jump = found->jumps[i];
            const test::NumPySeries::Regression& published = series.regressions[i];
            QVERIFY(published.revisionBefore < 0 ||
                    series.revisions[jump.lastBefore] == published.revisionBefore);
            QCOMPARE(series.revisions[jump.firstAfter], published.revisionAfter);
            QVERIFY(near(jump.before, published.before, 1e-9) &&
                    near(jump.bestAfter, published.bestAfter, 1e-9));
            ++jumps;
        }
    }
    QCOMPARE(levels, std::size_t{2018});
    QCOMPARE(jumps, std::size_t{352});
}

QTEST_GUILESS_MAIN(StepFitTest)
#include "tst_step_fit.moc"
