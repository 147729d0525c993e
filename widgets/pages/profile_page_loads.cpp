// SPDX-License-Identifier: GPL-3.0-or-later
// ProfilePage: load times of recordings side by side, measured one run after the other.
#include "widgets/pages/profile_page.h"

#include "widgets/pages/export_dialog.h"
#include "widgets/views/load_panel.h"
#include "widgets/views/profile_toolbar.h"

#include <QClipboard>
#include <QGuiApplication>

namespace perihelion {

void ProfilePage::connectLoads()
{
    connect(m_loadPanel, &LoadPanel::compareRequested, this, [this] {
        // Those that are shown, which may be more than the one that was measured last.
        const bool covered = m_loads.covers(m_scenario);
        QStringList files = covered ? QStringList() : m_scenario.files(u"files");
        if (covered) {
            for (const LoadSubject& subject : m_loads.subjects()) {
                files.append(subject.file.isEmpty() ? QStringList() : QStringList{subject.file});
            }
        }
        compareLoads(files);
    });
    connect(m_loadPanel, &LoadPanel::copyPictureRequested, this, [this] {
        QGuiApplication::clipboard()->setImage(m_loadPanel->picture());
        Q_EMIT statusMessage(tr("Copied the picture"));
    });
    connect(m_loadPanel, &LoadPanel::copyTableRequested, this, [this] {
        QGuiApplication::clipboard()->setText(m_loads.model().comparison().toCsv());
        Q_EMIT statusMessage(tr("Copied the table"));
    });
    connect(m_loadPanel, &LoadPanel::saveRequested, this, &ProfilePage::saveLoads);
    connect(&m_loads.model(), &QAbstractItemModel::modelReset, this,
            [this] { m_loadPanel->setComparison(m_loads.model().comparison()); });
    connect(&m_loads, &LoadProfiles::shown, this, [this] {
        if (isSettled()) {
            Q_EMIT settled();
        }
    });
    connect(&m_loads, &LoadProfiles::written, this,
            [this](const QString& file) { Q_EMIT statusMessage(tr("Wrote %1").arg(file)); });
    connect(&m_loads, &LoadProfiles::failed, this, [this](const Error& error) {
        Q_EMIT statusMessage(error.sentence());
        Q_EMIT settled();
    });
}

void ProfilePage::compareLoads(const QStringList& recordings)
{
    if (m_job.isRunning()) {
        Q_EMIT statusMessage(tr("Something is being measured already; wait for it or cancel it first"));
        return;
    }
    const Result<Scenario> usual = m_services.workloads.resolve(QStringLiteral("dataset-load"));
    if (!usual) {
        Q_EMIT statusMessage(usual.error().sentence());
        return;
    }
    m_loadProblems.clear();
    m_loadsStored = 0;
    const bool loading = m_scenario.workload() == usual->workload();
    m_loads.plan(loadSubjectsOf(recordings), loading ? m_scenario : *usual);
    startNextLoad();
}

void ProfilePage::startNextLoad()
{
    if (!m_loads.isPlanned()) {
        return;
    }
    m_changed = true;
    useScenario(m_loads.step());
    if (!m_services.measuring) { // Why is on the page.
        m_loads.stop();
        return;
    }
    // Every warm iteration puts file, index and cache into its state, so that cold processes add nothing.
    RunPlan loads = plan();
    loads.warmRuns = m_toolbar->runs();
    loads.coldRuns = 0;
    start(m_scenario, loads);
}

void ProfilePage::loadMeasured(const Error* error)
{
    if (error == nullptr) {
        m_loads.advance();
        ++m_loadsStored;
    } else {
        m_loadProblems.append(error->sentence());
        m_loads.skipRecording();
    }
    if (m_loads.isPlanned()) {
        startNextLoad();
        return;
    }
    const QString problems = m_loadProblems.join(u' ');
    m_loads.stop();
    if (error != nullptr) {
        endRun(problems, QStringLiteral("bad"));
    } else {
        if (!problems.isEmpty()) {
            m_problem = problems;
            showStrip();
        }
        Q_EMIT statusMessage(problems.isEmpty() ? tr("Compared the load times") : problems);
        fetchShelf();
    }
    fetchLoads();
}

void ProfilePage::fetchLoads()
{
    const bool loading = m_scenario.workload() == u"dataset-load";
    m_loadPanel->setVisible(loading);
    if (loading) {
        const bool shown = !m_loads.subjects().empty() && m_loads.covers(m_scenario);
        m_loads.show(shown ? m_loads.subjects() : loadSubjectsOf(m_scenario.files(u"files")), m_scenario);
    }
}

void ProfilePage::saveLoads(const QString& ending)
{
    askForExport(this, QStringLiteral("load_times"), ending, [this, ending](const QString& file) {
        if (ending == u"svg") {
            m_runs.write(file, m_loadPanel->svg());
        } else if (ending == u"png") {
            m_loads.writePicture(m_loadPanel->picture(), file);
        } else {
            m_loads.writeTable(file);
        }
    });
}

} // namespace perihelion
