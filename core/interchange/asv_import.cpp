// SPDX-License-Identifier: GPL-3.0-or-later
// Results of asv (airspeed velocity): one file for a commit and an environment, whose units, parameters and
// versions stand in the benchmarks.json of the tree.
#include "core/base/counted.h"
#include "core/interchange/result_formats.h"

#include <cmath>
#include <utility>

namespace perihelion {

namespace {

struct AsvUnit {
    QString unit;
    QString phase;
    double factor = 1;
};

AsvUnit unitOf(const QString& name, const QJsonObject& benchmark)
{
    const QString method = name.section(u'.', -1);
    QString unit = benchmark.value(u"unit").toString();
    if (unit.isEmpty()) {
        unit = method.startsWith(u"time_") || method.startsWith(u"timeraw_")  ? QStringLiteral("seconds")
               : method.startsWith(u"mem_") || method.startsWith(u"peakmem_") ? QStringLiteral("bytes")
                                                                              : QString();
    }
    if (unit == u"seconds") {
        return {QStringLiteral("s"), QStringLiteral("real time")};
    }
    if (unit == u"bytes") {
        return {QStringLiteral("B"),
                method.startsWith(u"peakmem_") ? QStringLiteral("peak memory") : QStringLiteral("memory")};
    }
    return {unit, QStringLiteral("value")};
}

/// Names of all combinations of parameters, the last one running fastest; one empty name without any.
QStringList combinationsOf(const QJsonArray& parameters)
{
    constexpr qsizetype kMost = 100'000;
    QStringList names{QString()};
    for (const auto values : parameters) {
        const QJsonArray choices = values.toArray();
        if (choices.isEmpty() || names.size() * choices.size() > kMost) {
            return {};
        }
        QStringList longer;
        longer.reserve(names.size() * choices.size());
        for (const QString& name : std::as_const(names)) {
            for (const auto choice : choices) {
                const QString text =
                    choice.isString() ? choice.toString() : QString::number(choice.toDouble());
                longer.append(name.isEmpty() ? text : QString(name % u", " % text));
            }
        }
        names = std::move(longer);
    }
    return names;
}

/// Milliseconds since 1970; invalid for what is none.
QDateTime timeOf(double millis)
{
    return millis > 0 && millis < 1e15 ? QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(millis), Qt::UTC)
                                       : QDateTime();
}

struct AsvEntry {
    QDateTime started;
    QJsonArray values;
    QJsonArray parameters;
    QJsonArray samples;
    QString version;
};

/// Of either format: columns in an array, an object, or a bare number.
AsvEntry entryOf(const QJsonValue& value, const QStringList& columns)
{
    AsvEntry entry;
    const auto asArray = [](const QJsonValue& field) {
        return field.isArray() ? field.toArray() : QJsonArray{field};
    };
    if (value.isArray() && !columns.isEmpty()) {
        const QJsonArray row = value.toArray();
        const auto column = [&row, &columns](const QString& name) {
            const qsizetype at = columns.indexOf(name);
            return at >= 0 && at < row.size() ? row.at(at) : QJsonValue();
        };
        entry.values = asArray(column(QStringLiteral("result")));
        entry.parameters = column(QStringLiteral("params")).toArray();
        entry.samples = column(QStringLiteral("samples")).toArray();
        entry.version = column(QStringLiteral("version")).toString();
        entry.started = timeOf(column(QStringLiteral("started_at")).toDouble());
    } else if (value.isObject()) {
        entry.values = asArray(value.toObject().value(u"result"));
        entry.parameters = value.toObject().value(u"params").toArray();
        entry.samples = value.toObject().value(u"samples").toArray();
    } else if (value.isDouble()) {
        entry.values = QJsonArray{value};
    }
    return entry;
}

std::vector<double> samplesAt(const AsvEntry& entry, qsizetype index, double factor, qint64& unusable)
{
    std::vector<double> samples;
    const QJsonArray own = entry.samples.at(index).toArray();
    for (const auto sample : own) {
        if (sample.isDouble() && std::isfinite(sample.toDouble())) {
            samples.push_back(sample.toDouble() * factor);
        } else {
            ++unusable;
        }
    }
    return samples;
}

} // namespace

Result<ImportedResults> readAsv(const QJsonObject& root, const QJsonObject& benchmarks)
{
    ImportedResults results;
    results.format = QStringLiteral("asv");
    ImportedSeries like;
    like.commit = root.value(u"commit_hash").toString();
    const QJsonObject machine = root.value(u"params").toObject();
    like.machine = machine.value(u"machine").toString();
    like.hardware.cpu = machine.value(u"cpu").toString();
    like.hardware.architecture = machine.value(u"arch").toString();
    like.hardware.system = machine.value(u"os").toString();
    like.environment = root.value(u"env_name").toString();
    like.committed = timeOf(root.value(u"date").toDouble());
    like.at = like.committed;
    QStringList columns;
    const QJsonArray named = root.value(u"result_columns").toArray();
    for (const auto column : named) {
        columns.append(column.toString());
    }
    if (benchmarks.isEmpty()) {
        results.notes.append(
            QStringLiteral("benchmarks.json is missing: units were taken from the names, versions "
                           "were not compared"));
    }
    qsizetype failed = 0;
    qsizetype outdated = 0;
    qsizetype mismatched = 0;
    const QJsonObject entries = root.value(u"results").toObject();
    for (auto at = entries.begin(); at != entries.end(); ++at) {
        const QJsonObject benchmark = benchmarks.value(at.key()).toObject();
        const AsvEntry entry = entryOf(at.value(), columns);
        const QString current = benchmark.value(u"version").toString();
        if (!entry.version.isEmpty() && !current.isEmpty() && entry.version != current) {
            ++outdated;
            continue;
        }
        const QStringList names = combinationsOf(entry.parameters);
        if (names.size() != entry.values.size()) {
            mismatched += entry.values.isEmpty() || entry.values.at(0).isNull() ? 0 : 1;
            failed += entry.values.isEmpty() || entry.values.at(0).isNull() ? 1 : 0;
            continue;
        }
        const AsvUnit unit = unitOf(at.key(), benchmark);
        for (qsizetype i = 0; i < names.size(); ++i) {
            const QJsonValue value = entry.values.at(i);
            if (!value.isDouble() || !std::isfinite(value.toDouble())) {
                ++failed;
                continue;
            }
            ImportedSeries series = like;
            series.name = names.at(i).isEmpty() ? at.key() : QString(at.key() % u'(' % names.at(i) % u')');
            series.phase = unit.phase;
            series.at = entry.started.isValid() ? entry.started : like.at;
            series.unit = unit.unit;
            series.samples = samplesAt(entry, i, unit.factor, results.unusable);
            if (series.samples.empty()) {
                series.samples = {value.toDouble() * unit.factor};
                series.summarised = true;
            }
            results.series.push_back(std::move(series));
        }
    }
    if (failed > 0) {
        results.notes.append(
            QString(counted(failed, u"result", u"results") % u" had failed or been skipped"));
    }
    if (outdated > 0) {
        results.notes.append(QString(counted(outdated, u"result of another version of its benchmark was",
                                             u"results of other versions of their benchmark were") %
                                     u" left out"));
    }
    if (mismatched > 0) {
        results.notes.append(QString(counted(mismatched, u"result does not fit its parameters and was",
                                             u"results do not fit their parameters and were") %
                                     u" left out"));
    }
    if (results.series.empty() && failed + outdated == 0) {
        return Error{
            ErrorCode::Corrupt, QStringLiteral("Reading results of asv failed: it holds no results"), {}};
    }
    return results;
}

} // namespace perihelion
