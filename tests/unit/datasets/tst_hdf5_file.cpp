// SPDX-License-Identifier: GPL-3.0-or-later
// Opening, listing, describing and reading small values; every way a file can be wrong has its own sentence.

#include "datasets/hdf5/filter_pipeline.h"
#include "datasets/hdf5/hdf5_file.h"
#include "tests/support/hdf5_fixtures.h"
#include "tests/support/test_support.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace perihelion;
using namespace perihelion::test;

namespace {

void setAttribute(const H5::H5Object& object, const char* name, const H5::DataType& type,
                  const H5::DataSpace& space, const void* value)
{
    object.createAttribute(name, type, space).write(type, value);
}

template <typename List>
List listOf(const std::optional<SmallValue>& value)
{
    return value && std::holds_alternative<List>(*value) ? std::get<List>(*value) : List();
}

using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;
using Texts = std::vector<std::string>;

} // namespace

class TestHdf5File : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void missingFile();
    void forbiddenFile();
    void folderAndPipe();
    void notHdf5();
    void truncatedFile();
    void damagedFile();
    void lockedFileOpens();
    void listsAndWalks();
    void linksThatLoop();
    void attributesAndSmallDatasets();
    void manyThreads();
    void fileReads();
    void identityFollowsThePath();

private:
    QString m_path;
    QScopedPointer<QTemporaryDir> m_folder;
};

void TestHdf5File::init()
{
    m_folder.reset(new QTemporaryDir);
    m_path = m_folder->filePath(QStringLiteral("one file.h5"));
}

void TestHdf5File::missingFile()
{
    const auto file = Hdf5File::open(m_path);
    QVERIFY(!file);
    QCOMPARE(file.error().code, ErrorCode::NotFound);
    QCOMPARE(file.error().sentence(),
             QString(u"The file cannot be opened because it does not exist: " % m_path));
    // A name whose bytes are not UTF-8 arrives with replacement characters, and the file may well be there.
    const auto unnameable = Hdf5File::open(QString(m_path % QChar(QChar::ReplacementCharacter)));
    QVERIFY(!unnameable);
    QCOMPARE(unnameable.error().code, ErrorCode::NotFound);
    QVERIFY(unnameable.error().message.contains(QStringLiteral("not UTF-8")));
}

void TestHdf5File::forbiddenFile()
{
    {
        const H5::H5File file = createFile(m_path);
    }
    QVERIFY(QFile::setPermissions(m_path, QFileDevice::Permissions()));
    // The superuser may read everything: become nobody for the moment.
    const bool superuser = ::geteuid() == 0;
    QVERIFY(!superuser || ::seteuid(65534) == 0);
    const auto file = Hdf5File::open(m_path);
    QVERIFY(!superuser || ::seteuid(0) == 0);
    QVERIFY(!file);
    QCOMPARE(file.error().code, ErrorCode::PermissionDenied);
    QVERIFY(file.error().message.contains(u"permission"));
}

void TestHdf5File::folderAndPipe()
{
    const auto folder = Hdf5File::open(m_folder->path());
    QVERIFY(!folder);
    QCOMPARE(folder.error().code, ErrorCode::NotHdf5);
    QVERIFY(folder.error().message.contains(u"folder"));
    QCOMPARE(::mkfifo(QFile::encodeName(m_path).constData(), 0600), 0);
    const auto pipe = Hdf5File::open(m_path);
    QVERIFY(!pipe);
    QCOMPARE(pipe.error().code, ErrorCode::NotHdf5);
}

void TestHdf5File::notHdf5()
{
    QFile raw(m_path);
    QVERIFY(raw.open(QIODevice::WriteOnly));
    raw.close();
    const auto empty = Hdf5File::open(m_path);
    QVERIFY(!empty);
    QCOMPARE(empty.error().code, ErrorCode::NotHdf5);
    QVERIFY(empty.error().message.contains(u"empty"));
    QVERIFY(raw.open(QIODevice::WriteOnly));
    raw.write(QByteArray(5000, 'x'));
    raw.close();
    const auto text = Hdf5File::open(m_path);
    QVERIFY(!text);
    QCOMPARE(text.error().code, ErrorCode::NotHdf5);
    QCOMPARE(text.error().message, QStringLiteral("Opening the file failed because it is not an HDF5 file"));
}

