// SPDX-License-Identifier: GPL-3.0-or-later
// The chunk table of our own walk is the library's, entry by entry, for every index it writes; damaged ones
// are refused.

#include "datasets/hdf5/chunk_table.h"
#include "datasets/hdf5/filter_pipeline.h"
#include "datasets/hdf5/hdf5_file.h"
#include "tests/support/hdf5_fixtures.h"
#include "tests/support/test_support.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace perihelion;
using namespace perihelion::test;

namespace {

void deflate1(H5::DSetCreatPropList& creation)
{
    creation.setDeflate(1);
}

/// One chunk as the library looks it up by its place.
struct LibraryChunk {
    std::uint64_t row = 0;
    std::uint64_t column = 0;
    std::uint32_t mask = 0;
    std::vector<std::byte> stored;
};

/// All chunks, or some forty of a long dataset: even a look-up by place costs the library O(n).
std::vector<LibraryChunk> libraryChunks(const QString& path, const DatasetDescription& description)
{
    constexpr std::uint64_t kMostLookedUp = 1500;
    const std::uint64_t step =
        description.chunkGridRows() > kMostLookedUp ? description.chunkGridRows() / 41 : 1;
    std::vector<LibraryChunk> chunks;
    const H5::H5File file = openFile(path);
    const H5::DataSet dataset = file.openDataSet(description.path);
    for (std::uint64_t row = 0; row < description.chunkGridRows(); row += step) {
        for (std::uint64_t column = 0; column < description.chunkGridColumns(); ++column) {
            const std::array<hsize_t, 2> offset{row * description.chunkRows,
                                                column * description.chunkColumns};
            hsize_t sizeBytes = 0;
            if (H5Dget_chunk_storage_size(dataset.getId(), offset.data(), &sizeBytes) < 0 || sizeBytes == 0) {
                continue;
            }
            LibraryChunk chunk;
            chunk.row = row;
            chunk.column = column;
            chunk.stored.resize(sizeBytes);
            H5Dread_chunk(dataset.getId(), H5P_DEFAULT, offset.data(), &chunk.mask, chunk.stored.data());
            chunks.push_back(std::move(chunk));
        }
    }
    return chunks;
}

/// Whether H5Dget_chunk_info says the same of every chunk; each call costs the library O(n).
bool equalsEnumeration(const QString& path, const DatasetDescription& description, const ChunkTable& table,
                       std::uint64_t superblockBase)
{
    const H5::H5File file = openFile(path);
    const H5::DataSet dataset = file.openDataSet(description.path);
    const H5::DataSpace space = dataset.getSpace();
    hsize_t count = 0;
    bool equal =
        H5Dget_num_chunks(dataset.getId(), space.getId(), &count) >= 0 && count == table.chunks.size();
    for (hsize_t index = 0; equal && index < count; ++index) {
        std::array<hsize_t, 2> offset{};
        unsigned mask = 0;
        haddr_t address = 0;
        hsize_t sizeBytes = 0;
        H5Dget_chunk_info(dataset.getId(), space.getId(), index, offset.data(), &mask, &address, &sizeBytes);
        const ChunkLocation& chunk =
            table.at(offset[0] / description.chunkRows,
                     static_cast<std::uint32_t>(offset[1] / description.chunkColumns));
        // 1.10.8 counts addresses from the superblock, later libraries from the start of the file.
        equal = (chunk.address == address || chunk.address == address + superblockBase) &&
                chunk.sizeBytes == sizeBytes && chunk.filterMask == mask;
    }
    return equal;
}

} // namespace

class TestChunkTable : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void walkEqualsLibrary_data();
    void walkEqualsLibrary();
    void unallocatedChunksStayEmpty();
    void partialChunksKeptUnfiltered();
    void chunkCountBeyondTheFileIsRefused();
    void damagedIndexIsRefused_data();
    void damagedIndexIsRefused();
    void realRecordingsWalk_data();
    void realRecordingsWalk();

private:
    QTemporaryDir m_folder;
};

