// SPDX-License-Identifier: GPL-3.0-or-later
// An example for Perihelion: makes a text, counts its words, sorts them.

#include "perihelion_phases.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using perihelion_phases::metric;
using perihelion_phases::Phase;

int main(int argc, char** argv)
{
    const long count = argc > 1 ? std::atol(argv[1]) : 20'000;
    std::string text;
    {
        const Phase phase("make");
        for (long number = 0; number < count; ++number) {
            text += (number > 0 ? " word" : "word") + std::to_string(number * number % 997);
        }
    }
    std::vector<std::string> words;
    std::map<std::string, long> counted;
    {
        const Phase phase("count");
        {
            const Phase inside("split");
            std::istringstream stream(text);
            for (std::string word; stream >> word;) {
                words.push_back(word);
            }
        }
        for (const std::string& word : words) {
            ++counted[word];
        }
    }
    Phase sorting("sort");
    std::vector<std::pair<std::string, long>> common(counted.begin(), counted.end());
    std::stable_sort(common.begin(), common.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    sorting.end();
    metric("different_words", static_cast<double>(common.size()));
    metric("payload_bytes", static_cast<double>(text.size()), "B");
    std::cout << words.size() << " words, " << common.size() << " different\n";
    return 0;
}
