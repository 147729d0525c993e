// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/load_panel.h"

#include "widgets/theme/theme.h"
#include "widgets/views/load_chart.h"
#include "widgets/views/painted_picture.h"
#include "widgets/views/section_label.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

namespace perihelion {

LoadPanel::LoadPanel(const Theme& theme, QWidget* parent) : QFrame(parent), m_theme(theme)
{
    setProperty("kind", QStringLiteral("panel"));
    setMinimumWidth(330);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(6);
    auto* head = new QHBoxLayout();
    head->addWidget(new SectionLabel(tr("Load times"), theme, this), 1);
    m_compare = new QPushButton(tr("Compare states"), this);
    m_compare->setObjectName(QStringLiteral("compareLoadsButton"));
    m_compare->setToolTip(tr("Measure loading with the file on disk and in memory, without and with a kept "
                             "index, and through the cache"));
    connect(m_compare, &QPushButton::clicked, this, &LoadPanel::compareRequested);
    head->addWidget(m_compare);
    m_more = new QToolButton(this);
    m_more->setObjectName(QStringLiteral("loadsMoreButton"));
    m_more->setAccessibleName(tr("More about the load times"));
    m_more->setToolTip(tr("Copy or save the picture or the table"));
    m_more->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(m_more);
    const auto add = [&](const QString& text, const QString& name, auto signal) {
        menu->addAction(text, this, signal)->setObjectName(name);
    };
    add(tr("Copy picture"), QStringLiteral("copyLoadPicture"), &LoadPanel::copyPictureRequested);
    const auto addSaving = [&](const QString& text, const QString& name, const QString& ending) {
        menu->addAction(text, this, [this, ending] { Q_EMIT saveRequested(ending); })->setObjectName(name);
    };
    addSaving(tr("Save picture as PNG…"), QStringLiteral("saveLoadPicture"), QStringLiteral("png"));
    addSaving(tr("Save picture as SVG…"), QStringLiteral("saveLoadSvg"), QStringLiteral("svg"));
    add(tr("Copy table as CSV"), QStringLiteral("copyLoadTable"), &LoadPanel::copyTableRequested);
    addSaving(tr("Save table as CSV…"), QStringLiteral("saveLoadTable"), QStringLiteral("csv"));
    m_more->setMenu(menu);
    head->addWidget(m_more);
    column->addLayout(head);

    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setAutoFillBackground(false);
    m_chart = new LoadChart(theme, scroll);
    m_chart->setObjectName(QStringLiteral("loadChart"));
    scroll->setWidget(m_chart);
    column->addWidget(scroll, 1);
    m_note = makeLabel(QString(), FontRole::Small, QStringLiteral("muted"), theme, this);
    m_note->setObjectName(QStringLiteral("loadNote"));
    m_note->setWordWrap(true);
    column->addWidget(m_note);
    connect(&theme, &Theme::changed, this, &LoadPanel::restyle);
    restyle();
    setComparison({});
}

void LoadPanel::setComparison(const LoadComparison& comparison)
{
    m_chart->setComparison(comparison);
    m_more->setEnabled(!comparison.isEmpty());
    m_note->setText(comparison.isEmpty()
                        ? tr("Nothing compared yet. Compare states measures every recording five ways.")
                        : tr("Median to the first frame; ×: times as fast as the first bar%1")
                              .arg(comparison.needsLogScale() ? tr("; logarithmic scale") : QString()));
}

void LoadPanel::setReady(bool ready)
{
    m_compare->setEnabled(ready);
}

QImage LoadPanel::picture()
{
    QImage image(m_chart->size() * m_chart->devicePixelRatioF(), QImage::Format_RGB32);
    image.setDevicePixelRatio(m_chart->devicePixelRatioF());
    image.fill(m_theme.color(ColorRole::Panel));
    m_chart->QWidget::render(&image, QPoint(), QRegion(), QWidget::DrawChildren);
    return image;
}

QByteArray LoadPanel::svg()
{
    return paintedSvg(m_chart->size(), m_theme.color(ColorRole::Panel), m_chart->accessibleName(),
                      m_note->text(), [this](QPainter& painter) {
                          m_chart->QWidget::render(&painter, QPoint(), QRegion(), QWidget::DrawChildren);
                      });
}

void LoadPanel::restyle()
{
    m_more->setIcon(m_theme.icon(QStringLiteral("more")));
}

} // namespace perihelion
