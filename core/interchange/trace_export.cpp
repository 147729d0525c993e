// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/interchange/phase_layout.h"
#include "core/interchange/run_export.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringBuilder>

namespace perihelion {

namespace {

double micros(Nanoseconds time)
{
    return static_cast<double>(time.count()) / 1e3;
}

QString iterationTitle(const RunIteration& iteration)
{
    return QStringLiteral("%1 %2").arg(iterationModeName(iteration.mode)).arg(iteration.number + 1);
}

/// Times of "spawn" and "ready" before an iteration, in the order in which they happened.
std::vector<PhaseTime> processPhases(const RunRecord& run, const RunIteration& iteration)
{
    std::vector<PhaseTime> times;
    for (const PhaseTime& time : iteration.phases) {
        if (run.phases.at(static_cast<std::size_t>(time.phase)).ofProcess) {
            times.push_back(time);
        }
    }
    return times;
}

class ChromeTraceWriter {
public:
    void addRun(const RunRecord& run, int process)
    {
        m_process = process;
        name(QStringLiteral("process_name"), 0,
             run.commit.isEmpty() ? run.title() : QString(run.title() % u" @ " % run.commit.left(12)));
        for (const IterationMode mode : {IterationMode::Cold, IterationMode::Warm}) {
            m_thread = mode == IterationMode::Cold ? 1 : 2;
            name(QStringLiteral("thread_name"), m_thread, iterationModeName(mode));
            Nanoseconds at{0};
            for (const RunIteration& iteration : run.iterations) {
                if (iteration.mode == mode) {
                    at = addIteration(run, iteration, at);
                }
            }
        }
    }
    const QJsonArray& events() const { return m_events; }

private:
    void name(const QString& what, int thread, const QString& name)
    {
        m_events.append(QJsonObject{{QStringLiteral("ph"), QStringLiteral("M")},
                                    {QStringLiteral("name"), what},
                                    {QStringLiteral("pid"), m_process},
                                    {QStringLiteral("tid"), thread},
                                    {QStringLiteral("args"), QJsonObject{{QStringLiteral("name"), name}}}});
    }
    void span(const QString& name, const QString& category, Nanoseconds begin, Nanoseconds end,
              const QJsonObject& details)
    {
        m_events.append(QJsonObject{{QStringLiteral("ph"), QStringLiteral("X")},
                                    {QStringLiteral("name"), name},
                                    {QStringLiteral("cat"), category},
                                    {QStringLiteral("ts"), micros(begin)},
                                    {QStringLiteral("dur"), micros(end - begin)},
                                    {QStringLiteral("pid"), m_process},
                                    {QStringLiteral("tid"), m_thread},
                                    {QStringLiteral("args"), details}});
    }
    Nanoseconds addIteration(const RunRecord& run, const RunIteration& iteration, Nanoseconds at)
    {
        QJsonObject details{{QStringLiteral("commit"), run.commit},
                            {QStringLiteral("mode"), iterationModeName(iteration.mode)},
                            {QStringLiteral("process"), iteration.process},
                            {QStringLiteral("iteration"), iteration.number}};
        if (iteration.failed) {
            details.insert(QStringLiteral("failure"), iteration.failure);
            span(QString(iterationTitle(iteration) % u" (failed)"), QStringLiteral("failed"), at, at,
                 details);
            return at;
        }
        for (const PhaseTime& time : processPhases(run, iteration)) {
            span(run.phases.at(static_cast<std::size_t>(time.phase)).name, QStringLiteral("process"), at,
                 at + time.total, details);
            at += time.total;
        }
        for (const Metric& metric : iteration.metrics) {
            details.insert(metric.name, metric.value);
        }
        span(iterationTitle(iteration), QStringLiteral("iteration"), at, at + iteration.elapsed, details);
        for (const PlacedPhase& placed : layOutPhases(run, iteration)) {
            span(run.phases.at(static_cast<std::size_t>(placed.phase)).name, QStringLiteral("phase"),
                 at + placed.begin, at + placed.end,
                 QJsonObject{{QStringLiteral("total_ms"), toMilliseconds(placed.total)}});
        }
        return at + iteration.elapsed;
    }

