// SPDX-License-Identifier: GPL-3.0-or-later
// Change points against the published vectors and results of Otava (Hunter), gates and false alarms on series
// whose truth is known.

#include "core/stats/change_points.h"
#include "core/stats/resampling.h"
#include "tests/support/test_support.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>
#include <vector>

using namespace perihelion;

namespace {

using Values = std::vector<double>;
using Indexes = std::vector<std::size_t>;

const Values kOne{1.02, 0.95, 0.99, 1.0, 1.12, 0.90, 0.50, 0.51, 0.48, 0.48, 0.55};
const Values kTwo{2.02, 2.03, 2.01, 2.04, 1.82, 1.85, 1.79, 1.81, 1.80, 1.76, 1.78};
const Values kZeros{0, 0, 0, 1.00, 1.12, 0.90, 0.50, 0.51, 0.48, 0.48, 0.55};
const Values kLong{1.02, 0.95, 0.99, 1.00, 1.12, 1.00, 1.01, 0.98, 1.01, 0.96,
                   0.50, 0.51, 0.48, 0.48, 0.55, 0.50, 0.49, 0.51, 0.50, 0.49};

bool near(double a, double b, double tolerance = 1e-9)
{
    return std::abs(a - b) <= tolerance * std::max(1e-300, std::abs(b));
}

Indexes indexesOf(const std::vector<ChangePoint>& points)
{
    Indexes indexes;
    for (const ChangePoint& point : points) {
        indexes.push_back(point.index);
    }
    return indexes;
}

/// A level with noise of relative size spread, from a fixed sequence.
Values noisy(std::size_t count, double level, double spread, std::uint64_t seed)
{
    DrawSequence sequence(seed);
    Values values;
    for (std::size_t i = 0; i < count; ++i) {
        double sum = 0; // of twelve even draws: nearly normal
        for (int draw = 0; draw < 12; ++draw) {
            sum += static_cast<double>(sequence.below(1U << 20U)) / (1U << 20U);
        }
        values.push_back(level * (1 + spread * (sum - 6)));
    }
    return values;
}

Values joined(Values first, const Values& second)
{
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

} // namespace

class ChangePointsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void splitsAsOtava();
    void energyByDefinition();
    void candidatesOfThePaper();
    void tTest();
    void realSeriesAsOtava();
    void seriesOfTheManual();
    void vectorsOfOtherDetectors();
    void realSeriesOfPerfolizer();
    void degenerateSeries();
    void gatesLetAStepThrough();
    void evidentGapsPassWhereATestDecidesNothing();
    void noiseFarAwayHidesNothing();
    void gatesStop_data();
    void gatesStop();
    void flatSeriesAreQuiet();
};

void ChangePointsTest::splitsAsOtava()
{
    ChangePointRule narrow;
    narrow.window = 10;
    narrow.maxP = 1e-4;
    const auto windowed = findChangePoints(kLong, narrow);
    QCOMPARE(indexesOf(windowed), Indexes{10});
    QVERIFY(near(windowed[0].p, 1.427172839e-17, 1e-8));
    QVERIFY(near(windowed[0].meanBefore, 1.004) && near(windowed[0].meanAfter, 0.501));
    QVERIFY(near(windowed[0].deviationBefore, 0.044090815, 1e-8));
    QVERIFY(near(windowed[0].deviationAfter, 0.019209373, 1e-7));
    QVERIFY(near(windowed[0].energy, 2.29, 1e-9));
    const auto whole = findChangePoints(kLong);
    QCOMPARE(indexesOf(whole), Indexes{10});
    QVERIFY(near(whole[0].energy, 4.682222222, 1e-9));

    const auto one = findChangePoints(kOne);
    QCOMPARE(indexesOf(one), Indexes{6});
    QVERIFY(near(one[0].energy, 2.354545455, 1e-9) && near(one[0].p, 9.470438655e-08, 1e-8));
    QVERIFY(near(one[0].relativeChange(), -0.494314, 1e-5));
    const auto two = findChangePoints(kTwo);
    QCOMPARE(indexesOf(two), Indexes{4});
    QVERIFY(near(two[0].energy, 1.006060606, 1e-9) && near(two[0].p, 8.236974074e-08, 1e-8));
    QVERIFY(near(two[0].relativeChange(), -0.110406, 1e-5));
    ChangePointRule large;
    large.minMagnitude = 0.2;
    QCOMPARE(indexesOf(findChangePoints(kOne, large)), Indexes{6});
    QVERIFY(findChangePoints(kTwo, large).empty());
    const auto zeros = findChangePoints(kZeros);
    QCOMPARE(indexesOf(zeros), (Indexes{3, 6}));
    QVERIFY(near(zeros[0].p, 4.173296302e-05, 1e-8) && near(zeros[1].p, 1.772204947e-05, 1e-8));
    QCOMPARE(zeros[0].relativeChange(), 0.0);
}

