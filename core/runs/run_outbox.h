// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RunOutbox: runs that a server could not take, one file each in a folder of this machine, until they are
// sent. A run may be sent twice without harm: its uuid makes it one. Owned by RunStore; callable from any
// thread and by several programs at once.

#include "core/base/result.h"
#include "core/runs/run_record.h"
#include "core/runs/store_location.h"

#include <QDateTime>
#include <QString>
#include <QStringList>

#include <vector>

namespace perihelion {

/// The runs that wait for a server, and what became of sending them.
struct OutboxState {
    int waiting = 0;
    int sent = 0;    ///< By the call that answers this.
    QString trouble; ///< What stopped the last try; empty when nothing did.
    QDateTime tried; ///< When that was, UTC; invalid without trouble.

    bool operator==(const OutboxState&) const = default;
};

class RunOutbox {
public:
    /// folder: of all outboxes; each server has a folder of its own in it.
    RunOutbox(const QString& folder, const StoreLocation& server);

    /// Keeps a run; the same one again replaces it.
    Result<void> put(const RunRecord& run);
    /// Files of the runs that wait, in no order that means anything.
    QStringList waiting() const;
    /// The runs that wait and can be read; looks only.
    std::vector<RunRecord> runs() const;
    /// A run that waits. Error Corrupt: the file is damaged and was set aside; NotFound: another program sent
    /// it.
    static Result<RunRecord> take(const QString& file);
    /// After it was sent.
    static void remove(const QString& file);

    const QString& folder() const { return m_folder; }

private:
    const QString m_folder;
};

} // namespace perihelion
