// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/player_page.h"

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
      m_session(services.jobs, services.decodePool, services.paths.indexDir(), std::move(wallTime)),
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

void PlayerPage::connectActions()
{
    const auto on = [this](QAction* action, auto slot) { connect(action, &QAction::triggered, this, slot); };
    on(m_actions.play, [this] { m_session.togglePlaying(); });
    on(m_actions.stepBack, [this] { m_session.step(-1); });
    on(m_actions.stepForward, [this] { m_session.step(1); });
    on(m_actions.faster, [this] { m_session.changeSpeed(1); });
    on(m_actions.slower, [this] { m_session.changeSpeed(-1); });
    on(m_actions.longerWindow, [this] { m_session.changeWindow(1); });
    on(m_actions.shorterWindow, [this] { m_session.changeWindow(-1); });
    on(m_actions.toStart, [this] { m_session.seek(m_session.clock().firstStart()); });
    on(m_actions.toEnd, [this] { m_session.seek(m_session.clock().lastStart()); });
    on(m_actions.goTo, [this] { askForTime(); });
    on(m_actions.loop, [this](bool checked) { m_session.setLoop(checked); });
    on(m_actions.reverse, [this](bool checked) { m_session.setReverse(checked); });
    on(m_actions.absoluteTime, [this](bool checked) {
        m_preferences.setAbsoluteTime(checked);
        showMetadata();
    });
    on(m_actions.bookmark, [this] { addBookmark(); });
    on(m_actions.nextView, [this] {
        const auto next = (static_cast<std::size_t>(m_session.view()) + 1) % kFrameViews.size();
        Q_EMIT m_titleBar->viewChosen(kFrameViews.at(next));
    });
    on(m_actions.region, [this](bool checked) { m_canvas->setRegionMode(checked); });
    on(m_actions.fit, [this] { m_canvas->fitToCanvas(); });
    on(m_actions.actualSize, [this] { m_canvas->showActualSize(); });
    on(m_actions.zoomIn, [this] { m_canvas->zoomBy(1); });
    on(m_actions.zoomOut, [this] { m_canvas->zoomBy(-1); });
    on(m_actions.hud, [this](bool checked) {
        m_canvas->setHudVisible(checked);
        m_preferences.setHudVisible(checked);
    });
    on(m_actions.sidePanel, [this](bool checked) {
        m_sidePanel->setVisible(checked);
        if (!m_narrow) {
            m_preferences.setSidePanelVisible(checked);
        }
    });
    on(m_actions.snapshot, [this] { saveSnapshot(false); });
    on(m_actions.snapshotAs, [this] { saveSnapshot(true); });
    on(m_actions.help, [this] { m_keyHelp->toggle(); });
    on(m_actions.back, [this] { goBack(); });
    on(m_actions.quit, [this] { window()->close(); });
}

void PlayerPage::connectSession()
{
    connect(&m_session, &PlayerSession::loaded, this, &PlayerPage::showLoaded);
    connect(&m_session, &PlayerSession::loadFailed, this, [this](const Error& error) {
        if (error.code == ErrorCode::Cancelled) {
            return;
        }
        m_notice->showFailure(recordingName(), error);
        m_stage->setCurrentWidget(m_notice);
        Q_EMIT statusMessage(error.sentence());
    });
    connect(&m_session, &PlayerSession::loadFinished, this, [this](const LoadRecord& record) {
        Q_EMIT loadFinished(record);
        if (m_autoplay && isVisible() && m_session.clock().lastStart() > m_session.clock().firstStart()) {
            m_session.play();
        }
        if (isVisible() && m_preferences.completesIndexes()) {
            m_session.completeIndex();
        }
    });
    connect(&m_session, &PlayerSession::frameReady, this, &PlayerPage::showFrame);
    connect(&m_session, &PlayerSession::recoloured, this,
            [this] { m_canvas->setRecoloured(m_session.frame()->image); });
    connect(&m_session, &PlayerSession::playbackChanged, this, &PlayerPage::showPlayback);
    connect(&m_session, &PlayerSession::metadataChanged, this, &PlayerPage::showMetadata);
    connect(&m_session, &PlayerSession::indexProgress, this,
            [this](double share) { m_controls->timeline().setProgress(share); });
    connect(&m_session, &PlayerSession::indexFinished, this,
            [this] { m_controls->timeline().setProgress(std::nullopt); });
    connect(&m_session, &PlayerSession::regionCounted, this,
            [this](const RegionNumbers& numbers) { m_sidePanel->showRegion(numbers.pixels, &numbers); });
    connect(&m_session, &PlayerSession::pixelCounted, this, [this](const PixelNumbers& numbers) {
        m_canvas->setPixelText(pixelLine(numbers, timeReference()));
    });
    connect(&m_session, &PlayerSession::troubled, this,
            [this](const Error& error) { showTrouble(error.sentence()); });
    connect(&m_bookmarks, &BookmarkModel::notice, this, &PlayerPage::statusMessage);
    connect(&m_bookmarks, &BookmarkModel::bookmarksChanged, this,
            [this] { m_controls->timeline().setBookmarks(m_bookmarks.times()); });
}

