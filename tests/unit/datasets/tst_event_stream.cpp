// SPDX-License-Identifier: GPL-3.0-or-later
// What synthetic recordings promise about their content: counts, order, rates, rotation, noise, hot pixels,
// gaps.
#include "datasets/generate/event_stream.h"
#include "datasets/generate/fixed_math.h"
#include "tests/support/test_support.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <complex>
#include <functional>
#include <map>
#include <numbers>

using namespace perihelion;

namespace {

struct Events {
    std::vector<std::int64_t> t;
    std::vector<std::uint16_t> x;
    std::vector<std::uint16_t> y;
    std::vector<std::int8_t> p;

    bool operator==(const Events&) const = default;
};

Events generate(const GeneratorOptions& options, std::size_t block = 65'536)
{
    EventStream stream(options);
    const auto count = static_cast<std::size_t>(options.events);
    Events events{std::vector<std::int64_t>(count), std::vector<std::uint16_t>(count),
                  std::vector<std::uint16_t>(count), std::vector<std::int8_t>(count)};
    for (std::size_t at = 0; at < count;) {
        const std::size_t room = std::min(block, count - at);
        at += stream.fill({std::span(events.t).subspan(at, room), std::span(events.x).subspan(at, room),
                           std::span(events.y).subspan(at, room), std::span(events.p).subspan(at, room)});
    }
    return events;
}

GeneratorOptions optionsFor(SceneKind kind, std::int64_t events = 400'000)
{
    GeneratorOptions options;
    options.kind = kind;
    options.events = events;
    return options;
}

/// FNV-1a over the columns, for comparing with a value that another machine computed.
std::uint64_t fingerprint(const Events& events)
{
    std::uint64_t hash = 0xCBF2'9CE4'8422'2325U;
    const auto add = [&hash](std::uint64_t value) {
        for (int byte = 0; byte < 8; ++byte) {
            hash = (hash ^ ((value >> (8 * byte)) & 0xFFU)) * 0x0000'0100'0000'01B3U;
        }
    };
    for (std::size_t i = 0; i < events.t.size(); ++i) {
        add(static_cast<std::uint64_t>(events.t[i]));
        add(static_cast<std::uint64_t>(events.x[i]) << 32U | static_cast<std::uint64_t>(events.y[i]) << 8U |
            static_cast<std::uint64_t>(events.p[i]));
    }
    return hash;
}

/// Revolutions per minute of blades whose ON events lie on rotating edges: the phase of e^(i·blades·angle) in
/// each millisecond, unwrapped, and the slope of the least-squares line through it.
double measuredRpm(const Events& events, int blades, std::int64_t fromMicros, std::int64_t toMicros,
                   const std::function<std::complex<double>(double, double)>& onDisc)
{
    std::map<std::int64_t, std::complex<double>> sums;
    for (std::size_t i = 0; i < events.t.size(); ++i) {
        if (events.p[i] != 1 || events.t[i] < fromMicros || events.t[i] >= toMicros) {
            continue;
        }
        const std::complex<double> place = onDisc(events.x[i], events.y[i]);
        const double radius = std::abs(place);
        if (radius > 0.3 && radius < 1.05) {
            sums[events.t[i] / 1000] += std::polar(1.0, blades * std::arg(place));
        }
    }
    double previous = 0;
    double phase = 0;
    double n = 0, sumT = 0, sumA = 0, sumTT = 0, sumTA = 0;
    for (const auto& [milli, sum] : sums) {
        const double angle = std::arg(sum);
        phase += n == 0 ? angle : std::remainder(angle - previous, 2 * std::numbers::pi);
        previous = angle;
        const double t = static_cast<double>(milli) / 1e3;
        n += 1;
        sumT += t;
        sumA += phase;
        sumTT += t * t;
        sumTA += t * phase;
    }
    const double slope = (n * sumTA - sumT * sumA) / (n * sumTT - sumT * sumT);
    return slope / (2 * std::numbers::pi * blades) * 60;
}

std::complex<double> onFan(double x, double y)
{
    const double radius = 0.44 * 720;
    return {(x - 640) / radius, (y - 360) / radius};
}

} // namespace

class TestEventStream : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void integerSineIsSine();
    void eventsAreOrderedAndOnTheSensor_data();
    void eventsAreOrderedAndOnTheSensor();
    void blockSizeDoesNotMatter();
    void seedDecides();
    void eventsAreTheSameOnEveryMachine_data();
    void eventsAreTheSameOnEveryMachine();
    void rateIsKept_data();
    void rateIsKept();
    void fanTurnsAsAsked_data();
    void fanTurnsAsAsked();
    void varyingFanSwingsAroundItsSpeed();
    void propellersTurnAsAsked();
    void edgesHavePolarity();
    void noiseHasItsShare();
    void hotPixelsAreHot();
    void burstsHaveEmptyGaps();
    void rowsShareTheirTime();
    void oddOptionsWork_data();
    void oddOptionsWork();
    void wrongOptionsAreNamed_data();
    void wrongOptionsAreNamed();
};

void TestEventStream::integerSineIsSine()
{
    for (std::uint64_t phase = 0; phase < (std::uint64_t{1} << 32U); phase += 1'234'567) {
        const double expected = std::sin(static_cast<double>(phase) / 4294967296.0 * 2 * std::numbers::pi);
        const double got =
            static_cast<double>(fixed::sineQ30(static_cast<fixed::Phase>(phase))) / 1073741824.0;
        QVERIFY2(std::fabs(got - expected) < 1.0 / (1 << 26), qPrintable(QString::number(phase)));
    }
    for (const std::uint64_t value : {0ULL, 1ULL, 3ULL, 4ULL, 1ULL << 40U, (1ULL << 40U) - 1}) {
        const std::uint64_t root = fixed::integerRoot(value);
        QVERIFY(root * root <= value && (root + 1) * (root + 1) > value);
    }
    QCOMPARE(fixed::bounce(7, 5), 3);
    QCOMPARE(fixed::bounce(-2, 5), 2);
    QCOMPARE(fixed::bounce(3, 0), 0);
}

void TestEventStream::eventsAreOrderedAndOnTheSensor_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<bool>("moving");
    for (const QString& id : sceneKindIds()) {
        for (const bool moving : {false, true}) {
            QTest::addRow("%s%s", qPrintable(id), moving ? " moving" : "")
                << static_cast<int>(*sceneKindFromId(id)) << moving;
        }
    }
}

