// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// GravityTree: forces among many bodies by a Barnes–Hut octree over Morton-sorted bodies, with mass and
// quadrupole of far cells. Leaves are the groups: one walk serves all bodies of a leaf, and what the walk
// gathered is summed by a vector kernel in float, relative to the leaf. Keeps its memory between builds; one
// thread at a time, which may let a pool help.

#include "core/jobs/cancel_token.h"
#include "core/workloads/simulation/pair_kernels.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace perihelion {

class DecodePool;

struct GravityOptions {
    double softening = 0; ///< AU.
    double theta = 0.7;   ///< Opening angle: a cell is far when its size is below theta · distance.
    /// More bodies than this go through the tree: from here it is measured to be as fast as the direct sum.
    std::size_t treeAbove = 600;
    std::size_t leafBodies = 64; ///< At most so many bodies in a leaf of the tree.
    SimdLevel simd = bestSimdLevel();
};

class GravityTree {
public:
    /// Accelerations of all bodies, and their potentials (per unit of mass, negative) into the second
    /// argument, if any. Incomplete after a cancel.
    void accelerate(BodyArrays& bodies, std::vector<double>* potentials, const GravityOptions& options,
                    DecodePool* pool, const CancelToken& cancel);

private:
    struct Node {
        std::size_t first = 0;
        std::size_t last = 0;
        std::size_t next = 0; ///< The node after this one and all below it.
        bool leaf = false;
        double mass = 0; ///< G·mass.
        double centre[3] = {};
        double quadrupole[6] = {};
        double lowest[3] = {};
        double highest[3] = {};
        double size2 = 0; ///< Square of the longest edge.
    };
    struct Sources;

    void sortBodies(const BodyArrays& bodies);
    std::size_t build(std::size_t first, std::size_t last, int level, std::size_t leafBodies);
    void gatherLeaf(Node& node) const;
    void gatherChildren(std::size_t parent);
    void walk(const Node& group, Sources& sources, const GravityOptions& options) const;
    void sumGroup(const Node& group, Sources& sources, BodyArrays& bodies, std::vector<double>* potentials,
                  const GravityOptions& options) const;

    std::vector<std::uint64_t> m_keys, m_otherKeys;
    std::vector<std::uint32_t> m_order, m_otherOrder;
    std::vector<double> m_x, m_y, m_z, m_gm; ///< In the order of the keys.
    std::vector<Node> m_nodes;
    std::vector<std::size_t> m_groups;
};

} // namespace perihelion
