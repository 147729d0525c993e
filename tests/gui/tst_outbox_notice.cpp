// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that wait for a server which went away: the window says so on every page, tries again by itself and
// when a person asks for it, and says nothing any more once they are sent.
#include "core/runs/run_store.h"
#include "tests/gui/app_fixture.h"
#include "tests/support/postgres_server.h"
#include "tests/support/test_support.h"
#include "widgets/models/outbox_watch.h"
#include "widgets/pages/history_page.h"
#include "widgets/pages/main_window.h"
#include "widgets/views/outbox_notice.h"

#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace perihelion;
using perihelion::test::AppFixture;
using perihelion::test::PostgresServer;

namespace {

RunRecord measured(int number)
{
    RunRecord run;
    run.uuid = QStringLiteral("waits-%1").arg(number);
    run.workload = QStringLiteral("planets");
    run.scenario = QStringLiteral("dense");
    run.scenarioHash = QStringLiteral("0123456789abcdef");
    run.commit = QString(40, QLatin1Char(static_cast<char>('a' + number)));
    run.started = QDateTime(QDate(2024, 3, 1 + number), QTime(9, 0), Qt::UTC);
    run.finished = run.started.addSecs(5);
    run.phases = {{QStringLiteral("physics"), -1, false}};
    RunIteration iteration;
    iteration.phases = {{0, Nanoseconds(2'000'000), Nanoseconds(2'000'000), 1}};
    iteration.elapsed = Nanoseconds(2'000'000);
    run.iterations = {iteration};
    return run;
}

/// The services of the fixture over another store.
AppServices over(RunStore& store, const AppServices& services)
{
    return {services.jobs,      services.decodePool, store,
            services.settings,  services.paths,      services.theme,
            services.memory,    services.cache,      services.prefetcher,
            services.workloads, services.measuring,  services.operationTimes};
}

/// A window over a store on a server.
struct OutboxBench {
    RunStore& store;
    MainWindow window;
    OutboxNotice& notice;
    QLabel& text;
    QPushButton& send;

    OutboxBench(AppFixture& app, RunStore& server)
        : store(server),
          window(over(server, app.services())),
          notice(*window.findChild<OutboxNotice*>()),
          text(*notice.findChild<QLabel*>(QStringLiteral("outboxText"))),
          send(*notice.findChild<QPushButton*>(QStringLiteral("outboxSend")))
    {
        window.resize(1024, 700);
        window.show();
    }
    QString status() { return window.findChild<QLabel*>(QStringLiteral("statusMessage"))->text(); }
};

} // namespace

class TestOutboxNotice : public QObject {
    Q_OBJECT

    PostgresServer m_server;

    /// A store with runs that the server was not there to take.
    void keepAside(const StoreLocation& location, const QString& local, int runs)
    {
        RunStore store(location, local);
        PERIHELION_VERIFY_RESULT(store.open());
        m_server.kill();
        for (int number = 0; number < runs; ++number) {
            QCOMPARE(*store.recordRun(measured(number)), 0);
        }
        QCOMPARE(store.outbox().waiting, runs);
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (PostgresServer::isInstalled()) {
            QCOMPARE(m_server.start(), QString());
        }
    }

    void nothingWaitsForAFile()
    {
        AppFixture app;
        QVERIFY(!app.runStore().hasOutbox());
        MainWindow window(app.services());
        window.show();
        window.outbox().look();
        window.outbox().sendNow();
        QVERIFY(!window.outbox().isBusy() && !window.outbox().isSending());
        QVERIFY(!window.findChild<OutboxNotice*>()->isVisible());
    }

