// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// How far a job is. Workers call the reporter as often as they like, from any thread; receivers thin it out.

#include <QString>

#include <cstdint>
#include <functional>

namespace perihelion {

struct Progress {
    QString stage;
    std::int64_t done = 0;
    std::int64_t total = 0; ///< 0 when unknown.
};

using ProgressReporter = std::function<void(const Progress&)>;

} // namespace perihelion
