// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/recording_grid_view.h"

#include "widgets/models/recording_model.h"
#include "widgets/theme/theme.h"
#include "widgets/views/recording_card.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace perihelion {

namespace {

constexpr int kGap = 12;
constexpr int kLeastCardWidth = 264;
constexpr int kHeadingHeight = 28;
constexpr std::uint64_t kMostPictureBytes = 64 * kMebibyte;
/// One pixel of room, so that the accent edge of the first card is not clipped.
constexpr int kInset = 1;

} // namespace

RecordingGridView::RecordingGridView(const Theme& theme, MemoryBudget& memory, QWidget* parent)
    : QAbstractItemView(parent),
      m_theme(theme),
      m_pictures(memory, kMostPictureBytes)
{
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    setSelectionMode(ExtendedSelection);
    setSelectionBehavior(SelectRows);
    setEditTriggers(NoEditTriggers);
    viewport()->setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    connect(&theme, &Theme::changed, this, [this] {
        m_pictures.clear();
        viewport()->update();
    });
}

void RecordingGridView::setGrouped(bool grouped)
{
    if (grouped != m_grouped) {
        m_grouped = grouped;
        markDirty();
    }
}

void RecordingGridView::setModel(QAbstractItemModel* model)
{
    if (this->model() != nullptr) {
        disconnect(this->model(), &QAbstractItemModel::rowsRemoved, this, &RecordingGridView::markDirty);
    }
    QAbstractItemView::setModel(model);
    if (model != nullptr) {
        connect(model, &QAbstractItemModel::rowsRemoved, this, &RecordingGridView::markDirty);
    }
    markDirty();
}

void RecordingGridView::markDirty()
{
    m_dirty = true;
    m_hovered = -1;
    scheduleDelayedItemsLayout();
    viewport()->update();
}

void RecordingGridView::doItemsLayout()
{
    m_dirty = true;
    QAbstractItemView::doItemsLayout();
    Q_EMIT visibleChanged();
}

void RecordingGridView::reset()
{
    QAbstractItemView::reset();
    markDirty();
}

void RecordingGridView::rowsInserted(const QModelIndex& parent, int start, int end)
{
    QAbstractItemView::rowsInserted(parent, start, end);
    markDirty();
}

void RecordingGridView::layoutSection(int firstRow, int endRow, int& top) const
{
    for (int row = firstRow; row < endRow; row += m_columns) {
        m_lines.push_back(Line{top, row, std::min(m_columns, endRow - row)});
        top += cardHeight(m_cardWidth) + kGap;
    }
}

void RecordingGridView::ensureLayout() const
{
    if (!m_dirty) {
        return;
    }
    m_dirty = false;
    m_lines.clear();
    m_headings.clear();
    const int width = std::max(1, viewport()->width() - 2 * kInset);
    m_columns = std::max(1, (width + kGap) / (kLeastCardWidth + kGap));
    m_cardWidth = (width - (m_columns - 1) * kGap) / m_columns;
    const int rows = model() != nullptr ? model()->rowCount(rootIndex()) : 0;
    int top = kInset;
    const auto categoryOf = [this](int row) {
        return model()->index(row, 0, rootIndex()).data(RecordingModel::CategoryRole).toString();
    };
    // Sorted by folder: when first and last are in one, all are, and a heading would say nothing.
    if (!m_grouped || rows == 0 || categoryOf(0) == categoryOf(rows - 1)) {
        layoutSection(0, rows, top);
    } else {
        for (int first = 0; first < rows;) {
            const QString category = categoryOf(first);
            int end = first + 1;
            while (end < rows && categoryOf(end) == category) {
                ++end;
            }
            m_headings.push_back(Heading{top, category, end - first});
            top += kHeadingHeight;
            layoutSection(first, end, top);
            first = end;
        }
    }
    m_contentHeight = m_lines.empty() ? 0 : top - kGap + kInset;
}

/// The first line whose bottom lies below contentY; m_lines.size() when there is none.
std::size_t RecordingGridView::lineAt(int contentY) const
{
    const int height = cardHeight(m_cardWidth);
    const auto found =
        std::partition_point(m_lines.begin(), m_lines.end(),
                             [contentY, height](const Line& line) { return line.top + height <= contentY; });
    return static_cast<std::size_t>(found - m_lines.begin());
}

std::size_t RecordingGridView::lineOfRow(int row) const
{
    const auto found = std::partition_point(m_lines.begin(), m_lines.end(), [row](const Line& line) {
        return line.firstRow + line.count <= row;
    });
    return static_cast<std::size_t>(found - m_lines.begin());
}

QRect RecordingGridView::contentRect(int row) const
{
    const std::size_t at = lineOfRow(row);
    if (at >= m_lines.size()) {
        return {};
    }
    const Line& line = m_lines.at(at);
    return QRect(kInset + (row - line.firstRow) * (m_cardWidth + kGap), line.top, m_cardWidth,
                 cardHeight(m_cardWidth));
}

QRect RecordingGridView::visualRect(const QModelIndex& index) const
{
    if (!index.isValid()) {
        return {};
    }
    ensureLayout();
    return contentRect(index.row()).translated(0, -verticalOffset());
}

