// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/player_side_panel.h"

#include "core/base/format.h"
#include "widgets/models/bookmark_model.h"
#include "widgets/theme/theme.h"
#include "widgets/views/phase_bar.h"
#include "widgets/views/player_actions.h"
#include "widgets/views/section_label.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QScrollArea>
#include <QVBoxLayout>

namespace perihelion {

namespace {

constexpr int kNameWidth = 84;
constexpr int kBookmarkRows = 5;
constexpr int kBookmarkSpacing = 4;

QString percentages(std::int64_t on, std::int64_t off)
{
    const std::int64_t sum = on + off;
    if (sum == 0) {
        return QStringLiteral("–");
    }
    const auto share = qRound(100.0 * static_cast<double>(on) / static_cast<double>(sum));
    return QStringLiteral("%1 / %2 %").arg(share).arg(100 - share);
}

QString rateOf(std::int64_t events, EventTime window)
{
    const double seconds = static_cast<double>(window.count()) / 1e6;
    return seconds > 0 ? formatEventRate(static_cast<double>(events) / seconds) : QStringLiteral("–");
}

} // namespace

PlayerSidePanel::PlayerSidePanel(const Theme& theme, const PlayerActions& actions, BookmarkModel& bookmarks,
                                 QWidget* parent)
    : QFrame(parent),
      m_theme(theme),
      m_bookmarks(bookmarks),
      m_phases(new PhaseBar),
      m_region(new QWidget),
      m_notes(new QWidget),
      m_noteText(new QLabel),
      m_bookmarkBox(new QWidget),
      m_bookmarkList(new QListView)
{
    setProperty("kind", QStringLiteral("panel"));
    setFixedWidth(250);
    auto* content = new QWidget;
    content->setProperty("kind", QStringLiteral("clear"));
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(10);

    m_frameTitle = new SectionLabel(QString(), theme);
    column->addWidget(m_frameTitle);
    m_phases->setFont(theme.font(FontRole::Small));
    column->addWidget(m_phases);

    QGridLayout* window = addSection(column, tr("Window"));
    addValue(window, QStringLiteral("events"), tr("Events"));
    addValue(window, QStringLiteral("polarity"), tr("ON / OFF"));
    addValue(window, QStringLiteral("rate"), tr("Rate"));
    addValue(window, QStringLiteral("chunks"), tr("Chunks"));
    addValue(window, QStringLiteral("bytes"), tr("Bytes"));

    auto* regionColumn = new QVBoxLayout(m_region);
    regionColumn->setContentsMargins(0, 0, 0, 0);
    regionColumn->setSpacing(10);
    QGridLayout* region = addSection(regionColumn, tr("Region"));
    addValue(region, QStringLiteral("region size"), tr("Size"));
    addValue(region, QStringLiteral("region corner"), tr("From x, y"));
    addValue(region, QStringLiteral("region events"), tr("Events"));
    addValue(region, QStringLiteral("region polarity"), tr("ON / OFF"));
    addValue(region, QStringLiteral("region rate"), tr("Rate"));
    column->addWidget(m_region);

    addKeys(column, actions);

    auto* noteColumn = new QVBoxLayout(m_notes);
    noteColumn->setContentsMargins(0, 0, 0, 0);
    noteColumn->setSpacing(8);
    noteColumn->addWidget(new SectionLabel(tr("Notes"), theme));
    m_noteText->setWordWrap(true);
    m_noteText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    noteColumn->addWidget(m_noteText);
    column->addWidget(m_notes);

    auto* bookmarkColumn = new QVBoxLayout(m_bookmarkBox);
    bookmarkColumn->setContentsMargins(0, 0, 0, 0);
    bookmarkColumn->setSpacing(8);
    bookmarkColumn->addWidget(new SectionLabel(tr("Bookmarks"), theme));
    m_bookmarkList->setModel(&bookmarks);
    m_bookmarkList->setFont(theme.font(FontRole::Mono));
    m_bookmarkList->setAccessibleName(tr("Bookmarks"));
    m_bookmarkList->setSpacing(kBookmarkSpacing);
    m_bookmarkList->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_bookmarkList->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_bookmarkList->setTextElideMode(Qt::ElideRight);
    m_bookmarkList->installEventFilter(this);
    bookmarkColumn->addWidget(m_bookmarkList);
    column->addWidget(m_bookmarkBox);
    column->addStretch(1);
    connect(m_bookmarkList, &QListView::clicked, this,
            [this](const QModelIndex& index) { Q_EMIT bookmarkChosen(index.row()); });
    connect(&bookmarks, &BookmarkModel::bookmarksChanged, this, &PlayerSidePanel::showNotesAndBookmarks);

    auto* scroll = new QScrollArea;
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(1, 1, 1, 1);
    outer->addWidget(scroll);
    clear();
}

QGridLayout* PlayerSidePanel::addSection(QVBoxLayout* column, const QString& title, SectionLabel** label)
{
    auto* heading = new SectionLabel(title, m_theme);
    if (label != nullptr) {
        *label = heading;
    }
    column->addWidget(heading);
    auto* grid = new QGridLayout;
    grid->setContentsMargins(0, 0, 0, 4);
    grid->setVerticalSpacing(5);
    grid->setHorizontalSpacing(12);
    grid->setColumnMinimumWidth(0, kNameWidth);
    grid->setColumnStretch(1, 1);
    column->addLayout(grid);
    return grid;
}

void PlayerSidePanel::addValue(QGridLayout* grid, const QString& key, const QString& name)
{
    const int row = grid->rowCount();
    auto* value = makeLabel(QString(), FontRole::Body, QString(), m_theme, nullptr);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    value->setObjectName(key);
    auto* label = makeLabel(name, FontRole::Body, QStringLiteral("muted"), m_theme, nullptr);
    label->setBuddy(value);
    grid->addWidget(label, row, 0);
    grid->addWidget(value, row, 1);
    m_values[key] = value;
}

void PlayerSidePanel::setValue(const QString& key, const QString& text)
{
    QLabel* label = m_values.at(key);
    if (label->text() != text) {
        label->setText(text);
    }
}

QString PlayerSidePanel::value(const QString& name) const
{
    const auto found = m_values.find(name);
    return found == m_values.end() ? QString() : found->second->text();
}

void PlayerSidePanel::addKeys(QVBoxLayout* column, const PlayerActions& actions)
{
    QGridLayout* grid = addSection(column, tr("Keys"));
    const auto addKey = [&](const QString& keys, const QString& meaning) {
        const int row = grid->rowCount();
        grid->addWidget(makeLabel(keys, FontRole::Body, QStringLiteral("muted"), m_theme, nullptr), row, 0);
        grid->addWidget(makeLabel(meaning, FontRole::Body, QString(), m_theme, nullptr), row, 1);
    };
    const auto keysOf = [](const QAction* first, const QAction* second) {
        return QString(PlayerActions::shortcutText(first) % u' ' % PlayerActions::shortcutText(second));
    };
    addKey(PlayerActions::shortcutText(actions.play), tr("play / pause"));
    addKey(keysOf(actions.faster, actions.slower), tr("speed"));
    addKey(keysOf(actions.shorterWindow, actions.longerWindow), tr("window"));
    addKey(keysOf(actions.stepBack, actions.stepForward), tr("step frame"));
    addKey(PlayerActions::shortcutText(actions.bookmark), tr("bookmark"));
    addKey(PlayerActions::shortcutText(actions.region), tr("region of interest"));
    addKey(PlayerActions::shortcutText(actions.help), tr("all keys"));
}

void PlayerSidePanel::showPhases(const QueryCost& cost, Nanoseconds painting)
{
    m_phases->setSegments({{tr("seek"), cost.seek, m_theme.phaseColor(0)},
                           {tr("decode"), cost.decode, m_theme.phaseColor(1)},
                           {tr("filter"), cost.filter, m_theme.phaseColor(2)},
                           {tr("accumulate"), cost.accumulate, m_theme.phaseColor(3)},
                           {tr("paint"), painting, m_theme.phaseColor(4)}});
}

void PlayerSidePanel::showFrame(const PlayerFrame& frame, Nanoseconds painting)
{
    const QueryCost& cost = frame.frame.cost;
    showPhases(cost, frame.rendering + painting);
    m_frameTitle->setText(
        tr("This frame · %1 ms").arg(QString::number(toMilliseconds(m_phases->total()), 'f', 1)));
    setValue(QStringLiteral("events"), formatCount(frame.frame.events));
    setValue(QStringLiteral("polarity"), percentages(frame.frame.on, frame.frame.off));
    setValue(QStringLiteral("rate"), rateOf(frame.frame.events, frame.frame.windowLength));
    QString chunks = tr("%1 read").arg(formatCount(cost.chunksRead));
    if (cost.chunksFromCache > 0) {
        chunks += tr(" · %1 hit").arg(formatCount(cost.chunksFromCache));
    }
    setValue(QStringLiteral("chunks"), chunks);
    QString bytes = tr("%1 read").arg(formatFileSize(ByteCount{static_cast<std::uint64_t>(cost.bytesRead)}));
    setValue(QStringLiteral("bytes"), bytes);
    m_values.at(QStringLiteral("bytes"))
        ->setToolTip(tr("%1 after decoding")
                         .arg(formatFileSize(ByteCount{static_cast<std::uint64_t>(cost.bytesDecoded)})));
}

void PlayerSidePanel::showRegion(const std::optional<QRect>& pixels, const RegionNumbers* numbers)
{
    m_region->setVisible(pixels.has_value());
    if (!pixels) {
        return;
    }
    setValue(QStringLiteral("region size"),
             QStringLiteral("%1 × %2").arg(pixels->width()).arg(pixels->height()));
    setValue(QStringLiteral("region corner"), QStringLiteral("%1, %2").arg(pixels->x()).arg(pixels->y()));
    if (numbers != nullptr) {
        setValue(QStringLiteral("region events"), formatCount(numbers->events));
        setValue(QStringLiteral("region polarity"), percentages(numbers->on, numbers->off));
        setValue(QStringLiteral("region rate"), rateOf(numbers->events, numbers->windowLength));
    }
}

void PlayerSidePanel::showNotes(const std::vector<Note>& notes)
{
    QStringList sentences;
    for (const Note& note : notes) {
        sentences << note.text;
    }
    m_noteText->setText(sentences.join(QStringLiteral("\n\n")));
    showNotesAndBookmarks();
}

void PlayerSidePanel::showNotesAndBookmarks()
{
    m_notes->setVisible(!m_noteText->text().isEmpty());
    const int rows = m_bookmarks.rowCount();
    m_bookmarkBox->setVisible(rows > 0);
    const int rowHeight = std::max(m_bookmarkList->sizeHintForRow(0), 16) + kBookmarkSpacing;
    m_bookmarkList->setFixedHeight(std::min(rows, kBookmarkRows) * rowHeight + 2 * kBookmarkSpacing);
}

void PlayerSidePanel::clear()
{
    m_frameTitle->setText(tr("This frame"));
    showPhases({}, Nanoseconds(0));
    for (const auto& [key, label] : m_values) {
        label->setText(QStringLiteral("–"));
    }
    showRegion(std::nullopt, nullptr);
    showNotes({});
}

bool PlayerSidePanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_bookmarkList ||
        (event->type() != QEvent::ShortcutOverride && event->type() != QEvent::KeyPress)) {
        return QFrame::eventFilter(watched, event);
    }
    // In the list the arrows walk along it, so that the page's shortcuts must not take them.
    const int key = static_cast<QKeyEvent*>(event)->key();
    const QModelIndex current = m_bookmarkList->currentIndex();
    switch (key) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Home:
    case Qt::Key_End:
        if (event->type() == QEvent::ShortcutOverride) {
            event->accept();
            return true;
        }
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Delete:
        if (!current.isValid()) {
            break;
        }
        if (event->type() == QEvent::ShortcutOverride) {
            event->accept();
        } else if (key == Qt::Key_Delete) {
            m_bookmarks.remove(current.row());
        } else {
            Q_EMIT bookmarkChosen(current.row());
        }
        return true;
    default:
        break;
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace perihelion
