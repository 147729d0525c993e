// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/settings_page.h"

#include "core/base/format.h"
#include "core/jobs/job_runner.h"
#include "core/settings/settings.h"
#include "widgets/models/frame_renderer.h"
#include "widgets/models/playback_clock.h"
#include "widgets/pages/cache_settings_panel.h"
#include "widgets/pages/metrics_settings_panel.h"
#include "widgets/pages/run_store_panel.h"
#include "widgets/theme/theme.h"
#include "widgets/views/choice_box.h"
#include "widgets/views/datasets_toolbar.h"
#include "widgets/views/section_label.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFutureWatcher>
#include <QGridLayout>
#include <QListWidget>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace perihelion {

namespace {

constexpr int kColumnWidth = 760;
constexpr int kFolderListHeight = 104;

} // namespace

SettingsPage::SettingsPage(const AppServices& services, CacheControl& cache, QWidget* parent)
    : QWidget(parent),
      m_services(services)
{
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(16, 14, 16, 14);
    whole->setSpacing(12);
    QLabel* title = makeLabel(tr("Settings"), FontRole::Title, QString(), m_services.theme, this);
    title->setMinimumHeight(30);
    whole->addWidget(title);
    m_scroll = new QScrollArea(this);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* body = new QWidget(m_scroll);
    body->setProperty("kind", QStringLiteral("clear"));
    body->setMaximumWidth(kColumnWidth);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 12, 0);
    column->setSpacing(12);
    buildAppearance(column);
    buildFolders(column);
    buildPlayback(column);
    m_cachePanel = new CacheSettingsPanel(m_services.theme, m_services.settings, cache, this);
    column->addWidget(m_cachePanel);
    column->addWidget(new RunStorePanel(m_services, this));
    m_metricsPanel = new MetricsSettingsPanel(m_services, this);
    column->addWidget(m_metricsPanel);
    buildStorage(column);
    column->addStretch(1);
    m_scroll->setWidget(body);
    whole->addWidget(m_scroll, 1);
    refreshFolders();
}

QVBoxLayout* SettingsPage::addPanel(QVBoxLayout* column, const QString& title)
{
    auto* panel = new QFrame(this);
    panel->setProperty("kind", QStringLiteral("panel"));
    auto* inside = new QVBoxLayout(panel);
    inside->setContentsMargins(16, 12, 16, 16);
    inside->setSpacing(10);
    inside->addWidget(new SectionLabel(title, m_services.theme, panel));
    column->addWidget(panel);
    return inside;
}

void SettingsPage::buildAppearance(QVBoxLayout* column)
{
    QVBoxLayout* panel = addPanel(column, tr("Appearance"));
    auto* row = new QHBoxLayout();
    row->setSpacing(20);
    auto* group = new QButtonGroup(this);
    const std::array<std::pair<ThemeMode, QString>, 3> modes = {{{ThemeMode::System, tr("As the desktop")},
                                                                 {ThemeMode::Dark, tr("Dark")},
                                                                 {ThemeMode::Light, tr("Light")}}};
    for (const auto& [mode, name] : modes) {
        auto* button = new QRadioButton(name, this);
        button->setObjectName(QString(u"theme-" % themeModeId(mode)));
        button->setToolTip(tr("Theme: %1 (arrow keys)").arg(name));
        button->setChecked(m_services.theme.mode() == mode);
        group->addButton(button);
        row->addWidget(button);
        connect(button, &QRadioButton::clicked, this, [this, chosen = mode] {
            m_services.settings.set(setting::kTheme, themeModeId(chosen));
            m_services.theme.setMode(chosen);
        });
    }
    row->addStretch(1);
    panel->addLayout(row);
}

