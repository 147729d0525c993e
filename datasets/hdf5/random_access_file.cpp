// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/random_access_file.h"

#include <QFile>

#include <cerrno>
#include <limits>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace perihelion {

namespace {

FileIdentity identityFrom(const struct stat& status)
{
    FileIdentity identity;
    identity.sizeBytes = static_cast<std::uint64_t>(status.st_size);
    identity.modifiedNs =
        static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
    identity.device = static_cast<std::uint64_t>(status.st_dev);
    identity.inode = static_cast<std::uint64_t>(status.st_ino);
    return identity;
}

Error openError(int errnoValue, const QString& path)
{
    switch (errnoValue) {
    case ENOENT:
    case ENOTDIR:
        // Bytes that are not UTF-8 are lost when a name becomes text, so such a file is not found by it.
        if (path.contains(QChar::ReplacementCharacter)) {
            return {
                ErrorCode::NotFound,
                QStringLiteral("The file cannot be opened because it does not exist or has a name that is "
                               "not UTF-8; rename it if so"),
                path};
        }
        return {ErrorCode::NotFound, QStringLiteral("The file cannot be opened because it does not exist"),
                path};
    case EACCES:
    case EPERM:
        return {ErrorCode::PermissionDenied,
                QStringLiteral("The file cannot be opened because you have no permission to read it"), path};
    case ELOOP:
        return {ErrorCode::Io, QStringLiteral("The file cannot be opened because its links form a loop"),
                path};
    default:
        return errorFromErrno(errnoValue, QStringLiteral("Opening the file"), path);
    }
}

} // namespace

RandomAccessFile::RandomAccessFile(int descriptor, QString path, FileIdentity identity)
    : m_descriptor(descriptor),
      m_path(std::move(path)),
      m_identity(identity)
{
}

RandomAccessFile::~RandomAccessFile()
{
    ::close(m_descriptor);
}

Result<std::shared_ptr<const RandomAccessFile>> RandomAccessFile::open(const QString& path)
{
    // O_NONBLOCK: a named pipe must not hold us up before we can refuse it.
    const int descriptor = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return openError(errno, path);
    }
    struct stat status = {};
    if (::fstat(descriptor, &status) != 0) {
        const int errnoValue = errno;
        ::close(descriptor);
        return errorFromErrno(errnoValue, QStringLiteral("Looking at the file"), path);
    }
    if (!S_ISREG(status.st_mode)) {
        ::close(descriptor);
        return Error{ErrorCode::NotHdf5,
                     S_ISDIR(status.st_mode)
                         ? QStringLiteral("A folder was given where a recording was expected")
                         : QStringLiteral("This is not an ordinary file, so it cannot be a recording"),
                     path};
    }
    return std::shared_ptr<const RandomAccessFile>(
        new RandomAccessFile(descriptor, path, identityFrom(status)));
}

Result<FileIdentity> RandomAccessFile::currentIdentity() const
{
    struct stat status = {};
    if (::fstat(m_descriptor, &status) != 0) {
        return errorFromErrno(errno, QStringLiteral("Looking at the file"), m_path);
    }
    return identityFrom(status);
}

Result<FileIdentity> RandomAccessFile::identityOf(const QString& path)
{
    struct stat status = {};
    if (::stat(QFile::encodeName(path).constData(), &status) != 0) {
        return openError(errno, path);
    }
    return identityFrom(status);
}

std::size_t RandomAccessFile::readSome(std::uint64_t offset, std::span<std::byte> target) const
{
    std::size_t done = 0;
    while (done < target.size()) {
        const std::uint64_t position = offset + done;
        if (position < offset || position > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max())) {
            return done;
        }
        const ssize_t got =
            ::pread(m_descriptor, target.data() + done, target.size() - done, static_cast<off_t>(position));
        if (got > 0) {
            done += static_cast<std::size_t>(got);
        } else if (got == 0 || errno != EINTR) {
            return done;
        }
    }
    return done;
}

Result<void> RandomAccessFile::readExactly(std::uint64_t offset, std::span<std::byte> target) const
{
    errno = 0;
    if (readSome(offset, target) == target.size()) {
        return {};
    }
    if (errno != 0 && errno != EINTR) {
        return errorFromErrno(errno, QStringLiteral("Reading the file"), m_path);
    }
    return Error{ErrorCode::Truncated,
                 QStringLiteral("Reading %1 bytes at offset %2 failed because the file ends earlier")
                     .arg(target.size())
                     .arg(offset),
                 m_path};
}

void RandomAccessFile::willNeed(std::uint64_t offset, std::uint64_t length) const
{
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<off_t>::max());
    if (offset > kMax || length > kMax - offset) {
        return;
    }
    // Only advice: a file system that does not take it loses nothing.
    (void)::posix_fadvise(m_descriptor, static_cast<off_t>(offset), static_cast<off_t>(length),
                          POSIX_FADV_WILLNEED);
}

} // namespace perihelion
