// SPDX-License-Identifier: GPL-3.0-or-later
// RecordingModel and RecordingSortModel under QAbstractItemModelTester, and the thumbnails they show.
#include "tests/support/test_support.h"
#include "widgets/models/recording_model.h"
#include "widgets/models/recording_sort_model.h"
#include "widgets/models/thumbnail.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace perihelion;

namespace {

CatalogEntry entry(const QString& name, const QString& category = QStringLiteral("set"), quint64 size = 1000)
{
    return CatalogEntry{QString(u"/data/" % category % u'/' % name % u".h5"), name, category, ByteCount{size},
                        QDateTime(QDate(2024, 1, 1), QTime(12, 0), Qt::UTC)};
}

RecordingPreview preview(const CatalogEntry& of, std::int64_t events, std::int64_t micros = 1'000'000)
{
    RecordingPreview found{of.path, of.size, of.modified, RecordingMetadata(), {}, {}, false};
    found.metadata->layout = LayoutKind::Evlib;
    found.metadata->eventCount = events;
    found.metadata->maxTime = EventTime(micros);
    found.metadata->sensor = SensorSize{1280, 720, ValueSource::Attribute};
    return found;
}

QStringList names(const QAbstractItemModel& model)
{
    QStringList all;
    for (int row = 0; row < model.rowCount(); ++row) {
        all.append(model.index(row, 0).data(RecordingModel::NameRole).toString());
    }
    return all;
}

QStringList words(const char* text)
{
    return QString::fromLatin1(text).split(u' ', Qt::SkipEmptyParts);
}

} // namespace

class TestRecordingModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void changesKeepTheModelWhole();
    void replacingKeepsWhatIsKnown();
    void previewsOfAnotherFileAreDropped();
    void countedFactsStay();
    void batchIsOneSignal();
    void rolesAnswer();
    void failedRecordingSaysWhy();
    void cacheFactsChangeTheirRowsOnly();
    void thumbnailsAreBounded();
    void thumbnailsAreUnderTheBudget();
    void thumbnailsMakeRoomForThemselves();
    void aScreenfulIsKeptWithoutMemory();
    void searchAndHiding();
    void sortKeys_data();
    void sortKeys();
    void nothingMovesUntilAsked();
    void thumbnailKeepsThePrevailingPolarity();
    void thumbnailIsKeptAndChecked();
    void thumbnailIsNeverEnlarged();

private:
    MemoryBudget m_memory{MemoryPolicy{0.5, 0, 0}};
};

void TestRecordingModel::changesKeepTheModelWhole()
{
    RecordingModel model(m_memory);
    RecordingSortModel sorted;
    sorted.setSourceModel(&model);
    const QAbstractItemModelTester testerOfModel(&model,
                                                 QAbstractItemModelTester::FailureReportingMode::QtTest);
    const QAbstractItemModelTester testerOfSorted(&sorted,
                                                  QAbstractItemModelTester::FailureReportingMode::QtTest);
    std::vector<CatalogEntry> entries;
    entries.reserve(40);
    for (int i = 0; i < 40; ++i) {
        entries.push_back(entry(QString::number(i), i % 3 == 0 ? QStringLiteral("a") : QStringLiteral("b")));
    }
    model.setEntries(entries);
    QCOMPARE(model.rowCount(), 40);
    sorted.setGrouped(true);
    sorted.resort();
    model.applyPreviews({preview(entries.at(3), 5), preview(entries.at(30), 7)});
    std::vector<CatalogEntry> fewer(entries.begin() + 5, entries.begin() + 9);
    fewer.insert(fewer.end(), entries.begin() + 20, entries.begin() + 31);
    fewer.push_back(entry(QStringLiteral("new")));
    model.setEntries(fewer);
    QCOMPARE(model.rowCount(), 16);
    QCOMPARE(sorted.rowCount(), 16);
    sorted.setSearch(QStringLiteral("new"));
    QCOMPARE(sorted.rowCount(), 1);
    model.setEntries({});
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(model.waitingCount(), 0);
}

void TestRecordingModel::replacingKeepsWhatIsKnown()
{
    RecordingModel model(m_memory);
    const CatalogEntry first = entry(QStringLiteral("first"));
    CatalogEntry second = entry(QStringLiteral("second"));
    model.setEntries({first, second});
    QCOMPARE(model.waitingCount(), 2);
    model.applyPreviews({preview(first, 10), preview(second, 20)});
    QCOMPARE(model.waitingCount(), 0);
    second.size = ByteCount{2000};
    model.setEntries({second, first});
    QCOMPARE(model.waitingCount(), 1);
    QCOMPARE(model.itemAt(first.path)->state, RecordingState::Ready);
    QCOMPARE(model.itemAt(second.path)->state, RecordingState::Waiting);
    model.addEntries({first, entry(QStringLiteral("third")), entry(QStringLiteral("third"))});
    QCOMPARE(model.rowCount(), 3);
}

