// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_notes.h"

#include "core/runs/sql_dialect.h"
#include "core/runs/sql_statement.h"

#include <QSqlDatabase>

namespace perihelion {

namespace {

QString kindName(RunNote::Kind kind)
{
    return kind == RunNote::Kind::Accepted ? QStringLiteral("accepted") : QStringLiteral("note");
}

} // namespace

Result<std::int64_t> insertNote(const QSqlDatabase& database, const RunNote& note)
{
    const QString doing = QStringLiteral("Keeping a note");
    if (note.commit.isEmpty()) {
        return Error{ErrorCode::InvalidArgument, QString(doing % u" failed: it names no commit"),
                     shownName(database)};
    }
    SqlStatement insert(database,
                        QStringLiteral("INSERT INTO run_notes (project, commit_id, series, kind, body, at_ms)"
                                       " VALUES (?, ?, ?, ?, ?, ?) RETURNING id"),
                        doing);
    const QDateTime at = note.at.isValid() ? note.at : QDateTime::currentDateTimeUtc();
    insert.add(note.project)
        .add(note.commit)
        .add(note.series)
        .add(kindName(note.kind))
        .add(note.text)
        .add(static_cast<std::int64_t>(at.toMSecsSinceEpoch()));
    return insert.onlyInteger();
}

Result<void> deleteNote(const QSqlDatabase& database, std::int64_t id)
{
    SqlStatement remove(database, QStringLiteral("DELETE FROM run_notes WHERE id = ? RETURNING id"),
                        QStringLiteral("Removing a note"));
    if (const Result<void> done = remove.add(id).run(); !done) {
        return done;
    }
    const bool wasThere = remove.next();
    if (const Result<void> done = remove.finish(); !done) {
        return done;
    }
    return wasThere ? Result<void>()
                    : Result<void>(Error{ErrorCode::NotFound, QStringLiteral("There is no note %1").arg(id),
                                         shownName(database)});
}

Result<std::vector<RunNote>> listNotes(const QSqlDatabase& database, const QString& project,
                                       std::int64_t series)
{
    SqlStatement rows(
        database,
        QStringLiteral("SELECT id, project, commit_id, series, kind, body, at_ms FROM run_notes"
                       " WHERE project = ? AND (series = 0 OR series = ? OR CAST(? AS BIGINT) = 0)"
                       " ORDER BY at_ms, id"),
        QStringLiteral("Reading notes"));
    if (const Result<void> done = rows.add(project).add(series).add(series).run(); !done) {
        return done.error();
    }
    std::vector<RunNote> notes;
    while (rows.next()) {
        RunNote note;
        note.id = rows.integer(0);
        note.project = rows.text(1);
        note.commit = rows.text(2);
        note.series = rows.integer(3);
        note.kind = rows.text(4) == u"accepted" ? RunNote::Kind::Accepted : RunNote::Kind::Note;
        note.text = rows.text(5);
        note.at = rows.time(6);
        notes.push_back(std::move(note));
    }
    if (const Result<void> done = rows.finish(); !done) {
        return done.error();
    }
    return notes;
}

} // namespace perihelion
