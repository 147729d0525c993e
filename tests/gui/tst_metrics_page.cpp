// SPDX-License-Identifier: GPL-3.0-or-later
// The Metrics page as a person uses it: a load is counted, everything is slow when the limit is 0 ms, caches
// are cleared, the table is sorted, copied, exported and reset.
#include "core/runs/load_record.h"
#include "tests/gui/player_bench.h"
#include "tests/support/test_support.h"
#include "widgets/models/cache_control.h"
#include "widgets/models/operation_table_model.h"
#include "widgets/pages/datasets_page.h"
#include "widgets/pages/main_window.h"
#include "widgets/pages/metrics_page.h"
#include "widgets/views/cache_gauge.h"
#include "widgets/views/operation_table_view.h"
#include "widgets/views/value_table_view.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedWidget>

using namespace perihelion;
using namespace perihelion::test;

namespace {

/// Nothing is read ahead that nobody opened.
constexpr std::chrono::hours kNobodyReadsAhead{1};

struct MetricsBench {
    AppFixture& app;
    MainWindow window;
    QSignalSpy loads;

    explicit MetricsBench(AppFixture& fixture)
        : app(fixture),
          window(fixture.services()),
          loads(&window.player(), &PlayerPage::loadFinished)
    {
        window.player().setAutoplay(false);
        window.resize(1440, 900);
        window.show();
        window.activateWindow();
        (void)QTest::qWaitForWindowActive(&window);
    }
    bool load(const QString& path)
    {
        const auto before = loads.count();
        window.openRecording(path);
        return QTest::qWaitFor([&] { return loads.count() > before; }, kPatienceMillis);
    }
    MetricsPage& page() { return window.metrics(); }
    OperationTableView& table() { return *window.findChild<OperationTableView*>(); }
    template <typename Widget>
    Widget& named(const char16_t* name)
    {
        return *window.findChild<Widget*>(QString::fromUtf16(name));
    }
    void click(const char16_t* button) { QTest::mouseClick(&named<QPushButton>(button), Qt::LeftButton); }
    /// The text of a cell, by the operation's name; empty without that row.
    QString cell(const QString& operation, int column)
    {
        const QAbstractItemModel& rows = table().sorted();
        for (int row = 0; row < rows.rowCount(); ++row) {
            if (rows.index(row, OperationTableModel::NameColumn).data().toString() == operation) {
                return rows.index(row, column).data().toString();
            }
        }
        return {};
    }
};

/// The page alone, which is there sooner than a window with all its pages.
struct PageBench {
    CacheControl cache;
    MetricsPage page;

    explicit PageBench(AppFixture& app) : cache(app.services()), page(app.services(), cache)
    {
        page.resize(948, 674); // The page of a window of 1024 × 700.
        page.show();
        page.activateWindow();
        (void)QTest::qWaitForWindowActive(&page);
    }
    OperationTableView& table() { return *page.findChild<OperationTableView*>(); }
};

/// While it lives nothing is logged: with a limit of 0 ms everything is slow.
class Silence {
public:
    Silence()
        : m_previous(qInstallMessageHandler([](QtMsgType, const QMessageLogContext&, const QString&) {}))
    {
    }
    ~Silence() { qInstallMessageHandler(m_previous); }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

private:
    QtMessageHandler m_previous;
};

NamedFigures madeRow(const char16_t* name, std::uint64_t count, std::int64_t total)
{
    NamedFigures made;
    made.name = QString::fromUtf16(name);
    made.figures.count = count;
    made.figures.total = Nanoseconds(total);
    return made;
}

} // namespace

class TestMetricsPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void loadsAreCounted();
    void refreshesWhileItIsShown();
    void everythingIsSlowAboveNothing();
    void cachesAreCleared();
    void sortsByKeys();
    void copiesWhatIsShown();
    void exportsPlainNumbers();
    void teachesWhenItIsEmpty();
    void namesAndKeys();
    void rowsKeepTheirPlace();
    void everythingFitsASmallWindow();
    void asksWhereToExport();
};

