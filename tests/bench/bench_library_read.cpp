// SPDX-License-Identifier: GPL-3.0-or-later
// library-read: how fast the HDF5 library reads whole columns, by storage. The peer of the other benches.
#include "tests/bench/bench_session.h"
#include "tests/bench/library_reader.h"

namespace perihelion::bench {

namespace {

Result<void> run(const BenchSession& session)
{
    GeneratorOptions deflate;
    GeneratorOptions shuffled;
    shuffled.filter = QStringLiteral("shuffle-deflate");
    GeneratorOptions contiguous;
    contiguous.contiguous = true;
    std::vector<Contender> contenders;
    for (const auto& [name, options] : {std::pair{QStringLiteral("fan_deflate"), deflate},
                                        std::pair{QStringLiteral("fan_shuffle_deflate"), shuffled},
                                        std::pair{QStringLiteral("fan_contiguous"), contiguous}}) {
        const auto path = session.recording(name, options);
        if (!path) {
            return path.error();
        }
        contenders.push_back(
            {QString(u"H5Dread " % name),
             [file = *path, events = session.events()]() -> Result<void> {
                 const auto columns = readWithLibrary(file);
                 if (!columns) {
                     return columns.error();
                 }
                 if (static_cast<std::int64_t>(columns->t.size()) != events) {
                     return Error{ErrorCode::Corrupt, QStringLiteral("Events are missing"), file};
                 }
                 return {};
             },
             static_cast<double>(session.events())});
    }
    return session.compare(QStringLiteral("library-read: the HDF5 library reading whole columns"),
                           QStringLiteral("events"), contenders);
}

} // namespace

Bench libraryReadBench()
{
    return {QStringLiteral("library-read"),
            QStringLiteral("the HDF5 library reading whole columns, the peer"), run};
}

} // namespace perihelion::bench
