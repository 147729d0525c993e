// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/phase_table_view.h"

#include "widgets/models/phase_table_model.h"
#include "widgets/theme/theme.h"

#include <QHeaderView>
#include <QStyledItemDelegate>

#include <algorithm>

namespace perihelion {

namespace {

constexpr int kRowHeight = 24;
constexpr int kLeastNameWidth = 150;
constexpr int kCountWidth = 76;

class PhaseTableDelegate : public QStyledItemDelegate {
public:
    PhaseTableDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}

    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        if (index.column() == PhaseTableModel::PhaseColumn) {
            option->text.prepend(QString(2 * index.data(PhaseTableModel::DepthRole).toInt(), u' '));
        }
        if (index.data(PhaseTableModel::TotalRole).toBool()) {
            option->font.setBold(true);
        }
        const bool aside = index.column() == PhaseTableModel::CountColumn || option->text.startsWith(u'≈') ||
                           option->text == u"–";
        option->palette.setColor(QPalette::Text, m_theme.color(aside ? ColorRole::Muted : ColorRole::Text));
    }

private:
    const Theme& m_theme;
};

} // namespace

void dressValueTable(QTableView& table, const Theme& theme)
{
    table.setFont(theme.font(FontRole::Mono));
    table.horizontalHeader()->setFont(theme.font(FontRole::Mono));
    table.verticalHeader()->hide();
    table.verticalHeader()->setDefaultSectionSize(kRowHeight);
    table.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table.horizontalHeader()->setHighlightSections(false);
    table.horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table.setShowGrid(false);
    table.setWordWrap(false);
    table.setFrameShape(QFrame::NoFrame);
    // The panel around it has the border.
    table.setStyleSheet(QStringLiteral("QTableView { border: none; border-radius: 0; }"));
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setEditTriggers(QAbstractItemView::NoEditTriggers);
    table.setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table.setTabKeyNavigation(false);
}

PhaseTableView::PhaseTableView(PhaseTableModel& model, const Theme& theme, QWidget* parent)
    : QTableView(parent),
      m_model(model)
{
    setModel(&model);
    setAccessibleName(tr("Phases of the run"));
    setItemDelegate(new PhaseTableDelegate(theme, this));
    dressValueTable(*this, theme);
    connect(&model, &QAbstractItemModel::modelReset, this, &PhaseTableView::spanMetrics);
    connect(&model, &QAbstractItemModel::modelReset, this, &PhaseTableView::fitColumns);
    connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void PhaseTableView::spanMetrics()
{
    clearSpans();
    for (int row = 0; row < m_model.rowCount(); ++row) {
        if (m_model.index(row, 0).data(PhaseTableModel::MetricRole).toBool()) {
            setSpan(row, PhaseTableModel::ColdColumn, 1, PhaseTableModel::kColumns - 1);
        }
    }
}

void PhaseTableView::fitColumns()
{
    const int room = viewport()->width();
    const int name = std::max(kLeastNameWidth, room / 4);
    const int count = std::max(kCountWidth, sizeHintForColumn(PhaseTableModel::CountColumn));
    const int number = std::max(48, (room - name - count) / 5);
    for (int column = PhaseTableModel::ColdColumn; column < PhaseTableModel::CountColumn; ++column) {
        setColumnWidth(column, number);
    }
    setColumnWidth(PhaseTableModel::CountColumn, count);
    setColumnWidth(PhaseTableModel::PhaseColumn, std::max(80, room - count - 5 * number));
}

void PhaseTableView::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    fitColumns();
}

} // namespace perihelion
