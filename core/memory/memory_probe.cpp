// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/memory/memory_probe.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <sstream>
#include <string_view>
#include <vector>

namespace perihelion {

namespace {

/// Limits from here on mean "none": v1 writes the largest page-aligned number.
constexpr std::uint64_t kNoLimit = 1ULL << 62;

/// The memory controller as it is mounted in one of the two hierarchies.
struct GroupMount {
    bool unified = false;
    std::string root;  ///< Group that is shown at the mount point.
    std::string point; ///< Mount point, from "/".
};

std::optional<std::string> contentOf(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return std::nullopt;
    }
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return file.bad() ? std::nullopt : std::optional(std::move(text));
}

std::optional<std::uint64_t> numberIn(std::string_view text)
{
    const std::size_t start = text.find_first_not_of(" \t");
    if (start == std::string_view::npos) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data() + start, text.data() + text.size(), value);
    return failure == std::errc() ? std::optional(value) : std::nullopt;
}

/// The number behind a name that begins a line ("MemAvailable:", "inactive_file").
std::optional<std::uint64_t> numberAfter(const std::string& text, std::string_view name)
{
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = std::string_view(text).substr(at, end - at);
        if (line.size() > name.size() && line.substr(0, name.size()) == name &&
            (line[name.size()] == ' ' || name.back() == ':')) {
            return numberIn(line.substr(name.size()));
        }
        at = end + 1;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> numberFrom(const std::string& path)
{
    const auto text = contentOf(path);
    return text ? numberIn(*text) : std::nullopt; // "max" is no number.
}

bool listHolds(std::string_view list, std::string_view word)
{
    for (std::size_t at = 0; at <= list.size();) {
        const std::size_t end = std::min(list.find(',', at), list.size());
        if (list.substr(at, end - at) == word) {
            return true;
        }
        at = end + 1;
    }
    return false;
}

/// mountinfo writes blanks as \040.
std::string unescaped(const std::string& text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool octal = text[i] == '\\' && i + 3 < text.size();
        if (octal) {
            plain +=
                static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + text[i + 3] - '0');
            i += 3;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

std::vector<GroupMount> groupMounts(const std::string& mountInfo)
{
    std::vector<GroupMount> mounts;
    std::istringstream lines(mountInfo);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::vector<std::string> fields{std::istream_iterator<std::string>(words),
                                        std::istream_iterator<std::string>()};
        const auto dash = std::find(fields.begin(), fields.end(), "-");
        if (fields.size() < 6 || fields.end() - dash < 4) {
            continue;
        }
        const std::string& kind = *(dash + 1);
        const bool unified = kind == "cgroup2";
        if (unified || (kind == "cgroup" && listHolds(*(dash + 3), "memory"))) {
            mounts.push_back(GroupMount{unified, unescaped(fields[3]), unescaped(fields[4])});
        }
    }
    return mounts;
}

/// Path of this process's group in the hierarchy of a mount, from /proc/self/cgroup; empty when it is in
/// none.
std::optional<std::string> groupIn(const GroupMount& mount, const std::string& groups)
{
    std::istringstream lines(groups);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t first = line.find(':');
        const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
        if (second == std::string::npos) {
            continue;
        }
        const std::string_view controllers = std::string_view(line).substr(first + 1, second - first - 1);
        const bool mine = mount.unified ? controllers.empty() : listHolds(controllers, "memory");
        if (mine) {
            return line.substr(second + 1);
        }
    }
    return std::nullopt;
}

/// Bytes that a group's own limit leaves; nothing when it has none.
struct GroupRoom {
    std::uint64_t left = 0;
    std::uint64_t limit = 0;
};

std::optional<GroupRoom> roomIn(const std::string& folder, bool unified)
{
    std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
    for (const char* name : unified ? std::vector<const char*>{"/memory.max", "/memory.high"}
                                    : std::vector<const char*>{"/memory.limit_in_bytes"}) {
        limit = std::min(limit, numberFrom(folder + name).value_or(limit));
    }
    const auto usage = numberFrom(folder + (unified ? "/memory.current" : "/memory.usage_in_bytes"));
    if (limit >= kNoLimit || !usage) {
        return std::nullopt;
    }
    // Pages of files that nobody used lately are counted as used, yet are given up before anything is
    // swapped.
    const auto stat = contentOf(folder + "/memory.stat");
    const std::uint64_t idle =
        stat ? numberAfter(*stat, unified ? "inactive_file" : "total_inactive_file").value_or(0) : 0;
    const std::uint64_t held = *usage - std::min(*usage, idle);
    return GroupRoom{limit - std::min(limit, held), limit};
}

} // namespace

MemoryProbe::MemoryProbe(std::string root) : m_root(std::move(root))
{
    while (!m_root.empty() && m_root.back() == '/') {
        m_root.pop_back();
    }
}

Result<AvailableMemory> MemoryProbe::sample() const
{
    const std::string meminfoPath = m_root + "/proc/meminfo";
    const auto meminfo = contentOf(meminfoPath);
    const auto availableKib = meminfo ? numberAfter(*meminfo, "MemAvailable:") : std::nullopt;
    if (!availableKib) {
        return Error{ErrorCode::Io, QStringLiteral("Asking how much memory is available failed"),
                     QString::fromStdString(meminfoPath)};
    }
    AvailableMemory memory;
    memory.available = *availableKib * 1024;
    memory.total = numberAfter(*meminfo, "MemTotal:").value_or(0) * 1024;
    memory.limitedBy = QStringLiteral("the machine");

    const std::string groups = contentOf(m_root + "/proc/self/cgroup").value_or("");
    for (const GroupMount& mount : groupMounts(contentOf(m_root + "/proc/self/mountinfo").value_or(""))) {
        auto group = groupIn(mount, groups);
        if (!group) {
            continue;
        }
        // Inside a container the mount shows only a part of the hierarchy, and the group may lie outside it.
        if (mount.root != "/") {
            const bool below = group->compare(0, mount.root.size(), mount.root) == 0;
            *group = below ? group->substr(mount.root.size()) : "";
        }
        std::string at = *group == "/" || group->find("/..") != std::string::npos ? "" : *group;
        while (true) {
            if (const auto room = roomIn(m_root + mount.point + at, mount.unified)) {
                memory.total = std::min(memory.total, room->limit);
                if (room->left < memory.available) {
                    memory.available = room->left;
                    memory.limitedBy =
                        QString(u"control group " % QString::fromStdString(at.empty() ? "/" : at));
                }
            }
            if (at.empty()) {
                break;
            }
            at.erase(std::min(at.rfind('/'), at.size() - 1));
        }
    }
    return memory;
}

} // namespace perihelion
