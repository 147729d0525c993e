// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Rewriting a recording of any readable layout as chunked HDF5 in the evlib layout: smaller, faster to open
// and readable everywhere. The new file is read back and compared event for event before it gets its name,
// and everything that could not be kept is said. A synchronous job; memory is bounded at any length.

#include "core/base/result.h"
#include "core/base/units.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/decode_pool.h"
#include "core/jobs/progress.h"
#include "core/measure/load_phases.h"

#include <QString>
#include <QStringList>

#include <cstdint>

namespace perihelion {

struct OptimiseOptions {
    QString stream; ///< Which stream of a file with several; empty for the first.
    QString filter = QStringLiteral("shuffle-deflate"); ///< One of chunkFilterNames().
    int level = 4;
    std::uint64_t chunkEvents = 32'768;
    bool contiguous = false;     ///< Neither chunks nor filter: the fastest to open, the largest.
    bool replaceExisting = true; ///< False: a target that exists is refused.

    static constexpr std::uint64_t kMinChunkEvents = 1'000;
    static constexpr std::uint64_t kMaxChunkEvents = 1'000'000;
};

/// InvalidArgument with a sentence that names the first option out of its limits.
Result<void> checkOptimiseOptions(const OptimiseOptions& options);

struct OptimisedRecording {
    QString path;
    std::int64_t events = 0;
    std::int64_t missingEvents = 0; ///< In chunks that cannot be read: left out.
    ByteCount sizeBefore;
    ByteCount sizeAfter;
    LoadPhases loadBefore; ///< To the first frame of 10 ms, no index kept, the best of three.
    LoadPhases loadAfter;
    Nanoseconds writing{0};
    Nanoseconds comparing{0};
    QStringList notes; ///< One sentence each: what was not kept, or not as it was.
};

/// Rewrites source as target, replacing a target that exists only once the new file is whole and proved
/// equal. InvalidArgument for a bad option and for target being source; Io for a target that exists and must
/// not be replaced; errors of EventFile::open; DiskFull, PermissionDenied; Io when source changes meanwhile;
/// Internal when the new file differs. After an error or a cancel there is no new file and an old target is
/// untouched. Progress counts each event twice: written, compared.
Result<OptimisedRecording> optimiseRecording(const QString& source, const QString& target,
                                             const OptimiseOptions& options, DecodePool& pool,
                                             const CancelToken& cancel = {},
                                             const ProgressReporter& report = {});

struct OptimiseEstimate {
    std::int64_t events = 0;
    ByteCount sizeBefore;
    ByteCount sizeAfter;     ///< From a few samples across the recording.
    Nanoseconds encoding{0}; ///< On one thread; reading and comparing come on top.
};

/// What optimiseRecording() would give, from encoding a few chunks. Takes some 10 to 100 ms.
Result<OptimiseEstimate> estimateOptimised(const QString& source, const OptimiseOptions& options,
                                           DecodePool& pool, const CancelToken& cancel = {});

} // namespace perihelion
