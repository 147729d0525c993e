// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// SpawnSettings: how a program is started through posix_spawn: in a process group of its own, with its
// streams, and with the usual answers to signals, whatever this program does with them.

#include <QByteArray>

#include <initializer_list>

#include <spawn.h>

namespace perihelion {

class SpawnSettings {
public:
    struct Stream {
        int ours = -1;  ///< A descriptor of this program.
        int theirs = 0; ///< Its number in the child.
    };

    /// folder: where the program starts; empty: where this one is.
    explicit SpawnSettings(std::initializer_list<Stream> streams, const QByteArray& folder = {});
    ~SpawnSettings();
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;

    const posix_spawn_file_actions_t* actions() const { return &m_actions; }
    const posix_spawnattr_t* attributes() const { return &m_attributes; }

private:
    posix_spawn_file_actions_t m_actions{};
    posix_spawnattr_t m_attributes{};
};

} // namespace perihelion