void TestChunkTable::walkEqualsLibrary_data()
{
    QTest::addColumn<bool>("latest");
    QTest::addColumn<int>("istoreK");
    QTest::addColumn<int>("userBlock");
    QTest::addColumn<std::vector<hsize_t>>("extent");
    QTest::addColumn<std::vector<hsize_t>>("maxExtent");
    QTest::addColumn<std::vector<hsize_t>>("chunk");
    QTest::addColumn<bool>("filtered");
    QTest::addColumn<bool>("early");
    QTest::addColumn<bool>("ownWalk");
    using Shape = std::vector<hsize_t>;
    const hsize_t open = H5S_UNLIMITED;
    QTest::newRow("one chunk") << false << 0 << 0 << Shape{50} << Shape{open} << Shape{100} << true << false
                               << true;
    QTest::newRow("old") << false << 0 << 0 << Shape{10050} << Shape{} << Shape{100} << true << false << true;
    QTest::newRow("old, three levels")
        << false << 0 << 0 << Shape{70000} << Shape{} << Shape{10} << true << false << true;
    QTest::newRow("old, small nodes")
        << false << 2 << 0 << Shape{10050} << Shape{} << Shape{100} << true << false << true;
    QTest::newRow("old, big nodes") << false << 1000 << 0 << Shape{10050} << Shape{} << Shape{5} << true
                                    << false << true;
    QTest::newRow("old, user block") << false << 0 << 1024 << Shape{10050} << Shape{} << Shape{100} << true
                                     << false << true;
    QTest::newRow("old, extendible") << false << 0 << 0 << Shape{10050} << Shape{open} << Shape{100} << false
                                     << false << true;
    QTest::newRow("old, Nx4 in (k,1)")
        << false << 0 << 0 << Shape{1005, 4} << Shape{} << Shape{100, 1} << true << false << true;
    QTest::newRow("old, Nx4 in (k,4)")
        << false << 0 << 0 << Shape{1005, 4} << Shape{open, 4} << Shape{100, 4} << true << false << true;
    QTest::newRow("latest, single chunk")
        << true << 0 << 0 << Shape{100} << Shape{} << Shape{100} << true << false << true;
    QTest::newRow("latest, single raw chunk")
        << true << 0 << 0 << Shape{100} << Shape{} << Shape{100} << false << false << true;
    QTest::newRow("latest, implicit")
        << true << 0 << 0 << Shape{1050} << Shape{} << Shape{100} << false << true << true;
    QTest::newRow("latest, implicit Nx4")
        << true << 0 << 0 << Shape{1050, 4} << Shape{1050, 8} << Shape{100, 1} << false << true << true;
    QTest::newRow("latest, fixed array")
        << true << 0 << 0 << Shape{10050} << Shape{} << Shape{100} << true << false << true;
    QTest::newRow("latest, paged fixed array")
        << true << 0 << 0 << Shape{30050} << Shape{} << Shape{10} << true << false << true;
    QTest::newRow("latest, fixed array raw")
        << true << 0 << 0 << Shape{10050} << Shape{} << Shape{100} << false << false << true;
    QTest::newRow("latest, fixed array with room to grow")
        << true << 0 << 0 << Shape{1050, 4} << Shape{2000, 9} << Shape{100, 2} << true << false << true;
    QTest::newRow("latest, user block")
        << true << 0 << 512 << Shape{10050} << Shape{} << Shape{100} << true << false << true;
    QTest::newRow("latest, short extensible array")
        << true << 0 << 0 << Shape{350} << Shape{open} << Shape{100} << true << false << true;
    QTest::newRow("latest, extensible array")
        << true << 0 << 0 << Shape{10050} << Shape{open} << Shape{100} << true << false << true;
    QTest::newRow("latest, extensible array raw")
        << true << 0 << 0 << Shape{10050} << Shape{open} << Shape{100} << false << false << true;
    QTest::newRow("latest, paged extensible array")
        << true << 0 << 0 << Shape{280000} << Shape{open} << Shape{2} << false << false << true;
    QTest::newRow("latest, extensible array behind a user block")
        << true << 0 << 2048 << Shape{1050} << Shape{open} << Shape{100} << true << false << true;
    QTest::newRow("latest, growing Nx4 in (k,1)")
        << true << 0 << 0 << Shape{1005, 4} << Shape{open, 4} << Shape{100, 1} << true << false << true;
    QTest::newRow("latest, growing sideways")
        << true << 0 << 0 << Shape{30, 55} << Shape{40, open} << Shape{7, 3} << true << false << true;
    QTest::newRow("latest, B-tree 2")
        << true << 0 << 0 << Shape{1050, 4} << Shape{open, open} << Shape{100, 1} << true << false << false;
}

