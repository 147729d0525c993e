// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/datasets_page.h"

#include "core/settings/settings.h"
#include "widgets/models/cache_control.h"
#include "widgets/models/load_journal.h"
#include "widgets/models/menu_settings.h"
#include "widgets/theme/theme.h"
#include "widgets/views/datasets_toolbar.h"
#include "widgets/views/dropped_paths.h"
#include "widgets/views/empty_menu.h"
#include "widgets/views/problem_banner.h"
#include "widgets/views/recording_grid_view.h"
#include "widgets/views/recording_inspector.h"

#include <QDragEnterEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace perihelion {

namespace {

/// Below this width of the page the inspector folds under its button.
constexpr int kInspectorWidth = 1060;
constexpr int kRecentMenuLength = 12;

} // namespace

DatasetsPage::DatasetsPage(const AppServices& services, LoadJournal& journal, CacheControl& cache,
                           QWidget* parent)
    : QWidget(parent),
      m_services(services),
      m_journal(journal),
      m_cache(cache),
      m_library(services.jobs, services.decodePool, services.memory, services.paths),
      m_inspection(services.jobs, services.decodePool, services.paths)
{
    setAcceptDrops(true);
    m_sorted.setSourceModel(&m_library.model());

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 14);
    column->setSpacing(12);
    m_toolbar = new DatasetsToolbar(m_services.theme, cache.toggleAction(), this);
    column->addWidget(m_toolbar);
    m_banner = new ProblemBanner(m_services.theme, this);
    column->addWidget(m_banner);
    auto* row = new QHBoxLayout();
    row->setSpacing(12);
    column->addLayout(row, 1);
    m_stack = new QStackedWidget(this);
    m_stack->installEventFilter(this);
    row->addWidget(m_stack, 1);
    m_grid = new RecordingGridView(m_services.theme, m_services.memory, m_stack);
    m_grid->setObjectName(QStringLiteral("recordingGrid"));
    m_grid->setAccessibleName(tr("Recordings as cards"));
    m_grid->setModel(&m_sorted);
    m_stack->addWidget(m_grid);
    buildTable();
    m_empty = new EmptyMenu(m_services.theme, m_stack);
    m_stack->addWidget(m_empty);
    m_inspector = new RecordingInspector(m_services.theme, this);
    row->addWidget(m_inspector);
    m_visibleTimer.setSingleShot(true);
    m_visibleTimer.setInterval(0);
    connect(&m_visibleTimer, &QTimer::timeout, this, &DatasetsPage::updateVisible);

    connectToolbar();
    connectInspector();
    connectLibrary();
    connectEmpty();
    connectCache();
    addShortcuts();
    applySettings();
    setFocusProxy(m_grid);
}

DatasetsPage::~DatasetsPage()
{
    // The views must not outlive what they show.
    m_grid->setModel(nullptr);
    m_table->setModel(nullptr);
}

void DatasetsPage::applySettings()
{
    const Settings& settings = m_services.settings;
    m_inspection.setCountsEvents(settings.value(setting::kCompleteIndexes));
    m_sorted.setHiddenPaths(settings.value(setting::kRemovedRecordings));
    m_sorted.setSortKey(recordingSortFromId(settings.value(setting::kSortKey)));
    setGrouped(settings.value(setting::kGroupByCategory));
    setListView(settings.value(setting::kMenuView) == u"list");
    applyWidth();
    updateToolbar();
    m_visibleTimer.start();
}

void DatasetsPage::setSessionSources(const QStringList& folders, const QStringList& files)
{
    m_sessionOnly = true;
    m_sorted.setHiddenPaths({});
    m_library.setSources(folders, files);
    updateToolbar();
    updateEmptyState();
}

void DatasetsPage::reloadSources()
{
    m_sessionOnly = false;
    const Settings& settings = m_services.settings;
    m_sorted.setHiddenPaths(settings.value(setting::kRemovedRecordings));
    m_library.setSources(settings.value(setting::kWatchedFolders), settings.value(setting::kAddedFiles));
    updateToolbar();
    updateEmptyState();
}

void DatasetsPage::addPaths(const QStringList& paths)
{
    Settings& settings = m_services.settings;
    QStringList folders = settings.value(setting::kWatchedFolders);
    QStringList files = settings.value(setting::kAddedFiles);
    QStringList removed = settings.value(setting::kRemovedRecordings);
    for (const QString& path : paths) {
        const QString absolute = QFileInfo(path).absoluteFilePath();
        QStringList& list = QFileInfo(absolute).isDir() ? folders : files;
        if (!list.contains(absolute)) {
            list.append(absolute);
        }
        removed.removeAll(absolute);
    }
    settings.set(setting::kWatchedFolders, folders);
    settings.set(setting::kAddedFiles, files);
    settings.set(setting::kRemovedRecordings, removed);
    reloadSources();
    Q_EMIT sourcesChanged();
}

void DatasetsPage::addFolder(const QString& folder)
{
    addPaths({folder});
}

