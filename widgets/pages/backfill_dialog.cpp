// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/backfill_dialog.h"

#include "widgets/theme/theme.h"
#include "widgets/views/backfill_form.h"
#include "widgets/views/section_label.h"
#include "widgets/views/value_table_view.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace perihelion {

namespace {

constexpr QSize kFirstSize(860, 640);
constexpr QSize kLeastSize(640, 560);
constexpr int kTypingMillis = 250;
constexpr int kClockMillis = 1000;
constexpr int kReasonLines = 2;

} // namespace

BackfillDialog::BackfillDialog(const AppServices& services, QWidget* parent)
    : QDialog(parent),
      m_services(services),
      m_job(services)
{
    setObjectName(QStringLiteral("backfillDialog"));
    setWindowTitle(tr("Run missing commits"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(10);
    const Theme& theme = m_services.theme;
    auto* about =
        makeLabel(tr("Checks out, builds and measures the commits that have no run yet, in a folder "
                     "of its own: your checkout stays as it is. It may be cancelled or closed at any "
                     "time; what was measured is kept, and the next start goes on from there."),
                  FontRole::Small, QStringLiteral("muted"), theme, this);
    about->setWordWrap(true);
    column->addWidget(about);
    m_form = new BackfillForm(theme, this);
    column->addWidget(m_form);
    column->addWidget(buildCommits(), 1);
    m_bar = new QProgressBar(this);
    m_bar->setObjectName(QStringLiteral("backfillBar"));
    m_bar->setAccessibleName(tr("Progress of the missing commits"));
    m_bar->setTextVisible(false);
    QSizePolicy keep = m_bar->sizePolicy();
    keep.setRetainSizeWhenHidden(true);
    m_bar->setSizePolicy(keep);
    column->addWidget(m_bar);
    m_stage = makeLabel(QString(), FontRole::Body, QStringLiteral("muted"), theme, this);
    m_stage->setObjectName(QStringLiteral("backfillStage"));
    m_stage->setWordWrap(true);
    m_stage->setTextFormat(Qt::PlainText);
    m_stage->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(m_stage);
    column->addWidget(buildButtons());
    setMinimumSize(kLeastSize);
    resize(parent != nullptr ? kFirstSize.boundedTo(parent->window()->size() - QSize(80, 40)) : kFirstSize);

    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingMillis);
    connect(&m_typing, &QTimer::timeout, this, &BackfillDialog::plan);
    m_clock.setInterval(kClockMillis);
    connect(&m_clock, &QTimer::timeout, this, &BackfillDialog::showStage);
    connect(m_form, &BackfillForm::changed, this, [this](bool typed) {
        m_table.forget();
        m_lastReason.clear();
        m_stage->clear();
        m_draft.reset();
        m_planProblem.clear();
        m_job.cancelPlan();
        if (typed) {
            m_typing.start();
            showPlan();
        } else {
            plan();
        }
    });
    connectJob();
    showPlan();
}

QWidget* BackfillDialog::buildCommits()
{
    const Theme& theme = m_services.theme;
    auto* whole = new QWidget(this);
    whole->setProperty("kind", QStringLiteral("clear"));
    auto* column = new QVBoxLayout(whole);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(new SectionLabel(tr("Commits"), theme, whole));
    const auto addText = [&](const char16_t* name) {
        QLabel* label = makeLabel(QString(), FontRole::Body, QString(), theme, whole);
        label->setObjectName(QString::fromUtf16(name));
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        return label;
    };
    m_plan = addText(u"backfillPlan");
    column->addWidget(m_plan);
    m_view = new ValueTableView(m_table, tr("Commits of the range"), theme, whole);
    m_view->setObjectName(QStringLiteral("backfillTable"));
    column->addWidget(m_view, 1);
    m_hint = addText(u"backfillHint");
    m_hint->setAlignment(Qt::AlignCenter);
    setTone(m_hint, QStringLiteral("muted"));
    column->addWidget(m_hint, 1);
    m_reason = addText(u"backfillReason");
    m_reason->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_reason->setMinimumHeight(m_reason->fontMetrics().lineSpacing() * kReasonLines);
    column->addWidget(m_reason);
    connect(m_view, &ValueTableView::rowChosen, this, &BackfillDialog::showReason);
    return whole;
}

QWidget* BackfillDialog::buildButtons()
{
    auto* whole = new QWidget(this);
    whole->setProperty("kind", QStringLiteral("clear"));
    auto* row = new QHBoxLayout(whole);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    const auto add = [&](const char16_t* name) {
        auto* button = new QPushButton(whole);
        button->setObjectName(QString::fromUtf16(name));
        button->setAutoDefault(false);
        row->addWidget(button);
        return button;
    };
    m_pause = add(u"backfillPause");
    m_cancel = add(u"backfillCancel");
    row->addStretch(1);
    m_close = add(u"backfillClose");
    m_close->setText(tr("Close"));
    m_start = add(u"backfillStart");
    m_start->setProperty("kind", QStringLiteral("primary"));
    m_start->setDefault(true);
    connect(m_pause, &QPushButton::clicked, this, [this] {
        m_job.setPaused(!m_job.isPaused());
        showState();
    });
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_job.cancel();
        showState();
    });
    connect(m_close, &QPushButton::clicked, this, &BackfillDialog::reject);
    connect(m_start, &QPushButton::clicked, this, &BackfillDialog::start);
    return whole;
}

