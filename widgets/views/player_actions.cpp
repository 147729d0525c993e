// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/player_actions.h"

#include "widgets/theme/theme.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace perihelion {

namespace {

QString actionText(const char* text)
{
    return QCoreApplication::translate("PlayerActions", text);
}

} // namespace

PlayerActions::PlayerActions(QWidget* page)
{
    const auto add = [this, page](const char* name, const QList<QKeySequence>& keys, bool checkable = false) {
        auto* action = new QAction(actionText(name), page);
        action->setShortcuts(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        action->setCheckable(checkable);
        action->setToolTip(keys.isEmpty() ? action->text()
                                          : QString(action->text() % u" (" % shortcutText(action) % u')'));
        page->addAction(action);
        all.push_back(action);
        return action;
    };
    const auto key = [](int code) { return QList<QKeySequence>{QKeySequence(code)}; };

    play = add(QT_TRANSLATE_NOOP("PlayerActions", "Play or pause"), key(Qt::Key_Space));
    stepBack = add(QT_TRANSLATE_NOOP("PlayerActions", "Step back by a window"), key(Qt::Key_Comma));
    stepForward = add(QT_TRANSLATE_NOOP("PlayerActions", "Step forward by a window"), key(Qt::Key_Period));
    faster = add(QT_TRANSLATE_NOOP("PlayerActions", "Faster"), key(Qt::Key_Up));
    slower = add(QT_TRANSLATE_NOOP("PlayerActions", "Slower"), key(Qt::Key_Down));
    longerWindow = add(QT_TRANSLATE_NOOP("PlayerActions", "Longer window"), key(Qt::Key_Right));
    shorterWindow = add(QT_TRANSLATE_NOOP("PlayerActions", "Shorter window"), key(Qt::Key_Left));
    toStart = add(QT_TRANSLATE_NOOP("PlayerActions", "Go to the start"), key(Qt::Key_Home));
    toEnd = add(QT_TRANSLATE_NOOP("PlayerActions", "Go to the end"), key(Qt::Key_End));
    goTo = add(QT_TRANSLATE_NOOP("PlayerActions", "Go to a time"), {QKeySequence(Qt::CTRL | Qt::Key_G)});
    loop = add(QT_TRANSLATE_NOOP("PlayerActions", "Loop"), key(Qt::Key_L), true);
    reverse = add(QT_TRANSLATE_NOOP("PlayerActions", "Play backwards"), key(Qt::Key_Backspace), true);
    absoluteTime = add(QT_TRANSLATE_NOOP("PlayerActions", "Absolute time"), key(Qt::Key_T), true);
    bookmark = add(QT_TRANSLATE_NOOP("PlayerActions", "Add a bookmark"), key(Qt::Key_B));
    nextView = add(QT_TRANSLATE_NOOP("PlayerActions", "Next view"), key(Qt::Key_V));
    region = add(QT_TRANSLATE_NOOP("PlayerActions", "Region of interest"), key(Qt::Key_R), true);
    fit = add(QT_TRANSLATE_NOOP("PlayerActions", "Fit to the canvas"), key(Qt::Key_F));
    actualSize = add(QT_TRANSLATE_NOOP("PlayerActions", "Actual size, 1:1"), key(Qt::Key_1));
    zoomIn = add(QT_TRANSLATE_NOOP("PlayerActions", "Zoom in"),
                 {QKeySequence(Qt::Key_Plus), QKeySequence(Qt::CTRL | Qt::Key_Plus)});
    zoomOut = add(QT_TRANSLATE_NOOP("PlayerActions", "Zoom out"),
                  {QKeySequence(Qt::Key_Minus), QKeySequence(Qt::CTRL | Qt::Key_Minus)});
    hud = add(QT_TRANSLATE_NOOP("PlayerActions", "Figures over the frame"), key(Qt::Key_2), true);
    sidePanel = add(QT_TRANSLATE_NOOP("PlayerActions", "Side panel"), key(Qt::Key_I), true);
    snapshot = add(QT_TRANSLATE_NOOP("PlayerActions", "Snapshot"), {QKeySequence(Qt::CTRL | Qt::Key_S)});
    snapshotAs = add(QT_TRANSLATE_NOOP("PlayerActions", "Snapshot to a chosen file…"),
                     {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S)});
    help = add(QT_TRANSLATE_NOOP("PlayerActions", "Keys"), key(Qt::Key_H));
    back = add(QT_TRANSLATE_NOOP("PlayerActions", "Back to the menu"), key(Qt::Key_Escape));
    quit = add(QT_TRANSLATE_NOOP("PlayerActions", "Quit"), key(Qt::Key_Q));

    for (QAction* holdable :
         {faster, slower, longerWindow, shorterWindow, stepBack, stepForward, zoomIn, zoomOut}) {
        holdable->setAutoRepeat(true);
    }
    for (QAction* once : {play, loop, reverse, absoluteTime, bookmark, nextView, region, hud, sidePanel,
                          snapshot, snapshotAs, help, back, quit, goTo}) {
        once->setAutoRepeat(false);
    }
}