void TestHdf5File::truncatedFile()
{
    for (const bool latest : {false, true}) {
        FixtureFile options;
        options.latestFormat = latest;
        {
            H5::H5File file = createFile(m_path, options);
            createDataset(file, {}, eventLikeBytes(8000));
        }
        const qint64 size = QFileInfo(m_path).size();
        for (const qint64 length : {size - 1, size / 2, qint64{60}, qint64{20}, qint64{9}}) {
            QVERIFY(QFile::resize(m_path, length));
            const auto file = Hdf5File::open(m_path);
            QVERIFY(!file);
            QCOMPARE(file.error().code, ErrorCode::Truncated);
        }
    }
}

void TestHdf5File::damagedFile()
{
    {
        H5::H5File file = createFile(m_path);
        createDataset(file, {}, eventLikeBytes(8000));
    }
    QFile raw(m_path);
    QVERIFY(raw.open(QIODevice::ReadWrite));
    raw.seek(96); // the root group's header follows the superblock
    raw.write(QByteArray(40, '\x7f'));
    raw.close();
    const auto file = Hdf5File::open(m_path);
    QVERIFY(!file);
    QCOMPARE(file.error().code, ErrorCode::Corrupt);
    QVERIFY2(file.error().message.contains(u"damaged: "), qPrintable(file.error().message));
}

void TestHdf5File::lockedFileOpens()
{
    {
        H5::H5File file = createFile(m_path);
        createDataset(file, {}, eventLikeBytes(8000));
    }
    const int descriptor = ::open(QFile::encodeName(m_path).constData(), O_RDWR | O_CLOEXEC);
    QVERIFY(descriptor >= 0);
    QCOMPARE(::flock(descriptor, LOCK_EX | LOCK_NB), 0);
    const auto file = Hdf5File::open(m_path);
    ::close(descriptor);
    PERIHELION_VERIFY_RESULT(file);
}

void TestHdf5File::listsAndWalks()
{
    {
        H5::H5File file = createFile(m_path);
        for (const char* path : {"/events/y", "/events/t", "/events/x", "/top", "/a/b/c/d/e/f/g/h/deep"}) {
            FixtureDataset dataset;
            dataset.path = path;
            createDataset(file, dataset);
        }
        H5Lcreate_soft("/nowhere", file.getId(), "/events/dangling", H5P_DEFAULT, H5P_DEFAULT);
    }
    const auto file = Hdf5File::open(m_path);
    PERIHELION_VERIFY_RESULT(file);
    QCOMPARE((*file)->kindOf("/"), std::optional(ObjectKind::Group));
    QCOMPARE((*file)->kindOf("/events"), std::optional(ObjectKind::Group));
    QCOMPARE((*file)->kindOf("/events/t"), std::optional(ObjectKind::Dataset));
    for (const char* missing :
         {"/nothing", "/events/z", "/nothing/at/all", "/events/t/x", "/events/dangling"}) {
        QVERIFY2(!(*file)->kindOf(missing), missing);
    }
    const auto members = (*file)->children("/events");
    PERIHELION_VERIFY_RESULT(members);
    QCOMPARE(members->size(), std::size_t{4});
    QCOMPARE(members->at(0).path, std::string("/events/dangling"));
    QCOMPARE(members->at(0).kind, ObjectKind::Other);
    QCOMPARE(members->at(1).path, std::string("/events/t"));
    QCOMPARE(members->at(1).kind, ObjectKind::Dataset);
    QCOMPARE((*file)->children("/events", 2)->size(), std::size_t{2});
    const auto none = (*file)->children("/nothing");
    QVERIFY(!none);
    const auto all = (*file)->walk();
    PERIHELION_VERIFY_RESULT(all);
    QCOMPARE(all->front().path, std::string("/a"));
    // Six levels down: /a … /a/b/c/d/e/f, then nothing deeper.
    QCOMPARE(
        std::ranges::count_if(*all, [](const ObjectEntry& entry) { return entry.path.starts_with("/a"); }),
        6);
    QCOMPARE((*file)->walk(1)->size(), std::size_t{3});
    QCOMPARE((*file)->walk(6, 2)->size(), std::size_t{2});
}

