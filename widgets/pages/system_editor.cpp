// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/system_editor.h"

#include "core/workloads/simulation/simulation_workload.h"
#include "core/workloads/workload_registry.h"
#include "widgets/models/system_files.h"
#include "widgets/theme/theme.h"
#include "widgets/views/button_text.h"
#include "widgets/views/choice_box.h"
#include "widgets/views/section_label.h"

#include <QFileDialog>
#include <QGridLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace perihelion {

namespace {

constexpr int kRowHeight = 30;
constexpr int kNumberWidth = 86;

/// Edits a planet's kind with a choice, the other cells as texts.
class PlanetDelegate : public QStyledItemDelegate {
public:
    PlanetDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}

    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const override
    {
        QWidget* editor = nullptr;
        if (index.column() == PlanetTableModel::Kind) {
            auto* box = new ChoiceBox(m_theme, parent);
            box->addItems({planetKindName(PlanetKind::Rocky), planetKindName(PlanetKind::Gas)});
            editor = box;
        } else {
            editor = QStyledItemDelegate::createEditor(parent, option, index);
        }
        editor->setAccessibleName(index.model()->headerData(index.column(), Qt::Horizontal).toString());
        return editor;
    }
    void setEditorData(QWidget* editor, const QModelIndex& index) const override
    {
        if (auto* box = qobject_cast<QComboBox*>(editor)) {
            box->setCurrentText(index.data(Qt::EditRole).toString());
        } else {
            QStyledItemDelegate::setEditorData(editor, index);
        }
    }
    void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override
    {
        if (const auto* box = qobject_cast<QComboBox*>(editor)) {
            model->setData(index, box->currentText());
        } else {
            QStyledItemDelegate::setModelData(editor, model, index);
        }
    }

private:
    const Theme& m_theme;
};

/// A name that no built-in scenario has.
QString proposedName(const Scenario& scenario)
{
    return scenario.isBuiltIn() ? QString(u"my_" % scenario.name()) : scenario.name();
}

PlanetSystem systemOf(const Scenario& scenario)
{
    const Result<SimulationPlan> plan = SimulationPlan::fromScenario(scenario);
    return plan ? plan->request.system : PlanetSystem::series(1);
}

} // namespace

SystemEditor::SystemEditor(const AppServices& services, const Scenario& scenario, QWidget* parent)
    : QDialog(parent),
      m_services(services),
      m_original(scenario),
      m_planets(services.theme),
      m_opening(services.jobs, JobPool::Interactive,
                [this](const Result<PlanetSystem>& system) {
                    if (system) {
                        showSystem(*system);
                    } else {
                        m_problem->setText(system.error().sentence());
                    }
                }),
      m_writing(services.jobs, JobPool::Interactive,
                [this](const Result<QString>& file) {
                    setTone(m_problem, file ? QStringLiteral("muted") : QStringLiteral("bad"));
                    m_problem->setText(file ? tr("Wrote %1").arg(*file) : file.error().sentence());
                }),
      m_saving(services.jobs, JobPool::Interactive, [this](const Result<Scenario>& made) { takeSaved(made); })
{
    setObjectName(QStringLiteral("systemEditor"));
    setWindowTitle(tr("Edit the planetary system"));
    resize(940, 620);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(12);
    column->addWidget(buildNames());
    column->addWidget(new SectionLabel(tr("Planets"), services.theme, this));
    column->addWidget(buildTable(), 1);
    m_problem = makeLabel(QString(), FontRole::Body, QStringLiteral("bad"), services.theme, this);
    m_problem->setObjectName(QStringLiteral("systemProblem"));
    m_problem->setWordWrap(true);
    m_problem->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_problem->setMinimumHeight(m_problem->fontMetrics().lineSpacing() * 2);
    column->addWidget(m_problem);
    column->addWidget(buildButtons());
    m_name->setText(proposedName(scenario));
    m_description->setText(scenario.isBuiltIn() ? QString() : scenario.description());
    showSystem(systemOf(scenario));
    connectAll();
    check();
}

SystemEditor::~SystemEditor() = default;