void TestChunkTable::walkEqualsLibrary()
{
    QFETCH(bool, latest);
    QFETCH(int, istoreK);
    QFETCH(int, userBlock);
    QFETCH(std::vector<hsize_t>, extent);
    QFETCH(std::vector<hsize_t>, maxExtent);
    QFETCH(std::vector<hsize_t>, chunk);
    QFETCH(bool, filtered);
    QFETCH(bool, early);
    QFETCH(bool, ownWalk);

    const QString path = m_folder.filePath(QStringLiteral("walk.h5"));
    std::size_t elements = 1;
    for (const hsize_t length : extent) {
        elements *= length;
    }
    const std::vector<std::byte> content = eventLikeBytes(elements * 8);
    {
        FixtureFile options;
        options.latestFormat = latest;
        options.userBlockBytes = static_cast<std::uint64_t>(userBlock);
        if (istoreK > 0) {
            options.istoreK = static_cast<unsigned>(istoreK);
        }
        H5::H5File file = createFile(path, options);
        FixtureDataset dataset;
        dataset.path = "/events/t";
        dataset.extent = extent;
        dataset.maxExtent = maxExtent;
        dataset.chunk = chunk;
        dataset.earlyAllocation = early;
        if (filtered) {
            dataset.filters = &deflate1;
        }
        createDataset(file, dataset, content);
    }
    const auto file = Hdf5File::open(path);
    PERIHELION_VERIFY_RESULT(file);
    QCOMPARE((*file)->superblockBase(), static_cast<std::uint64_t>(userBlock));
    const auto description = (*file)->describe("/events/t");
    PERIHELION_VERIFY_RESULT(description);
    QCOMPARE(description->kind, StorageKind::Chunked);
    const auto table = (*file)->chunkTable(*description);
    PERIHELION_VERIFY_RESULT(table);
    QCOMPARE(table->walked, ownWalk);
    QCOMPARE(table->gridRows, description->chunkGridRows());
    QCOMPARE(table->gridColumns, description->chunkGridColumns());

    const std::vector<LibraryChunk> expected = libraryChunks(path, *description);
    QVERIFY(expected.size() == table->chunks.size() || expected.size() > 40);
    for (const LibraryChunk& chunkOfLibrary : expected) {
        const ChunkLocation& location =
            table->at(chunkOfLibrary.row, static_cast<std::uint32_t>(chunkOfLibrary.column));
        QCOMPARE(location.filterMask, chunkOfLibrary.mask);
        QCOMPARE(location.sizeBytes, static_cast<std::uint32_t>(chunkOfLibrary.stored.size()));
        QVERIFY(location.liesWithin((*file)->bytes()->identity().sizeBytes));
        std::vector<std::byte> stored(location.sizeBytes);
        PERIHELION_VERIFY_RESULT((*file)->bytes()->readExactly(location.address, stored));
        QCOMPARE(stored, chunkOfLibrary.stored);
    }

    // HDF5 1.10 numbers the chunks of datasets that grow sideways wrongly when it enumerates them.
    const bool sideways =
        maxExtent.size() == 2 && maxExtent[0] != H5S_UNLIMITED && maxExtent[1] == H5S_UNLIMITED;
    constexpr std::size_t kMostEnumerated = 1500;
    if (!sideways && table->chunks.size() <= kMostEnumerated) {
        QVERIFY(equalsEnumeration(path, *description, *table, (*file)->superblockBase()));
    }

    // And decoded chunk by chunk the content comes back.
    const auto pipeline = FilterPipeline::create(*description);
    PERIHELION_VERIFY_RESULT(pipeline);
    ChunkDecoder decoder;
    std::vector<std::byte> decoded(pipeline->chunkBytes());
    for (std::uint64_t row = 0; row < table->gridRows; ++row) {
        for (std::uint32_t column = 0; column < table->gridColumns; ++column) {
            const ChunkLocation& location = table->at(row, column);
            const std::span<std::byte> stored = decoder.storedBuffer(location.sizeBytes);
            PERIHELION_VERIFY_RESULT((*file)->bytes()->readExactly(location.address, stored));
            PERIHELION_VERIFY_RESULT(decoder.decode(*pipeline, stored, location.filterMask, decoded));
            for (std::uint64_t line = 0; line < description->chunkRows; ++line) {
                const std::uint64_t rowInSet = row * description->chunkRows + line;
                for (std::uint32_t cell = 0; cell < description->chunkColumns; ++cell) {
                    const std::uint64_t columnInSet =
                        std::uint64_t{column} * description->chunkColumns + cell;
                    if (rowInSet >= description->rows || columnInSet >= description->columns) {
                        continue;
                    }
                    const std::size_t from = (line * description->chunkColumns + cell) * 8;
                    const std::size_t to = (rowInSet * description->columns + columnInSet) * 8;
                    QVERIFY(std::equal(decoded.begin() + static_cast<std::ptrdiff_t>(from),
                                       decoded.begin() + static_cast<std::ptrdiff_t>(from + 8),
                                       content.begin() + static_cast<std::ptrdiff_t>(to)));
                }
            }
        }
    }
}

