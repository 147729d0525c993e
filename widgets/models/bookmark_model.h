// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// BookmarkModel: the bookmarks of the recording that is open, by time. Reads and writes them in jobs of the
// store's thread, which keeps their order. GUI thread only; owned by the page.

#include "core/settings/bookmarks.h"
#include "widgets/models/go_to_time.h"
#include "widgets/models/latest_job.h"

#include <QAbstractListModel>

namespace perihelion {

class BookmarkModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { TimeRole = Qt::UserRole, LabelRole };

    BookmarkModel(JobRunner& jobs, const QString& folder, QObject* parent = nullptr);
    /// Waits for the last save, and does itself what the runner refused at the end of the program.
    ~BookmarkModel() override;

    /// Empties the list and reads that of a recording.
    void load(const QString& recording, const QString& stream);
    void clear();
    /// How times are written.
    void setReference(const TimeReference& reference);

    /// Adds a bookmark, keeps the list by time and saves it; returns its row, or that of one at the same
    /// time.
    int add(EventTime time, const QString& label);
    void remove(int row);
    std::vector<EventTime> times() const;
    EventTime timeAt(int row) const { return m_bookmarks.at(static_cast<std::size_t>(row)).time; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// Editing renames a bookmark.
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    void bookmarksChanged();
    /// Something a person should know: a damaged file was set aside, or saving failed.
    void notice(const QString& sentence);

private:
    void save();

    JobRunner& m_jobs;
    Bookmarks m_store;
    QString m_recording;
    QString m_stream;
    TimeReference m_reference;
    std::vector<Bookmark> m_bookmarks;
    QFuture<Result<void>> m_lastSave;
    LatestJob<BookmarkList> m_loadJob;
};

} // namespace perihelion