void DatasetsPage::removeFolder(const QString& folder)
{
    QStringList folders = m_services.settings.value(setting::kWatchedFolders);
    folders.removeAll(folder);
    m_services.settings.set(setting::kWatchedFolders, folders);
    reloadSources();
    Q_EMIT sourcesChanged();
}

void DatasetsPage::removeCurrent()
{
    const QString path = currentPath();
    if (path.isEmpty()) {
        return;
    }
    Settings& settings = m_services.settings;
    const int row = currentIndex().row();
    QStringList files = settings.value(setting::kAddedFiles);
    if (files.removeAll(path) > 0) {
        settings.set(setting::kAddedFiles, files);
    }
    QStringList removed = settings.value(setting::kRemovedRecordings);
    removed.append(path);
    settings.set(setting::kRemovedRecordings, removed);
    m_sorted.setHiddenPaths(removed);
    m_grid->setCurrentIndex(m_sorted.index(std::min(row, m_sorted.rowCount() - 1), 0));
    updateToolbar();
    updateEmptyState();
    Q_EMIT statusMessage(tr("Removed from the list; the file itself was not touched."));
}

void DatasetsPage::refreshThumbnails()
{
    m_library.loader().retryThumbnails();
}

QModelIndex DatasetsPage::currentIndex() const
{
    const QModelIndex index = m_grid->currentIndex();
    return index.isValid() ? index.siblingAtColumn(0) : QModelIndex();
}

QString DatasetsPage::currentPath() const
{
    return currentIndex().data(RecordingModel::PathRole).toString();
}

QStringList DatasetsPage::selectedPaths() const
{
    QModelIndexList chosen = m_grid->selectionModel()->selectedRows();
    std::sort(chosen.begin(), chosen.end());
    QStringList paths;
    for (const QModelIndex& index : chosen) {
        if (index.data(RecordingModel::ErrorRole).toString().isEmpty()) {
            paths.append(index.data(RecordingModel::PathRole).toString());
        }
    }
    return paths;
}

QString DatasetsPage::firstRecording() const
{
    for (int row = 0; row < m_sorted.rowCount(); ++row) {
        const QModelIndex index = m_sorted.index(row, 0);
        if (index.data(RecordingModel::StateRole).toInt() != static_cast<int>(RecordingState::Failed)) {
            return index.data(RecordingModel::PathRole).toString();
        }
    }
    return {};
}

void DatasetsPage::selectRecording(const QString& path)
{
    const int row = m_sorted.rowOf(path);
    if (row >= 0) {
        m_grid->setCurrentIndex(m_sorted.index(row, 0));
    }
}

QString DatasetsPage::readableCurrent()
{
    const QModelIndex index = currentIndex();
    const QString error = index.data(RecordingModel::ErrorRole).toString();
    if (!error.isEmpty()) {
        Q_EMIT statusMessage(error);
        return {};
    }
    return index.isValid() ? currentPath() : QString();
}

QString DatasetsPage::chosenStream(const QString& path) const
{
    return m_inspection.path() == path ? m_inspector->stream() : QString();
}

void DatasetsPage::openCurrent()
{
    if (const QString path = readableCurrent(); !path.isEmpty()) {
        Q_EMIT openRequested(path, chosenStream(path));
    }
}

void DatasetsPage::step(int direction)
{
    if (m_listView) {
        const int rows = m_sorted.rowCount();
        if (rows > 0) {
            const int row = (currentIndex().row() + direction + rows) % rows;
            m_grid->setCurrentIndex(m_sorted.index(row, 0));
        }
        return;
    }
    m_grid->setCurrentIndex(
        m_grid->neighbour(direction > 0 ? RecordingGridView::MoveDown : RecordingGridView::MoveUp));
}

void DatasetsPage::setSort(RecordingSort key)
{
    m_services.settings.set(setting::kSortKey, recordingSortId(key));
    m_sorted.setSortKey(key);
    updateToolbar();
    m_visibleTimer.start();
}

void DatasetsPage::setGrouped(bool grouped)
{
    m_services.settings.set(setting::kGroupByCategory, grouped);
    m_sorted.setGrouped(grouped);
    m_grid->setGrouped(grouped);
    updateToolbar();
    m_visibleTimer.start();
}

void DatasetsPage::setListView(bool list)
{
    m_listView = list;
    m_services.settings.set(setting::kMenuView, list ? QStringLiteral("list") : QStringLiteral("grid"));
    m_toolbar->setListView(list);
    updateEmptyState();
    m_visibleTimer.start();
}

void DatasetsPage::setInspectorShown(bool shown)
{
    if (m_narrow) {
        m_narrowInspector = shown;
    } else {
        m_services.settings.set(setting::kInspectorVisible, shown);
    }
    applyWidth();
}

void DatasetsPage::applyWidth()
{
    m_narrow = width() < kInspectorWidth;
    const bool shown = m_narrow ? m_narrowInspector : m_services.settings.value(setting::kInspectorVisible);
    m_inspector->setVisible(shown && m_stack->currentWidget() != m_empty);
    m_toolbar->setInspectorShown(shown);
}

