// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/made_project.h"

#include "core/profile/measure_server.h"
#include "core/projects/project_workloads.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QProcess>

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace perihelion::test {

namespace {

const char* const kProjectFile = "{\n"
                                 "  \"name\": \"made\",\n"
                                 "  \"build\": [\"sh\", \"build.sh\"],\n"
                                 "  \"workloads\": [{\"name\": \"steps\", \"command\": [\"sh\", "
                                 "\"built/program.sh\"]}]\n"
                                 "}\n";

// Two processes never say quite the same, as in real life.
const char* const kProgram = "n=$(cat built/count 2>/dev/null || echo 0)\n"
                             "n=$((n + 1))\n"
                             "echo $n > built/count\n"
                             "echo phase parse VALUE.$((n * 7 % 10))\n"
                             "echo phase print 3.$((n * 3 % 10))\n";

// Where a test has put a gate (a pipe that nobody writes into), the build of the commit "gated" waits there.
const char* const kBuild =
    "[ -z \"$GIT_DIR\" ] || exit 4 # It would be the caller's repository, not this one.\n"
    "if [ -e gated ] && [ -p \"$MADE_PROJECT_GATE\" ]; then\n"
    "    echo waits > \"$MADE_PROJECT_GATE.reached\"\n"
    "    cat \"$MADE_PROJECT_GATE\"\n"
    "fi\n"
    "mkdir -p built && sed \"s/VALUE/$(cat value.txt)/\" program.in > built/program.sh\n";

} // namespace

QString MadeProject::git(const QStringList& arguments) const
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString& who : {QStringLiteral("AUTHOR"), QStringLiteral("COMMITTER")}) {
        environment.insert(QString(u"GIT_" % who % u"_NAME"), QStringLiteral("Tester"));
        environment.insert(QString(u"GIT_" % who % u"_EMAIL"), QStringLiteral("tester@example.invalid"));
        environment.insert(QString(u"GIT_" % who % u"_DATE"),
                           QStringLiteral("%1 +0000").arg(1'600'000'000 + m_day * 86'400));
    }
    environment.insert(QStringLiteral("GIT_OPTIONAL_LOCKS"), QStringLiteral("0"));
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(m_folder);
    process.start(QStringLiteral("git"), arguments);
    if (!process.waitForFinished(60'000) || process.exitCode() != 0) {
        return QString();
    }
    QString output = QString::fromUtf8(process.readAllStandardOutput());
    return output.endsWith(u'\n') ? output.chopped(1) : (output.isNull() ? QStringLiteral("") : output);
}

bool MadeProject::init()
{
    return QDir().mkpath(m_folder) &&
           !git({QStringLiteral("init"), QStringLiteral("-q"), QStringLiteral("-b"), QStringLiteral("main")})
                .isNull();
}

bool MadeProject::write(const QString& path, const QByteArray& text) const
{
    const QString whole = QDir(m_folder).filePath(path);
    QFile file(whole);
    return QDir().mkpath(QFileInfo(whole).path()) && file.open(QIODevice::WriteOnly) &&
           file.write(text) == text.size();
}

bool MadeProject::commit(const QString& subject)
{
    ++m_day;
    return !git({QStringLiteral("add"), QStringLiteral("-A")}).isNull() &&
           !git({QStringLiteral("commit"), QStringLiteral("-q"), QStringLiteral("--allow-empty"),
                 QStringLiteral("-m"), subject})
                .isNull();
}

bool MadeProject::writeProgram(int milliseconds, bool broken) const
{
    return write(QStringLiteral("value.txt"), QByteArray::number(milliseconds) + '\n') &&
           write(QStringLiteral("program.in"), kProgram) && write(QStringLiteral(".gitignore"), "built/\n") &&
           write(QStringLiteral("build.sh"), broken ? "echo no rule to make it >&2\nexit 3\n" : kBuild);
}

bool MadeProject::writeProjectFile() const
{
    return write(QStringLiteral("perihelion.json"), kProjectFile);
}

QStringList MadeProject::commits() const
{
    return git({QStringLiteral("rev-list"), QStringLiteral("--reverse"), QStringLiteral("main")})
        .split(u'\n', Qt::SkipEmptyParts);
}

QByteArray MadeProject::state() const
{
    QByteArray all;
    const auto addFile = [&all](const QString& path) {
        QFile file(path);
        all += path.toUtf8() + '\n';
        if (file.open(QIODevice::ReadOnly)) {
            all += file.readAll();
        }
    };
    addFile(QString(m_folder % u"/.git/HEAD"));
    addFile(QString(m_folder % u"/.git/index"));
    addFile(QString(m_folder % u"/.git/config"));
    addFile(QString(m_folder % u"/.git/logs/HEAD"));
    for (const QStringList& question :
         {QStringList{QStringLiteral("status"), QStringLiteral("--porcelain=v2"), QStringLiteral("--branch"),
                      QStringLiteral("--ignored")},
          QStringList{QStringLiteral("stash"), QStringLiteral("list")},
          QStringList{QStringLiteral("for-each-ref")},
          QStringList{QStringLiteral("worktree"), QStringLiteral("list")}}) {
        all += git(question).toUtf8() + '\n';
    }
    QStringList files;
    QDirIterator each(m_folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (each.hasNext()) {
        const QString path = each.next();
        if (!path.contains(u"/.git/") || path.contains(u"/.git/hooks/")) {
            files.append(path);
        }
    }
    files.sort();
    for (const QString& path : files) {
        addFile(path);
    }
    return all;
}

bool MadeProject::makeHistory(const std::vector<int>& values, const std::vector<int>& broken, int first)
{
    for (int place = 0; place < static_cast<int>(values.size()); ++place) {
        const bool bad = std::find(broken.begin(), broken.end(), place) != broken.end();
        if ((place == first && !writeProjectFile()) ||
            !writeProgram(values[static_cast<std::size_t>(place)], bad) ||
            !commit(QStringLiteral("Commit %1").arg(place))) {
            return false;
        }
    }
    return true;
}

BuildGate::BuildGate(const QString& folder) : m_file(QString(folder % u"/gate"))
{
    const QByteArray name = QFile::encodeName(m_file);
    m_made = ::mkfifo(name.constData(), 0600) == 0 && qputenv("MADE_PROJECT_GATE", name);
}

BuildGate::~BuildGate()
{
    qunsetenv("MADE_PROJECT_GATE");
}

bool BuildGate::isReached() const
{
    return QFile::exists(QString(m_file % u".reached"));
}

bool BuildGate::open() const
{
    QFile::remove(QString(m_file % u".reached"));
    const int end = ::open(QFile::encodeName(m_file).constData(), O_WRONLY | O_CLOEXEC);
    return end >= 0 && ::close(end) == 0;
}

int serveMadeProject(const QStringList& arguments)
{
    const auto project = Project::openAs(arguments.at(3), arguments.at(5), {});
    WorkloadRegistry registry;
    if (!project || !project->addTo(registry)) {
        return 1;
    }
    MeasuringProgram program;
    program.version = QStringLiteral("9.9");
    program.began = monotonicNow();
    return serveMeasurements(registry, program, STDIN_FILENO, STDOUT_FILENO, {});
}

} // namespace perihelion::test
