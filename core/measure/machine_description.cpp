// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/machine_description.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QSysInfo>

#include <algorithm>
#include <cmath>

#include <sched.h>

namespace perihelion {

namespace {

/// Reads small files of the kernel; a missing one is an empty text.
class SystemFiles {
public:
    explicit SystemFiles(QString root) : m_root(std::move(root)) {}

    QString text(const QString& path) const
    {
        QFile file(QString(m_root % path));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).trimmed() : QString();
    }
    QStringList lines(const QString& path) const { return text(path).split(u'\n'); }
    QStringList folders(const QString& path) const
    {
        return QDir(QString(m_root % path)).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    }
    bool exists(const QString& path) const { return QFile::exists(QString(m_root % path)); }

private:
    QString m_root;
};

/// What follows "key<blanks>:" or "key=" on a line of its own.
QString entry(const QStringList& lines, QStringView key, QChar separator)
{
    for (const QString& line : lines) {
        const qsizetype at = line.indexOf(separator);
        if (at > 0 && QStringView(line).left(at).trimmed() == key) {
            return line.mid(at + 1).trimmed();
        }
    }
    return {};
}

QString unquoted(const QString& text)
{
    return text.size() >= 2 && text.startsWith(u'"') && text.endsWith(u'"') ? text.mid(1, text.size() - 2)
                                                                            : text;
}

bool isDischarging(const SystemFiles& files)
{
    const QString folder = QStringLiteral("/sys/class/power_supply/");
    const QStringList supplies = files.folders(folder);
    return std::any_of(supplies.begin(), supplies.end(), [&](const QString& supply) {
        return files.text(QString(folder % supply % u"/status")) == u"Discharging";
    });
}

QString hypervisor(const SystemFiles& files, const QStringList& cpuinfo)
{
    const QString product = files.text(QStringLiteral("/sys/class/dmi/id/product_name"));
    const QString vendor = files.text(QStringLiteral("/sys/class/dmi/id/sys_vendor"));
    const QString named = files.text(QStringLiteral("/sys/hypervisor/type"));
    const QStringList flags = entry(cpuinfo, u"flags", u':').split(u' ');
    if (!named.isEmpty()) {
        return named;
    }
    if (!flags.contains(QStringLiteral("hypervisor"))) {
        return {};
    }
    for (const auto& [word, name] :
         {std::pair{u"KVM", "kvm"}, std::pair{u"QEMU", "qemu"}, std::pair{u"VMware", "vmware"},
          std::pair{u"VirtualBox", "virtualbox"}, std::pair{u"Virtual Machine", "hyper-v"},
          std::pair{u"Google", "google"}, std::pair{u"Amazon", "amazon"}}) {
        if (product.contains(word) || vendor.contains(word)) {
            return QLatin1String(name);
        }
    }
    return QStringLiteral("yes");
}

struct CgroupLimits {
    double cores = 0;
    std::uint64_t memory = 0;

