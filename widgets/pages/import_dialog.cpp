// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/import_dialog.h"

#include "core/runs/run_store.h"
#include "widgets/theme/theme.h"
#include "widgets/views/dropped_paths.h"
#include "widgets/views/import_form.h"
#include "widgets/views/section_label.h"
#include "widgets/views/value_table_view.h"

#include <QDropEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace perihelion {

namespace {

constexpr QSize kFirstSize(900, 660);
constexpr QSize kLeastSize(640, 560);
constexpr int kTypingMillis = 250;
constexpr int kRemarkRows = 4; ///< Of these are seen at most.
constexpr int kListSpacing = 3;

} // namespace

ImportDialog::ImportDialog(const AppServices& services, QWidget* parent)
    : QDialog(parent),
      m_services(services),
      m_reading(
          services.jobs, JobPool::Background,
          [this](const Result<std::shared_ptr<const ImportPreview>>& preview) { showPreview(preview); }),
      m_storing(services.jobs, JobPool::Store, [this](const Result<StoredImport>& stored) { finish(stored); })
{
    setObjectName(QStringLiteral("importDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Import results"));
    setAcceptDrops(true);
    const Theme& theme = m_services.theme;
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(10);
    auto* about = makeLabel(
        tr("Google Benchmark, hyperfine, pytest-benchmark, Criterion, asv, github-action-benchmark, "
           "Chrome traces, and runs that Perihelion exported. Samples are kept as they are."),
        FontRole::Small, QStringLiteral("muted"), theme, this);
    about->setWordWrap(true);
    column->addWidget(about);
    m_form = new ImportForm(this);
    column->addWidget(m_form);
    column->addWidget(buildPreview(), 1);
    m_progress = new QProgressBar(this);
    m_progress->setAccessibleName(tr("Progress of the import"));
    m_progress->setRange(0, 1000);
    column->addWidget(m_progress);
    m_answer = makeLabel(QString(), FontRole::Body, QStringLiteral("muted"), theme, this);
    m_answer->setObjectName(QStringLiteral("importAnswer"));
    m_answer->setWordWrap(true);
    m_answer->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_answer->setMinimumHeight(m_answer->fontMetrics().lineSpacing() * 2);
    m_answer->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    column->addWidget(m_answer);
    column->addWidget(buildButtons());
    setMinimumSize(kLeastSize);
    resize(parent != nullptr ? kFirstSize.boundedTo(parent->window()->size() - QSize(80, 40)) : kFirstSize);

    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingMillis);
    connect(&m_typing, &QTimer::timeout, this, &ImportDialog::read);
    connect(m_form, &ImportForm::changed, this, [this](bool pathsToo) {
        m_isStored = false;
        m_preview.reset();
        m_reading.cancel();
        if (pathsToo) {
            m_typing.stop();
            read();
        } else {
            m_typing.start();
        }
        updateControls();
    });
    const auto follow = [this](QFutureWatcherBase& watcher) {
        connect(&watcher, &QFutureWatcherBase::progressValueChanged, m_progress, &QProgressBar::setValue);
    };
    follow(m_reading.watcher());
    follow(m_storing.watcher());
    read();
}

QWidget* ImportDialog::buildPreview()
{
    const Theme& theme = m_services.theme;
    auto* whole = new QWidget(this);
    whole->setProperty("kind", QStringLiteral("clear"));
    auto* column = new QVBoxLayout(whole);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(new SectionLabel(tr("What would be stored"), theme, whole));
    m_totals = makeLabel(QString(), FontRole::Body, QString(), theme, whole);
    m_totals->setObjectName(QStringLiteral("importTotals"));
    m_totals->setWordWrap(true);
    column->addWidget(m_totals);
    m_view = new ValueTableView(m_table, tr("Series that would be stored"), theme, whole);
    m_view->setObjectName(QStringLiteral("importTable"));
    column->addWidget(m_view, 1);
    m_hint = makeLabel(QString(), FontRole::Body, QStringLiteral("muted"), theme, whole);
    m_hint->setObjectName(QStringLiteral("importHint"));
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setWordWrap(true);
    column->addWidget(m_hint, 1);
    m_remarks = new QListWidget(whole);
    m_remarks->setObjectName(QStringLiteral("importRemarks"));
    m_remarks->setAccessibleName(tr("What was assumed or left out"));
    m_remarks->setWordWrap(true);
    m_remarks->setSelectionMode(QAbstractItemView::NoSelection);
    m_remarks->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_remarks->setSpacing(kListSpacing);
    column->addWidget(m_remarks);
    return whole;
}

QWidget* ImportDialog::buildButtons()
{
    auto* whole = new QWidget(this);
    whole->setProperty("kind", QStringLiteral("clear"));
    auto* row = new QHBoxLayout(whole);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    const auto add = [&](const QString& text, const char16_t* name, const QString& tip) {
        auto* button = new QPushButton(text, whole);
        button->setObjectName(QString::fromUtf16(name));
        button->setToolTip(tip);
        row->addWidget(button);
        return button;
    };
    m_show = add(tr("&Show history"), u"importShow",
                 tr("See the runs on the History page, of the row that is selected (Alt+S)"));
    row->addStretch(1);
    m_close = add(tr("Close"), u"importClose", tr("Close (Esc)"));
    m_close->setAutoDefault(false);
    m_store = add(tr("&Import"), u"importStore", tr("Store these runs (Enter)"));
    m_store->setProperty("kind", QStringLiteral("primary"));
    m_store->setDefault(true);
    connect(m_store, &QPushButton::clicked, this, &ImportDialog::store);
    connect(m_close, &QPushButton::clicked, this, &ImportDialog::reject);
    connect(m_show, &QPushButton::clicked, this, &ImportDialog::showHistory);
    return whole;
}