    void isHiddenUntilTheNumberChanges()
    {
        AppFixture app;
        QWidget around;
        OutboxNotice notice(app.theme(), &around);
        around.show();
        const QString store = QStringLiteral("postgresql://ada@db/history");
        OutboxState state;
        notice.setState(state, store, false);
        QVERIFY(!notice.isVisible());
        state.waiting = 1;
        notice.setState(state, store, false);
        QVERIFY(notice.isVisible());
        QCOMPARE(notice.text(), QStringLiteral("1 run waits on this machine to be sent to "
                                               "postgresql://ada@db/history."));
        auto* close = notice.findChild<QToolButton*>();
        QVERIFY(!close->accessibleName().isEmpty() && !close->toolTip().isEmpty());
        QTest::mouseClick(close, Qt::LeftButton);
        QVERIFY(!notice.isVisible());
        state.trouble = QStringLiteral("Storing a run failed");
        state.tried = QDateTime(QDate(2024, 3, 1), QTime(9, 0));
        notice.setState(state, store, false); // One more try in vain is nothing new.
        QVERIFY(!notice.isVisible());
        state.waiting = 2;
        notice.setState(state, store, false);
        QVERIFY(notice.isVisible());
        QCOMPARE(notice.text(),
                 QStringLiteral("2 runs wait on this machine to be sent to postgresql://ada@db/history. "
                                "Last try, 2024-03-01 09:00: Storing a run failed."));
        QTest::mouseClick(close, Qt::LeftButton);
        state.waiting = 0;
        notice.setState(state, store, false);
        state.waiting = 2;
        notice.setState(state, store, false);
        QVERIFY(notice.isVisible());
    }

    void waitsAndIsSent()
    {
        PERIHELION_POSTGRES_OR_SKIP();
        const auto location = m_server.newDatabase(false);
        QVERIFY(location);
        AppFixture app;
        const QString local = QString(app.folder() % u"/local.sqlite");
        keepAside(*location, local, 3);
        RunStore store(*location, local);
        OutboxBench bench(app, store);
        bench.window.showPage(PageId::History);
        QTRY_VERIFY(bench.notice.isVisible());
        QVERIFY2(bench.text.text().startsWith(u"3 runs wait on this machine to be sent to "
                                              u"postgresql://keeper@127.0.0.1:"),
                 qPrintable(bench.text.text()));
        QVERIFY2(bench.text.text().contains(u"the server cannot be reached"), qPrintable(bench.text.text()));
        QVERIFY(!bench.text.text().contains(PostgresServer::kPassword));
        QVERIFY(!bench.send.toolTip().isEmpty());
        // A person may go on with whatever they do: no dialog, and the notice is on every page.
        QVERIFY(QApplication::activeModalWidget() == nullptr);
        bench.window.showPage(PageId::Player);
        QVERIFY(bench.notice.isVisible());
        // The server is still away: that is said, and nothing is lost.
        QTest::mouseClick(&bench.send, Qt::LeftButton);
        QVERIFY(!bench.send.isEnabled());
        QVERIFY2(bench.text.text().endsWith(u"Sending…"), qPrintable(bench.text.text()));
        QTRY_VERIFY(bench.send.isEnabled() && !bench.window.outbox().isBusy());
        QVERIFY(bench.notice.isVisible());
        QVERIFY2(bench.text.text().contains(u"Last try, "), qPrintable(bench.text.text()));
        QCOMPARE(store.outbox().waiting, 3);
        // It is back.
        bench.window.showPage(PageId::History);
        QCOMPARE(m_server.start(), QString());
        QTest::mouseClick(&bench.send, Qt::LeftButton);
        QTRY_VERIFY(!bench.notice.isVisible());
        QCOMPARE(store.outbox(), OutboxState());
        QCOMPARE(bench.status(), QStringLiteral("3 runs that had waited were sent to the run store"));
        HistoryPage& history = bench.window.history();
        QTRY_VERIFY(history.history() != nullptr && history.history()->runs.size() == 3);
        QTRY_VERIFY(history.isSettled());
        // A run that is kept aside while the window is open is told of as well.
        m_server.kill();
        QCOMPARE(*store.recordRun(measured(7)), 0);
        bench.window.outbox().look();
        QTRY_VERIFY(bench.notice.isVisible());
        QVERIFY2(bench.text.text().startsWith(u"1 run waits"), qPrintable(bench.text.text()));
        QCOMPARE(m_server.start(), QString());
    }

