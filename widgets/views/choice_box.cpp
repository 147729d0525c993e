// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/choice_box.h"

#include "widgets/theme/theme.h"
#include "widgets/views/section_label.h"

#include <QGridLayout>
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

ChoiceBox* addChoiceRow(QGridLayout* grid, const QString& name, const QString& tip, const Theme& theme)
{
    const int row = grid->rowCount();
    QWidget* parent = grid->parentWidget();
    QLabel* label = makeLabel(name, FontRole::Body, QStringLiteral("muted"), theme, parent);
    auto* box = new ChoiceBox(theme, parent);
    box->setToolTip(tip);
    box->setAccessibleName(name);
    box->setMinimumWidth(200);
    label->setBuddy(box);
    grid->addWidget(label, row, 0);
    grid->addWidget(box, row, 1, Qt::AlignLeft);
    return box;
}

} // namespace perihelion