void TestRecordingModel::previewsOfAnotherFileAreDropped()
{
    RecordingModel model(m_memory);
    const CatalogEntry shown = entry(QStringLiteral("a"));
    CatalogEntry replaced = shown;
    replaced.size = ByteCount{1};
    model.setEntries({shown});
    model.applyPreviews({preview(replaced, 10), preview(entry(QStringLiteral("gone")), 10)});
    QCOMPARE(model.item(0).state, RecordingState::Waiting);
}

void TestRecordingModel::countedFactsStay()
{
    RecordingModel model(m_memory);
    const CatalogEntry one = entry(QStringLiteral("a"));
    model.setEntries({one});
    RecordingPreview counted = preview(one, 500);
    counted.metadata->complete = true;
    model.applyPreviews({counted});
    model.applyPreviews({preview(one, 400)}); // began before the counting ended
    QVERIFY(model.item(0).metadata->complete);
    QCOMPARE(model.item(0).metadata->eventCount, 500);
    counted.metadata->eventCount = 501;
    model.applyPreviews({counted});
    QCOMPARE(model.item(0).metadata->eventCount, 501);
}

void TestRecordingModel::batchIsOneSignal()
{
    RecordingModel model(m_memory);
    std::vector<CatalogEntry> entries;
    std::vector<RecordingPreview> previews;
    for (int i = 0; i < 2000; ++i) {
        entries.push_back(entry(QString::number(i)));
        previews.push_back(preview(entries.back(), i));
    }
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.setEntries(entries);
    model.applyPreviews(previews);
    QCOMPARE(inserted.count(), 1);
    QCOMPARE(changed.count(), 1);
}

void TestRecordingModel::rolesAnswer()
{
    RecordingModel model(m_memory);
    const CatalogEntry shown = entry(QStringLiteral("fan"), QStringLiteral("fans"), 89'000'000);
    model.setEntries({shown});
    const QModelIndex index = model.index(0, 0);
    QCOMPARE(index.data(RecordingModel::SummaryRole).toString(), QStringLiteral("89 MB"));
    QCOMPARE(index.data(RecordingModel::EventsRole).toLongLong(), -1);
    model.applyPreviews({preview(shown, 26'412'007, 10'130'000)});
    QCOMPARE(index.data(RecordingModel::SummaryRole).toString(),
             QStringLiteral("26.4 M events · 10.1 s · 89 MB"));
    model.applyPreviews({preview(shown, 1, 0)});
    QVERIFY(index.data(RecordingModel::SummaryRole).toString().startsWith(QStringLiteral("1 event · ")));
    model.applyPreviews({preview(shown, 26'412'007, 10'130'000)});
    QCOMPARE(index.data(RecordingModel::LayoutRole).toString(), QStringLiteral("evlib"));
    QCOMPARE(index.data(RecordingModel::SensorRole).toString(), QStringLiteral("1280 × 720"));
    QCOMPARE(index.data(RecordingModel::CategoryRole).toString(), QStringLiteral("fans"));
    QCOMPARE(model.index(0, RecordingModel::DurationColumn).data().toString(), QStringLiteral("10.1 s"));
    for (int column = 0; column < RecordingModel::ColumnCount; ++column) {
        QVERIFY(!model.headerData(column, Qt::Horizontal).toString().isEmpty());
    }
    QVERIFY(!model.data(QModelIndex(), RecordingModel::NameRole).isValid());
}

void TestRecordingModel::failedRecordingSaysWhy()
{
    RecordingModel model(m_memory);
    const CatalogEntry shown = entry(QStringLiteral("bad"));
    model.setEntries({shown});
    RecordingPreview failed{shown.path, shown.size, shown.modified, {}, {}, {}, false};
    failed.error = Error{ErrorCode::NotHdf5, QStringLiteral("This is no HDF5 file"), shown.path};
    model.applyPreviews({failed});
    const QModelIndex index = model.index(0, 0);
    QCOMPARE(index.data(RecordingModel::ErrorRole).toString(), QStringLiteral("This is no HDF5 file"));
    QVERIFY(index.data(Qt::ToolTipRole).toString().contains(shown.path));
    QCOMPARE(model.waitingCount(), 0);
}

