// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/cache_figures.h"

#include <QCoreApplication>

#include <array>

namespace perihelion {

namespace {

constexpr double kKibi = 1024.0;
constexpr std::array kUnits{u"B", u"KiB", u"MiB", u"GiB", u"TiB"};

QString words(const char* text)
{
    return QCoreApplication::translate("CacheFigures", text);
}

std::size_t unitOf(ByteCount bytes)
{
    double value = static_cast<double>(bytes.value);
    std::size_t unit = 0;
    // What would be rounded to 1024 is already the next unit.
    while (value >= kKibi - 0.5 && unit + 1 < kUnits.size()) {
        value /= kKibi;
        ++unit;
    }
    return unit;
}

QString numberIn(ByteCount bytes, std::size_t unit)
{
    double value = static_cast<double>(bytes.value);
    for (std::size_t i = 0; i < unit; ++i) {
        value /= kKibi;
    }
    return QString::number(value, 'f', unit > 0 && value < 99.95 ? 1 : 0);
}

} // namespace

QString shortMemory(ByteCount bytes)
{
    const std::size_t unit = unitOf(bytes);
    return QString(numberIn(bytes, unit) % u' ' % QStringView(kUnits.at(unit)));
}

QString cachePresenceWords(const RecordingCacheFacts& facts)
{
    switch (facts.presence) {
    case CachePresence::None:
        return words("not cached");
    case CachePresence::Partly:
        return words("cached %1 %").arg(facts.percent);
    case CachePresence::Prefetching:
        return words("prefetching %1 %").arg(facts.percent);
    case CachePresence::Full:
        return words("cached");
    case CachePresence::Off:
        break;
    }
    return {};
}

QString cacheSizeWords(const RecordingCacheFacts& facts)
{
    if (facts.presence == CachePresence::Off) {
        return words("cache mode is off");
    }
    QString text = facts.bytes.value == 0 ? words("nothing") : shortMemory(facts.bytes);
    if (facts.bytes.value > 0 && facts.cachedEvents > 0) {
        const double perEvent =
            static_cast<double>(facts.bytes.value) / static_cast<double>(facts.cachedEvents);
        text += words(" · %1 B/event").arg(QString::number(perEvent, 'f', 1));
    }
    return facts.pinned ? QString(text % words(" · pinned")) : text;
}

QString cacheGaugeWords(const CacheFigures& figures)
{
    if (!figures.on) {
        return figures.offReason.isEmpty() ? words("off") : words("no memory");
    }
    const std::size_t unit = unitOf(figures.budget);
    // A little of a large budget in its own unit, or it would read as nothing.
    const bool sameUnit = figures.used.value == 0 || unitOf(figures.used) >= unit;
    const QString used = sameUnit ? numberIn(figures.used, unit) : shortMemory(figures.used);
    return QString(used % u" / " % shortMemory(figures.budget));
}

} // namespace perihelion
