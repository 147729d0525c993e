// SPDX-License-Identifier: GPL-3.0-or-later
// The Compare page, clicked and typed at as a person would: picking runs and commits, verdicts with their
// sentences, what cannot be compared, and numbers that are those of the command line.
#include "core/runs/run_store.h"
#include "tests/gui/app_fixture.h"
#include "tests/gui/golden_picture.h"
#include "tests/support/test_support.h"
#include "widgets/pages/compare_page.h"
#include "widgets/pages/history_page.h"
#include "widgets/pages/main_window.h"
#include "widgets/views/distribution_chart.h"
#include "widgets/views/history_chart.h"
#include "widgets/views/run_picker.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QProcess>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include <array>
#include <cmath>

using namespace perihelion;
using perihelion::test::AppFixture;

namespace {

const QString kOld = QStringLiteral("aaaa111122223333444455556666777788889999");
const QString kNew = QStringLiteral("bbbb111122223333444455556666777788889999");

/// Noise without a generator: between −1 and 1, hardly correlated.
double wobble(int i)
{
    return std::fmod(i * 0.618'033'988'75, 1.0) * 2 - 1;
}

struct Made {
    QString commit;
    double slower = 1; ///< Factor of the second phase.
    int samples = 12;  ///< Half of them cold.
    QString workload = QStringLiteral("planets");
    QString extraPhase = QString();
};

/// Two phases and more, payload and memory.
RunRecord runOf(const Made& made, int seed)
{
    RunRecord run;
    run.uuid = QStringLiteral("compare-%1-%2").arg(made.workload).arg(seed);
    run.workload = made.workload;
    run.scenario = QStringLiteral("dense");
    run.scenarioHash = QStringLiteral("0123456789abcdef");
    run.parameters = {{QStringLiteral("bodies"), 18}};
    run.commit = made.commit;
    run.branch = QStringLiteral("main");
    run.commitTime = QDateTime(QDate(2024, 3, 1 + seed), QTime(9, 0), Qt::UTC);
    run.started = run.commitTime.addSecs(600);
    run.finished = run.started.addSecs(5);
    run.machine.host = QStringLiteral("bench");
    run.machine.cpu = QStringLiteral("Abacus 9");
    run.machine.governor = QStringLiteral("performance");
    run.machine.compiler = QStringLiteral("gcc 12.2");
    run.plan = RunPlan{made.samples / 2, made.samples - made.samples / 2, 1, 1};
    run.phases = {{QStringLiteral("physics_samples"), -1, false},
                  {QStringLiteral("serialize_json"), -1, false}};
    if (!made.extraPhase.isEmpty()) {
        run.phases.push_back({made.extraPhase, -1, false});
    }
    for (int i = 0; i < made.samples; ++i) {
        const bool cold = i < made.samples / 2;
        RunIteration each;
        each.process = cold ? i : made.samples;
        each.number = cold ? 0 : i;
        each.mode = cold ? IterationMode::Cold : IterationMode::Warm;
        const double noise = 1 + 0.01 * wobble(seed * 17 + i);
        const std::array millis{60 * noise * (cold ? 1.2 : 1.0), 20 * made.slower * noise, 3 * noise};
        std::int64_t sum = 0;
        for (std::size_t phase = 0; phase < run.phases.size(); ++phase) {
            const auto nanos = static_cast<std::int64_t>(millis.at(phase) * 1e6);
            each.phases.push_back({static_cast<int>(phase), Nanoseconds(nanos), Nanoseconds(nanos), 1});
            sum += nanos;
        }
        each.unattributed = Nanoseconds(1'000'000);
        each.elapsed = Nanoseconds(sum) + each.unattributed;
        each.metrics = {
            {QStringLiteral("payload_bytes"), made.slower > 1 ? 150'000.0 : 141'352.0, QStringLiteral("B")},
            {QStringLiteral("peak_rss_bytes"), 4e7 + 1e4 * wobble(i), QStringLiteral("B")}};
        run.iterations.push_back(each);
    }
    return run;
}

QString keep(AppFixture& app, const RunRecord& run)
{
    const auto id = app.runStore().recordRun(run);
    return id ? QString::number(*id) : QString();
}

template <typename T>
T* find(const QWidget& page, const char* name)
{
    return page.findChild<T*>(QString::fromLatin1(name));
}

/// The text of a column, by the words of the first.
QString cell(const QWidget& page, const QString& row, int column)
{
    const QAbstractItemModel& model = *find<QTableView>(page, "compareTable")->model();
    for (int i = 0; i < model.rowCount(); ++i) {
        if (model.index(i, 0).data().toString() == row) {
            return model.index(i, column).data().toString();
        }
    }
    return {};
}

QString label(const QWidget& page, const char* name)
{
    const QLabel* found = find<QLabel>(page, name);
    return found->isVisibleTo(&page) ? found->text() : QString();
}

constexpr int kVerdict = 7;

} // namespace

class TestComparePage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void teachesWhatToClick();
    void showsTheNewestTwo();
    void numbersAreThoseOfTheCommandLine();
    void picksByTyping();
    void comparesCommits();
    void swapsAndFloors();
    void sameRunTwice();
    void oneSample();
    void phasesOfOneSide();
    void unlikeWorkloadsAreRefused();
    void otherMachineIsSaid();
    void opensFromTheHistory();
    void chartIsReadByKeys();
    void exports();
    void everythingHasANameAndATip();
    void looksAsKept_data();
    void looksAsKept();

private:
    QByteArray m_output;
};

