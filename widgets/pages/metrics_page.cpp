// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/metrics_page.h"

#include "core/base/atomic_file.h"
#include "core/base/format.h"
#include "core/jobs/job_runner.h"
#include "core/measure/operation_times.h"
#include "core/settings/settings.h"
#include "datasets/cache/event_cache.h"
#include "widgets/models/cache_control.h"
#include "widgets/pages/export_dialog.h"
#include "widgets/theme/theme.h"
#include "widgets/views/cache_gauge.h"
#include "widgets/views/operation_table_view.h"
#include "widgets/views/section_label.h"
#include "widgets/views/value_table_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>
#include <numeric>

namespace perihelion {

namespace {

/// Often enough to be alive; a look takes well below a millisecond.
constexpr int kBeatMillis = 1'000;
constexpr int kEmptyWidth = 520;

QVBoxLayout* addMetricsPanel(QFrame* panel)
{
    panel->setProperty("kind", QStringLiteral("panel"));
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(6);
    return column;
}

} // namespace

MetricsPage::MetricsPage(const AppServices& services, CacheControl& cache, QWidget* parent)
    : QWidget(parent),
      m_services(services),
      m_cache(cache),
      m_usageJob(services.jobs, JobPool::Background,
                 [this](const Result<StorageUsage>& usage) { showThumbnails(usage); }),
      m_clearJob(
          services.jobs, JobPool::Interactive,
          [this](const Result<StorageUsage>& removed) {
              Q_EMIT statusMessage(removed
                                       ? tr("Deleted kept thumbnails: %1, %2.")
                                             .arg(formatCount(removed->files), formatFileSize(removed->bytes))
                                       : removed.error().sentence());
              Q_EMIT thumbnailsCleared();
              measureThumbnails();
          },
          u"Job: clear thumbnails"),
      m_writeJob(services.jobs, JobPool::Interactive, [this](const Result<QString>& file) {
          Q_EMIT statusMessage(file ? tr("Written: %1").arg(*file) : file.error().sentence());
      })
{
    m_services.operationTimes.setSlowThreshold(
        std::chrono::milliseconds(m_services.settings.value(setting::kSlowOperationMillis)));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(12);
    column->addLayout(buildToolbar());
    column->addWidget(buildCaches());
    column->addWidget(buildOperations(), 5);
    column->addWidget(buildSlow(), 3);
    setFocusProxy(m_table);
    m_timer.setInterval(kBeatMillis);
    connect(&m_timer, &QTimer::timeout, this, &MetricsPage::refresh);
    connect(&m_cache, &CacheControl::figuresChanged, this, [this] {
        if (isVisible()) {
            showCaches();
        }
    });
    auto* copyKeys = new QShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), this);
    copyKeys->setContext(Qt::WidgetWithChildrenShortcut);
    connect(copyKeys, &QShortcut::activated, this, &MetricsPage::copy);
}

MetricsPage::~MetricsPage() = default;

QPushButton* MetricsPage::addButton(QHBoxLayout* row, const QString& name, const QString& text,
                                    const QString& tip, Qt::Key key)
{
    auto* button = new QPushButton(text, this);
    button->setObjectName(name);
    button->setToolTip(tip);
    button->setShortcut(QKeySequence(Qt::ALT | key));
    row->addWidget(button);
    return button;
}

QHBoxLayout* MetricsPage::buildToolbar()
{
    const Theme& theme = m_services.theme;
    auto* row = new QHBoxLayout();
    row->setSpacing(8);
    row->addWidget(makeLabel(tr("Metrics"), FontRole::Title, QString(), theme, this));
    m_summary = makeLabel(QString(), FontRole::Small, QStringLiteral("muted"), theme, this);
    m_summary->setObjectName(QStringLiteral("metricsSummary"));
    row->addSpacing(4);
    row->addWidget(m_summary);
    row->addStretch(1);
    auto* copyButton = new QPushButton(tr("Copy as text"), this);
    copyButton->setObjectName(QStringLiteral("metricsCopy"));
    copyButton->setToolTip(tr("Both tables as they are shown, for the clipboard (Ctrl+Shift+C)"));
    connect(copyButton, &QPushButton::clicked, this, &MetricsPage::copy);
    row->addWidget(copyButton);
    QPushButton* exporting = addButton(row, QStringLiteral("metricsExport"), tr("Export ▾"),
                                       tr("Write a table as CSV with plain numbers (Alt+E)"), Qt::Key_E);
    exporting->setAccessibleName(tr("Export"));
    auto* menu = new QMenu(exporting);
    menu->addAction(tr("Operations as CSV…"), this, [this] {
        askForExport(this, QStringLiteral("operations"), QStringLiteral("csv"),
                     [this](const QString& file) { exportOperations(file); });
    });
    menu->addAction(tr("Slow operations as CSV…"), this, [this] {
        askForExport(this, QStringLiteral("slow-operations"), QStringLiteral("csv"),
                     [this](const QString& file) { exportSlow(file); });
    });
    exporting->setMenu(menu);
    connect(addButton(row, QStringLiteral("metricsReset"), tr("Reset"),
                      tr("Forget all times and begin anew; no cache is touched (Alt+R)"), Qt::Key_R),
            &QPushButton::clicked, this, &MetricsPage::reset);
    return row;
}

