// SPDX-License-Identifier: GPL-3.0-or-later
// Two-sample statistics against published values (R, scipy, asv, benchstat, Kalibera and Jones), and verdicts
// on samples whose answer is known.

#include "core/stats/comparison.h"
#include "core/stats/false_discovery.h"
#include "core/stats/paired_comparison.h"
#include "core/stats/process_levels.h"
#include "core/stats/rank_test.h"
#include "core/stats/resampling.h"
#include "tests/support/test_support.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

using namespace perihelion;

namespace {

using Values = std::vector<double>;

bool near(double a, double b, double tolerance = 1e-9)
{
    return std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

/// Fails with both numbers.
#define QNEAR(actual, expected, tolerance)                                                                   \
    QVERIFY2(                                                                                                \
        near(actual, expected, tolerance),                                                                   \
        qPrintable(QStringLiteral("%1 instead of %2").arg(actual, 0, 'g', 14).arg(expected, 0, 'g', 14)))

const Values kOldJson{1726, 1723, 1707, 1707, 1713, 1729, 1736, 1707, 1705, 1774};
const Values kNewJson{1423, 1416, 1411, 1413, 1412, 1426, 1422, 1424, 1447, 1425};
const Values kOldGob{3069, 3075, 3069, 3067, 3207, 3064, 3064, 3058, 3059, 3062};
const Values kNewGob{3075, 3065, 3059, 3065, 3060, 3081, 3186, 3135, 3087, 3062};

Values scaled(const Values& values, double factor)
{
    Values result(values);
    for (double& value : result) {
        value *= factor;
    }
    return result;
}

} // namespace

class ComparisonTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rankTestAsScipy();
    void rankTestWithTies();
    void rankTestAsAsv();
    void rankTestOfRealRuns();
    void rankTestAtTheEdges();
    void tablesOfU();
    void leastPossibleP();
    void shiftOfRealRuns();
    void shiftOfManyPairs();
    void bootstrapFollowsItsDistribution();
    void bootstrapOfRatios();
    void pairsInTurn();
    void pairedIntervals();
    void pairedVerdicts();
    void levelsOfThePaper();
    void levelsOfTheLibrary();
    void levelsThatDoNotFit();
    void ratioOfProcessMeans();
    void falseDiscovery();
    void verdicts_data();
    void verdicts();
    void verdictsExplainThemselves();
    void notEnoughSamplesSaysHowMany();
    void outliersCount();
    void exactQuantities();
    void valuesAroundZero();
    void changesAsText();
};

void ComparisonTest::rankTestAsScipy()
{
    const Values x{210.052110, 110.190630, 307.918612};
    const Values y{436.08811482466416, 416.37397329768191, 179.96975939463582, 197.8118754228619,
                   34.038757281225756, 138.54220550921517, 128.7769351470246,  265.92721427951852,
                   275.6617533155341,  592.34083395416258, 448.73177590617018, 300.61495185038905,
                   187.97508449019588};
    const RankTest exact = mannWhitney(x, y);
    QVERIFY(exact.exact);
    QCOMPARE(exact.u, 16.0);
    QNEAR(exact.p, 0.7035714285714, 1e-12);
    QNEAR(exact.pLess, 0.3517857142857, 1e-12);
    QNEAR(exact.pGreater, 0.6946428571429, 1e-12);
    const RankTest normal = mannWhitneyNormal(x, y);
    QVERIFY(!normal.exact);
    QNEAR(normal.p, 0.6865041817876, 1e-12);
    QNEAR(normal.pLess, 0.3432520908938, 1e-12);
    QNEAR(normal.pGreater, 0.7047591913255, 1e-12);
    QNEAR(mannWhitneyNormal(x, y, false).p, 0.6377328900502, 1e-12);
}

