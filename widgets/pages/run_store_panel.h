// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// RunStorePanel: where runs are kept, a file or a server's URL, with a sentence about what is written there.
// A job opens the store, so that a person knows at once whether the next start will find it.

#include "widgets/models/app_services.h"
#include "widgets/models/latest_job.h"

#include <QFrame>

class QLabel;
class QLineEdit;

namespace perihelion {

class RunStorePanel : public QFrame {
    Q_OBJECT

public:
    RunStorePanel(const AppServices& services, QWidget* parent = nullptr);

private:
    void check();
    void say(const QString& sentence, bool isTrouble);

    AppServices m_services;
    QLineEdit* m_location = nullptr;
    QLabel* m_sentence = nullptr;
    LatestJob<QString> m_job;
};

} // namespace perihelion
