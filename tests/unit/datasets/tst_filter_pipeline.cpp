// SPDX-License-Identifier: GPL-3.0-or-later
// Every filter gives back what went in; damaged, cut and swollen streams are refused without touching other
// memory.

#include "datasets/hdf5/ecf_codec.h"
#include "datasets/hdf5/filter_pipeline.h"
#include "datasets/hdf5/unshuffle.h"
#include "tests/support/chunk_encoders.h"
#include "tests/support/hdf5_fixtures.h"
#include "tests/support/test_support.h"

#include <QTest>

#include <random>

using namespace perihelion;
using namespace perihelion::test;

namespace {

DatasetDescription describeChunk(std::size_t chunkBytes, std::uint32_t elementBytes,
                                 std::vector<FilterSpec> filters)
{
    DatasetDescription description;
    description.path = "/t";
    description.rank = 1;
    description.recordBytes = elementBytes;
    description.chunkRows = chunkBytes / elementBytes;
    description.rows = description.chunkRows;
    description.kind = StorageKind::Chunked;
    description.filters = std::move(filters);
    return description;
}

FilterSpec filter(std::uint32_t id, std::vector<std::uint32_t> values = {})
{
    return {id, 0, std::move(values)};
}

std::vector<EcfEvent> ecfEvents(std::size_t count, std::uint32_t seed)
{
    std::mt19937 random(seed);
    std::vector<EcfEvent> events(count);
    std::int64_t time = 5'000'000'000;
    std::uint16_t row = 700;
    std::uint16_t column = 0;
    for (EcfEvent& event : events) {
        // Runs longer than every short form, gaps longer than one escape.
        if (random() % 40 == 0) {
            time += random() % 3 == 0 ? random() % 5000 : random() % 14;
            row = static_cast<std::uint16_t>(random() % 2048);
        }
        column = static_cast<std::uint16_t>(
            random() % 5 == 0 ? random() % 2048 : std::min<unsigned long>(2047, column + random() % 4));
        event = {column, row, static_cast<std::uint16_t>(random() % 200 == 0 ? 0 : 1), time};
    }
    return events;
}

constexpr std::size_t kChunkBytes = 8 * 5003; // not a multiple of any block

} // namespace

class TestFilterPipeline : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void roundTrip_data();
    void roundTrip();
    void damageIsRefused_data() { roundTrip_data(); }
    void damageIsRefused();
    void filterMaskIsHonoured();
    void checksumIsChecked();
    void wrongSizesAreRefused();
    void prefixStopsEarly();
    void unknownFilterIsNamed_data();
    void unknownFilterIsNamed();
    void libraryFiltersAreLeftToIt();
    void unshuffleIsTheSameEverywhere();
    void ecfPadsTheLastChunk();
    void ecfDamageIsRefused();
    void steadyStateKeepsItsBuffers();

private:
    void addRow(const char* name, const Bytes& content, std::uint32_t elementBytes,
                std::vector<FilterSpec> filters, Bytes stored);
};

Q_DECLARE_METATYPE(perihelion::FilterSpec)

void TestFilterPipeline::addRow(const char* name, const Bytes& content, std::uint32_t elementBytes,
                                std::vector<FilterSpec> filters, Bytes stored)
{
    QTest::newRow(name) << content << elementBytes << filters << stored;
}

