// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Another text for a button that has a shortcut: QAbstractButton::setText() replaces the shortcut by the
// text's mnemonic, which none of these texts has.

#include <QAbstractButton>
#include <QKeySequence>
#include <QString>

namespace perihelion {

inline void setTextKeepingShortcut(QAbstractButton& button, const QString& text)
{
    const QKeySequence keys = button.shortcut();
    button.setText(text);
    button.setShortcut(keys);
}

} // namespace perihelion
