// SPDX-License-Identifier: GPL-3.0-or-later
// Files that Hdf5Writer makes, read back by h5py; its failures leave nothing behind.
#include "datasets/hdf5/filter_pipeline.h"
#include "datasets/hdf5/hdf5_file.h"
#include "datasets/hdf5/hdf5_writer.h"
#include "tests/support/h5py.h"
#include "tests/support/unprivileged.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

#include <sys/resource.h>

using namespace perihelion;

namespace {

/// Values that compress in part: repeated, ascending, scattered.
template <typename T>
std::vector<T> columnOf(std::size_t rows)
{
    std::vector<T> values(rows);
    std::uint64_t state = 88172645463325252U;
    for (std::size_t i = 0; i < rows; ++i) {
        state ^= state << 13U;
        state ^= state >> 7U;
        state ^= state << 17U;
        values[i] = static_cast<T>(i % 3000 < 1000 ? 5 : i % 3000 < 2000 ? i : state);
    }
    return values;
}

template <typename T>
Result<void> writeColumn(Hdf5Writer& writer, ColumnPlan plan, const std::vector<T>& values, std::size_t block)
{
    plan.rows = values.size();
    const auto id = writer.addColumn(plan);
    if (!id) {
        return id.error();
    }
    for (std::size_t at = 0; at < values.size(); at += block) {
        const std::size_t count = std::min(block, values.size() - at);
        if (auto written = writer.append<T>(*id, std::span(values).subspan(at, count)); !written) {
            return written;
        }
    }
    return {};
}

template <typename T>
QString rawFile(const QTemporaryDir& folder, const QString& name, const std::vector<T>& values)
{
    QFile file(folder.filePath(name));
    const auto bytes = static_cast<qint64>(values.size() * sizeof(T));
    return file.open(QIODevice::WriteOnly) &&
                   file.write(reinterpret_cast<const char*>(values.data()), bytes) == bytes
               ? file.fileName()
               : QString();
}

/// Whether our own reader decodes the column's chunks to these values.
template <typename T>
bool decodesTo(const QString& path, const std::string& column, const std::vector<T>& values)
{
    const auto file = Hdf5File::open(path);
    const auto description = file ? (*file)->describe(column) : Result<DatasetDescription>(file.error());
    if (!description) {
        return false;
    }
    const auto table = (*file)->chunkTable(*description);
    const auto pipeline = FilterPipeline::create(*description);
    if (!table || !pipeline) {
        return false;
    }
    ChunkDecoder decoder;
    std::vector<T> decoded(static_cast<std::size_t>(description->chunkGridRows() * description->chunkRows));
    std::span<std::byte> rest = std::as_writable_bytes(std::span(decoded));
    for (const ChunkLocation& chunk : table->chunks) {
        const auto stored = decoder.storedBuffer(chunk.sizeBytes);
        const auto target = rest.first(pipeline->chunkBytes());
        if (!(*file)->bytes()->readExactly(chunk.address, stored) ||
            !decoder.decode(*pipeline, stored, chunk.filterMask, target)) {
            return false;
        }
        rest = rest.subspan(target.size());
    }
    decoded.resize(values.size());
    return decoded == values;
}

QStringList entriesOf(const QString& folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
}

} // namespace

class TestHdf5Writer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void columnsReadBack_data();
    void columnsReadBack();
    void incompressibleChunksAreStoredAsTheyAre();
    void attributesReadBack();
    void emptyColumn();
    void nothingAppearsWithoutCommit();
    void missingRowsAreRefused();
    void tooManyRowsAreRefused();
    void existingFileIsReplacedOnlyWhenWhole();
    void missingFolder();
    void folderInTheWay();
    void forbiddenFolder();
    void noRoom();
    void filterNames();
};

