// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A PostgreSQL server of a test's own: its files in a temporary folder, listening on a local socket and on
// loopback with a password, ended with the test. As root it runs as an unprivileged user, which it insists
// on.

#include "core/runs/store_location.h"

#include <QProcess>
#include <QString>
#include <QTemporaryDir>

#include <optional>

namespace perihelion::test {

class PostgresServer {
public:
    static constexpr QStringView kPassword = u"to the sea & back";

    PostgresServer();
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    /// The server's programs and Qt's driver are there.
    static bool isInstalled();

    /// Makes its files on first use, and runs it until it answers. Empty, or what went wrong.
    QString start();
    /// Ends it at once, as a power cut would.
    void kill();
    /// A new, empty database; over the socket or over loopback.
    std::optional<StoreLocation> newDatabase(bool overSocket = true);
    /// Runs a statement as its owner. first: gets the first number of its answer.
    bool execute(const StoreLocation& location, const QString& statement, qint64* first = nullptr);
    int port() const { return m_port; }
    /// For a command line, with the password.
    static QString urlOf(const StoreLocation& location);
    /// Begins to count what is asked of this database.
    bool countQuestions(const StoreLocation& location);
    /// How many statements it was asked since the last look, what Qt asks at connecting included; −1:
    /// unknown.
    qint64 questions(const StoreLocation& location);

private:
    QString initialise();
    StoreLocation locationOf(const QString& database, bool overSocket) const;

    QTemporaryDir m_folder;
    QProcess m_process;
    int m_port = 0;
    int m_databases = 0;
};

} // namespace perihelion::test

/// Returns from the test where no server is installed: visibly skipped, in CI failed.
#define PERIHELION_POSTGRES_OR_SKIP()                                                                        \
    if (!perihelion::test::PostgresServer::isInstalled()) {                                                  \
        if (perihelion::test::sharedDataIsRequired()) {                                                      \
            QFAIL("PostgreSQL is missing, which CI requires: install postgresql and libqt6sql6-psql");       \
        }                                                                                                    \
        QSKIP("install postgresql and libqt6sql6-psql to run this");                                         \
    }