void TestEventStream::eventsAreOrderedAndOnTheSensor()
{
    QFETCH(const int, kind);
    QFETCH(const bool, moving);
    GeneratorOptions options = optionsFor(static_cast<SceneKind>(kind));
    options.moving = moving;
    EventStream stream(options);
    QCOMPARE(stream.remaining(), options.events);
    const Events events = generate(options);
    QVERIFY(std::is_sorted(events.t.begin(), events.t.end()));
    QVERIFY(events.t.front() >= 0 && events.t.front() < 1000);
    QVERIFY(*std::max_element(events.x.begin(), events.x.end()) < options.width);
    QVERIFY(*std::max_element(events.y.begin(), events.y.end()) < options.height);
    const auto on = std::count(events.p.begin(), events.p.end(), std::int8_t{1});
    QCOMPARE(on + std::count(events.p.begin(), events.p.end(), std::int8_t{0}), options.events);
    const double share = static_cast<double>(on) / static_cast<double>(options.events);
    QVERIFY2(share > 0.45 && share < 0.55, qPrintable(QString::number(share)));
}

void TestEventStream::blockSizeDoesNotMatter()
{
    const GeneratorOptions options = optionsFor(SceneKind::Drone, 50'000);
    const Events whole = generate(options, 50'000);
    QVERIFY(generate(options, 7) == whole);
    QVERIFY(generate(options, 1009) == whole);
    EventStream stream(options);
    QCOMPARE(stream.fill({}), std::size_t{0});
}

void TestEventStream::seedDecides()
{
    for (const QString& id : sceneKindIds()) {
        GeneratorOptions options = optionsFor(*sceneKindFromId(id), 20'000);
        const Events first = generate(options);
        QVERIFY(generate(options) == first);
        options.seed = 2;
        QVERIFY(generate(options) != first);
    }
}

void TestEventStream::eventsAreTheSameOnEveryMachine_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<quint64>("expected");
    QTest::newRow("fan") << QStringLiteral("fan") << Q_UINT64_C(2502017840798530299);
    QTest::newRow("drone") << QStringLiteral("drone") << Q_UINT64_C(2543155170026857076);
    QTest::newRow("street") << QStringLiteral("street") << Q_UINT64_C(1923950600649043575);
    QTest::newRow("noise") << QStringLiteral("noise") << Q_UINT64_C(14625304903646003033);
    QTest::newRow("hot-pixels") << QStringLiteral("hot-pixels") << Q_UINT64_C(8035276719039875676);
    QTest::newRow("bursts") << QStringLiteral("bursts") << Q_UINT64_C(7330492502334409245);
}

void TestEventStream::eventsAreTheSameOnEveryMachine()
{
    // A change of these values is a new version of the generator: raise kGeneratorVersion with it.
    QFETCH(const QString, kind);
    QFETCH(const quint64, expected);
    GeneratorOptions options = optionsFor(*sceneKindFromId(kind), 200'000);
    options.rpmVariation = 0.3;
    options.moving = true;
    QCOMPARE(quint64{fingerprint(generate(options))}, expected);
}

void TestEventStream::rateIsKept_data()
{
    QTest::addColumn<double>("rate");
    QTest::newRow("fast") << 2e7;
    QTest::newRow("usual") << 2.7e6;
    QTest::newRow("slow") << 5000.0;
}

void TestEventStream::rateIsKept()
{
    QFETCH(const double, rate);
    GeneratorOptions options = optionsFor(SceneKind::Fan, 100'000);
    options.eventsPerSecond = rate;
    const Events events = generate(options);
    const double expected = static_cast<double>(options.events) / rate * 1e6;
    QVERIFY(std::fabs(static_cast<double>(events.t.back()) / expected - 1) < 0.02);
}

void TestEventStream::fanTurnsAsAsked_data()
{
    QTest::addColumn<double>("rpm");
    QTest::addColumn<int>("blades");
    QTest::newRow("1100 rpm, 3 blades") << 1100.0 << 3;
    QTest::newRow("333 rpm, 5 blades") << 333.0 << 5;
    QTest::newRow("4000 rpm, 2 blades") << 4000.0 << 2;
}

void TestEventStream::fanTurnsAsAsked()
{
    QFETCH(const double, rpm);
    QFETCH(const int, blades);
    GeneratorOptions options = optionsFor(SceneKind::Fan, 1'000'000);
    options.rpm = rpm;
    options.blades = blades;
    const double measured = measuredRpm(generate(options), blades, 0, INT64_MAX, onFan);
    QVERIFY2(std::fabs(measured / rpm - 1) < 0.01, qPrintable(QString::number(measured)));
}

void TestEventStream::varyingFanSwingsAroundItsSpeed()
{
    GeneratorOptions options = optionsFor(SceneKind::Fan, 900'000);
    options.eventsPerSecond = 3e5;
    options.rpm = 900;
    options.rpmVariation = 0.5;
    const Events events = generate(options);
    // The speed is rpm · (1 + variation · sin(2πt/T)): at a quarter of T the highest, at three quarters the
    // lowest.
    const std::int64_t quarter = kSpeedSwingMicros / 4;
    const double fastest = measuredRpm(events, 3, quarter - 50'000, quarter + 50'000, onFan);
    const double slowest = measuredRpm(events, 3, 3 * quarter - 50'000, 3 * quarter + 50'000, onFan);
    QVERIFY2(std::fabs(fastest / 1350 - 1) < 0.01, qPrintable(QString::number(fastest)));
    QVERIFY2(std::fabs(slowest / 450 - 1) < 0.01, qPrintable(QString::number(slowest)));
}

void TestEventStream::propellersTurnAsAsked()
{
    GeneratorOptions options = optionsFor(SceneKind::Drone, 1'500'000);
    options.rpm = 5400;
    options.blades = 2;
    const Events events = generate(options);
    const auto propeller = [&events](double dx, double dy) {
        return measuredRpm(events, 2, 0, INT64_MAX, [dx, dy](double x, double y) {
            return std::complex<double>{(x - 640 - dx) / (0.09 * 1280), (y - 360 - dy) / (0.04 * 1280)};
        });
    };
    const double backLeft = propeller(-0.15 * 1280, -0.07 * 1280);
    const double backRight = propeller(0.15 * 1280, -0.07 * 1280);
    QVERIFY2(std::fabs(backLeft / 5400 - 1) < 0.01, qPrintable(QString::number(backLeft)));
    QVERIFY2(std::fabs(backRight / -5400 - 1) < 0.01, qPrintable(QString::number(backRight)));
}

void TestEventStream::edgesHavePolarity()
{
    GeneratorOptions options = optionsFor(SceneKind::Fan, 300'000);
    options.noiseShare = 0;
    options.hotPixels = 0;
    options.rpm = 0; // Stands still, so that each place shows one edge.
    options.blades = 1;
    const Events events = generate(options);
    std::complex<double> on;
    std::complex<double> off;
    for (std::size_t i = 0; i < events.t.size(); ++i) {
        const auto place = onFan(events.x[i], events.y[i]);
        (events.p[i] == 1 ? on : off) += place / std::max(std::abs(place), 0.01);
    }
    // The trailing edge follows the leading one a quarter of the blades' spacing behind.
    const double behind = std::arg(on / off) / (2 * std::numbers::pi);
    QVERIFY2(std::fabs(behind - 0.25) < 0.02, qPrintable(QString::number(behind)));
}

void TestEventStream::noiseHasItsShare()
{
    GeneratorOptions options = optionsFor(SceneKind::Fan, 500'000);
    options.noiseShare = 0.2;
    options.hotPixels = 0;
    const Events events = generate(options);
    // Outside of the fan's disc there is nothing but noise, spread evenly.
    std::int64_t outside = 0;
    for (std::size_t i = 0; i < events.t.size(); ++i) {
        outside += events.x[i] < 320 || events.x[i] >= 960 ? 1 : 0;
    }
    const double share = 2.0 * static_cast<double>(outside) / static_cast<double>(options.events);
    QVERIFY2(std::fabs(share - 0.2) < 0.005, qPrintable(QString::number(share)));
}

void TestEventStream::hotPixelsAreHot()
{
    GeneratorOptions options = optionsFor(SceneKind::Street, 500'000);
    options.hotPixels = 5;
    EventStream stream(options);
    QCOMPARE(stream.hotPixels().size(), std::size_t{5});
    const Events events = generate(options);
    std::map<std::pair<int, int>, std::int64_t> counts;
    for (std::size_t i = 0; i < events.t.size(); ++i) {
        ++counts[{events.x[i], events.y[i]}];
    }
    for (const EventKey pixel : stream.hotPixels()) {
        const std::int64_t count = counts[{eventKeyX(pixel), eventKeyY(pixel)}];
        QVERIFY2(count >= 249 && count < 400, qPrintable(QString::number(count)));
    }
    options.kind = SceneKind::HotPixels;
    options.noiseShare = 0.1;
    const Events only = generate(options);
    std::int64_t hot = 0;
    for (std::size_t i = 0; i < only.t.size(); ++i) {
        const EventKey pixel = makeEventKey(only.x[i], only.y[i], false);
        const auto& pixels = stream.hotPixels();
        hot += std::find(pixels.begin(), pixels.end(), pixel) != pixels.end() ? 1 : 0;
    }
    QVERIFY(std::abs(hot - 450'000) < 10);
}

void TestEventStream::burstsHaveEmptyGaps()
{
    GeneratorOptions options = optionsFor(SceneKind::Bursts, 2'000'000);
    EventStream stream(options);
    const std::int64_t period = stream.burstPeriodMicros();
    const std::int64_t active = stream.burstActiveMicros();
    QVERIFY(active > 10'000 && period - active > 100'000);
    const Events events = generate(options);
    std::int64_t bursts = 1;
    for (std::size_t i = 0; i < events.t.size(); ++i) {
        QVERIFY(events.t[i] % period < active);
        bursts += i > 0 && events.t[i] - events.t[i - 1] > (period - active) * 99 / 100 ? 1 : 0;
    }
    QCOMPARE(bursts, events.t.back() / period + 1);
    QVERIFY(bursts >= 3);
}

void TestEventStream::rowsShareTheirTime()
{
    const Events events = generate(optionsFor(SceneKind::Fan, 200'000));
    std::int64_t sameRow = 0;
    for (std::size_t i = 1; i < events.t.size(); ++i) {
        const bool oneRow = events.y[i] == events.y[i - 1] && events.t[i] - events.t[i - 1] < 16;
        if (oneRow) {
            QCOMPARE(events.t[i], events.t[i - 1]);
            QVERIFY(events.x[i] >= events.x[i - 1]);
            ++sameRow;
        }
    }
    QVERIFY(sameRow > 10'000);
}

void TestEventStream::oddOptionsWork_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::addColumn<qint64>("events");
    QTest::addColumn<double>("rate");
    QTest::newRow("smallest sensor") << 16 << 16 << qint64{10'000} << 1e6;
    QTest::newRow("largest sensor") << 4096 << 4096 << qint64{50'000} << 1e8;
    QTest::newRow("upright") << 100 << 4000 << qint64{10'000} << 1e5;
    QTest::newRow("one event") << 640 << 480 << qint64{1} << 1e8;
    QTest::newRow("slowest") << 640 << 480 << qint64{300} << 100.0;
}

void TestEventStream::oddOptionsWork()
{
    QFETCH(const int, width);
    QFETCH(const int, height);
    QFETCH(const qint64, events);
    QFETCH(const double, rate);
    for (const QString& id : sceneKindIds()) {
        GeneratorOptions options = optionsFor(*sceneKindFromId(id), events);
        options.width = width;
        options.height = height;
        options.eventsPerSecond = rate;
        options.moving = true;
        options.rpm = GeneratorLimits::kMaxRpm;
        options.rpmVariation = GeneratorLimits::kMaxRpmVariation;
        options.blades = GeneratorLimits::kMaxBlades;
        PERIHELION_VERIFY_RESULT(checkGeneratorOptions(options));
        const Events made = generate(options);
        QVERIFY(std::is_sorted(made.t.begin(), made.t.end()));
        QVERIFY(*std::max_element(made.x.begin(), made.x.end()) < width);
        QVERIFY(*std::max_element(made.y.begin(), made.y.end()) < height);
    }
}

void TestEventStream::wrongOptionsAreNamed_data()
{
    using Change = std::function<void(GeneratorOptions&)>;
    QTest::addColumn<Change>("change");
    const auto row = [](const char* option, Change change) { QTest::newRow(option) << std::move(change); };
    row("events", [](GeneratorOptions& o) { o.events = 0; });
    row("width", [](GeneratorOptions& o) { o.width = 4097; });
    row("height", [](GeneratorOptions& o) { o.height = 15; });
    row("rate", [](GeneratorOptions& o) { o.eventsPerSecond = std::nan(""); });
    row("rpm", [](GeneratorOptions& o) { o.rpm = -1; });
    row("rpm-variation", [](GeneratorOptions& o) { o.rpmVariation = 1; });
    row("blades", [](GeneratorOptions& o) { o.blades = 0; });
    row("noise", [](GeneratorOptions& o) { o.noiseShare = 1.01; });
    row("hot-pixels", [](GeneratorOptions& o) { o.hotPixels = 1001; });
    row("filter", [](GeneratorOptions& o) { o.filter = QStringLiteral("gzip"); });
    row("chunk-events", [](GeneratorOptions& o) { o.chunkEvents = 0; });
    row("level", [](GeneratorOptions& o) { o.level = 13; });
}

void TestEventStream::wrongOptionsAreNamed()
{
    QFETCH(const std::function<void(GeneratorOptions&)>, change);
    GeneratorOptions options;
    PERIHELION_VERIFY_RESULT(checkGeneratorOptions(options));
    change(options);
    const auto checked = checkGeneratorOptions(options);
    QVERIFY(!checked);
    QCOMPARE(checked.error().code, ErrorCode::InvalidArgument);
    const QString option = QString::fromUtf8(QTest::currentDataTag());
    QVERIFY2(checked.error().message.contains(QString(u"option " % option % u' ')),
             qPrintable(checked.error().message));
}

QTEST_GUILESS_MAIN(TestEventStream)
#include "tst_event_stream.moc"
