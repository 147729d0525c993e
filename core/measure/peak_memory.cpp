// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/peak_memory.h"

#include <QByteArray>
#include <QFile>

#include <sys/resource.h>

namespace perihelion {

namespace {

/// A line "VmHWM:      1234 kB" of /proc/self/status.
std::optional<ByteCount> statusEntry(const QByteArray& key)
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly)) {
        return std::nullopt;
    }
    const QByteArray text = status.readAll();
    const qsizetype at = text.indexOf(QByteArray('\n' + key + ':'));
    if (at < 0) {
        return std::nullopt;
    }
    const qsizetype from = at + key.size() + 2;
    const QByteArray line = text.mid(from, text.indexOf('\n', from) - from).trimmed();
    bool valid = false;
    const std::uint64_t kibibytes = line.left(line.indexOf(' ')).toULongLong(&valid);
    return valid ? std::optional(ByteCount{kibibytes * 1024}) : std::nullopt;
}

Nanoseconds fromTimeval(const timeval& time)
{
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

} // namespace

std::optional<ByteCount> peakResidentMemory()
{
    return statusEntry(QByteArrayLiteral("VmHWM"));
}

std::optional<ByteCount> residentMemory()
{
    return statusEntry(QByteArrayLiteral("VmRSS"));
}

bool resetPeakResidentMemory()
{
    QFile clear(QStringLiteral("/proc/self/clear_refs"));
    // 5 resets the peak alone and leaves the pages' accessed bits as they are (proc(5)).
    return clear.open(QIODevice::WriteOnly | QIODevice::Unbuffered) && clear.write("5") == 1;
}

ResourceUse ResourceUse::now()
{
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    ResourceUse use;
    use.userTime = fromTimeval(usage.ru_utime);
    use.systemTime = fromTimeval(usage.ru_stime);
    use.minorFaults = usage.ru_minflt;
    use.majorFaults = usage.ru_majflt;
    use.voluntarySwitches = usage.ru_nvcsw;
    use.involuntarySwitches = usage.ru_nivcsw;
    return use;
}

ResourceUse ResourceUse::operator-(const ResourceUse& earlier) const
{
    ResourceUse spent;
    spent.userTime = userTime - earlier.userTime;
    spent.systemTime = systemTime - earlier.systemTime;
    spent.minorFaults = minorFaults - earlier.minorFaults;
    spent.majorFaults = majorFaults - earlier.majorFaults;
    spent.voluntarySwitches = voluntarySwitches - earlier.voluntarySwitches;
    spent.involuntarySwitches = involuntarySwitches - earlier.involuntarySwitches;
    return spent;
}

} // namespace perihelion
