// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// What a person drops on a widget, as far as it is files and folders of this machine.

#include <QDropEvent>
#include <QMimeData>
#include <QStringList>
#include <QUrl>

namespace perihelion {

/// Empty when nothing of it is a file or folder of this machine.
inline QStringList droppedPaths(const QDropEvent& event)
{
    QStringList paths;
    const QList<QUrl> urls = event.mimeData()->urls();
    for (const QUrl& url : urls) {
        if (url.isLocalFile()) {
            paths.append(url.toLocalFile());
        }
    }
    return paths;
}

} // namespace perihelion
