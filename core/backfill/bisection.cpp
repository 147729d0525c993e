// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/backfill/bisection.h"

#include "core/runs/run_store.h"
#include "core/runs/run_summary.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace perihelion {

namespace {

using Judgement = JudgedCommit::Judgement;
using Conclusion = BisectionResult::Conclusion;
using BisectionStage = BisectionProgress::Stage;

QString namedCommit(const Commit& commit)
{
    return QString(commit.hash.left(12) % u" (" % commit.subject % u')');
}

/// What was measured at one commit so far.
struct CommitSamples {
    std::vector<double> milliseconds;
    std::vector<std::int64_t> runs;
    QString failure; ///< Why it cannot be measured; empty when it can.
};

/// One bisection under way.
class BisectionWalk {
public:
    BisectionWalk(const BisectionRequest& request, const BisectionPath& path, const ProfileControl& control,
                  const BisectionObserver& observer, CommitMeasurement& measurement, RunStore& store)
        : m_request(request),
          m_path(path),
          m_control(control),
          m_observer(observer),
          m_measurement(measurement),
          m_store(store),
          m_samples(path.commits.size()),
          m_good(0),
          m_bad(path.commits.size() - 1)
    {
    }

    Result<BisectionResult> walk()
    {
        if (const Result<void> told = tellEndsApart(); !told) {
            return told.error();
        }
        if (m_result.ends.finding != LevelFinding::Apart) {
            concludeWithoutSearch();
            return std::move(m_result);
        }
        while (const auto place = nextPlace()) {
            if (const Result<void> judged = judge(*place); !judged) {
                return judged.error();
            }
        }
        conclude();
        return std::move(m_result);
    }

    void tell(BisectionStage stage, const QString& detail = QString())
    {
        if (m_observer.progress) {
            m_progress.stage = stage;
            m_progress.detail = detail;
            m_progress.left = m_bad - m_good;
            m_progress.timeLeft = timeLeft();
            m_observer.progress(m_progress);
        }
    }

private:
    static Error cancelledBisection()
    {
        return Error{ErrorCode::Cancelled,
                     QStringLiteral("The bisection was cancelled; the runs so far are in the store"),
                     QString()};
    }

    std::optional<std::chrono::milliseconds> timeLeft() const
    {
        if (m_result.judged.empty()) {
            return std::nullopt;
        }
        int steps = 0;
        for (std::size_t left = m_bad - m_good; left > 1; left = (left + 1) / 2) {
            ++steps;
        }
        const auto each =
            (std::chrono::steady_clock::now() - m_began) / static_cast<std::int64_t>(m_result.judged.size());
        return std::chrono::ceil<std::chrono::milliseconds>(each * steps);
    }

    bool pauseOrCancel()
    {
        if (m_control.isPaused() && !m_control.cancelToken().isCancelled()) {
            tell(BisectionStage::Paused);
            m_control.waitWhilePaused();
        }
        return m_control.cancelToken().isCancelled();
    }

    /// One more batch at a commit, stored. What goes wrong there is kept as its failure.
    Result<void> addBatch(std::size_t place)
    {
        const Commit& commit = m_path.commits[place];
        CommitSamples& samples = m_samples[place];
        m_progress.commit = commit.hash;
        m_progress.batch = static_cast<int>(samples.runs.size()) + 1;
        if (pauseOrCancel()) {
            return cancelledBisection();
        }
        const Result<QString> unbuilt = m_measurement.build(
            commit, m_control.cancelToken(),
            {[this] { tell(BisectionStage::CheckingOut); }, [this] { tell(BisectionStage::Building); }});
        if (!unbuilt) {
            return unbuilt.error().code == ErrorCode::Cancelled ? cancelledBisection() : unbuilt.error();
        }
        if (pauseOrCancel()) {
            return cancelledBisection();
        }
        ProfileObserver runs;
        runs.progress = [this](const ProfileProgress& progress) {
            tell(progress.stage == ProfileProgress::Stage::Paused ? BisectionStage::Paused
                                                                  : BisectionStage::Measuring,
                 progress.text());
        };
        const Result<RunRecord> run =
            unbuilt->isEmpty()
                ? m_measurement.measure(m_request.scenario, m_request.plan, m_control, runs, m_store)
                : m_measurement.storeGap(commit, m_request.scenario, m_request.plan, *unbuilt, m_store);
        if (!run) {
            return run.error().code == ErrorCode::Cancelled ? cancelledBisection() : run.error();
        }
        samples.runs.push_back(run->id);
        samples.failure = takeSamples(*run, samples.milliseconds);
        return {};
    }

