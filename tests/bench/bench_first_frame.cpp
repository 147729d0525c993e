// SPDX-License-Identifier: GPL-3.0-or-later
// first-frame: from opening a recording to its first accumulated 10 ms, with and without a kept index,
// against the HDF5 library reading the whole recording, which is what the picture used to wait for.
#include "core/jobs/decode_pool.h"
#include "datasets/frames/first_frame.h"
#include "tests/bench/bench_session.h"
#include "tests/bench/library_reader.h"

#include <QDir>

namespace perihelion::bench {

namespace {

Result<void> firstFrame(const QString& path, const OpenOptions& open, DecodePool& pool, EventTime offset)
{
    FirstFrameRequest request;
    request.path = path;
    request.open = open;
    request.windowOffset = offset;
    QueryContext context;
    context.pool = &pool;
    const auto first = loadFirstFrame(request, context);
    if (!first) {
        return first.error();
    }
    return {};
}

Result<void> run(const BenchSession& session)
{
    GeneratorOptions deflate;
    deflate.kind = SceneKind::Drone;
    deflate.eventsPerSecond = 8.6e6;
    GeneratorOptions shuffled = deflate;
    shuffled.filter = QStringLiteral("shuffle-deflate");
    GeneratorOptions contiguous = deflate;
    contiguous.contiguous = true;
    DecodePool pool;
    const QString indexDir = QDir(session.folder()).filePath(QStringLiteral("index"));
    for (const auto& [name, options] : {std::pair{QStringLiteral("drone_deflate"), deflate},
                                        std::pair{QStringLiteral("drone_shuffle_deflate"), shuffled},
                                        std::pair{QStringLiteral("drone_contiguous"), contiguous}}) {
        const auto path = session.recording(name, options);
        if (!path) {
            return path.error();
        }
        OpenOptions kept;
        kept.indexDir = indexDir;
        {
            const auto file = EventFile::open(*path, kept);
            if (!file) {
                return file.error();
            }
            if (const auto completed = (*file)->completeIndex(pool); !completed) {
                return completed.error();
            }
        }
        // The first window again and again would also measure a warm processor cache: start elsewhere each
        // time.
        const EventTime step(37'003);
        const auto span =
            static_cast<std::int64_t>(1e6 * static_cast<double>(session.events()) / 8.6e6) - 20'000;
        EventTime at(0);
        const auto next = [&at, step, span] {
            at = EventTime((at + step).count() % std::max<std::int64_t>(1, span));
            return at;
        };
        std::vector<Contender> contenders{
            {QStringLiteral("H5Dread of all columns"),
             [file = *path]() -> Result<void> {
                 const auto columns = readWithLibrary(file);
                 return columns ? Result<void>() : columns.error();
             }},
            {QStringLiteral("no kept index, first window"),
             [&, file = *path] { return firstFrame(file, OpenOptions{}, pool, EventTime(0)); }},
            {QStringLiteral("kept index, first window"),
             [&, file = *path] { return firstFrame(file, kept, pool, EventTime(0)); }},
            {QStringLiteral("no kept index, some window"),
             [&, file = *path] { return firstFrame(file, OpenOptions{}, pool, next()); }},
            {QStringLiteral("kept index, some window"),
             [&, file = *path] { return firstFrame(file, kept, pool, next()); }},
        };
        if (const auto compared = session.compare(QString(u"first-frame: open to first 10 ms frame, " % name),
                                                  QString(), contenders);
            !compared) {
            return compared.error();
        }
    }
    return {};
}

} // namespace

Bench firstFrameBench()
{
    return {QStringLiteral("first-frame"), QStringLiteral("open to first accumulated frame"), run};
}

} // namespace perihelion::bench
