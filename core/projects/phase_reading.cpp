// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projects/phase_reading.h"

#include "core/interchange/result_reader.h"
#include "core/interchange/result_text.h"
#include "core/stats/order_statistics.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace perihelion {

namespace {

constexpr std::size_t kMostPhases = 200;
constexpr double kMostNanoseconds = 1e18; // About 32 years; of each time and of each sum.

Error notUnderstood(const QString& what, const QString& subject = {})
{
    return Error{ErrorCode::Corrupt, QString(u"Reading what the command measured failed: " % what), subject};
}

bool isTime(double nanoseconds)
{
    return std::isfinite(nanoseconds) && nanoseconds >= 0 && nanoseconds <= kMostNanoseconds;
}

/// Adds to the phase of that name; a sum stops at the most there is, which readPhases() refuses.
void addPhase(WorkloadResult& result, const QString& name, const QString& parent, double total, double self)
{
    const auto same = std::find_if(result.found.begin(), result.found.end(), [&](const FoundPhase& each) {
        return each.name == name && each.parent == parent;
    });
    FoundPhase& phase =
        same == result.found.end() ? result.found.emplace_back(FoundPhase{name, parent}) : *same;
    const Nanoseconds most(static_cast<std::int64_t>(kMostNanoseconds));
    phase.total = std::min(most, phase.total + Nanoseconds(std::llround(total)));
    phase.self = std::min(most, phase.self + Nanoseconds(std::llround(self)));
}

/// "phase NAME MS" is a special case of a pattern; the name may hold blanks. Whatever looks like a number is
/// taken for the time, so that "1,5" and "nan" are refused as "-5" is; other text is somebody's prose.
constexpr QStringView kLinePattern(u"^phase[ \\t]+(?<name>\\S.*?)[ \\t]+"
                                   u"(?<value>[-+]?(?:[0-9.,]\\S*?|(?i:nan|inf|infinity)))"
                                   u"[ \\t]*(?:ms)?[ \\t]*$");

Result<WorkloadResult> fromLines(const QString& pattern, double unit, const QByteArray& output)
{
    WorkloadResult result;
    const QRegularExpression expression(pattern);
    const QStringList lines = QString::fromUtf8(resultTextAsUtf8(output)).split(u'\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        QString line = lines.at(i);
        if (line.endsWith(u'\r')) {
            line.chop(1);
        }
        const QRegularExpressionMatch match = expression.match(line);
        if (!match.hasMatch()) {
            continue;
        }
        if (i + 1 == lines.size()) {
            return notUnderstood(QString(u"its output ends within the line \"" % line % u'"'));
        }
        bool isNumber = false;
        const double value = match.captured(QStringLiteral("value")).toDouble(&isNumber) * unit;
        const QString name = match.captured(QStringLiteral("name")).trimmed();
        if (!isNumber || !isTime(value) || name.isEmpty()) {
            return notUnderstood(QString(u"the line \"" % line.left(200) %
                                         u"\" holds no time, which is a number such as 12.5, not negative"));
        }
        addPhase(result, name, {}, value, value);
    }
    return result;
}

struct OpenPhase {
    QString name;
    QString parent;
    double began = 0;
    double nested = 0;
};

Result<WorkloadResult> fromEvents(const QByteArray& events)
{
    WorkloadResult result;
    std::vector<OpenPhase> open;
    if (!events.isEmpty() && !events.endsWith('\n')) {
        return notUnderstood(QStringLiteral("its events end within a line"));
    }
    const QList<QByteArray> lines = events.split('\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (lines.at(i).trimmed().isEmpty()) {
            continue;
        }
        const auto refused = [i](const QString& why) {
            return notUnderstood(QStringLiteral("event %1 %2").arg(i + 1).arg(why));
        };
        const QJsonObject event = QJsonDocument::fromJson(lines.at(i)).object();
        if (event.isEmpty()) {
            return refused(QStringLiteral("is no JSON object"));
        }
        const double at = event.value(u"ns").toDouble(std::nan(""));
        if (event.contains(u"metric")) {
            const double value = event.value(u"value").toDouble(std::nan(""));
            const QString name = event.value(u"metric").toString();
            if (name.isEmpty() || !std::isfinite(value)) {
                return refused(QStringLiteral("is a metric without a name or a number"));
            }
            result.metrics.push_back({name, value, event.value(u"unit").toString(QStringLiteral("1"))});
        } else if (event.contains(u"begin")) {
            const QString name = event.value(u"begin").toString();
            if (name.isEmpty() || !isTime(at)) {
                return refused(QStringLiteral("begins without a name or a time ns"));
            }
            if (open.size() >= PhaseTimer::kMaxDepth) {
                return refused(QStringLiteral("begins a phase inside of 16 others"));
            }
            // Known from its beginning on, so that phases stand in the order in which they began.
            const QString parent = open.empty() ? QString() : open.back().name;
            addPhase(result, name, parent, 0, 0);
            open.push_back({name, parent, at, 0});
        } else if (event.contains(u"end")) {
            if (open.empty() || open.back().name != event.value(u"end").toString()) {
                return refused(QStringLiteral("ends a phase that is not the innermost one"));
            }
            const OpenPhase ended = open.back();
            const double spent = at - ended.began;
            if (!isTime(spent)) {
                return refused(QStringLiteral("ends before it began, or without a time ns"));
            }
            open.pop_back();
            // A phase inside itself is counted once.
            const bool inItself = std::any_of(open.begin(), open.end(), [&ended](const OpenPhase& each) {
                return each.name == ended.name && each.parent == ended.parent;
            });
            addPhase(result, ended.name, ended.parent, inItself ? 0 : spent,
                     std::max(0.0, spent - ended.nested));
            if (!open.empty()) {
                open.back().nested += spent;
            }
        } else {
            return refused(QStringLiteral("is none of begin, end and metric"));
        }
    }
    if (!open.empty()) {
        return notUnderstood(QString(u"phase " % open.back().name % u" began and never ended"));
    }
    return result;
}