void TestRecordingModel::cacheFactsChangeTheirRowsOnly()
{
    RecordingModel model(m_memory);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setEntries({entry(QStringLiteral("a")), entry(QStringLiteral("b")), entry(QStringLiteral("c"))});
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    const auto text = [&model](int row) {
        return model.index(row, 0).data(RecordingModel::CacheTextRole).toString();
    };
    model.setCacheFacts({}, false);
    QCOMPARE(changes.count(), 0);
    QCOMPARE(text(1), QString());

    RecordingCacheFacts facts;
    facts.presence = CachePresence::Prefetching;
    facts.percent = 64;
    const QString path = model.item(1).entry.path;
    model.setCacheFacts({{path, facts}}, true);
    QCOMPARE(text(0), QStringLiteral("not cached"));
    QCOMPARE(text(1), QStringLiteral("prefetching 64 %"));
    QCOMPARE(model.index(1, RecordingModel::CacheColumn).data().toString(), text(1));
    QVERIFY(model.index(1, 0).data(Qt::AccessibleTextRole).toString().endsWith(text(1)));

    changes.clear();
    model.setCacheFacts({{path, facts}}, true);
    QCOMPARE(changes.count(), 0);
    facts.presence = CachePresence::Full;
    model.setCacheFacts({{path, facts}}, true);
    QCOMPARE(changes.count(), 1);
    QCOMPARE(changes.at(0).at(0).toModelIndex().row(), 1);
    QCOMPARE(changes.at(0).at(1).toModelIndex().row(), 1);
    QVERIFY(RecordingModel::isCacheChange(changes.at(0).at(2).value<QList<int>>()));
    // What the file's new version holds is not known yet.
    CatalogEntry replaced = model.item(1).entry;
    replaced.size = ByteCount{7};
    model.setEntries({entry(QStringLiteral("a")), replaced, entry(QStringLiteral("c"))});
    QCOMPARE(text(1), QString());
}

void TestRecordingModel::thumbnailsAreBounded()
{
    RecordingModel model(m_memory);
    std::vector<CatalogEntry> entries;
    std::vector<RecordingPreview> previews;
    for (int i = 0; i < 400; ++i) {
        entries.push_back(entry(QString::number(i)));
        previews.push_back(preview(entries.back(), 1));
        previews.back().thumbnail = QImage(kThumbnailSize, QImage::Format_Indexed8);
    }
    model.setEntries(entries);
    model.applyPreviews(previews);
    int held = 0;
    for (const CatalogEntry& one : entries) {
        held += model.hasThumbnail(one.path) ? 1 : 0;
    }
    QVERIFY(held > 100 && held < 400);
    QVERIFY(model.hasThumbnail(entries.back().path));
    QVERIFY(model.index(0, 0).data(RecordingModel::ThumbnailRole).value<QImage>().isNull());
}

void TestRecordingModel::thumbnailsAreUnderTheBudget()
{
    const auto picture = [] {
        QImage image(kThumbnailSize, QImage::Format_Indexed8);
        image.fill(1);
        return image;
    };
    const auto bytes = static_cast<std::uint64_t>(picture().sizeInBytes());
    MemoryBudget budget(MemoryPolicy{0.5, 400 * bytes, 0});
    {
        RecordingModel model(budget);
        std::vector<CatalogEntry> entries;
        std::vector<RecordingPreview> previews;
        for (int i = 0; i < 100; ++i) {
            entries.push_back(entry(QString::number(i)));
            previews.push_back(preview(entries.back(), 1));
            previews.back().thumbnail = picture();
        }
        model.setEntries(entries);
        model.applyPreviews(previews);
        QVERIFY(budget.usedBytes() >= 100 * bytes);
        // Looked at: the first is now the latest used.
        QVERIFY(!model.index(0, 0).data(RecordingModel::ThumbnailRole).value<QImage>().isNull());
        // The machine runs short: the least recently used go, what is on screen stays.
        budget.setPolicy(MemoryPolicy{0.5, 90 * bytes, 0});
        QVERIFY(budget.usedBytes() <= budget.budgetBytes());
        QVERIFY(model.hasThumbnail(entries.at(0).path));
        QVERIFY(!model.hasThumbnail(entries.at(1).path));
        QVERIFY(model.hasThumbnail(entries.at(99).path));
        budget.setPolicy(MemoryPolicy{0.5, bytes, 0});
        QVERIFY(budget.usedBytes() >= KeptPictures::kScreenful * bytes);
        QVERIFY(budget.usedBytes() < (KeptPictures::kScreenful + 1) * bytes);
        model.setEntries({});
        QCOMPARE(budget.usedBytes(), 0);
        model.setEntries({entries.at(0)});
        model.applyPreviews({previews.at(0)});
    }
    QCOMPARE(budget.usedBytes(), 0);
}

