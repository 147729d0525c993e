// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/recording_inspector.h"

#include "core/base/format.h"
#include "widgets/theme/theme.h"
#include "widgets/views/choice_box.h"
#include "widgets/views/load_history_view.h"
#include "widgets/views/phase_bar.h"
#include "widgets/views/rate_curve_view.h"
#include "widgets/views/section_label.h"

#include <QAction>
#include <QComboBox>
#include <QGridLayout>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

namespace perihelion {

namespace {

constexpr int kNameColumnWidth = 84;

QString storageText(const StorageFacts& storage)
{
    if (storage.contiguous) {
        return RecordingInspector::tr("contiguous, not chunked");
    }
    const QString filters = storage.filters.isEmpty() ? RecordingInspector::tr("not compressed")
                                                      : storage.filters.join(QStringLiteral(" + "));
    return RecordingInspector::tr("chunks %1 · %2")
        .arg(formatCount(static_cast<std::int64_t>(storage.chunkEvents)), filters);
}

} // namespace

RecordingInspector::RecordingInspector(const Theme& theme, QWidget* parent) : QFrame(parent), m_theme(theme)
{
    setProperty("kind", QStringLiteral("panel"));
    setFixedWidth(330);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(1, 1, 1, 12);
    whole->setSpacing(8);

    m_nothing = makeLabel(tr("Select a recording to see what is in it."), FontRole::Body,
                          QStringLiteral("muted"), theme, this);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    m_nothing->setContentsMargins(24, 24, 24, 24);
    whole->addWidget(m_nothing, 1);

    m_body = buildBody();
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_body);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setObjectName(QStringLiteral("inspectorScroll"));
    whole->addWidget(scroll, 1);

    auto* buttons = new QHBoxLayout();
    buttons->setContentsMargins(11, 0, 11, 0);
    buttons->setSpacing(8);
    m_open = new QPushButton(tr("Open ⏎"), this);
    m_open->setProperty("kind", QStringLiteral("primary"));
    m_open->setObjectName(QStringLiteral("openButton"));
    m_open->setAccessibleName(tr("Open the selected recording"));
    m_open->setToolTip(tr("Open in the player (Enter)"));
    connect(m_open, &QPushButton::clicked, this, &RecordingInspector::openRequested);
    buttons->addWidget(m_open, 1);
    m_profileButton = new QPushButton(tr("Profile load"), this);
    m_profileButton->setObjectName(QStringLiteral("profileLoadButton"));
    m_profileButton->setToolTip(tr("Measure how the selected recordings load, from disk to cache"));
    connect(m_profileButton, &QPushButton::clicked, this, &RecordingInspector::profileLoadRequested);
    buttons->addWidget(m_profileButton);
    m_more = new QToolButton(this);
    m_more->setObjectName(QStringLiteral("moreButton"));
    m_more->setAccessibleName(tr("More actions"));
    m_more->setToolTip(
        tr("Show in folder, copy path, rebuild index, pin in the cache, remove from list (Menu key)"));
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setMenu(buildMenu());
    m_more->setFixedWidth(40);
    buttons->addWidget(m_more);
    whole->addLayout(buttons);

    restyle();
    connect(&theme, &Theme::changed, this, &RecordingInspector::restyle);
    setItem(nullptr);
    setCache({});
}

QMenu* RecordingInspector::actionMenu() const
{
    return m_more->menu();
}

QMenu* RecordingInspector::buildMenu()
{
    auto* menu = new QMenu(this);
    menu->addAction(tr("Show in folder"), this, &RecordingInspector::showFolderRequested);
    menu->addAction(tr("Copy path"), this, &RecordingInspector::copyPathRequested);
    menu->addAction(tr("Rebuild index"), this, &RecordingInspector::rebuildRequested);
    m_profile = menu->addAction(tr("Profile load"), this, &RecordingInspector::profileLoadRequested);
    m_profile->setObjectName(QStringLiteral("profileLoadAction"));
    m_profile->setToolTip(tr("Measure on the Profile page how it loads, phase by phase, from disk to cache"));
    QAction* optimise = menu->addAction(tr("Optimise…"), this, &RecordingInspector::optimiseRequested);
    optimise->setObjectName(QStringLiteral("optimiseAction"));
    optimise->setToolTip(tr("Write it anew: smaller and faster to open (Ctrl+E)"));
    menu->setToolTipsVisible(true);
    m_pin = menu->addAction(tr("Pin in the cache"));
    m_pin->setCheckable(true);
    connect(m_pin, &QAction::triggered, this, &RecordingInspector::pinRequested);
    m_clearCache =
        menu->addAction(tr("Clear from the cache"), this, &RecordingInspector::clearCacheRequested);
    menu->addSeparator();
    menu->addAction(tr("Remove from list"), this, &RecordingInspector::removeRequested);
    return menu;
}

