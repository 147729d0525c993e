// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// MainWindow: the rail at the left, one page at a time, a thin status bar, the keys that hold everywhere.
// Writes the loads that the player reports to the run store and keeps window and page state. Owned by
// AppContext.

#include "widgets/models/app_services.h"
#include "widgets/models/cache_control.h"
#include "widgets/models/load_journal.h"
#include "widgets/models/outbox_watch.h"

#include <QMainWindow>
#include <QTimer>

#include <array>

class QLabel;
class QStackedWidget;
class QToolButton;

namespace perihelion {

class ComparePage;
class DatasetsPage;
class HistoryPage;
class KeyHelp;
class MetricsPage;
class OutboxNotice;
class PlayerPage;
class ProfilePage;
class SettingsPage;

enum class PageId { Datasets, Player, Profile, History, Compare, Metrics, Settings };
inline constexpr std::array kPageIds{PageId::Datasets, PageId::Player,  PageId::Profile, PageId::History,
                                     PageId::Compare,  PageId::Metrics, PageId::Settings};

/// "datasets", "player", "profile", "history", "compare", "metrics", "settings"; for settings and the command
/// line.
QString pageIdName(PageId page);

class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(const AppServices& services, QWidget* parent = nullptr);
    ~MainWindow() override;

    void showPage(PageId page);
    PageId currentPage() const;
    /// Turns to the player and opens a recording there.
    void openRecording(const QString& path, const QString& stream = {});
    /// Window and page as they were when the program last ended.
    void restoreState();
    DatasetsPage& datasets() { return *m_datasets; }
    PlayerPage& player() { return *m_player; }
    ProfilePage& profile() { return *m_profile; }
    HistoryPage& history() { return *m_history; }
    ComparePage& compare() { return *m_compare; }
    MetricsPage& metrics() { return *m_metrics; }
    SettingsPage& settingsPage() { return *m_settings; }
    LoadJournal& journal() { return m_journal; }
    CacheControl& cache() { return m_cache; }
    OutboxWatch& outbox() { return m_outbox; }

protected:
    void closeEvent(QCloseEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* buildRail();
    QWidget* buildStatusBar();
    void connectPages();
    void addShortcuts();
    void restyle();
    void showMessage(const QString& text);
    void showLoad(const LoadRecord& load);
    void showCount(int count);
    void showCache();
    void showOutbox();
    void keepSettings();

    AppServices m_services;
    LoadJournal m_journal;
    CacheControl m_cache;
    OutboxWatch m_outbox;
    OutboxNotice* m_outboxNotice = nullptr;
    QStackedWidget* m_pages = nullptr;
    std::array<QToolButton*, kPageIds.size()> m_railButtons{};
    DatasetsPage* m_datasets = nullptr;
    PlayerPage* m_player = nullptr;
    ProfilePage* m_profile = nullptr;
    HistoryPage* m_history = nullptr;
    ComparePage* m_compare = nullptr;
    MetricsPage* m_metrics = nullptr;
    SettingsPage* m_settings = nullptr;
    KeyHelp* m_help = nullptr;
    QLabel* m_count = nullptr;
    QLabel* m_cacheLabel = nullptr;
    QLabel* m_lastLoad = nullptr;
    QLabel* m_message = nullptr;
    QTimer m_messageTimer;
    QTimer m_keepTimer;
};

} // namespace perihelion
