// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A player page with a wall clock of the test's own, recordings for it, and counting by brute force.

#include "datasets/generate/event_generator.h"
#include "tests/gui/app_fixture.h"
#include "widgets/pages/player_page.h"

#include <QFileInfo>
#include <QSignalSpy>
#include <QTest>

#include <memory>

namespace perihelion::test {

inline constexpr int kPatienceMillis = 20'000;

/// A page over a fixture, with a wall clock that stands still until a test moves it.
struct PlayerBench {
    AppFixture& app;
    AppServices services;
    std::shared_ptr<Nanoseconds> now = std::make_shared<Nanoseconds>(0);
    PlayerPage page;
    QSignalSpy loads;
    QSignalSpy failures;
    QSignalSpy backs;

    explicit PlayerBench(AppFixture& fixture, QSize size = {1364, 832})
        : app(fixture),
          services(fixture.services()),
          page(services, nullptr, [clock = now] { return *clock; }),
          loads(&page, &PlayerPage::loadFinished),
          failures(&page.session(), &PlayerSession::loadFailed),
          backs(&page, &PlayerPage::backRequested)
    {
        page.setAutoplay(false);
        page.resize(size);
        page.show();
        page.activateWindow();
        (void)QTest::qWaitForWindowActive(&page);
    }

    bool open(const QString& path)
    {
        const auto before = loads.count();
        page.openRecording(path);
        return QTest::qWaitFor([&] { return loads.count() > before || failures.count() > 0; },
                               kPatienceMillis) &&
               failures.isEmpty();
    }
    /// True once the frame on screen is the one that the clock points at.
    bool settled()
    {
        return QTest::qWaitFor(
            [&] {
                const PlayerFrame* frame = page.session().frame();
                return frame != nullptr && frame->frame.windowStart == page.session().clock().position() &&
                       frame->frame.windowLength == page.session().clock().window() &&
                       frame->frame.mode == accumulateMode(page.session().view());
            },
            kPatienceMillis);
    }
    template <typename T>
    T& child()
    {
        return *page.findChild<T*>();
    }
    void key(int code, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(&page, Qt::Key(code), modifiers);
    }
};

/// 60 000 events of a small sensor in 0.6 s.
inline QString smallFan(AppFixture& app, const QString& name = QStringLiteral("fan.h5"),
                        std::int64_t events = 60'000)
{
    GeneratorOptions options;
    options.kind = SceneKind::Fan;
    options.events = events;
    options.width = 64;
    options.height = 48;
    options.eventsPerSecond = 1e5;
    options.chunkEvents = 5'000;
    options.seed = 7;
    const auto made = generateRecording(QString(app.folder() % u'/' % name), options);
    return made ? made->path : QString();
}

/// Every event of the recording, read in one piece and filtered by nobody.
inline EventBatch everything(const QString& path)
{
    const auto file = EventFile::open(path);
    return file ? *LazyFrame::scan(*file).collect({}) : EventBatch{};
}

struct Counted {
    std::int64_t events = 0;
    std::int64_t on = 0;
    std::int64_t last = -1;
};

inline Counted bruteForce(const EventBatch& all, EventTime start, EventTime length, const QRect& pixels)
{
    Counted counted;
    for (std::size_t i = 0; i < all.t.size(); ++i) {
        const bool inside = all.t[i] >= start.count() && all.t[i] < (start + length).count() &&
                            pixels.contains(all.x[i], all.y[i]);
        if (inside) {
            ++counted.events;
            counted.on += all.p[i];
            counted.last = std::max(counted.last, all.t[i]);
        }
    }
    return counted;
}

} // namespace perihelion::test