void TestHdf5Writer::columnsReadBack_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<quint64>("chunkRows");
    QTest::addColumn<int>("level");
    for (const QString& filter : chunkFilterNames()) {
        const int highest = maximumLevel(*chunkFilterFromName(filter));
        QTest::addRow("%s", qPrintable(filter)) << filter << quint64{1000} << 1;
        QTest::addRow("%s at its highest level", qPrintable(filter)) << filter << quint64{4096} << highest;
        QTest::addRow("%s in one chunk", qPrintable(filter)) << filter << quint64{1'000'000} << 1;
        QTest::addRow("%s in tiny chunks", qPrintable(filter)) << filter << quint64{7} << 1;
    }
    QTest::newRow("contiguous") << QStringLiteral("none") << quint64{0} << 0;
}

void TestHdf5Writer::columnsReadBack()
{
    QFETCH(const QString, filter);
    QFETCH(const quint64, chunkRows);
    QFETCH(const int, level);
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("columns.h5"));
    constexpr std::size_t kRows = 10'007;
    const auto i64 = columnOf<std::int64_t>(kRows);
    const auto u64 = columnOf<std::uint64_t>(kRows);
    const auto u16 = columnOf<std::uint16_t>(kRows);
    const auto i8 = columnOf<std::int8_t>(kRows);
    const auto u8 = columnOf<std::uint8_t>(kRows);
    {
        auto writer = Hdf5Writer::create(path);
        PERIHELION_VERIFY_RESULT(writer);
        ColumnPlan plan;
        plan.chunkRows = chunkRows;
        plan.filter = *chunkFilterFromName(filter);
        plan.level = level;
        const auto with = [&plan](const char* name, ColumnType type) {
            plan.path = name;
            plan.type = type;
            return plan;
        };
        // Appended in pieces that divide no chunk, in one piece, and in single rows.
        PERIHELION_VERIFY_RESULT(writeColumn(**writer, with("/a/deep/i64", ColumnType::Int64), i64, 333));
        PERIHELION_VERIFY_RESULT(writeColumn(**writer, with("/a/u64", ColumnType::UInt64), u64, kRows));
        PERIHELION_VERIFY_RESULT(writeColumn(**writer, with("/a/u16", ColumnType::UInt16), u16, 5000));
        PERIHELION_VERIFY_RESULT(writeColumn(**writer, with("/i8", ColumnType::Int8), i8, 1));
        PERIHELION_VERIFY_RESULT(writeColumn(**writer, with("/u8", ColumnType::UInt8), u8, 1000));
        const auto size = (*writer)->commit();
        PERIHELION_VERIFY_RESULT(size);
        QCOMPARE(*size, static_cast<std::uint64_t>(QFileInfo(path).size()));
    }
    QCOMPARE(entriesOf(folder.path()), QStringList{QStringLiteral("columns.h5")});
    if (chunkRows > 0) {
        QVERIFY(decodesTo(path, "/a/deep/i64", i64));
        QVERIFY(decodesTo(path, "/a/u64", u64));
        QVERIFY(decodesTo(path, "/a/u16", u16));
        QVERIFY(decodesTo(path, "/i8", i8));
        QVERIFY(decodesTo(path, "/u8", u8));
    }
    PERIHELION_H5PY_OR_SKIP();
    const auto answer = test::runH5py(
        QStringLiteral(
            "f = h5py.File(sys.argv[1], 'r')\n"
            "plan = f['u8'].id.get_create_plist()\n"
            "if not all(h5py.h5z.filter_avail(plan.get_filter(i)[0]) for i in range(plan.get_nfilters())):\n"
            "    print('no filter')\n"
            "    sys.exit()\n"
            "for name, kind, raw in zip(*[iter(sys.argv[2:])] * 3):\n"
            "    column = f[name]\n"
            "    assert column.dtype == np.dtype(kind), (name, column.dtype)\n"
            "    assert np.array_equal(column[:], np.fromfile(raw, kind)), name\n"
            "    assert column[5000] == np.fromfile(raw, kind)[5000], name\n"
            "print(json.dumps(column.chunks))"),
        {path, QStringLiteral("a/deep/i64"), QStringLiteral("<i8"), rawFile(folder, QStringLiteral("1"), i64),
         QStringLiteral("a/u64"), QStringLiteral("<u8"), rawFile(folder, QStringLiteral("2"), u64),
         QStringLiteral("a/u16"), QStringLiteral("<u2"), rawFile(folder, QStringLiteral("3"), u16),
         QStringLiteral("i8"), QStringLiteral("i1"), rawFile(folder, QStringLiteral("4"), i8),
         QStringLiteral("u8"), QStringLiteral("u1"), rawFile(folder, QStringLiteral("5"), u8)});
    QVERIFY2(answer.succeeded, qPrintable(answer.errors));
    if (answer.output == u"no filter") {
        // The system has no plugin for it; these four need none.
        QVERIFY(filter != u"none" && filter != u"deflate" && filter != u"shuffle-deflate" &&
                filter != u"lzf");
        return;
    }
    const QString chunks =
        chunkRows == 0 ? QStringLiteral("null") : QStringLiteral("[%1]").arg(qMin<quint64>(chunkRows, kRows));
    QCOMPARE(answer.output, chunks);
}

