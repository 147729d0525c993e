// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PlayerPage: plays one recording: title bar, canvas, side panel, controls and keys around a PlayerSession.
// Owns the session, the bookmarks and the jobs behind them, and nothing else. GUI thread only.

#include "widgets/models/app_services.h"
#include "widgets/models/bookmark_model.h"
#include "widgets/models/frame_rate_meter.h"
#include "widgets/models/player_preferences.h"
#include "widgets/models/player_session.h"
#include "widgets/pages/snapshot_saver.h"
#include "widgets/views/player_actions.h"

#include <QWidget>

class QStackedLayout;

namespace perihelion {

class EventCanvas;
class KeyHelp;
class PlayerBanner;
class PlayerControls;
class PlayerNotice;
class PlayerSidePanel;
class PlayerTitleBar;

class PlayerPage : public QWidget {
    Q_OBJECT

public:
    explicit PlayerPage(AppServices& services, QWidget* parent = nullptr,
                        PlaybackClock::WallTime wallTime = PlaybackClock::steadyWallTime());

    /// Opens a recording at once in the background and shows its first window; cancels what was under way
    /// before.
    void openRecording(const QString& path, const QString& stream = {});
    void closeRecording();
    /// Takes playback settings that another page has changed.
    void applySettings()
    {
        readSettings();
        applyStyle();
    }

    /// Whether a recording plays as soon as its first frame is on the screen; it does unless told otherwise.
    /// What fits into one window is a still picture and never does.
    void setAutoplay(bool on) { m_autoplay = on; }
    /// Shows a switch for this checkable action among the page's controls.
    void showCacheSwitch(QAction* toggle);
    /// Folder for snapshots that nobody chose a file for; the person's pictures folder unless set.
    void setSnapshotFolder(const QString& folder) { m_snapshots.setFolder(folder); }

    PlayerSession& session() { return m_session; }
    EventCanvas& canvas() { return *m_canvas; }

Q_SIGNALS:
    /// The first frame of a recording is on the screen.
    void loadFinished(const perihelion::LoadRecord& record);
    void backRequested();
    void statusMessage(const QString& sentence);
    void snapshotSaved(const QString& path);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildWidgets();
    void connectActions();
    void connectSession();
    void connectViews();
    void readSettings();
    void applyTheme();
    void applyStyle();

    void showLoaded();
    void showFrame();
    void aimPrefetch();
    void showPainted(quint64 serial, Nanoseconds painting);
    void showPlayback();
    void showMetadata();
    void showTrouble(const QString& sentence);
    void updateHud();
    void showAhead();
    void setActionsEnabled(bool enabled);
    TimeReference timeReference() const;
    QString recordingName() const;

    void goBack();
    void chooseRegion(const QRect& pixels);
    void addBookmark();
    void askForTime();
    void saveSnapshot(bool choose);

    AppServices m_services;
    PlayerSession m_session;
    BookmarkModel m_bookmarks;
    SnapshotSaver m_snapshots;
    PlayerPreferences m_preferences;
    FrameRateMeter m_rate;
    PlayerActions m_actions;

    PlayerTitleBar* m_titleBar = nullptr;
    EventCanvas* m_canvas = nullptr;
    PlayerNotice* m_notice = nullptr;
    QStackedLayout* m_stage = nullptr;
    PlayerBanner* m_banner = nullptr;
    PlayerSidePanel* m_sidePanel = nullptr;
    PlayerControls* m_controls = nullptr;
    KeyHelp* m_keyHelp = nullptr;

    std::optional<EventTime> m_decodedUntil; ///< In the direction of play; while cache mode is on.
    bool m_narrow = false;
    bool m_autoplay = true;

    QTimer m_fileCheck;
    Nanoseconds m_painting{0};
    std::chrono::steady_clock::time_point m_numbersAt;
    std::chrono::steady_clock::time_point m_clockAt;
};

} // namespace perihelion