void SettingsPage::buildFolders(QVBoxLayout* column)
{
    QVBoxLayout* panel = addPanel(column, tr("Recordings"));
    m_folders = new QListWidget(this);
    m_folders->setObjectName(QStringLiteral("folderList"));
    m_folders->setAccessibleName(tr("Watched folders"));
    m_folders->setToolTip(tr("Folders that are searched for recordings, with all folders below them"));
    m_folders->setFixedHeight(kFolderListHeight);
    panel->addWidget(m_folders);
    auto* buttons = new QHBoxLayout();
    buttons->setSpacing(8);
    auto* add = new QPushButton(tr("Add a folder…"), this);
    add->setToolTip(tr("Watch one more folder (Alt+A)"));
    add->setShortcut(QKeySequence(Qt::ALT | Qt::Key_A));
    connect(add, &QPushButton::clicked, this, &SettingsPage::addFolder);
    buttons->addWidget(add);
    m_removeFolder = new QPushButton(tr("Stop watching"), this);
    m_removeFolder->setObjectName(QStringLiteral("removeFolderButton"));
    m_removeFolder->setToolTip(
        tr("Take the selected folder off the list; its files are not touched (Alt+D)"));
    m_removeFolder->setShortcut(QKeySequence(Qt::ALT | Qt::Key_D));
    connect(m_removeFolder, &QPushButton::clicked, this, &SettingsPage::removeFolder);
    buttons->addWidget(m_removeFolder);
    buttons->addStretch(1);
    panel->addLayout(buttons);
    connect(m_folders, &QListWidget::currentRowChanged, this,
            [this](int row) { m_removeFolder->setEnabled(row >= 0); });

    const auto addFlag = [&](const QString& text, const QString& tip, const FlagSetting& flag) {
        auto* box = new QCheckBox(text, this);
        box->setToolTip(tip);
        box->setChecked(m_services.settings.value(flag));
        connect(box, &QCheckBox::toggled, this, [this, flag](bool on) {
            m_services.settings.set(flag, on);
            Q_EMIT menuSettingsChanged();
        });
        panel->addWidget(box);
    };
    addFlag(tr("Show thumbnails on cards"), tr("Pictures are made in the background and kept (Space)"),
            setting::kThumbnails);
    addFlag(tr("Count the events of the selected recording in the background"),
            tr("Gives exact times, notes and the event-rate curve; reads the whole file once (Space)"),
            setting::kCompleteIndexes);
}

void SettingsPage::buildPlayback(QVBoxLayout* column)
{
    QVBoxLayout* panel = addPanel(column, tr("Playback begins with"));
    const Theme& theme = m_services.theme;
    auto* grid = new QGridLayout();
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(8);
    grid->setColumnStretch(1, 1);
    panel->addLayout(grid);
    const auto onChoice = [this](QComboBox* box, auto store) {
        connect(box, &QComboBox::activated, this, [this, box, store] {
            store(m_services.settings, box->currentData());
            Q_EMIT playbackSettingsChanged();
        });
    };

    m_view = addChoiceRow(grid, tr("View"), tr("How events become pixels (arrow keys)"), theme);
    for (const FrameView choice : kFrameViews) {
        m_view->addItem(frameViewName(choice), frameViewId(choice));
    }
    onChoice(m_view, [](Settings& settings, const QVariant& chosen) {
        settings.set(setting::kViewMode, chosen.toString());
    });
    m_palette = addChoiceRow(grid, tr("Colours"), tr("Colours of ON and OFF events (arrow keys)"), theme);
    for (const FramePalette& choice : theme.framePalettes()) {
        m_palette->addItem(choice.name, choice.id);
    }
    onChoice(m_palette, [](Settings& settings, const QVariant& chosen) {
        settings.set(setting::kPalette, chosen.toString());
    });
    m_speed = addChoiceRow(grid, tr("Speed"), tr("Speed at which a recording starts (arrow keys)"), theme);
    for (const double step : PlaybackClock::speedSteps()) {
        m_speed->addItem(QString(QString::number(step) % u'×'), step);
    }
    onChoice(m_speed, [](Settings& settings, const QVariant& chosen) {
        settings.set(setting::kSpeed, chosen.toDouble());
    });
    m_window =
        addChoiceRow(grid, tr("Window"), tr("Length of the time window of a frame (arrow keys)"), theme);
    for (const EventTime step : PlaybackClock::windowSteps()) {
        m_window->addItem(formatDuration(step), QVariant::fromValue(static_cast<qlonglong>(step.count())));
    }
    onChoice(m_window, [](Settings& settings, const QVariant& chosen) {
        settings.set(setting::kWindowMicros, chosen.toLongLong());
    });
    const auto addFlag = [&](const FlagSetting& flag, const QString& name) {
        auto* box = new QCheckBox(name, this);
        box->setToolTip(QString(name % tr(" (Space)")));
        connect(box, &QCheckBox::clicked, this, [this, flag](bool on) {
            m_services.settings.set(flag, on);
            Q_EMIT playbackSettingsChanged();
        });
        panel->addWidget(box);
        return box;
    };
    m_loop = addFlag(setting::kLoop, tr("Start again at the end"));
    m_hud = addFlag(setting::kHudVisible, tr("Show the head-up display"));
    refreshPlayback();
}

