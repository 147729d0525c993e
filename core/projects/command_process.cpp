// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projects/command_process.h"

#include "core/base/file_descriptor.h"
#include "core/base/spawn_settings.h"
#include "core/measure/peak_memory.h"

#include <QFile>
#include <QFileInfo>
#include <QProcessEnvironment>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace perihelion {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kEventsDescriptor = 3;
constexpr qsizetype kErrorTailBytes = 4096;
constexpr std::chrono::milliseconds kTick{5}; ///< How often memory is looked at, and a cancel.

/// A pipe whose reading end stays here.
struct Pipe {
    FileDescriptor mine{-1};
    FileDescriptor theirs{-1};
    bool open = false;

    explicit Pipe(bool wanted = true) : Pipe(wanted ? made() : std::array<int, 2>{-1, -1}) {}

private:
    explicit Pipe(const std::array<int, 2>& both) : mine(both[0]), theirs(both[1]), open(both[0] >= 0) {}
    static std::array<int, 2> made()
    {
        std::array<int, 2> both{-1, -1};
        if (::pipe2(both.data(), O_CLOEXEC) != 0) {
            return {-1, -1};
        }
        // The child's end must not be one of the numbers that the child's streams get.
        const int moved = ::fcntl(both[1], F_DUPFD_CLOEXEC, 10);
        ::close(both[1]);
        ::fcntl(both[0], F_SETFL, O_NONBLOCK);
        return {both[0], moved};
    }
};

std::vector<char*> pointersTo(std::vector<QByteArray>& texts)
{
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (QByteArray& text : texts) {
        pointers.push_back(text.data());
    }
    pointers.push_back(nullptr);
    return pointers;
}

/// VmHWM of a running process; 0 when it has none any more.
std::int64_t highWaterOf(pid_t pid)
{
    QFile status(QStringLiteral("/proc/%1/status").arg(pid));
    if (!status.open(QIODevice::ReadOnly)) {
        return 0;
    }
    const QByteArray text = status.readAll();
    const qsizetype at = text.indexOf("VmHWM:");
    if (at < 0) {
        return 0;
    }
    const qsizetype end = text.indexOf("kB", at);
    return end < 0 ? 0 : text.mid(at + 6, end - at - 6).trimmed().toLongLong() * 1024;
}

Nanoseconds durationOf(const timeval& time)
{
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

/// A started command while it runs.
class RunningCommand {
public:
    RunningCommand(const CommandRequest& request, pid_t pid, Clock::time_point began)
        : m_request(request),
          m_pid(pid),
          m_began(began),
          m_exit(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)))
    {
    }

    /// Reads to the end; false when cancelled.
    bool follow(Pipe& output, Pipe& errors, Pipe& events, const CancelToken& cancel)
    {
        std::array<Pipe*, 3> pipes{&output, &errors, &events};
        Clock::time_point memoryAt = m_began;
        while (!m_ended) {
            std::array<pollfd, 4> watched{};
            for (std::size_t i = 0; i < pipes.size(); ++i) {
                watched[i] = pollfd{pipes[i]->open ? pipes[i]->mine.get() : -1, POLLIN, 0};
            }
            watched[3] = pollfd{m_exit.get(), POLLIN, 0};
            ::poll(watched.data(), watched.size(), static_cast<int>(kTick.count()));
            const Clock::time_point now = Clock::now();
            m_ended = hasEnded();
            if (m_ended) {
                m_outcome.elapsed = now - m_began;
            } else if (now - memoryAt >= kTick) {
                memoryAt = now;
                m_sampledPeak = std::max(m_sampledPeak, highWaterOf(m_pid));
            }
            for (std::size_t i = 0; i < pipes.size(); ++i) {
                read(*pipes[i], i, now);
            }
            if (cancel.isCancelled()) {
                stop();
                return false;
            }
            if (!m_ended && (m_outcome.flooded || now - m_began >= m_request.timeLimit)) {
                m_outcome.timedOut = !m_outcome.flooded;
                stop();
                m_outcome.elapsed = Clock::now() - m_began;
                m_ended = true;
            }
        }
        return true;
    }

    CommandOutcome finish(std::int64_t ownPeak)
    {
        ::kill(-m_pid, SIGKILL); // Whatever else still runs in its group.
        int status = 0;
        rusage use = {};
        while (::wait4(m_pid, &status, 0, &use) < 0 && errno == EINTR) {
        }
        m_outcome.exitStatus = WIFSIGNALED(status) ? -1 : WEXITSTATUS(status);
        m_outcome.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        m_outcome.userTime = durationOf(use.ru_utime);
        m_outcome.systemTime = durationOf(use.ru_stime);
        // The system counts what the starting process had resident as the child's, until the child has more.
        const std::int64_t counted = static_cast<std::int64_t>(use.ru_maxrss) * 1024;
        m_outcome.peakIsLeast = counted <= ownPeak;
        m_outcome.peakBytes = m_outcome.peakIsLeast ? m_sampledPeak : counted;
        if (m_outcome.firstOutput.count() >= 0) {
            m_outcome.exit = std::max(Nanoseconds(0), m_outcome.elapsed - m_lastOutput);
        }
        return std::move(m_outcome);
    }

