// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/hdf5_file.h"
#include "datasets/layouts/layout_recognizer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace perihelion {

namespace {

/// First number of a small value, or nothing.
std::optional<std::int64_t> asInteger(const std::optional<SmallValue>& value, std::size_t at = 0)
{
    if (!value) {
        return std::nullopt;
    }
    if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&*value)) {
        return at < integers->size() ? std::optional((*integers)[at]) : std::nullopt;
    }
    if (const auto* floats = std::get_if<std::vector<double>>(&*value)) {
        if (at < floats->size() && std::fabs((*floats)[at]) < 1e9) {
            return std::llround((*floats)[at]);
        }
    }
    return std::nullopt;
}

std::optional<SmallValue> readOptional(const Hdf5File& file, const std::string& path)
{
    if (file.kindOf(path) != ObjectKind::Dataset) {
        return std::nullopt;
    }
    Result<SmallValue> value = file.readSmall(path);
    return value ? std::optional(std::move(*value)) : std::nullopt;
}

SensorSize sized(std::optional<std::int64_t> width, std::optional<std::int64_t> height, ValueSource source,
                 std::vector<Note>& notes)
{
    if (!width || !height) {
        return {};
    }
    if (*width < 1 || *height < 1 || *width > kMaxSensorSide || *height > kMaxSensorSide) {
        const QString text =
            QStringLiteral("The file says that its sensor has %1 × %2 pixels, which is not believed")
                .arg(*width)
                .arg(*height);
        notes.push_back(Note{NoteKind::SensorMismatch, text, 0});
        return {};
    }
    return SensorSize{static_cast<int>(*width), static_cast<int>(*height), source};
}

/// Attributes width/height, geometry "WxH" or sensor_resolution on one object.
SensorSize fromAttributes(const Hdf5File& file, const std::string& object, std::vector<Note>& notes)
{
    const auto pairs = {std::pair("width", "height"), std::pair("sensor_width", "sensor_height"),
                        std::pair("Width", "Height")};
    for (const auto& [width, height] : pairs) {
        const SensorSize size =
            sized(asInteger(file.attribute(object, width)), asInteger(file.attribute(object, height)),
                  ValueSource::Attribute, notes);
        if (size.width > 0) {
            return size;
        }
    }
    if (const auto geometry = file.attribute(object, "geometry")) {
        if (const auto* text = std::get_if<std::vector<std::string>>(&*geometry); text && !text->empty()) {
            int width = 0;
            int height = 0;
            if (std::sscanf(text->front().c_str(), "%dx%d", &width, &height) == 2) {
                return sized(width, height, ValueSource::Attribute, notes);
            }
        }
    }
    if (const auto resolution = file.attribute(object, "sensor_resolution")) {
        // Producers disagree on the order; event sensors are never taller than wide.
        const auto a = asInteger(resolution, 0);
        const auto b = asInteger(resolution, 1);
        if (a && b) {
            if (*a < *b) {
                notes.push_back(
                    Note{NoteKind::Assumption,
                         QStringLiteral(
                             "sensor_resolution is taken as height, width: the larger side is the width"),
                         0});
            }
            return sized(std::max(*a, *b), std::min(*a, *b), ValueSource::Attribute, notes);
        }
    }
    return {};
}

} // namespace

SensorSize findSensorSize(const Hdf5File& file, LayoutKind kind, const std::string& root,
                          std::vector<Note>& notes)
{
    for (const std::string& object : {std::string("/"), root}) {
        const SensorSize size = fromAttributes(file, object, notes);
        if (size.width > 0) {
            return size;
        }
    }
    switch (kind) {
    case LayoutKind::Dsec:
        // Not stored: DSEC's sensors are 640×480; the full look at the events corrects it (TUM-VIE is
        // 1280×720).
        return SensorSize{640, 480, ValueSource::Layout};
    case LayoutKind::M3ed: {
        const auto resolution = readOptional(file, root + "/calib/resolution");
        const SensorSize size =
            sized(asInteger(resolution, 0), asInteger(resolution, 1), ValueSource::Dataset, notes);
        return size.width > 0 ? size : SensorSize{1280, 720, ValueSource::Layout};
    }
    case LayoutKind::Mvsec: {
        const std::string parent = root.substr(0, root.rfind('/'));
        if (file.kindOf(parent + "/image_raw") == ObjectKind::Dataset) {
            // Shape (frames, height, width); describe() does not keep ranks above two, the attribute-free
            // size is known.
            return SensorSize{346, 260, ValueSource::Layout};
        }
        return {};
    }
    default: {
        const SensorSize size =
            sized(asInteger(readOptional(file, root + "/width")),
                  asInteger(readOptional(file, root + "/height")), ValueSource::Dataset, notes);
        return size;
    }
    }
}

} // namespace perihelion
