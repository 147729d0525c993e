// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/optimise_dialog.h"

#include "core/base/format.h"
#include "widgets/theme/theme.h"
#include "widgets/views/choice_box.h"
#include "widgets/views/section_label.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace perihelion {

namespace {

struct FilterChoice {
    const char* text;
    const char16_t* filter;
    int level;
    bool contiguous;
};

constexpr std::array<FilterChoice, 6> kFilters{
    {{QT_TRANSLATE_NOOP("perihelion::OptimiseDialog", "Shuffle + deflate 4: small, read everywhere"),
      u"shuffle-deflate", 4, false},
     {QT_TRANSLATE_NOOP("perihelion::OptimiseDialog", "Shuffle + deflate 9: smallest, slow to write"),
      u"shuffle-deflate", 9, false},
     {QT_TRANSLATE_NOOP("perihelion::OptimiseDialog", "Zstandard 3: other programs need a plugin"), u"zstd",
      3, false},
     {QT_TRANSLATE_NOOP("perihelion::OptimiseDialog", "Blosc 5: fast, other programs need a plugin"),
      u"blosc", 5, false},
     {QT_TRANSLATE_NOOP("perihelion::OptimiseDialog", "No compression, in chunks"), u"none", 1, false},
     {QT_TRANSLATE_NOOP("perihelion::OptimiseDialog", "Contiguous: opens fastest, largest"), u"none", 1,
      true}}};
constexpr std::array<int, 4> kChunks{16'384, 32'768, 65'536, 131'072};
constexpr int kDefaultChunk = 1;

QString percent(ByteCount part, ByteCount whole)
{
    const double share = 100.0 * static_cast<double>(part.value) /
                         static_cast<double>(std::max<std::uint64_t>(1, whole.value));
    return QString(QString::number(share, 'f', 0) % u" %");
}

QString millisecondsOf(const LoadPhases& phases)
{
    return QString::number(toMilliseconds(phases.total()), 'f', 1);
}

/// Beside the original, under a name that says what it is.
QString proposedTarget(const QString& source)
{
    const QFileInfo file(source);
    return QString(file.absolutePath() % u'/' % file.completeBaseName() % u"_optimised.h5");
}

} // namespace

OptimiseDialog::OptimiseDialog(const AppServices& services, const QString& source, const QString& stream,
                               QWidget* parent)
    : QDialog(parent),
      m_services(services),
      m_source(source),
      m_stream(stream),
      m_estimate(services.jobs, JobPool::Interactive,
                 [this](const Result<OptimiseEstimate>& estimate) { showEstimate(estimate); }),
      m_job(
          services.jobs, JobPool::Background,
          [this](const Result<OptimisedRecording>& made) { finish(made); }, u"Job: optimise")
{
    setObjectName(QStringLiteral("optimiseDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Optimise %1").arg(QFileInfo(source).fileName()));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(12);
    const Theme& theme = m_services.theme;
    auto* about = makeLabel(tr("Writes a new recording that is smaller and opens faster, and compares it "
                               "event for event. The original stays as it is."),
                            FontRole::Small, QStringLiteral("muted"), theme, this);
    about->setWordWrap(true);
    column->addWidget(about);
    column->addWidget(buildForm());
    m_expected = makeLabel(QString(), FontRole::Body, QString(), theme, this);
    m_expected->setObjectName(QStringLiteral("optimiseEstimate"));
    m_expected->setWordWrap(true);
    column->addWidget(m_expected);
    m_progress = new QProgressBar(this);
    m_progress->setAccessibleName(tr("Progress of optimising"));
    m_progress->setRange(0, 1000);
    m_progress->hide();
    column->addWidget(m_progress);
    m_answer = makeLabel(QString(), FontRole::Body, QStringLiteral("muted"), theme, this);
    m_answer->setObjectName(QStringLiteral("optimiseAnswer"));
    m_answer->setWordWrap(true);
    m_answer->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_answer->setMinimumHeight(m_answer->fontMetrics().lineSpacing() * 3);
    m_answer->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    column->addWidget(m_answer, 1);
    column->addWidget(buildButtons());
    setMinimumWidth(520);

    QFutureWatcherBase& watcher = m_job.watcher();
    connect(&watcher, &QFutureWatcherBase::progressValueChanged, m_progress, &QProgressBar::setValue);
    connect(&watcher, &QFutureWatcherBase::progressTextChanged, this, [this](const QString& stage) {
        if (m_running) {
            m_answer->setText(QString(stage % u'…'));
        }
    });
    updateStart();
    estimate();
}

