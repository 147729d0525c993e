// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workloads/simulation/gravity_tree.h"

#include "core/jobs/decode_pool.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace perihelion {

namespace {

constexpr int kTreeLevels = 21; // Of three bits each in a 63 bit key.
constexpr std::size_t kGroupsPerTask = 16;

/// Two zero bits behind each of the lowest 21.
std::uint64_t spreadBits(std::uint64_t bits)
{
    bits &= 0x1FFFFFULL;
    bits = (bits | bits << 32) & 0x001F00000000FFFFULL;
    bits = (bits | bits << 16) & 0x001F0000FF0000FFULL;
    bits = (bits | bits << 8) & 0x100F00F00F00F00FULL;
    bits = (bits | bits << 4) & 0x10C30C30C30C30C3ULL;
    return (bits | bits << 2) & 0x1249249249249249ULL;
}

/// Least significant digit first, eleven bits at a time; digits that are all alike cost one look.
void radixSort(std::vector<std::uint64_t>& keys, std::vector<std::uint32_t>& order,
               std::vector<std::uint64_t>& otherKeys, std::vector<std::uint32_t>& otherOrder)
{
    constexpr int kDigitBits = 11;
    constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
    otherKeys.resize(keys.size());
    otherOrder.resize(order.size());
    for (int shift = 0; shift < 3 * kTreeLevels; shift += kDigitBits) {
        std::array<std::size_t, kDigits> places{};
        for (const std::uint64_t key : keys) {
            ++places[(key >> shift) & (kDigits - 1)];
        }
        if (std::find(places.begin(), places.end(), keys.size()) != places.end()) {
            continue;
        }
        std::size_t before = 0;
        for (std::size_t& place : places) {
            const std::size_t count = place;
            place = before;
            before += count;
        }
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const std::size_t place = places[(keys[i] >> shift) & (kDigits - 1)]++;
            otherKeys[place] = keys[i];
            otherOrder[place] = order[i];
        }
        keys.swap(otherKeys);
        order.swap(otherOrder);
    }
}

/// Adds m·(3·s·sᵀ − s²·1) for a mass at s.
void addQuadrupole(double* quadrupole, double mass, double x, double y, double z)
{
    const double square = x * x + y * y + z * z;
    quadrupole[0] += mass * (3 * x * x - square);
    quadrupole[1] += mass * 3 * x * y;
    quadrupole[2] += mass * 3 * x * z;
    quadrupole[3] += mass * (3 * y * y - square);
    quadrupole[4] += mass * 3 * y * z;
    quadrupole[5] += mass * (3 * z * z - square);
}

void padFloats(std::vector<float>& values, float with)
{
    while (values.size() % BodyArrays::kLanes != 0) {
        values.push_back(with);
    }
}

} // namespace

/// What acts on one group, gathered by its walk; one per worker.
struct GravityTree::Sources {
    std::array<std::vector<float>, 4> points;
    std::array<std::vector<float>, 10> cells;
    std::array<std::vector<float>, 7> targets; ///< x, y, z, then sums: ax, ay, az, potential.

    void clear()
    {
        for (auto& values : points) {
            values.clear();
        }
        for (auto& values : cells) {
            values.clear();
        }
    }
};

void GravityTree::sortBodies(const BodyArrays& bodies)
{
    const std::size_t count = bodies.count();
    double lowest[3];
    double size = 0;
    const std::vector<double>* axes[3] = {&bodies.x, &bodies.y, &bodies.z};
    for (int axis = 0; axis < 3; ++axis) {
        const auto begin = axes[axis]->begin();
        const auto [low, high] = std::minmax_element(begin, begin + static_cast<std::ptrdiff_t>(count));
        lowest[axis] = *low;
        size = std::max(size, *high - *low);
    }
    // A body that has left all bounds (infinite, no number) must not turn into a wild integer.
    const double scale = size > 0 && std::isfinite(size) ? 2097151.0 / size : 0.0;
    const auto cell = [scale](double offset) {
        const double place = offset * scale;
        return place >= 0 && place <= 2097151.0 ? static_cast<std::uint64_t>(place) : std::uint64_t{0};
    };
    m_keys.resize(count);
    m_order.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        m_keys[i] = spreadBits(cell(bodies.x[i] - lowest[0])) << 2 |
                    spreadBits(cell(bodies.y[i] - lowest[1])) << 1 |
                    spreadBits(cell(bodies.z[i] - lowest[2]));
        m_order[i] = static_cast<std::uint32_t>(i);
    }
    radixSort(m_keys, m_order, m_otherKeys, m_otherOrder);
    for (std::vector<double>* sorted : {&m_x, &m_y, &m_z, &m_gm}) {
        sorted->resize(count);
    }
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t body = m_order[i];
        m_x[i] = bodies.x[body];
        m_y[i] = bodies.y[body];
        m_z[i] = bodies.z[body];
        m_gm[i] = bodies.gm[body];
    }
}

