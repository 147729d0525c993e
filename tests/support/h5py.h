// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// h5py as an independent reader of HDF5 files: Debian's python3-h5py and python3-hdf5plugin, where they are
// installed.

#include "tests/support/test_support.h"

#include <QString>
#include <QStringList>

namespace perihelion::test {

/// True when the system's Python can import h5py and hdf5plugin.
bool hasH5py();

struct PythonAnswer {
    bool succeeded = false;
    QString output; ///< Standard output without the final newline.
    QString errors; ///< Standard error.
};

/// Runs a script with sys, json, numpy (np), h5py and hdf5plugin imported; arguments are sys.argv[1:].
PythonAnswer runH5py(const QString& script, const QStringList& arguments);

} // namespace perihelion::test

/// Skips visibly where h5py is missing, fails in CI.
#define PERIHELION_H5PY_OR_SKIP()                                                                            \
    if (!perihelion::test::hasH5py()) {                                                                      \
        if (perihelion::test::sharedDataIsRequired()) {                                                      \
            QFAIL("python3-h5py and python3-hdf5plugin are missing, which CI requires");                     \
        }                                                                                                    \
        QSKIP("install python3-h5py and python3-hdf5plugin to run this");                                    \
    }
