// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backfill/submodule_checkout.h"

#include "core/base/atomic_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QMap>

#include <algorithm>
#include <utility>

namespace perihelion {

namespace {

constexpr int kDeepest = 12; ///< Submodules within submodules; a repository may name itself.

/// A name or path that stays where it is put.
bool isInside(const QString& path)
{
    return !path.isEmpty() && !QDir::isAbsolutePath(path) && !path.startsWith(u'-') &&
           !path.split(u'/').contains(QStringLiteral(".."));
}

/// A reason as a part of another sentence.
QString plainReason(const QString& reason)
{
    const QString preface = QStringLiteral("git could not answer: ");
    QString plain = reason.startsWith(preface) ? reason.mid(preface.size()) : reason;
    while (plain.endsWith(u'.')) {
        plain.chop(1);
    }
    return plain;
}

/// What an earlier commit had where this one has a submodule, and its build left there, is no part of it.
bool isCleared(const QString& folder)
{
    const QFileInfo there(folder);
    return there.isSymLink() || !there.isDir() || QDir(folder).removeRecursively();
}

/// For git commands that may talk to others: nobody is asked for passwords, and a connection that stands
/// still ends. trusted: the person chose where from; otherwise a commit did, which may not name any file of
/// this machine, by the same rule as of "git submodule".
GitProgram fetchingGit(const QString& folder, bool trusted)
{
    GitProgram git(folder);
    git.setVariable(QStringLiteral("GIT_ASKPASS"), QStringLiteral("true"));
    git.setVariable(QStringLiteral("GIT_PROTOCOL_FROM_USER"),
                    trusted ? QStringLiteral("1") : QStringLiteral("0"));
    return git;
}

QStringList fetching(const QStringList& arguments)
{
    return GitProgram::undisturbed(QStringList{QStringLiteral("-c"), QStringLiteral("http.lowSpeedLimit=1"),
                                               QStringLiteral("-c"), QStringLiteral("http.lowSpeedTime=60")} +
                                   arguments);
}

/// True when git ended well.
Result<bool> succeeds(const GitProgram& git, const QStringList& arguments, const CancelToken& cancel)
{
    const auto answer = git.ask(arguments, cancel);
    if (!answer) {
        return answer.error();
    }
    return answer->status == 0;
}

/// gitFolder: a repository without its checkout, which may be gone although its settings name it.
Result<bool> hasCommit(const QString& gitFolder, const QString& commit, const CancelToken& cancel)
{
    return succeeds(GitProgram(gitFolder),
                    {QString(u"--git-dir=" % gitFolder), QString(u"--work-tree=" % gitFolder),
                     QStringLiteral("cat-file"), QStringLiteral("-e"), QString(commit % u"^{commit}")},
                    cancel);
}

/// A setting of a repository; empty when there is none.
Result<QString> setting(const QString& folder, const QString& name, const CancelToken& cancel)
{
    const auto answer = GitProgram(folder).ask(
        {QStringLiteral("config"), QStringLiteral("--null"), QStringLiteral("--get"), name}, cancel);
    if (!answer) {
        return answer.error();
    }
    return answer->status == 0 ? QString::fromUtf8(answer->output.chopped(1)) : QString();
}

/// Everything that the lender has, also where its history was cut off and a clone gets only what it names.
Result<void> borrow(const QString& lender, const QString& folder)
{
    return writeFileAtomically(QString(folder % u"/.git/objects/info/alternates"),
                               QFile::encodeName(QString(lender % u"/objects\n")),
                               QStringLiteral("Borrowing the files of a submodule"));
}

} // namespace

QString submoduleUrl(const QString& base, const QString& url)
{
    QString start = base;
    while (start.endsWith(u'/')) {
        start.chop(1);
    }
    QString rest = url;
    QChar joint = u'/';
    bool relative = false;
    while (rest.startsWith(u"./") || rest.startsWith(u"../")) {
        relative = true;
        if (rest.startsWith(u"./")) {
            rest.remove(0, 2);
            continue;
        }
        rest.remove(0, 3);
        qsizetype at = start.lastIndexOf(u'/');
        if (at < 0) {
            at = start.lastIndexOf(u':'); // host:path
            joint = u':';
        }
        if (at <= 0) {
            return {};
        }
        start.truncate(at);
    }
    return relative ? QString(start % joint % rest) : url;
}

SubmoduleCheckout::SubmoduleCheckout(QString repository, QString root)
    : m_repository(std::move(repository)),
      m_root(std::move(root))
{
}

Result<void> SubmoduleCheckout::remove()
{
    while (!m_filled.isEmpty()) {
        if (!QDir(m_filled.last()).removeRecursively()) {
            return Error{ErrorCode::Io, QStringLiteral("Removing a submodule from the worktree failed"),
                         m_filled.last()};
        }
        m_filled.removeLast();
    }
    return {};
}

Result<QString> SubmoduleCheckout::fill(const CancelToken& cancel)
{
    if (!QFileInfo::exists(QDir(m_root).filePath(QStringLiteral(".gitmodules")))) {
        return QString();
    }
    const auto level = top(cancel);
    return level ? fillLevel(*level, cancel) : Result<QString>(level.error());
}

Result<SubmoduleCheckout::Level> SubmoduleCheckout::top(const CancelToken& cancel) const
{
    const auto places = GitProgram(m_repository)
                            .output({QStringLiteral("rev-parse"), QStringLiteral("--path-format=absolute"),
                                     QStringLiteral("--git-common-dir"), QStringLiteral("--git-dir"),
                                     QStringLiteral("--show-toplevel")},
                                    cancel);
    const auto origin = setting(m_repository, QStringLiteral("remote.origin.url"), cancel);
    if (!places || !origin) {
        return places ? origin.error() : places.error();
    }
    const QStringList lines = QString::fromLocal8Bit(*places).split(u'\n');
    Level level;
    level.folder = m_root;
    level.url = origin->isEmpty() ? lines.value(2) : *origin;
    level.sources = lines.mid(0, 2);
    level.sources.removeDuplicates();
    return level;
}

Result<QList<SubmoduleCheckout::Submodule>> SubmoduleCheckout::listed(const Level& level,
                                                                      const CancelToken& cancel) const
{
    QList<Submodule> found;
    const QString file = QDir(level.folder).filePath(QStringLiteral(".gitmodules"));
    if (!QFileInfo(file).isFile() || QFileInfo(file).isSymLink()) {
        return found;
    }
    const GitProgram git(level.folder);
    const auto text = git.output({QStringLiteral("config"), QStringLiteral("--file"), file,
                                  QStringLiteral("--null"), QStringLiteral("--list")},
                                 cancel);
    if (!text) {
        return text.error();
    }
    QMap<QString, Submodule> named;
    const QStringList entries = QString::fromUtf8(*text).split(QChar(u'\0'), Qt::SkipEmptyParts);
    for (const QString& entry : entries) {
        const QString key = entry.section(u'\n', 0, 0);
        const QString value = entry.section(u'\n', 1);
        const qsizetype first = key.indexOf(u'.');
        const qsizetype last = key.lastIndexOf(u'.');
        if (key.left(first) != u"submodule" || last <= first) {
            continue;
        }
        Submodule& each = named[key.mid(first + 1, last - first - 1)];
        const QStringView what = QStringView(key).mid(last + 1);
        if (what == u"path") {
            each.path = value;
        } else if (what == u"url") {
            each.url = value;
        } else if (what == u"update") {
            each.update = value;
        }
    }
    for (auto each = named.begin(); each != named.end(); ++each) {
        each->name = each.key();
        if (!isInside(each->name) || !isInside(each->path)) {
            continue;
        }
        const auto staged = git.output({QStringLiteral("ls-files"), QStringLiteral("--stage"),
                                        QStringLiteral("-z"), QStringLiteral("--"), each->path},
                                       cancel);
        if (!staged) {
            return staged.error();
        }
        // What is listed but no submodule of this commit is none.
        if (staged->startsWith("160000 ")) {
            each->commit = QString::fromLatin1(staged->split(' ').value(1));
            found.append(*each);
        }
    }
    return found;
}

/// Takes what the person's configuration says of it; false when it shall be left out.
Result<bool> SubmoduleCheckout::applyOwnSettings(Submodule& submodule, const CancelToken& cancel) const
{
    const QString prefix = QString(u"submodule." % submodule.name);
    const auto url = setting(m_repository, QString(prefix % u".url"), cancel);
    const auto update = setting(m_repository, QString(prefix % u".update"), cancel);
    const auto active = setting(m_repository, QString(prefix % u".active"), cancel);
    for (const auto* answer : {&url, &update, &active}) {
        if (!*answer) {
            return answer->error();
        }
    }
    if (!url->isEmpty()) {
        submodule.url = *url;
        submodule.trusted = true;
    }
    if (!update->isEmpty()) {
        submodule.update = *update;
    }
    return *active != u"false";
}

Result<QString> SubmoduleCheckout::fillLevel(const Level& level, const CancelToken& cancel)
{
    auto submodules = listed(level, cancel);
    if (!submodules) {
        if (submodules.error().code == ErrorCode::Cancelled) {
            return submodules.error();
        }
        return QString(u"The file .gitmodules of this commit cannot be read: " %
                       plainReason(submodules.error().message));
    }
    for (Submodule& submodule : *submodules) {
        const QString folder = QDir(level.folder).filePath(submodule.path);
        if (!isCleared(folder)) {
            return Error{ErrorCode::Io, QStringLiteral("Clearing the place of a submodule failed"), folder};
        }
        submodule.url = submoduleUrl(level.url, submodule.url);
        bool wanted = true;
        if (level.depth == 0) {
            const auto own = applyOwnSettings(submodule, cancel);
            if (!own) {
                return own.error();
            }
            wanted = *own;
        }
        if (!wanted || submodule.update == u"none") {
            continue;
        }
        const Result<QString> failure = bringUp(level, submodule, cancel);
        if (!failure) {
            if (failure.error().code == ErrorCode::Cancelled) {
                return failure;
            }
            return QString(u"The submodule " % submodule.name %
                           u" of this commit could not be checked out: " %
                           plainReason(failure.error().message) %
                           u"; \"git submodule update --init --recursive\" in your checkout may get it");
        }
        if (!failure->isEmpty()) {
            return failure;
        }
    }
    return QString();
}

/// Returns what is wrong with a submodule of it.
Result<QString> SubmoduleCheckout::bringUp(const Level& level, const Submodule& submodule,
                                           const CancelToken& cancel)
{
    if (level.depth >= kDeepest) {
        return Error{ErrorCode::InvalidArgument, QStringLiteral("submodules lie too deep in each other"),
                     submodule.path};
    }
    const QString folder = QDir(level.folder).filePath(submodule.path);
    if (level.depth == 0) {
        m_filled.append(folder);
    }
    Level below;
    below.folder = folder;
    below.url = submodule.url;
    below.depth = level.depth + 1;
    QString lender; // Has the commit.
    for (const QString& source : level.sources) {
        const QString module = QString(source % u"/modules/" % submodule.name);
        if (!QFileInfo(module).isDir()) {
            continue;
        }
        below.sources.append(module);
        const auto has = hasCommit(module, submodule.commit, cancel);
        if (!has) {
            return has.error();
        }
        lender = lender.isEmpty() && *has ? module : lender;
    }
    if (lender.isEmpty() && submodule.url.isEmpty()) {
        return Error{ErrorCode::NotFound, QStringLiteral("its url leads nowhere"), submodule.path};
    }
    const GitProgram fetcher = fetchingGit(level.folder, submodule.trusted || !lender.isEmpty());
    QStringList clone{QStringLiteral("clone"), QStringLiteral("--quiet"), QStringLiteral("--no-checkout"),
                      QStringLiteral("--template=")};
    if (!lender.isEmpty()) {
        clone.append(QStringLiteral("--shared"));
    }
    clone += {QStringLiteral("--"), lender.isEmpty() ? submodule.url : lender, folder};
    if (const auto cloned = fetcher.output(fetching(clone), cancel); !cloned) {
        return cloned.error();
    }
    if (!lender.isEmpty()) {
        if (const Result<void> lent = borrow(lender, folder); !lent) {
            return lent.error();
        }
    }
    const auto there = hasCommit(QString(folder % u"/.git"), submodule.commit, cancel);
    if (!there) {
        return there.error();
    }
    if (!*there) {
        const auto fetched = fetchingGit(folder, submodule.trusted)
                                 .output(fetching({QStringLiteral("fetch"), QStringLiteral("--quiet"),
                                                   QStringLiteral("origin"), submodule.commit}),
                                         cancel);
        if (!fetched) {
            return fetched.error();
        }
    }
    const auto done = GitProgram(folder).output(
        GitProgram::undisturbed({QStringLiteral("checkout"), QStringLiteral("--quiet"),
                                 QStringLiteral("--force"), QStringLiteral("--detach"), submodule.commit}),
        cancel);
    if (!done) {
        return done.error();
    }
    return fillLevel(below, cancel);
}

} // namespace perihelion
