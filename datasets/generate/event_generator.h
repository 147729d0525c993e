// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// EventGenerator: synthetic recordings of known content, any length, in bounded memory, the same for the same
// seed. Written as chunked or contiguous HDF5 in the evlib layout with the truth (rpm, blades, …) as
// attributes.

#include "core/base/result.h"
#include "core/jobs/cancel_token.h"
#include "core/jobs/progress.h"

#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>
#include <vector>

namespace perihelion {

enum class SceneKind { Fan, Drone, Street, Noise, HotPixels, Bursts };

QString sceneKindId(SceneKind kind); ///< "fan", "drone", "street", "noise", "hot-pixels", "bursts".
std::optional<SceneKind> sceneKindFromId(const QString& id);
QStringList sceneKindIds();

struct GeneratorOptions {
    SceneKind kind = SceneKind::Fan;
    std::int64_t events = 1'000'000; ///< 1 … 2 000 000 000.
    std::uint64_t seed = 1;
    int width = 1280;
    int height = 720;
    double eventsPerSecond = 2.7e6; ///< Mean rate, which with the count gives the duration.
    double rpm = 1100;              ///< Fan and drone.
    double rpmVariation = 0;        ///< Fan: share by which the speed swings, 0 … 0.9.
    int blades = 3;                 ///< Fan and drone propellers.
    double noiseShare = 0.05;       ///< Share of events that are background noise.
    int hotPixels = 12;
    bool contiguous = false;
    std::uint64_t chunkEvents = 100'000;
    QString filter = QStringLiteral("deflate"); ///< none, deflate, shuffle-deflate, lzf, lz4, zstd, blosc.
    int level = 1;
    bool moving = false; ///< Fan: looks left and right; drone: drifts.
};

/// What the options may be; generateRecording() refuses the rest.
struct GeneratorLimits {
    static constexpr std::int64_t kMaxEvents = 2'000'000'000;
    static constexpr int kMinSide = 16;
    static constexpr int kMaxSide = 4096;
    static constexpr double kMinRate = 100;
    static constexpr double kMaxRate = 1e8;
    static constexpr double kMaxRpm = 1e6;
    static constexpr double kMaxRpmVariation = 0.9;
    static constexpr int kMaxBlades = 64;
    static constexpr int kMaxHotPixels = 1000;
    static constexpr std::uint64_t kMaxChunkEvents = 1'000'000;
};

/// InvalidArgument with a sentence that names the first option out of its limits.
Result<void> checkGeneratorOptions(const GeneratorOptions& options);

struct GeneratedRecording {
    QString path;
    std::int64_t events = 0;
    std::uint64_t fileBytes = 0;
};

/// Writes a recording to path (temporary file beside it, renamed when whole). InvalidArgument names the
/// option; DiskFull, PermissionDenied and Cancelled leave no file and an existing one untouched. Progress
/// counts events.
Result<GeneratedRecording> generateRecording(const QString& path, const GeneratorOptions& options,
                                             const CancelToken& cancel = {},
                                             const ProgressReporter& report = {});

/// The six sample recordings that the first start offers, small enough for 20 s in all.
struct SampleRecording {
    QString fileName;
    GeneratorOptions options;
};
std::vector<SampleRecording> sampleRecordings();
/// Makes those that are missing in folder (and the folder itself); returns the paths of all six, in their
/// order. Progress counts the events of all six.
Result<QStringList> makeSampleRecordings(const QString& folder, const CancelToken& cancel = {},
                                         const ProgressReporter& report = {});

} // namespace perihelion
