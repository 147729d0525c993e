// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// GoToDialog: asks for a time in any of the ways that parseGoToTime understands; says at once when it does
// not. Opened window-modal, deletes itself.

#include "widgets/models/go_to_time.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;

namespace perihelion {

class Theme;

class GoToDialog : public QDialog {
    Q_OBJECT

public:
    GoToDialog(const Theme& theme, const TimeReference& reference, QWidget* parent);

Q_SIGNALS:
    void timeChosen(perihelion::EventTime time);

private:
    void check();
    void choose();

    const TimeReference m_reference;
    QLineEdit* m_field;
    QLabel* m_answer;
    QPushButton* m_go;
};

} // namespace perihelion
