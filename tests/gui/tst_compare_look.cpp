// SPDX-License-Identifier: GPL-3.0-or-later
// What the Compare page shows and gives away: the chart of distributions, files, names and tips, its look.
#include "tests/gui/compared_runs.h"
#include "tests/gui/golden_picture.h"
#include "widgets/pages/compare_page.h"
#include "widgets/pages/main_window.h"
#include "widgets/views/distribution_chart.h"

#include <QFile>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace perihelion;
using namespace perihelion::test;

class TestCompareLook : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void chartIsReadByKeys();
    void exports();
    void everythingHasANameAndATip();
    void aChosenRowKeepsItsColours();
    void looksAsKept_data();
    void looksAsKept();

private:
    QByteArray m_output;
};

void TestCompareLook::chartIsReadByKeys()
{
    AppFixture app;
    keep(app, runOf({kOld}, 0));
    keep(app, runOf({kNew, 1.3}, 1));
    ComparePage page(app.services());
    page.resize(1200, 800);
    page.show();
    QTRY_VERIFY(page.isSettled() && !page.answer().pairs.empty());
    DistributionChart& chart = page.chart();
    QVERIFY(chart.reading().isEmpty());
    QTest::keyClick(&chart, Qt::Key_Home);
    QVERIFY(chart.reading().endsWith(u"A 0 %, B 0 %"));
    QTest::keyClick(&chart, Qt::Key_End);
    QVERIFY(chart.reading().endsWith(u"A 100 %, B 100 %"));
    QVERIFY(chart.accessibleDescription().contains(chart.reading()));
    QTest::keyClick(&chart, Qt::Key_Left);
    QVERIFY(!chart.reading().endsWith(u"B 0 %"));
    QTest::keyClick(&chart, Qt::Key_Escape);
    QVERIFY(chart.reading().isEmpty());
    // Between the slowest of A and the fastest of B all of A and nothing of B lies below.
    const double between = (chart.values().a.sorted.back() + chart.values().b.sorted.front()) / 2;
    QTest::mouseMove(&chart, QPoint(static_cast<int>(chart.xOf(between)), 40));
    QTRY_VERIFY(chart.reading().endsWith(u"A 100 %, B 0 %"));
}

void TestCompareLook::exports()
{
    AppFixture app;
    keep(app, runOf({kOld}, 0));
    keep(app, runOf({kNew, 1.3}, 1));
    ComparePage page(app.services());
    page.resize(1200, 800);
    page.show();
    QTRY_VERIFY(page.isSettled() && !page.answer().pairs.empty());
    QSignalSpy told(&page, &ComparePage::statusMessage);
    const auto exported = [&](const QString& name, auto write) {
        const QString file = QString(app.folder() % u'/' % name);
        told.clear();
        write(file);
        QTRY_COMPARE(told.count(), 1);
        QFile written(file);
        QVERIFY2(written.open(QIODevice::ReadOnly), qPrintable(told[0][0].toString()));
        m_output = written.readAll();
    };
    exported(QStringLiteral("table.csv"), [&](const QString& file) { page.exportTable(file); });
    QVERIFY(m_output.startsWith("workload,scenario,a_run,a_commit,b_run,b_commit,phase,mode,unit,"));
    QVERIFY(m_output.contains(",serialize_json,warm,ms,6,6,"));
    QCOMPARE(m_output.count("\r\n"), find<QTableView>(page, "compareTable")->model()->rowCount() + 1);
    exported(QStringLiteral("chart.png"), [&](const QString& file) { page.exportChart(file); });
    QCOMPARE(QImage::fromData(m_output).width(), 2 * page.chart().width());
    exported(QStringLiteral("chart.svg"), [&](const QString& file) { page.exportChart(file); });
    QVERIFY(m_output.contains("<svg") && m_output.contains("serialize json"));
    told.clear();
    page.exportTable(QStringLiteral("/proc/none/table.csv"));
    QTRY_COMPARE(told.count(), 1);
    QVERIFY(told[0][0].toString().contains(u"Exporting"));
    QVERIFY(!page.answer().pairs.empty()); // What is shown stays.
}

