// SPDX-License-Identifier: GPL-3.0-or-later
// Real recordings and files of other programs decode to what their independent readers say is in them.

#include "datasets/hdf5/hdf5_file.h"
#include "tests/support/hdf5_fixtures.h"
#include "tests/support/test_support.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <cstring>

using namespace perihelion;
using namespace perihelion::test;

namespace {

/// One column of events: a dataset, and in it a member of the record or a column of the table.
struct ColumnPlace {
    std::string path;
    int part = 0;
};

struct RecordingPlaces {
    QString file;
    ColumnPlace t;
    ColumnPlace x;
    ColumnPlace y;
    ColumnPlace p;
};

double number(const std::byte* from, ScalarType type)
{
    const auto as = [from](auto value) {
        std::memcpy(&value, from, sizeof value);
        return static_cast<double>(value);
    };
    switch (type) {
    case ScalarType::I8:
        return as(std::int8_t{});
    case ScalarType::U8:
        return as(std::uint8_t{});
    case ScalarType::I16:
        return as(std::int16_t{});
    case ScalarType::U16:
        return as(std::uint16_t{});
    case ScalarType::I32:
        return as(std::int32_t{});
    case ScalarType::U32:
        return as(std::uint32_t{});
    case ScalarType::I64:
        return as(std::int64_t{});
    case ScalarType::U64:
        return as(std::uint64_t{});
    case ScalarType::F32:
        return as(float{});
    case ScalarType::F64:
        return as(double{});
    case ScalarType::Unsupported:
        break;
    }
    return std::nan("");
}

Result<std::vector<double>> readColumn(const Hdf5File& file, const ColumnPlace& place)
{
    const Result<DatasetDescription> description = file.describe(place.path);
    if (!description) {
        return description.error();
    }
    const Result<std::vector<std::byte>> bytes = readWhole(file, *description);
    if (!bytes) {
        return bytes.error();
    }
    const bool record = description->members.size() > 1;
    const RecordMember& member = description->members.at(record ? static_cast<std::size_t>(place.part) : 0);
    const std::size_t column = record ? 0 : static_cast<std::size_t>(place.part);
    const std::size_t rowBytes = std::size_t{description->recordBytes} * description->columns;
    std::vector<double> values(description->rows);
    for (std::size_t row = 0; row < values.size(); ++row) {
        values[row] = number(
            bytes->data() + row * rowBytes + column * description->recordBytes + member.offset, member.type);
    }
    return values;
}

QString pythonWithH5py()
{
    for (const QString& candidate : {QStringLiteral("/usr/bin/python3"), QStringLiteral("python3")}) {
        const QString program = QStandardPaths::findExecutable(candidate);
        QProcess python;
        python.start(program, {QStringLiteral("-c"), QStringLiteral("import h5py, hdf5plugin")});
        if (!program.isEmpty() && python.waitForFinished() && python.exitCode() == 0 &&
            python.exitStatus() == QProcess::NormalExit) {
            return program;
        }
    }
    return {};
}

} // namespace

Q_DECLARE_METATYPE(RecordingPlaces)

class TestHdf5Interop : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void goldenSums_data();
    void goldenSums();
    void libraryReadsTheSame_data() { goldenSums_data(); }
    void libraryReadsTheSame();
    void filesOfH5py();
};

void TestHdf5Interop::goldenSums_data()
{
    QTest::addColumn<RecordingPlaces>("places");
    const auto add = [](const char* file, RecordingPlaces places) {
        places.file = QString::fromLatin1(file);
        QTest::newRow(file) << places;
    };
    const auto columns = [](const std::string& group) {
        return RecordingPlaces{{}, {group + "/t"}, {group + "/x"}, {group + "/y"}, {group + "/p"}};
    };
    add("evio_chunked_gzip.h5", columns("/events"));
    add("evio_contiguous.h5", columns("/events"));
    add("dsec_blosc_zstd.h5", columns("/events"));
    add("rvt_events_height_width.h5", columns("/events"));
    add("m3ed_lzf.h5", columns("/prophesee/left"));
    add("raw_events_tiny.hdf5", columns("/raw_events"));
    add("monash_e2vid_xs_ys_ts_ps.h5", {{}, {"/events/ts"}, {"/events/xs"}, {"/events/ys"}, {"/events/ps"}});
    const std::string mvsec = "/davis/left/events";
    add("mvsec_davis_left.hdf5", {{}, {mvsec, 2}, {mvsec, 0}, {mvsec, 1}, {mvsec, 3}});
    add("v2e_Nx4_uint32.h5", {{}, {"/events", 0}, {"/events", 1}, {"/events", 2}, {"/events", 3}});
    add("tonic_cache_0_0.hdf5", {{}, {"/data/0", 2}, {"/data/0", 0}, {"/data/0", 1}, {"/data/0", 3}});
    const std::string ecf = "/CD/events";
    add("metavision_ecf_640x480.hdf5", {{}, {ecf, 3}, {ecf, 0}, {ecf, 1}, {ecf, 2}});
}

