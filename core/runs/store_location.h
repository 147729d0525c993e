// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// StoreLocation: where measured runs are kept: a SQLite file, or a PostgreSQL server that several machines
// share. A value.

#include "core/base/result.h"

#include <QString>

namespace perihelion {

struct StoreLocation {
    QString file; ///< Of SQLite; empty for a server.

    // Of a server.
    QString host; ///< Name, address, or the folder of a local socket; empty: the library's own default.
    int port = 0; ///< 0: the default.
    QString user;
    QString password; ///< Never shown, and better kept in ~/.pgpass.
    QString database;
    QString options; ///< Connection options as the URL has them, "sslmode=require".

    bool isServer() const { return file.isEmpty(); }
    /// What may be shown: the file, or the URL without its password.
    QString shown() const;

    static StoreLocation ofFile(const QString& file);
    /// A path, sqlite:PATH, file:PATH or
    /// postgresql://[user[:password]@][host[:port]]/database[?option=value&…]. A socket's folder is given as
    /// the option host. Error InvalidArgument, never with a password in it.
    static Result<StoreLocation> parse(const QString& text);

    bool operator==(const StoreLocation&) const = default;
};

} // namespace perihelion
