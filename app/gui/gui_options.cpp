// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/gui_options.h"

#include <QCommandLineParser>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>

namespace perihelion {

namespace {

constexpr int kLeastSide = 200;
constexpr int kGreatestSide = 8192;

Error wrongUsage(const QString& message)
{
    return Error{ErrorCode::InvalidArgument, message, QString()};
}

Result<PageId> parsePage(const QString& name)
{
    const auto* found = std::find_if(kPageIds.begin(), kPageIds.end(),
                                     [&name](PageId page) { return pageIdName(page) == name; });
    if (found == kPageIds.end()) {
        return wrongUsage(
            QString(u"--page takes datasets, player, profile, history, compare, metrics or settings, not “" %
                    name % u'”'));
    }
    return *found;
}

Result<QSize> parseSize(const QString& text)
{
    static const QRegularExpression pattern(QStringLiteral("^(\\d{1,5})x(\\d{1,5})$"));
    const QRegularExpressionMatch match = pattern.match(text);
    const QSize size(match.captured(1).toInt(), match.captured(2).toInt());
    const auto allowed = [](int side) { return side >= kLeastSide && side <= kGreatestSide; };
    if (!match.hasMatch() || !allowed(size.width()) || !allowed(size.height())) {
        return wrongUsage(QString(u"--size takes WIDTHxHEIGHT in pixels from " % QString::number(kLeastSide) %
                                  u" to " % QString::number(kGreatestSide) % u", not “" % text % u'”'));
    }
    return size;
}

Result<ThemeMode> parseTheme(const QString& name)
{
    for (const ThemeMode mode : {ThemeMode::System, ThemeMode::Dark, ThemeMode::Light}) {
        if (themeModeId(mode) == name) {
            return mode;
        }
    }
    return wrongUsage(QString(u"--theme takes system, dark or light, not “" % name % u'”'));
}

} // namespace

Result<GuiOptions> parseGuiOptions(const QStringList& arguments)
{
    QCommandLineParser parser;
    for (const char16_t* name : {u"page", u"project", u"screenshot", u"size", u"theme"}) {
        parser.addOption(QCommandLineOption(QString::fromUtf16(name), QString(), QStringLiteral("value")));
    }
    parser.addOption(QCommandLineOption(QStringLiteral("enable-cache")));
    parser.addOption(QCommandLineOption(QStringLiteral("no-cache")));
    parser.addOption(QCommandLineOption(QStringList{QStringLiteral("h"), QStringLiteral("help")}));
    parser.addOption(QCommandLineOption(QStringList{QStringLiteral("v"), QStringLiteral("version")}));
    if (!parser.parse(QStringList{QStringLiteral("perihelion")} + arguments)) {
        QString message = parser.errorText();
        if (message.endsWith(u'.')) {
            message.chop(1);
        }
        return wrongUsage(message);
    }
    GuiOptions options;
    options.paths = parser.positionalArguments();
    options.project = parser.value(QStringLiteral("project"));
    options.screenshot = parser.value(QStringLiteral("screenshot"));
    options.help = parser.isSet(QStringLiteral("help"));
    options.version = parser.isSet(QStringLiteral("version"));
    const bool enableCache = parser.isSet(QStringLiteral("enable-cache"));
    const bool noCache = parser.isSet(QStringLiteral("no-cache"));
    if (enableCache && noCache) {
        return wrongUsage(QStringLiteral("--enable-cache and --no-cache contradict each other"));
    }
    if (enableCache || noCache) {
        options.cacheMode = enableCache;
    }
    if (parser.isSet(QStringLiteral("page"))) {
        const Result<PageId> page = parsePage(parser.value(QStringLiteral("page")));
        if (!page) {
            return page.error();
        }
        options.page = *page;
    }
    if (parser.isSet(QStringLiteral("size"))) {
        const Result<QSize> size = parseSize(parser.value(QStringLiteral("size")));
        if (!size) {
            return size.error();
        }
        options.size = *size;
    }
    if (parser.isSet(QStringLiteral("theme"))) {
        const Result<ThemeMode> theme = parseTheme(parser.value(QStringLiteral("theme")));
        if (!theme) {
            return theme.error();
        }
        options.theme = *theme;
    }
    if (parser.isSet(QStringLiteral("project"))) {
        if (options.project.isEmpty()) {
            return wrongUsage(QStringLiteral("--project takes the folder of a project"));
        }
        options.page = options.page.value_or(PageId::Profile);
    }
    if (parser.isSet(QStringLiteral("screenshot")) && options.screenshot.isEmpty()) {
        return wrongUsage(QStringLiteral("--screenshot takes the name of a PNG file"));
    }
    return options;
}

QString guiHelpText()
{
    return QStringLiteral(
        "Usage: perihelion [PATH…] [OPTION…]\n"
        "Browse and play event-camera recordings, profile workloads, chart their history.\n"
        "\n"
        "  PATH                   folders and recordings to show instead of the watched folders;\n"
        "                         a single recording is played at once\n"
        "  --page NAME            start with this page: datasets, player, profile, history,\n"
        "                         compare, metrics or settings\n"
        "  --project DIR          open this project on the Profile page\n"
        "  --theme NAME           system, dark or light, for this run\n"
        "  --size WxH             size of the window, such as 1440x900\n"
        "  --enable-cache         keep decoded events in memory, for this run\n"
        "  --no-cache             keep none, for this run\n"
        "  --screenshot FILE.png  render the page into a picture and end; needs no display\n"
        "  --help                 this text\n"
        "  --version              the version\n");
}

} // namespace perihelion
