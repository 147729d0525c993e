// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers as people read them, with the values at which the unit or the number of digits changes.

#include "core/base/format.h"

#include <QTest>

#include <limits>

using namespace perihelion;

class FormatTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void count_data()
    {
        QTest::addColumn<qint64>("count");
        QTest::addColumn<QString>("text"); // with _ for the thin space
        QTest::newRow("none") << qint64{0} << QStringLiteral("0");
        QTest::newRow("three") << qint64{999} << QStringLiteral("999");
        QTest::newRow("four") << qint64{1000} << QStringLiteral("1_000");
        QTest::newRow("seven") << qint64{9'999'999} << QStringLiteral("9_999_999");
        QTest::newRow("eight") << qint64{26'412'007} << QStringLiteral("26_412_007");
        QTest::newRow("negative three") << qint64{-999} << QStringLiteral("-999");
        QTest::newRow("negative four") << qint64{-1000} << QStringLiteral("-1_000");
        QTest::newRow("negative six") << qint64{-123'456} << QStringLiteral("-123_456");
        QTest::newRow("greatest") << std::numeric_limits<qint64>::max()
                                  << QStringLiteral("9_223_372_036_854_775_807");
        QTest::newRow("least") << std::numeric_limits<qint64>::min()
                               << QStringLiteral("-9_223_372_036_854_775_808");
    }
    void count()
    {
        QFETCH(qint64, count);
        QFETCH(QString, text);
        QCOMPARE(formatCount(count), text.replace(u'_', QChar(0x2009)));
    }

    void elapsed_data()
    {
        QTest::addColumn<qint64>("nanos");
        QTest::addColumn<QString>("text");
        QTest::newRow("none") << qint64{0} << QStringLiteral("0 ns");
        QTest::newRow("last nanosecond") << qint64{999} << QStringLiteral("999 ns");
        QTest::newRow("first microsecond") << qint64{1'000} << QStringLiteral("1.00 µs");
        QTest::newRow("microseconds") << qint64{12'345} << QStringLiteral("12.3 µs");
        QTest::newRow("last microsecond") << qint64{999'499} << QStringLiteral("999 µs");
        QTest::newRow("first millisecond") << qint64{999'500} << QStringLiteral("1.00 ms");
        QTest::newRow("milliseconds") << qint64{4'560'000} << QStringLiteral("4.56 ms");
        QTest::newRow("first second") << qint64{999'500'000} << QStringLiteral("1.00 s");
        QTest::newRow("last second") << qint64{599'400'000'000} << QStringLiteral("599 s");
        QTest::newRow("minutes") << qint64{1'234'000'000'000} << QStringLiteral("20 min 34 s");
        QTest::newRow("hours") << qint64{12'300'000'000'000} << QStringLiteral("3 h 25 min");
        QTest::newRow("negative") << qint64{-4'560'000} << QStringLiteral("-4.56 ms");
    }
    void elapsed()
    {
        QFETCH(qint64, nanos);
        QFETCH(QString, text);
        QCOMPARE(formatElapsed(Nanoseconds(nanos)), text);
    }

    void shortCount_data()
    {
        QTest::addColumn<double>("count");
        QTest::addColumn<QString>("text");
        QTest::newRow("none") << 0.0 << QStringLiteral("0");
        QTest::newRow("nearly none") << 0.4 << QStringLiteral("0");
        QTest::newRow("nearly none below") << -0.4 << QStringLiteral("0");
        QTest::newRow("plain") << 950.0 << QStringLiteral("950");
        QTest::newRow("last plain") << 999.4 << QStringLiteral("999");
        QTest::newRow("first thousand") << 999.5 << QStringLiteral("1.00 k");
        QTest::newRow("two decimals") << 9'994.0 << QStringLiteral("9.99 k");
        QTest::newRow("one decimal") << 9'995.0 << QStringLiteral("10.0 k");
        QTest::newRow("last thousand") << 999'499.0 << QStringLiteral("999 k");
        QTest::newRow("first million") << 999'500.0 << QStringLiteral("1.00 M");
        QTest::newRow("ten million") << 9'999'999.0 << QStringLiteral("10.0 M");
        QTest::newRow("recording") << 26'412'007.0 << QStringLiteral("26.4 M");
        QTest::newRow("large recording") << 186e6 << QStringLiteral("186 M");
        QTest::newRow("milliard") << 1e9 << QStringLiteral("1.00 G");
        QTest::newRow("beyond") << 1.5e16 << QStringLiteral("15000 T");
        QTest::newRow("negative") << -26.4e6 << QStringLiteral("-26.4 M");
    }
    void shortCount()
    {
        QFETCH(double, count);
        QTEST(formatShortCount(count), "text");
    }

    void sizes_data()
    {
        QTest::addColumn<quint64>("bytes");
        QTest::addColumn<QString>("onDisk");
        QTest::addColumn<QString>("inMemory");
        QTest::newRow("none") << quint64{0} << QStringLiteral("0 B") << QStringLiteral("0 B");
        QTest::newRow("bytes") << quint64{999} << QStringLiteral("999 B") << QStringLiteral("999 B");
        QTest::newRow("first kB") << quint64{1000} << QStringLiteral("1.0 kB") << QStringLiteral("1000 B");
        QTest::newRow("first KiB") << quint64{1024} << QStringLiteral("1.0 kB") << QStringLiteral("1.0 KiB");
        QTest::newRow("one decimal") << quint64{9'949'000} << QStringLiteral("9.9 MB")
                                     << QStringLiteral("9.5 MiB");
        QTest::newRow("no decimal") << quint64{9'950'000} << QStringLiteral("10 MB")
                                    << QStringLiteral("9.5 MiB");
        QTest::newRow("recording") << quint64{89'123'456} << QStringLiteral("89 MB")
                                   << QStringLiteral("85 MiB");
        QTest::newRow("cache") << quint64{210'763'776} << QStringLiteral("211 MB")
                               << QStringLiteral("201 MiB");
        QTest::newRow("last MB") << quint64{999'499'999} << QStringLiteral("999 MB")
                                 << QStringLiteral("953 MiB");
        QTest::newRow("first GB") << quint64{999'500'000} << QStringLiteral("1.0 GB")
                                  << QStringLiteral("953 MiB");
        QTest::newRow("large") << quint64{2'306'000'000} << QStringLiteral("2.3 GB")
                               << QStringLiteral("2.1 GiB");
        QTest::newRow("greatest") << std::numeric_limits<quint64>::max() << QStringLiteral("18446744 TB")
                                  << QStringLiteral("16777216 TiB");
    }
    void sizes()
    {
        QFETCH(quint64, bytes);
        QTEST(formatFileSize(ByteCount{bytes}), "onDisk");
        QTEST(formatMemory(ByteCount{bytes}), "inMemory");
    }

    void times_data()
    {
        QTest::addColumn<qint64>("micros");
        QTest::addColumn<QString>("duration");
        QTest::addColumn<QString>("clock");
        const auto row = [](const char* name, qint64 micros, const char* duration, const char* clock) {
            QTest::newRow(name) << micros << QString::fromUtf8(duration) << QString::fromUtf8(clock);
        };
        row("none", 0, "0 µs", "00:00.000");
        row("micros", 450, "450 µs", "00:00.000");
        row("last micros", 999, "999 µs", "00:00.000");
        row("first millis", 1000, "1.00 ms", "00:00.001");
        row("millis", 31'200, "31.2 ms", "00:00.031");
        row("last millis", 999'499, "999 ms", "00:00.999");
        row("first second", 999'500, "1.00 s", "00:00.999");
        row("seconds", 10'130'000, "10.1 s", "00:10.130");
        row("clock", 12'482'999, "12.5 s", "00:12.482");
        row("last of a minute", 59'999'999, "60.0 s", "00:59.999");
        row("minute", 60'000'000, "60.0 s", "01:00.000");
        row("last without hours", 3'599'999'999, "3600 s", "59:59.999");
        row("hour", 3'600'000'000, "3600 s", "1:00:00.000");
        row("day", 90'061'001'000, "90061 s", "25:01:01.001");
        row("hardly negative", -1, "-1 µs", "00:00.000");
        row("negative", -12'482'000, "-12.5 s", "-00:12.482");
        row("greatest", std::numeric_limits<qint64>::max(), "9223372036855 s", "2562047788:00:54.775");
        row("least", std::numeric_limits<qint64>::min(), "-9223372036855 s", "-2562047788:00:54.775");
    }
    void times()
    {
        QFETCH(qint64, micros);
        QTEST(formatDuration(EventTime(micros)), "duration");
        QTEST(formatClock(EventTime(micros)), "clock");
    }

    void eventRate_data()
    {
        QTest::addColumn<double>("rate");
        QTest::addColumn<QString>("text");
        QTest::newRow("none") << 0.0 << QStringLiteral("0 ev/s");
        QTest::newRow("slow") << 950.0 << QStringLiteral("950 ev/s");
        QTest::newRow("edge") << 999.5 << QStringLiteral("1.00 kev/s");
        QTest::newRow("recording") << 2.61e6 << QStringLiteral("2.61 Mev/s");
    }
    void eventRate()
    {
        QFETCH(double, rate);
        QTEST(formatEventRate(rate), "text");
    }
};

QTEST_GUILESS_MAIN(FormatTest)

#include "tst_format.moc"
