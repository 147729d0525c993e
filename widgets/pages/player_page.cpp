// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/player_page.h"

#include "datasets/cache/prefetcher.h"
#include "widgets/models/snapshot.h"
#include "widgets/theme/theme.h"
#include "widgets/views/enter_presses.h"
#include "widgets/views/event_canvas.h"
#include "widgets/views/go_to_dialog.h"
#include "widgets/views/key_help.h"
#include "widgets/views/player_banner.h"
#include "widgets/views/player_controls.h"
#include "widgets/views/player_notice.h"
#include "widgets/views/player_side_panel.h"
#include "widgets/views/player_texts.h"
#include "widgets/views/player_title_bar.h"
#include "widgets/views/timeline.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace perihelion {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// Below this width the side panel is folded away unless it is asked for.
constexpr int kNarrowWidth = 1080;
/// While playing, numbers change at most this often: nobody reads them faster, and each change costs a
/// layout.
constexpr std::chrono::milliseconds kNumbersInterval{80};
constexpr int kFileCheckMillis = 2000;

} // namespace

PlayerPage::PlayerPage(AppServices& services, QWidget* parent, PlaybackClock::WallTime wallTime)
    : QWidget(parent),
      m_services(services),
      m_session(services.jobs, services.decodePool, services.cache, services.paths.indexDir(),
                std::move(wallTime)),
      m_bookmarks(services.jobs, services.paths.bookmarkDir()),
      m_snapshots(services.jobs),
      m_preferences(services.settings),
      m_actions(this)
{
    setObjectName(QStringLiteral("playerPage"));
    buildWidgets();
    readSettings();
    connectActions();
    connectSession();
    connectViews();
    m_fileCheck.setInterval(kFileCheckMillis);
    connect(&m_fileCheck, &QTimer::timeout, &m_session, &PlayerSession::checkFile);
    connect(&services.theme, &Theme::changed, this, &PlayerPage::applyTheme);
    applyTheme();
    setActionsEnabled(false);
    showPlayback();
}

void PlayerPage::buildWidgets()
{
    const Theme& theme = m_services.theme;
    m_titleBar = new PlayerTitleBar(theme, m_actions);
    m_canvas = new EventCanvas(theme);
    m_notice = new PlayerNotice(theme);
    m_sidePanel = new PlayerSidePanel(theme, m_actions, m_bookmarks);
    m_controls = new PlayerControls(theme, m_actions);

    m_banner = new PlayerBanner;
    auto* stage = new QWidget;
    m_stage = new QStackedLayout(stage);
    m_stage->setContentsMargins(0, 0, 0, 0);
    m_stage->addWidget(m_notice);
    m_stage->addWidget(m_canvas);

    auto* middle = new QHBoxLayout;
    middle->setSpacing(12);
    middle->addWidget(stage, 1);
    middle->addWidget(m_sidePanel);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(12);
    column->addWidget(m_titleBar);
    column->addWidget(m_banner);
    column->addLayout(middle, 1);
    column->addWidget(m_controls);

    m_keyHelp = new KeyHelp(theme, m_actions.keySections(), this);
    new EnterPresses(this);
}

void PlayerPage::showCacheSwitch(QAction* toggle)
{
    m_titleBar->showCacheSwitch(toggle);
    connect(toggle, &QAction::toggled, this, [this] {
        m_decodedUntil.reset();
        showAhead();
    });
}

void PlayerPage::readSettings()
{
    m_preferences.restore(m_session);
    m_actions.loop->setChecked(m_session.clock().isLooping());
    m_actions.hud->setChecked(m_preferences.hudVisible());
    m_actions.absoluteTime->setChecked(m_preferences.absoluteTime());
    m_actions.sidePanel->setChecked(m_preferences.sidePanelVisible());
    m_canvas->setHudVisible(m_actions.hud->isChecked());
    m_sidePanel->setVisible(m_actions.sidePanel->isChecked());
    m_titleBar->showView(m_session.view(), m_preferences.logScale(), m_preferences.decay());
    m_titleBar->showPalette(m_preferences.paletteId());
    m_titleBar->showPolarity(m_session.polarity());
}

void PlayerPage::applyTheme()
{
    m_actions.setIcons(m_services.theme);
    m_actions.showPlaying(m_services.theme, m_session.clock().isPlaying());
    applyStyle();
    if (m_session.frame() != nullptr) {
        m_sidePanel->showFrame(*m_session.frame(), m_painting);
    }
}