void RecordingInspector::setChosen(int recordings)
{
    m_profile->setText(recordings > 1 ? tr("Profile load of %1 recordings").arg(recordings)
                                      : tr("Profile load"));
    m_profileButton->setText(recordings > 1 ? tr("Profile %1 loads").arg(recordings) : tr("Profile load"));
}

QLabel* RecordingInspector::addRow(QGridLayout* grid, const QString& name)
{
    const int row = grid->rowCount();
    QLabel* label = makeLabel(name, FontRole::Body, QStringLiteral("muted"), m_theme, grid->parentWidget());
    label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    grid->addWidget(label, row, 0);
    QLabel* value = makeLabel(QString(), FontRole::Body, QString(), m_theme, grid->parentWidget());
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    value->setWordWrap(true);
    grid->addWidget(value, row, 1);
    return value;
}

QWidget* RecordingInspector::buildBody()
{
    auto* body = new QWidget(this);
    body->setProperty("kind", QStringLiteral("clear"));
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(11, 12, 11, 0);
    column->setSpacing(8);

    m_name = makeLabel(QString(), FontRole::Heading, QString(), m_theme, body);
    m_name->setWordWrap(true);
    m_name->setObjectName(QStringLiteral("inspectorName"));
    column->addWidget(m_name);

    m_error = makeLabel(QString(), FontRole::Body, QStringLiteral("bad"), m_theme, body);
    m_error->setWordWrap(true);
    m_error->setObjectName(QStringLiteral("inspectorError"));
    m_error->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(m_error);

    m_facts = new QWidget(body);
    auto* factsColumn = new QVBoxLayout(m_facts);
    factsColumn->setContentsMargins(0, 0, 0, 0);
    factsColumn->setSpacing(8);
    auto* grid = new QGridLayout();
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(5);
    grid->setColumnMinimumWidth(0, kNameColumnWidth);
    grid->setColumnStretch(1, 1);
    factsColumn->addLayout(grid);
    m_layoutValue = addRow(grid, tr("Layout"));
    m_sensorValue = addRow(grid, tr("Sensor"));
    m_eventsValue = addRow(grid, tr("Events"));
    m_durationValue = addRow(grid, tr("Duration"));
    m_rateValue = addRow(grid, tr("Mean rate"));
    m_storageValue = addRow(grid, tr("Storage"));
    m_sizeValue = addRow(grid, tr("File size"));
    m_cacheValue = addRow(grid, tr("In cache"));
    m_cacheValue->setObjectName(QStringLiteral("inspectorCache"));
    m_cacheLabel = qobject_cast<QLabel*>(grid->itemAtPosition(grid->rowCount() - 1, 0)->widget());
    const int row = grid->rowCount();
    m_streamLabel = makeLabel(tr("Stream"), FontRole::Body, QStringLiteral("muted"), m_theme, m_facts);
    m_streamBox = new ChoiceBox(m_theme, m_facts);
    m_streamBox->setObjectName(QStringLiteral("streamBox"));
    m_streamBox->setAccessibleName(tr("Stream of the recording"));
    m_streamBox->setToolTip(tr("Which of the file's streams to look at and open"));
    m_streamLabel->setBuddy(m_streamBox);
    grid->addWidget(m_streamLabel, row, 0);
    grid->addWidget(m_streamBox, row, 1);
    connect(m_streamBox, &QComboBox::textActivated, this, &RecordingInspector::streamChosen);

    m_notesHeading = new SectionLabel(tr("Notes"), m_theme, m_facts);
    factsColumn->addSpacing(2);
    factsColumn->addWidget(m_notesHeading);
    m_notes = makeLabel(QString(), FontRole::Small, QString(), m_theme, m_facts);
    m_notes->setWordWrap(true);
    m_notes->setObjectName(QStringLiteral("inspectorNotes"));
    m_notes->setTextInteractionFlags(Qt::TextSelectableByMouse);
    factsColumn->addWidget(m_notes);

    factsColumn->addSpacing(2);
    factsColumn->addWidget(new SectionLabel(tr("Event rate"), m_theme, m_facts));
    m_curve = new RateCurveView(m_theme, m_facts);
    factsColumn->addWidget(m_curve);

    m_loadHeading = new SectionLabel(QString(), m_theme, m_facts);
    m_loadHeading->setObjectName(QStringLiteral("lastLoadHeading"));
    factsColumn->addSpacing(2);
    factsColumn->addWidget(m_loadHeading);
    m_phases = new PhaseBar(m_facts);
    m_phases->setFont(m_theme.font(FontRole::Small));
    factsColumn->addWidget(m_phases);

    m_historyHeading = new SectionLabel(QString(), m_theme, m_facts);
    factsColumn->addSpacing(2);
    factsColumn->addWidget(m_historyHeading);
    m_history = new LoadHistoryView(m_theme, m_facts);
    factsColumn->addWidget(m_history);
    column->addWidget(m_facts);
    column->addStretch(1);
    return body;
}

