// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/player_controls.h"

#include "core/base/format.h"
#include "widgets/theme/theme.h"
#include "widgets/views/player_actions.h"
#include "widgets/views/player_texts.h"
#include "widgets/views/timeline.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace perihelion {

namespace {

QToolButton* iconButton(QAction* action)
{
    auto* button = new QToolButton;
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    button->setAccessibleName(action->text());
    button->setFocusPolicy(Qt::StrongFocus);
    button->setFixedWidth(38);
    return button;
}

void checkValue(QActionGroup* group, const QVariant& value)
{
    for (QAction* action : group->actions()) {
        action->setChecked(action->data() == value);
    }
}

} // namespace

PlayerControls::PlayerControls(const Theme& theme, const PlayerActions& actions, QWidget* parent)
    : QFrame(parent),
      m_theme(theme),
      m_actions(actions),
      m_play(new QPushButton),
      m_time(new QPushButton),
      m_speed(new QPushButton),
      m_window(new QPushButton),
      m_ahead(new QLabel),
      m_late(new QLabel),
      m_timeline(new Timeline(theme))
{
    setProperty("kind", QStringLiteral("panel"));
    m_play->setProperty("kind", QStringLiteral("primary"));
    m_play->setFixedWidth(38);
    connect(m_play, &QPushButton::clicked, actions.play, &QAction::trigger);
    connect(actions.play, &QAction::changed, m_play, [this] {
        m_play->setIcon(m_actions.play->icon());
        m_play->setToolTip(m_actions.play->toolTip());
        m_play->setAccessibleName(m_actions.play->iconText());
        m_play->setEnabled(m_actions.play->isEnabled());
    });
    m_time->setFont(theme.font(FontRole::Mono));
    m_time->setToolTip(actions.goTo->toolTip());
    connect(m_time, &QPushButton::clicked, actions.goTo, &QAction::trigger);
    m_speed->setToolTip(tr("Speed of play (↑ faster, ↓ slower)"));
    m_window->setToolTip(tr("Length of the time window (→ longer, ← shorter)"));
    m_ahead->setObjectName(QStringLiteral("playerAhead"));
    m_ahead->setProperty("tone", QStringLiteral("muted"));
    m_ahead->setToolTip(
        tr("So much of the recording, in its own time, is in the cache in the direction of play"));
    m_ahead->hide();
    m_late->setProperty("tone", QStringLiteral("muted"));
    m_late->setToolTip(tr("Frames that were not ready within their 1/60 s and were dropped"));
    makeMenus();

    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    row->addWidget(iconButton(actions.stepBack));
    row->addWidget(m_play);
    row->addWidget(iconButton(actions.stepForward));
    row->addWidget(m_time);
    row->addWidget(m_speed);
    row->addWidget(m_window);
    row->addWidget(iconButton(actions.loop));
    row->addWidget(iconButton(actions.reverse));
    row->addWidget(iconButton(actions.bookmark));
    row->addStretch(1);
    row->addWidget(m_ahead);
    row->addWidget(m_late);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 12, 8);
    column->setSpacing(6);
    column->addLayout(row);
    column->addWidget(m_timeline);
}

void PlayerControls::makeMenus()
{
    auto* speedMenu = new QMenu(m_speed);
    m_speeds = new QActionGroup(this);
    for (const double speed : PlaybackClock::speedSteps()) {
        QAction* action = m_speeds->addAction(formatSpeed(speed));
        action->setCheckable(true);
        action->setData(speed);
        speedMenu->addAction(action);
    }
    connect(m_speeds, &QActionGroup::triggered, this,
            [this](const QAction* action) { Q_EMIT speedChosen(action->data().toDouble()); });
    m_speed->setMenu(speedMenu);

    auto* windowMenu = new QMenu(m_window);
    m_windows = new QActionGroup(this);
    for (const EventTime window : PlaybackClock::windowSteps()) {
        QAction* action = m_windows->addAction(formatWindow(window));
        action->setCheckable(true);
        action->setData(QVariant::fromValue<qint64>(window.count()));
        windowMenu->addAction(action);
    }
    connect(m_windows, &QActionGroup::triggered, this,
            [this](const QAction* action) { Q_EMIT windowChosen(EventTime(action->data().toLongLong())); });
    m_window->setMenu(windowMenu);
}

void PlayerControls::showAhead(std::optional<EventTime> ahead)
{
    m_ahead->setVisible(ahead.has_value());
    if (ahead) {
        const QString text =
            tr("decoded ahead %1 s").arg(QString::number(static_cast<double>(ahead->count()) / 1e6, 'f', 1));
        if (text != m_ahead->text()) {
            m_ahead->setText(text);
        }
    }
}

void PlayerControls::showClock(const PlaybackClock& clock, const TimeReference& reference)
{
    const QString text = QString(formatPlayerTime(clock.position(), reference) % u" / " %
                                 formatPlayerTime(clock.lastEvent(), reference));
    if (text != m_time->text()) {
        m_time->setText(text);
        m_time->setAccessibleName(tr("Time %1").arg(text));
    }
    const QString speed = tr("Speed %1 ▾").arg(formatSpeed(clock.speed()));
    if (speed != m_speed->text()) {
        m_speed->setText(speed);
        m_speed->setAccessibleName(tr("Speed %1").arg(formatSpeed(clock.speed())));
        checkValue(m_speeds, clock.speed());
    }
    const QString window = tr("Window %1 ▾").arg(formatWindow(clock.window()));
    if (window != m_window->text()) {
        m_window->setText(window);
        m_window->setAccessibleName(tr("Window %1").arg(formatWindow(clock.window())));
        checkValue(m_windows, QVariant::fromValue<qint64>(clock.window().count()));
    }
    const QString late = tr("late %1").arg(formatCount(clock.lateFrames()));
    if (late != m_late->text()) {
        m_late->setText(late);
    }
    m_timeline->setPosition(clock.position(), clock.window());
    m_timeline->setAccessibleDescription(formatPlayerTime(clock.position(), reference));
}

} // namespace perihelion
