// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/app_fixture.h"

#include "datasets/generate/event_generator.h"
#include "widgets/models/cache_settings.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace perihelion::test {

AppFixture::AppFixture(std::chrono::milliseconds prefetchQuiet)
    : m_paths(StoragePaths::below(m_folder.path())),
      m_prefetchQuiet(prefetchQuiet),
      m_measuring(Error{ErrorCode::NotFound, QStringLiteral("Nobody measures in this test"), QString()})
{
    begin();
}

AppFixture::~AppFixture()
{
    end();
}

void AppFixture::begin()
{
    m_settings = std::make_unique<Settings>(m_paths.settingsFile());
    m_operationTimes = std::make_unique<OperationTimes>();
    m_jobs = std::make_unique<JobRunner>(m_operationTimes.get());
    m_decodePool = std::make_unique<DecodePool>();
    m_memory = std::make_unique<MemoryBudget>(memoryPolicyOf(*m_settings));
    m_cache = std::make_unique<EventCache>(*m_memory, cacheOptionsOf(*m_settings));
    m_prefetcher = std::make_unique<Prefetcher>(*m_cache, *m_decodePool, m_prefetchQuiet);
    m_runStore = std::make_unique<RunStore>(m_paths.runStoreFile());
    m_runStore->timeInto(*m_operationTimes);
    m_theme = std::make_unique<Theme>();
    m_theme->setMode(themeModeFromId(m_settings->value(setting::kTheme), ThemeMode::Dark));
}

void AppFixture::end()
{
    m_jobs->shutDown();
    (void)m_settings->save().hasValue();
    m_theme.reset();
    m_runStore.reset();
    m_prefetcher.reset();
    m_cache.reset();
    m_memory.reset();
    m_decodePool.reset();
    m_jobs.reset();
    m_operationTimes.reset();
    m_settings.reset();
}

void AppFixture::restart()
{
    end();
    begin();
}

AppServices AppFixture::services()
{
    return AppServices{*m_jobs,   *m_decodePool, *m_runStore,   *m_settings, m_paths,     *m_theme,
                       *m_memory, *m_cache,      *m_prefetcher, m_workloads, m_measuring, *m_operationTimes};
}

QString AppFixture::makeRecording(const QString& relativePath, std::int64_t events, bool contiguous)
{
    const QString path = QString(m_folder.path() % u'/' % relativePath);
    QDir().mkpath(QFileInfo(path).path());
    GeneratorOptions options;
    options.events = events;
    options.contiguous = contiguous;
    options.width = 320;
    options.height = 240;
    options.eventsPerSecond = 200'000;
    const Result<GeneratedRecording> made = generateRecording(path, options);
    return made ? made->path : QString();
}

QString AppFixture::makeTextFile(const QString& relativePath)
{
    const QString path = QString(m_folder.path() % u'/' % relativePath);
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write("This is no recording.\n") > 0 ? path : QString();
}

} // namespace perihelion::test
