// SPDX-License-Identifier: GPL-3.0-or-later
// DesktopScheme and Theme against a settings portal of the test's own, on a bus of its own.
#include "tests/support/test_support.h"
#include "widgets/theme/desktop_scheme.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QDBusConnection>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>

using namespace perihelion;

/// What a desktop answers.
class FakePortal : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Settings")

public:
    uint scheme = 0;

public Q_SLOTS:
    QDBusVariant Read(const QString& group, const QString& key) const
    {
        const bool asked = group == u"org.freedesktop.appearance" && key == u"color-scheme";
        return QDBusVariant(QVariant::fromValue(QDBusVariant(asked ? scheme : 99U)));
    }

Q_SIGNALS:
    void SettingChanged(const QString& group, const QString& key, const QDBusVariant& value);
};

class TestDesktopScheme : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void valuesAreUnwrapped();
    void themeFollowsThePortal();
    void cleanupTestCase();

private:
    QProcess m_bus;
};

void TestDesktopScheme::initTestCase()
{
    const QString program = QStandardPaths::findExecutable(QStringLiteral("dbus-daemon"));
    if (program.isEmpty()) {
        return;
    }
    m_bus.start(program,
                {QStringLiteral("--session"), QStringLiteral("--nofork"), QStringLiteral("--print-address")});
    QVERIFY(m_bus.waitForStarted());
    QVERIFY(m_bus.waitForReadyRead());
    qputenv("DBUS_SESSION_BUS_ADDRESS", m_bus.readLine().trimmed());
}

void TestDesktopScheme::valuesAreUnwrapped()
{
    const QVariant once = QVariant::fromValue(QDBusVariant(1U));
    QCOMPARE(DesktopScheme::isDark(1U), std::optional<bool>(true));
    QCOMPARE(DesktopScheme::isDark(once), std::optional<bool>(true));
    QCOMPARE(DesktopScheme::isDark(QVariant::fromValue(QDBusVariant(once))), std::optional<bool>(true));
    QCOMPARE(DesktopScheme::isDark(2U), std::optional<bool>(false));
    QCOMPARE(DesktopScheme::isDark(0U), std::optional<bool>());
    QCOMPARE(DesktopScheme::isDark(QStringLiteral("dark")), std::optional<bool>());
}

void TestDesktopScheme::themeFollowsThePortal()
{
    if (m_bus.state() != QProcess::Running) {
        QSKIP("install dbus-daemon to run this");
    }
    FakePortal portal;
    portal.scheme = 1;
    QDBusConnection bus = QDBusConnection::connectToBus(qEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS"),
                                                        QStringLiteral("portal"));
    QVERIFY(bus.registerObject(QStringLiteral("/org/freedesktop/portal/desktop"), &portal,
                               QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals));
    QVERIFY(bus.registerService(QStringLiteral("org.freedesktop.portal.Desktop")));
    Theme theme;
    theme.setMode(ThemeMode::System);
    QVERIFY(!theme.isDark());
    theme.followDesktop();
    QTRY_VERIFY(theme.isDark());
    QCOMPARE(QApplication::palette().color(QPalette::Window),
             theme.darkTokens().color(ColorRole::Background));
    const auto say = [&portal](const QString& key, uint scheme) {
        Q_EMIT portal.SettingChanged(QStringLiteral("org.freedesktop.appearance"), key, QDBusVariant(scheme));
    };
    say(QStringLiteral("accent-color"), 2);
    say(QStringLiteral("color-scheme"), 2);
    QTRY_VERIFY(!theme.isDark());
    theme.setMode(ThemeMode::Dark);
    say(QStringLiteral("color-scheme"), 1);
    say(QStringLiteral("color-scheme"), 2);
    theme.setMode(ThemeMode::System);
    QTRY_VERIFY(!theme.isDark());
    QDBusConnection::disconnectFromBus(QStringLiteral("portal"));
}

void TestDesktopScheme::cleanupTestCase()
{
    if (m_bus.state() == QProcess::Running) {
        m_bus.terminate();
        m_bus.waitForFinished();
    }
}

QTEST_MAIN(TestDesktopScheme)
#include "tst_desktop_scheme.moc"
