// SPDX-License-Identifier: GPL-3.0-or-later
// What is said about whole series: levels, gaps, environments, exact quantities, the alarm on the newest
// commit, and false discovery over many series.

#include "core/stats/resampling.h"
#include "core/stats/series_analysis.h"
#include "tests/support/numpy_history.h"
#include "tests/support/test_support.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace perihelion;

namespace {

using Samples = std::vector<SeriesSample>;

/// Appends count samples around a level, with even noise of relative width spread.
void append(Samples& samples, std::size_t count, double level, double spread, std::uint64_t environment = 1)
{
    DrawSequence sequence(samples.size() + 7);
    for (std::size_t i = 0; i < count; ++i) {
        const double draw = static_cast<double>(sequence.below(1U << 20U)) / (1U << 20U);
        samples.push_back({level * (1 + spread * (draw - 0.5)), environment});
    }
}

Samples stepped(double before, double after)
{
    Samples samples;
    append(samples, 60, before, 0.02);
    append(samples, 60, after, 0.02);
    return samples;
}

} // namespace

class SeriesAnalysisTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsAStepWithItsLevels();
    void flatAndEmptySeries();
    void gapsAreNoValues();
    void environmentSplits();
    void exactQuantities();
    void alarmOnTheNewest();
    void predictionAsPublished();
    void manySeriesTogether();
    void criesNoWolfOnRealNoise();
    void cancelled();
};

void SeriesAnalysisTest::findsAStepWithItsLevels()
{
    const SeriesAnalysis analysis = analyseSeries(stepped(100, 110));
    QCOMPARE(analysis.changes.size(), std::size_t{1});
    QCOMPARE(analysis.changes[0].index, std::size_t{60});
    QCOMPARE(analysis.changes[0].lastBefore, std::size_t{59});
    QVERIFY(std::abs(analysis.changes[0].candidate.change - 0.1) < 0.01);
    QCOMPARE(analysis.levels.size(), std::size_t{2});
    QCOMPARE(analysis.levels[0].end, std::size_t{60});
    QVERIFY(std::abs(analysis.levels[1].median - 110) < 1);
    QVERIFY(!analysis.alarm);
    // Improvements are changes as well.
    const SeriesAnalysis better = analyseSeries(stepped(110, 100));
    QCOMPARE(better.changes.size(), std::size_t{1});
    QVERIFY(better.changes[0].candidate.change < 0);
    // A small step is seen, and it is said why it does not count.
    const SeriesAnalysis small = analyseSeries(stepped(100, 102));
    QVERIFY(small.changes.empty());
    QVERIFY(std::any_of(small.stopped.begin(), small.stopped.end(), [](const SeriesChange& change) {
        return change.candidate.stoppedBy == ChangeGate::SmallChange;
    }));
    QCOMPARE(small.levels.size(), std::size_t{1});
}

void SeriesAnalysisTest::flatAndEmptySeries()
{
    Samples flat;
    append(flat, 200, 5, 0.05);
    const SeriesAnalysis analysis = analyseSeries(flat);
    QVERIFY(analysis.changes.empty() && !analysis.alarm);
    QCOMPARE(analysis.levels.size(), std::size_t{1});
    QVERIFY(analyseSeries({}).levels.empty());
    const Samples none(3, SeriesSample{std::numeric_limits<double>::quiet_NaN(), 0});
    QVERIFY(analyseSeries(none).levels.empty());
    const Samples one{{4, 0}};
    QCOMPARE(analyseSeries(one).levels.size(), std::size_t{1});
    QCOMPARE(analyseSeries(one).levels[0].median, 4.0);
}

void SeriesAnalysisTest::gapsAreNoValues()
{
    Samples samples = stepped(100, 120);
    const double gap = std::numeric_limits<double>::quiet_NaN();
    samples[0].value = gap;
    samples[58].value = gap;
    samples[59].value = gap;
    samples[119].value = std::numeric_limits<double>::infinity();
    const SeriesAnalysis analysis = analyseSeries(samples);
    QCOMPARE(analysis.changes.size(), std::size_t{1});
    QCOMPARE(analysis.changes[0].index, std::size_t{60});
    QCOMPARE(analysis.changes[0].lastBefore, std::size_t{57});
    QCOMPARE(analysis.levels[0].begin, std::size_t{1});
    QCOMPARE(analysis.levels[1].end, std::size_t{119});
}

void SeriesAnalysisTest::environmentSplits()
{
    Samples samples;
    append(samples, 50, 100, 0.02, 1);
    append(samples, 50, 150, 0.02, 2); // another machine: no change of the program
    append(samples, 50, 165, 0.02, 2);
    const SeriesAnalysis analysis = analyseSeries(samples);
    QCOMPARE(analysis.environmentChanges, std::vector<std::size_t>{50});
    QCOMPARE(analysis.changes.size(), std::size_t{1});
    QCOMPARE(analysis.changes[0].index, std::size_t{100});
    QCOMPARE(analysis.levels.size(), std::size_t{3});
    QCOMPARE(analysis.levels[1].begin, std::size_t{50});
}

void SeriesAnalysisTest::exactQuantities()
{
    Samples samples;
    for (int i = 0; i < 9; ++i) {
        samples.push_back({i < 4 ? 4096.0 : 4097.0, 0});
    }
    const SeriesAnalysis exact = analyseSeries(samples, SeriesRule(), true);
    QCOMPARE(exact.changes.size(), std::size_t{1});
    QCOMPARE(exact.changes[0].index, std::size_t{4});
    QCOMPARE(exact.changes[0].candidate.medianAfter, 4097.0);
    QCOMPARE(exact.levels.size(), std::size_t{2});
    QVERIFY(analyseSeries(samples).changes.empty());
}

