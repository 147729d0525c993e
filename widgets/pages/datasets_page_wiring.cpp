// SPDX-License-Identifier: GPL-3.0-or-later
// DatasetsPage, second half: which signal leads where, and the keys.
#include "core/settings/settings.h"
#include "widgets/models/load_journal.h"
#include "widgets/models/menu_settings.h"
#include "widgets/pages/datasets_page.h"
#include "widgets/pages/optimise_dialog.h"
#include "widgets/theme/theme.h"
#include "widgets/views/datasets_toolbar.h"
#include "widgets/views/empty_menu.h"
#include "widgets/views/problem_banner.h"
#include "widgets/views/recording_grid_view.h"
#include "widgets/views/recording_inspector.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>
#include <QShortcut>
#include <QStackedWidget>
#include <QTableView>
#include <QUrl>

#include <algorithm>

namespace perihelion {

namespace {

constexpr int kTableRowHeight = 32;

} // namespace

void DatasetsPage::buildTable()
{
    m_table = new QTableView(m_stack);
    m_table->setObjectName(QStringLiteral("recordingTable"));
    m_table->setAccessibleName(tr("Recordings as a list"));
    m_table->setModel(&m_sorted);
    m_table->setSelectionModel(m_grid->selectionModel());
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(kTableRowHeight);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    QHeaderView* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionsClickable(true);
    header->setMinimumSectionSize(64);
    header->setSectionResizeMode(QHeaderView::Interactive);
    header->setSectionResizeMode(RecordingModel::NameColumn, QHeaderView::Stretch);
    const std::array<std::pair<int, int>, 8> widths = {{{RecordingModel::LayoutColumn, 152},
                                                        {RecordingModel::EventsColumn, 108},
                                                        {RecordingModel::DurationColumn, 84},
                                                        {RecordingModel::SizeColumn, 84},
                                                        {RecordingModel::SensorColumn, 100},
                                                        {RecordingModel::CategoryColumn, 110},
                                                        {RecordingModel::ModifiedColumn, 132},
                                                        {RecordingModel::CacheColumn, 120}}};
    for (const auto& [column, width] : widths) {
        m_table->setColumnWidth(column, width);
    }
    connect(header, &QHeaderView::sectionClicked, this, [this](int column) {
        switch (column) {
        case RecordingModel::NameColumn:
            return setSort(RecordingSort::Name);
        case RecordingModel::EventsColumn:
            return setSort(RecordingSort::Events);
        case RecordingModel::DurationColumn:
            return setSort(RecordingSort::Duration);
        case RecordingModel::SizeColumn:
            return setSort(RecordingSort::Size);
        case RecordingModel::ModifiedColumn:
            return setSort(RecordingSort::Modified);
        case RecordingModel::CategoryColumn:
            return setGrouped(!m_sorted.isGrouped());
        default:
            return;
        }
    });
    connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, &m_visibleTimer,
            qOverload<>(&QTimer::start));
    m_table->installEventFilter(this);
    m_stack->addWidget(m_table);
}

void DatasetsPage::connectToolbar()
{
    QLineEdit* search = m_toolbar->searchField();
    search->installEventFilter(this);
    connect(m_toolbar, &DatasetsToolbar::searchChanged, this, [this](const QString& text) {
        const QString path = currentPath();
        m_sorted.setSearch(text);
        if (!currentIndex().isValid() && m_sorted.rowCount() > 0) {
            m_grid->setCurrentIndex(m_sorted.index(std::max(0, m_sorted.rowOf(path)), 0));
        }
        updateEmptyState();
        m_visibleTimer.start();
    });
    connect(m_toolbar, &DatasetsToolbar::addFolderRequested, this, &DatasetsPage::chooseFolder);
    connect(m_toolbar, &DatasetsToolbar::addFilesRequested, this, &DatasetsPage::chooseFiles);
    connect(m_toolbar, &DatasetsToolbar::removeFolderRequested, this, &DatasetsPage::removeFolder);
    connect(m_toolbar, &DatasetsToolbar::forgetFilesRequested, this, [this] {
        m_services.settings.set(setting::kAddedFiles, QStringList());
        reloadSources();
    });
    connect(m_toolbar, &DatasetsToolbar::unhideRequested, this, [this] {
        m_services.settings.set(setting::kRemovedRecordings, QStringList());
        m_sorted.setHiddenPaths({});
        updateToolbar();
        updateEmptyState();
        m_visibleTimer.start();
    });
    connect(m_toolbar, &DatasetsToolbar::rescanRequested, this, [this] { m_library.rescan(); });
    connect(m_toolbar, &DatasetsToolbar::sortChosen, this, &DatasetsPage::setSort);
    connect(m_toolbar, &DatasetsToolbar::groupingChosen, this, &DatasetsPage::setGrouped);
    connect(m_toolbar, &DatasetsToolbar::listViewChosen, this, &DatasetsPage::setListView);
    connect(m_toolbar, &DatasetsToolbar::inspectorToggled, this, &DatasetsPage::setInspectorShown);
    connect(m_toolbar, &DatasetsToolbar::recentChosen, this,
            [this](const QString& path) { Q_EMIT openRequested(path, QString()); });
}

