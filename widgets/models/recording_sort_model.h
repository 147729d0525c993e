// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RecordingSortModel: search, order and grouping of the recordings between the model and the views. It does
// not sort by itself while data arrives, so that nothing moves under the pointer; the page asks for it with
// resort().

#include <QSortFilterProxyModel>
#include <QStringList>

namespace perihelion {

enum class RecordingSort { LastOpened, Name, Size, Events, Duration, Modified };

QString recordingSortId(RecordingSort key);   ///< "last-opened", "name", … for settings.
QString recordingSortName(RecordingSort key); ///< "Last opened", "Name", … for people.
RecordingSort recordingSortFromId(QStringView id);

class RecordingSortModel : public QSortFilterProxyModel {
    Q_OBJECT

public:
    explicit RecordingSortModel(QObject* parent = nullptr);

    /// Words that must all occur in name, layout, folder or file name; case does not matter.
    void setSearch(const QString& text);
    const QStringList& searchWords() const { return m_words; }
    void setSortKey(RecordingSort key);
    RecordingSort sortKey() const { return m_key; }
    /// Recordings of one folder stay together, folders in natural order.
    void setGrouped(bool grouped);
    bool isGrouped() const { return m_grouped; }
    /// Paths left out although they are in a watched folder.
    void setHiddenPaths(const QStringList& paths);

    void resort();
    int rowOf(const QString& path) const;

protected:
    bool filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    int compareByKey(const QModelIndex& left, const QModelIndex& right) const;

    QStringList m_words;
    QStringList m_hidden;
    RecordingSort m_key = RecordingSort::LastOpened;
    bool m_grouped = false;
};

} // namespace perihelion
