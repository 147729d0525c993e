// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/app_context.h"

#include "core/settings/run_store_settings.h"
#include "core/workloads/simulation/simulation_workload.h"
#include "datasets/workloads/dataset_load.h"
#include "widgets/models/cache_settings.h"
#include "widgets/pages/datasets_page.h"
#include "widgets/pages/player_page.h"
#include "widgets/pages/profile_page.h"

#include <QApplication>
#include <QFileInfo>

#include <cstdio>
#include <utility>

namespace perihelion {

namespace {

void printError(const Error& error)
{
    std::fputs(qUtf8Printable(QString(u"perihelion: " % error.sentence() % u'\n')), stderr);
}

/// Where the settings say that runs are kept; the person's own file, and a sentence, where that is no place.
StoreLocation chosenStore(const Settings& settings, const StoragePaths& paths)
{
    const Result<StoreLocation> chosen = runStoreLocation(settings, paths);
    if (!chosen) {
        printError(chosen.error());
        return StoreLocation::ofFile(paths.runStoreFile());
    }
    return *chosen;
}

} // namespace

AppContext::AppContext(GuiOptions options, StoragePaths paths)
    : m_options(std::move(options)),
      m_paths(std::move(paths)),
      m_settings(m_paths.settingsFile()),
      m_jobs(&m_operationTimes),
      m_memory(memoryPolicyOf(m_settings)),
      m_cache(m_memory),
      m_memoryWatch(m_memory),
      m_prefetcher(m_cache, m_decodePool),
      m_runStore(chosenStore(m_settings, m_paths), m_paths.runStoreFile()),
      m_measuring(ProfileEnvironment::forThisProgram())
{
    m_runStore.timeInto(m_operationTimes);
    m_workloads.add(std::make_unique<SimulationWorkload>());
    m_workloads.add(std::make_unique<DatasetLoad>(m_paths.workloadDir()));
    m_workloads.loadScenarios(m_paths.scenarioDir());
    applyCacheSettings(m_settings, m_memory, m_cache);
    m_theme.setMode(m_options.theme.value_or(themeModeFromId(m_settings.value(setting::kTheme))));
    m_theme.followDesktop();
    m_window = std::make_unique<MainWindow>(AppServices{m_jobs, m_decodePool, m_runStore, m_settings, m_paths,
                                                        m_theme, m_memory, m_cache, m_prefetcher, m_workloads,
                                                        m_measuring, m_operationTimes});
}

AppContext::~AppContext()
{
    m_screenshot.reset();
    m_window.reset();
    m_jobs.shutDown();
}

int AppContext::run()
{
    showWindow();
    // From the event loop, so that the window is on screen before any file is touched.
    QTimer::singleShot(0, m_window.get(), [this] { openPaths(); });
    const int status = QApplication::exec();
    // A picture is taken of the program, not by a person at work: it leaves the settings alone.
    if (m_options.screenshot.isEmpty()) {
        const Result<void> saved = m_settings.save();
        if (!saved) {
            printError(saved.error());
            return 1;
        }
    }
    return status;
}

void AppContext::showWindow()
{
    if (m_options.screenshot.isEmpty()) {
        m_window->restoreState();
    }
    if (m_options.cacheMode) {
        m_window->cache().switchForThisRun(*m_options.cacheMode);
    }
    if (m_options.size) {
        m_window->setMinimumSize(QSize(0, 0));
        m_window->resize(*m_options.size);
    }
    if (m_options.page) {
        m_window->showPage(*m_options.page);
    }
    m_window->show();
}

void AppContext::openPaths()
{
    if (!m_options.project.isEmpty()) {
        m_window->profile().openProject(m_options.project, OpenProject::Remember::No);
    } else if (m_options.screenshot.isEmpty()) {
        m_window->profile().project().reopen();
    }
    DatasetsPage& datasets = m_window->datasets();
    if (m_options.paths.isEmpty()) {
        datasets.reloadSources();
    } else {
        QStringList folders;
        QStringList files;
        for (const QString& path : std::as_const(m_options.paths)) {
            const QFileInfo file(path);
            (file.isDir() ? folders : files).append(file.absoluteFilePath());
        }
        datasets.setSessionSources(folders, files);
        const bool single = folders.isEmpty() && files.size() == 1;
        if (!files.isEmpty() && (m_options.page == PageId::Player || (single && !m_options.page))) {
            m_window->openRecording(files.front());
        }
    }
    if (m_window->currentPage() == PageId::Player && m_window->player().session().path().isEmpty()) {
        openFirstRecording();
    }
    if (!m_options.screenshot.isEmpty()) {
        takeScreenshot();
    }
}

void AppContext::openFirstRecording()
{
    DatasetsPage& datasets = m_window->datasets();
    QObject::connect(
        &datasets.library(), &RecordingLibrary::scanFinished, m_window.get(),
        [this, &datasets] {
            const QString path = datasets.firstRecording();
            if (!path.isEmpty()) {
                m_window->openRecording(path);
            } else if (!m_options.screenshot.isEmpty()) {
                printError(
                    Error{ErrorCode::NotFound, QStringLiteral("There is no recording to play"), QString()});
                QApplication::exit(1);
            }
        },
        Qt::SingleShotConnection);
}

void AppContext::takeScreenshot()
{
    m_screenshot = std::make_unique<Screenshot>(*m_window, m_options.screenshot);
    QObject::connect(m_screenshot.get(), &Screenshot::written, m_window.get(), [] { QApplication::exit(0); });
    QObject::connect(m_screenshot.get(), &Screenshot::failed, m_window.get(), [](const Error& error) {
        printError(error);
        QApplication::exit(1);
    });
    m_screenshot->begin();
}

} // namespace perihelion
