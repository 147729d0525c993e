// SPDX-License-Identifier: GPL-3.0-or-later
// Which commits a range names, in which order they are measured, and what can stop it; and the program.
#include "core/runs/run_store.h"
#include "tests/support/test_support.h"
#include "tests/unit/core/backfill_test.h"

#include <QCoreApplication>
#include <QFile>

#include <algorithm>
#include <numeric>

namespace perihelion::test {

std::vector<int> steady(int count, int value)
{
    std::vector<int> values;
    values.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        values.push_back(value + i % 3);
    }
    return values;
}

MeasuringSurroundings TestBackfill::surroundings() const
{
    MeasuringSurroundings made;
    made.worktreeDir = path("worktrees");
    made.profile.program = QCoreApplication::applicationFilePath();
    return made;
}

Result<BackfillRequest> TestBackfill::requestFor(const Project& project, const QString& range)
{
    WorkloadRegistry registry;
    if (const auto added = project.addTo(registry); !added) {
        return added.error();
    }
    registry.loadScenarios(QString());
    const auto scenario = registry.resolve(QStringLiteral("steps"));
    if (!scenario) {
        return scenario.error();
    }
    BackfillRequest request;
    request.range = range;
    request.scenarios = {*scenario};
    request.plan = {0, 2, 1, 0};
    return request;
}

Result<BackfillPlan> TestBackfill::planFor(const Project& project, const BackfillRequest& request,
                                           const RunStore* store) const
{
    return planBackfill(project, request, store, surroundings().profile.machine(), {});
}

Result<BackfillReport> TestBackfill::fill(const MadeProject& made, RunStore& store) const
{
    const auto project = openMeasurableProject(made.folder(), {});
    const auto request =
        project ? requestFor(*project, QStringLiteral("main")) : Result<BackfillRequest>(project.error());
    const auto plan = request ? planFor(*project, *request, &store) : Result<BackfillPlan>(request.error());
    return plan ? runBackfill(*project, *request, *plan, surroundings(), ProfileControl(), {}, store)
                : Result<BackfillReport>(plan.error());
}

void TestBackfill::ordersByBisection()
{
    QVERIFY(bisectionOrder(0).empty());
    QCOMPARE(bisectionOrder(1), std::vector<std::size_t>{0});
    QCOMPARE(bisectionOrder(2), (std::vector<std::size_t>{0, 1}));
    QCOMPARE(bisectionOrder(5), (std::vector<std::size_t>{0, 4, 2, 1, 3}));
    std::vector<std::size_t> all = bisectionOrder(1000);
    std::sort(all.begin(), all.end());
    std::vector<std::size_t> each(1000);
    std::iota(each.begin(), each.end(), std::size_t(0));
    QCOMPARE(all, each);
}

void TestBackfill::readsRanges()
{
    MadeProject made(path("ranges"));
    QVERIFY(made.init() && made.makeHistory(steady(4)));
    const QStringList commits = made.commits();
    const auto history = CommitHistory::open(made.folder(), {});
    PERIHELION_VERIFY_RESULT(history);
    const auto hashes = [&history](const QString& range) {
        QStringList found;
        if (const auto read = commitRange(*history, range, {})) {
            for (const Commit& commit : read->commits) {
                found.append(commit.hash);
            }
        }
        return found;
    };
    QCOMPARE(hashes(QString(commits.at(1) % u"..main")), (QStringList{commits.at(3), commits.at(2)}));
    QCOMPARE(hashes(QStringLiteral("HEAD~1..")), QStringList{commits.at(3)});
    QCOMPARE(hashes(QStringLiteral("main")).size(), qsizetype(4));
    QVERIFY(hashes(QStringLiteral("main..main")).isEmpty());
    QCOMPARE(commitRange(*history, QStringLiteral("HEAD~2.."), {})->branch, QStringLiteral("main"));
    QCOMPARE(commitRange(*history, commits.at(2), {})->branch, QStringLiteral("main"));
    for (const QString& wrong : {QString(), QStringLiteral("main...HEAD"), QStringLiteral(" ")}) {
        const auto refused = commitRange(*history, wrong, {});
        QVERIFY(!refused && refused.error().code == ErrorCode::InvalidArgument);
    }
    for (const QString& unknown : {QStringLiteral("nowhere"), QStringLiteral("v1..main"),
                                   QStringLiteral("main..--all"), QStringLiteral("0123456789..HEAD")}) {
        const auto refused = commitRange(*history, unknown, {});
        QVERIFY(!refused && refused.error().code == ErrorCode::NotFound);
        QVERIFY(refused.error().message.contains(u"no commit, branch or tag"));
    }
}

