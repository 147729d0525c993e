// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ImportDialog: results of other programs into the run store: which files, what would be stored, then
// progress and what was. Owns its jobs: closing it stops them. Opened window-modal, deletes itself.

#include "widgets/models/app_services.h"
#include "widgets/models/import_preview.h"
#include "widgets/models/latest_job.h"

#include <QDialog>
#include <QTimer>

class QLabel;
class QListWidget;
class QProgressBar;
class QPushButton;

namespace perihelion {

class ImportForm;
class ValueTableView;

class ImportDialog : public QDialog {
    Q_OBJECT

public:
    explicit ImportDialog(const AppServices& services, QWidget* parent = nullptr);

    /// Files and folders, added to those that are listed.
    void addPaths(const QStringList& paths);
    /// True while the preview is not that of what is asked for.
    bool isReading() const { return m_isReading || m_typing.isActive(); }
    bool isStoring() const { return m_isStoring; }

Q_SIGNALS:
    /// Runs were stored.
    void imported(const QString& sentence);
    /// The person wants to see the history of what was imported.
    void showRequested(const QString& workload, const QString& scenario);

public Q_SLOTS:
    /// Stops the storing and stays; closes when nothing is being stored.
    void reject() override;

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* buildPreview();
    QWidget* buildButtons();
    void read();
    void showPreview(const Result<std::shared_ptr<const ImportPreview>>& preview);
    void store();
    void finish(const Result<StoredImport>& stored);
    void showHistory();
    void say(const QString& text, const QString& tone);
    void showRemarks(const QStringList& remarks);
    void updateControls();

    AppServices m_services;
    ImportForm* m_form = nullptr;
    QLabel* m_totals = nullptr;
    ValueTableModel m_table;
    ValueTableView* m_view = nullptr;
    QLabel* m_hint = nullptr;
    QListWidget* m_remarks = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel* m_answer = nullptr;
    QPushButton* m_show = nullptr;
    QPushButton* m_close = nullptr;
    QPushButton* m_store = nullptr;
    std::shared_ptr<const ImportPreview> m_preview; ///< Null where there is nothing to store.
    bool m_isReading = false;
    bool m_isStoring = false;
    bool m_isStored = false;
    CancelToken m_stop; ///< Of the storing: its answer is waited for, so that what is said is true.
    QTimer m_typing;
    LatestJob<std::shared_ptr<const ImportPreview>> m_reading;
    LatestJob<StoredImport> m_storing;
};

} // namespace perihelion
