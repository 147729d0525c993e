# SPDX-License-Identifier: GPL-3.0-or-later
"""An example for Perihelion: makes a text, counts its words, sorts them."""

import collections
import sys

from perihelion_phases import metric, phase


def main():
    count = int(sys.argv[1])
    with phase("make"):
        text = " ".join(f"word{number * number % 997}" for number in range(count))
    with phase("count"):
        with phase("split"):
            words = text.split()
        counted = collections.Counter(words)
    with phase("sort"):
        common = counted.most_common()
    metric("different_words", len(common))
    metric("payload_bytes", len(text), "B")
    print(f"{len(words)} words, {len(common)} different")


if __name__ == "__main__":
    main()
