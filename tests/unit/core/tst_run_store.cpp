// SPDX-License-Identifier: GPL-3.0-or-later
// RunStore: what goes in comes out, schema versions, threads and processes side by side, and a kill at any
// moment. The program starts itself as a second process ("--write FILE COUNT") where a test needs one.

#include "core/measure/operation_times.h"
#include "core/runs/run_store.h"
#include "core/runs/schema_migration.h"
#include "tests/support/test_support.h"
#include "tests/unit/core/run_store_fixture.h"

#include <QCoreApplication>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

#include <atomic>
#include <cstdio>
#include <memory>
#include <semaphore>
#include <thread>

using namespace perihelion;
using namespace perihelion::test;

namespace {

/// The second process: writes loads and says so, one line each; without a count until it is killed.
int writeLoads(const QStringList& arguments)
{
    RunStore store(arguments.at(2));
    const int count = arguments.at(3).toInt();
    for (int n = 0; count == 0 || n < count; ++n) {
        const Result<std::int64_t> id = store.recordLoad(sampleLoad(QStringLiteral("/child.h5"), n));
        if (!id) {
            std::fprintf(stderr, "%s\n", qPrintable(id.error().sentence()));
            return 1;
        }
        std::printf("%lld\n", static_cast<long long>(*id));
        std::fflush(stdout);
    }
    return 0;
}

} // namespace

class RunStoreTest : public QObject {
    Q_OBJECT

private:
    StoreFolder m_folder;

private Q_SLOTS:
    /// Qt SQL warns where a connection is closed while in use or used by a thread it does not belong to.
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void keepsWhatIsRecorded()
    {
        const QString file = m_folder.newFile();
        const LoadRecord load = sampleLoad(QStringLiteral("/a/ü fan.h5"), 1'700'000'000'123);
        {
            RunStore store(file);
            PERIHELION_VERIFY_RESULT(store.open());
            QVERIFY(store.notice().isEmpty());
            const Result<std::int64_t> id = store.recordLoad(load);
            PERIHELION_VERIFY_RESULT(id);
            QCOMPARE(*id, 1);
        }
        RunStore store(file);
        const auto loads = store.recentLoads(load.path);
        PERIHELION_VERIFY_RESULT(loads);
        QCOMPARE(loads->size(), std::size_t{1});
        const LoadRecord& kept = loads->front();
        QCOMPARE(kept.id, 1);
        QCOMPARE(kept.path, load.path);
        QCOMPARE(kept.stream, load.stream);
        QCOMPARE(kept.at, load.at);
        QCOMPARE(kept.at.timeSpec(), Qt::UTC);
        QCOMPARE(kept.phases.open.count(), 1);
        QCOMPARE(kept.phases.index.count(), 22);
        QCOMPARE(kept.phases.decode.count(), 333);
        QCOMPARE(kept.phases.accumulate.count(), 4444);
        QCOMPARE(kept.phases.firstFrame.count(), 55555);
        QVERIFY(kept.index == load.index);
        QVERIFY(kept.cache == load.cache);
        QCOMPARE(kept.fileBytes, load.fileBytes);
        QCOMPARE(kept.events, load.events);
        QCOMPARE(kept.windowEvents, load.windowEvents);
        QCOMPARE(kept.chunksRead, load.chunksRead);
        QCOMPARE(kept.bytesRead, load.bytesRead);
    }

