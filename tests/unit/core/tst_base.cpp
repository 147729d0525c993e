// SPDX-License-Identifier: GPL-3.0-or-later
// The small things everything rests on: results and errors, storage folders, the order of names.

#include "core/base/natural_order.h"
#include "core/base/paths.h"
#include "core/base/result.h"
#include "core/base/units.h"

#include <QDir>
#include <QSet>
#include <QTest>

#include <algorithm>
#include <cerrno>
#include <memory>

using namespace perihelion;

class BaseTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesEveryErrorCode()
    {
        const QList<ErrorCode> codes{
            ErrorCode::Cancelled,        ErrorCode::Corrupt,         ErrorCode::DiskFull,
            ErrorCode::Internal,         ErrorCode::InvalidArgument, ErrorCode::Io,
            ErrorCode::NoEvents,         ErrorCode::NotFound,        ErrorCode::NotHdf5,
            ErrorCode::PermissionDenied, ErrorCode::Store,           ErrorCode::TooLarge,
            ErrorCode::Truncated,        ErrorCode::Unreachable,     ErrorCode::UnsupportedFilter,
            ErrorCode::UnsupportedLayout};
        // The codes are numbered without gaps, so the list above is complete when the next number has no own
        // name.
        QSet<QString> names;
        for (const ErrorCode code : codes) {
            QCOMPARE(static_cast<qsizetype>(code), names.size());
            const QString name = errorCodeName(code);
            QVERIFY(std::all_of(name.begin(), name.end(),
                                [](QChar c) { return (c >= u'a' && c <= u'z') || c == u'-' || c == u'5'; }));
            names.insert(name);
        }
        QCOMPARE(names.size(), codes.size());
        QCOMPARE(errorCodeName(static_cast<ErrorCode>(codes.size())), errorCodeName(ErrorCode::Internal));
        QCOMPARE(errorCodeName(ErrorCode::NotHdf5), QStringLiteral("not-hdf5"));
    }

    void speaksInSentences()
    {
        const Error error{ErrorCode::Io, QStringLiteral("Reading failed"), QStringLiteral("/a.h5")};
        QCOMPARE(error.sentence(), QStringLiteral("Reading failed: /a.h5"));
        QCOMPARE((Error{ErrorCode::Io, QStringLiteral("Reading failed"), QString()}.sentence()),
                 QStringLiteral("Reading failed"));
    }

    void mapsSystemErrors_data()
    {
        QTest::addColumn<int>("number");
        QTest::addColumn<ErrorCode>("code");
        QTest::newRow("missing") << ENOENT << ErrorCode::NotFound;
        QTest::newRow("not a folder") << ENOTDIR << ErrorCode::NotFound;
        QTest::newRow("access") << EACCES << ErrorCode::PermissionDenied;
        QTest::newRow("not permitted") << EPERM << ErrorCode::PermissionDenied;
        QTest::newRow("read-only file system") << EROFS << ErrorCode::PermissionDenied;
        QTest::newRow("full") << ENOSPC << ErrorCode::DiskFull;
        QTest::newRow("quota") << EDQUOT << ErrorCode::DiskFull;
        QTest::newRow("input/output") << EIO << ErrorCode::Io;
        QTest::newRow("unheard of") << 99'999 << ErrorCode::Io;
    }
    void mapsSystemErrors()
    {
        QFETCH(int, number);
        QFETCH(ErrorCode, code);
        const Error error = errorFromErrno(number, QStringLiteral("Reading"), QStringLiteral("/a.h5"));
        QVERIFY(error.code == code);
        QVERIFY2(error.message.startsWith(u"Reading failed: "), qPrintable(error.message));
        QVERIFY(error.message.size() > QStringLiteral("Reading failed: ").size());
        QCOMPARE(error.subject, QStringLiteral("/a.h5"));
    }

    void holdsAValueOrAnError()
    {
        Result<std::unique_ptr<int>> value = std::make_unique<int>(3);
        QVERIFY(value && value.hasValue());
        QCOMPARE(**value, 3);
        const std::unique_ptr<int> taken = std::move(value).value();
        QCOMPARE(*taken, 3);
        const Result<QString> text = QStringLiteral("four");
        QCOMPARE(text->size(), 4);
        const Result<QString> failed = Error{ErrorCode::Corrupt, QStringLiteral("Bad"), QString()};
        QVERIFY(!failed);
        QVERIFY(failed.error().code == ErrorCode::Corrupt);
        const Result<void> done;
        QVERIFY(done.hasValue());
        const Result<void> notDone = Error{ErrorCode::Corrupt, QStringLiteral("Bad"), QString()};
        QVERIFY(!notDone);
        QCOMPARE(notDone.error().message, QStringLiteral("Bad"));
    }

    void addsBytes() { QCOMPARE(ByteCount{1} + ByteCount{2}, ByteCount{3}); }

    void followsTheXdgVariables()
    {
        qputenv("XDG_CONFIG_HOME", "/xdg/config");
        qputenv("XDG_DATA_HOME", "/xdg/data");
        qputenv("XDG_CACHE_HOME", "/xdg/cache");
        const StoragePaths paths = StoragePaths::forUser();
        QCOMPARE(paths.settingsFile(), QStringLiteral("/xdg/config/perihelion/perihelion.ini"));
        QCOMPARE(paths.runStoreFile(), QStringLiteral("/xdg/data/perihelion/runs.sqlite"));
        QCOMPARE(paths.bookmarkDir(), QStringLiteral("/xdg/data/perihelion/bookmarks"));
        QCOMPARE(paths.sampleDir(), QStringLiteral("/xdg/data/perihelion/samples"));
        QCOMPARE(paths.indexDir(), QStringLiteral("/xdg/cache/perihelion/index"));
        QCOMPARE(paths.thumbnailDir(), QStringLiteral("/xdg/cache/perihelion/thumbnails"));
        // Without them, and with relative ones that the rules tell to ignore, the usual places below home.
        for (const char* value : {"", "relative"}) {
            qputenv("XDG_CONFIG_HOME", value);
            qputenv("XDG_DATA_HOME", value);
            qputenv("XDG_CACHE_HOME", value);
            const StoragePaths usual = StoragePaths::forUser();
            QCOMPARE(usual.configDir, QString(QDir::homePath() % u"/.config/perihelion"));
            QCOMPARE(usual.dataDir, QString(QDir::homePath() % u"/.local/share/perihelion"));
            QCOMPARE(usual.cacheDir, QString(QDir::homePath() % u"/.cache/perihelion"));
        }
        QVERIFY(!QDir(QStringLiteral("/xdg")).exists()); // nothing is made by asking
        const StoragePaths below = StoragePaths::below(QStringLiteral("/t"));
        for (const QString& path : {below.configDir, below.dataDir, below.cacheDir}) {
            QVERIFY(path.startsWith(u"/t/"));
        }
    }

    void ordersNamesNaturally()
    {
        const QStringList ordered{QString(),
                                  QStringLiteral("1"),
                                  QStringLiteral("01"),
                                  QStringLiteral("2"),
                                  QStringLiteral("10"),
                                  QStringLiteral("99999999999999999999999"),
                                  QStringLiteral("100000000000000000000000"),
                                  QStringLiteral("Run"),
                                  QStringLiteral("run"),
                                  QStringLiteral("run 2"),
                                  QStringLiteral("Run 02 b"),
                                  QStringLiteral("run 10"),
                                  QStringLiteral("run a"),
                                  QStringLiteral("run_1"),
                                  QStringLiteral("ärger")};
        for (qsizetype i = 0; i < ordered.size(); ++i) {
            for (qsizetype j = 0; j < ordered.size(); ++j) {
                const int order = compareNaturally(ordered.at(i), ordered.at(j));
                QVERIFY2((order < 0) == (i < j) && (order > 0) == (i > j),
                         qPrintable(QString(ordered.at(i) % u" and " % ordered.at(j))));
            }
        }
    }
};

QTEST_GUILESS_MAIN(BaseTest)

#include "tst_base.moc"