void TestComparePage::teachesWhatToClick()
{
    AppFixture app;
    ComparePage page(app.services());
    page.resize(1200, 800);
    page.show();
    QTRY_VERIFY(page.isSettled());
    QVERIFY(label(page, "compareHint").contains(u"Profile run"));
    QVERIFY(!find<QPushButton>(page, "compareCopy")->isEnabled());
    QVERIFY(!find<QTableView>(page, "compareTable")->isVisible());
    // One run: nothing to compare it with yet, and the page says so.
    keep(app, runOf({kOld}, 0));
    page.hide();
    page.show();
    QTRY_VERIFY(page.isSettled() && !page.answer().pairs.empty());
    QVERIFY(label(page, "compareWarnings").contains(u"one run so far"));
    QVERIFY(find<QTableView>(page, "compareTable")->isVisible());
}

void TestComparePage::showsTheNewestTwo()
{
    AppFixture app;
    keep(app, runOf({kOld}, 0));
    keep(app, runOf({kNew, 1.3}, 1));
    ComparePage page(app.services());
    page.resize(1200, 800);
    auto* table = find<QTableView>(page, "compareTable");
    const QAbstractItemModelTester tester(table->model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    page.show();
    QTRY_VERIFY(page.isSettled() && !page.answer().pairs.empty());
    QVERIFY(find<RunPicker>(page, "compareA")->text().contains(u"aaaa111"));
    QVERIFY(find<RunPicker>(page, "compareB")->text().contains(u"bbbb111"));
    QCOMPARE(cell(page, QStringLiteral("serialize json, warm"), kVerdict), QStringLiteral("slower"));
    QCOMPARE(cell(page, QStringLiteral("physics samples, warm"), kVerdict), QStringLiteral("no change"));
    QCOMPARE(cell(page, QStringLiteral("payload bytes"), 4), QStringLiteral("+8648"));
    QVERIFY(!cell(page, QStringLiteral("peak rss bytes"), kVerdict).isEmpty());
    // The most telling row is chosen, explains itself and is drawn.
    QVERIFY(label(page, "compareWhy").startsWith(u"serialize json, warm: slower. Median "));
    QVERIFY(label(page, "compareWhy").contains(u"exceeds the floor of 2 %"));
    QCOMPARE(page.chart().values().a.sorted.size(), std::size_t(6));
    QCOMPARE(page.chart().values().b.sorted.size(), std::size_t(6));
    QVERIFY(find<QLabel>(page, "differenceHint")->text().contains(u"are the same"));
    // Another row by the keyboard.
    const QString before = label(page, "compareWhy");
    QTest::keyClick(table, Qt::Key_Up);
    QVERIFY(label(page, "compareWhy") != before);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                      table->visualRect(table->model()->index(0, 0)).center());
    QVERIFY(label(page, "compareWhy").startsWith(table->model()->index(0, 0).data().toString()));
}

