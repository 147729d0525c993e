// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/store_location.h"

#include <QStringList>
#include <QUrl>
#include <QUrlQuery>

namespace perihelion {

namespace {

const QStringList& serverOptions()
{
    // Those of libpq that a person may need; the others are set by the store itself.
    static const QStringList options{QStringLiteral("host"),        QStringLiteral("sslmode"),
                                     QStringLiteral("sslrootcert"), QStringLiteral("sslcert"),
                                     QStringLiteral("sslkey"),      QStringLiteral("channel_binding"),
                                     QStringLiteral("passfile"),    QStringLiteral("service")};
    return options;
}

/// Nothing of the text is repeated: it may hold a password.
Error wrongUrl(const QString& why)
{
    return Error{
        ErrorCode::InvalidArgument,
        QString(u"The URL of the run store " % why % u"; it looks like postgresql://user@host:port/database"),
        QString()};
}

Result<StoreLocation> parseServer(const QString& text)
{
    const QUrl url(text, QUrl::StrictMode);
    if (!url.isValid()) {
        return wrongUrl(QStringLiteral("is not a URL"));
    }
    StoreLocation location;
    location.host = url.host();
    location.port = url.port(0);
    location.user = url.userName(QUrl::FullyDecoded);
    location.password = url.password(QUrl::FullyDecoded);
    location.database = url.path(QUrl::FullyDecoded).mid(1);
    if (location.database.isEmpty() || location.database.contains(u'/')) {
        return wrongUrl(QStringLiteral("does not name one database"));
    }
    QStringList options;
    const QUrlQuery query(url);
    for (const auto& [key, value] : query.queryItems(QUrl::FullyDecoded)) {
        if (!serverOptions().contains(key)) {
            return wrongUrl(QString(u"has an option that is not known: " % key));
        }
        // Qt takes ';' for a separator and the server's library blanks and quotes.
        for (const QChar letter : value) {
            if (letter.isSpace() || letter == u';' || letter == u'\'' || letter == u'\\') {
                return wrongUrl(QString(u"has a blank, ';', quote or '\\' in its option " % key));
            }
        }
        if (key == u"host") {
            location.host = value;
        } else {
            options.append(QString(key % u'=' % value));
        }
    }
    location.options = options.join(u'&');
    return location;
}

} // namespace

QString StoreLocation::shown() const
{
    if (!isServer()) {
        return file;
    }
    QString url = QStringLiteral("postgresql://");
    if (!user.isEmpty()) {
        url += user % u'@';
    }
    const bool isFolder = host.startsWith(u'/');
    if (!isFolder) {
        url += host;
    }
    if (port > 0) {
        url += u':' % QString::number(port);
    }
    url += u'/' % database;
    if (isFolder) {
        url += u"?host=" % host;
    }
    return url;
}

StoreLocation StoreLocation::ofFile(const QString& file)
{
    StoreLocation location;
    location.file = file;
    return location;
}

Result<StoreLocation> StoreLocation::parse(const QString& text)
{
    for (const QStringView scheme : {u"postgresql:", u"postgres:"}) {
        if (text.startsWith(scheme)) {
            return parseServer(text);
        }
    }
    for (const QStringView scheme : {u"sqlite://", u"file://", u"sqlite:", u"file:"}) {
        if (text.startsWith(scheme) && text.size() > scheme.size()) {
            return ofFile(text.mid(scheme.size()));
        }
    }
    if (text.isEmpty() || text.contains(u"://")) {
        return Error{ErrorCode::InvalidArgument,
                     QStringLiteral("A run store is the path of a SQLite file, sqlite:PATH or "
                                    "postgresql://user@host/database, and this is none of them"),
                     QString()};
    }
    return ofFile(text);
}

} // namespace perihelion
