// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/git/git_program.h"

#include <QDir>
#include <QProcess>
#include <QProcessEnvironment>

#include <utility>

namespace perihelion {

namespace {

constexpr int kCancelCheckMs = 25;

QProcessEnvironment quietEnvironment()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    // A hook that started us names its own repository; the folder alone shall count.
    const QStringList inherited = environment.keys();
    for (const QString& name : inherited) {
        const bool setting =
            name.startsWith(u"GIT_CONFIG") || name == u"GIT_CEILING_DIRECTORIES" || name == u"GIT_EXEC_PATH";
        if (name.startsWith(u"GIT_") && !setting) {
            environment.remove(name);
        }
    }
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C"));
    environment.insert(QStringLiteral("GIT_TERMINAL_PROMPT"), QStringLiteral("0"));
    environment.insert(QStringLiteral("GIT_OPTIONAL_LOCKS"), QStringLiteral("0"));
    environment.insert(QStringLiteral("GIT_NO_LAZY_FETCH"), QStringLiteral("1"));
    return environment;
}

QStringList withSafeguards(const QStringList& arguments)
{
    return QStringList{QStringLiteral("--no-pager"), QStringLiteral("--literal-pathspecs"),
                       QStringLiteral("-c"),         QStringLiteral("core.fsmonitor=false"),
                       QStringLiteral("-c"),         QStringLiteral("core.quotePath=false"),
                       QStringLiteral("-c"),         QStringLiteral("color.ui=never")} +
           arguments;
}

QString firstLine(const QByteArray& text)
{
    QString line = QString::fromUtf8(text).section(u'\n', 0, 0).trimmed();
    if (line.startsWith(u"fatal: ") || line.startsWith(u"error: ")) {
        line.remove(0, 7);
    }
    return line;
}

} // namespace

GitProgram::GitProgram(QString folder, QString program)
    : m_folder(std::move(folder)),
      m_program(std::move(program))
{
}

QStringList GitProgram::undisturbed(const QStringList& arguments)
{
    return QStringList{QStringLiteral("-c"), QStringLiteral("core.hooksPath=/dev/null"),
                       QStringLiteral("-c"), QStringLiteral("gc.auto=0"),
                       QStringLiteral("-c"), QStringLiteral("submodule.recurse=false"),
                       QStringLiteral("-c"), QStringLiteral("advice.detachedHead=false")} +
           arguments;
}

Result<GitProgram::Answer> GitProgram::ask(const QStringList& arguments, const CancelToken& cancel) const
{
    QByteArray output;
    auto answer = ask(arguments, cancel, [&output](const QByteArray& piece) { output += piece; });
    if (answer) {
        answer->output = std::move(output);
    }
    return answer;
}

Result<GitProgram::Answer> GitProgram::ask(const QStringList& arguments, const CancelToken& cancel,
                                           const std::function<void(const QByteArray&)>& sink) const
{
    if (!QDir(m_folder).exists()) {
        return Error{ErrorCode::NotFound,
                     QStringLiteral("There is no such folder to look for a git repository in"), m_folder};
    }
    QProcess process;
    QProcessEnvironment environment = quietEnvironment();
    for (auto each = m_variables.cbegin(); each != m_variables.cend(); ++each) {
        environment.insert(each.key(), each.value());
    }
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(m_folder);
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(m_program, withSafeguards(arguments), QIODevice::ReadOnly);
    if (!process.waitForStarted()) {
        return Error{ErrorCode::NotFound,
                     QString(u"git could not be started (" % process.errorString() %
                             u"); install it to measure commits"),
                     m_program};
    }
    while (process.state() != QProcess::NotRunning) {
        if (cancel.isCancelled()) {
            process.kill();
            process.waitForFinished();
            return Error{ErrorCode::Cancelled, QStringLiteral("Asking git was cancelled"), m_folder};
        }
        process.waitForFinished(kCancelCheckMs);
        sink(process.readAllStandardOutput());
    }
    sink(process.readAllStandardOutput());
    if (process.exitStatus() != QProcess::NormalExit) {
        return Error{ErrorCode::Io, QStringLiteral("git crashed while it was asked about a repository"),
                     m_folder};
    }
    Answer answer;
    answer.status = process.exitCode();
    answer.errors = process.readAllStandardError();
    return answer;
}

Result<QByteArray> GitProgram::output(const QStringList& arguments, const CancelToken& cancel) const
{
    auto answer = ask(arguments, cancel);
    if (!answer) {
        return answer.error();
    }
    if (answer->status != 0) {
        return errorOf(*answer);
    }
    return std::move(answer->output);
}

Error GitProgram::errorOf(const Answer& answer) const
{
    if (answer.errors.contains("not a git repository")) {
        return {ErrorCode::NotFound, QStringLiteral("The folder lies in no git repository"), m_folder};
    }
    if (answer.errors.contains("dubious ownership")) {
        return {ErrorCode::PermissionDenied,
                QStringLiteral(
                    "The repository belongs to another user; git reads it once it is listed in its setting "
                    "safe.directory"),
                m_folder};
    }
    const QString reason = firstLine(answer.errors);
    return {ErrorCode::Io,
            QString(u"git could not answer" % (reason.isEmpty() ? QString() : QString(u": " % reason))),
            m_folder};
}

} // namespace perihelion
