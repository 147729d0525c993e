// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// KeptPictures: pictures of the menu by name, each under a Reservation of the memory budget; the least
// recently used go first, also from the thread that finds memory short. A screenful is never given back and
// is kept even where nothing may be reserved, because it is on screen. Thread-safe.

#include "core/memory/memory_budget.h"

#include <QHash>
#include <QImage>
#include <QString>

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>

namespace perihelion {

class KeptPictures {
public:
    /// So many pictures, those used last, are taken to be on screen.
    static constexpr std::size_t kScreenful = 64;

    /// Never more than mostBytes, however much the budget holds.
    KeptPictures(MemoryBudget& budget, std::uint64_t mostBytes);
    ~KeptPictures();
    KeptPictures(const KeptPictures&) = delete;
    KeptPictures& operator=(const KeptPictures&) = delete;

    /// The picture, null when it is not kept; counts as a use.
    QImage find(const QString& name);
    bool contains(const QString& name) const;
    void keep(const QString& name, const QImage& picture);
    void remove(const QString& name);
    void clear();
    std::uint64_t reservedBytes() const;

private:
    struct Kept {
        QString name;
        QImage picture;
        std::optional<Reservation> reservation;
    };
    using KeptList = std::list<Kept>;

    void giveBack(std::uint64_t bytes);
    /// Moves the least recently used beyond a screenful to gone until bytes are free; m_mutex held.
    void letGo(std::uint64_t bytes, KeptList& gone);
    void take(KeptList::iterator kept, KeptList& gone);

    MemoryBudget& m_budget;
    const std::uint64_t m_mostBytes;
    std::uint64_t m_holder = 0;

    mutable std::mutex m_mutex; ///< Guards what follows.
    KeptList m_pictures;        ///< Latest used first.
    QHash<QString, KeptList::iterator> m_places;
    std::uint64_t m_reservedBytes = 0;
};

} // namespace perihelion