void ComparisonTest::rankTestWithTies()
{
    const Values x{1, 2, 3, 4};
    const auto shifted = [](double by) { return Values{1 + by, 2 + by, 3 + by, 4 + by, 5 + by}; };
    QCOMPARE(mannWhitneyNormal(x, shifted(0)).u, 8.0);
    QNEAR(mannWhitneyNormal(x, shifted(0)).p, 0.7086240584439, 1e-12);
    QCOMPARE(mannWhitneyNormal(x, shifted(-0.01)).u, 10.0);
    QCOMPARE(mannWhitneyNormal(x, shifted(-0.01)).p, 1.0);
    QCOMPARE(mannWhitneyNormal(x, shifted(0.01)).u, 6.0);
    QNEAR(mannWhitneyNormal(x, shifted(0.01)).p, 0.3912672792826, 1e-12);
}

void ComparisonTest::rankTestAsAsv()
{
    const RankTest four = mannWhitney(Values{1, 2, 3, 4}, Values{0.9, 1.1, 0.7});
    QCOMPARE(four.u, 11.0);
    QNEAR(four.p, 0.11428571428571428, 1e-14);
    const RankTest within = mannWhitney(Values{1, 2}, Values{1.5});
    QCOMPARE(within.u, 1.0);
    QCOMPARE(within.p, 1.0);
    const RankTest above = mannWhitney(Values{1, 2}, Values{2.5});
    QCOMPARE(above.u, 0.0);
    QNEAR(above.p, 2.0 / 3, 1e-14);
}

void ComparisonTest::rankTestOfRealRuns()
{
    QNEAR(mannWhitney(kOldJson, kNewJson).p, 1.0825e-5, 1e-4);
    QNEAR(mannWhitney(kOldGob, kNewGob).p, 0.4461018857, 1e-9);
    QNEAR(mannWhitneyNormal(kOldGob, kNewGob).p, 0.4486666, 1e-6);
    QNEAR(mannWhitneyNormal(kOldGob, kNewGob, false).p, 0.4263100, 1e-6);
}

void ComparisonTest::rankTestAtTheEdges()
{
    QCOMPARE(mannWhitney({}, Values{1, 2}).p, 1.0);
    QCOMPARE(mannWhitney(Values{5, 5, 5}, Values{5, 5, 5}).p, 1.0);
    const Values same(100, 3.0);
    QCOMPARE(mannWhitney(same, same).p, 1.0); // normal, without any variance
    const Values holes{1, std::numeric_limits<double>::quiet_NaN(), 2};
    QCOMPARE(mannWhitney(holes, Values{2.5}).u, 0.0);
    // Where both are possible they agree.
    Values a(40);
    std::iota(a.begin(), a.end(), 0.0);
    const Values b = scaled(a, 1.35);
    const Values fewA(a.begin(), a.begin() + 30);
    const Values fewB(b.begin(), b.begin() + 30);
    QVERIFY(mannWhitney(fewA, fewB).exact && !mannWhitney(a, b).exact);
    QVERIFY(std::abs(mannWhitney(fewA, fewB).p - mannWhitneyNormal(fewA, fewB).p) < 0.003);
}

void ComparisonTest::tablesOfU()
{
    const auto cumulative = [](std::size_t m, std::size_t n) {
        Values sums = uDistribution(m, n);
        std::partial_sum(sums.begin(), sums.end(), sums.begin());
        return sums;
    };
    const auto printed = [&cumulative](std::size_t m, std::size_t n, const Values& expected,
                                       double tolerance) {
        const Values sums = cumulative(m, n);
        return sums.size() == m * n + 1 && std::abs(sums.back() - 1) < 1e-12 &&
               std::equal(expected.begin(), expected.end(), sums.begin(),
                          [tolerance](double a, double b) { return std::abs(a - b) <= tolerance; });
    };
    QVERIFY(printed(3, 1, {0.25, 0.5, 0.75}, 1e-12));
    QVERIFY(printed(1, 3, {0.25, 0.5, 0.75}, 1e-12));
    QVERIFY(printed(3, 2, {0.1, 0.2, 0.4, 0.6}, 1e-12));
    QVERIFY(printed(3, 3, {0.05, 0.1, 0.2, 0.35, 0.5, 0.65}, 1e-12));
    QVERIFY(printed(
        5, 5,
        {0.004, 0.008, 0.016, 0.028, 0.048, 0.075, 0.111, 0.155, 0.210, 0.274, 0.345, 0.421, 0.500, 0.579},
        0.0005));
    QCOMPARE(uDistribution(0, 4), Values{1.0});
}

