// SPDX-License-Identifier: GPL-3.0-or-later
// Projects opened on the Profile page as a person would, over small real repositories; perihelion-cli
// measures, and measures the same on its own.

#include "core/profile/profile_runner.h"
#include "core/runs/run_store.h"
#include "core/workloads/simulation/simulation_workload.h"
#include "tests/gui/app_fixture.h"
#include "tests/support/made_project.h"
#include "tests/support/test_support.h"
#include "widgets/pages/history_page.h"
#include "widgets/pages/profile_page.h"
#include "widgets/views/problem_banner.h"

#include <QAction>
#include <QDir>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMenu>
#include <QMimeData>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace perihelion;
using perihelion::test::AppFixture;
using perihelion::test::MadeProject;

namespace {

/// A project file whose workload says fixed times; parse doubles with the parameter.
QByteArray projectText(const QByteArray& name, const QByteArray& workload, int most = 9)
{
    return "{\n  \"name\": \"" + name + "\",\n  \"workloads\": [\n    {\n      \"name\": \"" + workload +
           "\",\n      \"command\": [\"sh\", \"steps.sh\", \"{factor}\"],\n"
           "      \"parameters\": [{\"name\": \"factor\", \"type\": \"integer\", \"default\": 1, \"least\": "
           "1, "
           "\"greatest\": " +
           QByteArray::number(most) +
           "}],\n      \"scenarios\": [{\"name\": \"once\"}, {\"name\": \"twice\", \"parameters\": "
           "{\"factor\": "
           "2}}]\n    }\n  ]\n}\n";
}

/// A repository with one commit.
bool makeProject(const QString& folder, const QByteArray& text, int parse = 3)
{
    MadeProject made(folder);
    return made.init() && made.write(Project::kFileName, text) &&
           made.write(QStringLiteral("steps.sh"), "echo phase parse $((" + QByteArray::number(parse) +
                                                      " * $1))\necho phase solve 7.5\n") &&
           made.commit(QStringLiteral("Begin"));
}

struct Bench {
    Bench()
    {
        app.workloads().add(std::make_unique<SimulationWorkload>());
        app.workloads().loadScenarios(QString());
        ProfileEnvironment environment;
        environment.program = QStringLiteral(PERIHELION_CLI);
        app.setMeasuring(environment);
        page = std::make_unique<ProfilePage>(app.services());
        page->resize(1200, 800);
        page->show();
    }
    QString path(const char* name) const { return QString(app.folder() % u'/' % QLatin1String(name)); }
    template <typename T>
    T* find(const char* name) const
    {
        return page->findChild<T*>(QLatin1String(name));
    }
    QMenu* menu() const { return find<QPushButton>("workloadButton")->menu(); }
    /// Texts of the menu, separators as "-".
    QStringList entries() const
    {
        QStringList texts;
        for (const QAction* action : menu()->actions()) {
            texts.append(action->isSeparator() ? QStringLiteral("-") : action->text());
        }
        return texts;
    }
    QString problem() const
    {
        const auto* banner = page->findChild<ProblemBanner*>();
        return banner->isVisible() ? banner->text() : QString();
    }
    /// Opens and waits for the answer.
    bool open(const QString& folder) const
    {
        page->openProject(folder);
        return QTest::qWaitFor([this] { return page->isSettled(); }, 60'000);
    }
    std::optional<RunRecord> run() const
    {
        QSignalSpy stored(page.get(), &ProfilePage::runStored);
        find<QSpinBox>("runsField")->setValue(2);
        QTest::mouseClick(find<QPushButton>("profileRunButton"), Qt::LeftButton);
        if (!stored.wait(60'000) || !QTest::qWaitFor([this] { return page->isSettled(); }, 60'000)) {
            return std::nullopt;
        }
        return page->shownRun();
    }

    mutable AppFixture app;
    std::unique_ptr<ProfilePage> page;
};

/// Times of a phase over the iterations.
QList<double> millisOf(const RunRecord& run, QStringView phase)
{
    QList<double> times;
    for (const RunIteration& iteration : run.iterations) {
        for (const PhaseTime& time : iteration.phases) {
            if (run.phases.at(static_cast<std::size_t>(time.phase)).name == phase) {
                times.append(toMilliseconds(time.total));
            }
        }
    }
    return times;
}

} // namespace

class TestOpenProject : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void measuresWhatTheCommandLineMeasures();
    void keepsProjectsApart();
    void takesDroppedFolders();
    void remembersProjects();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void leavesTheOpenOneWhenAnotherIsWrong();
    void readsTheFileBeforeEveryRun();
};

