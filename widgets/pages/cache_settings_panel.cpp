// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/cache_settings_panel.h"

#include "core/settings/settings.h"
#include "widgets/models/cache_control.h"
#include "widgets/theme/theme.h"
#include "widgets/views/cache_gauge.h"
#include "widgets/views/choice_box.h"
#include "widgets/views/section_label.h"
#include "widgets/views/switch_button.h"

#include <QAction>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace perihelion {

namespace {

constexpr int kChoiceWidth = 240;

using Values = std::vector<std::pair<std::int64_t, QString>>;

Values inMebibytes(std::initializer_list<std::int64_t> mebibytes, const QString& none)
{
    Values values;
    for (const std::int64_t amount : mebibytes) {
        values.emplace_back(amount, amount == 0          ? none
                                    : amount % 1024 == 0 ? QStringLiteral("%1 GiB").arg(amount / 1024)
                                                         : QStringLiteral("%1 MiB").arg(amount));
    }
    return values;
}

} // namespace

CacheSettingsPanel::CacheSettingsPanel(const Theme& theme, Settings& settings, CacheControl& control,
                                       QWidget* parent)
    : QFrame(parent),
      m_theme(theme),
      m_settings(settings),
      m_control(control)
{
    setProperty("kind", QStringLiteral("panel"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(10);
    column->addWidget(new SectionLabel(tr("Cache mode"), theme, this));

    auto* first = new QHBoxLayout();
    first->setSpacing(10);
    auto* toggle = new SwitchButton(theme, control.toggleAction(), this);
    toggle->setObjectName(QStringLiteral("settingsCacheSwitch"));
    first->addWidget(toggle);
    first->addWidget(
        makeLabel(tr("Keep decoded events in memory, so that recordings reopen and scrub at once"),
                  FontRole::Body, QString(), theme, this));
    first->addStretch(1);
    column->addLayout(first);

    auto* grid = new QGridLayout();
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(8);
    grid->setColumnStretch(1, 1);
    column->addLayout(grid);
    Values shares;
    for (const int percent : {10, 25, 50, 75, 90}) {
        shares.emplace_back(percent, tr("%1 % of the available memory").arg(percent));
    }
    addChoice(grid, setting::kCacheSharePercent, tr("Budget"),
              tr("The cache's part of the memory that is available; follows it every second (arrow keys)"),
              shares);
    addChoice(grid, setting::kCacheLimitMib, tr("At most"),
              tr("The budget never grows beyond this, however much is available (arrow keys)"),
              inMebibytes({0, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768}, tr("no limit of its own")));
    addChoice(grid, setting::kCacheFloorMib, tr("Switch off below"),
              tr("With less memory available than this, cache mode switches itself off and says so. "
                 "8 GiB is the rule that earlier launchers had (arrow keys)"),
              inMebibytes({512, 1024, 2048, 4096, 8192}, {}));
    addChoice(grid, setting::kCacheRecordingMib, tr("For one recording"),
              tr("Of any one recording at most this much is kept (arrow keys)"),
              inMebibytes({0, 128, 256, 512, 1024, 2048, 4096}, tr("no limit")));
    Values below{{0, tr("all recordings")}};
    for (const int megabytes : {100, 250, 500, 1000, 2000}) {
        below.emplace_back(megabytes, megabytes < 1000 ? tr("only files below %1 MB").arg(megabytes)
                                                       : tr("only files below %1 GB").arg(megabytes / 1000));
    }
    addChoice(grid, setting::kCacheOnlyBelowMb, tr("Keep"),
              tr("Larger recordings are played as if cache mode were off (arrow keys)"), below);

    auto* last = new QHBoxLayout();
    last->setSpacing(12);
    m_figures = makeLabel(QString(), FontRole::Small, QStringLiteral("muted"), theme, this);
    m_figures->setObjectName(QStringLiteral("cacheFigures"));
    m_figures->setTextInteractionFlags(Qt::TextSelectableByMouse);
    last->addWidget(m_figures, 1);
    auto* clear = new QPushButton(tr("Clear the cache"), this);
    clear->setObjectName(QStringLiteral("clearCacheButton"));
    clear->setToolTip(tr("Give back all memory that the cache holds (Space)"));
    connect(clear, &QPushButton::clicked, &control, &CacheControl::clearAll);
    last->addWidget(clear);
    column->addLayout(last);

    connect(&control, &CacheControl::figuresChanged, this, &CacheSettingsPanel::showFigures);
    refresh();
}

void CacheSettingsPanel::addChoice(QGridLayout* grid, const IntegerSetting& setting, const QString& name,
                                   const QString& tip, const Values& values)
{
    QComboBox* box = addChoiceRow(grid, name, tip, m_theme);
    box->setMinimumWidth(kChoiceWidth);
    box->setObjectName(QString(setting.key.toString().replace(u'/', u'-')));
    for (const auto& [value, text] : values) {
        box->addItem(text, QVariant::fromValue<qlonglong>(value));
    }
    connect(box, &QComboBox::activated, this, [this, box, setting] {
        m_settings.set(setting, box->currentData().toLongLong());
        m_control.applySettings();
    });
    m_choices.push_back({setting, box});
}

void CacheSettingsPanel::refresh()
{
    for (const Choice& choice : m_choices) {
        const std::int64_t value = m_settings.value(choice.setting);
        int at = choice.box->findData(QVariant::fromValue<qlonglong>(value));
        if (at < 0) {
            // Written into the file by hand: shown as it is.
            choice.box->addItem(QString::number(value), QVariant::fromValue<qlonglong>(value));
            at = choice.box->count() - 1;
        }
        choice.box->setCurrentIndex(at);
    }
    m_control.refresh();
    showFigures();
}

void CacheSettingsPanel::showFigures()
{
    m_figures->setText(describeCache(m_control.figures()));
}

} // namespace perihelion
