// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// BackfillTableModel: the commits of a range, newest first, and how far each one is: waiting, being built,
// measured, failed with its reason. Told by the dialog what a plan lists and what a backfill says of itself.

#include "core/backfill/backfill.h"
#include "core/backfill/backfill_plan.h"
#include "widgets/models/value_table_model.h"

#include <QHash>

#include <cstddef>
#include <optional>
#include <vector>

namespace perihelion {

class BackfillTableModel : public ValueTableModel {
    Q_OBJECT

public:
    explicit BackfillTableModel(QObject* parent = nullptr);

    /// The rows anew. What was measured since the last forget() keeps its state.
    void setPlan(const BackfillPlan& plan);
    /// What was measured counts as any other run from now on.
    void forget() { m_outcomes.clear(); }
    void clear();
    /// Measuring begins: what is planned waits.
    void begin();
    void takeProgress(const BackfillProgress& progress);
    void takeCommit(const MeasuredCommit& commit);
    /// Nothing is measured any more; what was still to be is cancelled, or waits again.
    void end(bool cancelled);

    /// The row that is being worked on.
    std::optional<int> currentRow() const;
    /// The whole reason of a row; empty where there is none.
    QString reason(int row) const;

private:
    enum class State {
        Waiting,
        CheckingOut,
        Building,
        Measuring,
        Paused,
        Measured,
        Failed,
        BuildFailed,
        Kept,
        Cancelled
    };
    struct Entry {
        QString hash;
        QString subject;
        State state = State::Waiting;
        QString reason;
        bool before = false; ///< Failed before this dialog looked.
    };

    static State stateOf(RunState state);
    static ValueRow rowOf(const Entry& entry);
    void show();
    void set(std::size_t at, State state, const QString& reason);

    std::vector<Entry> m_entries;
    QHash<QString, std::size_t> m_places;
    QHash<QString, Entry> m_outcomes; ///< Of commits that were measured, or cancelled, here.
    std::optional<std::size_t> m_current;
};

} // namespace perihelion
