// SPDX-License-Identifier: GPL-3.0-or-later
// Cache mode as a person uses it: the switch, what it does to loads, playing and cards, pins, clearing,
// quitting.
#include "core/runs/run_store.h"
#include "tests/gui/player_bench.h"
#include "tests/support/test_support.h"
#include "widgets/models/cache_control.h"
#include "widgets/pages/datasets_page.h"
#include "widgets/pages/main_window.h"
#include "widgets/pages/settings_page.h"
#include "widgets/views/cache_gauge.h"
#include "widgets/views/load_history_view.h"
#include "widgets/views/player_banner.h"
#include "widgets/views/recording_inspector.h"
#include "widgets/views/switch_button.h"

#include <QBarSet>
#include <QChart>
#include <QChartView>
#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QStackedBarSeries>

using namespace perihelion;
using namespace perihelion::test;

namespace {

/// Nothing is read ahead that nobody opened, so that a test decides what the cache holds.
constexpr std::chrono::hours kNeverQuiet{1};

struct WindowBench {
    AppFixture& app;
    MainWindow window;
    QSignalSpy loads;

    explicit WindowBench(AppFixture& fixture, const QString& folder)
        : app(fixture),
          window(fixture.services()),
          loads(&window.player(), &PlayerPage::loadFinished)
    {
        window.player().setAutoplay(false);
        window.resize(1440, 900);
        window.show();
        window.activateWindow();
        window.datasets().setSessionSources({folder}, {});
        (void)QTest::qWaitFor([&] { return window.datasets().isSettled(); }, kPatienceMillis);
    }
    SwitchButton& button(const char16_t* name)
    {
        return *window.findChild<SwitchButton*>(QString::fromUtf16(name));
    }
    QAction* menuAction(const QString& text)
    {
        const QMenu* menu = window.findChild<QPushButton*>(QStringLiteral("cacheMenuButton"))->menu();
        for (QAction* action : menu->actions()) {
            if (action->text() == text) {
                return action;
            }
        }
        return nullptr;
    }
    /// Opens what is selected with Enter, waits for its picture and goes back to the menu.
    bool openAndReturn()
    {
        const auto before = loads.count();
        QTest::keyClick(window.datasets().focusProxy(), Qt::Key_Return);
        if (!QTest::qWaitFor([&] { return loads.count() > before; }, kPatienceMillis)) {
            return false;
        }
        window.showPage(PageId::Datasets);
        return true;
    }
    RecordingCacheFacts facts(const QString& path)
    {
        window.cache().refresh();
        return window.cache().recording(path);
    }
};

} // namespace

class TestCacheMode : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneSwitchEverywhere();
    void loadsAreTold();
    void cardsPinsAndClearing();
    void limitsReachTheCache();
    void saysWhyItKeepsNothing();
    void switchedWhilePlaying();
    void saysWhatIsDecodedAhead();
    void readsAheadInTheMenu();
    void quitsWhileReadingAhead();
};

void TestCacheMode::oneSwitchEverywhere()
{
    AppFixture app(kNeverQuiet);
    app.makeRecording(QStringLiteral("in/a.h5"));
    {
        WindowBench bench(app, QString(app.folder() % u"/in"));
        MainWindow& window = bench.window;
        SwitchButton& inMenu = bench.button(u"cacheSwitch");
        SwitchButton& inPlayer = bench.button(u"playerCacheSwitch");
        SwitchButton& inSettings = bench.button(u"settingsCacheSwitch");
        const auto all = [&](bool on) {
            return inMenu.isChecked() == on && inPlayer.isChecked() == on && inSettings.isChecked() == on &&
                   window.cache().isOn() == on && app.settings().value(setting::kCacheMode) == on;
        };
        auto* status = window.findChild<QLabel*>(QStringLiteral("statusCache"));
        QVERIFY(all(false));
        QVERIFY(!status->isVisible());
        QTest::mouseClick(&inMenu, Qt::LeftButton);
        QVERIFY(all(true));
        QVERIFY(app.cache().isEnabled());
        QVERIFY(status->isVisible());
        QVERIFY2(status->text().contains(QStringLiteral("budget")), qPrintable(status->text()));
        window.showPage(PageId::Player);
        QTest::keyClick(&inPlayer, Qt::Key_Space);
        QVERIFY(all(false));
        QTRY_VERIFY(!app.cache().isEnabled());
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        QVERIFY(all(true));
        bench.menuAction(QStringLiteral("Cache settings…"))->trigger();
        QCOMPARE(window.currentPage(), PageId::Settings);
        for (const SwitchButton* button : {&inMenu, &inPlayer, &inSettings}) {
            QCOMPARE(button->accessibleName(), QStringLiteral("Cache mode"));
            QVERIFY(button->toolTip().contains(QStringLiteral("Ctrl+K")));
        }
    }
    app.restart();
    const MainWindow again(app.services());
    QVERIFY(app.cache().isEnabled());
}

