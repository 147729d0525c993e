// SPDX-License-Identifier: GPL-3.0-or-later
// What describe says of types, storage and filters, and rows that only the HDF5 library can read.

#include "datasets/hdf5/filter_pipeline.h"
#include "datasets/hdf5/hdf5_file.h"
#include "tests/support/hdf5_fixtures.h"
#include "tests/support/test_support.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cstring>

#include <sys/stat.h>

using namespace perihelion;
using namespace perihelion::test;

namespace {

/// Files, groups, datasets, types and attributes that are open in the library.
ssize_t openObjects()
{
    return H5Fget_obj_count(static_cast<hid_t>(H5F_OBJ_ALL), H5F_OBJ_ALL);
}

} // namespace

class TestHdf5Description : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void describesTypes();
    void describesStorage();
    void labelsOfFilters();
    void readsThroughTheLibrary_data();
    void readsThroughTheLibrary();
    void unknownFilterIsDescribed();
    void ecfChunksTooLongForTheLibrary();
    void linkedFileIsLeftToTheLibrary();
    void pipesBehindLinksDoNotHoldUs();
    void leavesNothingOpenInTheLibrary();

private:
    QString m_path;
    QScopedPointer<QTemporaryDir> m_folder;
};

void TestHdf5Description::init()
{
    m_folder.reset(new QTemporaryDir);
    m_path = m_folder->filePath(QStringLiteral("one file.h5"));
}

void TestHdf5Description::describesTypes()
{
    struct Expected {
        H5::DataType type;
        ScalarType scalar;
        bool bigEndian;
    };
    H5::EnumType boolean(H5::PredType::NATIVE_INT8);
    std::int8_t value = 0;
    boolean.insert("FALSE", &value);
    value = 1;
    boolean.insert("TRUE", &value);
    const std::vector<Expected> types{
        {H5::PredType::STD_I8LE, ScalarType::I8, false},
        {H5::PredType::STD_U8LE, ScalarType::U8, false},
        {H5::PredType::STD_I16BE, ScalarType::I16, true},
        {H5::PredType::STD_U16LE, ScalarType::U16, false},
        {H5::PredType::STD_I32LE, ScalarType::I32, false},
        {H5::PredType::STD_U32BE, ScalarType::U32, true},
        {H5::PredType::STD_I64LE, ScalarType::I64, false},
        {H5::PredType::STD_U64LE, ScalarType::U64, false},
        {H5::PredType::IEEE_F32BE, ScalarType::F32, true},
        {H5::PredType::IEEE_F64LE, ScalarType::F64, false},
        {boolean, ScalarType::I8, false},
        {H5::PredType::STD_B8LE, ScalarType::U8, false},
        {H5::StrType(H5::PredType::C_S1, 5), ScalarType::Unsupported, false},
    };
    {
        H5::H5File file = createFile(m_path);
        for (std::size_t index = 0; index < types.size(); ++index) {
            FixtureDataset dataset;
            dataset.path = "/d" + std::to_string(index);
            dataset.type = types[index].type;
            createDataset(file, dataset);
        }
        H5::CompType record(std::size_t{24});
        record.insertMember("x", 2, H5::PredType::STD_U16LE);
        record.insertMember("on", 4, boolean);
        record.insertMember("name", 5, H5::StrType(H5::PredType::C_S1, 3));
        record.insertMember("t", 8, H5::PredType::STD_I64BE);
        FixtureDataset dataset;
        dataset.path = "/record";
        dataset.type = record;
        createDataset(file, dataset);
    }
    const auto file = Hdf5File::open(m_path);
    PERIHELION_VERIFY_RESULT(file);
    for (std::size_t index = 0; index < types.size(); ++index) {
        const auto description = (*file)->describe("/d" + std::to_string(index));
        PERIHELION_VERIFY_RESULT(description);
        QCOMPARE(description->members.size(), std::size_t{1});
        QCOMPARE(description->members.front().type, types[index].scalar);
        QCOMPARE(description->members.front().bigEndian, types[index].bigEndian);
        if (types[index].scalar != ScalarType::Unsupported) {
            QCOMPARE(description->recordBytes, scalarSize(types[index].scalar));
        }
    }
    const auto record = (*file)->describe("/record");
    PERIHELION_VERIFY_RESULT(record);
    QCOMPARE(record->recordBytes, 24U);
    QCOMPARE(record->members.size(), std::size_t{4});
    QCOMPARE(record->members[0].name, std::string("x"));
    QCOMPARE(record->members[0].offset, 2U);
    QCOMPARE(record->members[1].type, ScalarType::I8);
    QCOMPARE(record->members[2].type, ScalarType::Unsupported);
    QCOMPARE(record->members[3].offset, 8U);
    QVERIFY(record->members[3].bigEndian);
    QCOMPARE(scalarName(record->members[3].type), QStringLiteral("int64"));
    const auto missing = (*file)->describe("/nothing");
    QVERIFY(!missing);
    QCOMPARE(missing.error().subject, m_path);
}

