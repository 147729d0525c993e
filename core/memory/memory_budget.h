// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// MemoryBudget: the one byte limit over all caches, a fraction of the memory that is really available.
// Whoever keeps something reserves its bytes first and holds the Reservation as long as the thing lives.
// When available memory falls, whoever registered is asked to give back. Thread-safe; owned by AppContext,
// outlives all reservations. MemoryWatch samples it every second.
//
// For the gauge: gauge() is cheap (no file is read) and may be called from the GUI thread at any rate.

#include "core/memory/memory_probe.h"

#include <QString>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <utility>

namespace perihelion {

class MemoryBudget;

inline constexpr std::uint64_t kMebibyte = 1ULL << 20;
inline constexpr std::uint64_t kGibibyte = 1ULL << 30;

/// A share of the budget, given back when it dies. Move-only.
class Reservation {
public:
    Reservation() = default;
    Reservation(Reservation&& other) noexcept
        : m_budget(std::exchange(other.m_budget, nullptr)),
          m_bytes(std::exchange(other.m_bytes, 0))
    {
    }
    Reservation& operator=(Reservation&& other) noexcept
    {
        if (this != &other) {
            release();
            m_budget = std::exchange(other.m_budget, nullptr);
            m_bytes = std::exchange(other.m_bytes, 0);
        }
        return *this;
    }
    Reservation(const Reservation&) = delete;
    Reservation& operator=(const Reservation&) = delete;
    ~Reservation() { release(); }

    std::uint64_t bytes() const { return m_bytes; }
    void release() noexcept;

private:
    friend class MemoryBudget;
    Reservation(MemoryBudget& budget, std::uint64_t bytes) : m_budget(&budget), m_bytes(bytes) {}

    MemoryBudget* m_budget = nullptr;
    std::uint64_t m_bytes = 0;
};

/// What the user decides about memory.
struct MemoryPolicy {
    double fraction = 0.5;                ///< Of available memory and what is reserved already, 0…1.
    std::uint64_t limitBytes = 0;         ///< The user's own limit; 0: none.
    std::uint64_t floorBytes = kGibibyte; ///< With less available (reserved bytes included) nothing is kept.

    bool operator==(const MemoryPolicy&) const = default;
};

/// Why something is to be let go.
enum class MemoryNeed {
    Others, ///< Something else that is kept wants the room: what a person pinned stays.
    Short,  ///< The machine is short of memory: nothing stays for its own sake.
};

/// The budget at one moment, for gauges.
struct MemoryGauge {
    std::uint64_t usedBytes = 0;      ///< Reserved.
    std::uint64_t budgetBytes = 0;    ///< 0 while below the floor.
    std::uint64_t availableBytes = 0; ///< To this process, by the last sample.
    std::uint64_t totalBytes = 0;     ///< Of the machine or the smallest control group.
    std::uint64_t refusals = 0;       ///< Reservations refused so far.
    QString limitedBy;                ///< As AvailableMemory::limitedBy.
    QString reason; ///< Why nothing may be kept: one sentence for people; empty when all is well.
};

class MemoryBudget {
public:
    /// Samples at once.
    explicit MemoryBudget(MemoryPolicy policy = {}, MemoryProbe probe = MemoryProbe());
    ~MemoryBudget();
    MemoryBudget(const MemoryBudget&) = delete;
    MemoryBudget& operator=(const MemoryBudget&) = delete;

    void setPolicy(const MemoryPolicy& policy);
    MemoryPolicy policy() const;

    /// A reservation, or nothing when the budget does not hold it. A refusal samples again first.
    std::optional<Reservation> reserve(std::uint64_t bytes);
    /// As reserve(), but what does not fit is asked of those registered first: for the small things that are
    /// on screen. Not to be called with a lock that a giveBack() takes.
    std::optional<Reservation> reserveAsking(std::uint64_t bytes);
    /// Asks the system how much is available; over budget, those registered give back. Reads files.
    void sample();

    MemoryGauge gauge() const;
    std::uint64_t usedBytes() const { return m_used.load(std::memory_order_relaxed); }
    std::uint64_t budgetBytes() const { return m_budgetBytes.load(std::memory_order_relaxed); }
    /// False while less than the floor is available.
    bool allowsKeeping() const { return budgetBytes() > 0; }

    /// giveBack(bytes, need): let go of at least that many, the least useful first; called from the thread
    /// that samples or asks, without any lock of the budget but that of the holders. The returned number
    /// unregisters.
    using GiveBack = std::function<void(std::uint64_t bytes, MemoryNeed need)>;
    std::uint64_t addHolder(GiveBack giveBack);
    /// Waits for a call that is running.
    void removeHolder(std::uint64_t number);

    /// Every reservation is refused for which refuse(bytes) is true; null ends it. For tests of bad days.
    void refuseWhen(std::function<bool(std::uint64_t bytes)> refuse);

private:
    friend class Reservation;
    void release(std::uint64_t bytes) noexcept;
    bool take(std::uint64_t bytes);
    /// Works out the budget from the last sample; m_mutex held.
    void compute();
    void recoverBudget();

    struct Holder {
        std::uint64_t number = 0;
        GiveBack giveBack;
    };

    const MemoryProbe m_probe;
    mutable std::mutex m_mutex; ///< Guards what follows up to the atomics.
    MemoryPolicy m_policy;
    AvailableMemory m_sampled;
    std::uint64_t m_usedWhenSampled = 0;
    bool m_sampledWell = false;
    std::chrono::steady_clock::time_point m_sampledAt;
    std::function<bool(std::uint64_t)> m_refuse;

    std::mutex m_holderMutex; ///< Held while holders give back.
    std::list<Holder> m_holders;
    std::uint64_t m_nextHolder = 1;

    std::atomic<std::uint64_t> m_used{0};
    std::atomic<std::uint64_t> m_budgetBytes{0};
    std::atomic<std::uint64_t> m_refusals{0};
};

} // namespace perihelion
