// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/theme_style.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleOption>

#include <utility>

namespace perihelion {

ThemeStyle::ThemeStyle(ThemeTokens tokens)
    : QProxyStyle(QStringLiteral("Fusion")),
      m_tokens(std::move(tokens))
{
}

void ThemeStyle::drawIndicator(const QStyleOption* option, QPainter* painter, bool round) const
{
    const bool on = option->state.testFlag(State_On);
    const bool partly = option->state.testFlag(State_NoChange);
    const bool enabled = option->state.testFlag(State_Enabled);
    const QRectF box = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
    const qreal radius = round ? box.width() / 2 : 4.0;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const bool focused = option->state.testFlag(State_HasFocus) || option->state.testFlag(State_MouseOver);
    const ColorRole edge = !enabled  ? ColorRole::Disabled
                           : on      ? ColorRole::Accent
                           : focused ? ColorRole::AccentLabel
                                     : ColorRole::Outline;
    const ColorRole fill = on && enabled ? ColorRole::Accent : ColorRole::Raised;
    painter->setPen(QPen(m_tokens.color(edge), 1));
    painter->setBrush(m_tokens.color(fill));
    painter->drawRoundedRect(box, radius, radius);
    const QColor mark = m_tokens.color(enabled ? ColorRole::AccentText : ColorRole::Disabled);
    if (on && round) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(mark);
        painter->drawEllipse(box.center(), box.width() * 0.22, box.width() * 0.22);
    } else if (on) {
        QPainterPath tick;
        tick.moveTo(box.left() + box.width() * 0.24, box.top() + box.height() * 0.53);
        tick.lineTo(box.left() + box.width() * 0.43, box.top() + box.height() * 0.72);
        tick.lineTo(box.left() + box.width() * 0.77, box.top() + box.height() * 0.30);
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(mark, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter->drawPath(tick);
    } else if (partly) {
        painter->setPen(QPen(m_tokens.color(ColorRole::Text), 1.8, Qt::SolidLine, Qt::RoundCap));
        painter->drawLine(QPointF(box.left() + 4, box.center().y()),
                          QPointF(box.right() - 4, box.center().y()));
    }
    painter->restore();
}

void ThemeStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                               const QWidget* widget) const
{
    switch (element) {
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        drawIndicator(option, painter, false);
        return;
    case PE_IndicatorRadioButton:
        drawIndicator(option, painter, true);
        return;
    case PE_FrameFocusRect: {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(m_tokens.color(ColorRole::AccentLabel), 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        painter->restore();
        return;
    }
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

int ThemeStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const
{
    switch (metric) {
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return 16;
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing:
        return 8;
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
        return 16;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int ThemeStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                          QStyleHintReturn* returnData) const
{
    switch (hint) {
    case SH_EtchDisabledText:
    case SH_UnderlineShortcut:
    case SH_DialogButtonBox_ButtonsHaveIcons: // Those of the platform belong to no theme of ours.
        return 0;
    case SH_ToolTip_WakeUpDelay:
        return 500;
    default:
        return QProxyStyle::styleHint(hint, option, widget, returnData);
    }
}

QPalette buildPalette(const ThemeTokens& tokens)
{
    QPalette palette;
    const auto set = [&](QPalette::ColorRole role, ColorRole token) {
        palette.setColor(role, tokens.color(token));
    };
    set(QPalette::Window, ColorRole::Background);
    set(QPalette::WindowText, ColorRole::Text);
    set(QPalette::Base, ColorRole::Panel);
    set(QPalette::AlternateBase, ColorRole::Raised);
    set(QPalette::Text, ColorRole::Text);
    set(QPalette::Button, ColorRole::Raised);
    set(QPalette::ButtonText, ColorRole::Text);
    set(QPalette::BrightText, ColorRole::Bad);
    set(QPalette::ToolTipBase, ColorRole::Raised);
    set(QPalette::ToolTipText, ColorRole::Text);
    set(QPalette::PlaceholderText, ColorRole::Muted);
    set(QPalette::Highlight, ColorRole::Accent);
    set(QPalette::HighlightedText, ColorRole::AccentText);
    set(QPalette::Link, ColorRole::AccentLabel);
    set(QPalette::LinkVisited, ColorRole::AccentLabel);
    set(QPalette::Light, ColorRole::Hover);
    set(QPalette::Midlight, ColorRole::Raised);
    set(QPalette::Mid, ColorRole::Line);
    set(QPalette::Dark, ColorRole::Line);
    set(QPalette::Shadow, ColorRole::Canvas);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, tokens.color(ColorRole::Disabled));
    }
    return palette;
}

} // namespace perihelion
