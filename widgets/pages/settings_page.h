// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// SettingsPage: theme, watched folders, how playback begins, and what is kept on disk with its size. Every
// control changes the settings at once; sizes are measured by jobs while the page is shown.

#include "widgets/models/app_services.h"
#include "widgets/models/storage_usage.h"

#include <QWidget>

#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QListWidget;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace perihelion {

class CacheControl;
class CacheSettingsPanel;
class MetricsSettingsPanel;

class SettingsPage : public QWidget {
    Q_OBJECT

public:
    SettingsPage(const AppServices& services, CacheControl& cache, QWidget* parent = nullptr);

    /// Shows the watched folders as the settings name them now.
    void refreshFolders();
    /// Scrolls to what concerns cache mode.
    void showCacheSettings();
    /// Scrolls to what says which operations are slow.
    void showMetricsSettings();

Q_SIGNALS:
    /// The list of watched folders has changed here.
    void foldersChanged();
    /// Something that the menu shows has changed here (thumbnails, counting).
    void menuSettingsChanged();
    /// How playback begins has changed here.
    void playbackSettingsChanged();
    void thumbnailsCleared();
    void statusMessage(const QString& text);

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct StorageRow {
        QString path;
        QLabel* size = nullptr;
        QPushButton* clear = nullptr;
    };

    QVBoxLayout* addPanel(QVBoxLayout* column, const QString& title);
    void buildAppearance(QVBoxLayout* column);
    void buildFolders(QVBoxLayout* column);
    void buildPlayback(QVBoxLayout* column);
    void buildStorage(QVBoxLayout* column);
    void refreshPlayback();
    void addStorageRow(QVBoxLayout* column, const QString& name, const QString& path, bool clearable);
    void measure();
    void clear(std::size_t row);
    void addFolder();
    void removeFolder();

    AppServices m_services;
    QComboBox* m_view = nullptr;
    QComboBox* m_palette = nullptr;
    QComboBox* m_speed = nullptr;
    QComboBox* m_window = nullptr;
    QCheckBox* m_loop = nullptr;
    QCheckBox* m_hud = nullptr;
    QScrollArea* m_scroll = nullptr;
    CacheSettingsPanel* m_cachePanel = nullptr;
    MetricsSettingsPanel* m_metricsPanel = nullptr;
    QListWidget* m_folders = nullptr;
    QPushButton* m_removeFolder = nullptr;
    std::vector<StorageRow> m_storage;
};

} // namespace perihelion
