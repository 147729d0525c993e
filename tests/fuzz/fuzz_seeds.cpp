// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the seed corpora of the fuzz targets: fuzz_seeds FOLDER [RECORDINGS]. Files made here by the HDF5
// library and the codecs' own encoders, and chunks and beginnings of the real recordings where they are
// present.

#include "datasets/hdf5/ecf_codec.h"
#include "datasets/hdf5/hdf5_file.h"
#include "tests/fuzz/chunk_walk_input.h"
#include "tests/support/chunk_encoders.h"
#include "tests/support/hdf5_fixtures.h"

#include <QDir>
#include <QFile>
#include <QTextStream>

#include <algorithm>

using namespace perihelion;
using namespace perihelion::test;

namespace {

QDir corpusRoot;

bool writeSeed(const QString& target, const QString& name, ByteView bytes)
{
    if (!corpusRoot.mkpath(target)) {
        return false;
    }
    QFile seed(corpusRoot.filePath(QString(target % u'/' % name)));
    return seed.open(QIODevice::WriteOnly) &&
           seed.write(reinterpret_cast<const char*>(bytes.data()), static_cast<qint64>(bytes.size())) ==
               static_cast<qint64>(bytes.size());
}

/// The four bytes in front of stored bytes, see fuzz_filter.cpp.
Bytes filterInput(std::size_t chunkRows, std::size_t elementBytes, unsigned mask, unsigned choice,
                  ByteView stored)
{
    Bytes input{static_cast<std::byte>((chunkRows - 1) / 16), static_cast<std::byte>(elementBytes - 1),
                static_cast<std::byte>(mask), static_cast<std::byte>(choice)};
    input.insert(input.end(), stored.begin(), stored.end());
    return input;
}

bool writeFilterSeeds()
{
    constexpr std::size_t kRows = 1 + 16 * 40;
    constexpr std::size_t kElement = 8;
    const Bytes content = eventLikeBytes(kRows * kElement);
    const Bytes shuffled = encodeShuffle(content, kElement);
    bool fine = true;
    const auto write = [&](const char* target, const char* name, unsigned choice, const Bytes& stored) {
        fine = writeSeed(QString::fromLatin1(target), QString::fromLatin1(name),
                         filterInput(kRows, kElement, 0, choice, stored)) &&
               fine;
    };
    write("fuzz_deflate", "plain", 0, encodeDeflate(content, 6));
    write("fuzz_deflate", "shuffled", 8, encodeDeflate(shuffled, 1));
    write("fuzz_lzf", "plain", 0, encodeLzf(content));
    write("fuzz_lzf", "shuffled", 8, encodeLzf(shuffled));
    write("fuzz_lz4", "one", 0, encodeLz4(content, 1U << 20));
    write("fuzz_lz4", "many", 0, encodeLz4(content, 512));
    write("fuzz_zstd", "plain", 0, encodeZstd(content, 3));
    write("fuzz_zstd", "shuffled", 8, encodeZstd(shuffled, 9));
    for (const char* codec : {"blosclz", "lz4", "zlib", "zstd"}) {
        for (const int shuffle : {0, 1, 2}) {
            write("fuzz_blosc", qPrintable(QStringLiteral("%1-%2").arg(QLatin1String(codec)).arg(shuffle)), 0,
                  encodeBlosc(content, codec, shuffle, kElement, 1024));
        }
    }
    for (const std::uint32_t codec : {0U, 2U, 3U}) {
        const unsigned choice = codec == 0 ? 0 : codec - 1;
        write("fuzz_bitshuffle", qPrintable(QString::number(codec)), choice,
              encodeBitshuffle(content, kElement, 1024, codec));
        write("fuzz_bitshuffle", qPrintable(QStringLiteral("%1-small").arg(codec)), choice | 4U,
              encodeBitshuffle(content, kElement, 64, codec));
    }
    // Shuffle, deflate, checksum; and LZF within Zstandard (see kCodecs there).
    write("fuzz_pipeline", "usual", 0 | (7U << 3), encodeFletcher32(encodeDeflate(shuffled, 4)));
    write("fuzz_pipeline", "nested", 1 | (5U << 3), encodeZstd(encodeLzf(shuffled), 3));

    std::vector<EcfEvent> events(900);
    for (std::size_t index = 0; index < events.size(); ++index) {
        events[index] = {static_cast<std::uint16_t>(index * 7 % 640), static_cast<std::uint16_t>(index / 40),
                         static_cast<std::uint16_t>(index % 3 == 0 ? 1 : 0),
                         static_cast<std::int64_t>(index / 20 * 37)};
    }
    for (const EcfMode mode : {EcfMode::PackedXyp, EcfMode::PackedXp, EcfMode::Separate}) {
        const QString name = QString::number(static_cast<int>(mode));
        fine = writeSeed(QStringLiteral("fuzz_ecf"), name, encodeEcf(events, mode)) && fine;
    }
    return fine;
}

bool writeWalkSeed(const QString& name, const QString& path, const std::string& dataset, qint64 mostBytes)
{
    const auto file = Hdf5File::open(path);
    const auto description = file ? (*file)->describe(dataset) : Result<DatasetDescription>(file.error());
    QFile raw(path);
    if (!description || !raw.open(QIODevice::ReadOnly)) {
        return false;
    }
    const QByteArray bytes = raw.read(mostBytes);
    return writeSeed(
        QStringLiteral("fuzz_chunk_walk"), name,
        fuzz::chunkWalkInput(*description, std::as_bytes(std::span(bytes.constData(),
                                                                   static_cast<std::size_t>(bytes.size())))));
}

bool writeWalkSeeds()
{
    struct Shape {
        const char* name;
        bool latest;
        std::vector<hsize_t> extent;
        std::vector<hsize_t> maxExtent;
        std::vector<hsize_t> chunk;
        bool early;
        std::uint64_t userBlock;
    };
    const std::vector<Shape> shapes{
        {"tree", false, {95}, {}, {10}, false, 0},
        {"deep-tree", false, {900}, {H5S_UNLIMITED}, {1}, false, 0},
        {"tree-table", false, {95, 4}, {}, {10, 1}, false, 512},
        {"array", true, {95}, {}, {10}, false, 0},
        {"paged-array", true, {1100}, {}, {1}, false, 0},
        {"array-table", true, {40, 4}, {40, 9}, {10, 1}, false, 512},
        {"single", true, {10}, {}, {10}, false, 0},
        {"implicit", true, {95}, {}, {10}, true, 0},
        {"growing", true, {95}, {H5S_UNLIMITED}, {10}, false, 0},
        {"growing-far", true, {1200}, {H5S_UNLIMITED}, {1}, false, 0},
        {"growing-sideways", true, {30, 55}, {40, H5S_UNLIMITED}, {7, 3}, false, 512},
        {"tree-2", true, {40, 4}, {H5S_UNLIMITED, H5S_UNLIMITED}, {10, 1}, false, 0},
    };
    const QString path = corpusRoot.filePath(QStringLiteral("seed.h5"));
    bool fine = true;
    for (const Shape& shape : shapes) {
        {
            FixtureFile options;
            options.latestFormat = shape.latest;
            options.userBlockBytes = shape.userBlock;
            H5::H5File file = createFile(path, options);
            FixtureDataset dataset;
            dataset.extent = shape.extent;
            dataset.maxExtent = shape.maxExtent;
            dataset.chunk = shape.chunk;
            dataset.earlyAllocation = shape.early;
            if (!shape.early) {
                dataset.filters = [](H5::DSetCreatPropList& creation) { creation.setDeflate(1); };
            }
            std::size_t elements = 1;
            for (const hsize_t length : shape.extent) {
                elements *= length;
            }
            createDataset(file, dataset, Bytes(elements * 8));
        }
        fine = writeWalkSeed(QString::fromLatin1(shape.name), path, "/t", 1 << 20) && fine;
    }
    return QFile::remove(path) && fine;
}

/// A small file in each format of results that is read.
bool writeResultSeeds()
{
    const std::vector<std::pair<const char*, const char*>> texts{
        {"google",
         R"({"context":{"host_name":"b"},"benchmarks":[{"name":"A","run_type":"iteration","real_time":NaN,)"
         R"("cpu_time":2,"time_unit":"ms"},{"run_name":"A","aggregate_name":"mean","real_time":1}]})"},
        {"hyperfine", R"({"results":[{"command":"x","times":[1,2],"user":1,"exit_codes":[0,null]}]})"},
        {"pytest",
         R"({"machine_info":{"node":"n"},"datetime":"2024-01-02T03:04:05.6","benchmarks":[{"name":"f",)"
         R"("stats":{"median":2,"data":[1]}}]})"},
        {"criterion", R"([[1,2],[3,4]])"},
        {"asv", R"({"commit_hash":"c","date":1,"result_columns":["result","params"],"results":{"a.time_x":)"
                R"([[1,null],[["1","2"]]]}})"},
        {"action",
         R"(window.BENCHMARK_DATA = {"entries":{"S":[{"tool":"go","benches":[{"name":"x","value":1}]}]}})"},
        {"table",
         "run_id,started,commit,dirty,workload,scenario,mode,process,iteration,phase,seconds,payload_bytes,"
         "gzip_bytes,peak_rss_bytes\nu,2024-01-02T03:04:05.678Z,c,1,w,\"s,\"\"\",warm,0,0,total,0.5,7,,\n"},
        {"trace",
         R"([{"ph":"X","name":"a","pid":1,"ts":0,"dur":1},{"ph":"B","name":"b","ts":1},{"ph":"E","ts":2},)"}};
    bool fine = true;
    for (const auto& [name, text] : texts) {
        const QByteArray content(text);
        fine = writeSeed(QStringLiteral("fuzz_results"), QString::fromLatin1(name),
                         {reinterpret_cast<const std::byte*>(content.constData()),
                          static_cast<std::size_t>(content.size())}) &&
               fine;
    }
    return fine;
}

/// A project file with every key, one for each source of phases, and after a zero byte what a command says.
bool writeProjectSeeds()
{
    const std::vector<std::pair<const char*, QByteArray>> texts{
        {"everything",
         R"({"name":"p","build":["make","-j2"],"build_timeout":60.5,"workloads":[{"name":"w","version":2,)"
         R"("description":"d","command":["./a","{n}","{mode}"],"folder":"sub","inputs":["in.bin"],)"
         R"("environment":{"A":"1"},"timeout":9,"parameters":[{"name":"n","type":"integer","default":3,)"
         R"("least":1,"greatest":9,"unit":"s","description":"x"},{"name":"mode","type":"choice",)"
         R"("default":"a","choices":["a","b"]},{"name":"r","type":"real","default":0.5},{"name":"f",)"
         R"("type":"flag","default":true},{"name":"t","type":"text","default":""}],)"
         R"json("phases":{"from":"pattern","pattern":"(?<name>\\w+): (?<value>\\d+)","unit":"us"},)json"
         R"("scenarios":[{"name":"s","description":"e","parameters":{"n":4,"f":false}},{"name":"t"}]}]})"},
        {"sources",
         R"({"workloads":[{"name":"a","command":["a"],"phases":{"from":"trace","file":"t.json"}},)"
         R"({"name":"b","command":["b"],"phases":{"from":"results","file":"r"}},{"name":"c",)"
         R"("command":["c"],"phases":{"from":"pstats","file":"/p.json"}},{"name":"d","command":["d"],)"
         R"("phases":{"from":"none"}}]})"},
        {"lines", QByteArray("{}") + '\0' + "phase load files 12.5\nother\nphase parse 1e3 ms\r\n"},
        {"events", QByteArray("{}") + '\0' +
                       R"({"begin":"a","ns":1})"
                       "\n"
                       R"({"begin":"b","ns":5})"
                       "\n"
                       R"({"end":"b","ns":7})"
                       "\n"
                       R"({"metric":"m","value":3,"unit":"B"})"
                       "\n"
                       R"({"end":"a","ns":9})"
                       "\n"}};
    bool fine = true;
    for (const auto& [name, text] : texts) {
        fine = writeSeed(QStringLiteral("fuzz_project"), QString::fromLatin1(name),
                         {reinterpret_cast<const std::byte*>(text.constData()),
                          static_cast<std::size_t>(text.size())}) &&
               fine;
    }
    return fine;
}

/// The walk touches little but the beginning of a recording; a chunk of ECF is a stream as it is.
void writeRealSeeds(const QDir& recordings)
{
    const std::vector<std::pair<QString, std::string>> datasets{
        {QStringLiteral("raw_events_tiny.hdf5"), "/raw_events/t"},
        {QStringLiteral("evio_chunked_gzip.h5"), "/events/x"},
        {QStringLiteral("m3ed_lzf.h5"), "/prophesee/left/t"},
        {QStringLiteral("metavision_ecf_640x480.hdf5"), "/CD/events"},
        {QStringLiteral("v2e_Nx4_uint32.h5"), "/events"},
    };
    for (const auto& [name, dataset] : datasets) {
        if (recordings.exists(name)) {
            writeWalkSeed(name, recordings.filePath(name), dataset, 32768);
        }
    }
}

} // namespace

int main(int argc, char** argv)
{
    QTextStream errors(stderr);
    if (argc < 2) {
        errors << "usage: fuzz_seeds FOLDER [RECORDINGS]\n";
        return 2;
    }
    corpusRoot = QDir(QString::fromLocal8Bit(argv[1]));
    if (!corpusRoot.mkpath(QStringLiteral("."))) {
        errors << "The folder for the seeds cannot be made\n";
        return 1;
    }
    if (argc > 2) {
        writeRealSeeds(QDir(QString::fromLocal8Bit(argv[2])));
    }
    if (!writeFilterSeeds() || !writeWalkSeeds() || !writeResultSeeds() || !writeProjectSeeds()) {
        errors << "The seeds cannot be written\n";
        return 1;
    }
    return 0;
}