int RecordingGridView::verticalOffset() const
{
    return verticalScrollBar()->value();
}

QModelIndex RecordingGridView::indexAt(const QPoint& point) const
{
    ensureLayout();
    const std::size_t at = lineAt(point.y() + verticalOffset());
    if (at >= m_lines.size()) {
        return {};
    }
    const Line& line = m_lines.at(at);
    for (int row = line.firstRow; row < line.firstRow + line.count; ++row) {
        const QModelIndex index = model()->index(row, 0, rootIndex());
        if (visualRect(index).contains(point)) {
            return index;
        }
    }
    return {};
}

void RecordingGridView::scrollTo(const QModelIndex& index, ScrollHint hint)
{
    if (!index.isValid()) {
        return;
    }
    ensureLayout();
    updateGeometries();
    const QRect rect = contentRect(index.row());
    QScrollBar* bar = verticalScrollBar();
    const int page = viewport()->height();
    // The first line brings its heading along.
    const int top = rect.top() - (m_headings.empty() ? kInset : kHeadingHeight);
    if (hint == PositionAtCenter) {
        bar->setValue(rect.center().y() - page / 2);
    } else if (hint == PositionAtTop || top < bar->value()) {
        bar->setValue(top);
    } else if (rect.bottom() + kInset > bar->value() + page || hint == PositionAtBottom) {
        bar->setValue(rect.bottom() + 1 + kInset - page);
    }
}

QModelIndex RecordingGridView::neighbour(CursorAction action) const
{
    ensureLayout();
    if (m_lines.empty()) {
        return {};
    }
    const int rows = m_lines.back().firstRow + m_lines.back().count;
    const auto at = [this](int row) { return model()->index(row, 0, rootIndex()); };
    if (!currentIndex().isValid()) {
        return at(action == MoveUp || action == MoveEnd ? rows - 1 : 0);
    }
    const int row = currentIndex().row();
    const std::size_t lineIndex = lineOfRow(row);
    const int column = row - m_lines.at(lineIndex).firstRow;
    const auto inLine = [&](std::size_t target) {
        const Line& line = m_lines.at(target);
        return at(line.firstRow + std::min(column, line.count - 1));
    };
    const std::size_t perPage =
        static_cast<std::size_t>(std::max(1, viewport()->height() / (cardHeight(m_cardWidth) + kGap)));
    switch (action) {
    case MoveUp:
        return inLine(lineIndex == 0 ? m_lines.size() - 1 : lineIndex - 1);
    case MoveDown:
        return inLine(lineIndex + 1 == m_lines.size() ? 0 : lineIndex + 1);
    case MovePageUp:
        return inLine(lineIndex < perPage ? 0 : lineIndex - perPage);
    case MovePageDown:
        return inLine(std::min(m_lines.size() - 1, lineIndex + perPage));
    case MoveLeft:
    case MovePrevious:
        return at(row == 0 ? rows - 1 : row - 1);
    case MoveRight:
    case MoveNext:
        return at(row + 1 == rows ? 0 : row + 1);
    case MoveHome:
        return at(0);
    case MoveEnd:
        return at(rows - 1);
    }
    return currentIndex();
}

QModelIndex RecordingGridView::moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers)
{
    Q_UNUSED(modifiers)
    return neighbour(action);
}

void RecordingGridView::setSelection(const QRect& rect, QItemSelectionModel::SelectionFlags flags)
{
    // From where it began to where the pointer is, which may be to the left or above; all cards between.
    QModelIndex first = indexAt(rect.topLeft());
    QModelIndex last = indexAt(rect.bottomRight());
    first = first.isValid() ? first : last;
    last = last.isValid() ? last : first;
    selectionModel()->select(first.isValid() ? QItemSelection(std::min(first, last), std::max(first, last))
                                             : QItemSelection(),
                             flags);
}

QRegion RecordingGridView::visualRegionForSelection(const QItemSelection& selection) const
{
    QRegion region;
    const QModelIndexList indexes = selection.indexes();
    for (const QModelIndex& index : indexes) {
        region += visualRect(index);
    }
    return region;
}

QStringList RecordingGridView::visiblePaths() const
{
    ensureLayout();
    QStringList paths;
    // One screenful below as well: thumbnails are there when they are scrolled to.
    const int bottom = verticalOffset() + 2 * viewport()->height();
    for (std::size_t at = lineAt(verticalOffset()); at < m_lines.size() && m_lines.at(at).top < bottom;
         ++at) {
        const Line& line = m_lines.at(at);
        for (int row = line.firstRow; row < line.firstRow + line.count; ++row) {
            paths.append(model()->index(row, 0, rootIndex()).data(RecordingModel::PathRole).toString());
        }
    }
    return paths;
}

void RecordingGridView::updateGeometries()
{
    ensureLayout();
    QScrollBar* bar = verticalScrollBar();
    bar->setPageStep(viewport()->height());
    bar->setSingleStep((cardHeight(m_cardWidth) + kGap) / 3);
    bar->setRange(0, std::max(0, m_contentHeight - viewport()->height()));
    QAbstractItemView::updateGeometries();
}