void TestOpenProject::measuresWhatTheCommandLineMeasures()
{
    const Bench bench;
    const QString folder = bench.path("sorting");
    QVERIFY(makeProject(folder, projectText("sorting", "steps")));
    QVERIFY(bench.open(folder));
    QCOMPARE(bench.problem(), QString());
    QCOMPARE(bench.page->scenario().workload(), QStringLiteral("steps"));
    const QStringList entries = bench.entries();
    const qsizetype head = entries.indexOf(QStringLiteral("sorting"));
    QVERIFY(head > entries.indexOf(QStringLiteral("simulation")));
    QCOMPARE(entries.value(head + 1), QStringLiteral("steps"));
    bench.page->choose(QStringLiteral("steps"), QStringLiteral("twice"));
    QVERIFY(MadeProject(folder).write(QStringLiteral("steps.sh"),
                                      "echo phase parse $((3 * $1))\necho phase solve 7\n"));
    const auto shown = bench.run();
    QVERIFY(shown && shown->id > 0);

    QProcess program;
    program.start(QStringLiteral(PERIHELION_CLI),
                  {QStringLiteral("profile"), QStringLiteral("steps/twice"), QStringLiteral("--project"),
                   folder, QStringLiteral("--cold"), QStringLiteral("5"), QStringLiteral("--runs"),
                   QStringLiteral("2"), QStringLiteral("--store"),
                   bench.app.services().paths.runStoreFile()});
    QVERIFY(program.waitForFinished(60'000));
    QVERIFY2(program.exitCode() == 0, program.readAllStandardError().constData());
    const auto runs = bench.app.services().runStore.recentRuns();
    PERIHELION_VERIFY_RESULT(runs);
    QCOMPARE(runs->size(), std::size_t{2});
    QCOMPARE(runs->front().series, runs->back().series);
    const auto here = bench.app.services().runStore.run(shown->id);
    const auto there = bench.app.services().runStore.run(runs->front().id);
    QVERIFY(here && there && here->id != there->id);
    QCOMPARE(here->project, there->project);
    QVERIFY(here->project.startsWith(u"sorting@"));
    QCOMPARE(here->commit, there->commit);
    QCOMPARE(here->commit.size(), 40);
    QCOMPARE(here->commitTime, there->commitTime);
    QCOMPARE(here->branch, QStringLiteral("main"));
    QCOMPARE(there->branch, here->branch);
    QVERIFY(here->dirty && there->dirty);
    QCOMPARE(here->scenarioHash, there->scenarioHash);
    QCOMPARE(here->notes, there->notes);
    QCOMPARE(here->iterations.size(), there->iterations.size());
    for (const QStringView phase : {u"parse", u"solve"}) {
        QCOMPARE(millisOf(*here, phase), millisOf(*there, phase));
    }
    QCOMPARE(millisOf(*here, u"parse").front(), 6.0);

    HistoryPage history(bench.app.services());
    history.show();
    QTRY_VERIFY(history.isSettled());
    QVERIFY(QTest::qWaitFor([&history] {
        const auto buttons = history.findChildren<QPushButton*>();
        return std::any_of(buttons.begin(), buttons.end(),
                           [](const QPushButton* each) { return each->text().contains(u"steps"); });
    }));
}

void TestOpenProject::keepsProjectsApart()
{
    const Bench bench;
    QVERIFY(makeProject(bench.path("one"), projectText("one", "steps"), 3));
    QVERIFY(makeProject(bench.path("two"), projectText("two", "steps"), 4));
    QVERIFY(bench.open(bench.path("one")));
    const auto first = bench.run();
    QVERIFY(first);
    QVERIFY(bench.open(bench.path("two")));
    QCOMPARE(bench.page->project().name(), QStringLiteral("two"));
    // The same workload with the same parameters, but of another project.
    QVERIFY(!bench.page->shownRun());
    const auto second = bench.run();
    QVERIFY(second);
    QCOMPARE(millisOf(*second, u"parse").front(), 4.0);
    QVERIFY(first->project != second->project);
    QVERIFY(!bench.find<QPushButton>("baselineButton")->isVisible());
    QVERIFY(bench.open(bench.path("one")));
    QVERIFY(bench.page->shownRun());
    QCOMPARE(bench.page->shownRun()->id, first->id);
}

void TestOpenProject::takesDroppedFolders()
{
    const Bench bench;
    const QString folder = bench.path("a & b");
    QVERIFY(makeProject(folder, projectText("a & b", "steps")));
    for (const QString& path : {folder, QString(folder % u"/perihelion.json")}) {
        QMimeData mime;
        mime.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter(QPoint(20, 20), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(bench.page.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(20, 20), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(bench.page.get(), &drop);
        QTRY_VERIFY(bench.page->isSettled());
        QCOMPARE(bench.page->project().folder(), folder);
        QVERIFY(bench.entries().contains(QStringLiteral("a && b")));
        bench.find<QAction>("closeProject")->trigger();
        QVERIFY(!bench.page->project().isOpen());
        QCOMPARE(bench.page->scenario().workload(), QStringLiteral("simulation"));
        QTRY_VERIFY(bench.page->isSettled());
    }
}

void TestOpenProject::remembersProjects()
{
    Bench bench;
    QVERIFY(makeProject(bench.path("one"), projectText("one", "steps")));
    QVERIFY(makeProject(bench.path("two"), projectText("two", "strides")));
    QVERIFY(bench.open(bench.path("one")));
    QVERIFY(bench.open(bench.path("two")));
    QCOMPARE(bench.page->project().recent(), (QStringList{bench.path("two"), bench.path("one")}));
    const auto* recent = bench.find<QMenu>("recentProjects");
    QCOMPARE(recent->actions().size(), 4);
    recent->actions().at(1)->trigger();
    QTRY_COMPARE(bench.page->project().name(), QStringLiteral("one"));
    QTRY_VERIFY(bench.page->isSettled());
    QVERIFY(bench.app.workloads().find(u"strides") == nullptr);
    bench.page->project().close();
    bench.page->openProject(bench.path("two"));
    QTRY_VERIFY(bench.page->isSettled());
    bench.page.reset();
    bench.app.workloads().remove(u"strides"); // A new program knows its built-in ones alone.
    bench.app.restart();
    bench.page = std::make_unique<ProfilePage>(bench.app.services());
    bench.page->show();
    QVERIFY(!bench.page->project().isOpen());
    bench.page->project().reopen();
    QTRY_VERIFY(bench.page->project().isOpen() && bench.page->isSettled());
    QCOMPARE(bench.page->scenario().workload(), QStringLiteral("strides"));
    QCOMPARE(bench.page->project().recent(), (QStringList{bench.path("two"), bench.path("one")}));
    recent = bench.find<QMenu>("recentProjects");
    recent->actions().last()->trigger();
    QVERIFY(bench.page->project().recent().isEmpty());
}

void TestOpenProject::saysWhatIsWrong_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("repository");
    QTest::addColumn<QString>("said");
    QByteArray unknown = projectText("toy", "steps");
    unknown.replace("\"command\"", "\"comand\"");
    QTest::newRow("unknown key") << unknown << true << QStringLiteral("comand");
    QTest::newRow("its line") << unknown << true << QStringLiteral("toy/perihelion.json:6");
    QTest::newRow("broken off") << QByteArray("{\n  \"name\": \"toy\",\n") << true
                                << QStringLiteral("perihelion.json:3");
    QTest::newRow("no project file") << QByteArray() << true << QStringLiteral("no perihelion.json");
    QTest::newRow("no workload") << QByteArray("{}") << true << QStringLiteral("names no workload");
    QTest::newRow("no repository") << projectText("toy", "steps") << false
                                   << QStringLiteral("git repository");
    QTest::newRow("taken name") << projectText("toy", "simulation") << true << QStringLiteral("another name");
}

void TestOpenProject::saysWhatIsWrong()
{
    QFETCH(const QByteArray, text);
    QFETCH(const bool, repository);
    QFETCH(const QString, said);
    const Bench bench;
    const QString folder = bench.path("toy");
    QVERIFY(QDir().mkpath(folder));
    MadeProject made(folder);
    QVERIFY(!repository || made.init());
    QVERIFY(text.isEmpty() || made.write(Project::kFileName, text));
    QVERIFY(bench.open(folder));
    QVERIFY2(bench.problem().contains(said), qPrintable(bench.problem()));
    QVERIFY(!bench.page->project().isOpen());
    QVERIFY(bench.page->project().recent().isEmpty());
    QCOMPARE(bench.page->scenario().workload(), QStringLiteral("simulation"));
}

void TestOpenProject::leavesTheOpenOneWhenAnotherIsWrong()
{
    const Bench bench;
    QVERIFY(makeProject(bench.path("good"), projectText("good", "steps")));
    QVERIFY(makeProject(bench.path("bad"), projectText("bad", "simulation")));
    QVERIFY(bench.open(bench.path("good")));
    QVERIFY(bench.open(bench.path("bad")));
    QVERIFY(bench.problem().contains(u"another name"));
    QCOMPARE(bench.page->project().name(), QStringLiteral("good"));
    QVERIFY(bench.open(bench.path("nowhere")));
    QVERIFY(bench.problem().contains(u"no such project folder"));
    QVERIFY(bench.app.services().workloads.resolve(QStringLiteral("steps/twice")));
    QVERIFY(bench.run());
    QCOMPARE(bench.problem(), QString());
}

void TestOpenProject::readsTheFileBeforeEveryRun()
{
    const Bench bench;
    const QString folder = bench.path("toy");
    const MadeProject made(folder);
    QVERIFY(makeProject(folder, projectText("toy", "steps")));
    QVERIFY(bench.open(folder));
    auto* run = bench.find<QPushButton>("profileRunButton");
    // A mistake: nothing is measured.
    QVERIFY(made.write(Project::kFileName, "{\n  \"nme\": 1}\n"));
    QTest::mouseClick(run, Qt::LeftButton);
    QTRY_VERIFY(bench.page->isSettled());
    QVERIFY2(bench.problem().contains(u"perihelion.json:2"), qPrintable(bench.problem()));
    // Another version: shown first, then measured.
    QByteArray other = projectText("toy", "steps");
    other.replace("\"version\": 1,", "")
        .replace("\"name\": \"steps\"", "\"name\": \"steps\", \"version\": 2");
    QVERIFY(made.write(Project::kFileName, other));
    QTest::mouseClick(run, Qt::LeftButton);
    QTRY_VERIFY(bench.page->isSettled());
    QVERIFY2(bench.problem().contains(u"was changed"), qPrintable(bench.problem()));
    const auto nothing = bench.app.services().runStore.recentRuns();
    QVERIFY(nothing && nothing->empty());
    const auto measured = bench.run();
    QVERIFY(measured);
    QCOMPARE(measured->workloadVersion, 2);
    // The workload is gone.
    QVERIFY(made.write(Project::kFileName, projectText("toy", "strides")));
    QTest::mouseClick(run, Qt::LeftButton);
    QTRY_VERIFY(bench.page->isSettled());
    QVERIFY(bench.problem().contains(u"steps"));
    QCOMPARE(bench.page->scenario().workload(), QStringLiteral("strides"));
}

QTEST_MAIN(TestOpenProject)
#include "tst_open_project.moc"
