// SPDX-License-Identifier: GPL-3.0-or-later
// The History page over runs of a workload with a planted step, clicked and typed at as a person would, and
// what it looks like.
#include "core/runs/run_store.h"
#include "tests/gui/app_fixture.h"
#include "tests/gui/golden_picture.h"
#include "tests/support/test_support.h"
#include "widgets/pages/history_page.h"
#include "widgets/pages/main_window.h"
#include "widgets/views/history_chart.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include <array>
#include <cmath>

using namespace perihelion;
using perihelion::test::AppFixture;

namespace {

constexpr int kCommits = 24;
constexpr int kStep = 14; ///< The first slower commit.
constexpr int kFailed = 6;

QString hashOf(int commit)
{
    return QStringLiteral("%1c0ffee").arg(commit * 7 + 16, 4, 16, QLatin1Char('0')).repeated(4).left(40);
}

/// Noise without a generator: between −1 and 1, hardly correlated.
double wobble(int i)
{
    return std::fmod(i * 0.618'033'988'75, 1.0) * 2 - 1;
}

/// Two phases, five cold and eight warm iterations; the second phase is slower from the step on.
RunRecord runAt(int commit)
{
    RunRecord run;
    run.uuid = QStringLiteral("history-%1").arg(commit);
    run.workload = QStringLiteral("planets");
    run.scenario = QStringLiteral("dense");
    run.scenarioHash = QStringLiteral("0123456789abcdef");
    run.commit = hashOf(commit);
    run.branch = commit % 5 == 4 ? QStringLiteral("topic") : QStringLiteral("main");
    run.commitTime = QDateTime(QDate(2024, 3, 1), QTime(9, 0), Qt::UTC).addDays(commit * 2);
    run.started = run.commitTime.addSecs(600);
    run.finished = run.started.addSecs(5);
    run.machine.host = QStringLiteral("bench");
    run.phases = {{QStringLiteral("physics_samples"), -1, false},
                  {QStringLiteral("serialize_json"), -1, false}};
    if (commit == kFailed) {
        run.state = RunState::Failed;
        run.failure = QStringLiteral("The measuring process was ended by signal 11");
        return run;
    }
    for (int i = 0; i < 13; ++i) {
        const bool cold = i < 5;
        RunIteration each;
        each.process = cold ? i : 5;
        each.number = cold ? 0 : i - 5;
        each.mode = cold ? IterationMode::Cold : IterationMode::Warm;
        const double noise = 1 + 0.01 * wobble(commit * 17 + i);
        const double slower = commit >= kStep ? 1.3 : 1.0;
        const std::array millis{60 * noise * (cold ? 1.2 : 1.0), 20 * slower * noise};
        std::int64_t sum = 0;
        for (std::size_t phase = 0; phase < millis.size(); ++phase) {
            const auto nanos = static_cast<std::int64_t>(millis.at(phase) * 1e6);
            each.phases.push_back({static_cast<int>(phase), Nanoseconds(nanos), Nanoseconds(nanos), 1});
            sum += nanos;
        }
        each.unattributed = Nanoseconds(1'000'000);
        each.elapsed = Nanoseconds(sum) + each.unattributed;
        each.metrics = {{QStringLiteral("payload_bytes"), 141'352, QStringLiteral("B")},
                        {QStringLiteral("peak_rss_bytes"), 4e7 + commit * 1e5, QStringLiteral("B")}};
        run.iterations.push_back(each);
    }
    return run;
}

void fill(RunStore& store)
{
    std::vector<RunRecord> runs;
    runs.reserve(kCommits);
    for (int commit = 0; commit < kCommits; ++commit) {
        runs.push_back(runAt(commit));
    }
    PERIHELION_VERIFY_RESULT(store.recordRuns(runs));
}

template <typename T>
T* find(const QWidget& page, const char* name)
{
    return page.findChild<T*>(QString::fromLatin1(name));
}

void choose(const HistoryPage& page, const char* button, const QString& id)
{
    for (QAction* action : find<QPushButton>(page, button)->menu()->actions()) {
        if (action->objectName() == id) {
            action->trigger();
            return;
        }
    }
    QFAIL(qPrintable(QString(u"no item " % id)));
}

} // namespace

class TestHistoryPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void teachesWhatToClick();
    void listsThePlantedStep();
    void showsARunAndItsSamples();
    void comparesTwo();
    void keepsNotesAndAccepts();
    void filtersAndChoices();
    void chartsLoads();
    void exports();
    void everythingHasANameAndATip();
    void looksAsKept_data();
    void looksAsKept();

private:
    QByteArray m_content; ///< Of the file exported last.
};

void TestHistoryPage::teachesWhatToClick()
{
    AppFixture app;
    HistoryPage page(app.services());
    page.show();
    QTRY_VERIFY(page.isSettled());
    QVERIFY(page.chart().accessibleDescription().contains(u"Profile run"));
    QVERIFY(page.history() == nullptr);
    QVERIFY(find<QLabel>(page, "selectionHint")->isVisible());
    // A run that is stored meanwhile is there when the page is turned to again.
    fill(app.runStore());
    page.hide();
    page.show();
    QTRY_VERIFY(page.history() != nullptr);
    QTRY_VERIFY(page.isSettled());
}

void TestHistoryPage::listsThePlantedStep()
{
    AppFixture app;
    fill(app.runStore());
    HistoryPage page(app.services());
    page.resize(1200, 800);
    auto* table = find<QTableView>(page, "changeTable");
    const QAbstractItemModelTester tester(table->model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    page.show();
    QTRY_VERIFY(page.isSettled());
    const QAbstractItemModel& model = *table->model();
    bool found = false;
    for (int row = 0; row < model.rowCount(); ++row) {
        const bool phase = model.index(row, 1).data().toString() == u"serialize json, warm";
        QVERIFY(model.index(row, 0).data().toString().startsWith(hashOf(kStep).left(7)));
        if (phase) {
            found = true;
            QVERIFY(model.index(row, 4).data().toString().startsWith(u'+'));
            // Clicking it goes to the commit and says what the finding rests on.
            QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                              table->visualRect(model.index(row, 0)).center());
            QCOMPARE(page.chart().selection().first, std::optional<std::size_t>(kStep));
            QVERIFY(!find<QLabel>(page, "selectionFootnote")->text().isEmpty());
        }
    }
    QVERIFY(found);
    QVERIFY(find<QLabel>(page, "historyCount")->text().contains(u"change point"));
    QVERIFY(!page.chart().values().changes.empty());
}

void TestHistoryPage::showsARunAndItsSamples()
{
    AppFixture app;
    fill(app.runStore());
    HistoryPage page(app.services());
    page.resize(1200, 900);
    page.show();
    QTRY_VERIFY(page.isSettled());
    QTest::mouseClick(&page.chart(), Qt::LeftButton, {}, page.chart().pointOf(3).toPoint());
    QVERIFY(find<QLabel>(page, "selectionTitle")->text().contains(hashOf(3).left(7), Qt::CaseInsensitive));
    QVERIFY(find<QLabel>(page, "selectionFacts")->text().contains(u"on main"));
    auto* numbers = find<QTableView>(page, "selectionTable");
    QVERIFY(numbers->model()->rowCount() >= 8);
    QTest::mouseClick(numbers->viewport(), Qt::LeftButton, {},
                      numbers->visualRect(numbers->model()->index(0, 0)).center());
    QTRY_VERIFY(find<QLabel>(page, "selectionFootnote")->text().startsWith(u"Samples of"));
    QTest::keyClick(&page.chart(), Qt::Key_Right);
    QTest::keyClick(&page.chart(), Qt::Key_Right);
    QTest::keyClick(&page.chart(), Qt::Key_Right);
    QVERIFY(find<QLabel>(page, "selectionFacts")->text().contains(u"signal 11"));
    QCOMPARE(numbers->model()->rowCount(), 0);
    const HistoryRange whole = page.chart().range();
    QTest::keyClick(&page.chart(), Qt::Key_Plus);
    QVERIFY(page.chart().range().length() < whole.length());
    choose(page, "historyView", QStringLiteral("fit"));
    QCOMPARE(page.chart().range(), whole);
}

void TestHistoryPage::comparesTwo()
{
    AppFixture app;
    fill(app.runStore());
    HistoryPage page(app.services());
    page.resize(1200, 900);
    page.show();
    QTRY_VERIFY(page.isSettled());
    QTest::mouseClick(&page.chart(), Qt::LeftButton, {}, page.chart().pointOf(2).toPoint());
    QTest::mouseClick(&page.chart(), Qt::LeftButton, Qt::ShiftModifier,
                      page.chart().pointOf(kStep + 2).toPoint());
    auto* numbers = find<QTableView>(page, "selectionTable");
    QTRY_VERIFY(numbers->model()->rowCount() > 0);
    QStringList verdicts;
    for (int row = 0; row < numbers->model()->rowCount(); ++row) {
        if (numbers->model()->index(row, 0).data().toString() == u"serialize json, warm") {
            verdicts.append(numbers->model()->index(row, 4).data().toString());
        }
    }
    QCOMPARE(verdicts, QStringList{QStringLiteral("slower")});
}

void TestHistoryPage::keepsNotesAndAccepts()
{
    AppFixture app;
    fill(app.runStore());
    HistoryPage page(app.services());
    page.resize(1200, 900);
    page.show();
    QTRY_VERIFY(page.isSettled());
    page.chart().select(kStep);
    auto* field = find<QLineEdit>(page, "noteField");
    QTest::keyClicks(field, QStringLiteral("Checks every value <now>"));
    QTest::keyClick(field, Qt::Key_Return);
    auto* notes = find<QLabel>(page, "selectionNotes");
    QTRY_VERIFY(notes->isVisible() && notes->text().contains(u"&lt;now&gt;"));
    QVERIFY(page.chart().values().runs[kStep].noted);
    QTRY_VERIFY(page.isSettled());
    QTest::mouseClick(find<QPushButton>(page, "acceptButton"), Qt::LeftButton);
    QTRY_VERIFY(page.chart().values().runs[kStep].accepted);
    QTRY_VERIFY(!page.chart().values().changes.empty() && page.chart().values().changes[0].accepted);
    QVERIFY(!find<QPushButton>(page, "acceptButton")->isEnabled());
    const auto kept = app.runStore().notes(QString());
    PERIHELION_VERIFY_RESULT(kept);
    QCOMPARE(kept->size(), std::size_t(2));
    QTRY_VERIFY(page.isSettled());
    Q_EMIT notes->linkActivated(QString::number(kept->front().id));
    QTRY_VERIFY(!page.chart().values().runs[kStep].noted);
    QVERIFY(page.chart().values().runs[kStep].accepted);
}

void TestHistoryPage::filtersAndChoices()
{
    AppFixture app;
    fill(app.runStore());
    HistoryPage page(app.services());
    page.show();
    QTRY_VERIFY(page.isSettled());
    choose(page, "historyBranch", QStringLiteral("=main"));
    QTRY_VERIFY(page.history() != nullptr && page.history()->runs.size() < std::size_t(kCommits));
    QTRY_VERIFY(page.isSettled());
    choose(page, "historyBranch", QStringLiteral("*"));
    QTRY_COMPARE(page.history()->runs.size(), std::size_t(kCommits));
    choose(page, "historyQuantity", QStringLiteral("memory"));
    QCOMPARE(page.chart().values().unit, QStringLiteral("B"));
    QCOMPARE(page.chart().values().form, HistoryForm::Lines);
    choose(page, "historyQuantity", QStringLiteral("time"));
    choose(page, "historyModes", QStringLiteral("2"));
    QVERIFY(page.chart().values().bothModes);
    choose(page, "historyForm", QStringLiteral("2"));
    QCOMPARE(page.chart().values().form, HistoryForm::Points);
    choose(page, "historyView", QStringLiteral("log"));
    QVERIFY(page.chart().values().logScale);
    choose(page, "historyView", QStringLiteral("dates"));
    QCOMPARE(page.chart().values().spacing, HistorySpacing::Dates);
    const std::size_t all = page.chart().values().series.size();
    choose(page, "historyView", QStringLiteral("row/physics_samples"));
    QCOMPARE(page.chart().values().series.size(), all - 2);
    const double before = page.chart().values().series[0].points[0].value;
    choose(page, "historyStatistic", QStringLiteral("p95"));
    QTRY_VERIFY(page.isSettled());
    QVERIFY(page.chart().values().series[0].points[0].value > before);
}

void TestHistoryPage::chartsLoads()
{
    AppFixture app;
    fill(app.runStore());
    for (int i = 0; i < 3; ++i) {
        LoadRecord load;
        load.path = QStringLiteral("/recordings/fan.h5");
        load.at = QDateTime(QDate(2024, 6, 1 + i), QTime(8, 0), Qt::UTC);
        load.phases.open = Nanoseconds(2'000'000 + i);
        load.phases.decode = Nanoseconds(5'000'000);
        PERIHELION_VERIFY_RESULT(app.runStore().recordLoad(load));
    }
    HistoryPage page(app.services());
    page.show();
    QTRY_VERIFY(page.isSettled());
    choose(page, "historyWorkload", kLoadsSubject.toString());
    QTRY_VERIFY(page.history() != nullptr && page.history()->runs.size() == 3);
    QTRY_VERIFY(page.isSettled());
    page.chart().select(0);
    page.chart().selectSecond(2);
    QVERIFY(find<QTableView>(page, "selectionTable")->model()->rowCount() >= 2);
    QVERIFY(find<QPushButton>(page, "historyScenario")->text().startsWith(u"fan.h5"));
}

void TestHistoryPage::exports()
{
    AppFixture app;
    fill(app.runStore());
    HistoryPage page(app.services());
    page.resize(1200, 800);
    page.show();
    QTRY_VERIFY(page.isSettled());
    QSignalSpy told(&page, &HistoryPage::statusMessage);
    const auto exported = [&](const QString& name, auto write) {
        const QString file = QString(app.folder() % u'/' % name);
        told.clear();
        write(file);
        QTRY_COMPARE(told.count(), 1);
        QFile written(file);
        QVERIFY2(written.open(QIODevice::ReadOnly), qPrintable(told[0][0].toString()));
        m_content = written.readAll();
    };
    exported(QStringLiteral("chart.png"), [&](const QString& file) { page.exportChart(file); });
    const QImage picture = QImage::fromData(m_content);
    QCOMPARE(picture.width(), 2 * page.chart().width());
    exported(QStringLiteral("chart.svg"), [&](const QString& file) { page.exportChart(file); });
    QVERIFY(m_content.contains("<svg"));
    exported(QStringLiteral("changes.csv"), [&](const QString& file) { page.exportChanges(file); });
    QVERIFY(m_content.startsWith("commit,time,dirty,run,row,mode,unit,before,after,ratio,p,"));
    QVERIFY(m_content.contains(",serialize_json,"));
    exported(QStringLiteral("values.csv"), [&](const QString& file) { page.exportValues(file); });
    QVERIFY(m_content.count('\n') > kCommits * 8);
    const QByteArray all = m_content;
    const QByteArray commit = page.history()->runs.at(1).run.commit.toUtf8();
    page.chart().select(1);
    exported(QStringLiteral("selection.csv"), [&](const QString& file) { page.exportSelection(file); });
    QVERIFY(m_content.startsWith("commit,time,branch,"));
    QVERIFY(all.count(commit) > 1);
    QCOMPARE(m_content.count(commit), all.count(commit));
    QCOMPARE(m_content.count('\n') - 1, all.count(commit));
    // Where nothing can be written the reason is told and nothing is left behind.
    told.clear();
    page.exportChart(QStringLiteral("/proc/none/chart.png"));
    QTRY_COMPARE(told.count(), 1);
    QVERIFY(told[0][0].toString().contains(u"Exporting"));
}

void TestHistoryPage::everythingHasANameAndATip()
{
    AppFixture app;
    HistoryPage page(app.services());
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

void TestHistoryPage::looksAsKept_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("dark");
    QTest::newRow("dark") << QStringLiteral("history_dark") << QSize(1440, 900) << true;
    QTest::newRow("light, narrow") << QStringLiteral("history_light_narrow") << QSize(1024, 700) << false;
}

void TestHistoryPage::looksAsKept()
{
    QFETCH(QString, name);
    QFETCH(QSize, size);
    QFETCH(bool, dark);
    AppFixture app;
    app.theme().setFamilies(QStringLiteral("DejaVu Sans"), QStringLiteral("DejaVu Sans Mono"));
    app.theme().setMode(dark ? ThemeMode::Dark : ThemeMode::Light);
    fill(app.runStore());
    MainWindow window(app.services());
    window.resize(size);
    window.showPage(PageId::History);
    window.show();
    QTRY_VERIFY(window.history().isSettled());
    if (!dark) {
        HistoryChoice choice;
        choice.form = HistoryForm::Lines;
        window.history().setChoice(choice);
    }
    window.history().chart().select(2);
    window.history().chart().selectSecond(kStep + 2);
    auto* numbers = find<QTableView>(window, "selectionTable");
    QTRY_VERIFY(window.history().isSettled() && numbers->model()->rowCount() > 0);
    const QString difference = test::compareWithGolden(window, name);
    QVERIFY2(difference.isEmpty(), qPrintable(difference));
}

QTEST_MAIN(TestHistoryPage)
#include "tst_history_page.moc"
