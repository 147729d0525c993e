// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/page_cache.h"

#include "core/base/file_descriptor.h"

#include <QFile>

#include <algorithm>
#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace perihelion {

namespace {

int openForReading(const QString& path)
{
    return ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC);
}

Result<double> shareOf(int descriptor, const QString& path)
{
    const QString doing = QStringLiteral("Looking how much of the file is in memory");
    struct stat status = {};
    if (::fstat(descriptor, &status) != 0) {
        return errorFromErrno(errno, doing, path);
    }
    if (status.st_size <= 0) {
        return 0.0;
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, 0);
    if (mapped == MAP_FAILED) {
        return errorFromErrno(errno, doing, path);
    }
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    std::vector<unsigned char> resident((size + page - 1) / page);
    const int asked = ::mincore(mapped, size, resident.data());
    const int reason = errno;
    ::munmap(mapped, size);
    if (asked != 0) {
        return errorFromErrno(reason, doing, path);
    }
    const auto count =
        std::count_if(resident.begin(), resident.end(), [](unsigned char state) { return (state & 1) != 0; });
    return static_cast<double>(count) / static_cast<double>(resident.size());
}

} // namespace

Result<double> residentShare(const QString& path)
{
    const FileDescriptor file(openForReading(path));
    if (!file.isOpen()) {
        return errorFromErrno(errno, QStringLiteral("Looking how much of the file is in memory"), path);
    }
    return shareOf(file.get(), path);
}

Result<double> evictFromPageCache(const QString& path)
{
    const QString doing = QStringLiteral("Putting the file out of memory");
    const FileDescriptor file(openForReading(path));
    if (!file.isOpen()) {
        return errorFromErrno(errno, doing, path);
    }
    // Dirty pages cannot be dropped. A file on a read-only disk has none, so a refusal is no error.
    static_cast<void>(::fsync(file.get()));
    if (const int reason = ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED); reason != 0) {
        return errorFromErrno(reason, doing, path);
    }
    return shareOf(file.get(), path);
}

} // namespace perihelion