    void isSentAtTheStart()
    {
        PERIHELION_POSTGRES_OR_SKIP();
        const auto location = m_server.newDatabase(false);
        QVERIFY(location);
        AppFixture app;
        const QString local = QString(app.folder() % u"/local.sqlite");
        keepAside(*location, local, 1);
        QCOMPARE(m_server.start(), QString());
        RunStore store(*location, local);
        OutboxBench bench(app, store);
        QTRY_COMPARE(bench.status(), QStringLiteral("1 run that had waited was sent to the run store"));
        QTRY_VERIFY(!bench.window.outbox().isBusy());
        QVERIFY(!bench.notice.isVisible());
        QCOMPARE(store.recentRuns()->size(), std::size_t{1});
    }

    void isSentWhenTheServerIsBack()
    {
        PERIHELION_POSTGRES_OR_SKIP();
        const auto location = m_server.newDatabase(false);
        QVERIFY(location);
        AppFixture app;
        const QString local = QString(app.folder() % u"/local.sqlite");
        keepAside(*location, local, 2);
        RunStore store(*location, local);
        OutboxWatch watch(store, app.services().jobs, std::chrono::milliseconds(5));
        const QSignalSpy sent(&watch, &OutboxWatch::sent);
        watch.look();
        QTRY_COMPARE(watch.state().waiting, 2);
        QTRY_VERIFY(!watch.state().trouble.isEmpty()); // It has tried by itself.
        QVERIFY(watch.state().tried.isValid());
        QVERIFY(!watch.isSending());
        QCOMPARE(m_server.start(), QString());
        QTRY_COMPARE(watch.state(), OutboxState());
        QCOMPARE(sent.size(), 1);
        QCOMPARE(sent.front().front().toInt(), 2);
        QCOMPARE(store.recentRuns()->size(), std::size_t{2});
    }

    void aDamagedOneIsTold()
    {
        PERIHELION_POSTGRES_OR_SKIP();
        const auto location = m_server.newDatabase(false);
        QVERIFY(location);
        AppFixture app;
        const QString local = QString(app.folder() % u"/local.sqlite");
        RunStore store(*location, local);
        PERIHELION_VERIFY_RESULT(store.open());
        RunOutbox outbox(QString(app.folder() % u"/outbox"), *location);
        PERIHELION_VERIFY_RESULT(outbox.put(measured(1)));
        QFile half(outbox.waiting().front());
        QVERIFY(half.open(QIODevice::WriteOnly | QIODevice::Truncate) && half.write("{\"for") > 0);
        half.close();
        OutboxWatch watch(store, app.services().jobs);
        const QSignalSpy sent(&watch, &OutboxWatch::sent);
        watch.sendNow();
        QVERIFY(watch.isSending());
        QTRY_COMPARE(sent.size(), 1);
        QCOMPARE(sent.front().front().toInt(), 0);
        QVERIFY(sent.front().back().toString().contains(u"set aside"));
        QCOMPARE(watch.state().waiting, 0);
        QVERIFY(!watch.isSending());
    }

    void stopsBetweenTwoRuns()
    {
        PERIHELION_POSTGRES_OR_SKIP();
        const auto location = m_server.newDatabase(false);
        QVERIFY(location);
        AppFixture app;
        const QString local = QString(app.folder() % u"/local.sqlite");
        keepAside(*location, local, 2);
        QCOMPARE(m_server.start(), QString());
        RunStore store(*location, local);
        int asked = 0;
        const OutboxState stopped =
            store.sendWaiting(CancelToken::alsoWhen([&asked] { return ++asked == 2; }));
        QCOMPARE(stopped.sent, 1);
        QCOMPARE(stopped.waiting, 1);
        QCOMPARE(store.sendWaiting().sent, 1);
    }
};

QTEST_MAIN(TestOutboxNotice)
#include "tst_outbox_notice.moc"