/// Events of a trace are phases; benchmarks are metrics, because they are no parts of a whole.
Result<WorkloadResult> fromResults(const CommandSpec& spec, const CancelToken& cancel)
{
    const auto read = readResultPath(spec.resultFile, cancel);
    if (!read) {
        return read.error();
    }
    WorkloadResult result;
    result.notes = read->notes;
    if (spec.source == PhaseSource::Trace) {
        result.notes.append(
            QStringLiteral("Events of the trace are summed by name; one inside another counts in both"));
    }
    for (const ImportedSeries& series : read->series) {
        if (series.samples.empty()) {
            continue;
        }
        if (spec.source == PhaseSource::Trace) {
            double total = 0;
            for (const double seconds : series.samples) {
                total += seconds * 1e9;
            }
            if (!isTime(total)) {
                return notUnderstood(QString(u"event " % series.phase % u" has an impossible time"),
                                     spec.resultFile);
            }
            addPhase(result, series.phase, {}, total, total);
            continue;
        }
        const QString name =
            series.phase.isEmpty() ? series.name : QString(series.name % u" · " % series.phase);
        result.metrics.push_back({name, quantile(series.samples, 0.5), series.unit});
        if (series.better == BetterDirection::Higher) {
            result.notes.append(QString(u"More is better for " % name));
        }
    }
    return result;
}

/// Python's profiler as JSON: {"NAME": {"self": SECONDS, "total": SECONDS}, …}. Self times add up
/// to the whole, so they are the phases; the functions that take longest stand for themselves.
Result<WorkloadResult> fromPstats(const QString& path)
{
    const auto content = resultFileContent(path);
    if (!content) {
        return content.error();
    }
    const QJsonObject functions = QJsonDocument::fromJson(resultTextAsUtf8(*content)).object();
    std::vector<FoundPhase> all;
    for (auto at = functions.begin(); at != functions.end(); ++at) {
        const QJsonObject function = at.value().toObject();
        const double self = function.value(u"self").toDouble(std::nan("")) * 1e9;
        const double total = function.value(u"total").toDouble(std::nan("")) * 1e9;
        if (!isTime(self) || !isTime(total)) {
            return notUnderstood(
                QString(u"function " % at.key() % u" has no times self and total in seconds"), path);
        }
        all.push_back(
            {at.key(), QString(), Nanoseconds(std::llround(self)), Nanoseconds(std::llround(self))});
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const FoundPhase& a, const FoundPhase& b) { return a.self > b.self; });
    constexpr std::size_t kMostFunctions = 20;
    WorkloadResult result;
    if (all.size() > kMostFunctions) {
        result.notes.append(
            QStringLiteral("The profile holds %1 functions; the 20 that take longest are kept")
                .arg(all.size()));
        all.resize(kMostFunctions);
    }
    result.found = std::move(all);
    return result;
}

} // namespace

Result<WorkloadResult> readPhases(const CommandSpec& spec, const CommandOutcome& outcome,
                                  const CancelToken& cancel)
{
    Result<WorkloadResult> read = WorkloadResult();
    switch (spec.source) {
    case PhaseSource::Lines:
        read = fromLines(kLinePattern.toString(), 1e6, outcome.output);
        break;
    case PhaseSource::Pattern:
        read = fromLines(spec.pattern, spec.patternNanoseconds, outcome.output);
        break;
    case PhaseSource::Events:
        read = fromEvents(outcome.events);
        break;
    case PhaseSource::Trace:
    case PhaseSource::Results:
        read = fromResults(spec, cancel);
        break;
    case PhaseSource::Pstats:
        read = fromPstats(spec.resultFile);
        break;
    case PhaseSource::None:
        return read;
    }
    if (!read) {
        return read;
    }
    if (read->found.empty() && read->metrics.empty()) {
        return notUnderstood(
            QStringLiteral("it told of no phase; see how the project file says they are read"));
    }
    constexpr std::size_t kMostMetrics = 240;
    if (read->metrics.size() > kMostMetrics) {
        return notUnderstood(
            QStringLiteral("it told of %1 metrics, more than 240").arg(read->metrics.size()));
    }
    if (read->found.size() > kMostPhases) {
        return notUnderstood(QStringLiteral("it told of %1 phases, more than 200").arg(read->found.size()));
    }
    Nanoseconds all{0};
    for (const FoundPhase& phase : read->found) {
        all +=
            phase.parent.isEmpty() ? std::min(phase.total, outcome.elapsed + Nanoseconds(1)) : Nanoseconds(0);
        if (static_cast<double>(phase.total.count()) >= kMostNanoseconds) {
            return notUnderstood(QString(u"phase " % phase.name % u" has an impossible time"));
        }
    }
    // Events of a trace may lie in each other, which it says already.
    if (outcome.elapsed > Nanoseconds(0) && all > outcome.elapsed && spec.source != PhaseSource::Trace) {
        read->notes.append(
            QStringLiteral("The phases took longer than the whole command: they lie in each other or side by "
                           "side, or are told in another unit"));
    }
    return read;
}

} // namespace perihelion