QWidget* SystemEditor::buildNames()
{
    auto* form = new QWidget(this);
    form->setProperty("kind", QStringLiteral("clear"));
    auto* grid = new QGridLayout(form);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(8);
    const auto add = [&](int row, int place, const char* object, const QString& title, const QString& tip,
                         int span = 1) {
        auto* line = new QLineEdit(form);
        line->setObjectName(QString::fromLatin1(object));
        line->setAccessibleName(title);
        line->setToolTip(tip);
        auto* label = new QLabel(title, form);
        label->setBuddy(line);
        grid->addWidget(label, row, place);
        grid->addWidget(line, row, place + 1, 1, span);
        return line;
    };
    m_name = add(0, 0, "scenarioName", tr("Scenario name"),
                 tr("Letters, digits, _, - and ., as it shall stand in the list of scenarios"));
    m_description = add(0, 2, "scenarioDescription", tr("Description"), tr("One line; may be empty"), 5);
    m_starMass = add(1, 0, "starMass", tr("Star's mass"), tr("In solar masses, above 0"));
    m_starRadius = add(1, 2, "starRadius", tr("Star's radius"), tr("As drawn, above 0"));
    m_starPosition =
        add(1, 4, "starPosition", tr("Position"), tr("Empty for the origin, or two or three numbers in AU"));
    m_starVelocity = add(1, 6, "starVelocity", tr("Velocity"),
                         tr("Empty for rest, or two or three numbers in AU a second"));
    for (QLineEdit* line :
         {m_name, m_description, m_starMass, m_starRadius, m_starPosition, m_starVelocity}) {
        connect(line, &QLineEdit::textChanged, this, &SystemEditor::check);
    }
    // The name is longer than the numbers below it; shown from its beginning.
    constexpr int kNameLetters = 24;
    m_name->setMinimumWidth(m_name->fontMetrics().averageCharWidth() * kNameLetters + 24);
    return form;
}

QWidget* SystemEditor::buildTable()
{
    m_table = new QTableView(this);
    m_table->setObjectName(QStringLiteral("planetTable"));
    m_table->setAccessibleName(tr("Planets"));
    m_table->setModel(&m_planets);
    m_table->setItemDelegate(new PlanetDelegate(m_services.theme, this));
    m_table->setFont(m_services.theme.font(FontRole::Mono));
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed |
                             QAbstractItemView::AnyKeyPressed | QAbstractItemView::SelectedClicked);
    m_table->verticalHeader()->setDefaultSectionSize(kRowHeight);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    QHeaderView* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionResizeMode(QHeaderView::Stretch);
    for (int column = PlanetTableModel::Kind; column <= PlanetTableModel::Ellipticity; ++column) {
        header->setSectionResizeMode(column, QHeaderView::Fixed);
        m_table->setColumnWidth(column, kNumberWidth);
    }
    m_table->setColumnWidth(PlanetTableModel::Ellipticity, kNumberWidth + 20);
    return m_table;
}

