// SPDX-License-Identifier: GPL-3.0-or-later
// Chrome's trace events: complete events and pairs of begin and end, as durations by name.
#include "core/base/counted.h"
#include "core/interchange/result_formats.h"

#include <QHash>

#include <algorithm>
#include <cmath>
#include <utility>

namespace perihelion {

namespace {

/// Beginning or end of an event.
struct EventMark {
    QString track; ///< Process and thread.
    QString process;
    QString name; ///< Empty for an end without one.
    double at = 0;
    bool begins = false;
};

struct OpenEvent {
    QString name;
    double at = 0;
};

/// Of the same pid and tid; either may be a number or text.
QString trackOf(const QJsonObject& event, bool withThread)
{
    const auto text = [](const QJsonValue& value) {
        return value.isString() ? value.toString() : QString::number(value.toDouble());
    };
    const QString process = text(event.value(u"pid"));
    return withThread ? QString(process % QChar(0) % text(event.value(u"tid"))) : process;
}

class TraceSeries {
public:
    void nameProcess(const QString& process, const QString& name) { m_names.insert(process, name); }

    void add(const QString& process, const QString& event, double micros)
    {
        const QString key = QString(process % QChar(0) % event);
        auto at = m_known.find(key);
        if (at == m_known.end()) {
            ImportedSeries series;
            series.name = process;
            series.phase = event;
            series.unit = QStringLiteral("s");
            at = m_known.insert(key, m_series.size());
            m_series.push_back(std::move(series));
        }
        m_series[*at].samples.push_back(micros * 1e-6);
    }

    std::vector<ImportedSeries> take()
    {
        for (ImportedSeries& series : m_series) {
            series.name = m_names.value(series.name, QString(u"process " % series.name));
        }
        return std::move(m_series);
    }

private:
    std::vector<ImportedSeries> m_series;
    QHash<QString, std::size_t> m_known;
    QHash<QString, QString> m_names;
};

void noteCount(ImportedResults& results, qsizetype count, QStringView one, QStringView many)
{
    if (count > 0) {
        results.notes.append(counted(count, one, many));
    }
}

} // namespace

Result<ImportedResults> readChromeTrace(const QJsonArray& events)
{
    ImportedResults results;
    results.format = QStringLiteral("Chrome trace");
    TraceSeries series;
    QHash<QString, std::vector<OpenEvent>> open;
    qsizetype unmatchedEnds = 0;
    std::vector<EventMark> marks;
    qsizetype damaged = 0;
    for (const auto value : events) {
        const QJsonObject event = value.toObject();
        const QString kind = event.value(u"ph").toString();
        const QString process = trackOf(event, false);
        const QString name = event.value(u"name").toString(QStringLiteral("(anonymous)"));
        const double at = event.value(u"ts").toDouble(std::nan(""));
        if (kind == u"M" && name == u"process_name") {
            series.nameProcess(process, event.value(u"args").toObject().value(u"name").toString());
        } else if (kind == u"X") {
            const double duration = event.value(u"dur").toDouble(std::nan(""));
            if (std::isfinite(duration) && duration >= 0) {
                series.add(process, name, duration);
            } else {
                ++damaged;
            }
        } else if ((kind == u"B" || kind == u"E") && std::isfinite(at)) {
            marks.push_back({trackOf(event, true), process, event.contains(u"name") ? name : QString(), at,
                             kind == u"B"});
        } else if (kind == u"B" || kind == u"E" || kind.isEmpty()) {
            ++damaged;
        }
    }
    // Files need not be in the order of time.
    std::stable_sort(marks.begin(), marks.end(),
                     [](const EventMark& a, const EventMark& b) { return a.at < b.at; });
    qsizetype unended = 0;
    for (const EventMark& mark : marks) {
        std::vector<OpenEvent>& stack = open[mark.track];
        if (mark.begins) {
            stack.push_back({mark.name.isEmpty() ? QStringLiteral("(anonymous)") : mark.name, mark.at});
            continue;
        }
        // An end closes the innermost event of its name; what was opened inside it never ended.
        const auto begun = std::find_if(stack.rbegin(), stack.rend(), [&mark](const OpenEvent& event) {
            return mark.name.isEmpty() || event.name == mark.name;
        });
        if (begun == stack.rend()) {
            ++unmatchedEnds;
            continue;
        }
        unended += static_cast<qsizetype>(begun - stack.rbegin());
        series.add(mark.process, begun->name, mark.at - begun->at);
        stack.erase(begun.base() - 1, stack.end());
    }
    for (const auto& stack : std::as_const(open)) {
        unended += static_cast<qsizetype>(stack.size());
    }
    results.series = series.take();
    noteCount(results, unended, u"event begins and never ends; it was left out",
              u"events begin and never end; they were left out");
    noteCount(results, unmatchedEnds, u"end of an event that never began was left out",
              u"ends of events that never began were left out");
    noteCount(results, damaged, u"event without a usable time was left out",
              u"events without a usable time were left out");
    if (results.series.empty()) {
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("Reading a Chrome trace failed: no event in it has a duration"),
                     {}};
    }
    return results;
}

} // namespace perihelion
