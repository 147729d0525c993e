// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// LoadProfiles: which loads of which recordings are still to be measured for a comparison, and what the run
// store has of them. Measures nothing itself: the page takes one scenario after the other. GUI thread only;
// the store is asked in a job, whose answer fills model().

#include "widgets/models/latest_job.h"
#include "widgets/models/load_bars_model.h"

#include <QObject>

#include <vector>

class QImage;

namespace perihelion {

class RunStore;

class LoadProfiles : public QObject {
    Q_OBJECT

public:
    LoadProfiles(const WorkloadRegistry& registry, RunStore& store, JobRunner& jobs,
                 QObject* parent = nullptr);

    /// Shows the newest finished runs of these recordings. like: for window and stream.
    void show(const std::vector<LoadSubject>& subjects, const Scenario& like);
    /// As show(), and lists every state of each for measuring.
    void plan(const std::vector<LoadSubject>& subjects, const Scenario& like);
    /// Whether the shown comparison is about this scenario's files.
    bool covers(const Scenario& scenario) const;
    /// Asks the store anew.
    void refresh();

    bool isPlanned() const { return m_at < m_steps.size(); }
    std::size_t done() const { return m_at; }
    std::size_t total() const { return m_steps.size(); }
    const Scenario& step() const { return m_steps[m_at].scenario; }
    /// The step is over, stored or not.
    void advance() { ++m_at; }
    /// The recording of this step cannot be loaded: its other states are left out.
    void skipRecording();
    void stop() { m_steps.clear(), m_at = 0; }

    LoadBarsModel& model() { return m_model; }
    const std::vector<LoadSubject>& subjects() const { return m_subjects; }
    bool isBusy() const { return m_job.isBusy(); }

    /// Writes the table as CSV, or the picture as PNG; answers written() or failed().
    void writeTable(const QString& file);
    void writePicture(const QImage& picture, const QString& file);

Q_SIGNALS:
    void shown();
    void written(const QString& file);
    void failed(const perihelion::Error& error);

private:
    struct Step {
        Scenario scenario;
        LoadSubject subject;
    };

    const WorkloadRegistry& m_registry;
    RunStore& m_store;
    LoadBarsModel m_model;
    LatestJob<LoadComparison> m_job;
    LatestJob<QString> m_writeJob;
    std::vector<LoadSubject> m_subjects;
    Scenario m_like;
    std::vector<Step> m_steps;
    std::size_t m_at = 0;
};

} // namespace perihelion
