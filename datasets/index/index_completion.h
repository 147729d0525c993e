// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// One look at every event of a recording, on all of the pool's threads and in bounded memory: exact times of
// each block, order, sensor bounds, holes, rate curve.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/decode_pool.h"
#include "core/jobs/progress.h"
#include "datasets/index/chunk_index.h"

namespace perihelion {

/// Cancelled when asked to stop; holes are noted in the index and never an Error.
Result<CompletedFacts> lookAtEveryEvent(const ChunkIndex& index, DecodePool& pool, const CancelToken& cancel,
                                        const ProgressReporter& report);

} // namespace perihelion
