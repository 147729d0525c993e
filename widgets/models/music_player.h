// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// MusicPlayer: plays the music of a scenario where the machine has an audio output. A job simulates the
// scenario and makes the sound, the output plays it; the GUI thread does neither. Also writes the music as a
// MIDI file. Owned by the page, which stops it before anything is measured.

#include "core/workloads/scenario.h"
#include "widgets/models/latest_job.h"
#include "widgets/models/sound_output.h"

#include <QByteArray>
#include <QObject>

#include <memory>

namespace perihelion {

class MusicPlayer : public QObject {
    Q_OBJECT

public:
    MusicPlayer(JobRunner& jobs, std::unique_ptr<SoundOutput> output, QObject* parent = nullptr);
    ~MusicPlayer() override;

    /// False until an audio output was found, and for ever where there is none.
    bool canPlay() const { return m_present; }
    /// The music is being made, or sounds.
    bool isPlaying() const { return m_playing; }
    void play(const Scenario& scenario);
    void stop();
    /// Writes the scenario's music as a standard MIDI file.
    void exportMidi(const Scenario& scenario, const QString& file);
    bool isBusy() const { return m_sound.isBusy() || m_export.isBusy(); }

Q_SIGNALS:
    void changed();
    void exported(const QString& file);
    void failed(const QString& sentence);

private:
    void setPlaying(bool playing);
    void takeSound(const Result<QByteArray>& sound);

    std::unique_ptr<SoundOutput> m_output;
    LatestJob<QByteArray> m_sound;
    LatestJob<QString> m_export;
    bool m_present = false;
    bool m_playing = false;
};

} // namespace perihelion
