// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/window_command.h"

#include "app/cli/cli_options.h"
#include "app/cli/info_command.h"
#include "app/cli/recording_json.h"
#include "core/base/format.h"
#include "datasets/cache/event_cache.h"
#include "datasets/frames/first_frame.h"
#include "datasets/frames/frame_png.h"

#include <QElapsedTimer>
#include <QJsonArray>

#include <charconv>
#include <limits>
#include <optional>

namespace perihelion {

namespace {

constexpr std::int64_t kMaxMicros = std::int64_t{1} << 60;
constexpr qsizetype kCsvBytes = 1 << 20;

/// Sums of one worker; 128 bits because the dt of a long recording overflow 64.
struct Sums {
    std::int64_t events = 0;
    std::int64_t on = 0;
    std::int64_t x = 0;
    std::int64_t y = 0;
    __extension__ __int128 dt = 0;
    std::int64_t firstIndex = std::numeric_limits<std::int64_t>::max();
    std::int64_t lastIndex = -1;
    std::array<std::int64_t, 4> first{};
    std::array<std::int64_t, 4> last{};

    void add(const EventBlock& block, std::int64_t origin)
    {
        for (std::size_t i = 0; i < block.size; ++i) {
            on += block.p[i];
            x += block.x[i];
            y += block.y[i];
            dt += block.t[i] - origin; // fits: times are bounded by kMaxTime
        }
        events += static_cast<std::int64_t>(block.size);
        const auto event = [&block](std::size_t i) {
            return std::array<std::int64_t, 4>{block.t[i], block.x[i], block.y[i], block.p[i]};
        };
        if (block.firstIndex < firstIndex) {
            firstIndex = block.firstIndex;
            first = event(0);
        }
        if (block.firstIndex > lastIndex) {
            lastIndex = block.firstIndex;
            last = event(block.size - 1);
        }
    }
    void add(const Sums& other)
    {
        events += other.events;
        on += other.on;
        x += other.x;
        y += other.y;
        dt += other.dt;
        if (other.events > 0 && other.firstIndex < firstIndex) {
            firstIndex = other.firstIndex;
            first = other.first;
        }
        if (other.events > 0 && other.lastIndex > lastIndex) {
            lastIndex = other.lastIndex;
            last = other.last;
        }
    }
};

/// Exact, unless the sum needs more than 64 bits.
__extension__ QJsonValue sumJson(__int128 sum)
{
    const auto exact = static_cast<qint64>(sum);
    return exact == sum ? QJsonValue(exact) : QJsonValue(static_cast<double>(sum));
}

QJsonValue eventJson(const std::array<std::int64_t, 4>& event, bool there)
{
    if (!there) {
        return QJsonValue::Null;
    }
    QJsonArray values;
    for (const std::int64_t value : event) {
        values.append(static_cast<qint64>(value));
    }
    return values;
}

Result<RegionOfInterest> readRoi(const QString& text)
{
    const QStringList parts = text.split(u',');
    std::array<int, 4> values{};
    bool valid = parts.size() == 4;
    for (std::size_t i = 0; valid && i < values.size(); ++i) {
        values.at(i) = parts.at(static_cast<qsizetype>(i)).trimmed().toInt(&valid);
    }
    if (!valid || values[2] < 1 || values[3] < 1 || values[0] < 0 || values[1] < 0 || values[0] > 65'535 ||
        values[1] > 65'535 || values[2] > 65'536 || values[3] > 65'536) {
        return wrongUsage(
            QString(u"--roi takes X,Y,W,H in pixels with W and H at least 1, not \"" % text % u'"'));
    }
    return RegionOfInterest{values[0], values[1], values[2], values[3]};
}

Result<FirstFrameRequest> readRequest(const CliOptions& options)
{
    FirstFrameRequest request;
    request.path = options.positional().first();
    auto open = openOptionsFrom(options);
    if (!open) {
        return open.error();
    }
    request.open = std::move(*open);
    request.open.stream = options.value(QStringLiteral("stream"));
    request.absolute = options.isSet(QStringLiteral("absolute"));
    const auto start = options.integer(QStringLiteral("start-us"), -kMaxMicros, kMaxMicros);
    const auto length = options.integer(QStringLiteral("length-us"), 1, kMaxMicros);
    for (const auto* number : {&start, &length}) {
        if (!*number) {
            return number->error();
        }
    }
    request.windowOffset = EventTime(*start);
    request.windowLength = EventTime(*length);
    if (options.isSet(QStringLiteral("roi"))) {
        const auto roi = readRoi(options.value(QStringLiteral("roi")));
        if (!roi) {
            return roi.error();
        }
        request.roi = *roi;
    }
    const auto polarity = options.choice(
        QStringLiteral("polarity"), {QStringLiteral("both"), QStringLiteral("on"), QStringLiteral("off")});
    const QStringList views = {QStringLiteral("polarity"), QStringLiteral("signed"), QStringLiteral("count"),
                               QStringLiteral("surface")};
    const auto view = options.choice(QStringLiteral("view"), views);
    for (const auto* word : {&polarity, &view}) {
        if (!*word) {
            return word->error();
        }
    }
    request.polarity = *polarity == u"on"    ? PolarityFilter::On
                       : *polarity == u"off" ? PolarityFilter::Off
                                             : PolarityFilter::Both;
    request.mode = static_cast<AccumulateMode>(views.indexOf(*view));
    return request;
}

void appendNumber(QByteArray& line, std::int64_t number, char end)
{
    std::array<char, 24> digits{};
    char* const last = std::to_chars(digits.data(), digits.data() + digits.size() - 1, number).ptr;
    *last = end;
    line.append(digits.data(), static_cast<qsizetype>(last - digits.data()) + 1);
}

/// Prints block by block on this thread alone, which keeps the order and the memory small. Ends early when
/// nobody reads on or the user interrupts.
int printCsv(const LazyFrame& plan, QueryContext context, CliSession& session)
{
    context.pool = nullptr;
    QByteArray lines("t,x,y,p\n");
    int status = CliSession::kDone;
    const auto printed = plan.forEachBlock(context, [&](const EventBlock& block, std::size_t) {
        for (std::size_t i = 0; i < block.size && !context.cancel.isCancelled(); ++i) {
            appendNumber(lines, block.t[i], ',');
            appendNumber(lines, block.x[i], ',');
            appendNumber(lines, block.y[i], ',');
            appendNumber(lines, block.p[i], '\n');
            if (lines.size() > kCsvBytes) {
                status = session.printBytes(lines);
                lines.clear();
                if (status != CliSession::kDone) {
                    context.cancel.cancel();
                }
            }
        }
    });
    if (status != CliSession::kDone) {
        return status;
    }
    return printed ? session.printBytes(lines) : session.fail(printed.error());
}

/// What is missing from an answer is said beside it, whatever its form. A hole in the times may lie anywhere,
/// so holes are said even where no event is known to be missing.
void noteMissing(const FirstFrame& first, CliSession& session)
{
    const std::int64_t missing = first.frame.cost.missingEvents;
    const QString known =
        missing > 0 ? QString(u", " % formatCount(missing) % u" of them in this window") : QString();
    for (const Note& note : first.file->metadata().notes) {
        if (note.kind == NoteKind::CorruptChunk || note.kind == NoteKind::MissingChunk) {
            session.note(QString(note.text % known % u": " % first.file->path()));
        }
    }
}

/// Answers again when the full look has shown that times fall, which a first answer may not know.
Result<FirstFrame> loadCertain(const FirstFrameRequest& request, const QueryContext& context,
                               CliSession& session, double& completionMs)
{
    auto first = loadFirstFrame(request, context);
    if (!first || first->file->isIndexComplete()) {
        return first;
    }
    QElapsedTimer timer;
    timer.start();
    const auto completed =
        first->file->completeIndex(*context.pool, context.cancel, session.progressReporter());
    session.endProgress();
    completionMs = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    if (!completed) {
        if (completed.error().code == ErrorCode::Cancelled) {
            return completed.error();
        }
        session.note(completed.error().sentence());
    }
    if (first->file->isKnownUnsorted()) {
        auto again = first->plan->accumulate(context, first->frame.width, first->frame.height, request.mode);
        if (!again) {
            return again.error();
        }
        first->frame = std::move(*again);
    }
    return first;
}

int run(const QStringList& arguments, CliSession& session)
{
    CliOptions options(windowCommand());
    options.setPositional(1, 1);
    options.addValue(QStringLiteral("start-us"), QStringLiteral("A"),
                     QStringLiteral("Start of the window in µs after the first event"), QStringLiteral("0"));
    options.addValue(QStringLiteral("length-us"), QStringLiteral("B"),
                     QStringLiteral("Length of the window in µs"), QStringLiteral("10000"));
    options.addFlag(QStringLiteral("absolute"), QStringLiteral("The start is the file's absolute time"));
    options.addValue(QStringLiteral("stream"), QStringLiteral("NAME"),
                     QStringLiteral("left or right, of a recording with both"));
    options.addValue(QStringLiteral("roi"), QStringLiteral("X,Y,W,H"), QStringLiteral("Only these pixels"));
    options.addValue(QStringLiteral("polarity"), QStringLiteral("P"), QStringLiteral("both, on or off"),
                     QStringLiteral("both"));
    options.addValue(QStringLiteral("view"), QStringLiteral("V"),
                     QStringLiteral("What --png draws: polarity, signed, count or surface"),
                     QStringLiteral("polarity"));
    options.addFlag(QStringLiteral("json"), QStringLiteral("Print counts, sums, cost and phases as JSON"));
    options.addFlag(QStringLiteral("csv"), QStringLiteral("Print every event as t,x,y,p"));
    options.addValue(QStringLiteral("png"), QStringLiteral("OUT"),
                     QStringLiteral("Draw the window to a picture"));
    declareIndexOption(options);
    options.addFlag(QStringLiteral("enable-cache"),
                    QStringLiteral("Keep decoded events between picture, sums and list"));
    options.addFlag(QStringLiteral("no-cache"), QStringLiteral("Decode anew each time (the default)"));
    if (const auto status = options.parse(arguments, session)) {
        return *status;
    }
    const bool caching = options.isSet(QStringLiteral("enable-cache"));
    if (caching && options.isSet(QStringLiteral("no-cache"))) {
        return session.fail(wrongUsage(QStringLiteral("--enable-cache and --no-cache exclude each other")));
    }
    if (options.isSet(QStringLiteral("json")) && options.isSet(QStringLiteral("csv"))) {
        return session.fail(wrongUsage(QStringLiteral("--json and --csv exclude each other")));
    }
    const auto request = readRequest(options);
    if (!request) {
        return session.fail(request.error());
    }

    DecodePool pool;
    QueryContext context;
    context.pool = &pool;
    context.cancel = session.cancel();
    std::optional<MemoryBudget> memory;
    std::optional<EventCache> cache;
    if (caching) {
        memory.emplace();
        cache.emplace(*memory, CacheOptions{true, 0, 0});
        context.cache = &*cache;
        if (const QString reason = cache->offReason(); !reason.isEmpty()) {
            session.note(reason);
        }
    }
    double completionMs = 0;
    const auto first = loadCertain(*request, context, session, completionMs);
    if (!first) {
        return session.fail(first.error());
    }
    if (options.isSet(QStringLiteral("png"))) {
        const QString path = options.value(QStringLiteral("png"));
        if (const auto written = writeFramePng(path, first->frame); !written) {
            return session.fail(written.error());
        }
    }
    noteMissing(*first, session);
    if (options.isSet(QStringLiteral("csv"))) {
        const int status = printCsv(*first->plan, context, session);
        const auto unchanged = first->file->checkUnchanged();
        return status == CliSession::kDone && !unchanged ? session.fail(unchanged.error()) : status;
    }

    const std::int64_t origin = first->file->metadata().firstTime.count();
    std::vector<Sums> workers(pool.concurrency());
    const auto scanned = first->plan->forEachBlock(
        context, [&](const EventBlock& block, std::size_t worker) { workers[worker].add(block, origin); });
    if (!scanned) {
        return session.fail(scanned.error());
    }
    if (const auto unchanged = first->file->checkUnchanged(); !unchanged) {
        return session.fail(unchanged.error());
    }
    Sums sums;
    for (const Sums& worker : workers) {
        sums.add(worker);
    }
    const QueryCost& cost = first->frame.cost;
    if (!options.isSet(QStringLiteral("json"))) {
        return session.print(QStringLiteral("%1 %2 (%3 ON, %4 OFF), %5 chunks read, %6 ms\n")
                                 .arg(formatCount(sums.events),
                                      sums.events == 1 ? QStringLiteral("event") : QStringLiteral("events"),
                                      formatCount(sums.on), formatCount(sums.events - sums.on),
                                      formatCount(cost.chunksRead),
                                      QString::number(toMilliseconds(first->phases.total()), 'f', 2)));
    }
    return session.printJson(
        QJsonObject{{QStringLiteral("file"), request->path},
                    {QStringLiteral("start_us"), static_cast<qint64>(first->frame.windowStart.count())},
                    {QStringLiteral("length_us"), static_cast<qint64>(first->frame.windowLength.count())},
                    {QStringLiteral("events"), static_cast<qint64>(sums.events)},
                    {QStringLiteral("on"), static_cast<qint64>(sums.on)},
                    {QStringLiteral("off"), static_cast<qint64>(sums.events - sums.on)},
                    {QStringLiteral("sum_x"), static_cast<qint64>(sums.x)},
                    {QStringLiteral("sum_y"), static_cast<qint64>(sums.y)},
                    {QStringLiteral("sum_p"), static_cast<qint64>(sums.on)},
                    {QStringLiteral("sum_dt_us"), sumJson(sums.dt)},
                    {QStringLiteral("first"), eventJson(sums.first, sums.events > 0)},
                    {QStringLiteral("last"), eventJson(sums.last, sums.events > 0)},
                    {QStringLiteral("chunks_read"), static_cast<qint64>(cost.chunksRead)},
                    {QStringLiteral("bytes_read"), static_cast<qint64>(cost.bytesRead)},
                    {QStringLiteral("bytes_decoded"), static_cast<qint64>(cost.bytesDecoded)},
                    {QStringLiteral("missing_events"), static_cast<qint64>(cost.missingEvents)},
                    {QStringLiteral("outside_events"), static_cast<qint64>(first->frame.outside)},
                    {QStringLiteral("index"), indexStateName(first->index)},
                    {QStringLiteral("cache"), cacheStateName(first->cache)},
                    {QStringLiteral("cached_bytes"), static_cast<qint64>(cache ? cache->facts().bytes : 0)},
                    {QStringLiteral("index_completion_ms"), completionMs},
                    {QStringLiteral("phases"), phasesJson(first->phases)}});
}

} // namespace

CliCommand windowCommand()
{
    return CliCommand{
        QStringLiteral("window"), QStringLiteral("Count, sum, list or draw the events of a time window"),
        QStringLiteral("FILE [--start-us A] [--length-us B] [--roi X,Y,W,H] [--polarity on|off] "
                       "[--json | --csv] [--png OUT]"),
        run};
}

} // namespace perihelion
