// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/git/commit_history.h"

#include <QCryptographicHash>

#include <algorithm>

namespace perihelion {

namespace {

constexpr char kRecordEnd = '\0';

QString commitFormat()
{
    return QStringLiteral("--format=tformat:%H%n%P%n%T%n%ct%n%at%n%an%n%s");
}

/// Arguments of "git log" that no setting of the person changes.
QStringList logArguments()
{
    return {QStringLiteral("log"),
            QStringLiteral("-z"),
            QStringLiteral("--no-show-signature"),
            QStringLiteral("--no-patch"),
            QStringLiteral("--encoding=UTF-8"),
            QStringLiteral("--no-mailmap"),
            QStringLiteral("--no-notes"),
            commitFormat()};
}

std::optional<Commit> parseCommit(const QByteArray& record)
{
    const QStringList fields = QString::fromUtf8(record).split(u'\n');
    if (fields.size() < 7) {
        return std::nullopt;
    }
    Commit commit;
    commit.hash = fields.at(0);
    commit.parents = fields.at(1).split(u' ', Qt::SkipEmptyParts);
    commit.tree = fields.at(2);
    commit.committed = QDateTime::fromSecsSinceEpoch(fields.at(3).toLongLong(), Qt::UTC);
    commit.authored = QDateTime::fromSecsSinceEpoch(fields.at(4).toLongLong(), Qt::UTC);
    commit.author = fields.at(5);
    commit.subject = fields.mid(6).join(u' ');
    return commit;
}

Error unknownRevision(const QString& revision)
{
    return {ErrorCode::NotFound, QStringLiteral("The repository has no commit, branch or tag of this name"),
            revision};
}

} // namespace

Result<CommitHistory> CommitHistory::open(const QString& folder, const CancelToken& cancel,
                                          const QString& gitProgram)
{
    const GitProgram git(folder, gitProgram);
    const auto bare =
        git.output({QStringLiteral("rev-parse"), QStringLiteral("--is-bare-repository")}, cancel);
    if (!bare) {
        return bare.error();
    }
    const bool isBare = bare->trimmed() == "true";
    auto root =
        git.output(isBare ? QStringList{QStringLiteral("rev-parse"), QStringLiteral("--absolute-git-dir")}
                          : QStringList{QStringLiteral("rev-parse"), QStringLiteral("--show-toplevel")},
                   cancel);
    if (!root) {
        return root.error();
    }
    if (root->endsWith('\n')) {
        root->chop(1); // One only: the name of a folder may end in any letter.
    }
    return CommitHistory(GitProgram(QString::fromLocal8Bit(*root), gitProgram));
}

Result<bool> CommitHistory::hasCommits(const CancelToken& cancel) const
{
    const auto answer = m_git.ask({QStringLiteral("rev-parse"), QStringLiteral("--verify"),
                                   QStringLiteral("--quiet"), QStringLiteral("HEAD^{commit}")},
                                  cancel);
    if (!answer) {
        return answer.error();
    }
    return answer->status == 0;
}

Result<QString> CommitHistory::resolve(const QString& revision, const CancelToken& cancel) const
{
    const auto answer =
        m_git.ask({QStringLiteral("rev-parse"), QStringLiteral("--verify"), QStringLiteral("--quiet"),
                   QStringLiteral("--end-of-options"), QString(revision % u"^{commit}")},
                  cancel);
    if (!answer) {
        return answer.error();
    }
    const QString hash = QString::fromLatin1(answer->output.trimmed());
    if (answer->status != 0 || hash.isEmpty() || revision.isEmpty()) {
        return unknownRevision(revision);
    }
    return hash;
}

Result<std::vector<Commit>> CommitHistory::firstParents(const QString& revision, std::size_t limit,
                                                        const CancelToken& cancel) const
{
    const auto any = hasCommits(cancel);
    if (!any) {
        return any.error();
    }
    if (!*any && (revision == u"HEAD" || revision.isEmpty())) {
        return std::vector<Commit>{};
    }
    const auto head = resolve(revision.isEmpty() ? QStringLiteral("HEAD") : revision, cancel);
    if (!head) {
        return head.error();
    }
    QStringList arguments = logArguments();
    arguments.append(QStringLiteral("--first-parent"));
    if (limit > 0) {
        arguments.append(QStringLiteral("--max-count=%1").arg(limit));
    }
    arguments += {*head, QStringLiteral("--")};
    return listed(arguments, cancel);
}

Result<std::vector<Commit>> CommitHistory::firstParentsSince(const QString& excluded, const QString& revision,
                                                             const CancelToken& cancel) const
{
    const auto base = resolve(excluded, cancel);
    const auto head = base ? resolve(revision, cancel) : base;
    if (!head) {
        return head.error();
    }
    QStringList arguments = logArguments();
    arguments += {QStringLiteral("--first-parent"), *head, QString(u'^' % *base), QStringLiteral("--")};
    return listed(arguments, cancel);
}

Result<std::vector<Commit>> CommitHistory::listed(const QStringList& arguments,
                                                  const CancelToken& cancel) const
{
    const auto output = m_git.output(arguments, cancel);
    if (!output) {
        return output.error();
    }
    std::vector<Commit> commits;
    const QList<QByteArray> records = output->split(kRecordEnd);
    for (const QByteArray& record : records) {
        if (auto parsed = parseCommit(record)) {
            commits.push_back(std::move(*parsed));
        }
    }
    return commits;
}

Result<bool> CommitHistory::isShallow(const CancelToken& cancel) const
{
    const auto answer =
        m_git.output({QStringLiteral("rev-parse"), QStringLiteral("--is-shallow-repository")}, cancel);
    if (!answer) {
        return answer.error();
    }
    return answer->trimmed() == "true";
}

Result<std::optional<QString>> CommitHistory::branchNamed(const QString& revision,
                                                          const CancelToken& cancel) const
{
    const auto answer =
        m_git.ask({QStringLiteral("rev-parse"), QStringLiteral("--verify"), QStringLiteral("--quiet"),
                   QStringLiteral("--symbolic-full-name"), QStringLiteral("--end-of-options"), revision},
                  cancel);
    if (!answer) {
        return answer.error();
    }
    const QString name = QString::fromUtf8(answer->output).trimmed();
    const QString heads = QStringLiteral("refs/heads/");
    return name.startsWith(heads) ? std::optional(name.mid(heads.size())) : std::optional<QString>();
}

Result<Commit> CommitHistory::commit(const QString& revision, const CancelToken& cancel) const
{
    const auto hash = resolve(revision, cancel);
    if (!hash) {
        return hash.error();
    }
    QStringList arguments = logArguments();
    arguments += {QStringLiteral("--max-count=1"), *hash, QStringLiteral("--")};
    const auto listed = m_git.output(arguments, cancel);
    if (!listed) {
        return listed.error();
    }
    if (auto parsed = parseCommit(listed->split(kRecordEnd).first())) {
        return std::move(*parsed);
    }
    return unknownRevision(revision);
}

Result<std::optional<QString>> CommitHistory::mergeBase(const QString& a, const QString& b,
                                                        const CancelToken& cancel) const
{
    const auto first = resolve(a, cancel);
    const auto second = first ? resolve(b, cancel) : first;
    if (!second) {
        return second.error();
    }
    const auto answer = m_git.ask({QStringLiteral("merge-base"), *first, *second}, cancel);
    if (!answer) {
        return answer.error();
    }
    if (answer->status == 1) {
        return std::optional<QString>{};
    }
    if (answer->status != 0) {
        return m_git.errorOf(*answer);
    }
    return std::optional(QString::fromLatin1(answer->output.trimmed()));
}

Result<std::optional<QString>> CommitHistory::currentBranch(const CancelToken& cancel) const
{
    const auto answer = m_git.ask({QStringLiteral("symbolic-ref"), QStringLiteral("--quiet"),
                                   QStringLiteral("--short"), QStringLiteral("HEAD")},
                                  cancel);
    if (!answer) {
        return answer.error();
    }
    if (answer->status != 0) {
        return std::optional<QString>{};
    }
    return std::optional(QString::fromUtf8(answer->output).trimmed());
}

Result<QStringList> CommitHistory::branches(const CancelToken& cancel) const
{
    const auto listed =
        m_git.output({QStringLiteral("for-each-ref"), QStringLiteral("--sort=-committerdate"),
                      QStringLiteral("--format=%(refname:short)"), QStringLiteral("refs/heads/")},
                     cancel);
    if (!listed) {
        return listed.error();
    }
    return QString::fromUtf8(*listed).split(u'\n', Qt::SkipEmptyParts);
}

Result<std::vector<CommitTag>> CommitHistory::tags(const CancelToken& cancel) const
{
    const auto listed = m_git.output(
        {QStringLiteral("for-each-ref"), QStringLiteral("--sort=-creatordate"),
         QStringLiteral("--format=%(refname:short)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00"
                        "%(*objectname)"),
         QStringLiteral("refs/tags/")},
        cancel);
    if (!listed) {
        return listed.error();
    }
    std::vector<CommitTag> tags;
    const QList<QByteArray> lines = listed->split('\n');
    for (const QByteArray& line : lines) {
        const QList<QByteArray> fields = line.split('\0');
        if (fields.size() < 5) {
            continue;
        }
        const QString name = QString::fromUtf8(fields.at(0));
        if (fields.at(1) == "commit") {
            tags.push_back({name, QString::fromLatin1(fields.at(2))});
        } else if (fields.at(3) == "commit") {
            tags.push_back({name, QString::fromLatin1(fields.at(4))});
        }
    }
    return tags;
}

Result<std::vector<SubmoduleState>> CommitHistory::submodules(const CancelToken& cancel) const
{
    const auto listed = m_git.ask({QStringLiteral("submodule"), QStringLiteral("status")}, cancel);
    if (!listed) {
        return listed.error();
    }
    std::vector<SubmoduleState> states;
    if (listed->status != 0) {
        if (listed->errors.contains("working tree")) {
            return states; // A bare repository has nothing checked out.
        }
        return m_git.errorOf(*listed);
    }
    // One line each: a sign, the commit, a blank, the path, and in brackets what describes the commit.
    const QList<QByteArray> lines = listed->output.split('\n');
    for (const QByteArray& line : lines) {
        const qsizetype blank = line.indexOf(' ', 1);
        if (blank < 0) {
            continue;
        }
        SubmoduleState state;
        state.present = line.at(0) != '-';
        state.moved = line.at(0) == '+';
        state.commit = QString::fromLatin1(line.mid(1, blank - 1));
        QByteArray path = line.mid(blank + 1);
        if (state.present && path.endsWith(')')) {
            path.truncate(path.lastIndexOf(" ("));
        }
        state.path = QString::fromUtf8(path);
        states.push_back(std::move(state));
    }
    return states;
}

Result<CheckoutState> CommitHistory::checkoutState(const CancelToken& cancel) const
{
    CheckoutState state;
    const auto any = hasCommits(cancel);
    if (!any) {
        return any.error();
    }
    QStringList compared{QStringLiteral("diff"),
                         QStringLiteral("--no-ext-diff"),
                         QStringLiteral("--no-textconv"),
                         QStringLiteral("--binary"),
                         QStringLiteral("--full-index"),
                         QStringLiteral("--no-renames"),
                         QStringLiteral("--diff-algorithm=myers"),
                         QStringLiteral("--unified=3"),
                         QStringLiteral("--submodule=short"),
                         QStringLiteral("--src-prefix=a/"),
                         QStringLiteral("--dst-prefix=b/")};
    if (*any) {
        const auto head = resolve(QStringLiteral("HEAD"), cancel);
        if (!head) {
            return head.error();
        }
        state.commit = *head;
        compared += {*head, QStringLiteral("--")};
    } else {
        compared += {QStringLiteral("--cached"), QStringLiteral("--")}; // against nothing at all
    }
    QCryptographicHash hash(QCryptographicHash::Sha256);
    const auto difference = m_git.ask(compared, cancel, [&state, &hash](const QByteArray& piece) {
        state.dirty = state.dirty || !piece.isEmpty();
        hash.addData(piece);
    });
    if (!difference) {
        return difference.error();
    }
    if (difference->errors.contains("must be run in a work tree")) {
        return state; // A bare repository has nothing checked out.
    }
    if (difference->status != 0) {
        return m_git.errorOf(*difference);
    }
    if (state.dirty) {
        state.diffHash = QString::fromLatin1(hash.result().toHex());
    }
    const auto untracked = m_git.output({QStringLiteral("ls-files"), QStringLiteral("--others"),
                                         QStringLiteral("--exclude-standard"), QStringLiteral("-z")},
                                        cancel);
    if (!untracked) {
        return untracked.error();
    }
    state.untrackedFiles = static_cast<std::size_t>(untracked->count('\0'));
    return state;
}

QHash<QString, std::size_t> positionsOf(std::span<const Commit> history)
{
    QHash<QString, std::size_t> positions;
    positions.reserve(static_cast<qsizetype>(history.size()));
    for (std::size_t i = 0; i < history.size(); ++i) {
        positions.insert(history[i].hash, i);
    }
    return positions;
}

std::optional<QString> successorOf(const Commit& lost, std::span<const Commit> history)
{
    std::vector<const Commit*> alike;
    for (const Commit& commit : history) {
        if (commit.hash == lost.hash) {
            return commit.hash;
        }
        if (commit.authored == lost.authored && commit.author == lost.author &&
            commit.subject == lost.subject) {
            alike.push_back(&commit);
        }
    }
    if (alike.size() > 1) {
        std::erase_if(alike, [&lost](const Commit* commit) { return commit->tree != lost.tree; });
    }
    return alike.size() == 1 ? std::optional(alike.front()->hash) : std::nullopt;
}

} // namespace perihelion
