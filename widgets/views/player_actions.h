// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PlayerActions: everything a key does on the player page, once, with name, shortcut and icon. Buttons, menus
// and the help read them from here. The actions belong to the page; the page connects them.

#include "widgets/views/key_help.h"

#include <QAction>
#include <QString>
#include <QWidget>

#include <vector>

namespace perihelion {

class Theme;

struct PlayerActions {
    /// Makes the actions as children of page, where their shortcuts work whatever has the focus.
    explicit PlayerActions(QWidget* page);

    /// Icons keep their colour, so they are made again when the theme changes.
    void setIcons(const Theme& theme);
    /// The play action's icon and name.
    void showPlaying(const Theme& theme, bool playing) const;
    /// "Space", "↑", "Ctrl+G": how a shortcut is written.
    static QString shortcutText(const QAction* action);

    /// What needs a recording works only while one is open.
    void enableForRecording(bool open) const;
    /// What each key does, for the help.
    std::vector<KeySection> keySections() const;

    QAction* play;
    QAction* stepBack;
    QAction* stepForward;
    QAction* faster;
    QAction* slower;
    QAction* longerWindow;
    QAction* shorterWindow;
    QAction* toStart;
    QAction* toEnd;
    QAction* goTo;
    QAction* loop;
    QAction* reverse;
    QAction* absoluteTime;
    QAction* bookmark;
    QAction* nextView;
    QAction* region;
    QAction* fit;
    QAction* actualSize;
    QAction* zoomIn;
    QAction* zoomOut;
    QAction* hud;
    QAction* sidePanel;
    QAction* snapshot;
    QAction* snapshotAs;
    QAction* help;
    QAction* back;
    QAction* quit;

    std::vector<QAction*> all;
};

} // namespace perihelion