/// The player remembers what was chosen there last, so that these are read again whenever the page is shown.
void SettingsPage::refreshPlayback()
{
    const Settings& settings = m_services.settings;
    m_view->setCurrentIndex(
        m_view->findData(frameViewId(frameViewFromId(settings.value(setting::kViewMode)))));
    m_palette->setCurrentIndex(
        m_palette->findData(m_services.theme.framePalette(settings.value(setting::kPalette)).id));
    m_speed->setCurrentIndex(m_speed->findData(settings.value(setting::kSpeed)));
    m_window->setCurrentIndex(m_window->findData(
        QVariant::fromValue(static_cast<qlonglong>(settings.value(setting::kWindowMicros)))));
    m_loop->setChecked(settings.value(setting::kLoop));
    m_hud->setChecked(settings.value(setting::kHudVisible));
}

void SettingsPage::buildStorage(QVBoxLayout* column)
{
    QVBoxLayout* panel = addPanel(column, tr("Kept on disk"));
    const StoragePaths& paths = m_services.paths;
    addStorageRow(panel, tr("Chunk indexes"), paths.indexDir(), true);
    addStorageRow(panel, tr("Thumbnails"), paths.thumbnailDir(), true);
    addStorageRow(panel, tr("Load times"), paths.runStoreFile(), false);
    addStorageRow(panel, tr("Sample recordings"), paths.sampleDir(), false);
    addStorageRow(panel, tr("Settings"), paths.settingsFile(), false);
}

void SettingsPage::addStorageRow(QVBoxLayout* column, const QString& name, const QString& path,
                                 bool clearable)
{
    const Theme& theme = m_services.theme;
    auto* row = new QHBoxLayout();
    row->setSpacing(12);
    QLabel* label = makeLabel(name, FontRole::Body, QString(), theme, this);
    label->setFixedWidth(130);
    row->addWidget(label);
    QLabel* where = makeLabel(homeRelative(path), FontRole::Mono, QStringLiteral("muted"), theme, this);
    where->setTextInteractionFlags(Qt::TextSelectableByMouse);
    where->setToolTip(path);
    where->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addWidget(where, 1);
    StorageRow storage{path, makeLabel(QStringLiteral("…"), FontRole::Mono, QString(), theme, this), nullptr};
    storage.size->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    storage.size->setMinimumWidth(80);
    row->addWidget(storage.size);
    if (clearable) {
        storage.clear = new QPushButton(tr("Clear"), this);
        storage.clear->setAccessibleName(tr("Clear: %1").arg(name));
        storage.clear->setToolTip(tr("Delete these files; they are made again when needed (Space)"));
        storage.clear->setFixedWidth(72);
        connect(storage.clear, &QPushButton::clicked, this, [this, at = m_storage.size()] { clear(at); });
        row->addWidget(storage.clear);
    } else {
        row->addSpacing(72 + 12);
    }
    m_storage.push_back(storage);
    column->addLayout(row);
}

