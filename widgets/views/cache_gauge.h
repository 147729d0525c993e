// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// CacheGauge: how full the cache is, as a bar with the figures beside it. Paints from values; knows no cache.
// GUI thread only.

#include "widgets/models/cache_figures.h"

#include <QWidget>

namespace perihelion {

class Theme;

class CacheGauge : public QWidget {
    Q_OBJECT

public:
    explicit CacheGauge(const Theme& theme, QWidget* parent = nullptr);

    void setFigures(const CacheFigures& figures);
    const CacheFigures& figures() const { return m_figures; }
    /// Without room for the bar the figures alone.
    void setCompact(bool compact);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    CacheFigures m_figures;
    bool m_compact = false;
};

/// All figures as sentences, for a tooltip and for a screen reader.
QString describeCache(const CacheFigures& figures);

/// The bar alone: the track is the budget, the filled part what is used of it.
void paintCacheBar(QPainter& painter, const QRectF& track, const CacheFigures& figures, const Theme& theme);

} // namespace perihelion
