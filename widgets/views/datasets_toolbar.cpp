// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/datasets_toolbar.h"

#include "widgets/theme/theme.h"
#include "widgets/views/button_text.h"
#include "widgets/views/cache_bar.h"
#include "widgets/views/section_label.h"

#include <QAction>
#include <QActionGroup>
#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QToolButton>

namespace perihelion {

namespace {

constexpr int kSearchWidth = 260;
constexpr int kSearchIconSize = 14;
constexpr int kLongestLabel = 26;
/// With less room than this the buttons have short names.
constexpr int kShortTextsBelow = 1000;
constexpr int kShortLabel = 12;
/// What the short names need; asked for at once, because a layout asks before it is narrow.
constexpr int kLeastWidth = 760;

QString shortened(const QString& text, qsizetype longest = kLongestLabel)
{
    return text.size() <= longest ? text : QString(u"…" % text.right(longest - 1));
}

QPushButton* menuButton(const QString& name, QMenu* menu, QWidget* parent)
{
    auto* button = new QPushButton(parent);
    button->setObjectName(name);
    button->setMenu(menu);
    return button;
}

} // namespace

QString homeRelative(const QString& path)
{
    const QString home = QDir::homePath();
    if (path == home) {
        return QStringLiteral("~");
    }
    return path.startsWith(QString(home % u'/')) ? QString(u'~' % path.mid(home.size())) : path;
}

DatasetsToolbar::DatasetsToolbar(const Theme& theme, QAction* cacheToggle, QWidget* parent)
    : QWidget(parent),
      m_theme(theme)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(10);
    row->addWidget(makeLabel(tr("Datasets"), FontRole::Title, QString(), theme, this));

    m_search = new QLineEdit(this);
    m_search->setObjectName(QStringLiteral("searchField"));
    m_search->setPlaceholderText(tr("Search name, layout, folder…"));
    m_search->setAccessibleName(tr("Search recordings"));
    m_search->setToolTip(tr("Search by name, layout or folder (/ or Ctrl+F, Esc clears)"));
    m_search->setMaximumWidth(kSearchWidth);
    m_search->setMinimumWidth(120);
    m_search->setClearButtonEnabled(false);
    m_search->setTextMargins(kSearchIconSize + 6, 0, 0, 0);
    m_searchIcon = new QLabel(m_search);
    m_searchIcon->setGeometry(9, 8, kSearchIconSize, kSearchIconSize);
    m_searchIcon->setAttribute(Qt::WA_TransparentForMouseEvents);
    connect(m_search, &QLineEdit::textChanged, this, &DatasetsToolbar::searchChanged);
    row->addWidget(m_search, 2);

    m_folderMenu = new QMenu(this);
    m_folders = menuButton(QStringLiteral("foldersButton"), m_folderMenu, this);
    m_folders->setAccessibleName(tr("Watched folders"));
    m_folders->setToolTip(tr("Folders whose recordings are listed (F5 looks again)"));
    row->addWidget(m_folders);

    m_sortMenu = new QMenu(this);
    m_sort = menuButton(QStringLiteral("sortButton"), m_sortMenu, this);
    m_sort->setAccessibleName(tr("Order of the recordings"));
    m_sort->setToolTip(tr("Order and grouping of the recordings (Alt+S)"));
    m_sort->setShortcut(QKeySequence(Qt::ALT | Qt::Key_S));
    buildSortMenu();
    row->addWidget(m_sort);
    row->addStretch(1);

    m_cache = new CacheBar(theme, cacheToggle, this);
    row->addWidget(m_cache);
    row->addSpacing(4);
    m_recentMenu = new QMenu(this);
    m_recent = menuButton(QStringLiteral("recentButton"), m_recentMenu, this);
    m_recent->setText(tr("Recent ▾"));
    m_recent->setAccessibleName(tr("Recently opened recordings"));
    m_recent->setToolTip(tr("Recently opened recordings (Alt+R)"));
    m_recent->setShortcut(QKeySequence(Qt::ALT | Qt::Key_R));
    row->addWidget(m_recent);

    m_grid = addToggle(tr("Cards"), tr("Show cards (G)"));
    m_grid->setObjectName(QStringLiteral("gridButton"));
    row->addWidget(m_grid);
    m_list = addToggle(tr("List"), tr("Show a list (G)"));
    m_list->setObjectName(QStringLiteral("listButton"));
    row->setSpacing(8);
    row->addWidget(m_list);
    connect(m_grid, &QToolButton::clicked, this, [this] { Q_EMIT listViewChosen(false); });
    connect(m_list, &QToolButton::clicked, this, [this] { Q_EMIT listViewChosen(true); });
    m_inspector = addToggle(tr("Inspector"), tr("Show or fold the inspector (I)"));
    m_inspector->setObjectName(QStringLiteral("inspectorButton"));
    connect(m_inspector, &QToolButton::clicked, this, &DatasetsToolbar::inspectorToggled);
    row->addWidget(m_inspector);

