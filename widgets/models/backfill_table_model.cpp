// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/backfill_table_model.h"

#include <utility>

namespace perihelion {

namespace {

constexpr int kShownHash = 12;

} // namespace

BackfillTableModel::BackfillTableModel(QObject* parent) : ValueTableModel(parent)
{
    clear();
}

BackfillTableModel::State BackfillTableModel::stateOf(RunState state)
{
    switch (state) {
    case RunState::Finished:
        return State::Measured;
    case RunState::BuildFailed:
        return State::BuildFailed;
    case RunState::Failed:
        return State::Failed;
    case RunState::Cancelled:
        break;
    }
    return State::Cancelled;
}

void BackfillTableModel::setPlan(const BackfillPlan& plan)
{
    m_entries.clear();
    m_places.clear();
    m_current.reset();
    for (const Commit& commit : plan.range) {
        m_places.insert(commit.hash, m_entries.size());
        m_entries.push_back({commit.hash, commit.subject, State::Waiting, QString(), false});
    }
    for (const KeptCommit& kept : plan.kept) {
        Entry& entry = m_entries[m_places.value(kept.hash)];
        entry.state = kept.state == RunState::Finished ? State::Kept : stateOf(kept.state);
        entry.reason = kept.failure;
        entry.before = kept.state != RunState::Finished;
    }
    for (Entry& entry : m_entries) {
        const auto known = m_outcomes.constFind(entry.hash);
        // A cancelled one may have been measured elsewhere since.
        if (known != m_outcomes.constEnd() &&
            (known->state != State::Cancelled || entry.state == State::Waiting)) {
            entry = *known;
        }
    }
    show();
}

void BackfillTableModel::clear()
{
    m_entries.clear();
    m_places.clear();
    m_current.reset();
    show();
}

void BackfillTableModel::begin()
{
    for (std::size_t at = 0; at < m_entries.size(); ++at) {
        // Those that are measured again are told of by the backfill.
        if (m_entries[at].state == State::Cancelled) {
            m_outcomes.remove(m_entries[at].hash);
            set(at, State::Waiting, QString());
        }
    }
}

void BackfillTableModel::takeProgress(const BackfillProgress& progress)
{
    const auto place = m_places.constFind(progress.commit);
    if (place == m_places.constEnd()) {
        return;
    }
    State state = State::Measuring;
    switch (progress.stage) {
    case BackfillProgress::Stage::CheckingOut:
        state = State::CheckingOut;
        break;
    case BackfillProgress::Stage::Building:
        state = State::Building;
        break;
    case BackfillProgress::Stage::Measuring:
        break;
    case BackfillProgress::Stage::Paused:
        state = State::Paused;
        break;
    case BackfillProgress::Stage::Preparing:
    case BackfillProgress::Stage::Ending:
        return; // Of no commit.
    }
    m_current = *place;
    if (m_entries[*place].state != state) {
        set(*place, state, QString());
    }
}

void BackfillTableModel::takeCommit(const MeasuredCommit& commit)
{
    const auto place = m_places.constFind(commit.commit.hash);
    if (place != m_places.constEnd()) {
        m_entries[*place].before = false;
        set(*place, stateOf(commit.state()), commit.failure());
        m_outcomes.insert(commit.commit.hash, m_entries[*place]);
    }
}

void BackfillTableModel::end(bool cancelled)
{
    m_current.reset();
    for (std::size_t at = 0; at < m_entries.size(); ++at) {
        const State state = m_entries[at].state;
        const bool open = state == State::Waiting || state == State::CheckingOut ||
                          state == State::Building || state == State::Measuring || state == State::Paused;
        if (open) {
            set(at, cancelled ? State::Cancelled : State::Waiting, QString());
            if (cancelled) {
                m_outcomes.insert(m_entries[at].hash, m_entries[at]);
            }
        }
    }
}

std::optional<int> BackfillTableModel::currentRow() const
{
    return m_current ? std::optional(static_cast<int>(*m_current)) : std::nullopt;
}

QString BackfillTableModel::reason(int row) const
{
    const auto at = static_cast<std::size_t>(row);
    return row >= 0 && at < m_entries.size() ? m_entries[at].reason : QString();
}

ValueRow BackfillTableModel::rowOf(const Entry& entry)
{
    QString state;
    CellTone tone = CellTone::Plain;
    switch (entry.state) {
    case State::Waiting:
        state = tr("waiting");
        tone = CellTone::Muted;
        break;
    case State::CheckingOut:
        state = tr("checking out");
        break;
    case State::Building:
        state = tr("building");
        break;
    case State::Measuring:
        state = tr("measuring");
        break;
    case State::Paused:
        state = tr("paused");
        break;
    case State::Measured:
        state = tr("measured");
        tone = CellTone::Good;
        break;
    case State::Failed:
        state = tr("failed");
        tone = CellTone::Bad;
        break;
    case State::BuildFailed:
        state = tr("build failed");
        tone = CellTone::Bad;
        break;
    case State::Kept:
        state = tr("already there");
        tone = CellTone::Muted;
        break;
    case State::Cancelled:
        state = tr("cancelled");
        tone = CellTone::Muted;
        break;
    }
    const CellTone words = entry.state == State::Kept || entry.before ? CellTone::Muted : CellTone::Plain;
    ValueRow row;
    row.cells = {
        {entry.hash.left(kShownHash), words}, {entry.subject, words}, {state, tone}, {entry.reason, words}};
    row.tip = entry.reason.isEmpty() ? entry.subject : QString(entry.subject % u'\n' % entry.reason);
    return row;
}

void BackfillTableModel::show()
{
    ValueTable table;
    table.headers = {tr("Commit"), tr("Subject"), tr("State"), tr("Reason")};
    table.textColumns = 4;
    table.wholeColumns = {0, 2};
    table.rows.reserve(m_entries.size());
    for (const Entry& entry : m_entries) {
        table.rows.push_back(rowOf(entry));
    }
    setTable(std::move(table));
}

void BackfillTableModel::set(std::size_t at, State state, const QString& reason)
{
    m_entries[at].state = state;
    m_entries[at].reason = reason;
    setRow(at, rowOf(m_entries[at]));
}

} // namespace perihelion
