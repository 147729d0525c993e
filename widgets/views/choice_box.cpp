// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/choice_box.h"

#include "widgets/theme/theme.h"

#include <QPainter>

namespace perihelion {

ChoiceBox::ChoiceBox(const Theme& theme, QWidget* parent) : QComboBox(parent), m_theme(theme) {}

void ChoiceBox::paintEvent(QPaintEvent* event)
{
    QComboBox::paintEvent(event);
    QPainter painter(this);
    m_theme.icon(QStringLiteral("chevron-down"), ColorRole::Muted)
        .paint(&painter, QRect(width() - 22, (height() - 12) / 2, 12, 12), Qt::AlignCenter,
               isEnabled() ? QIcon::Normal : QIcon::Disabled);
}

} // namespace perihelion
