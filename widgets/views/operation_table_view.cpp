// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/operation_table_view.h"

#include "widgets/models/operation_table_model.h"
#include "widgets/theme/theme.h"
#include "widgets/views/phase_table_view.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QStyledItemDelegate>

#include <algorithm>
#include <array>

namespace perihelion {

namespace {

constexpr int kCellMargin = 24;
constexpr int kHeadingMargin = 26;
constexpr int kLeastName = 150;
/// The widest that a column usually holds, so that its width stays while its numbers change.
constexpr std::array<const char16_t*, OperationTableModel::kColumns> kWidest = {
    u"",        u"888",     u"88.8 ms", u"88.8 ms", u"88.8 ms",
    u"88.8 ms", u"88.8 ms", u"88.8 ms", u"888 MiB", u"888 MiB"};

/// Names in the narrow letters of words: figures need equal ones, names need room.
class OperationNameDelegate : public QStyledItemDelegate {
public:
    OperationNameDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme)
    {
    }

    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        option->font = m_theme.font(FontRole::Body);
        option->fontMetrics = QFontMetrics(option->font);
    }

private:
    const Theme& m_theme;
};

} // namespace

QVariant OperationSortModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    const QVariant heading = QSortFilterProxyModel::headerData(section, orientation, role);
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal || section != sortColumn()) {
        return heading;
    }
    const QString mark = sortOrder() == Qt::AscendingOrder ? QStringLiteral("▴") : QStringLiteral("▾");
    // Numbers stay under the end of their heading.
    return section == OperationTableModel::NameColumn ? QString(heading.toString() % u' ' % mark)
                                                      : QString(mark % u' ' % heading.toString());
}

OperationTableView::OperationTableView(OperationTableModel& model, const Theme& theme, QWidget* parent)
    : QTableView(parent)
{
    m_sorted.setSourceModel(&model);
    m_sorted.setSortRole(OperationTableModel::SortRole);
    m_sorted.setDynamicSortFilter(true);
    setModel(&m_sorted);
    setAccessibleName(tr("Timed operations"));
    setAccessibleDescription(tr("The keys < and > sort by another column, r turns the order round"));
    dressValueTable(*this, theme);
    setItemDelegateForColumn(OperationTableModel::NameColumn, new OperationNameDelegate(theme, this));
    setSelectionMode(QAbstractItemView::SingleSelection);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setSortingEnabled(true);
    const auto fitAnew = [this] {
        if (countWidth() > columnWidth(OperationTableModel::CountColumn)) {
            fitColumns();
        }
    };
    connect(&m_sorted, &QAbstractItemModel::rowsInserted, this, fitAnew);
    connect(&m_sorted, &QAbstractItemModel::dataChanged, this, fitAnew);
    // The headings carry the mark of sorting themselves.
    horizontalHeader()->setStyleSheet(QStringLiteral(
        "QHeaderView::up-arrow, QHeaderView::down-arrow { image: none; width: 0; height: 0; }"));
    sortByColumn(OperationTableModel::TotalColumn, Qt::DescendingOrder);
    connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void OperationTableView::fitColumns()
{
    const QFontMetrics metrics(font());
    const QFontMetrics headings(horizontalHeader()->font());
    int left = viewport()->width();
    for (int column = OperationTableModel::CountColumn; column < OperationTableModel::kColumns; ++column) {
        const QString widest = QString::fromUtf16(kWidest.at(static_cast<std::size_t>(column)));
        const QString heading =
            QString(u"▾ " % m_sorted.headerData(column, Qt::Horizontal, Qt::EditRole).toString());
        int width = std::max(metrics.horizontalAdvance(widest) + kCellMargin,
                             headings.horizontalAdvance(heading) + kHeadingMargin);
        if (column == OperationTableModel::CountColumn) {
            width = std::max(width, countWidth());
        }
        setColumnWidth(column, width);
        left -= width;
    }
    setColumnWidth(OperationTableModel::NameColumn, std::max(kLeastName, left));
}

/// What the counts need that are there; they grow while the page is watched.
int OperationTableView::countWidth() const
{
    const QFontMetrics metrics(font());
    int widest = 0;
    for (int row = 0; row < m_sorted.rowCount(); ++row) {
        widest =
            std::max(widest, metrics.horizontalAdvance(
                                 m_sorted.index(row, OperationTableModel::CountColumn).data().toString()));
    }
    return widest + kCellMargin;
}

void OperationTableView::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    fitColumns();
}

void OperationTableView::sortBeside(int step)
{
    const int columns = OperationTableModel::kColumns;
    const int column = (horizontalHeader()->sortIndicatorSection() + step + columns) % columns;
    // Names begin with the first, numbers with the greatest.
    sortByColumn(column,
                 column == OperationTableModel::NameColumn ? Qt::AscendingOrder : Qt::DescendingOrder);
}

void OperationTableView::keyPressEvent(QKeyEvent* event)
{
    const QString typed = event->text();
    if (typed == u"<") {
        sortBeside(-1);
    } else if (typed == u">") {
        sortBeside(1);
    } else if (typed == u"r") {
        const QHeaderView* header = horizontalHeader();
        sortByColumn(header->sortIndicatorSection(), header->sortIndicatorOrder() == Qt::AscendingOrder
                                                         ? Qt::DescendingOrder
                                                         : Qt::AscendingOrder);
    } else {
        QTableView::keyPressEvent(event);
    }
}

} // namespace perihelion
