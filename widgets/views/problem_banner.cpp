// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/problem_banner.h"

#include "widgets/theme/theme.h"
#include "widgets/views/section_label.h"

#include <QHBoxLayout>
#include <QToolButton>

namespace perihelion {

ProblemBanner::ProblemBanner(const Theme& theme, QWidget* parent) : QFrame(parent), m_theme(theme)
{
    setProperty("kind", QStringLiteral("banner"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(11, 5, 5, 5);
    row->setSpacing(8);
    m_icon = new QLabel(this);
    row->addWidget(m_icon);
    m_text = makeLabel(QString(), FontRole::Body, QString(), theme, this);
    m_text->setObjectName(QStringLiteral("bannerText"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(m_text, 1);
    m_close = new QToolButton(this);
    m_close->setProperty("kind", QStringLiteral("flat"));
    m_close->setAccessibleName(tr("Dismiss"));
    m_close->setToolTip(tr("Dismiss this message"));
    row->addWidget(m_close);
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    connect(&theme, &Theme::changed, this, &ProblemBanner::restyle);
    restyle();
    hide();
}

void ProblemBanner::restyle()
{
    m_icon->setPixmap(
        m_theme.icon(QStringLiteral("warning"), ColorRole::Bad).pixmap(QSize(16, 16), devicePixelRatioF()));
    m_close->setIcon(m_theme.icon(QStringLiteral("close"), ColorRole::Muted));
}

void ProblemBanner::setProblems(const QStringList& sentences)
{
    setVisible(!sentences.isEmpty());
    if (sentences.isEmpty()) {
        m_text->clear();
        return;
    }
    m_text->setText(sentences.size() == 1
                        ? sentences.front()
                        : tr("%1 (and %2 more)").arg(sentences.front()).arg(sentences.size() - 1));
    m_text->setToolTip(sentences.join(u'\n'));
}

QString ProblemBanner::text() const
{
    return m_text->text();
}

} // namespace perihelion
