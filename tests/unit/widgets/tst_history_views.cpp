// SPDX-License-Identifier: GPL-3.0-or-later
// A history as the chart shows it: values, scales, ticks, labels, decimation, steps, and what is painted.
#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"
#include "widgets/models/history_reader.h"
#include "widgets/models/history_tables.h"
#include "widgets/theme/theme.h"
#include "widgets/views/history_chart.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QWheelEvent>
#include <QtTest>

#include <cmath>

using namespace perihelion;

namespace {

constexpr std::size_t kRuns = 20;

PointNumbers around(double nanos)
{
    return {5, nanos * 0.9, nanos * 0.92, nanos * 0.97, nanos, nanos * 1.03, nanos * 1.08, nanos * 1.2};
}

HistorySeries row(const QString& name, RowKind kind, const QString& unit, double value)
{
    HistorySeries series;
    series.row.name = name;
    series.row.kind = kind;
    series.row.unit = unit;
    series.points.assign(kRuns, around(value));
    return series;
}

/// Twenty commits a day apart: two phases, the rest, the whole and two metrics; the tenth changed, the
/// twelfth failed.
WorkloadHistory sampleHistory()
{
    WorkloadHistory history;
    history.workload = QStringLiteral("toy");
    history.scenario = QStringLiteral("plain");
    history.order = CommitOrder::CommitTime;
    for (std::size_t i = 0; i < kRuns; ++i) {
        HistoryRun run;
        run.run.run = static_cast<std::int64_t>(100 + i);
        run.run.commit = QStringLiteral("%1abcdef0123456789").arg(i, 3, 10, QLatin1Char('0'));
        run.run.commitTime = QDateTime(QDate(2024, 5, 1), QTime(12, 0), Qt::UTC).addDays(static_cast<int>(i));
        run.run.started = run.run.commitTime.addSecs(60);
        run.run.branch = QStringLiteral("main");
        history.runs.push_back(run);
    }
    history.series = {row(kTotalRow.toString(), RowKind::Phase, QStringLiteral("ns"), 32e6),
                      row(QStringLiteral("load_all"), RowKind::Phase, QStringLiteral("ns"), 20e6),
                      row(QStringLiteral("sum"), RowKind::Phase, QStringLiteral("ns"), 10e6),
                      row(kUnattributedRow.toString(), RowKind::Phase, QStringLiteral("ns"), 2e6),
                      row(QStringLiteral("payload_bytes"), RowKind::Metric, QStringLiteral("B"), 5000),
                      row(QStringLiteral("peak_rss_bytes"), RowKind::Metric, QStringLiteral("B"), 4e7)};
    HistorySeries inner = row(QStringLiteral("inside"), RowKind::Phase, QStringLiteral("ns"), 1e6);
    inner.row.parent = QStringLiteral("sum");
    history.series.push_back(inner);
    HistorySeries& sum = history.series[2];
    for (std::size_t i = 10; i < kRuns; ++i) {
        sum.points[i] = around(13e6);
    }
    sum.levels = {{0, 10, 10e6}, {10, kRuns, 13e6}};
    HistoryChange change;
    change.index = 10;
    change.lastBefore = 9;
    change.before = 10e6;
    change.after = 13e6;
    change.ratio = 1.3;
    change.p = 0.00002;
    change.worse = true;
    change.sentence = QStringLiteral("From 10 to 13 ms.");
    sum.changes = {change};
    history.runs[12].run.state = RunState::Failed;
    history.runs[12].run.failure = QStringLiteral("The program was ended by signal 11");
    for (HistorySeries& series : history.series) {
        series.points[12] = {};
    }
    return history;
}

HistoryValues sampleValues(const HistoryChoice& choice = {})
{
    return historyValues(sampleHistory(), choice, {}, {});
}

} // namespace

