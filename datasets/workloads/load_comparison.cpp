// SPDX-License-Identifier: GPL-3.0-or-later
#include "datasets/workloads/load_comparison.h"

#include "core/runs/run_summary.h"
#include "datasets/workloads/dataset_load.h"

#include <QFileInfo>

#include <algorithm>

namespace perihelion {

namespace {

constexpr double kLogSpan = 20;

QString shortNumber(double value)
{
    return QString::number(value, 'f', value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0);
}

QString csvField(QString text)
{
    // A name that begins like a formula is one to spreadsheets.
    const bool formula = !text.isEmpty() && QStringView(u"=+-@").contains(text.front());
    if (formula) {
        text.prepend(u'\'');
    }
    const bool quoted =
        std::any_of(text.cbegin(), text.cend(), [](QChar c) { return QStringView(u",\"\r\n").contains(c); });
    return quoted ? QString(u'"' % text.replace(u'"', QStringLiteral("\"\"")) % u'"') : text;
}

template <typename Visit>
void eachTime(const LoadComparison& comparison, Visit visit)
{
    for (const LoadGroup& group : comparison.groups) {
        for (const LoadState state : kLoadStates) {
            if (const std::optional<LoadTime>& time = group.time(state)) {
                visit(group, state, *time);
            }
        }
    }
}

} // namespace

QString loadStateId(LoadState state)
{
    switch (state) {
    case LoadState::ColdFile:
        return QStringLiteral("cold_file");
    case LoadState::KeptIndex:
        return QStringLiteral("kept_index");
    case LoadState::CacheOff:
        return QStringLiteral("cache_off");
    case LoadState::CacheMiss:
        return QStringLiteral("cache_miss");
    case LoadState::CacheHit:
        break;
    }
    return QStringLiteral("cache_hit");
}

QString loadStateWords(LoadState state)
{
    return loadStateId(state).replace(u'_', u' ');
}

std::vector<LoadSubject> generatedLoadSubjects()
{
    return {{QString(), false}, {QString(), true}};
}

std::vector<LoadSubject> loadSubjectsOf(const QStringList& files)
{
    std::vector<LoadSubject> subjects;
    for (const QString& file : files) {
        subjects.push_back({file, false});
    }
    return subjects.empty() ? generatedLoadSubjects() : subjects;
}

Result<Scenario> loadScenario(const WorkloadRegistry& registry, const Scenario& like,
                              const LoadSubject& subject, LoadState state)
{
    const Workload* workload = registry.find(u"dataset-load");
    if (workload == nullptr) {
        return Error{ErrorCode::InvalidArgument, QStringLiteral("There is no workload dataset-load"),
                     QString()};
    }
    QJsonObject values = like.workload() == workload->name() ? like.values() : QJsonObject();
    values[QStringLiteral("files")] =
        subject.file.isEmpty() ? QJsonArray() : QJsonArray{QJsonValue(subject.file)};
    values[QStringLiteral("storage")] =
        subject.contiguous ? QStringLiteral("contiguous") : QStringLiteral("chunked");
    const bool evicted = state == LoadState::ColdFile || state == LoadState::KeptIndex;
    values[QStringLiteral("file_state")] = evicted ? QStringLiteral("evicted") : QStringLiteral("resident");
    values[QStringLiteral("index")] =
        state == LoadState::ColdFile ? QStringLiteral("built") : QStringLiteral("kept");
    values[QStringLiteral("cache")] = state == LoadState::CacheMiss  ? QStringLiteral("miss")
                                      : state == LoadState::CacheHit ? QStringLiteral("hit")
                                                                     : QStringLiteral("off");
    const QString name =
        subject.contiguous ? QString(u"contiguous_" % loadStateId(state)) : loadStateId(state);
    return Scenario::make(workload->parameterSet(), name, values);
}

std::optional<LoadTime> LoadTime::of(const RunRecord& run)
{
    const RunSummary summary = RunSummary::of(run);
    const PhaseRow* total = summary.row(kTotalRow);
    if (total == nullptr || total->warm.count == 0) {
        return std::nullopt;
    }
    LoadTime time;
    time.run = run.id;
    time.count = total->warm.count;
    time.minMillis = toMilliseconds(total->warm.min);
    time.p50Millis = toMilliseconds(total->warm.p50);
    time.p95Millis = toMilliseconds(total->warm.p95);
    time.maxMillis = toMilliseconds(total->warm.max);
    if (const auto contiguous = metricValue(summary.metrics, kContiguousFiles)) {
        time.contiguous = *contiguous > 0;
    }
    return time;
}

QString LoadGroup::name() const
{
    return subject.file.isEmpty() ? QStringLiteral("generated") : QFileInfo(subject.file).completeBaseName();
}

QString LoadGroup::storage() const
{
    for (const auto& time : times) {
        if (time && time->contiguous) {
            return *time->contiguous ? QStringLiteral("contiguous") : QStringLiteral("chunked");
        }
    }
    return {};
}

std::optional<double> LoadGroup::timesAsFast(LoadState state) const
{
    const auto first =
        std::find_if(times.begin(), times.end(), [](const auto& time) { return time.has_value(); });
    const std::optional<LoadTime>& own = time(state);
    if (!own || first == times.end() || &*first == &own || own->p50Millis <= 0) {
        return std::nullopt;
    }
    return (*first)->p50Millis / own->p50Millis;
}

std::size_t LoadComparison::count() const
{
    std::size_t bars = 0;
    eachTime(*this, [&bars](const LoadGroup&, LoadState, const LoadTime&) { ++bars; });
    return bars;
}

double LoadComparison::leastMillis() const
{
    std::optional<double> least;
    eachTime(*this, [&least](const LoadGroup&, LoadState, const LoadTime& time) {
        least = std::min(least.value_or(time.p50Millis), time.p50Millis);
    });
    return least.value_or(0);
}

double LoadComparison::mostMillis() const
{
    double most = 0;
    eachTime(*this, [&most](const LoadGroup&, LoadState, const LoadTime& time) {
        most = std::max(most, time.p50Millis);
    });
    return most;
}

bool LoadComparison::needsLogScale() const
{
    return leastMillis() > 0 && mostMillis() > kLogSpan * leastMillis();
}

QString LoadComparison::barText(std::size_t group, LoadState state) const
{
    const std::optional<LoadTime>& time = groups.at(group).time(state);
    if (!time) {
        return {};
    }
    const QString own = QString(shortNumber(time->p50Millis) % u" ms");
    const std::optional<double> ratio = groups[group].timesAsFast(state);
    return ratio ? QString(own % u" · " % QString::number(*ratio, 'f', *ratio < 10 ? 1 : 0) % u'×') : own;
}

QString LoadComparison::toText() const
{
    QStringList lines;
    for (std::size_t at = 0; at < groups.size(); ++at) {
        QStringList bars;
        for (const LoadState state : kLoadStates) {
            const QString text = barText(at, state);
            bars.append(QString(loadStateWords(state) % u' ' %
                                (text.isEmpty() ? QStringLiteral("not measured") : text)));
        }
        const QString storage = groups[at].storage();
        lines.append(QString(groups[at].name() % (storage.isEmpty() ? QString() : QString(u", " % storage)) %
                             u": " % bars.join(QStringLiteral(", "))));
    }
    return lines.join(u'\n');
}

QString LoadComparison::toCsv() const
{
    QString csv =
        QStringLiteral("recording,storage,state,n,min_ms,p50_ms,p95_ms,max_ms,times_as_fast,run\r\n");
    eachTime(*this, [&csv](const LoadGroup& group, LoadState state, const LoadTime& time) {
        const auto number = [](double value) { return QString::number(value, 'f', 6); };
        const std::optional<double> ratio = group.timesAsFast(state);
        const QString recording = group.subject.file.isEmpty() ? group.name() : group.subject.file;
        csv +=
            QStringList{
                csvField(recording),         group.storage(),        loadStateId(state),
                QString::number(time.count), number(time.minMillis), number(time.p50Millis),
                number(time.p95Millis),      number(time.maxMillis), ratio ? number(*ratio) : QString(),
                QString::number(time.run)}
                .join(u',') %
            u"\r\n";
    });
    return csv;
}

} // namespace perihelion
