// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Fusion with what it lacks in the dark: check boxes and radio buttons whose edge can be seen, and a focus
// ring on every control. Installed by Theme; takes its colours from the theme's tokens by value.

#include "widgets/theme/theme_tokens.h"

#include <QProxyStyle>

namespace perihelion {

class ThemeStyle : public QProxyStyle {
    Q_OBJECT

public:
    explicit ThemeStyle(ThemeTokens tokens);

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget = nullptr) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption* option = nullptr,
                    const QWidget* widget = nullptr) const override;
    int styleHint(StyleHint hint, const QStyleOption* option = nullptr, const QWidget* widget = nullptr,
                  QStyleHintReturn* returnData = nullptr) const override;

private:
    void drawIndicator(const QStyleOption* option, QPainter* painter, bool round) const;

    ThemeTokens m_tokens;
};

/// The style sheet that gives controls their surfaces; built from tokens, holds no colour of its own.
QString buildStyleSheet(const ThemeTokens& tokens);

/// QPalette of a theme.
QPalette buildPalette(const ThemeTokens& tokens);

} // namespace perihelion