void TestHdf5File::linksThatLoop()
{
    {
        H5::H5File file = createFile(m_path);
        FixtureDataset dataset;
        dataset.path = "/one/t";
        createDataset(file, dataset);
        H5Lcreate_hard(file.getId(), "/", file.getId(), "/one/root", H5P_DEFAULT, H5P_DEFAULT);
        H5Lcreate_soft("/one", file.getId(), "/one/self", H5P_DEFAULT, H5P_DEFAULT);
        H5Lcreate_soft("/loop", file.getId(), "/loop", H5P_DEFAULT, H5P_DEFAULT);
    }
    const auto file = Hdf5File::open(m_path);
    PERIHELION_VERIFY_RESULT(file);
    const auto all = (*file)->walk(100);
    PERIHELION_VERIFY_RESULT(all);
    QCOMPARE(std::ranges::count_if(
                 *all, [](const ObjectEntry& entry) { return entry.kind == ObjectKind::Dataset; }),
             1);
    QVERIFY(all->size() <= 3);
    QVERIFY(!(*file)->kindOf("/loop"));
}

void TestHdf5File::attributesAndSmallDatasets()
{
    {
        H5::H5File file = createFile(m_path);
        const H5::Group root = file.openGroup("/");
        const H5::DataSpace scalar(H5S_SCALAR);
        const std::int32_t width = 1280;
        setAttribute(root, "width", H5::PredType::NATIVE_INT32, scalar, &width);
        const std::uint8_t order[2] = {7, 9};
        const hsize_t two = 2;
        setAttribute(root, "order", H5::PredType::STD_U8LE, H5::DataSpace(1, &two), order);
        const double seconds = 0.25;
        setAttribute(root, "seconds", H5::PredType::IEEE_F64BE, scalar, &seconds);
        const H5::StrType variable(H5::PredType::C_S1, H5T_VARIABLE);
        const char* geometry = "640x480";
        setAttribute(root, "geometry", variable, scalar, &geometry);
        const char source[16] = "legacy_dat";
        setAttribute(root, "source", H5::StrType(H5::PredType::C_S1, 16), scalar, source);
        const std::vector<std::int64_t> many(65);
        const hsize_t length = many.size();
        setAttribute(root, "many", H5::PredType::NATIVE_INT64, H5::DataSpace(1, &length), many.data());
        H5::CompType pair(std::size_t{16});
        pair.insertMember("a", 0, H5::PredType::NATIVE_INT64);
        setAttribute(root, "pair", pair, scalar, many.data());
        FixtureDataset dataset;
        dataset.path = "/calib/resolution";
        dataset.extent = {2};
        dataset.chunk = {};
        const std::int64_t resolution[2] = {1280, 720};
        const H5::DataSet made = createDataset(file, dataset, std::as_bytes(std::span(resolution)));
        setAttribute(made, "unit", variable, scalar, &geometry);
        dataset.path = "/long";
        dataset.extent = {1000};
        createDataset(file, dataset);
        const H5::DataSet text = file.createDataSet("/text", variable, scalar);
        text.write(&geometry, variable);
    }
    const auto file = Hdf5File::open(m_path);
    PERIHELION_VERIFY_RESULT(file);
    QCOMPARE(listOf<Integers>((*file)->attribute("/", "width")), Integers{1280});
    QCOMPARE(listOf<Integers>((*file)->attribute("/", "order")), (Integers{7, 9}));
    QCOMPARE(listOf<Texts>((*file)->attribute("/", "geometry")), Texts{"640x480"});
    QCOMPARE(listOf<Texts>((*file)->attribute("/", "source")), Texts{"legacy_dat"});
    QCOMPARE(listOf<Texts>((*file)->attribute("/calib/resolution", "unit")), Texts{"640x480"});
    QCOMPARE(listOf<Reals>((*file)->attribute("/", "seconds")).size(), std::size_t{1});
    for (const char* missing : {"many", "pair", "nothing"}) {
        QVERIFY2(!(*file)->attribute("/", missing), missing);
    }
    QVERIFY(!(*file)->attribute("/nothing", "width"));
    QCOMPARE((*file)->attributeNames("/").size(), std::size_t{7});
    QVERIFY((*file)->attributeNames("/nothing").empty());
    const auto resolution = (*file)->readSmall("/calib/resolution");
    PERIHELION_VERIFY_RESULT(resolution);
    QCOMPARE(std::get<Integers>(*resolution), (Integers{1280, 720}));
    const auto text = (*file)->readSmall("/text");
    PERIHELION_VERIFY_RESULT(text);
    QCOMPARE(std::get<Texts>(*text), Texts{"640x480"});
    const auto tooLong = (*file)->readSmall("/long");
    QVERIFY(!tooLong);
    QCOMPARE(tooLong.error().code, ErrorCode::TooLarge);
    QVERIFY(!(*file)->readSmall("/nothing"));
}