class TestHistoryViews : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void quantitiesAreGrouped();
    void valuesAreWhatWasChosen();
    void notesMarkTheirRuns();
    void decimationKeepsExtremes();
    void thinnedLabelsDoNotMeet();
    void ticksAreRound();
    void scalesGoBothWays();
    void logarithmsNeedNoZero();
    void levelsAreSteps();
    void tablesSayWhatChanged();
    void changesAreWrittenForMachines();
    void csvIsQuoted();
    void loadsAreAHistory();
    void chartIsWalkedAndZoomed();
    void chartPaintsEveryForm();
    void failuresAndChangesAreSeen();
};

void TestHistoryViews::quantitiesAreGrouped()
{
    const WorkloadHistory history = sampleHistory();
    QStringList ids;
    for (const HistoryQuantity& each : quantitiesOf(history)) {
        ids.append(each.id);
    }
    QCOMPARE(ids, (QStringList{QStringLiteral("time"), QStringLiteral("payload"), QStringLiteral("memory")}));
    QCOMPARE(rowsOf(history, QStringLiteral("time")),
             (QStringList{kTotalRow.toString(), QStringLiteral("load_all"), QStringLiteral("sum"),
                          kUnattributedRow.toString()}));
}

void TestHistoryViews::valuesAreWhatWasChosen()
{
    const HistoryValues stacked = sampleValues();
    QCOMPARE(stacked.unit, QStringLiteral("ms"));
    QCOMPARE(stacked.runs.size(), kRuns);
    QCOMPARE(stacked.runs[0].label, QStringLiteral("000abcd"));
    QCOMPARE(stacked.series.size(), std::size_t(4));
    QVERIFY(!stacked.series[0].isPart);
    QCOMPARE(stacked.series[1].name, QStringLiteral("load all"));
    QCOMPARE(stacked.series[1].points[3].value, 20.0);
    QVERIFY(std::isnan(stacked.series[1].points[12].value));
    QCOMPARE(stacked.series[2].color, std::size_t(1));
    QCOMPARE(stacked.changes.size(), std::size_t(1));
    QVERIFY(stacked.changes[0].text.startsWith(u"+30"));
    QVERIFY(stacked.changes[0].text.endsWith(u"sum · 010abcd"));
    QVERIFY(stacked.runs[12].failed);

    HistoryChoice choice;
    choice.statistic = PointStatistic::P95;
    choice.hiddenRows = {QStringLiteral("load_all")};
    const HistoryValues some = sampleValues(choice);
    QCOMPARE(some.series.size(), std::size_t(3));
    QCOMPARE(some.series[1].color, std::size_t(1)); // A row keeps its colour.
    QCOMPARE(some.series[1].points[0].value, 10.8);
    choice.quantity = QStringLiteral("memory");
    const HistoryValues memory = sampleValues(choice);
    QCOMPARE(memory.form, HistoryForm::Lines);
    QCOMPARE(memory.unit, QStringLiteral("B"));
    QVERIFY(memory.changes.empty());
    QCOMPARE(rowWords(QStringLiteral("map.TimeSuite.time_map(0.5)")), QStringLiteral("time map(0.5)"));
}

void TestHistoryViews::notesMarkTheirRuns()
{
    const WorkloadHistory history = sampleHistory();
    RunNote note;
    note.commit = history.runs[4].run.commit;
    RunNote accepted = note;
    accepted.commit = history.runs[10].run.commit;
    accepted.kind = RunNote::Kind::Accepted;
    RunNote elsewhere = note;
    elsewhere.project = QStringLiteral("other");
    elsewhere.commit = history.runs[5].run.commit;
    const HistoryValues values = historyValues(history, {}, std::vector{note, accepted, elsewhere}, {});
    QVERIFY(values.runs[4].noted && !values.runs[4].accepted);
    QVERIFY(values.runs[10].accepted);
    QVERIFY(!values.runs[5].noted);
}