void TestCompareLook::everythingHasANameAndATip()
{
    AppFixture app;
    ComparePage page(app.services());
    for (const QPushButton* button : page.findChildren<QPushButton*>()) {
        QVERIFY2(!button->toolTip().isEmpty(), qPrintable(button->objectName()));
        QVERIFY2(!button->accessibleName().isEmpty() || !button->text().isEmpty(),
                 qPrintable(button->objectName()));
    }
    for (const QTableView* table : page.findChildren<QTableView*>()) {
        QVERIFY(!table->accessibleName().isEmpty());
    }
    QVERIFY(!page.chart().accessibleName().isEmpty());
}

void TestCompareLook::aChosenRowKeepsItsColours()
{
    AppFixture app;
    keep(app, runOf({kOld}, 0));
    keep(app, runOf({kNew, 1.3}, 1));
    for (const bool dark : {true, false}) {
        app.theme().setMode(dark ? ThemeMode::Dark : ThemeMode::Light);
        ComparePage page(app.services());
        page.resize(1200, 1400);
        page.show();
        QTRY_VERIFY(page.isSettled() && !page.answer().pairs.empty());
        auto* table = find<QTableView>(page, "compareTable");
        const QModelIndex chosen = table->currentIndex().siblingAtColumn(kVerdict);
        QCOMPARE(chosen.data().toString(), QStringLiteral("slower"));
        QVERIFY(table->selectionModel()->isSelected(chosen));
        QTRY_VERIFY(table->viewport()->rect().contains(table->visualRect(chosen))); // Laid out.
        const QImage picture = table->viewport()->grab(table->visualRect(chosen)).toImage();
        // Most of the cell is its ground, and in the letters there is the colour of a bad verdict.
        QCOMPARE(picture.pixelColor(1, 1), app.theme().color(ColorRole::Raised));
        const QColor bad = app.theme().color(ColorRole::Bad);
        bool found = false;
        for (int y = 0; y < picture.height(); ++y) {
            for (int x = 0; x < picture.width(); ++x) {
                const QColor at = picture.pixelColor(x, y);
                found = found || (std::abs(at.red() - bad.red()) + std::abs(at.green() - bad.green()) +
                                      std::abs(at.blue() - bad.blue()) <
                                  40);
            }
        }
        QVERIFY(found);
    }
}

void TestCompareLook::looksAsKept_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("dark");
    QTest::newRow("dark") << QStringLiteral("compare_dark") << QSize(1440, 900) << true;
    QTest::newRow("light, narrow") << QStringLiteral("compare_light_narrow") << QSize(1024, 700) << false;
}

void TestCompareLook::looksAsKept()
{
    QFETCH(QString, name);
    QFETCH(QSize, size);
    QFETCH(bool, dark);
    AppFixture app;
    app.theme().setFamilies(QStringLiteral("DejaVu Sans"), QStringLiteral("DejaVu Sans Mono"));
    app.theme().setMode(dark ? ThemeMode::Dark : ThemeMode::Light);
    keep(app, runOf({kOld, 1, 24}, 0));
    RunRecord second = runOf({kNew, 1.05, 24}, 1);
    second.machine.governor = QStringLiteral("powersave");
    keep(app, second);
    MainWindow window(app.services());
    window.resize(size);
    window.showPage(PageId::Compare);
    window.show();
    QTRY_VERIFY(window.compare().isSettled() && !window.compare().answer().pairs.empty());
    const QString difference = compareWithGolden(window, name);
    QVERIFY2(difference.isEmpty(), qPrintable(difference));
}

QTEST_MAIN(TestCompareLook)
#include "tst_compare_look.moc"
