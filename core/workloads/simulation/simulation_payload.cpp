// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workloads/simulation/simulation_payload.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include <zlib.h>

namespace perihelion {

namespace {

constexpr std::size_t kNumberPlaces = 40;
constexpr std::size_t kParserPadding = 64;
constexpr std::size_t kGzipPiece = 1 << 20;
constexpr int kGzipWindow = 15 + 16; // The largest window, and gzip's header.
constexpr double kLargestInteger = 9e17;

constexpr std::array<double, 16> kPowers{1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                         1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

constexpr std::array<char, 200> twoDigits()
{
    std::array<char, 200> digits{};
    for (std::size_t i = 0; i < 100; ++i) {
        digits[2 * i] = static_cast<char>('0' + i / 10);
        digits[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return digits;
}
constexpr std::array<char, 200> kTwoDigits = twoDigits();

Error payloadCancelled()
{
    return {ErrorCode::Cancelled, QStringLiteral("Writing the payload was cancelled"), QString()};
}

/// As a JSON string with its quotes.
QByteArray quoted(const QString& text)
{
    QByteArray json(1, '"');
    const QByteArray utf8 = text.toUtf8();
    for (const char letter : utf8) {
        if (letter == '"' || letter == '\\') {
            json.append('\\');
            json.append(letter);
        } else if (static_cast<unsigned char>(letter) < 0x20) {
            json.append("\\u00");
            json.append(QByteArray(1, letter).toHex());
        } else {
            json.append(letter);
        }
    }
    return json + '"';
}

} // namespace

char* writeDecimal(char* place, double value, int decimals)
{
    const double scaled = value * kPowers[static_cast<std::size_t>(decimals)];
    if (!(std::abs(scaled) < kLargestInteger)) {
        return std::to_chars(place, place + kNumberPlaces, value, std::chars_format::scientific, 16).ptr;
    }
    // Half away from zero, as printed numbers are rounded; never "-0".
    const auto units = static_cast<std::int64_t>(scaled + (scaled < 0 ? -0.5 : 0.5));
    std::uint64_t rest = static_cast<std::uint64_t>(units < 0 ? -units : units);
    if (units < 0) {
        *place++ = '-';
    }
    int fraction = decimals;
    while (fraction > 0 && rest % 10 == 0) {
        rest /= 10;
        --fraction;
    }
    char digits[24];
    char* const end = digits + sizeof digits;
    char* first = end;
    while (rest >= 100) {
        first -= 2;
        std::memcpy(first, kTwoDigits.data() + 2 * (rest % 100), 2);
        rest /= 100;
    }
    if (rest >= 10) {
        first -= 2;
        std::memcpy(first, kTwoDigits.data() + 2 * rest, 2);
    } else {
        *--first = static_cast<char>('0' + rest);
    }
    while (end - first <= fraction) {
        *--first = '0';
    }
    const auto whole = static_cast<std::size_t>(end - first - fraction);
    std::memcpy(place, first, whole);
    place += whole;
    if (fraction > 0) {
        *place++ = '.';
        std::memcpy(place, first + whole, static_cast<std::size_t>(fraction));
        place += fraction;
    }
    return place;
}

/// Appends to the payload's buffer; every piece of JSON asks for its room once.
class SimulationPayload::Writer {
public:
    explicit Writer(SimulationPayload& payload) : m_payload(payload) { m_payload.m_size = 0; }

    /// A place with so many bytes behind it; finish() tells how far it was written.
    char* room(std::size_t bytes)
    {
        if (m_payload.m_size + bytes > m_payload.m_capacity) {
            const std::size_t capacity = std::max(m_payload.m_size + bytes, 2 * m_payload.m_capacity);
            // Not filled: every byte is written. Behind the end there is room for the parser's vectors.
            std::unique_ptr<char[]> larger(new char[capacity + kParserPadding]);
            std::copy_n(m_payload.m_json.get(), m_payload.m_size, larger.get());
            m_payload.m_json = std::move(larger);
            m_payload.m_capacity = capacity;
        }
        return m_payload.m_json.get() + m_payload.m_size;
    }
    void finish(const char* end)
    {
        m_payload.m_size = static_cast<std::size_t>(end - m_payload.m_json.get());
    }

    void text(std::string_view piece)
    {
        char* place = room(piece.size());
        finish(std::copy(piece.begin(), piece.end(), place));
    }
    void number(double value, int decimals) { finish(writeDecimal(room(kNumberPlaces), value, decimals)); }

private:
    SimulationPayload& m_payload;
};

namespace {

/// {"id", "name", "kind", "radius", "mass", "aAU"} of every body, as written in the metadata and, without
/// metadata once, in front of every position.
std::vector<QByteArray> bodyDescriptions(const SimulationRequest& request)
{
    std::vector<QByteArray> bodies;
    bodies.reserve(request.bodies());
    const auto add = [&bodies](const QByteArray& name, const char* kind, double radius, double mass,
                               double distance) {
        char number[3][kNumberPlaces];
        const auto written = [&number](int index, double value) {
            const char* end = writeDecimal(number[index], value, 12);
            return QByteArray(number[index], static_cast<qsizetype>(end - number[index]));
        };
        bodies.push_back(QByteArrayLiteral("{\"id\":") + QByteArray::number(qulonglong(bodies.size())) +
                         ",\"name\":" + name + ",\"kind\":\"" + kind + "\",\"radius\":" + written(0, radius) +
                         ",\"mass\":" + written(1, mass) + ",\"aAU\":" + written(2, distance));
    };
    const PlanetSystem& system = request.system;
    add("\"Star\"", "star", system.star.radius, system.star.mass * kSolarMass, 0);
    for (const Planet& planet : system.planets) {
        add(quoted(planet.name), planet.kind == PlanetKind::Gas ? "gas" : "rocky", planet.radius, planet.mass,
            planet.distance);
    }
    return bodies;
}

} // namespace

Result<void> SimulationPayload::write(const SimulationRequest& request, const Trajectory& trajectory,
                                      const std::vector<MusicEvent>& events, const PayloadOptions& options,
                                      const CancelToken& cancel)
{
    Writer writer(*this);
    const std::vector<QByteArray> described = bodyDescriptions(request);
    writer.text("{\"planetMetadata\":[");
    for (std::size_t i = 0; i < described.size(); ++i) {
        writer.text(i > 0 ? "," : "");
        writer.text({described[i].data(), static_cast<std::size_t>(described[i].size())});
        writer.text("}");
    }
    writer.text("],\"samples\":[");
    const std::size_t bodies = trajectory.bodies();
    for (std::size_t sample = 0; options.samples && sample < trajectory.samples(); ++sample) {
        if (cancel.isCancelled()) {
            return payloadCancelled();
        }
        writer.text(sample > 0 ? ",{\"t\":" : "{\"t\":");
        writer.number(trajectory.timeOf(sample), options.decimals);
        writer.text(",\"positions\":[");
        const SampleRow row = trajectory.sample(sample);
        // A planet that was thrown out is still a number, an overflow is not, and JSON has no word for it.
        char* place = writer.room(options.metadataOnce ? bodies * (3 * kNumberPlaces + 4) : 0);
        for (std::size_t body = 0; body < bodies; ++body) {
            if (!std::isfinite(row.x[body] + row.y[body] + row.z[body])) {
                return Error{ErrorCode::InvalidArgument,
                             QStringLiteral("Writing the payload failed: a body has left all numbers; use a "
                                            "smaller dt, sub-steps or softening"),
                             QString()};
            }
            if (!options.metadataOnce) {
                const QByteArray belt = body < described.size()
                                            ? described[body]
                                            : "{\"id\":" + QByteArray::number(qulonglong(body));
                const auto length = static_cast<std::size_t>(belt.size());
                place = writer.room(length + 3 * kNumberPlaces + 16);
                *place = ',';
                place += body > 0 ? 1 : 0;
                place = std::copy_n(belt.constData(), length, place);
                constexpr std::string_view kKey = ",\"position\":";
                place = std::copy(kKey.begin(), kKey.end(), place);
            } else if (body > 0) {
                *place++ = ',';
            }
            *place++ = '[';
            place = writeDecimal(place, row.x[body], options.decimals);
            *place++ = ',';
            place = writeDecimal(place, row.y[body], options.decimals);
            if (options.includeZ) {
                *place++ = ',';
                place = writeDecimal(place, row.z[body], options.decimals);
            }
            *place++ = ']';
            if (!options.metadataOnce) {
                *place++ = '}';
                writer.finish(place);
            }
        }
        writer.finish(place);
        writer.text("]}");
    }
    writer.text("],\"events\":[");
    for (std::size_t i = 0; options.events && i < events.size(); ++i) {
        const MusicEvent& event = events[i];
        writer.text(i > 0 ? ",{\"t\":" : "{\"t\":");
        writer.number(event.time, options.decimals);
        writer.text(event.on ? ",\"type\":\"note_on\",\"planet\":" : ",\"type\":\"note_off\",\"planet\":");
        writer.number(event.planet + 1.0, 0); // The id in the metadata, where the star is 0.
        if (event.on) {
            writer.text(",\"midi\":");
            writer.number(event.midi, 0);
            writer.text(",\"vel\":");
            writer.number(event.loudness, 0);
            writer.text(event.pad ? ",\"instrument\":\"pad\",\"reverb\":"
                                  : ",\"instrument\":\"mallet\",\"reverb\":");
            writer.number(event.reverb, options.decimals);
            writer.text(",\"gain\":");
            writer.number(event.gain, options.decimals);
        }
        if (event.on && event.pad) {
            writer.text(",\"continuous\":true,\"eccentricity\":");
            writer.number(event.eccentricity, options.decimals);
            writer.text(",\"velocityEnvelope\":[");
            char* place = writer.room(event.envelope.size() * (2 * kNumberPlaces + 4));
            for (const EnvelopePoint& point : event.envelope) {
                *place = ',';
                place += &point != event.envelope.data() ? 1 : 0;
                *place++ = '[';
                place = writeDecimal(place, point.time, options.decimals);
                *place++ = ',';
                place = writeDecimal(place, point.velocity, options.decimals);
                *place++ = ']';
            }
            writer.finish(place);
            writer.text("]");
        }
        writer.text("}");
    }
    writer.text("],\"meta\":{\"dtSec\":");
    writer.number(request.dt, 12);
    writer.text(",\"durationSec\":");
    writer.number(request.duration, 12);
    writer.text(request.mode == SimulationMode::Parity ? ",\"mode\":\"parity\",\"bodies\":"
                                                       : ",\"mode\":\"accurate\",\"bodies\":");
    writer.number(static_cast<double>(bodies), 0);
    writer.text("}}");
    return {};
}

Result<void> SimulationPayload::gzip(int level, const CancelToken& cancel)
{
    m_gzipSize = 0;
    if (m_size < kLeastGzipBytes) {
        return {};
    }
    z_stream stream{};
    if (deflateInit2(&stream, level, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        return Error{ErrorCode::Internal,
                     QStringLiteral("Compressing the payload failed: zlib did not start"), QString()};
    }
    const std::size_t bound = deflateBound(&stream, static_cast<uLong>(m_size));
    if (bound > m_gzipCapacity) {
        m_gzip.reset(new char[bound]);
        m_gzipCapacity = bound;
    }
    int state = Z_OK;
    std::size_t given = 0;
    std::size_t got = 0;
    while (state != Z_STREAM_END && state >= 0 && !cancel.isCancelled()) {
        const std::size_t piece = std::min(m_size - given, kGzipPiece);
        const std::size_t space = std::min<std::size_t>(bound - got, std::numeric_limits<uInt>::max());
        stream.next_in = reinterpret_cast<Bytef*>(m_json.get() + given);
        stream.avail_in = static_cast<uInt>(piece);
        stream.next_out = reinterpret_cast<Bytef*>(m_gzip.get() + got);
        stream.avail_out = static_cast<uInt>(space);
        state = deflate(&stream, given + piece == m_size ? Z_FINISH : Z_NO_FLUSH);
        given += piece - stream.avail_in;
        got += space - stream.avail_out;
    }
    deflateEnd(&stream);
    if (cancel.isCancelled()) {
        return payloadCancelled();
    }
    if (state != Z_STREAM_END) {
        return Error{ErrorCode::Internal,
                     QString(u"Compressing the payload failed: zlib answered " % QString::number(state)),
                     QString()};
    }
    m_gzipSize = got;
    return {};
}

} // namespace perihelion
