// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// LoadPanel: the comparison of load times with its title, the button that measures it and the ways to take
// picture and numbers away. Paints values; what is asked for it tells by signal.

#include "datasets/workloads/load_comparison.h"

#include <QFrame>
#include <QImage>

class QLabel;
class QPushButton;
class QToolButton;

namespace perihelion {

class LoadChart;
class Theme;

class LoadPanel : public QFrame {
    Q_OBJECT

public:
    explicit LoadPanel(const Theme& theme, QWidget* parent = nullptr);

    void setComparison(const LoadComparison& comparison);
    /// Whether a comparison can be asked for now.
    void setReady(bool ready);
    LoadChart& chart() { return *m_chart; }
    /// The whole chart as it is shown, on the theme's background.
    QImage picture();
    QByteArray svg();

Q_SIGNALS:
    void compareRequested();
    void copyPictureRequested();
    void copyTableRequested();
    /// ending: png or svg for the picture, csv for the table.
    void saveRequested(const QString& ending);

private:
    void restyle();

    const Theme& m_theme;
    LoadChart* m_chart = nullptr;
    QLabel* m_note = nullptr;
    QPushButton* m_compare = nullptr;
    QToolButton* m_more = nullptr;
};

} // namespace perihelion
