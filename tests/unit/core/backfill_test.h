// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Commits measured one after the other beside the person's checkout: which ones, what is stored, what stops
// it, and that the checkout stays as it was. One test in four files: tst_backfill.cpp (ranges and plans),
// backfill_runs.cpp, backfill_submodules.cpp, backfill_bisection.cpp. The program is also the one that
// measures.

#include "core/backfill/backfill.h"
#include "core/backfill/bisection.h"
#include "tests/support/made_project.h"

#include <QObject>
#include <QTemporaryDir>
#include <QTest>

#include <vector>

namespace perihelion::test {

/// Values in milliseconds that differ a little, as measured ones do.
std::vector<int> steady(int count, int value = 100);

class TestBackfill : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }
    void ordersByBisection();
    void readsRanges();
    void knowsRewrittenAndShallowHistory();
    void fillsARange();
    void keepsToTheLimit();
    void measuresAPartOfARepository();
    void goesOnAfterACancel();
    void endsABuildThatIsCancelled();
    void pauses();
    void replacesALeftWorktree();
    void endsWhatWasLeftRunning();
    void saysWhatIsMissing();
    void readsUrlsOfSubmodules();
    void checksSubmodulesOut();
    void borrowsWhereHistoryWasCutOff();
    void saysWhichSubmoduleIsMissing();
    void tellsLevelsApart();
    void judgesSides();
    void findsThePathOfABisection();
    void bisects();
    void bisectsAroundGaps();
    void saysThatNothingIsToBeFound();

private:
    QString path(const char* name) const { return m_folder.filePath(QLatin1String(name)); }
    MeasuringSurroundings surroundings() const;
    /// Two warm runs of the workload steps.
    static Result<BackfillRequest> requestFor(const Project& project, const QString& range);
    Result<BackfillPlan> planFor(const Project& project, const BackfillRequest& request,
                                 const RunStore* store) const;
    /// Measures what main has and the store has not.
    Result<BackfillReport> fill(const MadeProject& made, RunStore& store) const;
    /// Bisects main from its first to its last commit, by the phase parse.
    Result<BisectionResult> bisect(const MadeProject& made, RunStore& store, int looks,
                                   const QString& phase = QStringLiteral("parse"),
                                   const ProfileControl& control = ProfileControl()) const;

    QTemporaryDir m_folder;
};

} // namespace perihelion::test