QWidget* SystemEditor::buildButtons()
{
    auto* row = new QWidget(this);
    row->setProperty("kind", QStringLiteral("clear"));
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    const auto add = [&](const char* object, const QString& text, const QString& tip,
                         const QKeySequence& key) {
        auto* button = new QPushButton(text, row);
        button->setObjectName(QString::fromLatin1(object));
        button->setToolTip(key.isEmpty() ? tip : tr("%1 (%2)").arg(tip, key.toString()));
        button->setShortcut(key);
        button->setAutoDefault(false); // Enter belongs to the cell that is being edited.
        layout->addWidget(button);
        return button;
    };
    auto* plus = add("addPlanet", tr("Add planet"), tr("A planet beyond the outermost one"),
                     QKeySequence(Qt::ALT | Qt::Key_A));
    m_remove = add("removePlanet", tr("Remove"), tr("Remove the planet of the current row"),
                   QKeySequence(Qt::ALT | Qt::Key_Delete));
    m_up = add("planetUp", tr("Up"), tr("Move the current row up"), QKeySequence(Qt::ALT | Qt::Key_Up));
    m_down =
        add("planetDown", tr("Down"), tr("Move the current row down"), QKeySequence(Qt::ALT | Qt::Key_Down));
    layout->addStretch(1);
    auto* open = add("openSystem", tr("Open…"), tr("Read a system or a scenario from a JSON file"),
                     QKeySequence::Open);
    m_export =
        add("exportSystem", tr("Save as JSON…"), tr("Write the system alone to a file"), QKeySequence());
    auto* cancel = add("cancelSystem", tr("Cancel"), tr("Leave everything as it was"), QKeySequence());
    m_save = add("saveScenario", tr("Save scenario"), tr("Keep it among your scenarios and choose it"),
                 QKeySequence::Save);
    m_save->setProperty("kind", QStringLiteral("primary"));
    connect(plus, &QPushButton::clicked, this, [this] { selectRow(m_planets.addPlanet()); });
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(open, &QPushButton::clicked, this, [this] {
        const QString file =
            QFileDialog::getOpenFileName(this, tr("Open a planetary system"), QString(), tr("JSON (*.json)"));
        if (!file.isEmpty()) {
            openFile(file);
        }
    });
    connect(m_export, &QPushButton::clicked, this, [this] {
        const QString file =
            QFileDialog::getSaveFileName(this, tr("Save the planetary system"),
                                         QString(m_name->text() % u"_system.json"), tr("JSON (*.json)"));
        if (!file.isEmpty()) {
            saveFile(file);
        }
    });
    return row;
}

void SystemEditor::connectAll()
{
    connect(m_remove, &QPushButton::clicked, this, [this] {
        const int row = m_table->currentIndex().row();
        m_planets.removeRow(row);
        selectRow(std::min(row, m_planets.rowCount() - 1));
    });
    connect(m_up, &QPushButton::clicked, this,
            [this] { selectRow(m_planets.shiftRow(m_table->currentIndex().row(), -1)); });
    connect(m_down, &QPushButton::clicked, this,
            [this] { selectRow(m_planets.shiftRow(m_table->currentIndex().row(), 1)); });
    connect(m_save, &QPushButton::clicked, this, &SystemEditor::save);
    connect(&m_planets, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex&, const QModelIndex&, const QList<int>& roles) {
                // Marks that the check itself sets name their roles; what a person types names none.
                if (roles.isEmpty()) {
                    check();
                }
            });
    connect(&m_planets, &QAbstractItemModel::modelReset, this, &SystemEditor::check);
    connect(&m_planets, &QAbstractItemModel::rowsInserted, this, &SystemEditor::check);
    connect(&m_planets, &QAbstractItemModel::rowsRemoved, this, &SystemEditor::check);
    connect(&m_planets, &QAbstractItemModel::rowsMoved, this, &SystemEditor::check);
    connect(&m_services.theme, &Theme::changed, this, &SystemEditor::restyle);
}

void SystemEditor::restyle()
{
    m_table->setFont(m_services.theme.font(FontRole::Mono));
}

void SystemEditor::selectRow(int row)
{
    if (row >= 0 && row < m_planets.rowCount()) {
        m_table->setCurrentIndex(m_planets.index(row, std::max(0, m_table->currentIndex().column())));
        m_table->setFocus();
    }
}

void SystemEditor::showSystem(const PlanetSystem& system)
{
    const Star& centre = system.star;
    m_starMass->setText(numberText(centre.mass));
    m_starRadius->setText(numberText(centre.radius));
    m_starPosition->setText(centre.position == SpacePoint() ? QString() : spacePointText(centre.position));
    m_starVelocity->setText(centre.velocity == SpacePoint() ? QString() : spacePointText(centre.velocity));
    m_planets.setSystem(system);
    selectRow(0);
}

Result<Star> SystemEditor::star() const
{
    QJsonObject json{{QStringLiteral("mass"), numberFromText(m_starMass->text())},
                     {QStringLiteral("radius"), numberFromText(m_starRadius->text())}};
    for (const auto& [key, line] : {std::pair{QStringLiteral("position"), m_starPosition},
                                    std::pair{QStringLiteral("velocity"), m_starVelocity}}) {
        if (!line->text().trimmed().isEmpty()) {
            json.insert(key, spacePointFromText(line->text()));
        }
    }
    const Result<PlanetSystem> alone =
        PlanetSystem::fromJson({{QStringLiteral("star"), json}, {QStringLiteral("planets"), QJsonArray()}});
    return alone ? Result<Star>(alone->star) : Result<Star>(alone.error());
}

