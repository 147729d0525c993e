// SPDX-License-Identifier: GPL-3.0-or-later
// From the neutral series of one file to runs, and what a plan of runs holds.
#include "core/base/counted.h"
#include "core/interchange/run_import.h"
#include "core/runs/run_json.h"
#include "core/runs/run_summary.h"

#include <QCryptographicHash>
#include <QHash>
#include <QJsonDocument>
#include <QSet>
#include <QUuid>

#include <algorithm>

namespace perihelion {

namespace {

constexpr QLatin1String kDefaultScenario("default");
constexpr QLatin1String kDefaultProject("imported");

/// "google-benchmark" for "Google Benchmark".
QString workloadOf(const QString& format)
{
    return format.toLower().replace(u' ', u'-');
}

/// Names that stand for the benchmark itself.
bool isMainQuantity(const QString& quantity)
{
    return quantity == u"real time" || quantity == u"elapsed" || quantity == u"value";
}

QString joinedKey(const QStringList& parts)
{
    return parts.join(QChar(0));
}

/// Where a series goes.
struct MappedName {
    QString workload;
    QString scenario;
    QString metric;
};

/// \1 … \9 replaced by what the groups of a match hold.
QString filledIn(const QString& text, const QRegularExpressionMatch& match)
{
    QString filled;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool group = text.at(i) == u'\\' && i + 1 < text.size() && text.at(i + 1).isDigit();
        filled += group ? match.captured(text.at(i + 1).digitValue()) : QString(text.at(i));
        i += group ? 1 : 0;
    }
    return filled;
}

MappedName mappedName(const QString& metric, const QString& format, const QString& environment,
                      const ImportRule& rule)
{
    const QString scenario = environment.isEmpty() ? QString(kDefaultScenario) : environment;
    for (const NameMapping& mapping : rule.mappings) {
        const QRegularExpressionMatch match = mapping.pattern.match(metric);
        if (match.hasMatch()) {
            return {filledIn(mapping.workload, match),
                    mapping.scenario.isEmpty() ? scenario : filledIn(mapping.scenario, match),
                    mapping.metric.isEmpty() ? metric : filledIn(mapping.metric, match)};
        }
    }
    return {workloadOf(format), scenario, metric};
}

bool matchesAny(const std::vector<QRegularExpression>& patterns, const QString& name)
{
    return std::any_of(patterns.begin(), patterns.end(),
                       [&name](const QRegularExpression& pattern) { return pattern.match(name).hasMatch(); });
}

/// A rate by its unit, of which more is usually better.
bool looksLikeRate(const QString& unit)
{
    return unit.endsWith(u"/s") || unit.endsWith(u"/sec") || unit.endsWith(u"/second") ||
           unit.startsWith(u"ops/");
}

/// Runs of one file, which grow series by series.
class ResultRuns {
public:
    ResultRuns(const ImportedResults& results, const ImportRule& rule, const QDateTime& fileTime,
               QStringList& notes)
        : m_results(results),
          m_rule(rule),
          m_fileTime(fileTime),
          m_notes(notes)
    {
        for (const ImportedSeries& series : results.series) {
            m_quantities[series.name].insert(series.phase);
        }
    }

    std::vector<RunRecord> take()
    {
        for (const ImportedSeries& series : m_results.series) {
            add(series);
        }
        for (std::size_t i = 0; i < m_runs.size(); ++i) {
            RunRecord& run = m_runs[i];
            if (const int count = m_summarised.value(i); count > 0) {
                run.notes.append(
                    QString(u"Of " % counted(count, u"metric", u"metrics") %
                            u" the program kept a median or mean alone: their samples are lost"));
            }
            finish(run, m_dated.contains(i));
        }
        std::stable_sort(m_runs.begin(), m_runs.end(), [](const RunRecord& a, const RunRecord& b) {
            return (a.commitTime.isValid() ? a.commitTime : a.started) <
                   (b.commitTime.isValid() ? b.commitTime : b.started);
        });
        return std::move(m_runs);
    }

private:
    QString metricName(const ImportedSeries& series) const
    {
        const QString name = series.name.isEmpty() ? QStringLiteral("(unnamed)") : series.name.simplified();
        const bool alone = m_quantities.value(series.name).size() < 2;
        return alone || isMainQuantity(series.phase) ? name : QString(name % u", " % series.phase);
    }

