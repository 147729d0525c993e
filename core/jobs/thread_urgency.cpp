// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/thread_urgency.h"

#ifdef __linux__
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#endif

namespace perihelion {

#ifdef __linux__

namespace {

constexpr int kSteps = 10;
constexpr int kNicest = 19;

/// POSIX speaks of processes; on Linux every thread has a niceness of its own, by its kernel id.
id_t kernelThread()
{
    return static_cast<id_t>(syscall(SYS_gettid));
}

} // namespace

int threadNiceness()
{
    return getpriority(PRIO_PROCESS, kernelThread());
}

void lowerThreadUrgency()
{
    // Only ever refused when raising, which this never does.
    (void)setpriority(PRIO_PROCESS, kernelThread(), std::min(kNicest, threadNiceness() + kSteps));
}

#else

int threadNiceness()
{
    return 0;
}

void lowerThreadUrgency() {}

#endif

} // namespace perihelion
