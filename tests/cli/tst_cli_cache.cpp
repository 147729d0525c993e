// SPDX-License-Identifier: GPL-3.0-or-later
// perihelion-cli cache as a process: the budget, what would fit, a correct total.
#include "tests/cli/cli_process.h"
#include "tests/support/test_support.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>

using perihelion::test::Outcome;
using perihelion::test::runCli;

class TestCliCache : public QObject {
    Q_OBJECT

private:
    QString at(const QString& name) const { return m_folder.filePath(name); }
    void generate(const QString& name, const QString& events)
    {
        const Outcome made =
            runCli({QStringLiteral("generate"), QStringLiteral("fan"), at(name), QStringLiteral("--events"),
                    events, QStringLiteral("--rate"), QStringLiteral("1e6")});
        QCOMPARE(made.status, 0);
    }
    static Outcome cache(const QStringList& arguments)
    {
        return runCli(QStringList{QStringLiteral("cache")} + arguments);
    }
    static QStringList sorted(QStringList keys)
    {
        keys.sort();
        return keys;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(QDir(m_folder.path()).mkdir(QStringLiteral("in")));
        generate(QStringLiteral("in/a.h5"), QStringLiteral("150000"));
        generate(QStringLiteral("in/b.h5"), QStringLiteral("90000"));
    }

    void budgetAlone()
    {
        const Outcome text = cache({});
        QCOMPARE(text.status, 0);
        QVERIFY2(text.output.contains(u"available of") && text.output.contains(u"Budget"),
                 qPrintable(text.output));
        const QJsonObject said = cache({QStringLiteral("--json")}).json().object();
        const QStringList keys{QStringLiteral("available_bytes"), QStringLiteral("budget_bytes"),
                               QStringLiteral("floor_bytes"),     QStringLiteral("fraction"),
                               QStringLiteral("limit_bytes"),     QStringLiteral("limited_by"),
                               QStringLiteral("off_reason"),      QStringLiteral("recordings"),
                               QStringLiteral("total"),           QStringLiteral("total_bytes")};
        QCOMPARE(said.keys(), keys);
        QVERIFY(said[QStringLiteral("recordings")].toArray().isEmpty());
        const auto bytes = [&said](const char* key) { return said[QLatin1String(key)].toInteger(); };
        QVERIFY(bytes("available_bytes") > 0);
        QVERIFY(bytes("available_bytes") <= bytes("total_bytes"));
        QVERIFY(bytes("budget_bytes") <= bytes("available_bytes"));
        QVERIFY(!said[QStringLiteral("limited_by")].toString().isEmpty());
    }

