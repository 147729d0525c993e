// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Measured runs of known content and what the Compare page shows of them, for its tests.

#include "core/runs/run_store.h"
#include "tests/gui/app_fixture.h"

#include <QAbstractItemModel>
#include <QLabel>
#include <QTableView>

#include <array>
#include <cmath>

namespace perihelion::test {

inline const QString kOld = QStringLiteral("aaaa111122223333444455556666777788889999");
inline const QString kNew = QStringLiteral("bbbb111122223333444455556666777788889999");

/// Noise without a generator: between −1 and 1, hardly correlated.
inline double wobble(int i)
{
    return std::fmod(i * 0.618'033'988'75, 1.0) * 2 - 1;
}

struct Made {
    QString commit;
    double slower = 1; ///< Factor of the second phase.
    int samples = 12;  ///< Half of them cold.
    QString workload = QStringLiteral("planets");
    QString extraPhase = QString();
};

/// Two phases and more, payload and memory.
inline RunRecord runOf(const Made& made, int seed)
{
    RunRecord run;
    run.uuid = QStringLiteral("compare-%1-%2").arg(made.workload).arg(seed);
    run.workload = made.workload;
    run.scenario = QStringLiteral("dense");
    run.scenarioHash = QStringLiteral("0123456789abcdef");
    run.parameters = {{QStringLiteral("bodies"), 18}};
    run.commit = made.commit;
    run.branch = QStringLiteral("main");
    run.commitTime = QDateTime(QDate(2024, 3, 1 + seed), QTime(9, 0), Qt::UTC);
    run.started = run.commitTime.addSecs(600);
    run.finished = run.started.addSecs(5);
    run.machine.host = QStringLiteral("bench");
    run.machine.cpu = QStringLiteral("Abacus 9");
    run.machine.governor = QStringLiteral("performance");
    run.machine.compiler = QStringLiteral("gcc 12.2");
    run.plan = RunPlan{made.samples / 2, made.samples - made.samples / 2, 1, 1};
    run.phases = {{QStringLiteral("physics_samples"), -1, false},
                  {QStringLiteral("serialize_json"), -1, false}};
    if (!made.extraPhase.isEmpty()) {
        run.phases.push_back({made.extraPhase, -1, false});
    }
    for (int i = 0; i < made.samples; ++i) {
        const bool cold = i < made.samples / 2;
        RunIteration each;
        each.process = cold ? i : made.samples;
        each.number = cold ? 0 : i;
        each.mode = cold ? IterationMode::Cold : IterationMode::Warm;
        const double noise = 1 + 0.01 * wobble(seed * 17 + i);
        const std::array millis{60 * noise * (cold ? 1.2 : 1.0), 20 * made.slower * noise, 3 * noise};
        std::int64_t sum = 0;
        for (std::size_t phase = 0; phase < run.phases.size(); ++phase) {
            const auto nanos = static_cast<std::int64_t>(millis.at(phase) * 1e6);
            each.phases.push_back({static_cast<int>(phase), Nanoseconds(nanos), Nanoseconds(nanos), 1});
            sum += nanos;
        }
        each.unattributed = Nanoseconds(1'000'000);
        each.elapsed = Nanoseconds(sum) + each.unattributed;
        each.metrics = {
            {QStringLiteral("payload_bytes"), made.slower > 1 ? 150'000.0 : 141'352.0, QStringLiteral("B")},
            {QStringLiteral("peak_rss_bytes"), 4e7 + 1e4 * wobble(i), QStringLiteral("B")}};
        run.iterations.push_back(each);
    }
    return run;
}

inline QString keep(AppFixture& app, const RunRecord& run)
{
    const auto id = app.runStore().recordRun(run);
    return id ? QString::number(*id) : QString();
}

template <typename T>
T* find(const QWidget& page, const char* name)
{
    return page.findChild<T*>(QString::fromLatin1(name));
}

/// The text of a column, by the words of the first.
inline QString cell(const QWidget& page, const QString& row, int column)
{
    const QAbstractItemModel& model = *find<QTableView>(page, "compareTable")->model();
    for (int i = 0; i < model.rowCount(); ++i) {
        if (model.index(i, 0).data().toString() == row) {
            return model.index(i, column).data().toString();
        }
    }
    return {};
}

inline QString label(const QWidget& page, const char* name)
{
    const QLabel* found = find<QLabel>(page, name);
    return found->isVisibleTo(&page) ? found->text() : QString();
}

inline constexpr int kVerdict = 7;

} // namespace perihelion::test