void TestRecordingModel::thumbnailsMakeRoomForThemselves()
{
    QImage image(kThumbnailSize, QImage::Format_Indexed8);
    image.fill(1);
    const auto bytes = static_cast<std::uint64_t>(image.sizeInBytes());
    MemoryBudget budget(MemoryPolicy{0.5, 8 * bytes, 0});
    std::vector<Reservation> events;
    events.reserve(8);
    for (int i = 0; i < 8; ++i) {
        events.push_back(std::move(*budget.reserve(bytes)));
    }
    const auto number = budget.addHolder([&](std::uint64_t wanted, MemoryNeed) {
        for (std::uint64_t freed = 0; freed < wanted && !events.empty(); events.pop_back()) {
            freed += events.back().bytes();
        }
    });
    KeptPictures pictures(budget, 100 * bytes);
    pictures.keep(QStringLiteral("a"), image);
    QVERIFY(pictures.reservedBytes() >= bytes);
    QVERIFY(events.size() >= 6 && events.size() < 8);
    QVERIFY(budget.usedBytes() <= budget.budgetBytes());
    // Its own bound holds whatever the budget says.
    KeptPictures few(m_memory, 70 * bytes);
    for (int i = 0; i < 200; ++i) {
        few.keep(QString::number(i), image);
        QVERIFY(few.reservedBytes() <= 70 * bytes);
    }
    QVERIFY(few.contains(QStringLiteral("199")) && !few.contains(QStringLiteral("0")));
    budget.removeHolder(number);
}

void TestRecordingModel::aScreenfulIsKeptWithoutMemory()
{
    MemoryBudget budget(MemoryPolicy{0.0, 0, 0});
    QCOMPARE(budget.budgetBytes(), 0);
    KeptPictures pictures(budget, 64 * kMebibyte);
    const QImage image(16, 16, QImage::Format_Indexed8);
    for (std::size_t i = 0; i < 2 * KeptPictures::kScreenful; ++i) {
        pictures.keep(QString::number(i), image);
    }
    QCOMPARE(budget.usedBytes(), 0);
    QVERIFY(pictures.contains(QString::number(2 * KeptPictures::kScreenful - 1)));
    QVERIFY(pictures.contains(QString::number(KeptPictures::kScreenful)));
    QVERIFY(!pictures.contains(QString::number(KeptPictures::kScreenful - 1)));
}

void TestRecordingModel::searchAndHiding()
{
    RecordingModel model(m_memory);
    RecordingSortModel sorted;
    sorted.setSourceModel(&model);
    sorted.setSortKey(RecordingSort::Name);
    const std::vector<CatalogEntry> entries = {entry(QStringLiteral("fan_10")),
                                               entry(QStringLiteral("fan_9")),
                                               entry(QStringLiteral("drone"), QStringLiteral("fly"))};
    model.setEntries(entries);
    RecordingPreview contiguous = preview(entries.at(0), 1);
    contiguous.metadata->storage.contiguous = true;
    model.applyPreviews({contiguous, preview(entries.at(1), 1)});
    sorted.resort();
    QCOMPARE(names(sorted), words("drone fan_9 fan_10"));
    sorted.setSearch(QStringLiteral("FAN evlib"));
    QCOMPARE(names(sorted), words("fan_9 fan_10"));
    sorted.setSearch(QStringLiteral("contiguous"));
    QCOMPARE(names(sorted), words("fan_10"));
    sorted.setSearch(QStringLiteral("fly"));
    QCOMPARE(names(sorted), words("drone"));
    sorted.setSearch({});
    sorted.setHiddenPaths({entries.at(2).path});
    QCOMPARE(names(sorted), words("fan_9 fan_10"));
    QCOMPARE(sorted.rowOf(entries.at(0).path), 1);
    QCOMPARE(sorted.rowOf(entries.at(2).path), -1);
}

void TestRecordingModel::sortKeys_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<bool>("grouped");
    QTest::addColumn<QStringList>("expected");
    const auto row = [](const char* name, RecordingSort key, bool grouped, const char* expected) {
        QTest::newRow(name) << static_cast<int>(key) << grouped << words(expected);
    };
    row("name", RecordingSort::Name, false, "a b c d");
    row("last opened, never last", RecordingSort::LastOpened, false, "c a b d");
    row("size", RecordingSort::Size, false, "d a c b");
    row("events, unknown last", RecordingSort::Events, false, "b a c d");
    row("duration", RecordingSort::Duration, false, "a b c d");
    row("modified", RecordingSort::Modified, false, "b a c d");
    row("grouped by folder", RecordingSort::Size, true, "a c d b");
}

