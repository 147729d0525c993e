// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// JsonText: a JSON object from a file that people edit, able to say on which line something stands, so that a
// mistake is told as file, line and key. A value.

#include "core/base/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace perihelion {

class JsonText {
public:
    /// Error Corrupt naming the line where the text is no JSON, or no object. doing: "Reading the scenario";
    /// file: shown in errors.
    static Result<JsonText> parse(const QByteArray& text, const QString& doing, const QString& file);

    const QJsonObject& root() const { return m_root; }
    /// The line (from 1) of a key; a path of keys, array elements as "0", "1" …; the line of the last part
    /// that exists.
    int lineOf(const QStringList& path) const;
    /// InvalidArgument "DOING failed: key KEY WHAT", subject "FILE:LINE".
    Error mistake(const QStringList& path, const QString& what) const;

private:
    JsonText() = default;

    QByteArray m_text;
    QJsonObject m_root;
    QString m_doing;
    QString m_file;
};

} // namespace perihelion
