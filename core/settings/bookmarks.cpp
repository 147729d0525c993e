// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/settings/bookmarks.h"

#include "core/base/atomic_file.h"

#include <QCryptographicHash>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <limits>
#include <optional>

namespace perihelion {

namespace {

constexpr int kFormatVersion = 1;
constexpr qint64 kLargestBookmarkFile = 16 << 20;

/// A whole number of microseconds, or nothing for a missing, fractional or textual one.
std::optional<EventTime> timeFromJson(const QJsonValue& value)
{
    // Two different defaults tell an integer from everything that would be answered with the default.
    const qint64 time = value.toInteger(0);
    return value.isDouble() && time == value.toInteger(1) ? std::optional(EventTime(time)) : std::nullopt;
}

/// Nothing when the text is not what save() writes for this recording.
std::optional<std::vector<Bookmark>> parse(const QByteArray& text, const QString& recording,
                                           const QString& stream)
{
    const QJsonObject root = QJsonDocument::fromJson(text).object();
    const QJsonValue list = root.value(u"bookmarks");
    if (root.value(u"version").toInt() != kFormatVersion ||
        root.value(u"recording").toString() != recording || root.value(u"stream").toString() != stream ||
        !list.isArray()) {
        return std::nullopt;
    }
    std::vector<Bookmark> bookmarks;
    const QJsonArray entries = list.toArray();
    for (const auto& entry : entries) {
        const std::optional<EventTime> time = timeFromJson(entry[QStringLiteral("time_us")]);
        const QJsonValue label = entry[QStringLiteral("label")];
        if (!time || !label.isString()) {
            return std::nullopt;
        }
        bookmarks.push_back(Bookmark{*time, label.toString()});
    }
    return bookmarks;
}

void sortByTime(std::vector<Bookmark>& bookmarks)
{
    std::stable_sort(bookmarks.begin(), bookmarks.end(),
                     [](const Bookmark& a, const Bookmark& b) { return a.time < b.time; });
}

} // namespace

QString Bookmarks::fileFor(const QString& recording, const QString& stream) const
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(recording.toUtf8());
    hash.addData(QByteArrayView("\0", 1)); // No path holds it, so no two pairs run together.
    hash.addData(stream.toUtf8());
    return QString(m_folder % u'/' % QString::fromLatin1(hash.result().toHex().left(40)) % u".json");
}

Result<BookmarkList> Bookmarks::load(const QString& recording, const QString& stream) const
{
    const QString path = fileFor(recording, stream);
    QFile file(path);
    if (!file.exists()) {
        return BookmarkList{};
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{ErrorCode::PermissionDenied,
                     QString(QStringLiteral("Reading the bookmarks failed: ") % file.errorString()), path};
    }
    BookmarkList answer;
    std::optional<std::vector<Bookmark>> bookmarks;
    if (file.size() <= kLargestBookmarkFile) {
        const QByteArray text = file.readAll();
        if (file.error() != QFileDevice::NoError) {
            return Error{ErrorCode::Io,
                         QString(QStringLiteral("Reading the bookmarks failed: ") % file.errorString()),
                         path};
        }
        bookmarks = parse(text, recording, stream);
    }
    file.close();
    if (!bookmarks) {
        const Result<QString> aside = setFileAside(path);
        if (!aside) {
            return aside.error();
        }
        answer.notice =
            QStringLiteral("The bookmarks of this recording were damaged; their file was set aside: %1")
                .arg(*aside);
        return answer;
    }
    answer.bookmarks = *std::move(bookmarks);
    sortByTime(answer.bookmarks);
    return answer;
}

Result<void> Bookmarks::save(const QString& recording, const QString& stream,
                             std::vector<Bookmark> bookmarks) const
{
    const QString doing = QStringLiteral("Saving the bookmarks");
    const QString path = fileFor(recording, stream);
    if (bookmarks.empty()) {
        QFile file(path);
        if (file.exists() && !file.remove()) {
            return Error{ErrorCode::PermissionDenied, QString(doing % u" failed: " % file.errorString()),
                         path};
        }
        return {};
    }
    sortByTime(bookmarks);
    QJsonArray entries;
    for (const Bookmark& bookmark : bookmarks) {
        entries.append(QJsonObject{{QStringLiteral("time_us"), static_cast<qint64>(bookmark.time.count())},
                                   {QStringLiteral("label"), bookmark.label}});
    }
    const QJsonObject root{{QStringLiteral("version"), kFormatVersion},
                           {QStringLiteral("recording"), recording},
                           {QStringLiteral("stream"), stream},
                           {QStringLiteral("bookmarks"), entries}};
    return writeFileAtomically(path, QJsonDocument(root).toJson(), doing);
}

} // namespace perihelion
