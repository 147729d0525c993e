// SPDX-License-Identifier: GPL-3.0-or-later
// The run store on a server: URLs, refusals without passwords, many writers at once, and servers that go away
// and come back. The program starts itself as another writer ("--write URL FOLDER THREADS RUNS").

#include "core/runs/run_json.h"
#include "core/runs/run_store.h"
#include "tests/support/postgres_server.h"
#include "tests/support/test_support.h"
#include "tests/unit/core/run_store_fixture.h"
#include "tests/unit/core/sample_run.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

#include <atomic>
#include <cstdio>
#include <memory>
#include <set>
#include <thread>
#include <vector>

using namespace perihelion;
using namespace perihelion::test;

namespace {

/// Threads that write runs into one store, all at once; how many were refused or put aside.
int writeTogether(RunStore& store, int threads, int runs)
{
    std::atomic<int> lost{0};
    std::vector<std::thread> writers;
    writers.reserve(static_cast<std::size_t>(threads));
    for (int thread = 0; thread < threads; ++thread) {
        writers.emplace_back([&store, &lost, thread, runs] {
            for (int n = 0; n < runs; ++n) {
                RunRecord run = sampleRun(thread * 1000 + n);
                run.scenarioHash = QStringLiteral("%1").arg(thread % 5, 16, 16, QLatin1Char('0'));
                const auto id = store.recordRun(run);
                if (!id || *id == 0) {
                    ++lost;
                    std::fprintf(stderr, "%s\n", qPrintable(id ? store.notice() : id.error().sentence()));
                }
            }
        });
    }
    for (std::thread& writer : writers) {
        writer.join();
    }
    return lost;
}

int writeAsChild(const QStringList& arguments)
{
    const auto location = StoreLocation::parse(arguments.at(2));
    if (!location) {
        return 2;
    }
    RunStore store(*location, arguments.at(3), std::chrono::milliseconds(60'000));
    return writeTogether(store, arguments.at(4).toInt(), arguments.at(5).toInt()) == 0 ? 0 : 1;
}

} // namespace

class RunServerTest : public QObject {
    Q_OBJECT

private:
    StoreFolder m_folder;
    PostgresServer m_server;

    void twoHundredWriters(const QString& url, RunStore& store)
    {
        constexpr int kProcesses = 4;
        constexpr int kThreads = 50;
        constexpr int kRuns = 1;
        std::vector<std::unique_ptr<QProcess>> children;
        for (int n = 0; n < kProcesses; ++n) {
            children.push_back(std::make_unique<QProcess>());
            children.back()->start(QCoreApplication::applicationFilePath(),
                                   {QStringLiteral("--write"), url, m_folder.newFile(),
                                    QString::number(kThreads), QString::number(kRuns)});
        }
        for (const auto& child : children) {
            QVERIFY(child->waitForFinished(120'000));
            QVERIFY2(child->exitStatus() == QProcess::NormalExit && child->exitCode() == 0,
                     child->readAllStandardError().constData());
        }
        const auto runs = store.recentRuns({}, 10'000);
        PERIHELION_VERIFY_RESULT(runs);
        QCOMPARE(runs->size(), std::size_t{kProcesses * kThreads * kRuns});
        const auto series = store.series();
        PERIHELION_VERIFY_RESULT(series);
        QCOMPARE(series->size(), std::size_t{5});
        for (const SeriesListing& each : *series) {
            QCOMPARE(store.seriesRows(each.id)->size(), std::size_t{9});
        }
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (PostgresServer::isInstalled()) {
            const QString wrong = m_server.start();
            QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        }
    }

    void readsLocations()
    {
        const auto shownOf = [](const char* text) {
            const auto location = StoreLocation::parse(QString::fromUtf8(text));
            return location ? location->shown() : QString(u"refused: " % location.error().sentence());
        };
        QCOMPARE(shownOf("/a/runs.sqlite"), QStringLiteral("/a/runs.sqlite"));
        QCOMPARE(shownOf("sqlite:runs.sqlite"), QStringLiteral("runs.sqlite"));
        QCOMPARE(shownOf("file:///a/runs.sqlite"), QStringLiteral("/a/runs.sqlite"));
        QCOMPARE(shownOf("postgresql://ada:se%40cret@db.example:5433/history?sslmode=require"),
                 QStringLiteral("postgresql://ada@db.example:5433/history"));
        QCOMPARE(shownOf("postgres://db/history"), QStringLiteral("postgresql://db/history"));
        QCOMPARE(shownOf("postgresql:///history?host=/run/postgresql"),
                 QStringLiteral("postgresql:///history?host=/run/postgresql"));
        const auto whole = StoreLocation::parse(
            QStringLiteral("postgresql://ada:se%40cret@db:5433/history?sslmode=require&passfile=/a"));
        PERIHELION_VERIFY_RESULT(whole);
        QVERIFY(whole->isServer());
        QCOMPARE(whole->password, QStringLiteral("se@cret"));
        QCOMPARE(whole->options, QStringLiteral("sslmode=require&passfile=/a"));
        for (const char* wrong :
             {"", "mysql://ada:hidden@db/history", "postgresql://ada:hidden@db",
              "postgresql://ada:hidden@db/a/b", "postgresql://ada:hidden@db/h?colour=red",
              "postgresql://ada:hidden@db/h?sslmode=a%20b", "postgresql://ada:hid den@db/h"}) {
            const auto refused = StoreLocation::parse(QString::fromLatin1(wrong));
            QVERIFY2(!refused, wrong);
            QVERIFY(refused.error().code == ErrorCode::InvalidArgument);
            QVERIFY2(!refused.error().sentence().contains(u"hid"), qPrintable(refused.error().sentence()));
        }
    }

    void keepsRunsOverLoopbackAndLoadsHere()
    {
        PERIHELION_POSTGRES_OR_SKIP()
        const auto location = m_server.newDatabase(false);
        QVERIFY(location.has_value());
        const QString local = m_folder.newFile();
        RunRecord run = sampleRun();
        {
            const auto parsed = StoreLocation::parse(PostgresServer::urlOf(*location));
            PERIHELION_VERIFY_RESULT(parsed);
            RunStore store(*parsed, local);
            PERIHELION_VERIFY_RESULT(store.open());
            QVERIFY(store.notice().isEmpty());
            const auto id = store.recordRun(run);
            PERIHELION_VERIFY_RESULT(id);
            run.id = *id;
            PERIHELION_VERIFY_RESULT(store.recordLoad(sampleLoad(QStringLiteral("/a.h5"), 1)));
            QVERIFY(!store.file().contains(u"sea"));
        }
        RunStore store(*location, m_folder.newFile());
        const auto again = store.run(run.id);
        PERIHELION_VERIFY_RESULT(again);
        QVERIFY(*again == run);
        QVERIFY(!QJsonDocument(runJson(*again)).toJson().contains("sea"));
        QVERIFY(store.recentRecordings()->empty()); // another machine
        RunStore here(local);
        QCOMPARE(here.recentRecordings()->size(), std::size_t{1});
        QVERIFY(here.recentRuns()->empty());
    }

    void saysWhyAServerRefuses()
    {
        PERIHELION_POSTGRES_OR_SKIP()
        const auto good = m_server.newDatabase(false);
        QVERIFY(good.has_value());
        const auto errorOf = [this](const StoreLocation& location) {
            RunStore store(location, m_folder.newFile(), std::chrono::milliseconds(1));
            const Result<void> opened = store.open();
            return opened ? Error{ErrorCode::Internal, QStringLiteral("it opened"), {}} : opened.error();
        };
        StoreLocation wrong = *good;
        wrong.password = QStringLiteral("hidden and wrong");
        Error error = errorOf(wrong);
        QVERIFY2(error.code == ErrorCode::PermissionDenied, qPrintable(error.sentence()));
        QVERIFY(error.message.contains(u"authentication"));
        QVERIFY(!error.sentence().contains(u"hidden"));
        QVERIFY(error.subject.startsWith(u"postgresql://keeper@127.0.0.1:"));
        wrong = *good;
        wrong.password.clear();
        error = errorOf(wrong);
        QVERIFY2(error.code == ErrorCode::PermissionDenied, qPrintable(error.sentence()));
        QVERIFY2(error.message.contains(u"wants a password; write it into ~/.pgpass"),
                 qPrintable(error.sentence()));
        wrong = *good;
        wrong.database = QStringLiteral("nowhere");
        error = errorOf(wrong);
        QVERIFY2(error.code == ErrorCode::PermissionDenied, qPrintable(error.sentence()));
        QVERIFY(error.message.contains(u"nowhere"));
        wrong = *good;
        wrong.port = 1;
        error = errorOf(wrong);
        QVERIFY2(error.code == ErrorCode::Unreachable, qPrintable(error.sentence()));
        QVERIFY(!error.sentence().contains(u"sea"));
        // A schema of the future is left alone.
        QVERIFY(m_server.execute(*good, QStringLiteral("CREATE TABLE perihelion_schema (version BIGINT)")));
        QVERIFY(m_server.execute(*good, QStringLiteral("INSERT INTO perihelion_schema VALUES (99)")));
        error = errorOf(*good);
        QVERIFY2(error.message.contains(u"newer version"), qPrintable(error.sentence()));
    }

    void asksFewQuestionsForManyRuns()
    {
        PERIHELION_POSTGRES_OR_SKIP()
        const auto location = m_server.newDatabase(false);
        QVERIFY(location.has_value());
        RunStore store(*location, m_folder.newFile());
        const RunRecord there = sampleRun(7);
        const auto known = store.recordRun(there);
        PERIHELION_VERIFY_RESULT(known);
        // Two series, one run that is there already, and one that is named twice.
        std::vector<RunRecord> runs;
        for (int n = 0; n < 150; ++n) {
            runs.push_back(n == 20 ? there : sampleRun(100 + n, 1000 + n));
            runs.back().scenarioHash = n % 2 == 0 ? there.scenarioHash : QStringLiteral("fedcba9876543210");
        }
        runs[33].interleaved = QStringLiteral("a pair");
        runs.push_back(runs.front());
        RunStore second(*location, m_folder.newFile());
        QVERIFY(m_server.countQuestions(*location));
        const auto ids = second.recordRuns(runs);
        PERIHELION_VERIFY_RESULT(ids);
        // Each question is a journey: with one for every row they would be thousands.
        const qint64 written = m_server.questions(*location);
        QVERIFY2(written > 10 && written < 150, qPrintable(QString::number(written)));
        QCOMPARE(ids->size(), runs.size());
        QCOMPARE(ids->at(20), *known);
        QCOMPARE(ids->back(), ids->front());
        QCOMPARE(std::set<std::int64_t>(ids->begin(), ids->end()).size(), std::size_t{150});
        for (std::size_t n = 0; n < runs.size(); ++n) {
            const auto kept = store.run(ids->at(n));
            PERIHELION_VERIFY_RESULT(kept);
            runs[n].id = ids->at(n);
            QVERIFY(*kept == runs[n]);
        }
        static_cast<void>(m_server.questions(*location));
        // Everything that a chart of a series shows, whatever number of rows it has.
        const std::int64_t series = second.series()->front().id;
        static_cast<void>(m_server.questions(*location));
        const auto points = second.seriesPoints(series);
        PERIHELION_VERIFY_RESULT(points);
        const qint64 read = m_server.questions(*location);
        QVERIFY2(read > 2 && read < 16, qPrintable(QString::number(read)));
        QCOMPARE(points->runs.size(), std::size_t{75});
        for (const RowPoints& row : points->rows) {
            QCOMPARE(row.points.size(), points->runs.size());
            QVERIFY(std::all_of(row.points.begin(), row.points.end(),
                                [](const PointNumbers& numbers) { return numbers.count > 0; }));
        }
        QVERIFY(std::any_of(points->runs.begin(), points->runs.end(), [&](const SeriesRun& each) {
            return each.run == ids->at(33) && each.interleaved == u"a pair";
        }));
        const std::vector<std::int64_t> few{points->runs[2].run, points->runs[4].run, points->runs[6].run};
        const auto total = std::find_if(points->rows.begin(), points->rows.end(),
                                        [](const RowPoints& each) { return each.row.name == u"total"; });
        QVERIFY(total != points->rows.end());
        const auto samples = second.samples(total->row.id, IterationMode::Warm, few);
        PERIHELION_VERIFY_RESULT(samples);
        const qint64 picked = m_server.questions(*location);
        QVERIFY2(picked > 0 && picked < 10, qPrintable(QString::number(picked)));
        QCOMPARE(samples->size(), few.size());
        QCOMPARE(samples->at(1).values.size(), std::size_t{3});
    }

    void upgradesOnceForManyAtOnce()
    {
        PERIHELION_POSTGRES_OR_SKIP()
        const auto location = m_server.newDatabase();
        QVERIFY(location.has_value());
        std::atomic<int> failures{0};
        std::vector<std::thread> threads;
        threads.reserve(8);
        for (int n = 0; n < 8; ++n) {
            threads.emplace_back([&, file = m_folder.newFile()] {
                RunStore store(*location, file);
                failures += !store.open().hasValue();
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        QCOMPARE(failures.load(), 0);
    }

    void losesNothingOfTwoHundredWriters()
    {
        PERIHELION_POSTGRES_OR_SKIP()
        const auto location = m_server.newDatabase();
        QVERIFY(location.has_value());
        RunStore store(*location, m_folder.newFile());
        twoHundredWriters(PostgresServer::urlOf(*location), store);
    }

    void losesNothingOfTwoHundredWritersInAFile()
    {
        const QString file = m_folder.newFile();
        RunStore store(file);
        twoHundredWriters(file, store);
    }

    void boundsItsConnections()
    {
        PERIHELION_POSTGRES_OR_SKIP()
        const auto location = m_server.newDatabase();
        QVERIFY(location.has_value());
        RunStore store(*location, m_folder.newFile());
        std::atomic<qsizetype> most{0};
        std::vector<std::thread> threads;
        threads.reserve(40);
        for (int n = 0; n < 40; ++n) {
            threads.emplace_back([&store, &most, n] {
                static_cast<void>(store.recordRun(sampleRun(n)));
                most = std::max<qsizetype>(most, QSqlDatabase::connectionNames().size());
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        QVERIFY(most <= static_cast<qsizetype>(ThreadConnections::kMostToServer) + 2);
        QCOMPARE(store.recentRuns()->size(), std::size_t{40});
    }

    void keepsRunsWhileTheServerIsAway()
    {
        PERIHELION_POSTGRES_OR_SKIP()
        const auto location = m_server.newDatabase(false);
        QVERIFY(location.has_value());
        const QString local = m_folder.newFile();
        const QDir outbox(QString(QFileInfo(local).absolutePath() % u"/outbox"));
        std::set<QString> uuids;
        const auto runOf = [&uuids](int at) {
            RunRecord run = sampleRun(at);
            uuids.insert(run.uuid);
            return run;
        };
        {
            RunStore store(*location, local, std::chrono::milliseconds(100));
            QVERIFY(*store.recordRun(runOf(1)) > 0);
            m_server.kill();
            RunRecord waiting = runOf(2);
            QCOMPARE(*store.recordRun(waiting), 0);
            QCOMPARE(*store.recordRun(waiting), 0); // the same one again is one
            QCOMPARE(*store.recordRun(runOf(3)), 0);
            QVERIFY2(store.notice().contains(u"2 runs wait in"), qPrintable(store.notice()));
            QVERIFY(!store.notice().contains(u"sea"));
            QVERIFY(store.recentRuns().error().code == ErrorCode::Unreachable);
            const std::vector<RunRecord> many{sampleRun(8), sampleRun(9)};
            QVERIFY(store.recordRuns(many).error().code == ErrorCode::Unreachable);
            RunRecord nameless = sampleRun();
            nameless.workload.clear();
            QVERIFY(!store.recordRun(nameless));
        }
        // Nothing of a password lies in the outbox.
        for (const QFileInfo& folder : outbox.entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            for (const QFileInfo& file : QDir(folder.filePath()).entryInfoList(QDir::Files)) {
                QFile kept(file.filePath());
                QVERIFY(kept.open(QIODevice::ReadOnly));
                QVERIFY(!kept.readAll().contains("sea"));
            }
        }
        {
            // Another start, and the server is still away.
            RunStore store(*location, local, std::chrono::milliseconds(100));
            QVERIFY(store.open().error().code == ErrorCode::Unreachable);
            QCOMPARE(*store.recordRun(runOf(4)), 0);
            QVERIFY2(store.notice().contains(u"3 runs wait in"), qPrintable(store.notice()));
            const QString wrong = m_server.start();
            QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
            // The next record sends the others as well.
            QVERIFY(*store.recordRun(runOf(5)) > 0);
            QVERIFY2(store.notice().startsWith(u"3 runs that had waited were sent"),
                     qPrintable(store.notice()));
            m_server.kill();
            QCOMPARE(*store.recordRun(runOf(6)), 0);
        }
        const QString wrong = m_server.start();
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        // The next start sends them.
        RunStore store(*location, local);
        PERIHELION_VERIFY_RESULT(store.open());
        QVERIFY2(store.notice().startsWith(u"1 run that had waited was sent"), qPrintable(store.notice()));
        std::set<QString> kept;
        const auto runs = store.recentRuns();
        PERIHELION_VERIFY_RESULT(runs);
        for (const RunListing& each : *runs) {
            const auto run = store.run(each.id);
            PERIHELION_VERIFY_RESULT(run);
            kept.insert(run->uuid);
        }
        QCOMPARE(runs->size(), uuids.size());
        QVERIFY(kept == uuids);
    }

    void goesOnAfterTheServerWasStartedAnew()
    {
        PERIHELION_POSTGRES_OR_SKIP()
        const auto location = m_server.newDatabase();
        QVERIFY(location.has_value());
        RunStore store(*location, m_folder.newFile());
        const auto id = store.recordRun(sampleRun(1));
        PERIHELION_VERIFY_RESULT(id);
        m_server.kill();
        const QString wrong = m_server.start();
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        PERIHELION_VERIFY_RESULT(store.run(*id)); // the connection is a dead one
        QVERIFY(*store.recordRun(sampleRun(2)) > *id);
        QVERIFY(store.notice().isEmpty());
    }

    void setsADamagedWaitingRunAside()
    {
        PERIHELION_POSTGRES_OR_SKIP()
        const auto location = m_server.newDatabase();
        QVERIFY(location.has_value());
        const QString local = m_folder.newFile();
        RunOutbox outbox(QString(QFileInfo(local).absolutePath() % u"/outbox"), *location);
        PERIHELION_VERIFY_RESULT(outbox.put(sampleRun(1)));
        QVERIFY(writeFile(QString(outbox.folder() % u"/half.json"), QByteArrayLiteral("{\"format\": \"per")));
        RunStore store(*location, local);
        PERIHELION_VERIFY_RESULT(store.open());
        QVERIFY2(store.notice().contains(u"set aside"), qPrintable(store.notice()));
        QCOMPARE(store.recentRuns()->size(), std::size_t{1});
        QVERIFY(outbox.waiting().isEmpty());
    }
};

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 6 && arguments.at(1) == u"--write") {
        return writeAsChild(arguments);
    }
    RunServerTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_run_server.moc"
