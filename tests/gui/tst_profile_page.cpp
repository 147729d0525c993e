// SPDX-License-Identifier: GPL-3.0-or-later
// The Profile page, clicked as a person would. The test's own executable plays the measuring process.

#include "core/measure/allocation_count.h"
#include "core/profile/measure_server.h"
#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"
#include "datasets/workloads/dataset_load.h"
#include "tests/gui/app_fixture.h"
#include "tests/support/test_support.h"
#include "widgets/pages/datasets_page.h"
#include "widgets/pages/main_window.h"
#include "widgets/pages/profile_page.h"
#include "widgets/views/iteration_chart.h"
#include "widgets/views/load_chart.h"
#include "widgets/views/parameter_editor.h"

#include <QAbstractItemModelTester>
#include <QAbstractItemView>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QTimer>
#include <QToolButton>

#include <cstring>
#include <thread>

#include <unistd.h>

using namespace perihelion;
using perihelion::test::AppFixture;

namespace {

constexpr const char* kMeasure = "measure-for-test";

/// Adds numbers in two nested phases; with the parameter endless it ends only when it is cancelled.
class AddingWorkload : public Workload {
public:
    QString name() const override { return QStringLiteral("adding"); }
    int version() const override { return 1; }
    QString description() const override { return QStringLiteral("Adds numbers"); }
    std::vector<PhaseSpec> phases() const override
    {
        return {{QStringLiteral("sum"), -1, QStringLiteral("Adds")},
                {QStringLiteral("inner"), 0, QStringLiteral("Adds inside")}};
    }
    std::vector<ParameterSpec> parameters() const override
    {
        return {{QStringLiteral("count"), ParameterType::Integer, QStringLiteral("Numbers"), 1000, QString(),
                 1, 1e6},
                {QStringLiteral("endless"), ParameterType::Flag, QStringLiteral("Never end"), false}};
    }
    QString defaultScenario() const override { return QStringLiteral("plain"); }
    Result<WorkloadResult> run(const Scenario& scenario, PhaseTimer& timer,
                               const CancelToken& cancel) override
    {
        std::int64_t sum = 0;
        {
            const PhaseTimer::Scope outer(timer, 0);
            const PhaseTimer::Scope inner(timer, 1);
            do {
                for (std::int64_t n = 0; n < scenario.integer(u"count"); ++n) {
                    sum += n;
                }
            } while (scenario.flag(u"endless") && !cancel.isCancelled());
        }
        if (cancel.isCancelled()) {
            return Error{ErrorCode::Cancelled, QStringLiteral("Adding was cancelled"), QString()};
        }
        return WorkloadResult{{Metric{metric::kPayloadBytes.toString(), 2000, QStringLiteral("B")},
                               Metric{metric::kPayloadGzipBytes.toString(), 820, QStringLiteral("B")},
                               Metric{QStringLiteral("sum"), static_cast<double>(sum), QStringLiteral("1")}},
                              {}};
    }
};

void fill(WorkloadRegistry& registry)
{
    registry.add(std::make_unique<AddingWorkload>());
}

/// A measuring process is told where loads keep their indexes.
constexpr const char* kLoadFolder = "PERIHELION_TEST_LOADS";

void addLoads(WorkloadRegistry& registry, const QString& folder)
{
    registry.add(std::make_unique<DatasetLoad>(folder));
}

void writeScenario(const QString& folder, const QString& name, const QByteArray& parameters)
{
    QFile file(QString(folder % u'/' % name % u".json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"workload\": \"adding\", \"name\": \"" + name.toUtf8() +
               "\", \"description\": \"For the test\", \"parameters\": " + parameters + "}");
}

/// Services and a page over two scenarios: plain, and endless.
struct Bench {
    Bench()
    {
        fill(app.workloads());
        const QString folder = QString(app.folder() % u"/scenarios");
        QDir().mkpath(folder);
        writeScenario(folder, QStringLiteral("plain"), "{}");
        writeScenario(folder, QStringLiteral("endless"), "{\"endless\": true}");
        app.workloads().loadScenarios(folder);
        ProfileEnvironment environment;
        environment.program = QCoreApplication::applicationFilePath();
        environment.arguments = QStringList{QString::fromLatin1(kMeasure)};
        app.setMeasuring(environment);
    }
    template <typename T>
    static T* find(ProfilePage& page, const char* name)
    {
        return page.findChild<T*>(QString::fromLatin1(name));
    }

    AppFixture app;
};

} // namespace

class TestProfilePage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void teachesWhatToClick();
    void profilesAndStores();
    void comparesWithTheRunBefore();
    void cancelsAndKeepsNothing();
    void exportsTableAndChart();
    void pausesAndGoesOn();
    void sumsUpManyIterations();
    void saysThatNobodyMeasures();
    void comparesTheLoadsOfRecordings();
    void goesOnAfterARecordingThatCannotBeLoaded();
    void refusesWrongParameters();
    void countsAllocationsWhenAsked();
    void everythingHasANameAndATip();
};

