// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/import_form.h"

#include <QFileDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace perihelion {

namespace {

constexpr int kListRows = 3;
constexpr int kMappingLines = 2;
constexpr int kListSpacing = 3;

} // namespace

ImportForm::ImportForm(QWidget* parent) : QWidget(parent)
{
    setProperty("kind", QStringLiteral("clear"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    column->addWidget(buildPaths());
    column->addWidget(buildFields());
}

QWidget* ImportForm::buildPaths()
{
    auto* whole = new QWidget(this);
    whole->setProperty("kind", QStringLiteral("clear"));
    auto* row = new QHBoxLayout(whole);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_paths = new QListWidget(whole);
    m_paths->setObjectName(QStringLiteral("importPaths"));
    m_paths->setAccessibleName(tr("Files and folders to import"));
    m_paths->setToolTip(tr("Files and folders to import; drop more here (Del takes the selected ones off)"));
    m_paths->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_paths->setTextElideMode(Qt::ElideMiddle);
    m_paths->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_paths->setSpacing(kListSpacing);
    m_paths->setFixedHeight(kListRows * (m_paths->fontMetrics().height() + 12) + 8);
    m_paths->installEventFilter(this);
    row->addWidget(m_paths, 1);
    auto* buttons = new QVBoxLayout();
    buttons->setSpacing(6);
    const auto add = [&](const QString& text, const char16_t* name, const QString& tip) {
        auto* button = new QPushButton(text, whole);
        button->setObjectName(QString::fromUtf16(name));
        button->setToolTip(tip);
        button->setAutoDefault(false);
        buttons->addWidget(button);
        return button;
    };
    auto* files = add(tr("Add &files…"), u"importAddFiles", tr("Choose files with results (Alt+F)"));
    auto* folder = add(tr("Add fol&der…"), u"importAddFolder",
                       tr("Choose a folder; every result below it is read (Alt+D)"));
    m_remove = add(tr("&Remove"), u"importRemove", tr("Take the selected ones off the list (Del)"));
    m_remove->setEnabled(false);
    buttons->addStretch(1);
    row->addLayout(buttons);
    connect(files, &QPushButton::clicked, this, [this] { choose(false); });
    connect(folder, &QPushButton::clicked, this, [this] { choose(true); });
    connect(m_remove, &QPushButton::clicked, this, &ImportForm::removeChosen);
    connect(m_paths, &QListWidget::itemSelectionChanged, this,
            [this] { m_remove->setEnabled(!m_paths->selectedItems().isEmpty()); });
    return whole;
}

QWidget* ImportForm::buildFields()
{
    auto* whole = new QWidget(this);
    whole->setProperty("kind", QStringLiteral("clear"));
    auto* grid = new QGridLayout(whole);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(8);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(3, 1);
    const auto name = [&](const QString& text, QWidget* field, int row, int column) {
        auto* label = new QLabel(text, whole);
        label->setBuddy(field);
        field->setAccessibleName(QString(text).remove(u'&'));
        grid->addWidget(label, row, column);
    };
    const auto addLine = [&](const QString& text, const char16_t* object, const QString& example,
                             const QString& tip, int row, int column) {
        auto* field = new QLineEdit(whole);
        field->setObjectName(QString::fromUtf16(object));
        field->setPlaceholderText(example);
        field->setToolTip(tip);
        field->setClearButtonEnabled(false);
        name(text, field, row, column);
        grid->addWidget(field, row, column + 1);
        connect(field, &QLineEdit::textChanged, this, [this] { take(false); });
        return field;
    };
    m_project = addLine(tr("&Project"), u"importProject", tr("as the files say"),
                        tr("What was measured, whatever the files say (Alt+P)"), 0, 0);
    m_commit = addLine(tr("Co&mmit"), u"importCommit", tr("as the files say"),
                       tr("Whole hash, for results that name no commit (Alt+M)"), 0, 2);
    m_mappings = new QPlainTextEdit(whole);
    m_mappings->setObjectName(QStringLiteral("importMappings"));
    m_mappings->setPlaceholderText(tr("PATTERN=WORKLOAD/SCENARIO/METRIC, a line for each"));
    m_mappings->setToolTip(tr("Where metrics belong in whose name the regular expression is found; \\1 … "
                              "stand for its groups, the first line that matches counts (Alt+W)"));
    m_mappings->setTabChangesFocus(true);
    m_mappings->setFixedHeight(kMappingLines * m_mappings->fontMetrics().lineSpacing() + 18);
    name(tr("&Where to"), m_mappings, 1, 0);
    grid->addWidget(m_mappings, 1, 1, 1, 3);
    connect(m_mappings, &QPlainTextEdit::textChanged, this, [this] { take(false); });
    m_higher = addLine(
        tr("Mor&e is better"), u"importHigher", tr("pattern of names"),
        tr("Metrics of which more is better: a regular expression found in their names (Alt+E)"), 2, 0);
    m_lower = addLine(
        tr("&Less is better"), u"importLower", tr("pattern of names"),
        tr("Metrics of which less is better: a regular expression found in their names (Alt+L)"), 2, 2);
    return whole;
}

void ImportForm::addPaths(const QStringList& paths)
{
    const qsizetype before = m_wishes.paths.size();
    for (const QString& path : paths) {
        if (!m_wishes.paths.contains(path)) {
            m_wishes.paths.append(path);
            auto* item = new QListWidgetItem(path, m_paths);
            item->setToolTip(path);
        }
    }
    if (m_wishes.paths.size() != before) {
        take(true);
    }
}

void ImportForm::removeChosen()
{
    const QList<QListWidgetItem*> chosen = m_paths->selectedItems();
    for (QListWidgetItem* item : chosen) {
        m_wishes.paths.removeAll(item->text());
        delete item;
    }
    if (!chosen.isEmpty()) {
        take(true);
    }
}

void ImportForm::choose(bool folder)
{
    auto* dialog = new QFileDialog(this, folder ? tr("Folder with results") : tr("Files with results"),
                                   QString(), tr("Results (*.json *.js *.csv);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(folder ? QFileDialog::Directory : QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, &ImportForm::addPaths);
    dialog->open();
}

bool ImportForm::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_paths && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Delete) {
        removeChosen();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void ImportForm::take(bool pathsToo)
{
    m_wishes.project = m_project->text();
    m_wishes.commit = m_commit->text();
    m_wishes.mappings = m_mappings->toPlainText();
    m_wishes.higherIsBetter = m_higher->text();
    m_wishes.lowerIsBetter = m_lower->text();
    Q_EMIT changed(pathsToo);
}

} // namespace perihelion
