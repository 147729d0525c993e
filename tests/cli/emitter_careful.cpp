// SPDX-License-Identifier: GPL-3.0-or-later
// Built and run by tst_cli_emitters: names that need care, numbers in a locale with decimal commas, phases
// and metrics of many threads. With an argument also a metric that is no number.
#include "resources/emitters/perihelion_phases.h"

#include <locale>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Commas : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
};

} // namespace

bool otherFileListens();

int main(int argc, char**)
{
    std::locale::global(std::locale(std::locale(), new Commas));
    using namespace perihelion_phases;
    {
        const Phase outer("say \"C:\\new\"\ttwice\n");
        const Phase inner("gr\xc3\xb6\xc3\x9f"
                          "e \xf0\x9f\xaa\x90 \xff\xc0\xaf\xed\xa0\x80\xe2\x82");
        metric("numbers \x01", 1234567.25, "\"");
    }
    Phase early("early");
    early.end();
    early.end();
    metric("tiny", 5e-324);
    metric("tenth", 0.1, "s");
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 8; ++thread) {
        threads.emplace_back([thread] {
            for (int i = 0; i < 20; ++i) {
                const Phase untold("of another thread");
                metric("of thread " + std::to_string(thread) + ", " + std::to_string(i), i);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    if (argc > 1) {
        metric("no number", 0.0 / static_cast<double>(argc - 2));
    }
    return listening() == otherFileListens() ? 0 : 1;
}
