// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workloads/simulation/music_synth.h"

#include <QStringBuilder>

#include <algorithm>
#include <cmath>
#include <complex>
#include <map>
#include <numbers>

namespace perihelion {

namespace {

constexpr double kNoteAttack = 0.035; // s
constexpr double kPadAttack = 0.3;
constexpr double kNoteRelease = 0.18; // Time constant, s.
constexpr double kPadRelease = 0.30;
constexpr double kRingConstants = 6; // A voice ends after so many time constants.
constexpr double kNotePeak = 0.6;
constexpr double kPadPeak = 0.4 * 0.5; // With the level of the pads among the notes.
constexpr double kMaster = 0.4;
constexpr double kGreatestLevel = 0.97;
constexpr std::size_t kBlock = 1024; // Samples between two looks at the token.

/// A sounding pitch from its note-on to the end of its release.
struct Voice {
    const MusicEvent* on = nullptr;
    double off = 0; ///< s.

    double release() const { return on->pad ? kPadRelease : kNoteRelease; }
    double attack() const { return on->pad ? kPadAttack : kNoteAttack; }
    double end() const { return off + kRingConstants * release(); }
};

/// A pad's loudness at a time: between 1 − depth and 1, following its envelope within the envelope's own
/// range. Times are asked for in ascending order.
class PadSwell {
public:
    explicit PadSwell(const MusicEvent& event) : m_points(event.envelope)
    {
        m_depth = std::clamp(0.5 + 0.4 * event.eccentricity, 0.0, 0.9);
        for (const EnvelopePoint& point : m_points) {
            m_least = std::min(m_least, point.velocity);
            m_greatest = std::max(m_greatest, point.velocity);
        }
    }

    double at(double time)
    {
        if (m_points.empty() || m_greatest <= m_least) {
            return 1;
        }
        while (m_next < m_points.size() && m_points[m_next].time <= time) {
            ++m_next;
        }
        double velocity = m_points.back().velocity;
        if (m_next == 0) {
            velocity = m_points.front().velocity;
        } else if (m_next < m_points.size()) {
            const EnvelopePoint& before = m_points[m_next - 1];
            const EnvelopePoint& after = m_points[m_next];
            velocity = before.velocity +
                       (after.velocity - before.velocity) * (time - before.time) / (after.time - before.time);
        }
        return 1 - m_depth * (m_greatest - velocity) / (m_greatest - m_least);
    }

private:
    const std::vector<EnvelopePoint>& m_points;
    std::size_t m_next = 0;
    double m_depth = 0;
    double m_least = 1e9;
    double m_greatest = -1e9;
};

std::vector<Voice> voicesOf(const std::vector<MusicEvent>& events, double duration)
{
    std::vector<Voice> voices;
    std::map<std::uint32_t, std::size_t> sounding;
    for (const MusicEvent& event : events) {
        const auto at = sounding.find(event.planet);
        if (at != sounding.end()) { // A new note of the same planet ends the one before, too.
            voices[at->second].off = event.time;
            sounding.erase(at);
        }
        if (event.on && event.time < duration) {
            sounding.emplace(event.planet, voices.size());
            voices.push_back({&event, duration});
        }
    }
    return voices;
}

/// Adds a voice to the mix; false after a cancel.
bool addVoice(const Voice& voice, int sampleRate, std::vector<float>& mix, const CancelToken& cancel)
{
    const double rate = sampleRate;
    const auto first = static_cast<std::size_t>(std::ceil(std::max(0.0, voice.on->time) * rate));
    const auto last = std::min(mix.size(), static_cast<std::size_t>(std::max(0.0, voice.end() * rate)));
    const double turn = 2 * std::numbers::pi * noteFrequency(voice.on->midi) / rate;
    if (turn >= std::numbers::pi) {
        return true; // Above half the rate a tone would come out as another one.
    }
    const double peak =
        kMaster * voice.on->gain * voice.on->loudness / 127.0 * (voice.on->pad ? kPadPeak : kNotePeak);
    // A pointer that turns by one step a sample costs a multiplication where a sine costs fifty; its length
    // stays 1 to the twelfth digit over minutes.
    const std::complex<double> step = std::polar(1.0, turn);
    std::complex<double> pointer(1.0, 0.0);
    PadSwell swell(*voice.on);
    const double held = std::min(1.0, (voice.off - voice.on->time) / voice.attack());
    for (std::size_t sample = first; sample < last; ++sample) {
        if (sample % kBlock == 0 && cancel.isCancelled()) {
            return false;
        }
        const double time = static_cast<double>(sample) / rate;
        const double level = time < voice.off ? std::min(1.0, (time - voice.on->time) / voice.attack())
                                              : held * std::exp(-(time - voice.off) / voice.release());
        mix[sample] += static_cast<float>(peak * level * swell.at(time) * pointer.imag());
        pointer *= step;
    }
    return true;
}

} // namespace

double noteFrequency(int midi)
{
    return 440.0 * std::exp2((midi - 69) / 12.0);
}

Result<std::vector<std::int16_t>> synthesise(const std::vector<MusicEvent>& events,
                                             const SynthOptions& options, const CancelToken& cancel)
{
    const auto refused = [](const QString& sentence) {
        return Error{ErrorCode::InvalidArgument, sentence, QString()};
    };
    if (options.sampleRate < 8'000 || options.sampleRate > 192'000) {
        return refused(QStringLiteral("Sound is made at 8000 to 192000 samples a second, not %1")
                           .arg(options.sampleRate));
    }
    if (!(options.duration > 0) || options.duration > SynthOptions::kLongest) {
        return refused(
            QStringLiteral("Sound is made for up to %1 s of music, not for %2 s; export it instead")
                .arg(SynthOptions::kLongest)
                .arg(options.duration));
    }
    const double whole = options.duration + kRingConstants * kPadRelease;
    std::vector<float> mix(static_cast<std::size_t>(std::ceil(whole * options.sampleRate)), 0.0F);
    for (const Voice& voice : voicesOf(events, options.duration)) {
        if (!addVoice(voice, options.sampleRate, mix, cancel)) {
            return Error{ErrorCode::Cancelled, QStringLiteral("Making the sound was cancelled"), QString()};
        }
    }
    float greatest = 0;
    for (const float value : mix) {
        greatest = std::max(greatest, std::abs(value));
    }
    const double factor = 32767.0 * (greatest > kGreatestLevel ? kGreatestLevel / greatest : 1.0);
    std::vector<std::int16_t> samples(mix.size());
    std::transform(mix.begin(), mix.end(), samples.begin(), [factor](float value) {
        return static_cast<std::int16_t>(std::lround(factor * static_cast<double>(value)));
    });
    return samples;
}

} // namespace perihelion
