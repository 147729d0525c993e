// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"

#include <array>
#include <cmath>
#include <cstdlib>

namespace perihelion {

namespace {

/// Three significant digits, never in exponent form: 9.87, 98.7, 987.
QString threeDigits(double value)
{
    const double magnitude = std::fabs(value);
    const int decimals = magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0;
    return QString::number(value, 'f', decimals);
}

/// One decimal below ten and none above, as people quote sizes: 1.1, 89, 221.
QString shortSize(double value)
{
    return QString::number(value, 'f', std::fabs(value) < 9.95 ? 1 : 0);
}

QString scaled(double value, double step, const std::array<const char16_t*, 5>& units,
               QString (*digits)(double))
{
    std::size_t unit = 0;
    while (std::fabs(value) >= step * 0.9995 && unit + 1 < units.size()) {
        value /= step;
        ++unit;
    }
    // Adding zero keeps a small negative value from being shown as "-0".
    const QString number = unit == 0 ? QString::number(std::round(value) + 0.0, 'f', 0) : digits(value);
    return QString(number % u' ' % QString::fromUtf16(units.at(unit)));
}

} // namespace

QString formatCount(std::int64_t count)
{
    QString digits = QString::number(count);
    const qsizetype first = digits.startsWith(u'-') ? 1 : 0;
    for (qsizetype at = digits.size() - 3; at > first; at -= 3) {
        digits.insert(at, QChar(0x2009));
    }
    return digits;
}

QString formatShortCount(double count)
{
    return scaled(count, 1000.0, {u"", u"k", u"M", u"G", u"T"}, threeDigits).trimmed();
}

QString formatFileSize(ByteCount size)
{
    return scaled(static_cast<double>(size.value), 1000.0, {u"B", u"kB", u"MB", u"GB", u"TB"}, shortSize);
}

QString formatMemory(ByteCount size)
{
    return scaled(static_cast<double>(size.value), 1024.0, {u"B", u"KiB", u"MiB", u"GiB", u"TiB"}, shortSize);
}

QString formatDuration(EventTime time)
{
    const double micros = static_cast<double>(time.count());
    const double magnitude = std::fabs(micros);
    if (magnitude < 1000.0) {
        return QString(QString::number(time.count()) % u" µs");
    }
    if (magnitude < 999'500.0) {
        return QString(threeDigits(micros / 1e3) % u" ms");
    }
    return QString(threeDigits(micros / 1e6) % u" s");
}

QString formatElapsed(Nanoseconds time)
{
    const auto nanos = static_cast<double>(time.count());
    const double magnitude = std::fabs(nanos);
    if (magnitude < 1e3) {
        return QString(QString::number(time.count()) % u" ns");
    }
    if (magnitude < 999.5e3) {
        return QString(threeDigits(nanos / 1e3) % u" µs");
    }
    if (magnitude < 999.5e6) {
        return QString(threeDigits(nanos / 1e6) % u" ms");
    }
    const auto seconds = static_cast<std::int64_t>(std::llround(nanos / 1e9));
    if (std::llabs(seconds) < 600) {
        return QString(threeDigits(nanos / 1e9) % u" s");
    }
    if (std::llabs(seconds) < 3600) {
        return QString(QString::number(seconds / 60) % u" min " % QString::number(std::llabs(seconds % 60)) %
                       u" s");
    }
    const std::int64_t minutes = seconds / 60;
    return QString(QString::number(minutes / 60) % u" h " % QString::number(std::llabs(minutes % 60)) %
                   u" min");
}

QString formatClock(EventTime time)
{
    const std::int64_t millis =
        std::llabs(time.count() / 1000); // Divided first: the least value has no opposite.
    const std::int64_t hours = millis / 3'600'000;
    const auto two = [](std::int64_t n) { return QStringLiteral("%1").arg(n, 2, 10, QLatin1Char('0')); };
    QString text = QString(two(millis / 60'000 % 60) % u':' % two(millis / 1000 % 60) % u'.' %
                           QStringLiteral("%1").arg(millis % 1000, 3, 10, QLatin1Char('0')));
    if (hours > 0) {
        text = QString(QString::number(hours) % u':' % text);
    }
    return time.count() <= -1000 ? QString(u'-' % text) : text;
}

QString formatEventRate(double eventsPerSecond)
{
    const QString number = formatShortCount(eventsPerSecond);
    const bool prefixed = number.contains(u' ');
    return QString(number % (prefixed ? u"ev/s" : u" ev/s"));
}

} // namespace perihelion