void TestFilterPipeline::roundTrip_data()
{
    QTest::addColumn<Bytes>("content");
    QTest::addColumn<std::uint32_t>("elementBytes");
    QTest::addColumn<std::vector<FilterSpec>>("filters");
    QTest::addColumn<Bytes>("stored");
    const Bytes content = eventLikeBytes(kChunkBytes);
    addRow("nothing", content, 8, {}, content);
    addRow("deflate", content, 8, {filter(1, {1})}, encodeDeflate(content, 1));
    addRow("deflate 9", content, 2, {filter(1, {9})}, encodeDeflate(content, 9));
    addRow("shuffle, deflate", content, 8, {filter(2, {8}), filter(1, {4})},
           encodeDeflate(encodeShuffle(content, 8), 4));
    addRow("shuffle alone", content, 4, {filter(2, {4})}, encodeShuffle(content, 4));
    addRow("shuffle of thirteen", content, 1, {filter(2, {13}), filter(1, {4})},
           encodeDeflate(encodeShuffle(content, 13), 4));
    addRow("Fletcher32 alone", content, 8, {filter(3)}, encodeFletcher32(content));
    addRow("shuffle, deflate, Fletcher32", content, 8, {filter(2, {8}), filter(1, {4}), filter(3)},
           encodeFletcher32(encodeDeflate(encodeShuffle(content, 8), 4)));
    addRow("Fletcher32, deflate", content, 8, {filter(3), filter(1, {4})},
           encodeDeflate(encodeFletcher32(content), 4));
    addRow("Fletcher32, shuffle, LZF", content, 8, {filter(3), filter(2, {8}), filter(32000)},
           encodeLzf(encodeShuffle(encodeFletcher32(content), 8)));
    addRow("two codecs", content, 8, {filter(32000), filter(1, {6})}, encodeDeflate(encodeLzf(content), 6));
    addRow("LZF", content, 8, {filter(32000, {4, 0x105, kChunkBytes})}, encodeLzf(content));
    addRow("LZF of zeros", Bytes(kChunkBytes), 8, {filter(32000)}, encodeLzf(Bytes(kChunkBytes)));
    addRow("shuffle, LZF", content, 8, {filter(2, {8}), filter(32000)}, encodeLzf(encodeShuffle(content, 8)));
    addRow("LZ4 in one block", content, 8, {filter(32004)}, encodeLz4(content, 1U << 30));
    addRow("LZ4 in small blocks", content, 8, {filter(32004, {4096})}, encodeLz4(content, 4096));
    Bytes noise(kChunkBytes);
    std::mt19937 random(7);
    std::ranges::generate(noise, [&random] { return static_cast<std::byte>(random() & 0xffU); });
    addRow("LZ4 of noise", noise, 8, {filter(32004, {4096})}, encodeLz4(noise, 4096));
    addRow("Zstandard", content, 8, {filter(32015, {3})}, encodeZstd(content, 3));
    addRow("shuffle, Zstandard", content, 2, {filter(2, {2}), filter(32015, {3})},
           encodeZstd(encodeShuffle(content, 2), 3));
    for (const char* codec : {"blosclz", "lz4", "lz4hc", "zlib", "zstd"}) {
        for (const int shuffle : {0, 1, 2}) {
            const std::string name = std::string("Blosc ") + codec + ", shuffle " + std::to_string(shuffle);
            addRow(name.c_str(), content, 8, {filter(32001)}, encodeBlosc(content, codec, shuffle, 8));
            addRow((name + ", 2 bytes, small blocks").c_str(), content, 2, {filter(32001)},
                   encodeBlosc(content, codec, shuffle, 2, 4096));
        }
    }
    addRow("Blosc of noise", noise, 8, {filter(32001)}, encodeBlosc(noise, "lz4", 1, 8));
    for (const std::uint32_t elementBytes : {1U, 2U, 4U, 8U, 16U, 3U, 13U}) {
        for (const std::uint32_t codec : {0U, 2U, 3U}) {
            const std::string name =
                "bitshuffle " + std::to_string(elementBytes) + " codec " + std::to_string(codec);
            const std::size_t usual = std::max<std::size_t>(128, 8192 / elementBytes / 8 * 8);
            addRow(name.c_str(), content, 1, {filter(32008, {0, 3, elementBytes, 0, codec})},
                   encodeBitshuffle(content, elementBytes, usual, codec));
            addRow((name + ", blocks of 64").c_str(), content, 1,
                   {filter(32008, {0, 3, elementBytes, 64, codec})},
                   encodeBitshuffle(content, elementBytes, 64, codec));
        }
    }
    addRow("bitshuffle that only claims Zstandard", content, 8, {filter(32008, {0, 3, 8, 0, 3, 3})},
           encodeBitshuffle(content, 8, 1024, 0));
    const std::vector<EcfEvent> events = ecfEvents(4001, 3);
    for (const EcfMode mode : {EcfMode::PackedXyp, EcfMode::PackedXp, EcfMode::Separate}) {
        const std::string name = "ECF mode " + std::to_string(static_cast<int>(mode));
        addRow(name.c_str(), ecfRecords(events, events.size()), 16, {filter(36559)}, encodeEcf(events, mode));
    }
}

void TestFilterPipeline::roundTrip()
{
    QFETCH(Bytes, content);
    QFETCH(std::uint32_t, elementBytes);
    QFETCH(std::vector<FilterSpec>, filters);
    QFETCH(Bytes, stored);
    QVERIFY(!stored.empty());
    const auto pipeline = FilterPipeline::create(describeChunk(content.size(), elementBytes, filters));
    PERIHELION_VERIFY_RESULT(pipeline);
    QCOMPARE(pipeline->isIdentity(), filters.empty());
    QVERIFY(!pipeline->needsLibrary());
    ChunkDecoder decoder;
    for (int round = 0; round < 2; ++round) { // the second with objects that have been used
        Bytes decoded(content.size(), std::byte{0xa5});
        PERIHELION_VERIFY_RESULT(decoder.decode(*pipeline, stored, 0, decoded));
        QCOMPARE(decoded, content);
    }
}

