// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/recording_model.h"

#include "core/base/format.h"

#include <QLocale>
#include <QSet>

#include <algorithm>
#include <utility>

namespace perihelion {

namespace {

constexpr std::uint64_t kMostThumbnailBytes = 48 * kMebibyte;

QString accessibleText(const RecordingItem& recording)
{
    if (recording.error) {
        return QString(recording.entry.name % u", " % recording.error->message);
    }
    const QString cache = cachePresenceWords(recording.cache);
    return QString(recording.entry.name % u", " % recordingSummary(recording) %
                   (cache.isEmpty() ? QString() : QString(u" · " % cache)));
}

bool isSameFile(const CatalogEntry& entry, const RecordingPreview& preview)
{
    return entry.size == preview.size && entry.modified == preview.modified;
}

} // namespace

QString recordingSummary(const RecordingItem& item)
{
    QString size = formatFileSize(item.entry.size);
    if (!item.metadata) {
        return size;
    }
    const RecordingMetadata& metadata = *item.metadata;
    return QString(formatShortCount(static_cast<double>(metadata.eventCount)) %
                   (metadata.eventCount == 1 ? u" event · " : u" events · ") %
                   formatDuration(metadata.duration()) % u" · " % size);
}

RecordingModel::RecordingModel(MemoryBudget& memory, QObject* parent)
    : QAbstractTableModel(parent),
      m_thumbnails(memory, kMostThumbnailBytes)
{
}

void RecordingModel::reindex()
{
    m_rows.clear();
    m_waiting = 0;
    for (std::size_t i = 0; i < m_items.size(); ++i) {
        m_rows.insert(m_items.at(i).entry.path, static_cast<int>(i));
        m_waiting += m_items.at(i).state == RecordingState::Waiting ? 1 : 0;
    }
}

void RecordingModel::emitChanged(int first, int last)
{
    Q_EMIT dataChanged(index(first, 0), index(last, ColumnCount - 1));
}

void RecordingModel::setEntries(const std::vector<CatalogEntry>& entries)
{
    QHash<QString, const CatalogEntry*> wanted;
    wanted.reserve(static_cast<qsizetype>(entries.size()));
    for (const CatalogEntry& entry : entries) {
        wanted.insert(entry.path, &entry);
    }
    // Rows go from the back in whole runs, so that a folder that vanished costs one signal.
    int last = static_cast<int>(m_items.size()) - 1;
    while (last >= 0) {
        const auto gone = [&](int row) { return !wanted.contains(item(row).entry.path); };
        if (!gone(last)) {
            --last;
            continue;
        }
        int first = last;
        while (first > 0 && gone(first - 1)) {
            --first;
        }
        beginRemoveRows({}, first, last);
        for (int row = first; row <= last; ++row) {
            m_thumbnails.remove(item(row).entry.path);
        }
        m_items.erase(m_items.begin() + first, m_items.begin() + last + 1);
        reindex();
        endRemoveRows();
        last = first - 1;
    }
    int firstChanged = -1;
    int lastChanged = -1;
    for (std::size_t i = 0; i < m_items.size(); ++i) {
        RecordingItem& recording = m_items.at(i);
        const CatalogEntry& entry = *wanted.value(recording.entry.path);
        if (entry.size == recording.entry.size && entry.modified == recording.entry.modified) {
            continue;
        }
        m_thumbnails.remove(entry.path);
        recording = RecordingItem{entry,        RecordingState::Waiting, std::nullopt,
                                  std::nullopt, recording.openedRank,    {}};
        firstChanged = firstChanged < 0 ? static_cast<int>(i) : firstChanged;
        lastChanged = static_cast<int>(i);
    }
    reindex();
    if (firstChanged >= 0) {
        emitChanged(firstChanged, lastChanged);
    }
    addEntries(entries);
}

void RecordingModel::addEntries(const std::vector<CatalogEntry>& entries)
{
    std::vector<RecordingItem> fresh;
    QSet<QString> seen;
    for (const CatalogEntry& entry : entries) {
        if (m_rows.contains(entry.path) || seen.contains(entry.path)) {
            continue;
        }
        seen.insert(entry.path);
        fresh.push_back(RecordingItem{
            entry, RecordingState::Waiting, std::nullopt, std::nullopt, m_ranks.value(entry.path, -1), {}});
    }
    if (fresh.empty()) {
        return;
    }
    const int first = static_cast<int>(m_items.size());
    beginInsertRows({}, first, first + static_cast<int>(fresh.size()) - 1);
    m_items.insert(m_items.end(), std::make_move_iterator(fresh.begin()),
                   std::make_move_iterator(fresh.end()));
    reindex();
    endInsertRows();
}

void RecordingModel::applyPreviews(const std::vector<RecordingPreview>& previews)
{
    int first = -1;
    int last = -1;
    for (const RecordingPreview& preview : previews) {
        const int row = rowOf(preview.path);
        if (row < 0 || !isSameFile(item(row).entry, preview)) {
            continue;
        }
        RecordingItem& recording = m_items.at(static_cast<std::size_t>(row));
        m_waiting -= recording.state == RecordingState::Waiting ? 1 : 0;
        recording.state = preview.error ? RecordingState::Failed : RecordingState::Ready;
        recording.error = preview.error;
        // A job that began earlier may answer later; what was counted meanwhile stays.
        const bool knownBetter = recording.metadata && recording.metadata->complete && preview.metadata &&
                                 !preview.metadata->complete;
        if (preview.metadata && !knownBetter) {
            recording.metadata = preview.metadata;
        }
        if (!preview.thumbnail.isNull()) {
            m_thumbnails.keep(preview.path, preview.thumbnail);
        }
        first = first < 0 ? row : std::min(first, row);
        last = std::max(last, row);
    }
    if (first >= 0) {
        emitChanged(first, last);
    }
}

void RecordingModel::setOpenedOrder(const std::vector<QString>& paths)
{
    m_ranks.clear();
    for (std::size_t i = 0; i < paths.size(); ++i) {
        m_ranks.insert(paths.at(i), static_cast<int>(i));
    }
    for (RecordingItem& recording : m_items) {
        recording.openedRank = m_ranks.value(recording.entry.path, -1);
    }
    if (!m_items.empty()) {
        emitChanged(0, static_cast<int>(m_items.size()) - 1);
    }
}

void RecordingModel::setCacheFacts(const QHash<QString, RecordingCacheFacts>& facts, bool cacheOn)
{
    RecordingCacheFacts otherwise;
    otherwise.presence = cacheOn ? CachePresence::None : CachePresence::Off;
    int first = -1;
    int last = -1;
    for (std::size_t i = 0; i < m_items.size(); ++i) {
        RecordingItem& recording = m_items.at(i);
        const RecordingCacheFacts now = facts.value(recording.entry.path, otherwise);
        if (now == recording.cache) {
            continue;
        }
        recording.cache = now;
        first = first < 0 ? static_cast<int>(i) : first;
        last = static_cast<int>(i);
    }
    if (first >= 0) {
        Q_EMIT dataChanged(index(first, 0), index(last, ColumnCount - 1),
                           {CacheRole, CacheTextRole, Qt::DisplayRole, Qt::AccessibleTextRole});
    }
}

int RecordingModel::rowOf(const QString& path) const
{
    return m_rows.value(path, -1);
}

const RecordingItem* RecordingModel::itemAt(const QString& path) const
{
    const int row = rowOf(path);
    return row < 0 ? nullptr : &item(row);
}

int RecordingModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

int RecordingModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant RecordingModel::display(const RecordingItem& recording, int column) const
{
    const RecordingMetadata* metadata = recording.metadata ? &*recording.metadata : nullptr;
    switch (column) {
    case NameColumn:
        return recording.entry.name;
    case LayoutColumn:
        if (recording.state == RecordingState::Failed) {
            return tr("cannot be read");
        }
        if (metadata == nullptr) {
            return {};
        }
        return metadata->storage.contiguous ? QString(layoutName(metadata->layout) % u" · contiguous")
                                            : layoutName(metadata->layout);
    case EventsColumn:
        return metadata != nullptr ? formatCount(metadata->eventCount) : QString();
    case DurationColumn:
        return metadata != nullptr ? formatDuration(metadata->duration()) : QString();
    case SizeColumn:
        return formatFileSize(recording.entry.size);
    case SensorColumn:
        return metadata != nullptr && metadata->sensor.width > 0
                   ? QStringLiteral("%1 × %2").arg(metadata->sensor.width).arg(metadata->sensor.height)
                   : QString();
    case CategoryColumn:
        return recording.entry.category;
    case ModifiedColumn:
        return recording.entry.modified.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm"));
    case CacheColumn:
        return cachePresenceWords(recording.cache);
    default:
        return {};
    }
}

QVariant RecordingModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) {
        return {};
    }
    const RecordingItem& recording = item(index.row());
    const RecordingMetadata* metadata = recording.metadata ? &*recording.metadata : nullptr;
    switch (role) {
    case Qt::DisplayRole:
        return display(recording, index.column());
    case Qt::ToolTipRole:
        return recording.error ? recording.error->sentence() : recording.entry.path;
    case Qt::AccessibleTextRole:
        return accessibleText(recording);
    case Qt::TextAlignmentRole: {
        const bool number = index.column() == EventsColumn || index.column() == DurationColumn ||
                            index.column() == SizeColumn;
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (number ? Qt::AlignRight : Qt::AlignLeft)));
    }
    case PathRole:
        return recording.entry.path;
    case NameRole:
        return recording.entry.name;
    case CategoryRole:
        return recording.entry.category;
    case StateRole:
        return static_cast<int>(recording.state);
    case LayoutRole:
        return metadata != nullptr ? layoutName(metadata->layout) : QString();
    case ContiguousRole:
        return metadata != nullptr && metadata->storage.contiguous;
    case SummaryRole:
        return recordingSummary(recording);
    case ErrorRole:
        return recording.error ? recording.error->message : QString();
    case ThumbnailRole:
        return m_thumbnails.find(recording.entry.path);
    case EventsRole:
        return metadata != nullptr ? static_cast<qint64>(metadata->eventCount) : qint64{-1};
    case DurationRole:
        return metadata != nullptr ? static_cast<qint64>(metadata->duration().count()) : qint64{-1};
    case SizeRole:
        return static_cast<qint64>(recording.entry.size.value);
    case ModifiedRole:
        return recording.entry.modified;
    case OpenedRankRole:
        return recording.openedRank;
    case SensorRole:
        return display(recording, SensorColumn);
    case CacheRole:
        return static_cast<int>(recording.cache.presence);
    case CacheTextRole:
        return cachePresenceWords(recording.cache);
    default:
        return {};
    }
}

