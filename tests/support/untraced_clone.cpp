// SPDX-License-Identifier: GPL-3.0-or-later
// clone() past GCC 12's thread sanitizer, linked into the programs of the tsan preset. The child that
// QProcess starts shares this program's memory until it runs another one (CLONE_VM | CLONE_VFORK), but the
// sanitizer's own clone() treats it as after a fork: from then on the parent forgets locks and may start no
// thread.
#include <cstdarg>

#include <sched.h>
#include <sys/types.h>

extern "C" int __clone(int (*function)(void*), void* stack, int flags, void* argument, ...);

extern "C" int clone(int (*function)(void*), void* stack, int flags, void* argument, ...) noexcept
{
    va_list more;
    va_start(more, argument);
    auto* const parent = va_arg(more, pid_t*);
    void* const storage = va_arg(more, void*);
    auto* const child = va_arg(more, pid_t*);
    va_end(more);
    return __clone(function, stack, flags, argument, parent, storage, child);
}