void TestFilterPipeline::damageIsRefused()
{
    QFETCH(Bytes, content);
    QFETCH(std::uint32_t, elementBytes);
    QFETCH(std::vector<FilterSpec>, filters);
    QFETCH(Bytes, stored);
    const auto pipeline = FilterPipeline::create(describeChunk(content.size(), elementBytes, filters));
    PERIHELION_VERIFY_RESULT(pipeline);
    ChunkDecoder decoder;
    Bytes decoded(content.size());
    // Cut anywhere: never a whole chunk. Exact-size allocations let the sanitizers see every byte beyond.
    for (std::size_t length = 0; length < stored.size(); length += 1 + stored.size() / 80) {
        const Bytes cut(stored.begin(), stored.begin() + static_cast<std::ptrdiff_t>(length));
        const Result<void> result = decoder.decode(*pipeline, cut, 0, decoded);
        QVERIFY2(!result, qPrintable(QStringLiteral("cut to %1 bytes").arg(length)));
        QCOMPARE(result.error().code, ErrorCode::Corrupt);
    }
    // Bytes changed: an error or some other bytes, never a crash.
    std::mt19937 random(11);
    for (int round = 0; round < 80; ++round) {
        Bytes changed = stored;
        const std::size_t near = round % 2 == 0 ? std::min<std::size_t>(changed.size(), 40) : changed.size();
        for (int change = 0; change <= round % 3; ++change) {
            changed[random() % near] = static_cast<std::byte>(random() & 0xffU);
        }
        const Result<void> result = decoder.decode(*pipeline, changed, 0, decoded);
        if (!result) {
            QCOMPARE(result.error().code, ErrorCode::Corrupt);
        }
    }
    // For a chunk of another size: refused both ways.
    for (const std::size_t size : {content.size() / 2 / 16 * 16, content.size() * 2}) {
        const auto other = FilterPipeline::create(describeChunk(size, 1, filters));
        PERIHELION_VERIFY_RESULT(other);
        Bytes target(size);
        const bool ecfPads = !filters.empty() && filters.front().id == 36559 && size > content.size();
        QCOMPARE(decoder.decode(*other, stored, 0, target).hasValue(), ecfPads);
    }
    // And the whole stream still decodes with the same objects.
    PERIHELION_VERIFY_RESULT(decoder.decode(*pipeline, stored, 0, decoded));
    QCOMPARE(decoded, content);
}

void TestFilterPipeline::filterMaskIsHonoured()
{
    const Bytes content = eventLikeBytes(kChunkBytes);
    const auto pipeline =
        FilterPipeline::create(describeChunk(kChunkBytes, 8, {filter(2, {8}), filter(1, {4}), filter(3)}));
    PERIHELION_VERIFY_RESULT(pipeline);
    ChunkDecoder decoder;
    Bytes decoded(kChunkBytes);
    const Bytes shuffled = encodeShuffle(content, 8);
    const std::vector<std::pair<std::uint32_t, Bytes>> cases{
        {0b000, encodeFletcher32(encodeDeflate(shuffled, 4))},
        {0b001, encodeFletcher32(encodeDeflate(content, 4))},
        {0b010, encodeFletcher32(shuffled)},
        {0b011, encodeFletcher32(content)},
        {0b100, encodeDeflate(shuffled, 4)},
        {0b101, encodeDeflate(content, 4)},
        {0b110, shuffled},
        {0b111, content},
        {~0U, content},
    };
    for (const auto& [mask, stored] : cases) {
        std::ranges::fill(decoded, std::byte{0});
        PERIHELION_VERIFY_RESULT(decoder.decode(*pipeline, stored, mask, decoded));
        QCOMPARE(decoded, content);
    }
    // Stored raw, but too short or too long.
    QVERIFY(!decoder.decode(*pipeline, ByteView(content).first(content.size() - 1), 0b111, decoded));
    Bytes longer = content;
    longer.push_back(std::byte{0});
    QVERIFY(!decoder.decode(*pipeline, longer, 0b111, decoded));
}

