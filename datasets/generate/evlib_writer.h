// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// From an open recording to a new file in the evlib layout: /events/{t,x,y,p}, the time index, sensor size,
// time origin, the attributes of the original and where it came from. The four columns are encoded side by
// side on the pool.

#include "core/base/result.h"
#include "core/base/units.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/decode_pool.h"
#include "core/jobs/progress.h"
#include "datasets/generate/recording_optimiser.h"
#include "datasets/index/event_file.h"

#include <QString>
#include <QStringList>

#include <cstdint>
#include <memory>

namespace perihelion {

struct EvlibCopy {
    std::int64_t events = 0;
    std::int64_t missingEvents = 0; ///< Could not be read and were left out.
    ByteCount fileSize;
    QStringList notes; ///< What was not kept, or not as it was.
};

/// Writes path whole or not at all. NoEvents when none can be read; errors of Hdf5Writer; Cancelled. Progress
/// counts events.
Result<EvlibCopy> writeAsEvlib(const std::shared_ptr<EventFile>& file, const QString& path,
                               const OptimiseOptions& options, DecodePool& pool, const CancelToken& cancel,
                               const ProgressReporter& report);

struct EncodingSample {
    std::int64_t events = 0;
    std::uint64_t bytes = 0; ///< Stored, all columns.
    Nanoseconds spent{0};    ///< Encoding on one thread.
};

/// Encodes a few chunks across the recording and keeps nothing of them. NoEvents when none can be read.
Result<EncodingSample> sampleEncoding(const std::shared_ptr<EventFile>& file, const OptimiseOptions& options,
                                      DecodePool& pool, const CancelToken& cancel);

} // namespace perihelion
