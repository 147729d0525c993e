// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// CacheBar: cache mode in a toolbar: a menu, the switch and the gauge. Shows what it is told and asks by
// signal. GUI thread only.

#include "widgets/models/cache_figures.h"

#include <QWidget>

class QAction;
class QPushButton;

namespace perihelion {

class CacheGauge;
class Theme;

class CacheBar : public QWidget {
    Q_OBJECT

public:
    /// toggle: the action that switches cache mode; outlives the bar.
    CacheBar(const Theme& theme, QAction* toggle, QWidget* parent = nullptr);

    void setFigures(const CacheFigures& figures);
    /// The recording that the menu's entries are about; facts is what the cache holds of it, an empty name
    /// means none.
    void setRecording(const QString& name, const RecordingCacheFacts& facts);
    /// Without room the gauge's bar goes, then the gauge.
    void setRoom(int width);

Q_SIGNALS:
    void pinRequested(bool pinned);
    void clearRecordingRequested();
    void clearAllRequested();
    void settingsRequested();

private:
    QPushButton* m_menu = nullptr;
    CacheGauge* m_gauge = nullptr;
    QAction* m_pin = nullptr;
    QAction* m_clearRecording = nullptr;
    QAction* m_clearAll = nullptr;
};

} // namespace perihelion
