// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/interchange/result_text.h"

#include <QStringDecoder>

#include <array>
#include <utility>

namespace perihelion {

namespace {

/// Walks JSON text and knows what is inside a string.
class StringTracker {
public:
    /// True when letter belongs to a string, its quotes included.
    bool inString(char letter)
    {
        if (m_inside) {
            if (m_escaped) {
                m_escaped = false;
            } else if (letter == '\\') {
                m_escaped = true;
            } else if (letter == '"') {
                m_inside = false;
            }
            return true;
        }
        m_inside = letter == '"';
        return m_inside;
    }

private:
    bool m_inside = false;
    bool m_escaped = false;
};

} // namespace

QByteArray resultTextAsUtf8(const QByteArray& bytes)
{
    if (bytes.startsWith("\xFF\xFE") || bytes.startsWith("\xFE\xFF")) {
        QStringDecoder decoder(QStringDecoder::Utf16);
        const QString text = decoder(bytes);
        return text.toUtf8();
    }
    return bytes.startsWith("\xEF\xBB\xBF") ? bytes.mid(3) : bytes;
}

QByteArray withoutBareNumbers(const QByteArray& json)
{
    static constexpr std::array<QByteArrayView, 6> kBare{"-Infinity", "Infinity", "-NaN",
                                                         "NaN",       "-inf",     "-nan"};
    QByteArray cleaned;
    cleaned.reserve(json.size());
    StringTracker tracker;
    for (qsizetype i = 0; i < json.size(); ++i) {
        const char letter = json.at(i);
        if (tracker.inString(letter)) {
            cleaned.append(letter);
            continue;
        }
        bool replaced = false;
        if (letter == '-' || letter == 'N' || letter == 'I') {
            for (const QByteArrayView bare : kBare) {
                if (QByteArrayView(json).sliced(i).startsWith(bare)) {
                    cleaned.append("null");
                    i += bare.size() - 1;
                    replaced = true;
                    break;
                }
            }
        }
        if (!replaced) {
            cleaned.append(letter);
        }
    }
    return cleaned;
}

QByteArray wholeObjectsOf(const QByteArray& jsonArray)
{
    StringTracker tracker;
    int depth = 0;
    qsizetype begin = -1;
    QByteArray whole("[");
    for (qsizetype i = 0; i < jsonArray.size(); ++i) {
        const char letter = jsonArray.at(i);
        if (tracker.inString(letter)) {
            continue;
        }
        if (letter == '{' || letter == '[') {
            ++depth;
            if (depth == 2 && letter == '{') {
                begin = i;
            }
        } else if (letter == '}' || letter == ']') {
            --depth;
            if (depth == 1 && letter == '}' && begin >= 0) {
                whole += whole.size() > 1 ? "," : "";
                whole += jsonArray.mid(begin, i - begin + 1);
                begin = -1;
            }
        }
    }
    return whole + ']';
}

} // namespace perihelion