    void addCores(double quota, double period)
    {
        if (quota > 0 && period > 0) {
            cores = cores > 0 ? std::min(cores, quota / period) : quota / period;
        }
    }
    void addMemory(const QString& text)
    {
        bool valid = false;
        const std::uint64_t bytes = text.toULongLong(&valid);
        // "max", and the kernel's largest page-aligned number of version 1, mean no limit.
        if (valid && bytes > 0 && bytes < std::uint64_t{1} << 62) {
            memory = memory > 0 ? std::min(memory, bytes) : bytes;
        }
    }
};

/// The tightest limits over the own cgroup and all its ancestors, version 2 or 1.
CgroupLimits cgroupLimits(const SystemFiles& files)
{
    CgroupLimits limits;
    const auto climb = [](QString path, const auto& visit) {
        for (;;) {
            visit(path == u"/" ? QString() : path);
            if (path.isEmpty() || path == u"/") {
                return;
            }
            path = path.left(path.lastIndexOf(u'/'));
        }
    };
    for (const QString& line : files.lines(QStringLiteral("/proc/self/cgroup"))) {
        const QString controllers = line.section(u':', 1, 1);
        const QString path = line.section(u':', 2);
        const QStringList named = controllers.split(u',');
        if (controllers.isEmpty()) {
            climb(path, [&](const QString& folder) {
                const QString at = QString(u"/sys/fs/cgroup" % folder);
                const QStringList cpu = files.text(QString(at % u"/cpu.max")).split(u' ');
                if (cpu.size() == 2) {
                    limits.addCores(cpu[0].toDouble(), cpu[1].toDouble());
                }
                limits.addMemory(files.text(QString(at % u"/memory.max")));
                limits.addMemory(files.text(QString(at % u"/memory.high")));
            });
        } else if (named.contains(QStringLiteral("cpu"))) {
            climb(path, [&](const QString& folder) {
                const QString at = QString(u"/sys/fs/cgroup/cpu" % folder);
                limits.addCores(files.text(QString(at % u"/cpu.cfs_quota_us")).toDouble(),
                                files.text(QString(at % u"/cpu.cfs_period_us")).toDouble());
            });
        } else if (named.contains(QStringLiteral("memory"))) {
            climb(path, [&](const QString& folder) {
                limits.addMemory(
                    files.text(QString(u"/sys/fs/cgroup/memory" % folder % u"/memory.limit_in_bytes")));
            });
        }
    }
    return limits;
}

int coresByAffinity()
{
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 0;
}

QString compilerName()
{
#if defined(__clang__)
    return QStringLiteral("clang " __clang_version__).trimmed();
#else
    return QStringLiteral("gcc " __VERSION__);
#endif
}

QString buildTypeName()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return QStringLiteral("sanitizers");
#elif defined(NDEBUG)
    return QStringLiteral("release");
#else
    return QStringLiteral("debug");
#endif
}

} // namespace

MachineDescription MachineDescription::ofProgram()
{
    MachineDescription machine;
    machine.compiler = compilerName();
    machine.buildType = buildTypeName();
    machine.qtVersion = QString::fromLatin1(qVersion());
    return machine;
}

MachineDescription MachineDescription::current(const QString& root)
{
    const SystemFiles files(root);
    const QStringList cpuinfo = files.lines(QStringLiteral("/proc/cpuinfo"));
    const CgroupLimits limits = cgroupLimits(files);
    MachineDescription machine = ofProgram();
    machine.host = files.text(QStringLiteral("/proc/sys/kernel/hostname"));
    machine.architecture = QSysInfo::currentCpuArchitecture();
    machine.cpu = entry(cpuinfo, u"model name", u':');
    if (machine.cpu.isEmpty()) {
        machine.cpu = machine.architecture;
    }
    machine.logicalCores = static_cast<int>(std::count_if(
        cpuinfo.begin(), cpuinfo.end(), [](const QString& line) { return line.startsWith(u"processor"); }));
    machine.usableCores = root.isEmpty() ? coresByAffinity() : machine.logicalCores;
    if (limits.cores > 0) {
        machine.usableCores = std::min(machine.usableCores, static_cast<int>(std::ceil(limits.cores)));
    }
    const QStringList meminfo = files.lines(QStringLiteral("/proc/meminfo"));
    machine.memory =
        ByteCount{entry(meminfo, u"MemTotal", u':').section(u' ', 0, 0).toULongLong() * std::uint64_t{1024}};
    machine.kernel = files.text(QStringLiteral("/proc/sys/kernel/osrelease"));
    machine.system = unquoted(entry(files.lines(QStringLiteral("/etc/os-release")), u"PRETTY_NAME", u'='));
    machine.governor = files.text(QStringLiteral("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"));
    const QString boost = files.text(QStringLiteral("/sys/devices/system/cpu/cpufreq/boost"));
    const QString noTurbo = files.text(QStringLiteral("/sys/devices/system/cpu/intel_pstate/no_turbo"));
    if (!noTurbo.isEmpty() || !boost.isEmpty()) {
        machine.turbo = noTurbo == u"0" || boost == u"1" ? QStringLiteral("on") : QStringLiteral("off");
    }
    bool known = false;
    const double load = files.text(QStringLiteral("/proc/loadavg")).section(u' ', 0, 0).toDouble(&known);
    machine.load = known ? load : -1;
    machine.onBattery = isDischarging(files);
    machine.virtualisation = hypervisor(files, cpuinfo);
    machine.cgroupCores = limits.cores;
    machine.cgroupMemory = ByteCount{limits.memory};
    return machine;
}