void BackfillDialog::connectJob()
{
    connect(&m_job, &BackfillJob::planned, this, &BackfillDialog::takePlan);
    connect(&m_job, &BackfillJob::planFailed, this, [this](const Error& error) {
        if (!m_job.isRunning() && !m_typing.isActive()) {
            m_draft.reset();
            m_planProblem = error.sentence();
            m_table.clear();
            showPlan();
        }
    });
    connect(&m_job, &BackfillJob::progressed, this, &BackfillDialog::takeProgress);
    connect(&m_job, &BackfillJob::commitDone, this, &BackfillDialog::takeCommit);
    connect(&m_job, &BackfillJob::finished, this, [this](const BackfillReport& report) {
        QStringList parts;
        const std::size_t measured = m_done - m_failed;
        parts.append(measured == 1 ? tr("Measured 1 commit") : tr("Measured %1 commits").arg(measured));
        if (m_failed > 0) {
            parts.append(tr("%1 could not be built or measured").arg(m_failed));
        }
        parts += report.notes;
        end(parts.join(u"; "), m_failed > 0 ? QString() : QStringLiteral("good"), false);
    });
    connect(&m_job, &BackfillJob::failed, this, [this](const Error& error) {
        const bool cancelled = error.code == ErrorCode::Cancelled;
        end(!cancelled    ? error.sentence()
            : m_done == 0 ? tr("Cancelled before the first commit was done")
            : m_done == 1 ? tr("Cancelled; the commit that was done is kept")
                          : tr("Cancelled; the %1 commits that were done are kept").arg(m_done),
            cancelled ? QString() : QStringLiteral("bad"), cancelled);
    });
}

void BackfillDialog::setProject(const QString& name, const QString& folder)
{
    m_projectName = name;
    m_projectFolder = folder;
    if (!m_job.isRunning()) {
        ask();
    }
}

/// Looks what is missing, of the project that is open now.
void BackfillDialog::ask()
{
    if (m_projectFolder.isEmpty()) {
        hide();
        return;
    }
    setWindowTitle(tr("Run missing commits – %1").arg(m_projectName));
    if (m_form->wish().folder != m_projectFolder) {
        m_table.forget();
        m_table.clear();
        m_lastReason.clear();
    }
    m_form->setProject(m_projectName, m_projectFolder);
    if (isVisible()) {
        plan();
    }
}

void BackfillDialog::showEvent(QShowEvent* event)
{
    QDialog::showEvent(event);
    if (!m_job.isRunning()) {
        m_table.forget();
        ask();
    }
    m_start->setFocus();
}

void BackfillDialog::plan()
{
    m_typing.stop();
    if (m_job.isRunning()) {
        return;
    }
    m_draft.reset();
    m_planProblem.clear();
    const BackfillWish wish = m_form->wish();
    if (wish.plan.coldRuns + wish.plan.warmRuns == 0) {
        m_planProblem = tr("Ask for at least one cold or warm run of each commit");
    } else if (wish.lastCommits == 0 && wish.range.trimmed().isEmpty()) {
        m_planProblem = tr("Name a range of commits: A..B is what B has and A has not, as in v1.0..main");
    } else {
        m_job.plan(wish);
    }
    showPlan();
}

void BackfillDialog::takePlan(const BackfillDraft& draft)
{
    if (m_job.isRunning() || m_typing.isActive()) {
        return;
    }
    m_draft = draft;
    m_form->setWorkloads(draft.project);
    m_form->setUsualRange(draft.usualRange);
    m_table.setPlan(draft.plan);
    showPlan();
}

void BackfillDialog::start()
{
    if (!m_draft || m_draft->plan.commits.empty() || !isSettled() || !m_services.measuring) {
        return;
    }
    m_begun = false;
    m_done = 0;
    m_failed = 0;
    m_lastReason.clear();
    m_progress = {};
    m_progress.total = m_draft->plan.commits.size();
    m_sinceProgress.start();
    m_table.begin();
    m_view->clearSelection();
    m_view->setCurrentIndex({});
    m_job.start(*m_draft);
    m_clock.start();
    showStage();
    showReason();
    showState();
    m_pause->setFocus();
    Q_EMIT progressChanged();
}

void BackfillDialog::takeProgress(const BackfillProgress& progress)
{
    const bool another = progress.commit != m_progress.commit;
    m_progress = progress;
    m_begun = true;
    m_sinceProgress.start();
    m_table.takeProgress(progress);
    const std::optional<int> row = m_table.currentRow();
    if (another && row && !m_view->currentIndex().isValid()) {
        m_view->scrollTo(m_table.index(*row, 0));
    }
    showStage();
}

void BackfillDialog::takeCommit(const MeasuredCommit& commit)
{
    ++m_done;
    m_progress.done = m_done;
    m_table.takeCommit(commit);
    if (commit.state() != RunState::Finished) {
        ++m_failed;
        m_lastReason = tr("%1: %2").arg(commit.commit.hash.left(12), commit.failure());
    }
    showReason();
    showStage();
    Q_EMIT commitStored(commit);
    Q_EMIT progressChanged();
}

void BackfillDialog::end(const QString& sentence, const QString& tone, bool cancelled)
{
    m_clock.stop();
    m_table.end(cancelled);
    setTone(m_stage, tone);
    m_stage->setText(QString(sentence % u'.'));
    ask(); // What is missing now.
    showPlan();
    Q_EMIT progressChanged();
    Q_EMIT ended(sentence);
}

} // namespace perihelion
