// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// SnapshotSaver: saves frames as PNG files, into the person's pictures folder or where a dialog says; writing
// is a job. Owned by the player page; GUI thread only.

#include "widgets/models/latest_job.h"

#include <QImage>
#include <QObject>
#include <QString>

class QWidget;

namespace perihelion {

class SnapshotSaver : public QObject {
    Q_OBJECT

public:
    explicit SnapshotSaver(JobRunner& jobs, QObject* parent = nullptr);

    void setFolder(const QString& folder) { m_folder = folder; }
    const QString& folder() const { return m_folder; }

    /// Saves below the folder under a name that is free.
    void save(const QImage& image, const QString& name);
    /// Asks where; the image is that of the moment of asking.
    void saveAs(const QImage& image, const QString& name, QWidget* parent);

Q_SIGNALS:
    void saved(const QString& path);
    void failed(const QString& sentence);

private:
    QString m_folder;
    LatestJob<QString> m_job;
};

} // namespace perihelion
