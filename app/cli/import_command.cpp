// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/import_command.h"

#include "app/cli/cli_options.h"
#include "app/cli/run_selection.h"
#include "core/base/counted.h"
#include "core/interchange/import_storing.h"
#include "core/runs/run_store.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

namespace perihelion {

namespace {

constexpr std::size_t kFewRefusals = 20;

void declare(CliOptions& options)
{
    options.setPositional(1, -1);
    options.addFlag(QStringLiteral("dry-run"), QStringLiteral("Only say what would be stored"));
    options.addValue(QStringLiteral("map"), QStringLiteral("PATTERN=WORKLOAD[/SCENARIO[/METRIC]]"),
                     QStringLiteral("Where metrics belong whose name the pattern finds; may be repeated"));
    options.addValue(QStringLiteral("project"), QStringLiteral("NAME"),
                     QStringLiteral("What was measured, whatever the files say"));
    options.addValue(QStringLiteral("commit"), QStringLiteral("COMMIT"),
                     QStringLiteral("Whole hash, for results that name no commit"));
    options.addValue(QStringLiteral("higher-is-better"), QStringLiteral("PATTERN"),
                     QStringLiteral("Metrics of which more is better; may be repeated"));
    options.addValue(QStringLiteral("lower-is-better"), QStringLiteral("PATTERN"),
                     QStringLiteral("Metrics of which less is better; may be repeated"));
    options.addValue(
        QStringLiteral("store"), QStringLiteral("URL"),
        QStringLiteral("SQLite file of the runs or postgresql:// URL; by default the store of the settings"));
    options.addFlag(QStringLiteral("json"), QStringLiteral("Print JSON"));
}

Result<std::vector<QRegularExpression>> patternsOf(const CliOptions& options, const QString& name)
{
    std::vector<QRegularExpression> patterns;
    for (const QString& text : options.values(name)) {
        QRegularExpression pattern(text);
        if (!pattern.isValid()) {
            return wrongUsage(QString(u"--" % name % u" takes a regular expression, and \"" % text %
                                      u"\" is none: " % pattern.errorString()));
        }
        patterns.push_back(std::move(pattern));
    }
    return patterns;
}

Result<ImportRule> ruleFrom(const CliOptions& options)
{
    ImportRule rule;
    if (options.isSet(QStringLiteral("project"))) {
        rule.project = options.value(QStringLiteral("project"));
    }
    auto commit = commitForImport(options.value(QStringLiteral("commit")));
    if (!commit) {
        return wrongUsage(commit.error().message);
    }
    rule.commit = std::move(*commit);
    for (const QString& text : options.values(QStringLiteral("map"))) {
        auto mapping = NameMapping::fromText(text);
        if (!mapping) {
            return mapping.error();
        }
        rule.mappings.push_back(std::move(*mapping));
    }
    auto higher = patternsOf(options, QStringLiteral("higher-is-better"));
    auto lower = patternsOf(options, QStringLiteral("lower-is-better"));
    if (!higher || !lower) {
        return !higher ? higher.error() : lower.error();
    }
    rule.higherIsBetter = std::move(*higher);
    rule.lowerIsBetter = std::move(*lower);
    return rule;
}

QJsonObject seriesJson(const PlannedSeries& series)
{
    return {{QStringLiteral("project"), series.project},
            {QStringLiteral("workload"), series.workload},
            {QStringLiteral("scenario"), series.scenario},
            {QStringLiteral("machine"), series.host},
            {QStringLiteral("origin"), series.origin},
            {QStringLiteral("name"), series.name},
            {QStringLiteral("kind"), series.isPhase ? QStringLiteral("phase") : QStringLiteral("metric")},
            {QStringLiteral("unit"), series.unit},
            {QStringLiteral("better"),
             series.higherIsBetter ? QStringLiteral("higher") : QStringLiteral("lower")},
            {QStringLiteral("runs"), series.runs},
            {QStringLiteral("commits"), series.commits},
            {QStringLiteral("samples"), series.samples}};
}

QJsonObject planJson(const ImportPlan& plan, const std::vector<PlannedSeries>& series)
{
    QJsonArray all;
    for (const PlannedSeries& each : series) {
        all.append(seriesJson(each));
    }
    QJsonArray refused;
    for (const Error& error : plan.refused) {
        refused.append(
            QJsonObject{{QStringLiteral("file"), error.subject}, {QStringLiteral("reason"), error.message}});
    }
    const ImportTotals totals = importTotals(plan, series);
    return {{QStringLiteral("formats"), QJsonArray::fromStringList(plan.formats)},
            {QStringLiteral("files"), plan.files},
            {QStringLiteral("runs"), static_cast<qint64>(plan.runs.size())},
            {QStringLiteral("commits"), totals.commits},
            {QStringLiteral("from"), totals.from.toString(Qt::ISODate)},
            {QStringLiteral("to"), totals.to.toString(Qt::ISODate)},
            {QStringLiteral("samples"), totals.samples},
            {QStringLiteral("series"), all},
            {QStringLiteral("notes"), QJsonArray::fromStringList(plan.notes)},
            {QStringLiteral("refused"), refused}};
}

QString planText(const ImportPlan& plan, const std::vector<PlannedSeries>& series)
{
    QString text = QString(importTotalsText(plan, importTotals(plan, series)) % u'\n');
    QString last;
    qsizetype widest = 0;
    for (const PlannedSeries& each : series) {
        widest = std::max(widest, each.name.size());
    }
    for (const PlannedSeries& each : series) {
        const QString title =
            QString(each.workload % u'/' % each.scenario %
                    (each.host.isEmpty() ? QString() : QString(u" on " % each.host)) %
                    (each.project.isEmpty() ? QString() : QString(u", project " % each.project)));
        if (title != last) {
            text += QString(u"  " % title % u'\n');
            last = title;
        }
        text += QString(u"    " % each.name.leftJustified(widest) % u"  " % each.unit.leftJustified(4) %
                        (each.higherIsBetter ? u"  more is better  " : u"  less is better  ") %
                        counted(each.runs, u"run", u"runs") % u", " %
                        counted(each.samples, u"sample", u"samples") % u'\n');
    }
    for (const QString& note : plan.notes) {
        text += QString(u"  Note: " % note % u'\n');
    }
    for (std::size_t i = 0; i < std::min(plan.refused.size(), kFewRefusals); ++i) {
        text += QString(u"  Left out: " % plan.refused[i].sentence() % u'\n');
    }
    if (plan.refused.size() > kFewRefusals) {
        text += QString(
            u"  Left out: " %
            counted(static_cast<qint64>(plan.refused.size() - kFewRefusals), u"more file", u"more files") %
            u"; --json names them\n");
    }
    return text;
}

Result<StoredImport> keep(const StoreLocation& location, const ImportPlan& plan, CliSession& session)
{
    const std::unique_ptr<RunStore> store = makeStore(location);
    if (const Result<void> opened = store->open(); !opened) {
        return opened.error();
    }
    if (!store->notice().isEmpty()) {
        session.note(store->notice());
    }
    auto stored = storeImport(*store, plan, session.cancel(), session.progressReporter());
    session.endProgress();
    return stored;
}

int run(const QStringList& arguments, CliSession& session)
{
    CliOptions options(importCommand());
    declare(options);
    if (const auto status = options.parse(arguments, session)) {
        return *status;
    }
    const auto rule = ruleFrom(options);
    if (!rule) {
        return session.fail(rule.error());
    }
    const bool dryRun = options.isSet(QStringLiteral("dry-run"));
    const auto location = storeLocation(options);
    if (!location) {
        return session.fail(location.error());
    }
    if (!*location && !dryRun) {
        return session.fail(wrongUsage(QStringLiteral("--store none goes with --dry-run alone")));
    }
    const auto plan = planImport(options.positional(), *rule, session.cancel(), session.progressReporter());
    session.endProgress();
    if (!plan) {
        return session.fail(plan.error());
    }
    const std::vector<PlannedSeries> series = plannedSeries(plan->runs);
    StoredImport stored;
    if (!dryRun) {
        const auto kept = keep(**location, *plan, session);
        if (!kept) {
            return session.fail(kept.error());
        }
        stored = *kept;
    }
    if (options.isSet(QStringLiteral("json"))) {
        QJsonObject json = planJson(*plan, series);
        json.insert(QStringLiteral("dry_run"), dryRun);
        json.insert(QStringLiteral("stored"), dryRun ? QJsonValue() : QJsonValue(stored.stored));
        json.insert(QStringLiteral("already_there"), dryRun ? QJsonValue() : QJsonValue(stored.alreadyThere));
        return session.printJson(json);
    }
    QString text = planText(*plan, series);
    if (!dryRun) {
        text += QString(storedImportText(stored) % u'\n');
    }
    return session.print(text);
}

} // namespace

CliCommand importCommand()
{
    return CliCommand{QStringLiteral("import"),
                      QStringLiteral("Bring benchmark results and exported runs into the run store"),
                      QStringLiteral("PATH… [--dry-run] [--map PATTERN=WORKLOAD[/SCENARIO[/METRIC]]] "
                                     "[--project NAME] [--commit COMMIT] [--higher-is-better PATTERN] "
                                     "[--lower-is-better PATTERN] [--store URL] [--json]"),
                      run};
}

} // namespace perihelion
