// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// OrbitPanel: the simulation beside the numbers: orbits, replay with a slider, and how good the run was.
// While a profile run goes on it stands still and moves on by one step with every finished iteration, so that
// drawing takes nothing from what is measured.

#include "widgets/models/orbit_recording.h"

#include <QFrame>
#include <QTimer>

class QLabel;
class QSlider;
class QToolButton;

namespace perihelion {

class OrbitView;
class SectionLabel;
class Theme;

class OrbitPanel : public QFrame {
    Q_OBJECT

public:
    explicit OrbitPanel(const Theme& theme, QWidget* parent = nullptr);

    /// Null: why is shown instead.
    void setRecording(std::shared_ptr<const OrbitRecording> recording, const QString& why = {});
    /// No replay while something is measured.
    void setMeasuring(bool measuring);
    /// Moves to a share of the recording, 0 … 1.
    void showShare(double share);
    /// present: whether there is an audio output; without one there is no button.
    void setMusic(bool present, bool playing);
    bool isPlaying() const { return m_timer.isActive(); }
    OrbitView& view() { return *m_view; }

Q_SIGNALS:
    void editRequested();
    void musicToggled(bool play);
    void musicExportRequested();

private:
    QWidget* buildHead();
    void buildControls();
    void setPlaying(bool playing);
    void step();
    void showSample(int sample);
    void showTexts();
    void restyle();

    const Theme& m_theme;
    std::shared_ptr<const OrbitRecording> m_recording;
    bool m_measuring = false;
    QTimer m_timer;
    SectionLabel* m_title = nullptr;
    OrbitView* m_view = nullptr;
    QToolButton* m_more = nullptr;
    QToolButton* m_play = nullptr;
    QToolButton* m_music = nullptr;
    bool m_musicPlaying = false;
    QSlider* m_slider = nullptr;
    QLabel* m_time = nullptr;
    QLabel* m_quality = nullptr;
    QLabel* m_selection = nullptr;
};

} // namespace perihelion
