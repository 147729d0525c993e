// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/music_player.h"

#include "core/workloads/simulation/midi_file.h"
#include "core/workloads/simulation/music_synth.h"
#include "core/workloads/simulation/orbit_score.h"

namespace perihelion {

namespace {

constexpr int kSampleRate = 44'100;

Result<QByteArray> soundOf(const Scenario& scenario, const CancelToken& cancel)
{
    const Result<OrbitScore> score = OrbitScore::of(scenario, cancel);
    if (!score) {
        return score.error();
    }
    SynthOptions options;
    options.sampleRate = kSampleRate;
    options.duration = score->duration;
    const auto samples = synthesise(score->events, options, cancel);
    if (!samples) {
        return samples.error();
    }
    return QByteArray(reinterpret_cast<const char*>(samples->data()),
                      static_cast<qsizetype>(samples->size() * sizeof(std::int16_t)));
}

} // namespace

MusicPlayer::MusicPlayer(JobRunner& jobs, std::unique_ptr<SoundOutput> output, QObject* parent)
    : QObject(parent),
      m_output(std::move(output)),
      m_sound(jobs, JobPool::Interactive, [this](const Result<QByteArray>& sound) { takeSound(sound); }),
      m_export(jobs, JobPool::Interactive, [this](const Result<QString>& file) {
          if (file) {
              Q_EMIT exported(*file);
          } else {
              Q_EMIT failed(file.error().sentence());
          }
      })
{
    connect(m_output.get(), &SoundOutput::found, this, [this](bool present) {
        m_present = present;
        Q_EMIT changed();
    });
    connect(m_output.get(), &SoundOutput::ended, this, [this] { setPlaying(false); });
    connect(m_output.get(), &SoundOutput::failed, this, [this](const QString& sentence) {
        setPlaying(false);
        Q_EMIT failed(sentence);
    });
    m_output->probe();
}

MusicPlayer::~MusicPlayer() = default;

void MusicPlayer::play(const Scenario& scenario)
{
    if (!m_present) {
        return;
    }
    m_output->stop();
    setPlaying(true);
    m_sound.supersede(
        [scenario](const CancelToken& cancel, const ProgressReporter&) { return soundOf(scenario, cancel); });
}

void MusicPlayer::stop()
{
    m_sound.cancel();
    if (m_playing) {
        m_output->stop();
    }
    setPlaying(false);
}

void MusicPlayer::takeSound(const Result<QByteArray>& sound)
{
    if (!sound) {
        setPlaying(false);
        Q_EMIT failed(sound.error().sentence());
    } else if (m_playing) {
        m_output->play(*sound, kSampleRate);
    }
}

void MusicPlayer::exportMidi(const Scenario& scenario, const QString& file)
{
    m_export.supersede(
        [scenario, file](const CancelToken& cancel, const ProgressReporter&) -> Result<QString> {
            const Result<OrbitScore> score = OrbitScore::of(scenario, cancel);
            if (!score) {
                return score.error();
            }
            const Result<void> written = writeMidiFile(file, score->events, score->title);
            return written ? Result<QString>(file) : Result<QString>(written.error());
        });
}

void MusicPlayer::setPlaying(bool playing)
{
    if (playing != m_playing) {
        m_playing = playing;
        Q_EMIT changed();
    }
}

} // namespace perihelion
