// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Labels in the house's type: section headings above the parts of a panel, and values beside their names.

#include "widgets/theme/theme.h"

#include <QLabel>

namespace perihelion {

/// Upper-case, spaced, muted heading of a part of a panel.
class SectionLabel : public QLabel {
    Q_OBJECT

public:
    SectionLabel(const QString& text, const Theme& theme, QWidget* parent = nullptr);
};

/// A label in one of the theme's fonts; tone is "", "muted", "bad", "good" or "accent".
QLabel* makeLabel(const QString& text, FontRole font, const QString& tone, const Theme& theme,
                  QWidget* parent);

/// Changes a label's tone and lets the style sheet know.
void setTone(QLabel* label, const QString& tone);

} // namespace perihelion
