// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/metrics_settings_panel.h"

#include "core/measure/operation_times.h"
#include "core/settings/settings.h"
#include "widgets/theme/theme.h"
#include "widgets/views/section_label.h"

#include <QHBoxLayout>
#include <QSpinBox>
#include <QVBoxLayout>

#include <chrono>

namespace perihelion {

namespace {

constexpr int kSpinWidth = 130;
constexpr int kStepMillis = 100;

} // namespace

MetricsSettingsPanel::MetricsSettingsPanel(const AppServices& services, QWidget* parent) : QFrame(parent)
{
    setProperty("kind", QStringLiteral("panel"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(10);
    column->addWidget(new SectionLabel(tr("Metrics"), services.theme, this));
    auto* row = new QHBoxLayout();
    row->setSpacing(10);
    QLabel* label = makeLabel(tr("List and log operations that take longer than"), FontRole::Body, QString(),
                              services.theme, this);
    row->addWidget(label);
    auto* limit = new QSpinBox(this);
    limit->setObjectName(QStringLiteral("slowOperationLimit"));
    limit->setAccessibleName(tr("Operations are slow when they take longer than"));
    limit->setToolTip(tr("What the page Metrics lists as slow; 0 lists everything (arrow keys)"));
    limit->setRange(static_cast<int>(setting::kSlowOperationMillis.least),
                    static_cast<int>(setting::kSlowOperationMillis.greatest));
    limit->setSingleStep(kStepMillis);
    limit->setSuffix(tr(" ms"));
    limit->setButtonSymbols(QAbstractSpinBox::NoButtons);
    limit->setFixedWidth(kSpinWidth);
    limit->setValue(static_cast<int>(services.settings.value(setting::kSlowOperationMillis)));
    label->setBuddy(limit);
    connect(limit, &QSpinBox::valueChanged, this, [services](int millis) {
        services.settings.set(setting::kSlowOperationMillis, millis);
        services.operationTimes.setSlowThreshold(std::chrono::milliseconds(millis));
    });
    row->addWidget(limit);
    row->addStretch(1);
    column->addLayout(row);
    setFocusProxy(limit);
}

} // namespace perihelion