void ComparisonTest::leastPossibleP()
{
    const Values expected{0.3333,     0.1,        0.02857,   0.007937, 0.0021645,
                          0.00058275, 0.00015540, 4.1135e-5, 1.0825e-5};
    for (std::size_t n = 2; n <= 10; ++n) {
        const double p = smallestPossibleP(n, n);
        QVERIFY2(std::abs(p / expected[n - 2] - 1) < 3e-4, qPrintable(QString::number(n)));
    }
    QCOMPARE(smallestPossibleP(0, 9), 1.0);
    QVERIFY(smallestPossibleP(3000, 3000) < 1e-300);
}

void ComparisonTest::shiftOfRealRuns()
{
    const PairShift json = shiftBetween(kOldJson, kNewJson);
    QCOMPARE(json.estimate, -296.5);
    QVERIFY(json.interval);
    QCOMPARE(json.interval->low, -312.0);
    QCOMPARE(json.interval->high, -284.0);
    const PairShift gob = shiftBetween(kOldGob, kNewGob);
    QCOMPARE(gob.estimate, 3.0);
    QVERIFY(gob.interval);
    QCOMPARE(gob.interval->low, -5.0);
    QCOMPARE(gob.interval->high, 23.0);
    QVERIFY(!shiftBetween(Values{1, 2, 3}, Values{4, 5, 6}).interval); // p cannot fall below 0.1
    QVERIFY(shiftBetween(Values{1, 2, 3, 4}, Values{5, 6, 7, 8}).interval);
    QVERIFY(std::isnan(shiftBetween({}, Values{1}).estimate));
    const PairShift ratio = ratioBetween(kOldJson, scaled(kOldJson, 2));
    QNEAR(ratio.estimate, 2.0, 1e-9);
    QVERIFY(ratio.interval && ratio.interval->low > 1.9 && ratio.interval->high < 2.1);
    QCOMPARE(exceedanceShare(kOldJson, kNewJson), 0.0);
    QCOMPARE(exceedanceShare(kNewJson, kOldJson), 1.0);
    QCOMPARE(exceedanceShare(kOldGob, kOldGob), 0.5);
}

void ComparisonTest::shiftOfManyPairs()
{
    Values a(5000);
    std::iota(a.begin(), a.end(), 0.0);
    Values b(a);
    for (double& value : b) {
        value += 700;
    }
    const PairShift shift = shiftBetween(a, b); // 25 million pairs
    QVERIFY(shift.interval);
    QVERIFY(std::abs(shift.estimate - 700) < 5);
    QVERIFY(shift.interval->low > 600 && shift.interval->high < 800);
    const PairShift uneven = shiftBetween(Values{0, 1, 2, 3, 4, 5}, a);
    QVERIFY(uneven.interval && std::abs(uneven.estimate - 2497) < 5);
}

void ComparisonTest::bootstrapFollowsItsDistribution()
{
    const auto compare = [](const Values& shares, double tolerance) {
        Values values(shares.size());
        std::iota(values.begin(), values.end(), 0.0);
        DrawSequence sequence(7);
        const std::size_t draws = 100'000;
        Values found(shares.size(), 0.0);
        for (const double middle : bootstrapMedians(values, draws, sequence)) {
            found[static_cast<std::size_t>(middle)] += 1.0 / static_cast<double>(draws);
        }
        return std::equal(shares.begin(), shares.end(), found.begin(),
                          [tolerance](double a, double b) { return std::abs(a - b) < tolerance; });
    };
    QVERIFY(compare({0.05792, 0.25952, 0.36512, 0.25952, 0.05792}, 0.004));
    QVERIFY(compare({0.001449280603, 0.028924002003, 0.114472523419, 0.220661099315, 0.268986189318,
                     0.220661099315, 0.114472523419, 0.028924002003, 0.001449280603},
                    0.004));
}

