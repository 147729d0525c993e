// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/theme.h"

#include "widgets/theme/svg_icon_engine.h"
#include "widgets/theme/theme_style.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>

// The resources live in a static library, whose initialiser nobody would pull in otherwise.
static void initialiseResources()
{
    Q_INIT_RESOURCE(perihelion_resources);
}

namespace perihelion {

namespace {

ThemeTokens readTokens(const QString& path)
{
    QFile file(path);
    const bool opened = file.open(QIODevice::ReadOnly);
    const Result<ThemeTokens> tokens = parseThemeTokens(opened ? file.readAll() : QByteArray(), path);
    // Built into the program and parsed by a test: a broken one is our own mistake.
    if (!tokens) {
        qFatal("%s", qUtf8Printable(tokens.error().sentence()));
    }
    return *tokens;
}

} // namespace

QString themeModeId(ThemeMode mode)
{
    switch (mode) {
    case ThemeMode::Dark:
        return QStringLiteral("dark");
    case ThemeMode::Light:
        return QStringLiteral("light");
    case ThemeMode::System:
        break;
    }
    return QStringLiteral("system");
}

ThemeMode themeModeFromId(QStringView id, ThemeMode fallback)
{
    for (const ThemeMode mode : {ThemeMode::System, ThemeMode::Dark, ThemeMode::Light}) {
        if (themeModeId(mode) == id) {
            return mode;
        }
    }
    return fallback;
}

Theme::Theme(QObject* parent) : QObject(parent)
{
    initialiseResources();
    m_darkTokens = readTokens(QStringLiteral(":/theme/dark.json"));
    m_lightTokens = readTokens(QStringLiteral(":/theme/light.json"));
    // Qt 6.4 does not tell the desktop's scheme; the palette it set up before ours does, as far as it knows.
    const QPalette desktop = QApplication::palette();
    m_systemDark =
        desktop.color(QPalette::Window).lightness() < desktop.color(QPalette::WindowText).lightness();
    const QString inter = QStringLiteral("Inter");
    m_family = QFontDatabase::hasFamily(inter)
                   ? inter
                   : QFontDatabase::systemFont(QFontDatabase::GeneralFont).family();
    m_monoFamily = QFontDatabase::systemFont(QFontDatabase::FixedFont).family();
    m_dark = m_systemDark;
}

void Theme::followDesktop()
{
    connect(&m_desktop, &DesktopScheme::schemeFound, this, &Theme::takeDesktopScheme, Qt::UniqueConnection);
    m_desktop.follow();
}

void Theme::takeDesktopScheme(bool dark)
{
    m_systemDark = dark;
    if (m_mode == ThemeMode::System) {
        setMode(ThemeMode::System);
    }
}

void Theme::setMode(ThemeMode mode)
{
    const bool dark = mode == ThemeMode::System ? m_systemDark : mode == ThemeMode::Dark;
    m_mode = mode;
    if (m_dressed && dark == m_dark) {
        return;
    }
    m_dark = dark;
    apply();
    Q_EMIT changed();
}

void Theme::apply()
{
    m_dressed = true;
    QApplication::setStyle(new ThemeStyle(tokens())); // NOLINT(clang-analyzer-*): the application owns it.
    QApplication::setPalette(buildPalette(tokens()));
    QApplication::setFont(font(FontRole::Body));
    qApp->setStyleSheet(buildStyleSheet(tokens()));
}

QColor Theme::color(ColorRole role, double alpha) const
{
    QColor value = color(role);
    value.setAlphaF(static_cast<float>(alpha));
    return value;
}

QColor Theme::phaseColor(std::size_t phase) const
{
    return tokens().phases.at(phase % tokens().phases.size());
}

QColor Theme::cacheColor(CacheState state) const
{
    switch (state) {
    case CacheState::Miss:
        return color(ColorRole::CacheMiss);
    case CacheState::Hit:
        return color(ColorRole::CacheHit);
    case CacheState::Off:
        break;
    }
    return color(ColorRole::NoCache);
}

const FramePalette& Theme::framePalette(QStringView id) const
{
    for (const FramePalette& palette : framePalettes()) {
        if (palette.id == id) {
            return palette;
        }
    }
    return framePalettes().front();
}

void Theme::setFamilies(const QString& ui, const QString& mono)
{
    m_family = ui;
    m_monoFamily = mono;
    if (m_dressed) {
        apply();
        Q_EMIT changed();
    }
}

QFont Theme::font(FontRole role) const
{
    QFont font(role == FontRole::Mono ? m_monoFamily : m_family);
    font.setPixelSize(13);
    switch (role) {
    case FontRole::Body:
        break;
    case FontRole::Strong:
        font.setWeight(QFont::DemiBold);
        break;
    case FontRole::Title:
        font.setPixelSize(17);
        font.setWeight(QFont::DemiBold);
        break;
    case FontRole::Heading:
        font.setPixelSize(15);
        font.setWeight(QFont::DemiBold);
        break;
    case FontRole::Small:
        font.setPixelSize(12);
        break;
    case FontRole::Caption:
        font.setPixelSize(11);
        break;
    case FontRole::Section:
        font.setPixelSize(11);
        font.setCapitalization(QFont::AllUppercase);
        font.setLetterSpacing(QFont::AbsoluteSpacing, 0.8);
        break;
    case FontRole::Mono:
        font.setPixelSize(12);
        font.setStyleHint(QFont::Monospace);
        break;
    }
    return font;
}

QIcon Theme::icon(const QString& name, ColorRole role) const
{
    return QIcon(
        new SvgIconEngine(QString(u":/icons/" % name % u".svg"), color(role), color(ColorRole::Disabled)));
}

QString cacheStateWords(CacheState state)
{
    switch (state) {
    case CacheState::Miss:
        return QStringLiteral("cache miss");
    case CacheState::Hit:
        return QStringLiteral("cache hit");
    case CacheState::Off:
        break;
    }
    return QStringLiteral("no cache");
}

} // namespace perihelion
