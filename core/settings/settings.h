// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Settings: what a person chose, over an INI file (StoragePaths::settingsFile). Reading and changing happen
// in memory on the GUI thread; the file is written by a job from a copy of the changes. Owned by AppContext.

#include "core/base/result.h"
#include "core/settings/setting_keys.h"

#include <QByteArray>
#include <QHash>
#include <QString>
#include <QStringList>
#include <QVariant>

namespace perihelion {

/// Settings that changed since they were last written; a value to give to a job.
struct SettingsChanges {
    QString file;
    QHash<QString, QVariant> values; ///< By key; an invalid value removes the key.

    bool isEmpty() const { return values.isEmpty(); }
};

/// Writes changes into their file, atomically, leaving other keys as they are (another window may have
/// written them). Any thread; meant for JobPool::Store.
Result<void> writeSettings(const SettingsChanges& changes);

class Settings {
public:
    /// Reads the file; a missing one means defaults, a damaged one is set aside, which notice() tells.
    explicit Settings(QString file);
    Settings(const Settings&) = delete;
    Settings& operator=(const Settings&) = delete;

    const QString& file() const { return m_file; }
    /// What a person should know about reading the file; empty when all was well.
    const QString& notice() const { return m_notice; }

    bool value(const FlagSetting& setting) const;
    std::int64_t value(const IntegerSetting& setting) const;
    double value(const RealSetting& setting) const;
    QString value(const WordSetting& setting) const;
    QStringList value(const PathListSetting& setting) const;
    QString value(const TextSetting& setting) const;
    QByteArray value(const BlobSetting& setting) const;

    /// Numbers are brought into their range; a word that is not allowed changes nothing.
    void set(const FlagSetting& setting, bool on);
    void set(const IntegerSetting& setting, std::int64_t number);
    void set(const RealSetting& setting, double number);
    void set(const WordSetting& setting, const QString& word);
    void set(const PathListSetting& setting, const QStringList& paths);
    void set(const TextSetting& setting, const QString& text);
    void set(const BlobSetting& setting, const QByteArray& bytes);
    /// Puts a path in front of a list, once; what no longer fits is dropped at the end.
    void prepend(const PathListSetting& setting, const QString& path);
    /// Back to the default.
    void reset(QStringView key);

    bool hasChanges() const { return !m_changed.isEmpty(); }
    /// The changes for writeSettings(); they count as written from now on.
    SettingsChanges takeChanges();
    /// After writeSettings() failed: they are to be written again, except where something newer was set.
    void putBack(const SettingsChanges& changes);
    /// takeChanges and writeSettings in one, for the end of the program; the changes stay when it fails.
    Result<void> save();

private:
    void load();
    void store(QStringView key, const QVariant& value);

    QString m_file;
    QString m_notice;
    QHash<QString, QVariant> m_values;
    QHash<QString, QVariant> m_changed;
};

} // namespace perihelion
