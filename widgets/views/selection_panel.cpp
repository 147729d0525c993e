// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/selection_panel.h"

#include "widgets/theme/theme.h"
#include "widgets/views/section_label.h"
#include "widgets/views/value_table_view.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace perihelion {

SelectionPanel::SelectionPanel(const Theme& theme, QWidget* parent) : QFrame(parent)
{
    setProperty("kind", QStringLiteral("panel"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(6);
    m_title = new SectionLabel(tr("Selected"), theme, this);
    m_title->setObjectName(QStringLiteral("selectionTitle"));
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    column->addWidget(m_title);
    const auto label = [&](const char* name, const QString& tone, FontRole font) {
        QLabel* made = makeLabel(QString(), font, tone, theme, this);
        made->setObjectName(QString::fromLatin1(name));
        made->setWordWrap(true);
        made->setTextInteractionFlags(Qt::TextSelectableByMouse);
        column->addWidget(made);
        return made;
    };
    m_facts = label("selectionFacts", QStringLiteral("muted"), FontRole::Small);
    m_hint = label("selectionHint", QStringLiteral("muted"), FontRole::Body);
    m_hint->setAlignment(Qt::AlignCenter);
    column->setStretchFactor(m_hint, 1);
    m_view = new ValueTableView(m_model, tr("Numbers of the selected runs"), theme, this);
    m_view->setObjectName(QStringLiteral("selectionTable"));
    column->addWidget(m_view, 1);
    m_footnote = label("selectionFootnote", QStringLiteral("muted"), FontRole::Small);
    m_notes = label("selectionNotes", QString(), FontRole::Small);
    m_notes->setTextFormat(Qt::RichText);
    m_notes->setTextInteractionFlags(Qt::TextBrowserInteraction);
    m_noteRow = new QWidget(this);
    auto* row = new QHBoxLayout(m_noteRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_noteField = new QLineEdit(m_noteRow);
    m_noteField->setObjectName(QStringLiteral("noteField"));
    m_noteField->setPlaceholderText(tr("Note on this commit"));
    m_noteField->setAccessibleName(tr("Note on this commit"));
    m_noteField->setToolTip(tr("What should be known of this commit; Enter keeps it"));
    row->addWidget(m_noteField, 1);
    const auto button = [&](const QString& text, const char* name, const QString& tip) {
        auto* made = new QPushButton(text, m_noteRow);
        made->setObjectName(QString::fromLatin1(name));
        made->setToolTip(tip);
        row->addWidget(made);
        return made;
    };
    m_add = button(tr("Add note"), "addNoteButton", tr("Keep the note with this commit"));
    m_accept = button(tr("Accept"), "acceptButton",
                      tr("Take the level from this commit on as the new normal: what was before raises no "
                         "alarm any more"));
    m_compare = button(tr("Open in Compare"), "compareButton",
                       tr("Both with their distributions and in what they differ (Ctrl+Return)"));
    m_compare->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return));
    column->addWidget(m_noteRow);
    connect(m_noteField, &QLineEdit::textChanged, this,
            [this](const QString& text) { m_add->setEnabled(!text.trimmed().isEmpty()); });
    connect(m_noteField, &QLineEdit::returnPressed, m_add, &QPushButton::click);
    connect(m_add, &QPushButton::clicked, this, [this] {
        const QString text = m_noteField->text().trimmed();
        m_noteField->clear();
        if (!text.isEmpty()) {
            Q_EMIT noteWritten(text);
        }
    });
    connect(m_accept, &QPushButton::clicked, this, &SelectionPanel::acceptRequested);
    connect(m_compare, &QPushButton::clicked, this, &SelectionPanel::compareRequested);
    connect(m_notes, &QLabel::linkActivated, this,
            [this](const QString& link) { Q_EMIT noteRemoved(link.toLongLong()); });
    connect(m_view, &ValueTableView::rowChosen, this, &SelectionPanel::rowChosen);
    m_add->setEnabled(false);
    showHint(QString());
}

void SelectionPanel::showRuns(const QString& title, const QString& facts, ValueTable table)
{
    m_title->setText(title);
    m_facts->setText(facts);
    m_facts->setVisible(!facts.isEmpty());
    m_hint->hide();
    m_model.setTable(std::move(table));
    m_view->show();
    setFootnote(QString());
    setComparable(false);
}

void SelectionPanel::showHint(const QString& hint)
{
    m_title->setText(tr("Selected"));
    m_facts->hide();
    m_model.setTable({});
    m_view->hide();
    m_hint->setText(hint);
    m_hint->show();
    setFootnote(QString());
    setComparable(false);
    setNotes({}, false, false);
}

void SelectionPanel::setComparable(bool comparable)
{
    m_compare->setVisible(comparable);
}

void SelectionPanel::setFootnote(const QString& text)
{
    m_footnote->setText(text);
    m_footnote->setVisible(!text.isEmpty());
}

void SelectionPanel::setNotes(const std::vector<RunNote>& notes, bool canWrite, bool accepted)
{
    QStringList lines;
    for (const RunNote& note : notes) {
        const QString day = note.at.toString(QStringLiteral("yyyy-MM-dd"));
        const QString text = note.kind == RunNote::Kind::Accepted ? tr("accepted as the new normal")
                                                                  : note.text.toHtmlEscaped();
        lines.append(tr("%1: %2 <a href=\"%3\">remove</a>").arg(day, text).arg(note.id));
    }
    m_notes->setText(lines.join(QStringLiteral("<br>")));
    m_notes->setVisible(!lines.isEmpty());
    m_noteField->setVisible(canWrite);
    m_add->setVisible(canWrite);
    m_accept->setVisible(canWrite);
    m_accept->setEnabled(!accepted);
}

} // namespace perihelion
