// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// EnterPresses: lets Enter press the button that has the focus, on pages where Space means something else.

#include <QAbstractButton>
#include <QKeyEvent>

namespace perihelion {

class EnterPresses : public QObject {
    Q_OBJECT

public:
    /// Watches every button that page has now.
    explicit EnterPresses(QWidget* page) : QObject(page)
    {
        for (QAbstractButton* button : page->findChildren<QAbstractButton*>()) {
            button->installEventFilter(this);
        }
    }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() == QEvent::KeyPress) {
            const int key = static_cast<QKeyEvent*>(event)->key();
            if (key == Qt::Key_Return || key == Qt::Key_Enter) {
                static_cast<QAbstractButton*>(watched)->click();
                return true;
            }
        }
        return QObject::eventFilter(watched, event);
    }
};

} // namespace perihelion
