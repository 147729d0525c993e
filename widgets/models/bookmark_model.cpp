// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/bookmark_model.h"

#include <algorithm>

namespace perihelion {

BookmarkModel::BookmarkModel(JobRunner& jobs, const QString& folder, QObject* parent)
    : QAbstractListModel(parent),
      m_jobs(jobs),
      m_store(folder),
      m_loadJob(jobs, JobPool::Store, [this](const Result<BookmarkList>& list) {
          if (!list) {
              if (list.error().code != ErrorCode::Cancelled) {
                  Q_EMIT notice(list.error().sentence());
              }
              return;
          }
          // Those that were added while the file was being read are newer and stay.
          std::vector<Bookmark> merged = list->bookmarks;
          for (const Bookmark& added : m_bookmarks) {
              if (std::none_of(merged.begin(), merged.end(),
                               [&](const Bookmark& b) { return b.time == added.time; })) {
                  merged.push_back(added);
              }
          }
          const bool addedMeanwhile = merged.size() != list->bookmarks.size();
          std::stable_sort(merged.begin(), merged.end(),
                           [](const Bookmark& a, const Bookmark& b) { return a.time < b.time; });
          beginResetModel();
          m_bookmarks = std::move(merged);
          endResetModel();
          Q_EMIT bookmarksChanged();
          if (addedMeanwhile) {
              save();
          }
          if (!list->notice.isEmpty()) {
              Q_EMIT notice(list->notice);
          }
      })
{
}

BookmarkModel::~BookmarkModel()
{
    // The saves run one after the other, so that the last one is the last to end.
    m_lastSave.waitForFinished();
    const bool refused = m_lastSave.resultCount() > 0 && !m_lastSave.result() &&
                         m_lastSave.result().error().code == ErrorCode::Cancelled;
    if (refused && !m_recording.isEmpty()) {
        // Nobody is left to be told of a failure.
        static_cast<void>(m_store.save(m_recording, m_stream, m_bookmarks).hasValue());
    }
}

void BookmarkModel::load(const QString& recording, const QString& stream)
{
    clear();
    m_recording = recording;
    m_stream = stream;
    m_loadJob.supersede([store = m_store, recording, stream](const CancelToken&, const ProgressReporter&) {
        return store.load(recording, stream);
    });
}

void BookmarkModel::clear()
{
    m_loadJob.cancel();
    m_recording.clear();
    beginResetModel();
    m_bookmarks.clear();
    endResetModel();
    Q_EMIT bookmarksChanged();
}

void BookmarkModel::setReference(const TimeReference& reference)
{
    m_reference = reference;
    if (!m_bookmarks.empty()) {
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
    }
}

int BookmarkModel::add(EventTime time, const QString& label)
{
    const auto place = std::lower_bound(m_bookmarks.begin(), m_bookmarks.end(), time,
                                        [](const Bookmark& b, EventTime t) { return b.time < t; });
    const int row = static_cast<int>(place - m_bookmarks.begin());
    if (place != m_bookmarks.end() && place->time == time) {
        return row;
    }
    beginInsertRows({}, row, row);
    m_bookmarks.insert(place, Bookmark{time, label});
    endInsertRows();
    save();
    Q_EMIT bookmarksChanged();
    return row;
}

void BookmarkModel::remove(int row)
{
    if (row < 0 || row >= rowCount()) {
        return;
    }
    beginRemoveRows({}, row, row);
    m_bookmarks.erase(m_bookmarks.begin() + row);
    endRemoveRows();
    save();
    Q_EMIT bookmarksChanged();
}

void BookmarkModel::save()
{
    // One watcher a save: each must reach the disk, also that of a recording which has been closed meanwhile.
    auto* watcher = new QFutureWatcher<Result<void>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher] {
        const QFuture<Result<void>> future = watcher->future();
        if (future.resultCount() > 0) {
            if (const Result<void> saved = future.result(); !saved) {
                Q_EMIT notice(saved.error().sentence());
            }
        }
        watcher->deleteLater();
    });
    m_lastSave = m_jobs
                     .run(JobPool::Store,
                          [store = m_store, recording = m_recording, stream = m_stream,
                           bookmarks = m_bookmarks](const CancelToken&, const ProgressReporter&) {
                              return store.save(recording, stream, bookmarks);
                          })
                     .future;
    watcher->setFuture(m_lastSave);
}

std::vector<EventTime> BookmarkModel::times() const
{
    std::vector<EventTime> times;
    times.reserve(m_bookmarks.size());
    for (const Bookmark& bookmark : m_bookmarks) {
        times.push_back(bookmark.time);
    }
    return times;
}

int BookmarkModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_bookmarks.size());
}

QVariant BookmarkModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) {
        return {};
    }
    const Bookmark& bookmark = m_bookmarks.at(static_cast<std::size_t>(index.row()));
    const QString time = formatPlayerTime(bookmark.time, m_reference);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return bookmark.label.isEmpty() ? time : QString(time % u"  " % bookmark.label);
    case Qt::EditRole:
    case LabelRole:
        return bookmark.label;
    case Qt::ToolTipRole:
        return tr("Enter goes there, F2 renames, Delete removes");
    case TimeRole:
        return QVariant::fromValue<qint64>(bookmark.time.count());
    default:
        return {};
    }
}

Qt::ItemFlags BookmarkModel::flags(const QModelIndex& index) const
{
    return QAbstractListModel::flags(index) | (index.isValid() ? Qt::ItemIsEditable : Qt::NoItemFlags);
}

bool BookmarkModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::EditRole || !index.isValid()) {
        return false;
    }
    m_bookmarks.at(static_cast<std::size_t>(index.row())).label = value.toString().trimmed();
    Q_EMIT dataChanged(index, index);
    save();
    return true;
}

} // namespace perihelion