void PlayerActions::setIcons(const Theme& theme)
{
    stepBack->setIcon(theme.icon(QStringLiteral("step-back")));
    stepForward->setIcon(theme.icon(QStringLiteral("step-forward")));
    loop->setIcon(theme.icon(QStringLiteral("loop")));
    reverse->setIcon(theme.icon(QStringLiteral("reverse")));
    bookmark->setIcon(theme.icon(QStringLiteral("bookmark")));
    sidePanel->setIcon(theme.icon(QStringLiteral("inspector")));
    help->setIcon(theme.icon(QStringLiteral("help")));
}

void PlayerActions::showPlaying(const Theme& theme, bool playing) const
{
    play->setIcon(
        theme.icon(playing ? QStringLiteral("pause") : QStringLiteral("play"), ColorRole::AccentText));
    const QString name = playing ? actionText("Pause") : actionText("Play");
    play->setIconText(name);
    play->setToolTip(QString(name % u" (" % shortcutText(play) % u')'));
}

void PlayerActions::enableForRecording(bool open) const
{
    const std::array always{help, back, quit, sidePanel, hud, loop, absoluteTime};
    for (QAction* action : all) {
        action->setEnabled(open || std::find(always.begin(), always.end(), action) != always.end());
    }
}

std::vector<KeySection> PlayerActions::keySections() const
{
    const auto section = [](const char* title, std::initializer_list<const QAction*> actions) {
        KeySection made{actionText(title), {}};
        for (const QAction* action : actions) {
            made.keys.emplace_back(shortcutText(action), action->text());
        }
        return made;
    };
    return {section(QT_TRANSLATE_NOOP("PlayerActions", "Play"),
                    {play, stepBack, stepForward, faster, slower, longerWindow, shorterWindow, toStart, toEnd,
                     goTo, loop, reverse}),
            section(QT_TRANSLATE_NOOP("PlayerActions", "Frame"),
                    {nextView, region, fit, actualSize, zoomIn, zoomOut, hud, absoluteTime, sidePanel}),
            section(QT_TRANSLATE_NOOP("PlayerActions", "Recording"),
                    {bookmark, snapshot, snapshotAs, help, back, quit})};
}

QString PlayerActions::shortcutText(const QAction* action)
{
    const QKeySequence keys = action->shortcut();
    if (keys == QKeySequence(Qt::Key_Up)) {
        return QStringLiteral("↑");
    }
    if (keys == QKeySequence(Qt::Key_Down)) {
        return QStringLiteral("↓");
    }
    if (keys == QKeySequence(Qt::Key_Left)) {
        return QStringLiteral("←");
    }
    if (keys == QKeySequence(Qt::Key_Right)) {
        return QStringLiteral("→");
    }
    return keys.toString(QKeySequence::NativeText);
}

} // namespace perihelion