void ChangePointsTest::energyByDefinition()
{
    const Values values = joined(noisy(7, 10, 0.05, 1), noisy(9, 12, 0.1, 2));
    double best = -1e300;
    std::size_t at = 0;
    for (std::size_t split = 1; split < values.size(); ++split) {
        for (std::size_t end = split + 1; end <= values.size(); ++end) {
            const auto sum = [&values](std::size_t a, std::size_t b, std::size_t c, std::size_t d,
                                       bool once) {
                double total = 0;
                for (std::size_t i = a; i < b; ++i) {
                    for (std::size_t k = once ? i + 1 : c; k < d; ++k) {
                        total += std::abs(values[i] - values[k]);
                    }
                }
                return total;
            };
            const auto n = static_cast<double>(split);
            const auto m = static_cast<double>(end - split);
            double energy = 2 / (n + m) * sum(0, split, split, end, false);
            energy -= split > 1 ? 2 * m / ((n + m) * (n - 1)) * sum(0, split, 0, split, true) : 0;
            energy -= end - split > 1 ? 2 * n / ((n + m) * (m - 1)) * sum(split, end, split, end, true) : 0;
            if (energy > best) {
                best = energy;
                at = split;
            }
        }
    }
    const auto split = strongestSplit(values);
    QVERIFY(split);
    QCOMPARE(split->index, at);
    QVERIFY(near(split->energy, best, 1e-12));
    QVERIFY(!strongestSplit(Values{1}));
    QVERIFY(!strongestSplit({}));
}

void ChangePointsTest::candidatesOfThePaper()
{
    const Values values{0.3,  2.4,   1.5,   -0.9,  -0.5,  99.7,  98.3,
                        99.1, 149.0, 149.7, 149.5, 149.1, 148.8, 150.0};
    const std::span<const double> all(values);
    const auto whole = strongestSplit(all);
    const auto right = strongestSplit(all.subspan(5));
    const auto left = strongestSplit(all.subspan(0, 5));
    QVERIFY(whole && right && left);
    QCOMPARE(whole->index, std::size_t{5});
    QVERIFY(near(whole->energy, 761.2821428571, 1e-11));
    QCOMPARE(right->index, std::size_t{3});
    QVERIFY(near(right->energy, 198.2666666667, 1e-11));
    QCOMPARE(left->index, std::size_t{3});
    QVERIFY(near(left->energy, 2.88, 1e-11));
    QCOMPARE(indexesOf(findChangePoints(values)), (Indexes{5, 8}));
}

void ChangePointsTest::tTest()
{
    QVERIFY(near(pooledTTest(Values{1.00, 1.02, 1.05, 0.95, 0.98}, Values{0.80, 0.82, 0.85, 0.79, 0.77}),
                 8.867907052957251e-06, 1e-9));
    QCOMPARE(pooledTTest(kOne, kOne), 1.0);
    QCOMPARE(pooledTTest(Values{1}, Values{2}), 1.0);
    QCOMPARE(pooledTTest({}, Values{2, 3, 4}), 1.0);
    QCOMPARE(pooledTTest(Values{1, 1, 1}, Values{2, 2, 2}), 0.0);
}

