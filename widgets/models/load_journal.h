// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// LoadJournal: the run store's loads for the GUI thread. Every call is a job on the store's own thread and
// answers by signal. Owned by AppContext's main window; the store outlives it.

#include "core/base/result.h"
#include "core/runs/run_store.h"

#include <QFuture>
#include <QObject>

#include <optional>
#include <vector>

namespace perihelion {

class JobRunner;

class LoadJournal : public QObject {
    Q_OBJECT

public:
    LoadJournal(RunStore& store, JobRunner& jobs, QObject* parent = nullptr);

    /// Opens the store; answers failed(), or notice() where a person should know something.
    void open();
    /// Stores a load; recorded() when it is safe.
    void record(const LoadRecord& load);
    /// The newest loads of one recording; answers recentLoads().
    void fetchRecent(const QString& path, int limit = 20);
    /// Paths by their last load; answers openedOrder().
    void fetchOpenedOrder();

    const std::optional<LoadRecord>& lastLoad() const { return m_last; }

Q_SIGNALS:
    void recorded(const perihelion::LoadRecord& load);
    void recentLoads(const QString& path, const std::vector<perihelion::LoadRecord>& loads);
    void openedOrder(const std::vector<QString>& paths);
    /// The store was damaged, or runs that had waited were sent.
    void notice(const QString& sentence);
    void failed(const perihelion::Error& error);

private:
    template <typename T, typename Answer>
    void watch(const QFuture<Result<T>>& future, Answer answer);

    RunStore& m_store;
    JobRunner& m_jobs;
    std::optional<LoadRecord> m_last;
};

} // namespace perihelion
