// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Run stores for benches, each under a name of its own: files in the bench folder, or databases
// perihelion_bench_NAME on the server of --store, whose user must be allowed to make them.

#include "core/base/result.h"
#include "core/runs/run_store.h"

#include <QString>

#include <memory>

namespace perihelion::bench {

class BenchStores {
public:
    /// folder: for files. url: of a server; empty: files.
    BenchStores(QString folder, QString url) : m_folder(std::move(folder)), m_url(std::move(url)) {}

    /// The store of that name as the last run left it, made where it is missing.
    Result<std::unique_ptr<RunStore>> kept(const QString& name) const;
    /// An empty one in its place.
    Result<std::unique_ptr<RunStore>> fresh(const QString& name) const;
    /// "SQLite" or the server without its password, for titles.
    QString shown() const;

private:
    Result<std::unique_ptr<RunStore>> inFile(const QString& name, bool empty) const;
    Result<std::unique_ptr<RunStore>> onServer(const QString& name, bool empty) const;

    QString m_folder;
    QString m_url;
};

} // namespace perihelion::bench