QString MachineDescription::fingerprint() const
{
    constexpr std::uint64_t kGibibyte = std::uint64_t{1} << 30;
    const QString text = QStringLiteral("%1|%2|%3|%4|%5")
                             .arg(cpu, architecture)
                             .arg(logicalCores)
                             .arg((memory.value + kGibibyte / 2) / kGibibyte)
                             .arg(virtualisation);
    return QString::fromLatin1(
        QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).toHex().left(12));
}

QStringList MachineDescription::warnings() const
{
    QStringList warnings;
    const auto warn = [&warnings](const QString& sentence) { warnings.append(sentence); };
    if (!buildType.isEmpty() && buildType != u"release") { // Of another project nobody knows it.
        warn(
            QStringLiteral("This is a build for finding mistakes (%1); its times say nothing about a release")
                .arg(buildType));
    }
    if (!governor.isEmpty() && governor != u"performance") {
        warn(QStringLiteral("The CPU governor is %1; performance gives steadier times").arg(governor));
    }
    if (load > 0.5) {
        warn(QStringLiteral("Other programs are busy (load %1); close them for steadier times")
                 .arg(load, 0, 'f', 1));
    }
    if (onBattery) {
        warn(QStringLiteral("The machine runs on battery and may slow down"));
    }
    if (!virtualisation.isEmpty()) {
        warn(virtualisation == u"yes"
                 ? QStringLiteral("This is a virtual machine; others share its processor")
                 : QStringLiteral("This is a virtual machine (%1); others share its processor")
                       .arg(virtualisation));
    }
    if (cgroupCores > 0) {
        warn(QStringLiteral("A control group limits this program to %1 cores").arg(cgroupCores, 0, 'f', 1));
    }
    if (cgroupMemory.value > 0) {
        warn(QStringLiteral("A control group limits this program to %1 MiB of memory")
                 .arg(cgroupMemory.value >> 20));
    }
    return warnings;
}

QJsonObject MachineDescription::toJson() const
{
    return QJsonObject{{QStringLiteral("host"), host},
                       {QStringLiteral("cpu"), cpu},
                       {QStringLiteral("architecture"), architecture},
                       {QStringLiteral("logical_cores"), logicalCores},
                       {QStringLiteral("usable_cores"), usableCores},
                       {QStringLiteral("memory_bytes"), static_cast<qint64>(memory.value)},
                       {QStringLiteral("kernel"), kernel},
                       {QStringLiteral("system"), system},
                       {QStringLiteral("governor"), governor},
                       {QStringLiteral("turbo"), turbo},
                       {QStringLiteral("load"), load},
                       {QStringLiteral("on_battery"), onBattery},
                       {QStringLiteral("virtualisation"), virtualisation},
                       {QStringLiteral("cgroup_cores"), cgroupCores},
                       {QStringLiteral("cgroup_memory_bytes"), static_cast<qint64>(cgroupMemory.value)},
                       {QStringLiteral("compiler"), compiler},
                       {QStringLiteral("build_type"), buildType},
                       {QStringLiteral("qt"), qtVersion},
                       {QStringLiteral("fingerprint"), fingerprint()}};
}

MachineDescription MachineDescription::fromJson(const QJsonObject& json)
{
    const auto text = [&json](QStringView key) { return json.value(key).toString(); };
    const auto bytes = [&json](QStringView key) {
        return ByteCount{static_cast<std::uint64_t>(std::max<qint64>(0, json.value(key).toInteger()))};
    };
    MachineDescription machine = ofProgram();
    machine.host = text(u"host");
    machine.cpu = text(u"cpu");
    machine.architecture = text(u"architecture");
    machine.logicalCores = json.value(u"logical_cores").toInt();
    machine.usableCores = json.value(u"usable_cores").toInt();
    machine.memory = bytes(u"memory_bytes");
    machine.kernel = text(u"kernel");
    machine.system = text(u"system");
    machine.governor = text(u"governor");
    machine.turbo = text(u"turbo");
    machine.load = json.value(u"load").toDouble(-1);
    machine.onBattery = json.value(u"on_battery").toBool();
    machine.virtualisation = text(u"virtualisation");
    machine.cgroupCores = json.value(u"cgroup_cores").toDouble();
    machine.cgroupMemory = bytes(u"cgroup_memory_bytes");
    machine.compiler = text(u"compiler");
    machine.buildType = text(u"build_type");
    machine.qtVersion = text(u"qt");
    return machine;
}

} // namespace perihelion