void PlayerPage::connectViews()
{
    // Queued, because the numbers change widgets and a paint event must not.
    connect(m_canvas, &EventCanvas::framePainted, this, &PlayerPage::showPainted, Qt::QueuedConnection);
    connect(m_canvas, &EventCanvas::pixelHovered, this, [this](QPoint pixel) {
        m_canvas->setPixelText(QStringLiteral("x %1 · y %2").arg(pixel.x()).arg(pixel.y()));
        m_session.setHoveredPixel(pixel);
    });
    connect(m_canvas, &EventCanvas::pixelLeft, this, [this] {
        m_canvas->setPixelText(QString());
        m_session.setHoveredPixel(std::nullopt);
    });
    connect(m_canvas, &EventCanvas::regionChosen, this, &PlayerPage::chooseRegion);
    const auto reopen = [this] { openRecording(m_session.path(), m_session.stream()); };
    connect(m_banner, &PlayerBanner::reopenRequested, this, reopen);
    connect(&m_snapshots, &SnapshotSaver::failed, this, &PlayerPage::showTrouble);
    connect(&m_snapshots, &SnapshotSaver::saved, this, [this](const QString& path) {
        Q_EMIT statusMessage(tr("Snapshot saved: %1").arg(path));
        Q_EMIT snapshotSaved(path);
    });
    connect(m_notice, &PlayerNotice::backRequested, this, &PlayerPage::goBack);
    connect(m_notice, &PlayerNotice::retryRequested, this, reopen);
    connect(m_sidePanel, &PlayerSidePanel::bookmarkChosen, this,
            [this](int row) { m_session.seek(m_bookmarks.timeAt(row)); });

    connect(m_controls, &PlayerControls::speedChosen, &m_session, &PlayerSession::setSpeed);
    connect(m_controls, &PlayerControls::windowChosen, &m_session, &PlayerSession::setWindow);
    connect(&m_controls->timeline(), &Timeline::seekRequested, &m_session, &PlayerSession::seek);
    connect(&m_controls->timeline(), &Timeline::scrubbed, &m_session, &PlayerSession::scrub);

    connect(m_titleBar, &PlayerTitleBar::viewChosen, this, [this](FrameView view) {
        m_session.setView(view);
        m_titleBar->showView(view, m_preferences.logScale(), m_preferences.decay());
        m_preferences.setView(view);
    });
    connect(m_titleBar, &PlayerTitleBar::logScaleChosen, this, [this](bool on) {
        m_preferences.setLogScale(on);
        applyStyle();
    });
    connect(m_titleBar, &PlayerTitleBar::decayChosen, this, [this](EventTime decay) {
        m_preferences.setDecay(decay);
        applyStyle();
    });
    connect(m_titleBar, &PlayerTitleBar::paletteChosen, this, [this](const QString& id) {
        m_preferences.setPaletteId(id);
        applyStyle();
    });
    connect(m_titleBar, &PlayerTitleBar::polarityChosen, this, [this](PolarityFilter polarity) {
        m_session.setPolarity(polarity);
        m_titleBar->showPolarity(polarity);
    });
    connect(m_titleBar, &PlayerTitleBar::streamChosen, this,
            [this](const QString& stream) { openRecording(m_session.path(), stream); });
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
    const QString file = path; // Copies: both may be references to what closing clears.
    const QString wanted = stream;
    closeRecording();
    m_session.open(file, wanted);
    m_titleBar->showName(recordingName());
    m_notice->showOpening(recordingName());
}

void PlayerPage::closeRecording()
{
    m_session.close();
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
        m_fileCheck.stop();
    }
}

} // namespace perihelion
