// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Error and Result<T>: how every fallible function of Perihelion answers.
// An Error is one sentence on what was being done and what stopped it; the subject (path, commit) is kept
// apart and shown last. Values, owned by whoever holds them, usable from any thread.

#include <QString>

#include <optional>
#include <utility>
#include <variant>

namespace perihelion {

enum class ErrorCode {
    Cancelled,
    Corrupt,
    DiskFull,
    Internal,
    InvalidArgument,
    Io,
    NoEvents,
    NotFound,
    NotHdf5,
    PermissionDenied,
    Store,
    TooLarge,
    Truncated,
    Unreachable, ///< A server does not answer; later it may.
    UnsupportedFilter,
    UnsupportedLayout,
};

/// Stable lower-case name of a code, e.g. "not-hdf5"; used in JSON and in tests.
QString errorCodeName(ErrorCode code);

struct [[nodiscard]] Error {
    ErrorCode code = ErrorCode::Internal;
    QString message; ///< One sentence without the subject and without a final full stop.
    QString subject; ///< Path or commit the sentence is about; may be empty.

    /// "message: subject", what a person is shown.
    QString sentence() const;
};

/// Turns errno after a failed system call into an Error ("Reading failed: No space left on device").
Error errorFromErrno(int errnoValue, const QString& doing, const QString& subject);

/// A value or an Error. Asking for the wrong one is a mistake of ours and is asserted.
template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    bool hasValue() const { return m_state.index() == 0; }
    explicit operator bool() const { return hasValue(); }

    const T& value() const& { return std::get<0>(m_state); }
    T& value() & { return std::get<0>(m_state); }
    T&& value() && { return std::get<0>(std::move(m_state)); }
    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }
    T&& operator*() && { return std::get<0>(std::move(m_state)); }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }

    const Error& error() const { return std::get<1>(m_state); }

private:
    std::variant<T, Error> m_state;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : m_error(std::move(error)) {}

    bool hasValue() const { return !m_error.has_value(); }
    explicit operator bool() const { return hasValue(); }
    const Error& error() const { return *m_error; }

private:
    std::optional<Error> m_error;
};

} // namespace perihelion
