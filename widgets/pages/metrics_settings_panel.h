// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// MetricsSettingsPanel: the part of the settings that says which operations count as slow.

#include "widgets/models/app_services.h"

#include <QFrame>

namespace perihelion {

class MetricsSettingsPanel : public QFrame {
    Q_OBJECT

public:
    explicit MetricsSettingsPanel(const AppServices& services, QWidget* parent = nullptr);
};

} // namespace perihelion
