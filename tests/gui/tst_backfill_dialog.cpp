// SPDX-License-Identifier: GPL-3.0-or-later
// "Missing commits…" of the History page, over small real repositories; perihelion-cli measures.

#include "core/profile/profile_runner.h"
#include "core/runs/run_store.h"
#include "core/workloads/simulation/simulation_workload.h"
#include "tests/gui/app_fixture.h"
#include "tests/support/made_project.h"
#include "tests/support/test_support.h"
#include "widgets/models/history_values.h"
#include "widgets/pages/backfill_dialog.h"
#include "widgets/pages/history_page.h"
#include "widgets/pages/main_window.h"
#include "widgets/pages/profile_page.h"
#include "widgets/views/history_chart.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTest>

using namespace perihelion;
using perihelion::test::AppFixture;
using perihelion::test::BuildGate;
using perihelion::test::MadeProject;

namespace {

constexpr int kLong = 60'000;

template <typename T>
T* find(const QWidget& whole, const char* name)
{
    return whole.findChild<T*>(QLatin1String(name));
}

QString text(const QWidget& whole, const char* name)
{
    return find<QLabel>(whole, name)->text();
}

struct Bench {
    Bench() : made(QString(app.folder() % u"/made"))
    {
        ProfileEnvironment environment;
        environment.program = QStringLiteral(PERIHELION_CLI);
        app.setMeasuring(environment);
        makePage();
    }
    void makePage()
    {
        page = std::make_unique<HistoryPage>(app.services());
        page->resize(1200, 800);
        page->show();
        page->setProject(QStringLiteral("made"), made.folder());
    }
    /// The dialog as the page's button opens it, one warm run for each commit, and what is missing looked up.
    BackfillDialog* open() const
    {
        QTest::mouseClick(find<QPushButton>(*page, "historyMissing"), Qt::LeftButton);
        auto* dialog = page->missingCommits();
        find<QSpinBox>(*dialog, "backfillCold")->setValue(0);
        find<QSpinBox>(*dialog, "backfillWarm")->setValue(1);
        return settle(*dialog) ? dialog : nullptr;
    }
    static bool settle(const BackfillDialog& dialog)
    {
        return QTest::qWaitFor([&dialog] { return dialog.isSettled(); }, kLong);
    }
    static bool start(const BackfillDialog& dialog)
    {
        auto* button = find<QPushButton>(dialog, "backfillStart");
        const bool enabled = button->isEnabled();
        QTest::mouseClick(button, Qt::LeftButton);
        return enabled;
    }
    /// The column of the states, newest commit first.
    static QString states(const BackfillDialog& dialog)
    {
        const QAbstractItemModel* model = find<QTableView>(dialog, "backfillTable")->model();
        QStringList all;
        for (int row = 0; row < model->rowCount(); ++row) {
            all.append(model->index(row, 2).data().toString());
        }
        return all.join(u", ");
    }
    std::size_t stored() const
    {
        const auto runs = app.services().runStore.recentRuns();
        return runs ? runs->size() : 0;
    }
    QStringList worktrees() const
    {
        return QDir(app.services().paths.worktreeDir()).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    }

    mutable AppFixture app;
    MadeProject made;
    std::unique_ptr<HistoryPage> page;
};

bool reached(const BuildGate& gate)
{
    return QTest::qWaitFor([&gate] { return gate.isReached(); }, kLong);
}

/// Three commits; the build of the one in the middle waits at the gate.
bool makeGated(MadeProject& made)
{
    const auto add = [&made](int value, const QString& subject) {
        return made.writeProjectFile() && made.writeProgram(value) && made.commit(subject);
    };
    return made.init() && add(5, QStringLiteral("First")) && made.write(QStringLiteral("gated"), "gated\n") &&
           add(6, QStringLiteral("Gated")) && QFile::remove(QString(made.folder() % u"/gated")) &&
           add(7, QStringLiteral("Last"));
}

QString rangeOf(const CommitHistory& history, std::size_t commits)
{
    const auto range = usualRange(history, commits, {});
    return range ? *range : range.error().sentence();
}

} // namespace

class TestBackfillDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void measuresWhatIsMissing();
    void takesRangesOrdersAndWorkloads();
    void goesOnAfterACancel();
    void pauses();
    void worksOnWhileItIsClosed();
    void endsWithTheProgram();
    void saysWhatIsWrong();
    void asksForAProject();
    void followsTheOpenProject();
};

void TestBackfillDialog::measuresWhatIsMissing()
{
    Bench bench;
    QVERIFY(bench.made.init() && bench.made.makeHistory({5, 5, 6, 9}, {2}));
    QVERIFY(bench.made.write(QStringLiteral("value.txt"), "changed\n")); // Not to be measured, nor touched.
    QVERIFY(bench.made.write(QStringLiteral("own.txt"), "own\n"));
    const QByteArray before = bench.made.state();
    BackfillDialog* dialog = bench.open();
    QVERIFY(dialog != nullptr);
    const QAbstractItemModelTester tester(find<QTableView>(*dialog, "backfillTable")->model());
    QVERIFY2(text(*dialog, "backfillPlan").startsWith(u"4 of 4 commits"),
             qPrintable(text(*dialog, "backfillPlan")));
    QCOMPARE(Bench::states(*dialog), QStringLiteral("waiting, waiting, waiting, waiting"));
    // Nothing but a preview so far.
    QCOMPARE(bench.stored(), std::size_t(0));
    QVERIFY(bench.worktrees().isEmpty());

    QSignalSpy stored(dialog, &BackfillDialog::commitStored);
    QSet<QString> seen;
    connect(&dialog->job(), &BackfillJob::progressed, this, [&](const BackfillProgress& progress) {
        if (progress.commit == bench.made.head()) {
            seen.insert(Bench::states(*dialog).section(u',', 0, 0));
        }
        if (progress.done == 2) {
            QVERIFY(text(*dialog, "backfillStage").contains(u"Commit 3 of 4") ||
                    text(*dialog, "backfillStage").contains(u"Ending"));
        }
    });
    QVERIFY(Bench::start(*dialog));
    QVERIFY(!find<QPushButton>(*dialog, "backfillStart")->isVisible());
    QVERIFY(find<QWidget>(*dialog, "backfillBar")->isVisible());
    QVERIFY(Bench::settle(*dialog));
    QCOMPARE(stored.count(), 4);
    for (const char16_t* state : {u"checking out", u"building", u"measuring"}) {
        QVERIFY2(seen.contains(QString::fromUtf16(state)), qPrintable(QString::fromUtf16(state)));
    }
    QCOMPARE(bench.made.state(), before);
    QVERIFY(bench.worktrees().isEmpty());
    QCOMPARE(Bench::states(*dialog), QStringLiteral("measured, build failed, measured, measured"));
    QCOMPARE(text(*dialog, "backfillStage"),
             QStringLiteral("Measured 3 commits; 1 could not be built or measured."));
    QVERIFY2(text(*dialog, "backfillReason").contains(u"no rule to make it"),
             qPrintable(text(*dialog, "backfillReason")));
    QVERIFY(text(*dialog, "backfillPlan").startsWith(u"Nothing is missing: all 4"));
    QVERIFY(!find<QPushButton>(*dialog, "backfillStart")->isEnabled());

    // The page behind turned to the workload and shows them: three commits, and the gap with its reason.
    QTRY_VERIFY(bench.page->isSettled() && bench.page->history() != nullptr &&
                bench.page->history()->runs.size() == 4);
    const HistoryValues shown = historyValues(*bench.page->history(), {}, {}, {});
    for (std::size_t run = 0; run < 4; ++run) {
        QCOMPARE(shown.runs[run].gap, run == 2);
        QCOMPARE(shown.runs[run].failure.contains(u"no rule to make it"), run == 2);
        QCOMPARE(bench.page->history()->runs[run].run.commit,
                 bench.made.commits().at(static_cast<qsizetype>(run)));
    }

    // Opened again they are there already, and the reason can still be read; what failed may be tried again.
    QTest::mouseClick(find<QPushButton>(*dialog, "backfillClose"), Qt::LeftButton);
    QVERIFY(!dialog->isVisible());
    QCOMPARE(bench.open(), dialog);
    QCOMPARE(Bench::states(*dialog),
             QStringLiteral("already there, build failed, already there, already there"));
    QVERIFY(text(*dialog, "backfillPlan").contains(u"1 of them as failed"));
    auto* table = find<QTableView>(*dialog, "backfillTable");
    QTest::mouseClick(table->viewport(), Qt::LeftButton, Qt::NoModifier,
                      table->visualRect(table->model()->index(1, 1)).center());
    QVERIFY(text(*dialog, "backfillReason").contains(u"no rule to make it"));
    find<QAbstractButton>(*dialog, "backfillRetry")->click();
    QVERIFY(Bench::settle(*dialog));
    QCOMPARE(Bench::states(*dialog), QStringLiteral("already there, waiting, already there, already there"));
}

