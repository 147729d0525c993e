// SPDX-License-Identifier: GPL-3.0-or-later
// ProfilePage: the person's own planetary systems, and the music of the chosen one.
#include "widgets/pages/profile_page.h"

#include "widgets/models/music_player.h"
#include "widgets/pages/system_editor.h"
#include "widgets/views/orbit_panel.h"

#include <QFileDialog>

namespace perihelion {

void ProfilePage::connectMusic()
{
    connect(m_orbits, &OrbitPanel::editRequested, this, &ProfilePage::editSystem);
    connect(m_orbits, &OrbitPanel::musicExportRequested, this, &ProfilePage::exportMusic);
    connect(m_orbits, &OrbitPanel::musicToggled, this, [this](bool play) {
        if (!play) {
            m_music->stop();
        } else if (!m_job.isRunning()) {
            m_music->play(m_scenario);
        }
    });
    connect(m_music.get(), &MusicPlayer::changed, this,
            [this] { m_orbits->setMusic(m_music->canPlay(), m_music->isPlaying()); });
    connect(m_music.get(), &MusicPlayer::failed, this, &ProfilePage::statusMessage);
    connect(m_music.get(), &MusicPlayer::exported, this,
            [this](const QString& file) { Q_EMIT statusMessage(tr("Wrote %1").arg(file)); });
}

void ProfilePage::editSystem()
{
    if (m_job.isRunning() || m_scenario.workload() != u"simulation") {
        return;
    }
    SystemEditor editor(m_services, m_scenario, this);
    connect(&editor, &SystemEditor::saved, this, [this](const Scenario& saved) {
        choose(saved.workload(), saved.name());
        Q_EMIT statusMessage(tr("Saved scenario %1").arg(saved.name()));
    });
    editor.exec();
}

void ProfilePage::exportMusic()
{
    const QString file = QFileDialog::getSaveFileName(
        this, tr("Export the music"), QString(m_scenario.name() % u".mid"), tr("MIDI file (*.mid)"));
    if (!file.isEmpty()) {
        m_music->exportMidi(m_scenario, file);
    }
}

} // namespace perihelion
