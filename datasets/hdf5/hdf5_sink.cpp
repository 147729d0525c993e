// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/hdf5_sink.h"

#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>

#include <hdf5.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace perihelion {

namespace {

/// What the library holds for an open file; its first member is the library's own part.
struct DriverFile {
    H5FD_t library = {};
    Hdf5Sink* sink = nullptr;
    haddr_t endOfAllocation = 0;
};

DriverFile* own(H5FD_t* file)
{
    return reinterpret_cast<DriverFile*>(file);
}

const DriverFile* own(const H5FD_t* file)
{
    return reinterpret_cast<const DriverFile*>(file);
}

H5FD_t* openFile(const char*, unsigned, hid_t accessProperties, haddr_t)
{
    const auto* parameter =
        static_cast<const Hdf5Sink::DriverParameter*>(H5Pget_driver_info(accessProperties));
    if (parameter == nullptr) {
        return nullptr;
    }
    auto file = std::make_unique<DriverFile>();
    file->sink = parameter->sink;
    return &file.release()->library;
}

herr_t closeFile(H5FD_t* file)
{
    const std::unique_ptr<DriverFile> owned(own(file));
    return 0;
}

herr_t queryFeatures(const H5FD_t*, unsigned long* flags)
{
    if (flags != nullptr) {
        *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
                 H5FD_FEAT_AGGREGATE_SMALLDATA;
    }
    return 0;
}

haddr_t endOfAllocation(const H5FD_t* file, H5FD_mem_t)
{
    return own(file)->endOfAllocation;
}

herr_t setEndOfAllocation(H5FD_t* file, H5FD_mem_t, haddr_t address)
{
    own(file)->endOfAllocation = address;
    return 0;
}

haddr_t endOfFile(const H5FD_t* file, H5FD_mem_t)
{
    return own(file)->sink->size();
}

herr_t readFile(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, void* buffer)
{
    return own(file)->sink->read(address, size, buffer) ? 0 : -1;
}

herr_t writeFile(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, const void* buffer)
{
    own(file)->sink->write(address, size, buffer);
    return 0;
}

herr_t truncateFile(H5FD_t* file, hid_t, hbool_t)
{
    own(file)->sink->truncate(own(file)->endOfAllocation);
    return 0;
}

hid_t registerDriver()
{
    constexpr std::array<H5FD_mem_t, H5FD_MEM_NTYPES> freeLists = H5FD_FLMAP_DICHOTOMY;
    H5FD_class_t driver = {};
#if H5_VERSION_GE(1, 13, 0)
    driver.version = H5FD_CLASS_VERSION;
    driver.value = static_cast<H5FD_class_value_t>(600);
#endif
    driver.name = "perihelion sink";
    driver.maxaddr = static_cast<haddr_t>(INT64_MAX);
    driver.fc_degree = H5F_CLOSE_STRONG;
    driver.fapl_size = sizeof(Hdf5Sink::DriverParameter);
    driver.open = openFile;
    driver.close = closeFile;
    driver.query = queryFeatures;
    driver.get_eoa = endOfAllocation;
    driver.set_eoa = setEndOfAllocation;
    driver.get_eof = endOfFile;
    driver.read = readFile;
    driver.write = writeFile;
    driver.truncate = truncateFile;
    std::copy(freeLists.begin(), freeLists.end(), driver.fl_map);
    return H5FDregister(&driver);
}

} // namespace

Hdf5Sink::Hdf5Sink(const QString& target) : m_target(target), m_targetName(QFile::encodeName(target)) {}

Hdf5Sink::~Hdf5Sink()
{
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
    if (!m_temporaryName.isEmpty()) {
        ::unlink(m_temporaryName.constData());
    }
}

Result<void> Hdf5Sink::open()
{
    const QFileInfo target(m_target);
    if (target.isDir()) {
        return Error{ErrorCode::InvalidArgument,
                     QStringLiteral("Creating the file failed: a folder has this name"), m_target};
    }
    constexpr int kAttempts = 100;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        const QString name = QString(target.path() % u"/." % target.fileName() % u'.' %
                                     QString::number(QRandomGenerator::system()->generate(), 36) % u".part");
        const QByteArray encoded = QFile::encodeName(name);
        m_descriptor = ::open(encoded.constData(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (m_descriptor >= 0) {
            m_temporaryName = encoded;
            return {};
        }
        if (errno != EEXIST) {
            break;
        }
    }
    return errorFromErrno(errno, QStringLiteral("Creating the file"), m_target);
}

std::int64_t Hdf5Sink::driverId()
{
    static const hid_t id = registerDriver();
    return id;
}

Result<void> Hdf5Sink::state() const
{
    if (m_firstErrno != 0) {
        Error error = errorFromErrno(m_firstErrno, QStringLiteral("Writing the file"), m_target);
        if (m_firstErrno == EFBIG) {
            error.code =
                ErrorCode::DiskFull; // The file system or a quota has no room for a file of this size.
        }
        return error;
    }
    return {};
}

void Hdf5Sink::fail(int errnoValue)
{
    if (m_firstErrno == 0) {
        m_firstErrno = errnoValue;
    }
}

bool Hdf5Sink::read(std::uint64_t offset, std::size_t size, void* to) const
{
    auto* target = static_cast<char*>(to);
    while (size > 0) {
        const ssize_t got = ::pread(m_descriptor, target, size, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return false;
        }
        if (got == 0) {
            std::memset(target, 0, size); // The library may read what it allocated and has not written yet.
            return true;
        }
        target += got;
        offset += static_cast<std::uint64_t>(got);
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

void Hdf5Sink::write(std::uint64_t offset, std::size_t size, const void* from)
{
    const auto* source = static_cast<const char*>(from);
    m_size = std::max(m_size, offset + size);
    while (size > 0 && m_firstErrno == 0) {
        const ssize_t put = ::pwrite(m_descriptor, source, size, static_cast<off_t>(offset));
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            fail(put < 0 ? errno : ENOSPC);
            return;
        }
        source += put;
        offset += static_cast<std::uint64_t>(put);
        size -= static_cast<std::size_t>(put);
    }
}

void Hdf5Sink::truncate(std::uint64_t size)
{
    if (m_firstErrno == 0 && m_size != size && ::ftruncate(m_descriptor, static_cast<off_t>(size)) != 0) {
        fail(errno);
    }
    m_size = size;
}

Result<std::uint64_t> Hdf5Sink::publish()
{
    if (m_firstErrno == 0 && ::fsync(m_descriptor) != 0) {
        fail(errno);
    }
    const int descriptor = m_descriptor;
    m_descriptor = -1;
    if (::close(descriptor) != 0) {
        fail(errno);
    }
    if (m_firstErrno == 0 && std::rename(m_temporaryName.constData(), m_targetName.constData()) != 0) {
        fail(errno);
    }
    if (const auto whole = state(); !whole) {
        return whole.error();
    }
    m_temporaryName.clear();
    // The name is durable once the folder is; a file system that cannot sync a folder has still got the file.
    const QByteArray folder = QFile::encodeName(QFileInfo(m_target).path());
    const int folderDescriptor = ::open(folder.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folderDescriptor >= 0) {
        ::fsync(folderDescriptor);
        ::close(folderDescriptor);
    }
    return m_size;
}

} // namespace perihelion
