// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Hdf5Sink: the file below a Hdf5Writer, as a file driver of the HDF5 library. The library does not survive a
// failed write well (it tries again on closing and at exit), so the sink keeps the first failure, lets every
// later write seem to succeed, and the writer asks for state() after each step. Written to a temporary
// file beside the target.

#include "core/base/result.h"

#include <QByteArray>
#include <QString>

#include <cstddef>
#include <cstdint>

namespace perihelion {

class Hdf5Sink {
public:
    /// target is the final path; nothing is created yet.
    explicit Hdf5Sink(const QString& target);
    /// Closes the temporary file and removes it unless it was renamed.
    ~Hdf5Sink();
    Hdf5Sink(const Hdf5Sink&) = delete;
    Hdf5Sink& operator=(const Hdf5Sink&) = delete;

    /// Creates the temporary file. NotFound or PermissionDenied for a folder that cannot be written to.
    Result<void> open();
    /// What H5Pset_driver takes along with driverId(); copied by the library.
    struct DriverParameter {
        Hdf5Sink* sink = nullptr;
    };
    /// Registered number of the driver (a hid_t), or a negative number. Call with the gate held.
    static std::int64_t driverId();

    /// The first write that failed as an Error, or success.
    Result<void> state() const;
    /// Makes the file durable and gives it its final name. Returns its size in bytes.
    Result<std::uint64_t> publish();

    // For the driver's callbacks.
    bool read(std::uint64_t offset, std::size_t size, void* to) const;
    void write(std::uint64_t offset, std::size_t size, const void* from);
    void truncate(std::uint64_t size);
    std::uint64_t size() const { return m_size; }

private:
    void fail(int errnoValue);

    QString m_target;
    QByteArray m_targetName;
    QByteArray m_temporaryName;
    int m_descriptor = -1;
    int m_firstErrno = 0;
    std::uint64_t m_size = 0;
};

} // namespace perihelion