void TestCacheMode::loadsAreTold()
{
    AppFixture app(kNeverQuiet);
    const QString path = app.makeRecording(QStringLiteral("in/fan.h5"), 300'000);
    WindowBench bench(app, QString(app.folder() % u"/in"));
    // Without the cache, switched on (a miss fills it), and again.
    QVERIFY(bench.openAndReturn());
    QTest::mouseClick(&bench.button(u"cacheSwitch"), Qt::LeftButton);
    QVERIFY(bench.openAndReturn());
    QVERIFY(bench.openAndReturn());
    QVERIFY(bench.openAndReturn());

    const std::array expected{CacheState::Off, CacheState::Miss, CacheState::Hit, CacheState::Hit};
    const auto history = [&] {
        return bench.window.findChild<LoadHistoryView*>()->loads().size() == expected.size();
    };
    QVERIFY(QTest::qWaitFor(history, kPatienceMillis));
    const auto stored = app.runStore().recentLoads(path);
    PERIHELION_VERIFY_RESULT(stored);
    QCOMPARE(stored->size(), expected.size());
    const auto& shown = bench.window.findChild<LoadHistoryView*>()->loads(); // oldest first
    for (std::size_t i = 0; i < expected.size(); ++i) {
        QCOMPARE(stored->at(expected.size() - 1 - i).cache, expected.at(i));
        QCOMPARE(shown.at(i).cache, expected.at(i));
    }
    // A hit reads nothing.
    QVERIFY(stored->back().chunksRead > 0);
    QCOMPARE(stored->front().chunksRead, 0);
    QCOMPARE(stored->front().windowEvents, stored->back().windowEvents);

    // One set of bars each, told apart by colour and words.
    const auto* chart = bench.window.findChild<LoadHistoryView*>()->findChild<QChartView*>()->chart();
    const auto* bars = qobject_cast<QStackedBarSeries*>(chart->series().at(0));
    QCOMPARE(bars->count(), 3);
    QVERIFY(bars->barSets().at(0)->color() != bars->barSets().at(1)->color());
    QVERIFY(bars->barSets().at(1)->color() != bars->barSets().at(2)->color());
    for (int set = 0; set < 3; ++set) {
        QCOMPARE(bars->barSets().at(set)->label(), cacheStateWords(static_cast<CacheState>(set)));
        for (int load = 0; load < 4; ++load) {
            const bool counts = static_cast<int>(expected.at(static_cast<std::size_t>(load))) == set;
            QCOMPARE(bars->barSets().at(set)->at(load) > 0, counts);
        }
    }
}

void TestCacheMode::cardsPinsAndClearing()
{
    AppFixture app(kNeverQuiet);
    const QString path = app.makeRecording(QStringLiteral("in/fan.h5"), 60'000);
    const QString other = app.makeRecording(QStringLiteral("in/other.h5"), 60'000);
    WindowBench bench(app, QString(app.folder() % u"/in"));
    DatasetsPage& menu = bench.window.datasets();
    const auto text = [&](const QString& of) {
        const RecordingModel& model = menu.library().model();
        return model.index(model.rowOf(of), 0).data(RecordingModel::CacheTextRole).toString();
    };
    auto* row = menu.findChild<QLabel*>(QStringLiteral("inspectorCache"));
    QCOMPARE(text(path), QString());
    QVERIFY(!row->isVisible());
    QTest::mouseClick(&bench.button(u"cacheSwitch"), Qt::LeftButton);
    QCOMPARE(text(path), QStringLiteral("not cached"));
    QVERIFY(row->isVisible());
    menu.selectRecording(path);
    QVERIFY(bench.openAndReturn());
    bench.window.cache().refresh();
    QVERIFY2(text(path).startsWith(QStringLiteral("cached")), qPrintable(text(path)));
    QCOMPARE(text(other), QStringLiteral("not cached"));
    QVERIFY2(row->text().contains(QStringLiteral("B/event")), qPrintable(row->text()));
    QVERIFY(menu.findChild<CacheGauge*>()->figures().used.value > 0);

    bench.menuAction(QStringLiteral("Pin fan"))->trigger();
    QVERIFY(app.cache().isPinned(path));
    QCOMPARE(app.settings().value(setting::kCachePinned), QStringList{path});
    QVERIFY2(row->text().contains(QStringLiteral("pinned")), qPrintable(row->text()));
    bench.menuAction(QStringLiteral("Pin fan"))->trigger();
    QVERIFY(!app.cache().isPinned(path));

    menu.selectRecording(other);
    QVERIFY(bench.openAndReturn());
    QTRY_VERIFY(bench.facts(other).bytes.value > 0);
    bench.menuAction(QStringLiteral("Clear other"))->trigger();
    QTRY_COMPARE(bench.facts(other).bytes.value, std::uint64_t{0});
    QVERIFY(bench.facts(path).bytes.value > 0);
    bench.menuAction(QStringLiteral("Clear everything"))->trigger();
    QTRY_COMPARE(bench.facts(path).bytes.value, std::uint64_t{0});
    QCOMPARE(text(path), QStringLiteral("not cached"));

    // Off frees at once.
    menu.selectRecording(path);
    QVERIFY(bench.openAndReturn());
    QTRY_VERIFY(bench.facts(path).bytes.value > 0);
    QTest::keyClick(&bench.window, Qt::Key_K, Qt::ControlModifier);
    QTRY_COMPARE(app.cache().facts().bytes, std::uint64_t{0});
    QCOMPARE(text(path), QString());
}

void TestCacheMode::limitsReachTheCache()
{
    AppFixture app(kNeverQuiet);
    MainWindow window(app.services());
    window.show();
    const auto choose = [&window](const char16_t* name, qlonglong value) {
        auto* box = window.findChild<QComboBox*>(QString::fromUtf16(name));
        box->setCurrentIndex(box->findData(value));
        Q_EMIT box->activated(box->currentIndex());
    };
    choose(u"cache-share_percent", 25);
    choose(u"cache-limit_mib", 512);
    choose(u"cache-floor_mib", 2048);
    choose(u"cache-recording_mib", 128);
    choose(u"cache-only_below_mb", 500);
    QTRY_COMPARE(app.cache().options().largestRecordingBytes, std::uint64_t{500'000'000});
    QCOMPARE(app.cache().options().perRecordingBytes, 128 * kMebibyte);
    QVERIFY(!app.cache().options().enabled);
    const MemoryPolicy policy = app.cache().budget().policy();
    QCOMPARE(policy.fraction, 0.25);
    QCOMPARE(policy.limitBytes, 512 * kMebibyte);
    QCOMPARE(policy.floorBytes, 2048 * kMebibyte);
    QCOMPARE(app.settings().value(setting::kCacheFloorMib), 2048);
}

void TestCacheMode::saysWhyItKeepsNothing()
{
    AppFixture app(kNeverQuiet);
    app.makeRecording(QStringLiteral("in/fan.h5"), 60'000);
    app.settings().set(setting::kCacheFloorMib, setting::kCacheFloorMib.greatest);
    app.restart();
    WindowBench bench(app, QString(app.folder() % u"/in"));
    QTest::mouseClick(&bench.button(u"cacheSwitch"), Qt::LeftButton);
    const QString reason = bench.window.cache().figures().offReason;
    QVERIFY(!reason.isEmpty());
    QCOMPARE(bench.window.findChild<QLabel*>(QStringLiteral("statusMessage"))->text(), reason);
    QVERIFY(bench.window.findChild<QLabel*>(QStringLiteral("statusCache"))->toolTip().contains(reason));
    QVERIFY(bench.openAndReturn());
    QCOMPARE(bench.loads.at(0).at(0).value<LoadRecord>().cache, CacheState::Off);
    QCOMPARE(app.cache().facts().bytes, std::uint64_t{0});
}

void TestCacheMode::switchedWhilePlaying()
{
    AppFixture app(kNeverQuiet);
    const QString path = smallFan(app);
    const EventBatch all = everything(path);
    PlayerBench bench(app);
    CacheControl control(app.services());
    bench.page.showCacheSwitch(control.toggleAction());
    auto* button = bench.page.findChild<SwitchButton*>(QStringLiteral("playerCacheSwitch"));
    QVERIFY(bench.open(path));
    bench.page.session().play();
    quint64 serial = 0;
    for (int round = 0; round < 120; ++round) {
        QTest::mouseClick(button, Qt::LeftButton);
        *bench.now += std::chrono::milliseconds(17);
        const auto shown = [&] { return bench.page.session().frame()->serial != serial; };
        QVERIFY(QTest::qWaitFor(shown, kPatienceMillis));
        QVERIFY(bench.page.session().clock().isPlaying());
        const AccumulatedFrame& frame = bench.page.session().frame()->frame;
        serial = bench.page.session().frame()->serial;
        const Counted counted =
            bruteForce(all, frame.windowStart, frame.windowLength, QRect(0, 0, frame.width, frame.height));
        QCOMPARE(frame.events, counted.events);
        QCOMPARE(frame.on, counted.on);
    }
    QVERIFY(!bench.child<PlayerBanner>().isVisible());
    QVERIFY(!control.isOn());
    QTRY_VERIFY(!app.cache().isEnabled());
    QTRY_COMPARE(app.cache().facts().bytes, std::uint64_t{0});
}

void TestCacheMode::saysWhatIsDecodedAhead()
{
    AppFixture app(kNeverQuiet);
    const QString path = smallFan(app);
    PlayerBench bench(app);
    CacheControl control(app.services());
    bench.page.showCacheSwitch(control.toggleAction());
    auto* button = bench.page.findChild<SwitchButton*>(QStringLiteral("playerCacheSwitch"));
    auto* ahead = bench.page.findChild<QLabel*>(QStringLiteral("playerAhead"));
    QVERIFY(bench.open(path));
    QVERIFY(!ahead->isVisible());
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_VERIFY(app.cache().isEnabled());
    bench.page.session().step(1);
    QTRY_VERIFY(ahead->isVisible());
    // The whole of it fits: from the play head to the last event.
    const RecordingMetadata& m = bench.page.session().metadata();
    const auto left =
        static_cast<double>((m.maxTime - bench.page.session().clock().position()).count()) / 1e6;
    const QString expected = QStringLiteral("decoded ahead %1 s").arg(QString::number(left, 'f', 1));
    QTRY_COMPARE(ahead->text(), expected);
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(!ahead->isVisible());
}

void TestCacheMode::readsAheadInTheMenu()
{
    AppFixture app(std::chrono::milliseconds(0));
    const QString first = app.makeRecording(QStringLiteral("in/a.h5"), 60'000);
    const QString second = app.makeRecording(QStringLiteral("in/b.h5"), 60'000);
    WindowBench bench(app, QString(app.folder() % u"/in"));
    QTest::keyClick(&bench.window, Qt::Key_K, Qt::ControlModifier);
    // What is selected, and its neighbour, without anybody opening them.
    for (const QString& path : {first, second}) {
        const auto full = [&] { return bench.facts(path).presence == CachePresence::Full; };
        QVERIFY(QTest::qWaitFor(full, kPatienceMillis));
    }
    QVERIFY(bench.openAndReturn());
    QCOMPARE(bench.loads.at(0).at(0).value<LoadRecord>().cache, CacheState::Hit);
}

void TestCacheMode::quitsWhileReadingAhead()
{
    AppFixture app(std::chrono::milliseconds(0));
    for (int i = 0; i < 4; ++i) {
        app.makeRecording(QStringLiteral("in/r%1.h5").arg(i), 400'000);
    }
    app.settings().set(setting::kCacheMode, true);
    app.restart();
    for (int round = 0; round < 3; ++round) {
        WindowBench bench(app, QString(app.folder() % u"/in"));
        const auto begun = [&] { return app.cache().facts().blocks > 0; };
        QVERIFY(QTest::qWaitFor(begun, kPatienceMillis));
        bench.window.close();
        app.cache().clear();
    }
    app.restart();
    QVERIFY(app.cache().isEnabled());
}

QTEST_MAIN(TestCacheMode)
#include "tst_cache_mode.moc"
