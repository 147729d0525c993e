// SPDX-License-Identifier: GPL-3.0-or-later
// Order statistics against published values: numpy, R, nanobench, hyperfine, Criterion.

#include "core/stats/order_statistics.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

using namespace perihelion;

namespace {

using Values = std::vector<double>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

Values upTo(int count)
{
    Values values(static_cast<std::size_t>(count));
    std::iota(values.begin(), values.end(), 1.0);
    return values;
}

bool near(double a, double b, double tolerance = 1e-9)
{
    return std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

const Values kNormals{-2.47946614, -1.49595963, -1.02812482, -0.76592323, -0.09452743, 0.10732743,
                      0.27798342,  0.50173779,  0.57829823,  0.60474948,  0.94695675,  1.20159789};

} // namespace

class OrderStatisticsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void quantilesAsNumpy()
    {
        const Values five{50, 15, 35, 40, 20}; // order does not matter
        const Values ten = upTo(10);
        const std::vector<std::array<double, 3>> expected{
            {0.05, 16, 1.45}, {0.25, 20, 3.25}, {0.5, 35, 5.5},    {0.75, 40, 7.75},
            {0.9, 46, 9.1},   {0.95, 48, 9.55}, {0.99, 49.6, 9.91}};
        for (const auto& [q, ofFive, ofTen] : expected) {
            QVERIFY2(near(quantile(five, q), ofFive), qPrintable(QString::number(q)));
            QVERIFY2(near(quantile(ten, q), ofTen), qPrintable(QString::number(q)));
        }
        QVERIFY(near(quantile(kNormals, 0.2), -0.9756845, 1e-7));
        QVERIFY(near(quantile(kNormals, 0.5), 0.1926554, 1e-7));
        QVERIFY(near(quantile(kNormals, 0.8), 0.5994592, 1e-7));
    }

    void quantilesAtTheEdges()
    {
        QVERIFY(std::isnan(median({})));
        const Values one{7};
        for (const double q : {0.0, 0.05, 0.5, 0.99, 1.0}) {
            QCOMPARE(quantile(one, q), 7.0);
        }
        QCOMPARE(quantile(upTo(3), -1), 1.0);
        QCOMPARE(quantile(upTo(3), 2), 3.0);
        const Values holes{kNotANumber, 3, kNotANumber, 1};
        QCOMPARE(median(holes), 2.0);
        const Values infinite{1, kInfinity, kInfinity, kInfinity};
        QCOMPARE(quantile(infinite, 0.9), kInfinity);
    }

    void fiveNumbersOfASample()
    {
        const FiveNumbers numbers = fiveNumbers(upTo(10));
        QCOMPARE(numbers.count, std::size_t{10});
        QCOMPARE(numbers.minimum, 1.0);
        QVERIFY(near(numbers.p5, 1.45));
        QVERIFY(near(numbers.p25, 3.25));
        QVERIFY(near(numbers.median, 5.5));
        QVERIFY(near(numbers.p75, 7.75));
        QVERIFY(near(numbers.p95, 9.55));
        QCOMPARE(numbers.maximum, 10.0);
        const FiveNumbers none = fiveNumbers({});
        QCOMPARE(none.count, std::size_t{0});
        QVERIFY(std::isnan(none.minimum) && std::isnan(none.median));
    }