void TestChunkTable::unallocatedChunksStayEmpty()
{
    for (const auto& [latest, growing] :
         {std::pair(false, false), std::pair(true, false), std::pair(true, true)}) {
        const QString path = m_folder.filePath(QStringLiteral("sparse.h5"));
        {
            FixtureFile options;
            options.latestFormat = latest;
            H5::H5File file = createFile(path, options);
            FixtureDataset dataset;
            dataset.extent = {30000};
            if (growing) {
                dataset.maxExtent = {H5S_UNLIMITED};
            }
            dataset.chunk = {10};
            dataset.filters = &deflate1;
            const H5::DataSet created = createDataset(file, dataset);
            // One element in the second and one in the last chunk.
            for (const hsize_t row : {hsize_t{15}, hsize_t{29999}}) {
                H5::DataSpace space = created.getSpace();
                const hsize_t one = 1;
                space.selectHyperslab(H5S_SELECT_SET, &one, &row);
                const std::int64_t value = 7;
                created.write(&value, H5::PredType::NATIVE_INT64, H5::DataSpace(1, &one), space);
            }
        }
        const auto file = Hdf5File::open(path);
        PERIHELION_VERIFY_RESULT(file);
        const auto description = (*file)->describe("/t");
        PERIHELION_VERIFY_RESULT(description);
        const auto table = (*file)->chunkTable(*description);
        PERIHELION_VERIFY_RESULT(table);
        QVERIFY(table->walked);
        QCOMPARE(std::ranges::count_if(table->chunks, &ChunkLocation::isAllocated), 2);
        QVERIFY(table->at(1, 0).isAllocated());
        QVERIFY(table->at(2999, 0).isAllocated());
        QVERIFY(!table->at(0, 0).liesWithin(~0ULL));
    }
}