void DatasetsPage::connectInspector()
{
    connect(m_grid->selectionModel(), &QItemSelectionModel::currentChanged, this, &DatasetsPage::showCurrent);
    connect(m_grid, &QAbstractItemView::activated, this, &DatasetsPage::openCurrent);
    connect(m_table, &QAbstractItemView::activated, this, &DatasetsPage::openCurrent);
    for (QAbstractItemView* view :
         {static_cast<QAbstractItemView*>(m_grid), static_cast<QAbstractItemView*>(m_table)}) {
        view->setContextMenuPolicy(Qt::CustomContextMenu);
        connect(view, &QWidget::customContextMenuRequested, this, [this, view](const QPoint& at) {
            const QModelIndex index = view->indexAt(at);
            if (index.isValid()) {
                view->setCurrentIndex(index);
                m_inspector->actionMenu()->popup(view->viewport()->mapToGlobal(at));
            }
        });
    }
    connect(m_grid, &RecordingGridView::visibleChanged, &m_visibleTimer, qOverload<>(&QTimer::start));

    connect(m_inspector, &RecordingInspector::openRequested, this, &DatasetsPage::openCurrent);
    connect(m_inspector, &RecordingInspector::streamChosen, this,
            [this](const QString& stream) { m_inspection.inspect(currentPath(), stream); });
    connect(m_inspector, &RecordingInspector::showFolderRequested, this, [this] {
        QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(currentPath()).absolutePath()));
    });
    connect(m_inspector, &RecordingInspector::copyPathRequested, this, [this] {
        QGuiApplication::clipboard()->setText(currentPath());
        Q_EMIT statusMessage(tr("Path copied."));
    });
    connect(m_inspector, &RecordingInspector::rebuildRequested, this, [this] {
        Q_EMIT statusMessage(tr("Rebuilding the index…"));
        m_inspection.rebuildIndex();
    });
    connect(m_inspector, &RecordingInspector::profileLoadRequested, this, [this] {
        const QStringList chosen = selectedPaths();
        Q_EMIT profileLoadRequested(chosen.isEmpty() ? QStringList{currentPath()} : chosen);
    });
    connect(m_grid->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [this] { m_inspector->setChosen(static_cast<int>(selectedPaths().size())); });
    connect(m_inspector, &RecordingInspector::optimiseRequested, this, &DatasetsPage::optimiseCurrent);
    connect(m_inspector, &RecordingInspector::removeRequested, this, &DatasetsPage::removeCurrent);

    connect(&m_inspection, &RecordingInspection::metadataChanged, this, [this] {
        const RecordingItem* item = m_library.model().itemAt(m_inspection.path());
        if (item == nullptr) {
            return;
        }
        m_inspector->setMetadata(*m_inspection.metadata());
        // The card knows the first stream only.
        if (m_inspection.stream().isEmpty()) {
            m_library.model().applyPreviews({RecordingPreview{item->entry.path,
                                                              item->entry.size,
                                                              item->entry.modified,
                                                              m_inspection.metadata(),
                                                              {},
                                                              {},
                                                              false}});
        }
    });
    connect(&m_inspection, &RecordingInspection::progressChanged, m_inspector,
            &RecordingInspector::setCounting);
    connect(&m_inspection, &RecordingInspection::failed, m_inspector, &RecordingInspector::setError);
    connect(&m_inspection, &RecordingInspection::warned, m_inspector, &RecordingInspector::setWarning);
    connect(&m_inspection, &RecordingInspection::settled, this, &DatasetsPage::checkSettled);
    connect(&m_journal, &LoadJournal::recentLoads, this,
            [this](const QString& path, const std::vector<LoadRecord>& loads) {
                if (path == m_loadsPath) {
                    m_loadsPending = false;
                    m_inspector->setLoads(loads);
                    checkSettled();
                }
            });
    connect(&m_journal, &LoadJournal::failed, this, [this](const Error& error) {
        m_loadsPending = false;
        m_banner->setProblems({error.sentence()});
        checkSettled();
    });
    connect(&m_journal, &LoadJournal::recorded, this, [this](const LoadRecord&) {
        m_loadsStale = true;
        if (isVisible()) {
            refreshLoads();
        }
    });
    connect(&m_journal, &LoadJournal::openedOrder, this, &DatasetsPage::takeOpenedOrder);
}

