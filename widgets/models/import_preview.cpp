// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/import_preview.h"

#include "core/base/format.h"

#include <QCoreApplication>

#include <algorithm>

namespace perihelion {

namespace {

constexpr std::size_t kMostRemarks = 500;

QString words(const char* text)
{
    return QCoreApplication::translate("ImportPreview", text);
}

Result<std::vector<QRegularExpression>> patternOf(const QString& text, const char* field)
{
    if (text.isEmpty()) {
        return std::vector<QRegularExpression>();
    }
    QRegularExpression pattern(text);
    if (!pattern.isValid()) {
        return Error{ErrorCode::InvalidArgument,
                     words(QT_TRANSLATE_NOOP("ImportPreview", "“%1” takes a regular expression, and “%2” is "
                                                              "none: %3"))
                         .arg(words(field), text, pattern.errorString()),
                     {}};
    }
    return std::vector<QRegularExpression>{pattern};
}

ValueTable tableOf(const std::vector<PlannedSeries>& series)
{
    ValueTable table;
    const auto several = [&](auto part) {
        return std::any_of(series.begin(), series.end(),
                           [&](const PlannedSeries& each) { return part(each) != part(series.front()); });
    };
    const bool projects = several([](const PlannedSeries& each) { return each.project; });
    for (const char* header :
         {QT_TRANSLATE_NOOP("ImportPreview", "Metric"), QT_TRANSLATE_NOOP("ImportPreview", "Goes to"),
          QT_TRANSLATE_NOOP("ImportPreview", "Counts as"), QT_TRANSLATE_NOOP("ImportPreview", "Commits"),
          QT_TRANSLATE_NOOP("ImportPreview", "Runs"), QT_TRANSLATE_NOOP("ImportPreview", "Samples")}) {
        table.headers.append(words(header));
    }
    table.textColumns = 3;
    for (const PlannedSeries& each : series) {
        QString place = QString(each.workload % u'/' % each.scenario);
        if (!each.host.isEmpty()) {
            place += words(QT_TRANSLATE_NOOP("ImportPreview", " on %1")).arg(each.host);
        }
        if (projects && !each.project.isEmpty()) {
            place += QString(u" · " % each.project);
        }
        ValueRow row;
        row.cells = {{each.name, {}},
                     {place, {}},
                     {(each.higherIsBetter ? words(QT_TRANSLATE_NOOP("ImportPreview", "%1, more is better"))
                                           : words(QT_TRANSLATE_NOOP("ImportPreview", "%1, less is better")))
                          .arg(each.unit),
                      {}},
                     {formatCount(each.commits), {}},
                     {formatCount(each.runs), {}},
                     {formatCount(each.samples), {}}};
        row.tip = QString(place % u" · " % each.name %
                          (each.project.isEmpty() ? QString() : QString(u" · " % each.project)));
        row.run = table.rows.size();
        table.rows.push_back(std::move(row));
    }
    return table;
}

QStringList remarksOf(const ImportPlan& plan)
{
    QStringList remarks;
    for (const Error& error : plan.refused) {
        if (static_cast<std::size_t>(remarks.size()) == kMostRemarks) {
            remarks.append(words(QT_TRANSLATE_NOOP("ImportPreview", "%1 files are left out in all"))
                               .arg(formatCount(static_cast<qint64>(plan.refused.size()))));
            break;
        }
        remarks.append(words(QT_TRANSLATE_NOOP("ImportPreview", "Left out: %1")).arg(error.sentence()));
    }
    return plan.notes + remarks;
}

} // namespace

Result<ImportRule> importRuleOf(const ImportWishes& wishes)
{
    ImportRule rule;
    if (const QString project = wishes.project.trimmed(); !project.isEmpty()) {
        rule.project = project;
    }
    auto commit = commitForImport(wishes.commit.trimmed());
    if (!commit) {
        return commit.error();
    }
    rule.commit = std::move(*commit);
    const QStringList lines = wishes.mappings.split(u'\n');
    for (const QString& line : lines) {
        if (line.trimmed().isEmpty()) {
            continue;
        }
        auto mapping = NameMapping::fromText(line.trimmed());
        if (!mapping) {
            return mapping.error();
        }
        rule.mappings.push_back(std::move(*mapping));
    }
    auto higher = patternOf(wishes.higherIsBetter, QT_TRANSLATE_NOOP("ImportPreview", "More is better"));
    auto lower = patternOf(wishes.lowerIsBetter, QT_TRANSLATE_NOOP("ImportPreview", "Less is better"));
    if (!higher || !lower) {
        return !higher ? higher.error() : lower.error();
    }
    rule.higherIsBetter = std::move(*higher);
    rule.lowerIsBetter = std::move(*lower);
    return rule;
}

Result<std::shared_ptr<const ImportPreview>>
previewImport(const ImportWishes& wishes, const CancelToken& cancel, const ProgressReporter& progress)
{
    const auto rule = importRuleOf(wishes);
    if (!rule) {
        return rule.error();
    }
    auto plan = planImport(wishes.paths, *rule, cancel, progress);
    if (!plan) {
        return plan.error();
    }
    auto preview = std::make_shared<ImportPreview>();
    preview->plan = std::move(*plan);
    preview->series = plannedSeries(preview->plan.runs);
    preview->table = tableOf(preview->series);
    preview->totals = importTotalsText(preview->plan, importTotals(preview->plan, preview->series));
    preview->remarks = remarksOf(preview->plan);
    return std::shared_ptr<const ImportPreview>(std::move(preview));
}

} // namespace perihelion