void TestChunkTable::partialChunksKeptUnfiltered()
{
    const QString path = m_folder.filePath(QStringLiteral("partial.h5"));
    const std::vector<std::byte> content = eventLikeBytes(250 * 8);
    {
        FixtureFile options;
        options.latestFormat = true;
        H5::H5File file = createFile(path, options);
        FixtureDataset dataset;
        dataset.extent = {250};
        dataset.chunk = {100};
        dataset.filters = &deflate1;
        dataset.unfilteredPartialChunks = true;
        createDataset(file, dataset, content);
    }
    const auto file = Hdf5File::open(path);
    PERIHELION_VERIFY_RESULT(file);
    const auto description = (*file)->describe("/t");
    PERIHELION_VERIFY_RESULT(description);
    const auto table = (*file)->chunkTable(*description);
    PERIHELION_VERIFY_RESULT(table);
    QCOMPARE(table->at(0, 0).filterMask, 0U);
    QCOMPARE(table->at(2, 0).filterMask, ~0U);
    const auto pipeline = FilterPipeline::create(*description);
    PERIHELION_VERIFY_RESULT(pipeline);
    ChunkDecoder decoder;
    std::vector<std::byte> decoded(800);
    const ChunkLocation& last = table->at(2, 0);
    const std::span<std::byte> stored = decoder.storedBuffer(last.sizeBytes);
    PERIHELION_VERIFY_RESULT((*file)->bytes()->readExactly(last.address, stored));
    PERIHELION_VERIFY_RESULT(decoder.decode(*pipeline, stored, last.filterMask, decoded));
    QVERIFY(std::equal(decoded.begin(), decoded.begin() + 400, content.begin() + 1600));
}

void TestChunkTable::chunkCountBeyondTheFileIsRefused()
{
    const QString path = m_folder.filePath(QStringLiteral("absurd.h5"));
    {
        H5::H5File file = createFile(path);
        FixtureDataset dataset;
        dataset.extent = {hsize_t{1} << 58};
        dataset.chunk = {1};
        createDataset(file, dataset);
        dataset.path = "/wide";
        dataset.extent = {hsize_t{1} << 40, 1000};
        dataset.chunk = {1, 1};
        createDataset(file, dataset);
        dataset.path = "/big";
        dataset.extent = {hsize_t{1} << 40};
        dataset.chunk = {(hsize_t{1} << 29) - 1};
        createDataset(file, dataset);
    }
    const auto file = Hdf5File::open(path);
    PERIHELION_VERIFY_RESULT(file);
    for (const char* name : {"/t", "/wide", "/big"}) {
        const auto description = (*file)->describe(name);
        QVERIFY2(!description, name);
        QCOMPARE(description.error().code, ErrorCode::Corrupt);
        QCOMPARE(description.error().subject, path);
    }
}

void TestChunkTable::damagedIndexIsRefused_data()
{
    QTest::addColumn<bool>("latest");
    QTest::addColumn<bool>("growing");
    QTest::addColumn<QByteArray>("signature");
    QTest::newRow("B-tree") << false << false << QByteArrayLiteral("TREE\x01");
    QTest::newRow("fixed array") << true << false << QByteArrayLiteral("FADB");
    QTest::newRow("fixed array's header") << true << false << QByteArrayLiteral("FAHD");
    QTest::newRow("extensible array's header") << true << true << QByteArrayLiteral("EAHD");
    QTest::newRow("extensible array's index block") << true << true << QByteArrayLiteral("EAIB");
    QTest::newRow("extensible array's data block") << true << true << QByteArrayLiteral("EADB");
    QTest::newRow("extensible array's secondary block") << true << true << QByteArrayLiteral("EASB");
    QTest::newRow("object header") << true << false << QByteArrayLiteral("OHDR");
}

