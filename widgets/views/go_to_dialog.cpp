// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/go_to_dialog.h"

#include "widgets/theme/theme.h"
#include "widgets/views/section_label.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace perihelion {

GoToDialog::GoToDialog(const Theme& theme, const TimeReference& reference, QWidget* parent)
    : QDialog(parent),
      m_reference(reference),
      m_field(new QLineEdit),
      m_answer(makeLabel(QString(), FontRole::Small, QStringLiteral("muted"), theme, nullptr)),
      m_go(new QPushButton(tr("Go")))
{
    setWindowTitle(tr("Go to a time"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto* label = new QLabel(reference.absolute ? tr("&Absolute time") : tr("&Time after the first event"));
    label->setBuddy(m_field);
    m_field->setPlaceholderText(tr("12.5   300 ms   1:02.500   +20 ms   @absolute"));
    m_answer->setWordWrap(true);
    m_answer->setMinimumHeight(m_answer->fontMetrics().lineSpacing() * 2);
    m_answer->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_go->setProperty("kind", QStringLiteral("primary"));
    m_go->setDefault(true);
    auto* buttons = new QDialogButtonBox;
    buttons->addButton(m_go, QDialogButtonBox::AcceptRole);
    buttons->addButton(QDialogButtonBox::Cancel);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);
    column->addWidget(label);
    column->addWidget(m_field);
    column->addWidget(m_answer);
    column->addWidget(buttons);
    setMinimumWidth(380);
    connect(m_field, &QLineEdit::textChanged, this, &GoToDialog::check);
    connect(buttons, &QDialogButtonBox::accepted, this, &GoToDialog::choose);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    check();
}

void GoToDialog::check()
{
    if (m_field->text().trimmed().isEmpty()) {
        setTone(m_answer, QStringLiteral("muted"));
        m_answer->setText(tr("A plain number is in seconds; + or − moves from here."));
        m_go->setEnabled(false);
        return;
    }
    const Result<EventTime> time = parseGoToTime(m_field->text(), m_reference);
    setTone(m_answer, time ? QStringLiteral("muted") : QStringLiteral("bad"));
    m_answer->setText(time ? formatPlayerTime(*time, m_reference) : time.error().sentence());
    m_go->setEnabled(time.hasValue());
}

void GoToDialog::choose()
{
    if (const Result<EventTime> time = parseGoToTime(m_field->text(), m_reference); time) {
        Q_EMIT timeChosen(*time);
        accept();
    }
}

} // namespace perihelion