void TestFilterPipeline::checksumIsChecked()
{
    const Bytes content = eventLikeBytes(1600);
    const auto pipeline = FilterPipeline::create(describeChunk(1600, 8, {filter(3)}));
    PERIHELION_VERIFY_RESULT(pipeline);
    ChunkDecoder decoder;
    Bytes decoded(1600);
    Bytes stored = encodeFletcher32(content);
    stored[700] ^= std::byte{1};
    const Result<void> result = decoder.decode(*pipeline, stored, 0, decoded);
    QVERIFY(!result);
    QCOMPARE(result.error().message,
             QStringLiteral("Decoding a chunk failed because its Fletcher32 checksum does not match"));
}

void TestFilterPipeline::wrongSizesAreRefused()
{
    DatasetDescription absurd = describeChunk(1600, 8, {filter(1)});
    absurd.chunkRows = 1ULL << 40;
    const auto pipeline = FilterPipeline::create(absurd);
    QVERIFY(!pipeline);
    QCOMPARE(pipeline.error().code, ErrorCode::Corrupt);
    const auto many = FilterPipeline::create(describeChunk(1600, 8, std::vector<FilterSpec>(33, filter(1))));
    QVERIFY(!many);
    QCOMPARE(many.error().code, ErrorCode::Corrupt);
}

void TestFilterPipeline::prefixStopsEarly()
{
    const Bytes content = eventLikeBytes(kChunkBytes);
    const Bytes stored = encodeDeflate(content, 1);
    const auto pipeline = FilterPipeline::create(describeChunk(kChunkBytes, 8, {filter(1, {1})}));
    PERIHELION_VERIFY_RESULT(pipeline);
    QVERIFY(pipeline->hasCheapPrefix());
    ChunkDecoder decoder;
    for (const std::size_t wanted : {std::size_t{0}, std::size_t{8}, std::size_t{4000}, kChunkBytes}) {
        Bytes prefix(wanted);
        PERIHELION_VERIFY_RESULT(decoder.decodePrefix(*pipeline, stored, 0, prefix));
        QVERIFY(std::equal(prefix.begin(), prefix.end(), content.begin()));
    }
    Bytes first(8);
    PERIHELION_VERIFY_RESULT(decoder.decodePrefix(*pipeline, ByteView(stored).first(768), 0, first));
    QVERIFY(std::equal(first.begin(), first.end(), content.begin()));
    Bytes most(kChunkBytes);
    const Result<void> more = decoder.decodePrefix(*pipeline, ByteView(stored).first(768), 0, most);
    QVERIFY(!more);
    QCOMPARE(more.error().code, ErrorCode::Truncated);
    Bytes damaged = stored;
    std::fill(damaged.begin(), damaged.begin() + 64, std::byte{0xff});
    const Result<void> bad = decoder.decodePrefix(*pipeline, damaged, 0, first);
    QVERIFY(!bad);
    QCOMPARE(bad.error().code, ErrorCode::Corrupt);
    // Stored raw by the mask.
    PERIHELION_VERIFY_RESULT(decoder.decodePrefix(*pipeline, ByteView(content).first(100), 1, first));
    QVERIFY(std::equal(first.begin(), first.end(), content.begin()));
    QCOMPARE(decoder.decodePrefix(*pipeline, ByteView(content).first(7), 1, first).error().code,
             ErrorCode::Truncated);
    const auto shuffled = FilterPipeline::create(describeChunk(kChunkBytes, 8, {filter(2, {8}), filter(1)}));
    PERIHELION_VERIFY_RESULT(shuffled);
    QVERIFY(!shuffled->hasCheapPrefix());
    QCOMPARE(decoder.decodePrefix(*shuffled, stored, 0, first).error().code, ErrorCode::InvalidArgument);
}

void TestFilterPipeline::unknownFilterIsNamed_data()
{
    QTest::addColumn<std::uint32_t>("id");
    QTest::addColumn<QString>("name");
    QTest::newRow("Blosc2") << 32026U << QStringLiteral("filter 32026 (Blosc2)");
    QTest::newRow("ZFP") << 32013U << QStringLiteral("filter 32013 (ZFP)");
    QTest::newRow("bzip2") << 307U << QStringLiteral("filter 307 (bzip2)");
    QTest::newRow("nobody's") << 4711U << QStringLiteral("filter 4711 (unknown)");
}

void TestFilterPipeline::unknownFilterIsNamed()
{
    QFETCH(std::uint32_t, id);
    QFETCH(QString, name);
    const auto pipeline = FilterPipeline::create(describeChunk(1600, 8, {filter(2, {8}), filter(id)}));
    QVERIFY(!pipeline);
    QCOMPARE(pipeline.error().code, ErrorCode::UnsupportedFilter);
    QVERIFY2(pipeline.error().message.contains(name), qPrintable(pipeline.error().message));
    QVERIFY(pipeline.error().message.contains(u"/t"));
}