void ComparisonTest::bootstrapOfRatios()
{
    const auto interval = bootstrapRatio(kOldJson, kNewJson);
    QVERIFY(interval);
    QVERIFY(interval->contains(1422.5 / 1718));
    QVERIFY(interval->low > 0.81 && interval->high < 0.84);
    const auto again = bootstrapRatio(kOldJson, kNewJson);
    QCOMPARE(again->low, interval->low);
    QCOMPARE(again->high, interval->high);
    QVERIFY(bootstrapRatio(kOldGob, kNewGob)->contains(1));
    QVERIFY(!bootstrapRatio({}, kNewGob));
    QVERIFY(!bootstrapRatio(Values{0, 0, 1}, kNewGob));
    DrawSequence even(3); // an even count: the median lies between two values
    const Values medians = bootstrapMedians(Values{1, 2}, 1000, even);
    QVERIFY(std::count(medians.begin(), medians.end(), 1.5) > 400);
}

void ComparisonTest::pairsInTurn()
{
    const auto order = interleavedOrder(8, 1);
    QCOMPARE(order.size(), std::size_t{16});
    for (std::size_t block = 0; block < 16; block += 4) {
        QVERIFY(order[block] != order[block + 1]);
        QCOMPARE(order[block], order[block + 3]);
        QCOMPARE(order[block + 1], order[block + 2]);
    }
    QCOMPARE(interleavedOrder(3, 1).size(), std::size_t{6});
    QCOMPARE(std::count(order.begin(), order.end(), PairSide::A), 8);
    QVERIFY(interleavedOrder(0, 1).empty());
    QCOMPARE(interleavedOrder(20, 5), interleavedOrder(20, 5));
    QVERIFY(interleavedOrder(20, 5) != interleavedOrder(20, 6));
}

void ComparisonTest::pairedIntervals()
{
    // Rounds drift by half while b stays a tenth above a: only the pairs show it.
    Values a;
    Values b;
    for (int round = 0; round < 12; ++round) {
        a.push_back(100 + 5 * round);
        b.push_back(a.back() * (1.1 + 0.001 * (round % 3 - 1)));
    }
    const PairedComparison paired = comparePaired(a, b);
    QCOMPARE(paired.rounds, std::size_t{12});
    QNEAR(paired.ratio, 1.1, 1e-6);
    QVERIFY(paired.interval && paired.interval->low > 1.098 && paired.interval->high < 1.102);
    QNEAR(paired.p, 2.0 / 4096, 1e-12);
    QVERIFY(compareSamples(a, b).verdict == Verdict::NoChange);

    const PairedComparison strict = comparePaired(a, b, 0.95, 10); // needs P(outside) ≤ 0.005
    QVERIFY(strict.interval);
    QVERIFY(strict.interval->high >= paired.interval->high);

    a[0] = 0;
    b[1] = std::numeric_limits<double>::quiet_NaN();
    b[2] = a[2];
    const PairedComparison damaged = comparePaired(a, b);
    QCOMPARE(damaged.dropped, std::size_t{2});
    QCOMPARE(damaged.ties, std::size_t{1});
    QCOMPARE(damaged.rounds, std::size_t{10});

    const Values few{1, 2, 3, 4};
    const PairedComparison tooFew = comparePaired(few, few);
    QVERIFY(!tooFew.interval);
    QCOMPARE(tooFew.moreRounds, std::size_t{2});
    QCOMPARE(tooFew.p, 1.0);
    QCOMPARE(comparePaired({}, {}).moreRounds, kFewestRounds);
}