void ChangePointsTest::realSeriesAsOtava()
{
    PERIHELION_SHARED_DATA_OR_SKIP(expectedPath, QStringLiteral("bench/otava/expected_change_points.json"));
    PERIHELION_SHARED_DATA_OR_SKIP(seriesPath, QStringLiteral("bench/otava/tigerbeetle_series.csv"));
    QFile file(seriesPath);
    QVERIFY(file.open(QIODevice::ReadOnly));
    Values values;
    const QList<QByteArray> lines = file.readAll().split('\n');
    for (const QByteArray& line : lines) {
        bool isNumber = false;
        const double value = line.mid(line.indexOf(',') + 1).trimmed().toDouble(&isNumber);
        if (isNumber) {
            values.push_back(value);
        }
    }
    QCOMPARE(values.size(), std::size_t{365});
    QFile expectedFile(expectedPath);
    QVERIFY(expectedFile.open(QIODevice::ReadOnly));
    const QJsonObject expected =
        QJsonDocument::fromJson(expectedFile.readAll()).object().value(u"tigerbeetle_series.csv").toObject();
    QVERIFY(expected.size() >= 9);
    for (auto row = expected.begin(); row != expected.end(); ++row) {
        const QStringList parts = row.key().section(u' ', 0, 0).section(u'(', 0, 0).split(u'/');
        QCOMPARE(parts.size(), 3);
        ChangePointRule rule;
        rule.window = parts[0].toULongLong();
        rule.maxP = parts[1].toDouble();
        rule.minMagnitude = parts[2].toDouble();
        rule.mergeAsOtava = true;
        Indexes indexes;
        const QJsonArray array = row.value().toArray();
        for (const auto index : array) {
            indexes.push_back(static_cast<std::size_t>(index.toInt()));
        }
        const Indexes found = indexesOf(findChangePoints(values, rule));
        QString text = row.key();
        for (const std::size_t index : found) {
            text += QStringLiteral(" %1").arg(index);
        }
        QVERIFY2(found == indexes, qPrintable(text));
    }
}

void ChangePointsTest::seriesOfTheManual()
{
    const Values metric2{10.43, 10.23, 10.29, 10.91, 10.34, 10.69, 9.23, 9.11, 9.13, 9.03};
    const auto found = findChangePoints(metric2);
    QCOMPARE(indexesOf(found), Indexes{6});
    QVERIFY(near(found[0].p, 4.985262183e-06, 1e-8));
    QVERIFY(near(found[0].relativeChange(), -0.129432, 1e-5));
    QVERIFY(findChangePoints(
                Values{154023, 138455, 143112, 149190, 132098, 151344, 155145, 148889, 149466, 148209})
                .empty());
}

void ChangePointsTest::vectorsOfOtherDetectors()
{
    // MongoDB's signal processing: one step in a long series, and three levels of sixty noisy points.
    QCOMPARE(indexesOf(findChangePoints(joined(Values(1000, 0.0), Values(1000, 1.0)))), Indexes{1000});
    const Values levels{41,  18,  23,  3,   32,  11,  40,  13,  29,  48,  47,  35,  18,  21,  6,
                        2,   23,  3,   4,   7,   120, 103, 102, 81,  71,  62,  115, 61,  108, 63,
                        70,  98,  65,  96,  64,  74,  70,  113, 90,  114, 208, 196, 153, 150, 225,
                        179, 206, 165, 177, 151, 218, 217, 244, 245, 229, 195, 225, 229, 176, 250};
    // As PELT does, the t-test also splits the last level, of which MongoDB's permutation test is less sure.
    const auto found = findChangePoints(levels);
    QCOMPARE(indexesOf(found), (Indexes{20, 40, 50}));
    QVERIFY(found[2].p > 1e3 * found[0].p && found[2].p > 1e3 * found[1].p);
    ChangePointRule strict;
    strict.maxP = 1e-5;
    QCOMPARE(indexesOf(findChangePoints(levels, strict)), (Indexes{20, 40}));

    // Perfolizer names the last value of the old level, here it is the first of the new one.
    QVERIFY(findChangePoints(Values{3240, 3207, 2029, 3028, 3021, 2624, 3290, 2823, 3573}).empty());
    QCOMPARE(indexesOf(findChangePoints(joined(Values(5, 0.0), Values(4, 100.0)))), Indexes{5});
    QCOMPARE(indexesOf(findChangePoints(joined(joined(Values(6, 0.0), Values(6, 1.0)), Values(6, 2.0)))),
             (Indexes{6, 12}));
}

