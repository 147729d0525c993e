// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cli_session.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <mutex>

#include <unistd.h>

namespace perihelion {

namespace {

// A signal handler takes no argument of ours, so the token it cancels is reached through this one pointer.
// It is set before the handlers are installed and lives until the process ends.
const CancelToken* interruptToken = nullptr;

extern "C" void cancelOnSignal(int)
{
    CancelToken token = *interruptToken;
    token.cancel();
}

void installSignalHandlers()
{
    struct sigaction action = {};
    action.sa_handler = cancelOnSignal;
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, nullptr);
    sigaction(SIGXFSZ, &ignore, nullptr);
}

} // namespace

Error wrongUsage(const QString& sentence)
{
    return Error{ErrorCode::InvalidArgument, sentence, QString()};
}

CliSession::CliSession()
{
    static const CancelToken token = m_cancel;
    m_cancel = token;
    interruptToken = &token;
    installSignalHandlers();
}

int CliSession::print(const QString& text)
{
    return printBytes(text.toUtf8());
}

int CliSession::printBytes(const QByteArray& bytes)
{
    endProgress();
    const auto size = static_cast<std::size_t>(bytes.size());
    if (std::fwrite(bytes.constData(), 1, size, stdout) != size || std::fflush(stdout) != 0) {
        return fail(errorFromErrno(errno, QStringLiteral("Writing to standard output"), QString()));
    }
    return kDone;
}

int CliSession::printJson(const QJsonValue& value)
{
    const QJsonDocument document =
        value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    return printBytes(document.toJson(QJsonDocument::Indented));
}

void CliSession::note(const QString& line)
{
    endProgress();
    const QByteArray bytes = QString(line % u'\n').toUtf8();
    // Nobody is left to tell when standard error itself cannot be written.
    (void)std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), stderr);
}

int CliSession::fail(const Error& error)
{
    // A path may hold line breaks, but an error is one line.
    QString sentence = error.sentence();
    sentence.replace(u'\n', QStringLiteral("\\n")).replace(u'\r', QStringLiteral("\\r"));
    note(QString(u"perihelion-cli: " % sentence));
    return error.code == ErrorCode::InvalidArgument ? kWrongUsage : kFailed;
}

ProgressReporter CliSession::progressReporter()
{
    if (isatty(STDERR_FILENO) == 0) {
        return {};
    }
    struct Shown {
        std::mutex mutex;
        std::chrono::steady_clock::time_point next{};
    };
    return [this, shown = std::make_shared<Shown>()](const Progress& progress) {
        const std::lock_guard lock(shown->mutex);
        const auto now = std::chrono::steady_clock::now();
        if (now < shown->next) {
            return;
        }
        shown->next = now + std::chrono::milliseconds(100);
        const QString percent =
            progress.total > 0 ? QString(u' ' % QString::number(100 * progress.done / progress.total) % u" %")
                               : QString();
        const QByteArray line = QString(u"\r\x1b[K" % progress.stage % percent).toUtf8();
        m_progressShown = true;
        (void)std::fwrite(line.constData(), 1, static_cast<std::size_t>(line.size()), stderr);
    };
}

void CliSession::endProgress()
{
    if (m_progressShown) {
        m_progressShown = false;
        (void)std::fputs("\r\x1b[K", stderr);
    }
}

} // namespace perihelion
