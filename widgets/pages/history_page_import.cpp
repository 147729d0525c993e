// SPDX-License-Identifier: GPL-3.0-or-later
// HistoryPage: results of other programs, by its button or dropped on it.
#include "widgets/pages/history_page.h"
#include "widgets/pages/import_dialog.h"
#include "widgets/views/dropped_paths.h"

namespace perihelion {

void HistoryPage::openImport(const QStringList& paths)
{
    auto* dialog = new ImportDialog(m_services, this);
    connect(dialog, &ImportDialog::imported, this, [this](const QString& sentence) {
        Q_EMIT statusMessage(sentence);
        refresh();
    });
    connect(dialog, &ImportDialog::showRequested, this,
            [this](const QString& workload, const QString& scenario) {
                choose(workload, scenario);
                refresh();
            });
    dialog->addPaths(paths);
    dialog->open();
}

void HistoryPage::dragEnterEvent(QDragEnterEvent* event)
{
    if (!droppedPaths(*event).isEmpty()) {
        event->acceptProposedAction();
    }
}

void HistoryPage::dropEvent(QDropEvent* event)
{
    const QStringList paths = droppedPaths(*event);
    if (!paths.isEmpty()) {
        event->acceptProposedAction();
        openImport(paths);
    }
}

} // namespace perihelion
