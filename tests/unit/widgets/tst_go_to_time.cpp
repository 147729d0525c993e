// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/go_to_time.h"

#include <QtTest>

using namespace perihelion;

class TestGoToTime : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void understands_data();
    void understands();
    void refuses_data();
    void refuses();
    void writesBothKinds();
};

void TestGoToTime::understands_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("absolute");
    QTest::addColumn<qint64>("micros");
    // First event at 1 s, position 5 s, origin 1000 s.
    QTest::addRow("seconds") << QStringLiteral("12.5") << false << qint64(13'500'000);
    QTest::addRow("s") << QStringLiteral(" 2 s ") << false << qint64(3'000'000);
    QTest::addRow("ms") << QStringLiteral("300ms") << false << qint64(1'300'000);
    QTest::addRow("us") << QStringLiteral("450 us") << false << qint64(1'000'450);
    QTest::addRow("µs") << QStringLiteral("450µs") << false << qint64(1'000'450);
    QTest::addRow("upper case") << QStringLiteral("3 MS") << false << qint64(1'003'000);
    QTest::addRow("clock") << QStringLiteral("01:02.500") << false << qint64(63'500'000);
    QTest::addRow("hours") << QStringLiteral("1:00:00.001") << false << qint64(3'601'001'000);
    QTest::addRow("comma") << QStringLiteral("0,25") << false << qint64(1'250'000);
    QTest::addRow("bare fraction") << QStringLiteral(".5") << false << qint64(1'500'000);
    QTest::addRow("forward") << QStringLiteral("+20ms") << false << qint64(5'020'000);
    QTest::addRow("back") << QStringLiteral("-1") << false << qint64(4'000'000);
    QTest::addRow("true minus") << QStringLiteral("−1:00") << false << qint64(-55'000'000);
    QTest::addRow("at") << QStringLiteral("@1002.000001") << false << qint64(2'000'001);
    QTest::addRow("absolute") << QStringLiteral("1002.000001") << true << qint64(2'000'001);
    QTest::addRow("back, absolute") << QStringLiteral("-1") << true << qint64(4'000'000);
    QTest::addRow("at minus") << QStringLiteral("@-1") << true << qint64(-1'001'000'000);
}

void TestGoToTime::understands()
{
    QFETCH(QString, text);
    QFETCH(bool, absolute);
    QFETCH(qint64, micros);
    const TimeReference reference{EventTime(1'000'000), EventTime(1'000'000'000), EventTime(5'000'000),
                                  absolute};
    const Result<EventTime> time = parseGoToTime(text, reference);
    QVERIFY(time.hasValue());
    QCOMPARE(time->count(), micros);
}

void TestGoToTime::refuses_data()
{
    QTest::addColumn<QString>("text");
    for (const char16_t* text : {u"", u" ", u"abc", u"nan", u"inf", u"1e400", u"5 min", u"1:60", u"1:60:00",
                                 u"1:2:3:4", u"--5", u"+", u"@", u"99999999999999999999", u"1.2.3", u":5"}) {
        QTest::addRow("'%s'", qPrintable(QString::fromUtf16(text))) << QString::fromUtf16(text);
    }
}

void TestGoToTime::refuses()
{
    QFETCH(QString, text);
    const Result<EventTime> time = parseGoToTime(text, {});
    QVERIFY(!time.hasValue());
    QCOMPARE(time.error().code, ErrorCode::InvalidArgument);
}

void TestGoToTime::writesBothKinds()
{
    TimeReference reference{EventTime(1'000'000), EventTime(1'640'995'200'000'000), EventTime(0), false};
    QCOMPARE(formatPlayerTime(EventTime(13'482'000), reference), QStringLiteral("00:12.482"));
    reference.absolute = true;
    QCOMPARE(formatPlayerTime(EventTime(1'000'007), reference), QStringLiteral("1640995201.000007 s"));
    reference.origin = EventTime(-2'000'007);
    QCOMPARE(formatPlayerTime(EventTime(0), reference), QStringLiteral("-2.000007 s"));
}

QTEST_GUILESS_MAIN(TestGoToTime)
#include "tst_go_to_time.moc"
