// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workloads/simulation/simulation_workload.h"
#include "tests/support/test_support.h"
#include "widgets/theme/theme.h"
#include "widgets/views/orbit_panel.h"
#include "widgets/views/orbit_view.h"

#include <QLabel>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QToolButton>

#include <cmath>

using namespace perihelion;

namespace {

Result<Scenario> smallScenario()
{
    const SimulationWorkload workload;
    return Scenario::make(workload.parameterSet(), QStringLiteral("small"),
                          {{QStringLiteral("planets"), 4}, {QStringLiteral("duration"), 4}});
}

} // namespace

class TestOrbitView : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void recordsWhereBodiesGo();
    void stopsAndRefuses();
    void selectsZoomsAndPans();
    void replaysAndStandsWhileMeasuring();
    void worksByKeyboard();
};

void TestOrbitView::recordsWhereBodiesGo()
{
    const auto scenario = smallScenario();
    PERIHELION_VERIFY_RESULT(scenario);
    const auto recording = OrbitRecording::of(*scenario, CancelToken());
    PERIHELION_VERIFY_RESULT(recording);
    const OrbitRecording& shown = **recording;
    QCOMPARE(shown.bodies.size(), std::size_t(5));
    QCOMPARE(shown.bodies.front().kind, OrbitBodyKind::Star);
    QCOMPARE(shown.bodies.back().kind, OrbitBodyKind::Gas);
    QCOMPARE(shown.steps, std::size_t(80));
    QCOMPARE(shown.x.size(), shown.samples() * 5);
    QVERIFY(shown.energyDrift < 0.05);
    // The outermost of four starts at 0.35 + 3 · 0.18 AU.
    QVERIFY(qAbs(shown.startRadius() - 0.89) < 1e-6);
}

void TestOrbitView::stopsAndRefuses()
{
    const auto scenario = smallScenario();
    PERIHELION_VERIFY_RESULT(scenario);
    CancelToken cancelled;
    cancelled.cancel();
    const auto stopped = OrbitRecording::of(*scenario, cancelled);
    QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);
    const SimulationWorkload workload;
    const auto large = scenario->with(workload.parameterSet(), QStringLiteral("belt_bodies"), 50'000);
    PERIHELION_VERIFY_RESULT(large);
    const auto refused = OrbitRecording::of(*large, CancelToken());
    QVERIFY(!refused && refused.error().code == ErrorCode::TooLarge);
}

void TestOrbitView::selectsZoomsAndPans()
{
    Theme theme;
    const auto scenario = smallScenario();
    const auto recording = OrbitRecording::of(*scenario, CancelToken());
    PERIHELION_VERIFY_RESULT(recording);
    OrbitView view(theme);
    view.resize(400, 400);
    view.setRecording(*recording);
    view.setSample(20);
    view.show();
    QTest::mouseClick(&view, Qt::LeftButton, {}, view.place(4, 20).toPoint());
    QCOMPARE(view.selected(), std::optional<std::size_t>(4));
    QVERIFY(view.selectionText().contains(u"gas"));
    const QPointF before = view.place(4, 20);
    view.zoomBy(2, before);
    QVERIFY((view.place(4, 20) - before).manhattanLength() < 1e-6);
    const QPointF star = view.place(0, 20);
    QTest::keyClick(&view, Qt::Key_Left);
    QVERIFY(view.place(0, 20).x() > star.x());
    QTest::keyClick(&view, Qt::Key_0);
    QCOMPARE(view.place(0, 20), QPointF(QRectF(view.rect()).center()));
    QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint(2, 2));
    QVERIFY(!view.selected());
    QVERIFY(!view.grab().isNull());
}

