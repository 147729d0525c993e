// SPDX-License-Identifier: GPL-3.0-or-later
// Commits with submodules: real repositories, and nothing but what the person's checkout has fetched.
#include "core/runs/run_store.h"
#include "tests/support/test_support.h"
#include "tests/unit/core/backfill_test.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>

namespace perihelion::test {

namespace {

/// "git submodule add" of a repository of this machine.
bool addSubmodule(const MadeProject& made, const QString& url, const QString& path)
{
    return !made.git({QStringLiteral("-c"), QStringLiteral("protocol.file.allow=always"),
                      QStringLiteral("submodule"), QStringLiteral("--quiet"), QStringLiteral("add"),
                      QStringLiteral("--"), url, path})
                .isNull();
}

/// Checks a commit of a submodule out, from wherever it comes.
bool moveSubmodule(const MadeProject& made, const QString& path, const QString& commit)
{
    const MadeProject inside(QString(made.folder() % u'/' % path));
    return !inside.git({QStringLiteral("fetch"), QStringLiteral("-q")}).isNull() &&
           !inside.git({QStringLiteral("checkout"), QStringLiteral("-q"), commit}).isNull() &&
           !inside
                .git({QStringLiteral("-c"), QStringLiteral("protocol.file.allow=always"),
                      QStringLiteral("submodule"), QStringLiteral("--quiet"), QStringLiteral("update"),
                      QStringLiteral("--init"), QStringLiteral("--recursive")})
                .isNull();
}

/// Every file below the folder where git keeps submodules, with its content.
QByteArray modulesOf(const MadeProject& made)
{
    QStringList files;
    QDirIterator each(QString(made.folder() % u"/.git/modules"), QDir::Files | QDir::Hidden,
                      QDirIterator::Subdirectories);
    while (each.hasNext()) {
        files.append(each.next());
    }
    files.sort();
    QByteArray all;
    for (const QString& path : std::as_const(files)) {
        QFile file(path);
        all += path.toUtf8() + '\n' + (file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray());
    }
    return all;
}

/// The phase parse takes what the file third/lib/value.txt says, and 1 ms more with a file deep in it.
const char* const kBuild = "mkdir -p built\n"
                           "value=$(cat third/lib/value.txt 2>/dev/null || echo 3)\n"
                           "[ -e third/lib/deep/more.txt ] && value=$((value + 1))\n"
                           "[ -e third/lib/left.txt ] && value=77\n"
                           "touch third/lib/left.txt 2>/dev/null\n"
                           "echo echo phase parse $value > built/program.sh\n";

bool addCommit(MadeProject& made, const QString& subject)
{
    return made.writeProjectFile() && made.write(QStringLiteral(".gitignore"), "built/\n") &&
           made.write(QStringLiteral("build.sh"), kBuild) && made.commit(subject);
}

/// Milliseconds of the phase parse at a commit; −1 where it was not measured.
double parseTime(const RunStore& store, const QString& commit)
{
    const auto runs = store.recentRuns();
    for (const RunListing& listed : runs ? *runs : std::vector<RunListing>()) {
        const auto run = store.run(listed.id);
        if (listed.commit == commit && run && !run->iterations.empty()) {
            return toMilliseconds(run->iterations.front().phases.front().total);
        }
    }
    return -1;
}

QString failureAt(const RunStore& store, const QString& commit)
{
    const auto runs = store.recentRuns();
    for (const RunListing& listed : runs ? *runs : std::vector<RunListing>()) {
        if (listed.commit == commit) {
            return listed.failure;
        }
    }
    return {};
}

} // namespace

void TestBackfill::readsUrlsOfSubmodules()
{
    const QString base = QStringLiteral("https://example.invalid/group/project.git");
    QCOMPARE(submoduleUrl(base, QStringLiteral("https://other.invalid/lib")),
             QStringLiteral("https://other.invalid/lib"));
    QCOMPARE(submoduleUrl(base, QStringLiteral("../lib.git")),
             QStringLiteral("https://example.invalid/group/lib.git"));
    QCOMPARE(submoduleUrl(base + u'/', QStringLiteral(".././../other/lib")),
             QStringLiteral("https://example.invalid/other/lib"));
    QCOMPARE(submoduleUrl(QStringLiteral("git@example.invalid:project"), QStringLiteral("../lib")),
             QStringLiteral("git@example.invalid:lib"));
    QCOMPARE(submoduleUrl(QStringLiteral("/srv/project"), QStringLiteral("./lib")),
             QStringLiteral("/srv/project/lib"));
    QCOMPARE(submoduleUrl(QStringLiteral("project"), QStringLiteral("../../lib")), QString());
}

void TestBackfill::checksSubmodulesOut()
{
    // A library with a library in it, a project that takes both in, moves on, and keeps a copy of its own at
    // last.
    MadeProject deep(path("deep"));
    QVERIFY(deep.init() && deep.write(QStringLiteral("more.txt"), "more\n") &&
            deep.commit(QStringLiteral("Deep")));
    MadeProject library(path("library"));
    QVERIFY(library.init() && library.write(QStringLiteral("value.txt"), "10\n") &&
            library.commit(QStringLiteral("Ten")));
    const QString ten = library.head();
    QVERIFY(library.write(QStringLiteral("value.txt"), "20\n") &&
            addSubmodule(library, deep.folder(), QStringLiteral("deep")) &&
            library.commit(QStringLiteral("Twenty, and what is deep")));
    const QString twenty = library.head();
    MadeProject made(path("with_submodules"));
    const QString place = QStringLiteral("third/lib");
    QVERIFY(made.init() && addCommit(made, QStringLiteral("Without")));
    QVERIFY(addSubmodule(made, QStringLiteral("../library"), place) && moveSubmodule(made, place, ten) &&
            addCommit(made, QStringLiteral("Ten")));
    QVERIFY(moveSubmodule(made, place, twenty) && addCommit(made, QStringLiteral("Twenty")));
    QVERIFY(!made.git({QStringLiteral("rm"), QStringLiteral("-q"), place}).isNull());
    QVERIFY(made.write(QStringLiteral("third/lib/value.txt"), "30\n") &&
            addCommit(made, QStringLiteral("Own")));
    // Nothing but what the checkout has fetched is left of them.
    QVERIFY(QDir(library.folder()).removeRecursively() && QDir(deep.folder()).removeRecursively());
    const QByteArray state = made.state();
    const QByteArray modules = modulesOf(made);
    QVERIFY(!modules.isEmpty());

    RunStore store(path("submodules.sqlite"));
    const auto report = fill(made, store);
    PERIHELION_VERIFY_RESULT(report);
    const QStringList commits = made.commits();
    QCOMPARE(commits.size(), qsizetype(4));
    for (const QString& commit : commits) {
        QCOMPARE(failureAt(store, commit), QString());
    }
    QCOMPARE(parseTime(store, commits.at(0)), 3.0);
    QCOMPARE(parseTime(store, commits.at(1)), 10.0);
    QCOMPARE(parseTime(store, commits.at(2)), 21.0);
    QCOMPARE(parseTime(store, commits.at(3)), 30.0);
    QCOMPARE(made.state(), state);
    QCOMPARE(modulesOf(made), modules);
    QVERIFY(QDir(path("worktrees")).entryList(QDir::Dirs | QDir::NoDotAndDotDot).isEmpty());
}

void TestBackfill::borrowsWhereHistoryWasCutOff()
{
    MadeProject library(path("long_library"));
    QVERIFY(library.init());
    QVERIFY(!library
                 .git({QStringLiteral("config"), QStringLiteral("uploadpack.allowAnySHA1InWant"),
                       QStringLiteral("true")})
                 .isNull());
    for (const char* value : {"10\n", "20\n", "30\n"}) {
        QVERIFY(library.write(QStringLiteral("value.txt"), value) &&
                library.commit(QString::fromLatin1(value)));
    }
    MadeProject made(path("shallow_submodules"));
    const QString place = QStringLiteral("third/lib");
    QVERIFY(made.init());
    QVERIFY(!made.git({QStringLiteral("-c"), QStringLiteral("protocol.file.allow=always"),
                       QStringLiteral("submodule"), QStringLiteral("--quiet"), QStringLiteral("add"),
                       QStringLiteral("--depth"), QStringLiteral("1"), QStringLiteral("--"),
                       QString(u"file://" % library.folder()), place})
                 .isNull());
    const MadeProject inside(QString(made.folder() % u'/' % place));
    // The oldest one as well, which no branch of it names.
    const QString ten = library.commits().constFirst();
    QVERIFY(!inside
                 .git({QStringLiteral("fetch"), QStringLiteral("-q"), QStringLiteral("--depth"),
                       QStringLiteral("1"), QStringLiteral("origin"), ten})
                 .isNull());
    QVERIFY(!inside.git({QStringLiteral("checkout"), QStringLiteral("-q"), ten}).isNull());
    QVERIFY(addCommit(made, QStringLiteral("Ten")));
    QVERIFY(!inside.git({QStringLiteral("checkout"), QStringLiteral("-q"), library.head()}).isNull());
    QVERIFY(addCommit(made, QStringLiteral("Thirty")));
    QVERIFY(QDir(library.folder()).removeRecursively());
    RunStore store(path("shallow_submodules.sqlite"));
    PERIHELION_VERIFY_RESULT(fill(made, store));
    QCOMPARE(failureAt(store, made.commits().constFirst()), QString());
    QCOMPARE(parseTime(store, made.commits().constFirst()), 10.0);
    QCOMPARE(parseTime(store, made.head()), 30.0);
}

void TestBackfill::saysWhichSubmoduleIsMissing()
{
    MadeProject library(path("far_library"));
    QVERIFY(library.init() && library.write(QStringLiteral("value.txt"), "10\n") &&
            library.commit(QStringLiteral("Ten")));
    MadeProject made(path("lacks_submodules"));
    const QString place = QStringLiteral("third/lib");
    QVERIFY(made.init() && addSubmodule(made, library.folder(), place) &&
            addCommit(made, QStringLiteral("Ten")));
    // As a clone without its submodules: a commit may not name a folder of this machine.
    QVERIFY(!made.git({QStringLiteral("submodule"), QStringLiteral("--quiet"), QStringLiteral("deinit"),
                       QStringLiteral("--force"), place})
                 .isNull());
    QVERIFY(QDir(QString(made.folder() % u"/.git/modules")).removeRecursively());
    const QByteArray state = made.state();
    RunStore refusing(path("refusing.sqlite"));
    PERIHELION_VERIFY_RESULT(fill(made, refusing));
    const QString failure = failureAt(refusing, made.head());
    QVERIFY2(failure.startsWith(u"The submodule third/lib of this commit could not be checked out: ") &&
                 failure.contains(u"not allowed") && failure.contains(u"git submodule update --init"),
             qPrintable(failure));
    QCOMPARE(made.state(), state);
    // The person did name it.
    QVERIFY(!made.git({QStringLiteral("config"), QStringLiteral("submodule.third/lib.url"), library.folder()})
                 .isNull());
    RunStore taking(path("taking.sqlite"));
    PERIHELION_VERIFY_RESULT(fill(made, taking));
    QCOMPARE(failureAt(taking, made.head()), QString());
    QCOMPARE(parseTime(taking, made.head()), 10.0);
    // The person does without.
    QVERIFY(!made.git({QStringLiteral("config"), QStringLiteral("submodule.third/lib.update"),
                       QStringLiteral("none")})
                 .isNull());
    QVERIFY(QDir(library.folder()).removeRecursively());
    RunStore without(path("without.sqlite"));
    PERIHELION_VERIFY_RESULT(fill(made, without));
    QCOMPARE(parseTime(without, made.head()), 3.0);
}

} // namespace perihelion::test
