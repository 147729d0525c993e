// SPDX-License-Identifier: GPL-3.0-or-later
// perihelion-cli optimise as a process: what it makes, what it says, what it leaves behind when it fails.
#include "tests/cli/cli_process.h"
#include "tests/support/test_support.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

#include <csignal>

#include <sys/resource.h>

using perihelion::test::Outcome;
using perihelion::test::runCli;
using perihelion::test::sharedData;
using perihelion::test::sharedDataIsRequired;

class TestCliOptimise : public QObject {
    Q_OBJECT

private:
    QString at(const QString& name) const { return m_folder->filePath(name); }
    QStringList entries() const
    {
        return QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden, QDir::Name);
    }
    void generate(const QString& name, const QString& events)
    {
        const Outcome made =
            runCli({QStringLiteral("generate"), QStringLiteral("fan"), at(name), QStringLiteral("--events"),
                    events, QStringLiteral("--rate"), QStringLiteral("1e6")});
        QCOMPARE(made.status, 0);
    }
    Outcome optimise(const QStringList& arguments, const std::function<void()>& inChild = {})
    {
        return runCli(QStringList{QStringLiteral("optimise")} + arguments, inChild);
    }
    QJsonObject everything(const QString& path)
    {
        return runCli({QStringLiteral("window"), path, QStringLiteral("--start-us"), QStringLiteral("0"),
                       QStringLiteral("--length-us"), QStringLiteral("1000000000000"),
                       QStringLiteral("--index"), QStringLiteral("none"), QStringLiteral("--json")})
            .json()
            .object();
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void textAndJson()
    {
        const QString in = QStringLiteral("a fan.h5");
        generate(in, QStringLiteral("200000"));
        const Outcome text = optimise({at(in), at(QStringLiteral("a b.h5"))});
        QVERIFY2(text.status == 0, qPrintable(text.errors));
        for (const QString& word : {QStringLiteral("compared one by one"), QStringLiteral("First frame"),
                                    QStringLiteral("a b.h5")}) {
            QVERIFY2(text.output.contains(word), qPrintable(text.output));
        }
        const Outcome json = optimise({at(in), at(QStringLiteral("b.h5")), QStringLiteral("--json"),
                                       QStringLiteral("--filter"), QStringLiteral("zstd"),
                                       QStringLiteral("--chunk-events"), QStringLiteral("5000")});
        QVERIFY2(json.status == 0, qPrintable(json.errors));
        const QJsonObject said = json.json().object();
        const QStringList keys{QStringLiteral("bytes_after"),
                               QStringLiteral("bytes_before"),
                               QStringLiteral("compare_seconds"),
                               QStringLiteral("events"),
                               QStringLiteral("file"),
                               QStringLiteral("load_after_ms"),
                               QStringLiteral("load_before_ms"),
                               QStringLiteral("missing_events"),
                               QStringLiteral("notes"),
                               QStringLiteral("phases_after"),
                               QStringLiteral("phases_before"),
                               QStringLiteral("source"),
                               QStringLiteral("write_seconds")};
        QCOMPARE(said.keys(), keys);
        QCOMPARE(said[QStringLiteral("events")].toInteger(), 200'000);
        QCOMPARE(said[QStringLiteral("bytes_after")].toInteger(),
                 QFileInfo(at(QStringLiteral("b.h5"))).size());
        QVERIFY(said[QStringLiteral("load_after_ms")].toDouble() > 0);
        QVERIFY(said[QStringLiteral("notes")].toArray().isEmpty());
        const QJsonObject about =
            runCli({QStringLiteral("info"), QStringLiteral("--json"), QStringLiteral("--index"),
                    QStringLiteral("none"), at(QStringLiteral("b.h5"))})
                .json()
                .object();
        QCOMPARE(about[QStringLiteral("storage")][QStringLiteral("chunk_events")].toInt(), 5000);
    }

    void badInput()
    {
        const QString in = at(QStringLiteral("in.h5"));
        generate(QStringLiteral("in.h5"), QStringLiteral("1000"));
        QFile text(at(QStringLiteral("text.h5")));
        QVERIFY(text.open(QIODevice::WriteOnly));
        text.write("no recording");
        text.close();
        const QString out = at(QStringLiteral("out.h5"));
        const struct {
            QStringList arguments;
            int status;
            QString named;
        } cases[] = {
            {{in}, 2, QStringLiteral("Too few arguments")},
            {{in, out, out}, 2, QStringLiteral("Too many arguments")},
            {{in, in}, 2, QStringLiteral("onto itself")},
            {{in, out, QStringLiteral("--filter"), QStringLiteral("gzip")}, 2, QStringLiteral("--filter")},
            {{in, out, QStringLiteral("--level"), QStringLiteral("19")}, 2, QStringLiteral("level")},
            {{in, out, QStringLiteral("--chunk-events"), QStringLiteral("5")},
             2,
             QStringLiteral("--chunk-events")},
            {{in, out, QStringLiteral("--contiguous"), QStringLiteral("--level"), QStringLiteral("2")},
             2,
             QStringLiteral("--level does not go")},
            {{in, out, QStringLiteral("--stream"), QStringLiteral("left")}, 2, QStringLiteral("stream")},
            {{at(QStringLiteral("none.h5")), out}, 1, QStringLiteral("does not exist")},
            {{text.fileName(), out}, 1, QStringLiteral("text.h5")},
            {{in, text.fileName()}, 1, QStringLiteral("--force")},
            {{in, at(QStringLiteral("nowhere/out.h5"))}, 1, QStringLiteral("nowhere")},
        };
        for (const auto& one : cases) {
            const Outcome outcome = optimise(one.arguments);
            QVERIFY2(outcome.status == one.status, qPrintable(outcome.errors));
            QVERIFY2(outcome.errors.contains(one.named), qPrintable(outcome.errors));
            QVERIFY2(outcome.hasOneSentence(), qPrintable(outcome.errors));
            QVERIFY(outcome.output.isEmpty());
        }
        QCOMPARE(entries(), (QStringList{QStringLiteral("in.h5"), QStringLiteral("text.h5")}));
    }

    void fullDiskKeepsTheOldFile()
    {
        generate(QStringLiteral("in.h5"), QStringLiteral("300000"));
        generate(QStringLiteral("out.h5"), QStringLiteral("1000"));
        const qint64 size = QFileInfo(at(QStringLiteral("out.h5"))).size();
        const Outcome outcome = optimise(
            {at(QStringLiteral("in.h5")), at(QStringLiteral("out.h5")), QStringLiteral("--force")}, [] {
                const rlimit limit{300'000, 300'000};
                (void)setrlimit(RLIMIT_FSIZE, &limit);
                (void)std::signal(SIGXFSZ, SIG_IGN);
            });
        QCOMPARE(outcome.status, 1);
        QVERIFY2(outcome.hasOneSentence() && outcome.errors.contains(at(QStringLiteral("out.h5"))),
                 qPrintable(outcome.errors));
        QCOMPARE(QFileInfo(at(QStringLiteral("out.h5"))).size(), size);
        QCOMPARE(entries().size(), 2);
    }

    void interruptLeavesNothing()
    {
        generate(QStringLiteral("in.h5"), QStringLiteral("2000000"));
        QProcess process;
        process.start(QStringLiteral(PERIHELION_CLI),
                      {QStringLiteral("optimise"), at(QStringLiteral("in.h5")), at(QStringLiteral("out.h5")),
                       QStringLiteral("--filter"), QStringLiteral("zstd"), QStringLiteral("--level"),
                       QStringLiteral("19")});
        QVERIFY(process.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(entries().size() > 1, 30'000);
        QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().contains("cancelled"));
        QCOMPARE(entries(), QStringList{QStringLiteral("in.h5")});
    }

    void realRecordingsKeepTheirGoldenValues()
    {
        PERIHELION_SHARED_DATA_OR_SKIP(goldenPath, QStringLiteral("recordings/golden.json"));
        QFile file(goldenPath);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonObject golden = QJsonDocument::fromJson(file.readAll()).object();
        int converted = 0;
        for (auto one = golden.begin(); one != golden.end(); ++one) {
            const QString path = sharedData(QString(QStringLiteral("recordings/") + one.key()));
            if (!one.key().contains(QStringLiteral(".h")) || path.isEmpty()) {
                continue;
            }
            const QString out = at(QStringLiteral("out.h5"));
            const Outcome outcome = optimise({path, out, QStringLiteral("--force")});
            QVERIFY2(outcome.status == 0, qPrintable(one.key() + outcome.errors));
            const QJsonObject wanted = one.value().toObject();
            const QJsonObject got = everything(out);
            for (const auto& [mine, theirs] :
                 {std::pair("events", "n"), std::pair("sum_x", "sum_x"), std::pair("sum_y", "sum_y"),
                  std::pair("sum_p", "sum_p"), std::pair("sum_dt_us", "sum_dt"), std::pair("first", "first"),
                  std::pair("last", "last")}) {
                QVERIFY2(got[QLatin1String(mine)] == wanted[QLatin1String(theirs)],
                         qPrintable(one.key() + u' ' + QLatin1String(mine)));
            }
            ++converted;
        }
        QCOMPARE(converted, 11);
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestCliOptimise)
#include "tst_cli_optimise.moc"
