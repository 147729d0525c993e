// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// MachineDescription: the machine and the build that measured, and what about them makes times doubtful.
// Stored with every run. A value; made by reading /proc and /sys, which a test replaces by a folder of its
// own.

#include "core/base/units.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace perihelion {

struct MachineDescription {
    QString host;
    QString cpu; ///< "Intel(R) Xeon(R) …".
    QString architecture;
    int logicalCores = 0; ///< Of the machine.
    int usableCores = 0;  ///< By affinity and cgroup quota.
    ByteCount memory;
    QString kernel;
    QString system;         ///< "Debian GNU/Linux 12 (bookworm)".
    QString governor;       ///< "performance"; empty when unknown.
    QString turbo;          ///< "on", "off" or empty.
    double load = -1;       ///< Mean number of running tasks over a minute; −1 unknown.
    bool onBattery = false; ///< A battery that is being drained.
    QString virtualisation; ///< Name of the hypervisor, "yes" when unnamed, empty on bare metal.
    double cgroupCores = 0; ///< CPU quota in cores; 0: none.
    ByteCount cgroupMemory; ///< Memory limit; 0: none.
    QString compiler;
    QString buildType; ///< "release", or what makes it slow: "debug", "sanitizers".
    QString qtVersion;

    /// Of the running program. root: where /proc, /sys and /etc are.
    static MachineDescription current(const QString& root = QString());
    /// Only what was known when the program was built: compiler, kind of build, Qt.
    static MachineDescription ofProgram();

    /// 12 hexadecimal digits of what makes times comparable: CPU model, core count, memory rounded,
    /// architecture, virtualisation. Not of load, governor or anything that changes by itself.
    QString fingerprint() const;
    /// What makes times of this machine doubtful, one sentence each without a full stop.
    QStringList warnings() const;

    QJsonObject toJson() const;
    static MachineDescription fromJson(const QJsonObject& json);

    bool operator==(const MachineDescription&) const = default;
};

} // namespace perihelion
