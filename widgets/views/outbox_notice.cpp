// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/outbox_notice.h"

#include "widgets/theme/theme.h"
#include "widgets/views/section_label.h"

#include <QDate>
#include <QHBoxLayout>
#include <QPushButton>
#include <QToolButton>

namespace perihelion {

namespace {

/// "14:32", with the day when it was another one.
QString whenText(const QDateTime& at)
{
    const QDateTime local = at.toLocalTime();
    return local.toString(local.date() == QDate::currentDate() ? QStringLiteral("HH:mm")
                                                               : QStringLiteral("yyyy-MM-dd HH:mm"));
}

} // namespace

OutboxNotice::OutboxNotice(const Theme& theme, QWidget* parent) : QFrame(parent), m_theme(theme)
{
    setObjectName(QStringLiteral("outboxNotice"));
    auto* around = new QVBoxLayout(this);
    around->setContentsMargins(16, 12, 16, 0);
    m_banner = new QFrame(this);
    m_banner->setProperty("kind", QStringLiteral("banner"));
    around->addWidget(m_banner);
    auto* row = new QHBoxLayout(m_banner);
    row->setContentsMargins(11, 5, 5, 5);
    row->setSpacing(8);
    m_icon = new QLabel(m_banner);
    row->addWidget(m_icon);
    m_text = makeLabel(QString(), FontRole::Body, QString(), theme, m_banner);
    m_text->setObjectName(QStringLiteral("outboxText"));
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(m_text, 1);
    m_send = new QPushButton(tr("Send now"), m_banner);
    m_send->setObjectName(QStringLiteral("outboxSend"));
    m_send->setToolTip(tr("Send the runs that wait to the run store (Alt+N)"));
    m_send->setShortcut(QKeySequence(Qt::ALT | Qt::Key_N));
    connect(m_send, &QPushButton::clicked, this, &OutboxNotice::sendRequested);
    row->addWidget(m_send);
    m_close = new QToolButton(m_banner);
    m_close->setObjectName(QStringLiteral("outboxDismiss"));
    m_close->setProperty("kind", QStringLiteral("flat"));
    m_close->setAccessibleName(tr("Hide"));
    m_close->setToolTip(tr("Hide this until another run waits; they are sent as soon as the server answers"));
    connect(m_close, &QToolButton::clicked, this, &OutboxNotice::dismiss);
    row->addWidget(m_close);
    connect(&theme, &Theme::changed, this, &OutboxNotice::restyle);
    restyle();
    hide();
}

void OutboxNotice::setState(const OutboxState& state, const QString& store, bool sending)
{
    m_waiting = state.waiting;
    if (m_waiting == 0) {
        m_dismissed = 0;
    }
    setVisible(m_waiting > 0 && m_waiting != m_dismissed);
    m_send->setEnabled(!sending);
    const QString waits =
        m_waiting == 1
            ? tr("1 run waits on this machine to be sent to %1.").arg(store)
            : tr("%1 runs wait on this machine to be sent to %2.").arg(QString::number(m_waiting), store);
    if (sending) {
        m_text->setText(QString(waits % u' ' % tr("Sending…")));
    } else {
        m_text->setText(
            state.trouble.isEmpty()
                ? waits
                : QString(waits % u' ' % tr("Last try, %1: %2.").arg(whenText(state.tried), state.trouble)));
    }
}

QString OutboxNotice::text() const
{
    return m_text->text();
}

void OutboxNotice::dismiss()
{
    m_dismissed = m_waiting;
    hide();
}

void OutboxNotice::restyle()
{
    m_icon->setPixmap(
        m_theme.icon(QStringLiteral("warning"), ColorRole::Bad).pixmap(QSize(16, 16), devicePixelRatioF()));
    m_close->setIcon(m_theme.icon(QStringLiteral("close"), ColorRole::Muted));
}

} // namespace perihelion