void TestHdf5File::manyThreads()
{
    const std::vector<std::byte> content = eventLikeBytes(8000);
    {
        H5::H5File file = createFile(m_path);
        createDataset(file, {}, content);
    }
    std::atomic<int> good = 0;
    const auto work = [&] {
        for (int round = 0; round < 20; ++round) {
            const auto file = Hdf5File::open(m_path);
            const auto description =
                file ? (*file)->describe("/t") : Result<DatasetDescription>(file.error());
            const auto whole = description ? readWhole(**file, *description)
                                           : Result<std::vector<std::byte>>(description.error());
            good += whole && *whole == content && !(*file)->kindOf("/nothing") ? 1 : 0;
        }
    };
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back(work);
    }
    threads.clear();
    QCOMPARE(good.load(), 80);
}

void TestHdf5File::fileReads()
{
    QFile raw(m_path);
    QVERIFY(raw.open(QIODevice::WriteOnly));
    raw.write("0123456789");
    raw.close();
    const auto file = RandomAccessFile::open(m_path);
    PERIHELION_VERIFY_RESULT(file);
    QCOMPARE((*file)->identity().sizeBytes, std::uint64_t{10});
    std::array<std::byte, 4> four{};
    PERIHELION_VERIFY_RESULT((*file)->readExactly(6, four));
    QCOMPARE(std::to_integer<char>(four[3]), '9');
    QCOMPARE((*file)->readSome(8, four), std::size_t{2});
    QCOMPARE((*file)->readSome(10, four), std::size_t{0});
    QCOMPARE((*file)->readSome(~0ULL - 1, four), std::size_t{0});
    const auto beyond = (*file)->readExactly(7, four);
    QVERIFY(!beyond);
    QCOMPARE(beyond.error().code, ErrorCode::Truncated);
    QCOMPARE(beyond.error().subject, m_path);
    (*file)->willNeed(0, ~0ULL);
    (*file)->willNeed(0, 10);
    QVERIFY(QFile::resize(m_path, 3));
    QCOMPARE((*file)->readSome(0, four), std::size_t{3});
    QCOMPARE((*file)->currentIdentity()->sizeBytes, std::uint64_t{3});
    QCOMPARE((*file)->identity().sizeBytes, std::uint64_t{10});
}

void TestHdf5File::identityFollowsThePath()
{
    QFile raw(m_path);
    QVERIFY(raw.open(QIODevice::WriteOnly));
    raw.write("0123456789");
    raw.close();
    const auto file = RandomAccessFile::open(m_path);
    PERIHELION_VERIFY_RESULT(file);
    QVERIFY(*RandomAccessFile::identityOf(m_path) == (*file)->identity());
    const QString other = m_folder->filePath(QStringLiteral("other"));
    QVERIFY(QFile::copy(m_path, other));
    QVERIFY(QFile::remove(m_path));
    const auto gone = RandomAccessFile::identityOf(m_path);
    QVERIFY(!gone);
    QCOMPARE(gone.error().code, ErrorCode::NotFound);
    QVERIFY(QFile::rename(other, m_path));
    const auto replaced = RandomAccessFile::identityOf(m_path);
    PERIHELION_VERIFY_RESULT(replaced);
    QVERIFY(!(*replaced == (*file)->identity()));
    QVERIFY(*(*file)->currentIdentity() == (*file)->identity());
}

QTEST_GUILESS_MAIN(TestHdf5File)
#include "tst_hdf5_file.moc"
