// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/interchange/run_export.h"
#include "core/runs/run_comparison.h"
#include "core/runs/run_summary.h"

#include <QXmlStreamWriter>

#include <algorithm>
#include <iterator>

namespace perihelion {

namespace {

/// XML 1.0 knows no control characters and no halves of surrogate pairs: U+FFFD stands for them.
QString xmlText(const QString& text)
{
    QString clean = text;
    for (qsizetype i = 0; i < clean.size(); ++i) {
        const QChar letter = clean.at(i);
        const bool pair =
            letter.isHighSurrogate() && i + 1 < clean.size() && clean.at(i + 1).isLowSurrogate();
        if (pair) {
            ++i;
            continue;
        }
        const char16_t code = letter.unicode();
        const bool control = code < 0x20 && code != u'\t' && code != u'\n' && code != u'\r';
        if (control || letter.isSurrogate() || code == 0xFFFE || code == 0xFFFF) {
            clean[i] = QChar::ReplacementCharacter;
        }
    }
    return clean;
}

struct JUnitCase {
    QString name;
    double seconds = 0;
    QString failure; ///< The sentence of a regression.
    QString error;   ///< Why there is no time.
    QString remark;  ///< The sentence of any other verdict.
};

/// The baseline of a run: measured on the same machine where there is one.
const RunRecord* baselineOf(const RunRecord& run, std::span<const RunRecord> baselines)
{
    const RunRecord* found = nullptr;
    for (const RunRecord& candidate : baselines) {
        if (candidate.project != run.project || candidate.workload != run.workload ||
            candidate.scenarioHash != run.scenarioHash) {
            continue;
        }
        const bool sameMachine = candidate.machine.fingerprint() == run.machine.fingerprint();
        if (found == nullptr || sameMachine) {
            found = &candidate;
        }
        if (sameMachine) {
            break;
        }
    }
    return found;
}

QString caseName(const QString& row, IterationMode mode)
{
    return QString(row % u" (" % iterationModeName(mode) % u')');
}

void judge(JUnitCase& test, const PhaseComparison& row)
{
    (row.verdict() == Verdict::Slower ? test.failure : test.remark) = row.sentence();
}

std::vector<JUnitCase> casesOf(const RunRecord& run, const std::optional<RunComparison>& comparison)
{
    std::vector<JUnitCase> cases;
    const auto compared = [&comparison](const QString& name, IterationMode mode) -> const PhaseComparison* {
        if (!comparison) {
            return nullptr;
        }
        const auto at =
            std::find_if(comparison->rows.begin(), comparison->rows.end(), [&](const PhaseComparison& row) {
                return !row.isMetric && row.phase == name && row.mode == mode;
            });
        return at == comparison->rows.end() ? nullptr : &*at;
    };
    const RunSummary summary = RunSummary::of(run);
    for (const IterationMode mode : {IterationMode::Cold, IterationMode::Warm}) {
        const auto all = std::count_if(run.iterations.begin(), run.iterations.end(),
                                       [mode](const RunIteration& each) { return each.mode == mode; });
        const auto failed =
            std::find_if(run.iterations.begin(), run.iterations.end(),
                         [mode](const RunIteration& each) { return each.mode == mode && each.failed; });
        std::size_t timed = 0;
        for (const PhaseRow& row : summary.rows) {
            const Summary& numbers = mode == IterationMode::Cold ? row.cold : row.warm;
            if (numbers.count == 0) {
                continue;
            }
            ++timed;
            JUnitCase test;
            test.name = caseName(row.name, mode);
            test.seconds = static_cast<double>(numbers.p50.count()) / 1e9;
            if (const PhaseComparison* other = compared(row.name, mode)) {
                judge(test, *other);
            }
            cases.push_back(std::move(test));
        }
        if (all > 0 && timed == 0 && failed != run.iterations.end()) {
            JUnitCase test;
            test.name = caseName(kTotalRow.toString(), mode);
            test.error = failed->failure;
            cases.push_back(std::move(test));
        }
    }
    // What imported results counted has no phase; of own runs metrics matter only against a baseline.
    if (!run.origin.isEmpty()) {
        for (const Metric& each : summary.metrics) {
            JUnitCase test;
            test.name = each.name;
            test.seconds = each.unit == u"s" ? each.value : 0;
            cases.push_back(std::move(test));
        }
    }
    for (const PhaseComparison& row : comparison ? comparison->rows : std::vector<PhaseComparison>()) {
        if (!row.isMetric) {
            continue;
        }
        auto at = std::find_if(cases.begin(), cases.end(),
                               [&row](const JUnitCase& test) { return test.name == row.phase; });
        if (at == cases.end()) {
            cases.emplace_back().name = row.phase;
            at = std::prev(cases.end());
        }
        judge(*at, row);
    }
    if (cases.empty()) {
        JUnitCase test;
        test.name = kTotalRow.toString();
        test.error = QStringLiteral("The run has no times");
        cases.push_back(std::move(test));
    }
    return cases;
}

QString count(qsizetype number)
{
    return QString::number(number);
}

QString seconds(double value)
{
    return QString::number(value, 'f', 9);
}

void writeCounts(QXmlStreamWriter& xml, const std::vector<JUnitCase>& cases)
{
    qsizetype failures = 0;
    qsizetype errors = 0;
    double time = 0;
    for (const JUnitCase& test : cases) {
        failures += test.failure.isEmpty() ? 0 : 1;
        errors += test.error.isEmpty() ? 0 : 1;
        time += test.seconds;
    }
    xml.writeAttribute(QStringLiteral("tests"), count(static_cast<qsizetype>(cases.size())));
    xml.writeAttribute(QStringLiteral("failures"), count(failures));
    xml.writeAttribute(QStringLiteral("errors"), count(errors));
    xml.writeAttribute(QStringLiteral("skipped"), count(0));
    xml.writeAttribute(QStringLiteral("time"), seconds(time));
}

void writeOutcome(QXmlStreamWriter& xml, const QString& element, const QString& type, const QString& sentence)
{
    xml.writeStartElement(element);
    xml.writeAttribute(QStringLiteral("message"), xmlText(sentence));
    xml.writeAttribute(QStringLiteral("type"), type);
    xml.writeCharacters(xmlText(sentence));
    xml.writeEndElement();
}

void writeCase(QXmlStreamWriter& xml, const RunRecord& run, const JUnitCase& test)
{
    xml.writeStartElement(QStringLiteral("testcase"));
    xml.writeAttribute(QStringLiteral("name"), xmlText(test.name));
    xml.writeAttribute(QStringLiteral("classname"), xmlText(QString(run.workload % u'.' % run.scenario)));
    xml.writeAttribute(QStringLiteral("time"), seconds(test.seconds));
    if (!test.error.isEmpty()) {
        writeOutcome(xml, QStringLiteral("error"), QStringLiteral("not measured"), test.error);
    } else if (!test.failure.isEmpty()) {
        writeOutcome(xml, QStringLiteral("failure"), QStringLiteral("regression"), test.failure);
    } else if (!test.remark.isEmpty()) {
        xml.writeTextElement(QStringLiteral("system-out"), xmlText(test.remark));
    }
    xml.writeEndElement();
}

void writeProperties(QXmlStreamWriter& xml, const RunRecord& run, const RunRecord* baseline)
{
    xml.writeStartElement(QStringLiteral("properties"));
    const auto property = [&xml](const QString& name, const QString& value) {
        xml.writeStartElement(QStringLiteral("property"));
        xml.writeAttribute(QStringLiteral("name"), name);
        xml.writeAttribute(QStringLiteral("value"), xmlText(value));
        xml.writeEndElement();
    };
    property(QStringLiteral("run_id"), run.uuid);
    property(QStringLiteral("commit"), run.commit);
    property(QStringLiteral("dirty"), run.dirty ? QStringLiteral("true") : QStringLiteral("false"));
    if (baseline != nullptr) {
        property(QStringLiteral("baseline_run_id"), baseline->uuid);
        property(QStringLiteral("baseline_commit"), baseline->commit);
    }
    xml.writeEndElement();
}

} // namespace

QByteArray runsAsJUnit(std::span<const RunRecord> runs, std::span<const RunRecord> baselines, double floor)
{
    struct Suite {
        const RunRecord* run;
        const RunRecord* baseline;
        std::vector<JUnitCase> cases;
    };
    std::vector<Suite> suites;
    std::vector<JUnitCase> all;
    for (const RunRecord& run : runs) {
        const RunRecord* baseline = baselineOf(run, baselines);
        std::optional<RunComparison> comparison;
        if (baseline != nullptr) {
            if (auto compared = compareRuns(*baseline, run, floor)) {
                comparison = std::move(*compared);
            }
        }
        suites.push_back({&run, baseline, casesOf(run, comparison)});
        all.insert(all.end(), suites.back().cases.begin(), suites.back().cases.end());
    }

    QByteArray text;
    QXmlStreamWriter xml(&text);
    xml.setAutoFormatting(true);
    xml.setAutoFormattingIndent(2);
    xml.writeStartDocument();
    xml.writeStartElement(QStringLiteral("testsuites"));
    xml.writeAttribute(QStringLiteral("name"), QStringLiteral("perihelion"));
    writeCounts(xml, all);
    for (const Suite& suite : suites) {
        const RunRecord& run = *suite.run;
        xml.writeStartElement(QStringLiteral("testsuite"));
        xml.writeAttribute(QStringLiteral("name"), xmlText(run.title()));
        writeCounts(xml, suite.cases);
        xml.writeAttribute(QStringLiteral("timestamp"), run.started.toUTC().toString(Qt::ISODate));
        xml.writeAttribute(QStringLiteral("hostname"), xmlText(run.machine.host));
        writeProperties(xml, run, suite.baseline);
        for (const JUnitCase& test : suite.cases) {
            writeCase(xml, run, test);
        }
        xml.writeEndElement();
    }
    xml.writeEndElement();
    xml.writeEndDocument();
    return text;
}

} // namespace perihelion
