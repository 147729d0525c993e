// SPDX-License-Identifier: GPL-3.0-or-later
// Planetary systems of one's own, made, kept and profiled as a person would, and the music of their orbits.
// The test's own executable plays the measuring process.

#include "core/profile/measure_server.h"
#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"
#include "core/workloads/simulation/simulation_workload.h"
#include "tests/gui/app_fixture.h"
#include "tests/support/test_support.h"
#include "widgets/models/music_player.h"
#include "widgets/models/phase_table_model.h"
#include "widgets/models/system_files.h"
#include "widgets/pages/profile_page.h"
#include "widgets/pages/system_editor.h"
#include "widgets/views/orbit_panel.h"

#include <QAbstractItemModelTester>
#include <QAbstractItemView>
#include <QApplication>
#include <QCheckBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTest>
#include <QToolButton>

#include <cstring>

#include <unistd.h>

using namespace perihelion;
using perihelion::test::AppFixture;

namespace {

constexpr const char* kMeasure = "measure-for-test";

/// An output that only remembers.
class RememberedOutput : public SoundOutput {
public:
    explicit RememberedOutput(bool present) : m_present(present) {}
    void probe() override
    {
        QMetaObject::invokeMethod(
            this, [this] { Q_EMIT found(m_present); }, Qt::QueuedConnection);
    }
    void play(const QByteArray& samples, int) override { played = samples; }
    void stop() override { ++stops; }

    QByteArray played;
    int stops = 0;

private:
    bool m_present;
};

struct Bench {
    Bench()
    {
        app.workloads().add(std::make_unique<SimulationWorkload>());
        app.workloads().loadScenarios(QString());
        ProfileEnvironment environment;
        environment.program = QCoreApplication::applicationFilePath();
        environment.arguments = QStringList{QString::fromLatin1(kMeasure)};
        app.setMeasuring(environment);
    }
    Scenario scenario(const char* name) const
    {
        return *app.workloads().resolve(QString(u"simulation/" % QString::fromLatin1(name)));
    }
    QString scenarioFolder() { return app.services().paths.scenarioDir(); }

    mutable AppFixture app;
};

template <typename T>
T* find(QWidget& parent, const char* name)
{
    return parent.findChild<T*>(QString::fromLatin1(name));
}

void type(const SystemEditor& editor, int row, int column, const char* text)
{
    auto* model = editor.findChild<QTableView*>(QStringLiteral("planetTable"))->model();
    QVERIFY(model->setData(model->index(row, column), QString::fromUtf8(text)));
}

} // namespace

class TestOwnSystems : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void makesSavesAndProfiles();
    void showsWhatTheCommandLineSays();
    void saysWhatIsWrongAtItsCell_data();
    void saysWhatIsWrongAtItsCell();
    void refusesTwoAtOnePlace();
    void refusesNamesAndStars();
    void typesInCells();
    void opensAndSavesFiles();
    void keysAndNames();
    void playsAndStops();
    void isAbsentWithoutAnOutput();
    void exportsMusic();
};

