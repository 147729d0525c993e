// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PlayerNotice: what stands in the place of the canvas while there is no frame: nothing open, opening (a
// skeleton), or a sentence on why a recording cannot be opened, with buttons to go on. GUI thread only.

#include "core/base/result.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace perihelion {

class Theme;

class PlayerNotice : public QWidget {
    Q_OBJECT

public:
    explicit PlayerNotice(const Theme& theme, QWidget* parent = nullptr);

    void showNothingOpen();
    void showOpening(const QString& name);
    void showFailure(const QString& name, const Error& error);

    /// The sentence that is shown.
    QString text() const;

Q_SIGNALS:
    void retryRequested();
    void backRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void show(const QString& title, const QString& sentence, const QString& back, bool retry, bool skeleton);

    const Theme& m_theme;
    QLabel* m_title;
    QLabel* m_sentence;
    QPushButton* m_retry;
    QPushButton* m_back;
    bool m_skeleton = false;
};

} // namespace perihelion
