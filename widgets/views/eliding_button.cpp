// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/eliding_button.h"

#include <QStyleOptionButton>
#include <QStylePainter>

#include <algorithm>

namespace perihelion {

ElidingButton::ElidingButton(int leastWidth, QWidget* parent) : QPushButton(parent), m_leastWidth(leastWidth)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

QSize ElidingButton::minimumSizeHint() const
{
    const QSize whole = sizeHint();
    return {std::min(m_leastWidth, whole.width()), whole.height()};
}

void ElidingButton::paintEvent(QPaintEvent*)
{
    QStylePainter painter(this);
    QStyleOptionButton option;
    initStyleOption(&option);
    const int lacking = sizeHint().width() - width();
    if (lacking > 0) {
        const int room = option.fontMetrics.horizontalAdvance(option.text) - lacking;
        option.text = option.fontMetrics.elidedText(option.text, Qt::ElideMiddle, room);
    }
    painter.drawControl(QStyle::CE_PushButton, option);
}

} // namespace perihelion
