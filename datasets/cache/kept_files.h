// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// KeptFiles: recordings that stay open after they were closed on the screen, so that opening them again costs
// one look at the file. Holds a bounded number of them (each takes a file descriptor), the latest used, under
// the memory budget. Thread-safe.

#include "core/base/result.h"
#include "core/memory/memory_budget.h"
#include "datasets/index/event_file.h"

#include <QString>

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

namespace perihelion {

class KeptFiles {
public:
    static constexpr std::size_t kMost = 64;

    explicit KeptFiles(MemoryBudget& budget) : m_budget(budget) {}

    /// The recording as it was kept, when the file is still the same; else null.
    std::shared_ptr<EventFile> find(const QString& path, const OpenOptions& options);
    void keep(const std::shared_ptr<EventFile>& file, const OpenOptions& options);
    void clear();
    void clear(const QString& path);
    std::size_t size() const;

private:
    struct Kept {
        QString path;
        QString stream;
        std::shared_ptr<EventFile> file;
        Reservation reservation;
    };

    MemoryBudget& m_budget;
    mutable std::mutex m_mutex;
    std::list<Kept> m_files; ///< Latest used first; guarded by m_mutex.
};

} // namespace perihelion