QWidget* OptimiseDialog::buildForm()
{
    auto* form = new QWidget(this);
    form->setProperty("kind", QStringLiteral("clear"));
    auto* grid = new QGridLayout(form);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(8);
    const auto addRow = [&](const QString& name, QWidget* field) {
        auto* label = new QLabel(name, form);
        label->setBuddy(field);
        const int row = grid->rowCount();
        grid->addWidget(label, row, 0);
        grid->addWidget(field, row, 1);
        return row;
    };
    m_target = new QLineEdit(proposedTarget(m_source), form);
    m_target->setObjectName(QStringLiteral("optimiseTarget"));
    m_target->setAccessibleName(tr("New file"));
    const int row = addRow(tr("New &file"), m_target);
    m_choose = new QPushButton(tr("Choose…"), form);
    m_choose->setAccessibleName(tr("Choose where the new file goes"));
    m_choose->setAutoDefault(false);
    grid->addWidget(m_choose, row, 2);
    m_filter = new ChoiceBox(m_services.theme, form);
    m_filter->setObjectName(QStringLiteral("optimiseFilter"));
    m_filter->setAccessibleName(tr("Compression"));
    for (const FilterChoice& choice : kFilters) {
        m_filter->addItem(tr(choice.text));
    }
    addRow(tr("&Compression"), m_filter);
    m_chunk = new ChoiceBox(m_services.theme, form);
    m_chunk->setObjectName(QStringLiteral("optimiseChunk"));
    m_chunk->setAccessibleName(tr("Events in a chunk"));
    for (const int events : kChunks) {
        m_chunk->addItem(tr("%1 events").arg(formatCount(events)), events);
    }
    m_chunk->setCurrentIndex(kDefaultChunk);
    addRow(tr("C&hunks of"), m_chunk);
    m_replace = new QCheckBox(tr("&Replace a file of that name"), form);
    m_replace->setObjectName(QStringLiteral("optimiseReplace"));
    grid->addWidget(m_replace, grid->rowCount(), 1);

    connect(m_choose, &QPushButton::clicked, this, &OptimiseDialog::chooseTarget);
    connect(m_target, &QLineEdit::textChanged, this, &OptimiseDialog::updateStart);
    const auto changed = [this] {
        m_chunk->setEnabled(!chosen().contiguous);
        estimate();
    };
    connect(m_filter, &QComboBox::currentIndexChanged, this, changed);
    connect(m_chunk, &QComboBox::currentIndexChanged, this, changed);
    return form;
}

QWidget* OptimiseDialog::buildButtons()
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
    m_show = add(tr("&Show in menu"), u"optimiseShow", tr("Select the new recording in the menu"));
    m_open = add(tr("&Open"), u"optimiseOpen", tr("Watch the new recording"));
    row->addStretch(1);
    m_close = add(tr("Close"), u"optimiseClose", tr("Close (Esc)"));
    m_start = add(tr("O&ptimise"), u"optimiseStart", tr("Write the new recording (Enter)"));
    m_start->setProperty("kind", QStringLiteral("primary"));
    m_start->setDefault(true);
    m_open->hide();
    m_show->hide();
    connect(m_start, &QPushButton::clicked, this, &OptimiseDialog::start);
    connect(m_close, &QPushButton::clicked, this, &OptimiseDialog::reject);
    connect(m_open, &QPushButton::clicked, this, [this] {
        Q_EMIT openRequested(m_made);
        accept();
    });
    connect(m_show, &QPushButton::clicked, this, [this] {
        Q_EMIT showRequested(m_made);
        accept();
    });
    return whole;
}

