// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/value_table_view.h"

#include "widgets/models/value_table_model.h"
#include "widgets/theme/theme.h"
#include "widgets/views/phase_table_view.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QStyledItemDelegate>

#include <algorithm>
#include <numeric>
#include <vector>

namespace perihelion {

namespace {

constexpr int kColumnMargin = 26;
constexpr int kTightMargin = 24; ///< Where the columns would not fit otherwise; what the cells need.
constexpr int kLeastWords = 80;
constexpr int kWantedWords = 170; ///< Columns of words get that before spare columns are shown.
constexpr int kMeasuredRows = 60;

class ValueTableDelegate : public QStyledItemDelegate {
public:
    ValueTableDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}

    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        ColorRole role = ColorRole::Text;
        switch (static_cast<CellTone>(index.data(ValueTableModel::ToneRole).toInt())) {
        case CellTone::Plain:
            break;
        case CellTone::Muted:
            role = ColorRole::Muted;
            break;
        case CellTone::Good:
            role = ColorRole::Good;
            break;
        case CellTone::Bad:
            role = ColorRole::Bad;
            break;
        }
        option->palette.setColor(QPalette::Text, m_theme.color(role));
        if (option->state.testFlag(QStyle::State_Selected)) {
            // The style sheet paints selected words in a colour of its own; a bad verdict stays a bad one.
            option->state.setFlag(QStyle::State_Selected, false);
            option->backgroundBrush = m_theme.color(ColorRole::Raised);
        }
    }

private:
    const Theme& m_theme;
};

} // namespace

ValueTableView::ValueTableView(ValueTableModel& model, const QString& name, const Theme& theme,
                               QWidget* parent)
    : QTableView(parent),
      m_model(model)
{
    setModel(&model);
    setAccessibleName(name);
    setItemDelegate(new ValueTableDelegate(theme, this));
    dressValueTable(*this, theme);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    connect(&model, &QAbstractItemModel::modelReset, this, &ValueTableView::fitColumns);
    connect(&model, &QAbstractItemModel::dataChanged, this, &ValueTableView::fitColumns);
    connect(this, &QAbstractItemView::clicked, this,
            [this](const QModelIndex& index) { Q_EMIT rowChosen(index.row()); });
    connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

/// Numbers get the room they need, words share the rest by what they need.
void ValueTableView::fitColumns()
{
    const ValueTable& table = m_model.table();
    const int columns = static_cast<int>(table.headers.size());
    const QFontMetrics metrics(font());
    const auto needed = [&](int column) {
        int width = metrics.horizontalAdvance(table.headers.at(column));
        const std::size_t rows = std::min<std::size_t>(table.rows.size(), kMeasuredRows);
        for (std::size_t row = 0; row < rows; ++row) {
            const auto& cells = table.rows[row].cells;
            if (static_cast<std::size_t>(column) < cells.size()) {
                width =
                    std::max(width, metrics.horizontalAdvance(cells[static_cast<std::size_t>(column)].text));
            }
        }
        return width;
    };
    const auto isCut = [&table](int column) {
        return column < table.textColumns && std::find(table.wholeColumns.begin(), table.wholeColumns.end(),
                                                       column) == table.wholeColumns.end();
    };
    std::vector<int> needs;
    for (int column = 0; column < columns; ++column) {
        needs.push_back(needed(column));
    }
    const std::vector<int> hidden = spareColumnsToHide(needs);
    for (int column = 0; column < columns; ++column) {
        const bool hide = std::find(hidden.begin(), hidden.end(), column) != hidden.end();
        setColumnHidden(column, hide);
        needs[static_cast<std::size_t>(column)] *= hide ? 0 : 1;
    }
    int left = viewport()->width();
    const int together = std::accumulate(needs.begin(), needs.end(), 0);
    const int margin = together + columns * kColumnMargin <= left ? kColumnMargin : kTightMargin;
    int words = 0; // What the columns of words that may be cut need together.
    for (int column = 0; column < columns; ++column) {
        if (isColumnHidden(column)) {
            continue;
        }
        const int width = needs[static_cast<std::size_t>(column)] + margin;
        setColumnWidth(column, width);
        if (isCut(column)) {
            words += width;
        } else {
            left -= width;
        }
    }
    // Those whose share would be too little get the least; the others share what is left then.
    std::vector<int> sharing;
    const int whole = left;
    const int wanted = words;
    for (int column = 0; column < columns; ++column) {
        const int width = columnWidth(column);
        if (!isCut(column)) {
            continue;
        }
        if (whole * width / wanted >= kLeastWords) {
            sharing.push_back(column);
            continue;
        }
        setColumnWidth(column, kLeastWords);
        left -= kLeastWords;
        words -= width;
    }
    for (const int column : sharing) {
        setColumnWidth(column, std::max(kLeastWords, left * columnWidth(column) / words));
    }
}

/// Of the columns that can be spared as many as it takes; needs: widths of the texts.
std::vector<int> ValueTableView::spareColumnsToHide(const std::vector<int>& needs) const
{
    const ValueTable& table = m_model.table();
    int wanted = 0;
    for (int column = 0; column < static_cast<int>(needs.size()); ++column) {
        const int width = needs[static_cast<std::size_t>(column)] + kTightMargin;
        wanted += column < table.textColumns ? std::min(width, kWantedWords) : width;
    }
    std::vector<int> hidden;
    for (const int column : table.spareColumns) {
        if (wanted <= viewport()->width()) {
            break;
        }
        hidden.push_back(column);
        wanted -= needs[static_cast<std::size_t>(column)] + kTightMargin;
    }
    return hidden;
}

void ValueTableView::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    fitColumns();
    if (currentIndex().isValid()) {
        scrollTo(currentIndex()); // What was chosen stays in sight where the page around it changes.
    }
}

void ValueTableView::keyPressEvent(QKeyEvent* event)
{
    const int before = currentIndex().row();
    QTableView::keyPressEvent(event);
    const bool entered = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (currentIndex().isValid() && (entered || currentIndex().row() != before)) {
        Q_EMIT rowChosen(currentIndex().row());
    }
}

} // namespace perihelion
