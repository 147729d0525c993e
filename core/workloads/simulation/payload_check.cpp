// SPDX-License-Identifier: GPL-3.0-or-later
// The way back: a payload parsed as a client would, and compared with what it was made of.
#include "core/workloads/simulation/simulation_payload.h"

#include <cmath>

#include <simdjson.h>

namespace perihelion {

namespace {

using JsonElement = simdjson::dom::element;
using JsonArray = simdjson::dom::array;

Error differing(const QString& what)
{
    return {ErrorCode::Corrupt, QString(u"Checking the payload failed: " % what), QString()};
}

double numberOr(simdjson::simdjson_result<JsonElement> element, double otherwise)
{
    double number = otherwise;
    return element.get(number) == simdjson::SUCCESS ? number : otherwise;
}

bool near(double read, double truth, double tolerance)
{
    return std::abs(read - truth) <= tolerance + 1e-15 * std::abs(truth);
}

/// One position, [x, y] or [x, y, z].
bool samePosition(const JsonArray& read, const SampleRow& row, std::size_t body, bool withZ, double tolerance)
{
    const double* axes[] = {row.x, row.y, row.z};
    std::size_t axis = 0;
    for (const JsonElement value : read) {
        if (axis == 3 || !near(numberOr(simdjson::simdjson_result<JsonElement>(JsonElement(value)), NAN),
                               axes[axis][body], tolerance)) {
            return false;
        }
        ++axis;
    }
    return axis == (withZ ? 3U : 2U);
}

bool sameSample(const JsonElement& read, const Trajectory& trajectory, std::size_t sample,
                const PayloadOptions& options, double tolerance)
{
    JsonArray positions;
    if (!near(numberOr(read["t"], NAN), trajectory.timeOf(sample), tolerance) ||
        read["positions"].get(positions) != simdjson::SUCCESS) {
        return false;
    }
    const SampleRow row = trajectory.sample(sample);
    std::size_t body = 0;
    for (const JsonElement each : positions) {
        JsonArray position;
        const auto error = options.metadataOnce ? each.get(position) : each["position"].get(position);
        if (error != simdjson::SUCCESS || body == trajectory.bodies() ||
            !samePosition(position, row, body, options.includeZ, tolerance)) {
            return false;
        }
        ++body;
    }
    return body == trajectory.bodies();
}

bool sameEvent(const JsonElement& read, const MusicEvent& event, double tolerance)
{
    std::string_view type;
    if (read["type"].get(type) != simdjson::SUCCESS || (type == "note_on") != event.on ||
        !near(numberOr(read["t"], NAN), event.time, tolerance) ||
        !near(numberOr(read["planet"], NAN), event.planet + 1.0, 0)) {
        return false;
    }
    if (!event.on) {
        return true;
    }
    if (!near(numberOr(read["midi"], NAN), event.midi, 0) ||
        !near(numberOr(read["vel"], NAN), event.loudness, 0)) {
        return false;
    }
    JsonArray envelope;
    const bool has = read["velocityEnvelope"].get(envelope) == simdjson::SUCCESS;
    return has == event.pad && (!has || envelope.size() == event.envelope.size());
}

} // namespace

struct SimulationPayload::Parser {
    simdjson::dom::parser json;
};

SimulationPayload::SimulationPayload() : m_parser(std::make_unique<Parser>()) {}

// Here, because nowhere else is the parser's type known.
SimulationPayload::~SimulationPayload() = default;

Result<void> SimulationPayload::decode(const Trajectory& trajectory, const std::vector<MusicEvent>& events,
                                       const PayloadOptions& options, const CancelToken& cancel)
{
    JsonElement root;
    // The buffer has the parser's padding behind it, so nothing is copied.
    if (const auto error = m_parser->json.parse(m_json.get(), m_size, false).get(root);
        error != simdjson::SUCCESS) {
        return differing(
            QString(u"it is no JSON (" % QString::fromUtf8(simdjson::error_message(error)) % u')'));
    }
    JsonArray samples;
    JsonArray notes;
    if (root["samples"].get(samples) != simdjson::SUCCESS || root["events"].get(notes) != simdjson::SUCCESS) {
        return differing(QStringLiteral("it has no samples or events"));
    }
    const double tolerance = 0.51 * std::pow(10.0, -options.decimals);
    std::size_t sample = 0;
    for (const JsonElement each : samples) {
        if (cancel.isCancelled()) {
            return Error{ErrorCode::Cancelled, QStringLiteral("Checking the payload was cancelled"),
                         QString()};
        }
        if (sample == trajectory.samples() || !sameSample(each, trajectory, sample, options, tolerance)) {
            return differing(QString(u"sample " % QString::number(sample) % u" differs"));
        }
        ++sample;
    }
    std::size_t note = 0;
    for (const JsonElement each : notes) {
        if (note == events.size() || !sameEvent(each, events[note], tolerance)) {
            return differing(QString(u"event " % QString::number(note) % u" differs"));
        }
        ++note;
    }
    if (sample != (options.samples ? trajectory.samples() : 0) ||
        note != (options.events ? events.size() : 0)) {
        return differing(QStringLiteral("samples or events are missing"));
    }
    return {};
}

} // namespace perihelion
