// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// SelectionPanel: what is known of the chosen run, or of two side by side, and the notes of its commit. Shows
// values; tells what the person wants done.

#include "core/runs/run_note.h"
#include "widgets/models/value_table_model.h"

#include <QFrame>

#include <vector>

class QLabel;
class QLineEdit;
class QPushButton;

namespace perihelion {

class SectionLabel;
class Theme;
class ValueTableView;

class SelectionPanel : public QFrame {
    Q_OBJECT

public:
    explicit SelectionPanel(const Theme& theme, QWidget* parent = nullptr);

    /// facts: lines above the table.
    void showRuns(const QString& title, const QString& facts, ValueTable table);
    /// Nothing is chosen: a sentence on what to do.
    void showHint(const QString& hint);
    /// A line below the table: samples, warnings.
    void setFootnote(const QString& text);
    /// canWrite: the run has a commit that notes can be kept for.
    void setNotes(const std::vector<RunNote>& notes, bool canWrite, bool accepted);
    /// The shown two can be opened on the page that compares; not so until this says it.
    void setComparable(bool comparable);

Q_SIGNALS:
    void noteWritten(const QString& text);
    void noteRemoved(qlonglong id);
    void acceptRequested();
    void compareRequested();
    void rowChosen(int row);

private:
    ValueTableModel m_model;
    SectionLabel* m_title = nullptr;
    QLabel* m_facts = nullptr;
    QLabel* m_hint = nullptr;
    ValueTableView* m_view = nullptr;
    QLabel* m_footnote = nullptr;
    QLabel* m_notes = nullptr;
    QWidget* m_noteRow = nullptr;
    QLineEdit* m_noteField = nullptr;
    QPushButton* m_add = nullptr;
    QPushButton* m_accept = nullptr;
    QPushButton* m_compare = nullptr;
};

} // namespace perihelion