QVariant RecordingModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        const bool number = section == EventsColumn || section == DurationColumn || section == SizeColumn;
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (number ? Qt::AlignRight : Qt::AlignLeft)));
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case NameColumn:
        return tr("Name");
    case LayoutColumn:
        return tr("Layout");
    case EventsColumn:
        return tr("Events");
    case DurationColumn:
        return tr("Duration");
    case SizeColumn:
        return tr("Size");
    case SensorColumn:
        return tr("Sensor");
    case CategoryColumn:
        return tr("Folder");
    case ModifiedColumn:
        return tr("Modified");
    default:
        return tr("Cache");
    }
}

QHash<int, QByteArray> RecordingModel::roleNames() const
{
    QHash<int, QByteArray> names = QAbstractTableModel::roleNames();
    names.insert({{PathRole, "path"},
                  {NameRole, "name"},
                  {CategoryRole, "category"},
                  {StateRole, "state"},
                  {LayoutRole, "layout"},
                  {ContiguousRole, "contiguous"},
                  {SummaryRole, "summary"},
                  {ErrorRole, "error"},
                  {ThumbnailRole, "thumbnail"},
                  {EventsRole, "events"},
                  {DurationRole, "durationMicros"},
                  {SizeRole, "sizeBytes"},
                  {ModifiedRole, "modified"},
                  {OpenedRankRole, "openedRank"},
                  {SensorRole, "sensor"},
                  {CacheRole, "cache"},
                  {CacheTextRole, "cacheText"}});
    return names;
}

} // namespace perihelion