Result<Scenario> SystemEditor::edited()
{
    const Result<Star> centre = star();
    const Result<PlanetSystem> system = m_planets.system(centre ? *centre : Star());
    if (!centre) {
        return Error{centre.error().code, tr("The star: %1").arg(centre.error().message), QString()};
    }
    if (!system) {
        return system.error();
    }
    if (system->planets.empty()) {
        return Error{ErrorCode::InvalidArgument, tr("A system needs a planet; add one"), QString()};
    }
    const Workload& workload = *m_services.workloads.find(u"simulation");
    for (const Scenario& known : m_services.workloads.scenarios(workload.name())) {
        if (known.isBuiltIn() && known.name() == m_name->text()) {
            return Error{ErrorCode::InvalidArgument,
                         tr("%1 is the name of a built-in scenario; choose another").arg(known.name()),
                         QString()};
        }
    }
    QJsonObject values = m_original.values();
    values.remove(QStringLiteral("planets")); // Of the series, whose place the system takes.
    values.insert(QStringLiteral("system"), system->toJson());
    Result<Scenario> scenario =
        Scenario::make(workload.parameterSet(), m_name->text(), values, m_description->text());
    if (scenario) {
        if (const Result<void> whole = workload.check(*scenario); !whole) {
            return whole.error();
        }
    }
    return scenario;
}

void SystemEditor::check()
{
    if (m_save == nullptr) {
        return; // Still being built.
    }
    const Result<Scenario> scenario = edited();
    setTone(m_problem, QStringLiteral("bad"));
    m_problem->setText(scenario ? QString() : scenario.error().message);
    m_save->setEnabled(scenario.hasValue() && !isBusy());
    m_export->setEnabled(scenario.hasValue());
    const bool any = m_planets.rowCount() > 0;
    for (QPushButton* button : {m_remove, m_up, m_down}) {
        button->setEnabled(any);
    }
    // A scenario of one's own may be replaced, but not without being told.
    bool replaces = false;
    for (const Scenario& known : m_services.workloads.scenarios(u"simulation")) {
        replaces = replaces || (!known.isBuiltIn() && known.name() == m_name->text());
    }
    setTextKeepingShortcut(*m_save, replaces ? tr("Replace scenario") : tr("Save scenario"));
}

void SystemEditor::openFile(const QString& file)
{
    setTone(m_problem, QStringLiteral("bad"));
    const ParameterSet set = m_services.workloads.find(u"simulation")->parameterSet();
    m_opening.supersede(
        [file, set](const CancelToken&, const ProgressReporter&) { return openSystemFile(file, set); });
}

void SystemEditor::saveFile(const QString& file)
{
    const Result<Star> centre = star();
    const Result<PlanetSystem> system = m_planets.system(centre ? *centre : Star());
    if (centre && system) {
        m_writing.request([file, system = *system](const CancelToken&, const ProgressReporter&) {
            return saveSystemFile(file, system);
        });
    }
}

void SystemEditor::save()
{
    const Result<Scenario> scenario = edited();
    if (!scenario || m_saving.isBusy()) {
        return;
    }
    m_save->setEnabled(false);
    const ParameterSet set = m_services.workloads.find(u"simulation")->parameterSet();
    m_saving.request([folder = m_services.paths.scenarioDir(), set,
                      made = *scenario](const CancelToken&, const ProgressReporter&) {
        return saveScenarioFile(folder, set, made);
    });
}

void SystemEditor::takeSaved(const Result<Scenario>& made)
{
    if (!made) {
        check();
        m_problem->setText(made.error().sentence());
        return;
    }
    m_services.workloads.keep(*made);
    Q_EMIT saved(*made);
    accept();
}

} // namespace perihelion
