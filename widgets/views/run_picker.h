// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RunPicker: one side of a comparison. A button that names the chosen run or commit and opens the list of
// all, searched by any word while typing. Knows choices, no store.

#include "widgets/models/run_choices.h"
#include "widgets/models/value_table_model.h"
#include "widgets/views/eliding_button.h"

#include <optional>
#include <vector>

class QFrame;
class QLabel;
class QLineEdit;

namespace perihelion {

class Theme;
class ValueTableView;

class RunPicker : public ElidingButton {
    Q_OBJECT

public:
    /// letter: "A" or "B", also the key (with Alt); role: "Baseline".
    RunPicker(const QString& letter, const QString& role, const Theme& theme, QWidget* parent = nullptr);

    void setChoices(std::vector<RunChoice> choices);
    /// The other side: what cannot be compared with it stands last and is muted.
    void setOther(const QString& name);
    /// A name that is among no choices is shown as it is.
    void setChosen(const QString& name);
    const QString& chosen() const { return m_chosen; }
    /// Null when the name is among no choices.
    const RunChoice* choice(const QString& name) const;
    void openList();

Q_SIGNALS:
    /// The person chose; the picker shows it already.
    void picked(const QString& name);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void buildList(const Theme& theme);
    void showText();
    void showMatches();
    void walk(int step);
    void pick(int row);

    const QString m_letter;
    const QString m_role;
    std::vector<RunChoice> m_choices;
    std::vector<std::size_t> m_shown;
    QString m_chosen;
    QString m_other;
    ValueTableModel m_model;
    QFrame* m_list = nullptr;
    QLineEdit* m_search = nullptr;
    ValueTableView* m_view = nullptr;
    QLabel* m_count = nullptr;
};

} // namespace perihelion
