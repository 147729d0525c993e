// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Tells Perihelion when phases begin and end. C++17, this file alone: copy it beside your program; without
// Perihelion it does nothing.
//
//     perihelion_phases::Phase phase("parse");           // until the end of the block, or phase.end()
//     perihelion_phases::metric("payload_bytes", size, "B");
//
// Threads: phases are told by one thread, the first that begins one, because they stand inside each other.
// Phases that other threads begin are not told; how many there were is, as the metric untold_phases. metric()
// may be called by any thread. Every line goes out whole and at once, which takes a microsecond or two.
// A program that leaves by exit() within a phase, or hands its descriptors on to others that tell of
// phases as well, tells of phases that do not fit together, and Perihelion says so.

#include <cerrno>
#include <chrono>
#include <climits>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iomanip>
#include <locale>
#include <mutex>
#include <sstream>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace perihelion_phases {

namespace detail {

/// Bytes of the UTF-8 character that text begins with; 0 where it begins with none.
inline std::size_t characterBytes(std::string_view text)
{
    const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char first = byte(0);
    const std::size_t bytes = first < 0x80                     ? 1
                              : first >= 0xc2 && first <= 0xdf ? 2
                              : first >= 0xe0 && first <= 0xef ? 3
                              : first >= 0xf0 && first <= 0xf4 ? 4
                                                               : 0;
    if (bytes == 0 || bytes > text.size()) {
        return 0;
    }
    for (std::size_t at = 1; at < bytes; ++at) {
        if ((byte(at) & 0xc0U) != 0x80U) {
            return 0;
        }
    }
    // Overlong forms, surrogates, and what lies above the last character there is.
    const bool wrong = bytes > 2 && ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f) ||
                                     (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f));
    return wrong ? 0 : bytes;
}

/// As a JSON string; bytes that are no UTF-8 become U+FFFD.
inline std::string quoted(std::string_view text)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string json = "\"";
    while (!text.empty()) {
        const std::size_t bytes = characterBytes(text);
        const unsigned first = static_cast<unsigned char>(text.front());
        if (bytes == 0) {
            json += "\\ufffd";
        } else if (first < 0x20) {
            json += "\\u00";
            json += kDigits[first >> 4U];
            json += kDigits[first & 0xfU];
        } else {
            if (first == '"' || first == '\\') {
                json += '\\';
            }
            json.append(text.substr(0, bytes));
        }
        text.remove_prefix(bytes == 0 ? 1 : bytes);
    }
    return json += '"';
}

/// As a JSON number with all its digits, whatever the locale; null for what is no number, which is refused.
inline std::string number(double value)
{
    if (!std::isfinite(value)) {
        return "null";
    }
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text << std::setprecision(17) << value;
    return text.str();
}

inline std::int64_t nanosecondsNow()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// The descriptor that Perihelion names; −1 without one that can be written to.
inline int namedDescriptor()
{
    const char* const named = std::getenv("PERIHELION_EVENTS_FD");
    if (named == nullptr || *named < '0' || *named > '9') {
        return -1;
    }
    char* end = nullptr;
    const long descriptor = std::strtol(named, &end, 10);
    if (*end != '\0' || descriptor > INT_MAX) {
        return -1;
    }
    const int mode = ::fcntl(static_cast<int>(descriptor), F_GETFL);
    return mode >= 0 && (mode & O_ACCMODE) != O_RDONLY ? static_cast<int>(descriptor) : -1;
}

/// Where the lines go. The one object lives from the first phase or metric to the end of the program.
class Channel {
public:
    static Channel& instance()
    {
        static Channel channel;
        return channel;
    }
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    ~Channel()
    {
        try {
            const unsigned long untold = untoldPhases();
            if (untold > 0) {
                write(R"({"metric": "untold_phases", "value": )" + std::to_string(untold) +
                      ", \"unit\": \"1\"}\n");
            }
        } catch (...) { // Out of memory at the very end.
        }
    }

    bool isOpen() const { return m_descriptor >= 0; }
    /// Whether the calling thread is the one that tells of phases; the first that asks is.
    bool isTeller()
    {
        static thread_local const char self = 0;
        const std::lock_guard<std::mutex> lock(m_mutex);
        if (m_teller == nullptr) {
            m_teller = &self;
        }
        if (m_teller != &self) {
            ++m_untold;
        }
        return m_teller == &self;
    }
    void write(const std::string& line)
    {
        const std::lock_guard<std::mutex> lock(m_mutex);
        const char* at = line.data();
        std::size_t left = line.size();
        while (left > 0 && m_descriptor >= 0) {
            const ssize_t written = ::write(m_descriptor, at, left);
            if (written >= 0) {
                at += written;
                left -= static_cast<std::size_t>(written);
            } else if (errno == EAGAIN) {
                pollfd room{m_descriptor, POLLOUT, 0};
                ::poll(&room, 1, -1);
            } else if (errno != EINTR) {
                m_descriptor = -1; // Nobody listens any more.
            }
        }
    }

private:
    Channel() : m_descriptor(namedDescriptor()) {}
    unsigned long untoldPhases()
    {
        const std::lock_guard<std::mutex> lock(m_mutex);
        return m_untold;
    }

    std::mutex m_mutex;
    int m_descriptor;
    const void* m_teller = nullptr;
    unsigned long m_untold = 0;
};

} // namespace detail

/// Whether anybody listens; to leave out work that is done for a metric alone.
inline bool listening()
{
    return detail::Channel::instance().isOpen();
}

/// A number that belongs to the run. The same names every time; unit: "1" for a count, "B", "s", "ms" …
inline void metric(std::string_view name, double value, std::string_view unit = "1")
{
    if (listening()) {
        detail::Channel::instance().write("{\"metric\": " + detail::quoted(name) +
                                          ", \"value\": " + detail::number(value) +
                                          ", \"unit\": " + detail::quoted(unit) + "}\n");
    }
}

/// A phase, from here to the end of the block. Phases stand inside each other, 16 deep at most; times of the
/// same phase are summed.
class Phase {
public:
    explicit Phase(std::string_view name)
    {
        if (listening() && detail::Channel::instance().isTeller()) {
            m_name = detail::quoted(name);
            m_open = true;
            tell("{\"begin\": ", detail::nanosecondsNow());
        }
    }
    Phase(const Phase&) = delete;
    Phase& operator=(const Phase&) = delete;
    ~Phase() { end(); }

    /// Ends it before its block does.
    void end() noexcept
    {
        if (!m_open) {
            return;
        }
        const std::int64_t now = detail::nanosecondsNow();
        m_open = false;
        try {
            tell("{\"end\": ", now);
        } catch (...) { // Out of memory: Perihelion says that the phase never ended.
        }
    }

private:
    void tell(std::string_view what, std::int64_t now) const
    {
        std::string line(what);
        line += m_name;
        line += ", \"ns\": ";
        line += std::to_string(now);
        line += "}\n";
        detail::Channel::instance().write(line);
    }

    std::string m_name; ///< As JSON.
    bool m_open = false;
};

} // namespace perihelion_phases
