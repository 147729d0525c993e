# SPDX-License-Identifier: GPL-3.0-or-later
"""Installs the build into an empty folder and looks for every file that belongs there, and for none that does not.
Arguments: CMAKE BUILD-FOLDER."""

import os
import subprocess
import sys
import tempfile

EXPECTED = {
    "bin/perihelion", "bin/perihelion-cli", "share/applications/org.perihelion.Perihelion.desktop",
    "share/metainfo/org.perihelion.Perihelion.metainfo.xml",
    "share/icons/hicolor/scalable/apps/org.perihelion.Perihelion.svg", "share/doc/perihelion/copyright",
    "share/doc/perihelion/manual.md", "share/doc/perihelion/screenshots/planets.svg", "share/doc/perihelion/changelog.gz", "share/man/man1/perihelion.1.gz",
    "share/man/man1/perihelion-cli.1.gz", "share/doc/perihelion/examples/perihelion_phases.h",
    "share/doc/perihelion/examples/perihelion_phases.py", "share/doc/perihelion/examples/python-example/perihelion.json",
    "share/doc/perihelion/examples/python-example/word_count.py", "share/doc/perihelion/examples/cpp-example/perihelion.json",
    "share/doc/perihelion/examples/cpp-example/word_count.cpp", "share/doc/perihelion/examples/benchmark-example/perihelion.json",
    "share/doc/perihelion/examples/benchmark-example/sort_benchmark.cpp",
}


def main():
    with tempfile.TemporaryDirectory(prefix="perihelion install ") as prefix:
        subprocess.run([sys.argv[1], "--install", sys.argv[2], "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
        found = {os.path.relpath(os.path.join(folder, name), prefix) for folder, _, names in os.walk(prefix) for name in names}
        for path in sorted(EXPECTED - found):
            print(f"not installed: {path}")
        for path in sorted(found - EXPECTED):
            print(f"installed, but not expected: {path}")
        programs = [os.path.join(prefix, "bin", name) for name in ("perihelion", "perihelion-cli")]
        for program in programs:
            version = subprocess.run([program, "--version"], capture_output=True, text=True,
                                     env=dict(os.environ, QT_QPA_PLATFORM="offscreen"), timeout=60)
            if version.returncode or not version.stdout.startswith(os.path.basename(program)):
                print(f"{program} --version: status {version.returncode}: {version.stdout}{version.stderr}")
                return 1
    return 0 if found == EXPECTED else 1


if __name__ == "__main__":
    sys.exit(main())