void TestBackfillDialog::takesRangesOrdersAndWorkloads()
{
    Bench bench;
    QVERIFY(bench.made.init() && bench.made.makeHistory({5, 5, 5, 5, 5}));
    BackfillDialog* dialog = bench.open();
    QVERIFY(dialog != nullptr);
    // The last two alone.
    find<QSpinBox>(*dialog, "backfillLast")->setValue(2);
    QVERIFY(!find<QPushButton>(*dialog, "backfillStart")->isEnabled());
    QVERIFY(Bench::settle(*dialog));
    QVERIFY(text(*dialog, "backfillPlan").startsWith(u"2 of 2 commits"));
    QVERIFY(find<QPushButton>(*dialog, "backfillStart")->text().contains(u"2 commits"));
    // A range begins with one that suits the branch.
    auto* which = find<QComboBox>(*dialog, "backfillWhich");
    auto* range = find<QLineEdit>(*dialog, "backfillRange");
    which->setCurrentIndex(1);
    QVERIFY(Bench::settle(*dialog));
    QCOMPARE(range->text(), QStringLiteral("HEAD"));
    QVERIFY(text(*dialog, "backfillPlan").startsWith(u"5 of 5 commits"));
    range->clear();
    QTest::keyClicks(range, QStringLiteral("HEAD~4.."));
    QVERIFY(Bench::settle(*dialog));
    QVERIFY(text(*dialog, "backfillPlan").startsWith(u"4 of 4 commits"));
    auto* workload = find<QComboBox>(*dialog, "backfillWorkload");
    QCOMPARE(workload->count(), 2);
    workload->setCurrentIndex(1);
    Q_EMIT workload->activated(1);
    QVERIFY(Bench::settle(*dialog));
    QVERIFY(text(*dialog, "backfillPlan").startsWith(u"4 of 4 commits"));
    // Both ends first.
    auto* order = find<QComboBox>(*dialog, "backfillOrder");
    order->setCurrentIndex(1);
    Q_EMIT order->activated(1);
    QVERIFY(Bench::settle(*dialog));
    QStringList done;
    connect(dialog, &BackfillDialog::commitStored, this,
            [&done](const MeasuredCommit& commit) { done.append(commit.commit.hash); });
    QVERIFY(Bench::start(*dialog));
    QVERIFY(Bench::settle(*dialog));
    const QStringList all = bench.made.commits();
    QCOMPARE(done, (QStringList{all.at(4), all.at(1), all.at(3), all.at(2)}));
    QCOMPARE(Bench::states(*dialog), QStringLiteral("measured, measured, measured, measured"));

    // On another branch, what it has beyond main.
    QVERIFY(!bench.made
                 .git({QStringLiteral("checkout"), QStringLiteral("-q"), QStringLiteral("-b"),
                       QStringLiteral("topic")})
                 .isNull());
    QVERIFY(bench.made.writeProgram(8) && bench.made.commit(QStringLiteral("Beyond")));
    const auto history = CommitHistory::open(bench.made.folder(), {});
    PERIHELION_VERIFY_RESULT(history);
    QCOMPARE(rangeOf(*history, 20), QStringLiteral("main..HEAD"));
    QCOMPARE(bench.made.git({QStringLiteral("checkout"), QStringLiteral("-q"), QStringLiteral("main")}),
             QString());
    QCOMPARE(rangeOf(*history, 3), QStringLiteral("HEAD~3..HEAD"));
}

