// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/empty_menu.h"

#include "widgets/theme/theme.h"
#include "widgets/views/section_label.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace perihelion {

namespace {

constexpr int kTextWidth = 480;

} // namespace

EmptyMenu::EmptyMenu(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    // Wrapped labels get their height only in a column of fixed width.
    auto* outer = new QHBoxLayout(this);
    auto* middle = new QWidget(this);
    middle->setFixedWidth(kTextWidth);
    outer->addWidget(middle, 0, Qt::AlignHCenter);
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    column->addStretch(2);
    m_icon = new QLabel(this);
    column->addWidget(m_icon, 0, Qt::AlignHCenter);
    m_title = makeLabel(QString(), FontRole::Title, QString(), theme, this);
    m_title->setObjectName(QStringLiteral("emptyTitle"));
    column->addWidget(m_title, 0, Qt::AlignHCenter);
    m_text = makeLabel(QString(), FontRole::Body, QStringLiteral("muted"), theme, this);
    m_problem = makeLabel(QString(), FontRole::Body, QStringLiteral("bad"), theme, this);
    m_problem->setObjectName(QStringLiteral("emptyProblem"));
    for (QLabel* label : {m_text, m_problem}) {
        label->setWordWrap(true);
        label->setAlignment(Qt::AlignHCenter);
        column->addWidget(label);
    }
    m_problem->hide();

    m_progress = new QProgressBar(this);
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_progress->setFixedWidth(kTextWidth * 3 / 4);
    m_progress->setAccessibleName(tr("Progress of the sample recordings"));
    column->addWidget(m_progress, 0, Qt::AlignHCenter);
    m_stage = makeLabel(QString(), FontRole::Small, QStringLiteral("muted"), theme, this);
    column->addWidget(m_stage, 0, Qt::AlignHCenter);

    auto* buttons = new QHBoxLayout();
    buttons->setSpacing(8);
    buttons->addStretch(1);
    const auto add = [&](const QString& text, const QString& name, const QString& tip) {
        auto* button = new QPushButton(text, this);
        button->setObjectName(name);
        button->setToolTip(tip);
        buttons->addWidget(button);
        return button;
    };
    m_samples = add(tr("Make sample recordings"), QStringLiteral("makeSamplesButton"),
                    tr("Six small synthetic recordings of known content, made in some seconds (Enter)"));
    m_samples->setProperty("kind", QStringLiteral("primary"));
    m_samples->setAutoDefault(true);
    m_folder = add(tr("Add a folder…"), QStringLiteral("addFolderButton"),
                   tr("Choose a folder whose recordings are listed (Ctrl+O)"));
    m_files = add(tr("Add files…"), QStringLiteral("addFilesButton"),
                  tr("Choose single recordings (Ctrl+Shift+O)"));
    m_cancel =
        add(tr("Cancel"), QStringLiteral("cancelSamplesButton"), tr("Stop making sample recordings (Esc)"));
    m_clear =
        add(tr("Clear the search"), QStringLiteral("clearSearchButton"), tr("Show every recording (Esc)"));
    buttons->addStretch(1);
    column->addLayout(buttons);
    column->addStretch(3);

    connect(m_samples, &QPushButton::clicked, this, &EmptyMenu::makeSamplesRequested);
    connect(m_folder, &QPushButton::clicked, this, &EmptyMenu::addFolderRequested);
    connect(m_files, &QPushButton::clicked, this, &EmptyMenu::addFilesRequested);
    connect(m_cancel, &QPushButton::clicked, this, &EmptyMenu::cancelRequested);
    connect(m_clear, &QPushButton::clicked, this, &EmptyMenu::clearSearchRequested);
    connect(&theme, &Theme::changed, this, &EmptyMenu::restyle);
    restyle();
    setState(State::FirstStart);
}

void EmptyMenu::restyle()
{
    const QString name = m_state == State::NoMatch ? QStringLiteral("search") : QStringLiteral("datasets");
    m_icon->setPixmap(m_theme.icon(name, ColorRole::Muted).pixmap(QSize(40, 40), devicePixelRatioF()));
}

void EmptyMenu::setState(State state)
{
    m_state = state;
    const bool first = state == State::FirstStart || state == State::NothingFound;
    m_samples->setVisible(first);
    m_folder->setVisible(first);
    m_files->setVisible(first);
    m_clear->setVisible(state == State::NoMatch);
    m_cancel->setVisible(state == State::Making);
    m_progress->setVisible(state == State::Making);
    m_stage->setVisible(state == State::Making);
    m_icon->setVisible(state != State::Scanning);
    setFocusProxy(first                     ? m_samples
                  : state == State::NoMatch ? m_clear
                  : state == State::Making  ? m_cancel
                                            : nullptr);
    switch (state) {
    case State::FirstStart:
        m_title->setText(tr("No recordings yet"));
        m_text->setText(
            tr("Add a folder of event-camera recordings (HDF5), drop one here, or start with six small "
               "sample recordings."));
        break;
    case State::NothingFound:
        m_title->setText(tr("No recordings in these folders"));
        m_text->setText(
            tr("The watched folders hold no HDF5 files. Add another folder, drop files here, or make "
               "the sample recordings."));
        break;
    case State::NoMatch:
        m_title->setText(tr("Nothing matches"));
        m_text->setText(tr("No recording has “%1” in its name, layout or folder.").arg(m_searchText));
        break;
    case State::Making:
        m_title->setText(tr("Making sample recordings"));
        m_text->setText(tr("A fan, drones, moving edges and bursts, written as HDF5 to your data folder."));
        break;
    case State::Scanning:
        m_title->setText(tr("Looking for recordings…"));
        m_text->clear();
        break;
    }
    restyle();
}

void EmptyMenu::setProgress(int permille, const QString& stage)
{
    m_progress->setValue(permille);
    m_stage->setText(stage);
}

void EmptyMenu::setProblem(const QString& sentence)
{
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
}

void EmptyMenu::setSearch(const QString& text)
{
    m_searchText = text;
}

} // namespace perihelion
