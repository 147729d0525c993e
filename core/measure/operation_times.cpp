// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/operation_times.h"

#include <QLoggingCategory>

#include <algorithm>

namespace perihelion {

namespace {

Q_LOGGING_CATEGORY(slowLog, "perihelion.slow")

constexpr std::size_t kOtherIndex = OperationTimes::kMaxOperations - 1;

} // namespace

OperationTimes::OperationTimes()
{
    m_entries[kOtherIndex] = std::make_unique<Entry>();
    m_entries[kOtherIndex]->name = kOther.toString();
}

OperationTimes::Operation OperationTimes::operation(QStringView name)
{
    const std::lock_guard lock(m_namesMutex);
    const std::size_t used = m_used.load(std::memory_order_relaxed);
    for (std::size_t index = 0; index < used; ++index) {
        if (m_entries[index]->name == name) {
            return Operation(index);
        }
    }
    if (used == kOtherIndex || name == kOther) {
        return Operation(kOtherIndex);
    }
    m_entries[used] = std::make_unique<Entry>();
    m_entries[used]->name = name.toString();
    m_used.store(used + 1, std::memory_order_release); // Whoever sees the number sees the entry.
    return Operation(used);
}

void OperationTimes::record(Operation operation, Nanoseconds duration, QStringView subject,
                            std::optional<ByteCount> memory)
{
    Entry& entry = *m_entries[operation.m_index];
    entry.tally.record(duration, memory);
    if (duration > slowThreshold()) {
        keepSlow(entry, duration, subject);
    }
}

void OperationTimes::keepSlow(const Entry& entry, Nanoseconds duration, QStringView subject)
{
    SlowOperation slow{entry.name, subject.toString(), QDateTime::currentDateTimeUtc(), duration};
    qCWarning(slowLog).noquote().nospace()
        << slow.name << " took " << toMilliseconds(duration) << " ms"
        << (subject.isEmpty() ? QString() : QStringLiteral(": ")) << slow.subject;
    const std::lock_guard lock(m_slowMutex);
    if (m_slow.size() == kKeptSlow) {
        m_slow.pop_front();
    }
    m_slow.push_back(std::move(slow));
}

std::vector<NamedFigures> OperationTimes::figures() const
{
    std::vector<NamedFigures> rows;
    const auto take = [&rows](const Entry& entry) {
        const OperationFigures figures = entry.tally.figures();
        if (figures.count > 0) {
            rows.push_back(NamedFigures{entry.name, figures});
        }
    };
    const std::size_t used = m_used.load(std::memory_order_acquire);
    for (std::size_t index = 0; index < used; ++index) {
        take(*m_entries[index]);
    }
    take(*m_entries[kOtherIndex]);
    return rows;
}

std::vector<SlowOperation> OperationTimes::slowOperations() const
{
    const std::lock_guard lock(m_slowMutex);
    return {m_slow.rbegin(), m_slow.rend()};
}

void OperationTimes::setSlowThreshold(Nanoseconds threshold)
{
    m_slowNanoseconds.store(std::max(threshold, Nanoseconds(0)).count(), std::memory_order_relaxed);
}

void OperationTimes::reset()
{
    const std::size_t used = m_used.load(std::memory_order_acquire);
    for (std::size_t index = 0; index < used; ++index) {
        m_entries[index]->tally.reset();
    }
    m_entries[kOtherIndex]->tally.reset();
    const std::lock_guard lock(m_slowMutex);
    m_slow.clear();
}

} // namespace perihelion
