// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/theme_style.h"

namespace perihelion {

namespace {

// Written with @role where a colour goes; buildStyleSheet fills them in from the tokens.
constexpr const char16_t* kTemplate = uR"(
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px 6px; }

QPushButton, QToolButton, QComboBox {
    background: @raised; color: @text; border: 1px solid @line; border-radius: 6px; padding: 0 10px;
    min-height: 28px; max-height: 28px;
}
QToolButton { padding: 0 6px; min-width: 16px; }
QPushButton:hover, QToolButton:hover, QComboBox:hover { background: @hover; }
QPushButton:pressed, QToolButton:pressed { background: @line; }
QPushButton:focus, QToolButton:focus, QComboBox:focus, QLineEdit:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus {
    border: 1px solid @accentLabel; outline: none;
}
QPushButton:checked, QToolButton:checked { border: 1px solid @accentLabel; color: @accentLabel; }
QPushButton:disabled, QToolButton:disabled, QComboBox:disabled { color: @disabled; }
QPushButton::menu-indicator, QToolButton::menu-indicator { image: none; width: 0; }
QPushButton[kind="primary"] {
    background: @accent; color: @accentText; border: 1px solid @accent; font-weight: 600;
}
QPushButton[kind="primary"]:hover { background: @accentHover; border-color: @accentHover; }
QPushButton[kind="primary"]:focus { border: 2px solid @text; }
QPushButton[kind="primary"]:disabled { background: @raised; color: @disabled; border-color: @line; }
QPushButton[kind="flat"], QToolButton[kind="flat"] { background: transparent; border-color: transparent; }
QPushButton[kind="flat"]:hover, QToolButton[kind="flat"]:hover { background: @hover; }
QPushButton[kind="flat"]:focus, QToolButton[kind="flat"]:focus { border-color: @accentLabel; }
QPushButton[kind="flat"]:checked, QToolButton[kind="flat"]:checked { background: @raised; border-color: @line; }
QPushButton[kind="flat"]:checked:focus, QToolButton[kind="flat"]:checked:focus { border-color: @accentLabel; }
QPushButton[kind="danger"] { color: @bad; }

QToolButton[kind="rail"] {
    background: transparent; border: 1px solid transparent; border-radius: 8px; color: @muted;
    min-width: 62px; max-width: 62px; min-height: 40px; max-height: 40px; padding: 8px 0 8px 0; font-size: 11px;
}
QToolButton[kind="rail"]:hover { background: @raised; }
QToolButton[kind="rail"]:checked { background: @raised; color: @text; border-color: @raised; }
QToolButton[kind="rail"]:focus { border-color: @accentLabel; }

QComboBox { padding: 0 10px; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { width: 0; height: 0; }
QComboBox QAbstractItemView {
    background: @raised; border: 1px solid @line; selection-background-color: @hover; selection-color: @text;
    outline: none; padding: 4px;
}

QLineEdit, QAbstractSpinBox {
    background: @raised; color: @text; border: 1px solid @line; border-radius: 6px; padding: 0 8px;
    min-height: 28px; max-height: 28px; selection-background-color: @accent; selection-color: @accentText;
}
QLineEdit:disabled, QAbstractSpinBox:disabled, QPlainTextEdit:disabled { color: @disabled; }
QPlainTextEdit {
    background: @raised; color: @text; border: 1px solid @line; border-radius: 6px; padding: 2px 4px;
    selection-background-color: @accent; selection-color: @accentText;
}

QMenu { background: @raised; border: 1px solid @line; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; color: @text; }
QMenu::item:selected { background: @hover; color: @text; }
QMenu::item:disabled { color: @disabled; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }
QMenu::indicator { width: 14px; height: 14px; left: 6px; }
QMenu::item:checked { color: @accentLabel; }
QMenu::icon { padding-left: 8px; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @line; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @outline; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }

QTableView, QTreeView, QListView {
    background: @panel; color: @text; border: 1px solid @line; border-radius: 8px; gridline-color: @line;
    selection-background-color: @raised; selection-color: @text; outline: none;
}
QTableView:focus, QTreeView:focus, QListView:focus { border-color: @outline; }
QTableView::item, QTreeView::item { padding: 0 8px; border: none; }
QListView::item { padding: 4px 8px; }
QListView::item:disabled { color: @muted; }
QTableView::item:selected, QTreeView::item:selected, QListView::item:selected {
    background: @raised; color: @text;
}
QHeaderView { background: @panel; border: none; }
QHeaderView::section {
    background: @panel; color: @muted; border: none; border-bottom: 1px solid @line; padding: 6px 11px;
}
QHeaderView::section:hover { color: @text; }
QTableCornerButton::section { background: @panel; border: none; }

QFrame[kind="panel"] { background: @panel; border: 1px solid @line; border-radius: 8px; }
QFrame[kind="rail"] { background: @panel; border: none; border-right: 1px solid @line; }
QFrame[kind="status"] { background: @panel; border: none; border-top: 1px solid @line; }
QFrame[kind="banner"] { background: @raised; border: 1px solid @line; border-radius: 6px; }
QFrame[kind="rule"] { background: @line; border: none; max-height: 1px; min-height: 1px; }
QFrame[kind="overlay"] { background: @panel; border: 1px solid @line; border-radius: 8px; }
QScrollArea, QScrollArea > QWidget > QWidget[kind="clear"] { background: transparent; border: none; }
QLabel { background: transparent; }
QLabel[tone="muted"] { color: @muted; }
QLabel[tone="bad"] { color: @bad; }
QLabel[tone="good"] { color: @good; }
QLabel[tone="accent"] { color: @accentLabel; }
QLabel[kind="badge"] { color: @muted; border: 1px solid @line; border-radius: 4px; padding: 1px 6px; }
QLabel[kind="badge"][tone="accent"] { color: @accentLabel; border-color: @accentLabel; }

QProgressBar {
    background: @raised; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; color: @text;
}
QProgressBar::chunk { background: @accent; border-radius: 3px; }

QSlider::groove:horizontal { background: @line; height: 4px; border-radius: 2px; }
QSlider::handle:horizontal { background: @accent; width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; }
QSlider:focus { border: 1px solid @accentLabel; border-radius: 4px; }
QSplitter::handle { background: transparent; }
QCheckBox, QRadioButton { background: transparent; spacing: 8px; }
)";

QString cssColor(const QColor& color)
{
    return color.alpha() == 255 ? color.name()
                                : QStringLiteral("rgba(%1, %2, %3, %4)")
                                      .arg(color.red())
                                      .arg(color.green())
                                      .arg(color.blue())
                                      .arg(color.alpha());
}

} // namespace

QString buildStyleSheet(const ThemeTokens& tokens)
{
    const QString source = QString::fromUtf16(kTemplate);
    QString sheet;
    sheet.reserve(source.size() + 512);
    qsizetype from = 0;
    for (qsizetype at = source.indexOf(u'@'); at >= 0; at = source.indexOf(u'@', from)) {
        sheet += QStringView(source).mid(from, at - from);
        qsizetype end = at + 1;
        while (end < source.size() && source.at(end).isLetter()) {
            ++end;
        }
        const QStringView key = QStringView(source).mid(at + 1, end - at - 1);
        for (std::size_t i = 0; i < tokens.colors.size(); ++i) {
            if (colorRoleName(static_cast<ColorRole>(i)) == key) {
                sheet += cssColor(tokens.colors.at(i));
            }
        }
        from = end;
    }
    sheet += QStringView(source).mid(from);
    return sheet;
}

} // namespace perihelion
