// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// Screenshot: waits by signals until a page is settled (everything on screen is there, or the first frame is
// painted), writes the window into a PNG file and tells how it went. Owned by AppContext.

#include "core/base/result.h"

#include <QObject>
#include <QTimer>

namespace perihelion {

class MainWindow;

class Screenshot : public QObject {
    Q_OBJECT

public:
    Screenshot(MainWindow& window, QString file, QObject* parent = nullptr);

    /// Waits for the page that is shown now.
    void begin();

Q_SIGNALS:
    void written();
    void failed(const perihelion::Error& error);

private:
    void arm();
    void grab();

    MainWindow& m_window;
    QString m_file;
    QTimer m_grabTimer; ///< Lets what has arrived be laid out and painted once.
    QTimer m_limit;
};

} // namespace perihelion
