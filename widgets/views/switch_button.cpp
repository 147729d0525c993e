// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/switch_button.h"

#include "widgets/theme/theme.h"

#include <QAction>
#include <QPainter>

namespace perihelion {

namespace {

constexpr int kTrackWidth = 34;
constexpr int kTrackHeight = 18;
constexpr int kRing = 2;
constexpr qreal kKnobInset = 2.5;

} // namespace

SwitchButton::SwitchButton(const Theme& theme, QAction* action, QWidget* parent)
    : QAbstractButton(parent),
      m_theme(theme),
      m_action(action)
{
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    follow();
    // Only a person's click goes to the action; what the action does comes back by its signal.
    connect(this, &QAbstractButton::clicked, action, [action](bool on) {
        if (action->isChecked() != on) {
            action->trigger();
        }
    });
    connect(action, &QAction::changed, this, &SwitchButton::follow);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void SwitchButton::follow()
{
    setAccessibleName(m_action->text());
    setToolTip(m_action->toolTip());
    setEnabled(m_action->isEnabled());
    setChecked(m_action->isChecked());
}

QSize SwitchButton::sizeHint() const
{
    return {kTrackWidth + 2 * kRing, kTrackHeight + 2 * kRing};
}

void SwitchButton::paintEvent(QPaintEvent* event)
{
    Q_UNUSED(event)
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF track(kRing + 0.5, (height() - kTrackHeight) / 2.0 + 0.5, kTrackWidth - 1, kTrackHeight - 1);
    const qreal radius = track.height() / 2;
    const bool on = isChecked();
    const ColorRole fill = !isEnabled() || !on ? ColorRole::Raised
                           : underMouse()      ? ColorRole::AccentHover
                                               : ColorRole::Accent;
    const ColorRole edge = !isEnabled()   ? ColorRole::Disabled
                           : on           ? ColorRole::Accent
                           : underMouse() ? ColorRole::AccentLabel
                                          : ColorRole::Outline;
    painter.setPen(QPen(m_theme.color(edge), 1));
    painter.setBrush(m_theme.color(fill));
    painter.drawRoundedRect(track, radius, radius);
    const qreal side = track.height() - 2 * kKnobInset;
    const qreal left = on ? track.right() - kKnobInset - side : track.left() + kKnobInset;
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.color(!isEnabled() ? ColorRole::Disabled
                                   : on         ? ColorRole::AccentText
                                                : ColorRole::Outline));
    painter.drawEllipse(QRectF(left, track.top() + kKnobInset, side, side));
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(m_theme.color(ColorRole::AccentLabel), 1));
        const QRectF ring = track.adjusted(-kRing, -kRing, kRing, kRing);
        painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2);
    }
}

void SwitchButton::enterEvent(QEnterEvent* event)
{
    QAbstractButton::enterEvent(event);
    update();
}

void SwitchButton::leaveEvent(QEvent* event)
{
    QAbstractButton::leaveEvent(event);
    update();
}

} // namespace perihelion
