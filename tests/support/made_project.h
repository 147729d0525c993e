// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// A small real git repository that a test makes, with a project whose program says planted times instead of
// measuring any: its history is known commit by commit.

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <vector>

namespace perihelion::test {

class MadeProject {
public:
    explicit MadeProject(QString folder) : m_folder(std::move(folder)) {}

    const QString& folder() const { return m_folder; }

    /// An empty repository with the branch main. False when git failed; so do the others.
    bool init();
    /// Writes a file of the checkout, with the folders it lies in.
    bool write(const QString& path, const QByteArray& text) const;
    /// Commits everything; days keep the commits in order.
    bool commit(const QString& subject);
    /// The files of the project but the project file, at a value of so many milliseconds for the phase parse.
    /// broken: its build fails. Where there is a file "gated", the build tells so in
    /// $MADE_PROJECT_GATE.reached and waits as long as $MADE_PROJECT_GATE is a pipe that nobody closes.
    bool writeProgram(int milliseconds, bool broken = false) const;
    /// The project file: builds with build.sh, workload steps.
    bool writeProjectFile() const;
    /// Git's standard output without the last line end; empty when it failed.
    QString git(const QStringList& arguments) const;
    QString head() const { return git({QStringLiteral("rev-parse"), QStringLiteral("HEAD")}); }
    /// Hashes of the commits of the branch main, oldest first.
    QStringList commits() const;
    /// Everything that nobody may touch: head, index, changes, refs, stash, worktrees, files of the checkout.
    QByteArray state() const;

    /// A commit for every value; the build fails at places in broken; the project file comes with place
    /// first.
    bool makeHistory(const std::vector<int>& values, const std::vector<int>& broken = {}, int first = 0);

private:
    QString m_folder;
    int m_day = 0;
};

/// The gate at which the build of a commit with a file "gated" waits, as long as this lives and is not
/// opened.
class BuildGate {
public:
    /// In this folder.
    explicit BuildGate(const QString& folder);
    ~BuildGate();
    BuildGate(const BuildGate&) = delete;
    BuildGate& operator=(const BuildGate&) = delete;

    bool wasMade() const { return m_made; }
    /// A build waits.
    bool isReached() const;
    /// Lets it go on.
    bool open() const;

private:
    QString m_file;
    bool m_made = false;
};

/// Makes a test program the one that measures. arguments: PROGRAM measure --project FOLDER --project-file
/// FILE; what to measure comes on standard input. Gives the status to end with.
int serveMadeProject(const QStringList& arguments);

} // namespace perihelion::test
