// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/section_label.h"

#include <QStyle>

namespace perihelion {

SectionLabel::SectionLabel(const QString& text, const Theme& theme, QWidget* parent) : QLabel(text, parent)
{
    setFont(theme.font(FontRole::Section));
    setProperty("tone", QStringLiteral("muted"));
}

QLabel* makeLabel(const QString& text, FontRole font, const QString& tone, const Theme& theme,
                  QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setFont(theme.font(font));
    label->setProperty("tone", tone);
    return label;
}

void setTone(QLabel* label, const QString& tone)
{
    if (label->property("tone").toString() != tone) {
        label->setProperty("tone", tone);
        label->style()->unpolish(label);
        label->style()->polish(label);
    }
}

} // namespace perihelion
