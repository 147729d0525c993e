// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/backfill_form.h"

#include "widgets/theme/theme.h"
#include "widgets/views/choice_box.h"
#include "widgets/views/elided_label.h"
#include "widgets/views/section_label.h"

#include <QCheckBox>
#include <QDir>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSpinBox>

#include <algorithm>
#include <utility>

namespace perihelion {

namespace {

constexpr int kMostCommits = 10'000;
constexpr int kMostRuns = 1'000;

} // namespace

BackfillForm::BackfillForm(const Theme& theme, QWidget* parent) : QWidget(parent)
{
    setProperty("kind", QStringLiteral("clear"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(8);
    grid->setColumnStretch(2, 1);
    m_project = new ElidedLabel(this);
    m_project->setObjectName(QStringLiteral("backfillProject"));
    grid->addWidget(makeLabel(tr("Project"), FontRole::Body, QStringLiteral("muted"), theme, this), 0, 0);
    grid->addWidget(m_project, 0, 1, 1, 2);
    m_workload =
        addChoiceRow(grid, tr("Workload"), tr("Which of the project's commands are measured"), theme);
    m_workload->setObjectName(QStringLiteral("backfillWorkload"));
    m_workload->addItem(tr("Every workload"), QString());
    buildRange(grid, theme);
    m_order = addChoiceRow(grid, tr("Order"), tr("Which commits come first"), theme);
    m_order->setObjectName(QStringLiteral("backfillOrder"));
    m_order->addItem(tr("Newest first"), static_cast<int>(BackfillOrder::Newest));
    m_order->addItem(tr("By bisection"), static_cast<int>(BackfillOrder::Bisection));
    m_order->setItemData(1, tr("Both ends, then the middle of every gap: the whole range shows early"),
                         Qt::ToolTipRole);
    buildRuns(grid, theme);

    for (QComboBox* box : {m_workload, m_order}) {
        connect(box, &QComboBox::activated, this, [this] { Q_EMIT changed(false); });
    }
    connect(m_which, &QComboBox::currentIndexChanged, this, [this] {
        showRange();
        Q_EMIT changed(false);
    });
    for (QSpinBox* box : {m_last, m_cold, m_warm}) {
        connect(box, &QSpinBox::valueChanged, this, [this] { Q_EMIT changed(true); });
    }
    connect(m_range, &QLineEdit::textEdited, this, [this] {
        m_rangeTyped = true;
        Q_EMIT changed(true);
    });
    connect(m_retry, &QCheckBox::toggled, this, [this] { Q_EMIT changed(false); });
    showRange();
}

QSpinBox* BackfillForm::addNumber(const char16_t* name, int least, int most, int value, const QString& title,
                                  const QString& tip)
{
    auto* box = new QSpinBox(this);
    box->setObjectName(QString::fromUtf16(name));
    box->setRange(least, most);
    box->setValue(value);
    box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    box->setAccessibleName(title);
    box->setToolTip(tip);
    return box;
}

void BackfillForm::buildRange(QGridLayout* grid, const Theme& theme)
{
    m_which = addChoiceRow(grid, tr("Commits"), tr("Which commits are looked at"), theme);
    m_which->setObjectName(QStringLiteral("backfillWhich"));
    m_which->addItem(tr("The last ones"));
    m_which->addItem(tr("A range"));
    auto* row = new QHBoxLayout();
    m_last =
        addNumber(u"backfillLast", 1, kMostCommits, static_cast<int>(kUsualCommits), tr("Number of commits"),
                  tr("So many commits of the branch that is checked out, merges counted once"));
    row->addWidget(m_last);
    m_range = new QLineEdit(this);
    m_range->setObjectName(QStringLiteral("backfillRange"));
    m_range->setPlaceholderText(QStringLiteral("v1.0..main"));
    m_range->setAccessibleName(tr("Range of commits"));
    m_range->setToolTip(tr("A..B: the commits of B that A does not have; branches, tags and hashes as git "
                           "knows them"));
    row->addWidget(m_range, 1);
    row->addStretch(0);
    grid->addLayout(row, grid->rowCount() - 1, 2);
}

void BackfillForm::buildRuns(QGridLayout* grid, const Theme& theme)
{
    const RunPlan usual;
    const int line = grid->rowCount();
    grid->addWidget(makeLabel(tr("Runs"), FontRole::Body, QStringLiteral("muted"), theme, this), line, 0);
    auto* row = new QHBoxLayout();
    row->setSpacing(8);
    const auto addWord = [&](const QString& word) {
        row->addWidget(makeLabel(word, FontRole::Body, QStringLiteral("muted"), theme, this));
    };
    m_cold = addNumber(u"backfillCold", 0, kMostRuns, usual.coldRuns, tr("Cold runs"),
                       tr("Processes of one iteration each, for every commit"));
    row->addWidget(m_cold);
    addWord(tr("cold"));
    m_warm = addNumber(u"backfillWarm", 0, kMostRuns, usual.warmRuns, tr("Warm runs"),
                       tr("Iterations in processes that have run already, for every commit"));
    row->addWidget(m_warm);
    addWord(tr("warm, for each commit"));
    row->addStretch(1);
    grid->addLayout(row, line, 1, 1, 2);
    m_retry = new QCheckBox(tr("Also commits that could not be built or measured before"), this);
    m_retry->setObjectName(QStringLiteral("backfillRetry"));
    grid->addWidget(m_retry, line + 1, 1, 1, 2);
}

void BackfillForm::setProject(const QString& name, const QString& folder)
{
    m_project->setText(QString(name % u" – " % QDir::toNativeSeparators(folder)));
    if (folder == m_folder) {
        return;
    }
    m_folder = folder;
    m_range->clear();
    m_rangeTyped = false;
    const QSignalBlocker quiet(m_which);
    m_which->setCurrentIndex(0);
    showRange();
    m_workload->clear();
    m_workload->addItem(tr("Every workload"), QString());
}

void BackfillForm::setWorkloads(const ProjectWorkloads& project)
{
    QStringList names;
    for (const Scenario& scenario : project.scenarios) {
        names.append(QString(scenario.workload() % u'/' % scenario.name()));
    }
    QStringList listed;
    for (int at = 1; at < m_workload->count(); ++at) {
        listed.append(m_workload->itemText(at));
    }
    if (names == listed) {
        return; // The list may be open.
    }
    const QString chosen = m_workload->currentData().toString();
    m_workload->clear();
    m_workload->addItem(tr("Every workload"), QString());
    for (const QString& name : std::as_const(names)) {
        m_workload->addItem(name, name);
    }
    m_workload->setCurrentIndex(std::max(0, m_workload->findData(chosen)));
}

void BackfillForm::setUsualRange(const QString& range)
{
    if (!m_rangeTyped && m_which->currentIndex() == 0) {
        m_range->setText(range);
    }
}

BackfillWish BackfillForm::wish() const
{
    BackfillWish wish;
    wish.folder = m_folder;
    wish.workload = m_workload->currentData().toString();
    if (m_which->currentIndex() == 0) {
        wish.lastCommits = static_cast<std::size_t>(m_last->value());
    } else {
        wish.range = m_range->text();
    }
    wish.order = static_cast<BackfillOrder>(m_order->currentData().toInt());
    wish.retryFailed = m_retry->isChecked();
    wish.plan.coldRuns = m_cold->value();
    wish.plan.warmRuns = m_warm->value();
    return wish;
}

void BackfillForm::showRange()
{
    const bool last = m_which->currentIndex() == 0;
    m_last->setVisible(last);
    m_range->setVisible(!last);
}

} // namespace perihelion