    QJsonArray m_events;
    int m_process = 1;
    int m_thread = 1;
};

class SpeedscopeWriter {
public:
    void addRun(const RunRecord& run)
    {
        for (const IterationMode mode : {IterationMode::Cold, IterationMode::Warm}) {
            m_events = QJsonArray();
            Nanoseconds at{0};
            for (const RunIteration& iteration : run.iterations) {
                if (iteration.mode == mode && !iteration.failed && iteration.elapsed > Nanoseconds(0)) {
                    at = addIteration(run, iteration, at);
                }
            }
            if (!m_events.isEmpty()) {
                m_profiles.append(QJsonObject{
                    {QStringLiteral("type"), QStringLiteral("evented")},
                    {QStringLiteral("name"), QString(run.title() % u" " % iterationModeName(mode))},
                    {QStringLiteral("unit"), QStringLiteral("nanoseconds")},
                    {QStringLiteral("startValue"), 0},
                    {QStringLiteral("endValue"), qint64{at.count()}},
                    {QStringLiteral("events"), m_events}});
            }
        }
    }
    QJsonObject file() const
    {
        return QJsonObject{
            {QStringLiteral("$schema"), QStringLiteral("https://www.speedscope.app/file-format-schema.json")},
            {QStringLiteral("exporter"), QStringLiteral("Perihelion")},
            {QStringLiteral("shared"), QJsonObject{{QStringLiteral("frames"), m_frames}}},
            {QStringLiteral("profiles"), m_profiles}};
    }

private:
    int frame(const QString& name)
    {
        const auto known = m_frameOf.constFind(name);
        if (known != m_frameOf.constEnd()) {
            return *known;
        }
        const int index = static_cast<int>(m_frames.size());
        m_frames.append(QJsonObject{{QStringLiteral("name"), name}});
        m_frameOf.insert(name, index);
        return index;
    }
    void event(bool opens, int frame, Nanoseconds at)
    {
        m_events.append(
            QJsonObject{{QStringLiteral("type"), opens ? QStringLiteral("O") : QStringLiteral("C")},
                        {QStringLiteral("frame"), frame},
                        {QStringLiteral("at"), qint64{at.count()}}});
    }
    Nanoseconds addIteration(const RunRecord& run, const RunIteration& iteration, Nanoseconds at)
    {
        const Nanoseconds end = at + iteration.elapsed;
        std::vector<std::pair<int, Nanoseconds>> open{{frame(iterationTitle(iteration)), end}};
        event(true, open.front().first, at);
        for (const PlacedPhase& placed : layOutPhases(run, iteration)) {
            // The iteration itself stands at the bottom of the stack.
            while (open.size() > static_cast<std::size_t>(placed.depth) + 1) {
                event(false, open.back().first, open.back().second);
                open.pop_back();
            }
            open.emplace_back(frame(run.phases.at(static_cast<std::size_t>(placed.phase)).name),
                              at + placed.end);
            event(true, open.back().first, at + placed.begin);
        }
        while (!open.empty()) {
            event(false, open.back().first, open.back().second);
            open.pop_back();
        }
        return end;
    }

    QHash<QString, int> m_frameOf;
    QJsonArray m_frames;
    QJsonArray m_profiles;
    QJsonArray m_events; ///< Of the profile being made.
};

} // namespace

QByteArray runsAsChromeTrace(std::span<const RunRecord> runs)
{
    ChromeTraceWriter writer;
    int process = 0;
    for (const RunRecord& run : runs) {
        writer.addRun(run, ++process);
    }
    return QJsonDocument(QJsonObject{{QStringLiteral("displayTimeUnit"), QStringLiteral("ms")},
                                     {QStringLiteral("traceEvents"), writer.events()}})
        .toJson(QJsonDocument::Compact);
}

QByteArray runsAsSpeedscope(std::span<const RunRecord> runs)
{
    SpeedscopeWriter writer;
    for (const RunRecord& run : runs) {
        writer.addRun(run);
    }
    return QJsonDocument(writer.file()).toJson(QJsonDocument::Compact);
}

} // namespace perihelion
