// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RecordingGridView: recordings as cards in as many columns as fit, with a heading above each folder when
// grouped. Lays out rectangles only when rows or width change and paints only what is on screen, so thousands
// of rows scroll smoothly. Says which rows are visible, so that their thumbnails come first.

#include "widgets/models/kept_pictures.h"

#include <QAbstractItemView>
#include <QImage>
#include <QStringList>

#include <vector>

namespace perihelion {

class Theme;

class RecordingGridView : public QAbstractItemView {
    Q_OBJECT

public:
    using QAbstractItemView::CursorAction;
    using QAbstractItemView::MoveDown;
    using QAbstractItemView::MoveUp;

    /// memory: the pictures of the cards are kept under it.
    RecordingGridView(const Theme& theme, MemoryBudget& memory, QWidget* parent = nullptr);

    void setGrouped(bool grouped);
    int columnCount() const { return m_columns; }
    /// Index in the direction of a cursor key from the current one; Up and Down wrap around.
    QModelIndex neighbour(CursorAction action) const;
    /// Paths of the cards on screen, then of one screenful below.
    QStringList visiblePaths() const;

    QRect visualRect(const QModelIndex& index) const override;
    void scrollTo(const QModelIndex& index, ScrollHint hint = EnsureVisible) override;
    QModelIndex indexAt(const QPoint& point) const override;
    void setModel(QAbstractItemModel* model) override;
    void doItemsLayout() override;
    void reset() override;

Q_SIGNALS:
    void visibleChanged();

protected:
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    int horizontalOffset() const override { return 0; }
    int verticalOffset() const override;
    bool isIndexHidden(const QModelIndex&) const override { return false; }
    void setSelection(const QRect& rect, QItemSelectionModel::SelectionFlags flags) override;
    QRegion visualRegionForSelection(const QItemSelection& selection) const override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void updateGeometries() override;
    void scrollContentsBy(int dx, int dy) override;
    void dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight,
                     const QList<int>& roles = {}) override;
    void rowsInserted(const QModelIndex& parent, int start, int end) override;

private:
    /// One line of cards in content coordinates.
    struct Line {
        int top = 0;
        int firstRow = 0;
        int count = 0;
    };
    struct Heading {
        int top = 0;
        QString text;
        int count = 0;
    };

    void markDirty();
    void ensureLayout() const;
    void layoutSection(int firstRow, int endRow, int& top) const;
    std::size_t lineAt(int contentY) const;
    std::size_t lineOfRow(int row) const;
    QRect contentRect(int row) const;
    void setHovered(int row);
    QImage picture(const QModelIndex& index) const;
    void paintHeading(QPainter& painter, const Heading& heading) const;

    const Theme& m_theme;
    bool m_grouped = false;
    int m_hovered = -1;
    mutable bool m_dirty = true;
    mutable int m_columns = 1;
    mutable int m_cardWidth = 280;
    mutable int m_contentHeight = 0;
    mutable std::vector<Line> m_lines;
    mutable std::vector<Heading> m_headings;
    mutable KeptPictures m_pictures; ///< By path and size, in the colours of the theme.
};

} // namespace perihelion
