// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/snapshot.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

namespace perihelion {

namespace {

Error saveError(QFileDevice::FileError code, const QString& why, const QString& path)
{
    const ErrorCode kind = code == QFileDevice::PermissionsError ? ErrorCode::PermissionDenied
                           : code == QFileDevice::ResourceError  ? ErrorCode::DiskFull
                                                                 : ErrorCode::Io;
    return {kind, QCoreApplication::translate("Snapshot", "Saving the snapshot failed: %1").arg(why), path};
}

} // namespace

QString snapshotName(const QString& recording, EventTime sinceFirst, EventTime window)
{
    const double seconds = static_cast<double>(sinceFirst.count()) / 1e6;
    const QString length = window.count() < 1000
                               ? QStringLiteral("%1us").arg(window.count())
                               : QStringLiteral("%1ms").arg(static_cast<double>(window.count()) / 1000.0);
    return QString(recording % u'_' % QString::number(seconds, 'f', 6) % u"s_" % length % u".png");
}

QString freeSnapshotPath(const QString& folder, const QString& name)
{
    const QDir dir(folder);
    const QFileInfo wanted(dir.filePath(name));
    QString path = wanted.filePath();
    for (int i = 2; QFileInfo::exists(path); ++i) {
        path = dir.filePath(
            QStringLiteral("%1 (%2).%3").arg(wanted.completeBaseName()).arg(i).arg(wanted.suffix()));
    }
    return path;
}

Result<QString> writeSnapshot(const QImage& image, const QString& path)
{
    QByteArray png;
    QBuffer buffer(&png);
    if (!buffer.open(QIODevice::WriteOnly) || !image.save(&buffer, "PNG")) {
        return Error{ErrorCode::Internal,
                     QCoreApplication::translate("Snapshot", "Saving the snapshot failed: there is no frame"),
                     path};
    }
    if (!QDir().mkpath(QFileInfo(path).absolutePath())) {
        return saveError(QFileDevice::PermissionsError,
                         QCoreApplication::translate("Snapshot", "its folder cannot be made"), path);
    }
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(png) != png.size() || !file.flush() ||
        !file.commit()) {
        return saveError(file.error(), file.errorString(), path);
    }
    return QFileInfo(path).absoluteFilePath();
}

} // namespace perihelion
