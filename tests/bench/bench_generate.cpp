// SPDX-License-Identifier: GPL-3.0-or-later
// generate: events a second from the generator to a durable file, by kind and storage, on one thread.
#include "datasets/generate/event_stream.h"
#include "tests/bench/bench_session.h"

#include <QDir>
#include <QFile>

namespace perihelion::bench {

namespace {

/// The events alone, without compressing or writing them.
Result<void> drain(const GeneratorOptions& options)
{
    EventStream stream(options);
    std::vector<std::int64_t> t(100'000);
    std::vector<std::uint16_t> x(t.size());
    std::vector<std::uint16_t> y(t.size());
    std::vector<std::int8_t> p(t.size());
    while (stream.fill({t, x, y, p}) > 0) {
    }
    return {};
}

Result<void> run(const BenchSession& session)
{
    if (!QDir().mkpath(session.folder())) {
        return Error{ErrorCode::Io, QStringLiteral("Creating the folder failed"), session.folder()};
    }
    const QString path = QDir(session.folder()).filePath(QStringLiteral("bench_generate.h5"));
    std::vector<Contender> contenders;
    QStringList sizes;
    const auto add = [&](const QString& name, const GeneratorOptions& options) {
        contenders.push_back({name,
                              [path, options]() -> Result<void> {
                                  const auto made = generateRecording(path, options);
                                  return made ? Result<void>() : made.error();
                              },
                              static_cast<double>(options.events)});
        if (const auto made = generateRecording(path, options)) {
            const double bytes = static_cast<double>(made->fileBytes) / static_cast<double>(options.events);
            sizes.append(QString(name % u' ' % QString::number(bytes, 'f', 2)));
        }
    };
    for (const SceneKind kind : {SceneKind::Fan, SceneKind::Drone, SceneKind::Street, SceneKind::Noise}) {
        GeneratorOptions options;
        options.kind = kind;
        options.events = session.events();
        add(QString(sceneKindId(kind) % u", deflate 1"), options);
    }
    GeneratorOptions fan;
    fan.events = session.events();
    for (const QString& filter :
         {QStringLiteral("shuffle-deflate"), QStringLiteral("lz4"), QStringLiteral("zstd")}) {
        fan.filter = filter;
        add(QString(u"fan, " % filter % u" 1"), fan);
    }
    fan.contiguous = true;
    add(QStringLiteral("fan, contiguous"), fan);
    contenders.push_back({QStringLiteral("fan, events alone"), [fan] { return drain(fan); },
                          static_cast<double>(session.events())});
    const auto outcome =
        session.compare(QStringLiteral("generate: synthetic recordings to a synced file, one thread"),
                        QStringLiteral("events"), contenders);
    session.remark(QString(u"bytes per event: " % sizes.join(QStringLiteral(" · "))));
    QFile::remove(path);
    return outcome;
}

} // namespace

Bench generateBench()
{
    return {QStringLiteral("generate"), QStringLiteral("throughput of the generator by kind and storage"),
            run};
}

} // namespace perihelion::bench
