// SPDX-License-Identifier: GPL-3.0-or-later
// What the window says and paints of cache mode: words, bar, switch, toolbar part.
#include "widgets/models/cache_figures.h"
#include "widgets/theme/theme.h"
#include "widgets/views/cache_bar.h"
#include "widgets/views/cache_gauge.h"
#include "widgets/views/recording_card.h"
#include "widgets/views/switch_button.h"

#include <QAccessible>
#include <QAction>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace perihelion;

namespace {

constexpr std::uint64_t kMib = 1ULL << 20;
constexpr std::uint64_t kGib = 1ULL << 30;

CacheFigures figures(std::uint64_t used, std::uint64_t budget)
{
    CacheFigures made;
    made.on = true;
    made.used = ByteCount{used};
    made.budget = ByteCount{budget};
    made.available = ByteCount{18 * kGib};
    return made;
}

/// Pixels of a bar painted 100 wide that have the accent's colour, along its middle.
int filledPixels(const CacheFigures& shown, const Theme& theme)
{
    QImage image(100, 8, QImage::Format_RGB32);
    image.fill(Qt::magenta);
    QPainter painter(&image);
    paintCacheBar(painter, QRectF(0, 0, 100, 8), shown, theme);
    painter.end();
    int filled = 0;
    for (int x = 0; x < 100; ++x) {
        filled += image.pixelColor(x, 4) == theme.color(ColorRole::Accent) ? 1 : 0;
    }
    return filled;
}

} // namespace

class TestCacheViews : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void words_data();
    void words();
    void sizes();
    void gaugeWords();
    void barShowsTheShare();
    void switchFollowsAndTriggers();
    void cardShowsTheState();
    void barOffersWhatItCan();

private:
    Theme m_theme;
};

void TestCacheViews::init()
{
    m_theme.setMode(ThemeMode::Dark);
}

void TestCacheViews::words_data()
{
    QTest::addColumn<CachePresence>("presence");
    QTest::addColumn<QString>("expected");
    QTest::newRow("off") << CachePresence::Off << QString();
    QTest::newRow("none") << CachePresence::None << QStringLiteral("not cached");
    QTest::newRow("partly") << CachePresence::Partly << QStringLiteral("cached 64 %");
    QTest::newRow("prefetching") << CachePresence::Prefetching << QStringLiteral("prefetching 64 %");
    QTest::newRow("full") << CachePresence::Full << QStringLiteral("cached");
}

void TestCacheViews::words()
{
    QFETCH(CachePresence, presence);
    QFETCH(QString, expected);
    RecordingCacheFacts facts;
    facts.presence = presence;
    facts.percent = 64;
    QCOMPARE(cachePresenceWords(facts), expected);
}

void TestCacheViews::sizes()
{
    RecordingCacheFacts facts;
    QCOMPARE(cacheSizeWords(facts), QStringLiteral("cache mode is off"));
    facts.presence = CachePresence::None;
    QCOMPARE(cacheSizeWords(facts), QStringLiteral("nothing"));
    facts.presence = CachePresence::Full;
    facts.bytes = ByteCount{31 * kMib};
    facts.cachedEvents = static_cast<std::int64_t>(10 * kMib);
    facts.pinned = true;
    QCOMPARE(cacheSizeWords(facts), QStringLiteral("31.0 MiB · 3.1 B/event · pinned"));
    QCOMPARE(shortMemory(ByteCount{0}), QStringLiteral("0 B"));
    QCOMPARE(shortMemory(ByteCount{1023}), QStringLiteral("1023 B"));
    QCOMPARE(shortMemory(ByteCount{1024}), QStringLiteral("1.0 KiB"));
    QCOMPARE(shortMemory(ByteCount{201 * kMib}), QStringLiteral("201 MiB"));
    QCOMPARE(shortMemory(ByteCount{kGib - 1}), QStringLiteral("1.0 GiB"));
}

void TestCacheViews::gaugeWords()
{
    QCOMPARE(cacheGaugeWords({}), QStringLiteral("off"));
    QCOMPARE(cacheGaugeWords(figures(2254857830, 10093173145)), QStringLiteral("2.1 / 9.4 GiB"));
    QCOMPARE(cacheGaugeWords(figures(47 * kMib, 4 * kGib)), QStringLiteral("47.0 MiB / 4.0 GiB"));
    QCOMPARE(cacheGaugeWords(figures(0, 300 * kMib)), QStringLiteral("0.0 / 300 MiB"));
    CacheFigures counted = figures(kGib, 2 * kGib);
    counted.hits = 1204;
    counted.misses = 7;
    counted.evictions = 3;
    const QString sentences = describeCache(counted);
    for (const char16_t* part : {u"1.0 GiB used", u"2.0 GiB", u"18.0 GiB", u"7 misses", u"3 evicted"}) {
        QVERIFY2(sentences.contains(QString::fromUtf16(part)), qPrintable(sentences));
    }
}

