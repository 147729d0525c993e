// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ProgressRelay: brings a job's progress into its QPromise, which by itself would swallow every value that is
// not above the last one, and with it each later stage. Shared by the threads that work on one job.

#include "core/jobs/progress.h"

#include <QPromise>
#include <QString>

#include <chrono>
#include <mutex>

namespace perihelion {

/// Decides what of the reports is passed on.
class ProgressRelay {
public:
    static constexpr int kMaximum = 1000;

    /// Passes a report on to the promise: the first reports of a hundred stages at once, of further stages
    /// one every 40 ms; within a stage whatever is above the last value (QPromise thins those out itself).
    template <typename T>
    void report(QPromise<T>& promise, const Progress& progress)
    {
        const std::lock_guard lock(m_mutex);
        const int value = valueOf(progress);
        if (beginsStage(progress.stage)) {
            // A value at its maximum is never thinned out; the new range then lets lower values follow.
            promise.setProgressRange(0, value);
            promise.setProgressValueAndText(value, progress.stage);
            promise.setProgressRange(0, kMaximum);
        } else if (progress.stage == m_stage) {
            promise.setProgressValueAndText(value, progress.stage);
        }
    }

private:
    using Clock = std::chrono::steady_clock;

    /// 1…1000; at least 1, since QPromise takes 0 for nothing new.
    static int valueOf(const Progress& progress);
    /// True, and the stage is remembered, when it is another one and may be passed on now.
    bool beginsStage(const QString& stage);

    std::mutex m_mutex;
    QString m_stage;
    int m_stages = 0;
    Clock::time_point m_lastStage;
};

} // namespace perihelion