void PlayerPage::applyStyle()
{
    m_session.setStyle(m_preferences.style(m_services.theme));
}

void PlayerPage::openRecording(const QString& path, const QString& stream)
{
    // Copies: both may be references to what closing clears.
    const QString file = path;     // NOLINT(performance-unnecessary-copy-initialization)
    const QString wanted = stream; // NOLINT(performance-unnecessary-copy-initialization)
    closeRecording();
    m_session.open(file, wanted);
    m_titleBar->showName(recordingName());
    m_notice->showOpening(recordingName());
}

void PlayerPage::closeRecording()
{
    m_session.close();
    m_services.prefetcher.stopPlayback();
    m_decodedUntil.reset();
    m_bookmarks.clear();
    m_canvas->clear();
    m_actions.region->setChecked(false);
    m_sidePanel->clear();
    m_controls->timeline().setRate({});
    m_controls->timeline().setProgress(std::nullopt);
    m_titleBar->showName(QString());
    m_notice->showNothingOpen();
    m_stage->setCurrentWidget(m_notice);
    m_banner->hide();
    m_fileCheck.stop();
    m_rate.reset();
    setActionsEnabled(false);
    showPlayback();
}

QString PlayerPage::recordingName() const
{
    return QFileInfo(m_session.path()).completeBaseName();
}

TimeReference PlayerPage::timeReference() const
{
    const RecordingMetadata& metadata = m_session.metadata();
    return {metadata.minTime, metadata.timeOrigin, m_session.clock().position(),
            m_actions.absoluteTime->isChecked()};
}

void PlayerPage::setActionsEnabled(bool enabled)
{
    m_actions.enableForRecording(enabled);
    m_controls->timeline().setEnabled(enabled);
}

void PlayerPage::showLoaded()
{
    m_stage->setCurrentWidget(m_canvas);
    setActionsEnabled(true);
    showMetadata();
    m_bookmarks.load(m_session.path(), m_session.stream());
    m_fileCheck.start();
    m_canvas->fitToCanvas();
    if (isVisible() && m_keyHelp->isHidden()) {
        m_canvas->setFocus();
    }
}

void PlayerPage::showMetadata()
{
    const RecordingMetadata& metadata = m_session.metadata();
    const TimeReference reference = timeReference();
    if (m_session.isOpen()) {
        m_titleBar->showRecording(recordingName(), metadata);
    }
    m_sidePanel->showNotes(metadata.notes);
    m_bookmarks.setReference(reference);
    m_controls->timeline().setReference(reference, metadata.maxTime);
    m_controls->timeline().setRate(metadata.rate);
    showPlayback();
}

void PlayerPage::showFrame()
{
    const PlayerFrame& frame = *m_session.frame();
    updateHud();
    m_canvas->setFrame(frame.image, frame.serial);
    if (isVisible()) {
        aimPrefetch();
    }
}

/// What the play head reaches next is decoded before it gets there, while cache mode is on.
void PlayerPage::aimPrefetch()
{
    if (!m_services.cache.isActive()) {
        m_decodedUntil.reset();
        return;
    }
    const PlaybackClock& clock = m_session.clock();
    const double direction = clock.isReverse() ? -1.0 : 1.0;
    m_services.prefetcher.setPlayHead(PlayHead{m_session.file(), clock.position(), clock.window(),
                                               clock.isPlaying() ? direction * clock.speed() : 0.0});
}

void PlayerPage::showPainted(quint64 serial, Nanoseconds painting)
{
    const PlayerFrame* frame = m_session.frame();
    if (frame == nullptr) {
        return;
    }
    m_painting = painting;
    const auto now = SteadyClock::now();
    const bool playing = m_session.clock().isPlaying();
    if (playing) {
        m_rate.note(now.time_since_epoch());
    } else {
        m_rate.reset();
    }
    if (!playing || now - m_numbersAt >= kNumbersInterval) {
        m_numbersAt = now;
        m_sidePanel->showFrame(*frame, painting);
    }
    m_session.notePainted(serial, painting);
}

