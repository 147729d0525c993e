// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Bytes of a result file made fit for a JSON parser: other encodings, and numbers that JSON does not have.

#include <QByteArray>

namespace perihelion {

/// UTF-8 from UTF-8 with or without a byte order mark, or from UTF-16 with one.
QByteArray resultTextAsUtf8(const QByteArray& bytes);

/// Bare NaN, Infinity and −Infinity outside strings replaced by null; some programs write them.
QByteArray withoutBareNumbers(const QByteArray& json);

/// Of a JSON array that breaks off: the objects at its top level that are whole, as an array.
QByteArray wholeObjectsOf(const QByteArray& jsonArray);

} // namespace perihelion
