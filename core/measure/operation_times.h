// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// OperationTimes: every operation of the program by name with its OperationTally, and the slow ones with time
// and subject. Owned by whoever owns the services; any thread may use it. Memory is bounded: at most
// kMaxOperations tallies and kKeptSlow slow operations. Recording what is not slow never allocates.

#include "core/measure/operation_tally.h"

#include <QDateTime>
#include <QString>
#include <QStringView>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace perihelion {

/// An operation that took longer than the threshold.
struct SlowOperation {
    QString name;
    QString subject; ///< What it was done to, a path for example; may be empty.
    QDateTime ended;
    Nanoseconds duration{0};

    bool operator==(const SlowOperation&) const = default;
};

/// One row of the registry.
struct NamedFigures {
    QString name;
    OperationFigures figures;

    bool operator==(const NamedFigures&) const = default;
};

class OperationTimes {
public:
    static constexpr std::size_t kMaxOperations = 64;
    static constexpr std::size_t kKeptSlow = 200;
    static constexpr Nanoseconds kDefaultSlow = std::chrono::seconds(1);
    /// Takes what is recorded under names for which there is no room.
    static constexpr QStringView kOther = u"other operations";

    /// Names an operation of the registry that gave it; one that nobody gave counts as kOther.
    class Operation {
    public:
        Operation() : m_index(kMaxOperations - 1) {}

    private:
        friend class OperationTimes;
        explicit Operation(std::size_t index) : m_index(index) {}
        std::size_t m_index;
    };

    OperationTimes();
    OperationTimes(const OperationTimes&) = delete;
    OperationTimes& operator=(const OperationTimes&) = delete;

    /// The operation of that name, made on first use. Allocates and locks: ask once and keep the answer.
    Operation operation(QStringView name);
    /// Adds one time. Longer than slowThreshold() it is listed as slow with the subject, and logged.
    void record(Operation operation, Nanoseconds duration, QStringView subject = {},
                std::optional<ByteCount> memory = std::nullopt);

    /// Of every operation with a count, in the order of their first use; kOther last.
    std::vector<NamedFigures> figures() const;
    /// The newest first.
    std::vector<SlowOperation> slowOperations() const;

    Nanoseconds slowThreshold() const
    {
        return Nanoseconds(m_slowNanoseconds.load(std::memory_order_relaxed));
    }
    /// For what is recorded from now on.
    void setSlowThreshold(Nanoseconds threshold);
    /// Forgets all times and slow operations; operations and threshold stay.
    void reset();

private:
    struct Entry {
        QString name;
        OperationTally tally;
    };

    void keepSlow(const Entry& entry, Nanoseconds duration, QStringView subject);

    /// Filled from the front and never changed again, so that those below m_used are read without a lock. The
    /// last one is kOther.
    std::array<std::unique_ptr<Entry>, kMaxOperations> m_entries;
    std::atomic<std::size_t> m_used{0};
    std::atomic<std::int64_t> m_slowNanoseconds{kDefaultSlow.count()};
    std::mutex m_namesMutex;
    mutable std::mutex m_slowMutex;
    std::deque<SlowOperation> m_slow; ///< The oldest first.
};

/// Records the time from its making to its end; nothing where there is no registry.
class TimedOperation {
public:
    using Clock = std::chrono::steady_clock;

    /// The subject must outlive this.
    TimedOperation(OperationTimes* times, OperationTimes::Operation operation, QStringView subject = {})
        : m_times(times),
          m_operation(operation),
          m_subject(subject),
          m_began(Clock::now())
    {
    }
    /// For what is not done many thousand times a second: looks the name up.
    TimedOperation(OperationTimes* times, QStringView name, QStringView subject = {})
        : TimedOperation(times, times == nullptr ? OperationTimes::Operation() : times->operation(name),
                         subject)
    {
    }
    ~TimedOperation()
    {
        if (m_times != nullptr) {
            m_times->record(m_operation, Clock::now() - m_began, m_subject);
        }
    }
    TimedOperation(const TimedOperation&) = delete;
    TimedOperation& operator=(const TimedOperation&) = delete;

private:
    OperationTimes* m_times;
    OperationTimes::Operation m_operation;
    QStringView m_subject;
    Clock::time_point m_began;
};

} // namespace perihelion