std::size_t GravityTree::build(std::size_t first, std::size_t last, int level, std::size_t leafBodies)
{
    const std::size_t index = m_nodes.size();
    m_nodes.emplace_back();
    m_nodes[index].first = first;
    m_nodes[index].last = last;
    if (last - first <= leafBodies || level == kTreeLevels) {
        m_nodes[index].leaf = true;
        m_nodes[index].next = index + 1;
        gatherLeaf(m_nodes[index]);
        m_groups.push_back(index);
        return index;
    }
    const int shift = 3 * (kTreeLevels - 1 - level);
    const auto keys = m_keys.begin();
    for (std::size_t at = first; at < last;) {
        const std::uint64_t octant = m_keys[at] >> shift;
        const auto end = std::partition_point(keys + static_cast<std::ptrdiff_t>(at),
                                              keys + static_cast<std::ptrdiff_t>(last),
                                              [=](std::uint64_t key) { return key >> shift == octant; });
        const std::size_t childEnd = static_cast<std::size_t>(end - keys);
        build(at, childEnd, level + 1, leafBodies);
        at = childEnd;
    }
    m_nodes[index].next = m_nodes.size();
    gatherChildren(index);
    return index;
}

void GravityTree::gatherLeaf(Node& node) const
{
    const std::vector<double>* axes[3] = {&m_x, &m_y, &m_z};
    for (int axis = 0; axis < 3; ++axis) {
        node.lowest[axis] = std::numeric_limits<double>::infinity();
        node.highest[axis] = -std::numeric_limits<double>::infinity();
        for (std::size_t i = node.first; i < node.last; ++i) {
            const double place = (*axes[axis])[i];
            node.lowest[axis] = std::min(node.lowest[axis], place);
            node.highest[axis] = std::max(node.highest[axis], place);
            node.centre[axis] += m_gm[i] * place;
        }
        const double edge = node.highest[axis] - node.lowest[axis];
        node.size2 = std::max(node.size2, edge * edge);
    }
    for (std::size_t i = node.first; i < node.last; ++i) {
        node.mass += m_gm[i];
    }
    for (double& centre : node.centre) {
        centre /= node.mass;
    }
    for (std::size_t i = node.first; i < node.last; ++i) {
        addQuadrupole(node.quadrupole, m_gm[i], m_x[i] - node.centre[0], m_y[i] - node.centre[1],
                      m_z[i] - node.centre[2]);
    }
}

void GravityTree::gatherChildren(std::size_t parent)
{
    Node& node = m_nodes[parent];
    for (int axis = 0; axis < 3; ++axis) {
        node.lowest[axis] = std::numeric_limits<double>::infinity();
        node.highest[axis] = -std::numeric_limits<double>::infinity();
    }
    for (std::size_t i = parent + 1; i < node.next; i = m_nodes[i].next) {
        const Node& child = m_nodes[i];
        node.mass += child.mass;
        for (int axis = 0; axis < 3; ++axis) {
            node.lowest[axis] = std::min(node.lowest[axis], child.lowest[axis]);
            node.highest[axis] = std::max(node.highest[axis], child.highest[axis]);
            node.centre[axis] += child.mass * child.centre[axis];
        }
    }
    for (int axis = 0; axis < 3; ++axis) {
        node.centre[axis] /= node.mass;
        const double edge = node.highest[axis] - node.lowest[axis];
        node.size2 = std::max(node.size2, edge * edge);
    }
    for (std::size_t i = parent + 1; i < node.next; i = m_nodes[i].next) {
        const Node& child = m_nodes[i];
        for (int moment = 0; moment < 6; ++moment) {
            node.quadrupole[moment] += child.quadrupole[moment];
        }
        addQuadrupole(node.quadrupole, child.mass, child.centre[0] - node.centre[0],
                      child.centre[1] - node.centre[1], child.centre[2] - node.centre[2]);
    }
}

