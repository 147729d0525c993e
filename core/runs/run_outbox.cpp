// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_outbox.h"

#include "core/base/atomic_file.h"
#include "core/runs/run_json.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonDocument>

namespace perihelion {

namespace {

/// Hexadecimal digits that make a file name of any text.
QString digestOf(const QString& text)
{
    const QByteArray hash = QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256);
    return QString::fromLatin1(hash.toHex().left(16));
}

} // namespace

RunOutbox::RunOutbox(const QString& folder, const StoreLocation& server)
    : m_folder(QDir(folder).filePath(digestOf(server.shown())))
{
}

Result<void> RunOutbox::put(const RunRecord& run)
{
    return writeFileAtomically(QString(m_folder % u'/' % digestOf(run.uuid) % u".json"),
                               QJsonDocument(runJson(run)).toJson(QJsonDocument::Compact),
                               QStringLiteral("Keeping a run until the server can be reached"));
}

QStringList RunOutbox::waiting() const
{
    const QDir folder(m_folder);
    QStringList files;
    for (const QString& name : folder.entryList({QStringLiteral("*.json")}, QDir::Files)) {
        files.append(folder.filePath(name));
    }
    return files;
}

std::vector<RunRecord> RunOutbox::runs() const
{
    std::vector<RunRecord> read;
    for (const QString& name : waiting()) {
        QFile file(name);
        if (file.open(QIODevice::ReadOnly)) {
            if (Result<RunRecord> run = runFromJson(file.readAll(), name)) {
                read.push_back(std::move(*run));
            }
        }
    }
    return read;
}

Result<RunRecord> RunOutbox::take(const QString& file)
{
    QFile kept(file);
    if (!kept.open(QIODevice::ReadOnly)) {
        return Error{ErrorCode::NotFound, QStringLiteral("The run waits no more"), file};
    }
    Result<RunRecord> run = runFromJson(kept.readAll(), file);
    if (!run) {
        kept.close();
        const Result<QString> aside = setFileAside(file);
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("A run that waited to be sent is damaged and was set aside"),
                     aside ? *aside : file};
    }
    return run;
}

void RunOutbox::remove(const QString& file)
{
    // One that another program has removed is gone as well.
    QFile::remove(file);
}

} // namespace perihelion