void ImportDialog::addPaths(const QStringList& paths)
{
    m_form->addPaths(paths);
}

void ImportDialog::dragEnterEvent(QDragEnterEvent* event)
{
    if (!m_isStoring && !droppedPaths(*event).isEmpty()) {
        event->acceptProposedAction();
    }
}

void ImportDialog::dropEvent(QDropEvent* event)
{
    if (!m_isStoring) {
        event->acceptProposedAction();
        addPaths(droppedPaths(*event));
    }
}

void ImportDialog::read()
{
    m_preview.reset();
    m_progress->setValue(0);
    m_isReading = !m_form->wishes().paths.isEmpty();
    if (!m_isReading) {
        m_reading.cancel();
        m_table.setTable({});
        m_totals->clear();
        showRemarks({});
        m_hint->setText(tr("Add files or a folder, or drop them here: what would be stored is shown before "
                           "anything is."));
        say({}, QStringLiteral("muted"));
        updateControls();
        return;
    }
    say(tr("Reading the results…"), QStringLiteral("muted"));
    m_reading.supersede(
        [wishes = m_form->wishes()](const CancelToken& cancel, const ProgressReporter& progress) {
            return previewImport(wishes, cancel, progress);
        });
    updateControls();
}

void ImportDialog::showPreview(const Result<std::shared_ptr<const ImportPreview>>& preview)
{
    m_isReading = false;
    m_preview = preview ? *preview : nullptr;
    m_table.setTable(m_preview ? m_preview->table : ValueTable());
    m_totals->setText(m_preview ? m_preview->totals : QString());
    showRemarks(m_preview ? m_preview->remarks : QStringList());
    m_hint->setText(tr("Nothing can be stored."));
    if (m_preview) {
        say(m_preview->plan.refused.empty()
                ? tr("Nothing is stored yet.")
                : tr("Nothing is stored yet; files that hold no results are left out."),
            QStringLiteral("muted"));
    } else {
        say(preview.error().sentence(), QStringLiteral("bad"));
    }
    updateControls();
}

void ImportDialog::store()
{
    if (!m_preview || m_isStoring || m_isStored || isReading()) {
        return;
    }
    m_isStoring = true;
    m_stop = CancelToken();
    m_progress->setValue(0);
    say(tr("Storing the runs…"), QStringLiteral("muted"));
    m_storing.request([&store = m_services.runStore, preview = m_preview,
                       stop = m_stop](const CancelToken& cancel, const ProgressReporter& progress) {
        const CancelToken either =
            CancelToken::alsoWhen([cancel, stop] { return cancel.isCancelled() || stop.isCancelled(); });
        return storeImport(store, preview->plan, either, progress);
    });
    updateControls();
    m_close->setFocus();
}

void ImportDialog::finish(const Result<StoredImport>& stored)
{
    m_isStoring = false;
    m_isStored = stored.hasValue();
    if (stored) {
        const QString sentence = storedImportText(*stored);
        say(QString(sentence % u'.'), QStringLiteral("good"));
        Q_EMIT imported(sentence);
    } else if (stored.error().code == ErrorCode::Cancelled) {
        say(tr("Cancelled: nothing was stored."), QStringLiteral("muted"));
    } else {
        say(stored.error().sentence(), QStringLiteral("bad"));
    }
    updateControls();
    if (m_isStored) {
        m_show->setFocus();
    } else {
        m_store->setFocus();
    }
}

void ImportDialog::showHistory()
{
    if (!m_preview || m_preview->series.empty()) {
        return;
    }
    const int row = std::max(0, m_view->currentIndex().row());
    const auto at = std::min(static_cast<std::size_t>(row), m_preview->series.size() - 1);
    const PlannedSeries& series = m_preview->series[at];
    Q_EMIT showRequested(series.workload, series.scenario);
    accept();
}

void ImportDialog::reject()
{
    if (!m_isStoring) {
        QDialog::reject();
        return;
    }
    m_stop.cancel();
    say(tr("Stopping…"), QStringLiteral("muted"));
    m_close->setEnabled(false);
}

void ImportDialog::showRemarks(const QStringList& remarks)
{
    m_remarks->clear();
    m_remarks->addItems(remarks);
    const int rows = std::min(static_cast<int>(remarks.size()), kRemarkRows);
    m_remarks->setFixedHeight(rows * (m_remarks->fontMetrics().height() + 4 * kListSpacing) + 8);
}

void ImportDialog::say(const QString& text, const QString& tone)
{
    setTone(m_answer, tone);
    m_answer->setText(text);
}

void ImportDialog::updateControls()
{
    const bool reading = isReading();
    const bool any = m_preview != nullptr;
    m_form->setEnabled(!m_isStoring);
    m_store->setEnabled(any && !reading && !m_isStoring && !m_isStored);
    m_show->setVisible(m_isStored);
    m_show->setDefault(m_isStored);
    m_store->setDefault(!m_isStored);
    m_close->setEnabled(true);
    m_close->setText(m_isStoring ? tr("Cancel") : tr("Close"));
    m_close->setToolTip(m_isStoring ? tr("Stop; nothing is stored then (Esc)") : tr("Close (Esc)"));
    m_view->setVisible(any || reading);
    m_hint->setVisible(!any && !reading);
    m_totals->setVisible(!m_totals->text().isEmpty());
    m_remarks->setVisible(m_remarks->count() > 0);
    QSizePolicy keep = m_progress->sizePolicy();
    keep.setRetainSizeWhenHidden(true);
    m_progress->setSizePolicy(keep);
    m_progress->setVisible(reading || m_isStoring);
}

} // namespace perihelion
