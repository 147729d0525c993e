// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/recording_sort_model.h"

#include "core/base/natural_order.h"
#include "widgets/models/recording_model.h"

#include <QFileInfo>

#include <algorithm>
#include <array>
#include <utility>

namespace perihelion {

namespace {

struct SortName {
    RecordingSort key;
    const char16_t* id;
    const char16_t* name;
};

constexpr std::array<SortName, 6> kSortNames = {{{RecordingSort::LastOpened, u"last-opened", u"Last opened"},
                                                 {RecordingSort::Name, u"name", u"Name"},
                                                 {RecordingSort::Size, u"size", u"Size"},
                                                 {RecordingSort::Events, u"events", u"Events"},
                                                 {RecordingSort::Duration, u"duration", u"Duration"},
                                                 {RecordingSort::Modified, u"modified", u"Modified"}}};

template <typename T>
int threeWay(const T& a, const T& b)
{
    return a < b ? -1 : b < a ? 1 : 0;
}

} // namespace

QString recordingSortId(RecordingSort key)
{
    return QString::fromUtf16(kSortNames.at(static_cast<std::size_t>(key)).id);
}

QString recordingSortName(RecordingSort key)
{
    return QString::fromUtf16(kSortNames.at(static_cast<std::size_t>(key)).name);
}

RecordingSort recordingSortFromId(QStringView id)
{
    for (const SortName& entry : kSortNames) {
        if (id == QStringView(entry.id)) {
            return entry.key;
        }
    }
    return RecordingSort::LastOpened;
}

RecordingSortModel::RecordingSortModel(QObject* parent) : QSortFilterProxyModel(parent)
{
    setDynamicSortFilter(false);
    sort(0);
}

void RecordingSortModel::setSearch(const QString& text)
{
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    if (words != m_words) {
        m_words = words;
        invalidate();
    }
}

void RecordingSortModel::setSortKey(RecordingSort key)
{
    if (key != m_key) {
        m_key = key;
        resort();
    }
}

void RecordingSortModel::setGrouped(bool grouped)
{
    if (grouped != m_grouped) {
        m_grouped = grouped;
        resort();
    }
}

void RecordingSortModel::setHiddenPaths(const QStringList& paths)
{
    if (paths != m_hidden) {
        m_hidden = paths;
        invalidate();
    }
}

void RecordingSortModel::resort()
{
    invalidate();
    sort(0);
}

int RecordingSortModel::rowOf(const QString& path) const
{
    const auto* recordings = qobject_cast<const RecordingModel*>(sourceModel());
    if (recordings == nullptr) {
        return -1;
    }
    const int sourceRow = recordings->rowOf(path);
    return sourceRow < 0 ? -1 : mapFromSource(recordings->index(sourceRow, 0)).row();
}

bool RecordingSortModel::filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const
{
    const QModelIndex index = sourceModel()->index(sourceRow, 0, sourceParent);
    const QString path = index.data(RecordingModel::PathRole).toString();
    if (m_hidden.contains(path)) {
        return false;
    }
    if (m_words.isEmpty()) {
        return true;
    }
    const bool contiguous = index.data(RecordingModel::ContiguousRole).toBool();
    const QString haystack =
        QString(index.data(RecordingModel::NameRole).toString() % u'\n' %
                index.data(RecordingModel::LayoutRole).toString() % (contiguous ? u"\ncontiguous\n" : u"\n") %
                index.data(RecordingModel::CategoryRole).toString() % u'\n' % QFileInfo(path).fileName());
    return std::all_of(m_words.begin(), m_words.end(), [&haystack](const QString& word) {
        return haystack.contains(word, Qt::CaseInsensitive);
    });
}

/// Big numbers, late times and recent openings come first; names in natural order.
int RecordingSortModel::compareByKey(const QModelIndex& left, const QModelIndex& right) const
{
    const auto descending = [&](int role) {
        return threeWay(right.data(role).toLongLong(), left.data(role).toLongLong());
    };
    switch (m_key) {
    case RecordingSort::LastOpened: {
        const auto rank = [](const QModelIndex& index) {
            const int value = index.data(RecordingModel::OpenedRankRole).toInt();
            return value < 0 ? std::numeric_limits<int>::max() : value;
        };
        return threeWay(rank(left), rank(right));
    }
    case RecordingSort::Size:
        return descending(RecordingModel::SizeRole);
    case RecordingSort::Events:
        return descending(RecordingModel::EventsRole);
    case RecordingSort::Duration:
        return descending(RecordingModel::DurationRole);
    case RecordingSort::Modified:
        return threeWay(right.data(RecordingModel::ModifiedRole).toDateTime(),
                        left.data(RecordingModel::ModifiedRole).toDateTime());
    case RecordingSort::Name:
        break;
    }
    return 0;
}

bool RecordingSortModel::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const auto text = [&](int role) {
        return compareNaturally(left.data(role).toString(), right.data(role).toString());
    };
    int order = m_grouped ? text(RecordingModel::CategoryRole) : 0;
    if (order == 0) {
        order = compareByKey(left, right);
    }
    if (order == 0) {
        order = text(RecordingModel::NameRole);
    }
    if (order == 0) {
        order = threeWay(left.data(RecordingModel::PathRole).toString(),
                         right.data(RecordingModel::PathRole).toString());
    }
    return order < 0;
}

} // namespace perihelion
