// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/unprivileged.h"

#include <QFile>

#include <cstdio>

#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace perihelion::test {

namespace {

constexpr uid_t kNobody = 65534;

bool giveUpRoot()
{
    return geteuid() != 0 || (setgroups(0, nullptr) == 0 && setgid(kNobody) == 0 && setuid(kNobody) == 0);
}

} // namespace

bool holdsUnprivileged(const std::function<bool()>& check)
{
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child == 0) {
        const bool held = giveUpRoot() && check();
        std::fflush(nullptr);
        _exit(held ? 0 : 1);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool openToEverybody(const QString& folder)
{
    return chmod(QFile::encodeName(folder).constData(), 0777) == 0;
}

} // namespace perihelion::test