void TestComparePage::numbersAreThoseOfTheCommandLine()
{
    AppFixture app;
    const QString a = keep(app, runOf({kOld, 1, 12, QStringLiteral("planets"), QStringLiteral("decode")}, 0));
    const QString b = keep(app, runOf({kNew, 1.3}, 1));
    ComparePage page(app.services());
    page.resize(1200, 800);
    page.show();
    page.compare(a, b);
    QTRY_VERIFY(page.isSettled() && !page.answer().pairs.empty());
    const auto compared = [&](const QStringList& more) {
        QProcess process;
        process.start(QStringLiteral(PERIHELION_CLI),
                      QStringList{QStringLiteral("compare"), a, b, QStringLiteral("--store"),
                                  app.services().paths.runStoreFile()} +
                          more);
        process.waitForFinished();
        QCOMPARE(process.exitCode(), 0);
        m_output = process.readAllStandardOutput();
    };
    compared({});
    QTest::mouseClick(find<QPushButton>(page, "compareCopy"), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), QString::fromUtf8(m_output));
    QVERIFY(page.text().contains(u"measured decode (warm)"));

    compared({QStringLiteral("--json")});
    const QJsonObject root = QJsonDocument::fromJson(m_output).object();
    QJsonArray rows = root.value(u"phases").toArray();
    for (const auto value : root.value(u"metrics").toArray()) {
        rows.append(value);
    }
    const ValueTable table = compareCsv(page.answer().pairs, comparedRows(page.answer().pairs));
    QCOMPARE(table.rows.size(), static_cast<std::size_t>(rows.size()) +
                                    static_cast<std::size_t>(root.value(u"one_sided").toArray().size()));
    for (qsizetype i = 0; i < rows.size(); ++i) {
        const QJsonObject row = rows.at(i).toObject();
        const auto field = [&](const char* name) {
            const auto column = static_cast<std::size_t>(table.headers.indexOf(QString::fromLatin1(name)));
            return table.rows[static_cast<std::size_t>(i)].cells.at(column).text;
        };
        const bool metric = row.contains(u"metric");
        QCOMPARE(field("phase"), row.value(metric ? u"metric" : u"phase").toString());
        QCOMPARE(field("mode"), row.value(u"mode").toString());
        QCOMPARE(field("a_median").toDouble(), row.value(metric ? u"a_median" : u"a_median_ms").toDouble());
        QCOMPARE(field("b_median").toDouble(), row.value(metric ? u"b_median" : u"b_median_ms").toDouble());
        QCOMPARE(field("ratio").toDouble(), row.value(u"ratio").toDouble());
        QCOMPARE(field("ci_low").toDouble(), row.value(u"ci_low").toDouble());
        QCOMPARE(field("ci_high").toDouble(), row.value(u"ci_high").toDouble());
        QCOMPARE(field("p").toDouble(), row.value(u"p").toDouble());
        QCOMPARE(field("a_n").toInt(), row.value(u"a_n").toInt());
        QCOMPARE(field("verdict"), row.value(u"verdict").toString());
        QCOMPARE(field("sentence"), row.value(u"sentence").toString());
    }
}

