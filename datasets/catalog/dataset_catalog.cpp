// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/catalog/dataset_catalog.h"

#include "core/base/file_descriptor.h"
#include "core/base/natural_order.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <deque>
#include <memory>
#include <set>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace perihelion {

namespace {

// HDF5 File Format Specification 3.0, II.A: at byte 0, 512, 1024, 2048 and so on, doubling.
constexpr std::array<unsigned char, 8> kSignature = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
constexpr off_t kLastUserBlock = 64 << 10;
constexpr std::size_t kBatchEntries = 64;
constexpr std::chrono::milliseconds kBatchInterval{50};

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

bool hasSignature(int fd, off_t sizeBytes)
{
    for (off_t at = 0; at <= kLastUserBlock; at = at == 0 ? 512 : 2 * at) {
        std::array<unsigned char, kSignature.size()> bytes = {};
        constexpr auto wanted = static_cast<ssize_t>(bytes.size());
        if (sizeBytes < at + wanted || ::pread(fd, bytes.data(), bytes.size(), at) != wanted) {
            return false;
        }
        if (bytes == kSignature) {
            return true;
        }
    }
    return false;
}

bool isNamedLikeHdf5(const QString& name)
{
    return name.endsWith(QLatin1String(".h5"), Qt::CaseInsensitive) ||
           name.endsWith(QLatin1String(".hdf5"), Qt::CaseInsensitive);
}

CatalogEntry makeEntry(const QString& path, const struct stat& status)
{
    const QFileInfo file(path);
    CatalogEntry entry;
    entry.path = path;
    entry.name = file.completeBaseName();
    entry.category = file.dir().dirName();
    entry.size = ByteCount{static_cast<std::uint64_t>(status.st_size)};
    entry.modified = QDateTime::fromMSecsSinceEpoch(
        static_cast<qint64>(status.st_mtim.tv_sec) * 1000 + status.st_mtim.tv_nsec / 1'000'000, Qt::UTC);
    return entry;
}

bool comesBefore(const CatalogEntry& a, const CatalogEntry& b)
{
    if (const int byCategory = compareNaturally(a.category, b.category); byCategory != 0) {
        return byCategory < 0;
    }
    if (const int byName = compareNaturally(a.name, b.name); byName != 0) {
        return byName < 0;
    }
    return a.path < b.path;
}

/// One scan, from its paths to its answer.
class FolderScan {
public:
    FolderScan(const CancelToken& cancel, const ProgressReporter& report,
               const std::function<void(const std::vector<CatalogEntry>&)>& found)
        : m_cancel(cancel),
          m_report(report),
          m_found(found)
    {
    }

    /// False when cancelled.
    bool run(const QStringList& paths)
    {
        for (const QString& path : paths) {
            addGiven(QDir::cleanPath(QFileInfo(path).absoluteFilePath()));
        }
        while (!m_folders.empty() || !m_linkedFolders.empty()) {
            // Links last, so that a folder is listed under its own path where it has one.
            std::deque<PendingFolder>& next = m_folders.empty() ? m_linkedFolders : m_folders;
            const PendingFolder folder = std::move(next.front());
            next.pop_front();
            if (!visit(folder)) {
                return false;
            }
        }
        flush();
        return !m_cancel.isCancelled();
    }

    CatalogScan takeAnswer()
    {
        std::sort(m_answer.entries.begin(), m_answer.entries.end(), comesBefore);
        return std::move(m_answer);
    }

private:
    struct PendingFolder {
        QString path;
        bool isGiven = false; ///< Asked for by its path, not met on the way.
    };

    void addGiven(const QString& path)
    {
        struct stat status = {};
        if (::stat(QFile::encodeName(path).constData(), &status) != 0) {
            addProblem(errno, QStringLiteral("Looking for recordings"), path);
        } else if (S_ISDIR(status.st_mode)) {
            m_folders.push_back({path, true});
        } else if (S_ISREG(status.st_mode)) {
            add(path, status);
        } else {
            m_answer.problems.push_back(Error{
                ErrorCode::InvalidArgument,
                QStringLiteral("Looking for recordings failed: this is neither a file nor a folder"), path});
        }
    }