void TestHistoryViews::decimationKeepsExtremes()
{
    std::vector<QPointF> points;
    points.reserve(10'000);
    for (int i = 0; i < 10'000; ++i) {
        points.emplace_back(i * 0.01, 50 + std::sin(i * 0.7) * 10);
    }
    points[5005].setY(-400);
    points[7007].setY(900);
    const QPolygonF kept = decimated(points);
    QVERIFY(kept.size() <= 4 * 101);
    QVERIFY(kept.contains(points[5005]));
    QVERIFY(kept.contains(points[7007]));
    QCOMPARE(kept.front(), points.front());
    QCOMPARE(kept.back(), points.back());
    QVERIFY(std::is_sorted(kept.begin(), kept.end(),
                           [](const QPointF& a, const QPointF& b) { return a.x() < b.x(); }));
    const std::vector<QPointF> few{{0, 1}, {0.2, 3}, {0.4, 2}};
    QCOMPARE(decimated(few).size(), 3);
    QVERIFY(decimated({}).isEmpty());
}

void TestHistoryViews::thinnedLabelsDoNotMeet()
{
    const std::vector<double> pixels{30, 0, 10, 12, 19.5, 45};
    QCOMPARE(thinned(pixels, 15), (std::vector<std::size_t>{1, 4, 5}));
    QCOMPARE(thinned(pixels, 1).size(), pixels.size());
    QVERIFY(thinned({}, 10).empty());
}

void TestHistoryViews::ticksAreRound()
{
    QCOMPARE(valueTicks({0, 320}, false, 4), (std::vector<double>{0, 100, 200, 300}));
    QCOMPARE(valueTicks({7.5, 13}, false, 6), (std::vector<double>{8, 9, 10, 11, 12, 13}));
    QCOMPARE(valueTicks({0.8, 120}, true, 8), (std::vector<double>{1, 2, 5, 10, 20, 50, 100}));
    QCOMPARE(tickText(0), QStringLiteral("0"));
    QCOMPARE(tickText(300), QStringLiteral("300"));
    QCOMPARE(tickText(0.25), QStringLiteral("0.25"));
    QCOMPARE(tickText(4e7), QStringLiteral("40 M"));
}

void TestHistoryViews::scalesGoBothWays()
{
    const HistoryScale scale(QRectF(50, 10, 400, 200), {-0.5, 19.5}, {0, 100}, false);
    QCOMPARE(scale.x(-0.5), 50.0);
    QCOMPARE(scale.placeAt(scale.x(7)), 7.0);
    QCOMPARE(scale.y(0), 210.0);
    QCOMPARE(scale.y(100), 10.0);
    HistoryValues values = sampleValues();
    const std::vector<double> places = runPlaces(values);
    QCOMPARE(wholeRange(values, places), (HistoryRange{-0.5, 19.5}));
    const ValueRange range = valueRange(values, places, {-0.5, 9.5});
    QCOMPARE(range.low, 0.0);
    QVERIFY(range.high >= 34.5 && range.high < 40); // The 95th percentile of the whole.
    values.spacing = HistorySpacing::Dates;
    const std::vector<double> dates = runPlaces(values);
    QCOMPARE(dates[1] - dates[0], 86'400'000.0);
}

void TestHistoryViews::logarithmsNeedNoZero()
{
    HistoryChoice choice;
    choice.logScale = true;
    choice.form = HistoryForm::Lines;
    HistoryValues values = sampleValues(choice);
    values.series[1].points[2].low = 0;
    const std::vector<double> places = runPlaces(values);
    const ValueRange range = valueRange(values, places, wholeRange(values, places));
    QVERIFY(range.low > 0);
    const HistoryScale scale(QRectF(0, 0, 100, 100), {0, 1}, range, true);
    QCOMPARE(scale.y(0), 100.0);
    QVERIFY(scale.y(20) < scale.y(2));
}

void TestHistoryViews::levelsAreSteps()
{
    const HistoryScale scale(QRectF(0, 0, 200, 100), {-0.5, 19.5}, {0, 20}, false);
    const HistoryValues values = sampleValues();
    const std::vector<double> places = runPlaces(values);
    const auto steps = levelSteps(values.series[2].levels, places, 0.5, scale);
    QCOMPARE(steps.size(), std::size_t(2));
    QCOMPARE(steps[0].first, QPointF(0, 50));
    QCOMPARE(steps[0].second, QPointF(100, 50));
    QCOMPARE(steps[1].first, QPointF(100, 35));
    QCOMPARE(steps[1].second, QPointF(200, 35));
    const std::vector<ChartLevel> wrong{{5, 5, 1}, {3, 900, 1}};
    QVERIFY(levelSteps(wrong, places, 0.5, scale).empty());
}

void TestHistoryViews::tablesSayWhatChanged()
{
    const WorkloadHistory history = sampleHistory();
    ValueTableModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setTable(changeTable(history, QStringLiteral("time"),
                               {{history.runs[10].run.commit, QStringLiteral("Add chunking")}}));
    QCOMPARE(model.rowCount(), 1);
    QStringList texts;
    for (int column = 0; column < model.columnCount(); ++column) {
        texts.append(model.index(0, column).data().toString());
    }
    QCOMPARE(texts.mid(0, 4), (QStringList{QStringLiteral("010abcd Add chunking"), QStringLiteral("sum"),
                                           QStringLiteral("10"), QStringLiteral("13")}));
    QVERIFY(texts[4].startsWith(u"+30"));
    QCOMPARE(texts[5], QStringLiteral("< 0.0001"));
    QCOMPARE(model.index(0, 4).data(ValueTableModel::ToneRole).toInt(), static_cast<int>(CellTone::Bad));
    QCOMPARE(model.index(0, 0).data(ValueTableModel::RunRole).toULongLong(), 10ULL);
    QCOMPARE(model.index(0, 0).data(Qt::ToolTipRole).toString(), QStringLiteral("From 10 to 13 ms."));
    QVERIFY(changeTable(history, QStringLiteral("memory"), {}).rows.empty());
    model.setTable(runTable(history, 3));
    QCOMPARE(model.rowCount(), 7);
    model.setTable(runTable(history, 12));
    QCOMPARE(model.rowCount(), 0);
    QVERIFY(runFacts(history, 12, {}).contains(u"signal 11"));
    QCOMPARE(historyTable(history).rows.size(), (kRuns - 1) * 7);
    const ValueTable pair = historyTable(history, {3, 5});
    QCOMPARE(pair.rows.size(), 2U * 7U);
    QCOMPARE(pair.rows.back().cells.front().text, history.runs[5].run.commit);
}

void TestHistoryViews::changesAreWrittenForMachines()
{
    WorkloadHistory history = sampleHistory();
    history.runs[10].run.dirty = true;
    QCOMPARE(openAlarms(history, QStringLiteral("time")), 0);
    history.series[2].changes[0].provisional = true;
    QCOMPARE(openAlarms(history, QStringLiteral("time")), 1);
    QCOMPARE(openAlarms(history, QStringLiteral("memory")), 0);
    history.series[2].changes[0].before = 1e7 / 3;
    const ValueTable table = changeCsv(history, QStringLiteral("time"));
    QCOMPARE(table.rows.size(), 1U);
    QHash<QString, QString> fields;
    for (qsizetype i = 0; i < table.headers.size(); ++i) {
        fields.insert(table.headers.at(i), table.rows[0].cells.at(static_cast<std::size_t>(i)).text);
    }
    QCOMPARE(table.rows[0].cells.size(), static_cast<std::size_t>(table.headers.size()));
    QCOMPARE(fields[QStringLiteral("commit")], history.runs[10].run.commit);
    QCOMPARE(fields[QStringLiteral("time")], QStringLiteral("2024-05-11T12:00:00Z"));
    QCOMPARE(fields[QStringLiteral("dirty")], QStringLiteral("1"));
    QCOMPARE(fields[QStringLiteral("row")], QStringLiteral("sum"));
    QCOMPARE(fields[QStringLiteral("unit")], QStringLiteral("ms"));
    QCOMPARE(fields[QStringLiteral("before")].toDouble(), 10.0 / 3);
    QCOMPARE(fields[QStringLiteral("ratio")].toDouble(), 1.3);
    QCOMPARE(fields[QStringLiteral("p")].toDouble(), 0.00002);
    QCOMPARE(fields[QStringLiteral("provisional")], QStringLiteral("1"));
    QCOMPARE(fields[QStringLiteral("worse")], QStringLiteral("1"));
}

void TestHistoryViews::csvIsQuoted()
{
    ValueTable table;
    table.headers = {QStringLiteral("a"), QStringLiteral("b,c")};
    ValueRow line;
    line.cells = {{QStringLiteral("say \"x\""), {}}, {QStringLiteral("1"), {}}};
    table.rows = {line};
    QCOMPARE(csvOf(table), QByteArray("a,\"b,c\"\r\n\"say \"\"x\"\"\",1\r\n"));
}

void TestHistoryViews::loadsAreAHistory()
{
    LoadRecord load;
    load.path = QStringLiteral("/r/a.h5");
    load.phases = {Nanoseconds(1'000'000), Nanoseconds(2'000'000), Nanoseconds(3'000'000),
                   Nanoseconds(4'000'000), Nanoseconds(5'000'000)};
    LoadRecord warm = load;
    warm.cache = CacheState::Hit;
    warm.phases = {};
    const WorkloadHistory history = loadHistory(load.path, {warm, load});
    QCOMPARE(history.runs.size(), std::size_t(2));
    const HistorySeries* total = history.find(kTotalRow, IterationMode::Cold);
    QVERIFY(total != nullptr);
    QCOMPARE(total->points[0].p50, 15e6);
    QCOMPARE(total->points[1].count, 0);
    QVERIFY(history.find(u"decode", IterationMode::Warm) != nullptr);
    HistoryChoice choice;
    choice.modes = HistoryModes::Both;
    QVERIFY(historyValues(history, choice, {}, {}).bothModes);
    QVERIFY(loadHistory(load.path, {}).series.empty());
}

void TestHistoryViews::chartIsWalkedAndZoomed()
{
    Theme theme;
    theme.setMode(ThemeMode::Dark);
    HistoryChart chart(theme);
    chart.resize(900, 400);
    chart.setEmptyText(QStringLiteral("Click here"));
    QCOMPARE(chart.accessibleDescription(), QStringLiteral("Click here"));
    QVERIFY(!chart.runAt(QPointF(100, 100)));
    chart.setValues(sampleValues());
    chart.show();
    QSignalSpy selected(&chart, &HistoryChart::runSelected);
    QSignalSpy compared(&chart, &HistoryChart::compared);
    QTest::mouseClick(&chart, Qt::LeftButton, {}, chart.pointOf(4).toPoint());
    QCOMPARE(chart.selection().first, std::optional<std::size_t>(4));
    QTest::keyClick(&chart, Qt::Key_Right);
    QCOMPARE(chart.selection().first, std::optional<std::size_t>(5));
    QVERIFY(chart.accessibleDescription().startsWith(u"005abcd"));
    QVERIFY(chart.accessibleDescription().contains(u"load all: 20 ms"));
    QTest::mouseClick(&chart, Qt::LeftButton, Qt::ShiftModifier, chart.pointOf(11).toPoint());
    QCOMPARE(chart.selection().second, std::optional<std::size_t>(11));
    QCOMPARE(compared.count(), 1);
    QTest::keyClick(&chart, Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(chart.selection().second, std::optional<std::size_t>(12));
    QVERIFY(chart.accessibleDescription().contains(u"signal 11"));
    QTest::keyClick(&chart, Qt::Key_Home);
    QCOMPARE(chart.selection().first, std::optional<std::size_t>(0));
    QVERIFY(!chart.selection().second);

    const HistoryRange whole = chart.range();
    QTest::keyClick(&chart, Qt::Key_Plus);
    QVERIFY(chart.range().length() < whole.length());
    QTest::keyClick(&chart, Qt::Key_0);
    QCOMPARE(chart.range(), whole);
    QTest::mousePress(&chart, Qt::LeftButton, {}, QPoint(300, 200));
    QTest::mouseMove(&chart, QPoint(500, 210));
    QTest::mouseRelease(&chart, Qt::LeftButton, {}, QPoint(500, 210));
    const HistoryRange band = chart.range();
    QVERIFY(band.length() < 6 && band.from > 5);
    QTest::keyClick(&chart, Qt::Key_End); // Brings the chosen run into view.
    QVERIFY(chart.range().to >= 19);
    QVERIFY(std::abs(chart.range().length() - band.length()) < 1e-9);
    const QPointF middle(400, 200);
    const double under = chart.range().from;
    QWheelEvent wheel(middle, chart.mapToGlobal(middle), {}, QPoint(0, -240), Qt::NoButton, {},
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&chart, &wheel);
    QVERIFY(chart.range().length() > band.length());
    QVERIFY(chart.range().from < under);
    chart.zoomTo({3, 3.1});
    QCOMPARE(chart.range().length(), 3.0);
    // New values of the same runs leave the zoom and the chosen run as they are.
    chart.setValues(sampleValues());
    QCOMPARE(chart.range().length(), 3.0);
    QCOMPARE(chart.selection().first, std::optional<std::size_t>(19));
    QTest::keyClick(&chart, Qt::Key_Escape);
    QVERIFY(!chart.selection().first);
    chart.setValues({});
    QVERIFY(!chart.runAt(middle));
}

void TestHistoryViews::chartPaintsEveryForm()
{
    Theme theme;
    theme.setMode(ThemeMode::Dark);
    HistoryChart chart(theme);
    chart.resize(800, 360);
    std::vector<QImage> pictures;
    for (const HistoryForm form : {HistoryForm::Stacked, HistoryForm::Lines, HistoryForm::Points}) {
        for (const HistorySpacing spacing : {HistorySpacing::Commits, HistorySpacing::Dates}) {
            for (const bool logScale : {false, true}) {
                HistoryChoice choice;
                choice.form = form;
                choice.spacing = spacing;
                choice.logScale = logScale;
                chart.setValues(sampleValues(choice));
                const QImage picture = chart.picture(1);
                QCOMPARE(picture.size(), QSize(800, 360));
                QVERIFY(std::find(pictures.begin(), pictures.end(), picture) == pictures.end());
                pictures.push_back(picture);
            }
        }
    }
    QCOMPARE(chart.picture(2).size(), QSize(1600, 720));
    const QByteArray svg = chart.svg();
    QVERIFY(svg.contains("<svg") && svg.contains("load all") && svg.trimmed().endsWith("</svg>"));
}

void TestHistoryViews::failuresAndChangesAreSeen()
{
    Theme theme;
    theme.setMode(ThemeMode::Dark);
    HistoryChart chart(theme);
    chart.resize(900, 400);
    HistoryValues values = sampleValues();
    const auto holds = [&](const QColor& color, const QRect& where) {
        const QImage picture = chart.picture(1);
        for (int y = where.top(); y <= where.bottom(); ++y) {
            for (int x = where.left(); x <= where.right(); ++x) {
                if (picture.pixelColor(x, y) == color) {
                    return true;
                }
            }
        }
        return false;
    };
    chart.setValues(values);
    const QPoint failed = chart.pointOf(12).toPoint();
    const QRect mark(failed.x() - 6, failed.y() - 14, 12, 12);
    const QRect stack(chart.pointOf(3).toPoint() + QPoint(0, 10), QSize(2, 2));
    QVERIFY(holds(theme.phaseColor(1), QRect(chart.pointOf(3).toPoint() + QPoint(-2, 12), QSize(4, 60))));
    QVERIFY(!holds(theme.color(ColorRole::Panel), stack));
    const QImage with = chart.picture(1).copy(mark);
    values.runs[12].failed = false;
    chart.setValues(values);
    QVERIFY(chart.picture(1).copy(mark) != with);
    const double edge = (chart.pointOf(9).x() + chart.pointOf(10).x()) / 2;
    const QRect line(static_cast<int>(edge) - 2, 60, 4, 30);
    QVERIFY(holds(theme.color(ColorRole::Bad), line));
    values.changes.clear();
    chart.setValues(values);
    QVERIFY(!holds(theme.color(ColorRole::Bad), line));
}

QTEST_MAIN(TestHistoryViews)
#include "tst_history_views.moc"
