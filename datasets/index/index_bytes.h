// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Plain values to bytes and back for the kept index. Reading never leaves the buffer and never allocates more
// than the bytes that are there can fill: after a failure every value is zero and ok() is false.

#include <QString>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace perihelion {

class IndexByteWriter {
public:
    /// Leaves room for a head that overwrite() fills in later.
    explicit IndexByteWriter(std::size_t headBytes) : m_bytes(headBytes) {}

    template <typename T>
    requires std::is_trivially_copyable_v<T>
    void value(const T& v)
    {
        const auto* from = reinterpret_cast<const std::byte*>(&v);
        m_bytes.insert(m_bytes.end(), from, from + sizeof(T));
    }
    template <typename T>
    requires std::is_trivially_copyable_v<T>
    void array(const std::vector<T>& values)
    {
        value(static_cast<std::uint64_t>(values.size()));
        const auto* from = reinterpret_cast<const std::byte*>(values.data());
        m_bytes.insert(m_bytes.end(), from, from + values.size() * sizeof(T));
    }
    void text(const std::string& utf8) { array(std::vector<char>(utf8.begin(), utf8.end())); }
    void text(const QString& string) { text(string.toStdString()); }

    template <typename T>
    void overwrite(std::size_t at, const T& v)
    {
        std::memcpy(m_bytes.data() + at, &v, sizeof(T));
    }
    std::span<const std::byte> bytes() const { return m_bytes; }

private:
    std::vector<std::byte> m_bytes;
};

class IndexByteReader {
public:
    explicit IndexByteReader(std::span<const std::byte> bytes) : m_rest(bytes) {}

    bool ok() const { return m_ok; }

    template <typename T>
    requires std::is_trivially_copyable_v<T>
    void value(T& v)
    {
        if (!m_ok || m_rest.size() < sizeof(T)) {
            m_ok = false;
            v = T{};
            return;
        }
        std::memcpy(&v, m_rest.data(), sizeof(T));
        m_rest = m_rest.subspan(sizeof(T));
    }
    /// Any byte but 0 counts as true, so that a damaged file makes no invalid bool.
    void value(bool& v)
    {
        std::uint8_t byte = 0;
        value(byte);
        v = byte != 0;
    }
    template <typename T>
    requires std::is_trivially_copyable_v<T>
    void array(std::vector<T>& values)
    {
        std::uint64_t size = 0;
        value(size);
        values.clear();
        if (!m_ok || size > m_rest.size() / sizeof(T)) {
            m_ok = false;
            return;
        }
        if (size == 0) {
            return; // an empty vector has no address that memcpy may be given
        }
        values.resize(static_cast<std::size_t>(size));
        // memcpy takes no null pointer, not even for nothing.
        if (!values.empty()) {
            std::memcpy(values.data(), m_rest.data(), values.size() * sizeof(T));
        }
        m_rest = m_rest.subspan(values.size() * sizeof(T));
    }
    void text(std::string& utf8)
    {
        std::vector<char> characters;
        array(characters);
        utf8.assign(characters.begin(), characters.end());
    }
    void text(QString& string)
    {
        std::string utf8;
        text(utf8);
        string = QString::fromStdString(utf8);
    }
    /// A number of items that take at least minBytes each; 0 and not ok when they cannot all be there.
    std::size_t count(std::size_t minBytes)
    {
        std::uint32_t items = 0;
        value(items);
        if (!m_ok || items > m_rest.size() / minBytes) {
            m_ok = false;
            return 0;
        }
        return items;
    }

private:
    std::span<const std::byte> m_rest;
    bool m_ok = true;
};

} // namespace perihelion
