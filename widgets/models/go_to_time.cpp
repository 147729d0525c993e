// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/go_to_time.h"

#include "core/base/format.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <cmath>
#include <optional>

namespace perihelion {

namespace {

/// Above this a time no longer fits beside another one in 63 bits.
constexpr double kLargestMicros = 4e18;

std::optional<double> clockMicros(const QString& text)
{
    static const QRegularExpression pattern(
        QStringLiteral(R"(^(?:(\d{1,6}):)?(\d{1,6}):(\d{1,2}(?:\.\d*)?)$)"));
    const QRegularExpressionMatch match = pattern.match(text);
    if (!match.hasMatch()) {
        return std::nullopt;
    }
    const double seconds = match.captured(3).toDouble();
    if (seconds >= 60.0 || (match.hasCaptured(1) && match.captured(2).toInt() >= 60)) {
        return std::nullopt;
    }
    return ((match.captured(1).toDouble() * 60 + match.captured(2).toDouble()) * 60 + seconds) * 1e6;
}

std::optional<double> unitMicros(const QString& text)
{
    static const QRegularExpression pattern(QStringLiteral(R"(^(\d+(?:\.\d*)?|\.\d+)\s*(s|ms|us|µs|μs)?$)"),
                                            QRegularExpression::CaseInsensitiveOption);
    const QRegularExpressionMatch match = pattern.match(text);
    if (!match.hasMatch()) {
        return std::nullopt;
    }
    const QString unit = match.captured(2).toLower();
    const double scale = unit.isEmpty() || unit == u"s" ? 1e6 : unit == u"ms" ? 1e3 : 1.0;
    return match.captured(1).toDouble() * scale;
}

} // namespace

Result<EventTime> parseGoToTime(const QString& text, const TimeReference& reference)
{
    enum class From { Start, Position, Origin };
    QString rest = text.trimmed();
    From from = reference.absolute ? From::Origin : From::Start;
    bool negative = false;
    if (rest.startsWith(u'@')) {
        from = From::Origin;
        rest = rest.mid(1).trimmed();
    }
    if (rest.startsWith(u'+') || rest.startsWith(u'-') || rest.startsWith(QChar(0x2212))) {
        negative = !rest.startsWith(u'+');
        from = from == From::Origin && text.trimmed().startsWith(u'@') ? From::Origin : From::Position;
        rest = rest.mid(1).trimmed();
    }
    rest.replace(u',', u'.');
    std::optional<double> micros = clockMicros(rest);
    if (!micros) {
        micros = unitMicros(rest);
    }
    if (!micros || !(*micros < kLargestMicros)) {
        return Error{ErrorCode::InvalidArgument,
                     QCoreApplication::translate("GoToTime",
                                                 "This is not a time; write 12.5, 300 ms, 450 us, "
                                                 "1:02.500, or + or − in front to move from here"),
                     QString()};
    }
    const EventTime typed(std::llround(negative ? -*micros : *micros));
    switch (from) {
    case From::Position:
        return reference.position + typed;
    case From::Origin:
        return typed - reference.origin;
    case From::Start:
        break;
    }
    return reference.first + typed;
}

QString formatPlayerTime(EventTime time, const TimeReference& reference)
{
    if (!reference.absolute) {
        return formatClock(time - reference.first);
    }
    const std::int64_t micros = (time + reference.origin).count();
    const std::int64_t magnitude = std::llabs(micros);
    return QString((micros < 0 ? QStringLiteral("-") : QString()) % QString::number(magnitude / 1'000'000) %
                   u'.' % QStringLiteral("%1").arg(magnitude % 1'000'000, 6, 10, QLatin1Char('0')) % u" s");
}

} // namespace perihelion
