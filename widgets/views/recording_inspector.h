// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RecordingInspector: the panel at the right of the Datasets page. Shows values it is given and asks by
// signal; it loads nothing itself.

#include "core/runs/run_store.h"
#include "widgets/models/recording_model.h"

#include <QFrame>

#include <optional>
#include <vector>

class QAction;
class QComboBox;
class QGridLayout;
class QLabel;
class QMenu;
class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace perihelion {

class LoadHistoryView;
class PhaseBar;
class RateCurveView;
class SectionLabel;
class Theme;

class RecordingInspector : public QFrame {
    Q_OBJECT

public:
    explicit RecordingInspector(const Theme& theme, QWidget* parent = nullptr);

    /// The selected row's facts; nullptr shows that nothing is selected.
    void setItem(const RecordingItem* item);
    /// Richer metadata of the same recording.
    void setMetadata(const RecordingMetadata& metadata);
    /// Share of events counted, 0 … 1.
    void setCounting(double share);
    void setError(const Error& error);
    /// Beside what is known, which stays.
    void setWarning(const Error& error);
    /// Newest first.
    void setLoads(const std::vector<LoadRecord>& loads);
    /// What the cache holds of the same recording; the row is there while cache mode is on.
    void setCache(const RecordingCacheFacts& facts);
    /// How many recordings are selected, which is how many Profile load measures.
    void setChosen(int recordings);
    QString stream() const;

    /// What can be done with the recording; the card's context menu shows the same.
    QMenu* actionMenu() const;

Q_SIGNALS:
    void openRequested();
    void streamChosen(const QString& stream);
    void showFolderRequested();
    void copyPathRequested();
    void rebuildRequested();
    void optimiseRequested();
    void profileLoadRequested();
    void removeRequested();
    void pinRequested(bool pinned);
    void clearCacheRequested();

private:
    QWidget* buildBody();
    QMenu* buildMenu();
    QLabel* addRow(QGridLayout* grid, const QString& name);
    void showMetadata(const RecordingMetadata& metadata);
    void showNotes(const RecordingMetadata& metadata);
    void showStreams(const RecordingMetadata& metadata);
    void showLastLoad();
    void restyle();

    const Theme& m_theme;
    QString m_path;
    std::vector<LoadRecord> m_loads;
    QWidget* m_body = nullptr;
    QLabel* m_nothing = nullptr;
    QLabel* m_name = nullptr;
    QLabel* m_error = nullptr;
    QWidget* m_facts = nullptr;
    QLabel* m_layoutValue = nullptr;
    QLabel* m_sensorValue = nullptr;
    QLabel* m_eventsValue = nullptr;
    QLabel* m_durationValue = nullptr;
    QLabel* m_rateValue = nullptr;
    QLabel* m_storageValue = nullptr;
    QLabel* m_sizeValue = nullptr;
    QLabel* m_cacheLabel = nullptr;
    QLabel* m_cacheValue = nullptr;
    QAction* m_pin = nullptr;
    QAction* m_profile = nullptr;
    QAction* m_clearCache = nullptr;
    QLabel* m_streamLabel = nullptr;
    QComboBox* m_streamBox = nullptr;
    SectionLabel* m_notesHeading = nullptr;
    QLabel* m_notes = nullptr;
    RateCurveView* m_curve = nullptr;
    SectionLabel* m_loadHeading = nullptr;
    PhaseBar* m_phases = nullptr;
    SectionLabel* m_historyHeading = nullptr;
    LoadHistoryView* m_history = nullptr;
    QPushButton* m_open = nullptr;
    QPushButton* m_profileButton = nullptr;
    QToolButton* m_more = nullptr;
};

} // namespace perihelion