void TestProfilePage::teachesWhatToClick()
{
    Bench bench;
    ProfilePage page(bench.app.services());
    page.show();
    QTRY_VERIFY(page.isSettled());
    const auto* empty = Bench::find<QLabel>(page, "profileEmpty");
    QVERIFY(empty->isVisible());
    QVERIFY(empty->text().contains(u"Profile run"));
    QCOMPARE(page.scenario().name(), QStringLiteral("plain"));
    QVERIFY(!page.shownRun());
}

void TestProfilePage::profilesAndStores()
{
    Bench bench;
    ProfilePage page(bench.app.services());
    page.resize(1200, 800);
    page.show();
    auto* table = Bench::find<QAbstractItemView>(page, "phaseTable");
    auto* hotspots = Bench::find<QAbstractItemView>(page, "hotspotTable");
    const QAbstractItemModelTester phaseTester(table->model(),
                                               QAbstractItemModelTester::FailureReportingMode::QtTest);
    const QAbstractItemModelTester hotspotTester(hotspots->model(),
                                                 QAbstractItemModelTester::FailureReportingMode::QtTest);
    Bench::find<QSpinBox>(page, "runsField")->setValue(4);
    QSignalSpy stored(&page, &ProfilePage::runStored);
    QSignalSpy iterations(&page.job(), &ProfileJob::iterationFinished);
    auto* run = Bench::find<QPushButton>(page, "profileRunButton");
    QTest::mouseClick(run, Qt::LeftButton);
    QVERIFY(!run->isEnabled());
    QVERIFY(stored.wait(60'000));
    QCOMPARE(iterations.count(), 9);
    QTRY_VERIFY(page.isSettled());

    const auto kept = bench.app.runStore().recentRuns();
    PERIHELION_VERIFY_RESULT(kept);
    QCOMPARE(kept->size(), std::size_t(1));
    QCOMPARE(kept->front().workload, QStringLiteral("adding"));
    QCOMPARE(kept->front().iterations, 9);
    QCOMPARE(page.shownRun()->id, kept->front().id);
    // The whole, its phase, the one inside it, the rest, two of the process, two metrics.
    const QAbstractItemModel& model = *table->model();
    const auto text = [&model](int row, int column) { return model.index(row, column).data().toString(); };
    QCOMPARE(text(0, PhaseTableModel::PhaseColumn), QStringLiteral("total"));
    QCOMPARE(text(0, PhaseTableModel::CountColumn), QStringLiteral("5 · 4"));
    QVERIFY(text(0, PhaseTableModel::P95Column).startsWith(u'≈'));
    QCOMPARE(text(2, PhaseTableModel::PhaseColumn), QStringLiteral("inner"));
    QCOMPARE(model.index(2, 0).data(PhaseTableModel::DepthRole).toInt(), 2);
    QCOMPARE(text(3, PhaseTableModel::PhaseColumn), QStringLiteral("unattributed"));
    QCOMPARE(text(6, PhaseTableModel::PhaseColumn), QStringLiteral("payload"));
    QVERIFY(text(6, PhaseTableModel::ColdColumn).endsWith(u"(41 %)"));
    QVERIFY(hotspots->model()->rowCount() >= 1);
    QVERIFY(page.findChild<IterationChart*>()->accessibleDescription().contains(u"warm 4"));
    QVERIFY(run->isEnabled());

    QTest::keyClick(&page, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(QGuiApplication::clipboard()->text().contains(u"  sum\t"));
    // A new page shows what was kept.
    ProfilePage again(bench.app.services());
    QTRY_VERIFY(again.shownRun().has_value());
    QCOMPARE(again.shownRun()->id, kept->front().id);
}

void TestProfilePage::comparesWithTheRunBefore()
{
    Bench bench;
    ProfilePage page(bench.app.services());
    page.show();
    Bench::find<QSpinBox>(page, "runsField")->setValue(3);
    Bench::find<QCheckBox>(page, "coldBox")->setChecked(false);
    QSignalSpy stored(&page, &ProfilePage::runStored);
    for (int run = 1; run <= 2; ++run) {
        page.startRun();
        QTRY_COMPARE_WITH_TIMEOUT(stored.count(), run, 60'000);
    }
    auto* verdict = Bench::find<QLabel>(page, "profileVerdict");
    QTRY_VERIFY(verdict->isVisible());
    QVERIFY(verdict->text().contains(u"Against"));
    QVERIFY(verdict->text().contains(u"warm"));
    QVERIFY(Bench::find<QPushButton>(page, "baselineButton")->isVisible());
    for (const auto& [name, key] :
         {std::pair("baselineButton", Qt::Key_B), std::pair("workloadButton", Qt::Key_W),
          std::pair("scenarioButton", Qt::Key_C)}) {
        QCOMPARE(Bench::find<QPushButton>(page, name)->shortcut(), QKeySequence(Qt::ALT | key));
    }
}

void TestProfilePage::cancelsAndKeepsNothing()
{
    Bench bench;
    ProfilePage page(bench.app.services());
    page.show();
    page.choose(QStringLiteral("adding"), QStringLiteral("endless"));
    QSignalSpy progressed(&page.job(), &ProfileJob::progressed);
    QSignalSpy cancelled(&page.job(), &ProfileJob::cancelled);
    QTest::mouseClick(Bench::find<QPushButton>(page, "profileRunButton"), Qt::LeftButton);
    QTRY_VERIFY(progressed.count() >= 2);
    auto* cancel = Bench::find<QPushButton>(page, "cancelRunButton");
    QVERIFY(cancel->isEnabled());
    QTest::mouseClick(cancel, Qt::LeftButton);
    QVERIFY(cancelled.count() > 0 || cancelled.wait(30'000));
    QTRY_VERIFY(page.isSettled());
    const auto kept = bench.app.runStore().recentRuns();
    PERIHELION_VERIFY_RESULT(kept);
    QVERIFY(kept->empty());
    QVERIFY(!page.shownRun());
    QVERIFY(!cancel->isEnabled());
    // What became of it stays on the page until something else is chosen.
    const QLabel* stage = Bench::find<QLabel>(page, "profileStage");
    const QRegularExpression sentence(QStringLiteral("^Cancelled after \\d+\\.\\d s; nothing was stored$"));
    QVERIFY2(sentence.match(stage->text()).hasMatch(), qPrintable(stage->text()));
    page.refresh();
    QTRY_VERIFY(page.isSettled());
    QVERIFY2(sentence.match(stage->text()).hasMatch(), qPrintable(stage->text()));
    page.choose(QStringLiteral("adding"), QStringLiteral("endless"));
    QTRY_VERIFY(page.isSettled());
    QCOMPARE(stage->text(), QStringLiteral("Not measured yet"));
    // With a run of earlier it is said that this one is shown.
    RunRecord earlier;
    earlier.uuid = QStringLiteral("earlier");
    earlier.workload = QStringLiteral("adding");
    earlier.scenario = page.scenario().name();
    earlier.scenarioHash = page.scenario().hash();
    earlier.started = earlier.finished = QDateTime(QDate(2024, 3, 1), QTime(9, 0), Qt::UTC);
    const auto id = bench.app.runStore().recordRun(earlier);
    PERIHELION_VERIFY_RESULT(id);
    page.refresh();
    QTRY_VERIFY(page.shownRun().has_value());
    progressed.clear();
    QTest::mouseClick(Bench::find<QPushButton>(page, "profileRunButton"), Qt::LeftButton);
    QTRY_VERIFY(progressed.count() >= 2);
    QTest::mouseClick(cancel, Qt::LeftButton);
    QTRY_VERIFY(page.isSettled());
    QVERIFY2(
        stage->text().startsWith(u"Cancelled after ") &&
            stage->text().endsWith(QString(u" s; nothing was stored. Shown: Run " % QString::number(*id))),
        qPrintable(stage->text()));
}

void TestProfilePage::exportsTableAndChart()
{
    Bench bench;
    ProfilePage page(bench.app.services());
    page.resize(948, 674);
    page.show();
    page.choose(QStringLiteral("adding"));
    RunRecord run;
    run.uuid = QStringLiteral("kept");
    run.workload = QStringLiteral("adding");
    run.scenario = page.scenario().name();
    run.scenarioHash = page.scenario().hash();
    run.started = run.finished = QDateTime(QDate(2024, 3, 1), QTime(9, 0), Qt::UTC);
    run.phases = {{QStringLiteral("sum, \"all\""), -1, false}};
    for (int n = 0; n < 3; ++n) {
        RunIteration iteration;
        iteration.number = n;
        iteration.elapsed = Nanoseconds(1'000'000 * (n + 1));
        iteration.phases = {{0, iteration.elapsed, iteration.elapsed, 1}};
        iteration.metrics = {{metric::kPeakRssBytes.toString(), 4096, QStringLiteral("B")}};
        run.iterations.push_back(iteration);
    }
    PERIHELION_VERIFY_RESULT(bench.app.runStore().recordRun(run));
    page.refresh();
    QTRY_VERIFY(page.shownRun().has_value());
    QSignalSpy said(&page, &ProfilePage::statusMessage);
    const auto written = [&](const QString& name, auto exporting) -> QByteArray {
        const QString file = QString(bench.app.folder() % u'/' % name);
        (page.*exporting)(file);
        QFile there(file);
        return said.wait(30'000) && there.open(QIODevice::ReadOnly) ? there.readAll() : QByteArray();
    };
    const QList<QByteArray> lines =
        written(QStringLiteral("phases.csv"), &ProfilePage::exportTable).replace("\r\n", "\n").split('\n');
    QCOMPARE(lines.value(0), QByteArrayLiteral("row,unit,mode,n,min,p50,p95,max"));
    QVERIFY2(lines.contains("\"sum, \"\"all\"\"\",ms,warm,3,1.000000,2.000000,2.900000,3.000000"),
             lines.join('\n').constData());
    QVERIFY2(lines.contains("peak_rss_bytes,B,,,,4096,,"), lines.join('\n').constData());
    const QByteArray svg = written(QStringLiteral("chart.svg"), &ProfilePage::exportChart);
    QVERIFY(svg.contains("<svg") && svg.contains("warm 1") && !svg.contains("<image"));
    const auto* chart = page.findChild<IterationChart*>();
    const QImage picture =
        QImage::fromData(written(QStringLiteral("chart.png"), &ProfilePage::exportChart), "PNG");
    QCOMPARE(picture.size(), chart->size() * 2);
    // Every way out of the page asks for a file in the same way.
    QStringList offered;
    for (const QAction* action : Bench::find<QToolButton>(page, "profileMoreButton")->menu()->actions()) {
        offered.append(action->text());
    }
    QVERIFY2(offered.filter(QStringLiteral("Save ")).size() == 3, qPrintable(offered.join(u'\n')));
}

void TestProfilePage::pausesAndGoesOn()
{
    Bench bench;
    ProfilePage page(bench.app.services());
    page.show();
    Bench::find<QSpinBox>(page, "runsField")->setValue(2);
    auto* pause = Bench::find<QPushButton>(page, "pauseRunButton");
    auto* stage = Bench::find<QLabel>(page, "profileStage");
    QSignalSpy stored(&page, &ProfilePage::runStored);
    QTest::mouseClick(Bench::find<QPushButton>(page, "profileRunButton"), Qt::LeftButton);
    QTest::mouseClick(pause, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(stage->text(), QStringLiteral("Paused"), 30'000);
    QCOMPARE(pause->text(), QStringLiteral("Go on"));
    QCOMPARE(pause->shortcut(), QKeySequence(Qt::CTRL | Qt::Key_P)); // A new text leaves it.
    QVERIFY(stored.isEmpty());
    QVERIFY(QTest::qWaitForWindowActive(&page));
    QTest::keyClick(&page, Qt::Key_P, Qt::ControlModifier);
    QVERIFY(stored.wait(60'000));
}

void TestProfilePage::sumsUpManyIterations()
{
    AppFixture app;
    IterationChart chart(app.services().theme);
    IterationBars bars;
    for (int at = 1; at <= 300; ++at) {
        bars.bars.push_back({QStringLiteral("warm %1").arg(at), false, at == 7, {}, Nanoseconds(at), {}});
    }
    chart.setBars(bars);
    const QString spoken = chart.accessibleDescription();
    QVERIFY2(spoken.startsWith(u"0 cold and 300 warm iterations, 1 of them failed"), qPrintable(spoken));
    QVERIFY(spoken.count(u'\n') == 1 && spoken.contains(u"warm 300:"));
}

void TestProfilePage::saysThatNobodyMeasures()
{
    AppFixture app;
    fill(app.workloads());
    app.workloads().loadScenarios(QString());
    ProfilePage page(app.services());
    page.show();
    QVERIFY(!Bench::find<QPushButton>(page, "profileRunButton")->isEnabled());
    QVERIFY(Bench::find<QLabel>(page, "profileStage")->text().contains(u"Nobody measures"));
}

void TestProfilePage::refusesWrongParameters()
{
    Bench bench;
    const Workload* workload = bench.app.workloads().find(u"adding");
    const auto scenario = bench.app.workloads().resolve(QStringLiteral("adding"));
    PERIHELION_VERIFY_RESULT(scenario);
    ParameterEditor editor(workload->parameterSet(), *scenario, RunPlan(), false, bench.app.theme());
    editor.show();
    auto* count = editor.findChild<QLineEdit*>(QStringLiteral("count"));
    auto* problem = editor.findChild<QLabel*>(QStringLiteral("countProblem"));
    QVERIFY(!problem->isVisible());
    count->setText(QStringLiteral("many"));
    QVERIFY(problem->isVisible());
    QVERIFY(problem->text().contains(u"count"));
    count->setText(QStringLiteral("0"));
    QVERIFY(problem->isVisible());
    count->setText(QStringLiteral("12"));
    QVERIFY(!problem->isVisible());
    QCOMPARE(editor.scenario().integer(u"count"), std::int64_t(12));
    QVERIFY(editor.scenario().hash() != scenario->hash());
    QVERIFY(count->toolTip().contains(u"Numbers"));
}

void TestProfilePage::countsAllocationsWhenAsked()
{
    Bench bench;
    ProfilePage page(bench.app.services());
    page.show();
    Bench::find<QSpinBox>(page, "runsField")->setValue(2);
    Bench::find<QCheckBox>(page, "coldBox")->setChecked(false);
    const auto answer = [&page](bool wanted) {
        // The dialog runs its own loop, so that it is answered from within.
        QTimer::singleShot(0, &page, [&page, wanted] {
            auto* editor = page.findChild<ParameterEditor*>();
            auto* box = editor->findChild<QCheckBox*>(QStringLiteral("allocationsBox"));
            QCOMPARE(box->isChecked(), !wanted);
            QVERIFY(!box->toolTip().isEmpty());
            box->click();
            editor->accept();
        });
        QTest::mouseClick(Bench::find<QToolButton>(page, "parametersButton"), Qt::LeftButton);
    };
    QSignalSpy stored(&page, &ProfilePage::runStored);
    for (const bool wanted : {true, false}) {
        answer(wanted);
        QTest::mouseClick(Bench::find<QPushButton>(page, "profileRunButton"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(stored.count(), wanted ? 1 : 2, 60'000);
        QTRY_VERIFY(page.isSettled());
        const auto run = bench.app.runStore().run(page.shownRun()->id);
        PERIHELION_VERIFY_RESULT(run);
        QCOMPARE(run->iterations.size(), std::size_t{2}); // The counted one is none of the timed ones.
        const RunSummary summary = RunSummary::of(*run);
        const auto calls = metricValue(summary.metrics, metric::kAllocations);
        QCOMPARE(calls, wanted ? std::optional(7.0) : std::nullopt);
        QCOMPARE(metricValue(summary.metrics, metric::kAllocatedBytes),
                 wanted ? std::optional(4096.0) : std::nullopt);
        const QAbstractItemModel& table = *Bench::find<QAbstractItemView>(page, "phaseTable")->model();
        const auto rows = table.match(table.index(0, 0), Qt::DisplayRole, QStringLiteral("allocations"), 1,
                                      Qt::MatchExactly);
        QCOMPARE(rows.size(), wanted ? 1 : 0);
    }
}

void TestProfilePage::comparesTheLoadsOfRecordings()
{
    Bench bench;
    const QString folder = QString(bench.app.folder() % u"/loads");
    qputenv(kLoadFolder, QFile::encodeName(folder));
    addLoads(bench.app.workloads(), folder);
    bench.app.workloads().loadScenarios(QString());
    const QStringList files{bench.app.makeRecording(QStringLiteral("in/chunks.h5")),
                            bench.app.makeRecording(QStringLiteral("in/whole.h5"), 20'000, true)};
    MainWindow window(bench.app.services());
    window.resize(1200, 800);
    window.show();
    window.datasets().addPaths({QFileInfo(files.front()).path()});
    auto* grid = window.findChild<QAbstractItemView*>(QStringLiteral("recordingGrid"));
    QTRY_COMPARE(grid->model()->rowCount(), 2);
    QTRY_VERIFY(window.findChild<QPushButton*>(QStringLiteral("profileLoadButton"))->isEnabled());
    // Both: the first by a click, the other with Ctrl.
    QTest::mouseClick(grid->viewport(), Qt::LeftButton, {},
                      grid->visualRect(grid->model()->index(0, 0)).center());
    QTest::mouseClick(grid->viewport(), Qt::LeftButton, Qt::ControlModifier,
                      grid->visualRect(grid->model()->index(1, 0)).center());
    QCOMPARE(grid->selectionModel()->selectedRows().size(), 2);
    ProfilePage& page = window.profile();
    Bench::find<QSpinBox>(page, "runsField")->setValue(2);
    QSignalSpy stored(&page, &ProfilePage::runStored);
    auto* button = window.findChild<QPushButton*>(QStringLiteral("profileLoadButton"));
    QVERIFY(button->text().contains(u'2'));
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(page.isVisible());
    QTRY_COMPARE_WITH_TIMEOUT(stored.count(), 10, 120'000);
    QTRY_VERIFY(page.isSettled());
    QVERIFY(!page.loads().isPlanned());

    // Every bar is the median of the run that the store holds.
    const LoadBarsModel& model = page.loads().model();
    const QAbstractItemModelTester tester(&page.loads().model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(model.rowCount(), 2);
    for (int row = 0; row < 2; ++row) {
        for (int column = LoadBarsModel::FirstStateColumn; column < LoadBarsModel::kColumns; ++column) {
            const QModelIndex bar = model.index(row, column);
            const auto run = bench.app.runStore().run(bar.data(LoadBarsModel::RunRole).toLongLong());
            PERIHELION_VERIFY_RESULT(run);
            const RunSummary summary = RunSummary::of(*run);
            QCOMPARE(bar.data(LoadBarsModel::MillisRole).toDouble(),
                     toMilliseconds(summary.row(kTotalRow)->warm.p50));
            QCOMPARE(bar.data(LoadBarsModel::CountRole).toInt(), 2);
            QCOMPARE(
                run->scenario,
                loadStateId(kLoadStates[static_cast<std::size_t>(column - LoadBarsModel::FirstStateColumn)]));
            QVERIFY(bar.data().toString().contains(u" ms"));
        }
    }
    QCOMPARE(model.comparison().groups.front().storage(), QStringLiteral("chunked"));
    QCOMPARE(model.comparison().groups.back().storage(), QStringLiteral("contiguous"));
    const auto* chart = page.findChild<LoadChart*>();
    QVERIFY(chart->isVisible());
    QVERIFY(chart->accessibleDescription().contains(u"cache hit"));
    page.findChild<QAction*>(QStringLiteral("copyLoadTable"))->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text().count(u'\n'), 11);
    page.findChild<QAction*>(QStringLiteral("copyLoadPicture"))->trigger();
    QVERIFY(!QGuiApplication::clipboard()->image().isNull());
    // Opening a recording is observed, not measured: no run of it stands among these, and no run among those.
    const auto loads = bench.app.runStore().recentLoads(files.front());
    PERIHELION_VERIFY_RESULT(loads);
    QVERIFY(loads->empty());
    LoadRecord observed;
    observed.path = files.front();
    observed.at = QDateTime::currentDateTimeUtc();
    observed.phases.decode = std::chrono::hours(1);
    PERIHELION_VERIFY_RESULT(bench.app.runStore().recordLoad(observed));
    const auto runs = bench.app.runStore().recentRuns();
    const auto series = bench.app.runStore().series();
    QVERIFY(runs && runs->size() == 10 && series && series->size() == 10);
    page.loads().refresh();
    QTRY_VERIFY(page.isSettled());
    QVERIFY(page.loads().model().comparison().mostMillis() < 3.6e6);
}

void TestProfilePage::goesOnAfterARecordingThatCannotBeLoaded()
{
    Bench bench;
    const QString folder = QString(bench.app.folder() % u"/loads");
    qputenv(kLoadFolder, QFile::encodeName(folder));
    addLoads(bench.app.workloads(), folder);
    bench.app.workloads().loadScenarios(QString());
    ProfilePage page(bench.app.services());
    page.show();
    Bench::find<QSpinBox>(page, "runsField")->setValue(1);
    QSignalSpy stored(&page, &ProfilePage::runStored);
    page.compareLoads({bench.app.makeTextFile(QStringLiteral("in/no.h5")),
                       bench.app.makeRecording(QStringLiteral("in/a.h5"))});
    QTRY_COMPARE_WITH_TIMEOUT(stored.count(), 5, 120'000);
    QTRY_VERIFY(page.isSettled());
    QVERIFY(Bench::find<QLabel>(page, "profileStage")->text().contains(u"no.h5"));
    const LoadComparison& shown = page.loads().model().comparison();
    QCOMPARE(shown.groups.size(), std::size_t{2});
    QVERIFY(!shown.groups.front().time(LoadState::ColdFile));
    QVERIFY(shown.groups.back().time(LoadState::CacheHit).has_value());
}

void TestProfilePage::everythingHasANameAndATip()
{
    Bench bench;
    ProfilePage page(bench.app.services());
    for (const QAbstractButton* button : page.findChildren<QAbstractButton*>()) {
        if (button->objectName().startsWith(u"qt_") || button->objectName().isEmpty()) {
            continue; // Parts of Qt's own widgets.
        }
        QVERIFY2(!button->toolTip().isEmpty(), qPrintable(button->objectName()));
        QVERIFY2(!button->text().isEmpty() || !button->accessibleName().isEmpty(),
                 qPrintable(button->objectName()));
    }
}

int main(int argc, char** argv)
{
    if (argc > 1 && std::strcmp(argv[1], kMeasure) == 0) {
        const QCoreApplication application(argc, argv);
        WorkloadRegistry registry;
        fill(registry);
        addLoads(registry, QFile::decodeName(qgetenv(kLoadFolder)));
        AllocationCounting::use({[](bool) {}, [] { return AllocationCount{7, 4096}; }});
        return serveMeasurements(registry,
                                 MeasuringProgram{QStringLiteral("0.1.0"), {}, false, monotonicNow()},
                                 STDIN_FILENO, STDOUT_FILENO, CancelToken());
    }
    const QApplication application(argc, argv);
    TestProfilePage test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_profile_page.moc"