private:
    bool hasEnded() const
    {
        siginfo_t state = {};
        return ::waitid(P_PID, static_cast<id_t>(m_pid), &state, WEXITED | WNOHANG | WNOWAIT) == 0 &&
               state.si_pid == m_pid;
    }

    void read(Pipe& pipe, std::size_t stream, Clock::time_point now)
    {
        QByteArray& into = stream == 0 ? m_outcome.output : stream == 1 ? m_outcome.errors : m_outcome.events;
        std::array<char, 65536> buffer{};
        // After its end everything that is left; before it one piece a look, so that a flood is noticed.
        while (pipe.open) {
            const ssize_t count = ::read(pipe.mine.get(), buffer.data(), buffer.size());
            if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
                break;
            }
            if (count <= 0) {
                pipe.open = false;
                break;
            }
            if (!m_ended || m_outcome.firstOutput.count() < 0) {
                m_lastOutput = now - m_began;
            }
            if (m_outcome.firstOutput.count() < 0) {
                m_outcome.firstOutput = now - m_began;
            }
            into.append(buffer.data(), static_cast<qsizetype>(count));
            const qsizetype limit = stream == 1 ? kErrorTailBytes : m_request.outputLimit;
            if (into.size() > limit) {
                m_outcome.flooded = m_outcome.flooded || (stream != 1 && !m_request.keepTail);
                into = into.right(limit);
            }
            if (!m_ended || m_outcome.flooded) {
                break;
            }
        }
    }

    void stop()
    {
        ::kill(-m_pid, SIGTERM);
        const Clock::time_point deadline = Clock::now() + m_request.grace;
        while (!hasEnded() && Clock::now() < deadline) {
            pollfd exit{m_exit.get(), POLLIN, 0};
            ::poll(&exit, 1, static_cast<int>(kTick.count()));
        }
    }

    const CommandRequest& m_request;
    pid_t m_pid;
    Clock::time_point m_began;
    FileDescriptor m_exit;
    bool m_ended = false;
    Nanoseconds m_lastOutput{0};
    std::int64_t m_sampledPeak = 0;
    CommandOutcome m_outcome;
};

} // namespace

QString CommandOutcome::failure() const
{
    QString what;
    if (flooded) {
        what = QStringLiteral("The command wrote more than is taken and was ended");
    } else if (timedOut) {
        what = QStringLiteral("The command did not end within its time limit and was ended");
    } else if (signal != 0) {
        what = QStringLiteral("The command was ended by signal %1 (%2)")
                   .arg(signal)
                   .arg(QString::fromLocal8Bit(::strsignal(signal)));
    } else if (exitStatus != 0) {
        what = QStringLiteral("The command ended with exit status %1").arg(exitStatus);
    } else {
        return {};
    }
    const QString last = QString::fromUtf8(errors).trimmed().section(u'\n', -1).trimmed();
    return last.isEmpty() ? what : QString(what % u"; the last it said was: " % last);
}

Result<CommandOutcome> runCommand(const CommandRequest& request, const CancelToken& cancel)
{
    Q_ASSERT(!request.command.isEmpty());
    const QString doing = QStringLiteral("Starting the command");
    const QString& program = request.command.first();
    if (!QFileInfo(request.folder).isDir()) {
        return Error{ErrorCode::NotFound,
                     QStringLiteral("Starting the command failed: there is no such folder"), request.folder};
    }
    const FileDescriptor input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    Pipe output;
    Pipe errors;
    Pipe events(request.events);
    if (!input.isOpen() || !output.open || !errors.open || (request.events && !events.open)) {
        return errorFromErrno(errno, doing, program);
    }
    std::vector<QByteArray> arguments;
    for (const QString& argument : request.command) {
        arguments.push_back(QFile::encodeName(argument));
    }
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (auto at = request.environment.begin(); at != request.environment.end(); ++at) {
        environment.insert(at.key(), at.value());
    }
    if (request.events) {
        environment.insert(QStringLiteral("PERIHELION_EVENTS_FD"), QString::number(kEventsDescriptor));
    }
    std::vector<QByteArray> variables;
    const QStringList assignments = environment.toStringList();
    for (const QString& assignment : assignments) {
        variables.push_back(assignment.toLocal8Bit());
    }
    std::vector<char*> argumentList = pointersTo(arguments);
    std::vector<char*> variableList = pointersTo(variables);
    const SpawnSettings plan({{input.get(), STDIN_FILENO},
                              {output.theirs.get(), STDOUT_FILENO},
                              {errors.theirs.get(), STDERR_FILENO},
                              {events.theirs.get(), kEventsDescriptor}},
                             QFile::encodeName(request.folder));
    const auto ownPeak = peakResidentMemory();
    const Clock::time_point began = Clock::now();
    pid_t pid = 0;
    const int reason = ::posix_spawnp(&pid, arguments.front().constData(), plan.actions(), plan.attributes(),
                                      argumentList.data(), variableList.data());
    for (Pipe* pipe : {&output, &errors, &events}) {
        if (pipe->theirs.isOpen()) {
            ::close(pipe->theirs.release());
        }
    }
    if (reason != 0) {
        return errorFromErrno(reason, doing, program);
    }
    RunningCommand running(request, pid, began);
    const bool whole = running.follow(output, errors, events, cancel);
    CommandOutcome outcome = running.finish(ownPeak ? static_cast<std::int64_t>(ownPeak->value) : 0);
    if (!whole) {
        return Error{ErrorCode::Cancelled, QStringLiteral("Running the command was cancelled"), program};
    }
    return outcome;
}

} // namespace perihelion
