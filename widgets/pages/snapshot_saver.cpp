// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/snapshot_saver.h"

#include "widgets/models/snapshot.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QStandardPaths>

namespace perihelion {

namespace {

QString picturesFolder()
{
    const QString pictures = QStandardPaths::writableLocation(QStandardPaths::PicturesLocation);
    return pictures.isEmpty() ? QDir::homePath() : pictures;
}

} // namespace

SnapshotSaver::SnapshotSaver(JobRunner& jobs, QObject* parent)
    : QObject(parent),
      m_folder(picturesFolder()),
      m_job(jobs, JobPool::Interactive, [this](const Result<QString>& path) {
          if (path) {
              Q_EMIT saved(*path);
          } else if (path.error().code != ErrorCode::Cancelled) {
              Q_EMIT failed(path.error().sentence());
          }
      })
{
}

void SnapshotSaver::save(const QImage& image, const QString& name)
{
    m_job.request([image, folder = m_folder, name](const CancelToken&, const ProgressReporter&) {
        return writeSnapshot(image, freeSnapshotPath(folder, name));
    });
}

void SnapshotSaver::saveAs(const QImage& image, const QString& name, QWidget* parent)
{
    auto* dialog = new QFileDialog(parent, tr("Save snapshot"), m_folder, tr("PNG image (*.png)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("png"));
    dialog->selectFile(name);
    connect(dialog, &QFileDialog::fileSelected, this, [this, image](const QString& path) {
        m_folder = QFileInfo(path).absolutePath();
        m_job.request([image, path](const CancelToken&, const ProgressReporter&) {
            return writeSnapshot(image, path);
        });
    });
    dialog->open();
}

} // namespace perihelion