void SettingsPage::refreshFolders()
{
    m_folders->clear();
    const QStringList folders = m_services.settings.value(setting::kWatchedFolders);
    for (const QString& folder : folders) {
        auto* item = new QListWidgetItem(homeRelative(folder), m_folders);
        item->setData(Qt::UserRole, folder);
        item->setToolTip(folder);
    }
    if (folders.isEmpty()) {
        auto* item = new QListWidgetItem(tr("No folder is watched yet"), m_folders);
        item->setFlags(Qt::NoItemFlags);
    }
    m_removeFolder->setEnabled(m_folders->currentRow() >= 0);
}

void SettingsPage::addFolder()
{
    auto* dialog = new QFileDialog(this, tr("Add a folder of recordings"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
        QStringList folders = m_services.settings.value(setting::kWatchedFolders);
        if (!folders.contains(folder)) {
            folders.append(folder);
            m_services.settings.set(setting::kWatchedFolders, folders);
        }
        refreshFolders();
        Q_EMIT foldersChanged();
    });
    dialog->open();
}

void SettingsPage::removeFolder()
{
    const QListWidgetItem* item = m_folders->currentItem();
    if (item == nullptr) {
        return;
    }
    QStringList folders = m_services.settings.value(setting::kWatchedFolders);
    folders.removeAll(item->data(Qt::UserRole).toString());
    m_services.settings.set(setting::kWatchedFolders, folders);
    refreshFolders();
    Q_EMIT foldersChanged();
}

void SettingsPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refreshPlayback();
    m_cachePanel->refresh();
    measure();
}

void SettingsPage::showCacheSettings()
{
    m_scroll->ensureWidgetVisible(m_cachePanel);
    m_cachePanel->setFocus();
}

void SettingsPage::showMetricsSettings()
{
    m_scroll->ensureWidgetVisible(m_metricsPanel);
    m_metricsPanel->setFocus();
}

void SettingsPage::measure()
{
    for (const StorageRow& row : m_storage) {
        const auto job = m_services.jobs.run(
            JobPool::Interactive, [path = row.path](const CancelToken& cancel, const ProgressReporter&) {
                return measureStorage(path, cancel);
            });
        auto* watcher = new QFutureWatcher<Result<StorageUsage>>(this);
        connect(watcher, &QFutureWatcherBase::finished, this, [watcher, size = row.size, clear = row.clear] {
            watcher->deleteLater();
            const Result<StorageUsage> usage = watcher->result();
            if (usage) {
                size->setText(usage->files == 0 ? tr("nothing") : formatFileSize(usage->bytes));
                if (clear != nullptr) {
                    clear->setEnabled(usage->files > 0);
                }
            }
        });
        watcher->setFuture(job.future);
    }
}

void SettingsPage::clear(std::size_t row)
{
    const QString folder = m_storage.at(row).path;
    const auto job = m_services.jobs.run(JobPool::Interactive,
                                         [folder](const CancelToken& cancel, const ProgressReporter&) {
                                             return clearStorage(folder, cancel);
                                         });
    auto* watcher = new QFutureWatcher<Result<StorageUsage>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, folder] {
        watcher->deleteLater();
        const Result<StorageUsage> removed = watcher->result();
        Q_EMIT statusMessage(removed ? tr("Deleted kept files: %1, %2.")
                                           .arg(formatCount(removed->files), formatFileSize(removed->bytes))
                                     : removed.error().sentence());
        if (folder == m_services.paths.thumbnailDir()) {
            Q_EMIT thumbnailsCleared();
        }
        measure();
    });
    watcher->setFuture(job.future);
}

} // namespace perihelion
