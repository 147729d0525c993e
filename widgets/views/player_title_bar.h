// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// PlayerTitleBar: name, layout and size of the recording; menus for view, palette, polarity; region,
// snapshot, help. Emits what was chosen and shows what it is told. GUI thread only.

#include "datasets/frames/lazy_frame.h"
#include "datasets/layouts/recording_metadata.h"
#include "widgets/models/frame_renderer.h"

#include <QWidget>

class QAction;
class QActionGroup;
class QComboBox;
class QLabel;
class QMenu;
class QPushButton;

namespace perihelion {

class ElidedLabel;
class Theme;
struct PlayerActions;

class PlayerTitleBar : public QWidget {
    Q_OBJECT

public:
    PlayerTitleBar(const Theme& theme, const PlayerActions& actions, QWidget* parent = nullptr);

    /// While nothing but the name is known.
    void showName(const QString& name);
    void showRecording(const QString& name, const RecordingMetadata& metadata);
    void showView(FrameView view, bool logScale, EventTime decay);
    void showPalette(const QString& id);
    void showPolarity(PolarityFilter polarity);
    /// Adds a switch for this checkable action.
    void showCacheSwitch(QAction* toggle);
    /// Without room the line of facts goes, then the names in the buttons.
    void setCompact(bool compact);

Q_SIGNALS:
    void viewChosen(perihelion::FrameView view);
    void logScaleChosen(bool on);
    void decayChosen(perihelion::EventTime decay);
    void paletteChosen(const QString& id);
    void polarityChosen(perihelion::PolarityFilter polarity);
    void streamChosen(const QString& stream);

private:
    QPushButton* menuButton(QMenu* menu, const QString& name, const QString& toolTip);
    QMenu* makeViewMenu(const PlayerActions& actions);
    QMenu* makePaletteMenu();
    QMenu* makePolarityMenu();
    void updateTexts();

    const Theme& m_theme;
    ElidedLabel* m_name;
    QLabel* m_layoutBadge;
    ElidedLabel* m_facts;
    QComboBox* m_streams;
    QPushButton* m_view;
    QPushButton* m_palette;
    QPushButton* m_filters;
    QLabel* m_cacheLabel;
    QActionGroup* m_viewGroup = nullptr;
    QActionGroup* m_decayGroup = nullptr;
    QActionGroup* m_paletteGroup = nullptr;
    QActionGroup* m_polarityGroup = nullptr;
    QAction* m_logScale = nullptr;
    FrameView m_shownView = FrameView::Polarity;
    PolarityFilter m_shownPolarity = PolarityFilter::Both;
    bool m_compact = false;
    bool m_hasCacheSwitch = false;
};

} // namespace perihelion