void RecordingInspector::restyle()
{
    m_more->setIcon(m_theme.icon(QStringLiteral("more")));
    showLastLoad();
}

void RecordingInspector::setItem(const RecordingItem* item)
{
    m_body->setVisible(item != nullptr);
    m_nothing->setVisible(item == nullptr);
    findChild<QScrollArea*>(QStringLiteral("inspectorScroll"))->setVisible(item != nullptr);
    m_more->setEnabled(item != nullptr);
    m_open->setEnabled(item != nullptr && item->state != RecordingState::Failed);
    m_profileButton->setEnabled(m_open->isEnabled());
    if (item == nullptr) {
        m_path.clear();
        return;
    }
    if (item->entry.path != m_path) {
        m_path = item->entry.path;
        m_streamBox->clear();
        m_curve->setCurve({});
        m_curve->setPlaceholder({});
        setLoads({});
    }
    m_name->setText(item->entry.name);
    m_error->setVisible(item->error.has_value());
    m_facts->setVisible(!item->error.has_value());
    m_sizeValue->setText(formatFileSize(item->entry.size));
    if (item->error) {
        m_error->setText(item->error->sentence());
    } else if (item->metadata) {
        showMetadata(*item->metadata);
    } else {
        for (QLabel* value :
             {m_layoutValue, m_sensorValue, m_eventsValue, m_durationValue, m_rateValue, m_storageValue}) {
            value->setText(QStringLiteral("…"));
        }
        m_notes->hide();
        m_notesHeading->hide();
        m_streamLabel->hide();
        m_streamBox->hide();
    }
}

void RecordingInspector::setMetadata(const RecordingMetadata& metadata)
{
    m_error->hide();
    m_facts->show();
    m_open->setEnabled(true);
    m_profileButton->setEnabled(true);
    showMetadata(metadata);
}

void RecordingInspector::setCounting(double share)
{
    m_curve->setPlaceholder(tr("Counting events, %1 %").arg(static_cast<int>(share * 100)));
}

void RecordingInspector::setError(const Error& error)
{
    m_error->setText(error.sentence());
    m_error->show();
    m_facts->hide();
    m_open->setEnabled(false);
    m_profileButton->setEnabled(false);
}

void RecordingInspector::setWarning(const Error& error)
{
    m_error->setText(error.sentence());
    m_error->show();
}

