// SPDX-License-Identifier: GPL-3.0-or-later
// PlayerPage, second half: which action, signal and menu leads where.
#include "datasets/cache/prefetcher.h"
#include "widgets/models/snapshot.h"
#include "widgets/pages/player_page.h"
#include "widgets/theme/theme.h"
#include "widgets/views/event_canvas.h"
#include "widgets/views/key_help.h"
#include "widgets/views/player_banner.h"
#include "widgets/views/player_controls.h"
#include "widgets/views/player_notice.h"
#include "widgets/views/player_side_panel.h"
#include "widgets/views/player_texts.h"
#include "widgets/views/player_title_bar.h"
#include "widgets/views/timeline.h"

#include <QStackedLayout>

namespace perihelion {

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
    connect(&m_services.prefetcher, &Prefetcher::decodedUntil, this,
            [this](const QString& path, qint64 micros) {
                if (path == m_session.path() && m_session.isOpen()) {
                    m_decodedUntil = EventTime(micros);
                    if (!m_session.clock().isPlaying()) {
                        showAhead(); // Playing shows it with the clock.
                    }
                }
            });
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

} // namespace perihelion