void TestOwnSystems::makesSavesAndProfiles()
{
    Bench bench;
    ProfilePage page(bench.app.services());
    page.resize(1200, 800);
    page.show();
    QTRY_VERIFY(page.isSettled());
    QSignalSpy statuses(&page, &ProfilePage::statusMessage);
    {
        SystemEditor editor(bench.app.services(), page.scenario(), &page);
        const QAbstractItemModelTester tester(const_cast<PlanetTableModel*>(&editor.planets()),
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        editor.show();
        QCOMPARE(editor.planets().rowCount(), 10);
        auto* remove = find<QPushButton>(editor, "removePlanet");
        while (editor.planets().rowCount() > 1) {
            QTest::mouseClick(remove, Qt::LeftButton);
        }
        QTest::mouseClick(find<QPushButton>(editor, "addPlanet"), Qt::LeftButton);
        QCOMPARE(editor.planets().rowCount(), 2);
        type(editor, 0, PlanetTableModel::Name, "Ada");
        type(editor, 1, PlanetTableModel::Kind, "gas");
        type(editor, 1, PlanetTableModel::Distance, "1.5");
        auto* name = find<QLineEdit>(editor, "scenarioName");
        QCOMPARE(name->text(), QStringLiteral("my_baseline_10_planets"));
        name->setText(QStringLiteral("two"));
        QSignalSpy saved(&editor, &SystemEditor::saved);
        QTest::mouseClick(find<QPushButton>(editor, "saveScenario"), Qt::LeftButton);
        QVERIFY(saved.wait(10'000));
        QCOMPARE(editor.result(), static_cast<int>(QDialog::Accepted));
    }
    page.choose(QStringLiteral("simulation"), QStringLiteral("two"));
    QCOMPARE(page.scenario().name(), QStringLiteral("two"));
    QCOMPARE(page.scenario().file(), QString(bench.scenarioFolder() % u"/two.json"));
    QTRY_VERIFY(page.isSettled());

    find<QSpinBox>(page, "runsField")->setValue(2);
    find<QCheckBox>(page, "coldBox")->setChecked(false);
    QSignalSpy stored(&page, &ProfilePage::runStored);
    QTest::mouseClick(find<QPushButton>(page, "profileRunButton"), Qt::LeftButton);
    QVERIFY(stored.wait(60'000));
    QTRY_VERIFY(page.isSettled());
    const auto kept = bench.app.runStore().recentRuns();
    PERIHELION_VERIFY_RESULT(kept);
    QCOMPARE(kept->size(), std::size_t(1));
    QCOMPARE(kept->front().scenario, QStringLiteral("two"));
    QCOMPARE(page.shownRun()->id, kept->front().id);
    QCOMPARE(metricValue(page.shownRun()->iterations.front().metrics, metric::kPlanets), std::optional(2.0));
    // The next start of the program, and the command line, find the file.
    WorkloadRegistry again;
    again.add(std::make_unique<SimulationWorkload>());
    again.loadScenarios(bench.scenarioFolder());
    QVERIFY(again.problems().empty());
    const auto found = again.resolve(QStringLiteral("simulation/two"));
    PERIHELION_VERIFY_RESULT(found);
    QCOMPARE(found->hash(), page.scenario().hash());
}

void TestOwnSystems::showsWhatTheCommandLineSays()
{
    Bench bench;
    QProcess program;
    program.start(QStringLiteral(PERIHELION_CLI),
                  {QStringLiteral("profile"), QStringLiteral("simulation/baseline_10_planets"),
                   QStringLiteral("--cold"), QStringLiteral("2"), QStringLiteral("--runs"),
                   QStringLiteral("3"), QStringLiteral("--processes"), QStringLiteral("1"),
                   QStringLiteral("--store"), bench.app.services().paths.runStoreFile(),
                   QStringLiteral("--json")});
    QVERIFY(program.waitForFinished(60'000));
    QVERIFY2(program.exitCode() == 0, program.readAllStandardError().constData());
    const QJsonObject said = QJsonDocument::fromJson(program.readAllStandardOutput()).object();

    ProfilePage page(bench.app.services());
    page.choose(QStringLiteral("simulation"), QStringLiteral("baseline_10_planets"));
    QTRY_VERIFY(page.isSettled() && page.shownRun());
    QCOMPARE(page.shownRun()->id, said[u"run_id"].toInteger());
    QCOMPARE(page.shownRun()->scenarioHash, said[u"scenario_hash"].toString());
    const QAbstractItemModel& table = *find<QAbstractItemView>(page, "phaseTable")->model();
    const auto phasesOf = [&said](const char16_t* mode) {
        return said.value(QStringView(mode)).toObject().value(u"phases").toObject();
    };
    const QJsonObject cold = phasesOf(u"cold");
    const QJsonObject warm = phasesOf(u"warm");
    int compared = 0;
    for (int row = 0; row < table.rowCount(); ++row) {
        const QString phase = table.index(row, PhaseTableModel::PhaseColumn).data().toString();
        if (table.index(row, 0).data(PhaseTableModel::MetricRole).toBool()) {
            continue;
        }
        const auto check = [&](int column, const QJsonObject& phases, const char16_t* number) {
            const QString shown = table.index(row, column).data().toString();
            const QJsonValue value = phases.value(phase).toObject().value(QStringView(number));
            if (value.isUndefined()) {
                QCOMPARE(shown, QStringLiteral("–"));
                return;
            }
            const QString digits = QString(shown).remove(u'≈');
            const auto decimals = static_cast<int>(digits.size() - digits.indexOf(u'.') - 1);
            QCOMPARE(digits, QString::number(value.toDouble(), 'f', decimals));
            ++compared;
        };
        check(PhaseTableModel::ColdColumn, cold, u"p50_ms");
        check(PhaseTableModel::MinColumn, warm, u"min_ms");
        check(PhaseTableModel::P50Column, warm, u"p50_ms");
        check(PhaseTableModel::P95Column, warm, u"p95_ms");
        check(PhaseTableModel::MaxColumn, warm, u"max_ms");
    }
    // Ten rows of an iteration in all columns, two of the process in the cold one.
    QCOMPARE(compared, 5 * 10 + 2);
    QCOMPARE(cold.size(), 12);
    QCOMPARE(warm.size(), 10);
    // Times, sizes and counts are the same numbers to the last digit.
    const RunSummary summary = RunSummary::of(*page.shownRun());
    for (const PhaseRow& row : summary.rows) {
        if (row.warm.count > 0) {
            QCOMPARE(toMilliseconds(row.warm.p50),
                     warm.value(row.name).toObject().value(u"p50_ms").toDouble());
        }
    }
    const QJsonObject metrics = said[u"metrics"].toObject();
    QCOMPARE(static_cast<std::size_t>(metrics.size()), summary.metrics.size());
    for (const Metric& each : summary.metrics) {
        QCOMPARE(each.value, metrics[each.name].toDouble());
    }
}

void TestOwnSystems::saysWhatIsWrongAtItsCell_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* name, int column, const char* text, const char* said) {
        QTest::newRow(name) << column << QString::fromLatin1(text) << QString::fromLatin1(said);
    };
    using Table = PlanetTableModel;
    row("no name", Table::Name, "", "text of 1 to 100 letters");
    row("unknown kind", Table::Kind, "ice", "must be \"rocky\" or \"gas\"");
    row("zero mass", Table::Mass, "0", "a number above 0");
    row("negative mass", Table::Mass, "-1", "not -1");
    row("NaN mass", Table::Mass, "nan", "not \"nan\"");
    row("infinite mass", Table::Mass, "inf", "not \"inf\"");
    row("no mass", Table::Mass, "", "a number above 0");
    row("radius as text", Table::Radius, "big", "not \"big\"");
    row("zero distance", Table::Distance, "0", "a number above 0");
    row("no distance", Table::Distance, "", "is missing, and there is no position");
    row("ellipticity", Table::Ellipticity, "1.5", "from 0 to 1");
    row("half a position", Table::Position, "1", "two or three numbers");
    row("velocity", Table::Velocity, "1, fast", "two or three numbers");
}

void TestOwnSystems::saysWhatIsWrongAtItsCell()
{
    QFETCH(const int, column);
    QFETCH(const QString, text);
    QFETCH(const QString, said);
    Bench bench;
    SystemEditor editor(bench.app.services(), bench.scenario("baseline_10_planets"));
    editor.show();
    const auto* problem = find<QLabel>(editor, "systemProblem");
    const auto* save = find<QPushButton>(editor, "saveScenario");
    QVERIFY2(problem->text().isEmpty(), qPrintable(problem->text()));
    QVERIFY(save->isEnabled());
    const QModelIndex cell = editor.planets().index(2, column);
    const QString before = cell.data().toString();
    type(editor, 2, column, qPrintable(text));
    QVERIFY2(problem->text().startsWith(u"Row 3, "), qPrintable(problem->text()));
    QVERIFY2(problem->text().contains(said), qPrintable(problem->text()));
    QCOMPARE(cell.data().toString(), text); // As typed, to be mended.
    QVERIFY(cell.data(PlanetTableModel::ProblemRole).toString().contains(said));
    QVERIFY(cell.data(Qt::ToolTipRole).toString().contains(said));
    QVERIFY(cell.data(Qt::AccessibleTextRole).toString().contains(u"wrong"));
    QVERIFY(cell.data(Qt::ForegroundRole).isValid());
    QVERIFY(editor.planets().index(1, column).data(PlanetTableModel::ProblemRole).toString().isEmpty());
    QVERIFY(!save->isEnabled());
    type(editor, 2, column, qPrintable(before));
    QVERIFY(problem->text().isEmpty());
    QVERIFY(save->isEnabled());
}

void TestOwnSystems::refusesTwoAtOnePlace()
{
    Bench bench;
    SystemEditor editor(bench.app.services(), bench.scenario("baseline_10_planets"));
    editor.show();
    const auto* problem = find<QLabel>(editor, "systemProblem");
    type(editor, 4, PlanetTableModel::Distance, "0.35");
    QCOMPARE(problem->text(), QStringLiteral("Planet-1 and Planet-5 start at one place; move one of them"));
    for (const int row : {0, 4}) {
        QVERIFY(editor.planets()
                    .index(row, PlanetTableModel::Distance)
                    .data(PlanetTableModel::ProblemRole)
                    .toString()
                    .contains(u"another body"));
    }
    type(editor, 4, PlanetTableModel::Position, "0, 0.35");
    QVERIFY2(problem->text().isEmpty(), qPrintable(problem->text()));
    type(editor, 4, PlanetTableModel::Position, "0, 0");
    QVERIFY(problem->text().startsWith(u"The star and Planet-5 start at one place"));
    QVERIFY(!find<QPushButton>(editor, "saveScenario")->isEnabled());
}

void TestOwnSystems::refusesNamesAndStars()
{
    Bench bench;
    SystemEditor editor(bench.app.services(), bench.scenario("dense_18_planets"));
    const auto* problem = find<QLabel>(editor, "systemProblem");
    auto* name = find<QLineEdit>(editor, "scenarioName");
    name->setText(QStringLiteral("a/b"));
    QVERIFY(problem->text().contains(u"must be letters"));
    name->setText(QStringLiteral("dense_18_planets"));
    QVERIFY(problem->text().contains(u"built-in"));
    name->setText(QStringLiteral("mine"));
    QVERIFY(problem->text().isEmpty());
    auto* mass = find<QLineEdit>(editor, "starMass");
    for (const char* wrong : {"0", "-1", "nan", "", "heavy"}) {
        mass->setText(QString::fromLatin1(wrong));
        QVERIFY2(problem->text().startsWith(u"The star: star.mass must be a number above 0"), wrong);
    }
    mass->setText(QStringLiteral("2"));
    QVERIFY(problem->text().isEmpty());
    find<QLineEdit>(editor, "starPosition")->setText(QStringLiteral("1"));
    QVERIFY(problem->text().contains(u"star.position"));
}

void TestOwnSystems::typesInCells()
{
    Bench bench;
    SystemEditor editor(bench.app.services(), bench.scenario("baseline_10_planets"));
    editor.show();
    auto* table = find<QTableView>(editor, "planetTable");
    table->setFocus();
    table->setCurrentIndex(table->model()->index(1, PlanetTableModel::Mass));
    QTest::keyClick(table, Qt::Key_F2);
    auto* line = table->findChild<QLineEdit*>();
    QVERIFY(line != nullptr);
    QCOMPARE(line->accessibleName(), QStringLiteral("Mass"));
    line->setText(QStringLiteral("0.75"));
    QTest::keyClick(line, Qt::Key_Return);
    // The cell takes it when the key has been dealt with.
    QTRY_COMPARE(editor.planets().index(1, PlanetTableModel::Mass).data().toString(), QStringLiteral("0.75"));
    // Rows change places, and the current one goes along.
    QTest::mouseClick(find<QPushButton>(editor, "planetUp"), Qt::LeftButton);
    QCOMPARE(table->currentIndex().row(), 0);
    QCOMPARE(editor.planets().index(0, PlanetTableModel::Name).data().toString(), QStringLiteral("Planet-2"));
    QTest::mouseClick(find<QPushButton>(editor, "planetDown"), Qt::LeftButton);
    QTest::mouseClick(find<QPushButton>(editor, "planetDown"), Qt::LeftButton);
    QCOMPARE(editor.planets().index(2, PlanetTableModel::Name).data().toString(), QStringLiteral("Planet-2"));
}

void TestOwnSystems::opensAndSavesFiles()
{
    Bench bench;
    SystemEditor editor(bench.app.services(), bench.scenario("outer_solar_system"));
    editor.show();
    const auto* problem = find<QLabel>(editor, "systemProblem");
    const QString file = QString(bench.app.folder() % u"/system.json");
    editor.saveFile(file);
    QTRY_VERIFY(problem->text().contains(u"Wrote"));
    const int planets = editor.planets().rowCount();
    QFile written(file);
    QVERIFY(written.open(QIODevice::ReadOnly));
    const auto system = PlanetSystem::read(written.readAll(), file);
    PERIHELION_VERIFY_RESULT(system);
    QCOMPARE(static_cast<int>(system->planets.size()), planets);
    // What was shown as text is the same number to the last digit.
    QVERIFY(*system == SimulationPlan::fromScenario(bench.scenario("outer_solar_system"))->request.system);

    SystemEditor other(bench.app.services(), bench.scenario("baseline_10_planets"));
    other.show();
    other.openFile(file);
    QTRY_COMPARE(other.planets().rowCount(), planets);
    const QString wrong = QString(bench.app.folder() % u"/wrong.json");
    QFile text(wrong);
    QVERIFY(text.open(QIODevice::WriteOnly));
    text.write("{\"planets\": [\n{\"distance\": 1},\n{\"distance\": 2, \"mass\": \"big\"}]}");
    text.close();
    other.openFile(wrong);
    const auto* said = find<QLabel>(other, "systemProblem");
    QTRY_VERIFY(said->text().contains(u"wrong.json:3"));
    QVERIFY2(said->text().contains(u"planets.1.mass"), qPrintable(said->text()));
    QCOMPARE(other.planets().rowCount(), planets); // Nothing of it was taken.
    other.openFile(QString(bench.app.folder() % u"/missing.json"));
    QTRY_VERIFY(said->text().contains(u"missing.json"));
}

void TestOwnSystems::keysAndNames()
{
    Bench bench;
    SystemEditor editor(bench.app.services(), bench.scenario("baseline_10_planets"));
    for (const QPushButton* button : editor.findChildren<QPushButton*>()) {
        QVERIFY2(!button->toolTip().isEmpty() && !button->text().isEmpty(), qPrintable(button->objectName()));
    }
    for (const QLineEdit* line : editor.findChildren<QLineEdit*>()) {
        QVERIFY2(!line->accessibleName().isEmpty() && !line->toolTip().isEmpty(),
                 qPrintable(line->objectName()));
    }
    QVERIFY(!find<QTableView>(editor, "planetTable")->accessibleName().isEmpty());
    QVERIFY(!find<QPushButton>(editor, "addPlanet")->shortcut().isEmpty());
    QVERIFY(!find<QPushButton>(editor, "saveScenario")->shortcut().isEmpty());
}

void TestOwnSystems::playsAndStops()
{
    Bench bench;
    auto output = std::make_unique<RememberedOutput>(true);
    RememberedOutput& remembered = *output;
    MusicPlayer player(bench.app.services().jobs, std::move(output));
    QVERIFY(!player.canPlay());
    QTRY_VERIFY(player.canPlay());
    player.play(bench.scenario("baseline_10_planets"));
    QVERIFY(player.isPlaying());
    QTRY_VERIFY(!remembered.played.isEmpty());
    // Twenty seconds and the last release, two bytes a sample.
    QCOMPARE(remembered.played.size(), static_cast<qsizetype>(2 * 44'100 * 21.8));
    const int stops = remembered.stops;
    player.stop();
    QVERIFY(!player.isPlaying());
    QVERIFY(remembered.stops > stops);
    player.play(bench.scenario("baseline_10_planets"));
    Q_EMIT remembered.ended();
    QVERIFY(!player.isPlaying());
}

void TestOwnSystems::isAbsentWithoutAnOutput()
{
    Bench bench;
    MusicPlayer player(bench.app.services().jobs, std::make_unique<RememberedOutput>(false));
    QSignalSpy changed(&player, &MusicPlayer::changed);
    QVERIFY(changed.wait(10'000));
    player.play(bench.scenario("baseline_10_planets"));
    QVERIFY(!player.isPlaying());
    OrbitPanel panel(bench.app.theme());
    panel.show();
    auto* button = find<QToolButton>(panel, "orbitMusicButton");
    panel.setMusic(player.canPlay(), player.isPlaying());
    QVERIFY(!button->isVisible());
    panel.setMusic(true, false);
    QVERIFY(button->isVisible());
    QSignalSpy toggled(&panel, &OrbitPanel::musicToggled);
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(toggled.takeFirst().at(0).toBool(), true);
    panel.setMusic(true, true);
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(toggled.takeFirst().at(0).toBool(), false);
    panel.setMeasuring(true);
    QVERIFY(!button->isEnabled());
}

void TestOwnSystems::exportsMusic()
{
    Bench bench;
    ProfilePage page(bench.app.services());
    QSignalSpy exported(&page.music(), &MusicPlayer::exported);
    const QString file = QString(bench.app.folder() % u"/music.mid");
    page.music().exportMidi(bench.scenario("baseline_10_planets_parity"), file);
    QVERIFY(exported.wait(10'000));
    QFile midi(file);
    QVERIFY(midi.open(QIODevice::ReadOnly));
    QVERIFY(midi.readAll().startsWith("MThd"));
    QSignalSpy failed(&page.music(), &MusicPlayer::failed);
    page.music().exportMidi(bench.scenario("baseline_10_planets_parity"), QStringLiteral("/proc/none/a.mid"));
    QVERIFY(failed.wait(10'000));
}

int main(int argc, char** argv)
{
    if (argc > 1 && std::strcmp(argv[1], kMeasure) == 0) {
        const QCoreApplication application(argc, argv);
        WorkloadRegistry registry;
        registry.add(std::make_unique<SimulationWorkload>());
        return serveMeasurements(registry,
                                 MeasuringProgram{QStringLiteral("0.1.0"), {}, false, monotonicNow()},
                                 STDIN_FILENO, STDOUT_FILENO, CancelToken());
    }
    const QApplication application(argc, argv);
    TestOwnSystems test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_own_systems.moc"
