// SPDX-License-Identifier: GPL-3.0-or-later
// What the Profile page looks like with a stored run that is the same in every test, and that it can be told
// to measure the loading of a recording.
#include "core/runs/run_store.h"
#include "core/workloads/simulation/simulation_workload.h"
#include "datasets/workloads/dataset_load.h"
#include "tests/gui/app_fixture.h"
#include "tests/gui/golden_picture.h"
#include "tests/support/test_support.h"
#include "widgets/pages/main_window.h"
#include "widgets/pages/profile_page.h"
#include "widgets/views/load_chart.h"
#include "widgets/views/load_panel.h"

#include <QLabel>
#include <QTest>

using namespace perihelion;
using perihelion::test::AppFixture;

namespace {

/// Five cold and ten warm iterations; the third warm one failed in the newer run.
RunRecord makeRun(const Workload& workload, const Scenario& scenario, int day, int permille)
{
    RunRecord run;
    run.uuid = QStringLiteral("run-%1").arg(day);
    run.workload = workload.name();
    run.scenario = scenario.name();
    run.scenarioHash = scenario.hash();
    run.parameters = scenario.values();
    run.started = QDateTime(QDate(2024, 5, day), QTime(9, 0), Qt::UTC);
    run.finished = run.started.addSecs(6);
    run.commit = QStringLiteral("a17fc5c0123456789");
    run.warnings = {QStringLiteral("The machine is virtual (KVM)")};
    run.phases = {{QStringLiteral("spawn"), -1, true}, {QStringLiteral("ready"), -1, true}};
    for (const PhaseSpec& phase : workload.phases()) {
        run.phases.push_back({phase.name, phase.parent < 0 ? -1 : phase.parent + 2, false});
    }
    for (int at = 0; at < 15; ++at) {
        const bool cold = at < 5;
        RunIteration iteration;
        iteration.process = cold ? at : 5 + (at - 5) / 2;
        iteration.number = cold ? 0 : (at - 5) % 2;
        iteration.mode = cold ? IterationMode::Cold : IterationMode::Warm;
        if (day == 18 && at == 7) {
            iteration.failed = true;
            iteration.failure = QStringLiteral("The measuring process was ended by signal 9 (Killed)");
            run.iterations.push_back(iteration);
            continue;
        }
        std::int64_t total = 0;
        for (std::size_t phase = 0; phase < run.phases.size(); ++phase) {
            if (run.phases[phase].ofProcess && !cold) {
                continue;
            }
            const auto place = static_cast<std::int64_t>(phase);
            const std::int64_t nanos = (400'000 + 90'000 * ((place * 5) % 7) + 7'000 * ((at * 3) % 5)) *
                                       (cold ? 13 : 10) / 10 * permille / 1000;
            iteration.phases.push_back({static_cast<int>(phase), Nanoseconds(nanos), Nanoseconds(nanos), 1});
            total += run.phases[phase].parent < 0 && !run.phases[phase].ofProcess ? nanos : 0;
        }
        iteration.elapsed = Nanoseconds(total + 60'000);
        iteration.unattributed = Nanoseconds(60'000);
        iteration.metrics = {{metric::kPayloadBytes.toString(), 141'352, QStringLiteral("B")},
                             {metric::kPayloadGzipBytes.toString(), 58'120, QStringLiteral("B")},
                             {metric::kPeakRssBytes.toString(), 40'055'603, QStringLiteral("B")}};
        run.iterations.push_back(iteration);
    }
    return run;
}

} // namespace

class TestGoldenProfile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void looksAsKept_data();
    void looksAsKept();
    void loadTimesLookAsKept_data();
    void loadTimesLookAsKept();
    void measuresTheLoadingOfARecording();
};

void TestGoldenProfile::looksAsKept_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("dark");
    QTest::newRow("dark") << QStringLiteral("profile_dark") << QSize(1440, 900) << true;
    QTest::newRow("light, narrow") << QStringLiteral("profile_light_narrow") << QSize(1024, 700) << false;
}

void TestGoldenProfile::looksAsKept()
{
    QFETCH(QString, name);
    QFETCH(QSize, size);
    QFETCH(bool, dark);
    AppFixture app;
    app.theme().setFamilies(QStringLiteral("DejaVu Sans"), QStringLiteral("DejaVu Sans Mono"));
    app.theme().setMode(dark ? ThemeMode::Dark : ThemeMode::Light);
    app.workloads().add(std::make_unique<SimulationWorkload>());
    app.workloads().loadScenarios(QString());
    app.setMeasuring(ProfileEnvironment());
    const auto scenario = app.workloads().resolve(QStringLiteral("simulation/dense_18_planets"));
    PERIHELION_VERIFY_RESULT(scenario);
    const Workload& workload = *app.workloads().find(u"simulation");
    for (const auto& [day, permille] : {std::pair{17, 1080}, std::pair{18, 1000}}) {
        PERIHELION_VERIFY_RESULT(app.runStore().recordRun(makeRun(workload, *scenario, day, permille)));
    }
    MainWindow window(app.services());
    window.resize(size);
    window.profile().choose(QStringLiteral("simulation"), QStringLiteral("dense_18_planets"));
    window.showPage(PageId::Profile);
    window.show();
    auto* verdict = window.profile().findChild<QLabel*>(QStringLiteral("profileVerdict"));
    QTRY_VERIFY(window.profile().isSettled() && verdict->isVisible());
    QVERIFY(verdict->text().contains(u"faster"));

    // There only where the machine has an audio output.
    window.profile().findChild<QWidget*>(QStringLiteral("orbitMusicButton"))->hide();
    // The date is in the time of the place; the last digits of the drift are the processor's.
    QList<QRect> masks;
    for (const char* label : {"profileStage", "orbitQuality"}) {
        const auto* shown = window.profile().findChild<QLabel*>(QString::fromLatin1(label));
        masks.append(QRect(shown->mapTo(&window, QPoint(0, 0)), shown->size()));
    }
    const QString difference = test::compareWithGolden(window, name, masks);
    QVERIFY2(difference.isEmpty(), qPrintable(difference));
}

void TestGoldenProfile::loadTimesLookAsKept_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("dark");
    QTest::addColumn<double>("coldMillis");
    QTest::newRow("logarithmic, dark") << QStringLiteral("load_times_dark") << true << 120.0;
    QTest::newRow("linear, light") << QStringLiteral("load_times_light") << false << 30.0;
}

void TestGoldenProfile::loadTimesLookAsKept()
{
    QFETCH(QString, name);
    QFETCH(bool, dark);
    QFETCH(double, coldMillis);
    Theme theme;
    theme.setFamilies(QStringLiteral("DejaVu Sans"), QStringLiteral("DejaVu Sans Mono"));
    theme.setMode(dark ? ThemeMode::Dark : ThemeMode::Light);
    LoadComparison comparison;
    for (const QString& file :
         {QStringLiteral("/in/fan_const_rpm.h5"), QStringLiteral("/in/drone_idle.h5")}) {
        LoadGroup group;
        group.subject.file = file;
        for (std::size_t state = 0; state < kLoadStates.size(); ++state) {
            LoadTime time;
            time.run = static_cast<std::int64_t>(state) + 1;
            time.count = 10;
            time.p50Millis = coldMillis / static_cast<double>(
                                              1 + state * (comparison.groups.empty() ? (dark ? 12 : 4) : 3));
            time.contiguous = !comparison.groups.empty();
            group.times[state] = time;
        }
        comparison.groups.push_back(group);
    }
    comparison.groups.back().times[2].reset(); // One was not measured.
    LoadPanel panel(theme);
    panel.setComparison(comparison);
    panel.resize(520, 330);
    panel.show();
    QCOMPARE(panel.chart().isLogarithmic(), dark);
    QVERIFY(panel.chart().accessibleDescription().contains(u"cache hit"));
    QVERIFY(panel.chart().accessibleDescription().contains(u"cache off not measured"));
    // The bars end where their values are.
    const LoadChart& chart = panel.chart();
    QVERIFY(chart.barTip(0, LoadState::ColdFile).x() > chart.barTip(0, LoadState::CacheHit).x() + 50);
    QVERIFY(chart.barTip(0, LoadState::ColdFile).y() < chart.barTip(0, LoadState::CacheHit).y());
    QVERIFY(chart.barTip(0, LoadState::CacheHit).y() < chart.barTip(1, LoadState::ColdFile).y());
    const QPoint inside = chart.barTip(0, LoadState::CacheMiss).toPoint() - QPoint(3, 0);
    QCOMPARE(QColor(panel.picture().pixel(inside)), chart.stateColor(LoadState::CacheMiss));
    const QByteArray svg = panel.svg();
    QVERIFY(svg.contains("<svg") && svg.contains("<text") && !svg.contains("<image"));
    const QString difference = test::compareWithGolden(panel, name);
    QVERIFY2(difference.isEmpty(), qPrintable(difference));
}

void TestGoldenProfile::measuresTheLoadingOfARecording()
{
    AppFixture app;
    app.workloads().add(std::make_unique<SimulationWorkload>());
    app.workloads().add(std::make_unique<DatasetLoad>(QString(app.folder() % u"/workloads")));
    app.workloads().loadScenarios(QString());
    ProfilePage page(app.services());
    page.show();
    auto* orbits = page.findChild<QWidget*>(QStringLiteral("orbitView"));
    QVERIFY(orbits->isVisible());
    const QString recording = app.makeRecording(QStringLiteral("in/a.h5"));
    page.compareLoads({recording});
    QCOMPARE(page.scenario().workload(), QStringLiteral("dataset-load"));
    QCOMPARE(page.scenario().files(u"files"), QStringList{recording});
    QVERIFY(!orbits->isVisible());
    QTRY_VERIFY(page.isSettled());
}

QTEST_MAIN(TestGoldenProfile)
#include "tst_golden_profile.moc"