void ComparisonTest::pairedVerdicts()
{
    const Values a{10, 11, 12, 10, 11, 12, 10, 11};
    QCOMPARE(verdictOf(comparePaired(a, scaled(a, 1.05))), Verdict::Slower);
    QCOMPARE(verdictOf(comparePaired(a, scaled(a, 0.9))), Verdict::Faster);
    QCOMPARE(verdictOf(comparePaired(a, scaled(a, 1.01))), Verdict::NoChange);
    QCOMPARE(verdictOf(comparePaired(a, a)), Verdict::NoChange);
    QCOMPARE(verdictOf(comparePaired({}, {})), Verdict::NotEnoughSamples);
    ComparisonRule rule;
    rule.better = BetterDirection::Higher;
    QCOMPARE(verdictOf(comparePaired(a, scaled(a, 1.05)), rule), Verdict::Faster);
    QVERIFY(sentenceOf(comparePaired(a, scaled(a, 1.05))).contains(u"exceeds the floor of 2 %"));
    QVERIFY(sentenceOf(comparePaired(a, scaled(a, 1.01))).contains(u"within the floor"));
    QVERIFY(sentenceOf(comparePaired(a, a)).contains(u"8 rounds were exactly equal"));
    QVERIFY(sentenceOf(comparePaired({}, {})).contains(u"6 more"));
}

void ComparisonTest::levelsOfThePaper()
{
    const Values values{9, 5, 8, 3, 10, 6, 7, 11, 1, 12, 2, 4};
    const std::vector<std::size_t> three{3, 2, 2};
    const auto deep = levelVariances(values, three);
    PERIHELION_VERIFY_RESULT(deep);
    QNEAR(deep->mean, 6.5, 1e-12);
    const Values biased{16.5, 2.583333333, 3.5625};
    const Values unbiased{16.5, -5.666666667, 2.270833333};
    for (std::size_t i = 0; i < 3; ++i) {
        QNEAR(deep->biased[i], biased[i], 1e-8);
        QNEAR(deep->unbiased[i], unbiased[i], 1e-8);
    }
    QNEAR(deep->halfWidth, 4.688707109708163, 1e-10);
    const std::vector<std::size_t> two{3, 4};
    const auto flat = levelVariances(values, two);
    PERIHELION_VERIFY_RESULT(flat);
    QNEAR(flat->biased[0], 12.722222222, 1e-8);
    QNEAR(flat->biased[1], 3.5625, 1e-8);
    QNEAR(flat->unbiased[0], 12.722222222, 1e-8);
    QNEAR(flat->unbiased[1], 0.381944444, 1e-8);
}

void ComparisonTest::levelsOfTheLibrary()
{
    const Values values{3, 4, 3, 1.2, 3.1, 3, 0.2, 1, 1.5, 1, 2, 3};
    const std::vector<std::size_t> repetitions{2, 2, 3};
    const auto levels = levelVariances(values, repetitions);
    PERIHELION_VERIFY_RESULT(levels);
    const Values biased{0.7266667, 0.505, 1.0272222};
    const Values unbiased{0.7266667, 0.2627778, 0.7747222};
    for (std::size_t i = 0; i < 3; ++i) {
        QNEAR(levels->biased[i], biased[i], 1e-6);
        QNEAR(levels->unbiased[i], unbiased[i], 1e-6);
    }
    const auto best = bestRepetitions(*levels, Values{3, 20, 100});
    QCOMPARE(best.size(), std::size_t{2});
    QVERIFY(best[0] && best[1]);
    QNEAR(*best[0], 4.2937, 1e-4);
    QNEAR(*best[1], 1.3023, 1e-4);
    LevelVariances flat;
    flat.unbiased = {1, -2, 3};
    const auto limits = bestRepetitions(flat, Values{1, 1, 1});
    QVERIFY(!limits[0]);
    QCOMPARE(*limits[1], 1.0);
}

void ComparisonTest::levelsThatDoNotFit()
{
    const Values four{1, 2, 3, 4};
    const auto refused = [&four](std::vector<std::size_t> repetitions) {
        const auto levels = levelVariances(four, repetitions);
        return !levels && levels.error().code == ErrorCode::InvalidArgument;
    };
    QVERIFY(refused({}));
    QVERIFY(refused({2, 3}));
    QVERIFY(refused({4, 1}));
    QVERIFY(refused({0, 4}));
    QVERIFY(refused({std::size_t{1} << 63U, std::size_t{1} << 62U}));
    QVERIFY(!refused({2, 2}));
}