void TestCacheViews::barShowsTheShare()
{
    QCOMPARE(filledPixels({}, m_theme), 0);
    QCOMPARE(filledPixels(figures(0, kGib), m_theme), 0);
    QVERIFY(filledPixels(figures(1, kGib), m_theme) >= 1);
    QVERIFY(std::abs(filledPixels(figures(kGib / 2, kGib), m_theme) - 50) <= 1);
    QVERIFY(filledPixels(figures(2 * kGib, kGib), m_theme) >= 98); // a budget that has just shrunk
    QCOMPARE(filledPixels(figures(kGib, 0), m_theme), 0);
}

void TestCacheViews::switchFollowsAndTriggers()
{
    QAction action(QStringLiteral("Cache mode"));
    action.setCheckable(true);
    action.setToolTip(QStringLiteral("Keeps events (Ctrl+K)"));
    QSignalSpy toggled(&action, &QAction::toggled);
    SwitchButton first(m_theme, &action);
    SwitchButton second(m_theme, &action);
    first.show();
    QCOMPARE(first.accessibleName(), QStringLiteral("Cache mode"));
    QCOMPARE(first.toolTip(), action.toolTip());
    const QImage off = first.grab().toImage();
    QTest::mouseClick(&first, Qt::LeftButton);
    QVERIFY(action.isChecked() && first.isChecked() && second.isChecked());
    QVERIFY(first.grab().toImage() != off);
    QTest::keyClick(&second, Qt::Key_Space);
    QVERIFY(!action.isChecked() && !first.isChecked() && !second.isChecked());
    action.trigger();
    QVERIFY(first.isChecked() && second.isChecked());
    action.setEnabled(false);
    QVERIFY(!first.isEnabled());
    QCOMPARE(toggled.count(), 3);
    const QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(&second);
    QVERIFY(interface != nullptr);
    QCOMPARE(interface->role(), QAccessible::CheckBox);
    QVERIFY(interface->state().checked);
}

void TestCacheViews::cardShowsTheState()
{
    const auto painted = [this](CachePresence presence, const QString& text) {
        CardValues values;
        values.name = QStringLiteral("fan");
        values.summary = QStringLiteral("26.4 M events · 10.1 s · 89 MB");
        values.cache = presence;
        values.cacheText = text;
        QImage image(330, cardHeight(330), QImage::Format_RGB32);
        image.fill(Qt::black);
        QPainter painter(&image);
        paintRecordingCard(painter, image.rect(), values, m_theme);
        painter.end();
        return image;
    };
    const auto holds = [](const QImage& image, const QColor& color) {
        for (int y = image.height() - kCardTextHeight; y < image.height(); ++y) {
            for (int x = 0; x < 40; ++x) {
                if (image.pixelColor(x, y) == color) {
                    return true;
                }
            }
        }
        return false;
    };
    const QColor cached = m_theme.color(ColorRole::CacheHit);
    QVERIFY(holds(painted(CachePresence::Full, QStringLiteral("cached")), cached));
    QVERIFY(holds(painted(CachePresence::Prefetching, QStringLiteral("prefetching 64 %")),
                  m_theme.color(ColorRole::Accent)));
    QVERIFY(
        holds(painted(CachePresence::None, QStringLiteral("not cached")), m_theme.color(ColorRole::NoCache)));
    QVERIFY(!holds(painted(CachePresence::Off, QString()), cached));
}

void TestCacheViews::barOffersWhatItCan()
{
    QAction toggle(QStringLiteral("Cache mode"));
    toggle.setCheckable(true);
    CacheBar bar(m_theme, &toggle);
    QSignalSpy pins(&bar, &CacheBar::pinRequested);
    QSignalSpy clears(&bar, &CacheBar::clearRecordingRequested);
    QSignalSpy clearsAll(&bar, &CacheBar::clearAllRequested);
    QMenu* menu = bar.findChild<QPushButton*>(QStringLiteral("cacheMenuButton"))->menu();
    const auto entry = [menu](const QString& text) -> QAction* {
        for (QAction* action : menu->actions()) {
            if (action->text() == text) {
                return action;
            }
        }
        return nullptr;
    };
    QVERIFY(menu->actions().contains(&toggle));
    QVERIFY(!entry(QStringLiteral("Pin the recording"))->isEnabled());
    QVERIFY(!entry(QStringLiteral("Clear everything"))->isEnabled());

    RecordingCacheFacts facts;
    facts.presence = CachePresence::Partly;
    facts.bytes = ByteCount{kMib};
    bar.setRecording(QStringLiteral("fan"), facts);
    bar.setFigures(figures(kMib, kGib));
    entry(QStringLiteral("Pin fan"))->trigger();
    QCOMPARE(pins.count(), 1);
    QVERIFY(pins.at(0).at(0).toBool());
    entry(QStringLiteral("Clear fan"))->trigger();
    QCOMPARE(clears.count(), 1);
    entry(QStringLiteral("Clear everything"))->trigger();
    QCOMPARE(clearsAll.count(), 1);

    bar.show();
    auto* gauge = bar.findChild<CacheGauge*>();
    bar.setRoom(1400);
    const int wide = gauge->sizeHint().width();
    bar.setRoom(1100);
    QVERIFY(gauge->isVisible() && gauge->sizeHint().width() < wide);
    bar.setRoom(900);
    QVERIFY(!gauge->isVisible());
}

QTEST_MAIN(TestCacheViews)
#include "tst_cache_views.moc"