void TestBackfillDialog::goesOnAfterACancel()
{
    Bench bench;
    const BuildGate gate(bench.app.folder());
    QVERIFY(gate.wasMade() && makeGated(bench.made));
    const QByteArray before = bench.made.state();
    BackfillDialog* dialog = bench.open();
    QVERIFY(dialog != nullptr && Bench::start(*dialog));
    QVERIFY(reached(gate));
    QTRY_COMPARE(Bench::states(*dialog), QStringLiteral("measured, building, waiting"));
    QTest::mouseClick(find<QPushButton>(*dialog, "backfillCancel"), Qt::LeftButton);
    QVERIFY(!find<QPushButton>(*dialog, "backfillCancel")->isEnabled());
    QVERIFY(Bench::settle(*dialog));
    QCOMPARE(Bench::states(*dialog), QStringLiteral("measured, cancelled, cancelled"));
    QCOMPARE(text(*dialog, "backfillStage"), QStringLiteral("Cancelled; the commit that was done is kept."));
    QVERIFY(text(*dialog, "backfillPlan").startsWith(u"2 of 3 commits"));
    QCOMPARE(bench.stored(), std::size_t(1));
    QCOMPARE(bench.made.state(), before);
    QVERIFY(bench.worktrees().isEmpty());
    // Another start picks up the rest.
    qunsetenv("MADE_PROJECT_GATE");
    QVERIFY(Bench::start(*dialog));
    QCOMPARE(Bench::states(*dialog), QStringLiteral("measured, waiting, waiting"));
    QVERIFY(Bench::settle(*dialog));
    QCOMPARE(Bench::states(*dialog), QStringLiteral("measured, measured, measured"));
    QCOMPARE(bench.stored(), std::size_t(3));
}

void TestBackfillDialog::pauses()
{
    Bench bench;
    const BuildGate gate(bench.app.folder());
    QVERIFY(gate.wasMade() && makeGated(bench.made));
    BackfillDialog* dialog = bench.open();
    QVERIFY(dialog != nullptr && Bench::start(*dialog));
    QVERIFY(reached(gate));
    auto* pause = find<QPushButton>(*dialog, "backfillPause");
    QTest::mouseClick(pause, Qt::LeftButton);
    QVERIFY(dialog->job().isPaused());
    QTRY_VERIFY(text(*dialog, "backfillStage").contains(u"pauses after this step"));
    QVERIFY(gate.open());
    QTRY_COMPARE_WITH_TIMEOUT(Bench::states(*dialog), QStringLiteral("measured, paused, waiting"), kLong);
    QVERIFY(text(*dialog, "backfillStage").contains(u"paused"));
    QCOMPARE(bench.stored(), std::size_t(1));
    QVERIFY(pause->text().contains(u"Go on") || pause->text().contains(u"&Go on"));
    QTest::mouseClick(pause, Qt::LeftButton);
    QVERIFY(Bench::settle(*dialog));
    QCOMPARE(Bench::states(*dialog), QStringLiteral("measured, measured, measured"));
}

