// SPDX-License-Identifier: GPL-3.0-or-later
// Settings: defaults, ranges, what survives a restart, damaged files and values, and saving that never tears
// a file.

#include "core/settings/run_store_settings.h"
#include "core/settings/settings.h"
#include "tests/support/test_support.h"
#include "tests/support/unprivileged.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <limits>

using namespace perihelion;

namespace {

bool writeFile(const QString& path, const QByteArray& content)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

QByteArray readFile(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class SettingsTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    int m_serial = 0;

    QString newFile()
    {
        const QString folder = m_folder.filePath(QString::number(++m_serial));
        return QDir().mkpath(folder) ? QString(folder % u"/perihelion.ini") : QString();
    }

private Q_SLOTS:
    void beginsWithDefaults()
    {
        const QString file = newFile();
        Settings settings(file);
        QVERIFY(settings.notice().isEmpty());
        QCOMPARE(settings.value(setting::kTheme), QStringLiteral("system"));
        QCOMPARE(settings.value(setting::kSpeed), 1.0);
        QCOMPARE(settings.value(setting::kWindowMicros), std::int64_t{10'000});
        QCOMPARE(settings.value(setting::kLoop), true);
        QCOMPARE(settings.value(setting::kSortDescending), false);
        QCOMPARE(settings.value(setting::kWatchedFolders), QStringList());
        QCOMPARE(settings.value(setting::kWindowGeometry), QByteArray());
        // Nothing changed, so nothing is written.
        PERIHELION_VERIFY_RESULT(settings.save());
        QVERIFY(!QFileInfo::exists(file));
    }

    void comesBackAfterARestart()
    {
        const QString file = newFile();
        const QStringList folders{QStringLiteral("/data/ü, with comma"),
                                  QStringLiteral("/data/[odd]=name;%20")};
        QByteArray blob(300, '\0');
        for (int i = 0; i < blob.size(); ++i) {
            blob[i] = static_cast<char>(i);
        }
        {
            Settings settings(file);
            settings.set(setting::kTheme, QStringLiteral("dark"));
            settings.set(setting::kSpeed, 0.25);
            settings.set(setting::kWindowMicros, 500);
            settings.set(setting::kLoop, false);
            settings.set(setting::kSortDescending, true);
            settings.set(setting::kSortKey, QStringLiteral("last-load"));
            settings.set(setting::kWatchedFolders, folders);
            settings.set(setting::kRecentFiles, {QStringLiteral("/one.h5")});
            settings.set(setting::kWindowGeometry, blob);
            QVERIFY(settings.hasChanges());
            PERIHELION_VERIFY_RESULT(settings.save());
            QVERIFY(!settings.hasChanges());
        }
        Settings settings(file);
        QCOMPARE(settings.value(setting::kTheme), QStringLiteral("dark"));
        QCOMPARE(settings.value(setting::kSpeed), 0.25);
        QCOMPARE(settings.value(setting::kWindowMicros), std::int64_t{500});
        QCOMPARE(settings.value(setting::kLoop), false);
        QCOMPARE(settings.value(setting::kSortDescending), true);
        QCOMPARE(settings.value(setting::kSortKey), QStringLiteral("last-load"));
        QCOMPARE(settings.value(setting::kWatchedFolders), folders);
        QCOMPARE(settings.value(setting::kRecentFiles), QStringList{QStringLiteral("/one.h5")});
        QCOMPARE(settings.value(setting::kWindowGeometry), blob);
        QVERIFY(!settings.hasChanges());
        settings.set(setting::kTheme, QStringLiteral("dark")); // no change, nothing to write
        QVERIFY(!settings.hasChanges());
    }

    void saysWhereRunsAreKept()
    {
        const StoragePaths paths = StoragePaths::below(QStringLiteral("/tmp/ada"));
        Settings settings(QStringLiteral("/no/such/settings.ini"));
        QCOMPARE(runStoreLocation(settings, paths)->file, paths.runStoreFile());
        settings.set(setting::kRunStore, QStringLiteral("postgresql://ada@db/history"));
        QCOMPARE(runStoreLocation(settings, paths)->database, QStringLiteral("history"));
        settings.set(setting::kRunStore, QStringLiteral("mysql://db"));
        QVERIFY(!runStoreLocation(settings, paths));
        settings.set(setting::kRunStore, QString());
        QVERIFY(settings.value(setting::kRunStore).isEmpty());
        QVERIFY(checkedRunStore(QString(), paths));
        QVERIFY(checkedRunStore(QStringLiteral("/a/runs.sqlite"), paths));
        QVERIFY(!checkedRunStore(QStringLiteral("runs.sqlite"), paths));
        const auto secret = checkedRunStore(QStringLiteral("postgresql://ada:hidden@db/h"), paths);
        QVERIFY(!secret && !secret.error().sentence().contains(u"hidden"));
    }

    void keepsToTheRange()
    {
        Settings settings(newFile());
        settings.set(setting::kSpeed, 1e9);
        QCOMPARE(settings.value(setting::kSpeed), setting::kSpeed.greatest);
        settings.set(setting::kSpeed, std::numeric_limits<double>::quiet_NaN());
        QCOMPARE(settings.value(setting::kSpeed), setting::kSpeed.fallback);
        settings.set(setting::kWindowMicros, -5);
        QCOMPARE(settings.value(setting::kWindowMicros), setting::kWindowMicros.least);
        settings.set(setting::kTheme, QStringLiteral("light"));
        for (const QString& word : {QString(), QStringLiteral("purple"), QStringLiteral("system dark")}) {
            settings.set(setting::kTheme, word);
            QCOMPARE(settings.value(setting::kTheme), QStringLiteral("light"));
        }
        settings.set(setting::kPalette, QStringLiteral("Not A Word"));
        QCOMPARE(settings.value(setting::kPalette), QStringLiteral("default"));
        settings.set(setting::kWatchedFolders,
                     {QStringLiteral("relative"), QStringLiteral("/a"), QStringLiteral("/a"), QString()});
        QCOMPARE(settings.value(setting::kWatchedFolders), QStringList{QStringLiteral("/a")});
        settings.reset(setting::kTheme.key);
        QCOMPARE(settings.value(setting::kTheme), QStringLiteral("system"));
    }

    void boundsTheRecentFiles()
    {
        Settings settings(newFile());
        for (int n = 0; n < 50; ++n) {
            settings.prepend(setting::kRecentFiles, QStringLiteral("/%1.h5").arg(n));
        }
        settings.prepend(setting::kRecentFiles, QStringLiteral("/45.h5"));
        const QStringList recent = settings.value(setting::kRecentFiles);
        QCOMPARE(recent.size(), setting::kRecentFiles.most);
        QCOMPARE(recent.at(0), QStringLiteral("/45.h5"));
        QCOMPARE(recent.at(1), QStringLiteral("/49.h5"));
        QCOMPARE(recent.count(QStringLiteral("/45.h5")), 1);
    }

    void fallsBackWhereAValueIsDamaged()
    {
        const QString file = newFile();
        QVERIFY(writeFile(
            file,
            "[appearance]\ntheme=ultraviolet\n[player]\nspeed=nan\nwindow_us=ten\nloop=perhaps\n"
            "hud=false\nview=@Invalid()\npalette=a, b\n[datasets]\nfolders=relative\n"
            "slow_load_ms=99999999999999999999\n[window]\ngeometry=text\n[metrics]\nslow_operation_ms=-1\n"));
        Settings settings(file);
        QVERIFY2(settings.notice().isEmpty(), qPrintable(settings.notice()));
        QCOMPARE(settings.value(setting::kTheme), QStringLiteral("system"));
        QCOMPARE(settings.value(setting::kSpeed), 1.0);
        QCOMPARE(settings.value(setting::kWindowMicros), std::int64_t{10'000});
        QCOMPARE(settings.value(setting::kLoop), true);
        QCOMPARE(settings.value(setting::kHudVisible), false);
        QCOMPARE(settings.value(setting::kViewMode), QStringLiteral("polarity"));
        QCOMPARE(settings.value(setting::kPalette), QStringLiteral("default"));
        QCOMPARE(settings.value(setting::kWatchedFolders), QStringList());
        QCOMPARE(settings.value(setting::kSlowLoadMillis), std::int64_t{100});
        QCOMPARE(settings.value(setting::kWindowGeometry), QByteArray());
        QCOMPARE(settings.value(setting::kSlowOperationMillis), std::int64_t{1000});
    }

    void setsADamagedFileAside()
    {
        const QString file = newFile();
        const QByteArray content = "[player]\nhud=false\nthis line means nothing\n\x01\xff\xfe\n";
        QVERIFY(writeFile(file, content));
        {
            Settings settings(file);
            QVERIFY(settings.notice().contains(u"damaged"));
            QCOMPARE(settings.value(setting::kHudVisible), false); // what could be understood
            PERIHELION_VERIFY_RESULT(settings.save());
        }
        const QFileInfo info(file);
        const QStringList aside = info.dir().entryList({QStringLiteral("perihelion.ini.corrupt-*")});
        QCOMPARE(aside.size(), 1);
        QCOMPARE(readFile(info.dir().filePath(aside.front())), content);
        Settings settings(file);
        QVERIFY(settings.notice().isEmpty());
        QCOMPARE(settings.value(setting::kHudVisible), false);
    }

    void setsAnAbsurdFileAside()
    {
        const QString file = newFile();
        QVERIFY(writeFile(file, {}));
        QVERIFY(QFile::resize(file, qint64{1} << 32));
        Settings settings(file);
        QVERIFY(settings.notice().contains(u"damaged"));
        QVERIFY(!QFileInfo::exists(file));
        QCOMPARE(settings.value(setting::kTheme), QStringLiteral("system"));
    }

    void leavesWhatItDoesNotKnow()
    {
        const QString file = newFile();
        QVERIFY(writeFile(file, "[future]\nkey=value\n[player]\nhud=false\n"));
        Settings mine(file);
        Settings other(file); // a second window
        mine.set(setting::kTheme, QStringLiteral("dark"));
        other.set(setting::kLoop, false);
        PERIHELION_VERIFY_RESULT(mine.save());
        PERIHELION_VERIFY_RESULT(other.save());
        const QByteArray written = readFile(file);
        QVERIFY(written.contains("key=value"));
        Settings both(file);
        QCOMPARE(both.value(setting::kTheme), QStringLiteral("dark"));
        QCOMPARE(both.value(setting::kLoop), false);
        QCOMPARE(both.value(setting::kHudVisible), false);
        both.reset(setting::kTheme.key);
        PERIHELION_VERIFY_RESULT(both.save());
        QVERIFY(!readFile(file).contains("theme"));
    }

    void keepsChangesThatCouldNotBeWritten()
    {
        const QString blocked = m_folder.filePath(QStringLiteral("blocked"));
        QVERIFY(writeFile(blocked, "a file"));
        Settings settings(QString(blocked % u"/perihelion.ini"));
        settings.set(setting::kTheme, QStringLiteral("dark"));
        const Result<void> saved = settings.save();
        QVERIFY(!saved);
        QVERIFY(saved.error().code == ErrorCode::PermissionDenied);
        QCOMPARE(saved.error().subject, blocked);
        QVERIFY(settings.hasChanges());

        const SettingsChanges taken = settings.takeChanges();
        settings.set(setting::kTheme, QStringLiteral("light"));
        settings.putBack(taken);
        QCOMPARE(settings.takeChanges().values.value(setting::kTheme.key.toString()).toString(),
                 QStringLiteral("light"));
    }

    void saysWhenTheFileMayNotBeWritten()
    {
        const QString file = newFile();
        const QByteArray content = "[player]\nhud=false\n";
        QVERIFY(writeFile(file, content));
        QVERIFY(QFile::setPermissions(file, QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther));
        QVERIFY(test::openToEverybody(m_folder.path()));
        QVERIFY(test::holdsUnprivileged([&file] {
            Settings settings(file);
            settings.set(setting::kTheme, QStringLiteral("dark"));
            const Result<void> saved = settings.save();
            return settings.value(setting::kHudVisible) == false && !saved &&
                   saved.error().code == ErrorCode::PermissionDenied && saved.error().subject == file;
        }));
        QCOMPARE(readFile(file), content);
    }
};

QTEST_GUILESS_MAIN(SettingsTest)

#include "tst_settings.moc"
