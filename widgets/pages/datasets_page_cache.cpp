// SPDX-License-Identifier: GPL-3.0-or-later
// DatasetsPage, what concerns cache mode: facts on cards and in the inspector, pins, what is read ahead.
#include "datasets/cache/prefetcher.h"
#include "widgets/models/cache_control.h"
#include "widgets/pages/datasets_page.h"
#include "widgets/views/cache_bar.h"
#include "widgets/views/datasets_toolbar.h"
#include "widgets/views/recording_inspector.h"

#include <QTableView>

namespace perihelion {

namespace {

/// So many of the recordings opened last, and so many on either side of the selection, are read ahead.
constexpr int kLikelyRecent = 6;
constexpr int kLikelyNeighbours = 3;

} // namespace

void DatasetsPage::connectCache()
{
    CacheBar& bar = m_toolbar->cacheBar();
    const auto pin = [this](bool pinned) {
        const QString path = currentPath();
        if (!path.isEmpty()) {
            m_cache.setPinned(path, pinned);
        }
    };
    const auto clear = [this] { m_cache.clearRecording(currentPath()); };
    connect(&bar, &CacheBar::pinRequested, this, pin);
    connect(&bar, &CacheBar::clearRecordingRequested, this, clear);
    connect(&bar, &CacheBar::clearAllRequested, &m_cache, &CacheControl::clearAll);
    connect(&bar, &CacheBar::settingsRequested, this, &DatasetsPage::cacheSettingsRequested);
    connect(m_inspector, &RecordingInspector::pinRequested, this, pin);
    connect(m_inspector, &RecordingInspector::clearCacheRequested, this, clear);
    connect(&m_cache, &CacheControl::figuresChanged, this,
            [this] { m_toolbar->cacheBar().setFigures(m_cache.figures()); });
    connect(&m_cache, &CacheControl::recordingsChanged, this, &DatasetsPage::showCacheFacts);
    connect(&m_cache, &CacheControl::switched, this, [this] {
        showCacheFacts();
        planPrefetch();
    });
    bar.setFigures(m_cache.figures());
    showCacheFacts();
}

/// What the cache holds, on cards, in the list, in toolbar and inspector.
void DatasetsPage::showCacheFacts()
{
    if (!isVisible()) {
        return; // Taken in when the page is shown.
    }
    m_library.model().setCacheFacts(m_cache.recordings(), m_cache.figures().on);
    m_table->setColumnHidden(RecordingModel::CacheColumn, !m_cache.figures().on);
    showCurrentCache();
}

void DatasetsPage::showCurrentCache()
{
    const RecordingItem* item = m_library.model().itemAt(currentPath());
    const RecordingCacheFacts facts =
        item != nullptr ? m_cache.recording(item->entry.path) : RecordingCacheFacts{};
    m_inspector->setCache(facts);
    m_toolbar->cacheBar().setRecording(item != nullptr ? item->entry.name : QString(), facts);
}

/// Tells what a person may open next: what is selected, what was opened lately, what is beside the selection.
void DatasetsPage::planPrefetch()
{
    std::vector<LikelyRecording> likely;
    QSet<QString> named;
    const auto add = [&](const QString& path, const QString& stream = {}) {
        const RecordingItem* item = m_library.model().itemAt(path);
        if (item == nullptr || item->state == RecordingState::Failed || named.contains(path)) {
            return;
        }
        named.insert(path);
        OpenOptions open;
        open.stream = stream;
        open.indexDir = m_services.paths.indexDir();
        open.times = &m_services.operationTimes;
        likely.push_back(LikelyRecording{path, open});
    };
    if (m_cache.isOn() && isVisible()) {
        add(currentPath(), m_inspection.path() == currentPath() ? m_inspection.stream() : QString());
        const QStringList recent = m_recent.mid(0, kLikelyRecent);
        for (const QString& path : recent) {
            add(path);
        }
        const int row = currentIndex().row();
        for (int distance = 1; row >= 0 && distance <= kLikelyNeighbours; ++distance) {
            for (const int beside : {row + distance, row - distance}) {
                add(m_sorted.index(beside, 0).data(RecordingModel::PathRole).toString());
            }
        }
    }
    m_services.prefetcher.setLikelyNext(std::move(likely));
}

} // namespace perihelion