void TestBackfillDialog::worksOnWhileItIsClosed()
{
    Bench bench;
    const BuildGate gate(bench.app.folder());
    QVERIFY(gate.wasMade() && makeGated(bench.made));
    auto* button = find<QPushButton>(*bench.page, "historyMissing");
    QCOMPARE(button->text(), QStringLiteral("Missing commits…"));
    BackfillDialog* dialog = bench.open();
    QVERIFY(dialog != nullptr && Bench::start(*dialog));
    QVERIFY(reached(gate));
    QTest::keyClick(dialog, Qt::Key_Escape);
    QVERIFY(!dialog->isVisible());
    QVERIFY(dialog->job().isRunning());
    QTRY_VERIFY2(button->text().contains(u"1 of 3"), qPrintable(button->text()));
    // The project may even be closed meanwhile.
    bench.page->setProject({}, {});
    QVERIFY(button->isEnabled());
    QSignalSpy said(bench.page.get(), &HistoryPage::statusMessage);
    QVERIFY(gate.open());
    QVERIFY(Bench::settle(*dialog));
    QCOMPARE(bench.stored(), std::size_t(3));
    QVERIFY(!said.isEmpty());
    QCOMPARE(said.last().first().toString(), QStringLiteral("Measured 3 commits"));
    QVERIFY(!button->isEnabled());
    QTRY_VERIFY(bench.page->isSettled() && bench.page->history() != nullptr &&
                bench.page->history()->runs.size() == 3);
}

void TestBackfillDialog::endsWithTheProgram()
{
    Bench bench;
    const BuildGate gate(bench.app.folder());
    QVERIFY(gate.wasMade() && makeGated(bench.made));
    const QByteArray before = bench.made.state();
    BackfillDialog* dialog = bench.open();
    QVERIFY(dialog != nullptr && Bench::start(*dialog));
    QVERIFY(reached(gate));
    // Nobody opens the gate: what waits there is ended.
    bench.page.reset();
    bench.app.restart();
    QVERIFY(bench.worktrees().isEmpty());
    QCOMPARE(bench.made.state(), before);
    QCOMPARE(bench.stored(), std::size_t(1));
    qunsetenv("MADE_PROJECT_GATE");
    bench.makePage();
    dialog = bench.open();
    QVERIFY(dialog != nullptr);
    QCOMPARE(Bench::states(*dialog), QStringLiteral("already there, waiting, waiting"));
    QVERIFY(Bench::start(*dialog));
    QVERIFY(Bench::settle(*dialog));
    QCOMPARE(Bench::states(*dialog), QStringLiteral("already there, measured, measured"));
    QCOMPARE(bench.stored(), std::size_t(3));
}

void TestBackfillDialog::saysWhatIsWrong()
{
    Bench bench;
    QVERIFY(bench.made.init() && bench.made.makeHistory({5, 5}));
    BackfillDialog* dialog = bench.open();
    QVERIFY(dialog != nullptr);
    find<QComboBox>(*dialog, "backfillWhich")->setCurrentIndex(1);
    auto* field = find<QLineEdit>(*dialog, "backfillRange");
    auto* start = find<QPushButton>(*dialog, "backfillStart");
    const std::vector<std::pair<const char*, QString>> mistakes = {
        {"nobody..HEAD", QStringLiteral("no commit, branch or tag")},
        {"  ", QStringLiteral("Name a range")},
        {"HEAD...HEAD", QStringLiteral("A..B")},
        {"--all", QStringLiteral("no commit, branch or tag")},
        {"HEAD~9..HEAD", QStringLiteral("no commit, branch or tag")},
        {"HEAD..HEAD~1", QStringLiteral("There is no commit in this range")}};
    for (const auto& [range, said] : mistakes) {
        field->clear();
        QTest::keyClicks(field, QLatin1String(range));
        QVERIFY(!start->isEnabled());
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(Bench::settle(*dialog));
        QVERIFY2(text(*dialog, "backfillPlan").contains(said), qPrintable(text(*dialog, "backfillPlan")));
        QVERIFY(!start->isEnabled());
        QVERIFY(dialog->isVisible());
    }
    QCOMPARE(bench.stored(), std::size_t(0));
    // Set right it works; without any run it does not; nor without the folder.
    field->clear();
    QTest::keyClicks(field, QStringLiteral("HEAD"));
    QVERIFY(Bench::settle(*dialog));
    QVERIFY(start->isEnabled());
    find<QSpinBox>(*dialog, "backfillWarm")->setValue(0);
    QVERIFY(Bench::settle(*dialog));
    QVERIFY(text(*dialog, "backfillPlan").contains(u"at least one"));
    QVERIFY(!start->isEnabled());
    QVERIFY(QDir(bench.made.folder()).removeRecursively());
    find<QSpinBox>(*dialog, "backfillWarm")->setValue(1);
    QVERIFY(Bench::settle(*dialog));
    QVERIFY2(text(*dialog, "backfillPlan").contains(u"no such project folder"),
             qPrintable(text(*dialog, "backfillPlan")));
    QVERIFY(!start->isEnabled());
}

