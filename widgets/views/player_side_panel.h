// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PlayerSidePanel: numbers of the frame on screen, of the region, the keys, notes of the recording and
// bookmarks. Shows what it is given. GUI thread only.

#include "datasets/layouts/recording_metadata.h"
#include "widgets/models/player_session.h"

#include <QFrame>

#include <map>

class QGridLayout;
class QLabel;
class QListView;
class QVBoxLayout;

namespace perihelion {

class BookmarkModel;
class PhaseBar;
class SectionLabel;
class Theme;
struct PlayerActions;

class PlayerSidePanel : public QFrame {
    Q_OBJECT

public:
    PlayerSidePanel(const Theme& theme, const PlayerActions& actions, BookmarkModel& bookmarks,
                    QWidget* parent = nullptr);

    /// painting: what drawing on the screen took; rendering is part of the frame.
    void showFrame(const PlayerFrame& frame, Nanoseconds painting);
    void showRegion(const std::optional<QRect>& pixels, const RegionNumbers* numbers);
    void showNotes(const std::vector<Note>& notes);
    void clear();

    QListView* bookmarkList() { return m_bookmarkList; }
    /// The number shown under this name in a section, e.g. value(u"Region events"); for tests and copying.
    QString value(const QString& name) const;

Q_SIGNALS:
    void bookmarkChosen(int row);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QGridLayout* addSection(QVBoxLayout* column, const QString& title, SectionLabel** label = nullptr);
    void addValue(QGridLayout* grid, const QString& key, const QString& name);
    void setValue(const QString& key, const QString& text);
    void addKeys(QVBoxLayout* column, const PlayerActions& actions);
    void showPhases(const QueryCost& cost, Nanoseconds painting);
    void showNotesAndBookmarks();

    const Theme& m_theme;
    BookmarkModel& m_bookmarks;
    SectionLabel* m_frameTitle = nullptr;
    PhaseBar* m_phases;
    QWidget* m_region;
    QWidget* m_notes;
    QLabel* m_noteText;
    QWidget* m_bookmarkBox;
    QListView* m_bookmarkList;
    std::map<QString, QLabel*> m_values;
};

} // namespace perihelion