void TestComparePage::picksByTyping()
{
    AppFixture app;
    const QString first = keep(app, runOf({kOld}, 0));
    keep(app, runOf({kNew, 1.3}, 1));
    keep(app, runOf({QStringLiteral("cccc1111"), 1.3}, 2));
    const QString other = keep(app, runOf({kOld, 1, 12, QStringLiteral("toys")}, 3));
    ComparePage page(app.services());
    page.resize(1200, 800);
    page.show();
    QTRY_VERIFY(page.isSettled() && !page.answer().pairs.empty());
    auto* picker = find<RunPicker>(page, "compareA");
    QTest::mouseClick(picker, Qt::LeftButton);
    auto* search = find<QLineEdit>(page, "searchA");
    auto* list = find<QTableView>(page, "listA");
    QVERIFY(search->isVisible());
    QCOMPARE(list->model()->rowCount(), 5); // Four runs, and the commit at which two workloads were measured.
    // What cannot be compared with B stands last and says why.
    const QModelIndex last = list->model()->index(4, 1);
    QVERIFY(last.data().toString().contains(u"toys"));
    QVERIFY(last.data(Qt::ToolTipRole).toString().contains(u"cannot be compared"));
    QTest::keyClicks(search, QStringLiteral("PLANETS 2024-03-01 bench"));
    QCOMPARE(list->model()->rowCount(), 1);
    QTest::keyClick(search, Qt::Key_Return);
    QVERIFY(!search->isVisible());
    QCOMPARE(picker->chosen(), first);
    QTRY_VERIFY(page.isSettled() && page.answer().question.a == first);
    QTest::mouseClick(picker, Qt::LeftButton);
    QTest::keyClicks(search, QStringLiteral("nowhere"));
    QVERIFY(find<QLabel>(page, "countA")->text().contains(u"Nothing"));
    QTest::keyClick(search, Qt::Key_Return);
    QCOMPARE(picker->chosen(), first);
    search->clear();
    const int before = list->currentIndex().row();
    QTest::keyClick(search, Qt::Key_Down);
    QCOMPARE(list->currentIndex().row(), before + 1);
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(last).center());
    QCOMPARE(picker->chosen(), other);
}

void TestComparePage::comparesCommits()
{
    AppFixture app;
    keep(app, runOf({kOld}, 0));
    keep(app, runOf({kOld, 1, 12, QStringLiteral("toys")}, 1));
    keep(app, runOf({kNew, 1.3}, 2));
    keep(app, runOf({kNew, 1.3, 12, QStringLiteral("toys")}, 3));
    ComparePage page(app.services());
    page.resize(1200, 800);
    page.show();
    page.compare(kOld, kNew);
    QTRY_VERIFY(page.isSettled() && page.answer().pairs.size() == 2);
    QVERIFY(label(page, "compareHeadline").startsWith(u"2 workloads"));
    QVERIFY(find<RunPicker>(page, "compareA")->text().contains(u"everything measured (2)"));
    const QAbstractItemModel& model = *find<QTableView>(page, "compareTable")->model();
    QCOMPARE(model.headerData(0, Qt::Horizontal).toString(), QStringLiteral("Workload"));
    QStringList titles;
    for (int row = 0; row < model.rowCount(); ++row) {
        titles.append(model.index(row, 0).data().toString());
    }
    titles.removeDuplicates();
    titles.sort();
    QCOMPARE(titles, (QStringList{QStringLiteral("planets/dense"), QStringLiteral("toys/dense")}));
}

void TestComparePage::swapsAndFloors()
{
    AppFixture app;
    const QString a = keep(app, runOf({kOld}, 0));
    const QString b = keep(app, runOf({kNew, 1.07}, 1));
    ComparePage page(app.services());
    page.resize(1200, 800);
    page.show();
    QTRY_VERIFY(page.isSettled() && !page.answer().pairs.empty());
    const QString row = QStringLiteral("serialize json, warm");
    QCOMPARE(cell(page, row, kVerdict), QStringLiteral("slower"));
    QTest::mouseClick(find<QPushButton>(page, "compareSwap"), Qt::LeftButton);
    QTRY_VERIFY(page.isSettled() && page.answer().question.a == b);
    QCOMPARE(page.answer().question.b, a);
    QCOMPARE(cell(page, row, kVerdict), QStringLiteral("faster"));
    for (QAction* action : find<QPushButton>(page, "compareFloor")->menu()->actions()) {
        if (action->data().toInt() == 10) {
            action->trigger();
        }
    }
    QTRY_VERIFY(page.isSettled() && page.answer().question.floor > 0.09);
    QCOMPARE(cell(page, row, kVerdict), QStringLiteral("no change"));
}

