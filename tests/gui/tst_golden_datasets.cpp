// SPDX-License-Identifier: GPL-3.0-or-later
// What the window with the Datasets page looks like, over recordings and loads that are the same in every
// run.
#include "datasets/frames/lazy_frame.h"
#include "datasets/index/event_file.h"
#include "tests/gui/app_fixture.h"
#include "tests/gui/golden_picture.h"
#include "tests/support/test_support.h"
#include "widgets/models/cache_control.h"
#include "widgets/pages/datasets_page.h"
#include "widgets/pages/main_window.h"

#include <QPushButton>

using namespace perihelion;
using perihelion::test::AppFixture;

class TestGoldenDatasets : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void looksAsKept_data();
    void looksAsKept();
};

void TestGoldenDatasets::looksAsKept_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("dark");
    QTest::addColumn<bool>("list");
    QTest::addColumn<bool>("cached");
    QTest::newRow("dark") << QStringLiteral("datasets_dark") << QSize(1440, 900) << true << false << false;
    QTest::newRow("light, narrow") << QStringLiteral("datasets_light_narrow") << QSize(1024, 700) << false
                                   << false << false;
    QTest::newRow("list") << QStringLiteral("datasets_list") << QSize(1440, 900) << true << true << false;
    QTest::newRow("cache on") << QStringLiteral("datasets_cached") << QSize(1440, 900) << true << false
                              << true;
    QTest::newRow("cache on, narrow")
        << QStringLiteral("datasets_cached_narrow") << QSize(1024, 700) << false << false << true;
}

void TestGoldenDatasets::looksAsKept()
{
    QFETCH(QString, name);
    QFETCH(QSize, size);
    QFETCH(bool, dark);
    QFETCH(bool, list);
    QFETCH(bool, cached);
    AppFixture app(std::chrono::hours(1)); // Nothing is read ahead.
    if (cached) {
        app.settings().set(setting::kCacheMode, true);
        app.settings().set(setting::kCacheLimitMib, 8);
        app.settings().set(setting::kCacheFloorMib, 64);
        app.restart();
    }
    // Debian's Qt always brings DejaVu along.
    app.theme().setFamilies(QStringLiteral("DejaVu Sans"), QStringLiteral("DejaVu Sans Mono"));
    app.theme().setMode(dark ? ThemeMode::Dark : ThemeMode::Light);
    app.settings().set(setting::kMenuView, list ? QStringLiteral("list") : QStringLiteral("grid"));
    const QString first = app.makeRecording(QStringLiteral("in/fans/fan_const_rpm.h5"), 400'000);
    app.makeRecording(QStringLiteral("in/fans/fan_contiguous.h5"), 300'000, true);
    app.makeRecording(QStringLiteral("in/street/crossing.h5"), 120'000);
    const QString text = app.makeTextFile(QStringLiteral("in/street/notes.h5"));
    if (cached) {
        const auto file = EventFile::open(first);
        PERIHELION_VERIFY_RESULT(file);
        DecodePool pool;
        QueryContext context;
        context.pool = &pool;
        context.cache = &app.cache();
        PERIHELION_VERIFY_RESULT(LazyFrame::scan(*file).collect(context));
        app.cache().setPinned(first, true);
    }
    PERIHELION_VERIFY_RESULT(app.runStore().open());
    for (int i = 0; i < 12; ++i) {
        LoadRecord load;
        load.path = first;
        load.at = QDateTime(QDate(2024, 5, 17), QTime(9, i), Qt::UTC);
        load.phases.open = std::chrono::microseconds(400 + 90 * i);
        load.phases.index = std::chrono::microseconds(900 - 60 * i);
        load.phases.decode = std::chrono::microseconds(1400 + 40 * (i % 5));
        load.phases.accumulate = std::chrono::microseconds(600);
        load.phases.firstFrame = std::chrono::microseconds(2100);
        load.cache = i < 8 ? CacheState::Off : i == 9 ? CacheState::Miss : CacheState::Hit;
        PERIHELION_VERIFY_RESULT(app.runStore().recordLoad(load));
    }
    MainWindow window(app.services());
    window.resize(size);
    window.show();
    window.datasets().setSessionSources(
        {QString(app.folder() % u"/in/fans"), QString(app.folder() % u"/in/street")}, {text});
    QVERIFY(QTest::qWaitFor([&] { return window.datasets().isSettled(); }, 30'000));
    QTRY_COMPARE(window.datasets().library().model().waitingCount(), 0);
    QVERIFY(QTest::qWaitFor([&] { return window.datasets().isSettled(); }, 30'000));

    window.cache().refresh();
    QList<QRect> masks;
    if (list) {
        // The files were modified just now.
        masks.append(QRect(size.width() - 330 - 60 - 140, 56, 190, size.height() - 100));
    }
    if (cached) {
        // How much memory is available, and what pictures take by the time of painting.
        masks.append(QRect(100, size.height() - 26, 400, 26));
        masks.append(QRect(940, 10, 240, 40));
    }
    const QString difference = test::compareWithGolden(window, name, masks);
    QVERIFY2(difference.isEmpty(), qPrintable(difference));
}

QTEST_MAIN(TestGoldenDatasets)
#include "tst_golden_datasets.moc"
