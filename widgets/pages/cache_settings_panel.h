// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// CacheSettingsPanel: cache mode on the settings page: the switch, how much memory it may take, what it
// keeps, and what it has done so far. Every control changes the settings at once. GUI thread only.

#include "core/settings/setting_keys.h"

#include <QFrame>

#include <vector>

class QComboBox;
class QGridLayout;
class QLabel;

namespace perihelion {

class CacheControl;
class Settings;
class Theme;

class CacheSettingsPanel : public QFrame {
    Q_OBJECT

public:
    CacheSettingsPanel(const Theme& theme, Settings& settings, CacheControl& control,
                       QWidget* parent = nullptr);

    /// Shows what the settings say now.
    void refresh();

private:
    struct Choice {
        IntegerSetting setting;
        QComboBox* box;
    };

    void addChoice(QGridLayout* grid, const IntegerSetting& setting, const QString& name, const QString& tip,
                   const std::vector<std::pair<std::int64_t, QString>>& values);
    void showFigures();

    const Theme& m_theme;
    Settings& m_settings;
    CacheControl& m_control;
    std::vector<Choice> m_choices;
    QLabel* m_figures = nullptr;
};

} // namespace perihelion
