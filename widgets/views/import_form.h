// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ImportForm: which results are to be imported, and what a person says that files do not: project, commit,
// where metrics belong, which direction is better.

#include "widgets/models/import_preview.h"

#include <QWidget>

class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;

namespace perihelion {

class ImportForm : public QWidget {
    Q_OBJECT

public:
    explicit ImportForm(QWidget* parent = nullptr);

    /// Adds to the list; what stands there already is not added again.
    void addPaths(const QStringList& paths);
    const ImportWishes& wishes() const { return m_wishes; }

Q_SIGNALS:
    /// pathsToo: the list of files changed, not just what was typed.
    void changed(bool pathsToo);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* buildPaths();
    QWidget* buildFields();
    void choose(bool folder);
    void removeChosen();
    void take(bool pathsToo);

    ImportWishes m_wishes;
    QListWidget* m_paths = nullptr;
    QPushButton* m_remove = nullptr;
    QLineEdit* m_project = nullptr;
    QLineEdit* m_commit = nullptr;
    QPlainTextEdit* m_mappings = nullptr;
    QLineEdit* m_higher = nullptr;
    QLineEdit* m_lower = nullptr;
};

} // namespace perihelion