    void add(const ImportedSeries& series)
    {
        const QString own = metricName(series);
        const MappedName mapped = mappedName(own, m_results.format, series.environment, m_rule);
        RunRecord& run = runOf(series, mapped);
        if (!series.at.isValid() && !series.committed.isValid()) {
            note(QStringLiteral("The file does not say when it was measured: its own date was taken"));
        }
        m_summarised[indexOf(run)] += series.summarised ? 1 : 0;
        const bool higher =
            matchesAny(m_rule.higherIsBetter, own) ||
            (series.better == BetterDirection::Higher && !matchesAny(m_rule.lowerIsBetter, own));
        if (!higher && looksLikeRate(series.unit) && !matchesAny(m_rule.lowerIsBetter, own)) {
            note(QString(own % u" is counted in " % series.unit %
                         u" and less is taken as better; --higher-is-better says otherwise"));
        }
        if (higher && !run.higherIsBetter.contains(mapped.metric)) {
            run.higherIsBetter.append(mapped.metric);
        }
        for (const double value : series.samples) {
            addSample(run, mapped.metric, value, series.unit);
        }
    }

    RunRecord& runOf(const ImportedSeries& series, const MappedName& mapped)
    {
        const QString key = joinedKey(
            {mapped.workload, mapped.scenario, series.project, series.environment, series.commit,
             series.branch, series.machine, QString::number(series.committed.toMSecsSinceEpoch()),
             m_results.format == u"github-action-benchmark" ? QString::number(series.at.toMSecsSinceEpoch())
                                                            : QString()});
        const auto at = m_known.constFind(key);
        if (at != m_known.constEnd()) {
            RunRecord& run = m_runs[*at];
            if (series.at.isValid()) {
                const bool dated = m_dated.contains(*at);
                run.started = dated ? std::min(run.started, series.at) : series.at;
                run.finished = dated ? std::max(run.finished, series.at) : series.at;
                m_dated.insert(*at);
            }
            return run;
        }
        m_known.insert(key, m_runs.size());
        if (series.at.isValid()) {
            m_dated.insert(m_runs.size());
        }
        RunRecord& run = m_runs.emplace_back();
        run.project = m_rule.project             ? *m_rule.project
                      : series.project.isEmpty() ? QString(kDefaultProject)
                                                 : series.project;
        run.workload = mapped.workload;
        run.scenario = mapped.scenario;
        run.scenarioHash =
            QString::fromLatin1(QCryptographicHash::hash(
                                    joinedKey({mapped.scenario, series.environment, series.machine}).toUtf8(),
                                    QCryptographicHash::Sha256)
                                    .toHex()
                                    .left(16));
        run.parameters = series.environment.isEmpty()
                             ? QJsonObject()
                             : QJsonObject{{QStringLiteral("environment"), series.environment}};
        run.commit = series.commit.isEmpty() ? m_rule.commit : series.commit;
        run.commitTime = series.committed;
        run.branch = series.branch;
        run.dirty = series.dirty;
        run.machine = series.hardware;
        run.machine.host = series.machine;
        run.origin = m_results.format;
        run.started = series.at.isValid()          ? series.at
                      : series.committed.isValid() ? series.committed
                                                   : m_fileTime;
        run.finished = run.started;
        return run;
    }

    void addSample(RunRecord& run, const QString& metric, double value, const QString& unit)
    {
        auto& next = m_counts[joinedKey({QString::number(indexOf(run)), metric})];
        if (next >= run.iterations.size()) {
            RunIteration& fresh = run.iterations.emplace_back();
            fresh.number = static_cast<int>(next);
        }
        run.iterations[next].metrics.push_back({metric, value, unit});
        ++next;
    }

    std::size_t indexOf(const RunRecord& run) const { return static_cast<std::size_t>(&run - m_runs.data()); }

    /// dated: the file says when it was measured.
    static void finish(RunRecord& run, bool dated)
    {
        RunProcess process;
        run.processes = {process};
        run.plan = RunPlan{0, static_cast<int>(run.iterations.size()), 1, 0};
        // The same content is the same run, wherever and how often it is imported. A time that the file says
        // belongs to it, because equal results of another time are another run; its own date does not.
        QJsonObject content = runJson(run);
        for (const QString& key : {QStringLiteral("uuid"), QStringLiteral("program_version")}) {
            content.remove(key);
        }
        if (!dated) {
            content.remove(QStringLiteral("started"));
            content.remove(QStringLiteral("finished"));
        }
        static const QUuid kSpace(QStringLiteral("5a1b7e0e-6f3c-5e0a-9b52-0d6f1f9c7a31"));
        run.uuid = QUuid::createUuidV5(kSpace, QJsonDocument(content).toJson(QJsonDocument::Compact))
                       .toString(QUuid::WithoutBraces);
    }

