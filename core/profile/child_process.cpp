// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/profile/child_process.h"

#include "core/base/spawn_settings.h"

#include <QFile>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace perihelion {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kLook{20}; ///< How long a cancel may stay unnoticed.

void closeDescriptor(int& descriptor)
{
    if (descriptor >= 0) {
        ::close(descriptor);
        descriptor = -1;
    }
}

/// Ends of pipes, closed when they go out of scope unless taken.
struct Ends {
    int mine = -1;
    int childs = -1;

    Ends() = default;
    ~Ends()
    {
        closeDescriptor(mine);
        closeDescriptor(childs);
    }
    Ends(const Ends&) = delete;
    Ends& operator=(const Ends&) = delete;

    bool openPipe()
    {
        std::array<int, 2> both{};
        if (::pipe2(both.data(), O_CLOEXEC) != 0) {
            return false;
        }
        mine = both[0];
        childs = both[1];
        return ::fcntl(mine, F_SETFL, O_NONBLOCK) == 0;
    }
    bool openSocket()
    {
        std::array<int, 2> both{};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both.data()) != 0) {
            return false;
        }
        mine = both[0];
        childs = both[1];
        return ::fcntl(mine, F_SETFL, O_NONBLOCK) == 0;
    }
    int take()
    {
        const int taken = mine;
        mine = -1;
        return taken;
    }
};

/// Reads what is there, up to a limit a call; false at the end of the stream.
bool readAvailable(int descriptor, QByteArray& into)
{
    std::array<char, 65536> buffer{};
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count > 0) {
        into.append(buffer.data(), static_cast<qsizetype>(count));
        return true;
    }
    return count < 0 && (errno == EAGAIN || errno == EINTR);
}

} // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(const QString& program,
                                                          const QStringList& arguments, const Limits& limits)
{
    const QString doing = QStringLiteral("Starting the program");
    Ends input;
    Ends output;
    Ends errors;
    if (!input.openSocket() || !output.openPipe() || !errors.openPipe()) {
        return errorFromErrno(errno, doing, program);
    }
    std::vector<QByteArray> texts{QFile::encodeName(program)};
    for (const QString& argument : arguments) {
        texts.push_back(argument.toLocal8Bit());
    }
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (QByteArray& text : texts) {
        pointers.push_back(text.data());
    }
    pointers.push_back(nullptr);
    const SpawnSettings settings(
        {{input.childs, STDIN_FILENO}, {output.childs, STDOUT_FILENO}, {errors.childs, STDERR_FILENO}});
    pid_t pid = 0;
    const int reason = ::posix_spawnp(&pid, texts.front().constData(), settings.actions(),
                                      settings.attributes(), pointers.data(), environ);
    if (reason != 0) {
        return errorFromErrno(reason, doing, program);
    }
    return std::unique_ptr<ChildProcess>(
        new ChildProcess(pid, Pipes{input.take(), output.take(), errors.take()}, limits));
}

ChildProcess::ChildProcess(pid_t pid, Pipes pipes, const Limits& limits)
    : m_pid(pid),
      m_pipes(pipes),
      m_limits(limits)
{
}

ChildProcess::~ChildProcess()
{
    end(std::chrono::milliseconds(0));
    closeDescriptor(m_pipes.input);
    closeDescriptor(m_pipes.output);
    closeDescriptor(m_pipes.errors);
}

void ChildProcess::writeLine(const QByteArray& line)
{
    m_outgoing += line;
    m_outgoing += '\n';
}

void ChildProcess::closeInput()
{
    m_closeInput = true;
    if (m_outgoing.isEmpty()) {
        closeDescriptor(m_pipes.input);
    }
}

