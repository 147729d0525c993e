// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/spawn_settings.h"

#include <csignal>

namespace perihelion {

SpawnSettings::SpawnSettings(std::initializer_list<Stream> streams, const QByteArray& folder)
{
    posix_spawn_file_actions_init(&m_actions);
    for (const Stream& stream : streams) {
        if (stream.ours >= 0) {
            posix_spawn_file_actions_adddup2(&m_actions, stream.ours, stream.theirs);
        }
    }
    if (!folder.isEmpty()) {
        posix_spawn_file_actions_addchdir_np(&m_actions, folder.constData());
    }
    posix_spawnattr_init(&m_attributes);
    posix_spawnattr_setpgroup(&m_attributes, 0);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&m_attributes, &none);
    sigset_t usual; // What this program ignores the child shall not.
    sigemptyset(&usual);
    for (const int signal : {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP}) {
        sigaddset(&usual, signal);
    }
    posix_spawnattr_setsigdefault(&m_attributes, &usual);
    posix_spawnattr_setflags(
        &m_attributes,
        static_cast<short>(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
}

SpawnSettings::~SpawnSettings()
{
    posix_spawn_file_actions_destroy(&m_actions);
    posix_spawnattr_destroy(&m_attributes);
}

} // namespace perihelion
