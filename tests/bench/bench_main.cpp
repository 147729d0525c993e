// SPDX-License-Identifier: GPL-3.0-or-later
// perihelion-bench: runs the benches named on the command line, or all of them, and says on which machine.
// To add one, write bench_<name>.cpp with a function returning its Bench and name it in benches().
#include "tests/bench/bench_session.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QSysInfo>
#include <QThread>

#include <algorithm>
#include <cstdio>

#include <sched.h>
#include <stdlib.h> // getloadavg

using namespace perihelion;
using namespace perihelion::bench;

namespace {

std::vector<Bench> benches()
{
    return {generateBench(),     libraryReadBench(), chunkTableBench(), firstFrameBench(), optimiseBench(),
            profileBench(),      windowBench(),      scanBench(),       cacheBench(),      soakBench(),
            changePointsBench(), simulationBench(),  runsBench(),       historyBench()};
}

QString processorName()
{
    QFile file(QStringLiteral("/proc/cpuinfo"));
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray& line : file.readAll().split('\n')) {
            if (line.startsWith("model name")) {
                return QString::fromUtf8(line.mid(line.indexOf(':') + 1)).trimmed();
            }
        }
    }
    return QSysInfo::currentCpuArchitecture();
}

void printMachine(int cores, int usedCores)
{
    double load[1] = {};
    const bool known = getloadavg(load, 1) == 1;
#ifdef NDEBUG
    const char* build = "release";
#else
    const char* build = "DEBUG, not worth comparing";
#endif
    std::printf("machine: %s, %d cores (using %d), load %s, %s, %s build by GCC/Clang %s\n",
                qPrintable(processorName()), cores, usedCores,
                known ? qPrintable(QString::number(load[0], 'f', 2)) : "unknown",
                qPrintable(QSysInfo::prettyProductName()), build, __VERSION__);
}

bool keepToCores(int cores)
{
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
        return false;
    }
    for (int cpu = 0, kept = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(cpu, &allowed) && ++kept > cores) {
            CPU_CLR(cpu, &allowed);
        }
    }
    return sched_setaffinity(0, sizeof allowed, &allowed) == 0;
}

int complain(const QString& sentence)
{
    std::fprintf(stderr, "perihelion-bench: %s\n", qPrintable(sentence));
    return 2;
}

} // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const QString cache = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addPositionalArgument(QStringLiteral("bench"), QStringLiteral("Benches to run (default: all)."));
    const QCommandLineOption list(QStringLiteral("list"), QStringLiteral("Lists the benches."));
    const QCommandLineOption events(QStringLiteral("events"), QStringLiteral("Events of the recordings."),
                                    QStringLiteral("N"), QStringLiteral("5000000"));
    const QCommandLineOption rounds(QStringLiteral("rounds"), QStringLiteral("Rounds after the warm-up."),
                                    QStringLiteral("N"), QStringLiteral("5"));
    const QCommandLineOption cores(QStringLiteral("cores"), QStringLiteral("Keeps to so many cores."),
                                   QStringLiteral("N"), QString::number(QThread::idealThreadCount()));
    const QCommandLineOption folder(QStringLiteral("folder"), QStringLiteral("Where recordings are kept."),
                                    QStringLiteral("DIR"),
                                    QDir(cache).filePath(QStringLiteral("perihelion/bench")));
    const QCommandLineOption store(QStringLiteral("store"),
                                   QStringLiteral("Server for the benches runs and history, which make "
                                                  "databases perihelion_bench_… there (default: files)."),
                                   QStringLiteral("postgresql://USER@HOST/DATABASE"));
    parser.addOptions({list, events, rounds, cores, folder, store});
    parser.process(application);

    const std::vector<Bench> all = benches();
    if (parser.isSet(list)) {
        for (const Bench& bench : all) {
            std::printf("%-16s %s\n", qPrintable(bench.name), qPrintable(bench.summary));
        }
        return 0;
    }
    BenchSession::Settings settings;
    settings.folder = parser.value(folder);
    settings.events = parser.value(events).toLongLong();
    settings.rounds = parser.value(rounds).toInt();
    settings.store = parser.value(store);
    const int usedCores = parser.value(cores).toInt();
    if (settings.events < 1 || settings.rounds < 1 || usedCores < 1) {
        return complain(QStringLiteral("--events, --rounds and --cores take whole numbers from 1"));
    }
    if (parser.isSet(store)) {
        const auto location = StoreLocation::parse(settings.store);
        if (!location || !location->isServer()) {
            return complain(location ? QStringLiteral("--store takes the URL of a server")
                                     : location.error().sentence());
        }
    }
    for (const QString& name : parser.positionalArguments()) {
        if (std::none_of(all.begin(), all.end(),
                         [&name](const Bench& bench) { return bench.name == name; })) {
            return complain(QString(u"Unknown bench " % name % u"; --list names them"));
        }
    }
    const int machineCores = QThread::idealThreadCount();
    if (!keepToCores(usedCores)) {
        return complain(QStringLiteral("Keeping to a number of cores is not possible here"));
    }
    printMachine(machineCores, usedCores);
    const BenchSession session(settings);
    for (const Bench& bench : all) {
        if (!parser.positionalArguments().isEmpty() && !parser.positionalArguments().contains(bench.name)) {
            continue;
        }
        if (const auto outcome = bench.run(session); !outcome) {
            std::fprintf(stderr, "perihelion-bench: %s\n", qPrintable(outcome.error().sentence()));
            return 1;
        }
    }
    return 0;
}