void ChangePointsTest::realSeriesOfPerfolizer()
{
    PERIHELION_SHARED_DATA_OR_SKIP(path, QStringLiteral("bench/perfolizer/Real1.csv"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    Values values;
    const QList<QByteArray> lines = file.readAll().split('\n');
    for (const QByteArray& line : lines) {
        bool isNumber = false;
        const double value = line.mid(line.indexOf(',') + 1).trimmed().toDouble(&isNumber);
        if (isNumber) {
            values.push_back(value);
        }
    }
    QCOMPARE(values.size(), std::size_t{381});
    const Indexes found = indexesOf(findChangePoints(values));
    // The change of importance 1: near 193, within 20 at most; nobody needs the two of importance 0.5.
    QString text;
    for (const std::size_t index : found) {
        text += QStringLiteral("%1 ").arg(index);
    }
    QVERIFY2(std::any_of(found.begin(), found.end(),
                         [](std::size_t index) { return index >= 194 - 20 && index <= 194 + 20; }),
             qPrintable(text));
}

void ChangePointsTest::degenerateSeries()
{
    QVERIFY(findChangePoints({}).empty());
    QVERIFY(findChangePoints(Values{1}).empty());
    QVERIFY(findChangePoints(Values{1, 2}).empty());
    QVERIFY(findChangePoints(Values(300, 7.0)).empty());
    QCOMPARE(indexesOf(findChangePoints(joined(Values(100, 0.0), Values(100, 1.0)))), Indexes{100});
    QVERIFY(applyGates({}, {}).passed.empty());
}

void ChangePointsTest::gatesLetAStepThrough()
{
    const Values values = joined(noisy(60, 100, 0.01, 3), noisy(40, 110, 0.01, 4));
    const GatedChanges changes = applyGates(values, findChangePoints(values));
    QCOMPARE(changes.passed.size(), std::size_t{1});
    const ChangeCandidate& change = changes.passed[0];
    QCOMPARE(change.point.index, std::size_t{60});
    QVERIFY(std::abs(change.change - 0.1) < 0.01);
    QCOMPARE(change.valuesBefore, std::size_t{60});
    QCOMPARE(change.valuesAfter, std::size_t{40});
    QVERIFY(change.agreement > 0.99 && change.noiseRatio > 5 && !change.stoppedBy);
}

void ChangePointsTest::evidentGapsPassWhereATestDecidesNothing()
{
    // The machine was slower while four of the fourteen were measured: too few values to tell that from
    // autocorrelation, yet no value of one side comes near the other.
    const Values jump{127.3, 119.6, 122.8, 116.9, 115.7, 120.3, 250.5,
                      239.1, 271.3, 304.4, 304.5, 246.8, 243.8, 239.8};
    const std::vector<ChangePoint> points = findChangePoints(jump);
    QCOMPARE(indexesOf(points), Indexes{6});
    GateRule gates;
    gates.maxCorrelatedP = 1e-6;
    const GatedChanges without = applyGates(jump, points, gates);
    QCOMPARE(without.suppressed.size(), std::size_t{1});
    QVERIFY(without.suppressed[0].stoppedBy == ChangeGate::Correlated);
    // 239.1 − 127.3 in ranges of 304.5 − 239.1.
    QVERIFY(std::abs(without.suppressed[0].gap - 111.8 / 65.4) < 1e-9);
    gates.evidentGap = 0.75;
    QCOMPARE(applyGates(jump, points, gates).passed.size(), std::size_t{1});
    // Downwards just as well.
    Values down = jump;
    std::reverse(down.begin(), down.end());
    QCOMPARE(applyGates(down, findChangePoints(down), gates).passed.size(), std::size_t{1});
    // One value that comes near leaves the decision to the test.
    Values near = jump;
    near[10] = 160;
    QVERIFY(applyGates(near, std::vector<ChangePoint>{points}, gates).passed.empty());
}

void ChangePointsTest::noiseFarAwayHidesNothing()
{
    // A new level, and long after it a time in which the machine was restless.
    const Values values =
        joined(joined(noisy(150, 100, 0.01, 3), noisy(150, 92, 0.01, 4)), noisy(600, 92, 0.2, 5));
    ChangePoint step;
    step.index = 150;
    GateRule gates;
    const GatedChanges everywhere = applyGates(values, std::vector<ChangePoint>{step}, gates);
    QCOMPARE(everywhere.suppressed.size(), std::size_t{1});
    QVERIFY(everywhere.suppressed[0].stoppedBy == ChangeGate::WithinNoise);
    gates.reach = 120;
    const GatedChanges near = applyGates(values, std::vector<ChangePoint>{step}, gates);
    QCOMPARE(near.passed.size(), std::size_t{1});
    QCOMPARE(near.passed[0].valuesBefore, std::size_t{120});
    QCOMPARE(near.passed[0].valuesAfter, std::size_t{120});
    QVERIFY(near.passed[0].noiseRatio > 5);
}

void ChangePointsTest::gatesStop_data()
{
    QTest::addColumn<Values>("values");
    QTest::addColumn<std::size_t>("at");
    QTest::addColumn<int>("gate");
    const auto row = [](const char* name, const Values& values, std::size_t at, ChangeGate gate) {
        QTest::newRow(name) << values << at << static_cast<int>(gate);
    };
    row("four commits", joined(noisy(60, 100, 0.01, 3), noisy(4, 150, 0.01, 4)), 60, ChangeGate::ShortSide);
    row("two per cent", joined(noisy(60, 100, 0.002, 3), noisy(60, 102, 0.002, 4)), 60,
        ChangeGate::SmallChange);
    row("in the noise", joined(noisy(60, 100, 0.04, 3), noisy(60, 106, 0.04, 4)), 60,
        ChangeGate::WithinNoise);
    // Two levels alternate on both sides, more often high afterwards.
    Values mixed;
    for (int i = 0; i < 120; ++i) {
        const bool high = i < 60 ? i % 3 == 0 : i % 3 != 0;
        mixed.push_back((high ? 120 : 100) + 0.001 * (i * 7 % 60));
    }
    row("mixed levels", mixed, 60, ChangeGate::LittleAgreement);
}

void ChangePointsTest::gatesStop()
{
    QFETCH(Values, values);
    QFETCH(std::size_t, at);
    QFETCH(int, gate);
    ChangePoint point;
    point.index = at;
    const std::vector<ChangePoint> points{point};
    const GatedChanges changes = applyGates(values, points);
    QVERIFY(changes.passed.empty());
    QCOMPARE(changes.suppressed.size(), std::size_t{1});
    QVERIFY(changes.suppressed[0].stoppedBy);
    QCOMPARE(static_cast<int>(*changes.suppressed[0].stoppedBy), gate);
}

void ChangePointsTest::flatSeriesAreQuiet()
{
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        const Values values = noisy(120, 50, 0.02, 100 + seed);
        QVERIFY2(applyGates(values, findChangePoints(values)).passed.empty(),
                 qPrintable(QString::number(seed)));
    }
}

QTEST_GUILESS_MAIN(ChangePointsTest)
#include "tst_change_points.moc"