void TestBackfill::knowsRewrittenAndShallowHistory()
{
    MadeProject made(path("rewritten"));
    QVERIFY(made.init() && made.makeHistory(steady(3)));
    const QStringList before = made.commits();
    QVERIFY(made.write(QStringLiteral("more.txt"), "more\n"));
    QVERIFY(!made.git({QStringLiteral("add"), QStringLiteral("-A")}).isNull());
    QVERIFY(!made.git({QStringLiteral("commit"), QStringLiteral("-q"), QStringLiteral("--amend"),
                       QStringLiteral("--no-edit")})
                 .isNull());
    QVERIFY(made.commit(QStringLiteral("After")));
    auto history = CommitHistory::open(made.folder(), {});
    PERIHELION_VERIFY_RESULT(history);
    const auto range = commitRange(*history, QString(before.at(2) % u"..main"), {});
    PERIHELION_VERIFY_RESULT(range);
    QCOMPARE(range->commits.size(), std::size_t(2));
    QCOMPARE(range->notes.size(), qsizetype(1));
    QVERIFY(range->notes.first().contains(u"history was rewritten, and " % made.commits().at(2).left(12)));

    QVERIFY(!made.git({QStringLiteral("checkout"), QStringLiteral("-q"), QStringLiteral("--orphan"),
                       QStringLiteral("other")})
                 .isNull());
    QVERIFY(made.commit(QStringLiteral("Another first one")));
    const auto unrelated = commitRange(*history, QStringLiteral("main..other"), {});
    QVERIFY(!unrelated && unrelated.error().message.contains(u"no commit in common"));

    MadeProject shallow(path("shallow"));
    QVERIFY(QDir().mkpath(shallow.folder()));
    QVERIFY(!shallow
                 .git({QStringLiteral("clone"), QStringLiteral("-q"), QStringLiteral("--depth"),
                       QStringLiteral("2"), QStringLiteral("--branch"), QStringLiteral("main"),
                       QString(u"file://" % made.folder()), QStringLiteral(".")})
                 .isNull());
    history = CommitHistory::open(shallow.folder(), {});
    PERIHELION_VERIFY_RESULT(history);
    const auto cut = commitRange(*history, QStringLiteral("main"), {});
    PERIHELION_VERIFY_RESULT(cut);
    QCOMPARE(cut->commits.size(), std::size_t(2));
    QVERIFY(cut->notes.join(u' ').contains(u"shallow clone"));
    const auto gone = commitRange(*history, QString(before.at(0) % u"..main"), {});
    QVERIFY(!gone && gone.error().message.contains(u"git fetch --unshallow"));
}

void TestBackfill::saysWhatIsMissing()
{
    const auto outside = openMeasurableProject(path("no-such-folder"), {});
    QVERIFY(!outside && outside.error().code == ErrorCode::NotFound);
    MadeProject made(path("missing"));
    QVERIFY(QDir().mkpath(made.folder()) && made.writeProjectFile());
    const auto noRepository = openMeasurableProject(made.folder(), {});
    QVERIFY(!noRepository && noRepository.error().message.contains(u"no git repository"));
    QVERIFY(made.init() && QFile::remove(QString(made.folder() % u"/perihelion.json")));
    QVERIFY(made.commit(QStringLiteral("Empty")));
    const auto noFile = openMeasurableProject(made.folder(), {});
    QVERIFY(!noFile && noFile.error().message.contains(u"has no perihelion.json"));
    QVERIFY(made.write(QStringLiteral("perihelion.json"), "{\"name\": \"made\"}\n"));
    const auto noWorkload = openMeasurableProject(made.folder(), {});
    QVERIFY(!noWorkload && noWorkload.error().message.contains(u"names no workload"));
    QVERIFY(made.write(QStringLiteral("perihelion.json"),
                       "{\"workloads\": [{\"name\": \"steps\", \"command\": [\"true\"]}]}\n"));
    auto project = openMeasurableProject(made.folder(), {});
    PERIHELION_VERIFY_RESULT(project);
    auto request = requestFor(*project, QStringLiteral("main"));
    PERIHELION_VERIFY_RESULT(request);
    auto plan = planFor(*project, *request, nullptr);
    PERIHELION_VERIFY_RESULT(plan);
    QVERIFY(plan->notes.join(u' ').contains(u"no build command"));
    QVERIFY(made.write(QStringLiteral("perihelion.json"),
                       "{\"build\": [\"no-such-builder-anywhere\"], \"workloads\": [{\"name\": \"steps\", "
                       "\"command\": [\"true\"]}]}\n"));
    project = openMeasurableProject(made.folder(), {});
    PERIHELION_VERIFY_RESULT(project);
    RunStore store(path("missing.sqlite"));
    plan = planFor(*project, *request, &store);
    PERIHELION_VERIFY_RESULT(plan);
    const auto noBuilder =
        runBackfill(*project, *request, *plan, surroundings(), ProfileControl(), {}, store);
    QVERIFY(!noBuilder && noBuilder.error().message.contains(u"is not installed"));
    QVERIFY(store.recentRuns()->empty());
}

} // namespace perihelion::test

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == u"measure") {
        return perihelion::test::serveMadeProject(arguments);
    }
    perihelion::test::TestBackfill test;
    return QTest::qExec(&test, argc, argv);
}