void TestComparePage::sameRunTwice()
{
    AppFixture app;
    const QString a = keep(app, runOf({kOld}, 0));
    keep(app, runOf({kNew}, 1));
    ComparePage page(app.services());
    page.resize(1200, 800);
    page.show();
    page.compare(a, a);
    QTRY_VERIFY(page.isSettled() && !page.answer().pairs.empty());
    QVERIFY(label(page, "compareWarnings").contains(u"the same run"));
    const QAbstractItemModel& model = *find<QTableView>(page, "compareTable")->model();
    for (int row = 0; row < model.rowCount(); ++row) {
        QCOMPARE(model.index(row, kVerdict).data().toString(), QStringLiteral("no change"));
        QCOMPARE(model.index(row, 4).data().toString(), QStringLiteral("0"));
    }
}

void TestComparePage::oneSample()
{
    AppFixture app;
    const QString a = keep(app, runOf({kOld, 1, 1}, 0));
    const QString b = keep(app, runOf({kNew, 2, 1}, 1));
    ComparePage page(app.services());
    page.resize(1200, 800);
    page.show();
    page.compare(a, b);
    QTRY_VERIFY(page.isSettled() && !page.answer().pairs.empty());
    QCOMPARE(cell(page, QStringLiteral("serialize json, warm"), kVerdict),
             QStringLiteral("not enough samples"));
    auto* table = find<QTableView>(page, "compareTable");
    table->setCurrentIndex(table->model()->index(0, 0));
    QTest::keyClick(table, Qt::Key_Return);
    QVERIFY2(label(page, "compareWhy").contains(u"more samples"), qPrintable(label(page, "compareWhy")));
    QCOMPARE(page.chart().values().a.sorted.size(), std::size_t(1));
    QVERIFY(!page.chart().picture(1).isNull());
}

void TestComparePage::phasesOfOneSide()
{
    AppFixture app;
    const QString a = keep(app, runOf({kOld, 1, 12, QStringLiteral("planets"), QStringLiteral("gzip")}, 0));
    const QString b = keep(app, runOf({kNew, 1, 12, QStringLiteral("planets"), QStringLiteral("zstd")}, 1));
    ComparePage page(app.services());
    page.resize(1200, 800);
    page.show();
    page.compare(a, b);
    QTRY_VERIFY(page.isSettled() && !page.answer().pairs.empty());
    QCOMPARE(cell(page, QStringLiteral("gzip, warm"), kVerdict), QStringLiteral("only in A"));
    QCOMPARE(cell(page, QStringLiteral("gzip, warm"), 3), QStringLiteral("–"));
    QCOMPARE(cell(page, QStringLiteral("zstd, cold"), kVerdict), QStringLiteral("only in B"));
    auto* table = find<QTableView>(page, "compareTable");
    table->setCurrentIndex(table->model()->index(table->model()->rowCount() - 1, 0));
    QTest::keyClick(table, Qt::Key_Return);
    QVERIFY(label(page, "compareWhy").contains(u"only B measured it"));
    QVERIFY(page.chart().values().a.sorted.empty());
    QCOMPARE(page.chart().values().b.sorted.size(), std::size_t(6));
    QVERIFY(page.chart().accessibleDescription().contains(u"A: no sample"));
}

void TestComparePage::unlikeWorkloadsAreRefused()
{
    AppFixture app;
    const QString a = keep(app, runOf({kOld}, 0));
    RunRecord unlike = runOf({kNew}, 1);
    unlike.scenarioHash = QStringLiteral("fedcba9876543210");
    unlike.parameters = {{QStringLiteral("bodies"), 10}};
    const QString b = keep(app, unlike);
    ComparePage page(app.services());
    page.resize(1200, 800);
    page.show();
    page.compare(a, b);
    QTRY_VERIFY(page.isSettled() && page.answer().refusal.has_value());
    QVERIFY(label(page, "compareHint").contains(u"different workloads or parameters"));
    QVERIFY(!find<QTableView>(page, "compareTable")->isVisible());
    QVERIFY(!find<QPushButton>(page, "compareExport")->isEnabled());
    // In what they differ is told all the same.
    const QAbstractItemModel& differences = *find<QTableView>(page, "differenceTable")->model();
    QStringList names;
    for (int row = 0; row < differences.rowCount(); ++row) {
        names.append(differences.index(row, 0).data().toString());
    }
    QVERIFY(names.contains(QStringLiteral("parameter bodies")));
    // A run that is gone is told as well.
    page.compare(a, QStringLiteral("4711"));
    QTRY_VERIFY(page.isSettled() && page.answer().question.b == u"4711");
    QVERIFY(!label(page, "compareHint").isEmpty());
}

