// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/main_window.h"

#include "core/base/format.h"
#include "core/jobs/job_runner.h"
#include "core/settings/settings.h"
#include "datasets/cache/prefetcher.h"
#include "widgets/pages/compare_page.h"
#include "widgets/pages/datasets_page.h"
#include "widgets/pages/history_page.h"
#include "widgets/pages/metrics_page.h"
#include "widgets/pages/player_page.h"
#include "widgets/pages/profile_page.h"
#include "widgets/pages/settings_page.h"
#include "widgets/theme/theme.h"
#include "widgets/views/cache_gauge.h"
#include "widgets/views/key_help.h"
#include "widgets/views/outbox_notice.h"
#include "widgets/views/section_label.h"

#include <QApplication>
#include <QButtonGroup>
#include <QCloseEvent>
#include <QFutureWatcher>
#include <QHBoxLayout>
#include <QShortcut>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

namespace perihelion {

namespace {

constexpr int kRailWidth = 76;
constexpr int kStatusHeight = 26;
constexpr int kMessageMillis = 8'000;
constexpr int kKeepMillis = 2'000;
constexpr QSize kFirstSize(1440, 900);
constexpr QSize kLeastSize(900, 600);

struct PageFacts {
    const char16_t* id;
    const char16_t* icon;
    const char* title;
};

constexpr std::array<PageFacts, kPageIds.size()> kPages = {
    {{u"datasets", u"datasets", QT_TRANSLATE_NOOP("MainWindow", "Datasets")},
     {u"player", u"player", QT_TRANSLATE_NOOP("MainWindow", "Player")},
     {u"profile", u"profile", QT_TRANSLATE_NOOP("MainWindow", "Profile")},
     {u"history", u"history", QT_TRANSLATE_NOOP("MainWindow", "History")},
     {u"compare", u"compare", QT_TRANSLATE_NOOP("MainWindow", "Compare")},
     {u"metrics", u"metrics", QT_TRANSLATE_NOOP("MainWindow", "Metrics")},
     {u"settings", u"settings", QT_TRANSLATE_NOOP("MainWindow", "Settings")}}};

std::vector<KeySection> keySections()
{
    const auto text = [](const char* source) { return MainWindow::tr(source); };
    return {{text("Everywhere"),
             {{QStringLiteral("Ctrl+1 … 7"), text("the pages from the top")},
              {QStringLiteral("Ctrl+,"), text("settings")},
              {QStringLiteral("Ctrl+K"), text("cache mode")},
              {QStringLiteral("F11"), text("full screen")},
              {QStringLiteral("F1  ?"), text("these keys")},
              {QStringLiteral("Ctrl+Q"), text("quit")}}},
            {text("Datasets"),
             {{QStringLiteral("← → ↑ ↓"), text("select")},
              {QStringLiteral("j  k"), text("down, up")},
              {QStringLiteral("Enter Space"), text("open")},
              {QStringLiteral("/  Ctrl+F"), text("search")},
              {QStringLiteral("Esc"), text("clear the search")},
              {QStringLiteral("g"), text("cards or list")},
              {QStringLiteral("i"), text("inspector")},
              {QStringLiteral("F5"), text("look again")},
              {QStringLiteral("Ctrl+O"), text("add a folder")},
              {QStringLiteral("Ctrl+E"), text("optimise")},
              {QStringLiteral("Del"), text("remove from list")},
              {QStringLiteral("q"), text("quit")}}},
            {text("Player"),
             {{QStringLiteral("Space"), text("play, pause")},
              {QStringLiteral("↑ ↓"), text("speed")},
              {QStringLiteral("← →"), text("window")},
              {QStringLiteral(", ."), text("step a frame")},
              {QStringLiteral("b"), text("bookmark")},
              {QStringLiteral("h"), text("all of the player's keys")},
              {QStringLiteral("Esc"), text("back to the datasets")}}},
            {text("Profile"),
             {{QStringLiteral("Ctrl+Return"), text("profile run")},
              {QStringLiteral("Ctrl+O"), text("open a project")},
              {QStringLiteral("Ctrl+P"), text("pause, go on")},
              {QStringLiteral("Esc"), text("cancel the run")},
              {QStringLiteral("Alt+W  Alt+C"), text("workload, scenario")},
              {QStringLiteral("Alt+P"), text("parameters")},
              {QStringLiteral("Alt+B"), text("baseline")},
              {QStringLiteral("Ctrl+Shift+C"), text("copy the table")}}},
            {text("History"),
             {{QStringLiteral("← →"), text("walk the commits")},
              {QStringLiteral("Shift+← →"), text("choose a second one to compare")},
              {QStringLiteral("Ctrl+Return"), text("open in Compare")},
              {QStringLiteral("+ −  0"), text("zoom, fit")},
              {QStringLiteral("Ctrl+← →"), text("pan")},
              {QStringLiteral("Ctrl+R"), text("run missing commits")},
              {QStringLiteral("Alt+I"), text("import results")},
              {QStringLiteral("Esc"), text("choose nothing")}}},
            {text("Compare"),
             {{QStringLiteral("Alt+A  Alt+B"), text("baseline, contender")},
              {QStringLiteral("Alt+S  Alt+M"), text("swap, measure again")},
              {QStringLiteral("↑ ↓"), text("walk the phases")},
              {QStringLiteral("← →"), text("read the chart")},
              {QStringLiteral("Ctrl+Shift+C"), text("copy as text")}}},
            {text("Metrics"),
             {{QStringLiteral("<  >"), text("sort by another column")},
              {QStringLiteral("r"), text("the other way round")},
              {QStringLiteral("Ctrl+Shift+C"), text("copy as text")},
              {QStringLiteral("Alt+C  Alt+T"), text("clear cache, thumbnails")},
              {QStringLiteral("Alt+R"), text("reset")}}}};
}

} // namespace

QString pageIdName(PageId page)
{
    return QString::fromUtf16(kPages.at(static_cast<std::size_t>(page)).id);
}

MainWindow::MainWindow(const AppServices& services, QWidget* parent)
    : QMainWindow(parent),
      m_services(services),
      m_journal(services.runStore, services.jobs),
      m_cache(services),
      m_outbox(services.runStore, services.jobs)
{
    setWindowTitle(QStringLiteral("Perihelion"));
    setWindowIcon(QIcon(QStringLiteral(":/icons/perihelion.svg")));
    setMinimumSize(kLeastSize);
    resize(kFirstSize);

    m_datasets = new DatasetsPage(m_services, m_journal, m_cache);
    m_player = new PlayerPage(m_services, nullptr);
    m_player->showCacheSwitch(m_cache.toggleAction());
    m_profile = new ProfilePage(m_services);
    m_history = new HistoryPage(m_services);
    m_compare = new ComparePage(m_services);
    m_metrics = new MetricsPage(m_services, m_cache);
    m_settings = new SettingsPage(m_services, m_cache);
    m_pages = new QStackedWidget();
    m_pages->addWidget(m_datasets);
    m_pages->addWidget(m_player);
    m_pages->addWidget(m_profile);
    m_pages->addWidget(m_history);
    m_pages->addWidget(m_compare);
    m_pages->addWidget(m_metrics);
    m_pages->addWidget(m_settings);

    auto* central = new QWidget(this);
    auto* column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* row = new QHBoxLayout();
    row->setSpacing(0);
    row->addWidget(buildRail());
    auto* beside = new QVBoxLayout();
    beside->setSpacing(0);
    m_outboxNotice = new OutboxNotice(m_services.theme, central);
    beside->addWidget(m_outboxNotice);
    beside->addWidget(m_pages, 1);
    row->addLayout(beside, 1);
    column->addLayout(row, 1);
    column->addWidget(buildStatusBar());
    setCentralWidget(central);
    m_help = new KeyHelp(m_services.theme, keySections(), central);

    connectPages();
    addShortcuts();
    restyle();
    connect(&m_services.theme, &Theme::changed, this, &MainWindow::restyle);
    m_keepTimer.setInterval(kKeepMillis);
    connect(&m_keepTimer, &QTimer::timeout, this, &MainWindow::keepSettings);
    m_keepTimer.start();
    m_journal.open();
    m_outbox.look();
    m_journal.fetchOpenedOrder();
    showPage(PageId::Datasets);
    qApp->installEventFilter(this);
}

MainWindow::~MainWindow()
{
    // Pages use what this window owns, also while they are hidden and die.
    hide();
    delete takeCentralWidget();
}

QWidget* MainWindow::buildRail()
{
    auto* rail = new QFrame(this);
    rail->setProperty("kind", QStringLiteral("rail"));
    rail->setFixedWidth(kRailWidth);
    auto* column = new QVBoxLayout(rail);
    column->setContentsMargins(6, 10, 5, 10);
    column->setSpacing(4);
    auto* group = new QButtonGroup(this);
    for (const PageId page : kPageIds) {
        const std::size_t at = static_cast<std::size_t>(page);
        auto* button = new QToolButton(rail);
        button->setProperty("kind", QStringLiteral("rail"));
        button->setObjectName(QString(u"rail-" % pageIdName(page)));
        button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
        button->setIconSize(QSize(20, 20));
        button->setCheckable(true);
        button->setText(tr(kPages.at(at).title));
        button->setAccessibleName(tr("Page %1").arg(button->text()));
        button->setToolTip(tr("%1 (Ctrl+%2)").arg(button->text()).arg(at + 1));
        connect(button, &QToolButton::clicked, this, [this, page] { showPage(page); });
        group->addButton(button);
        column->addWidget(button);
        m_railButtons.at(at) = button;
    }
    column->addStretch(1);
    return rail;
}

QWidget* MainWindow::buildStatusBar()
{
    const Theme& theme = m_services.theme;
    auto* bar = new QFrame(this);
    bar->setProperty("kind", QStringLiteral("status"));
    bar->setFixedHeight(kStatusHeight);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(14, 0, 14, 0);
    row->setSpacing(20);
    m_count = makeLabel(QString(), FontRole::Small, QStringLiteral("muted"), theme, bar);
    m_count->setObjectName(QStringLiteral("statusCount"));
    row->addWidget(m_count);
    m_cacheLabel = makeLabel(QString(), FontRole::Small, QStringLiteral("muted"), theme, bar);
    m_cacheLabel->setObjectName(QStringLiteral("statusCache"));
    row->addWidget(m_cacheLabel);
    m_lastLoad = makeLabel(QString(), FontRole::Small, QStringLiteral("muted"), theme, bar);
    m_lastLoad->setObjectName(QStringLiteral("statusLoad"));
    row->addWidget(m_lastLoad);
    m_message = makeLabel(QString(), FontRole::Small, QString(), theme, bar);
    m_message->setObjectName(QStringLiteral("statusMessage"));
    m_message->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addWidget(m_message, 1);
    row->addWidget(makeLabel(QStringLiteral("Perihelion " PERIHELION_VERSION), FontRole::Mono,
                             QStringLiteral("muted"), theme, bar));
    m_messageTimer.setSingleShot(true);
    m_messageTimer.setInterval(kMessageMillis);
    connect(&m_messageTimer, &QTimer::timeout, m_message, &QLabel::clear);
    return bar;
}

void MainWindow::connectPages()
{
    connect(m_datasets, &DatasetsPage::openRequested, this, &MainWindow::openRecording);
    connect(m_datasets, &DatasetsPage::statusMessage, this, &MainWindow::showMessage);
    connect(m_datasets, &DatasetsPage::countChanged, this, &MainWindow::showCount);
    connect(m_datasets, &DatasetsPage::quitRequested, this, &QWidget::close);
    connect(m_datasets, &DatasetsPage::sourcesChanged, m_settings, &SettingsPage::refreshFolders);
    connect(m_player, &PlayerPage::backRequested, this, [this] { showPage(PageId::Datasets); });
    connect(m_player, &PlayerPage::statusMessage, this, &MainWindow::showMessage);
    connect(m_player, &PlayerPage::loadFinished, this, [this](const LoadRecord& load) {
        showLoad(load);
        m_journal.record(load);
    });
    connect(m_datasets, &DatasetsPage::profileLoadRequested, this, [this](const QStringList& paths) {
        showPage(PageId::Profile);
        m_profile->compareLoads(paths);
    });
    connect(m_profile, &ProfilePage::statusMessage, this, &MainWindow::showMessage);
    connect(m_profile, &ProfilePage::runStored, &m_outbox, &OutboxWatch::look);
    connect(&m_outbox, &OutboxWatch::changed, this, &MainWindow::showOutbox);
    connect(&m_outbox, &OutboxWatch::sent, this, [this](int runs, const QString& sentence) {
        showMessage(sentence);
        if (runs > 0) {
            m_profile->refresh();
            m_history->refresh();
            m_compare->refresh();
        }
    });
    connect(m_outboxNotice, &OutboxNotice::sendRequested, &m_outbox, &OutboxWatch::sendNow);
    connect(m_history, &HistoryPage::statusMessage, this, &MainWindow::showMessage);
    connect(m_history, &HistoryPage::compareRequested, this, [this](const QString& a, const QString& b) {
        m_compare->compare(a, b);
        showPage(PageId::Compare);
    });
    const auto tellProject = [this] {
        m_history->setProject(m_profile->project().name(), m_profile->project().folder());
        m_compare->setProject(m_profile->project().folder());
    };
    connect(&m_profile->project(), &OpenProject::opened, this, tellProject);
    connect(&m_profile->project(), &OpenProject::closed, this, tellProject);
    connect(m_history, &HistoryPage::measureAgainRequested, this, [this](const QString& a, const QString& b) {
        showPage(PageId::Compare);
        m_compare->offerAgain(a, b);
    });
    connect(m_compare, &ComparePage::statusMessage, this, &MainWindow::showMessage);
    connect(m_compare, &ComparePage::runsStored, &m_outbox, &OutboxWatch::look);
    connect(m_metrics, &MetricsPage::statusMessage, this, &MainWindow::showMessage);
    connect(m_metrics, &MetricsPage::thumbnailsCleared, m_datasets, &DatasetsPage::refreshThumbnails);
    connect(m_metrics, &MetricsPage::recordingsRequested, this, [this] { showPage(PageId::Datasets); });
    connect(m_metrics, &MetricsPage::settingsRequested, this, [this] {
        showPage(PageId::Settings);
        m_settings->showMetricsSettings();
    });
    connect(&m_journal, &LoadJournal::notice, this, &MainWindow::showMessage);
    connect(&m_journal, &LoadJournal::failed, this,
            [this](const Error& error) { showMessage(error.sentence()); });
    connect(m_settings, &SettingsPage::foldersChanged, m_datasets, &DatasetsPage::reloadSources);
    connect(m_settings, &SettingsPage::menuSettingsChanged, m_datasets, &DatasetsPage::applySettings);
    connect(m_settings, &SettingsPage::playbackSettingsChanged, m_player, &PlayerPage::applySettings);
    connect(m_settings, &SettingsPage::thumbnailsCleared, m_datasets, &DatasetsPage::refreshThumbnails);
    connect(m_settings, &SettingsPage::statusMessage, this, &MainWindow::showMessage);
    connect(m_datasets, &DatasetsPage::cacheSettingsRequested, this, [this] {
        showPage(PageId::Settings);
        m_settings->showCacheSettings();
    });
    connect(&m_cache, &CacheControl::figuresChanged, this, &MainWindow::showCache);
    connect(&m_cache, &CacheControl::notice, this, &MainWindow::showMessage);
    showCache();
}

void MainWindow::addShortcuts()
{
    const auto on = [this](const QKeySequence& keys, auto action) {
        auto* shortcut = new QShortcut(keys, this);
        connect(shortcut, &QShortcut::activated, this, action);
    };
    for (const PageId page : kPageIds) {
        on(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + static_cast<int>(page))),
           [this, page] { showPage(page); });
    }
    on(QKeySequence(Qt::CTRL | Qt::Key_Comma), [this] { showPage(PageId::Settings); });
    on(Qt::Key_F1, [this] { m_help->toggle(); });
    on(Qt::Key_Question, [this] { m_help->toggle(); });
    on(Qt::Key_F11, [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
    on(QKeySequence(Qt::CTRL | Qt::Key_Q), [this] { close(); });
    addAction(m_cache.toggleAction());
}

void MainWindow::restyle()
{
    for (const PageId page : kPageIds) {
        const std::size_t at = static_cast<std::size_t>(page);
        const bool current = currentPage() == page;
        m_railButtons.at(at)->setIcon(m_services.theme.icon(
            QString::fromUtf16(kPages.at(at).icon), current ? ColorRole::AccentLabel : ColorRole::Muted));
        m_railButtons.at(at)->setFont(m_services.theme.font(FontRole::Caption));
    }
}

void MainWindow::showPage(PageId page)
{
    m_pages->setCurrentIndex(static_cast<int>(page));
    m_railButtons.at(static_cast<std::size_t>(page))->setChecked(true);
    m_pages->currentWidget()->setFocus();
    restyle();
}

PageId MainWindow::currentPage() const
{
    return static_cast<PageId>(m_pages->currentIndex());
}

void MainWindow::openRecording(const QString& path, const QString& stream)
{
    showPage(PageId::Player);
    m_player->openRecording(path, stream);
}

void MainWindow::showMessage(const QString& text)
{
    m_message->setText(text);
    m_message->setToolTip(text);
    m_messageTimer.start();
}

void MainWindow::showLoad(const LoadRecord& load)
{
    const double millis = toMilliseconds(load.phases.total());
    m_lastLoad->setText(
        tr("Last load <b>%1 ms</b> to first frame").arg(QString::number(millis, 'f', millis < 10 ? 1 : 0)));
}

void MainWindow::showCount(int count)
{
    m_count->setText(count == 1 ? tr("<b>1</b> recording")
                                : tr("<b>%1</b> recordings").arg(formatCount(count)));
}

void MainWindow::showCache()
{
    const CacheFigures& figures = m_cache.figures();
    m_cacheLabel->setVisible(figures.on);
    m_cacheLabel->setText(
        tr("Cache <b>%1</b> of %2 budget · %3 available")
            .arg(shortMemory(figures.used), shortMemory(figures.budget), shortMemory(figures.available)));
    m_cacheLabel->setToolTip(describeCache(figures));
}

void MainWindow::showOutbox()
{
    m_outboxNotice->setState(m_outbox.state(), m_services.runStore.file(), m_outbox.isSending());
}

void MainWindow::restoreState()
{
    const Settings& settings = m_services.settings;
    const QByteArray geometry = settings.value(setting::kWindowGeometry);
    if (!geometry.isEmpty()) {
        restoreGeometry(geometry);
    }
    // The player has no recording after a start, so that only the other pages come back.
    for (const PageId page : {PageId::Profile, PageId::Settings}) {
        if (settings.value(setting::kLastPage) == pageIdName(page)) {
            showPage(page);
        }
    }
}

/// Writes changed settings in the background; the end of the program writes the rest.
void MainWindow::keepSettings()
{
    if (!m_services.settings.hasChanges()) {
        return;
    }
    const SettingsChanges changes = m_services.settings.takeChanges();
    const auto job =
        m_services.jobs.run(JobPool::Store, [changes](const CancelToken&, const ProgressReporter&) {
            return writeSettings(changes);
        });
    auto* watcher = new QFutureWatcher<Result<void>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, changes] {
        watcher->deleteLater();
        const Result<void> written = watcher->result();
        if (!written) {
            m_services.settings.putBack(changes);
            m_keepTimer.stop();
            showMessage(written.error().sentence());
        }
    });
    watcher->setFuture(job.future);
}

/// Whatever a person does anywhere in the program comes before reading ahead on suspicion.
bool MainWindow::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::KeyPress:
    case QEvent::MouseButtonPress:
    case QEvent::MouseMove:
    case QEvent::Wheel:
    case QEvent::TouchBegin:
    case QEvent::DragMove:
        m_services.prefetcher.noteActivity();
        break;
    default:
        break;
    }
    return QMainWindow::eventFilter(watched, event);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    m_services.settings.set(setting::kWindowGeometry, saveGeometry());
    m_services.settings.set(setting::kLastPage, pageIdName(currentPage()));
    QMainWindow::closeEvent(event);
}

} // namespace perihelion
