// SPDX-License-Identifier: GPL-3.0-or-later
// ProfileRunner with measuring processes that behave and with ones that do not. The test's own executable
// plays them all.

#include "core/measure/page_cache.h"
#include "core/profile/child_process.h"
#include "core/profile/measure_protocol.h"
#include "core/profile/measure_server.h"
#include "core/profile/profile_runner.h"
#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"
#include "tests/support/test_support.h"
#include "tests/unit/core/toy_workload.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <cstdio>
#include <functional>
#include <map>

#include <unistd.h>

using namespace perihelion;
using namespace perihelion::test;

namespace {

/// Fails, crashes or stands still in its iterations, as its parameter mode and count say.
class MoodyWorkload : public ToyWorkload {
public:
    Result<WorkloadResult> run(const Scenario& scenario, PhaseTimer& timer,
                               const CancelToken& cancel) override
    {
        if (scenario.integer(u"count") == 13 && ++m_iterations == 2) {
            return Error{ErrorCode::Io, QStringLiteral("Adding failed: thirteen"), QStringLiteral("/in.h5")};
        }
        if (scenario.integer(u"count") == 666) {
            std::fputs("about to crash\n", stderr);
            std::raise(SIGKILL);
        }
        if (scenario.integer(u"count") == 777) { // Nothing but timing.
            for (int n = 0; n < 20'000; ++n) {
                const PhaseTimer::Scope empty(timer, 1);
            }
        }
        return ToyWorkload::run(scenario, timer, cancel);
    }

private:
    int m_iterations = 0;
};

void say(const QByteArray& bytes)
{
    std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), stdout);
    std::fflush(stdout);
}

void sayReady()
{
    say(toLine(MeasurerMessage(ReadyMessage{})) + '\n');
}

void readOneLine()
{
    for (int letter = std::getchar(); letter != '\n' && letter != EOF; letter = std::getchar()) {
    }
}

[[noreturn]] void standStill()
{
    for (;;) {
        ::pause();
    }
}

int serve()
{
    WorkloadRegistry registry;
    registry.add(std::make_unique<MoodyWorkload>());
    MeasuringProgram program;
    program.version = QStringLiteral("9.9");
    program.commit = QStringLiteral("abc123");
    program.began = monotonicNow();
    return serveMeasurements(registry, program, STDIN_FILENO, STDOUT_FILENO, {});
}

/// The characters that a measuring process can have.
int playChild(const QString& character, const QString& marker)
{
    static const std::map<QString, std::function<int()>> characters{
        {QStringLiteral("honest"), serve},
        {QStringLiteral("mute"),
         [] {
             standStill();
             return 0;
         }},
        {QStringLiteral("dies"), [] { return 3; }},
        {QStringLiteral("half"),
         [] {
             readOneLine();
             sayReady();
             readOneLine();
             say("{\"message\": \"iter");
             return 0;
         }},
        {QStringLiteral("floods"),
         [] {
             readOneLine();
             sayReady();
             const QByteArray block(65536, 'x');
             for (;;) {
                 say(block);
             }
             return 0;
         }},
        {QStringLiteral("chatters"),
         [] {
             readOneLine();
             sayReady();
             say("Loading library…\n");
             standStill();
             return 0;
         }},
        {QStringLiteral("newer"),
         [] {
             say(toLine(MeasurerMessage(ReadyMessage{})).replace("\"protocol\":1", "\"protocol\":7") + '\n');
             standStill();
             return 0;
         }},
        {QStringLiteral("eager"),
         [] {
             say(toLine(MeasurerMessage(IterationMessage{})) + '\n');
             standStill();
             return 0;
         }},
    };
    if (character == u"stubborn" || character == u"obedient") {
        std::signal(SIGTERM, character == u"stubborn" ? SIG_IGN : SIG_DFL);
        readOneLine();
        sayReady();
        readOneLine();
        QFile file(marker);
        if (!file.open(QIODevice::WriteOnly)) {
            return 1;
        }
        file.close();
        standStill();
    }
    if (character == u"parent") { // Of one that ends only when it is killed.
        readOneLine();
        sayReady();
        readOneLine();
        if (::fork() == 0) {
            std::signal(SIGTERM, SIG_IGN);
            QFile file(QString(marker % u".new"));
            if (file.open(QIODevice::WriteOnly)) {
                file.write(QByteArray::number(::getpid()));
                file.close();
                file.rename(marker);
            }
            standStill();
        }
        standStill();
    }
    return characters.at(character)();
}

