// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workloads/simulation/midi_file.h"

#include "core/base/atomic_file.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace perihelion {

namespace {

constexpr int kBeatTicks = 480;
constexpr int kBeatMicros = 500'000;
constexpr int kMarimba = 12; // General MIDI program numbers, from 0.
constexpr int kWarmPad = 89;
constexpr int kPercussion = 9;
constexpr int kChannels = 16;
constexpr int kExpression = 11;
constexpr int kReverbSend = 91;

struct MidiMessage {
    std::int64_t tick = 0;
    int rank = 0; ///< Within a tick: settings, note-offs, note-ons.
    QByteArray bytes;
};

std::int64_t tickOf(double seconds)
{
    return std::max<std::int64_t>(0, std::llround(seconds * kMidiTicksPerSecond));
}

int sevenBits(double value)
{
    return std::clamp(static_cast<int>(std::lround(value)), 0, 127);
}

QByteArray message(int status, int channel, int first, int second)
{
    QByteArray bytes;
    bytes.append(static_cast<char>(status | channel));
    bytes.append(static_cast<char>(first));
    bytes.append(static_cast<char>(second));
    return bytes;
}

QByteArray programChange(int channel, int program)
{
    return QByteArray(1, static_cast<char>(0xC0 | channel)) + static_cast<char>(program);
}

void appendBigEndian(QByteArray& bytes, std::uint32_t value, int count)
{
    for (int byte = count - 1; byte >= 0; --byte) {
        bytes.append(static_cast<char>(value >> (8 * byte) & 0xFF));
    }
}

/// Seven bits a byte, the most significant first, all but the last with the top bit set.
void appendVariable(QByteArray& bytes, std::uint32_t value)
{
    for (int shift = 28; shift > 0; shift -= 7) {
        if (value >> shift != 0) {
            bytes.append(static_cast<char>((value >> shift & 0x7F) | 0x80));
        }
    }
    bytes.append(static_cast<char>(value & 0x7F));
}

/// A channel for each pad, in the order of first appearance; the percussion channel is left out, and with
/// more pads than channels they share.
class PadChannels {
public:
    int of(std::uint32_t planet)
    {
        const auto known = m_channels.find(planet);
        if (known != m_channels.end()) {
            return known->second;
        }
        const int channel = m_next;
        m_next = m_next + 1 == kPercussion ? m_next + 2 : m_next + 1;
        if (m_next >= kChannels) {
            m_next = 1;
        }
        m_channels.emplace(planet, channel);
        return channel;
    }

private:
    std::map<std::uint32_t, int> m_channels;
    int m_next = 1;
};

void addNoteOn(const MusicEvent& event, int channel, std::vector<MidiMessage>& messages)
{
    const std::int64_t tick = tickOf(event.time);
    const int program = event.pad ? kWarmPad : kMarimba;
    messages.push_back({tick, 0, programChange(channel, program)});
    messages.push_back({tick, 0, message(0xB0, channel, kReverbSend, sevenBits(127 * event.reverb))});
    const int loudness = std::max(1, sevenBits(event.loudness * event.gain));
    messages.push_back({tick, 2, message(0x90, channel, event.midi, loudness)});
    for (const EnvelopePoint& point : event.envelope) {
        messages.push_back(
            {tickOf(point.time), 0, message(0xB0, channel, kExpression, sevenBits(127 * point.velocity))});
    }
}

} // namespace

QByteArray midiFileBytes(const std::vector<MusicEvent>& events, const QString& title)
{
    std::vector<MidiMessage> messages;
    std::map<std::uint32_t, const MusicEvent*> sounding;
    PadChannels pads;
    for (const MusicEvent& event : events) {
        if (event.on) {
            sounding[event.planet] = &event;
            addNoteOn(event, event.pad ? pads.of(event.planet) : 0, messages);
        } else if (const auto at = sounding.find(event.planet); at != sounding.end()) {
            const int channel = at->second->pad ? pads.of(event.planet) : 0;
            messages.push_back({tickOf(event.time), 1, message(0x80, channel, at->second->midi, 64)});
        }
    }
    std::stable_sort(messages.begin(), messages.end(), [](const MidiMessage& a, const MidiMessage& b) {
        return a.tick != b.tick ? a.tick < b.tick : a.rank < b.rank;
    });

    QByteArray track;
    const QByteArray name = title.toUtf8().left(200);
    track.append(QByteArray("\x00\xFF\x03", 3));
    appendVariable(track, static_cast<std::uint32_t>(name.size()));
    track.append(name);
    track.append(QByteArray("\x00\xFF\x51\x03", 4));
    appendBigEndian(track, kBeatMicros, 3);
    std::int64_t tick = 0;
    for (const MidiMessage& each : messages) {
        // A longer pause than a variable quantity can say (three days) is cut to it.
        appendVariable(track,
                       static_cast<std::uint32_t>(std::min<std::int64_t>(each.tick - tick, 0xFFFFFFF)));
        track.append(each.bytes);
        tick = each.tick;
    }
    track.append(QByteArray("\x00\xFF\x2F\x00", 4));

    QByteArray file("MThd");
    appendBigEndian(file, 6, 4);
    appendBigEndian(file, 0, 2);
    appendBigEndian(file, 1, 2);
    appendBigEndian(file, kBeatTicks, 2);
    file.append("MTrk");
    appendBigEndian(file, static_cast<std::uint32_t>(track.size()), 4);
    return file + track;
}

Result<void> writeMidiFile(const QString& path, const std::vector<MusicEvent>& events, const QString& title)
{
    return writeFileAtomically(path, midiFileBytes(events, title), QStringLiteral("Writing the music"));
}

} // namespace perihelion