QWidget* MetricsPage::buildCaches()
{
    const Theme& theme = m_services.theme;
    auto* panel = new QFrame(this);
    panel->setProperty("kind", QStringLiteral("panel"));
    auto* row = new QHBoxLayout(panel);
    row->setContentsMargins(12, 8, 12, 8);
    row->setSpacing(10);
    row->addWidget(makeLabel(tr("Event cache"), FontRole::Body, QString(), theme, panel));
    m_gauge = new CacheGauge(theme, panel);
    m_gauge->setObjectName(QStringLiteral("metricsGauge"));
    row->addWidget(m_gauge);
    connect(addButton(row, QStringLiteral("metricsClearCache"), tr("Clear"),
                      tr("Give back all memory that decoded events take (Alt+C)"), Qt::Key_C),
            &QPushButton::clicked, &m_cache, &CacheControl::clearAll);
    row->addStretch(1);
    row->addWidget(makeLabel(tr("Thumbnails"), FontRole::Body, QString(), theme, panel));
    m_thumbnails = makeLabel(QStringLiteral("…"), FontRole::Mono, QString(), theme, panel);
    m_thumbnails->setObjectName(QStringLiteral("metricsThumbnails"));
    row->addWidget(m_thumbnails);
    m_clearThumbnails = addButton(
        row, QStringLiteral("metricsClearThumbnails"), tr("Clear"),
        tr("Delete the thumbnails kept on disk; they are made again when needed (Alt+T)"), Qt::Key_T);
    connect(m_clearThumbnails, &QPushButton::clicked, this, &MetricsPage::clearThumbnails);
    findChild<QPushButton*>(QStringLiteral("metricsClearCache"))
        ->setAccessibleName(tr("Clear the event cache"));
    m_clearThumbnails->setAccessibleName(tr("Clear the thumbnails"));
    return panel;
}

QWidget* MetricsPage::buildOperations()
{
    auto* panel = new QFrame(this);
    QVBoxLayout* column = addMetricsPanel(panel);
    column->addWidget(new SectionLabel(tr("Operations"), m_services.theme, panel));
    m_stack = new QStackedWidget(panel);
    m_table = new OperationTableView(m_operations, m_services.theme, m_stack);
    m_table->setObjectName(QStringLiteral("operationTable"));
    m_stack->addWidget(m_table);
    m_empty = buildEmpty();
    m_stack->addWidget(m_empty);
    column->addWidget(m_stack, 1);
    return panel;
}

QWidget* MetricsPage::buildEmpty()
{
    const Theme& theme = m_services.theme;
    auto* empty = new QWidget(this);
    empty->setObjectName(QStringLiteral("metricsEmpty"));
    auto* column = new QVBoxLayout(empty);
    column->setSpacing(10);
    column->addStretch(1);
    column->addWidget(makeLabel(tr("Nothing has been timed yet"), FontRole::Heading, QString(), theme, empty),
                      0, Qt::AlignHCenter);
    QLabel* text = makeLabel(
        tr("Loads, chunks, queries, thumbnails, scans and profile runs appear here as they happen. Open a "
           "recording (Ctrl+1, then Enter) and come back to see where its time went."),
        FontRole::Body, QStringLiteral("muted"), theme, empty);
    text->setWordWrap(true);
    text->setAlignment(Qt::AlignHCenter);
    text->setFixedWidth(kEmptyWidth);
    column->addWidget(text, 0, Qt::AlignHCenter);
    auto* button = new QPushButton(tr("Show the recordings"), empty);
    button->setObjectName(QStringLiteral("metricsShowRecordings"));
    button->setProperty("kind", QStringLiteral("primary"));
    button->setToolTip(tr("Turn to the page Datasets (Ctrl+1)"));
    connect(button, &QPushButton::clicked, this, &MetricsPage::recordingsRequested);
    column->addWidget(button, 0, Qt::AlignHCenter);
    column->addStretch(1);
    return empty;
}

QWidget* MetricsPage::buildSlow()
{
    const Theme& theme = m_services.theme;
    auto* panel = new QFrame(this);
    QVBoxLayout* column = addMetricsPanel(panel);
    auto* head = new QHBoxLayout();
    head->setSpacing(10);
    head->addWidget(new SectionLabel(tr("Slow operations"), theme, panel));
    m_limit = makeLabel(QString(), FontRole::Small, QStringLiteral("muted"), theme, panel);
    m_limit->setObjectName(QStringLiteral("metricsLimit"));
    head->addWidget(m_limit);
    head->addStretch(1);
    QPushButton* change = addButton(head, QStringLiteral("metricsChangeLimit"), tr("Change…"),
                                    tr("Choose in the settings what counts as slow (Alt+S)"), Qt::Key_S);
    change->setProperty("kind", QStringLiteral("flat"));
    change->setAccessibleName(tr("Change what counts as slow"));
    connect(change, &QPushButton::clicked, this, &MetricsPage::settingsRequested);
    column->addLayout(head);
    m_slowView = new ValueTableView(m_slow, tr("Slow operations"), theme, panel);
    m_slowView->setObjectName(QStringLiteral("slowTable"));
    column->addWidget(m_slowView, 1);
    m_slowHint = makeLabel(tr("None so far. Each is listed here with the time and what it was done to, and "
                              "written to the log."),
                           FontRole::Body, QStringLiteral("muted"), theme, panel);
    m_slowHint->setObjectName(QStringLiteral("slowHint"));
    m_slowHint->setAlignment(Qt::AlignCenter);
    m_slowHint->setWordWrap(true);
    column->addWidget(m_slowHint, 1);
    m_slowView->hide();
    return panel;
}

void MetricsPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_cache.refresh();
    refresh();
    measureThumbnails();
    m_timer.start();
}

void MetricsPage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_timer.stop();
}

void MetricsPage::refresh()
{
    showOperations();
    showSlow();
    showCaches();
}

void MetricsPage::showOperations()
{
    m_operations.setFigures(m_services.operationTimes.figures());
    const std::vector<NamedFigures>& rows = m_operations.rows();
    const auto count =
        std::accumulate(rows.begin(), rows.end(), std::uint64_t{0},
                        [](std::uint64_t sum, const NamedFigures& row) { return sum + row.figures.count; });
    m_summary->setText(tr("%1 operations of %2 kinds since %3")
                           .arg(formatCount(static_cast<std::int64_t>(count)))
                           .arg(rows.size())
                           .arg(m_since.toString(QStringLiteral("HH:mm:ss"))));
    m_stack->setCurrentWidget(rows.empty() ? m_empty : static_cast<QWidget*>(m_table));
}

void MetricsPage::showSlow()
{
    const Nanoseconds limit = m_services.operationTimes.slowThreshold();
    m_limit->setText(tr("longer than %1, the newest first").arg(formatElapsed(limit)));
    std::vector<SlowOperation> slow = m_services.operationTimes.slowOperations();
    if (slow == m_slowShown) {
        return; // A selection stays.
    }
    m_slow.setTable(slowTable(slow));
    m_slowShown = std::move(slow);
    m_slowView->setVisible(!m_slowShown.empty());
    m_slowHint->setVisible(m_slowShown.empty());
}

void MetricsPage::showCaches()
{
    // The budget also holds the pictures of cards; this gauge is about decoded events alone.
    CacheFigures figures = m_cache.figures();
    figures.used = ByteCount{m_services.cache.facts().bytes};
    if (figures != m_gauge->figures()) {
        m_gauge->setFigures(figures);
    }
}

void MetricsPage::measureThumbnails()
{
    m_usageJob.request(
        [folder = m_services.paths.thumbnailDir()](const CancelToken& cancel, const ProgressReporter&) {
            return measureStorage(folder, cancel);
        });
}

void MetricsPage::showThumbnails(const Result<StorageUsage>& usage)
{
    if (!usage) {
        m_thumbnails->setText(tr("unknown"));
        m_thumbnails->setToolTip(usage.error().sentence());
        return;
    }
    const QString size = formatFileSize(usage->bytes);
    m_thumbnails->setText(usage->files == 0   ? tr("none kept")
                          : usage->files == 1 ? tr("1 file, %1").arg(size)
                                              : tr("%1 files, %2").arg(formatCount(usage->files), size));
    m_thumbnails->setToolTip(m_services.paths.thumbnailDir());
    m_clearThumbnails->setEnabled(usage->files > 0);
}

void MetricsPage::clearThumbnails()
{
    m_clearJob.request(
        [folder = m_services.paths.thumbnailDir()](const CancelToken& cancel, const ProgressReporter&) {
            return clearStorage(folder, cancel);
        });
}

void MetricsPage::reset()
{
    m_services.operationTimes.reset();
    m_since = QDateTime::currentDateTime();
    refresh();
    Q_EMIT statusMessage(tr("All times are forgotten; counting begins anew."));
}

QString MetricsPage::text() const
{
    QString text = QString(m_summary->text() % u'\n' % shownText(m_table->sorted()));
    if (m_slow.rowCount() > 0) {
        text += QString(u'\n' % tr("Slow operations, %1").arg(m_limit->text()) % u'\n' % shownText(m_slow));
    }
    return text;
}

void MetricsPage::copy()
{
    QGuiApplication::clipboard()->setText(text());
    Q_EMIT statusMessage(tr("Copied %1 operations as text.").arg(m_operations.rowCount()));
}

void MetricsPage::exportOperations(const QString& file)
{
    write(file, operationNumbers(m_operations.rows()));
}

void MetricsPage::exportSlow(const QString& file)
{
    write(file, slowNumbers(m_slowShown));
}

void MetricsPage::write(const QString& file, const ValueTable& table)
{
    m_writeJob.request(
        [file, content = csvOf(table)](const CancelToken&, const ProgressReporter&) -> Result<QString> {
            const Result<void> written = writeFileAtomically(file, content, tr("Exporting"));
            return written ? Result<QString>(file) : Result<QString>(written.error());
        });
}

} // namespace perihelion
