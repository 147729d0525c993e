// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/desktop_scheme.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QFileInfo>

namespace perihelion {

namespace {

QString appearanceGroup()
{
    return QStringLiteral("org.freedesktop.appearance");
}

QString schemeKey()
{
    return QStringLiteral("color-scheme");
}

/// Without an address Qt would try to start a bus of its own, which takes time and leaves a process behind.
bool hasSessionBus()
{
    return qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS") ||
           QFileInfo::exists(QString(qEnvironmentVariable("XDG_RUNTIME_DIR") % u"/bus"));
}

} // namespace

DesktopScheme::DesktopScheme(QObject* parent) : QObject(parent) {}

std::optional<bool> DesktopScheme::isDark(const QVariant& value)
{
    QVariant inner = value;
    // Read wraps its answer twice, ReadOne and the signal once.
    while (inner.canConvert<QDBusVariant>()) {
        inner = inner.value<QDBusVariant>().variant();
    }
    bool isNumber = false;
    const uint scheme = inner.toUInt(&isNumber);
    if (!isNumber || (scheme != 1 && scheme != 2)) {
        return std::nullopt;
    }
    return scheme == 1;
}

void DesktopScheme::follow()
{
    if (!hasSessionBus()) {
        return;
    }
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) {
        return;
    }
    const QString service = QStringLiteral("org.freedesktop.portal.Desktop");
    const QString path = QStringLiteral("/org/freedesktop/portal/desktop");
    const QString interface = QStringLiteral("org.freedesktop.portal.Settings");
    bus.connect(service, path, interface, QStringLiteral("SettingChanged"), this,
                SLOT(settingChanged(QString, QString, QDBusVariant)));
    QDBusMessage read = QDBusMessage::createMethodCall(service, path, interface, QStringLiteral("Read"));
    read << appearanceGroup() << schemeKey();
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(read), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        if (reply.isValid()) {
            take(QVariant::fromValue(reply.value()));
        }
    });
}

void DesktopScheme::settingChanged(const QString& group, const QString& key, const QDBusVariant& value)
{
    if (group == appearanceGroup() && key == schemeKey()) {
        take(QVariant::fromValue(value));
    }
}

void DesktopScheme::take(const QVariant& value)
{
    if (const std::optional<bool> dark = isDark(value)) {
        Q_EMIT schemeFound(*dark);
    }
}

} // namespace perihelion