void TestHdf5Writer::incompressibleChunksAreStoredAsTheyAre()
{
    PERIHELION_H5PY_OR_SKIP();
    std::vector<std::uint64_t> scattered(4096);
    std::uint64_t state = 1;
    for (std::uint64_t& value : scattered) {
        state ^= state << 13U;
        state ^= state >> 7U;
        state ^= state << 17U;
        value = state * 0x2545'F491'4F6C'DD1DU;
    }
    for (const QString& filter : chunkFilterNames()) {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("scattered.h5"));
        auto writer = Hdf5Writer::create(path);
        PERIHELION_VERIFY_RESULT(writer);
        ColumnPlan plan;
        plan.path = "/v";
        plan.type = ColumnType::UInt64;
        plan.chunkRows = 1024;
        plan.filter = *chunkFilterFromName(filter);
        PERIHELION_VERIFY_RESULT(writeColumn(**writer, plan, scattered, 4096));
        PERIHELION_VERIFY_RESULT((*writer)->commit());
        const auto answer =
            test::runH5py(QStringLiteral("v = h5py.File(sys.argv[1], 'r')['v']\n"
                                         "assert np.array_equal(v[:], np.fromfile(sys.argv[2], '<u8'))\n"
                                         "print(v.id.get_storage_size())"),
                          {path, rawFile(folder, QStringLiteral("raw"), scattered)});
        QVERIFY2(answer.succeeded, qPrintable(filter + answer.errors));
        QCOMPARE(answer.output, QStringLiteral("32768"));
    }
}

void TestHdf5Writer::attributesReadBack()
{
    PERIHELION_H5PY_OR_SKIP();
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("attributes.h5"));
    auto writer = Hdf5Writer::create(path);
    PERIHELION_VERIFY_RESULT(writer);
    ColumnPlan plan;
    plan.path = "/g/c";
    PERIHELION_VERIFY_RESULT(writeColumn(**writer, plan, std::vector<std::int64_t>{1, 2}, 2));
    PERIHELION_VERIFY_RESULT((*writer)->setAttribute("/", "whole", std::int64_t{-5}));
    PERIHELION_VERIFY_RESULT((*writer)->setAttribute("/", "natural", std::uint64_t{18446744073709551615U}));
    PERIHELION_VERIFY_RESULT((*writer)->setAttribute("/g", "real", 0.25));
    PERIHELION_VERIFY_RESULT((*writer)->setAttribute("/g/c", "text", std::string("µs")));
    PERIHELION_VERIFY_RESULT((*writer)->setAttribute("/", "list", std::vector<std::int64_t>{3, 1, 2}));
    QVERIFY(!(*writer)->setAttribute("/missing", "text", std::string("x")));
    PERIHELION_VERIFY_RESULT((*writer)->commit());
    const auto answer = test::runH5py(
        QStringLiteral(
            "f = h5py.File(sys.argv[1], 'r')\n"
            "assert f.attrs['natural'] == np.uint64(18446744073709551615)\n"
            "print(json.dumps([int(f.attrs['whole']), f['g'].attrs['real'], f['g/c'].attrs['text'],\n"
            "                  f.attrs['list'].tolist()]))"),
        {path});
    QVERIFY2(answer.succeeded, qPrintable(answer.errors));
    QCOMPARE(answer.output, QStringLiteral("[-5, 0.25, \"\\u00b5s\", [3, 1, 2]]"));
}