    /// Adds the samples of a run; returns why there are none.
    QString takeSamples(const RunRecord& run, std::vector<double>& into) const
    {
        const auto values = samplesOf(run, m_request.phase, m_request.mode).milliseconds();
        into.insert(into.end(), values.begin(), values.end());
        if (!values.empty()) {
            return QString();
        }
        if (!run.failure.isEmpty()) {
            return run.failure;
        }
        const auto failed = std::find_if(run.iterations.begin(), run.iterations.end(),
                                         [](const RunIteration& each) { return each.failed; });
        if (failed != run.iterations.end()) {
            return failed->failure;
        }
        QStringList known;
        for (const RunPhase& phase : run.phases) {
            known.append(phase.name);
        }
        known.append(kTotalRow.toString());
        return QString(u"Its runs have no " % iterationModeName(m_request.mode) % u" phase " %
                       m_request.phase % u"; they have " % known.join(QStringLiteral(", ")));
    }

    /// Both ends in turn, good bad bad good …, so that a drift of the machine lies on both alike.
    Result<void> tellEndsApart()
    {
        const std::size_t good = m_good;
        const std::size_t bad = m_bad;
        LevelPair& ends = m_result.ends;
        for (int look = 0; look < m_request.rule.looks && ends.finding == LevelFinding::Undecided; ++look) {
            for (const std::size_t place : look % 2 == 0 ? std::array{good, bad} : std::array{bad, good}) {
                if (const Result<void> added = addBatch(place); !added) {
                    return added;
                }
                if (!m_samples[place].failure.isEmpty()) {
                    return Error{
                        ErrorCode::Io,
                        QString((place == good ? QStringLiteral("The good") : QStringLiteral("The bad")) %
                                u" end of the bisection cannot be measured: " % m_samples[place].failure),
                        m_path.commits[place].hash.left(12)};
                }
            }
            ends = judgeLevels(m_samples[good].milliseconds, m_samples[bad].milliseconds, m_request.rule);
        }
        if (ends.finding == LevelFinding::Apart) {
            const auto sentence = [&](std::size_t place) {
                const SideFinding alone =
                    judgeSide(m_samples[place].milliseconds, ends.border, m_request.rule);
                // Both ends together may tell what the few samples of one cannot.
                return alone.side == LevelSide::Undecided
                           ? QString(u"the ends are apart: " % ends.comparison.sentence)
                           : alone.sentence;
            };
            keep(good, Judgement::Good, sentence(good));
            keep(bad, Judgement::Bad, sentence(bad));
        }
        return {};
    }

    /// The commit nearest to the middle that was not given up; nothing when none is left between.
    std::optional<std::size_t> nextPlace() const
    {
        std::optional<std::size_t> nearest;
        const auto distance = [this](std::size_t place) {
            return std::llabs(2 * static_cast<long long>(place) - static_cast<long long>(m_good + m_bad));
        };
        for (std::size_t place = m_good + 1; place < m_bad; ++place) {
            const bool open = m_samples[place].runs.empty();
            if (open && (!nearest || distance(place) < distance(*nearest))) {
                nearest = place;
            }
        }
        return nearest;
    }

    Result<void> judge(std::size_t place)
    {
        SideFinding finding;
        for (int look = 0; look < m_request.rule.looks && finding.side == LevelSide::Undecided; ++look) {
            if (const Result<void> added = addBatch(place); !added) {
                return added;
            }
            if (!m_samples[place].failure.isEmpty()) {
                keep(place, Judgement::Skipped, m_samples[place].failure);
                return {};
            }
            finding = judgeSide(m_samples[place].milliseconds, m_result.ends.border, m_request.rule);
        }
        switch (finding.side) {
        case LevelSide::Good:
            m_good = place;
            keep(place, Judgement::Good, finding.sentence);
            break;
        case LevelSide::Bad:
            m_bad = place;
            keep(place, Judgement::Bad, finding.sentence);
            break;
        case LevelSide::Undecided:
            keep(place, Judgement::Skipped,
                 QStringLiteral("Undecided after %1 batches: %2")
                     .arg(m_request.rule.looks)
                     .arg(finding.sentence));
            break;
        }
        return {};
    }

    void keep(std::size_t place, Judgement judgement, const QString& sentence)
    {
        const CommitSamples& samples = m_samples[place];
        JudgedCommit judged{place,       m_path.commits[place],        judgement,
                            sentence,    median(samples.milliseconds), samples.milliseconds.size(),
                            samples.runs};
        if (m_observer.judged) {
            m_observer.judged(judged);
        }
        m_result.judged.push_back(std::move(judged));
    }

    QString whatWasMeasured() const
    {
        return QString(m_request.phase % u" (" % iterationModeName(m_request.mode) % u")");
    }

