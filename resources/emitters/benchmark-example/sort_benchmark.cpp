// SPDX-License-Identifier: GPL-3.0-or-later
// An example for Perihelion: two ways to sort, as benchmarks of Google Benchmark.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace {

/// The same numbers every time, in no order.
std::vector<std::uint32_t> numbers(std::int64_t count)
{
    std::vector<std::uint32_t> made(static_cast<std::size_t>(count));
    std::uint32_t last = 2'463'534'242U;
    for (std::uint32_t& each : made) {
        last ^= last << 13U;
        last ^= last >> 17U;
        last ^= last << 5U;
        each = last;
    }
    return made;
}

void sortAll(benchmark::State& state)
{
    const std::vector<std::uint32_t> source = numbers(state.range(0));
    for (auto _ : state) {
        std::vector<std::uint32_t> copy = source;
        std::sort(copy.begin(), copy.end());
        benchmark::DoNotOptimize(copy.data());
    }
}
BENCHMARK(sortAll)->Arg(1'000)->Arg(100'000);

void sortByHeap(benchmark::State& state)
{
    const std::vector<std::uint32_t> source = numbers(state.range(0));
    for (auto _ : state) {
        std::vector<std::uint32_t> copy = source;
        std::make_heap(copy.begin(), copy.end());
        std::sort_heap(copy.begin(), copy.end());
        benchmark::DoNotOptimize(copy.data());
    }
}
BENCHMARK(sortByHeap)->Arg(1'000)->Arg(100'000);

} // namespace

BENCHMARK_MAIN();
