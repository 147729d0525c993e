// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// BackfillForm: which commits of a project shall be measured, which of its workloads, how often and in which
// order.

#include "widgets/models/backfill_job.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLineEdit;
class QSpinBox;

namespace perihelion {

class ElidedLabel;
class Theme;

class BackfillForm : public QWidget {
    Q_OBJECT

public:
    explicit BackfillForm(const Theme& theme, QWidget* parent = nullptr);

    /// Another project: its workloads are listed by setWorkloads(), the range is as at first.
    void setProject(const QString& name, const QString& folder);
    void setWorkloads(const ProjectWorkloads& project);
    /// What stands in the field of the range until something is typed.
    void setUsualRange(const QString& range);
    BackfillWish wish() const;

Q_SIGNALS:
    /// typed: a letter was, and more may follow.
    void changed(bool typed);

private:
    void buildRange(QGridLayout* grid, const Theme& theme);
    void buildRuns(QGridLayout* grid, const Theme& theme);
    QSpinBox* addNumber(const char16_t* name, int least, int most, int value, const QString& title,
                        const QString& tip);
    void showRange();

    ElidedLabel* m_project = nullptr;
    QString m_folder;
    bool m_rangeTyped = false;
    QComboBox* m_workload = nullptr;
    QComboBox* m_which = nullptr;
    QSpinBox* m_last = nullptr;
    QLineEdit* m_range = nullptr;
    QComboBox* m_order = nullptr;
    QSpinBox* m_cold = nullptr;
    QSpinBox* m_warm = nullptr;
    QCheckBox* m_retry = nullptr;
};

} // namespace perihelion