void ComparisonTest::ratioOfProcessMeans()
{
    const std::vector<Values> before{
        {10.1, 10, 10.2}, {10.4, 10.5, 10.3}, {9.9, 10, 9.8}, {10.2, 10.1, 10.3}, {10, 10.1, 9.9}};
    const std::vector<Values> after{
        {10.9, 11, 10.8}, {11.2, 11.3, 11.1}, {10.7, 10.8, 10.6}, {11, 11.1, 11.2}, {10.9, 10.8, 11}};
    const ProcessMean old = processMean(before);
    const ProcessMean now = processMean(after);
    QNEAR(now.mean / old.mean, 1.0830039526, 1e-9);
    const auto ratio = fiellerRatio(old, now);
    QVERIFY(ratio);
    QNEAR(ratio->low, 1.0485876996, 1e-9);
    QNEAR(ratio->high, 1.1186273267, 1e-9);
    const std::vector<Values> single{{1, 2, 3}, {}};
    QCOMPARE(processMean(single).processes, std::size_t{1});
    QVERIFY(std::isinf(processMean(single).halfWidth));
    QVERIFY(!fiellerRatio(processMean(single), now));
    QVERIFY(!fiellerRatio(old, processMean(single)));
    QVERIFY(!fiellerRatio(processMean({}), now));
}

void ComparisonTest::falseDiscovery()
{
    const Values p{0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216};
    const Values expected{0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.105714285714, 0.216, 0.216, 0.216};
    const Values q = adjustedForFalseDiscovery(p);
    for (std::size_t i = 0; i < p.size(); ++i) {
        QNEAR(q[i], expected[i], 1e-9);
    }
    const Values shuffled = adjustedForFalseDiscovery(Values{0.216, 0.001, 0.008});
    QNEAR(shuffled[1], 0.003, 1e-12);
    QVERIFY(adjustedForFalseDiscovery({}).empty());
}

void ComparisonTest::verdicts_data()
{
    QTest::addColumn<Values>("before");
    QTest::addColumn<Values>("after");
    QTest::addColumn<QString>("verdict");
    QTest::newRow("json") << kOldJson << kNewJson << QStringLiteral("faster");
    QTest::newRow("json back") << kNewJson << kOldJson << QStringLiteral("slower");
    QTest::newRow("gob") << kOldGob << kNewGob << QStringLiteral("no change");
    QTest::newRow("identical") << kOldJson << kOldJson << QStringLiteral("no change");
    QTest::newRow("below the floor") << kOldJson << scaled(kOldJson, 1.019) << QStringLiteral("no change");
    QTest::newRow("just above it") << kOldGob << scaled(kOldGob, 1.05) << QStringLiteral("slower");
    QTest::newRow("constant") << Values(8, 5.0) << Values(8, 5.0) << QStringLiteral("no change");
    QTest::newRow("constant, doubled") << Values(8, 5.0) << Values(8, 10.0) << QStringLiteral("slower");
    QTest::newRow("three a side") << Values{1, 2, 3} << Values{7, 8, 9}
                                  << QStringLiteral("not enough samples");
    QTest::newRow("none") << Values{} << Values{1, 2, 3, 4, 5} << QStringLiteral("not enough samples");
}

void ComparisonTest::verdicts()
{
    QFETCH(Values, before);
    QFETCH(Values, after);
    QFETCH(QString, verdict);
    const Comparison comparison = compareSamples(before, after);
    QVERIFY2(verdictName(comparison.verdict) == verdict, qPrintable(comparison.sentence));
    QVERIFY(!comparison.sentence.isEmpty());
}