void DatasetsPage::connectLibrary()
{
    connect(&m_library, &RecordingLibrary::scanFinished, this, [this] {
        QStringList sentences;
        for (const Error& problem : m_library.problems()) {
            sentences.append(problem.sentence());
        }
        m_banner->setProblems(sentences);
        m_sorted.resort();
        m_scanned = true;
        // A view that gets the keys makes its first row current without selecting it.
        if (!m_grid->selectionModel()->hasSelection() && m_sorted.rowCount() > 0) {
            m_grid->setCurrentIndex(m_sorted.index(0, 0));
        }
        updateEmptyState();
        m_visibleTimer.start();
        Q_EMIT countChanged(recordingCount());
    });
    RecordingModel& model = m_library.model();
    connect(&model, &QAbstractItemModel::rowsInserted, this, &DatasetsPage::updateEmptyState);
    connect(&model, &QAbstractItemModel::rowsInserted, this, &DatasetsPage::showCacheFacts);
    connect(&model, &QAbstractItemModel::rowsRemoved, this, &DatasetsPage::updateEmptyState);
    connect(&model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex& first, const QModelIndex& last, const QList<int>& roles) {
                if (RecordingModel::isCacheChange(roles)) {
                    return;
                }
                const int row = m_library.model().rowOf(currentPath());
                if (row < first.row() || row > last.row()) {
                    return;
                }
                const RecordingItem& item = m_library.model().item(row);
                // The inspection knows more than a card once it has answered.
                if (item.state == RecordingState::Failed || m_inspection.path() != item.entry.path ||
                    !m_inspection.metadata()) {
                    showCurrent();
                }
            });
    connect(&m_library.loader(), &RecordingLoader::visibleSettled, this, &DatasetsPage::checkSettled);
    connect(&m_library.loader(), &RecordingLoader::idle, this, [this] {
        if (m_sorted.sortKey() == RecordingSort::Events || m_sorted.sortKey() == RecordingSort::Duration) {
            resortWhenStill();
        }
        checkSettled();
    });
}

void DatasetsPage::connectEmpty()
{
    connect(m_empty, &EmptyMenu::addFolderRequested, this, &DatasetsPage::chooseFolder);
    connect(m_empty, &EmptyMenu::addFilesRequested, this, &DatasetsPage::chooseFiles);
    connect(m_empty, &EmptyMenu::clearSearchRequested, this, [this] { m_toolbar->searchField()->clear(); });
    connect(m_empty, &EmptyMenu::makeSamplesRequested, this, [this] {
        m_empty->setProblem({});
        m_empty->setProgress(0, {});
        m_library.makeSamples();
        updateEmptyState();
    });
    connect(m_empty, &EmptyMenu::cancelRequested, this, [this] { m_library.cancelSamples(); });
    connect(&m_library, &RecordingLibrary::samplesProgress, m_empty, &EmptyMenu::setProgress);
    connect(&m_library, &RecordingLibrary::samplesFinished, this, &DatasetsPage::addFolder);
    connect(&m_library, &RecordingLibrary::samplesFailed, this, [this](const Error& error) {
        if (error.code != ErrorCode::Cancelled) {
            m_empty->setProblem(error.sentence());
        }
        updateEmptyState();
    });
}

