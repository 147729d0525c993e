// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// InterleavedDialog: asks before two commits are built and measured in turn: says what will be done, and
// takes the number of rounds.

#include "widgets/models/interleaved_job.h"

#include <QDialog>

class QSpinBox;

namespace perihelion {

class Theme;

class InterleavedDialog : public QDialog {
    Q_OBJECT

public:
    InterleavedDialog(InterleavedPlan plan, const Theme& theme, QWidget* parent = nullptr);

    /// With the rounds that are chosen now.
    InterleavedPlan plan() const;

private:
    InterleavedPlan m_plan;
    QSpinBox* m_rounds = nullptr;
};

} // namespace perihelion