void TestRecordingModel::sortKeys()
{
    QFETCH(int, key);
    QFETCH(bool, grouped);
    QFETCH(QStringList, expected);
    RecordingModel model(m_memory);
    RecordingSortModel sorted;
    sorted.setSourceModel(&model);
    std::vector<CatalogEntry> entries = {entry(QStringLiteral("a"), QStringLiteral("x"), 300),
                                         entry(QStringLiteral("b"), QStringLiteral("y"), 100),
                                         entry(QStringLiteral("c"), QStringLiteral("x"), 200),
                                         entry(QStringLiteral("d"), QStringLiteral("y"), 400)};
    entries.at(1).modified = entries.at(1).modified.addDays(1);
    model.setEntries(entries);
    model.applyPreviews({preview(entries.at(0), 50, 9000), preview(entries.at(1), 70, 8000),
                         preview(entries.at(2), 20, 7000)});
    model.setOpenedOrder({entries.at(2).path, entries.at(0).path});
    sorted.setSortKey(static_cast<RecordingSort>(key));
    sorted.setGrouped(grouped);
    sorted.resort();
    QCOMPARE(names(sorted), expected);
    QCOMPARE(recordingSortFromId(recordingSortId(static_cast<RecordingSort>(key))),
             static_cast<RecordingSort>(key));
}

void TestRecordingModel::nothingMovesUntilAsked()
{
    RecordingModel model(m_memory);
    RecordingSortModel sorted;
    sorted.setSourceModel(&model);
    sorted.setSortKey(RecordingSort::Events);
    const std::vector<CatalogEntry> entries = {entry(QStringLiteral("a")), entry(QStringLiteral("b"))};
    model.setEntries(entries);
    sorted.resort();
    model.applyPreviews({preview(entries.at(0), 1), preview(entries.at(1), 2)});
    QCOMPARE(names(sorted), words("a b"));
    sorted.resort();
    QCOMPARE(names(sorted), words("b a"));
}

void TestRecordingModel::thumbnailKeepsThePrevailingPolarity()
{
    AccumulatedFrame frame;
    frame.width = 1280;
    frame.height = 720;
    frame.values.assign(1280 * 720, 0);
    const auto set = [&frame](std::size_t x, std::size_t y, int value) {
        frame.values.at(y * 1280 + x) = value;
    };
    set(0, 0, 1);
    set(1, 0, 1);
    set(0, 1, -1);
    set(1279, 719, -1);
    const QImage image = thumbnailFromFrame(frame);
    QCOMPARE(image.size(), QSize(640, 360));
    QCOMPARE(image.pixelIndex(0, 0), static_cast<int>(EventPixel::On));
    QCOMPARE(image.pixelIndex(639, 359), static_cast<int>(EventPixel::Off));
    QCOMPARE(image.pixelIndex(10, 10), static_cast<int>(EventPixel::None));
}

void TestRecordingModel::thumbnailIsNeverEnlarged()
{
    AccumulatedFrame frame;
    frame.width = 34;
    frame.height = 20;
    frame.values.assign(34 * 20, 1);
    QCOMPARE(thumbnailFromFrame(frame).size(), QSize(34, 20));
}

void TestRecordingModel::thumbnailIsKeptAndChecked()
{
    const QTemporaryDir folder;
    QImage image(64, 36, QImage::Format_Indexed8);
    AccumulatedFrame frame;
    frame.width = 64;
    frame.height = 36;
    frame.values.assign(64 * 36, -1);
    image = thumbnailFromFrame(frame);
    const CatalogEntry of = entry(QStringLiteral("a"));
    const QString file =
        folder.filePath(QString(u"deep/" % thumbnailFileName(of.path, of.size, of.modified)));
    PERIHELION_VERIFY_RESULT(writeThumbnail(file, image));
    const QImage read = readThumbnail(file);
    QCOMPARE(read.size(), image.size());
    QCOMPARE(read.pixelIndex(5, 5), static_cast<int>(EventPixel::Off));
    QVERIFY(thumbnailFileName(of.path, ByteCount{1}, of.modified) !=
            thumbnailFileName(of.path, of.size, of.modified));
    QFile broken(file);
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write("no picture");
    broken.close();
    QVERIFY(readThumbnail(file).isNull());
    QVERIFY(!writeThumbnail(QStringLiteral("/proc/nowhere/x.png"), image));
}

QTEST_GUILESS_MAIN(TestRecordingModel)
#include "tst_recording_model.moc"
