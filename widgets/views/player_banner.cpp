// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/player_banner.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace perihelion {

PlayerBanner::PlayerBanner(QWidget* parent) : QFrame(parent), m_text(new QLabel)
{
    setProperty("kind", QStringLiteral("banner"));
    m_text->setWordWrap(true);
    m_text->setProperty("tone", QStringLiteral("bad"));
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* reopen = new QPushButton(tr("Reopen"));
    reopen->setToolTip(tr("Open the file again as it is now"));
    connect(reopen, &QPushButton::clicked, this, &PlayerBanner::reopenRequested);
    auto* dismiss = new QPushButton(tr("Dismiss"));
    dismiss->setToolTip(tr("Hide this message"));
    connect(dismiss, &QPushButton::clicked, this, &QWidget::hide);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 6, 6);
    row->addWidget(m_text, 1);
    row->addWidget(reopen);
    row->addWidget(dismiss);
    hide();
}

void PlayerBanner::showSentence(const QString& sentence)
{
    m_text->setText(sentence);
    show();
}

QString PlayerBanner::text() const
{
    return m_text->text();
}

} // namespace perihelion
