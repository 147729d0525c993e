// SPDX-License-Identifier: GPL-3.0-or-later
// CommitHistory on repositories that the test makes: merges, renamed branches, rewritten history, detached
// heads, empty and bare repositories, submodules, no repository, no git.

#include "core/git/commit_history.h"
#include "tests/support/test_support.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <utility>

using namespace perihelion;

namespace {

/// A repository in a folder of its own; every commit is a minute later than the one before.
class TestRepository {
public:
    explicit TestRepository(const QString& path) : m_path(path)
    {
        QDir().mkpath(path);
        git({QStringLiteral("init"), QStringLiteral("--quiet"), QStringLiteral("--initial-branch=main")});
    }

    const QString& path() const { return m_path; }

    QString git(const QStringList& arguments)
    {
        QProcess process;
        process.setWorkingDirectory(m_path);
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        const QString date = QStringLiteral("2024-03-01T12:%1:00Z").arg(m_minute, 2, 10, QChar(u'0'));
        for (const char* name : {"AUTHOR", "COMMITTER"}) {
            environment.insert(QStringLiteral("GIT_%1_NAME").arg(QLatin1String(name)),
                               QStringLiteral("Ada Löwe"));
            environment.insert(QStringLiteral("GIT_%1_EMAIL").arg(QLatin1String(name)),
                               QStringLiteral("a@b.invalid"));
            environment.insert(QStringLiteral("GIT_%1_DATE").arg(QLatin1String(name)), date);
        }
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral("git"),
                      QStringList{QStringLiteral("-c"), QStringLiteral("protocol.file.allow=always")} +
                          arguments);
        process.waitForFinished();
        const bool done = process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
        return done ? QString::fromUtf8(process.readAllStandardOutput()).trimmed()
                    : QString(u"failed: " % QString::fromUtf8(process.readAllStandardError()));
    }
    void write(const QString& name, const QByteArray& text)
    {
        QFile file(QDir(m_path).filePath(name));
        if (file.open(QIODevice::WriteOnly)) {
            file.write(text);
        }
    }
    /// Commits a change of one file; returns the hash.
    QString commit(const QString& subject, const QString& name = QStringLiteral("code.txt"))
    {
        ++m_minute;
        write(name, QString(subject % u'\n').toUtf8());
        git({QStringLiteral("add"), QStringLiteral("--all")});
        git({QStringLiteral("commit"), QStringLiteral("--quiet"), QStringLiteral("-m"), subject});
        return git({QStringLiteral("rev-parse"), QStringLiteral("HEAD")});
    }

private:
    QString m_path;
    int m_minute = 0;
};

QStringList subjectsOf(const std::vector<Commit>& commits)
{
    QStringList subjects;
    for (const Commit& commit : commits) {
        subjects.append(commit.subject);
    }
    return subjects;
}

const CancelToken kNever;

} // namespace

class CommitHistoryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        // The settings of whoever runs the test must not matter.
        qputenv("GIT_CONFIG_GLOBAL", "/dev/null");
        qputenv("GIT_CONFIG_NOSYSTEM", "1");
    }
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void firstParentsOfMerges();
    void namesThatGitDoesNotKnow();
    void renamedBranch();
    void rewrittenHistory();
    void detachedHead();
    void emptyRepository();
    void bareRepository();
    void tagsAndBranches();
    void mergeBases();
    void dirtyCheckout();
    void submodules();
    void noRepository();
    void noGit();
    void settingsDoNotMatter();
    void oddNames();
    void cancelled();

