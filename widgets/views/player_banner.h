// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PlayerBanner: one sentence above the canvas on what went wrong with the open recording, with the ways to go
// on. Hidden until it has something to say. GUI thread only.

#include <QFrame>

class QLabel;

namespace perihelion {

class PlayerBanner : public QFrame {
    Q_OBJECT

public:
    explicit PlayerBanner(QWidget* parent = nullptr);

    void showSentence(const QString& sentence);
    QString text() const;

Q_SIGNALS:
    void reopenRequested();

private:
    QLabel* m_text;
};

} // namespace perihelion
