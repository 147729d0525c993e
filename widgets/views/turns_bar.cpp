// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/turns_bar.h"

#include "widgets/theme/theme.h"
#include "widgets/views/section_label.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>

namespace perihelion {

namespace {

constexpr int kProgressWidth = 160;

} // namespace

TurnsBar::TurnsBar(const Theme& theme, QWidget* parent) : QFrame(parent), m_theme(theme)
{
    setProperty("kind", QStringLiteral("banner"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(11, 5, 5, 5);
    row->setSpacing(8);
    m_icon = new QLabel(this);
    row->addWidget(m_icon);
    m_progress = new QProgressBar(this);
    m_progress->setObjectName(QStringLiteral("turnsProgress"));
    m_progress->setAccessibleName(tr("Rounds"));
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(kProgressWidth);
    row->addWidget(m_progress);
    m_text = makeLabel(QString(), FontRole::Body, QString(), theme, this);
    m_text->setObjectName(QStringLiteral("turnsText"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(m_text, 1);
    const auto button = [&](const char* name, const QString& text, const QString& tip) {
        auto* made = new QPushButton(text, this);
        made->setObjectName(QString::fromLatin1(name));
        made->setToolTip(tip);
        row->addWidget(made);
        return made;
    };
    m_cancel = button("turnsCancel", tr("Cancel"),
                      tr("End the measurement; from six rounds on, what was measured is kept (Esc)"));
    m_cancel->setShortcut(QKeySequence(Qt::Key_Escape));
    m_show = button("turnsShow", tr("Show"), tr("Compare the two new runs (Alt+W)"));
    m_show->setShortcut(QKeySequence(Qt::ALT | Qt::Key_W));
    m_close = new QToolButton(this);
    m_close->setObjectName(QStringLiteral("turnsDismiss"));
    m_close->setProperty("kind", QStringLiteral("flat"));
    m_close->setAccessibleName(tr("Dismiss"));
    m_close->setToolTip(tr("Dismiss this message"));
    row->addWidget(m_close);
    connect(m_cancel, &QPushButton::clicked, this, &TurnsBar::cancelRequested);
    connect(m_show, &QPushButton::clicked, this, &TurnsBar::showRequested);
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    connect(&theme, &Theme::changed, this, &TurnsBar::restyle);
    restyle();
    hide();
}

void TurnsBar::showProgress(const QString& text, std::size_t done, std::size_t total, bool ending)
{
    m_text->setText(text);
    m_progress->setRange(0, static_cast<int>(total));
    m_progress->setValue(static_cast<int>(done));
    m_progress->show();
    m_icon->hide();
    m_cancel->show();
    m_cancel->setEnabled(!ending);
    m_show->hide();
    m_close->hide();
    show();
}

void TurnsBar::showOutcome(const QString& text, bool isTrouble, bool canShow)
{
    m_isTrouble = isTrouble;
    restyle();
    m_text->setText(text);
    m_progress->hide();
    m_icon->show();
    m_cancel->hide();
    m_show->setVisible(canShow);
    m_close->show();
    show();
}

QString TurnsBar::text() const
{
    return m_text->text();
}

void TurnsBar::restyle()
{
    m_icon->setPixmap(m_theme
                          .icon(m_isTrouble ? QStringLiteral("warning") : QStringLiteral("check"),
                                m_isTrouble ? ColorRole::Bad : ColorRole::Good)
                          .pixmap(QSize(16, 16), devicePixelRatioF()));
    m_close->setIcon(m_theme.icon(QStringLiteral("close"), ColorRole::Muted));
}

} // namespace perihelion