OptimiseOptions OptimiseDialog::chosen() const
{
    const FilterChoice& choice = kFilters.at(static_cast<std::size_t>(std::max(0, m_filter->currentIndex())));
    OptimiseOptions options;
    options.stream = m_stream;
    options.filter = QString::fromUtf16(choice.filter);
    options.level = choice.level;
    options.contiguous = choice.contiguous;
    options.chunkEvents = static_cast<std::uint64_t>(m_chunk->currentData().toInt());
    options.replaceExisting = m_replace->isChecked();
    return options;
}

void OptimiseDialog::estimate()
{
    m_expected->setText(tr("Estimating…"));
    m_estimate.supersede([source = m_source, options = chosen(),
                          &pool = m_services.decodePool](const CancelToken& cancel, const ProgressReporter&) {
        return estimateOptimised(source, options, pool, cancel);
    });
}

void OptimiseDialog::showEstimate(const Result<OptimiseEstimate>& estimate)
{
    if (!estimate) {
        m_expected->setText(estimate.error().sentence());
        return;
    }
    m_expected->setText(tr("About %1 instead of %2 (%3), %4 events.")
                            .arg(formatFileSize(estimate->sizeAfter), formatFileSize(estimate->sizeBefore),
                                 percent(estimate->sizeAfter, estimate->sizeBefore),
                                 formatCount(estimate->events)));
}

void OptimiseDialog::chooseTarget()
{
    auto* dialog = new QFileDialog(this, tr("Save the optimised recording"), m_target->text(),
                                   tr("HDF5 recordings (*.h5 *.hdf5)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("h5"));
    dialog->selectFile(QFileInfo(m_target->text()).fileName());
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        m_target->setText(path);
        m_replace->setChecked(true); // The dialog has asked already.
    });
    dialog->open();
}

void OptimiseDialog::start()
{
    const QString target = m_target->text().trimmed();
    if (m_running || target.isEmpty()) {
        return;
    }
    m_made.clear();
    setRunning(true);
    setTone(m_answer, QStringLiteral("muted"));
    m_answer->setText(tr("Opening the recording…"));
    m_job.request([source = m_source, target, options = chosen(),
                   &pool = m_services.decodePool](const CancelToken& cancel, const ProgressReporter& report) {
        return optimiseRecording(source, target, options, pool, cancel, report);
    });
}

void OptimiseDialog::finish(const Result<OptimisedRecording>& made)
{
    setRunning(false);
    if (!made) {
        setTone(m_answer, QStringLiteral("bad"));
        m_answer->setText(made.error().sentence());
        return;
    }
    m_made = QFileInfo(made->path).absoluteFilePath();
    QString text = tr("%1 → %2 (%3), first frame %4 → %5 ms, every event compared.")
                       .arg(formatFileSize(made->sizeBefore), formatFileSize(made->sizeAfter),
                            percent(made->sizeAfter, made->sizeBefore), millisecondsOf(made->loadBefore),
                            millisecondsOf(made->loadAfter));
    for (const QString& note : made->notes) {
        text += QString(u"\n• " % note);
    }
    setTone(m_answer, QString());
    m_answer->setText(text);
    m_open->show();
    m_show->show();
    m_open->setDefault(true);
    m_open->setFocus();
}

void OptimiseDialog::reject()
{
    if (!m_running) {
        QDialog::reject();
        return;
    }
    m_job.cancel();
    setRunning(false);
    setTone(m_answer, QStringLiteral("muted"));
    m_answer->setText(tr("Cancelled: nothing was written."));
}

void OptimiseDialog::setRunning(bool running)
{
    m_running = running;
    m_progress->setValue(0);
    m_progress->setVisible(running);
    for (QWidget* field : {static_cast<QWidget*>(m_target), static_cast<QWidget*>(m_choose),
                           static_cast<QWidget*>(m_filter), static_cast<QWidget*>(m_replace)}) {
        field->setEnabled(!running);
    }
    m_chunk->setEnabled(!running && !chosen().contiguous);
    m_close->setText(running ? tr("Cancel") : tr("Close"));
    m_close->setToolTip(running ? tr("Stop writing (Esc)") : tr("Close (Esc)"));
    m_open->setVisible(false);
    m_show->setVisible(false);
    updateStart();
}

void OptimiseDialog::updateStart()
{
    m_start->setEnabled(!m_running && !m_target->text().trimmed().isEmpty());
}

} // namespace perihelion
