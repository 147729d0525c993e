// SPDX-License-Identifier: GPL-3.0-or-later
// Levels told apart, and the commit that made one of them found.
#include "core/runs/run_store.h"
#include "tests/support/test_support.h"
#include "tests/unit/core/backfill_test.h"

#include <QFile>

namespace perihelion::test {

Result<BisectionResult> TestBackfill::bisect(const MadeProject& made, RunStore& store, int looks,
                                             const QString& phase, const ProfileControl& control) const
{
    const auto project = openMeasurableProject(made.folder(), {});
    const auto wanted = project ? requestFor(*project, QString()) : Result<BackfillRequest>(project.error());
    const auto history = CommitHistory::open(made.folder(), {});
    if (!wanted || !history) {
        return wanted ? history.error() : wanted.error();
    }
    BisectionRequest request;
    request.good = made.commits().constFirst();
    request.bad = QStringLiteral("main");
    request.scenario = wanted->scenarios.front();
    request.phase = phase;
    request.plan = {0, 8, 1, 0};
    request.rule.looks = looks;
    const auto found = bisectionPath(*history, request.good, request.bad, {});
    return found ? runBisection(*project, request, *found, surroundings(), control, {}, store)
                 : Result<BisectionResult>(found.error());
}

void TestBackfill::tellsLevelsApart()
{
    const auto around = [](double middle, int count) {
        std::vector<double> values;
        for (int i = 0; i < count; ++i) {
            values.push_back(middle + 0.1 * (i * 7 % 10));
        }
        return values;
    };
    const LevelRule rule;
    const LevelPair apart = judgeLevels(around(100, 10), around(130, 10), rule);
    QCOMPARE(apart.finding, LevelFinding::Apart);
    QVERIFY(std::abs(apart.border - 115.45) < 0.01);
    QCOMPARE(judgeLevels(around(130, 10), around(100, 10), rule).finding, LevelFinding::Reversed);
    QCOMPARE(judgeLevels(around(100, 10), around(100, 10), rule).finding, LevelFinding::Alike);
    QCOMPARE(judgeLevels(around(100, 10), around(101, 10), rule).finding, LevelFinding::Alike); // The floor.
    QCOMPARE(judgeLevels(around(100, 2), around(130, 2), rule).finding, LevelFinding::Undecided);
    // So much noise that ten samples of each say nothing.
    std::vector<double> wild;
    for (int i = 0; i < 10; ++i) {
        wild.push_back(i % 2 == 0 ? 60 + i : 160 + i);
    }
    QCOMPARE(judgeLevels(wild, wild, rule).finding, LevelFinding::Undecided);
}

void TestBackfill::judgesSides()
{
    const LevelRule rule;
    const std::vector<double> below(9, 100.0);
    const std::vector<double> above(9, 120.0);
    QCOMPARE(judgeSide(below, 110, rule).side, LevelSide::Good);
    QCOMPARE(judgeSide(above, 110, rule).side, LevelSide::Bad);
    QCOMPARE(judgeSide(above, 110, rule).sentence,
             QStringLiteral(
                 "median 120 ms of 9 samples; its interval from 120 ms to 120 ms lies above the border at "
                 "110 ms"));
    QCOMPARE(judgeSide(std::vector<double>(7, 120.0), 110, rule).side, LevelSide::Undecided); // Too few.
    const std::vector<double> both{100, 101, 102, 103, 117, 118, 119, 120, 121};
    QCOMPARE(judgeSide(both, 110, rule).side, LevelSide::Undecided);
    QVERIFY(judgeSide(both, 110, rule).sentence.contains(u"holds the border"));
}

void TestBackfill::findsThePathOfABisection()
{
    MadeProject made(path("paths"));
    QVERIFY(made.init() && made.makeHistory(steady(4)));
    const QStringList commits = made.commits();
    const auto history = CommitHistory::open(made.folder(), {});
    PERIHELION_VERIFY_RESULT(history);
    const auto found = bisectionPath(*history, commits.at(1), QStringLiteral("main"), {});
    PERIHELION_VERIFY_RESULT(found);
    QCOMPARE(found->commits.size(), std::size_t(3));
    QCOMPARE(found->commits.front().hash, commits.at(1));
    QCOMPARE(found->commits.back().hash, commits.at(3));
    const auto refusal = [&history](const QString& good, const QString& bad) {
        const auto refused = bisectionPath(*history, good, bad, {});
        return refused ? QString() : refused.error().message;
    };
    QVERIFY(refusal(QStringLiteral("main"), QStringLiteral("HEAD")).contains(u"the same commit"));
    QVERIFY(refusal(QStringLiteral("main"), commits.at(0)).contains(u"name the older commit first"));
    QVERIFY(refusal(QStringLiteral("a..b"), QStringLiteral("main")).contains(u"takes two commits"));
    QVERIFY(refusal(QStringLiteral("nowhere"), QStringLiteral("main")).contains(u"no commit"));
    QVERIFY(
        !made.git({QStringLiteral("commit"), QStringLiteral("-q"), QStringLiteral("--amend"),
                   QStringLiteral("--allow-empty"), QStringLiteral("--reset-author"),
                   QStringLiteral("--date"),
                   made.git({QStringLiteral("log"), QStringLiteral("-1"), QStringLiteral("--format=%aI")}),
                   QStringLiteral("--no-edit")})
             .isNull());
    QVERIFY(made.commit(QStringLiteral("Follows")));
    const QString rewritten = made.commits().at(3);
    if (rewritten != commits.at(3)) {
        QVERIFY(refusal(commits.at(3), QStringLiteral("main"))
                    .contains(u"history was rewritten, and " % rewritten.left(12)));
    }
}

void TestBackfill::bisects()
{
    MadeProject made(path("bisects"));
    std::vector<int> values = steady(12);
    for (std::size_t i = 7; i < values.size(); ++i) {
        values[i] += 20;
    }
    QVERIFY(made.init() && made.makeHistory(values));
    const QByteArray state = made.state();
    RunStore store(path("bisects.sqlite"));
    const auto result = bisect(made, store, 3);
    PERIHELION_VERIFY_RESULT(result);
    QCOMPARE(made.state(), state);
    QCOMPARE(result->conclusion, BisectionResult::Conclusion::Found);
    QCOMPARE(result->suspects.size(), std::size_t(1));
    QCOMPARE(result->suspects.front().hash, made.commits().at(7));
    QVERIFY2(result->sentence.startsWith(
                 QString(made.commits().at(7).left(12) % u" (Commit 7) is the first bad commit; from " %
                         made.commits().at(6).left(12))),
             qPrintable(result->sentence));
    QVERIFY(result->sentence.contains(u"parse (warm): Median 100.55 → 121.55 ms (+20.9 %)"));
    QVERIFY(result->judged.size() <= 6); // Both ends and at most four of ten between.
    std::size_t batches = 0;
    for (const JudgedCommit& judged : result->judged) {
        const bool bad = judged.place >= 7;
        QCOMPARE(judged.judgement, bad ? JudgedCommit::Judgement::Bad : JudgedCommit::Judgement::Good);
        QCOMPARE(judged.samples, 8 * judged.runs.size());
        batches += judged.runs.size();
    }
    const auto runs = store.recentRuns();
    PERIHELION_VERIFY_RESULT(runs);
    QCOMPARE(runs->size(), batches);
    QCOMPARE(runs->front().branch, QStringLiteral("main"));
    // So many looks are allowed that eight samples of one commit alone tell nothing, those of both ends do.
    MadeProject ends(path("ends"));
    QVERIFY(ends.init() && ends.makeHistory({100, 120}));
    const auto two = bisect(ends, store, 40);
    PERIHELION_VERIFY_RESULT(two);
    QCOMPARE(two->conclusion, BisectionResult::Conclusion::Found);
    QCOMPARE(two->judged.size(), std::size_t(2));
    for (const JudgedCommit& judged : two->judged) {
        QVERIFY2(judged.sentence.startsWith(u"the ends are apart: Median 100"), qPrintable(judged.sentence));
    }
}

void TestBackfill::bisectsAroundGaps()
{
    MadeProject made(path("around"));
    std::vector<int> values = steady(9);
    for (std::size_t i = 5; i < values.size(); ++i) {
        values[i] += 20;
    }
    QVERIFY(made.init() && made.makeHistory(values, {4, 5}));
    RunStore store(path("around.sqlite"));
    const auto result = bisect(made, store, 2);
    PERIHELION_VERIFY_RESULT(result);
    QCOMPARE(result->conclusion, BisectionResult::Conclusion::Narrowed);
    QStringList suspects;
    for (const Commit& commit : result->suspects) {
        suspects.append(commit.hash);
    }
    QCOMPARE(suspects, made.commits().mid(4, 3));
    QVERIFY(result->sentence.contains(u"one of 3"));
    int skipped = 0;
    for (const JudgedCommit& judged : result->judged) {
        if (judged.judgement == JudgedCommit::Judgement::Skipped) {
            ++skipped;
            QVERIFY(judged.sentence.contains(u"no rule to make it"));
            QCOMPARE(store.run(judged.runs.front())->state, RunState::BuildFailed);
        }
    }
    QCOMPARE(skipped, 2);
}

void TestBackfill::saysThatNothingIsToBeFound()
{
    MadeProject made(path("nothing"));
    QVERIFY(made.init() && made.makeHistory({100, 100, 100}));
    RunStore store(path("nothing.sqlite"));
    const auto alike = bisect(made, store, 2);
    PERIHELION_VERIFY_RESULT(alike);
    QCOMPARE(alike->conclusion, BisectionResult::Conclusion::Alike);
    QVERIFY(alike->suspects.empty());
    QVERIFY(alike->sentence.contains(u"same level"));
    const auto noPhase = bisect(made, store, 2, QStringLiteral("dance"));
    QVERIFY(!noPhase);
    QVERIFY2(noPhase.error().message.contains(u"no warm phase dance; they have parse, print"),
             qPrintable(noPhase.error().sentence()));
    ProfileControl cancelled;
    cancelled.cancel();
    const auto stopped = bisect(made, store, 2, QStringLiteral("parse"), cancelled);
    QVERIFY(!stopped && stopped.error().code == ErrorCode::Cancelled);

    MadeProject faster(path("faster"));
    QVERIFY(faster.init() && faster.makeHistory({130, 100}));
    const auto reversed = bisect(faster, store, 2);
    PERIHELION_VERIFY_RESULT(reversed);
    QCOMPARE(reversed->conclusion, BisectionResult::Conclusion::Reversed);

    MadeProject broken(path("broken-end"));
    QVERIFY(broken.init() && broken.makeHistory({100, 130}, {1}));
    const auto noEnd = bisect(broken, store, 2);
    QVERIFY(!noEnd && noEnd.error().message.contains(u"The bad end of the bisection cannot be measured"));
}

} // namespace perihelion::test
