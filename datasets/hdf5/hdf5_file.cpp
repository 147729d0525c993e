// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/hdf5/hdf5_file.h"

#include "datasets/hdf5/hdf5_file_state.h"
#include "datasets/hdf5/hdf5_gate.h"
#include "datasets/hdf5/hdf5_source.h"
#include "datasets/hdf5/metadata_reader.h"

#include <QFile>

#include <deque>
#include <set>
#include <utility>

#include <H5Cpp.h>

namespace perihelion {

namespace {

ObjectKind kindFrom(H5O_type_t type)
{
    switch (type) {
    case H5O_TYPE_GROUP:
        return ObjectKind::Group;
    case H5O_TYPE_DATASET:
        return ObjectKind::Dataset;
    default:
        return ObjectKind::Other;
    }
}

struct NameList {
    std::vector<std::string> names;
    std::size_t limit = 0;
};

// The C++ API only has the older iteration, which does not follow the order of an index.
herr_t takeName(hid_t /*group*/, const char* name, const H5L_info_t* /*link*/, void* target)
{
    auto* list = static_cast<NameList*>(target);
    if (list->names.size() >= list->limit) {
        return 1;
    }
    list->names.emplace_back(name);
    return 0;
}

std::string joinPath(const std::string& group, const std::string& name)
{
    return group.empty() || group.back() != '/' ? group + '/' + name : group + name;
}

/// File access without locks (recordings lie on read-only and network mounts, and we never write to them)
/// and through our own driver.
H5::FileAccPropList readingAccess()
{
    H5::FileAccPropList access;
    access.setDriver(Hdf5Source::driverId(), nullptr);
    H5Pset_file_locking(access.getId(), false, true);
    return access;
}

} // namespace

Error libraryError(const QString& doing, const H5::Exception& exception, const QString& path)
{
    QString reason = hdf5Reason();
    if (reason.isEmpty()) {
        reason = QString::fromStdString(exception.getDetailMsg());
    }
    return {ErrorCode::Corrupt, QString(doing % u" failed because the file is damaged: " % reason), path};
}

Hdf5File::State::State() = default;
Hdf5File::State::~State() = default;

Hdf5File::Hdf5File(std::unique_ptr<State> state, std::shared_ptr<const RandomAccessFile> bytes)
    : m_state(std::move(state)),
      m_bytes(std::move(bytes))
{
}

Hdf5File::~Hdf5File()
{
    const auto gate = lockHdf5();
    m_state.reset();
}

Result<std::shared_ptr<Hdf5File>> Hdf5File::open(const QString& path)
{
    Result<std::shared_ptr<const RandomAccessFile>> bytes = RandomAccessFile::open(path);
    if (!bytes) {
        return bytes.error();
    }
    const Result<Superblock> superblock = findSuperblock(**bytes);
    if (!superblock) {
        return superblock.error();
    }
    const std::uint64_t size = (*bytes)->identity().sizeBytes;
    if (superblock->endOfFile > size) {
        return Error{ErrorCode::Truncated,
                     QStringLiteral("Opening the file failed because it is truncated: it has %1 of %2 bytes")
                         .arg(size)
                         .arg(superblock->endOfFile),
                     path};
    }
    // Of own drivers the library does not ask this.
    if (superblock->openForWriting) {
        return Error{ErrorCode::Io,
                     QStringLiteral("Opening the file failed because the program that writes it has not "
                                    "closed it; close that program, or if it has crashed, run h5clear -s "
                                    "on a copy of the file"),
                     path};
    }
    const auto gate = lockHdf5();
    auto state = std::make_unique<State>();
    state->superblockBase = superblock->base;
    // Outlives the exception: closing it would clear the library's reason.
    const H5::FileAccPropList access = readingAccess();
    try {
        const QByteArray encoded = QFile::encodeName(path);
        state->file = std::make_unique<H5::H5File>(encoded.constData(), H5F_ACC_RDONLY,
                                                   H5::FileCreatPropList::DEFAULT, access);
        H5O_info_t root = {};
        state->file->getObjinfo("/", root);
        state->fileNumber = root.fileno;
    } catch (const H5::Exception& exception) {
        return libraryError(QStringLiteral("Opening the file"), exception, path);
    }
    return std::shared_ptr<Hdf5File>(new Hdf5File(std::move(state), std::move(bytes).value()));
}

std::uint64_t Hdf5File::superblockBase() const
{
    return m_state->superblockBase;
}

std::optional<ObjectKind> Hdf5File::kindOf(const std::string& path) const
{
    const auto gate = lockHdf5();
    try {
        if (path.empty() || path == "/") {
            return ObjectKind::Group;
        }
        // A link in the middle that does not exist is an exception, a missing last one is not.
        if (!m_state->file->nameExists(path)) {
            return std::nullopt;
        }
        return kindFrom(m_state->file->childObjType(path));
    } catch (const H5::Exception&) {
        return std::nullopt;
    }
}

Result<std::vector<ObjectEntry>> Hdf5File::children(const std::string& groupPath, std::size_t limit) const
{
    const auto gate = lockHdf5();
    NameList list;
    list.limit = limit;
    try {
        const H5::Group group = m_state->file->openGroup(groupPath);
        if (H5Literate(group.getId(), H5_INDEX_NAME, H5_ITER_INC, nullptr, &takeName, &list) < 0) {
            return Error{ErrorCode::Corrupt,
                         QStringLiteral("Listing group %1 failed because the file is damaged: %2")
                             .arg(QString::fromStdString(groupPath), hdf5Reason()),
                         m_bytes->path()};
        }
    } catch (const H5::Exception& exception) {
        return libraryError(QStringLiteral("Listing group %1").arg(QString::fromStdString(groupPath)),
                            exception, m_bytes->path());
    }
    std::vector<ObjectEntry> entries;
    entries.reserve(list.names.size());
    for (const std::string& name : list.names) {
        ObjectEntry entry;
        entry.path = joinPath(groupPath, name);
        entry.kind = kindOf(entry.path).value_or(ObjectKind::Other);
        entries.push_back(std::move(entry));
    }
    return entries;
}

Result<std::vector<ObjectEntry>> Hdf5File::walk(int maxDepth, std::size_t limit) const
{
    struct Visit {
        std::string path;
        int depth = 0;
    };
    const auto gate = lockHdf5();
    std::vector<ObjectEntry> found;
    std::set<std::pair<unsigned long, haddr_t>> seen;
    std::deque<Visit> pending{{"/", 0}};
    while (!pending.empty() && found.size() < limit) {
        const Visit visit = pending.front();
        pending.pop_front();
        const Result<std::vector<ObjectEntry>> members = children(visit.path, limit);
        if (!members) {
            if (visit.depth == 0) {
                return members.error();
            }
            continue; // a damaged branch does not hide the others
        }
        for (const ObjectEntry& member : *members) {
            if (found.size() >= limit) {
                break;
            }
            try {
                H5O_info_t details = {};
                m_state->file->getObjinfo(member.path, details);
                if (!seen.emplace(details.fileno, details.addr).second) {
                    continue;
                }
            } catch (const H5::Exception&) {
                continue; // a link to nothing
            }
            found.push_back(member);
            if (member.kind == ObjectKind::Group && visit.depth + 1 < maxDepth) {
                pending.push_back({member.path, visit.depth + 1});
            }
        }
    }
    return found;
}

} // namespace perihelion