void TestHdf5Writer::emptyColumn()
{
    PERIHELION_H5PY_OR_SKIP();
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("empty.h5"));
    auto writer = Hdf5Writer::create(path);
    PERIHELION_VERIFY_RESULT(writer);
    ColumnPlan plan;
    plan.path = "/events/t";
    plan.chunkRows = 100;
    PERIHELION_VERIFY_RESULT(writeColumn(**writer, plan, std::vector<std::int64_t>{}, 1));
    PERIHELION_VERIFY_RESULT((*writer)->commit());
    const auto answer =
        test::runH5py(QStringLiteral("print(h5py.File(sys.argv[1], 'r')['events/t'].shape)"), {path});
    QCOMPARE(answer.output, QStringLiteral("(0,)"));
}

void TestHdf5Writer::nothingAppearsWithoutCommit()
{
    const QTemporaryDir folder;
    {
        auto writer = Hdf5Writer::create(folder.filePath(QStringLiteral("never.h5")));
        PERIHELION_VERIFY_RESULT(writer);
        ColumnPlan plan;
        plan.path = "/t";
        plan.chunkRows = 10;
        PERIHELION_VERIFY_RESULT(writeColumn(**writer, plan, std::vector<std::int64_t>(100), 100));
    }
    QVERIFY(entriesOf(folder.path()).isEmpty());
}

void TestHdf5Writer::missingRowsAreRefused()
{
    const QTemporaryDir folder;
    {
        auto writer = Hdf5Writer::create(folder.filePath(QStringLiteral("short.h5")));
        PERIHELION_VERIFY_RESULT(writer);
        ColumnPlan plan;
        plan.path = "/t";
        plan.rows = 3;
        PERIHELION_VERIFY_RESULT((*writer)->addColumn(plan));
        const auto committed = (*writer)->commit();
        QVERIFY(!committed);
        QCOMPARE(committed.error().code, ErrorCode::Internal);
        QVERIFY2(committed.error().message.contains(u"/t has 0 rows instead of 3"),
                 qPrintable(committed.error().message));
    }
    QVERIFY(entriesOf(folder.path()).isEmpty());
}

void TestHdf5Writer::tooManyRowsAreRefused()
{
    const QTemporaryDir folder;
    auto writer = Hdf5Writer::create(folder.filePath(QStringLiteral("long.h5")));
    PERIHELION_VERIFY_RESULT(writer);
    ColumnPlan plan;
    plan.path = "/t";
    plan.rows = 3;
    const auto id = (*writer)->addColumn(plan);
    PERIHELION_VERIFY_RESULT(id);
    const std::vector<std::int64_t> four(4);
    const auto appended = (*writer)->append<std::int64_t>(*id, four);
    QVERIFY(!appended);
    QCOMPARE(appended.error().code, ErrorCode::Internal);
    plan.path = "/big";
    plan.rows = plan.chunkRows = std::uint64_t{1} << 40U;
    const auto big = (*writer)->addColumn(plan);
    QVERIFY(!big);
    QCOMPARE(big.error().code, ErrorCode::InvalidArgument);
}

