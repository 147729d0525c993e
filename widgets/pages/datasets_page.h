// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// DatasetsPage: the menu of recordings: cards or list, search, order, inspector. Owns its models and jobs;
// what a person chooses goes to the settings. Opening a recording is asked for by signal.

#include "widgets/models/app_services.h"
#include "widgets/models/recording_inspection.h"
#include "widgets/models/recording_library.h"
#include "widgets/models/recording_sort_model.h"

#include <QTimer>
#include <QWidget>

class QStackedWidget;
class QTableView;

namespace perihelion {

class CacheControl;
class DatasetsToolbar;
class EmptyMenu;
class LoadJournal;
class ProblemBanner;
class RecordingGridView;
class RecordingInspector;

class DatasetsPage : public QWidget {
    Q_OBJECT

public:
    DatasetsPage(const AppServices& services, LoadJournal& journal, CacheControl& cache,
                 QWidget* parent = nullptr);
    ~DatasetsPage() override;

    /// Shows these instead of what the settings name, for this session (paths from the command line).
    void setSessionSources(const QStringList& folders, const QStringList& files);
    /// Lists what the settings name, again after they have changed.
    void reloadSources();
    /// Adds what was dropped or chosen: folders are watched, files are listed.
    void addPaths(const QStringList& paths);
    /// Forgets kept thumbnails in memory after they were deleted on disk.
    void refreshThumbnails();
    /// Takes settings that another page has changed.
    void applySettings();

    bool isSettled() const;
    int recordingCount() const { return m_library.model().rowCount(); }
    /// Path of the first recording in the order shown; empty when there is none.
    QString firstRecording() const;
    QString currentPath() const;
    void selectRecording(const QString& path);
    RecordingLibrary& library() { return m_library; }
    const RecordingSortModel& shownRecordings() const { return m_sorted; }

Q_SIGNALS:
    void openRequested(const QString& path, const QString& stream);
    void statusMessage(const QString& text);
    void countChanged(int count);
    void quitRequested();
    void profileLoadRequested(const QStringList& paths);
    void cacheSettingsRequested();
    /// Watched folders were added or removed here.
    void sourcesChanged();
    /// Everything on screen is there: list, thumbnails, inspector.
    void settled();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void buildTable();
    void connectToolbar();
    void connectInspector();
    void connectLibrary();
    void connectEmpty();
    void connectCache();
    void addShortcuts();
    void chooseFolder();
    void chooseFiles();
    void addFolder(const QString& folder);
    void removeFolder(const QString& folder);
    void removeCurrent();
    void optimiseCurrent();
    void showWhenListed(const QString& path);
    void setSort(RecordingSort key);
    void setGrouped(bool grouped);
    void setListView(bool list);
    void setInspectorShown(bool shown);
    void applyWidth();
    void updateToolbar();
    void updateEmptyState();
    void showView(QWidget* view);
    void updateVisible();
    void showCurrent();
    void openCurrent();
    /// The selected recording; empty without one, and where it cannot be read, which is told.
    QString readableCurrent();
    /// The stream that the inspector shows of a recording; empty for any.
    QString chosenStream(const QString& path) const;
    void step(int direction);
    void resortWhenStill();
    void takeOpenedOrder(const std::vector<QString>& paths);
    void refreshLoads();
    void showCacheFacts();
    void showCurrentCache();
    void planPrefetch();
    void checkSettled();
    QModelIndex currentIndex() const;
    /// Those that can be read, in the order of the menu.
    QStringList selectedPaths() const;

    AppServices m_services;
    LoadJournal& m_journal;
    CacheControl& m_cache;
    RecordingLibrary m_library;
    RecordingSortModel m_sorted;
    RecordingInspection m_inspection;
    DatasetsToolbar* m_toolbar = nullptr;
    ProblemBanner* m_banner = nullptr;
    QStackedWidget* m_stack = nullptr;
    RecordingGridView* m_grid = nullptr;
    QTableView* m_table = nullptr;
    EmptyMenu* m_empty = nullptr;
    RecordingInspector* m_inspector = nullptr;
    QTimer m_visibleTimer;
    bool m_sessionOnly = false;
    bool m_listView = false;
    bool m_narrow = false;
    bool m_narrowInspector = false;
    bool m_resortPending = false;
    bool m_loadsPending = false;
    bool m_loadsStale = false;
    bool m_scanned = false;
    bool m_hadFocus = false;
    QString m_loadsPath;
    QStringList m_recent;
};

} // namespace perihelion
