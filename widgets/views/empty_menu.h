// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
// EmptyMenu: what the Datasets page shows instead of recordings: the first start with its offers, the making
// of the sample recordings, a search without a hit.

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace perihelion {

class Theme;

class EmptyMenu : public QWidget {
    Q_OBJECT

public:
    enum class State {
        FirstStart,   ///< No folder and no file.
        NothingFound, ///< Folders, but no recording in them.
        NoMatch,      ///< Recordings, but the search leaves none.
        Making,       ///< Sample recordings are being made.
        Scanning,
    };

    explicit EmptyMenu(const Theme& theme, QWidget* parent = nullptr);

    void setState(State state);
    State state() const { return m_state; }
    void setProgress(int permille, const QString& stage);
    /// Why the samples could not be made; empty for none.
    void setProblem(const QString& sentence);
    void setSearch(const QString& text);

Q_SIGNALS:
    void makeSamplesRequested();
    void cancelRequested();
    void addFolderRequested();
    void addFilesRequested();
    void clearSearchRequested();

private:
    void restyle();

    const Theme& m_theme;
    State m_state = State::FirstStart;
    QString m_searchText;
    QLabel* m_icon = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_text = nullptr;
    QLabel* m_problem = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel* m_stage = nullptr;
    QPushButton* m_samples = nullptr;
    QPushButton* m_folder = nullptr;
    QPushButton* m_files = nullptr;
    QPushButton* m_cancel = nullptr;
    QPushButton* m_clear = nullptr;
};

} // namespace perihelion
