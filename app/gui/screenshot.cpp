// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/screenshot.h"

#include "widgets/pages/compare_page.h"
#include "widgets/pages/datasets_page.h"
#include "widgets/pages/history_page.h"
#include "widgets/pages/main_window.h"
#include "widgets/pages/metrics_page.h"
#include "widgets/pages/player_page.h"
#include "widgets/pages/profile_page.h"

#include <QPixmap>
#include <QSaveFile>

#include <utility>

namespace perihelion {

namespace {

constexpr int kLayoutMillis = 120;
constexpr int kLimitMillis = 120'000;

} // namespace

Screenshot::Screenshot(MainWindow& window, QString file, QObject* parent)
    : QObject(parent),
      m_window(window),
      m_file(std::move(file))
{
    m_grabTimer.setSingleShot(true);
    m_grabTimer.setInterval(kLayoutMillis);
    connect(&m_grabTimer, &QTimer::timeout, this, &Screenshot::grab);
    m_limit.setSingleShot(true);
    m_limit.setInterval(kLimitMillis);
    connect(&m_limit, &QTimer::timeout, this, [this] {
        Q_EMIT failed(Error{
            ErrorCode::Internal,
            QStringLiteral("Writing the picture failed: the page was not ready in two minutes"), m_file});
    });
}

void Screenshot::begin()
{
    m_limit.start();
    switch (m_window.currentPage()) {
    case PageId::Datasets:
        connect(&m_window.datasets(), &DatasetsPage::settled, this, &Screenshot::arm);
        if (m_window.datasets().isSettled()) {
            arm();
        }
        break;
    case PageId::Player:
        m_window.player().setAutoplay(false);
        connect(&m_window.player(), &PlayerPage::loadFinished, this, &Screenshot::arm);
        connect(&m_window.player().session(), &PlayerSession::loadFailed, this, &Screenshot::failed);
        break;
    case PageId::Profile:
        connect(&m_window.profile(), &ProfilePage::settled, this, &Screenshot::arm);
        if (m_window.profile().isSettled()) {
            arm();
        }
        break;
    case PageId::History:
        connect(&m_window.history(), &HistoryPage::settled, this, &Screenshot::arm);
        if (m_window.history().isSettled()) {
            arm();
        }
        break;
    case PageId::Compare:
        connect(&m_window.compare(), &ComparePage::settled, this, &Screenshot::arm);
        if (m_window.compare().isSettled()) {
            arm();
        }
        break;
    case PageId::Metrics:
        // With recordings there is something to count: when all have been looked at.
        connect(&m_window.datasets().library().loader(), &RecordingLoader::idle, this, &Screenshot::arm);
        if (!m_window.datasets().library().isScanning() && m_window.datasets().library().loader().isIdle()) {
            arm();
        }
        break;
    case PageId::Settings:
        arm();
        break;
    }
}

void Screenshot::arm()
{
    m_window.metrics().refresh();
    m_grabTimer.start();
}

void Screenshot::grab()
{
    if (m_window.currentPage() == PageId::Datasets && !m_window.datasets().isSettled()) {
        return;
    }
    m_limit.stop();
    const QPixmap picture = m_window.grab();
    QSaveFile file(m_file);
    if (!file.open(QIODevice::WriteOnly) || !picture.save(&file, "PNG") || !file.commit()) {
        Q_EMIT failed(
            Error{ErrorCode::Io, QString(u"Writing the picture failed: " % file.errorString()), m_file});
        return;
    }
    Q_EMIT written();
}

} // namespace perihelion
