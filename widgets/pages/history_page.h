// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// HistoryPage: the runs of a workload over its commits, or the observed loads of a recording: chart, changes,
// the chosen run, notes. Reads the store by jobs; the views show values.

#include "widgets/models/app_services.h"
#include "widgets/models/history_reader.h"
#include "widgets/models/history_values.h"
#include "widgets/models/value_table_model.h"
#include "widgets/views/history_toolbar.h"

#include <QWidget>

#include <optional>

class QLabel;
class QPushButton;

namespace perihelion {

class BackfillDialog;
class HistoryChart;
class SelectionPanel;
class ValueTableView;
struct MeasuredCommit;

class HistoryPage : public QWidget {
    Q_OBJECT

public:
    explicit HistoryPage(const AppServices& services, QWidget* parent = nullptr);
    ~HistoryPage() override;

    /// Reads again what is shown, as when runs were added.
    void refresh();
    /// Shows the history of a workload and scenario once it is read.
    void choose(const QString& workload, const QString& scenario);
    const HistoryChoice& choice() const { return m_choice; }
    void setChoice(const HistoryChoice& choice);

    /// The project whose missing commits can be measured; empty: none is open.
    void setProject(const QString& name, const QString& folder);
    /// Opens the dialog that measures the commits without runs; what it measures is shown as it comes.
    void runMissingCommits();
    /// Null as long as it was never opened.
    BackfillDialog* missingCommits() { return m_missing; }

    HistoryChart& chart() { return *m_chart; }
    /// The history that is shown; null when there is none.
    const WorkloadHistory* history() const;
    bool isSettled() const { return m_read && !m_reader.isBusy(); }

    /// Write into a file; end with statusMessage(). PNG or SVG by the name's ending.
    void exportChart(const QString& file);
    void exportChanges(const QString& file);
    void exportValues(const QString& file);
    void exportSelection(const QString& file);

Q_SIGNALS:
    void statusMessage(const QString& text);
    /// The chosen two shall be opened on the page that compares: ids of runs.
    void compareRequested(const QString& a, const QString& b);
    /// An alarm shall be decided by measuring its commit and the one before again in turn: ids of runs.
    void measureAgainRequested(const QString& a, const QString& b);
    void settled();

protected:
    void showEvent(QShowEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void openImport(const QStringList& paths);
    void connectMissing();
    void takeMissing(const MeasuredCommit& commit);
    void showMissing();
    QWidget* buildBottom();
    void connectAll();
    void takeSubjects(const std::vector<HistorySubject>& subjects);
    void takeHistory(const HistoryAnswer& answer);
    void takeComparison(const ComparedRuns& answer);
    void takeSamples(std::int64_t run, const std::vector<double>& values);
    void takeMenu(HistoryMenu menu, const QString& id);
    void takeView(const QString& id);
    void takeExport(const QString& id);
    void fetch();
    void settle();

    void showMenus();
    void showSubjectMenus();
    void showViewMenu(const WorkloadHistory* history);
    void showChart();
    void showChanges();
    void showAlarm();
    void showRun(std::size_t run);
    void showPair(std::size_t first, std::size_t second);
    void showNotes(std::size_t run);
    void showNothingChosen();
    void showSamplesOf(int row);
    void keepNote(RunNote::Kind kind, const QString& text);
    QString quantity() const;
    bool showsLoads() const { return m_subject.workload == kLoadsSubject; }

    AppServices m_services;
    HistoryReader m_reader;
    HistoryChoice m_choice;
    std::vector<HistorySubject> m_subjects;
    HistorySubject m_subject;
    QString m_branch;
    QStringList m_branches; ///< Of the runs of the subject, whichever branch is shown.
    HistoryAnswer m_answer;
    std::size_t m_machine = 0; ///< Index of the shown history.
    QString m_samplesOf;       ///< Row and mode in words.
    QString m_sampleUnit;
    double m_sampleScale = 1; ///< From the unit of the row to the shown one.
    bool m_read = false;      ///< The store has answered.
    ValueTableModel m_changes;
    QString m_projectName;
    QString m_projectFolder;
    bool m_showMeasured = false; ///< The next commit that is measured is turned to.

    HistoryToolbar* m_toolbar = nullptr;
    HistoryChart* m_chart = nullptr;
    ValueTableView* m_changeView = nullptr;
    QLabel* m_changeHint = nullptr;
    QWidget* m_alarmRow = nullptr;
    QLabel* m_alarmText = nullptr;
    QPushButton* m_measureAgain = nullptr;
    SelectionPanel* m_selection = nullptr;
    BackfillDialog* m_missing = nullptr;
};

} // namespace perihelion