void RecordingInspector::showMetadata(const RecordingMetadata& metadata)
{
    m_layoutValue->setText(QString(layoutName(metadata.layout) % u" · " % metadata.columnPaths));
    m_sensorValue->setText(tr("%1 × %2 · %3")
                               .arg(metadata.sensor.width)
                               .arg(metadata.sensor.height)
                               .arg(valueSourceName(metadata.sensor.source)));
    m_eventsValue->setText(formatCount(metadata.eventCount));
    m_durationValue->setText(formatDuration(metadata.duration()));
    const double seconds = static_cast<double>(metadata.duration().count()) / 1e6;
    m_rateValue->setText(seconds > 0 ? formatEventRate(static_cast<double>(metadata.eventCount) / seconds)
                                     : tr("all at one time"));
    m_storageValue->setText(storageText(metadata.storage));
    setTone(m_storageValue, metadata.storage.contiguous ? QStringLiteral("accent") : QString());
    m_storageValue->setToolTip(
        metadata.storage.contiguous
            ? tr("Stored without chunks: nothing is compressed, and programs that read "
                 "whole columns need the whole file")
            : QString());
    showNotes(metadata);
    showStreams(metadata);
    if (!metadata.rate.eventsPerBin.empty()) {
        m_curve->setCurve(metadata.rate);
    }
}

void RecordingInspector::showNotes(const RecordingMetadata& metadata)
{
    QStringList lines;
    for (const Note& note : metadata.notes) {
        lines.append(QString(u"• " % note.text));
    }
    m_notes->setText(lines.join(u'\n'));
    m_notes->setVisible(!lines.isEmpty());
    m_notesHeading->setVisible(!lines.isEmpty());
}

void RecordingInspector::showStreams(const RecordingMetadata& metadata)
{
    const bool several = metadata.streams.size() > 1;
    m_streamLabel->setVisible(several);
    m_streamBox->setVisible(several);
    const QSignalBlocker blocker(m_streamBox);
    if (m_streamBox->count() != metadata.streams.size()) {
        m_streamBox->clear();
        m_streamBox->addItems(metadata.streams);
    }
    m_streamBox->setCurrentText(metadata.stream.isEmpty() ? metadata.streams.value(0) : metadata.stream);
}

void RecordingInspector::setCache(const RecordingCacheFacts& facts)
{
    const bool on = facts.presence != CachePresence::Off;
    m_cacheLabel->setVisible(on);
    m_cacheValue->setVisible(on);
    QString text = cacheSizeWords(facts);
    if (facts.hits + facts.misses > 0) {
        text += tr("\n%1 hits · %2 missed · %3 evicted")
                    .arg(formatCount(facts.hits), formatCount(facts.misses), formatCount(facts.evictions));
    }
    m_cacheValue->setText(text);
    m_cacheValue->setToolTip(tr("Decoded chunks of this recording that are kept in memory"));
    m_pin->setChecked(facts.pinned);
    m_clearCache->setEnabled(facts.bytes.value > 0);
}

QString RecordingInspector::stream() const
{
    return m_streamBox->currentText();
}

void RecordingInspector::setLoads(const std::vector<LoadRecord>& loads)
{
    m_loads = loads;
    m_history->setLoads(loads);
    showLastLoad();
}

void RecordingInspector::showLastLoad()
{
    const bool any = !m_loads.empty();
    m_loadHeading->setVisible(any);
    m_phases->setVisible(any);
    if (!any) {
        m_historyHeading->setText(tr("Load time"));
        return;
    }
    const LoadPhases& phases = m_loads.front().phases;
    m_loadHeading->setText(
        tr("Last load · %1 ms to first frame").arg(QString::number(toMilliseconds(phases.total()), 'f', 1)));
    m_phases->setSegments({{tr("open"), phases.open, m_theme.phaseColor(0)},
                           {tr("index"), phases.index, m_theme.phaseColor(1)},
                           {tr("decode"), phases.decode, m_theme.phaseColor(2)},
                           {tr("accumulate"), phases.accumulate, m_theme.phaseColor(3)},
                           {tr("first frame"), phases.firstFrame, m_theme.phaseColor(4)}});
    m_historyHeading->setText(m_loads.size() == 1 ? tr("Load time, last load")
                                                  : tr("Load time, last %1 loads").arg(m_loads.size()));
}

} // namespace perihelion