void SeriesAnalysisTest::alarmOnTheNewest()
{
    Samples samples;
    append(samples, 60, 100, 0.02);
    samples.push_back({112, 1});
    const SeriesAnalysis slower = analyseSeries(samples);
    QVERIFY(slower.changes.empty());
    QVERIFY(slower.alarm);
    QCOMPARE(slower.alarm->index, std::size_t{60});
    QVERIFY(slower.alarm->value > slower.alarm->high && slower.alarm->p < 0.001);
    QVERIFY(std::abs(slower.alarm->change() - 0.12) < 0.01);
    samples.back().value = 90;
    QVERIFY(analyseSeries(samples).alarm && analyseSeries(samples).alarm->change() < 0);
    samples.back().value = 103; // outside the interval, below the floor
    QVERIFY(!analyseSeries(samples).alarm);
    samples.back() = {112, 2}; // the first on another machine predicts nothing
    QVERIFY(!analyseSeries(samples).alarm);
    const Samples few{{1, 0}, {1, 0}, {1, 0}, {9, 0}};
    QVERIFY(!analyseSeries(few).alarm);
    // A level without noise: any value beyond the floor.
    Samples still(20, SeriesSample{10, 0});
    still.push_back({11, 0});
    QVERIFY(analyseSeries(still).alarm);
    QCOMPARE(analyseSeries(still).alarm->p, 0.0);
}

void SeriesAnalysisTest::predictionAsPublished()
{
    QVERIFY(std::abs(predictionLimit(25, 100, 10, 0.977) - 121.4609) < 1e-3);
}

void SeriesAnalysisTest::manySeriesTogether()
{
    std::vector<SeriesInput> series(40);
    for (std::size_t i = 0; i < series.size(); ++i) {
        append(series[i].samples, 100 + i, 50, 0.03);
    }
    series[7].samples = stepped(100, 115);
    series[9].samples = {{1, 0}, {2, 0}};
    series[9].exact = true;
    DecodePool pool(2);
    const auto analyses = analyseSeriesSet(series, SeriesRule(), pool, CancelToken());
    PERIHELION_VERIFY_RESULT(analyses);
    QCOMPARE(analyses->size(), series.size());
    for (std::size_t i = 0; i < series.size(); ++i) {
        QCOMPARE((*analyses)[i].changes.size(), std::size_t{i == 7 || i == 9 ? 1U : 0U});
    }
    // A limit that nothing can meet stops every change, and says so.
    SeriesRule strict;
    strict.falseDiscovery = 0;
    const auto stopped = analyseSeriesSet(series, strict, pool, CancelToken());
    PERIHELION_VERIFY_RESULT(stopped);
    QVERIFY((*stopped)[7].changes.empty());
    QCOMPARE((*stopped)[7].levels.size(), std::size_t{1});
    QVERIFY((*stopped)[7].levels[0].end == 120 && (*stopped)[7].levels[0].median > 100);
    QVERIFY(std::any_of(
        (*stopped)[7].stopped.begin(), (*stopped)[7].stopped.end(), [](const SeriesChange& change) {
            return change.index == 60 && change.candidate.stoppedBy == ChangeGate::FalseDiscovery;
        }));
    QCOMPARE((*stopped)[9].changes.size(), std::size_t{1});
    PERIHELION_VERIFY_RESULT(analyseSeriesSet({}, SeriesRule(), pool, CancelToken()));
}

void SeriesAnalysisTest::criesNoWolfOnRealNoise()
{
    PERIHELION_SHARED_DATA_OR_SKIP(folder, QStringLiteral("bench/numpy-bench"));
    const auto history = test::readNumPyHistory(folder);
    PERIHELION_VERIFY_RESULT(history);
    const auto flat = test::flatStretches(*history, 120);
    QCOMPARE(flat.size(), std::size_t{2523});
    constexpr std::size_t kStepAt = 80;
    int alarms = 0;
    int found = 0;
    for (const std::vector<double>& values : flat) {
        Samples samples;
        for (const double value : values) {
            samples.push_back({value, 1});
        }
        alarms += analyseSeries(samples).changes.empty() ? 0 : 1;
        std::for_each(samples.begin() + kStepAt, samples.end(),
                      [](SeriesSample& sample) { sample.value *= 1.1; });
        const SeriesAnalysis stepped = analyseSeries(samples);
        const bool near = std::any_of(stepped.changes.begin(), stepped.changes.end(), [](const auto& change) {
            return change.index + 5 >= kStepAt && change.index <= kStepAt + 5;
        });
        found += near ? 1 : 0;
    }
    const auto count = static_cast<double>(flat.size());
    QVERIFY2(alarms <= 0.03 * count, qPrintable(QString::number(alarms / count)));
    QVERIFY2(found >= 0.95 * count, qPrintable(QString::number(found / count)));
}

void SeriesAnalysisTest::cancelled()
{
    std::vector<SeriesInput> series(3);
    append(series[0].samples, 100, 50, 0.03);
    CancelToken cancel;
    cancel.cancel();
    DecodePool pool(2);
    const auto analyses = analyseSeriesSet(series, SeriesRule(), pool, cancel);
    QVERIFY(!analyses && analyses.error().code == ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(SeriesAnalysisTest)
#include "tst_series_analysis.moc"
