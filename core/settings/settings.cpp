// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/settings/settings.h"

#include "core/base/atomic_file.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>

#include <algorithm>
#include <cmath>

namespace perihelion {

namespace {

constexpr qint64 kLargestSettingsFile = 4 << 20;
constexpr qsizetype kLargestBlob = 256 << 10;

bool isAllowed(const WordSetting& setting, const QString& word)
{
    if (!setting.choices.isEmpty()) {
        return !word.isEmpty() && setting.choices.split(u' ').contains(QStringView(word));
    }
    const auto isWordCharacter = [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9') || c == u'-' || c == u'_';
    };
    return !word.isEmpty() && word.size() <= 64 && std::all_of(word.begin(), word.end(), isWordCharacter);
}

QStringList allowedPaths(const PathListSetting& setting, const QStringList& paths)
{
    QStringList kept;
    for (const QString& path : paths) {
        if (kept.size() < setting.most && QDir::isAbsolutePath(path) && !kept.contains(path)) {
            kept.append(path);
        }
    }
    return kept;
}

} // namespace

Result<void> writeSettings(const SettingsChanges& changes)
{
    if (changes.isEmpty()) {
        return {};
    }
    const QString doing = QStringLiteral("Saving the settings");
    const QString folder = QFileInfo(changes.file).absolutePath();
    if (!QDir().mkpath(folder)) {
        return Error{ErrorCode::PermissionDenied,
                     QString(doing % u" failed: its folder cannot be made; check who may write there"),
                     folder};
    }
    QSettings ini(changes.file, QSettings::IniFormat);
    ini.setAtomicSyncRequired(true);
    for (auto change = changes.values.begin(); change != changes.values.end(); ++change) {
        if (change.value().isValid()) {
            ini.setValue(change.key(), change.value());
        } else {
            ini.remove(change.key());
        }
    }
    ini.sync();
    if (ini.status() == QSettings::AccessError) {
        return Error{
            ErrorCode::PermissionDenied,
            QString(doing % u" failed: the file cannot be written; check its permissions and the free space"),
            changes.file};
    }
    return {};
}

Settings::Settings(QString file) : m_file(std::move(file))
{
    load();
}

void Settings::load()
{
    if (!QFileInfo::exists(m_file)) {
        return;
    }
    bool damaged = QFileInfo(m_file).size() > kLargestSettingsFile;
    if (!damaged) {
        const QSettings ini(m_file, QSettings::IniFormat);
        if (ini.status() == QSettings::AccessError) {
            m_notice = QStringLiteral("The settings could not be read and defaults are used: %1").arg(m_file);
            return;
        }
        // Of a damaged file what could be understood is kept.
        const QStringList keys = ini.allKeys();
        for (const QString& key : keys) {
            m_values.insert(key, ini.value(key));
        }
        damaged = ini.status() == QSettings::FormatError; // Sections are parsed when they are asked for.
    }
    if (!damaged) {
        return;
    }
    const Result<QString> aside = setFileAside(m_file);
    m_notice = aside ? QStringLiteral("The settings file was damaged; it was set aside: %1").arg(*aside)
                     : aside.error().sentence();
    m_changed = m_values; // They are only in the file that was set aside.
}

bool Settings::value(const FlagSetting& setting) const
{
    // What QSettings writes for a bool; anything else, "1" included, is not ours.
    const QString text = m_values.value(setting.key.toString()).toString();
    return text == u"true" ? true : text == u"false" ? false : setting.fallback;
}

std::int64_t Settings::value(const IntegerSetting& setting) const
{
    bool isNumber = false;
    const std::int64_t number = m_values.value(setting.key.toString()).toString().toLongLong(&isNumber);
    return isNumber && number >= setting.least && number <= setting.greatest ? number : setting.fallback;
}

double Settings::value(const RealSetting& setting) const
{
    bool isNumber = false;
    const double number = m_values.value(setting.key.toString()).toString().toDouble(&isNumber);
    // NaN fails both comparisons.
    return isNumber && number >= setting.least && number <= setting.greatest ? number : setting.fallback;
}

QString Settings::value(const WordSetting& setting) const
{
    const QString word = m_values.value(setting.key.toString()).toString();
    return isAllowed(setting, word) ? word : setting.fallback.toString();
}

QStringList Settings::value(const PathListSetting& setting) const
{
    return allowedPaths(setting, m_values.value(setting.key.toString()).toStringList());
}

QString Settings::value(const TextSetting& setting) const
{
    return m_values.value(setting.key.toString()).toString();
}

QByteArray Settings::value(const BlobSetting& setting) const
{
    const QVariant kept = m_values.value(setting.key.toString());
    const QByteArray bytes = kept.typeId() == QMetaType::QByteArray ? kept.toByteArray() : QByteArray();
    return bytes.size() <= kLargestBlob ? bytes : QByteArray();
}

void Settings::set(const FlagSetting& setting, bool on)
{
    store(setting.key, on ? QStringLiteral("true") : QStringLiteral("false"));
}

void Settings::set(const IntegerSetting& setting, std::int64_t number)
{
    store(setting.key, QString::number(std::clamp(number, setting.least, setting.greatest)));
}

void Settings::set(const RealSetting& setting, double number)
{
    const double kept =
        std::isnan(number) ? setting.fallback : std::clamp(number, setting.least, setting.greatest);
    store(setting.key, QString::number(kept, 'g', QLocale::FloatingPointShortest));
}

void Settings::set(const WordSetting& setting, const QString& word)
{
    if (isAllowed(setting, word)) {
        store(setting.key, word);
    }
}

void Settings::set(const PathListSetting& setting, const QStringList& paths)
{
    store(setting.key, allowedPaths(setting, paths));
}

void Settings::set(const TextSetting& setting, const QString& text)
{
    store(setting.key, text.isEmpty() ? QVariant() : QVariant(text));
}

void Settings::set(const BlobSetting& setting, const QByteArray& bytes)
{
    store(setting.key, bytes);
}

void Settings::prepend(const PathListSetting& setting, const QString& path)
{
    QStringList paths = value(setting);
    paths.prepend(path); // The first of two equal paths is the one that stays.
    set(setting, paths);
}

void Settings::reset(QStringView key)
{
    store(key, QVariant());
}

void Settings::store(QStringView key, const QVariant& value)
{
    const QString name = key.toString();
    if (m_values.value(name) == value) {
        return;
    }
    if (value.isValid()) {
        m_values.insert(name, value);
    } else {
        m_values.remove(name);
    }
    m_changed.insert(name, value);
}

SettingsChanges Settings::takeChanges()
{
    return SettingsChanges{m_file, std::exchange(m_changed, {})};
}

void Settings::putBack(const SettingsChanges& changes)
{
    for (auto change = changes.values.begin(); change != changes.values.end(); ++change) {
        if (!m_changed.contains(change.key())) {
            m_changed.insert(change.key(), change.value());
        }
    }
}

Result<void> Settings::save()
{
    const SettingsChanges changes = takeChanges();
    Result<void> written = writeSettings(changes);
    if (!written) {
        putBack(changes);
    }
    return written;
}

} // namespace perihelion