void DatasetsPage::updateToolbar()
{
    const Settings& settings = m_services.settings;
    m_toolbar->setFolders(m_library.folders(), m_library.files().size(),
                          settings.value(setting::kRemovedRecordings).size());
    m_toolbar->setSort(m_sorted.sortKey(), m_sorted.isGrouped());
}

void DatasetsPage::updateEmptyState()
{
    QWidget* view = m_listView ? static_cast<QWidget*>(m_table) : m_grid;
    if (m_library.isMakingSamples()) {
        m_empty->setState(EmptyMenu::State::Making);
        view = m_empty;
    } else if (m_sorted.rowCount() == 0) {
        const bool sources = !m_library.folders().isEmpty() || !m_library.files().isEmpty();
        m_empty->setSearch(m_toolbar->searchField()->text());
        m_empty->setState(m_library.isScanning() && sources   ? EmptyMenu::State::Scanning
                          : !m_sorted.searchWords().isEmpty() ? EmptyMenu::State::NoMatch
                          : sources                           ? EmptyMenu::State::NothingFound
                                                              : EmptyMenu::State::FirstStart);
        view = m_empty;
    }
    showView(view);
    applyWidth();
}

/// Turns to a view and takes the keys along; the first view of all gets them without being asked.
void DatasetsPage::showView(QWidget* view)
{
    const QWidget* focused = m_stack->window()->focusWidget();
    const bool takesKeys = !m_hadFocus || m_stack->isAncestorOf(focused);
    setFocusProxy(view);
    if (m_stack->currentWidget() != view || !m_hadFocus) {
        m_stack->setCurrentWidget(view);
        if (takesKeys) {
            view->setFocus();
        }
        m_hadFocus = m_hadFocus || (isVisible() && m_scanned);
    }
}

void DatasetsPage::updateVisible()
{
    const bool thumbnails = m_services.settings.value(setting::kThumbnails) && !m_listView;
    QStringList paths;
    if (!m_listView) {
        paths = m_grid->visiblePaths();
    } else {
        const int first = std::max(0, m_table->rowAt(0));
        const int bottom = m_table->rowAt(m_table->viewport()->height() - 1);
        const int last = bottom < 0 ? m_sorted.rowCount() - 1 : bottom;
        for (int row = first; row <= last; ++row) {
            paths.append(m_sorted.index(row, 0).data(RecordingModel::PathRole).toString());
        }
    }
    m_library.loader().setVisible(paths, thumbnails);
}

void DatasetsPage::showCurrent()
{
    const QString path = currentPath();
    const RecordingItem* item = m_library.model().itemAt(path);
    m_inspector->setItem(item);
    showCurrentCache();
    const bool readable = item != nullptr && item->state != RecordingState::Failed;
    m_inspection.inspect(readable ? path : QString());
    if (readable && path != m_loadsPath) {
        m_loadsPath = path;
        m_loadsPending = true;
        m_journal.fetchRecent(path);
    }
    planPrefetch();
}

/// Loads are made while the page is hidden and something plays: it takes them in when it is shown again.
void DatasetsPage::refreshLoads()
{
    m_loadsStale = false;
    m_journal.fetchOpenedOrder();
    if (!m_loadsPath.isEmpty()) {
        m_loadsPending = true;
        m_journal.fetchRecent(m_loadsPath);
    }
}

void DatasetsPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    showCacheFacts();
    planPrefetch();
    if (m_loadsStale) {
        refreshLoads();
    }
}

void DatasetsPage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    planPrefetch();
}

void DatasetsPage::takeOpenedOrder(const std::vector<QString>& paths)
{
    m_library.model().setOpenedOrder(paths);
    QStringList recent;
    for (const QString& path : paths) {
        if (recent.size() < kRecentMenuLength) {
            recent.append(path);
        }
    }
    m_toolbar->setRecent(recent);
    m_recent = recent;
    planPrefetch();
    if (m_sorted.sortKey() == RecordingSort::LastOpened) {
        resortWhenStill();
    }
}

/// Data that arrived may change the order, but nothing moves under the pointer.
void DatasetsPage::resortWhenStill()
{
    m_resortPending = m_stack->underMouse();
    if (!m_resortPending) {
        m_sorted.resort();
        m_grid->scrollTo(m_grid->currentIndex());
        m_visibleTimer.start();
    }
}

bool DatasetsPage::isSettled() const
{
    return m_scanned && !m_library.isScanning() && !m_visibleTimer.isActive() &&
           m_library.loader().isVisibleSettled() && m_inspection.isSettled() && !m_loadsPending;
}

void DatasetsPage::checkSettled()
{
    if (isSettled()) {
        Q_EMIT settled();
    }
}

void DatasetsPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    applyWidth();
    m_visibleTimer.start();
}

void DatasetsPage::dragEnterEvent(QDragEnterEvent* event)
{
    if (!droppedPaths(*event).isEmpty()) {
        event->acceptProposedAction();
    }
}

void DatasetsPage::dropEvent(QDropEvent* event)
{
    const QStringList paths = droppedPaths(*event);
    if (!paths.isEmpty()) {
        event->acceptProposedAction();
        addPaths(paths);
    }
}

} // namespace perihelion