void TestMetricsPage::loadsAreCounted()
{
    AppFixture app(kNobodyReadsAhead);
    const QString path = app.makeRecording(QStringLiteral("in/a.h5"), 40'000);
    MetricsBench bench(app);
    QVERIFY(bench.load(path));
    QVERIFY(bench.load(path));
    bench.window.showPage(PageId::Metrics);
    const QAbstractItemModelTester tester(bench.table().model());
    for (const char16_t* name : {u"Load", u"Load: open", u"Load: index", u"Load: decode", u"Load: accumulate",
                                 u"Load: first frame"}) {
        QCOMPARE(bench.cell(QString::fromUtf16(name), OperationTableModel::CountColumn), QStringLiteral("2"));
    }
    // The sum is that of the loads as the player told them.
    Nanoseconds total{0};
    for (const QList<QVariant>& load : bench.loads) {
        total += load.front().value<LoadRecord>().phases.total();
    }
    for (const NamedFigures& figures : app.operationTimes().figures()) {
        if (figures.name == u"Load") {
            QCOMPARE(figures.figures.total, total);
        }
    }
    QCOMPARE(bench.cell(QStringLiteral("Load"), OperationTableModel::AverageMemoryColumn),
             QStringLiteral("–"));
    // Chunks, queries and jobs behind it, and the store that keeps the loads.
    QVERIFY(!bench.cell(QStringLiteral("Recording: read a chunk"), OperationTableModel::PeakMemoryColumn)
                 .isEmpty());
    QCOMPARE(bench.cell(QStringLiteral("Recording: accumulate"), OperationTableModel::PeakMemoryColumn),
             QStringLiteral("300 KiB")); // 320 × 240 values of four bytes.
    QTRY_COMPARE((bench.page().refresh(),
                  bench.cell(QStringLiteral("Run store: keep a load"), OperationTableModel::CountColumn)),
                 QStringLiteral("2"));
    QTRY_VERIFY(
        (bench.page().refresh(),
         !bench.cell(QStringLiteral("Job: first frame"), OperationTableModel::CountColumn).isEmpty()));
}

void TestMetricsPage::refreshesWhileItIsShown()
{
    AppFixture app(kNobodyReadsAhead);
    MetricsBench bench(app);
    auto* timer = bench.page().findChild<QTimer*>();
    QVERIFY(timer != nullptr && !timer->isActive());
    QCOMPARE(timer->interval(), 1000);
    timer->setInterval(10);
    bench.window.showPage(PageId::Metrics);
    QVERIFY(timer->isActive());
    const auto own = app.operationTimes().operation(u"own");
    app.operationTimes().record(own, std::chrono::milliseconds(3));
    QTRY_COMPARE(bench.cell(QStringLiteral("own"), OperationTableModel::MaximumColumn),
                 QStringLiteral("3.00 ms"));
    const int shown = bench.table().sorted().rowCount();
    bench.window.showPage(PageId::Datasets);
    QVERIFY(!timer->isActive());
    app.operationTimes().record(app.operationTimes().operation(u"unseen"), std::chrono::milliseconds(3));
    QCOMPARE(bench.table().sorted().rowCount(), shown);
    bench.window.showPage(PageId::Metrics);
    QVERIFY(!bench.cell(QStringLiteral("unseen"), OperationTableModel::CountColumn).isEmpty());
}

void TestMetricsPage::everythingIsSlowAboveNothing()
{
    const Silence silence;
    AppFixture app(kNobodyReadsAhead);
    const QString path = app.makeRecording(QStringLiteral("in/slow.h5"));
    {
        MetricsBench bench(app);
        QCOMPARE(app.operationTimes().slowThreshold(), Nanoseconds(std::chrono::seconds(1)));
        bench.window.showPage(PageId::Metrics);
        QVERIFY(bench.named<QLabel>(u"slowHint").isVisible());
        QVERIFY(bench.named<QLabel>(u"metricsLimit").text().contains(QStringLiteral("1.00 s")));
        bench.click(u"metricsChangeLimit");
        QCOMPARE(bench.window.currentPage(), PageId::Settings);
        QSpinBox& limit = bench.named<QSpinBox>(u"slowOperationLimit");
        QVERIFY(limit.hasFocus());
        QCOMPARE(limit.value(), 1000);
        limit.setValue(0);
        QVERIFY(bench.load(path));
        bench.window.showPage(PageId::Metrics);
        QVERIFY(!bench.named<QLabel>(u"slowHint").isVisible());
        QTableView& slow = bench.named<QTableView>(u"slowTable");
        QVERIFY(slow.isVisible());
        const QAbstractItemModel& rows = *slow.model();
        int loads = 0;
        for (int row = 0; row < rows.rowCount(); ++row) {
            if (rows.index(row, 1).data().toString() == u"Load") {
                ++loads;
                QCOMPARE(rows.index(row, 2).data().toString(), path);
                QVERIFY(!rows.index(row, 3).data().toString().isEmpty());
                QVERIFY(QDateTime::fromString(rows.index(row, 0).data().toString(),
                                              QStringLiteral("yyyy-MM-dd HH:mm:ss"))
                            .isValid());
            }
        }
        QCOMPARE(loads, 1);
    }
    app.restart();
    MetricsBench again(app);
    QCOMPARE(app.settings().value(setting::kSlowOperationMillis), std::int64_t{0});
    QCOMPARE(app.operationTimes().slowThreshold(), Nanoseconds(0));
    QCOMPARE(again.named<QSpinBox>(u"slowOperationLimit").value(), 0);
}

void TestMetricsPage::cachesAreCleared()
{
    AppFixture app(kNobodyReadsAhead);
    const QString path = app.makeRecording(QStringLiteral("in/kept.h5"), 40'000);
    MetricsBench bench(app);
    bench.window.datasets().setSessionSources({QString(app.folder() % u"/in")}, {});
    QTRY_VERIFY(bench.window.datasets().isSettled());
    const QDir thumbnails(app.services().paths.thumbnailDir());
    QCOMPARE(thumbnails.entryList(QDir::Files).size(), 1);
    bench.window.cache().toggleAction()->trigger();
    QVERIFY(bench.load(path));
    QVERIFY(bench.load(path));
    bench.window.showPage(PageId::Metrics);
    const CacheGauge& gauge = bench.named<CacheGauge>(u"metricsGauge");
    QVERIFY(gauge.figures().on);
    QVERIFY(gauge.figures().used.value > 0);
    app.prefetcher().stopPlayback();
    app.prefetcher().waitUntilDone();
    bench.click(u"metricsClearCache");
    QTRY_COMPARE(gauge.figures().used.value, 0U);
    QCOMPARE(app.cache().facts().bytes, 0U);

    QLabel& kept = bench.named<QLabel>(u"metricsThumbnails");
    QTRY_VERIFY2(kept.text().startsWith(QStringLiteral("1 file,")), qPrintable(kept.text()));
    const QSignalSpy cleared(&bench.page(), &MetricsPage::thumbnailsCleared);
    bench.click(u"metricsClearThumbnails");
    QTRY_COMPARE(cleared.count(), 1);
    QTRY_COMPARE(kept.text(), QStringLiteral("none kept"));
    QVERIFY(!bench.named<QPushButton>(u"metricsClearThumbnails").isEnabled());
    QVERIFY(thumbnails.entryList(QDir::Files).isEmpty());
}

void TestMetricsPage::sortsByKeys()
{
    AppFixture app(kNobodyReadsAhead);
    OperationTableModel model;
    model.setFigures({madeRow(u"b", 10, 300), madeRow(u"c", 9, 500), madeRow(u"a", 100, 400)});
    OperationTableView view(model, app.theme());
    view.resize(900, 300);
    view.show();
    const auto names = [&] {
        QString text;
        for (int shown = 0; shown < 3; ++shown) {
            text += view.sorted().index(shown, OperationTableModel::NameColumn).data().toString();
        }
        return text;
    };
    QCOMPARE(names(), QStringLiteral("cab")); // Where most time went, first.
    QTest::keyClick(&view, Qt::Key_R);
    QCOMPARE(names(), QStringLiteral("bac"));
    QTest::keyClicks(&view, QStringLiteral(">>>"));
    QCOMPARE(names(), QStringLiteral("abc")); // Around to the names.
    QTest::keyClicks(&view, QStringLiteral(">"));
    QCOMPARE(names(), QStringLiteral("abc")); // 100, 10, 9: as numbers.
    QTest::keyClicks(&view, QStringLiteral("<<<<"));
    QCOMPARE(view.horizontalHeader()->sortIndicatorSection(), int{OperationTableModel::TotalColumn});
    QCOMPARE(names(), QStringLiteral("cab"));
    // What changes moves to its place, and the selection with it.
    view.selectRow(2);
    model.setFigures({madeRow(u"b", 11, 900), madeRow(u"c", 9, 500), madeRow(u"a", 100, 400)});
    QCOMPARE(names(), QStringLiteral("bca"));
    QCOMPARE(view.currentIndex().row(), 0);
}

void TestMetricsPage::copiesWhatIsShown()
{
    const Silence silence;
    AppFixture app(kNobodyReadsAhead);
    app.settings().set(setting::kSlowOperationMillis, 5);
    PageBench bench(app);
    app.operationTimes().record(app.operationTimes().operation(u"own"), std::chrono::milliseconds(7), u"it",
                                ByteCount{2048});
    app.operationTimes().record(app.operationTimes().operation(u"quick"), std::chrono::microseconds(7));
    bench.page.refresh();
    QTest::keyClick(&bench.table(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    const QStringList lines = QGuiApplication::clipboard()->text().split(u'\n');
    const QAbstractItemModel& shown = bench.table().sorted();
    QVERIFY(shown.rowCount() >= 2 && lines.size() > shown.rowCount() + 4);
    QVERIFY2(lines.at(0).contains(QStringLiteral("operations of")), qPrintable(lines.at(0)));
    for (int row = 0; row < shown.rowCount(); ++row) {
        const QStringList cells = lines.at(row + 2).split(u'\t');
        QCOMPARE(cells.size(), OperationTableModel::kColumns);
        for (int column = 0; column < cells.size(); ++column) {
            QCOMPARE(cells.at(column), shown.index(row, column).data().toString());
        }
    }
    QVERIFY(lines.contains(QStringLiteral("own\t1\t7.00 ms\t7.00 ms\t7.00 ms\t7.00 ms\t7.00 ms\t7.00 ms\t"
                                          "2.0 KiB\t2.0 KiB")));
    const QStringList slow = lines.filter(QStringLiteral("own\tit\t7.00 ms"));
    QCOMPARE(slow.size(), 1);
}

void TestMetricsPage::exportsPlainNumbers()
{
    const Silence silence;
    AppFixture app(kNobodyReadsAhead);
    app.settings().set(setting::kSlowOperationMillis, 5);
    app.operationTimes().setSlowThreshold(std::chrono::milliseconds(5));
    app.operationTimes().record(app.operationTimes().operation(u"own"), std::chrono::microseconds(7'500),
                                u"a, \"b\"", ByteCount{2049});
    PageBench bench(app);
    QSignalSpy said(&bench.page, &MetricsPage::statusMessage);
    const auto content = [&](const QString& name, auto exporting) -> QStringList {
        const QString file = QString(app.folder() % u'/' % name);
        (bench.page.*exporting)(file);
        if (!said.wait(kPatienceMillis)) {
            return {};
        }
        QFile written(file);
        return written.open(QIODevice::ReadOnly)
                   ? QString::fromUtf8(written.readAll()).split(QStringLiteral("\r\n"))
                   : QStringList();
    };
    const QStringList operations = content(QStringLiteral("operations.csv"), &MetricsPage::exportOperations);
    QCOMPARE(operations.value(0),
             QStringLiteral("operation,count,avg_ms,min_ms,p50_ms,p95_ms,max_ms,total_ms,"
                            "avg_memory_bytes,peak_memory_bytes"));
    QVERIFY(operations.contains(QStringLiteral("own,1,7.500000,7.500000,7.500000,7.500000,7.500000,7.500000,"
                                               "2049,2049")));
    const QStringList slow = content(QStringLiteral("slow.csv"), &MetricsPage::exportSlow);
    QCOMPARE(slow.value(0), QStringLiteral("ended,operation,duration_ms,subject"));
    QCOMPARE(slow.filter(QStringLiteral(",own,7.500000,\"a, \"\"b\"\"\"")).size(), 1);
    // A folder that is not there to write into is told.
    said.clear();
    bench.page.exportOperations(QStringLiteral("/proc/nowhere/operations.csv"));
    QVERIFY(said.wait(kPatienceMillis));
    QVERIFY2(said.front().front().toString().contains(QStringLiteral("Exporting")),
             qPrintable(said.front().front().toString()));
}

void TestMetricsPage::teachesWhenItIsEmpty()
{
    AppFixture app(kNobodyReadsAhead);
    MetricsBench bench(app);
    QTRY_VERIFY(!app.operationTimes().figures().empty()); // The store was opened.
    bench.window.showPage(PageId::Metrics);
    QVERIFY(bench.table().isVisible());
    QWidget& empty = bench.named<QWidget>(u"metricsEmpty");
    // The jobs of the start may still end after a reset.
    QTRY_VERIFY((bench.click(u"metricsReset"), empty.isVisible()));
    QVERIFY(!bench.table().isVisible());
    bench.click(u"metricsShowRecordings");
    QCOMPARE(bench.window.currentPage(), PageId::Datasets);
}

void TestMetricsPage::namesAndKeys()
{
    AppFixture app(kNobodyReadsAhead);
    MetricsBench bench(app);
    QTest::keyClick(&bench.window, Qt::Key_6, Qt::ControlModifier);
    QCOMPARE(bench.window.currentPage(), PageId::Metrics);
    for (const QPushButton* button : bench.page().findChildren<QPushButton*>()) {
        QVERIFY2(!button->toolTip().isEmpty(), qPrintable(button->objectName()));
        QVERIFY2(!button->text().isEmpty() || !button->accessibleName().isEmpty(),
                 qPrintable(button->objectName()));
    }
    QCOMPARE(bench.table().accessibleName(), QStringLiteral("Timed operations"));
    QCOMPARE(bench.named<QTableView>(u"slowTable").accessibleName(), QStringLiteral("Slow operations"));
    QCOMPARE(bench.named<QPushButton>(u"metricsClearCache").accessibleName(),
             QStringLiteral("Clear the event cache"));
    QCOMPARE(bench.named<QPushButton>(u"metricsExport").menu()->actions().size(), 2);
    QTest::keyClick(&bench.window, Qt::Key_S, Qt::AltModifier);
    QTRY_COMPARE(bench.window.currentPage(), PageId::Settings);
}

void TestMetricsPage::rowsKeepTheirPlace()
{
    OperationTableModel model;
    const QAbstractItemModelTester tester(&model);
    const QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    const QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    model.setFigures({madeRow(u"b", 1, 10), madeRow(u"d", 1, 10)});
    model.setFigures({madeRow(u"a", 1, 5), madeRow(u"b", 2, 20), madeRow(u"c", 1, 1), madeRow(u"d", 1, 10)});
    QCOMPARE(resets.count(), 0);
    QCOMPARE(changes.count(), 1);
    QStringList names;
    for (const NamedFigures& each : model.rows()) {
        names.append(each.name);
    }
    QCOMPARE(names.join(u' '), QStringLiteral("b d a c"));
    QCOMPARE(model.index(0, OperationTableModel::CountColumn).data().toString(), QStringLiteral("2"));
    model.setFigures({madeRow(u"c", 1, 1)});
    QCOMPARE(resets.count(), 1);
    QCOMPARE(model.rowCount(), 1);
    model.setFigures({});
    QCOMPARE(model.rowCount(), 0);
}

void TestMetricsPage::everythingFitsASmallWindow()
{
    const Silence silence;
    AppFixture app(kNobodyReadsAhead);
    for (const QString& name :
         {QStringLiteral("Job: other of the run store"), QStringLiteral("Run store: send waiting run"),
          QStringLiteral("Recording: index every event")}) {
        for (int n = 0; n < 12; ++n) {
            app.operationTimes().record(app.operationTimes().operation(name), std::chrono::milliseconds(77),
                                        u"a", ByteCount{std::uint64_t{777} << 20});
        }
    }
    PageBench bench(app);
    OperationTableView& table = bench.table();
    QTRY_VERIFY(table.sorted().rowCount() >= 3);
    int together = 0;
    for (int column = 0; column < OperationTableModel::kColumns; ++column) {
        QVERIFY2(static_cast<QAbstractItemView&>(table).sizeHintForColumn(column) <=
                     table.columnWidth(column),
                 qPrintable(QString::number(column)));
        together += table.columnWidth(column);
    }
    QVERIFY2(together <= table.viewport()->width(), qPrintable(QString::number(together)));
    QCOMPARE(table.sorted().index(0, OperationTableModel::NameColumn).data(Qt::ToolTipRole),
             table.sorted().index(0, OperationTableModel::NameColumn).data());
    // Counts that grow get their room from the names.
    const auto busy = app.operationTimes().operation(u"Recording: index every event");
    for (int n = 0; n < 120'000; ++n) {
        app.operationTimes().record(busy, std::chrono::nanoseconds(1));
    }
    bench.page.refresh();
    QVERIFY(static_cast<QAbstractItemView&>(table).sizeHintForColumn(OperationTableModel::CountColumn) <=
            table.columnWidth(OperationTableModel::CountColumn));
}

void TestMetricsPage::asksWhereToExport()
{
    AppFixture app(kNobodyReadsAhead);
    PageBench bench(app);
    MetricsPage& page = bench.page;
    app.operationTimes().record(app.operationTimes().operation(u"own"), std::chrono::milliseconds(7));
    page.refresh();
    QSignalSpy said(&page, &MetricsPage::statusMessage);
    page.findChild<QPushButton*>(QStringLiteral("metricsExport"))->menu()->actions().front()->trigger();
    auto* dialog = page.findChild<QFileDialog*>();
    QVERIFY(dialog != nullptr);
    QCOMPARE(dialog->acceptMode(), QFileDialog::AcceptSave);
    QCOMPARE(dialog->defaultSuffix(), QStringLiteral("csv"));
    const QString file = QString(app.folder() % u"/chosen.csv");
    Q_EMIT dialog->fileSelected(file);
    QVERIFY(said.wait(kPatienceMillis));
    QVERIFY2(said.front().front().toString().contains(file), qPrintable(said.front().front().toString()));
    QVERIFY(QFile::exists(file));
    dialog->close();
}

QTEST_MAIN(TestMetricsPage)
#include "tst_metrics_page.moc"
