// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/bench_session.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <time.h>

namespace perihelion::bench {

namespace {

void printLine(const QString& line)
{
    std::puts(qPrintable(line));
    std::fflush(stdout);
}

double medianOf(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// Processor time of all threads of this process, which other programs disturb less than the clock on the
/// wall.
double processorSeconds()
{
    timespec now = {};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

struct Times {
    std::vector<double> wall;
    std::vector<double> processor;
};

Result<void> measure(const Contender& contender, bool keep, Times& times)
{
    const double processorStart = processorSeconds();
    const auto start = std::chrono::steady_clock::now();
    auto outcome = contender.run();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    const double processor = processorSeconds() - processorStart;
    if (outcome && keep) {
        times.wall.push_back(elapsed.count());
        times.processor.push_back(processor);
    }
    return outcome;
}

} // namespace

Result<QString> BenchSession::recording(const QString& name, GeneratorOptions options) const
{
    options.events = m_settings.events;
    if (!QDir().mkpath(m_settings.folder)) {
        return Error{ErrorCode::Io, QStringLiteral("Creating the folder for recordings failed"),
                     m_settings.folder};
    }
    const QString path = QDir(m_settings.folder)
                             .filePath(QStringLiteral("%1_%2.h5").arg(name, QString::number(options.events)));
    if (!QFileInfo::exists(path)) {
        const auto made = generateRecording(path, options);
        if (!made) {
            return made.error();
        }
    }
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{ErrorCode::Io, QStringLiteral("Opening the recording failed"), path};
    }
    QByteArray pages(1 << 20, '\0');
    while (file.read(pages.data(), pages.size()) > 0) {
    }
    return path;
}

Result<void> BenchSession::compare(const QString& title, const QString& unit,
                                   const std::vector<Contender>& contenders) const
{
    std::vector<Times> times(contenders.size());
    for (int round = -1; round < m_settings.rounds; ++round) {
        for (std::size_t i = 0; i < contenders.size(); ++i) {
            if (auto outcome = measure(contenders[i], round >= 0, times[i]); !outcome) {
                return outcome;
            }
        }
    }
    const auto row = [](const QString& name, const QStringList& cells) {
        QString line = QString(u"  " % name.leftJustified(40));
        for (const QString& cell : cells) {
            line += cell.rightJustified(12);
        }
        printLine(line);
    };
    const auto millis = [](double seconds) { return QString::number(seconds * 1e3, 'f', 3); };
    printLine(QString(u'\n' % title));
    row(QString(), {QStringLiteral("median ms"), QStringLiteral("min ms"), QStringLiteral("max ms"),
                    QStringLiteral("CPU ms"), QString(u'M' % unit % u"/s"), QStringLiteral("ratio")});
    const double firstMedian = medianOf(times.front().wall);
    for (std::size_t i = 0; i < contenders.size(); ++i) {
        const double median = medianOf(times[i].wall);
        const double units = contenders[i].units;
        const auto [fastest, slowest] = std::minmax_element(times[i].wall.begin(), times[i].wall.end());
        // Contenders may handle different amounts, so the ratio is one of time per unit where units are
        // given.
        const double ratio =
            units > 0 ? firstMedian / contenders.front().units / (median / units) : firstMedian / median;
        row(contenders[i].name,
            {millis(median), millis(*fastest), millis(*slowest), millis(medianOf(times[i].processor)),
             units > 0 ? QString::number(units / median / 1e6, 'f', 2) : QStringLiteral("–"),
             QString::number(ratio, 'f', 2)});
    }
    return {};
}

void BenchSession::remark(const QString& text)
{
    printLine(QString(u"  " % text));
}

} // namespace perihelion::bench
