// SPDX-License-Identifier: GPL-3.0-or-later
// Packed blocks give back every event as it was, whatever it was: sorted and unsorted, negative and huge
// times, odd coordinates, dense and sparse; and windows of them are those of a plain search.
#include "datasets/cache/packed_block.h"
#include "datasets/layouts/recording_layout.h"

#include <QTest>

#include <algorithm>
#include <functional>
#include <limits>
#include <random>
#include <vector>

using namespace perihelion;

namespace {

constexpr ColumnSet kAll = 15;

struct Columns {
    std::vector<std::int64_t> t;
    std::vector<std::uint16_t> x;
    std::vector<std::uint16_t> y;
    std::vector<std::uint8_t> p;

    void add(std::int64_t time, unsigned px, unsigned py, unsigned polarity)
    {
        t.push_back(time);
        x.push_back(static_cast<std::uint16_t>(px));
        y.push_back(static_cast<std::uint16_t>(py));
        p.push_back(static_cast<std::uint8_t>(polarity));
    }
    std::size_t size() const { return t.size(); }
};

ColumnBuffers buffersOf(const Columns& events)
{
    ColumnBuffers buffers;
    buffers.reserve(events.size());
    buffers.rows = events.size();
    std::copy(events.t.begin(), events.t.end(), buffers.t);
    std::copy(events.x.begin(), events.x.end(), buffers.x);
    std::copy(events.y.begin(), events.y.end(), buffers.y);
    std::copy(events.p.begin(), events.p.end(), buffers.p);
    return buffers;
}

} // namespace