private:
    QString path(const QString& name) const { return QDir(m_folder->path()).filePath(name); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void CommitHistoryTest::firstParentsOfMerges()
{
    TestRepository repository(path(QStringLiteral("merges")));
    const QString first = repository.commit(QStringLiteral("one"));
    repository.git({QStringLiteral("checkout"), QStringLiteral("--quiet"), QStringLiteral("-b"),
                    QStringLiteral("side")});
    repository.commit(QStringLiteral("aside"), QStringLiteral("side.txt"));
    repository.git({QStringLiteral("checkout"), QStringLiteral("--quiet"), QStringLiteral("main")});
    repository.commit(QStringLiteral("two"));
    repository.git({QStringLiteral("merge"), QStringLiteral("--quiet"), QStringLiteral("--no-ff"),
                    QStringLiteral("-m"), QStringLiteral("join"), QStringLiteral("side")});
    repository.commit(QStringLiteral("three: äöü"));
    QVERIFY(QDir(repository.path()).mkpath(QStringLiteral("deep/er")));
    const auto history =
        CommitHistory::open(QDir(repository.path()).filePath(QStringLiteral("deep/er")), kNever);
    PERIHELION_VERIFY_RESULT(history);
    QCOMPARE(QDir(history->root()), QDir(repository.path()));
    const auto commits = history->firstParents(QStringLiteral("main"), 0, kNever);
    PERIHELION_VERIFY_RESULT(commits);
    QCOMPARE(subjectsOf(*commits), QStringList({QStringLiteral("three: äöü"), QStringLiteral("join"),
                                                QStringLiteral("two"), QStringLiteral("one")}));
    QCOMPARE(commits->back().hash, first);
    QVERIFY((*commits)[1].isMerge() && !(*commits)[0].isMerge() && commits->back().parents.isEmpty());
    QCOMPARE((*commits)[0].parents, QStringList{(*commits)[1].hash});
    QCOMPARE((*commits)[0].author, QStringLiteral("Ada Löwe"));
    QCOMPARE(commits->back().committed, QDateTime(QDate(2024, 3, 1), QTime(12, 1), Qt::UTC));
    QVERIFY(!commits->back().tree.isEmpty());
    const auto newest = history->firstParents(QStringLiteral("HEAD"), 2, kNever);
    PERIHELION_VERIFY_RESULT(newest);
    QCOMPARE(newest->size(), std::size_t{2});
    const auto side = history->firstParents(QStringLiteral("side"), 0, kNever);
    PERIHELION_VERIFY_RESULT(side);
    QCOMPARE(side->size(), std::size_t{2});
    const auto positions = positionsOf(*commits);
    QCOMPARE(positions.value(first), std::size_t{3});
    QVERIFY(!positions.contains(side->front().hash));
}

void CommitHistoryTest::namesThatGitDoesNotKnow()
{
    TestRepository repository(path(QStringLiteral("names")));
    const QString hash = repository.commit(QStringLiteral("one"));
    const auto history = CommitHistory::open(repository.path(), kNever);
    PERIHELION_VERIFY_RESULT(history);
    for (const QString& name : {QStringLiteral("nowhere"), QStringLiteral("--all"), QStringLiteral("-n1"),
                                QString(), QStringLiteral("main:code.txt"), QStringLiteral("main..main")}) {
        const auto resolved = history->resolve(name, kNever);
        QVERIFY2(!resolved && resolved.error().code == ErrorCode::NotFound, qPrintable(name));
    }
    const auto listed = history->firstParents(QStringLiteral("--output=stolen"), 0, kNever);
    QVERIFY(!listed && listed.error().code == ErrorCode::NotFound);
    const auto abbreviated = history->resolve(hash.left(8), kNever);
    PERIHELION_VERIFY_RESULT(abbreviated);
    QCOMPARE(*abbreviated, hash);
    const auto one = history->commit(hash.left(10), kNever);
    PERIHELION_VERIFY_RESULT(one);
    QCOMPARE(one->subject, QStringLiteral("one"));
}

void CommitHistoryTest::renamedBranch()
{
    TestRepository repository(path(QStringLiteral("renamed")));
    const QString hash = repository.commit(QStringLiteral("one"));
    const auto history = CommitHistory::open(repository.path(), kNever);
    PERIHELION_VERIFY_RESULT(history);
    repository.git(
        {QStringLiteral("branch"), QStringLiteral("-m"), QStringLiteral("main"), QStringLiteral("trunk")});
    const auto branch = history->currentBranch(kNever);
    PERIHELION_VERIFY_RESULT(branch);
    QCOMPARE(branch->value_or(QString()), QStringLiteral("trunk"));
    QVERIFY(!history->firstParents(QStringLiteral("main"), 0, kNever));
    const auto commits = history->firstParents(QStringLiteral("trunk"), 0, kNever);
    PERIHELION_VERIFY_RESULT(commits);
    QVERIFY(positionsOf(*commits).contains(hash)); // runs are kept by commit, so nothing is lost
}

void CommitHistoryTest::rewrittenHistory()
{
    TestRepository repository(path(QStringLiteral("rewritten")));
    repository.commit(QStringLiteral("one"), QStringLiteral("one.txt"));
    repository.commit(QStringLiteral("two"), QStringLiteral("two.txt"));
    const QString old = repository.commit(QStringLiteral("three"), QStringLiteral("three.txt"));
    const auto history = CommitHistory::open(repository.path(), kNever);
    PERIHELION_VERIFY_RESULT(history);
    const auto lost = history->commit(old, kNever);
    PERIHELION_VERIFY_RESULT(lost);
    // "two" is dropped; "three" stays with another parent, tree and hash.
    QVERIFY(!repository
                 .git({QStringLiteral("rebase"), QStringLiteral("--quiet"), QStringLiteral("--onto"),
                       QStringLiteral("HEAD~2"), QStringLiteral("HEAD~1")})
                 .startsWith(u"failed"));
    const auto commits = history->firstParents(QStringLiteral("main"), 0, kNever);
    PERIHELION_VERIFY_RESULT(commits);
    QCOMPARE(commits->size(), std::size_t{2});
    QVERIFY(!positionsOf(*commits).contains(old));
    QCOMPARE(successorOf(*lost, *commits).value_or(QString()), commits->front().hash);
    QVERIFY(history->commit(old, kNever)); // lost, but still there to ask about
    Commit stranger = *lost;
    stranger.subject = QStringLiteral("four");
    QVERIFY(!successorOf(stranger, *commits));
    std::vector<Commit> twins{commits->front(), commits->front()};
    twins[1].hash = QStringLiteral("other");
    QVERIFY(!successorOf(*lost, twins)); // cannot be told
    twins[1].tree = lost->tree;
    QCOMPARE(successorOf(*lost, twins).value_or(QString()), QStringLiteral("other"));
}

void CommitHistoryTest::detachedHead()
{
    TestRepository repository(path(QStringLiteral("detached")));
    const QString first = repository.commit(QStringLiteral("one"));
    repository.commit(QStringLiteral("two"));
    repository.git(
        {QStringLiteral("checkout"), QStringLiteral("--quiet"), QStringLiteral("--detach"), first});
    const auto history = CommitHistory::open(repository.path(), kNever);
    PERIHELION_VERIFY_RESULT(history);
    const auto branch = history->currentBranch(kNever);
    PERIHELION_VERIFY_RESULT(branch);
    QVERIFY(!branch->has_value());
    const auto commits = history->firstParents(QStringLiteral("HEAD"), 0, kNever);
    PERIHELION_VERIFY_RESULT(commits);
    QCOMPARE(subjectsOf(*commits), QStringList{QStringLiteral("one")});
    const auto state = history->checkoutState(kNever);
    PERIHELION_VERIFY_RESULT(state);
    QCOMPARE(state->commit, first);
}

void CommitHistoryTest::emptyRepository()
{
    TestRepository repository(path(QStringLiteral("empty")));
    const auto history = CommitHistory::open(repository.path(), kNever);
    PERIHELION_VERIFY_RESULT(history);
    const auto commits = history->firstParents(QStringLiteral("HEAD"), 0, kNever);
    PERIHELION_VERIFY_RESULT(commits);
    QVERIFY(commits->empty());
    const auto branch = history->currentBranch(kNever);
    PERIHELION_VERIFY_RESULT(branch);
    QCOMPARE(branch->value_or(QString()), QStringLiteral("main"));
    repository.write(QStringLiteral("new.txt"), "new\n");
    auto state = history->checkoutState(kNever);
    PERIHELION_VERIFY_RESULT(state);
    QVERIFY(state->commit.isEmpty() && !state->dirty);
    QCOMPARE(state->untrackedFiles, std::size_t{1});
    repository.git({QStringLiteral("add"), QStringLiteral("new.txt")});
    state = history->checkoutState(kNever);
    PERIHELION_VERIFY_RESULT(state);
    QVERIFY(state->dirty && state->untrackedFiles == 0);
    const auto tags = history->tags(kNever);
    PERIHELION_VERIFY_RESULT(tags);
    QVERIFY(tags->empty());
    const auto missing = history->resolve(QStringLiteral("HEAD"), kNever);
    QVERIFY(!missing && missing.error().code == ErrorCode::NotFound);
}

void CommitHistoryTest::bareRepository()
{
    TestRepository repository(path(QStringLiteral("source")));
    const QString hash = repository.commit(QStringLiteral("one"));
    const QString bare = path(QStringLiteral("bare.git"));
    repository.git({QStringLiteral("clone"), QStringLiteral("--quiet"), QStringLiteral("--bare"),
                    repository.path(), bare});
    const auto history = CommitHistory::open(bare, kNever);
    PERIHELION_VERIFY_RESULT(history);
    const auto commits = history->firstParents(QStringLiteral("main"), 0, kNever);
    PERIHELION_VERIFY_RESULT(commits);
    QCOMPARE(commits->front().hash, hash);
    const auto state = history->checkoutState(kNever);
    PERIHELION_VERIFY_RESULT(state);
    QVERIFY(!state->dirty);
    const auto modules = history->submodules(kNever);
    PERIHELION_VERIFY_RESULT(modules);
    QVERIFY(modules->empty());
}

void CommitHistoryTest::tagsAndBranches()
{
    TestRepository repository(path(QStringLiteral("tags")));
    const QString first = repository.commit(QStringLiteral("one"));
    repository.git({QStringLiteral("tag"), QStringLiteral("v1")});
    repository.git({QStringLiteral("branch"), QStringLiteral("old")});
    const QString second = repository.commit(QStringLiteral("two"));
    repository.git({QStringLiteral("tag"), QStringLiteral("-a"), QStringLiteral("-m"),
                    QStringLiteral("Second"), QStringLiteral("v2")});
    repository.git({QStringLiteral("tag"), QStringLiteral("tree"), QStringLiteral("HEAD^{tree}")});
    const auto history = CommitHistory::open(repository.path(), kNever);
    PERIHELION_VERIFY_RESULT(history);
    const auto tags = history->tags(kNever);
    PERIHELION_VERIFY_RESULT(tags);
    QCOMPARE(tags->size(), std::size_t{2}); // a tag of a tree is no place in the history
    QCOMPARE((*tags)[0].name, QStringLiteral("v2"));
    QCOMPARE((*tags)[0].commit, second);
    QCOMPARE((*tags)[1].commit, first);
    const auto branches = history->branches(kNever);
    PERIHELION_VERIFY_RESULT(branches);
    QCOMPARE(*branches, QStringList({QStringLiteral("main"), QStringLiteral("old")}));
    const auto byTag = history->resolve(QStringLiteral("v2"), kNever);
    PERIHELION_VERIFY_RESULT(byTag);
    QCOMPARE(*byTag, second);
}

void CommitHistoryTest::mergeBases()
{
    TestRepository repository(path(QStringLiteral("bases")));
    const QString base = repository.commit(QStringLiteral("one"));
    repository.git({QStringLiteral("checkout"), QStringLiteral("--quiet"), QStringLiteral("-b"),
                    QStringLiteral("side")});
    repository.commit(QStringLiteral("aside"));
    repository.git({QStringLiteral("checkout"), QStringLiteral("--quiet"), QStringLiteral("main")});
    repository.commit(QStringLiteral("two"));
    repository.git({QStringLiteral("checkout"), QStringLiteral("--quiet"), QStringLiteral("--orphan"),
                    QStringLiteral("lone")});
    repository.commit(QStringLiteral("alone"));
    const auto history = CommitHistory::open(repository.path(), kNever);
    PERIHELION_VERIFY_RESULT(history);
    const auto shared = history->mergeBase(QStringLiteral("main"), QStringLiteral("side"), kNever);
    PERIHELION_VERIFY_RESULT(shared);
    QCOMPARE(shared->value_or(QString()), base);
    const auto none = history->mergeBase(QStringLiteral("main"), QStringLiteral("lone"), kNever);
    PERIHELION_VERIFY_RESULT(none);
    QVERIFY(!none->has_value());
    QVERIFY(!history->mergeBase(QStringLiteral("main"), QStringLiteral("gone"), kNever));
}

void CommitHistoryTest::dirtyCheckout()
{
    TestRepository repository(path(QStringLiteral("dirty")));
    repository.write(QStringLiteral(".gitignore"), "*.o\n");
    repository.commit(QStringLiteral("one"));
    const auto history = CommitHistory::open(repository.path(), kNever);
    PERIHELION_VERIFY_RESULT(history);
    const auto stateNow = [&history] {
        const auto state = history->checkoutState(kNever);
        return state ? *state : CheckoutState{QStringLiteral("failed"), true, {}, 0};
    };
    QVERIFY(!stateNow().dirty && stateNow().diffHash.isEmpty());
    repository.write(QStringLiteral("made.o"), "ignored\n");
    repository.write(QStringLiteral("stray.txt"), "untracked\n");
    QVERIFY(!stateNow().dirty);
    QCOMPARE(stateNow().untrackedFiles, std::size_t{1});
    repository.write(QStringLiteral("code.txt"), "changed\n");
    const CheckoutState changed = stateNow();
    QVERIFY(changed.dirty);
    QCOMPARE(changed.diffHash.size(), 64);
    QCOMPARE(stateNow().diffHash, changed.diffHash);
    repository.git({QStringLiteral("add"), QStringLiteral("code.txt")}); // staged or not is the same code
    QCOMPARE(stateNow().diffHash, changed.diffHash);
    repository.write(QStringLiteral("code.txt"), "changed otherwise\n");
    QVERIFY(stateNow().diffHash != changed.diffHash);
    repository.write(QStringLiteral("code.txt"), "one\n");
    QVERIFY(!stateNow().dirty);
}

void CommitHistoryTest::submodules()
{
    TestRepository library(path(QStringLiteral("library")));
    const QString first = library.commit(QStringLiteral("library"));
    TestRepository repository(path(QStringLiteral("with module")));
    repository.git({QStringLiteral("submodule"), QStringLiteral("--quiet"), QStringLiteral("add"),
                    library.path(), QStringLiteral("third party")});
    repository.commit(QStringLiteral("one"));
    const auto history = CommitHistory::open(repository.path(), kNever);
    PERIHELION_VERIFY_RESULT(history);
    auto modules = history->submodules(kNever);
    PERIHELION_VERIFY_RESULT(modules);
    QCOMPARE(modules->size(), std::size_t{1});
    QCOMPARE(modules->front().path, QStringLiteral("third party"));
    QCOMPARE(modules->front().commit, first);
    QVERIFY(modules->front().present && !modules->front().moved);
    const QString second = library.commit(QStringLiteral("newer"));
    repository.git({QStringLiteral("-C"), QStringLiteral("third party"), QStringLiteral("pull"),
                    QStringLiteral("--quiet")});
    modules = history->submodules(kNever);
    PERIHELION_VERIFY_RESULT(modules);
    QCOMPARE(modules->front().commit, second);
    QVERIFY(modules->front().moved);
    const auto state = history->checkoutState(kNever);
    PERIHELION_VERIFY_RESULT(state);
    QVERIFY(state->dirty);
    repository.git({QStringLiteral("submodule"), QStringLiteral("--quiet"), QStringLiteral("deinit"),
                    QStringLiteral("--force"), QStringLiteral("--all")});
    modules = history->submodules(kNever);
    PERIHELION_VERIFY_RESULT(modules);
    QVERIFY(!modules->front().present);
}

void CommitHistoryTest::noRepository()
{
    qputenv("GIT_CEILING_DIRECTORIES", m_folder->path().toLocal8Bit());
    const auto plain = CommitHistory::open(m_folder->path(), kNever);
    QVERIFY(!plain && plain.error().code == ErrorCode::NotFound);
    QVERIFY(plain.error().message.contains(u"no git repository"));
    const auto missing = CommitHistory::open(path(QStringLiteral("nowhere")), kNever);
    QVERIFY(!missing && missing.error().code == ErrorCode::NotFound);
    QVERIFY(missing.error().message.contains(u"no such folder"));
}

void CommitHistoryTest::noGit()
{
    const auto history = CommitHistory::open(m_folder->path(), kNever, path(QStringLiteral("no-such-git")));
    QVERIFY(!history && history.error().code == ErrorCode::NotFound);
    QVERIFY(history.error().message.contains(u"install it"));
}

void CommitHistoryTest::settingsDoNotMatter()
{
    TestRepository repository(path(QStringLiteral("settings")));
    repository.commit(QStringLiteral("one"));
    repository.write(QStringLiteral("code.txt"), "changed\n");
    const auto history = CommitHistory::open(repository.path(), kNever);
    PERIHELION_VERIFY_RESULT(history);
    const auto before = history->checkoutState(kNever);
    PERIHELION_VERIFY_RESULT(before);
    for (const auto& [key, value] : {std::pair(QStringLiteral("log.showSignature"), QStringLiteral("true")),
                                     std::pair(QStringLiteral("color.ui"), QStringLiteral("always")),
                                     std::pair(QStringLiteral("diff.noprefix"), QStringLiteral("true")),
                                     std::pair(QStringLiteral("diff.external"), QStringLiteral("false")),
                                     std::pair(QStringLiteral("diff.context"), QStringLiteral("9")),
                                     std::pair(QStringLiteral("log.date"), QStringLiteral("relative")),
                                     std::pair(QStringLiteral("core.pager"), QStringLiteral("cat -n"))}) {
        repository.git({QStringLiteral("config"), key, value});
    }
    const auto after = history->checkoutState(kNever);
    PERIHELION_VERIFY_RESULT(after);
    QCOMPARE(after->diffHash, before->diffHash);
    const auto commits = history->firstParents(QStringLiteral("main"), 0, kNever);
    PERIHELION_VERIFY_RESULT(commits);
    QCOMPARE(subjectsOf(*commits), QStringList{QStringLiteral("one")});
}

void CommitHistoryTest::oddNames()
{
    TestRepository repository(path(QStringLiteral("ein ö (Ordner)\n")));
    repository.commit(QStringLiteral("one"));
    repository.git({QStringLiteral("branch"), QStringLiteral("fix/ä-1")});
    const auto history = CommitHistory::open(repository.path(), kNever);
    PERIHELION_VERIFY_RESULT(history);
    const auto branches = history->branches(kNever);
    PERIHELION_VERIFY_RESULT(branches);
    QVERIFY(branches->contains(QStringLiteral("fix/ä-1")));
    PERIHELION_VERIFY_RESULT(history->firstParents(QStringLiteral("fix/ä-1"), 0, kNever));
}

void CommitHistoryTest::cancelled()
{
    TestRepository repository(path(QStringLiteral("cancelled")));
    repository.commit(QStringLiteral("one"));
    const auto history = CommitHistory::open(repository.path(), kNever);
    PERIHELION_VERIFY_RESULT(history);
    CancelToken cancel;
    cancel.cancel();
    const auto commits = history->firstParents(QStringLiteral("main"), 0, cancel);
    QVERIFY(!commits && commits.error().code == ErrorCode::Cancelled);
    // A git that never ends is stopped as well.
    const QString endless = path(QStringLiteral("endless"));
    repository.write(QStringLiteral("../endless"), "#!/bin/sh\nexec sleep 600\n");
    QVERIFY(QFile::setPermissions(endless, QFile::ReadOwner | QFile::ExeOwner | QFile::WriteOwner));
    int asked = 0;
    const CancelToken later = CancelToken::alsoWhen([&asked] { return ++asked > 2; });
    const auto hung = CommitHistory::open(repository.path(), later, endless);
    QVERIFY(!hung && hung.error().code == ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(CommitHistoryTest)
#include "tst_commit_history.moc"
