// SPDX-License-Identifier: GPL-3.0-or-later
// The kept index: used when it fits, ignored and rewritten when it does not.
#include "core/jobs/decode_pool.h"
#include "datasets/index/event_file.h"
#include "datasets/index/index_file.h"
#include "tests/support/test_support.h"
#include "tests/unit/datasets/recording_fixture.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

using namespace perihelion;
using namespace perihelion::test;

class TestIndexFile : public QObject {
    Q_OBJECT

private:
    OpenOptions options() const
    {
        OpenOptions o;
        o.indexDir = m_folder.filePath(QStringLiteral("index"));
        return o;
    }
    QString recording() const { return m_folder.filePath(QStringLiteral("recording.h5")); }
    QString indexPath() const { return IndexFile::pathFor(options().indexDir, recording(), QString()); }
    std::shared_ptr<EventFile> openAndComplete()
    {
        auto file = EventFile::open(recording(), options());
        if (!file || !(*file)->completeIndex(m_pool)) {
            return nullptr;
        }
        return *file;
    }

private Q_SLOTS:
    void init() { writeEvlib(recording(), makeEvents(20'000)); }

    void keptIndexIsUsed()
    {
        QVERIFY(openAndComplete());
        const auto again = EventFile::open(recording(), options());
        PERIHELION_VERIFY_RESULT(again);
        QCOMPARE((*again)->indexState(), IndexState::Kept);
        OpenOptions anew = options();
        anew.useKeptIndex = false;
        const auto rebuilt = EventFile::open(recording(), anew);
        PERIHELION_VERIFY_RESULT(rebuilt);
        QCOMPARE((*rebuilt)->indexState(), IndexState::Built);
    }

    void changedRecordingIsReadAnew()
    {
        QVERIFY(openAndComplete());
        writeEvlib(recording(), makeEvents(20'001));
        const auto changed = EventFile::open(recording(), options());
        PERIHELION_VERIFY_RESULT(changed);
        QCOMPARE((*changed)->indexState(), IndexState::Built);
        QCOMPARE((*changed)->metadata().eventCount, 20'001);
    }

    void damagedIndexIsIgnoredAndRewritten()
    {
        QVERIFY(openAndComplete());
        QFile file(indexPath());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray good = file.readAll();
        file.close();
        const auto write = [this](const QByteArray& bytes) {
            QFile out(indexPath());
            return out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size();
        };
        // Cut anywhere, or with any byte changed, it must neither crash nor be believed.
        for (qsizetype size = 0; size < good.size(); size += 1 + good.size() / 97) {
            QVERIFY(write(good.left(size)));
            const auto opened = EventFile::open(recording(), options());
            PERIHELION_VERIFY_RESULT(opened);
            QCOMPARE((*opened)->indexState(), IndexState::Built);
        }
        for (qsizetype at = 0; at < good.size(); at += 1 + good.size() / 211) {
            QByteArray damaged = good;
            damaged[at] = static_cast<char>(damaged[at] ^ 0x5a);
            QVERIFY(write(damaged));
            const auto opened = EventFile::open(recording(), options());
            PERIHELION_VERIFY_RESULT(opened);
            QCOMPARE((*opened)->indexState(), IndexState::Built);
        }
        QVERIFY(openAndComplete());
        const auto again = EventFile::open(recording(), options());
        PERIHELION_VERIFY_RESULT(again);
        QCOMPARE((*again)->indexState(), IndexState::Kept);
    }

    void unwritableFolderIsAnErrorBesideTheAnswer()
    {
        OpenOptions blocked;
        blocked.indexDir = QString(recording() % u"/not-a-folder");
        const auto file = EventFile::open(recording(), blocked);
        PERIHELION_VERIFY_RESULT(file);
        const auto completed = (*file)->completeIndex(m_pool);
        QVERIFY(!completed);
        QVERIFY((*file)->isIndexComplete());
        QVERIFY((*file)->metadata().complete);
    }

    void keptAtAnyMomentItIsWhole()
    {
        // Unsorted, so that completion has something to note.
        Events events = makeEvents(20'000);
        std::reverse(events.t.begin() + 5'000, events.t.begin() + 9'000);
        writeEvlib(recording(), events);
        OpenOptions anew = options();
        anew.useKeptIndex = false;
        for (int round = 0; round < 10; ++round) {
            const auto file = EventFile::open(recording(), anew);
            PERIHELION_VERIFY_RESULT(file);
            std::atomic<int> failed{0};
            std::vector<std::thread> keepers;
            for (int keeper = 0; keeper < 2; ++keeper) {
                keepers.emplace_back([&] {
                    for (int i = 0; i < 10; ++i) {
                        failed += (*file)->keepIndex() ? 0 : 1;
                    }
                });
            }
            const auto completed = (*file)->completeIndex(m_pool);
            for (std::thread& keeper : keepers) {
                keeper.join();
            }
            PERIHELION_VERIFY_RESULT(completed);
            QCOMPARE(failed.load(), 0);
            const auto again = openAndComplete();
            QVERIFY(again);
            QCOMPARE(again->indexState(), IndexState::Kept);
            const auto notes = again->metadata().notes;
            QCOMPARE(std::count_if(notes.begin(), notes.end(),
                                   [](const Note& note) { return note.kind == NoteKind::BackwardTime; }),
                     1);
        }
        QCOMPARE(QDir(options().indexDir).entryList(QDir::Files | QDir::Hidden).size(), 1);
    }

    void leavesNoTemporaryFiles()
    {
        QVERIFY(openAndComplete());
        QCOMPARE(QDir(options().indexDir).entryList(QDir::Files | QDir::Hidden).size(), 1);
    }

    void noticesThatTheFileChanged()
    {
        const auto file = openAndComplete();
        QVERIFY(file);
        PERIHELION_VERIFY_RESULT(file->checkUnchanged());
        QFile grown(recording());
        QVERIFY(grown.open(QIODevice::Append));
        grown.write("more");
        grown.close();
        QVERIFY(file->checkUnchanged().error().message.contains(QStringLiteral("extended")));
        QVERIFY(QFile::remove(recording()));
        QCOMPARE(file->checkUnchanged().error().code, ErrorCode::NotFound);
    }

private:
    QTemporaryDir m_folder;
    DecodePool m_pool{2};
};

QTEST_GUILESS_MAIN(TestIndexFile)
#include "tst_index_file.moc"