void TestBackfillDialog::asksForAProject()
{
    Bench bench;
    auto* button = find<QPushButton>(*bench.page, "historyMissing");
    QVERIFY(button->isEnabled());
    QTRY_VERIFY(bench.page->isSettled());
    QVERIFY(bench.page->chart().emptyText().contains(u"(Ctrl+R) measures many commits of made"));
    bench.page->setProject({}, {});
    QVERIFY(!button->isEnabled());
    QVERIFY(button->toolTip().contains(u"open a project first"));
    QVERIFY(bench.page->chart().emptyText().contains(u"Of a project that is opened there"));
    QSignalSpy said(bench.page.get(), &HistoryPage::statusMessage);
    QTest::keyClick(bench.page.get(), Qt::Key_R, Qt::ControlModifier);
    QTRY_COMPARE(said.count(), 1);
    QVERIFY(said.first().first().toString().startsWith(u"Open a project first"));
    QVERIFY(bench.page->missingCommits() == nullptr);
    // Where there is no room for the button, the menu View has it: here for a repository without a commit.
    const auto inMenu = [&bench] {
        const QList<QAction*> actions = find<QPushButton>(*bench.page, "historyView")->menu()->actions();
        const auto at = std::find_if(actions.begin(), actions.end(),
                                     [](const QAction* each) { return each->objectName() == u"missing"; });
        return at == actions.end() ? nullptr : *at;
    };
    QVERIFY(inMenu() != nullptr && !inMenu()->isEnabled());
    QVERIFY(bench.made.init() && bench.made.writeProjectFile());
    bench.page->setProject(QStringLiteral("made"), bench.made.folder());
    bench.page->resize(940, 640);
    QTRY_VERIFY(!button->isVisible());
    QVERIFY(inMenu()->isEnabled());
    inMenu()->trigger();
    BackfillDialog* dialog = bench.page->missingCommits();
    QVERIFY(dialog != nullptr && dialog->isVisible() && Bench::settle(*dialog));
    QVERIFY2(text(*dialog, "backfillPlan").contains(u"no commit yet"),
             qPrintable(text(*dialog, "backfillPlan")));
}

void TestBackfillDialog::followsTheOpenProject()
{
    Bench bench;
    bench.page.reset();
    QVERIFY(bench.made.init() && bench.made.makeHistory({5, 5}));
    MadeProject other(QString(bench.app.folder() % u"/other"));
    QVERIFY(other.init() && other.makeHistory({5, 5, 5}));
    bench.app.workloads().add(std::make_unique<SimulationWorkload>());
    bench.app.workloads().loadScenarios(QString());
    MainWindow window(bench.app.services());
    window.show();
    window.showPage(PageId::History);
    auto* button = find<QPushButton>(window.history(), "historyMissing");
    QVERIFY(!button->isEnabled());
    window.profile().openProject(bench.made.folder());
    QTRY_VERIFY(button->isEnabled());
    window.history().setFocus();
    QTest::keyClick(&window.history(), Qt::Key_R, Qt::ControlModifier);
    QTRY_VERIFY(window.history().missingCommits() != nullptr);
    BackfillDialog* dialog = window.history().missingCommits();
    QVERIFY(Bench::settle(*dialog));
    QVERIFY(text(*dialog, "backfillPlan").startsWith(u"2 of 2 commits"));
    window.profile().openProject(other.folder());
    QTRY_VERIFY(dialog->isSettled() && text(*dialog, "backfillPlan").startsWith(u"3 of 3 commits"));
    window.profile().project().close();
    QVERIFY(!button->isEnabled());
    QVERIFY(!dialog->isVisible());
}

QTEST_MAIN(TestBackfillDialog)
#include "tst_backfill_dialog.moc"
