// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// OutboxNotice: one line above the pages while runs wait for the server of the run store: how many, for which
// store, what the last try came to, and a button that tries again. A person may hide it until their number
// changes.

#include "core/runs/run_outbox.h"

#include <QFrame>

class QLabel;
class QPushButton;
class QToolButton;

namespace perihelion {

class Theme;

class OutboxNotice : public QFrame {
    Q_OBJECT

public:
    explicit OutboxNotice(const Theme& theme, QWidget* parent = nullptr);

    /// store: where the runs will go, without a password. sending: a try that a person asked for is under
    /// way.
    void setState(const OutboxState& state, const QString& store, bool sending);
    QString text() const;

Q_SIGNALS:
    void sendRequested();

private:
    void dismiss();
    void restyle();

    const Theme& m_theme;
    int m_waiting = 0;
    int m_dismissed = 0; ///< So many waited when it was hidden.
    QFrame* m_banner = nullptr;
    QLabel* m_icon = nullptr;
    QLabel* m_text = nullptr;
    QPushButton* m_send = nullptr;
    QToolButton* m_close = nullptr;
};

} // namespace perihelion
