// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Small recordings of known events for the tests of layouts, index and frames, and the brute-force answers
// about them.

#include "datasets/frames/lazy_frame.h"

#include <QString>

#include <cstdint>
#include <optional>
#include <vector>

namespace perihelion::test {

struct Events {
    std::vector<std::int64_t> t;
    std::vector<std::uint16_t> x;
    std::vector<std::uint16_t> y;
    std::vector<std::uint8_t> p;

    std::size_t size() const { return t.size(); }
};

/// Sorted, with runs of equal times and gaps; the same for the same seed.
Events makeEvents(std::size_t count, std::uint32_t seed = 1, int width = 320, int height = 240);

struct EvlibOptions {
    std::uint64_t chunk = 1000;   ///< 0: contiguous.
    std::uint64_t pixelChunk = 0; ///< Of x, y and p; 0: as chunk.
    bool shuffle = false;
    int deflate = 1; ///< 0: none.
    bool polarity = true;
    bool sizeAttributes = true;
    std::size_t dropFromX = 0;      ///< Makes x shorter than the others.
    bool doubleSeconds = false;     ///< Times as float64 seconds.
    std::vector<double> rawSeconds; ///< Instead of events.t, as they are.
};

/// Writes events/{t,x,y,p}.
void writeEvlib(const QString& path, const Events& events, const EvlibOptions& options = {});

struct Window {
    std::int64_t start = 0;
    std::int64_t end = 0;
    std::optional<RegionOfInterest> roi;
    PolarityFilter polarity = PolarityFilter::Both;
};

/// The events that match, in file order, found by looking at each; of sorted events only at those of the
/// window.
Events bruteForce(const Events& events, const Window& window, bool sorted = false);
/// The same question as a plan.
LazyFrame planOf(const std::shared_ptr<const EventFile>& file, const Window& window);

/// Overwrites bytes in the middle of the stored chunk that begins at row block × chunk of a dataset.
void damageChunk(const QString& path, const char* dataset, std::uint64_t block);

} // namespace perihelion::test
