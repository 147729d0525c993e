// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/sweep_chart.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace perihelion {

namespace {

constexpr double kWidth = 860;
constexpr double kHeight = 470;
constexpr double kLeft = 70;
constexpr double kRight = 200; // Of the legend.
constexpr double kTop = 56;
constexpr double kBottom = 74;
/// Names of SVG, told apart by those who see few colours.
constexpr std::array<const char16_t*, 8> kColors{u"steelblue", u"darkorange", u"seagreen",  u"orchid",
                                                 u"goldenrod", u"firebrick",  u"slateblue", u"gray"};

QString number(double value)
{
    return QString::number(value, 'f', 1);
}

QString textAt(double x, double y, const QString& anchor, const QString& text, const QString& more = {})
{
    return QString(u"<text x=\"" % number(x) % u"\" y=\"" % number(y) % u"\" text-anchor=\"" % anchor %
                   u"\"" % more % u">" % text.toHtmlEscaped() % u"</text>\n");
}

QString lineFrom(double x1, double y1, double x2, double y2, const QString& color)
{
    return QString(u"<line x1=\"" % number(x1) % u"\" y1=\"" % number(y1) % u"\" x2=\"" % number(x2) %
                   u"\" y2=\"" % number(y2) % u"\" stroke=\"" % color % u"\"/>\n");
}

/// Where values stand in the picture.
struct Frame {
    double greatestX = 1;
    double greatestY = 1;

    double x(double value) const { return kLeft + value / greatestX * (kWidth - kLeft - kRight); }
    double y(double value) const
    {
        return kHeight - kBottom - value / greatestY * (kHeight - kTop - kBottom);
    }
};

QString axes(const SweepChart& chart, const Frame& frame, const std::vector<double>& stepsX,
             const std::vector<double>& stepsY)
{
    QString svg;
    for (const double step : stepsY) {
        svg += lineFrom(kLeft, frame.y(step), kWidth - kRight, frame.y(step), QStringLiteral("lightgray"));
        svg += textAt(kLeft - 8, frame.y(step) + 4, QStringLiteral("end"), QString::number(step));
    }
    for (const double step : stepsX) {
        svg += lineFrom(frame.x(step), frame.y(0), frame.x(step), frame.y(0) + 5, QStringLiteral("gray"));
        svg += textAt(frame.x(step), frame.y(0) + 20, QStringLiteral("middle"), QString::number(step));
    }
    svg += textAt(kLeft, 24, QStringLiteral("start"), chart.title,
                  QStringLiteral(" font-size=\"16\" font-weight=\"bold\""));
    svg += textAt(kLeft - 8, kTop - 12, QStringLiteral("end"), QStringLiteral("ms"));
    svg += textAt((kLeft + kWidth - kRight) / 2, kHeight - 34, QStringLiteral("middle"), chart.parameter);
    svg += textAt(kLeft, kHeight - 10, QStringLiteral("start"), chart.footnote,
                  QStringLiteral(" font-size=\"11\" fill=\"gray\""));
    return svg;
}

} // namespace

std::vector<double> axisSteps(double greatest)
{
    if (!(greatest > 0) || !std::isfinite(greatest)) {
        return {0, 1};
    }
    double step = std::pow(10.0, std::floor(std::log10(greatest)) - 1);
    for (const double factor : {2.0, 2.5, 2.0, 2.0, 2.5, 2.0}) { // 1, 2, 5, 10, 20, 50, 100
        if (greatest / step <= 6) {
            break;
        }
        step *= factor;
    }
    std::vector<double> steps;
    for (int at = 0; at <= static_cast<int>(std::ceil(greatest / step - 1e-9)); ++at) {
        steps.push_back(at * step);
    }
    return steps;
}

QByteArray SweepChart::toSvg() const
{
    std::vector<SweepPoint> sorted = points;
    std::sort(sorted.begin(), sorted.end(),
              [](const SweepPoint& a, const SweepPoint& b) { return a.at < b.at; });
    Frame frame;
    double greatestX = 0;
    double greatestY = 0;
    for (const SweepPoint& point : sorted) {
        greatestX = std::max(greatestX, point.at);
        greatestY = std::max(greatestY, point.total);
    }
    const std::vector<double> stepsX = axisSteps(greatestX);
    const std::vector<double> stepsY = axisSteps(greatestY);
    frame.greatestX = stepsX.back();
    frame.greatestY = stepsY.back();

    QString svg = QStringLiteral("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1\" height=\"%2\" "
                                 "viewBox=\"0 0 %1 %2\" font-family=\"sans-serif\" font-size=\"13\">\n"
                                 "<rect width=\"%1\" height=\"%2\" fill=\"white\"/>\n")
                      .arg(kWidth)
                      .arg(kHeight);
    svg += axes(*this, frame, stepsX, stepsY);
    std::vector<double> below(sorted.size(), 0.0);
    for (qsizetype phase = 0; phase < phases.size(); ++phase) {
        const QString color = QString::fromUtf16(kColors[static_cast<std::size_t>(phase) % kColors.size()]);
        QString upper;
        QString lower;
        for (std::size_t at = 0; at < sorted.size(); ++at) {
            const QString x = number(frame.x(sorted[at].at));
            lower = QString(x % u',' % number(frame.y(below[at])) % u' ' % lower);
            below[at] += sorted[at].millis[static_cast<std::size_t>(phase)];
            upper += QString(x % u',' % number(frame.y(below[at])) % u' ');
        }
        svg += QString(u"<polygon fill=\"" % color % u"\" fill-opacity=\"0.8\" points=\"" % upper %
                       lower.trimmed() % u"\"/>\n");
        const double row = kTop + 22.0 * static_cast<double>(phases.size() - phase);
        svg += QStringLiteral("<rect x=\"%1\" y=\"%2\" width=\"12\" height=\"12\" fill=\"%3\"/>\n")
                   .arg(kWidth - kRight + 20)
                   .arg(row - 11)
                   .arg(color);
        svg += textAt(kWidth - kRight + 40, row, QStringLiteral("start"), phases.at(phase));
    }
    for (const SweepPoint& point : sorted) {
        svg += QStringLiteral("<circle cx=\"%1\" cy=\"%2\" r=\"3.5\" fill=\"black\"/>\n")
                   .arg(number(frame.x(point.at)), number(frame.y(point.total)));
    }
    svg += QStringLiteral("<circle cx=\"%1\" cy=\"%2\" r=\"3.5\" fill=\"black\"/>\n")
               .arg(number(kWidth - kRight + 26), number(kTop - 5));
    svg += textAt(kWidth - kRight + 40, kTop, QStringLiteral("start"), QStringLiteral("whole iteration"));
    return QString(svg % u"</svg>\n").toUtf8();
}

} // namespace perihelion
