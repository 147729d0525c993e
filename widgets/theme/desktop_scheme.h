// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// DesktopScheme: whether the desktop prefers dark or light, asked of the XDG settings portal over the session
// bus and followed while the program runs (Qt 6.4 does not know). Asynchronous; silent where there is no bus
// or no portal. Owned by Theme, GUI thread.

#include <QDBusVariant>
#include <QObject>

#include <optional>

namespace perihelion {

class DesktopScheme : public QObject {
    Q_OBJECT

public:
    explicit DesktopScheme(QObject* parent = nullptr);

    /// Asks now and listens from now on; answers schemeFound() each time the desktop says something.
    void follow();

    /// The portal's value of org.freedesktop.appearance color-scheme: 1 is dark, 2 is light, anything else
    /// says nothing.
    static std::optional<bool> isDark(const QVariant& value);

Q_SIGNALS:
    void schemeFound(bool dark);

private Q_SLOTS:
    void settingChanged(const QString& group, const QString& key, const QDBusVariant& value);

private:
    void take(const QVariant& value);
};

} // namespace perihelion