void ChildProcess::exchange(std::chrono::milliseconds wait)
{
    const bool sending = m_pipes.input >= 0 && !m_outgoing.isEmpty();
    // poll() leaves negative descriptors out.
    std::array<pollfd, 3> watched{pollfd{sending ? m_pipes.input : -1, POLLOUT, 0},
                                  pollfd{m_pipes.output, POLLIN, 0}, pollfd{m_pipes.errors, POLLIN, 0}};
    if (::poll(watched.data(), watched.size(), static_cast<int>(wait.count())) <= 0) {
        return;
    }
    if (watched[0].revents != 0) {
        const ssize_t sent = ::send(m_pipes.input, m_outgoing.constData(),
                                    static_cast<std::size_t>(m_outgoing.size()), MSG_NOSIGNAL);
        if (sent > 0) {
            m_outgoing.remove(0, static_cast<qsizetype>(sent));
        } else if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            m_outgoing.clear();
            closeDescriptor(m_pipes.input);
        }
        if (m_closeInput && m_outgoing.isEmpty()) {
            closeDescriptor(m_pipes.input);
        }
    }
    if (watched[1].revents != 0 && !readAvailable(m_pipes.output, m_incoming)) {
        closeDescriptor(m_pipes.output);
    }
    if (watched[2].revents != 0) {
        if (!readAvailable(m_pipes.errors, m_errorTail)) {
            closeDescriptor(m_pipes.errors);
        }
        if (m_errorTail.size() > m_limits.errorTailBytes) {
            m_errorTail = m_errorTail.right(m_limits.errorTailBytes);
        }
    }
}

bool ChildProcess::takeLine(QByteArray& line)
{
    const qsizetype end = m_incoming.indexOf('\n');
    if (end < 0) {
        return false;
    }
    line = m_incoming.left(end);
    m_incoming.remove(0, end + 1);
    return true;
}

ChildProcess::Heard ChildProcess::readLine(QByteArray& line, std::chrono::milliseconds allowed,
                                           const CancelToken& cancel)
{
    const Clock::time_point deadline = Clock::now() + allowed;
    for (;;) {
        if (takeLine(line)) {
            return line.size() > m_limits.lineBytes ? Heard::TooLong : Heard::Line;
        }
        if (m_incoming.size() > m_limits.lineBytes) {
            return Heard::TooLong;
        }
        if (m_pipes.output < 0) {
            return m_incoming.isEmpty() ? Heard::Closed : Heard::HalfLine;
        }
        if (cancel.isCancelled()) {
            return Heard::Cancelled;
        }
        const Clock::time_point now = Clock::now();
        if (now >= deadline) {
            return Heard::Silence;
        }
        exchange(std::min(kLook, std::chrono::ceil<std::chrono::milliseconds>(deadline - now)));
    }
}

bool ChildProcess::hasEnded() const
{
    // Left unreaped, so that its number still names the group and nobody else's.
    siginfo_t state = {};
    return ::waitid(P_PID, static_cast<id_t>(m_pid), &state, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           state.si_pid == m_pid;
}

void ChildProcess::waitUntilEnded(std::chrono::milliseconds wait)
{
    const Clock::time_point deadline = Clock::now() + wait;
    while (!hasEnded() && Clock::now() < deadline) {
        exchange(std::chrono::milliseconds(2));
        m_incoming.clear(); // Nobody reads it any more, and it must not grow.
    }
}

ChildProcess::Ending ChildProcess::end(std::chrono::milliseconds patience)
{
    if (m_reaped) {
        return m_ending;
    }
    waitUntilEnded(patience);
    if (!hasEnded()) {
        ::kill(-m_pid, SIGTERM);
        waitUntilEnded(m_limits.grace);
    }
    ::kill(-m_pid, SIGKILL);
    int status = 0;
    while (::waitpid(m_pid, &status, 0) < 0 && errno == EINTR) {
    }
    m_reaped = true;
    exchange(std::chrono::milliseconds(0)); // Its last words.
    m_ending = WIFSIGNALED(status) ? Ending{-1, WTERMSIG(status)} : Ending{WEXITSTATUS(status), 0};
    return m_ending;
}

QString ChildProcess::errorTail() const
{
    return QString::fromUtf8(m_errorTail);
}

} // namespace perihelion
