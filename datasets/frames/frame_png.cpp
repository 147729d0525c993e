// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/frames/frame_png.h"

#include "core/base/atomic_file.h"

#include <QByteArray>

#include <png.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace perihelion {

std::vector<std::uint8_t> frameGreys(const AccumulatedFrame& frame)
{
    std::int32_t peak = 1;
    for (const std::int32_t value : frame.values) {
        peak = std::max(peak, std::abs(value));
    }
    const double scale = 1.0 / std::log1p(static_cast<double>(peak));
    const bool isSigned = frame.mode != AccumulateMode::Count;
    const auto grey = [=, mode = frame.mode](std::int32_t value) {
        if (mode == AccumulateMode::Polarity) {
            return value == 0 ? 127.0 : value > 0 ? 255.0 : 0.0;
        }
        const double strength = std::log1p(std::fabs(static_cast<double>(value))) * scale;
        return isSigned ? 127.0 + std::copysign(strength, value) * 127.5 : strength * 255.0;
    };
    std::vector<std::uint8_t> pixels(frame.values.size());
    std::transform(frame.values.begin(), frame.values.end(), pixels.begin(), [&](std::int32_t value) {
        return static_cast<std::uint8_t>(std::clamp(grey(value), 0.0, 255.0));
    });
    return pixels;
}

Result<void> writeFramePng(const QString& path, const AccumulatedFrame& frame)
{
    const std::vector<std::uint8_t> pixels = frameGreys(frame);
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(frame.width);
    image.height = static_cast<png_uint_32>(frame.height);
    image.format = PNG_FORMAT_GRAY;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    QByteArray encoded(static_cast<qsizetype>(size), Qt::Uninitialized);
    if (png_image_write_to_memory(&image, encoded.data(), &size, 0, pixels.data(), 0, nullptr) == 0) {
        return Error{ErrorCode::Internal,
                     QString(u"Encoding the picture failed: " % QString::fromLatin1(image.message)), path};
    }
    encoded.truncate(static_cast<qsizetype>(size));
    return writeFileAtomically(path, encoded, QStringLiteral("Writing the picture"));
}

} // namespace perihelion
