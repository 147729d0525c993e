// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// MetricsPage: every operation timed since the start, the slow ones, the caches and how to clear them. Looks
// at the registry once a second while it is on screen, and never else.

#include "widgets/models/app_services.h"
#include "widgets/models/latest_job.h"
#include "widgets/models/operation_table_model.h"
#include "widgets/models/storage_usage.h"
#include "widgets/models/value_table_model.h"

#include <QDateTime>
#include <QTimer>
#include <QWidget>

#include <vector>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace perihelion {

class CacheControl;
class CacheGauge;
class OperationTableView;
class ValueTableView;

class MetricsPage : public QWidget {
    Q_OBJECT

public:
    MetricsPage(const AppServices& services, CacheControl& cache, QWidget* parent = nullptr);
    ~MetricsPage() override;

    /// Shows what the registry and the caches say now.
    void refresh();
    /// Both tables as they are shown, cells between tabs.
    QString text() const;
    /// Forgets all times; counting begins anew.
    void reset();
    /// Write a table as CSV with plain numbers into a file; end with statusMessage().
    void exportOperations(const QString& file);
    void exportSlow(const QString& file);

Q_SIGNALS:
    void statusMessage(const QString& text);
    /// The kept thumbnails were deleted here.
    void thumbnailsCleared();
    /// A person wants the recordings, or to change what is slow.
    void recordingsRequested();
    void settingsRequested();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QHBoxLayout* buildToolbar();
    QWidget* buildCaches();
    QWidget* buildOperations();
    QWidget* buildSlow();
    QWidget* buildEmpty();
    QPushButton* addButton(QHBoxLayout* row, const QString& name, const QString& text, const QString& tip,
                           Qt::Key key);
    void showOperations();
    void showSlow();
    void showCaches();
    void showThumbnails(const Result<StorageUsage>& usage);
    void measureThumbnails();
    void clearThumbnails();
    void copy();
    void write(const QString& file, const ValueTable& table);

    AppServices m_services;
    CacheControl& m_cache;
    LatestJob<StorageUsage> m_usageJob;
    LatestJob<StorageUsage> m_clearJob;
    LatestJob<QString> m_writeJob;
    QDateTime m_since = QDateTime::currentDateTime();
    QTimer m_timer{this};
    OperationTableModel m_operations;
    ValueTableModel m_slow;
    std::vector<SlowOperation> m_slowShown;

    QLabel* m_summary = nullptr;
    CacheGauge* m_gauge = nullptr;
    QLabel* m_thumbnails = nullptr;
    QPushButton* m_clearThumbnails = nullptr;
    QStackedWidget* m_stack = nullptr;
    OperationTableView* m_table = nullptr;
    QWidget* m_empty = nullptr;
    QLabel* m_limit = nullptr;
    ValueTableView* m_slowView = nullptr;
    QLabel* m_slowHint = nullptr;
};

} // namespace perihelion