void TestChunkTable::damagedIndexIsRefused()
{
    QFETCH(bool, latest);
    QFETCH(bool, growing);
    QFETCH(QByteArray, signature);
    {
        const QString path = m_folder.filePath(QStringLiteral("damaged.h5"));
        {
            FixtureFile options;
            options.latestFormat = latest;
            H5::H5File file = createFile(path, options);
            FixtureDataset dataset;
            dataset.extent = {10050};
            if (growing) {
                dataset.maxExtent = {H5S_UNLIMITED};
            }
            dataset.chunk = {25};
            dataset.filters = &deflate1;
            createDataset(file, dataset, eventLikeBytes(10050 * 8));
        }
        DatasetDescription description;
        {
            const auto file = Hdf5File::open(path);
            PERIHELION_VERIFY_RESULT(file);
            const auto described = (*file)->describe("/t");
            PERIHELION_VERIFY_RESULT(described);
            description = *described;
        }
        QFile raw(path);
        QVERIFY(raw.open(QIODevice::ReadWrite));
        const QByteArray whole = raw.readAll();
        const qsizetype at = whole.lastIndexOf(signature);
        QVERIFY(at > 0);
        // Every byte of the index's first part, one at a time, set and cleared: an answer or an error, never
        // more.
        int refused = 0;
        for (qsizetype offset = 0; offset < 160; ++offset) {
            for (const char value : {'\xff', '\x00'}) {
                raw.seek(at + offset);
                raw.write(&value, 1);
                raw.flush();
                const auto bytes = RandomAccessFile::open(path);
                PERIHELION_VERIFY_RESULT(bytes);
                const auto table = walkChunkTable(**bytes, 0, description);
                refused += table ? 0 : 1;
                if (table) {
                    QCOMPARE(table->chunks.size(), std::size_t{402});
                }
            }
            raw.seek(at + offset);
            raw.write(whole.constData() + at + offset, 1);
            raw.flush();
        }
        QVERIFY(refused >= 8);
        // Cut off in the index.
        for (const qsizetype length : {at + 5, at + 30, at + 100}) {
            QVERIFY(raw.resize(length));
            const auto bytes = RandomAccessFile::open(path);
            PERIHELION_VERIFY_RESULT(bytes);
            const auto table = walkChunkTable(**bytes, 0, description);
            QVERIFY(!table);
            raw.seek(0);
            raw.write(whole);
            raw.flush();
        }
    }
}

void TestChunkTable::realRecordingsWalk_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("dataset");
    QTest::newRow("evio") << QStringLiteral("evio_chunked_gzip.h5") << QStringLiteral("/events/t");
    QTest::newRow("dsec") << QStringLiteral("dsec_blosc_zstd.h5") << QStringLiteral("/events/x");
    QTest::newRow("m3ed") << QStringLiteral("m3ed_lzf.h5") << QStringLiteral("/prophesee/left/p");
    QTest::newRow("mvsec") << QStringLiteral("mvsec_davis_left.hdf5") << QStringLiteral("/davis/left/events");
    QTest::newRow("monash") << QStringLiteral("monash_e2vid_xs_ys_ts_ps.h5") << QStringLiteral("/events/ts");
    QTest::newRow("v2e") << QStringLiteral("v2e_Nx4_uint32.h5") << QStringLiteral("/events");
    QTest::newRow("rvt") << QStringLiteral("rvt_events_height_width.h5") << QStringLiteral("/events/y");
    QTest::newRow("tonic") << QStringLiteral("tonic_cache_0_0.hdf5") << QStringLiteral("/data/0");
    QTest::newRow("metavision") << QStringLiteral("metavision_ecf_640x480.hdf5")
                                << QStringLiteral("/CD/events");
}

void TestChunkTable::realRecordingsWalk()
{
    QFETCH(QString, file);
    QFETCH(QString, dataset);
    PERIHELION_SHARED_DATA_OR_SKIP(path, QString(u"recordings/" % file));
    const auto opened = Hdf5File::open(path);
    PERIHELION_VERIFY_RESULT(opened);
    const auto description = (*opened)->describe(dataset.toStdString());
    PERIHELION_VERIFY_RESULT(description);
    const auto table = (*opened)->chunkTable(*description);
    PERIHELION_VERIFY_RESULT(table);
    QVERIFY(table->walked);
    const std::vector<LibraryChunk> expected = libraryChunks(path, *description);
    QCOMPARE(expected.size(), table->chunks.size());
    for (const LibraryChunk& chunk : expected) {
        const ChunkLocation& location = table->at(chunk.row, static_cast<std::uint32_t>(chunk.column));
        std::vector<std::byte> stored(location.sizeBytes);
        PERIHELION_VERIFY_RESULT((*opened)->bytes()->readExactly(location.address, stored));
        QCOMPARE(stored, chunk.stored);
        QCOMPARE(location.filterMask, chunk.mask);
    }
}

QTEST_GUILESS_MAIN(TestChunkTable)
#include "tst_chunk_table.moc"
