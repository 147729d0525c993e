// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Shared by all tests: where the real recordings are, and checks that print an Error's sentence when they
// fail.

#include "core/base/result.h"

#include <QString>
#include <QTest>

namespace perihelion::test {

/// Path of a file below ../shared/data, e.g. "recordings/m3ed_lzf.h5"; empty when it is not there.
QString sharedData(const QString& relativePath);
/// True where a missing ../shared/data is a failure instead of a skip (the environment variable CI is set).
bool sharedDataIsRequired();

} // namespace perihelion::test

/// Fails with the error's sentence when a Result holds one.
#define PERIHELION_VERIFY_RESULT(result)                                                                     \
    do {                                                                                                     \
        const auto& checkedResult = (result);                                                                \
        QVERIFY2(checkedResult.hasValue(),                                                                   \
                 checkedResult.hasValue() ? "" : qPrintable(checkedResult.error().sentence()));              \
    } while (false)

/// Declares a QString with the path of a real recording; skips visibly where it is missing, fails in CI.
#define PERIHELION_SHARED_DATA_OR_SKIP(variable, relativePath)                                               \
    const QString variable = perihelion::test::sharedData(relativePath);                                     \
    if ((variable).isEmpty()) {                                                                              \
        if (perihelion::test::sharedDataIsRequired()) {                                                      \
            QFAIL("../shared/data is missing, which CI requires");                                           \
        }                                                                                                    \
        QSKIP("put the real recordings into ../shared/data to run this");                                    \
    }
