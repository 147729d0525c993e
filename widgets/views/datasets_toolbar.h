// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// DatasetsToolbar: the title row of the Datasets page: search, folders, order, recent, view. Holds no state
// of the page beyond its own controls and asks by signal.

#include "widgets/models/recording_sort_model.h"

#include <QStringList>
#include <QWidget>

class QAction;
class QActionGroup;
class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QToolButton;

namespace perihelion {

class CacheBar;
class Theme;

class DatasetsToolbar : public QWidget {
    Q_OBJECT

public:
    /// cacheToggle: the action that switches cache mode.
    DatasetsToolbar(const Theme& theme, QAction* cacheToggle, QWidget* parent = nullptr);

    QLineEdit* searchField() const { return m_search; }
    CacheBar& cacheBar() { return *m_cache; }
    void setFolders(const QStringList& folders, qsizetype addedFiles, qsizetype hidden);
    void setRecent(const QStringList& paths);
    void setSort(RecordingSort key, bool grouped);
    void setListView(bool list);
    void setInspectorShown(bool shown);

Q_SIGNALS:
    void searchChanged(const QString& text);
    void addFolderRequested();
    void addFilesRequested();
    void removeFolderRequested(const QString& folder);
    void forgetFilesRequested();
    void unhideRequested();
    void rescanRequested();
    void sortChosen(perihelion::RecordingSort key);
    void groupingChosen(bool grouped);
    void recentChosen(const QString& path);
    void listViewChosen(bool list);
    void inspectorToggled(bool shown);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void showTexts();
    void buildSortMenu();
    void restyle();
    QToolButton* addToggle(const QString& name, const QString& tip);

    const Theme& m_theme;
    QLineEdit* m_search = nullptr;
    QPushButton* m_folders = nullptr;
    QMenu* m_folderMenu = nullptr;
    QPushButton* m_sort = nullptr;
    QMenu* m_sortMenu = nullptr;
    QActionGroup* m_sortActions = nullptr;
    QAction* m_groupAction = nullptr;
    QPushButton* m_recent = nullptr;
    QMenu* m_recentMenu = nullptr;
    QToolButton* m_grid = nullptr;
    QToolButton* m_list = nullptr;
    QToolButton* m_inspector = nullptr;
    QLabel* m_searchIcon = nullptr;
    CacheBar* m_cache = nullptr;
    QString m_foldersText;
    QString m_sortText;
};

/// A path as people write it: the home folder becomes "~".
QString homeRelative(const QString& path);

} // namespace perihelion