void TestComparePage::otherMachineIsSaid()
{
    AppFixture app;
    const QString a = keep(app, runOf({kOld}, 0));
    RunRecord moved = runOf({kNew}, 1);
    moved.machine.cpu = QStringLiteral("Abacus 10");
    moved.machine.governor = QStringLiteral("powersave");
    const QString b = keep(app, moved);
    ComparePage page(app.services());
    page.resize(1200, 800);
    page.show();
    page.compare(a, b);
    QTRY_VERIFY(page.isSettled() && !page.answer().pairs.empty());
    QVERIFY(label(page, "compareWarnings").contains(u"different machines"));
    const QAbstractItemModel& differences = *find<QTableView>(page, "differenceTable")->model();
    QCOMPARE(differences.rowCount(), 2);
    QCOMPARE(differences.index(0, 0).data().toString(), QStringLiteral("processor"));
    QCOMPARE(differences.index(1, 2).data().toString(), QStringLiteral("powersave"));
}

void TestComparePage::opensFromTheHistory()
{
    AppFixture app;
    const QString a = keep(app, runOf({kOld}, 0));
    keep(app, runOf({QStringLiteral("cccc1111"), 1.1}, 1));
    const QString b = keep(app, runOf({kNew, 1.3}, 2));
    MainWindow window(app.services());
    window.showPage(PageId::History);
    window.show();
    QTRY_VERIFY(window.history().isSettled());
    HistoryChart& chart = window.history().chart();
    auto* open = find<QPushButton>(window, "compareButton");
    QTest::mouseClick(&chart, Qt::LeftButton, {}, chart.pointOf(0).toPoint());
    QVERIFY(!open->isVisible());
    QTest::mouseClick(&chart, Qt::LeftButton, Qt::ShiftModifier, chart.pointOf(2).toPoint());
    QVERIFY(open->isVisible());
    QTest::mouseClick(open, Qt::LeftButton);
    QCOMPARE(window.currentPage(), PageId::Compare);
    QTRY_VERIFY(window.compare().isSettled() && !window.compare().answer().pairs.empty());
    QCOMPARE(window.compare().answer().question.a, a);
    QCOMPARE(window.compare().answer().question.b, b);
}

void TestComparePage::chartIsReadByKeys()
{
    AppFixture app;
    keep(app, runOf({kOld}, 0));
    keep(app, runOf({kNew, 1.3}, 1));
    ComparePage page(app.services());
    page.resize(1200, 800);
    page.show();
    QTRY_VERIFY(page.isSettled() && !page.answer().pairs.empty());
    DistributionChart& chart = page.chart();
    QVERIFY(chart.reading().isEmpty());
    QTest::keyClick(&chart, Qt::Key_Home);
    QVERIFY(chart.reading().endsWith(u"A 0 %, B 0 %"));
    QTest::keyClick(&chart, Qt::Key_End);
    QVERIFY(chart.reading().endsWith(u"A 100 %, B 100 %"));
    QVERIFY(chart.accessibleDescription().contains(chart.reading()));
    QTest::keyClick(&chart, Qt::Key_Left);
    QVERIFY(!chart.reading().endsWith(u"B 0 %"));
    QTest::keyClick(&chart, Qt::Key_Escape);
    QVERIFY(chart.reading().isEmpty());
    // Between the slowest of A and the fastest of B all of A and nothing of B lies below.
    const double between = (chart.values().a.sorted.back() + chart.values().b.sorted.front()) / 2;
    QTest::mouseMove(&chart, QPoint(static_cast<int>(chart.xOf(between)), 40));
    QTRY_VERIFY(chart.reading().endsWith(u"A 100 %, B 0 %"));
}

