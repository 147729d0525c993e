// SPDX-License-Identifier: GPL-3.0-or-later
// What is compared measured again in turn, as a person would ask for it: two commits of a small real
// repository, built and measured by perihelion-cli; what cannot be measured says why.
#include "core/history/workload_history.h"
#include "core/profile/profile_runner.h"
#include "core/projects/project_workloads.h"
#include "core/settings/settings.h"
#include "tests/gui/compared_runs.h"
#include "tests/support/made_project.h"
#include "tests/support/test_support.h"
#include "widgets/pages/compare_page.h"
#include "widgets/pages/history_page.h"
#include "widgets/pages/interleaved_dialog.h"
#include "widgets/pages/main_window.h"
#include "widgets/views/turns_bar.h"

#include <QDir>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace perihelion;
using namespace perihelion::test;

namespace {

constexpr int kPairedVerdict = 9;

/// A repository of two commits, of which the second is slower, with a run of each that is in the store.
struct Bench {
    explicit Bench(const std::vector<int>& values = {100, 130}, const std::vector<int>& broken = {},
                   bool measuring = true)
        : made(QString(app.folder() % u"/made"))
    {
        if (measuring) {
            ProfileEnvironment environment;
            environment.program = QStringLiteral(PERIHELION_CLI);
            app.setMeasuring(environment);
        }
        whole = made.init() && made.makeHistory(values, broken) && keepRuns();
        app.settings().set(setting::kOpenProject, made.folder());
    }

    bool keepRuns()
    {
        const auto project = openMeasurableProject(made.folder(), {});
        WorkloadRegistry registry;
        if (!project || !project->addTo(registry)) {
            return false;
        }
        registry.loadScenarios(QString());
        const auto scenario = registry.resolve(QStringLiteral("steps"));
        const QStringList commits = made.commits();
        for (int i = 0; scenario && i < commits.size(); ++i) {
            RunRecord run = runOf({commits.at(i), i == 0 ? 1 : 1.3}, i);
            run.project = project->identity();
            run.workload = scenario->workload();
            run.scenario = scenario->name();
            run.scenarioHash = scenario->hash();
            run.parameters = scenario->values();
            run.plan = RunPlan{0, 6, 3, 0};
            names.append(keep(app, run));
        }
        return scenario.hasValue();
    }

    QStringList worktrees()
    {
        return QDir(app.services().paths.worktreeDir()).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    }

    AppFixture app;
    MadeProject made;
    QStringList names; ///< Ids of the runs.
    bool whole = false;
};

/// The page with both runs compared.
struct Shown {
    explicit Shown(Bench& bench) : page(bench.app.services())
    {
        page.resize(1200, 800);
        page.show();
        page.compare(bench.names.at(0), bench.names.at(1));
    }
    bool isThere() const { return page.isSettled() && !page.answer().pairs.empty(); }
    QPushButton& button(const char* name) { return *find<QPushButton>(page, name); }
    InterleavedDialog* dialog() { return page.findChild<InterleavedDialog*>(); }
    QString bar() { return find<TurnsBar>(page, "turnsBar")->text(); }
    void begin(int rounds)
    {
        QTest::mouseClick(&button("compareAgain"), Qt::LeftButton);
        QVERIFY(dialog() != nullptr);
        find<QSpinBox>(*dialog(), "interleavedRounds")->setValue(rounds);
        QTest::mouseClick(find<QPushButton>(*dialog(), "interleavedMeasure"), Qt::LeftButton);
    }

    ComparePage page;
};

} // namespace

class TestCompareAgain : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void measuresAndShowsThePair();
    void isCancelled();
    void showsItWhenSomethingElseIsCompared();
    void tellsABuildThatFails();
    void saysWhyNot_data();
    void saysWhyNot();
    void leavesNothingWhenTheWindowCloses();
    void decidesAnAlarmOfTheHistory();
};

