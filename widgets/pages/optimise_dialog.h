// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// OptimiseDialog: rewrites one recording: where to, how, what it would give; then progress and what it gave.
// Owns its jobs: closing it stops them. Opened window-modal, deletes itself.

#include "datasets/generate/recording_optimiser.h"
#include "widgets/models/app_services.h"
#include "widgets/models/latest_job.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace perihelion {

class OptimiseDialog : public QDialog {
    Q_OBJECT

public:
    /// stream: which one of a recording with several; empty for the first.
    OptimiseDialog(const AppServices& services, const QString& source, const QString& stream,
                   QWidget* parent = nullptr);

    bool isRunning() const { return m_running; }
    /// True while the estimate is being made.
    bool isEstimating() const { return m_estimate.isBusy(); }

Q_SIGNALS:
    /// The person wants to watch the new recording.
    void openRequested(const QString& path);
    /// The person wants to see it in the menu.
    void showRequested(const QString& path);

public Q_SLOTS:
    /// Stops a running job and stays; closes when nothing runs.
    void reject() override;

private:
    QWidget* buildForm();
    QWidget* buildButtons();
    OptimiseOptions chosen() const;
    void estimate();
    void showEstimate(const Result<OptimiseEstimate>& estimate);
    void chooseTarget();
    void start();
    void finish(const Result<OptimisedRecording>& made);
    void setRunning(bool running);
    void updateStart();

    AppServices m_services;
    const QString m_source;
    const QString m_stream;
    QLineEdit* m_target = nullptr;
    QPushButton* m_choose = nullptr;
    QComboBox* m_filter = nullptr;
    QComboBox* m_chunk = nullptr;
    QCheckBox* m_replace = nullptr;
    QLabel* m_expected = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel* m_answer = nullptr;
    QPushButton* m_start = nullptr;
    QPushButton* m_close = nullptr;
    QPushButton* m_open = nullptr;
    QPushButton* m_show = nullptr;
    QString m_made; ///< Path of the new recording, once there is one.
    bool m_running = false;
    LatestJob<OptimiseEstimate> m_estimate;
    LatestJob<OptimisedRecording> m_job;
};

} // namespace perihelion
