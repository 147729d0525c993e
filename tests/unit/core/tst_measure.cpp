// SPDX-License-Identifier: GPL-3.0-or-later
// What is known about the machine, the page cache and the own memory, from the real system and from folders
// that look like other ones.

#include "core/measure/machine_description.h"
#include "core/measure/page_cache.h"
#include "core/measure/peak_memory.h"
#include "tests/support/test_support.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <vector>

using namespace perihelion;
using namespace perihelion::test;

namespace {

// Sanitizers keep what was freed for a while.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

/// A folder with the files that a kernel shows.
class KernelFolder {
public:
    bool write(const QString& path, const QByteArray& text)
    {
        const QString full = QString(m_folder.path() % path);
        QFile file(full);
        return QDir().mkpath(QFileInfo(full).absolutePath()) && file.open(QIODevice::WriteOnly) &&
               file.write(text) == text.size();
    }
    MachineDescription describe() const { return MachineDescription::current(m_folder.path()); }

private:
    QTemporaryDir m_folder;
};

} // namespace

class MeasureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void describesThisMachine()
    {
        const MachineDescription machine = MachineDescription::current();
        QVERIFY(!machine.host.isEmpty() && !machine.cpu.isEmpty() && !machine.kernel.isEmpty());
        QVERIFY(machine.logicalCores > 0 && machine.usableCores > 0);
        QVERIFY(machine.usableCores <= machine.logicalCores);
        QVERIFY(machine.memory.value > 0);
        QVERIFY(machine.load >= 0);
        QCOMPARE(machine.fingerprint().size(), 12);
        QCOMPARE(machine.qtVersion, QString::fromLatin1(qVersion()));
        QVERIFY(MachineDescription::fromJson(machine.toJson()) == machine);
    }

    void describesAnother()
    {
        KernelFolder kernel;
        QVERIFY(kernel.write(QStringLiteral("/proc/cpuinfo"),
                             "processor\t: 0\nmodel name\t: Abacus 9\nflags\t\t: fpu hypervisor sse\n\n"
                             "processor\t: 1\nmodel name\t: Abacus 9\n\nprocessor\t: 2\nprocessor\t: 3\n"));
        QVERIFY(
            kernel.write(QStringLiteral("/proc/meminfo"), "MemTotal:        8000000 kB\nMemFree: 5 kB\n"));
        QVERIFY(kernel.write(QStringLiteral("/proc/loadavg"), "1.75 0.5 0.1 1/200 999\n"));
        QVERIFY(kernel.write(QStringLiteral("/etc/os-release"), "NAME=\"X\"\nPRETTY_NAME=\"X Linux 3\"\n"));
        QVERIFY(kernel.write(QStringLiteral("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
                             "powersave\n"));
        QVERIFY(kernel.write(QStringLiteral("/sys/devices/system/cpu/intel_pstate/no_turbo"), "0\n"));
        QVERIFY(kernel.write(QStringLiteral("/sys/class/power_supply/AC/online"), "0\n"));
        QVERIFY(kernel.write(QStringLiteral("/sys/class/power_supply/BAT0/status"), "Discharging\n"));
        QVERIFY(kernel.write(QStringLiteral("/sys/class/dmi/id/sys_vendor"), "QEMU\n"));
        QVERIFY(kernel.write(QStringLiteral("/proc/self/cgroup"), "0::/user/app\n"));
        QVERIFY(kernel.write(QStringLiteral("/sys/fs/cgroup/user/app/cpu.max"), "max 100000\n"));
        QVERIFY(kernel.write(QStringLiteral("/sys/fs/cgroup/user/cpu.max"), "150000 100000\n"));
        QVERIFY(kernel.write(QStringLiteral("/sys/fs/cgroup/user/memory.max"), "1073741824\n"));
        QVERIFY(kernel.write(QStringLiteral("/sys/fs/cgroup/user/app/memory.max"), "max\n"));
        const MachineDescription machine = kernel.describe();
        QCOMPARE(machine.cpu, QStringLiteral("Abacus 9"));
        QCOMPARE(machine.logicalCores, 4);
        QCOMPARE(machine.usableCores, 2);
        QCOMPARE(machine.cgroupCores, 1.5);
        QCOMPARE(machine.cgroupMemory.value, std::uint64_t{1} << 30);
        QCOMPARE(machine.memory.value, std::uint64_t{8'000'000} * 1024);
        QCOMPARE(machine.load, 1.75);
        QCOMPARE(machine.system, QStringLiteral("X Linux 3"));
        QCOMPARE(machine.governor, QStringLiteral("powersave"));
        QCOMPARE(machine.turbo, QStringLiteral("on"));
        QVERIFY(machine.onBattery);
        QCOMPARE(machine.virtualisation, QStringLiteral("qemu"));
        const QString warnings = machine.warnings().join(u'\n');
        for (const char* word :
             {"powersave", "load 1.8", "battery", "virtual machine (qemu)", "1.5 cores", "1024 MiB"}) {
            QVERIFY2(warnings.contains(QLatin1String(word)), qPrintable(warnings));
        }
    }

    void knowsTheFirstControlGroups()
    {
        KernelFolder kernel;
        QVERIFY(kernel.write(QStringLiteral("/proc/self/cgroup"),
                             "5:cpu,cpuacct:/box\n3:memory:/box\n0::/box\n"));
        QVERIFY(kernel.write(QStringLiteral("/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us"), "-1\n"));
        QVERIFY(kernel.write(QStringLiteral("/sys/fs/cgroup/cpu/box/cpu.cfs_period_us"), "100000\n"));
        QVERIFY(
            kernel.write(QStringLiteral("/sys/fs/cgroup/memory/box/memory.limit_in_bytes"), "536870912\n"));
        QVERIFY(kernel.write(QStringLiteral("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
                             "9223372036854771712\n"));
        const MachineDescription machine = kernel.describe();
        QCOMPARE(machine.cgroupCores, 0.0);
        QCOMPARE(machine.cgroupMemory.value, std::uint64_t{512} << 20);
    }

    void livesWithoutAnyOfIt()
    {
        const KernelFolder kernel;
        const MachineDescription machine = kernel.describe();
        QCOMPARE(machine.load, -1.0);
        QVERIFY(!machine.onBattery && machine.governor.isEmpty() && machine.virtualisation.isEmpty());
        QCOMPARE(machine.cpu, machine.architecture);
    }

    void fingerprintIgnoresWhatChanges()
    {
        MachineDescription machine;
        machine.cpu = QStringLiteral("Abacus 9");
        machine.memory = ByteCount{std::uint64_t{16} << 30};
        const QString before = machine.fingerprint();
        machine.load = 7;
        machine.governor = QStringLiteral("ondemand");
        machine.kernel = QStringLiteral("7.0");
        machine.memory.value += 50'000'000;
        QCOMPARE(machine.fingerprint(), before);
        machine.cpu = QStringLiteral("Abacus 10");
        QVERIFY(machine.fingerprint() != before);
    }

    void evictsFiles()
    {
        // Beside the test, since a temporary folder may lie in memory, where nothing can be evicted.
        const QTemporaryDir folder(QDir::current().filePath(QStringLiteral("evict-XXXXXX")));
        const QString path = folder.filePath(QStringLiteral("a.bin"));
        {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            QCOMPARE(file.write(QByteArray(1 << 20, 'x')), qint64{1} << 20);
        }
        const auto before = residentShare(path);
        PERIHELION_VERIFY_RESULT(before);
        QCOMPARE(*before, 1.0);
        const auto after = evictFromPageCache(path);
        PERIHELION_VERIFY_RESULT(after);
        QVERIFY(*after >= 0.0 && *after <= 1.0);
        const auto again = residentShare(path);
        PERIHELION_VERIFY_RESULT(again);
        QCOMPARE(*again, *after);

        QFile empty(folder.filePath(QStringLiteral("empty")));
        QVERIFY(empty.open(QIODevice::WriteOnly));
        PERIHELION_VERIFY_RESULT(evictFromPageCache(empty.fileName()));
        const auto missing = residentShare(folder.filePath(QStringLiteral("missing")));
        QVERIFY(!missing);
        QVERIFY(missing.error().code == ErrorCode::NotFound);
        QVERIFY(!evictFromPageCache(folder.filePath(QStringLiteral("missing"))));
    }

    void countsItsOwnMemory()
    {
        const auto resident = residentMemory();
        QVERIFY(resident && resident->value > 0);
        std::vector<char> memory(64 << 20, 'x');
        const auto peak = peakResidentMemory();
        QVERIFY(peak && *peak >= *resident);
        const std::size_t touched = memory.size();
        std::vector<char>().swap(memory);
        if (resetPeakResidentMemory()) {
            const auto after = peakResidentMemory();
            QVERIFY(after && (kSanitized || after->value + touched / 2 < peak->value));
        }
        const ResourceUse use = ResourceUse::now();
        const ResourceUse none = use - use;
        QCOMPARE(none.minorFaults, 0);
        QVERIFY(use.minorFaults > 0 && none.userTime == Nanoseconds(0));
    }
};

QTEST_GUILESS_MAIN(MeasureTest)

#include "tst_measure.moc"