    void concludeWithoutSearch()
    {
        const QString numbers =
            QString(u"; " % whatWasMeasured() % u": " % m_result.ends.comparison.sentence);
        switch (m_result.ends.finding) {
        case LevelFinding::Alike:
            m_result.conclusion = Conclusion::Alike;
            m_result.sentence =
                QString(u"Good and bad have the same level, so there is nothing to find" % numbers);
            break;
        case LevelFinding::Reversed:
            m_result.conclusion = Conclusion::Reversed;
            m_result.sentence = QString(u"The bad commit is the faster one" % numbers);
            break;
        case LevelFinding::Apart:
        case LevelFinding::Undecided:
            m_result.conclusion = Conclusion::NotTold;
            m_result.sentence =
                QStringLiteral("Good and bad could not be told apart with %1 batches of each%2")
                    .arg(m_request.rule.looks)
                    .arg(numbers);
            break;
        }
    }

    void conclude()
    {
        for (std::size_t place = m_good + 1; place <= m_bad; ++place) {
            m_result.suspects.push_back(m_path.commits[place]);
        }
        const Comparison step =
            compareSamples(m_samples[m_good].milliseconds, m_samples[m_bad].milliseconds,
                           {.confidence = m_request.rule.confidence, .floor = m_request.rule.floor});
        const QString numbers = QString(whatWasMeasured() % u": " % step.sentence);
        const Commit& last = m_path.commits[m_good];
        const Commit& first = m_path.commits[m_bad];
        if (m_result.suspects.size() == 1) {
            m_result.conclusion = Conclusion::Found;
            m_result.sentence = QString(namedCommit(first) % u" is the first bad commit; from " %
                                        namedCommit(last) % u" to it, " % numbers);
            if (first.isMerge()) {
                m_result.sentence += QStringLiteral("; it is a merge, and what it brought was not searched");
            }
            return;
        }
        m_result.conclusion = Conclusion::Narrowed;
        m_result.sentence =
            QStringLiteral(
                "The first bad commit is one of %1, from %2 to %3, because those between could not "
                "be judged; over them, %4")
                .arg(m_result.suspects.size())
                .arg(namedCommit(m_result.suspects.front()), namedCommit(first), numbers);
    }

    const BisectionRequest& m_request;
    const BisectionPath& m_path;
    const ProfileControl& m_control;
    const BisectionObserver& m_observer;
    CommitMeasurement& m_measurement;
    RunStore& m_store;
    std::vector<CommitSamples> m_samples; ///< By place.
    std::size_t m_good;                   ///< Last place known to be good.
    std::size_t m_bad;                    ///< First place known to be bad.
    BisectionProgress m_progress;
    BisectionResult m_result;
    const std::chrono::steady_clock::time_point m_began = std::chrono::steady_clock::now();
};

} // namespace

QString judgementName(JudgedCommit::Judgement judgement)
{
    return judgement == Judgement::Good  ? QStringLiteral("good")
           : judgement == Judgement::Bad ? QStringLiteral("bad")
                                         : QStringLiteral("skipped");
}

QString conclusionName(BisectionResult::Conclusion conclusion)
{
    switch (conclusion) {
    case Conclusion::Found:
        return QStringLiteral("found");
    case Conclusion::Narrowed:
        return QStringLiteral("narrowed");
    case Conclusion::Alike:
        return QStringLiteral("alike");
    case Conclusion::Reversed:
        return QStringLiteral("reversed");
    case Conclusion::NotTold:
        break;
    }
    return QStringLiteral("not told apart");
}

QString BisectionProgress::text() const
{
    const QString where =
        QStringLiteral("%1 commits left, %2, batch %3: ").arg(left).arg(commit.left(12)).arg(batch);
    switch (stage) {
    case Stage::CheckingOut:
        return QString(where % u"checking out");
    case Stage::Building:
        return QString(where % u"building");
    case Stage::Measuring:
        return QString(where % (detail.isEmpty() ? QStringLiteral("measuring") : detail));
    case Stage::Paused:
        return QString(where % u"paused");
    case Stage::Ending:
        break;
    }
    return QStringLiteral("Removing the worktree");
}

Result<BisectionResult> runBisection(const Project& project, const BisectionRequest& request,
                                     const BisectionPath& path, const MeasuringSurroundings& surroundings,
                                     const ProfileControl& control, const BisectionObserver& observer,
                                     RunStore& store)
{
    Q_ASSERT(path.commits.size() >= 2);
    const auto measurement =
        CommitMeasurement::begin(project, path.branch, surroundings, control.cancelToken());
    if (!measurement) {
        return measurement.error();
    }
    BisectionWalk walk(request, path, control, observer, **measurement, store);
    Result<BisectionResult> result = walk.walk();
    walk.tell(BisectionStage::Ending);
    if (const Result<void> removed = (*measurement)->end(); !removed && result) {
        result->notes.append(removed.error().sentence());
    }
    return result;
}

} // namespace perihelion
