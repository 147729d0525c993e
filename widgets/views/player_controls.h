// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PlayerControls: the panel below the canvas: transport buttons, time, speed and window menus, late frames,
// timeline. Shows the clock it is given; changes nothing itself. GUI thread only.

#include "widgets/models/go_to_time.h"
#include "widgets/models/playback_clock.h"

#include <QFrame>

#include <optional>

class QActionGroup;
class QLabel;
class QPushButton;

namespace perihelion {

class Theme;
class Timeline;
struct PlayerActions;

class PlayerControls : public QFrame {
    Q_OBJECT

public:
    PlayerControls(const Theme& theme, const PlayerActions& actions, QWidget* parent = nullptr);

    Timeline& timeline() { return *m_timeline; }
    void showClock(const PlaybackClock& clock, const TimeReference& reference);
    /// How much recording time is decoded ahead of the play head; nothing while that is not known.
    void showAhead(std::optional<EventTime> ahead);

Q_SIGNALS:
    void speedChosen(double speed);
    void windowChosen(perihelion::EventTime window);

private:
    void makeMenus();

    const Theme& m_theme;
    const PlayerActions& m_actions;
    QPushButton* m_play;
    QPushButton* m_time;
    QPushButton* m_speed;
    QPushButton* m_window;
    QLabel* m_ahead;
    QLabel* m_late;
    Timeline* m_timeline;
    QActionGroup* m_speeds = nullptr;
    QActionGroup* m_windows = nullptr;
};

} // namespace perihelion