void TestComparePage::exports()
{
    AppFixture app;
    keep(app, runOf({kOld}, 0));
    keep(app, runOf({kNew, 1.3}, 1));
    ComparePage page(app.services());
    page.resize(1200, 800);
    page.show();
    QTRY_VERIFY(page.isSettled() && !page.answer().pairs.empty());
    QSignalSpy told(&page, &ComparePage::statusMessage);
    const auto exported = [&](const QString& name, auto write) {
        const QString file = QString(app.folder() % u'/' % name);
        told.clear();
        write(file);
        QTRY_COMPARE(told.count(), 1);
        QFile written(file);
        QVERIFY2(written.open(QIODevice::ReadOnly), qPrintable(told[0][0].toString()));
        m_output = written.readAll();
    };
    exported(QStringLiteral("table.csv"), [&](const QString& file) { page.exportTable(file); });
    QVERIFY(m_output.startsWith("workload,scenario,a_run,a_commit,b_run,b_commit,phase,mode,unit,"));
    QVERIFY(m_output.contains(",serialize_json,warm,ms,6,6,"));
    QCOMPARE(m_output.count("\r\n"), find<QTableView>(page, "compareTable")->model()->rowCount() + 1);
    exported(QStringLiteral("chart.png"), [&](const QString& file) { page.exportChart(file); });
    QCOMPARE(QImage::fromData(m_output).width(), 2 * page.chart().width());
    exported(QStringLiteral("chart.svg"), [&](const QString& file) { page.exportChart(file); });
    QVERIFY(m_output.contains("<svg") && m_output.contains("serialize json"));
    told.clear();
    page.exportTable(QStringLiteral("/proc/none/table.csv"));
    QTRY_COMPARE(told.count(), 1);
    QVERIFY(told[0][0].toString().contains(u"Exporting"));
    QVERIFY(!page.answer().pairs.empty()); // What is shown stays.
}

void TestComparePage::everythingHasANameAndATip()
{
    AppFixture app;
    ComparePage page(app.services());
    for (const QPushButton* button : page.findChildren<QPushButton*>()) {
        QVERIFY2(!button->toolTip().isEmpty(), qPrintable(button->objectName()));
        QVERIFY2(!button->accessibleName().isEmpty() || !button->text().isEmpty(),
                 qPrintable(button->objectName()));
    }
    for (const QTableView* table : page.findChildren<QTableView*>()) {
        QVERIFY(!table->accessibleName().isEmpty());
    }
    QVERIFY(!page.chart().accessibleName().isEmpty());
}

void TestComparePage::looksAsKept_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("dark");
    QTest::newRow("dark") << QStringLiteral("compare_dark") << QSize(1440, 900) << true;
    QTest::newRow("light, narrow") << QStringLiteral("compare_light_narrow") << QSize(1024, 700) << false;
}

void TestComparePage::looksAsKept()
{
    QFETCH(QString, name);
    QFETCH(QSize, size);
    QFETCH(bool, dark);
    AppFixture app;
    app.theme().setFamilies(QStringLiteral("DejaVu Sans"), QStringLiteral("DejaVu Sans Mono"));
    app.theme().setMode(dark ? ThemeMode::Dark : ThemeMode::Light);
    keep(app, runOf({kOld, 1, 24}, 0));
    RunRecord second = runOf({kNew, 1.05, 24}, 1);
    second.machine.governor = QStringLiteral("powersave");
    keep(app, second);
    MainWindow window(app.services());
    window.resize(size);
    window.showPage(PageId::Compare);
    window.show();
    QTRY_VERIFY(window.compare().isSettled() && !window.compare().answer().pairs.empty());
    const QString difference = test::compareWithGolden(window, name);
    QVERIFY2(difference.isEmpty(), qPrintable(difference));
}

QTEST_MAIN(TestComparePage)
#include "tst_compare_page.moc"
