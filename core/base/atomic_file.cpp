// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

namespace perihelion {

namespace {

Error saveError(const QSaveFile& file, const QString& doing)
{
    const QFileDevice::FileError kind = file.error();
    // Qt reports "no space left" as a lack of resources.
    const ErrorCode code = kind == QFileDevice::ResourceError ? ErrorCode::DiskFull
                           : kind == QFileDevice::OpenError || kind == QFileDevice::PermissionsError
                               ? ErrorCode::PermissionDenied
                               : ErrorCode::Io;
    return Error{code, QString(doing % u" failed: " % file.errorString()), file.fileName()};
}

} // namespace

Result<void> writeFileAtomically(const QString& path, const QByteArray& content, const QString& doing)
{
    const QString folder = QFileInfo(path).absolutePath();
    if (!QDir().mkpath(folder)) {
        return Error{ErrorCode::PermissionDenied,
                     QString(doing % u" failed: its folder cannot be made; check who may write there"),
                     folder};
    }
    QSaveFile file(path);
    // commit() does not notice when its own flush fails: without an earlier one a full disk would leave an
    // empty file in the old one's place.
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size() || !file.flush() ||
        !file.commit()) {
        return saveError(file, doing);
    }
    return {};
}

Result<QString> setFileAside(const QString& path, const QStringList& companions)
{
    const QString stamp = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd'T'HHmmss'Z'"));
    QString target = QString(path % u".corrupt-" % stamp);
    for (int n = 2; QFileInfo::exists(target); ++n) {
        target = QString(path % u".corrupt-" % stamp % u'-' % QString::number(n));
    }
    QStringList suffixes = companions;
    suffixes.append(QString());
    for (const QString& suffix : suffixes) {
        const QString from = QString(path % suffix);
        if (QFileInfo::exists(from) && !QFile::rename(from, QString(target % suffix))) {
            return Error{ErrorCode::PermissionDenied,
                         QStringLiteral("Setting a damaged file aside failed; move it away"), from};
        }
    }
    return target;
}

} // namespace perihelion