    void totalIsTheSum()
    {
        const Outcome outcome = cache({QStringLiteral("--json"), at(QStringLiteral("in"))});
        QVERIFY2(outcome.status == 0, qPrintable(outcome.errors));
        const QJsonObject said = outcome.json().object();
        const QJsonArray recordings = said[QStringLiteral("recordings")].toArray();
        QCOMPARE(recordings.size(), 2);
        qint64 events = 0;
        qint64 bytes = 0;
        qint64 files = 0;
        for (const auto value : recordings) {
            const QJsonObject one = value.toObject();
            const QStringList keys{QStringLiteral("bytes_per_event"),
                                   QStringLiteral("cache_bytes"),
                                   QStringLiteral("can_be_kept"),
                                   QStringLiteral("events"),
                                   QStringLiteral("file"),
                                   QStringLiteral("file_bytes"),
                                   QStringLiteral("fits"),
                                   QStringLiteral("load_cached_ms"),
                                   QStringLiteral("load_cold_ms"),
                                   QStringLiteral("load_kept_index_ms"),
                                   QStringLiteral("measured"),
                                   QStringLiteral("stream")};
            QCOMPARE(one.keys(), sorted(keys));
            QVERIFY(one[QStringLiteral("measured")].toBool());
            const double perEvent = one[QStringLiteral("bytes_per_event")].toDouble();
            QVERIFY2(perEvent > 2 && perEvent < 8, qPrintable(QString::number(perEvent)));
            QVERIFY(one[QStringLiteral("load_kept_index_ms")].toDouble() > 0);
            // Where there is no budget nothing is cached, and no time is made up.
            QCOMPARE(one[QStringLiteral("load_cached_ms")].isNull(),
                     said[QStringLiteral("budget_bytes")].toInteger() == 0);
            events += one[QStringLiteral("events")].toInteger();
            bytes += one[QStringLiteral("cache_bytes")].toInteger();
            files += one[QStringLiteral("file_bytes")].toInteger();
        }
        const QJsonObject total = said[QStringLiteral("total")].toObject();
        QCOMPARE(total[QStringLiteral("events")].toInteger(), events);
        QCOMPARE(events, 240'000);
        QCOMPARE(total[QStringLiteral("cache_bytes")].toInteger(), bytes);
        QCOMPARE(total[QStringLiteral("file_bytes")].toInteger(), files);
        QCOMPARE(total[QStringLiteral("fits")].toBool(),
                 bytes <= said[QStringLiteral("budget_bytes")].toInteger());
        const Outcome text = cache({at(QStringLiteral("in")), QStringLiteral("--quick")});
        QCOMPARE(text.status, 0);
        QVERIFY2(text.output.contains(u"Total     2 recordings"), qPrintable(text.output));
    }

    void smallLimitDoesNotFit()
    {
        generate(QStringLiteral("large.h5"), QStringLiteral("600000"));
        const QJsonObject said = cache({QStringLiteral("--json"), QStringLiteral("--limit-mib"),
                                        QStringLiteral("1"), at(QStringLiteral("large.h5"))})
                                     .json()
                                     .object();
        QVERIFY(said[QStringLiteral("budget_bytes")].toInteger() <= 1 << 20);
        const QJsonObject one = said[QStringLiteral("recordings")].toArray().first().toObject();
        QVERIFY(one[QStringLiteral("cache_bytes")].toInteger() > 1 << 20);
        QVERIFY(!one[QStringLiteral("fits")].toBool());
        QVERIFY(!said[QStringLiteral("total")][QStringLiteral("fits")].toBool());
    }

    void badInputIsNamedAndTheRestAnswered()
    {
        QFile file(at(QStringLiteral("text.h5")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("no recording");
        file.close();
        const Outcome outcome =
            cache({QStringLiteral("--json"), file.fileName(), at(QStringLiteral("in/b.h5"))});
        QCOMPARE(outcome.status, 1);
        QVERIFY2(outcome.hasOneSentence() && outcome.errors.contains(u"text.h5"), qPrintable(outcome.errors));
        const QJsonArray recordings = outcome.json().object()[QStringLiteral("recordings")].toArray();
        QCOMPARE(recordings.size(), 2);
        QCOMPARE(recordings.at(1)[QStringLiteral("error_code")].toString(), QStringLiteral("not-hdf5"));
        const Outcome wrong = cache({QStringLiteral("--limit-mib"), QStringLiteral("many")});
        QCOMPARE(wrong.status, 2);
        QVERIFY(wrong.hasOneSentence() && wrong.errors.contains(u"--limit-mib"));
        QCOMPARE(cache({at(QStringLiteral("nowhere.h5"))}).status, 1);
    }

    void windowAnswersTheSame()
    {
        const QStringList asked{QStringLiteral("window"), QStringLiteral("--json"),
                                at(QStringLiteral("in/a.h5"))};
        QJsonObject plain = runCli(QStringList(asked) << QStringLiteral("--no-cache")).json().object();
        QJsonObject cached = runCli(QStringList(asked) << QStringLiteral("--enable-cache")).json().object();
        QCOMPARE(plain.take(u"cache").toString(), QStringLiteral("off"));
        QCOMPARE(cached.take(u"cache").toString(), QStringLiteral("miss"));
        QVERIFY(plain[u"events"].toInteger() > 0);
        for (const char* cost : {"phases", "bytes_read", "bytes_decoded", "chunks_read", "cached_bytes",
                                 "index", "index_completion_ms"}) {
            plain.remove(QLatin1String(cost));
            cached.remove(QLatin1String(cost));
        }
        QCOMPARE(cached, plain);
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestCliCache)
#include "tst_cli_cache.moc"
