# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the packaging files to each other: the package list, the sentences of the build about missing libraries, the
.deb's dependencies, the version in every place that states it. Argument: PROJECT."""

import os
import re
import sys


def text_of(project, path):
    with open(os.path.join(project, path), encoding="utf-8") as file:
        return file.read()


def groups_of(text):
    groups, group = {}, None
    for line in text.splitlines():
        if line.startswith("["):
            group = line.strip("[]")
            groups[group] = []
        elif line.strip() and not line.startswith("#"):
            names, _, reason = line.partition("#")
            groups[group].append((names.split(), reason.strip()))
    return groups


def check(project):
    groups = groups_of(text_of(project, "packaging/packages.txt"))
    names = {group: [option for entry, _ in lines for option in entry[0].split("|")] for group, lines in groups.items()}
    for group, lines in groups.items():
        for entry, reason in lines:
            if len(entry) != 1 or not reason:
                yield f"packages.txt [{group}]: write one package and '# what for' per line, not: {' '.join(entry)}"
    needed = re.findall(r"perihelion_require\([^)]*?\s\"?((?:[a-z0-9.+-]+\s?)+)\"?\)", text_of(project, "packaging/cmake/Dependencies.cmake"))
    needed += re.findall(r"set\(package \"?([^\")]+)\"?\)", text_of(project, "packaging/cmake/Dependencies.cmake"))
    for package in sorted({name for entry in needed for name in entry.split()}):
        if package not in names["build"]:
            yield f"packages.txt [build]: lacks {package}, which packaging/cmake/Dependencies.cmake asks for"
    packaging = text_of(project, "packaging/cmake/Packaging.cmake")
    for package in re.search(r'PACKAGE_DEPENDS "([^"]+)"', packaging).group(1).split(", "):
        if package not in names["run"]:
            yield f"packages.txt [run]: lacks {package}, on which the .deb depends"

    version = re.search(r"VERSION ([0-9.]+)", text_of(project, "CMakeLists.txt").split("project(")[1]).group(1)
    stated = {
        "packaging/debian/changelog": re.search(r"^perihelion \(([^)]+)\)", text_of(project, "packaging/debian/changelog")),
        "packaging/desktop/org.perihelion.Perihelion.metainfo.xml": re.search(
            r'<release version="([^"]+)"', text_of(project, "packaging/desktop/org.perihelion.Perihelion.metainfo.xml")),
    }
    for page in ("perihelion", "perihelion-cli"):
        path = f"packaging/manual/{page}.1"
        stated[path] = re.search(r'^\.TH .*"Perihelion ([0-9.]+)"', text_of(project, path), re.M)
    for path, match in stated.items():
        if not match or match.group(1) != version:
            yield f"{path}: states {match.group(1) if match else 'no version'}, CMakeLists.txt states {version}"


if __name__ == "__main__":
    problems = list(check(os.path.abspath(sys.argv[1])))
    print("\n".join(problems) or "ok")
    sys.exit(1 if problems else 0)
