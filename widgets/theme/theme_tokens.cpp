// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/theme_tokens.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

constexpr std::array<const char16_t*, static_cast<std::size_t>(ColorRole::Count)> kRoleNames = {
    u"background",  u"panel", u"raised",   u"hover",   u"line",        u"outline",
    u"text",        u"muted", u"disabled", u"accent",  u"accentHover", u"accentText",
    u"accentLabel", u"on",    u"off",      u"good",    u"bad",         u"canvas",
    u"canvasText",  u"scrim", u"skeleton", u"noCache", u"cacheMiss",   u"cacheHit"};

QRgb between(const QColor& from, const QColor& to, double share)
{
    const auto mix = [share](int a, int b) { return static_cast<int>(std::lround(a + (b - a) * share)); };
    return qRgb(mix(from.red(), to.red()), mix(from.green(), to.green()), mix(from.blue(), to.blue()));
}

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color)
{
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

Error wrongToken(const QString& key, const QString& subject)
{
    return Error{ErrorCode::InvalidArgument,
                 QString(u"Reading the theme failed: “" % key % u"” is missing or is not a colour"), subject};
}

Result<FramePalette> parsePalette(const QJsonObject& object, const QString& subject)
{
    FramePalette palette;
    palette.id = object.value(u"id").toString();
    palette.name = object.value(u"name").toString();
    palette.colorBlindSafe = object.value(u"colorBlindSafe").toBool();
    palette.background = QColor(object.value(u"background").toString());
    palette.on = QColor(object.value(u"on").toString());
    palette.off = QColor(object.value(u"off").toString());
    const QJsonArray stops = object.value(u"sequential").toArray();
    for (const auto stop : stops) {
        palette.sequential.emplace_back(stop.toString());
    }
    const bool whole = !palette.id.isEmpty() && !palette.name.isEmpty() && palette.background.isValid() &&
                       palette.on.isValid() && palette.off.isValid() && palette.sequential.size() >= 2 &&
                       std::all_of(palette.sequential.begin(), palette.sequential.end(),
                                   [](const QColor& color) { return color.isValid(); });
    if (!whole) {
        return wrongToken(QString(u"framePalettes " % palette.id), subject);
    }
    return palette;
}

} // namespace

QString colorRoleName(ColorRole role)
{
    return QString::fromUtf16(kRoleNames.at(static_cast<std::size_t>(role)));
}

QList<QRgb> FramePalette::divergingTable() const
{
    QList<QRgb> table(256);
    for (int i = 0; i < 256; ++i) {
        table[i] = i < 128 ? between(off, background, i / 128.0) : between(background, on, (i - 128) / 127.0);
    }
    return table;
}

QList<QRgb> FramePalette::sequentialTable() const
{
    QList<QRgb> table(256);
    const double segments = static_cast<double>(sequential.size() - 1);
    for (int i = 0; i < 256; ++i) {
        const double at = i / 255.0 * segments;
        const std::size_t segment = std::min(static_cast<std::size_t>(at), sequential.size() - 2);
        table[i] =
            between(sequential.at(segment), sequential.at(segment + 1), at - static_cast<double>(segment));
    }
    return table;
}

Result<ThemeTokens> parseThemeTokens(const QByteArray& json, const QString& subject)
{
    QJsonParseError problem;
    const QJsonObject root = QJsonDocument::fromJson(json, &problem).object();
    if (problem.error != QJsonParseError::NoError) {
        return Error{ErrorCode::InvalidArgument,
                     QString(u"Reading the theme failed: " % problem.errorString()), subject};
    }
    ThemeTokens tokens;
    tokens.name = root.value(u"name").toString();
    const QJsonObject colors = root.value(u"colors").toObject();
    for (std::size_t i = 0; i < tokens.colors.size(); ++i) {
        const QString key = colorRoleName(static_cast<ColorRole>(i));
        tokens.colors.at(i) = QColor(colors.value(key).toString());
        if (!tokens.colors.at(i).isValid()) {
            return wrongToken(key, subject);
        }
    }
    const QJsonArray phases = root.value(u"phases").toArray();
    for (const auto phase : phases) {
        tokens.phases.emplace_back(phase.toString());
        if (!tokens.phases.back().isValid()) {
            return wrongToken(QStringLiteral("phases"), subject);
        }
    }
    const QJsonArray palettes = root.value(u"framePalettes").toArray();
    for (const auto value : palettes) {
        Result<FramePalette> palette = parsePalette(value.toObject(), subject);
        if (!palette) {
            return palette.error();
        }
        tokens.framePalettes.push_back(*std::move(palette));
    }
    if (tokens.phases.empty() || tokens.framePalettes.empty()) {
        return wrongToken(tokens.phases.empty() ? QStringLiteral("phases") : QStringLiteral("framePalettes"),
                          subject);
    }
    return tokens;
}

double contrastRatio(const QColor& first, const QColor& second)
{
    const double a = luminance(first);
    const double b = luminance(second);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

} // namespace perihelion