void TestOrbitView::replaysAndStandsWhileMeasuring()
{
    Theme theme;
    const auto scenario = smallScenario();
    const auto recording = OrbitRecording::of(*scenario, CancelToken());
    PERIHELION_VERIFY_RESULT(recording);
    OrbitPanel panel(theme);
    panel.resize(420, 480);
    panel.show();
    auto* play = panel.findChild<QToolButton*>(QStringLiteral("orbitPlayButton"));
    auto* slider = panel.findChild<QSlider*>(QStringLiteral("orbitSlider"));
    QVERIFY(!play->isEnabled());
    panel.setRecording(*recording);
    const auto* quality = panel.findChild<QLabel*>(QStringLiteral("orbitQuality"));
    QVERIFY(quality->text().contains(u"80 steps"));
    const int before = slider->value();
    QTest::mouseClick(play, Qt::LeftButton);
    QTRY_VERIFY(slider->value() > before);
    panel.setMeasuring(true);
    QVERIFY(!panel.isPlaying());
    QVERIFY(!play->isEnabled());
    panel.showShare(1);
    QCOMPARE(panel.view().sample(), (*recording)->samples() - 1);
    panel.setMeasuring(false);
    QVERIFY(play->isEnabled());
}

void TestOrbitView::worksByKeyboard()
{
    Theme theme;
    const auto scenario = smallScenario();
    const auto recording = OrbitRecording::of(*scenario, CancelToken());
    PERIHELION_VERIFY_RESULT(recording);
    OrbitPanel panel(theme);
    panel.resize(420, 480);
    panel.setRecording(*recording);
    panel.show();
    OrbitView& view = panel.view();
    // Scrubbing: a sample a key, and the ends; body, time and text follow.
    auto* slider = panel.findChild<QSlider*>(QStringLiteral("orbitSlider"));
    const std::size_t last = (*recording)->samples() - 1;
    QTest::keyClick(slider, Qt::Key_Home);
    QCOMPARE(view.sample(), std::size_t(0));
    QTest::keyClick(slider, Qt::Key_Right);
    QTest::keyClick(slider, Qt::Key_Right);
    QCOMPARE(view.sample(), std::size_t(2));
    QTest::keyClick(slider, Qt::Key_Left);
    QCOMPARE(view.sample(), std::size_t(1));
    QVERIFY(view.place(4, 0) != view.place(4, 1));
    QTest::keyClick(slider, Qt::Key_End);
    QCOMPARE(view.sample(), last);
    QTest::keyClick(slider, Qt::Key_PageDown);
    QVERIFY(view.sample() < last);
    // Zooming out far beyond 1 AU on every side, and in again to what was there.
    QTest::keyClick(slider, Qt::Key_Home);
    const QPointF star = view.place(0, 0);
    const auto pixelsPerAu = [&view, &recording] {
        const QPointF arm = view.place(4, 0) - view.place(0, 0);
        return std::hypot(arm.x(), arm.y()) / (*recording)->startRadius();
    };
    const double fitted = pixelsPerAu();
    for (int step = 0; step < 10; ++step) {
        QTest::keyClick(&view, Qt::Key_Minus);
    }
    QVERIFY2(view.width() / 2.0 / pixelsPerAu() > 3, "less than 3 AU on each side");
    QCOMPARE(view.place(0, 0), star);
    // A body that is out there is still found where it is drawn.
    QSignalSpy selected(&view, &OrbitView::selectionChanged);
    QTest::mouseClick(&view, Qt::LeftButton, {}, view.place(4, 0).toPoint());
    QCOMPARE(selected.count(), 1);
    QVERIFY(view.selected().has_value());
    for (int step = 0; step < 10; ++step) {
        QTest::keyClick(&view, Qt::Key_Plus);
    }
    QVERIFY(qAbs(pixelsPerAu() / fitted - 1) < 1e-9);
    QTest::mouseClick(&view, Qt::LeftButton, {}, view.place(4, 0).toPoint());
    QCOMPARE(view.selected(), std::optional<std::size_t>(4));
    const auto* text = panel.findChild<QLabel*>(QStringLiteral("orbitSelection"));
    QVERIFY2(text->text().contains((*recording)->bodies[4].name), qPrintable(text->text()));
    QTest::keyClick(slider, Qt::Key_End);
    QCOMPARE(view.selected(), std::optional<std::size_t>(4));
    QCOMPARE(text->text(), view.selectionText());
}

QTEST_MAIN(TestOrbitView)
#include "tst_orbit_view.moc"