void TestCompareAgain::measuresAndShowsThePair()
{
    Bench bench;
    QVERIFY(bench.whole);
    const QByteArray state = bench.made.state();
    Shown shown(bench);
    QTRY_VERIFY(shown.isThere());
    QVERIFY2(shown.button("compareAgain").isEnabled(), qPrintable(label(shown.page, "compareAgainWhy")));
    QVERIFY(label(shown.page, "compareAgainWhy").isEmpty());
    QCOMPARE(cell(shown.page, QStringLiteral("total, warm"), kPairedVerdict), QString());
    QSignalSpy stored(&shown.page, &ComparePage::runsStored);
    QTest::mouseClick(&shown.button("compareAgain"), Qt::LeftButton);
    QVERIFY(shown.dialog() != nullptr);
    QVERIFY(find<QLabel>(*shown.dialog(), "interleavedWhat")->text().contains(bench.made.folder()));
    QCOMPARE(find<QSpinBox>(*shown.dialog(), "interleavedRounds")->value(), static_cast<int>(kDefaultRounds));
    shown.dialog()->reject();
    QTRY_VERIFY(shown.dialog() == nullptr);
    QVERIFY(!shown.page.turns().isRunning());

    shown.begin(6);
    QVERIFY(shown.page.turns().isRunning());
    QVERIFY(!shown.button("compareAgain").isEnabled());
    QVERIFY(shown.button("turnsCancel").isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(shown.bar().startsWith(u"Round "), 60'000);
    QTRY_COMPARE_WITH_TIMEOUT(stored.count(), 1, 60'000);
    QTRY_VERIFY(shown.isThere() &&
                areInterleaved(shown.page.answer().pairs.front().a, shown.page.answer().pairs.front().b));
    QVERIFY2(shown.bar().startsWith(u"6 rounds measured in turn: "), qPrintable(shown.bar()));
    const QString row = QStringLiteral("parse, warm");
    QCOMPARE(cell(shown.page, row, kPairedVerdict), QStringLiteral("slower"));
    QVERIFY2(cell(shown.page, row, kPairedVerdict - 1).startsWith(u"+"),
             qPrintable(cell(shown.page, row, kPairedVerdict - 1)));
    QCOMPARE(cell(shown.page, QStringLiteral("print, warm"), kPairedVerdict), QStringLiteral("no change"));
    auto* table = find<QTableView>(shown.page, "compareTable");
    for (int i = 0; i < table->model()->rowCount(); ++i) {
        if (table->model()->index(i, 0).data().toString() == row) {
            table->setCurrentIndex(table->model()->index(i, 0));
            QTest::keyClick(table, Qt::Key_Return);
        }
    }
    QVERIFY2(label(shown.page, "compareWhy").contains(u"slower. In 6 interleaved rounds") &&
                 label(shown.page, "compareWhy").contains(u"Without regard to rounds"),
             qPrintable(label(shown.page, "compareWhy")));
    QVERIFY(shown.page.text().contains(u"pair  slower"));
    // The same once more, now of the new runs; nothing of the first is left.
    QVERIFY(shown.button("compareAgain").isEnabled());
    QVERIFY(bench.worktrees().isEmpty());
    QCOMPARE(bench.made.state(), state);
    QCOMPARE(bench.app.runStore().recentRuns()->size(), std::size_t(4));
}

void TestCompareAgain::isCancelled()
{
    Bench bench;
    QVERIFY(bench.whole);
    Shown shown(bench);
    QTRY_VERIFY(shown.isThere());
    shown.begin(5000);
    QTRY_VERIFY_WITH_TIMEOUT(shown.bar().startsWith(u"Round 1 "), 60'000);
    QTest::mouseClick(&shown.button("turnsCancel"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!shown.page.turns().isRunning(), 60'000);
    QVERIFY2(shown.bar().startsWith(u"Cancelled before"), qPrintable(shown.bar()));
    QVERIFY(shown.button("compareAgain").isEnabled());
    QVERIFY(bench.worktrees().isEmpty());
    QCOMPARE(bench.app.runStore().recentRuns()->size(), std::size_t(2));
}

void TestCompareAgain::showsItWhenSomethingElseIsCompared()
{
    Bench bench;
    QVERIFY(bench.whole);
    Shown shown(bench);
    QTRY_VERIFY(shown.isThere());
    shown.begin(6);
    shown.page.compare(bench.names.at(1), bench.names.at(0)); // The page stays usable.
    QTRY_VERIFY(shown.isThere() && shown.page.answer().question.a == bench.names.at(1));
    QTRY_VERIFY_WITH_TIMEOUT(!shown.page.turns().isRunning(), 60'000);
    QTRY_VERIFY(shown.isThere());
    QCOMPARE(shown.page.answer().question.a, bench.names.at(1));
    QVERIFY(shown.button("turnsShow").isVisible());
    QTest::mouseClick(&shown.button("turnsShow"), Qt::LeftButton);
    QTRY_VERIFY(shown.isThere() && shown.page.answer().pairs.front().comparison.rows.front().paired);
    QCOMPARE(shown.page.answer().pairs.front().a.commit, bench.made.commits().at(0));
    QVERIFY(!shown.button("turnsShow").isVisible());
}

void TestCompareAgain::tellsABuildThatFails()
{
    Bench bench({100, 130}, {1});
    QVERIFY(bench.whole);
    Shown shown(bench);
    QTRY_VERIFY(shown.isThere());
    shown.begin(6);
    QTRY_VERIFY_WITH_TIMEOUT(!shown.page.turns().isRunning(), 60'000);
    QVERIFY2(shown.bar().startsWith(u"B (Commit 1) cannot be measured: The build failed") &&
                 shown.bar().contains(u"no rule to make it"),
             qPrintable(shown.bar()));
    QVERIFY(!shown.page.answer().pairs.empty());
    QVERIFY(bench.worktrees().isEmpty());
}

void TestCompareAgain::saysWhyNot_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("own workload") << QStringLiteral("own") << QStringLiteral("cannot rebuild another commit");
    QTest::newRow("unknown project") << QStringLiteral("unknown")
                                     << QStringLiteral("open its folder on the Profile page");
    QTest::newRow("nobody measures") << QStringLiteral("nobody") << QStringLiteral("Nobody measures");
}

void TestCompareAgain::saysWhyNot()
{
    QFETCH(QString, what);
    QFETCH(QString, sentence);
    Bench bench({100, 130}, {}, what != u"nobody");
    QVERIFY(bench.whole);
    if (what == u"own") {
        bench.names = {keep(bench.app, runOf({kOld}, 8)), keep(bench.app, runOf({kNew}, 9))};
    } else if (what == u"unknown") {
        bench.app.settings().set(setting::kOpenProject, bench.app.folder());
    }
    Shown shown(bench);
    QTRY_VERIFY(shown.isThere());
    QVERIFY(!shown.button("compareAgain").isEnabled());
    QVERIFY2(label(shown.page, "compareAgainWhy").contains(sentence),
             qPrintable(label(shown.page, "compareAgainWhy")));
    QVERIFY(shown.button("compareAgain").toolTip().contains(sentence));
    if (what == u"unknown") {
        shown.page.setProject(bench.made.folder());
        QTRY_VERIFY(shown.button("compareAgain").isEnabled());
        QVERIFY(label(shown.page, "compareAgainWhy").isEmpty());
    }
}

void TestCompareAgain::leavesNothingWhenTheWindowCloses()
{
    Bench bench;
    QVERIFY(bench.whole);
    {
        Shown shown(bench);
        QTRY_VERIFY(shown.isThere());
        shown.begin(5000);
        QTRY_VERIFY_WITH_TIMEOUT(shown.bar().startsWith(u"Round 1 "), 60'000);
        QCOMPARE(bench.worktrees().size(), qsizetype(2));
    }
    bench.app.restart(); // Waits for the jobs, as the end of the program does.
    QVERIFY(bench.worktrees().isEmpty());
    // Nobody holds the lock, and nothing still runs in the worktrees.
    const auto project = openMeasurableProject(bench.made.folder(), {});
    PERIHELION_VERIFY_RESULT(project);
    for (const WorktreePlace place : {WorktreePlace::First, WorktreePlace::Second}) {
        PERIHELION_VERIFY_RESULT(
            ProjectWorktree::make(*project, bench.app.services().paths.worktreeDir(), {}, place));
    }
}

void TestCompareAgain::decidesAnAlarmOfTheHistory()
{
    Bench bench;
    QVERIFY(bench.whole);
    const auto first = bench.app.runStore().run(bench.names.at(0).toLongLong());
    PERIHELION_VERIFY_RESULT(first);
    for (int older = 1; older <= 18; ++older) {
        RunRecord run = *first;
        run.uuid = QStringLiteral("older-%1").arg(older);
        run.commit = QStringLiteral("%1").arg(older, 4, 10, QLatin1Char('0')).repeated(10);
        run.commitTime = run.commitTime.addDays(-older);
        for (RunIteration& each : run.iterations) {
            each.elapsed += Nanoseconds(100'000 * (older * 7 % 5));
        }
        QVERIFY(!keep(bench.app, run).isEmpty());
    }
    MainWindow window(bench.app.services());
    window.resize(1200, 800);
    window.showPage(PageId::History);
    window.show();
    HistoryPage& history = window.history();
    auto* offered = find<QPushButton>(history, "measureAgainButton");
    QTRY_VERIFY(history.isSettled() && offered->isVisible());
    QVERIFY(label(history, "alarmText").contains(u"confirmed or withdrawn"));
    QVERIFY(find<QLabel>(history, "historyCount")->text().contains(u" alarm"));
    QTest::mouseClick(offered, Qt::LeftButton);
    QCOMPARE(window.currentPage(), PageId::Compare);
    ComparePage& compare = window.compare();
    QTRY_VERIFY(compare.findChild<InterleavedDialog*>() != nullptr);
    QCOMPARE(compare.answer().pairs.front().a.commit, bench.made.commits().at(0));
    QCOMPARE(compare.answer().pairs.front().b.commit, bench.made.commits().at(1));
    compare.findChild<InterleavedDialog*>()->reject();
    QTRY_VERIFY(compare.findChild<InterleavedDialog*>() == nullptr);
    compare.refresh(); // It was asked for once.
    QTRY_VERIFY(compare.isSettled());
    QVERIFY(compare.findChild<InterleavedDialog*>() == nullptr);
}

QTEST_MAIN(TestCompareAgain)
#include "tst_compare_again.moc"
