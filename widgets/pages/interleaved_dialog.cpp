// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/interleaved_dialog.h"

#include "widgets/theme/theme.h"
#include "widgets/views/section_label.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <utility>

namespace perihelion {

namespace {

constexpr int kMostRounds = 10'000;
constexpr int kDialogWidth = 560;

QString commitWords(const Commit& commit)
{
    return QString(commit.hash.left(10) % u"  " % commit.subject);
}

/// "steps/default: a cold process and one with 2 warm iterations of each side".
QString workloadWords(const InterleavedWorkload& workload)
{
    QStringList parts;
    if (workload.round.coldRuns > 0) {
        parts.append(InterleavedDialog::tr("a cold process"));
    }
    if (workload.round.warmRuns > 0) {
        parts.append(workload.round.warmRuns == 1
                         ? InterleavedDialog::tr("one with a warm iteration")
                         : InterleavedDialog::tr("one with %1 warm iterations").arg(workload.round.warmRuns));
    }
    return InterleavedDialog::tr("%1/%2: %3 of each side")
        .arg(workload.scenario.workload(), workload.scenario.name(),
             parts.join(InterleavedDialog::tr(" and ")));
}

} // namespace

InterleavedDialog::InterleavedDialog(InterleavedPlan plan, const Theme& theme, QWidget* parent)
    : QDialog(parent),
      m_plan(std::move(plan))
{
    setWindowTitle(tr("Measure again interleaved"));
    setMinimumWidth(kDialogWidth);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(12);
    const auto text = [&](const QString& words, const QString& tone) {
        QLabel* made = makeLabel(words, FontRole::Body, tone, theme, this);
        made->setTextFormat(Qt::PlainText);
        made->setWordWrap(true);
        return made;
    };
    QLabel* what =
        text(tr("Both commits are built side by side in the cache folder; the checkout in %1 is not touched. "
                "Then they are measured in turn, A B B A, so that whatever drifts on the machine lies on "
                "both alike. Both runs are kept in the history of their commits.")
                 .arg(m_plan.project.folder()),
             QString());
    what->setObjectName(QStringLiteral("interleavedWhat"));
    column->addWidget(what);
    auto* grid = new QGridLayout();
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(6);
    grid->setColumnStretch(1, 1);
    const auto add = [&](const QString& name, const QString& value) {
        const int row = grid->rowCount();
        grid->addWidget(text(name, QStringLiteral("muted")), row, 0, Qt::AlignTop);
        grid->addWidget(text(value, QString()), row, 1);
    };
    add(tr("A"), commitWords(m_plan.request.a.commit));
    add(tr("B"), commitWords(m_plan.request.b.commit));
    QStringList workloads;
    for (const InterleavedWorkload& each : m_plan.request.workloads) {
        workloads.append(workloadWords(each));
    }
    add(tr("A round"), workloads.join(u'\n'));
    m_rounds = new QSpinBox(this);
    m_rounds->setObjectName(QStringLiteral("interleavedRounds"));
    m_rounds->setRange(static_cast<int>(kFewestRounds), kMostRounds);
    m_rounds->setValue(static_cast<int>(m_plan.request.rounds));
    m_rounds->setAccessibleName(tr("Rounds"));
    m_rounds->setToolTip(tr("More rounds make the interval narrower"));
    m_rounds->setFixedWidth(96);
    const int row = grid->rowCount();
    grid->addWidget(text(tr("Rounds"), QStringLiteral("muted")), row, 0);
    grid->addWidget(m_rounds, row, 1, Qt::AlignLeft);
    column->addLayout(grid);
    auto* buttons = new QHBoxLayout();
    buttons->addStretch(1);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    auto* measure = new QPushButton(tr("Measure"), this);
    measure->setObjectName(QStringLiteral("interleavedMeasure"));
    measure->setProperty("kind", QStringLiteral("primary"));
    measure->setDefault(true);
    buttons->addWidget(cancel);
    buttons->addWidget(measure);
    column->addLayout(buttons);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(measure, &QPushButton::clicked, this, &QDialog::accept);
}

InterleavedPlan InterleavedDialog::plan() const
{
    InterleavedPlan chosen = m_plan;
    chosen.request.rounds = static_cast<std::size_t>(m_rounds->value());
    return chosen;
}

} // namespace perihelion
