// SPDX-License-Identifier: GPL-3.0-or-later
// The theme's tokens: same roles in both files, text that can be read on every ground it stands on, sharp
// icons.
#include "tests/support/test_support.h"
#include "widgets/theme/theme.h"
#include "widgets/theme/theme_style.h"

#include <QApplication>
#include <QDir>
#include <QSignalSpy>

using namespace perihelion;

class TestTheme : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void textIsReadable_data();
    void textIsReadable();
    void switchesAtRunTime();
    void missingRoleIsNamed();
    void brokenFileIsOneSentence();
    void tablesRunFromOffToOn();
    void everyIconPaints();
    void styleSheetHasNoOpenToken();
    void modeIdsRoundTrip();
};

void TestTheme::textIsReadable_data()
{
    QTest::addColumn<bool>("dark");
    QTest::addColumn<int>("text");
    QTest::addColumn<int>("ground");
    using R = ColorRole;
    const std::vector<std::pair<R, R>> pairs = {{R::Text, R::Background},
                                                {R::Text, R::Panel},
                                                {R::Text, R::Raised},
                                                {R::Text, R::Hover},
                                                {R::Muted, R::Background},
                                                {R::Muted, R::Panel},
                                                {R::Muted, R::Raised},
                                                {R::AccentText, R::Accent},
                                                {R::AccentText, R::AccentHover},
                                                {R::AccentLabel, R::Background},
                                                {R::AccentLabel, R::Panel},
                                                {R::AccentLabel, R::Raised},
                                                {R::Good, R::Panel},
                                                {R::Good, R::Background},
                                                {R::Bad, R::Panel},
                                                {R::Bad, R::Background},
                                                {R::Bad, R::Raised},
                                                {R::CanvasText, R::Canvas},
                                                {R::On, R::Canvas},
                                                {R::Off, R::Canvas},
                                                {R::Muted, R::Canvas},
                                                {R::Bad, R::Canvas}};
    for (const bool dark : {true, false}) {
        for (const auto& [text, ground] : pairs) {
            QTest::addRow("%s: %s on %s", dark ? "dark" : "light", qPrintable(colorRoleName(text)),
                          qPrintable(colorRoleName(ground)))
                << dark << static_cast<int>(text) << static_cast<int>(ground);
        }
    }
}

void TestTheme::textIsReadable()
{
    QFETCH(bool, dark);
    QFETCH(int, text);
    QFETCH(int, ground);
    const Theme theme;
    const ThemeTokens& tokens = dark ? theme.darkTokens() : theme.lightTokens();
    const double ratio = contrastRatio(tokens.color(static_cast<ColorRole>(text)),
                                       tokens.color(static_cast<ColorRole>(ground)));
    QVERIFY2(ratio >= 4.5, qPrintable(QStringLiteral("contrast is %1").arg(ratio)));
}

void TestTheme::switchesAtRunTime()
{
    Theme theme;
    QSignalSpy changed(&theme, &Theme::changed);
    theme.setMode(ThemeMode::Dark);
    QVERIFY(theme.isDark());
    QCOMPARE(QApplication::palette().color(QPalette::Window), theme.color(ColorRole::Background));
    theme.setMode(ThemeMode::Light);
    QVERIFY(!theme.isDark());
    QCOMPARE(QApplication::palette().color(QPalette::Window), theme.color(ColorRole::Background));
    QCOMPARE(changed.count(), 2);
    theme.setMode(ThemeMode::Light);
    QCOMPARE(changed.count(), 2);
}

void TestTheme::missingRoleIsNamed()
{
    const Result<ThemeTokens> tokens =
        parseThemeTokens(R"({"colors": {"background": "#000000"}})", QStringLiteral("x.json"));
    QVERIFY(!tokens);
    QCOMPARE(tokens.error().code, ErrorCode::InvalidArgument);
    QVERIFY(tokens.error().message.contains(u"panel"));
}

void TestTheme::brokenFileIsOneSentence()
{
    const Result<ThemeTokens> tokens = parseThemeTokens("{", QStringLiteral("x.json"));
    QVERIFY(!tokens);
    QVERIFY(tokens.error().sentence().contains(u"x.json"));
}

void TestTheme::tablesRunFromOffToOn()
{
    const Theme theme;
    QVERIFY(theme.framePalettes().size() >= 3);
    for (const FramePalette& palette : theme.framePalettes()) {
        const QList<QRgb> diverging = palette.divergingTable();
        QCOMPARE(diverging.size(), 256);
        QCOMPARE(QColor(diverging.first()), palette.off);
        QCOMPARE(QColor(diverging.at(128)), palette.background);
        QCOMPARE(QColor(diverging.last()), palette.on);
        const QList<QRgb> sequential = palette.sequentialTable();
        QCOMPARE(QColor(sequential.first()), palette.sequential.front());
        QCOMPARE(QColor(sequential.last()), palette.sequential.back());
    }
    QCOMPARE(theme.framePalette(u"classic").id, QStringLiteral("classic"));
    QCOMPARE(theme.framePalette(u"nothing").id, theme.framePalettes().front().id);
}

void TestTheme::everyIconPaints()
{
    const Theme theme;
    const QStringList files = QDir(QStringLiteral(":/icons")).entryList();
    QVERIFY(files.size() > 10);
    for (const QString& file : files) {
        const QImage picture = theme.icon(file.chopped(4)).pixmap(QSize(20, 20), 2.0).toImage();
        QCOMPARE(picture.size(), QSize(40, 40));
        bool drawn = false;
        for (int y = 0; y < picture.height() && !drawn; ++y) {
            for (int x = 0; x < picture.width() && !drawn; ++x) {
                drawn = qAlpha(picture.pixel(x, y)) > 200;
            }
        }
        QVERIFY2(drawn, qPrintable(file));
    }
}

void TestTheme::styleSheetHasNoOpenToken()
{
    const Theme theme;
    QVERIFY(!buildStyleSheet(theme.darkTokens()).contains(u'@'));
    QVERIFY(!buildStyleSheet(theme.darkTokens()).contains(QStringLiteral(": ;")));
    QVERIFY(
        buildStyleSheet(theme.lightTokens()).contains(theme.lightTokens().color(ColorRole::Accent).name()));
}

void TestTheme::modeIdsRoundTrip()
{
    for (const ThemeMode mode : {ThemeMode::System, ThemeMode::Dark, ThemeMode::Light}) {
        QCOMPARE(themeModeFromId(themeModeId(mode)), mode);
    }
    QCOMPARE(themeModeFromId(u"nonsense", ThemeMode::Dark), ThemeMode::Dark);
}

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
