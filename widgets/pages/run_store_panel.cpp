// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/run_store_panel.h"

#include "core/runs/run_store.h"
#include "core/settings/run_store_settings.h"
#include "core/settings/settings.h"
#include "widgets/theme/theme.h"
#include "widgets/views/section_label.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace perihelion {

RunStorePanel::RunStorePanel(const AppServices& services, QWidget* parent)
    : QFrame(parent),
      m_services(services),
      m_job(services.jobs, JobPool::Store, [this](const Result<QString>& answer) {
          say(answer ? *answer : answer.error().sentence(), !answer.hasValue());
      })
{
    setProperty("kind", QStringLiteral("panel"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(10);
    column->addWidget(new SectionLabel(tr("Run store"), m_services.theme, this));
    auto* row = new QHBoxLayout();
    row->setSpacing(8);
    m_location = new QLineEdit(m_services.settings.value(setting::kRunStore), this);
    m_location->setObjectName(QStringLiteral("runStoreLocation"));
    m_location->setAccessibleName(tr("Where runs are kept"));
    m_location->setPlaceholderText(m_services.paths.runStoreFile());
    m_location->setToolTip(tr("A SQLite file, or postgresql://user@host/database to share one history with "
                              "other machines; empty for the file of this machine (Enter)"));
    connect(m_location, &QLineEdit::returnPressed, this, &RunStorePanel::check);
    row->addWidget(m_location, 1);
    auto* use = new QPushButton(tr("Check and use"), this);
    use->setObjectName(QStringLiteral("runStoreButton"));
    use->setToolTip(tr("Open this store; it is used from the next start on (Space)"));
    connect(use, &QPushButton::clicked, this, &RunStorePanel::check);
    row->addWidget(use);
    column->addLayout(row);
    m_sentence = makeLabel(tr("Runs are kept in %1").arg(m_services.runStore.file()), FontRole::Small,
                           QStringLiteral("muted"), m_services.theme, this);
    m_sentence->setObjectName(QStringLiteral("runStoreSentence"));
    m_sentence->setWordWrap(true);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(m_sentence);
}

void RunStorePanel::check()
{
    const QString text = m_location->text().trimmed();
    const Result<StoreLocation> location = checkedRunStore(text, m_services.paths);
    if (!location) {
        say(location.error().sentence(), true);
        return;
    }
    // Kept although a server may be away just now: its runs wait in the outbox.
    m_services.settings.set(setting::kRunStore, text);
    say(tr("Opening %1 …").arg(location->shown()), false);
    m_job.supersede([location = *location, local = m_services.paths.runStoreFile()](
                        const CancelToken&, const ProgressReporter&) -> Result<QString> {
        RunStore store(location, local);
        if (const Result<void> opened = store.open(); !opened) {
            return opened.error();
        }
        const QString notice = store.notice();
        return QString(tr("The store opens; runs are kept in %1 from the next start on").arg(store.file()) %
                       (notice.isEmpty() ? QString() : QString(u". " % notice)));
    });
}

void RunStorePanel::say(const QString& sentence, bool isTrouble)
{
    m_sentence->setText(sentence);
    setTone(m_sentence, isTrouble ? QStringLiteral("bad") : QStringLiteral("muted"));
}

} // namespace perihelion
