// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/player_title_bar.h"

#include "core/base/format.h"
#include "widgets/theme/theme.h"
#include "widgets/views/elided_label.h"
#include "widgets/views/player_actions.h"
#include "widgets/views/switch_button.h"

#include <QActionGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

namespace perihelion {

namespace {

constexpr std::array kDecays{0, 1'000, 2'000, 5'000, 10'000, 20'000, 50'000};
constexpr std::array kPolarities{PolarityFilter::Both, PolarityFilter::On, PolarityFilter::Off};

QToolButton* actionButton(QAction* action, const QString& text)
{
    auto* button = new QToolButton;
    button->setDefaultAction(action);
    button->setToolButtonStyle(text.isEmpty() ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextOnly);
    if (!text.isEmpty()) {
        action->setIconText(text);
    }
    button->setAccessibleName(action->text());
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

void checkAction(QActionGroup* group, const QVariant& value)
{
    for (QAction* action : group->actions()) {
        if (action->data() == value) {
            action->setChecked(true);
        }
    }
}

} // namespace

PlayerTitleBar::PlayerTitleBar(const Theme& theme, const PlayerActions& actions, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_name(new ElidedLabel),
      m_layoutBadge(new QLabel),
      m_facts(new ElidedLabel),
      m_streams(new QComboBox),
      m_cacheLabel(new QLabel(tr("Cache")))
{
    m_name->setFont(theme.font(FontRole::Title));
    m_layoutBadge->setProperty("kind", QStringLiteral("badge"));
    m_layoutBadge->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_layoutBadge->setFont(theme.font(FontRole::Caption));
    m_facts->setTextRole(QPalette::PlaceholderText);
    m_streams->setAccessibleName(tr("Stream"));
    m_streams->setToolTip(tr("Which of the file's streams is shown"));
    connect(m_streams, &QComboBox::textActivated, this, &PlayerTitleBar::streamChosen);

    m_view = menuButton(makeViewMenu(actions), tr("View"), tr("How events become pixels (V for the next)"));
    m_palette = menuButton(makePaletteMenu(), tr("Palette"), tr("Colours of the frame"));
    m_filters = menuButton(makePolarityMenu(), tr("Filters"), tr("Show ON events, OFF events or both"));

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(10);
    row->addWidget(m_name);
    row->addWidget(m_layoutBadge, 0, Qt::AlignVCenter);
    row->addWidget(m_facts);
    row->addWidget(m_streams);
    row->addStretch(1);
    m_cacheLabel->setProperty("tone", QStringLiteral("muted"));
    m_cacheLabel->hide();
    row->addWidget(m_cacheLabel);
    row->addWidget(m_view);
    row->addWidget(m_palette);
    row->addWidget(actionButton(actions.region, tr("ROI")));
    row->addWidget(m_filters);
    row->addWidget(actionButton(actions.snapshot, tr("Snapshot")));
    row->addWidget(actionButton(actions.help, QString()));
    row->addWidget(actionButton(actions.sidePanel, QString()));
    showName(QString());
    updateTexts();
}

QPushButton* PlayerTitleBar::menuButton(QMenu* menu, const QString& name, const QString& toolTip)
{
    auto* button = new QPushButton;
    button->setMenu(menu);
    button->setAccessibleName(name);
    button->setToolTip(toolTip);
    menu->setParent(button, menu->windowFlags());
    return button;
}

QMenu* PlayerTitleBar::makeViewMenu(const PlayerActions& actions)
{
    auto* menu = new QMenu;
    m_viewGroup = new QActionGroup(this);
    for (const FrameView view : kFrameViews) {
        QAction* action = m_viewGroup->addAction(frameViewName(view));
        action->setCheckable(true);
        action->setData(static_cast<int>(view));
        menu->addAction(action);
    }
    connect(m_viewGroup, &QActionGroup::triggered, this, [this](const QAction* action) {
        Q_EMIT viewChosen(static_cast<FrameView>(action->data().toInt()));
    });
    menu->addSeparator();
    m_logScale = menu->addAction(tr("Logarithmic counts"));
    m_logScale->setCheckable(true);
    connect(m_logScale, &QAction::triggered, this, &PlayerTitleBar::logScaleChosen);
    QMenu* decay = menu->addMenu(tr("Decay of the time surface"));
    m_decayGroup = new QActionGroup(this);
    for (const int micros : kDecays) {
        QAction* action = m_decayGroup->addAction(micros == 0 ? tr("A third of the window")
                                                              : tr("%1 ms").arg(micros / 1000));
        action->setCheckable(true);
        action->setData(micros);
        decay->addAction(action);
    }
    connect(m_decayGroup, &QActionGroup::triggered, this,
            [this](const QAction* action) { Q_EMIT decayChosen(EventTime(action->data().toInt())); });
    menu->addSeparator();
    menu->addActions({actions.fit, actions.actualSize, actions.zoomIn, actions.zoomOut});
    menu->addSeparator();
    menu->addActions({actions.hud, actions.absoluteTime, actions.sidePanel});
    return menu;
}

QMenu* PlayerTitleBar::makePaletteMenu()
{
    auto* menu = new QMenu;
    m_paletteGroup = new QActionGroup(this);
    for (const FramePalette& palette : m_theme.framePalettes()) {
        QAction* action = m_paletteGroup->addAction(palette.name);
        action->setCheckable(true);
        action->setData(palette.id);
        menu->addAction(action);
    }
    connect(m_paletteGroup, &QActionGroup::triggered, this,
            [this](const QAction* action) { Q_EMIT paletteChosen(action->data().toString()); });
    return menu;
}

QMenu* PlayerTitleBar::makePolarityMenu()
{
    auto* menu = new QMenu;
    m_polarityGroup = new QActionGroup(this);
    const std::array names{tr("Both polarities"), tr("ON events only"), tr("OFF events only")};
    for (std::size_t i = 0; i < kPolarities.size(); ++i) {
        QAction* action = m_polarityGroup->addAction(names[i]);
        action->setCheckable(true);
        action->setData(static_cast<int>(kPolarities[i]));
        menu->addAction(action);
    }
    connect(m_polarityGroup, &QActionGroup::triggered, this, [this](const QAction* action) {
        Q_EMIT polarityChosen(static_cast<PolarityFilter>(action->data().toInt()));
    });
    return menu;
}

void PlayerTitleBar::showName(const QString& name)
{
    m_name->setText(name.isEmpty() ? tr("Player") : name);
    m_layoutBadge->hide();
    m_facts->setText(QString());
    m_streams->hide();
}

void PlayerTitleBar::showRecording(const QString& name, const RecordingMetadata& metadata)
{
    m_name->setText(name);
    m_layoutBadge->setText(layoutName(metadata.layout));
    m_layoutBadge->show();
    m_facts->setText((metadata.eventCount == 1 ? tr("%1 event · %2 × %3") : tr("%1 events · %2 × %3"))
                         .arg(formatShortCount(static_cast<double>(metadata.eventCount)))
                         .arg(metadata.sensor.width)
                         .arg(metadata.sensor.height));
    m_streams->setVisible(metadata.streams.size() > 1);
    if (metadata.streams.size() > 1) {
        m_streams->clear();
        m_streams->addItems(metadata.streams);
        m_streams->setCurrentText(metadata.stream);
    }
}

void PlayerTitleBar::showView(FrameView view, bool logScale, EventTime decay)
{
    m_shownView = view;
    checkAction(m_viewGroup, static_cast<int>(view));
    checkAction(m_decayGroup, static_cast<int>(decay.count()));
    m_logScale->setChecked(logScale);
    updateTexts();
}

void PlayerTitleBar::showPalette(const QString& id)
{
    checkAction(m_paletteGroup, m_theme.framePalette(id).id);
}

void PlayerTitleBar::showPolarity(PolarityFilter polarity)
{
    m_shownPolarity = polarity;
    checkAction(m_polarityGroup, static_cast<int>(polarity));
    updateTexts();
}

void PlayerTitleBar::showCacheSwitch(QAction* toggle)
{
    auto* row = qobject_cast<QHBoxLayout*>(layout());
    auto* button = new SwitchButton(m_theme, toggle, this);
    button->setObjectName(QStringLiteral("playerCacheSwitch"));
    row->insertWidget(row->indexOf(m_cacheLabel) + 1, button);
    m_hasCacheSwitch = true;
    m_cacheLabel->setVisible(!m_compact);
}

void PlayerTitleBar::setCompact(bool compact)
{
    m_compact = compact;
    m_facts->setVisible(!compact);
    m_cacheLabel->setVisible(m_hasCacheSwitch && !compact);
    updateTexts();
}

void PlayerTitleBar::updateTexts()
{
    const QString arrow = QStringLiteral(" ▾");
    const QString filter = m_shownPolarity == PolarityFilter::Both ? tr("off")
                           : m_shownPolarity == PolarityFilter::On ? tr("ON")
                                                                   : tr("OFF");
    m_view->setText(QString(
        (m_compact ? frameViewName(m_shownView) : tr("View: %1").arg(frameViewName(m_shownView))) % arrow));
    m_palette->setText(QString(tr("Palette") % arrow));
    m_filters->setText(QString(tr("Filters: %1").arg(filter) % arrow));
}

} // namespace perihelion