void GravityTree::walk(const Node& group, Sources& sources, const GravityOptions& options) const
{
    double middle[3];
    double half[3];
    for (int axis = 0; axis < 3; ++axis) {
        middle[axis] = 0.5 * (group.lowest[axis] + group.highest[axis]);
        half[axis] = 0.5 * (group.highest[axis] - group.lowest[axis]);
    }
    const double theta2 = options.theta * options.theta;
    sources.clear();
    for (std::size_t i = 0; i < m_nodes.size();) {
        const Node& node = m_nodes[i];
        double distance2 = 0;
        double offset[3];
        for (int axis = 0; axis < 3; ++axis) {
            offset[axis] = node.centre[axis] - middle[axis];
            const double apart = std::max(std::abs(offset[axis]) - half[axis], 0.0);
            distance2 += apart * apart;
        }
        const bool around = node.first <= group.first && group.last <= node.last;
        if (!around && node.size2 < theta2 * distance2) {
            for (std::size_t axis = 0; axis < 3; ++axis) {
                sources.cells[axis].push_back(static_cast<float>(offset[axis]));
            }
            sources.cells[3].push_back(static_cast<float>(node.mass));
            for (std::size_t moment = 0; moment < 6; ++moment) {
                sources.cells[4 + moment].push_back(static_cast<float>(node.quadrupole[moment]));
            }
            i = node.next;
        } else if (node.leaf) {
            const std::size_t before = sources.points[0].size();
            const std::size_t count = node.last - node.first;
            for (auto& values : sources.points) {
                values.resize(before + count);
            }
            for (std::size_t k = 0; k < count; ++k) {
                sources.points[0][before + k] = static_cast<float>(m_x[node.first + k] - middle[0]);
                sources.points[1][before + k] = static_cast<float>(m_y[node.first + k] - middle[1]);
                sources.points[2][before + k] = static_cast<float>(m_z[node.first + k] - middle[2]);
                sources.points[3][before + k] = static_cast<float>(m_gm[node.first + k]);
            }
            i = node.next;
        } else {
            ++i;
        }
    }
    // Sources without mass fill the last vector, far from every body of the group.
    const float far = static_cast<float>(4.0 * std::sqrt(m_nodes[0].size2) + 1.0);
    for (std::size_t row = 0; row < sources.points.size(); ++row) {
        padFloats(sources.points[row], row == 0 ? far : 0.0F);
    }
    for (std::size_t row = 0; row < sources.cells.size(); ++row) {
        padFloats(sources.cells[row], row == 0 ? far : 0.0F);
    }
    const std::size_t bodies = group.last - group.first;
    const std::size_t padded = (bodies + 3) / 4 * 4;
    for (auto& values : sources.targets) {
        values.assign(padded, 0.0F);
    }
    for (std::size_t k = 0; k < padded; ++k) {
        const std::size_t body = group.first + std::min(k, bodies - 1);
        sources.targets[0][k] = static_cast<float>(m_x[body] - middle[0]);
        sources.targets[1][k] = static_cast<float>(m_y[body] - middle[1]);
        sources.targets[2][k] = static_cast<float>(m_z[body] - middle[2]);
    }
}

void GravityTree::sumGroup(const Node& group, Sources& sources, BodyArrays& bodies,
                           std::vector<double>* potentials, const GravityOptions& options) const
{
    walk(group, sources, options);
    TreeTargets targets;
    targets.count = group.last - group.first;
    targets.x = sources.targets[0].data();
    targets.y = sources.targets[1].data();
    targets.z = sources.targets[2].data();
    targets.ax = sources.targets[3].data();
    targets.ay = sources.targets[4].data();
    targets.az = sources.targets[5].data();
    targets.potential = sources.targets[6].data();
    targets.softening2 = static_cast<float>(options.softening * options.softening);
    TreeSources points;
    points.count = sources.points[0].size();
    points.x = sources.points[0].data();
    points.y = sources.points[1].data();
    points.z = sources.points[2].data();
    points.m = sources.points[3].data();
    TreeSources cells;
    cells.count = sources.cells[0].size();
    cells.x = sources.cells[0].data();
    cells.y = sources.cells[1].data();
    cells.z = sources.cells[2].data();
    cells.m = sources.cells[3].data();
    for (std::size_t moment = 0; moment < 6; ++moment) {
        cells.quadrupole[moment] = sources.cells[4 + moment].data();
    }
    const PairKernels& kernels = pairKernels(options.simd);
    kernels.points(points, targets);
    kernels.cells(cells, targets);
    for (std::size_t k = 0; k < targets.count; ++k) {
        const std::size_t body = m_order[group.first + k];
        bodies.ax[body] = static_cast<double>(targets.ax[k]);
        bodies.ay[body] = static_cast<double>(targets.ay[k]);
        bodies.az[body] = static_cast<double>(targets.az[k]);
        if (potentials != nullptr) {
            (*potentials)[body] = static_cast<double>(targets.potential[k]);
        }
    }
}

void GravityTree::accelerate(BodyArrays& bodies, std::vector<double>* potentials,
                             const GravityOptions& options, DecodePool* pool, const CancelToken& cancel)
{
    if (bodies.count() == 0) {
        return;
    }
    sortBodies(bodies);
    m_nodes.clear();
    m_groups.clear();
    build(0, bodies.count(), 0, std::max<std::size_t>(options.leafBodies, 1));
    if (potentials != nullptr) {
        potentials->resize(bodies.count());
    }
    std::vector<Sources> sources(pool != nullptr ? pool->concurrency() : 1);
    const std::size_t tasks = (m_groups.size() + kGroupsPerTask - 1) / kGroupsPerTask;
    const auto task = [&](std::size_t index, std::size_t worker) {
        const std::size_t end = std::min(m_groups.size(), (index + 1) * kGroupsPerTask);
        for (std::size_t group = index * kGroupsPerTask; group < end; ++group) {
            sumGroup(m_nodes[m_groups[group]], sources[worker], bodies, potentials, options);
        }
    };
    if (pool != nullptr) {
        pool->run(DecodePriority::Interactive, tasks, cancel, task);
        return;
    }
    for (std::size_t index = 0; index < tasks && !cancel.isCancelled(); ++index) {
        task(index, 0);
    }
}

} // namespace perihelion
