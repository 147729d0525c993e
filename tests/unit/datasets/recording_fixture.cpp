// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/datasets/recording_fixture.h"

#include "datasets/hdf5/hdf5_file.h"
#include "tests/support/hdf5_fixtures.h"

#include <QFile>

#include <algorithm>
#include <random>

namespace perihelion::test {

namespace {

template <typename T>
std::span<const std::byte> bytesOf(const std::vector<T>& values)
{
    return std::as_bytes(std::span(values));
}

} // namespace

Events makeEvents(std::size_t count, std::uint32_t seed, int width, int height)
{
    std::mt19937 random(seed);
    Events events;
    std::int64_t time = 1000;
    for (std::size_t i = 0; i < count; ++i) {
        const auto dice = static_cast<std::uint32_t>(random() % 100);
        // Ties are common in real recordings, and a pause now and then makes chunks of very different length
        // in time.
        time += dice < 50 ? 0 : dice < 99 ? static_cast<std::int64_t>(random() % 20) : 5000;
        events.t.push_back(time);
        events.x.push_back(static_cast<std::uint16_t>(random() % static_cast<unsigned>(width)));
        events.y.push_back(static_cast<std::uint16_t>(random() % static_cast<unsigned>(height)));
        events.p.push_back(static_cast<std::uint8_t>(random() % 2));
    }
    return events;
}

void writeEvlib(const QString& path, const Events& events, const EvlibOptions& options)
{
    H5::H5File file = createFile(path);
    file.createGroup("/events");
    const auto column = [&](const char* name, const H5::DataType& type, std::size_t rows, std::uint64_t chunk,
                            std::span<const std::byte> bytes) {
        FixtureDataset dataset;
        dataset.path = std::string("/events/") + name;
        dataset.type = type;
        dataset.extent = {rows};
        dataset.chunk.clear();
        if (chunk > 0) {
            dataset.chunk = {std::min<hsize_t>(chunk, rows)};
            dataset.filters = [&options](H5::DSetCreatPropList& list) {
                if (options.shuffle) {
                    list.setShuffle();
                }
                if (options.deflate > 0) {
                    list.setDeflate(options.deflate);
                }
            };
        }
        createDataset(file, dataset, bytes);
    };
    const std::uint64_t pixels = options.pixelChunk > 0 ? options.pixelChunk : options.chunk;
    if (!options.rawSeconds.empty() || options.doubleSeconds) {
        std::vector<double> seconds = options.rawSeconds;
        for (std::size_t i = seconds.size(); i < events.size(); ++i) {
            seconds.push_back(static_cast<double>(events.t[i]) / 1e6);
        }
        column("t", H5::PredType::IEEE_F64LE, events.size(), options.chunk, bytesOf(seconds));
    } else {
        column("t", H5::PredType::STD_I64LE, events.size(), options.chunk, bytesOf(events.t));
    }
    std::vector<std::uint16_t> x(events.x.begin(),
                                 events.x.end() - static_cast<std::ptrdiff_t>(options.dropFromX));
    column("x", H5::PredType::STD_U16LE, x.size(), pixels, bytesOf(x));
    column("y", H5::PredType::STD_U16LE, events.size(), pixels, bytesOf(events.y));
    if (options.polarity) {
        column("p", H5::PredType::STD_I8LE, events.size(), pixels, bytesOf(events.p));
    }
    if (options.sizeAttributes) {
        const std::int64_t width = 320;
        const std::int64_t height = 240;
        const H5::DataSpace scalar;
        file.createAttribute("width", H5::PredType::STD_I64LE, scalar)
            .write(H5::PredType::NATIVE_INT64, &width);
        file.createAttribute("height", H5::PredType::STD_I64LE, scalar)
            .write(H5::PredType::NATIVE_INT64, &height);
    }
}

Events bruteForce(const Events& events, const Window& window, bool sorted)
{
    Events found;
    const auto indexOf = [&events](std::int64_t time) {
        return static_cast<std::size_t>(std::lower_bound(events.t.begin(), events.t.end(), time) -
                                        events.t.begin());
    };
    const std::size_t last = sorted ? indexOf(window.end) : events.size();
    for (std::size_t i = sorted ? indexOf(window.start) : 0; i < last; ++i) {
        const bool inTime = events.t[i] >= window.start && events.t[i] < window.end;
        const bool inRoi = !window.roi || (events.x[i] >= window.roi->x && events.y[i] >= window.roi->y &&
                                           events.x[i] < window.roi->x + window.roi->width &&
                                           events.y[i] < window.roi->y + window.roi->height);
        const bool wanted = window.polarity == PolarityFilter::Both ||
                            (window.polarity == PolarityFilter::On) == (events.p[i] != 0);
        if (inTime && inRoi && wanted) {
            found.t.push_back(events.t[i]);
            found.x.push_back(events.x[i]);
            found.y.push_back(events.y[i]);
            found.p.push_back(events.p[i]);
        }
    }
    return found;
}

LazyFrame planOf(const std::shared_ptr<const EventFile>& file, const Window& window)
{
    LazyFrame plan = LazyFrame::scan(file)
                         .filterTime(EventTime(window.start), EventTime(window.end))
                         .filterPolarity(window.polarity);
    return window.roi ? plan.filterRoi(*window.roi) : plan;
}

void damageChunk(const QString& path, const char* dataset, std::uint64_t block)
{
    ChunkLocation location;
    {
        const auto file = Hdf5File::open(path);
        const auto description = (*file)->describe(dataset);
        location = (*file)->chunkTable(*description)->at(block, 0);
    }
    QFile file(path);
    if (!file.open(QIODevice::ReadWrite)) {
        return;
    }
    // The first bytes hold the stream's header and code tables.
    file.seek(static_cast<qint64>(location.address));
    file.write(QByteArray(static_cast<qsizetype>(std::min<std::uint32_t>(location.sizeBytes, 64)), '\xff'));
}

} // namespace perihelion::test