void RecordingGridView::resizeEvent(QResizeEvent* event)
{
    m_dirty = true;
    QAbstractItemView::resizeEvent(event);
    updateGeometries();
    Q_EMIT visibleChanged();
}

void RecordingGridView::scrollContentsBy(int dx, int dy)
{
    QAbstractItemView::scrollContentsBy(dx, dy);
    viewport()->update();
    Q_EMIT visibleChanged();
}

void RecordingGridView::dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight,
                                    const QList<int>& roles)
{
    Q_UNUSED(roles)
    ensureLayout();
    // A batch may span many rows, of which a screenful is painted anyway.
    const QRect from = visualRect(topLeft);
    const QRect to = visualRect(bottomRight);
    if (from.top() <= viewport()->height() && to.bottom() >= 0) {
        viewport()->update();
    }
}

QImage RecordingGridView::picture(const QModelIndex& index) const
{
    const QSize size = cardPictureRect(m_cardWidth).size();
    const QString key = QString(index.data(RecordingModel::PathRole).toString() % u'\n' %
                                QString::number(size.width()) % u'\n' % QString::number(devicePixelRatioF()));
    const QImage thumbnail = index.data(RecordingModel::ThumbnailRole).value<QImage>();
    if (thumbnail.isNull()) {
        return {};
    }
    const QString stamped = QString(key % u'\n' % QString::number(thumbnail.cacheKey()));
    if (const QImage kept = m_pictures.find(stamped); !kept.isNull()) {
        return kept;
    }
    QImage made = cardPicture(thumbnail, size, devicePixelRatioF(), m_theme);
    m_pictures.keep(stamped, made);
    return made;
}

void RecordingGridView::paintHeading(QPainter& painter, const Heading& heading) const
{
    const QRect rect(kInset, heading.top - verticalOffset(), viewport()->width() - 2 * kInset,
                     kHeadingHeight - 8);
    const QFont font = m_theme.font(FontRole::Section);
    painter.setFont(font);
    painter.setPen(m_theme.color(ColorRole::Muted));
    const QString text = QString(heading.text % u" · " % QString::number(heading.count));
    painter.drawText(rect, Qt::AlignVCenter | Qt::AlignLeft, text);
    const int lineLeft = rect.left() + QFontMetrics(font).horizontalAdvance(text.toUpper()) + 12;
    painter.setPen(m_theme.color(ColorRole::Line));
    painter.drawLine(lineLeft, rect.center().y(), rect.right(), rect.center().y());
}

void RecordingGridView::paintEvent(QPaintEvent* event)
{
    Q_UNUSED(event)
    ensureLayout();
    QPainter painter(viewport());
    for (const Heading& heading : m_headings) {
        const int top = heading.top - verticalOffset();
        if (top < viewport()->height() && top + kHeadingHeight > 0) {
            paintHeading(painter, heading);
        }
    }
    const int bottom = verticalOffset() + viewport()->height();
    for (std::size_t at = lineAt(verticalOffset()); at < m_lines.size() && m_lines.at(at).top < bottom;
         ++at) {
        const Line& line = m_lines.at(at);
        for (int row = line.firstRow; row < line.firstRow + line.count; ++row) {
            const QModelIndex index = model()->index(row, 0, rootIndex());
            CardValues values;
            values.name = index.data(RecordingModel::NameRole).toString();
            values.layout = index.data(RecordingModel::LayoutRole).toString();
            values.summary = index.data(RecordingModel::SummaryRole).toString();
            values.error = index.data(RecordingModel::ErrorRole).toString();
            values.contiguous = index.data(RecordingModel::ContiguousRole).toBool();
            values.waiting =
                index.data(RecordingModel::StateRole).toInt() == static_cast<int>(RecordingState::Waiting);
            values.selected = row == currentIndex().row();
            values.hovered = row == m_hovered;
            values.focused = hasFocus();
            values.cache = static_cast<CachePresence>(index.data(RecordingModel::CacheRole).toInt());
            values.cacheText = index.data(RecordingModel::CacheTextRole).toString();
            values.picture = picture(index);
            paintRecordingCard(painter, visualRect(index), values, m_theme);
        }
    }
}

void RecordingGridView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::SelectAll)) {
        selectAll();
        return;
    }
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (currentIndex().isValid()) {
            Q_EMIT activated(currentIndex());
        }
        event->accept();
        return;
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Home:
    case Qt::Key_End:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
        QAbstractItemView::keyPressEvent(event);
        return;
    default:
        // Letters are the page's shortcuts here, not a search by typing.
        event->ignore();
    }
}

void RecordingGridView::setHovered(int row)
{
    if (row != m_hovered) {
        m_hovered = row;
        viewport()->update();
    }
}

void RecordingGridView::mouseMoveEvent(QMouseEvent* event)
{
    setHovered(indexAt(event->position().toPoint()).row());
    QAbstractItemView::mouseMoveEvent(event);
}

bool RecordingGridView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave) {
        setHovered(-1);
    }
    return QAbstractItemView::viewportEvent(event);
}

} // namespace perihelion