    setMinimumWidth(kLeastWidth);
    setFolders({}, 0, 0);
    setRecent({});
    restyle();
    connect(&theme, &Theme::changed, this, &DatasetsToolbar::restyle);
}

QToolButton* DatasetsToolbar::addToggle(const QString& name, const QString& tip)
{
    auto* button = new QToolButton(this);
    button->setAccessibleName(name);
    button->setToolTip(tip);
    button->setCheckable(true);
    button->setProperty("kind", QStringLiteral("flat"));
    return button;
}

void DatasetsToolbar::buildSortMenu()
{
    m_sortActions = new QActionGroup(this);
    for (const RecordingSort key :
         {RecordingSort::LastOpened, RecordingSort::Name, RecordingSort::Size, RecordingSort::Events,
          RecordingSort::Duration, RecordingSort::Modified}) {
        QAction* action = m_sortMenu->addAction(recordingSortName(key));
        action->setCheckable(true);
        action->setData(static_cast<int>(key));
        m_sortActions->addAction(action);
        connect(action, &QAction::triggered, this, [this, key] { Q_EMIT sortChosen(key); });
    }
    m_sortMenu->addSeparator();
    m_groupAction = m_sortMenu->addAction(tr("Group by folder"));
    m_groupAction->setCheckable(true);
    connect(m_groupAction, &QAction::triggered, this, &DatasetsToolbar::groupingChosen);
}

void DatasetsToolbar::restyle()
{
    m_searchIcon->setPixmap(m_theme.icon(QStringLiteral("search"), ColorRole::Muted)
                                .pixmap(QSize(kSearchIconSize, kSearchIconSize), devicePixelRatioF()));
    m_grid->setIcon(m_theme.icon(QStringLiteral("grid")));
    m_list->setIcon(m_theme.icon(QStringLiteral("list")));
    m_inspector->setIcon(m_theme.icon(QStringLiteral("inspector")));
}

void DatasetsToolbar::setFolders(const QStringList& folders, qsizetype addedFiles, qsizetype hidden)
{
    m_folderMenu->clear();
    m_folderMenu->addAction(tr("Add a folder…"), this, &DatasetsToolbar::addFolderRequested);
    m_folderMenu->addAction(tr("Add files…"), this, &DatasetsToolbar::addFilesRequested);
    m_folderMenu->addAction(tr("Look again"), this, &DatasetsToolbar::rescanRequested);
    if (!folders.isEmpty()) {
        m_folderMenu->addSeparator();
    }
    for (const QString& folder : folders) {
        QMenu* submenu = m_folderMenu->addMenu(shortened(homeRelative(folder)));
        submenu->setToolTip(folder);
        submenu->addAction(tr("Stop watching"), this,
                           [this, folder] { Q_EMIT removeFolderRequested(folder); });
    }
    if (addedFiles > 0) {
        m_folderMenu->addSeparator();
        m_folderMenu->addAction(addedFiles == 1 ? tr("Forget the added file")
                                                : tr("Forget the %1 added files").arg(addedFiles),
                                this, &DatasetsToolbar::forgetFilesRequested);
    }
    if (hidden > 0) {
        m_folderMenu->addAction(tr("Show removed recordings again (%1)").arg(hidden), this,
                                &DatasetsToolbar::unhideRequested);
    }
    const QString label = folders.isEmpty()     ? tr("Folders")
                          : folders.size() == 1 ? shortened(homeRelative(folders.front()))
                                                : tr("%1 folders").arg(folders.size());
    m_foldersText = label;
    showTexts();
}

void DatasetsToolbar::showTexts()
{
    const bool narrow = width() < kShortTextsBelow;
    m_folders->setText(QString(shortened(m_foldersText, narrow ? kShortLabel : kLongestLabel) % u" ▾"));
    setTextKeepingShortcut(*m_sort, narrow ? tr("Sort ▾") : tr("Sort: %1 ▾").arg(m_sortText));
}

void DatasetsToolbar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_cache->setRoom(width());
    showTexts();
}

void DatasetsToolbar::setRecent(const QStringList& paths)
{
    m_recentMenu->clear();
    for (const QString& path : paths) {
        const QFileInfo file(path);
        QAction* action = m_recentMenu->addAction(
            QString(file.completeBaseName() % u"  –  " % shortened(homeRelative(file.path()))), this,
            [this, path] { Q_EMIT recentChosen(path); });
        action->setToolTip(path);
    }
    m_recent->setEnabled(!paths.isEmpty());
}

void DatasetsToolbar::setSort(RecordingSort key, bool grouped)
{
    const QList<QAction*> actions = m_sortActions->actions();
    for (QAction* action : actions) {
        action->setChecked(action->data().toInt() == static_cast<int>(key));
    }
    m_groupAction->setChecked(grouped);
    m_sortText = recordingSortName(key);
    showTexts();
}

void DatasetsToolbar::setListView(bool list)
{
    m_grid->setChecked(!list);
    m_list->setChecked(list);
}

void DatasetsToolbar::setInspectorShown(bool shown)
{
    m_inspector->setChecked(shown);
}

} // namespace perihelion
