// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// CacheControl: cache mode as the window sees it: one action that switches it everywhere, the figures of the
// gauge, what is kept of each recording, pins, limits. Asks the cache a few times a second while it is on and
// tells what has changed; what frees memory happens in jobs, because giving gigabytes back takes time. Owned
// by the main window, GUI thread; the cache outlives it.

#include "widgets/models/app_services.h"
#include "widgets/models/cache_figures.h"
#include "widgets/models/latest_job.h"

#include <QAction>
#include <QHash>
#include <QObject>
#include <QSet>
#include <QTimer>

#include <functional>

namespace perihelion {

class CacheControl : public QObject {
    Q_OBJECT

public:
    explicit CacheControl(const AppServices& services, QObject* parent = nullptr);

    /// Checkable, with shortcut and tooltip; whoever shows it shows the same state.
    QAction* toggleAction() { return &m_toggle; }
    /// What the switch says. Without memory for it a cache that is on keeps nothing; see figures().
    bool isOn() const { return m_toggle.isChecked(); }
    /// Switches without changing the setting.
    void switchForThisRun(bool on);
    /// Brings the limits of the settings to the cache.
    void applySettings();

    const CacheFigures& figures() const { return m_figures; }
    /// Of recordings that the cache knows; the others hold nothing.
    const QHash<QString, RecordingCacheFacts>& recordings() const { return m_recordings; }
    RecordingCacheFacts recording(const QString& path) const;

    void setPinned(const QString& path, bool pinned);
    void clearRecording(const QString& path);
    void clearAll();
    /// Looks at the cache now instead of at the next beat.
    void refresh();

Q_SIGNALS:
    void switched(bool on);
    void figuresChanged();
    void recordingsChanged();
    /// Something a person should know: why cache mode keeps nothing, or that it does again.
    void notice(const QString& sentence);

private:
    void switchTo(bool on);
    void settle();
    void runOnCache(std::function<void(EventCache&)> work);
    void refreshRecordings();

    AppServices m_services;
    QAction m_toggle;
    QTimer m_beat;
    CacheFigures m_figures;
    QHash<QString, RecordingCacheFacts> m_recordings;
    QSet<QString> m_pinned;
    LatestJob<void> m_off;
    LatestJob<void> m_limits;
};

} // namespace perihelion
