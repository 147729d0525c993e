// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Every setting by name: its key in the file, its default, and what else it may be. Plain constants.
// A value in the file that is none of these is read as the default.

#include <QStringView>

#include <cstdint>

namespace perihelion {

struct FlagSetting {
    QStringView key;
    bool fallback;
};

struct IntegerSetting {
    QStringView key;
    std::int64_t fallback;
    std::int64_t least;
    std::int64_t greatest;
};

struct RealSetting {
    QStringView key;
    double fallback;
    double least;
    double greatest;
};

/// A lower-case word such as "dark" or "last-load".
struct WordSetting {
    QStringView key;
    QStringView fallback;
    QStringView choices; ///< Separated by spaces; when empty every word of a-z, 0-9, '-' and '_' will do.
};

/// Absolute paths, no two the same.
struct PathListSetting {
    QStringView key;
    int most; ///< Later ones are dropped.
};

/// Any text; empty by default.
struct TextSetting {
    QStringView key;
};

/// Bytes that only their owner understands (QWidget::saveGeometry and the like); empty by default.
struct BlobSetting {
    QStringView key;
};

namespace setting {

// Appearance.
inline constexpr WordSetting kTheme{u"appearance/theme", u"system", u"system dark light"};
inline constexpr BlobSetting kWindowGeometry{u"window/geometry"};
inline constexpr BlobSetting kWindowState{u"window/state"};
inline constexpr BlobSetting kSplitterState{u"window/splitter"};
inline constexpr WordSetting kLastPage{u"window/page", u"datasets", u""};
inline constexpr FlagSetting kInspectorVisible{u"window/inspector", true};

// Datasets page.
inline constexpr PathListSetting kWatchedFolders{u"datasets/folders", 200};
inline constexpr PathListSetting kRecentFiles{u"datasets/recent", 20};
inline constexpr WordSetting kMenuView{u"datasets/view", u"grid", u"grid list"};
inline constexpr WordSetting kSortKey{u"datasets/sort", u"name", u""};
inline constexpr FlagSetting kSortDescending{u"datasets/sort_descending", false};
inline constexpr FlagSetting kGroupByCategory{u"datasets/group", true};
inline constexpr FlagSetting kThumbnails{u"datasets/thumbnails", true};
/// Complete chunk indexes in the background after an open.
inline constexpr FlagSetting kCompleteIndexes{u"datasets/complete_indexes", true};
/// A load that takes longer is marked as slow, in milliseconds.
inline constexpr IntegerSetting kSlowLoadMillis{u"datasets/slow_load_ms", 100, 1, 600'000};

// Player.
inline constexpr RealSetting kSpeed{u"player/speed", 1.0, 0.25, 100.0};
inline constexpr IntegerSetting kWindowMicros{u"player/window_us", 10'000, 10, 100'000};
inline constexpr WordSetting kViewMode{u"player/view", u"polarity", u""};
inline constexpr WordSetting kPalette{u"player/palette", u"default", u""};
inline constexpr FlagSetting kLogScale{u"player/log_scale", true};
/// Time constant of the time surface; 0 is a third of the window.
inline constexpr IntegerSetting kDecayMicros{u"player/decay_us", 0, 0, 1'000'000};
inline constexpr FlagSetting kLoop{u"player/loop", true};
inline constexpr FlagSetting kRelativeTime{u"player/relative_time", true};
inline constexpr FlagSetting kHudVisible{u"player/hud", true};
inline constexpr FlagSetting kSidePanelVisible{u"player/side_panel", true};

// Cache mode.
inline constexpr FlagSetting kCacheMode{u"cache/on", false};
/// The cache's part of the memory that is available, in percent.
inline constexpr IntegerSetting kCacheSharePercent{u"cache/share_percent", 50, 5, 90};
/// A person's own limit in MiB; 0 is none.
inline constexpr IntegerSetting kCacheLimitMib{u"cache/limit_mib", 0, 0, 1 << 24};
/// With less memory available than this, in MiB, cache mode switches itself off.
inline constexpr IntegerSetting kCacheFloorMib{u"cache/floor_mib", 1024, 64, 1 << 24};
/// Of any one recording at most this much is kept, in MiB; 0 is no limit.
inline constexpr IntegerSetting kCacheRecordingMib{u"cache/recording_mib", 0, 0, 1 << 24};
/// Only recordings whose file is smaller are kept, in MB; 0 is all of them.
inline constexpr IntegerSetting kCacheOnlyBelowMb{u"cache/only_below_mb", 0, 0, 1 << 24};
/// Recordings that are kept whatever else is opened.
inline constexpr PathListSetting kCachePinned{u"cache/pinned", 1000};

// Profile.
/// Where runs are kept: a file or the URL of a server, as StoreLocation reads it; empty: the person's own
/// file.
inline constexpr TextSetting kRunStore{u"runs/store"};
/// Folders of projects whose commands were profiled, the last one first.
inline constexpr PathListSetting kRecentProjects{u"profile/projects", 10};
/// Folder of the project that is open; empty: none.
inline constexpr TextSetting kOpenProject{u"profile/project"};

// Metrics.
/// An operation that takes longer is listed and logged as slow, in milliseconds.
inline constexpr IntegerSetting kSlowOperationMillis{u"metrics/slow_operation_ms", 1'000, 0, 600'000};

} // namespace setting

} // namespace perihelion
