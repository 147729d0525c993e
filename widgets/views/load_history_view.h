// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// LoadHistoryView: the last loads of a recording as bars, oldest at the left, coloured by cache state with
// the words beneath. Hover shows a load's exact numbers. The chart is made when there is first something to
// show.

#include "core/runs/run_store.h"

#include <QWidget>

#include <vector>

class QLabel;
class QVBoxLayout;

QT_BEGIN_NAMESPACE
class QChartView;
QT_END_NAMESPACE

namespace perihelion {

class Theme;

class LoadHistoryView : public QWidget {
    Q_OBJECT

public:
    explicit LoadHistoryView(const Theme& theme, QWidget* parent = nullptr);

    /// Newest first, as the run store gives them.
    void setLoads(const std::vector<LoadRecord>& newestFirst);
    const std::vector<LoadRecord>& loads() const { return m_loads; }

    /// A sentence with a load's exact numbers.
    static QString describe(const LoadRecord& load);

private:
    void rebuild();

    const Theme& m_theme;
    std::vector<LoadRecord> m_loads; ///< Oldest first.
    QChartView* m_chart = nullptr;
    QLabel* m_empty = nullptr;
    QLabel* m_legend = nullptr;
    QVBoxLayout* m_layout = nullptr;
};

} // namespace perihelion