void TestHdf5Description::describesStorage()
{
    const std::vector<std::byte> content = eventLikeBytes(8000);
    {
        FixtureFile options;
        options.userBlockBytes = 512;
        H5::H5File file = createFile(m_path, options);
        FixtureDataset dataset;
        dataset.path = "/contiguous";
        dataset.chunk = {};
        createDataset(file, dataset, content);
        dataset.path = "/unwritten";
        createDataset(file, dataset);
        dataset.path = "/table";
        dataset.extent = {250, 4};
        dataset.chunk = {100, 3};
        createDataset(file, dataset, content);
        dataset.path = "/cube";
        dataset.extent = {10, 10, 10};
        dataset.chunk = {10, 10, 1};
        createDataset(file, dataset, content);
        dataset.path = "/compact";
        dataset.extent = {1000};
        dataset.chunk = {};
        dataset.filters = [](H5::DSetCreatPropList& creation) { creation.setLayout(H5D_COMPACT); };
        createDataset(file, dataset, content);
        dataset.path = "/empty";
        dataset.extent = {0};
        dataset.maxExtent = {H5S_UNLIMITED};
        dataset.chunk = {100};
        dataset.filters = nullptr;
        createDataset(file, dataset);
        const std::int64_t offset = 77;
        file.createDataSet("/scalar", H5::PredType::STD_I64LE, H5::DataSpace(H5S_SCALAR))
            .write(&offset, H5::PredType::STD_I64LE);
        file.createDataSet("/null", H5::PredType::STD_I64LE, H5::DataSpace(H5S_NULL));
    }
    const auto file = Hdf5File::open(m_path);
    PERIHELION_VERIFY_RESULT(file);
    const auto describe = [&file](const char* path) { return (*file)->describe(path).value(); };
    QCOMPARE(describe("/contiguous").kind, StorageKind::Contiguous);
    QCOMPARE(describe("/contiguous").storageBytes, std::uint64_t{8000});
    QVERIFY(describe("/contiguous").contiguousAddress > 512);
    QCOMPARE(describe("/unwritten").kind, StorageKind::LibraryOnly);
    QCOMPARE(describe("/compact").kind, StorageKind::Compact);
    QCOMPARE(describe("/cube").kind, StorageKind::LibraryOnly);
    QCOMPARE(describe("/cube").rank, 3);
    QCOMPARE(describe("/cube").rows, std::uint64_t{0});
    QCOMPARE(describe("/scalar").rank, 0);
    QCOMPARE(describe("/scalar").rows, std::uint64_t{1});
    QCOMPARE(describe("/null").rows, std::uint64_t{0});
    QCOMPARE(describe("/empty").rows, std::uint64_t{0});
    QCOMPARE((*file)->chunkTable(describe("/empty"))->chunks.size(), std::size_t{0});
    const DatasetDescription table = describe("/table");
    QCOMPARE(table.kind, StorageKind::Chunked);
    QCOMPARE(table.columns, 4U);
    QCOMPARE(table.chunkGridRows(), std::uint64_t{3});
    QCOMPARE(table.chunkGridColumns(), 2U);
    for (const char* path : {"/contiguous", "/compact", "/table"}) {
        const auto whole = readWhole(**file, describe(path));
        PERIHELION_VERIFY_RESULT(whole);
        QCOMPARE(*whole, content);
    }
    // Rows that nobody wrote are the fill value; rows that there are not are refused.
    std::vector<std::byte> rows(80, std::byte{1});
    PERIHELION_VERIFY_RESULT((*file)->readRows(describe("/unwritten"), 990, 10, rows));
    QCOMPARE(rows, std::vector<std::byte>(80));
    QCOMPARE((*file)->readRows(describe("/unwritten"), 991, 10, rows).error().code,
             ErrorCode::InvalidArgument);
    QCOMPARE((*file)->readRows(describe("/unwritten"), 0, 9, rows).error().code, ErrorCode::InvalidArgument);
    QCOMPARE((*file)->readRows(describe("/cube"), 0, 10, rows).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(std::get<std::vector<std::int64_t>>(*(*file)->readSmall("/scalar")),
             std::vector<std::int64_t>{77});
}

void TestHdf5Description::labelsOfFilters()
{
    QCOMPARE(filterLabel({1, 0, {1}}), QStringLiteral("deflate 1"));
    QCOMPARE(filterLabel({2, 0, {8}}), QStringLiteral("shuffle"));
    QCOMPARE(filterLabel({3, 0, {}}), QStringLiteral("Fletcher32"));
    QCOMPARE(filterLabel({32000, 0, {}}), QStringLiteral("LZF"));
    QCOMPARE(filterLabel({32001, 0, {2, 2, 8, 800000, 1, 1, 5}}), QStringLiteral("Blosc (zstd 1, shuffle)"));
    QCOMPARE(filterLabel({32001, 0, {2, 2, 8, 800000, 5, 2, 1}}),
             QStringLiteral("Blosc (lz4 5, bit shuffle)"));
    QCOMPARE(filterLabel({32008, 0, {0, 3, 8, 0, 2}}), QStringLiteral("bitshuffle (lz4)"));
    QCOMPARE(filterLabel({32015, 0, {3}}), QStringLiteral("Zstandard 3"));
    QCOMPARE(filterLabel({36559, 1, {}}), QStringLiteral("filter 36559 (ECF)"));
    QCOMPARE(filterName(32026), QStringLiteral("Blosc2"));
    QCOMPARE(filterName(1234), QStringLiteral("unknown"));
}

void TestHdf5Description::readsThroughTheLibrary_data()
{
    QTest::addColumn<std::function<void(H5::DSetCreatPropList&)>>("filters");
    using Adder = std::function<void(H5::DSetCreatPropList&)>;
    QTest::newRow("scale-offset") << Adder([](H5::DSetCreatPropList& creation) {
        H5Pset_scaleoffset(creation.getId(), H5Z_SO_INT, H5Z_SO_INT_MINBITS_DEFAULT);
    });
    QTest::newRow("N-bit") << Adder([](H5::DSetCreatPropList& creation) { creation.setNbit(); });
    QTest::newRow("N-bit, deflate") << Adder([](H5::DSetCreatPropList& creation) {
        creation.setNbit();
        creation.setDeflate(3);
    });
    if (H5Zfilter_avail(H5Z_FILTER_SZIP) > 0) {
        QTest::newRow("szip") << Adder(
            [](H5::DSetCreatPropList& creation) { creation.setSzip(H5_SZIP_NN_OPTION_MASK, 8); });
    }
}

void TestHdf5Description::readsThroughTheLibrary()
{
    QFETCH(std::function<void(H5::DSetCreatPropList&)>, filters);
    // 20-bit signed numbers, so that N-bit has something to leave out and a sign to put back.
    std::vector<std::int32_t> numbers(2500);
    for (std::size_t index = 0; index < numbers.size(); ++index) {
        numbers[index] = static_cast<std::int32_t>(index * 300 % 900'000) - 400'000;
    }
    H5::IntType twentyBits(H5::PredType::STD_I32LE);
    twentyBits.setPrecision(20);
    for (const H5::DataType& type : {static_cast<const H5::DataType&>(H5::PredType::STD_I32LE),
                                     static_cast<const H5::DataType&>(twentyBits)}) {
        {
            H5::H5File file = createFile(m_path);
            FixtureDataset dataset;
            dataset.type = type;
            dataset.extent = {numbers.size()};
            dataset.chunk = {320};
            dataset.filters = filters;
            createDataset(file, dataset).write(numbers.data(), H5::PredType::NATIVE_INT32);
        }
        const auto file = Hdf5File::open(m_path);
        PERIHELION_VERIFY_RESULT(file);
        const auto description = (*file)->describe("/t");
        PERIHELION_VERIFY_RESULT(description);
        QCOMPARE(description->members.front().type, ScalarType::I32);
        const auto pipeline = FilterPipeline::create(*description);
        PERIHELION_VERIFY_RESULT(pipeline);
        QVERIFY(pipeline->needsLibrary());
        const auto whole = readWhole(**file, *description);
        PERIHELION_VERIFY_RESULT(whole);
        QCOMPARE(whole->size(), numbers.size() * 4);
        QVERIFY(std::memcmp(whole->data(), numbers.data(), whole->size()) == 0);
    }
}

void TestHdf5Description::unknownFilterIsDescribed()
{
    {
        H5::H5File file = createFile(m_path);
        FixtureDataset dataset;
        dataset.extent = {100};
        dataset.filters = [](H5::DSetCreatPropList& creation) {
            const unsigned values[2] = {5, 6};
            creation.setFilter(32026, H5Z_FLAG_OPTIONAL, 2, values);
        };
        createDataset(file, dataset, eventLikeBytes(800));
    }
    const auto file = Hdf5File::open(m_path);
    PERIHELION_VERIFY_RESULT(file);
    const auto description = (*file)->describe("/t");
    PERIHELION_VERIFY_RESULT(description);
    QCOMPARE(description->filters.size(), std::size_t{1});
    QCOMPARE(description->filters.front().id, 32026U);
    QCOMPARE(description->filters.front().clientValues, (std::vector<std::uint32_t>{5, 6}));
    std::vector<std::byte> rows(800);
    const auto read = (*file)->readRows(*description, 0, 100, rows);
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::UnsupportedFilter);
    QVERIFY(read.error().message.contains(u"filter 32026 (Blosc2)"));
    QCOMPARE(read.error().subject, m_path);
}

void TestHdf5Description::ecfChunksTooLongForTheLibrary()
{
    {
        H5::H5File file = createFile(m_path);
        H5::CompType record(std::size_t{16});
        record.insertMember("t", 8, H5::PredType::STD_I64LE);
        FixtureDataset dataset;
        dataset.type = record;
        dataset.extent = {60};
        dataset.maxExtent = {H5S_UNLIMITED};
        dataset.chunk = {100'000};
        dataset.filters = [](H5::DSetCreatPropList& creation) {
            creation.setFilter(36559, H5Z_FLAG_OPTIONAL, 0, nullptr);
        };
        createDataset(file, dataset);
    }
    const auto file = Hdf5File::open(m_path);
    PERIHELION_VERIFY_RESULT(file);
    const auto description = (*file)->describe("/t");
    PERIHELION_VERIFY_RESULT(description);
    std::vector<std::byte> rows(std::size_t{60} * 16);
    QCOMPARE((*file)->readRows(*description, 0, 60, rows).error().code, ErrorCode::Corrupt);
    QCOMPARE((*file)->readSmall("/t").error().code, ErrorCode::Corrupt);
}

void TestHdf5Description::linkedFileIsLeftToTheLibrary()
{
    const QString other = m_folder->filePath(QStringLiteral("other.h5"));
    const std::vector<std::byte> content = eventLikeBytes(8000);
    {
        H5::H5File file = createFile(other);
        createDataset(file, {}, content);
    }
    {
        const H5::H5File file = createFile(m_path);
        H5Lcreate_external("other.h5", "/t", file.getId(), "/linked", H5P_DEFAULT, H5P_DEFAULT);
    }
    const auto file = Hdf5File::open(m_path);
    PERIHELION_VERIFY_RESULT(file);
    const auto description = (*file)->describe("/linked");
    PERIHELION_VERIFY_RESULT(description);
    // Its addresses are those of another file.
    QCOMPARE(description->kind, StorageKind::LibraryOnly);
    const auto whole = readWhole(**file, *description);
    PERIHELION_VERIFY_RESULT(whole);
    QCOMPARE(*whole, content);
}

void TestHdf5Description::pipesBehindLinksDoNotHoldUs()
{
    // Opening a named pipe waits for somebody to write to it, with the library's lock held.
    const QByteArray pipe = QFile::encodeName(m_folder->filePath(QStringLiteral("pipe")));
    QCOMPARE(::mkfifo(pipe.constData(), 0600), 0);
    {
        H5::H5File file = createFile(m_path);
        H5Lcreate_external(pipe.constData(), "/t", file.getId(), "/linked", H5P_DEFAULT, H5P_DEFAULT);
        file.createGroup("/events");
        const hsize_t rows = 100;
        const H5::DataSpace space(1, &rows);
        H5::DSetCreatPropList external;
        external.setExternal(pipe.constData(), 0, rows * sizeof(std::int64_t));
        file.createDataSet("/events/t", H5::PredType::STD_I64LE, space, external);
        H5::DSetCreatPropList virtualSet;
        H5Pset_virtual(virtualSet.getId(), space.getId(), pipe.constData(), "/t", space.getId());
        file.createDataSet("/events/x", H5::PredType::STD_I64LE, space, virtualSet);
    }
    const auto file = Hdf5File::open(m_path);
    PERIHELION_VERIFY_RESULT(file);
    QVERIFY(!(*file)->describe("/linked"));
    QVERIFY((*file)->walk());
    const auto external = (*file)->describe("/events/t");
    QVERIFY(!external);
    QCOMPARE(external.error().code, ErrorCode::Corrupt);
    QVERIFY(external.error().message.contains(u"no ordinary file"));
    QVERIFY(!(*file)->readSmall("/events/t", 100));
    const auto virtualSet = (*file)->describe("/events/x");
    if (virtualSet) { // Without its source it has its fill value, or nothing.
        std::vector<std::byte> rows(std::size_t{100} * 8);
        (void)(*file)->readRows(*virtualSet, 0, 100, rows);
    }
}

void TestHdf5Description::leavesNothingOpenInTheLibrary()
{
    {
        H5::H5File file = createFile(m_path);
        FixtureDataset dataset;
        H5::CompType record(std::size_t{16});
        record.insertMember("t", 0, H5::PredType::STD_I64LE);
        record.insertMember("x", 8, H5::PredType::STD_U16LE);
        dataset.path = "/records";
        dataset.type = record;
        createDataset(file, dataset, eventLikeBytes(16000));
        dataset.path = "/numbers";
        dataset.type = H5::PredType::STD_I64LE;
        createDataset(file, dataset, eventLikeBytes(8000));
    }
    const auto readAll = [this] {
        const auto file = Hdf5File::open(m_path);
        QVERIFY(file);
        for (const char* path : {"/records", "/numbers"}) {
            const auto description = (*file)->describe(path);
            QVERIFY(description);
            std::vector<std::byte> rows(std::size_t{description->recordBytes} * 10);
            QVERIFY((*file)->readRows(*description, 0, 10, rows));
            QVERIFY((*file)->chunkTable(*description));
        }
    };
    readAll(); // What the library opens once and keeps is there after this.
    const ssize_t before = openObjects();
    for (int time = 0; time < 20; ++time) {
        readAll();
    }
    QCOMPARE(openObjects(), before);
}

QTEST_GUILESS_MAIN(TestHdf5Description)
#include "tst_hdf5_description.moc"
