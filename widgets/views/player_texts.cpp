// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/player_texts.h"

#include "core/base/format.h"

#include <QCoreApplication>

namespace perihelion {

namespace {

QString playerText(const char* text)
{
    return QCoreApplication::translate("PlayerTexts", text);
}

/// Seconds after the first event, or absolute ones; cut to so many digits and not rounded, as formatClock()
/// does.
QString seconds(EventTime time, const TimeReference& reference, int digits)
{
    if (reference.absolute) {
        return formatPlayerTime(time, reference);
    }
    const std::int64_t unit = digits == 3 ? 1'000 : 1;
    const std::int64_t micros = (time - reference.first).count() / unit * unit;
    return QString(QString::number(static_cast<double>(micros) / 1e6, 'f', digits) % u" s");
}

} // namespace

QString formatSpeed(double speed)
{
    return QString(QString::number(speed, 'g', 4) % u'×');
}

QString formatWindow(EventTime window)
{
    const std::int64_t micros = window.count();
    if (micros < 1000) {
        return QString(QString::number(micros) % u" µs");
    }
    return QString(QString::number(static_cast<double>(micros) / 1000.0, 'g', 4) % u" ms");
}

QStringList hudLines(const PlayerFrame& frame, const PlaybackClock& clock, const TimeReference& reference,
                     double framesPerSecond)
{
    const QString rate =
        clock.isPlaying() ? playerText("%1 fps").arg(qRound(framesPerSecond)) : playerText("paused");
    return {playerText("speed %1×").arg(clock.speed(), 0, 'f', 2),
            playerText("window %1").arg(formatWindow(clock.window())),
            playerText("t %1").arg(seconds(frame.frame.windowStart, reference, 3)),
            playerText("events %1").arg(formatCount(frame.frame.events)),
            playerText("%1 · late %2").arg(rate, formatCount(clock.lateFrames()))};
}

QString pixelLine(const PixelNumbers& numbers, const TimeReference& reference)
{
    QString text = playerText("x %1 · y %2 · ON %3 · OFF %4")
                       .arg(numbers.pixel.x())
                       .arg(numbers.pixel.y())
                       .arg(formatCount(numbers.on), formatCount(numbers.off));
    if (numbers.last) {
        text += playerText(" · last %1").arg(seconds(*numbers.last, reference, 6));
    }
    return text;
}

} // namespace perihelion
