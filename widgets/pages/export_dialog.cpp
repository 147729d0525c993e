// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/export_dialog.h"

#include <QCoreApplication>
#include <QFileDialog>

#include <utility>

namespace perihelion {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ExportDialog", text);
}

} // namespace

void askForExport(QWidget* parent, const QString& name, const QString& ending,
                  std::function<void(const QString& file)> chosen)
{
    auto* dialog =
        new QFileDialog(parent, tr("Export"), QString(), tr("%1 file (*.%2)").arg(ending.toUpper(), ending));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(ending);
    dialog->selectFile(QString(name % u'.' % ending));
    QObject::connect(dialog, &QFileDialog::fileSelected, parent,
                     [chosen = std::move(chosen)](const QString& file) { chosen(file); });
    dialog->open();
}

} // namespace perihelion