void TestHdf5Writer::existingFileIsReplacedOnlyWhenWhole()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("kept.h5"));
    QFile old(path);
    QVERIFY(old.open(QIODevice::WriteOnly) && old.write("old") == 3);
    old.close();
    {
        auto abandoned = Hdf5Writer::create(path);
        PERIHELION_VERIFY_RESULT(abandoned);
    }
    QVERIFY(old.open(QIODevice::ReadOnly));
    QCOMPARE(old.readAll(), QByteArray("old"));
    old.close();
    auto writer = Hdf5Writer::create(path);
    PERIHELION_VERIFY_RESULT(writer);
    PERIHELION_VERIFY_RESULT((*writer)->commit());
    QVERIFY(old.open(QIODevice::ReadOnly));
    QVERIFY(old.read(8).endsWith("HDF\r\n\x1a\n"));
    QCOMPARE(entriesOf(folder.path()), QStringList{QStringLiteral("kept.h5")});
}

void TestHdf5Writer::missingFolder()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("nowhere/file.h5"));
    const auto writer = Hdf5Writer::create(path);
    QVERIFY(!writer);
    QCOMPARE(writer.error().code, ErrorCode::NotFound);
    QCOMPARE(writer.error().subject, path);
}

void TestHdf5Writer::folderInTheWay()
{
    const QTemporaryDir folder;
    const auto writer = Hdf5Writer::create(folder.path());
    QVERIFY(!writer);
    QCOMPARE(writer.error().code, ErrorCode::InvalidArgument);
}

void TestHdf5Writer::forbiddenFolder()
{
    const QTemporaryDir folder;
    QVERIFY(test::openToEverybody(folder.path()));
    const QString closed = folder.filePath(QStringLiteral("closed"));
    QVERIFY(QDir().mkdir(closed));
    QVERIFY(QFile::setPermissions(closed, QFile::ReadOwner | QFile::ExeOwner));
    QVERIFY(test::holdsUnprivileged([&closed] {
        const auto writer = Hdf5Writer::create(QDir(closed).filePath(QStringLiteral("file.h5")));
        return !writer && writer.error().code == ErrorCode::PermissionDenied;
    }));
}

void TestHdf5Writer::noRoom()
{
    const QTemporaryDir folder;
    QVERIFY(test::openToEverybody(folder.path()));
    const QString path = folder.filePath(QStringLiteral("big.h5"));
    for (const quint64 chunkRows : {quint64{0}, quint64{1000}, quint64{100}}) {
        // A child whose files may not grow beyond 300 kB; the file needs 800 kB.
        QVERIFY(test::holdsUnprivileged([&path, chunkRows] {
            std::signal(SIGXFSZ, SIG_IGN);
            const rlimit limit{300'000, 300'000};
            if (setrlimit(RLIMIT_FSIZE, &limit) != 0) {
                return false;
            }
            auto writer = Hdf5Writer::create(path);
            if (!writer) {
                return false;
            }
            ColumnPlan plan;
            plan.path = "/t";
            plan.chunkRows = chunkRows;
            auto written = writeColumn(**writer, plan, columnOf<std::int64_t>(100'000), 777);
            // The failure stays: nothing later can make a damaged file look whole.
            const auto committed = (*writer)->commit();
            return !written && written.error().code == ErrorCode::DiskFull && !committed;
        }));
        QVERIFY(entriesOf(folder.path()).isEmpty());
    }
}

void TestHdf5Writer::filterNames()
{
    for (const QString& name : chunkFilterNames()) {
        const auto filter = chunkFilterFromName(name);
        QVERIFY(filter.has_value());
        QCOMPARE(chunkFilterName(*filter), name);
    }
    QVERIFY(!chunkFilterFromName(QStringLiteral("gzip")));
}

QTEST_GUILESS_MAIN(TestHdf5Writer)
#include "tst_hdf5_writer.moc"