void DatasetsPage::addShortcuts()
{
    const auto on = [this](const QKeySequence& keys, auto action) {
        auto* shortcut = new QShortcut(keys, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, action);
    };
    const auto search = [this] {
        m_toolbar->searchField()->setFocus(Qt::ShortcutFocusReason);
        m_toolbar->searchField()->selectAll();
    };
    on(Qt::Key_Slash, search);
    on(QKeySequence::Find, search);
    on(Qt::Key_J, [this] { step(1); });
    on(Qt::Key_K, [this] { step(-1); });
    on(Qt::Key_G, [this] { setListView(!m_listView); });
    on(Qt::Key_I, [this] { setInspectorShown(!m_inspector->isVisible()); });
    on(Qt::Key_Q, [this] { Q_EMIT quitRequested(); });
    on(QKeySequence::Open, [this] { chooseFolder(); });
    on(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O), [this] { chooseFiles(); });
    on(Qt::Key_F5, [this] { m_library.rescan(); });
    on(QKeySequence(Qt::CTRL | Qt::Key_E), [this] { optimiseCurrent(); });
    on(Qt::Key_Delete, [this] { removeCurrent(); });
    on(Qt::Key_Escape, [this] {
        if (m_library.isMakingSamples()) {
            m_library.cancelSamples();
        } else {
            m_toolbar->searchField()->clear();
            setFocus(Qt::ShortcutFocusReason);
        }
    });
}

bool DatasetsPage::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_stack && event->type() == QEvent::Leave && m_resortPending) {
        m_resortPending = false;
        m_sorted.resort();
    }
    if (event->type() != QEvent::KeyPress) {
        return QWidget::eventFilter(watched, event);
    }
    const int key = static_cast<QKeyEvent*>(event)->key();
    const bool enter = key == Qt::Key_Return || key == Qt::Key_Enter;
    if (watched == m_table && key == Qt::Key_Space) {
        openCurrent();
        return true;
    }
    if (watched == m_toolbar->searchField()) {
        // From the search straight to what it found.
        if (enter || key == Qt::Key_Down) {
            setFocus(Qt::ShortcutFocusReason);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void DatasetsPage::chooseFolder()
{
    auto* dialog = new QFileDialog(this, tr("Add a folder of recordings"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, &DatasetsPage::addFolder);
    dialog->open();
}

void DatasetsPage::chooseFiles()
{
    auto* dialog = new QFileDialog(this, tr("Add recordings"), QString(),
                                   tr("HDF5 recordings (*.h5 *.hdf5 *.hdf);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, &DatasetsPage::addPaths);
    dialog->open();
}

void DatasetsPage::optimiseCurrent()
{
    const QString path = readableCurrent();
    if (path.isEmpty()) {
        return;
    }
    auto* dialog = new OptimiseDialog(m_services, path, chosenStream(path), this);
    connect(dialog, &OptimiseDialog::openRequested, this,
            [this](const QString& made) { Q_EMIT openRequested(made, QString()); });
    connect(dialog, &OptimiseDialog::showRequested, this, &DatasetsPage::showWhenListed);
    dialog->open();
}

/// Lists a file that has just been made, and selects it.
void DatasetsPage::showWhenListed(const QString& path)
{
    auto* once = new QObject(this);
    connect(&m_library, &RecordingLibrary::scanFinished, once, [this, once, path] {
        selectRecording(path);
        once->deleteLater();
    });
    const QStringList folders = m_library.folders();
    const bool watched = std::any_of(folders.begin(), folders.end(), [&path](const QString& folder) {
        return path.startsWith(QString(folder % u'/'));
    });
    if (watched) {
        m_library.rescan();
    } else {
        addPaths({path});
    }
}

} // namespace perihelion