    void note(const QString& text)
    {
        if (!m_notes.contains(text)) {
            m_notes.append(text);
        }
    }

    const ImportedResults& m_results;
    const ImportRule& m_rule;
    QDateTime m_fileTime;
    QStringList& m_notes;
    QHash<QString, QSet<QString>> m_quantities; ///< Of every name.
    std::vector<RunRecord> m_runs;
    QHash<QString, std::size_t> m_known;
    QHash<std::size_t, int> m_summarised; ///< Series without samples, by run.
    QSet<std::size_t> m_dated;            ///< Runs of which the file says when they were measured.
    QHash<QString, std::size_t> m_counts; ///< Samples so far, by run and metric.
};

} // namespace

Result<QString> commitForImport(const QString& text)
{
    static const QRegularExpression kHash(QStringLiteral("^(?:[0-9a-f]{40}|[0-9a-f]{64})$"));
    const QString commit = text.toLower();
    if (!commit.isEmpty() && !kHash.match(commit).hasMatch()) {
        return Error{
            ErrorCode::InvalidArgument,
            QString(u"A commit is a whole hash of 40 or 64 hexadecimal digits, not \"" % text % u'"'),
            {}};
    }
    return commit;
}

Result<NameMapping> NameMapping::fromText(const QString& text)
{
    const qsizetype split = text.lastIndexOf(u'=');
    const QString target = text.mid(split + 1);
    NameMapping mapping;
    mapping.workload = target.section(u'/', 0, 0);
    mapping.scenario = target.section(u'/', 1, 1);
    mapping.metric = target.section(u'/', 2);
    if (split <= 0 || mapping.workload.isEmpty()) {
        return Error{ErrorCode::InvalidArgument,
                     QString(u"A mapping is PATTERN=WORKLOAD[/SCENARIO[/METRIC]], not \"" % text % u'"'),
                     {}};
    }
    mapping.pattern.setPattern(text.left(split));
    if (!mapping.pattern.isValid()) {
        return Error{ErrorCode::InvalidArgument,
                     QString(u"The pattern \"" % text.left(split) % u"\" is no regular expression: " %
                             mapping.pattern.errorString()),
                     {}};
    }
    return mapping;
}

std::vector<RunRecord> runsFromResults(const ImportedResults& results, const ImportRule& rule,
                                       const QDateTime& fileTime, QStringList& notes)
{
    return ResultRuns(results, rule, fileTime, notes).take();
}

std::vector<PlannedSeries> plannedSeries(std::span<const RunRecord> runs)
{
    std::vector<PlannedSeries> planned;
    QHash<QString, std::size_t> known;
    std::vector<QSet<QString>> commits;
    for (const RunRecord& run : runs) {
        QSet<std::size_t> ofRun;
        const auto count = [&](const QString& name, const QString& unit, bool isPhase) {
            const QString key =
                joinedKey({run.project, run.workload, run.scenario, run.scenarioHash, run.machine.host,
                           run.origin, isPhase ? QStringLiteral("phase") : QStringLiteral("metric"), name});
            auto at = known.find(key);
            if (at == known.end()) {
                at = known.insert(key, planned.size());
                planned.push_back({run.project, run.workload, run.scenario, run.machine.host, run.origin,
                                   name, unit, isPhase, run.higherIsBetter.contains(name), 0, 0, 0});
                commits.emplace_back();
            }
            ++planned[*at].samples;
            ofRun.insert(*at);
        };
        for (const RunIteration& iteration : run.iterations) {
            for (const PhaseTime& time : iteration.phases) {
                count(run.phases[static_cast<std::size_t>(time.phase)].name, QStringLiteral("s"), true);
            }
            if (iteration.elapsed.count() > 0) {
                count(kTotalRow.toString(), QStringLiteral("s"), true);
            }
            for (const Metric& each : iteration.metrics) {
                count(each.name, each.unit, false);
            }
        }
        for (const std::size_t series : std::as_const(ofRun)) {
            ++planned[series].runs;
            if (!run.commit.isEmpty()) {
                commits[series].insert(run.commit);
            }
        }
    }
    for (std::size_t i = 0; i < planned.size(); ++i) {
        planned[i].commits = static_cast<int>(commits[i].size());
    }
    return planned;
}

} // namespace perihelion