    bool visit(const PendingFolder& pending)
    {
        FileDescriptor fd(
            ::open(QFile::encodeName(pending.path).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        struct stat status = {};
        if (!fd.isOpen() || ::fstat(fd.get(), &status) != 0) {
            // A folder that was met and is gone again was deleted meanwhile, which is nobody's problem.
            if (pending.isGiven || errno != ENOENT) {
                addProblem(errno, QStringLiteral("Reading the folder"), pending.path);
            }
            return true;
        }
        if (!m_visited.emplace(status.st_dev, status.st_ino).second) {
            return true;
        }
        if (m_report) {
            m_report(Progress{QStringLiteral("Looking in %1").arg(pending.path), m_filesSeen, 0});
        }
        const std::unique_ptr<DIR, CloseFolder> folder(::fdopendir(fd.get()));
        if (!folder) {
            addProblem(errno, QStringLiteral("Reading the folder"), pending.path);
            return true;
        }
        fd.release(); // closedir closes it
        const QString prefix = pending.path.endsWith(u'/') ? pending.path : QString(pending.path % u'/');
        for (;;) {
            errno = 0;
            const dirent* item = ::readdir(folder.get());
            if (item == nullptr) {
                if (errno != 0) {
                    addProblem(errno, QStringLiteral("Reading the folder"), pending.path);
                }
                return true;
            }
            if (m_cancel.isCancelled()) {
                return false;
            }
            if (item->d_name[0] != '.') {
                look(::dirfd(folder.get()), *item, prefix);
                flushWhenDue();
            }
        }
    }

    void look(int folder, const dirent& item, const QString& prefix)
    {
        const QString name = QFile::decodeName(item.d_name);
        const QString path = QString(prefix % name);
        mode_t type = item.d_type == DT_REG ? S_IFREG : item.d_type == DT_DIR ? S_IFDIR : 0;
        if (type == 0 && (item.d_type == DT_LNK || item.d_type == DT_UNKNOWN)) {
            struct stat status = {};
            if (::fstatat(folder, item.d_name, &status, 0) != 0) {
                addFileProblem(errno, name, path); // Gone meanwhile, or a link that leads nowhere.
                return;
            }
            type = status.st_mode & S_IFMT;
        }
        // Whatever is neither (pipes, devices) is not even opened: that might wait, or do something.
        if (type == S_IFDIR) {
            (item.d_type == DT_LNK ? m_linkedFolders : m_folders).push_back({path, false});
        } else if (type == S_IFREG) {
            ++m_filesSeen;
            lookIntoFile(folder, item, name, path);
        }
    }

    void lookIntoFile(int folder, const dirent& item, const QString& name, const QString& path)
    {
        const FileDescriptor fd(::openat(folder, item.d_name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
        struct stat status = {};
        if (!fd.isOpen() || ::fstat(fd.get(), &status) != 0) {
            addFileProblem(errno, name, path);
            return;
        }
        if (!hasSignature(fd.get(), status.st_size)) {
            if (isNamedLikeHdf5(name)) {
                m_answer.problems.push_back(Error{
                    ErrorCode::NotHdf5, QStringLiteral("Not an HDF5 file, in spite of its name"), path});
            }
            return;
        }
        if (QFile::encodeName(name) != item.d_name) {
            m_answer.problems.push_back(Error{
                ErrorCode::InvalidArgument,
                QStringLiteral("The file cannot be opened by a name that is not UTF-8; rename it"), path});
            return;
        }
        add(path, status);
    }

    void add(const QString& path, const struct stat& status)
    {
        if (!m_listed.insert(path).second) {
            return;
        }
        m_answer.entries.push_back(makeEntry(path, status));
        if (m_found) {
            m_batch.push_back(m_answer.entries.back());
        }
    }

    void flushWhenDue()
    {
        if (m_batch.size() >= kBatchEntries ||
            (!m_batch.empty() && Clock::now() - m_lastBatch >= kBatchInterval)) {
            flush();
        }
    }

    void flush()
    {
        if (!m_batch.empty()) {
            m_found(m_batch);
            m_batch.clear();
            m_lastBatch = Clock::now();
        }
    }

    /// What such a file holds is unknown; only its name can tell whether anybody expects it in the list.
    void addFileProblem(int errnoValue, const QString& name, const QString& path)
    {
        if (errnoValue != ENOENT && isNamedLikeHdf5(name)) {
            addProblem(errnoValue, QStringLiteral("Reading the file"), path);
        }
    }

    void addProblem(int errnoValue, const QString& doing, const QString& path)
    {
        m_answer.problems.push_back(errorFromErrno(errnoValue, doing, path));
    }

    using Clock = std::chrono::steady_clock;

    const CancelToken& m_cancel;
    const ProgressReporter& m_report;
    const std::function<void(const std::vector<CatalogEntry>&)>& m_found;
    std::deque<PendingFolder> m_folders;
    std::deque<PendingFolder> m_linkedFolders;
    std::set<std::pair<dev_t, ino_t>> m_visited;
    std::set<QString> m_listed;
    std::vector<CatalogEntry> m_batch;
    Clock::time_point m_lastBatch = Clock::now();
    std::int64_t m_filesSeen = 0;
    CatalogScan m_answer;
};

} // namespace

Result<CatalogScan> scanForRecordings(const QStringList& paths, const CancelToken& cancel,
                                      const ProgressReporter& report,
                                      const std::function<void(const std::vector<CatalogEntry>&)>& found)
{
    FolderScan scan(cancel, report, found);
    if (!scan.run(paths)) {
        return Error{ErrorCode::Cancelled, QStringLiteral("Looking for recordings was cancelled"), QString()};
    }
    return scan.takeAnswer();
}

} // namespace perihelion