void TestHdf5Interop::goldenSums()
{
    QFETCH(RecordingPlaces, places);
    PERIHELION_SHARED_DATA_OR_SKIP(path, QString(u"recordings/" % places.file));
    PERIHELION_SHARED_DATA_OR_SKIP(goldenPath, QStringLiteral("recordings/golden.json"));
    QFile goldenFile(goldenPath);
    QVERIFY(goldenFile.open(QIODevice::ReadOnly));
    const QJsonObject golden =
        QJsonDocument::fromJson(goldenFile.readAll()).object().value(places.file).toObject();
    QVERIFY(!golden.isEmpty());

    const auto file = Hdf5File::open(path);
    PERIHELION_VERIFY_RESULT(file);
    const auto t = readColumn(**file, places.t);
    const auto x = readColumn(**file, places.x);
    const auto y = readColumn(**file, places.y);
    const auto p = readColumn(**file, places.p);
    PERIHELION_VERIFY_RESULT(t);
    PERIHELION_VERIFY_RESULT(x);
    PERIHELION_VERIFY_RESULT(y);
    PERIHELION_VERIFY_RESULT(p);
    QCOMPARE(static_cast<int>(t->size()), golden.value(u"n").toInt());
    const auto description = (*file)->describe(places.t.path);
    PERIHELION_VERIFY_RESULT(description);
    const RecordMember& timeMember = description->members.at(
        description->members.size() > 1 ? static_cast<std::size_t>(places.t.part) : 0);
    const bool seconds = timeMember.type == ScalarType::F64;
    const auto micros = [seconds](double value) {
        return static_cast<std::int64_t>(std::llround(seconds ? value * 1e6 : value));
    };
    std::int64_t sumDt = 0;
    std::int64_t sumX = 0;
    std::int64_t sumY = 0;
    std::int64_t sumP = 0;
    for (std::size_t event = 0; event < t->size(); ++event) {
        sumDt += micros((*t)[event]) - micros(t->front());
        sumX += static_cast<std::int64_t>((*x)[event]);
        sumY += static_cast<std::int64_t>((*y)[event]);
        sumP += (*p)[event] > 0 ? 1 : 0;
    }
    QCOMPARE(micros(t->front()), golden.value(u"t_first").toInteger());
    QCOMPARE(micros(t->back()), golden.value(u"t_last").toInteger());
    QCOMPARE(sumDt, golden.value(u"sum_dt").toInteger());
    QCOMPARE(sumX, golden.value(u"sum_x").toInteger());
    QCOMPARE(sumY, golden.value(u"sum_y").toInteger());
    QCOMPARE(sumP, golden.value(u"sum_p").toInteger());
}

void TestHdf5Interop::libraryReadsTheSame()
{
    QFETCH(RecordingPlaces, places);
    PERIHELION_SHARED_DATA_OR_SKIP(path, QString(u"recordings/" % places.file));
    const auto file = Hdf5File::open(path);
    PERIHELION_VERIFY_RESULT(file);
    for (const ColumnPlace& place : {places.t, places.x, places.y, places.p}) {
        const auto description = (*file)->describe(place.path);
        PERIHELION_VERIFY_RESULT(description);
        const auto ours = readWhole(**file, *description);
        PERIHELION_VERIFY_RESULT(ours);
        std::vector<std::byte> theirs(ours->size());
        // In two parts, the second beginning within a chunk. The decoders that the library lacks are ours.
        const std::uint64_t half = description->rows / 2;
        const std::size_t rowBytes = std::size_t{description->recordBytes} * description->columns;
        const std::span<std::byte> target(theirs);
        PERIHELION_VERIFY_RESULT((*file)->readRows(*description, 0, half, target.first(half * rowBytes)));
        PERIHELION_VERIFY_RESULT(
            (*file)->readRows(*description, half, description->rows - half, target.subspan(half * rowBytes)));
        QVERIFY(theirs == *ours);
    }
}

void TestHdf5Interop::filesOfH5py()
{
    const QString python = pythonWithH5py();
    if (python.isEmpty()) {
        if (sharedDataIsRequired()) {
            QFAIL("python3-h5py and python3-hdf5plugin are missing, which CI requires");
        }
        QSKIP("install python3-h5py and python3-hdf5plugin to run this");
    }
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("filtered.h5"));
    QProcess writer;
    writer.start(python, {QStringLiteral(PERIHELION_FIXTURE_SCRIPT), path});
    QVERIFY2(writer.waitForFinished(120'000) && writer.exitCode() == 0,
             writer.readAllStandardError().constData());

    const auto file = Hdf5File::open(path);
    PERIHELION_VERIFY_RESULT(file);
    const auto objects = (*file)->walk();
    PERIHELION_VERIFY_RESULT(objects);
    int compared = 0;
    for (const ObjectEntry& object : *objects) {
        const std::optional<SmallValue> twin = (*file)->attribute(object.path, "expected");
        if (!twin) {
            continue;
        }
        const auto description = (*file)->describe(object.path);
        PERIHELION_VERIFY_RESULT(description);
        const auto expected = (*file)->describe(std::get<std::vector<std::string>>(*twin).at(0));
        PERIHELION_VERIFY_RESULT(expected);
        QCOMPARE(expected->kind, StorageKind::Contiguous);
        const auto decoded = readWhole(**file, *description);
        QVERIFY2(decoded, decoded ? ""
                                  : qPrintable(QString::fromStdString(object.path) + u' ' +
                                               decoded.error().sentence()));
        const auto plain = readWhole(**file, *expected);
        PERIHELION_VERIFY_RESULT(plain);
        QVERIFY2(*decoded == *plain, object.path.c_str());
        ++compared;
    }
    // Six columns through at least deflate, LZF and Fletcher32, which every h5py has, and scale-offset.
    QVERIFY2(compared >= 6 * 5 + 3 * 3, qPrintable(QString::number(compared)));
    qInfo("compared %d filtered datasets", compared);
}

QTEST_GUILESS_MAIN(TestHdf5Interop)
#include "tst_hdf5_interop.moc"
