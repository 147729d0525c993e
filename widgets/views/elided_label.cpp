// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/elided_label.h"

#include <QPainter>

namespace perihelion {

ElidedLabel::ElidedLabel(QWidget* parent) : QFrame(parent)
{
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

void ElidedLabel::setText(const QString& text)
{
    if (text == m_text) {
        return;
    }
    m_text = text;
    setAccessibleDescription(text);
    updateGeometry();
    updateToolTip();
    update();
}

void ElidedLabel::setTextRole(QPalette::ColorRole role)
{
    m_role = role;
    update();
}

QSize ElidedLabel::sizeHint() const
{
    const QFontMetrics metrics(font());
    return {metrics.horizontalAdvance(m_text) + 1, metrics.height()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    const QFontMetrics metrics(font());
    return {m_text.isEmpty() ? 0
                             : qMin(metrics.horizontalAdvance(QStringLiteral("MMM…")), sizeHint().width()),
            metrics.height()};
}

void ElidedLabel::updateToolTip()
{
    setToolTip(QFontMetrics(font()).horizontalAdvance(m_text) > width() ? m_text : QString());
}

void ElidedLabel::resizeEvent(QResizeEvent*)
{
    updateToolTip();
}

void ElidedLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setFont(font());
    painter.setPen(palette().color(m_role));
    painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     QFontMetrics(font()).elidedText(m_text, Qt::ElideRight, width()));
}

} // namespace perihelion