void PlayerPage::showPlayback()
{
    const PlaybackClock& clock = m_session.clock();
    m_controls->timeline().setPosition(clock.position(), clock.window());
    const auto now = SteadyClock::now();
    if (clock.isPlaying() && now - m_clockAt < kNumbersInterval) {
        return;
    }
    m_clockAt = now;
    m_controls->showClock(clock, timeReference());
    showAhead();
    const QString playName = clock.isPlaying() ? tr("Pause") : tr("Play");
    if (m_actions.play->iconText() != playName) {
        m_actions.showPlaying(m_services.theme, clock.isPlaying());
    }
    m_actions.loop->setChecked(clock.isLooping());
    m_actions.reverse->setChecked(clock.isReverse());
    m_preferences.remember(clock);
    if (!clock.isPlaying()) {
        updateHud();
    }
}

void PlayerPage::showAhead()
{
    if (!m_decodedUntil || !m_services.cache.isActive()) {
        m_controls->showAhead(std::nullopt);
        return;
    }
    const PlaybackClock& clock = m_session.clock();
    const EventTime ahead = clock.isReverse() ? clampedDifference(clock.position(), *m_decodedUntil)
                                              : clampedDifference(*m_decodedUntil, clock.position());
    m_controls->showAhead(std::max(EventTime(0), ahead));
}

void PlayerPage::updateHud()
{
    const PlayerFrame* frame = m_session.frame();
    if (frame == nullptr) {
        return;
    }
    m_canvas->setHudLines(hudLines(*frame, m_session.clock(), timeReference(), m_rate.framesPerSecond()));
}

void PlayerPage::showTrouble(const QString& sentence)
{
    m_banner->showSentence(sentence);
    Q_EMIT statusMessage(sentence);
}

void PlayerPage::goBack()
{
    if (m_keyHelp->isVisible()) {
        m_keyHelp->hide();
    } else if (m_session.isLoading()) {
        closeRecording();
        Q_EMIT backRequested();
    } else if (m_session.region()) {
        m_canvas->setRegion(std::nullopt);
        m_sidePanel->showRegion(std::nullopt, nullptr);
        m_session.setRegion(std::nullopt);
    } else if (m_canvas->isRegionMode()) {
        m_actions.region->setChecked(false);
        m_canvas->setRegionMode(false);
    } else {
        m_session.pause();
        Q_EMIT backRequested();
    }
}

void PlayerPage::chooseRegion(const QRect& pixels)
{
    m_actions.region->setChecked(false);
    m_canvas->setRegionMode(false);
    m_canvas->setRegion(pixels);
    m_sidePanel->showRegion(pixels, nullptr);
    m_session.setRegion(pixels);
    if (m_sidePanel->isHidden()) {
        m_actions.sidePanel->trigger();
    }
}

void PlayerPage::addBookmark()
{
    const EventTime position = m_session.clock().position();
    m_bookmarks.add(position, QString());
    Q_EMIT statusMessage(tr("Bookmark at %1").arg(formatPlayerTime(position, timeReference())));
}

void PlayerPage::askForTime()
{
    auto* dialog = new GoToDialog(m_services.theme, timeReference(), this);
    connect(dialog, &GoToDialog::timeChosen, &m_session, &PlayerSession::seek);
    dialog->open();
}

void PlayerPage::saveSnapshot(bool choose)
{
    const PlayerFrame* frame = m_session.frame();
    if (frame == nullptr) {
        return;
    }
    const QString name = snapshotName(
        recordingName(), frame->frame.windowStart - m_session.metadata().minTime, frame->frame.windowLength);
    if (choose) {
        m_snapshots.saveAs(frame->image, name, this);
    } else {
        m_snapshots.save(frame->image, name);
    }
}

void PlayerPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const bool narrow = width() < kNarrowWidth;
    m_titleBar->setCompact(narrow);
    if (narrow == m_narrow) {
        return;
    }
    m_narrow = narrow;
    const bool visible = !narrow && m_preferences.sidePanelVisible();
    m_actions.sidePanel->setChecked(visible);
    m_sidePanel->setVisible(visible);
}

void PlayerPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_session.isOpen()) {
        m_canvas->setFocus();
        m_fileCheck.start();
        if (m_preferences.completesIndexes()) {
            m_session.completeIndex();
        }
    }
}

void PlayerPage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    if (!event->spontaneous()) {
        m_session.pause();
        m_session.cancelIndexCompletion();
        m_services.prefetcher.stopPlayback();
        m_fileCheck.stop();
    }
}

} // namespace perihelion