    void questionsAreTimed()
    {
        OperationTimes times;
        times.setSlowThreshold(std::chrono::hours(1)); // However busy the machine is.
        RunStore store(m_folder.newFile());
        store.timeInto(times);
        PERIHELION_VERIFY_RESULT(store.open());
        const LoadRecord load = sampleLoad(QStringLiteral("/timed.h5"), 60'000);
        PERIHELION_VERIFY_RESULT(store.recordLoad(load));
        PERIHELION_VERIFY_RESULT(store.recentLoads(load.path));
        PERIHELION_VERIFY_RESULT(store.recentLoads(load.path));
        QStringList told;
        for (const NamedFigures& row : times.figures()) {
            told.append(QStringLiteral("%1 %2").arg(row.name).arg(row.figures.count));
        }
        QCOMPARE(told,
                 (QStringList{QStringLiteral("Run store: open 1"), QStringLiteral("Run store: keep a load 1"),
                              QStringLiteral("Run store: recent loads 2")}));
    }

    void keepsEveryState()
    {
        RunStore store(m_folder.newFile());
        int minute = 0;
        for (const IndexState index : {IndexState::Built, IndexState::Kept}) {
            for (const CacheState cache : {CacheState::Off, CacheState::Miss, CacheState::Hit}) {
                LoadRecord load = sampleLoad(QStringLiteral("/states.h5"), 60'000 * ++minute);
                load.stream = QString();
                load.index = index;
                load.cache = cache;
                PERIHELION_VERIFY_RESULT(store.recordLoad(load));
                const auto loads = store.recentLoads(load.path, 1);
                PERIHELION_VERIFY_RESULT(loads);
                QVERIFY(loads->front().index == index);
                QVERIFY(loads->front().cache == cache);
                QVERIFY(loads->front().stream.isEmpty());
            }
        }
    }

    void answersNewestFirst()
    {
        RunStore store(m_folder.newFile());
        for (const auto& [path, at] : {std::pair{"/a", 10}, {"/b", 40}, {"/a", 30}, {"/c", 20}, {"/a", 30}}) {
            PERIHELION_VERIFY_RESULT(store.recordLoad(sampleLoad(QLatin1String(path), at)));
        }
        const auto loads = store.recentLoads(QStringLiteral("/a"), 2);
        PERIHELION_VERIFY_RESULT(loads);
        QCOMPARE(loads->size(), std::size_t{2});
        QCOMPARE(loads->at(0).id, 5); // of two at the same time the later one
        QCOMPARE(loads->at(1).id, 3);
        const auto paths = store.recentRecordings();
        PERIHELION_VERIFY_RESULT(paths);
        QCOMPARE(*paths,
                 (std::vector<QString>{QStringLiteral("/b"), QStringLiteral("/a"), QStringLiteral("/c")}));
        const auto two = store.recentRecordings(2);
        PERIHELION_VERIFY_RESULT(two);
        QCOMPARE(two->size(), std::size_t{2});
        const auto none = store.recentLoads(QStringLiteral("/unknown"));
        PERIHELION_VERIFY_RESULT(none);
        QVERIFY(none->empty());
    }

    void fillsInTheTimeAndRefusesNoPath()
    {
        RunStore store(m_folder.newFile());
        const QDateTime before = QDateTime::currentDateTimeUtc().addMSecs(-1);
        LoadRecord load;
        load.path = QStringLiteral("/now.h5");
        PERIHELION_VERIFY_RESULT(store.recordLoad(load));
        const auto loads = store.recentLoads(load.path);
        PERIHELION_VERIFY_RESULT(loads);
        QVERIFY(loads->front().at >= before && loads->front().at <= QDateTime::currentDateTimeUtc());
        const auto refused = store.recordLoad(LoadRecord());
        QVERIFY(!refused);
        QVERIFY(refused.error().code == ErrorCode::InvalidArgument);
    }

    void writesAheadOfTheDatabase()
    {
        const QString file = m_folder.newFile();
        RunStore store(file);
        PERIHELION_VERIFY_RESULT(store.open());
        QCOMPARE(ask(file, QStringLiteral("PRAGMA journal_mode")), QStringLiteral("wal"));
        QCOMPARE(ask(file, QStringLiteral("PRAGMA user_version")), QString::number(RunStore::kSchemaVersion));
        QCOMPARE(static_cast<int>(runStoreSchema().size()), RunStore::kSchemaVersion);
    }

    void upgradesAnOlderDatabase()
    {
        const QString file = m_folder.newFileInFolder();
        QVERIFY(execute(file, {QStringLiteral("CREATE TABLE scratch (note TEXT)"),
                               QStringLiteral("INSERT INTO scratch VALUES ('kept')")}));
        RunStore store(file);
        PERIHELION_VERIFY_RESULT(store.open());
        QVERIFY(store.notice().isEmpty());
        PERIHELION_VERIFY_RESULT(store.recordLoad(sampleLoad(QStringLiteral("/a"), 1)));
        QCOMPARE(ask(file, QStringLiteral("PRAGMA user_version")), QString::number(RunStore::kSchemaVersion));
        QCOMPARE(ask(file, QStringLiteral("SELECT note FROM scratch")), QStringLiteral("kept"));
    }

    void migratesStepByStep()
    {
        const QString file = m_folder.newFileInFolder();
        const SchemaStep first{{QStringLiteral("CREATE TABLE fruit (name TEXT)"),
                                QStringLiteral("INSERT INTO fruit VALUES ('fig')")}};
        const SchemaStep second{
            {QStringLiteral("ALTER TABLE fruit ADD COLUMN ripe INTEGER NOT NULL DEFAULT 1")}};
        const SchemaStep broken{{QStringLiteral("CREATE TABLE half (x)"), QStringLiteral("NOT SQL")}};
        {
            QSqlDatabase database =
                QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("steps"));
            database.setDatabaseName(file);
            QVERIFY(database.open());
            const auto version = [&database] {
                const Result<int> answer = schemaVersion(database);
                return answer ? *answer : -1;
            };
            PERIHELION_VERIFY_RESULT(migrateSchema(database, std::vector{first}));
            QCOMPARE(version(), 1);
            PERIHELION_VERIFY_RESULT(migrateSchema(database, std::vector{first, second}));
            QCOMPARE(version(), 2);
            PERIHELION_VERIFY_RESULT(migrateSchema(database, std::vector{first, second}));

            // A step that fails leaves nothing of itself, and the steps before it stay.
            const Result<void> failed = migrateSchema(database, std::vector{first, second, broken});
            QVERIFY(!failed);
            QVERIFY(failed.error().code == ErrorCode::Store);
            QCOMPARE(version(), 2);
            QCOMPARE(database.tables(), QStringList{QStringLiteral("fruit")});
            PERIHELION_VERIFY_RESULT(migrateSchema(database, std::vector{first, second, SchemaStep{}}));
            QCOMPARE(version(), 3);
        }
        QSqlDatabase::removeDatabase(QStringLiteral("steps"));
        QCOMPARE(ask(file, QStringLiteral("SELECT name || ripe FROM fruit")), QStringLiteral("fig1"));
    }

    void givesEachThreadItsConnection()
    {
        const QStringList before = QSqlDatabase::connectionNames();
        {
            RunStore store(m_folder.newFile());
            PERIHELION_VERIFY_RESULT(store.open());
            constexpr int kThreads = 4;
            std::vector<std::thread> threads;
            threads.reserve(kThreads);
            std::atomic<int> failures{0};
            for (int thread = 0; thread < kThreads; ++thread) {
                threads.emplace_back([&store, &failures, thread] {
                    for (int n = 0; n < 50; ++n) {
                        failures +=
                            !store.recordLoad(sampleLoad(QStringLiteral("/%1").arg(thread), n)).hasValue();
                    }
                });
            }
            for (std::thread& thread : threads) {
                thread.join();
            }
            QCOMPARE(failures.load(), 0);
            // The threads have ended and taken their connections along.
            QCOMPARE(QSqlDatabase::connectionNames().size(), before.size() + 1);
            for (int thread = 0; thread < 4; ++thread) {
                const auto loads = store.recentLoads(QStringLiteral("/%1").arg(thread), 100);
                PERIHELION_VERIFY_RESULT(loads);
                QCOMPARE(loads->size(), std::size_t{50});
            }
        }
        QCOMPARE(QSqlDatabase::connectionNames(), before);
    }

    void closesWhatALivingThreadHasOpen()
    {
        const QStringList before = QSqlDatabase::connectionNames();
        // The standard's own: the thread sanitizer cannot see into Qt's.
        std::binary_semaphore used(0);
        std::binary_semaphore mayEnd(0);
        bool opened = false;
        auto store = std::make_unique<RunStore>(m_folder.newFile());
        std::thread thread([&] {
            opened = store->open().hasValue();
            used.release();
            mayEnd.acquire();
        });
        used.acquire();
        const qsizetype whileOpen = QSqlDatabase::connectionNames().size();
        store.reset();
        const QStringList after = QSqlDatabase::connectionNames();
        mayEnd.release();
        thread.join();
        QVERIFY(opened);
        QCOMPARE(whileOpen, before.size() + 1);
        QCOMPARE(after, before);
    }

    void losesNothingBetweenTwoProcesses()
    {
        const QString file = m_folder.newFile(); // not there yet: both make it
        constexpr int kLoads = 200;
        QProcess child;
        child.start(QCoreApplication::applicationFilePath(),
                    {QStringLiteral("--write"), file, QString::number(kLoads)});
        RunStore store(file);
        for (int n = 0; n < kLoads; ++n) {
            PERIHELION_VERIFY_RESULT(store.recordLoad(sampleLoad(QStringLiteral("/parent.h5"), n)));
        }
        QVERIFY(child.waitForFinished());
        QVERIFY2(child.exitStatus() == QProcess::NormalExit && child.exitCode() == 0,
                 child.readAllStandardError().constData());
        for (const QString& path : {QStringLiteral("/parent.h5"), QStringLiteral("/child.h5")}) {
            const auto loads = store.recentLoads(path, 2 * kLoads);
            PERIHELION_VERIFY_RESULT(loads);
            QCOMPARE(loads->size(), std::size_t{kLoads});
        }
        QVERIFY(store.notice().isEmpty());
    }

    void opensAfterAKill()
    {
        const QString file = m_folder.newFile();
        std::size_t promised = 0;
        for (int round = 0; round < 5; ++round) {
            QProcess child;
            child.start(QCoreApplication::applicationFilePath(),
                        {QStringLiteral("--write"), file, QStringLiteral("0")});
            const int lines = 3 + 7 * round;
            int seen = 0;
            while (seen < lines && (child.canReadLine() || child.waitForReadyRead())) {
                while (child.canReadLine()) {
                    child.readLine();
                    ++seen;
                }
            }
            QVERIFY(seen >= lines);
            child.kill();
            QVERIFY(child.waitForFinished());
            while (child.canReadLine()) {
                child.readLine();
                ++seen;
            }
            promised += static_cast<std::size_t>(seen);
            RunStore store(file);
            PERIHELION_VERIFY_RESULT(store.open());
            QVERIFY(store.notice().isEmpty());
            const auto loads = store.recentLoads(QStringLiteral("/child.h5"), 1'000'000);
            PERIHELION_VERIFY_RESULT(loads);
            QVERIFY2(loads->size() >= promised, qPrintable(QString::number(loads->size())));
        }
    }
};

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 4 && arguments.at(1) == u"--write") {
        return writeLoads(arguments);
    }
    RunStoreTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_run_store.moc"
