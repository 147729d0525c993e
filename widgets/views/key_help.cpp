// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/key_help.h"

#include "widgets/theme/theme.h"
#include "widgets/views/section_label.h"

#include <QFrame>
#include <QGridLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace perihelion {

namespace {

/// So many stand side by side in the narrowest window.
constexpr std::size_t kMostColumns = 3;

} // namespace

KeyHelp::KeyHelp(const Theme& theme, const std::vector<KeySection>& sections, QWidget* parent)
    : QWidget(parent),
      m_theme(theme)
{
    setAccessibleName(tr("Keys"));
    setFocusPolicy(Qt::StrongFocus);
    auto* outer = new QGridLayout(this);
    auto* panel = new QFrame(this);
    panel->setProperty("kind", QStringLiteral("overlay"));
    outer->addWidget(panel, 0, 0, Qt::AlignCenter);
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(12);
    column->addWidget(makeLabel(tr("Keys"), FontRole::Title, QString(), theme, panel));
    auto* row = new QHBoxLayout();
    row->setSpacing(36);
    column->addLayout(row);
    struct Column {
        QVBoxLayout* layout;
        std::size_t lines;
    };
    std::vector<Column> columns;
    for (std::size_t at = 0; at < std::min(kMostColumns, sections.size()); ++at) {
        auto* layout = new QVBoxLayout();
        layout->setSpacing(16);
        row->addLayout(layout);
        columns.push_back({layout, 0});
    }
    for (const KeySection& section : sections) {
        auto* grid = new QGridLayout();
        grid->setHorizontalSpacing(16);
        grid->setVerticalSpacing(6);
        grid->addWidget(new SectionLabel(section.title, theme, panel), 0, 0, 1, 2);
        int at = 1;
        for (const auto& [keys, meaning] : section.keys) {
            grid->addWidget(makeLabel(keys, FontRole::Mono, QStringLiteral("accent"), theme, panel), at, 0);
            grid->addWidget(makeLabel(meaning, FontRole::Small, QString(), theme, panel), at, 1);
            ++at;
        }
        const auto shortest =
            std::min_element(columns.begin(), columns.end(),
                             [](const Column& a, const Column& b) { return a.lines < b.lines; });
        shortest->layout->addLayout(grid);
        shortest->lines += section.keys.size() + 2;
    }
    for (const Column& filled : columns) {
        filled.layout->addStretch(1);
    }
    column->addWidget(
        makeLabel(tr("Esc closes this"), FontRole::Small, QStringLiteral("muted"), theme, panel));
    parent->installEventFilter(this);
    hide();
}

void KeyHelp::toggle()
{
    if (isVisible()) {
        hide();
        return;
    }
    m_before = window()->focusWidget();
    setGeometry(parentWidget()->rect());
    show();
    raise();
    setFocus();
}

bool KeyHelp::event(QEvent* event)
{
    // Esc belongs to the overlay while it is open, whatever it means to the page beneath.
    if (event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

void KeyHelp::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        hide();
        return;
    }
    QWidget::keyPressEvent(event);
}

void KeyHelp::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    if (m_before != nullptr) {
        m_before->setFocus();
        m_before.clear();
    }
}

void KeyHelp::paintEvent(QPaintEvent* event)
{
    Q_UNUSED(event)
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(ColorRole::Scrim));
}

void KeyHelp::mousePressEvent(QMouseEvent* event)
{
    Q_UNUSED(event)
    hide();
}

bool KeyHelp::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == parent() && event->type() == QEvent::Resize) {
        setGeometry(parentWidget()->rect());
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace perihelion
