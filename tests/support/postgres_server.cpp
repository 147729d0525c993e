// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/postgres_server.h"

#include <QDir>
#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QStandardPaths>
#include <QUrl>

#include <arpa/inet.h>
#include <csignal>
#include <grp.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace perihelion::test {

namespace {

constexpr uid_t kNobody = 65534;
constexpr int kPatienceMillis = 60'000;

/// Debian keeps the server's programs out of the path.
QString serverProgram(const QString& name)
{
    QStringList folders;
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    for (const QString& version : versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        folders.prepend(versions.filePath(QString(version % u"/bin")));
    }
    const QString found = QStandardPaths::findExecutable(name, folders);
    return found.isEmpty() ? QStandardPaths::findExecutable(name) : found;
}

/// A port of loopback that nobody listens on.
int freePort()
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    const bool found =
        socket >= 0 && ::bind(socket, any, size) == 0 && ::getsockname(socket, any, &size) == 0;
    ::close(socket);
    return found ? ntohs(address.sin_port) : 0;
}

/// In the child: no root, and no life after the test.
void becomeServer()
{
    if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(kNobody) != 0 || setuid(kNobody) != 0)) {
        _exit(1);
    }
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
}

} // namespace

PostgresServer::PostgresServer()
{
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setChildProcessModifier(becomeServer);
    m_process.setWorkingDirectory(m_folder.path());
}

PostgresServer::~PostgresServer()
{
    kill();
}

bool PostgresServer::isInstalled()
{
    return QSqlDatabase::isDriverAvailable(QStringLiteral("QPSQL")) &&
           !serverProgram(QStringLiteral("initdb")).isEmpty() &&
           !serverProgram(QStringLiteral("postgres")).isEmpty();
}

QString PostgresServer::initialise()
{
    const QString secret = m_folder.filePath(QStringLiteral("secret"));
    QFile file(secret);
    if (!file.open(QIODevice::WriteOnly) || file.write(kPassword.toUtf8()) <= 0) {
        return QStringLiteral("no password file");
    }
    file.close();
    if (geteuid() == 0 && (chown(QFile::encodeName(m_folder.path()).constData(), kNobody, kNobody) != 0 ||
                           chown(QFile::encodeName(secret).constData(), kNobody, kNobody) != 0)) {
        return QStringLiteral("the folder cannot be given away");
    }
    m_process.start(serverProgram(QStringLiteral("initdb")),
                    {QStringLiteral("-D"), m_folder.filePath(QStringLiteral("files")), QStringLiteral("-U"),
                     QStringLiteral("keeper"), QStringLiteral("--pwfile"), secret, QStringLiteral("-A"),
                     QStringLiteral("scram-sha-256"), QStringLiteral("-E"), QStringLiteral("UTF8"),
                     QStringLiteral("--locale=C"), QStringLiteral("--no-sync")});
    if (!m_process.waitForFinished(kPatienceMillis) || m_process.exitCode() != 0) {
        return QString::fromLocal8Bit(m_process.readAll());
    }
    m_port = freePort();
    return {};
}

QString PostgresServer::start()
{
    if (m_port == 0) {
        if (const QString wrong = initialise(); !wrong.isEmpty()) {
            return wrong;
        }
    }
    m_process.readAll();
    m_process.start(serverProgram(QStringLiteral("postgres")),
                    {QStringLiteral("-D"), m_folder.filePath(QStringLiteral("files")), QStringLiteral("-k"),
                     m_folder.path(), QStringLiteral("-p"), QString::number(m_port), QStringLiteral("-h"),
                     QStringLiteral("127.0.0.1"), QStringLiteral("-c"), QStringLiteral("fsync=off"),
                     QStringLiteral("-c"), QStringLiteral("max_connections=30"), QStringLiteral("-c"),
                     QStringLiteral("log_destination=stderr"), QStringLiteral("-c"),
                     QStringLiteral("lc_messages=C"), QStringLiteral("-c"),
                     QStringLiteral("shared_preload_libraries=pg_stat_statements")});
    QByteArray said;
    while (!said.contains("ready to accept connections")) {
        if (!m_process.waitForReadyRead(kPatienceMillis)) {
            return QString::fromLocal8Bit(said + m_process.readAll());
        }
        said += m_process.readAll();
    }
    return {};
}

void PostgresServer::kill()
{
    if (m_process.state() != QProcess::NotRunning) {
        // SIGQUIT is the server's own "at once": its children end with it, and it recovers at the next start.
        ::kill(static_cast<pid_t>(m_process.processId()), SIGQUIT);
        if (!m_process.waitForFinished(kPatienceMillis)) {
            m_process.kill();
            m_process.waitForFinished();
        }
    }
}

StoreLocation PostgresServer::locationOf(const QString& database, bool overSocket) const
{
    StoreLocation location;
    location.host = overSocket ? m_folder.path() : QStringLiteral("127.0.0.1");
    location.port = m_port;
    location.user = QStringLiteral("keeper");
    location.password = kPassword.toString();
    location.database = database;
    return location;
}

std::optional<StoreLocation> PostgresServer::newDatabase(bool overSocket)
{
    const QString name = QStringLiteral("history_%1").arg(++m_databases);
    return execute(locationOf(QStringLiteral("postgres"), true),
                   QString(u"CREATE DATABASE " % name % u" STRATEGY = FILE_COPY"))
               ? std::optional(locationOf(name, overSocket))
               : std::nullopt;
}

QString PostgresServer::urlOf(const StoreLocation& location)
{
    const QString password = QString::fromLatin1(QUrl::toPercentEncoding(location.password));
    return location.shown().replace(QStringLiteral("keeper@"), QString(u"keeper:" % password % u'@'));
}

bool PostgresServer::countQuestions(const StoreLocation& location)
{
    return execute(location, QStringLiteral("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")) &&
           execute(location, QStringLiteral("SELECT pg_stat_statements_reset()"));
}

qint64 PostgresServer::questions(const StoreLocation& location)
{
    qint64 count = -1;
    execute(location,
            QStringLiteral("SELECT COALESCE(SUM(calls), 0) FROM pg_stat_statements"
                           " JOIN pg_database ON pg_database.oid = dbid"
                           " WHERE datname = current_database() AND query NOT LIKE '%pg_stat%'"),
            &count);
    return execute(location, QStringLiteral("SELECT pg_stat_statements_reset()")) ? count : -1;
}

bool PostgresServer::execute(const StoreLocation& location, const QString& statement, qint64* first)
{
    bool done = false;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), QStringLiteral("keeper"));
        database.setHostName(location.host);
        database.setPort(location.port);
        database.setUserName(location.user);
        database.setPassword(location.password);
        database.setDatabaseName(location.database);
        done = database.open();
        QSqlQuery query(database);
        done = done && query.exec(statement);
        if (done && first != nullptr && query.next()) {
            *first = query.value(0).toLongLong();
        }
        if (!done) {
            qWarning("%s %s", qPrintable(database.lastError().text()), qPrintable(query.lastError().text()));
        }
    }
    QSqlDatabase::removeDatabase(QStringLiteral("keeper"));
    return done;
}

} // namespace perihelion::test
