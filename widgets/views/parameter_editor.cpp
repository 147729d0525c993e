// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/parameter_editor.h"

#include "widgets/theme/theme.h"
#include "widgets/views/choice_box.h"
#include "widgets/views/section_label.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QJsonDocument>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QStyle>
#include <QVBoxLayout>

namespace perihelion {

namespace {

constexpr int kMostCount = 10'000;

QString titleOf(const ParameterSpec& spec)
{
    QString title = spec.name;
    title.replace(u'_', u' ');
    return spec.unit.isEmpty() ? title : QString(title % u", " % spec.unit);
}

QString textOfValue(const ParameterSpec& spec, const QJsonValue& value)
{
    switch (spec.type) {
    case ParameterType::Integer:
        return QString::number(value.toInteger());
    case ParameterType::Real:
        return QString::number(value.toDouble(), 'g', 15);
    case ParameterType::Files: {
        const QJsonArray listed = value.toArray();
        QStringList files;
        for (const auto file : listed) {
            files.append(file.toString());
        }
        return files.join(QStringLiteral(", "));
    }
    case ParameterType::Structure:
        return QString::fromUtf8(
            (value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject()))
                .toJson(QJsonDocument::Compact));
    default:
        return value.toString();
    }
}

} // namespace

ParameterEditor::ParameterEditor(ParameterSet set, const Scenario& scenario, const RunPlan& plan,
                                 bool countAllocations, const Theme& theme, QWidget* parent)
    : QDialog(parent),
      m_set(std::move(set)),
      m_theme(theme),
      m_original(scenario),
      m_scenario(scenario),
      m_plan(plan)
{
    setWindowTitle(tr("Parameters of %1").arg(scenario.name()));
    resize(560, 620);
    auto* column = new QVBoxLayout(this);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    auto* body = new QWidget(scroll);
    body->setProperty("kind", QStringLiteral("clear"));
    auto* form = new QFormLayout(body);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(new SectionLabel(tr("Plan"), theme, body));
    m_cold = addCount(*form, tr("cold runs"), tr("Fresh processes with one iteration each"), 1,
                      std::max(1, plan.coldRuns));
    m_processes = addCount(*form, tr("warm processes"), tr("Processes that share the warm runs evenly"), 1,
                           plan.warmProcesses);
    m_warmUps = addCount(*form, tr("warm-up"), tr("Iterations of each warm process that are not kept"), 0,
                         plan.warmUps);
    m_allocations = new QCheckBox();
    m_allocations->setObjectName(QStringLiteral("allocationsBox"));
    m_allocations->setChecked(countAllocations);
    m_allocations->setToolTip(tr("Count allocations as well, in one more process that times nothing"));
    form->addRow(tr("count allocations"), m_allocations);
    form->addRow(new SectionLabel(tr("Parameters"), theme, body));
    for (const ParameterSpec& spec : m_set.specs) {
        addParameter(*form, spec);
    }
    scroll->setWidget(body);
    column->addWidget(scroll, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_accept = buttons->button(QDialogButtonBox::Ok);
    m_accept->setText(tr("Use"));
    m_accept->setProperty("kind", QStringLiteral("primary"));
    m_accept->style()->unpolish(m_accept); // The box has polished it before it was told what it is.
    m_accept->style()->polish(m_accept);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
    check();
}

QSpinBox* ParameterEditor::addCount(QFormLayout& form, const QString& title, const QString& tip, int least,
                                    int value)
{
    auto* box = new QSpinBox();
    box->setRange(least, kMostCount);
    box->setValue(value);
    box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    box->setToolTip(tip);
    form.addRow(title, box);
    return box;
}

QWidget* ParameterEditor::makeEditor(const ParameterSpec& spec)
{
    const QJsonValue value = m_original.values().value(spec.name);
    if (spec.type == ParameterType::Flag) {
        auto* box = new QCheckBox();
        box->setChecked(value.toBool());
        connect(box, &QCheckBox::toggled, this, &ParameterEditor::check);
        return box;
    }
    if (spec.type == ParameterType::Choice) {
        auto* box = new ChoiceBox(m_theme);
        box->addItems(spec.choices);
        box->setCurrentText(value.toString());
        connect(box, &QComboBox::currentTextChanged, this, &ParameterEditor::check);
        return box;
    }
    auto* line = new QLineEdit(textOfValue(spec, value));
    connect(line, &QLineEdit::textChanged, this, &ParameterEditor::check);
    return line;
}

void ParameterEditor::addParameter(QFormLayout& form, const ParameterSpec& spec)
{
    Field field;
    field.spec = &spec;
    field.editor = makeEditor(spec);
    field.editor->setObjectName(spec.name);
    field.editor->setToolTip(spec.description.isEmpty() ? spec.range()
                                                        : tr("%1: %2").arg(spec.description, spec.range()));
    field.problem = makeLabel(QString(), FontRole::Small, QStringLiteral("bad"), m_theme, nullptr);
    field.problem->setObjectName(QString(spec.name % u"Problem"));
    field.problem->setWordWrap(true);
    form.addRow(titleOf(spec), field.editor);
    form.addRow(QString(), field.problem);
    m_fields.push_back(field);
}

QString ParameterEditor::textOf(const Field& field) const
{
    if (const auto* box = qobject_cast<QCheckBox*>(field.editor)) {
        return box->isChecked() ? QStringLiteral("true") : QStringLiteral("false");
    }
    if (const auto* box = qobject_cast<QComboBox*>(field.editor)) {
        return box->currentText();
    }
    return qobject_cast<QLineEdit*>(field.editor)->text();
}

void ParameterEditor::check()
{
    Scenario edited = m_original;
    bool right = true;
    for (const Field& field : m_fields) {
        const QString text = textOf(field);
        // An untouched field keeps its value to the last digit.
        if (text == textOfValue(*field.spec, m_original.values().value(field.spec->name)) &&
            field.spec->type != ParameterType::Flag) {
            field.problem->hide();
            continue;
        }
        const Result<QJsonValue> value = field.spec->fromText(text);
        const Result<Scenario> changed =
            value ? edited.with(m_set, field.spec->name, *value) : Result<Scenario>(value.error());
        if (changed) {
            edited = *changed;
        } else {
            right = false;
            field.problem->setText(changed.error().message);
        }
        field.problem->setVisible(!changed.hasValue());
    }
    if (right) {
        m_scenario = edited;
    }
    if (m_accept != nullptr) {
        m_accept->setEnabled(right);
    }
}

RunPlan ParameterEditor::plan() const
{
    RunPlan plan = m_plan;
    plan.coldRuns = m_cold->value();
    plan.warmProcesses = m_processes->value();
    plan.warmUps = m_warmUps->value();
    return plan;
}

bool ParameterEditor::countAllocations() const
{
    return m_allocations->isChecked();
}

} // namespace perihelion
