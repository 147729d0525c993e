// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/run_picker.h"

#include "widgets/theme/theme.h"
#include "widgets/views/button_text.h"
#include "widgets/views/section_label.h"
#include "widgets/views/value_table_view.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QVBoxLayout>

#include <algorithm>

namespace perihelion {

namespace {

constexpr int kLeastWidth = 120;
constexpr QSize kListSize(640, 380);
constexpr std::size_t kMostShown = 300;
constexpr int kPage = 10;

} // namespace

RunPicker::RunPicker(const QString& letter, const QString& role, const Theme& theme, QWidget* parent)
    : ElidingButton(kLeastWidth, parent),
      m_letter(letter),
      m_role(role)
{
    setAccessibleName(tr("%1 (%2)").arg(role, letter));
    setToolTip(tr("%1: a run or a commit (Alt+%2)").arg(role, letter));
    setShortcut(QKeySequence(QString(u"Alt+" % m_letter)));
    buildList(theme);
    showText();
    connect(this, &QPushButton::clicked, this, &RunPicker::openList);
}

void RunPicker::buildList(const Theme& theme)
{
    m_list = new QFrame(this, Qt::Popup);
    m_list->setProperty("kind", QStringLiteral("overlay"));
    auto* column = new QVBoxLayout(m_list);
    column->setContentsMargins(12, 12, 12, 8);
    column->setSpacing(8);
    m_search = new QLineEdit(m_list);
    m_search->setObjectName(QString(u"search" % m_letter));
    m_search->setPlaceholderText(tr("Search: commit, workload, date, machine"));
    m_search->setAccessibleName(tr("Search the runs for %1").arg(m_letter));
    m_search->setToolTip(tr("Every word has to be found; arrows walk, Enter takes"));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    column->addWidget(m_search);
    m_view = new ValueTableView(m_model, tr("Runs to choose from"), theme, m_list);
    m_view->setObjectName(QString(u"list" % m_letter));
    m_view->setFocusPolicy(Qt::NoFocus);
    column->addWidget(m_view, 1);
    m_count = makeLabel(QString(), FontRole::Small, QStringLiteral("muted"), theme, m_list);
    m_count->setObjectName(QString(u"count" % m_letter));
    column->addWidget(m_count);
    connect(m_search, &QLineEdit::textChanged, this, &RunPicker::showMatches);
    connect(m_search, &QLineEdit::returnPressed, this, [this] { pick(m_view->currentIndex().row()); });
    connect(m_view, &QAbstractItemView::clicked, this,
            [this](const QModelIndex& index) { pick(index.row()); });
}

const RunChoice* RunPicker::choice(const QString& name) const
{
    const auto at = std::find_if(m_choices.begin(), m_choices.end(),
                                 [&name](const RunChoice& each) { return each.name == name; });
    return at == m_choices.end() ? nullptr : &*at;
}

void RunPicker::setChoices(std::vector<RunChoice> choices)
{
    m_choices = std::move(choices);
    showText();
    if (m_list->isVisible()) {
        showMatches();
    }
}

void RunPicker::setOther(const QString& name)
{
    m_other = name;
}

void RunPicker::setChosen(const QString& name)
{
    m_chosen = name;
    showText();
}

void RunPicker::showText()
{
    const RunChoice* chosen = choice(m_chosen);
    const QString what = chosen != nullptr    ? chosen->title
                         : m_chosen.isEmpty() ? tr("choose a run")
                                              : m_chosen;
    QString text = tr("%1  %2 ▾").arg(m_letter, what);
    setTextKeepingShortcut(*this, text.replace(u'&', QStringLiteral("&&")));
    setAccessibleDescription(what);
}

void RunPicker::openList()
{
    const QWidget* room = window();
    const int width = std::min(std::max(kListSize.width(), this->width()), room->width() - 16);
    const int height = std::min(kListSize.height(), room->height() - 80);
    QPoint corner = mapToGlobal(QPoint(0, this->height() + 4));
    const int right = room->mapToGlobal(QPoint(room->width() - 8, 0)).x();
    corner.setX(std::min(corner.x(), right - width));
    m_search->clear();
    m_list->setGeometry(QRect(corner, QSize(width, height)));
    showMatches();
    m_list->show();
    m_search->setFocus();
}

void RunPicker::showMatches()
{
    const RunChoice* other = choice(m_other);
    m_shown = matchingChoices(m_choices, m_search->text(), other);
    const std::size_t found = m_shown.size();
    m_shown.resize(std::min(found, kMostShown));
    m_model.setTable(choiceTable(m_choices, m_shown, other));
    m_count->setText(
        m_choices.empty() ? tr("The store has no run yet")
        : found == 0      ? tr("Nothing has all of these words")
        : found > m_shown.size()
            ? tr("The first %1 of %2; another word finds older ones").arg(m_shown.size()).arg(found)
            : tr("%1 of %2").arg(found).arg(m_choices.size()));
    const auto at = std::find_if(m_shown.begin(), m_shown.end(),
                                 [this](std::size_t i) { return m_choices[i].name == m_chosen; });
    const bool keep = m_search->text().isEmpty() && at != m_shown.end();
    m_view->setCurrentIndex(m_model.index(keep ? static_cast<int>(at - m_shown.begin()) : 0, 0));
}

void RunPicker::walk(int step)
{
    const int last = m_model.rowCount() - 1;
    if (last >= 0) {
        m_view->setCurrentIndex(m_model.index(std::clamp(m_view->currentIndex().row() + step, 0, last), 0));
    }
}

void RunPicker::pick(int row)
{
    if (row < 0 || static_cast<std::size_t>(row) >= m_shown.size()) {
        return;
    }
    const QString name = m_choices[m_shown[static_cast<std::size_t>(row)]].name;
    m_list->hide();
    setChosen(name);
    Q_EMIT picked(name);
}

/// Arrows walk the list while the search has the focus.
bool RunPicker::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Down:
            walk(1);
            return true;
        case Qt::Key_Up:
            walk(-1);
            return true;
        case Qt::Key_PageDown:
            walk(kPage);
            return true;
        case Qt::Key_PageUp:
            walk(-kPage);
            return true;
        default:
            break;
        }
    }
    return ElidingButton::eventFilter(watched, event);
}

} // namespace perihelion