class TestPackedBlock : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void denseTakesThreeBytes()
    {
        Columns events;
        for (int i = 0; i < 100'000; ++i) {
            events.add(1'000'000 + i / 8, below(1280), below(720), below(2));
        }
        const auto block = packed(events);
        QCOMPARE(block->shape().form, PackedForm::Binned3);
        QVERIFY2(static_cast<double>(block->reservedBytes()) / 100'000 < 3.2,
                 qPrintable(QString::number(block->reservedBytes())));
        check(events, *block);
    }

    void sparseTakesFourBytes()
    {
        Columns events;
        for (int i = 0; i < 50'000; ++i) {
            events.add(i * 40, below(1280), below(720), below(2));
        }
        const auto block = packed(events);
        QCOMPARE(block->shape().form, PackedForm::Binned4);
        check(events, *block);
    }

    void unsortedTakesEightBytes()
    {
        Columns events;
        for (int i = 0; i < 20'000; ++i) {
            events.add(static_cast<std::int64_t>(m_random() % 1'000'000'000'000), below(1280), below(720),
                       below(2));
        }
        const auto block = packed(events);
        QCOMPARE(block->shape().form, PackedForm::Word8);
        QVERIFY(!block->shape().sorted);
        check(events, *block);
    }

    void timesAtBothEndsStayColumns()
    {
        Columns events;
        events.add(std::numeric_limits<std::int64_t>::min(), 0, 0, 0);
        events.add(-1, 65'535, 65'535, 1);
        events.add(std::numeric_limits<std::int64_t>::max(), 3, 4, 0);
        const auto block = packed(events);
        QCOMPARE(block->shape().form, PackedForm::Columns);
        QVERIFY(block->shape().sorted);
        check(events, *block);
    }

    void strangePolaritiesAreKept()
    {
        Columns events;
        for (unsigned i = 0; i < 300; ++i) {
            events.add(i, i, i, i);
        }
        check(events, *packed(events));
    }

    void noEventsAndOne()
    {
        Columns events;
        check(events, *packed(events));
        events.add(-77, 12, 34, 1);
        check(events, *packed(events));
    }

    void everyEventInOneMicrosecond()
    {
        // More than a bin's counter reaches.
        Columns events;
        for (int i = 0; i < 70'000; ++i) {
            events.add(5, below(4), 0, 1);
        }
        check(events, *packed(events));
        events.t.back() = 6;
        check(events, *packed(events));
    }

    void anythingAtAll_data()
    {
        QTest::addColumn<quint32>("seed");
        for (quint32 seed = 0; seed < 60; ++seed) {
            QTest::addRow("seed %u", seed) << seed;
        }
    }

    void anythingAtAll()
    {
        QFETCH(quint32, seed);
        std::mt19937_64 random(seed);
        const auto below = [&random](std::uint64_t bound) { return bound > 0 ? random() % bound : 0; };
        const std::size_t rows = 1 + below(3000);
        const std::int64_t starts[] = {0, -1'000'000, 1LL << 52, std::numeric_limits<std::int64_t>::min(),
                                       std::numeric_limits<std::int64_t>::max() - 2'000'000};
        std::int64_t time = starts[below(5)];
        const std::uint64_t width = 1 + below(std::uint64_t{1} << below(17));
        const std::uint64_t height = 1 + below(std::uint64_t{1} << below(17));
        const std::uint64_t left = below(65'537 - std::min<std::uint64_t>(width, 65'536));
        const std::uint64_t top = below(65'537 - std::min<std::uint64_t>(height, 65'536));
        const std::uint64_t step = std::uint64_t{1} << below(9);
        const bool jumps = below(3) == 0;
        const bool sorted = below(4) != 0;
        Columns events;
        for (std::size_t i = 0; i < rows; ++i) {
            events.add(time, static_cast<unsigned>(std::min<std::uint64_t>(65'535, left + below(width))),
                       static_cast<unsigned>(std::min<std::uint64_t>(65'535, top + below(height))),
                       static_cast<unsigned>(below(2)));
            std::uint64_t ahead = below(step);
            if (jumps && below(100) == 0) {
                ahead = std::uint64_t{1} << below(50);
            }
            // Held at the end of the range.
            const auto room = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) -
                              static_cast<std::uint64_t>(time);
            time = static_cast<std::int64_t>(static_cast<std::uint64_t>(time) + std::min(ahead, room));
            if (!sorted && below(50) == 0) {
                time = static_cast<std::int64_t>(static_cast<std::uint64_t>(starts[0]) + below(1000));
            }
        }
        const auto block = packed(events);
        QCOMPARE(block->shape().sorted, std::is_sorted(events.t.begin(), events.t.end()));
        check(events, *block);
    }

    void refusedMemoryIsNoBlock()
    {
        Columns events;
        events.add(1, 1, 1, 1);
        const ColumnBuffers buffers = buffersOf(events);
        PackedShape shape = PackedBlock::measure(buffers);
        shape.bytes = std::size_t{1} << 62; // More than any system has.
        QVERIFY(PackedBlock::pack(shape, buffers, 0, Reservation()) == nullptr);
    }

private:
    unsigned below(unsigned bound) { return static_cast<unsigned>(m_random() % bound); }

    std::shared_ptr<const PackedBlock> packed(const Columns& events)
    {
        const ColumnBuffers buffers = buffersOf(events);
        const PackedShape shape = PackedBlock::measure(buffers);
        auto reservation = m_budget.reserve(PackedBlock::footprint(shape));
        return reservation ? PackedBlock::pack(shape, buffers, 0, std::move(*reservation)) : nullptr;
    }

    void check(const Columns& events, const PackedBlock& block)
    {
        QCOMPARE(block.rows(), events.size());
        checkRows(events, block, 0, events.size());
        for (int i = 0; i < 40 && events.size() > 0; ++i) {
            const std::size_t from = m_random() % events.size();
            checkRows(events, block, from, m_random() % (events.size() - from + 1));
        }
        if (!block.shape().sorted) {
            return;
        }
        for (int i = 0; i < 60 && events.size() > 0; ++i) {
            std::int64_t start = events.t[m_random() % events.size()];
            std::int64_t end = events.t[m_random() % events.size()];
            const int nudge = static_cast<int>(m_random() % 3) - 1;
            (void)__builtin_add_overflow(start, nudge, &start);
            (void)__builtin_add_overflow(end, static_cast<int>(m_random() % 3) - 1, &end);
            const auto [first, last] = block.rowsOfWindow(start, end);
            const auto lower = [&events](std::int64_t time) {
                return static_cast<std::size_t>(std::lower_bound(events.t.begin(), events.t.end(), time) -
                                                events.t.begin());
            };
            QCOMPARE(first, lower(start));
            QCOMPARE(last, std::max(first, lower(end)));
        }
    }

    void checkRows(const Columns& events, const PackedBlock& block, std::size_t from, std::size_t count)
    {
        const auto same = [&](const auto& all, const auto* run) {
            return std::equal(run, run + count, all.begin() + static_cast<std::ptrdiff_t>(from));
        };
        ColumnBuffers rows;
        rows.reserve(count + 1);
        block.unpack(kAll, from, count, rows);
        QVERIFY(same(events.t, rows.t));
        QVERIFY(same(events.x, rows.x));
        QVERIFY(same(events.y, rows.y));
        QVERIFY(same(events.p, rows.p));
        std::size_t at = from;
        bool equal = true;
        block.forEachPixel(from, count, [&](std::uint32_t x, std::uint32_t y, std::uint32_t polarity) {
            equal = equal && events.x[at] == x && events.y[at] == y && events.p[at] == polarity;
            ++at;
        });
        QVERIFY(equal);
        QCOMPARE(at, from + count);
    }

    MemoryBudget m_budget;
    std::mt19937_64 m_random{11};
};

QTEST_GUILESS_MAIN(TestPackedBlock)
#include "tst_packed_block.moc"
