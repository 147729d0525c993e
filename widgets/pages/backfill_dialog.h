// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// BackfillDialog: measures the commits of a project that lack runs: which range, in which order, how many
// those are; then every commit with its state, pause and cancel. Owned by the History page together with its
// job: closing it only hides it, and what is being measured goes on.

#include "widgets/models/app_services.h"
#include "widgets/models/backfill_job.h"
#include "widgets/models/backfill_table_model.h"

#include <QDialog>
#include <QElapsedTimer>
#include <QTimer>

#include <optional>

class QLabel;
class QProgressBar;
class QPushButton;

namespace perihelion {

class BackfillForm;
class ValueTableView;

class BackfillDialog : public QDialog {
    Q_OBJECT

public:
    explicit BackfillDialog(const AppServices& services, QWidget* parent = nullptr);

    /// The project whose commits are looked at; while something is measured, from its end on. An empty folder
    /// closes the dialog then.
    void setProject(const QString& name, const QString& folder);
    BackfillJob& job() { return m_job; }
    /// What is shown is what is asked for.
    bool isSettled() const { return !m_typing.isActive() && !m_job.isPlanning() && !m_job.isRunning(); }
    /// "3 of 10" while something is measured; empty otherwise.
    QString progressText() const;
    std::size_t doneCommits() const { return m_done; }

Q_SIGNALS:
    /// A commit is done: its runs, or the gap, are in the store.
    void commitStored(const perihelion::MeasuredCommit& commit);
    /// Measuring began, went on by a commit, paused or ended.
    void progressChanged();
    /// Measuring ended, in whichever way.
    void ended(const QString& sentence);

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildCommits();
    QWidget* buildButtons();
    void connectJob();
    void ask();
    void plan();
    void takePlan(const BackfillDraft& draft);
    void start();
    void takeProgress(const BackfillProgress& progress);
    void takeCommit(const MeasuredCommit& commit);
    void end(const QString& sentence, const QString& tone, bool cancelled);

    void showPlan();
    void showStage();
    void showReason();
    void showState();

    AppServices m_services;
    BackfillJob m_job;
    BackfillTableModel m_table;
    QString m_projectName;
    QString m_projectFolder;
    std::optional<BackfillDraft> m_draft; ///< What start() measures; nothing while it is out of date.
    QString m_planProblem;
    BackfillProgress m_progress;
    QElapsedTimer m_sinceProgress;
    QTimer m_clock;       ///< Counts the time left down between two words of the job.
    QTimer m_typing;      ///< A range is looked up when nothing more is typed.
    bool m_begun = false; ///< The job had its turn.
    std::size_t m_done = 0;
    std::size_t m_failed = 0;
    QString m_lastReason; ///< Of the last commit that failed.

    BackfillForm* m_form = nullptr;
    QLabel* m_plan = nullptr;
    ValueTableView* m_view = nullptr;
    QLabel* m_hint = nullptr;
    QLabel* m_reason = nullptr;
    QProgressBar* m_bar = nullptr;
    QLabel* m_stage = nullptr;
    QPushButton* m_pause = nullptr;
    QPushButton* m_cancel = nullptr;
    QPushButton* m_close = nullptr;
    QPushButton* m_start = nullptr;
};

} // namespace perihelion