void TestFilterPipeline::libraryFiltersAreLeftToIt()
{
    for (const std::uint32_t id : {4U, 5U, 6U}) {
        const auto pipeline = FilterPipeline::create(describeChunk(1600, 8, {filter(id), filter(1)}));
        PERIHELION_VERIFY_RESULT(pipeline);
        QVERIFY(pipeline->needsLibrary());
        ChunkDecoder decoder;
        Bytes decoded(1600);
        QCOMPARE(decoder.decode(*pipeline, decoded, 0, decoded).error().code, ErrorCode::InvalidArgument);
    }
}

void TestFilterPipeline::unshuffleIsTheSameEverywhere()
{
    for (const std::size_t elementBytes : {1, 2, 3, 4, 5, 8, 12, 13, 16, 24}) {
        for (const std::size_t size : {0, 1, 7, 15, 16, 17, 127, 128, 255, 1000, 4099, 20011}) {
            const Bytes content = eventLikeBytes(size, static_cast<std::uint32_t>(size));
            const Bytes shuffled = encodeShuffle(content, elementBytes);
            Bytes fast(size);
            Bytes plain(size);
            unshuffle(shuffled, fast, elementBytes);
            unshufflePortable(shuffled, plain, elementBytes);
            QCOMPARE(fast, content);
            QCOMPARE(plain, content);
        }
    }
}

void TestFilterPipeline::ecfPadsTheLastChunk()
{
    const std::vector<EcfEvent> events = ecfEvents(1000, 9);
    const Bytes stored = encodeEcf(events, EcfMode::Separate);
    QCOMPARE(ecfEventCount(stored), std::size_t{1000});
    const auto pipeline = FilterPipeline::create(describeChunk(std::size_t{16384} * 16, 16, {filter(36559)}));
    PERIHELION_VERIFY_RESULT(pipeline);
    ChunkDecoder decoder;
    Bytes decoded(std::size_t{16384} * 16, std::byte{0x5a});
    PERIHELION_VERIFY_RESULT(decoder.decode(*pipeline, stored, 0, decoded));
    QCOMPARE(decoded, ecfRecords(events, 16384));
    // No events at all.
    PERIHELION_VERIFY_RESULT(decoder.decode(*pipeline, encodeEcf({}, EcfMode::PackedXyp), 0, decoded));
    QCOMPARE(decoded, Bytes(decoded.size()));
}

void TestFilterPipeline::ecfDamageIsRefused()
{
    const std::vector<EcfEvent> events = ecfEvents(100, 4);
    for (const EcfMode mode : {EcfMode::PackedXyp, EcfMode::PackedXp, EcfMode::Separate}) {
        const Bytes stored = encodeEcf(events, mode);
        Bytes target(1600);
        // Every possible value of every byte.
        for (std::size_t at = 0; at < stored.size(); ++at) {
            Bytes changed = stored;
            for (unsigned value = 0; value < 256; ++value) {
                changed[at] = static_cast<std::byte>(value);
                (void)decodeEcf(changed, target);
            }
        }
        Bytes longer = stored;
        longer.push_back(std::byte{0});
        QCOMPARE(decodeEcf(longer, target).status, DecodeStatus::Damaged);
        Bytes small(1584);
        QCOMPARE(decodeEcf(stored, small).status, DecodeStatus::NoRoom);
    }
}

void TestFilterPipeline::steadyStateKeepsItsBuffers()
{
    const Bytes content = eventLikeBytes(kChunkBytes);
    const Bytes stored = encodeDeflate(encodeShuffle(content, 8), 1);
    const auto pipeline = FilterPipeline::create(describeChunk(kChunkBytes, 8, {filter(2, {8}), filter(1)}));
    PERIHELION_VERIFY_RESULT(pipeline);
    ChunkDecoder decoder;
    const std::span<std::byte> first = decoder.storedBuffer(stored.size());
    std::ranges::copy(stored, first.begin());
    Bytes decoded(kChunkBytes);
    PERIHELION_VERIFY_RESULT(decoder.decode(*pipeline, first, 0, decoded));
    QCOMPARE(decoded, content);
    QCOMPARE(decoder.storedBuffer(100).data(), first.data());
    ChunkDecoder moved = std::move(decoder);
    QCOMPARE(moved.storedBuffer(stored.size()).data(), first.data());
}

QTEST_GUILESS_MAIN(TestFilterPipeline)
#include "tst_filter_pipeline.moc"
