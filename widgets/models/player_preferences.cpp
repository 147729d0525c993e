// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/player_preferences.h"

#include "core/settings/settings.h"
#include "widgets/models/player_session.h"
#include "widgets/theme/theme.h"

namespace perihelion {

void PlayerPreferences::restore(PlayerSession& session) const
{
    session.setSpeed(m_settings.value(setting::kSpeed));
    session.setWindow(EventTime(m_settings.value(setting::kWindowMicros)));
    session.setLoop(m_settings.value(setting::kLoop));
    session.setView(frameViewFromId(m_settings.value(setting::kViewMode)));
}

void PlayerPreferences::remember(const PlaybackClock& clock)
{
    if (m_settings.value(setting::kSpeed) != clock.speed()) {
        m_settings.set(setting::kSpeed, clock.speed());
    }
    if (m_settings.value(setting::kWindowMicros) != clock.window().count()) {
        m_settings.set(setting::kWindowMicros, clock.window().count());
    }
    if (m_settings.value(setting::kLoop) != clock.isLooping()) {
        m_settings.set(setting::kLoop, clock.isLooping());
    }
}

QString PlayerPreferences::paletteId() const
{
    return m_settings.value(setting::kPalette);
}

void PlayerPreferences::setPaletteId(const QString& id)
{
    m_settings.set(setting::kPalette, id);
}

void PlayerPreferences::setView(FrameView view)
{
    m_settings.set(setting::kViewMode, frameViewId(view));
}

bool PlayerPreferences::logScale() const
{
    return m_settings.value(setting::kLogScale);
}

void PlayerPreferences::setLogScale(bool on)
{
    m_settings.set(setting::kLogScale, on);
}

EventTime PlayerPreferences::decay() const
{
    return EventTime(m_settings.value(setting::kDecayMicros));
}

void PlayerPreferences::setDecay(EventTime decay)
{
    m_settings.set(setting::kDecayMicros, decay.count());
}

FrameStyle PlayerPreferences::style(const Theme& theme) const
{
    FrameStyle style = FrameStyle::fromPalette(theme.framePalette(paletteId()));
    style.logScale = logScale();
    style.decay = decay();
    return style;
}

bool PlayerPreferences::hudVisible() const
{
    return m_settings.value(setting::kHudVisible);
}

void PlayerPreferences::setHudVisible(bool visible)
{
    m_settings.set(setting::kHudVisible, visible);
}

bool PlayerPreferences::sidePanelVisible() const
{
    return m_settings.value(setting::kSidePanelVisible);
}

void PlayerPreferences::setSidePanelVisible(bool visible)
{
    m_settings.set(setting::kSidePanelVisible, visible);
}

bool PlayerPreferences::absoluteTime() const
{
    return !m_settings.value(setting::kRelativeTime);
}

void PlayerPreferences::setAbsoluteTime(bool absolute)
{
    m_settings.set(setting::kRelativeTime, !absolute);
}

bool PlayerPreferences::completesIndexes() const
{
    return m_settings.value(setting::kCompleteIndexes);
}

} // namespace perihelion
