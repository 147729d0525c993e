// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/numpy_history.h"

#include <QByteArray>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>
#include <limits>

#include <zlib.h>

namespace perihelion::test {

namespace {

QByteArray gunzipped(const QString& path)
{
    QByteArray text;
    gzFile file = gzopen(QFile::encodeName(path).constData(), "rb");
    if (file == nullptr) {
        return text;
    }
    QByteArray block(1 << 16, Qt::Uninitialized);
    for (int got = 0; (got = gzread(file, block.data(), static_cast<unsigned>(block.size()))) > 0;) {
        text.append(block.constData(), got);
    }
    gzclose(file);
    return text;
}

double numberOr(const QByteArray& text, double missing)
{
    bool isNumber = false;
    const double value = text.trimmed().toDouble(&isNumber);
    return isNumber ? value : missing;
}

NumPySeries fromIndex(const QJsonObject& object)
{
    NumPySeries series;
    series.name = QString(object.value(u"benchmark").toString() % u'#' %
                          QString::number(object.value(u"param_index").toInt()));
    const QJsonArray steps = object.value(u"asv_steps").toArray();
    for (const auto entry : steps) {
        const QJsonArray step = entry.toArray();
        series.steps.push_back({step.at(0).toInt(), step.at(1).toInt(), step.at(2).toDouble(),
                                step.at(3).toDouble(), step.at(4).toDouble()});
    }
    const QJsonObject published = object.value(u"published_regression").toObject();
    series.latest = published.value(u"last").toDouble();
    series.best = published.value(u"best").toDouble();
    const QJsonArray jumps = published.value(u"jumps").toArray();
    for (const auto entry : jumps) {
        const QJsonArray jump = entry.toArray();
        series.regressions.push_back(
            {jump.at(0).toInt(-1), jump.at(1).toInt(), jump.at(2).toDouble(), jump.at(3).toDouble()});
    }
    return series;
}

} // namespace

Result<std::vector<NumPySeries>> readNumPyHistory(const QString& folder)
{
    QFile index(QString(folder % QStringLiteral("/series_index.json")));
    const QByteArray table = gunzipped(QString(folder % QStringLiteral("/series.csv.gz")));
    if (!index.open(QIODevice::ReadOnly) || table.isEmpty()) {
        return Error{ErrorCode::NotFound, QStringLiteral("Reading the history of NumPy failed"), folder};
    }
    std::vector<NumPySeries> all;
    const QJsonArray entries = QJsonDocument::fromJson(index.readAll()).object().value(u"series").toArray();
    for (const auto entry : entries) {
        all.push_back(fromIndex(entry.toObject()));
    }
    constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
    const QList<QByteArray> lines = table.split('\n');
    for (const QByteArray& line : lines) {
        const QList<QByteArray> fields = line.split(',');
        bool isRow = false;
        const std::size_t id = fields.at(0).toULongLong(&isRow);
        if (!isRow || fields.size() < 5 || id >= all.size()) {
            continue;
        }
        NumPySeries& series = all[id];
        series.revisions.push_back(fields.at(1).toInt());
        series.values.push_back(numberOr(fields.at(2), kMissing));
        const double width = std::abs(numberOr(fields.at(4), kMissing) - numberOr(fields.at(3), kMissing));
        series.weights.push_back(width > 0 ? 2 / width : kMissing);
    }
    return all;
}

std::vector<std::vector<double>> flatStretches(const std::vector<NumPySeries>& history, std::size_t count)
{
    std::vector<std::vector<double>> stretches;
    for (const NumPySeries& series : history) {
        for (const NumPySeries::Step& step : series.steps) {
            std::vector<double> level;
            for (std::size_t i = 0; i < series.values.size(); ++i) {
                const bool inside =
                    series.revisions[i] >= step.firstRevision && series.revisions[i] < step.endRevision;
                if (inside && std::isfinite(series.values[i])) {
                    level.push_back(series.values[i]);
                }
            }
            for (std::size_t begin = 0; begin + count <= level.size(); begin += count / 2) {
                const auto first = level.begin() + static_cast<std::ptrdiff_t>(begin);
                stretches.emplace_back(first, first + static_cast<std::ptrdiff_t>(count));
            }
        }
    }
    return stretches;
}

} // namespace perihelion::test
