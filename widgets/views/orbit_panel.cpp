// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/orbit_panel.h"

#include "core/base/format.h"
#include "widgets/theme/theme.h"
#include "widgets/views/orbit_view.h"
#include "widgets/views/section_label.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace perihelion {

namespace {

constexpr int kFrameMillis = 33;

} // namespace

OrbitPanel::OrbitPanel(const Theme& theme, QWidget* parent) : QFrame(parent), m_theme(theme)
{
    setProperty("kind", QStringLiteral("panel"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(6);
    column->addWidget(buildHead());
    m_view = new OrbitView(theme, this);
    m_view->setObjectName(QStringLiteral("orbitView"));
    column->addWidget(m_view, 1);
    m_selection = makeLabel(QString(), FontRole::Small, QString(), theme, this);
    m_selection->setObjectName(QStringLiteral("orbitSelection"));
    column->addWidget(m_selection);
    buildControls();
    m_quality = makeLabel(QString(), FontRole::Small, QStringLiteral("muted"), theme, this);
    m_quality->setObjectName(QStringLiteral("orbitQuality"));
    column->addWidget(m_quality);
    m_timer.setInterval(kFrameMillis);
    connect(&m_timer, &QTimer::timeout, this, &OrbitPanel::step);
    connect(m_view, &OrbitView::selectionChanged, this,
            [this] { m_selection->setText(m_view->selectionText()); });
    connect(&theme, &Theme::changed, this, &OrbitPanel::restyle);
    setRecording(nullptr);
}

QWidget* OrbitPanel::buildHead()
{
    auto* head = new QWidget(this);
    head->setProperty("kind", QStringLiteral("clear"));
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    m_title = new SectionLabel(tr("Simulation"), m_theme, head);
    row->addWidget(m_title, 1);
    m_more = new QToolButton(head);
    m_more->setObjectName(QStringLiteral("orbitMoreButton"));
    m_more->setAccessibleName(tr("More about this system"));
    m_more->setToolTip(tr("Edit the system, or export its music"));
    m_more->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(m_more);
    menu->addAction(tr("Edit system…"), QKeySequence(Qt::CTRL | Qt::Key_E), this, &OrbitPanel::editRequested);
    menu->addAction(tr("Export music…"), this, &OrbitPanel::musicExportRequested);
    m_more->setMenu(menu);
    row->addWidget(m_more);
    return head;
}

void OrbitPanel::setMusic(bool present, bool playing)
{
    m_musicPlaying = playing;
    m_music->setVisible(present);
    m_music->setToolTip(playing ? tr("Stop the music") : tr("Play the music of the orbits"));
    restyle();
}

void OrbitPanel::buildControls()
{
    auto* row = new QHBoxLayout();
    m_play = new QToolButton(this);
    m_play->setObjectName(QStringLiteral("orbitPlayButton"));
    m_play->setAccessibleName(tr("Replay"));
    m_play->setToolTip(tr("Replay the simulation, or stop it"));
    row->addWidget(m_play);
    m_music = new QToolButton(this);
    m_music->setObjectName(QStringLiteral("orbitMusicButton"));
    m_music->setAccessibleName(tr("Music"));
    m_music->setToolTip(tr("Play the music of the orbits"));
    m_music->hide();
    connect(m_music, &QToolButton::clicked, this, [this] { Q_EMIT musicToggled(!m_musicPlaying); });
    row->addWidget(m_music);
    m_slider = new QSlider(Qt::Horizontal, this);
    m_slider->setObjectName(QStringLiteral("orbitSlider"));
    m_slider->setAccessibleName(tr("Time of the simulation"));
    m_slider->setToolTip(tr("Time of the simulation; arrows step"));
    row->addWidget(m_slider, 1);
    m_time = makeLabel(QString(), FontRole::Mono, QStringLiteral("muted"), m_theme, this);
    row->addWidget(m_time);
    qobject_cast<QVBoxLayout*>(layout())->addLayout(row);
    connect(m_play, &QToolButton::clicked, this, [this] { setPlaying(!isPlaying()); });
    connect(m_slider, &QSlider::valueChanged, this, &OrbitPanel::showSample);
    connect(m_slider, &QSlider::sliderPressed, this, [this] { setPlaying(false); });
}

void OrbitPanel::restyle()
{
    m_play->setIcon(m_theme.icon(isPlaying() ? QStringLiteral("pause") : QStringLiteral("play")));
    m_more->setIcon(m_theme.icon(QStringLiteral("more")));
    m_music->setIcon(m_theme.icon(m_musicPlaying ? QStringLiteral("stop") : QStringLiteral("music")));
}

void OrbitPanel::setRecording(std::shared_ptr<const OrbitRecording> recording, const QString& why)
{
    m_recording = std::move(recording);
    setPlaying(false);
    m_view->setRecording(m_recording, why);
    const int last = m_recording ? static_cast<int>(m_recording->samples()) - 1 : 0;
    {
        const QSignalBlocker blocker(m_slider);
        m_slider->setRange(0, std::max(0, last));
    }
    setMeasuring(m_measuring);
    // A picture with trails says more than one without.
    m_slider->setValue(last / 3);
    showSample(last / 3);
    showTexts();
}

void OrbitPanel::setMeasuring(bool measuring)
{
    m_measuring = measuring;
    if (measuring) {
        setPlaying(false);
    }
    m_play->setEnabled(m_recording && !measuring);
    m_slider->setEnabled(m_recording && !measuring);
    m_more->setEnabled(!measuring);
    m_music->setEnabled(!measuring);
}

void OrbitPanel::showShare(double share)
{
    m_slider->setValue(static_cast<int>(share * m_slider->maximum()));
}

void OrbitPanel::setPlaying(bool playing)
{
    if (playing && m_recording && !m_measuring) {
        if (m_slider->value() == m_slider->maximum()) {
            m_slider->setValue(0);
        }
        m_timer.start();
    } else {
        m_timer.stop();
    }
    restyle();
}

void OrbitPanel::step()
{
    // Playback seconds are the simulation's own: so many samples pass in a frame.
    const double duration = m_recording->times.back();
    const double perSample = duration / std::max(1, m_slider->maximum());
    const int samples = perSample > 0 ? std::max(1, qRound(kFrameMillis / 1000.0 / perSample)) : 1;
    m_slider->setValue(std::min(m_slider->maximum(), m_slider->value() + samples));
    if (m_slider->value() == m_slider->maximum()) {
        setPlaying(false);
    }
}

void OrbitPanel::showSample(int sample)
{
    m_view->setSample(static_cast<std::size_t>(std::max(0, sample)));
    const bool shown = m_recording && m_recording->samples() > 0;
    m_time->setText(shown ? tr("%1 s").arg(m_recording->times[m_view->sample()], 0, 'f', 2) : QString());
}

void OrbitPanel::showTexts()
{
    m_title->setText(m_recording ? tr("Simulation · %1 bodies").arg(m_recording->bodies.size())
                                 : tr("Simulation"));
    m_quality->setText(m_recording ? tr("energy drift %1    dt %2 s · %3 steps")
                                         .arg(QString::number(m_recording->energyDrift, 'e', 1),
                                              QString::number(m_recording->dt),
                                              formatCount(static_cast<std::int64_t>(m_recording->steps)))
                                   : QString());
    m_quality->setToolTip(tr("Relative change of the energy from the first step to the last"));
}

} // namespace perihelion
