// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/cache_bar.h"

#include "widgets/theme/theme.h"
#include "widgets/views/cache_gauge.h"
#include "widgets/views/switch_button.h"

#include <QAction>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>

namespace perihelion {

namespace {

/// With less room the bar of the gauge, and then the gauge, has none.
constexpr int kBarRoom = 1200;
constexpr int kGaugeRoom = 1060;

} // namespace

CacheBar::CacheBar(const Theme& theme, QAction* toggle, QWidget* parent) : QWidget(parent)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto* menu = new QMenu(this);
    menu->setToolTipsVisible(true);
    menu->addAction(toggle);
    menu->addSeparator();
    m_pin = menu->addAction(tr("Pin the recording"));
    m_pin->setCheckable(true);
    connect(m_pin, &QAction::triggered, this, &CacheBar::pinRequested);
    m_clearRecording = menu->addAction(tr("Clear the recording"), this, &CacheBar::clearRecordingRequested);
    m_clearAll = menu->addAction(tr("Clear everything"), this, &CacheBar::clearAllRequested);
    menu->addSeparator();
    menu->addAction(tr("Cache settings…"), this, &CacheBar::settingsRequested);

    m_menu = new QPushButton(tr("Cache ▾"), this);
    m_menu->setObjectName(QStringLiteral("cacheMenuButton"));
    m_menu->setProperty("kind", QStringLiteral("flat"));
    m_menu->setMenu(menu);
    m_menu->setAccessibleName(tr("Cache menu"));
    m_menu->setToolTip(tr("Pin recordings in the cache, clear it, change its limits (Alt+C)"));
    m_menu->setShortcut(QKeySequence(Qt::ALT | Qt::Key_C));
    row->addWidget(m_menu);
    auto* button = new SwitchButton(theme, toggle, this);
    button->setObjectName(QStringLiteral("cacheSwitch"));
    row->addWidget(button);
    m_gauge = new CacheGauge(theme, this);
    row->addWidget(m_gauge);
    setRecording({}, {});
    setFigures({});
}

void CacheBar::setFigures(const CacheFigures& figures)
{
    m_gauge->setFigures(figures);
    m_clearAll->setEnabled(figures.used.value > 0);
}

void CacheBar::setRecording(const QString& name, const RecordingCacheFacts& facts)
{
    const bool any = !name.isEmpty();
    m_pin->setEnabled(any);
    m_pin->setChecked(facts.pinned);
    m_clearRecording->setEnabled(any && facts.bytes.value > 0);
    m_pin->setText(any ? tr("Pin %1").arg(name) : tr("Pin the recording"));
    m_pin->setToolTip(tr("What is kept of a pinned recording stays when memory is short"));
    m_clearRecording->setText(any ? tr("Clear %1").arg(name) : tr("Clear the recording"));
}

void CacheBar::setRoom(int width)
{
    m_gauge->setCompact(width < kBarRoom);
    m_gauge->setVisible(width >= kGaugeRoom);
}

} // namespace perihelion
