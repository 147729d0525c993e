// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/player_notice.h"

#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace perihelion {

PlayerNotice::PlayerNotice(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_title(new QLabel),
      m_sentence(new QLabel),
      m_retry(new QPushButton(tr("Retry"))),
      m_back(new QPushButton)
{
    m_title->setFont(theme.font(FontRole::Heading));
    m_title->setAlignment(Qt::AlignCenter);
    m_sentence->setProperty("tone", QStringLiteral("muted"));
    m_sentence->setAlignment(Qt::AlignCenter);
    m_sentence->setWordWrap(true);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_sentence->setMinimumWidth(200);
    m_sentence->setMaximumWidth(560);
    m_retry->setToolTip(tr("Open it again"));
    connect(m_retry, &QPushButton::clicked, this, &PlayerNotice::retryRequested);
    connect(m_back, &QPushButton::clicked, this, &PlayerNotice::backRequested);

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addStretch(1);
    buttons->addWidget(m_back);
    buttons->addWidget(m_retry);
    buttons->addStretch(1);
    auto* sentenceRow = new QHBoxLayout;
    sentenceRow->addStretch(1);
    sentenceRow->addWidget(m_sentence, 20);
    sentenceRow->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(12);
    column->addStretch(1);
    column->addWidget(m_title);
    column->addLayout(sentenceRow);
    column->addLayout(buttons);
    column->addStretch(1);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
    showNothingOpen();
}

void PlayerNotice::show(const QString& title, const QString& sentence, const QString& back, bool retry,
                        bool skeleton)
{
    m_title->setText(title);
    m_sentence->setText(sentence);
    m_back->setText(back);
    m_back->setToolTip(QString(back % u" (" % tr("Esc") % u')'));
    m_retry->setVisible(retry);
    m_skeleton = skeleton;
    update();
}

void PlayerNotice::showNothingOpen()
{
    show(tr("No recording is open"),
         tr("Choose one on the Datasets page and press Enter, or drop a file on the window."),
         tr("Choose a recording"), false, false);
}

void PlayerNotice::showOpening(const QString& name)
{
    show(tr("Opening %1…").arg(name), tr("Reading what the first frame needs."), tr("Cancel"), false, true);
}

void PlayerNotice::showFailure(const QString& name, const Error& error)
{
    show(tr("%1 cannot be opened").arg(name), error.sentence(), tr("Back"), true, false);
    if (isVisible()) {
        m_retry->setFocus();
    }
}

QString PlayerNotice::text() const
{
    return m_sentence->text();
}

void PlayerNotice::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_theme.color(ColorRole::Line), 1));
    painter.setBrush(m_theme.color(m_skeleton ? ColorRole::Skeleton : ColorRole::Canvas));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
}

} // namespace perihelion