void ComparisonTest::verdictsExplainThemselves()
{
    const Comparison comparison = compareSamples(kOldJson, kNewJson);
    QNEAR(comparison.ratio, 1422.5 / 1718, 1e-12);
    QCOMPARE(comparison.shift, -296.5);
    QVERIFY(comparison.ratioInterval && comparison.ratioInterval->high < 1);
    for (const QString& part :
         {QStringLiteral("Median 1718 → 1422.5 ms"), QStringLiteral("−17.2 %"), QStringLiteral("95 %"),
          QStringLiteral("below zero"), QStringLiteral("floor of 2 %"), QStringLiteral("p = 1.1e-05"),
          QStringLiteral("10 and 10 samples")}) {
        QVERIFY2(comparison.sentence.contains(part), qPrintable(comparison.sentence));
    }
    QVERIFY(compareSamples(kOldGob, kNewGob).sentence.contains(u"includes no change"));
}

void ComparisonTest::notEnoughSamplesSaysHowMany()
{
    const Comparison three = compareSamples(Values{1, 2, 3}, Values{7, 8, 9});
    QCOMPARE(three.moreSamples, std::size_t{1});
    QVERIFY(three.sentence.contains(u"1 more sample on each side"));
    QCOMPARE(compareSamples(Values{1}, Values{2}).moreSamples, std::size_t{3});
    // A wide interval: more samples would be needed to see the floor.
    Values wide;
    for (int i = 0; i < 10; ++i) {
        wide.push_back(100 + 3 * i);
    }
    const Comparison noisy = compareSamples(wide, wide);
    QCOMPARE(noisy.verdict, Verdict::NoChange);
    QVERIFY(noisy.moreSamples > 10);
    QVERIFY(noisy.sentence.contains(u"to show a change of 2 %"));
    const Comparison still = compareSamples(Values(10, 4.0), Values(10, 4.0));
    QCOMPARE(still.moreSamples, std::size_t{0});
}

void ComparisonTest::outliersCount()
{
    const Values calm{10, 11, 9, 10.5, 9.5, 10.2, 9.8, 10.1};
    Values disturbed = calm;
    disturbed.push_back(80);
    const Comparison comparison = compareSamples(calm, disturbed);
    QCOMPARE(comparison.outliers, std::size_t{1});
    QCOMPARE(comparison.bCount, std::size_t{9}); // labelled, not dropped
}

void ComparisonTest::exactQuantities()
{
    ComparisonRule rule;
    rule.exact = true;
    rule.unit = QStringLiteral("bytes");
    QCOMPARE(compareSamples(Values{1000}, Values{1001}, rule).verdict, Verdict::Slower);
    QCOMPARE(compareSamples(Values{1000}, Values{999}, rule).verdict, Verdict::Faster);
    QCOMPARE(compareSamples(Values{1000}, Values{1000}, rule).verdict, Verdict::NoChange);
    QCOMPARE(compareSamples({}, Values{1000}, rule).verdict, Verdict::NotEnoughSamples);
    rule.better = BetterDirection::Higher;
    QCOMPARE(compareSamples(Values{1000}, Values{1001}, rule).verdict, Verdict::Faster);
}

void ComparisonTest::valuesAroundZero()
{
    const Comparison zero = compareSamples(Values(6, 0.0), Values(6, 1.0));
    QCOMPARE(zero.verdict, Verdict::NoChange);
    QVERIFY(zero.sentence.contains(u"not above zero") && !zero.ratioInterval);
    const Comparison mixed =
        compareSamples(Values{0, 10, 10, 10, 10, 10, 10, 10}, Values{20, 20, 20, 20, 20, 20, 20, 20});
    QCOMPARE(mixed.verdict, Verdict::Slower); // by the shift, because zeros leave no quotients
}

void ComparisonTest::changesAsText()
{
    QCOMPARE(formatChange(0.828), QStringLiteral("−17.2 %"));
    QCOMPARE(formatChange(1.042), QStringLiteral("+4.20 %"));
    QCOMPARE(formatChange(1), QStringLiteral("±0.00 %"));
    QCOMPARE(formatChange(3.5), QStringLiteral("+250 %"));
    QCOMPARE(formatChange(std::numeric_limits<double>::infinity()), QStringLiteral("+∞ %"));
    QCOMPARE(formatChange(std::numeric_limits<double>::quiet_NaN()), QStringLiteral("unknown"));
}

QTEST_GUILESS_MAIN(ComparisonTest)
#include "tst_comparison.moc"
