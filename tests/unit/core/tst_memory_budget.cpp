// SPDX-License-Identifier: GPL-3.0-or-later
// What memory there is, by injected trees of /proc and /sys and in a real control group; the budget made of
// it, and giving back when it shrinks.
#include "core/memory/memory_budget.h"
#include "core/memory/memory_watch.h"
#include "tests/support/test_support.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include <unistd.h>

using namespace perihelion;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

class TestMemoryBudget : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        write("proc/meminfo", "MemTotal:       16777216 kB\nMemFree: 1 kB\nMemAvailable:    8388608 kB\n");
        write("proc/self/cgroup", "0::/\n");
        write("proc/self/mountinfo", "");
    }

    void machineAlone()
    {
        const auto memory = probe().sample();
        PERIHELION_VERIFY_RESULT(memory);
        QCOMPARE(memory->available, 8 * kGibibyte);
        QCOMPARE(memory->total, 16 * kGibibyte);
        QCOMPARE(memory->limitedBy, QStringLiteral("the machine"));
    }

    void unifiedGroupsUpToTheRoot()
    {
        write("proc/self/cgroup", "0::/user.slice/app.scope\n");
        write("proc/self/mountinfo", "30 23 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        write("sys/fs/cgroup/user.slice/app.scope/memory.max", "max\n");
        write("sys/fs/cgroup/user.slice/app.scope/memory.high", "max\n");
        write("sys/fs/cgroup/user.slice/app.scope/memory.current", "1000000\n");
        QCOMPARE(probe().sample()->available, 8 * kGibibyte);
        // The parent's limit counts, less what it uses, but file pages that nobody needs do not.
        write("sys/fs/cgroup/user.slice/memory.max", "4294967296\n");
        write("sys/fs/cgroup/user.slice/memory.current", "3221225472\n");
        write("sys/fs/cgroup/user.slice/memory.stat", "anon 5\ninactive_file 1073741824\nfile 7\n");
        const auto memory = probe().sample();
        PERIHELION_VERIFY_RESULT(memory);
        QCOMPARE(memory->available, 2 * kGibibyte);
        QCOMPARE(memory->total, 4 * kGibibyte);
        QCOMPARE(memory->limitedBy, QStringLiteral("control group /user.slice"));
        // memory.high throttles before memory.max kills.
        write("sys/fs/cgroup/user.slice/app.scope/memory.high", "1048576\n");
        QCOMPARE(probe().sample()->available, 48'576);
        // Over the limit is nothing, not a huge number.
        write("sys/fs/cgroup/user.slice/app.scope/memory.current", "2000000\n");
        QCOMPARE(probe().sample()->available, 0);
    }

    void formerHierarchyInAContainer()
    {
        // The group's path is the host's; the mount shows it as its root.
        write("proc/self/cgroup", "5:cpu:/\n4:hugetlb,memory:/docker/abc/inner\n0::/\n");
        write("proc/self/mountinfo",
              "33 31 0:32 /docker/abc /sys/fs/cgroup/my\\040memory rw - cgroup cgroup rw,hugetlb,memory\n"
              "34 31 0:33 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n");
        write("sys/fs/cgroup/my memory/memory.limit_in_bytes", "1073741824\n");
        write("sys/fs/cgroup/my memory/memory.usage_in_bytes", "805306368\n");
        write("sys/fs/cgroup/my memory/memory.stat", "inactive_file 1\ntotal_inactive_file 268435456\n");
        write("sys/fs/cgroup/my memory/inner/memory.limit_in_bytes", "9223372036854771712\n");
        write("sys/fs/cgroup/my memory/inner/memory.usage_in_bytes", "1\n");
        const auto memory = probe().sample();
        PERIHELION_VERIFY_RESULT(memory);
        QCOMPARE(memory->available, kGibibyte / 2);
        // A group outside of what the mount shows: its root counts.
        write("proc/self/cgroup", "4:memory:/elsewhere\n");
        QCOMPARE(probe().sample()->available, kGibibyte / 2);
    }

    void unreadableFilesAreAnError()
    {
        write("proc/meminfo", "MemTotal: 5 kB\n");
        QCOMPARE(probe().sample().error().code, ErrorCode::Io);
        MemoryBudget budget({}, probe());
        QCOMPARE(budget.budgetBytes(), 0);
        QVERIFY(!budget.gauge().reason.isEmpty());
        QVERIFY(!budget.reserve(1));
    }

    void damagedFilesNeverCrash()
    {
        const QByteArray texts[] = {"",
                                    "\n",
                                    ":",
                                    "4:memory",
                                    "0::",
                                    "30 23 - cgroup2",
                                    QByteArray(5000, '-'),
                                    "1 2 3 / /sys rw - cgroup2 a b\n",
                                    "4:memory:../../..\n0::/../x\n"};
        for (const QByteArray& groups : texts) {
            for (const QByteArray& mounts : texts) {
                write("proc/self/cgroup", groups);
                write("proc/self/mountinfo", mounts);
                PERIHELION_VERIFY_RESULT(probe().sample());
            }
        }
    }

    void budgetIsAFractionOfWhatThereIs()
    {
        MemoryBudget budget({}, probe());
        QCOMPARE(budget.budgetBytes(), 4 * kGibibyte);
        budget.setPolicy(MemoryPolicy{0.25, 0, kGibibyte});
        QCOMPARE(budget.budgetBytes(), 2 * kGibibyte);
        budget.setPolicy(MemoryPolicy{0.5, 1000, kGibibyte});
        QCOMPARE(budget.budgetBytes(), 1000);
        QVERIFY(budget.gauge().reason.isEmpty());
    }

    void whatIsUsedDoesNotShrinkTheBudget()
    {
        MemoryBudget budget({}, probe());
        auto held = budget.reserve(3 * kGibibyte);
        QVERIFY(held);
        write("proc/meminfo", "MemTotal: 16777216 kB\nMemAvailable: 5242880 kB\n"); // 3 GiB less.
        budget.sample();
        QCOMPARE(budget.budgetBytes(), 4 * kGibibyte);
        QVERIFY(budget.reserve(kGibibyte));
        QVERIFY(!budget.reserve(kGibibyte + 1));
        QCOMPARE(budget.gauge().refusals, 1);
    }

    void belowTheFloorNothingIsKept()
    {
        MemoryBudget budget({}, probe());
        QVERIFY(budget.allowsKeeping());
        write("proc/meminfo", "MemTotal: 16777216 kB\nMemAvailable: 1000000 kB\n");
        budget.sample();
        QVERIFY(!budget.allowsKeeping());
        QVERIFY(!budget.reserve(1));
        const MemoryGauge gauge = budget.gauge();
        QCOMPARE(gauge.availableBytes, 1'024'000'000);
        QVERIFY2(gauge.reason.contains(QStringLiteral("the machine")), qPrintable(gauge.reason));
        write("proc/meminfo", "MemTotal: 16777216 kB\nMemAvailable: 8388608 kB\n");
        budget.sample();
        QVERIFY(budget.allowsKeeping());
    }

    void reservationsComeBack()
    {
        MemoryBudget budget(MemoryPolicy{0.5, 100, 0}, probe());
        {
            auto first = budget.reserve(60);
            QVERIFY(first);
            QVERIFY(!budget.reserve(41));
            Reservation moved = std::move(*first);
            QCOMPARE(first->bytes(), 0);
            QCOMPARE(moved.bytes(), 60);
            auto second = budget.reserve(40);
            QVERIFY(second);
            moved = std::move(*second);
            QCOMPARE(budget.usedBytes(), 40);
        }
        QCOMPARE(budget.usedBytes(), 0);
    }

    void reservationsFromManyThreads()
    {
        MemoryBudget budget(MemoryPolicy{0.5, 1000, 0}, probe());
        std::atomic<bool> exceeded{false};
        std::vector<std::thread> threads;
        threads.reserve(4);
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&] {
                for (int i = 0; i < 2000; ++i) {
                    const auto held = budget.reserve(300);
                    exceeded = exceeded || budget.usedBytes() > 1000;
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        QVERIFY(!exceeded);
        QCOMPARE(budget.usedBytes(), 0);
    }

    void smallThingsAskOthersForRoom()
    {
        write("proc/meminfo", "MemTotal: 16777216 kB\nMemAvailable: 8388608 kB\n");
        MemoryBudget budget(MemoryPolicy{0.5, 1000, 0}, probe());
        auto held = budget.reserve(1000);
        QVERIFY(held && !budget.reserve(10));
        std::uint64_t asked = 0;
        const auto number = budget.addHolder([&](std::uint64_t bytes, MemoryNeed need) {
            QCOMPARE(need, MemoryNeed::Others);
            asked += bytes;
            held.reset();
        });
        QVERIFY(!budget.reserveAsking(2000)); // Never fits: nobody is asked.
        QCOMPARE(asked, 0);
        const auto small = budget.reserveAsking(10);
        QVERIFY(small.has_value());
        QCOMPARE(asked, 10);
        QCOMPARE(budget.usedBytes(), 10);
        budget.removeHolder(number);
    }

    void holdersGiveBackWhenOthersTakeMemory()
    {
        MemoryBudget budget({}, probe());
        std::vector<Reservation> kept;
        kept.reserve(4);
        for (int i = 0; i < 4; ++i) {
            kept.push_back(std::move(*budget.reserve(kGibibyte)));
        }
        const std::uint64_t number = budget.addHolder([&kept](std::uint64_t bytes, MemoryNeed need) {
            QCOMPARE(need, MemoryNeed::Short);
            while (bytes > 0 && !kept.empty()) {
                bytes -= std::min(bytes, kept.back().bytes());
                kept.pop_back();
            }
        });
        // 4 GiB kept, 8 available before: now another program took 6 of the 4 that were left beside us.
        write("proc/meminfo", "MemTotal: 16777216 kB\nMemAvailable: 1048576 kB\n");
        budget.sample();
        QCOMPARE(budget.budgetBytes(), (kGibibyte + 4 * kGibibyte) / 2);
        QCOMPARE(kept.size(), std::size_t{2});
        QVERIFY(budget.usedBytes() <= budget.budgetBytes());
        budget.removeHolder(number);
    }

    void watchSamplesByItself()
    {
        MemoryBudget budget({}, probe());
        std::atomic<bool> asked{false};
        auto kept = budget.reserve(3 * kGibibyte);
        const std::uint64_t number = budget.addHolder([&](std::uint64_t, MemoryNeed) {
            kept.reset();
            asked = true;
        });
        {
            const MemoryWatch watch(budget, std::chrono::milliseconds(2));
            write("proc/meminfo", "MemTotal: 16777216 kB\nMemAvailable: 1024 kB\n");
            QTRY_VERIFY(asked);
        }
        QCOMPARE(budget.usedBytes(), 0);
        budget.removeHolder(number);
    }

    void watchReturnsWhatTheAllocatorKeeps()
    {
        MemoryBudget budget(MemoryPolicy{0.5, 0, 0});
        constexpr std::size_t kPiece = 64 * 1024; // Small enough to come from the heap.
        std::vector<std::unique_ptr<char[]>> pieces;
        pieces.reserve(1024);
        for (int i = 0; i < 1024; ++i) {
            pieces.push_back(std::make_unique<char[]>(kPiece));
        }
        // The last one stays, so that the heap cannot shrink from its end.
        pieces.erase(pieces.begin(), pieces.end() - 1);
        QVERIFY(pieces.back()[0] == 0);
        const std::uint64_t before = residentBytes();
        const MemoryWatch watch(budget, std::chrono::milliseconds(2));
        // Sanitizers bring their own allocator.
        QTRY_VERIFY(kSanitized || residentBytes() + 32 * kMebibyte < before);
    }

    void limitOfARealGroupLoweredWhileRunning()
    {
        // Where the system lets us, in a group of our own below the one we are in; else the injected trees
        // above have shown it.
        const auto group = RealGroup::make();
        if (!group) {
            const auto memory = MemoryProbe().sample();
            PERIHELION_VERIFY_RESULT(memory);
            QVERIFY(memory->available <= memory->total);
            qInfo("no control group can be made here: shown by injected file trees alone");
            return;
        }
        qInfo("in a real control group: %s", qPrintable(group->path()));
        const std::uint64_t before = MemoryProbe().sample()->available;
        MemoryBudget budget(MemoryPolicy{0.5, 0, 0});
        QVERIFY(group->limit(256 * kMebibyte));
        budget.sample();
        const auto memory = MemoryProbe().sample();
        PERIHELION_VERIFY_RESULT(memory);
        QVERIFY(memory->available <= 256 * kMebibyte);
        QVERIFY(memory->available < before);
        QVERIFY(memory->limitedBy.contains(QStringLiteral("perihelion-test")));
        QVERIFY(budget.budgetBytes() <= 128 * kMebibyte);
    }

private:
    /// A control group with this process in it, gone (and the process back) when it dies.
    class RealGroup {
    public:
        static std::unique_ptr<RealGroup> make()
        {
            const QString name = QStringLiteral("perihelion-test-%1").arg(::getpid());
            QFile groups(QStringLiteral("/proc/self/cgroup"));
            if (!groups.open(QIODevice::ReadOnly)) {
                return nullptr;
            }
            QString unified;
            QString former;
            const QStringList lines = QString::fromUtf8(groups.readAll()).split(u'\n');
            for (const QString& line : lines) {
                if (line.startsWith(u"0::")) {
                    unified = QString(u"/sys/fs/cgroup" % line.mid(3));
                } else if (line.section(u':', 1, 1).split(u',').contains(QStringLiteral("memory"))) {
                    former = QString(u"/sys/fs/cgroup/memory" % line.section(u':', 2));
                }
            }
            for (const QString& parent : {former, unified}) {
                const bool isFormer = !former.isEmpty() && parent == former;
                std::unique_ptr<RealGroup> group(new RealGroup);
                group->m_parent = parent;
                group->m_path = QString(parent % u'/' % name);
                group->m_limit =
                    isFormer ? QStringLiteral("memory.limit_in_bytes") : QStringLiteral("memory.max");
                if (!parent.isEmpty() && QDir().mkdir(group->m_path)) {
                    group->m_made = true;
                    if (QFile::exists(group->file(group->m_limit)) && group->enter(group->m_path)) {
                        return group;
                    }
                }
            }
            return nullptr;
        }
        ~RealGroup()
        {
            if (m_made) {
                (void)enter(m_parent);
                QDir().rmdir(m_path);
            }
        }
        const QString& path() const { return m_path; }
        bool limit(std::uint64_t bytes) { return put(file(m_limit), QByteArray::number(qulonglong(bytes))); }

    private:
        RealGroup() = default;
        QString file(const QString& name) const { return QString(m_path % u'/' % name); }
        static bool put(const QString& path, const QByteArray& text)
        {
            QFile target(path);
            return target.open(QIODevice::WriteOnly | QIODevice::Unbuffered) &&
                   target.write(text) == text.size();
        }
        static bool enter(const QString& path)
        {
            return put(QString(path % u"/cgroup.procs"), QByteArray::number(qint64(::getpid())));
        }

        QString m_parent;
        QString m_path;
        QString m_limit;
        bool m_made = false;
    };

    static std::uint64_t residentBytes()
    {
        QFile file(QStringLiteral("/proc/self/statm"));
        const bool opened = file.open(QIODevice::ReadOnly);
        return opened ? file.readAll().split(' ').value(1).toULongLong() * 4096 : 0;
    }

    MemoryProbe probe() const { return MemoryProbe(m_folder->path().toStdString()); }

    void write(const char* name, const QByteArray& text)
    {
        const QString path = m_folder->filePath(QString::fromLatin1(name));
        QVERIFY(QDir().mkpath(QFileInfo(path).path()));
        // Renamed, as others may be reading.
        const QString fresh = QString(path % u".new");
        QFile file(fresh);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(text), text.size());
        file.close();
        QCOMPARE(::rename(qPrintable(fresh), qPrintable(path)), 0);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestMemoryBudget)
#include "tst_memory_budget.moc"
