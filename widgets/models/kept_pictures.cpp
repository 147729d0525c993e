// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/kept_pictures.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace perihelion {

namespace {

/// Beside the pixels: the entry, its name, QImage's own record.
constexpr std::uint64_t kEntryBytes = 512;

} // namespace

KeptPictures::KeptPictures(MemoryBudget& budget, std::uint64_t mostBytes)
    : m_budget(budget),
      m_mostBytes(mostBytes)
{
    m_holder = m_budget.addHolder([this](std::uint64_t bytes, MemoryNeed) { giveBack(bytes); });
}

KeptPictures::~KeptPictures()
{
    m_budget.removeHolder(m_holder);
}

QImage KeptPictures::find(const QString& name)
{
    const std::lock_guard lock(m_mutex);
    const auto place = m_places.constFind(name);
    if (place == m_places.constEnd()) {
        return {};
    }
    m_pictures.splice(m_pictures.begin(), m_pictures, *place);
    return m_pictures.front().picture;
}

bool KeptPictures::contains(const QString& name) const
{
    const std::lock_guard lock(m_mutex);
    return m_places.contains(name);
}

void KeptPictures::keep(const QString& name, const QImage& picture)
{
    const std::uint64_t bytes = static_cast<std::uint64_t>(picture.sizeInBytes()) + kEntryBytes;
    remove(name);
    KeptList gone; // Freed after the lock is gone.
    {
        const std::lock_guard lock(m_mutex);
        if (m_reservedBytes + bytes > m_mostBytes) {
            letGo(m_reservedBytes + bytes - std::min(m_mostBytes, m_reservedBytes + bytes), gone);
        }
    }
    gone.clear();
    // Without the lock: whoever is asked for room may be asked back.
    auto reservation = m_budget.reserveAsking(bytes);
    const std::lock_guard lock(m_mutex);
    if (m_places.contains(name)) {
        return; // Somebody else was faster.
    }
    if (!reservation && m_pictures.size() >= kScreenful) {
        take(std::prev(m_pictures.end()), gone);
    }
    m_reservedBytes += reservation ? reservation->bytes() : 0;
    m_pictures.push_front(Kept{name, picture, std::move(reservation)});
    m_places.insert(name, m_pictures.begin());
}

void KeptPictures::remove(const QString& name)
{
    KeptList gone;
    const std::lock_guard lock(m_mutex);
    const auto place = m_places.constFind(name);
    if (place != m_places.constEnd()) {
        take(*place, gone);
    }
}

void KeptPictures::clear()
{
    KeptList gone;
    const std::lock_guard lock(m_mutex);
    gone.swap(m_pictures);
    m_places.clear();
    m_reservedBytes = 0;
}

std::uint64_t KeptPictures::reservedBytes() const
{
    const std::lock_guard lock(m_mutex);
    return m_reservedBytes;
}

void KeptPictures::giveBack(std::uint64_t bytes)
{
    KeptList gone;
    const std::lock_guard lock(m_mutex);
    letGo(bytes, gone);
}

void KeptPictures::letGo(std::uint64_t bytes, KeptList& gone)
{
    std::uint64_t freed = 0;
    while (freed < bytes && m_pictures.size() > kScreenful) {
        const Kept& last = m_pictures.back();
        freed += last.reservation ? last.reservation->bytes() : 0;
        take(std::prev(m_pictures.end()), gone);
    }
}

void KeptPictures::take(KeptList::iterator kept, KeptList& gone)
{
    m_reservedBytes -= kept->reservation ? kept->reservation->bytes() : 0;
    m_places.remove(kept->name);
    gone.splice(gone.end(), m_pictures, kept);
}

} // namespace perihelion