    void medianRanksOfTables_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<double>("confidence");
        QTest::addColumn<int>("low"); // from 1, as tables print them; 0: none
        QTest::addColumn<int>("high");
        QTest::addColumn<double>("coverage"); // 0: not printed
        const auto row = [](int count, double confidence, int low, int high, double coverage) {
            QTest::addRow("n %d at %g", count, confidence) << count << confidence << low << high << coverage;
        };
        row(0, 0.95, 0, 0, 0);
        row(1, 0.95, 0, 0, 0);
        row(5, 0.95, 0, 0, 0);
        row(6, 0.95, 1, 6, 0.96875);
        row(8, 0.95, 1, 8, 0.992188);
        row(10, 0.95, 2, 9, 0.978516);
        row(12, 0.95, 3, 10, 0.961426);
        row(15, 0.95, 4, 12, 0.964844);
        row(20, 0.95, 6, 15, 0.958611);
        row(30, 0.95, 10, 21, 0.957226);
        row(50, 0.95, 18, 33, 0.967161);
        row(52, 0.95, 19, 34, 0);
        row(100, 0.95, 40, 61, 0);
        row(7, 0.99, 0, 0, 0);
        row(8, 0.99, 1, 8, 0);
        row(10, 0.99, 1, 10, 0);
        row(12, 0.99, 2, 11, 0);
        row(20, 0.99, 4, 17, 0);
        row(30, 0.99, 8, 23, 0);
        row(50, 0.99, 16, 35, 0);
        row(52, 0.99, 17, 36, 0);
        row(100, 0.99, 37, 64, 0);
    }
    void medianRanksOfTables()
    {
        QFETCH(int, count);
        QFETCH(double, confidence);
        QFETCH(int, low);
        QFETCH(int, high);
        QFETCH(double, coverage);
        const auto ranks = medianRanks(static_cast<std::size_t>(count), confidence);
        QCOMPARE(ranks.has_value(), low > 0);
        if (ranks) {
            QCOMPARE(static_cast<int>(ranks->low) + 1, low);
            QCOMPARE(static_cast<int>(ranks->high) + 1, high);
            QVERIFY(ranks->coverage >= confidence);
            QVERIFY(coverage == 0 || near(ranks->coverage, coverage, 1e-6));
        }
    }

    void medianIntervalsOfRealRuns()
    {
        const Values before{1726, 1723, 1707, 1707, 1713, 1729, 1736, 1707, 1705, 1774};
        const Values after{1423, 1416, 1411, 1413, 1412, 1426, 1422, 1424, 1447, 1425};
        QCOMPARE(median(before), 1718.0);
        QCOMPARE(median(after), 1422.5);
        const auto ofBefore = medianInterval(before);
        const auto ofAfter = medianInterval(after);
        QVERIFY(ofBefore && ofAfter);
        QCOMPARE(ofBefore->low, 1707.0);
        QCOMPARE(ofBefore->high, 1736.0);
        QCOMPARE(ofAfter->low, 1412.0);
        QCOMPARE(ofAfter->high, 1426.0);
        QVERIFY(ofBefore->contains(1707) && !ofBefore->contains(1706.9));
        QVERIFY(!medianInterval(upTo(5)));
    }

    void quantileIntervalsAsAsv()
    {
        const auto low = quantileInterval(kNormals, 0.2, 0.8);
        const auto middle = quantileInterval(kNormals, 0.5, 0.8);
        const auto high = quantileInterval(kNormals, 0.8, 0.8);
        QVERIFY(low && middle && high);
        QCOMPARE(low->low, -2.47946614);
        QCOMPARE(low->high, -0.09452743);
        QCOMPARE(middle->low, -0.76592323);
        QCOMPARE(middle->high, 0.57829823);
        QCOMPARE(high->low, 0.50173779);
        QCOMPARE(high->high, 1.20159789);
        const auto few = quantileInterval(upTo(3), 0.5, 0.99);
        QVERIFY(few);
        QCOMPARE(few->low, -kInfinity);
        QVERIFY(!quantileInterval({}, 0.5, 0.99));
    }

    void outliersAsHyperfine()
    {
        const auto flagged = [](const Values& values) {
            const std::vector<double> scores = outlierScores(values);
            return std::count_if(scores.begin(), scores.end(), [](double score) { return score > 14.826; });
        };
        QCOMPARE(flagged({0.5, 0.30, 0.29, 0.31, 0.30}), 1);
        QVERIFY(near(outlierScores(Values{0.5, 0.30, 0.29, 0.31, 0.30})[0], 20, 1e-6));
        QCOMPARE(flagged({-0.2, 0, 0.2, 4}), 1);
        QCOMPARE(flagged({10, 10, 10, 10, 10, 10, 10, 100}), 1);
        QCOMPARE(flagged({10, 10, 10, 10, 10, 10, 10, 100, 100}), 2);
        QCOMPARE(flagged({1000, 0}), 0);
        QVERIFY(outlierScores({}).empty());
    }

    void labelsNeedBothRules()
    {
        const std::vector<bool> clear = labelOutliers(Values{10, 11, 9, 10.5, 9.5, 10.2, 9.8, 60});
        QCOMPARE(std::count(clear.begin(), clear.end(), true), 1);
        QVERIFY(clear.back());
        const std::vector<bool> none = labelOutliers(upTo(40));
        QCOMPARE(std::count(none.begin(), none.end(), true), 0);
        // Far in deviations, but the box is wide: two levels are no outliers of each other.
        Values levels(30, 10.0);
        levels.insert(levels.end(), 20, 20.0);
        const std::vector<bool> modes = labelOutliers(levels);
        QCOMPARE(std::count(modes.begin(), modes.end(), true), 0);
        QVERIFY(labelOutliers({}).empty());
        const std::vector<bool> same = labelOutliers(Values{5, 5, 5});
        QCOMPARE(std::count(same.begin(), same.end(), true), 0);
    }

    void deviation()
    {
        QCOMPARE(medianAbsoluteDeviation(Values{1, 1, 2, 2, 4, 6, 9}), 1.0);
        QVERIFY(std::isnan(medianAbsoluteDeviation({})));
    }
};

QTEST_GUILESS_MAIN(OrderStatisticsTest)
#include "tst_order_statistics.moc"
