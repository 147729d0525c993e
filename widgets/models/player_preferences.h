// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PlayerPreferences: how a person likes recordings played and shown, kept in the settings. Logarithmic counts
// and the decay of the time surface last as long as the program. GUI thread only.

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
    bool logScale() const { return m_logScale; }
    void setLogScale(bool on) { m_logScale = on; }
    EventTime decay() const { return m_decay; }
    void setDecay(EventTime decay) { m_decay = decay; }
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
    bool m_logScale = true;
    EventTime m_decay{0};
};

} // namespace perihelion
