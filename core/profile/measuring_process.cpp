// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/profile/measuring_process.h"

#include "core/profile/measure_server.h"

#include <algorithm>
#include <cstring>

namespace perihelion {

namespace {

constexpr std::chrono::milliseconds kLeaves{500}; ///< How long a process may take to end when told so.

Error processError(const QString& what)
{
    return Error{ErrorCode::Io, QString(u"The measuring process failed: " % what), QString()};
}

Error cancelledMeasuring()
{
    return Error{ErrorCode::Cancelled, QStringLiteral("The profile run was cancelled"), QString()};
}

} // namespace

Result<MeasuringProcess::Greeting>
MeasuringProcess::begin(const Settings& settings, const BeginMessage& message, const CancelToken& cancel)
{
    m_settings = settings;
    const Nanoseconds asked = monotonicNow();
    auto child = ChildProcess::start(settings.program, settings.arguments, settings.limits);
    if (!child) {
        return child.error();
    }
    m_child = std::move(*child);
    m_lost = true;
    m_child->writeLine(toLine(AskerMessage(message)));
    const Result<MeasurerMessage> answer = listen(cancel);
    if (!answer) {
        return answer.error();
    }
    if (const auto* failure = std::get_if<FailureMessage>(&*answer)) {
        return failure->error;
    }
    const auto* ready = std::get_if<ReadyMessage>(&*answer);
    if (ready == nullptr) {
        return processError(QStringLiteral("it measured before it was asked to"));
    }
    Greeting greeting;
    greeting.ready = *ready;
    // A program that does not know when it began has spent everything on getting ready.
    const Nanoseconds began = std::clamp(ready->began, asked, monotonicNow());
    greeting.spawn = began - asked;
    m_lost = false;
    greeting.preparing = std::clamp(ready->ready, began, monotonicNow()) - began;
    return greeting;
}

Result<MeasurerMessage> MeasuringProcess::listen(const CancelToken& cancel)
{
    QByteArray line;
    switch (m_child->readLine(line, m_settings.silenceLimit, cancel)) {
    case ChildProcess::Heard::Cancelled:
        return cancelledMeasuring();
    case ChildProcess::Heard::Closed:
        return processError(endingText());
    case ChildProcess::Heard::HalfLine:
        return processError(QString(u"it stopped in the middle of a message, " % endingText()));
    case ChildProcess::Heard::TooLong:
        m_child->end(std::chrono::milliseconds(0));
        return processError(QStringLiteral("it said more than a message can hold and was ended"));
    case ChildProcess::Heard::Silence:
        m_child->end(std::chrono::milliseconds(0));
        return processError(QStringLiteral("it said nothing for %1 s and was ended")
                                .arg(static_cast<double>(m_settings.silenceLimit.count()) / 1000.0));
    case ChildProcess::Heard::Line:
        break;
    }
    Result<MeasurerMessage> message = measurerMessageFrom(line);
    if (!message) {
        Error error = message.error();
        error.message = QString(u"The measuring process failed: " % error.message);
        return error;
    }
    return message;
}

MeasuringProcess::Answer MeasuringProcess::iterate(const CancelToken& cancel, bool countAllocations)
{
    m_child->writeLine(toLine(AskerMessage(IterateMessage{countAllocations})));
    Answer answer;
    Result<MeasurerMessage> message = listen(cancel);
    if (!message) {
        answer.cancelled = message.error().code == ErrorCode::Cancelled;
        answer.processLost = m_lost = true;
        answer.failure = message.error().sentence();
    } else if (auto* iteration = std::get_if<IterationMessage>(&*message)) {
        answer.iteration = std::move(*iteration);
    } else if (const auto* failure = std::get_if<FailureMessage>(&*message)) {
        answer.failure = failure->error.sentence();
    } else {
        answer.processLost = m_lost = true;
        answer.failure = processError(QStringLiteral("it began twice")).sentence();
    }
    return answer;
}

ChildProcess::Ending MeasuringProcess::end(bool atOnce)
{
    m_child->closeInput();
    return m_child->end(atOnce || m_lost ? std::chrono::milliseconds(0) : kLeaves);
}

QString MeasuringProcess::errorTail() const
{
    return m_child ? m_child->errorTail() : QString();
}

QString MeasuringProcess::endingText()
{
    const ChildProcess::Ending ending = m_child->end(kLeaves);
    return ending.signal != 0
               ? QStringLiteral("it was ended by signal %1 (%2)")
                     .arg(ending.signal)
                     .arg(QString::fromLocal8Bit(::strsignal(ending.signal)))
               : QStringLiteral("it ended with status %1 before it had answered").arg(ending.exitStatus);
}

} // namespace perihelion
