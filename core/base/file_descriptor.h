// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// FileDescriptor: an open file of the system, closed when it goes out of scope. Owned by one scope.

#include <utility>

#include <unistd.h>

namespace perihelion {

class FileDescriptor {
public:
    /// What open() answered; after a failure errno says why.
    explicit FileDescriptor(int descriptor) : m_descriptor(descriptor) {}
    ~FileDescriptor()
    {
        if (m_descriptor >= 0) {
            ::close(m_descriptor);
        }
    }
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;

    int get() const { return m_descriptor; }
    int release() { return std::exchange(m_descriptor, -1); }
    bool isOpen() const { return m_descriptor >= 0; }

private:
    int m_descriptor;
};

} // namespace perihelion
