// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/progress_relay.h"

#include <algorithm>

namespace perihelion {

namespace {

constexpr int kStagesAtOnce = 100;
constexpr std::chrono::milliseconds kStageInterval{40};

} // namespace

int ProgressRelay::valueOf(const Progress& progress)
{
    if (progress.total <= 0) {
        return 1;
    }
    const double share = static_cast<double>(progress.done) / static_cast<double>(progress.total);
    return static_cast<int>(std::clamp(share * kMaximum, 1.0, static_cast<double>(kMaximum)));
}

bool ProgressRelay::beginsStage(const QString& stage)
{
    const Clock::time_point now = Clock::now();
    if (m_stages > 0 && stage == m_stage) {
        return false;
    }
    if (m_stages >= kStagesAtOnce && now - m_lastStage < kStageInterval) {
        return false;
    }
    m_stage = stage;
    m_lastStage = now;
    ++m_stages;
    return true;
}

} // namespace perihelion
