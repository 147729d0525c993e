// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RecordingModel: the recordings of the menu, one row each, columns for the list view and roles for cards.
// Filled from catalogue scans, enriched in batches by RecordingLoader. Keeps thumbnails under the memory
// budget: a row whose thumbnail was dropped answers a null image and is asked for again when it is visible.
// Owned by RecordingLibrary, GUI thread.

#include "datasets/catalog/dataset_catalog.h"
#include "datasets/index/event_file.h"
#include "widgets/models/cache_figures.h"
#include "widgets/models/kept_pictures.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QImage>

#include <optional>
#include <vector>

namespace perihelion {

enum class RecordingState { Waiting, Ready, Failed };

/// What a background job found out about one recording. The thumbnail is indexed by EventPixel; null when not
/// asked.
struct RecordingPreview {
    QString path;
    ByteCount size;
    QDateTime modified;
    std::optional<RecordingMetadata> metadata;
    std::optional<Error> error;
    QImage thumbnail;
    bool thumbnailTried = false;
};

struct RecordingItem {
    CatalogEntry entry;
    RecordingState state = RecordingState::Waiting;
    std::optional<RecordingMetadata> metadata;
    std::optional<Error> error;
    int openedRank = -1; ///< 0 for the one opened last, −1 for never.
    RecordingCacheFacts cache = {};
};

class RecordingModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        NameColumn,
        LayoutColumn,
        EventsColumn,
        DurationColumn,
        SizeColumn,
        SensorColumn,
        CategoryColumn,
        ModifiedColumn,
        CacheColumn,
        ColumnCount
    };
    enum Role {
        PathRole = Qt::UserRole + 1,
        NameRole,
        CategoryRole,
        StateRole,      ///< RecordingState as int.
        LayoutRole,     ///< "evlib"; empty until known.
        ContiguousRole, ///< bool.
        SummaryRole,    ///< "26.4 M events · 10.1 s · 89 MB".
        ErrorRole,      ///< The sentence of a failed recording, without its path.
        ThumbnailRole,  ///< QImage, null when not at hand.
        EventsRole,     ///< qint64, −1 until known.
        DurationRole,   ///< µs as qint64, −1 until known.
        SizeRole,       ///< Bytes as qint64.
        ModifiedRole,   ///< QDateTime.
        OpenedRankRole, ///< int, see RecordingItem::openedRank.
        SensorRole,     ///< "1280 × 720"; empty until known.
        CacheRole,      ///< CachePresence as int.
        CacheTextRole,  ///< "prefetching 64 %"; empty while cache mode is off.
    };

    explicit RecordingModel(MemoryBudget& memory, QObject* parent = nullptr);

    /// Replaces the list; rows whose path, size and time stayed keep what is known about them.
    void setEntries(const std::vector<CatalogEntry>& entries);
    /// Adds entries whose paths are new.
    void addEntries(const std::vector<CatalogEntry>& entries);
    /// Takes results of background jobs; stale ones (another size or time) are dropped. One change signal a
    /// batch.
    void applyPreviews(const std::vector<RecordingPreview>& previews);
    /// What the cache holds, by path; recordings that are not named hold nothing of it. Tells the changed
    /// rows only, with the cache roles.
    void setCacheFacts(const QHash<QString, RecordingCacheFacts>& facts, bool cacheOn);
    /// Whether a change of these roles is about the cache alone.
    static bool isCacheChange(const QList<int>& roles) { return roles.contains(CacheRole); }
    /// Paths by their last opening, newest first.
    void setOpenedOrder(const std::vector<QString>& paths);

    int rowOf(const QString& path) const;
    const RecordingItem& item(int row) const { return m_items.at(static_cast<std::size_t>(row)); }
    const RecordingItem* itemAt(const QString& path) const;
    const std::vector<RecordingItem>& items() const { return m_items; }
    bool hasThumbnail(const QString& path) const { return m_thumbnails.contains(path); }
    int waitingCount() const { return m_waiting; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    QHash<int, QByteArray> roleNames() const override;

private:
    QVariant display(const RecordingItem& recording, int column) const;
    void reindex();
    void emitChanged(int first, int last);

    std::vector<RecordingItem> m_items;
    QHash<QString, int> m_rows;
    QHash<QString, int> m_ranks;
    mutable KeptPictures m_thumbnails; ///< Looking a thumbnail up makes it recently used.
    int m_waiting = 0;
};

/// "26.4 M events · 10.1 s · 89 MB"; the size alone until the metadata is known.
QString recordingSummary(const RecordingItem& item);

} // namespace perihelion
