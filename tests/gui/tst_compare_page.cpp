// SPDX-License-Identifier: GPL-3.0-or-later
// The Compare page, clicked and typed at as a person would: picking runs and commits, verdicts with their
// sentences, what cannot be compared, and numbers that are those of the command line.
#include "tests/gui/compared_runs.h"
#include "tests/support/test_support.h"
#include "widgets/models/run_choices.h"
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

using namespace perihelion;
using namespace perihelion::test;

class TestComparePage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void teachesWhatToClick();
    void showsTheNewestTwo();
    void beginsWithTheLatestCommits();
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
    QVERIFY(label(page, "compareHint").contains(u"“Import…” on the History page"));
    QVERIFY(!find<QPushButton>(page, "compareAgain")->isEnabled());
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

void TestComparePage::beginsWithTheLatestCommits()
{
    // As a walk from the newest commit to the oldest leaves them, and the newest measured again.
    std::vector<RunListing> runs;
    for (const int day : {4, 4, 3, 2}) {
        RunListing run;
        run.id = 10 - static_cast<std::int64_t>(runs.size());
        run.workload = QStringLiteral("words");
        run.scenario = QStringLiteral("book");
        run.scenarioHash = QStringLiteral("0123");
        run.commit = QString(QStringLiteral("c0ffee") % QString::number(day));
        run.commitTime = QDateTime::fromMSecsSinceEpoch(86'400'000LL * day, Qt::UTC);
        run.started = QDateTime::fromMSecsSinceEpoch(1'700'000'000'000 - 1000LL * run.id, Qt::UTC);
        run.iterations = 3;
        runs.push_back(run);
    }
    const auto named = [&runs] {
        const std::vector<RunChoice> choices = runChoices(runs);
        const auto [a, b] = firstPair(choices);
        return QString(choices.at(a).name % u' ' % choices.at(b).name);
    };
    QCOMPARE(named(), QStringLiteral("10 9")); // Of one commit the run that was measured later is B.
    runs.erase(runs.begin());
    QCOMPARE(named(), QStringLiteral("8 9"));
    for (RunListing& run : runs) {
        run.commitTime = {};
    }
    QCOMPARE(named(), QStringLiteral("8 7")); // Nothing is known of the commits: by the time of the runs.
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

QTEST_MAIN(TestComparePage)
#include "tst_compare_page.moc"
