// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PlayerPreferences: how a person likes recordings played and shown, kept in the settings. GUI thread only.

#include "widgets/models/frame_renderer.h"
#include "widgets/models/playback_clock.h"

namespace perihelion {

class PlayerSession;
class Settings;
class Theme;

class PlayerPreferences {
public:
    explicit PlayerPreferences(Settings& settings) : m_settings(settings) {}

    /// Gives a session speed, window, loop and view.
    void restore(PlayerSession& session) const;
    /// Keeps speed, window and loop where they differ.
    void remember(const PlaybackClock& clock);

    QString paletteId() const;
    void setPaletteId(const QString& id);
    void setView(FrameView view);
    bool logScale() const;
    void setLogScale(bool on);
    EventTime decay() const;
    void setDecay(EventTime decay);
    /// Palette, scale and decay for the renderer.
    FrameStyle style(const Theme& theme) const;

    bool hudVisible() const;
    void setHudVisible(bool visible);
    bool sidePanelVisible() const;
    void setSidePanelVisible(bool visible);
    bool absoluteTime() const;
    void setAbsoluteTime(bool absolute);
    bool completesIndexes() const;

private:
    Settings& m_settings;
};

} // namespace perihelion
