// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/cache/kept_files.h"

#include "datasets/cache/cached_recording.h"
#include "datasets/index/chunk_index.h"

#include <algorithm>

namespace perihelion {

namespace {

/// Memory of an open recording, generously: chunk tables, times, rate curve, buffers of the HDF5 library.
std::uint64_t footprintOf(const EventFile& file)
{
    constexpr std::uint64_t kOpenFile = 256 * 1024;
    constexpr std::uint64_t kPerChunk = 64;
    return kOpenFile + kPerChunk * file.metadata().storage.chunkCount +
           sizeof(TimeBounds) * file.index().reader().timeBlockCount();
}

} // namespace

std::shared_ptr<EventFile> KeptFiles::find(const QString& path, const OpenOptions& options)
{
    std::shared_ptr<EventFile> file;
    {
        const std::lock_guard lock(m_mutex);
        const auto found = std::find_if(m_files.begin(), m_files.end(), [&](const Kept& kept) {
            return kept.path == path && kept.stream == options.stream;
        });
        if (found == m_files.end()) {
            return nullptr;
        }
        m_files.splice(m_files.begin(), m_files, found);
        file = found->file;
    }
    if (!options.useKeptIndex || !file->checkUnchanged()) {
        clear(path);
        return nullptr;
    }
    return file;
}

void KeptFiles::keep(const std::shared_ptr<EventFile>& file, const OpenOptions& options)
{
    const ColumnReader& reader = file->index().reader();
    const bool holdsChunks =
        std::any_of(reader.readers().begin(), reader.readers().end(),
                    [](const DatasetReader& column) { return column.blockRows > kLongChunkRows; });
    // A reader of very long chunks may hold half a gigabyte.
    if (cacheBlockRows(reader) == 0 || holdsChunks) {
        return;
    }
    reader.releaseLibrary();
    auto reservation = m_budget.reserve(footprintOf(*file));
    if (!reservation) {
        return;
    }
    std::list<Kept> replaced; // Closed after the lock is gone.
    const std::lock_guard lock(m_mutex);
    for (auto at = m_files.begin(); at != m_files.end();) {
        const auto next = std::next(at);
        if (at->path == file->path() && at->stream == options.stream) {
            replaced.splice(replaced.end(), m_files, at);
        }
        at = next;
    }
    m_files.push_front(Kept{file->path(), options.stream, file, std::move(*reservation)});
    if (m_files.size() > kMost) {
        replaced.splice(replaced.end(), m_files, std::prev(m_files.end()));
    }
}

void KeptFiles::clear()
{
    std::list<Kept> closed;
    const std::lock_guard lock(m_mutex);
    closed.swap(m_files);
}

void KeptFiles::clear(const QString& path)
{
    std::list<Kept> closed;
    const std::lock_guard lock(m_mutex);
    for (auto at = m_files.begin(); at != m_files.end();) {
        const auto next = std::next(at);
        if (at->path == path) {
            closed.splice(closed.end(), m_files, at);
        }
        at = next;
    }
}

std::size_t KeptFiles::size() const
{
    const std::lock_guard lock(m_mutex);
    return m_files.size();
}

} // namespace perihelion