/// Whether a process runs; one that has ended and that nobody has looked after yet does not.
bool runs(const QByteArray& pid)
{
    QFile state(QString(u"/proc/" % QString::fromLatin1(pid) % u"/stat"));
    if (!state.open(QIODevice::ReadOnly)) {
        return false;
    }
    const QByteArray text = state.readAll();
    return !text.mid(text.lastIndexOf(')') + 2).startsWith('Z');
}

} // namespace

class ProfileRunnerTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    WorkloadRegistry m_registry;

    QString marker() const { return m_folder.filePath(QStringLiteral("marker")); }

    ProfileEnvironment environment(const QString& character) const
    {
        ProfileEnvironment environment;
        environment.program = QCoreApplication::applicationFilePath();
        environment.arguments = {QStringLiteral("--play"), character, marker()};
        environment.machine = [] {
            MachineDescription machine = MachineDescription::ofProgram();
            machine.host = QStringLiteral("bench");
            machine.onBattery = true;
            return machine;
        };
        environment.terminateGrace = std::chrono::milliseconds(50);
        return environment;
    }

    ProfileRequest request(const QJsonObject& values = {}, const RunPlan& plan = {2, 5, 2, 1}) const
    {
        ProfileRequest made;
        const auto scenario =
            Scenario::make(m_registry.find(u"toy")->parameterSet(), QStringLiteral("plain"), values);
        made.scenario = scenario ? *scenario : Scenario();
        made.plan = plan;
        return made;
    }

