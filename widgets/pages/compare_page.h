// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// ComparePage: two runs, or everything of two commits, phase by phase: verdicts with their sentences, the
// distributions behind them, and in what the runs differ besides. Asks the store by jobs; the numbers are
// those of perihelion-cli compare.

#include "widgets/models/app_services.h"
#include "widgets/models/compare_reader.h"
#include "widgets/models/compare_tables.h"
#include "widgets/models/interleaved_job.h"
#include "widgets/models/value_table_model.h"

#include <QWidget>

#include <vector>

class QLabel;
class QPushButton;

namespace perihelion {

class DistributionChart;
class RunPicker;
class SectionLabel;
class TurnsBar;
class ValueTableView;

class ComparePage : public QWidget {
    Q_OBJECT

public:
    explicit ComparePage(const AppServices& services, QWidget* parent = nullptr);
    ~ComparePage() override;

    /// Reads the list of runs again, and the comparison with it.
    void refresh();
    /// a, the baseline, and b: ids of runs or commits, as compareNamed() takes them.
    void compare(const QString& a, const QString& b);
    void swapSides();
    /// What was answered last.
    const CompareAnswer& answer() const { return m_answer; }
    /// The lines that perihelion-cli compare prints.
    QString text() const;
    DistributionChart& chart() { return *m_chart; }
    bool isSettled() const { return m_read && !m_reader.isBusy() && !m_job.isPlanning(); }

    /// The project that is open now; its commits can be measured again.
    void setProject(const QString& folder);
    /// Compares these, and asks whether they shall be measured again in turn, or says why they cannot be.
    void offerAgain(const QString& a, const QString& b);
    /// Measuring in turn, for who wants to know whether it is under way.
    const InterleavedJob& turns() const { return m_job; }

    /// Write into a file; end with statusMessage(). The chart as PNG or SVG by the name's ending.
    void exportChart(const QString& file);
    void exportTable(const QString& file);

Q_SIGNALS:
    void statusMessage(const QString& text);
    /// New runs are in the store.
    void runsStored();
    void settled();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildToolbar();
    QWidget* buildTop();
    QWidget* buildBottom();
    void connectAll();
    void connectAgain();
    void ask();
    void takeRuns(const std::vector<RunListing>& runs);
    void takeAnswer(const CompareAnswer& answer);
    void takeExport(const QString& id);
    void takeError(const Error& error);
    void copyText();
    void settle();

    void measureAgain();
    void takePlan();
    void takeProgress(const InterleavedProgress& progress);
    void takeReport(const InterleavedReport& report);
    void takeTrouble(const QString& sentence);
    void showReport();
    void showAgain();

    void showAnswer();
    void showHint(const QString& hint);
    void showRow(int row);
    void showPair(std::size_t pair);
    void showFloor();
    QString emptyText() const;

    AppServices m_services;
    CompareReader m_reader;
    InterleavedJob m_job;
    InterleavedReport m_report; ///< The last one.
    CompareQuestion m_measured; ///< Those that are being measured, or were.
    bool m_offer = false;       ///< Ask as soon as it is known that it can be done.
    CompareQuestion m_question;
    CompareAnswer m_answer;
    std::vector<ComparedRow> m_rows;
    std::size_t m_runs = 0; ///< That can be chosen.
    bool m_read = false;    ///< The store has answered.
    ValueTableModel m_table;
    ValueTableModel m_differences;

    RunPicker* m_a = nullptr;
    RunPicker* m_b = nullptr;
    QPushButton* m_swap = nullptr;
    QPushButton* m_floor = nullptr;
    QPushButton* m_copy = nullptr;
    QPushButton* m_export = nullptr;
    TurnsBar* m_turns = nullptr;
    SectionLabel* m_headline = nullptr;
    QPushButton* m_again = nullptr;
    QLabel* m_againWhy = nullptr;
    QLabel* m_facts = nullptr;
    QLabel* m_warnings = nullptr;
    QLabel* m_hint = nullptr;
    QLabel* m_why = nullptr;
    ValueTableView* m_view = nullptr;
    QWidget* m_bottom = nullptr;
    SectionLabel* m_chartTitle = nullptr;
    DistributionChart* m_chart = nullptr;
    ValueTableView* m_differenceView = nullptr;
    QLabel* m_differenceHint = nullptr;
};

} // namespace perihelion
