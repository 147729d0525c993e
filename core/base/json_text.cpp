// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json_text.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace perihelion {

namespace {

/// Walks a text that is known to be JSON and looks for the place of a path.
class JsonPlaceFinder {
public:
    JsonPlaceFinder(const QByteArray& text, const QStringList& path) : m_text(text), m_path(path) {}

    /// Offset of the last part of the path that exists.
    qsizetype find()
    {
        value(0, true);
        return m_found;
    }

private:
    bool atEnd() const { return m_at >= m_text.size(); }
    char peek() const { return atEnd() ? '\0' : m_text.at(m_at); }

    void skipBlanks()
    {
        while (!atEnd() && (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t')) {
            ++m_at;
        }
    }

    QByteArray string()
    {
        const qsizetype start = m_at++;
        while (!atEnd() && peek() != '"') {
            m_at += peek() == '\\' ? 2 : 1;
        }
        ++m_at;
        return m_text.mid(start, m_at - start);
    }

    static QString decoded(const QByteArray& literal)
    {
        return QJsonDocument::fromJson(QByteArray('[' + literal + ']')).array().at(0).toString();
    }

    bool wanted(qsizetype depth, bool onPath, const QString& key, qsizetype place)
    {
        if (!onPath || depth >= m_path.size() || m_path.at(depth) != key) {
            return false;
        }
        m_found = place;
        return true;
    }

    void container(qsizetype depth, bool onPath, char close)
    {
        ++m_at;
        for (qsizetype index = 0;; ++index) {
            skipBlanks();
            if (atEnd() || peek() == close) {
                break;
            }
            const qsizetype place = m_at;
            QString key = QString::number(index);
            if (close == '}') {
                key = decoded(string());
                skipBlanks();
                ++m_at; // the colon
            }
            value(depth + 1, wanted(depth, onPath, key, place));
            skipBlanks();
            if (peek() == ',') {
                ++m_at;
            }
        }
        ++m_at;
    }

    // As deep as the parser that accepted the text allows, which is 1024.
    void value(qsizetype depth, bool onPath)
    {
        skipBlanks();
        if (peek() == '{') {
            container(depth, onPath, '}');
        } else if (peek() == '[') {
            container(depth, onPath, ']');
        } else if (peek() == '"') {
            string();
        } else {
            while (!atEnd() && !QByteArrayLiteral(",]} \n\r\t").contains(peek())) {
                ++m_at;
            }
        }
    }

    const QByteArray& m_text;
    const QStringList& m_path;
    qsizetype m_at = 0;
    qsizetype m_found = 0;
};

int lineAt(const QByteArray& text, qsizetype offset)
{
    const auto end = text.begin() + std::clamp<qsizetype>(offset, 0, text.size());
    return 1 + static_cast<int>(std::count(text.begin(), end, '\n'));
}

QString placeIn(const QString& file, int line)
{
    return QString(file % u':' % QString::number(line));
}

} // namespace

Result<JsonText> JsonText::parse(const QByteArray& text, const QString& doing, const QString& file)
{
    // JSON begins with ASCII, of which every other byte is zero in UTF-16.
    if (text.startsWith("\xFF\xFE") || text.startsWith("\xFE\xFF") || text.left(4).contains('\0')) {
        return Error{
            ErrorCode::Corrupt,
            QString(doing % u" failed: it must be UTF-8, and this seems to be UTF-16 or UTF-32; save it "
                            u"as UTF-8"),
            placeIn(file, 1)};
    }
    QJsonParseError parsed;
    const QJsonDocument document = QJsonDocument::fromJson(text, &parsed);
    if (parsed.error != QJsonParseError::NoError) {
        return Error{ErrorCode::Corrupt,
                     QString(doing % u" failed: it is no JSON (" % parsed.errorString() % u')'),
                     placeIn(file, lineAt(text, parsed.offset))};
    }
    if (!document.isObject()) {
        return Error{ErrorCode::Corrupt, QString(doing % u" failed: it is no JSON object"), placeIn(file, 1)};
    }
    JsonText read;
    read.m_text = text;
    read.m_root = document.object();
    read.m_doing = doing;
    read.m_file = file;
    return read;
}

int JsonText::lineOf(const QStringList& path) const
{
    return lineAt(m_text, JsonPlaceFinder(m_text, path).find());
}

Error JsonText::mistake(const QStringList& path, const QString& what) const
{
    return Error{ErrorCode::InvalidArgument,
                 QString(m_doing % u" failed: key " % path.join(u'.') % u' ' % what),
                 placeIn(m_file, lineOf(path))};
}

} // namespace perihelion