private Q_SLOTS:
    void initTestCase() { m_registry.add(std::make_unique<MoodyWorkload>()); }
    void init() { QFile::remove(marker()); }

    void walksThePlan()
    {
        RunStore store(m_folder.filePath(QStringLiteral("runs.sqlite")));
        std::vector<ProfileProgress> told;
        std::vector<std::size_t> finished;
        int started = 0;
        ProfileObserver observer;
        observer.started = [&started](const RunRecord& planned) {
            ++started;
            QCOMPARE(planned.phases.size(), std::size_t{5});
            QVERIFY(planned.iterations.empty());
        };
        observer.iterationFinished = [&finished](const RunRecord& run) {
            finished.push_back(run.iterations.size());
        };
        observer.progress = [&told](const ProfileProgress& progress) { told.push_back(progress); };
        const ProfileRunner runner(m_registry, environment(QStringLiteral("honest")));
        const auto run = runner.run(request(), ProfileControl(), observer, &store);
        PERIHELION_VERIFY_RESULT(run);
        QCOMPARE(started, 1);
        QCOMPARE(finished, (std::vector<std::size_t>{1, 2, 3, 4, 5, 6, 7}));
        QVERIFY(told.front().stage == ProfileProgress::Stage::Preparing && !told.front().timeLeft);
        QVERIFY(told.back().stage == ProfileProgress::Stage::Storing);
        QCOMPARE(told.back().done, 7);
        QCOMPARE(told.back().timeLeft->count(), 0);

        QVERIFY(run->state == RunState::Finished);
        QCOMPARE(run->title(), QStringLiteral("toy/plain"));
        QCOMPARE(run->commit, QStringLiteral("abc123"));
        QCOMPARE(run->programVersion, QStringLiteral("9.9"));
        QVERIFY(run->scopeCost > Nanoseconds(0));
        QVERIFY(run->started <= run->finished);
        QVERIFY(run->warnings.join(u' ').contains(u"battery"));
        // Two cold processes, then three and two warm iterations.
        std::vector<int> processes;
        for (const RunIteration& each : run->iterations) {
            processes.push_back(each.process);
            QVERIFY(!each.failed);
            QVERIFY(each.elapsed > Nanoseconds(0));
            QVERIFY(metricValue(each.metrics, u"sum").has_value());
            QVERIFY(metricValue(each.metrics, metric::kPeakRssBytes).value_or(0) > 0);
        }
        QCOMPARE(processes, (std::vector<int>{0, 1, 2, 2, 2, 3, 3}));
        QCOMPARE(run->processes.size(), std::size_t{4});
        const RunSummary summary = RunSummary::of(*run);
        QCOMPARE(summary.row(u"spawn")->cold.count, std::size_t{2});
        QCOMPARE(summary.row(u"ready")->warm.count, std::size_t{0});
        QCOMPARE(summary.row(u"inner")->warm.count, std::size_t{5});
        QCOMPARE(summary.row(u"check")->warm.count, std::size_t{0}); // never entered
        QCOMPARE(summary.row(u"inner")->depth, 1);

        const auto kept = store.run(run->id);
        PERIHELION_VERIFY_RESULT(kept);
        QVERIFY(*kept == *run);
    }

    void spreadsWarmRuns()
    {
        const ProfileRunner runner(m_registry, environment(QStringLiteral("honest")));
        const auto run = runner.run(request({}, RunPlan{0, 3, 5, 0}), ProfileControl());
        PERIHELION_VERIFY_RESULT(run);
        QCOMPARE(run->processes.size(), std::size_t{3});
        QCOMPARE(run->iterations.size(), std::size_t{3});
    }

    void evictsInputFiles()
    {
        const QTemporaryDir beside(QDir::current().filePath(QStringLiteral("inputs-XXXXXX")));
        const QString path = beside.filePath(QStringLiteral("in.h5"));
        {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(QByteArray(1 << 20, 'x'));
        }
        const ProfileRunner runner(m_registry, environment(QStringLiteral("honest")));
        const auto run =
            runner.run(request({{QStringLiteral("files"), QJsonArray{path, QStringLiteral("/no/such/file")}}},
                               {1, 1, 1, 0}),
                       ProfileControl());
        PERIHELION_VERIFY_RESULT(run);
        QCOMPARE(run->processes.at(0).residentBefore, std::optional(1.0));
        QVERIFY(run->processes.at(0).residentAfter.has_value());
        QVERIFY(!run->processes.at(1).residentBefore.has_value());
        QVERIFY(run->warnings.join(u' ').contains(u"/no/such/file"));
    }

    void refusesWrongPlans()
    {
        const ProfileRunner runner(m_registry, environment(QStringLiteral("honest")));
        for (const RunPlan& plan : {RunPlan{0, 0, 5, 1}, RunPlan{-1, 5, 5, 1}, RunPlan{1, 5, 0, 1},
                                    RunPlan{1, 5, 5, -1}, RunPlan{1'000'000'000, 5, 5, 1}}) {
            const auto run = runner.run(request({}, plan), ProfileControl());
            QVERIFY(!run);
            QVERIFY(run.error().code == ErrorCode::InvalidArgument);
        }
        ProfileEnvironment missing = environment(QStringLiteral("honest"));
        missing.program = m_folder.filePath(QStringLiteral("no-program"));
        const auto run = ProfileRunner(m_registry, missing).run(request(), ProfileControl());
        QVERIFY(!run);
        QVERIFY2(run.error().code == ErrorCode::NotFound, qPrintable(run.error().sentence()));
    }

    void keepsFailedIterations()
    {
        const ProfileRunner runner(m_registry, environment(QStringLiteral("honest")));
        const auto run =
            runner.run(request({{QStringLiteral("count"), 13}}, RunPlan{1, 3, 1, 0}), ProfileControl());
        PERIHELION_VERIFY_RESULT(run);
        QVERIFY(run->state == RunState::Finished);
        QCOMPARE(run->failedIterations(), 1);
        QVERIFY(run->iterations.at(2).failed);
        QCOMPARE(run->iterations.at(2).failure, QStringLiteral("Adding failed: thirteen: /in.h5"));
        QVERIFY(!run->iterations.at(3).failed); // The process goes on.
    }

    void keepsCrashes()
    {
        const ProfileRunner runner(m_registry, environment(QStringLiteral("honest")));
        const auto run =
            runner.run(request({{QStringLiteral("count"), 666}}, RunPlan{1, 2, 1, 0}), ProfileControl());
        PERIHELION_VERIFY_RESULT(run);
        QVERIFY(run->state == RunState::Failed);
        QCOMPARE(run->failedIterations(), 3);
        QVERIFY2(run->iterations.front().failure.contains(u"signal 9"),
                 qPrintable(run->iterations.front().failure));
        QCOMPARE(run->processes.front().signal, SIGKILL);
        QCOMPARE(run->processes.front().exitStatus, -1);
        QCOMPARE(run->processes.front().errorTail, QStringLiteral("about to crash\n"));
    }

    void survivesWhatChildrenDo_data()
    {
        QTest::addColumn<QString>("character");
        QTest::addColumn<QString>("sentence");
        const auto add = [](const char* character, const char* sentence) {
            QTest::newRow(character) << QString::fromLatin1(character) << QString::fromUtf8(sentence);
        };
        add("mute", "it said nothing for 0.3 s and was ended");
        add("dies", "it ended with status 3 before it had answered");
        add("half", "it stopped in the middle of a message, it ended with status 0");
        add("floods", "it said more than a message can hold and was ended");
        add("chatters", "it said \"Loading library…\", which is no message");
        add("eager", "it measured before it was asked to");
    }

    void survivesWhatChildrenDo()
    {
        QFETCH(const QString, character);
        QFETCH(const QString, sentence);
        const ProfileRunner runner(m_registry, environment(character));
        ProfileRequest asked = request({}, RunPlan{5, 0, 1, 0});
        asked.silenceLimit = std::chrono::milliseconds(300);
        const auto run = runner.run(asked, ProfileControl());
        PERIHELION_VERIFY_RESULT(run);
        QVERIFY(run->state == RunState::Failed);
        QCOMPARE(run->processes.size(), std::size_t{3}); // given up
        QVERIFY(run->notes.join(u' ').contains(u"Given up after 3"));
        for (const RunIteration& each : run->iterations) {
            QVERIFY(each.failed);
            QVERIFY2(each.failure.contains(sentence), qPrintable(each.failure));
        }
    }

    void refusesAnotherProtocol()
    {
        const ProfileRunner runner(m_registry, environment(QStringLiteral("newer")));
        const auto run = runner.run(request(), ProfileControl());
        QVERIFY(!run);
        QVERIFY(run.error().code == ErrorCode::Internal);
        QVERIFY2(run.error().message.contains(u"version 7"), qPrintable(run.error().message));
    }

    void cancels_data()
    {
        QTest::addColumn<QString>("character");
        QTest::newRow("obedient") << QStringLiteral("obedient");
        QTest::newRow("stubborn") << QStringLiteral("stubborn");
    }

    void cancels()
    {
        QFETCH(const QString, character);
        RunStore store(m_folder.filePath(QString(character % u".sqlite")));
        ProfileEnvironment children = environment(character);
        const ProfileRunner runner(m_registry, children);
        // Cancelled as soon as the child stands still inside its iteration.
        const ProfileControl control(CancelToken::alsoWhen([this] { return QFile::exists(marker()); }));
        bool ending = false;
        ProfileObserver observer;
        observer.progress = [&ending](const ProfileProgress& progress) {
            ending = ending || progress.stage == ProfileProgress::Stage::Ending;
        };
        const auto run = runner.run(request(), control, observer, &store);
        QVERIFY(!run);
        QVERIFY(run.error().code == ErrorCode::Cancelled);
        QVERIFY(ending);
        const auto runs = store.recentRuns();
        PERIHELION_VERIFY_RESULT(runs);
        QVERIFY(runs->empty());
    }

    /// A child's own children end with it, also those that ignore SIGTERM.
    void endsTheWholeGroup()
    {
        const ProfileRunner runner(m_registry, environment(QStringLiteral("parent")));
        const ProfileControl control(CancelToken::alsoWhen([this] { return QFile::exists(marker()); }));
        const auto run = runner.run(request(), control);
        QVERIFY(!run);
        QVERIFY(run.error().code == ErrorCode::Cancelled);
        QFile file(marker());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray pid = file.readAll();
        QVERIFY(pid.toInt() > 0);
        QTRY_VERIFY(!runs(pid)); // The signal was sent before the run returned; it takes a moment to act.
    }

    void warnsOfTheCostOfTiming()
    {
        const ProfileRunner runner(m_registry, environment(QStringLiteral("honest")));
        const auto costly =
            runner.run(request({{QStringLiteral("count"), 777}}, RunPlan{0, 2, 1, 0}), ProfileControl());
        PERIHELION_VERIFY_RESULT(costly);
        const QStringList said = costly->warnings.filter(QStringLiteral("Timing itself makes up"));
        QVERIFY2(said.join(u' ').contains(u"phase inner"), qPrintable(costly->warnings.join(u' ')));
        QVERIFY(costly->iterations.front().timingCost > Nanoseconds(0));
        const auto cheap = runner.run(request({{QStringLiteral("count"), 1'000'000}}, RunPlan{0, 2, 1, 0}),
                                      ProfileControl());
        PERIHELION_VERIFY_RESULT(cheap);
        QVERIFY(cheap->warnings.filter(QStringLiteral("Timing itself")).isEmpty());
    }

    void saysWhatColdMeans()
    {
        const ProfileRunner runner(m_registry, environment(QStringLiteral("honest")));
        const auto cold = runner.run(request({}, RunPlan{1, 0, 1, 0}), ProfileControl());
        PERIHELION_VERIFY_RESULT(cold);
        const QString notes = cold->notes.join(u' ');
        QVERIFY2(notes.contains(u"new process") && notes.contains(u"the program and its libraries were not"),
                 qPrintable(notes));
        const auto warm = runner.run(request({}, RunPlan{0, 1, 1, 0}), ProfileControl());
        PERIHELION_VERIFY_RESULT(warm);
        QVERIFY(!warm->notes.join(u' ').contains(u"new process"));
    }

    void keepsACancelledRunWhenAsked()
    {
        RunStore store(m_folder.filePath(QStringLiteral("kept.sqlite")));
        const ProfileRunner runner(m_registry, environment(QStringLiteral("honest")));
        ProfileControl control;
        ProfileObserver observer;
        observer.iterationFinished = [&control](const RunRecord& run) {
            if (run.iterations.size() == 3) {
                control.cancel();
            }
        };
        ProfileRequest asked = request();
        asked.keepCancelled = true;
        const auto run = runner.run(asked, control, observer, &store);
        PERIHELION_VERIFY_RESULT(run);
        QVERIFY(run->state == RunState::Cancelled);
        QCOMPARE(run->iterations.size(), std::size_t{3});
        QVERIFY(run->id > 0);
    }

    void pauses()
    {
        const ProfileRunner runner(m_registry, environment(QStringLiteral("honest")));
        ProfileControl control;
        int pauses = 0;
        ProfileObserver observer;
        observer.iterationFinished = [&control](const RunRecord&) { control.pause(); };
        observer.progress = [&](const ProfileProgress& progress) {
            if (progress.stage == ProfileProgress::Stage::Paused) {
                ++pauses;
                control.resume();
            }
        };
        const auto run = runner.run(request({}, RunPlan{1, 3, 1, 1}), control, observer);
        PERIHELION_VERIFY_RESULT(run);
        QCOMPARE(run->iterations.size(), std::size_t{4});
        QCOMPARE(pauses, 3); // After the last one there is nothing to wait for.
        control.pause();
        control.cancel(); // Ends a pause as well.
        const auto cancelled = runner.run(request(), control, {});
        QVERIFY(!cancelled);
    }

    void messagesGoBothWays()
    {
        const BeginMessage begin{
            QStringLiteral("toy"), QStringLiteral("plain"), {{QStringLiteral("count"), 3}}};
        const auto asked = askerMessageFrom(toLine(AskerMessage(begin)));
        PERIHELION_VERIFY_RESULT(asked);
        QCOMPARE(std::get<BeginMessage>(*asked).values, begin.values);
        IterationMessage iteration;
        iteration.iteration.elapsed = Nanoseconds(123'456'789'012'345);
        iteration.iteration.phases = {{2, Nanoseconds(7), Nanoseconds(5), 3}};
        iteration.iteration.metrics = {{QStringLiteral("drift"), 1.5e-9, QStringLiteral("1")},
                                       {QStringLiteral("energy"), std::nan(""), QStringLiteral("1")}};
        const auto measured = measurerMessageFrom(toLine(MeasurerMessage(iteration)));
        PERIHELION_VERIFY_RESULT(measured);
        const auto& back = std::get<IterationMessage>(*measured);
        QCOMPARE(back.iteration.elapsed, iteration.iteration.elapsed);
        QVERIFY(back.iteration.phases == iteration.iteration.phases);
        QCOMPARE(back.iteration.metrics.size(), std::size_t{1});
        QCOMPARE(back.notes, QStringList{QStringLiteral("energy is no number")});
        for (const char* wrong :
             {"", "[]", "{}", "{\"message\": 5}", "{\"message\": \"other\"}", "{\"message\": \"iteration\"}",
              "{\"message\":\"iteration\",\"elapsed_ns\":1,\"phases\":[[99,1,1,1]],\"metrics\":[]}",
              "{\"message\":\"iteration\",\"elapsed_ns\":1,\"phases\":[[1]],\"metrics\":[]}"}) {
            const auto message = measurerMessageFrom(wrong);
            QVERIFY2(!message && message.error().code == ErrorCode::Corrupt, wrong);
        }
        QVERIFY(!askerMessageFrom("{\"message\": \"ready\"}"));
    }
};

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 4 && arguments.at(1) == u"--play") {
        return playChild(arguments.at(2), arguments.at(3));
    }
    ProfileRunnerTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_profile_runner.moc"
