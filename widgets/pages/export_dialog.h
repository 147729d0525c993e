// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Asking where an exported chart or table shall go, the same on every page.

#include <QString>

#include <functional>

class QWidget;

namespace perihelion {

/// Opens a dialog over parent and answers without blocking it. name: of the suggested file, without ending;
/// ending: "png", "svg", "csv". chosen is called with the file, unless the person thinks better of it.
void askForExport(QWidget* parent, const QString& name, const QString& ending,
                  std::function<void(const QString& file)> chosen);

} // namespace perihelion
