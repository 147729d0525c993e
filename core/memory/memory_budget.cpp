// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/memory/memory_budget.h"

#include "core/base/format.h"

#include <algorithm>

namespace perihelion {

namespace {

/// Refusals come in bursts: within this time the last sample stands.
constexpr std::chrono::milliseconds kFreshSample{50};

} // namespace

void Reservation::release() noexcept
{
    if (m_budget != nullptr) {
        std::exchange(m_budget, nullptr)->release(std::exchange(m_bytes, 0));
    }
}

MemoryBudget::MemoryBudget(MemoryPolicy policy, MemoryProbe probe)
    : m_probe(std::move(probe)),
      m_policy(policy)
{
    sample();
}

MemoryBudget::~MemoryBudget() = default;

void MemoryBudget::setPolicy(const MemoryPolicy& policy)
{
    {
        const std::lock_guard lock(m_mutex);
        m_policy = policy;
        compute();
    }
    recoverBudget();
}

MemoryPolicy MemoryBudget::policy() const
{
    const std::lock_guard lock(m_mutex);
    return m_policy;
}

bool MemoryBudget::take(std::uint64_t bytes)
{
    const std::uint64_t budget = budgetBytes();
    std::uint64_t used = m_used.load(std::memory_order_relaxed);
    do {
        if (bytes > budget || used > budget - bytes) {
            return false;
        }
    } while (!m_used.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
    return true;
}

std::optional<Reservation> MemoryBudget::reserve(std::uint64_t bytes)
{
    std::function<bool(std::uint64_t)> refuse;
    bool fresh = false;
    {
        const std::lock_guard lock(m_mutex);
        refuse = m_refuse;
        fresh = std::chrono::steady_clock::now() - m_sampledAt < kFreshSample;
    }
    const bool refused = refuse && refuse(bytes);
    if (!refused && take(bytes)) {
        return Reservation(*this, bytes);
    }
    if (!refused && !fresh) {
        sample();
        if (take(bytes)) {
            return Reservation(*this, bytes);
        }
    }
    m_refusals.fetch_add(1, std::memory_order_relaxed);
    return std::nullopt;
}

std::optional<Reservation> MemoryBudget::reserveAsking(std::uint64_t bytes)
{
    if (auto reservation = reserve(bytes)) {
        return reservation;
    }
    const std::lock_guard lock(m_holderMutex);
    for (const Holder& holder : m_holders) {
        const std::uint64_t budget = budgetBytes();
        const std::uint64_t used = usedBytes();
        if (bytes > budget) {
            return std::nullopt;
        }
        if (used + bytes > budget) {
            holder.giveBack(used + bytes - budget, MemoryNeed::Others);
        }
        if (take(bytes)) {
            return Reservation(*this, bytes);
        }
    }
    return std::nullopt;
}

void MemoryBudget::release(std::uint64_t bytes) noexcept
{
    m_used.fetch_sub(bytes, std::memory_order_relaxed);
}

void MemoryBudget::compute()
{
    // What is reserved already was available before: without it the budget would shrink as it is used.
    const std::uint64_t room = m_sampled.available + m_usedWhenSampled;
    std::uint64_t budget =
        static_cast<std::uint64_t>(static_cast<double>(room) * std::clamp(m_policy.fraction, 0.0, 1.0));
    if (m_policy.limitBytes > 0) {
        budget = std::min(budget, m_policy.limitBytes);
    }
    if (!m_sampledWell || room < m_policy.floorBytes) {
        budget = 0;
    }
    m_budgetBytes.store(budget, std::memory_order_relaxed);
}

void MemoryBudget::sample()
{
    const std::uint64_t usedBefore = usedBytes();
    const Result<AvailableMemory> memory = m_probe.sample();
    {
        const std::lock_guard lock(m_mutex);
        m_sampledWell = memory.hasValue();
        m_sampled = memory ? *memory : AvailableMemory();
        // Bytes reserved or freed while the files were read would count twice or not at all: take the lesser.
        m_usedWhenSampled = std::min(usedBefore, usedBytes());
        m_sampledAt = std::chrono::steady_clock::now();
        compute();
    }
    recoverBudget();
}

void MemoryBudget::recoverBudget()
{
    if (usedBytes() <= budgetBytes()) {
        return;
    }
    {
        const std::lock_guard lock(m_holderMutex);
        for (const Holder& holder : m_holders) {
            const std::uint64_t used = usedBytes();
            const std::uint64_t budget = budgetBytes();
            if (used <= budget) {
                break;
            }
            holder.giveBack(used - budget, MemoryNeed::Short);
        }
    }
}

MemoryGauge MemoryBudget::gauge() const
{
    MemoryGauge gauge;
    const std::lock_guard lock(m_mutex);
    gauge.usedBytes = usedBytes();
    gauge.budgetBytes = budgetBytes();
    gauge.availableBytes = m_sampled.available;
    gauge.totalBytes = m_sampled.total;
    gauge.refusals = m_refusals.load(std::memory_order_relaxed);
    gauge.limitedBy = m_sampled.limitedBy;
    if (!m_sampledWell) {
        gauge.reason = QStringLiteral("Cache mode is off because the system does not say how much memory is "
                                      "available");
    } else if (m_sampled.available + m_usedWhenSampled < m_policy.floorBytes) {
        gauge.reason = QStringLiteral("Cache mode is off because only %1 of memory are available (limited by "
                                      "%2) and it needs %3")
                           .arg(formatMemory(ByteCount{m_sampled.available}), m_sampled.limitedBy,
                                formatMemory(ByteCount{m_policy.floorBytes}));
    } else if (gauge.budgetBytes == 0) {
        gauge.reason = QStringLiteral("Cache mode is off because its share of the memory is set to nothing");
    }
    return gauge;
}

std::uint64_t MemoryBudget::addHolder(GiveBack giveBack)
{
    const std::lock_guard lock(m_holderMutex);
    m_holders.push_back(Holder{m_nextHolder, std::move(giveBack)});
    return m_nextHolder++;
}

void MemoryBudget::removeHolder(std::uint64_t number)
{
    const std::lock_guard lock(m_holderMutex);
    m_holders.remove_if([number](const Holder& holder) { return holder.number == number; });
}

void MemoryBudget::refuseWhen(std::function<bool(std::uint64_t bytes)> refuse)
{
    const std::lock_guard lock(m_mutex);
    m_refuse = std::move(refuse);
}

} // namespace perihelion
