# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that a search can hold: the top level, licence lines, file names and sizes, colour literals, unfinished work,
paths of somebody's machine, globs in CMake files."""

import re

from lint_tree import expect_new, files_of, main, text_of

SPDX = "SPDX-License-Identifier: GPL-3.0-or-later"
TOP_LEVEL = {
    "CMakeLists.txt", "app", "core", "widgets", "datasets", "resources", "tests", "packaging", "README.md",
    "ARCHITECTURE.md", "LICENSE", "CMakePresets.json", ".clang-format", ".clang-tidy", ".gitignore", ".ci",
}
BINARY = (".png", ".h5", ".hdf5", ".gz", ".ico", ".bin", ".dat", ".sqlite")
CODE = (".cpp", ".h", ".py", ".sh", ".cmake", "CMakeLists.txt", ".ci/run")
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b|(?i:not (yet )?implement" + r"ed)")
HOME = re.compile(r"(?<![\w.~}])/(home|Users)/\w|(?<![\w.~}/])/ro" + r"ot\b")
COLOUR = re.compile(
    r'"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3}){0,1}(?:[0-9a-fA-F]{2}){0,1}"|#[0-9a-fA-F]{6}\b|\bQColor(?:\s+\w+)?\s*[({]\s*\d|'
    r"\bqRgba?\s*\(\s*(?:\d|0x)|\b0x[fF]{2}[0-9a-fA-F]{6}\b|"
    r"\bQt::(?:white|black|red|green|blue|cyan|magenta|yellow|gray|dark(?:Red|Green|Blue|Cyan|Magenta|Yellow|Gray)|lightGray)\b"
)
COLOURS_LIVE = ("widgets/theme/", "resources/", "tests/", "packaging/")
SNAKE = re.compile(r"^[a-z0-9_]+\.(cpp|h)$")
MAX_LINES = 500


def is_code(path):
    return path.endswith(CODE)


def check_source(path, text):
    if not SNAKE.match(path.rsplit("/", 1)[-1]):
        yield f"{path}: file names are snake_case."
    if path.endswith(".h") and "#pragma once" not in "\n".join(text.splitlines()[:3]):
        yield f"{path}: the line after the licence must be #pragma once."
    lines = text.count("\n")
    if lines > MAX_LINES and not path.startswith("tests/"):
        yield f"{path}: {lines} lines; split it, a file has at most {MAX_LINES}."
    if not path.startswith(COLOURS_LIVE):
        for number, line in enumerate(text.splitlines(), 1):
            found = COLOUR.search(line)
            if found:
                yield f"{path}:{number}: colour literal {found.group(0)}; take it from widgets/theme (tokens in resources/theme)."


def check_file(path, text):
    if is_code(path):
        head = text.splitlines()[:2]
        first = head[1] if head and head[0].startswith("#!") and len(head) > 1 else "".join(head[:1])
        if SPDX not in first:
            yield f"{path}: the first line must say {SPDX}."
    if path != "LICENSE" and path != "tests/lint/check_text.py":
        for number, line in enumerate(text.splitlines(), 1):
            if UNFINISHED.search(line):
                yield f"{path}:{number}: unfinished work: {line.strip()}"
            if HOME.search(line):
                yield f"{path}:{number}: a path of somebody's machine: {line.strip()}"
    if (path.endswith(("CMakeLists.txt", ".cmake"))) and re.search(r"\bfile\s*\(\s*GLOB", text):
        yield f"{path}: globs; list the files."


def check(root):
    paths = files_of(root)
    problems = []
    present = {path.split("/")[0] for path in paths}
    problems += [f"{name}: does not belong at the top level." for name in sorted(present - TOP_LEVEL)]
    problems += [f"{name}: is missing at the top level." for name in sorted(TOP_LEVEL - present)]
    for path in paths:
        if path.endswith(BINARY):
            continue
        text = text_of(root, path)
        problems += check_file(path, text)
        if path.endswith((".cpp", ".h")):
            problems += check_source(path, text)
    return problems


def self_test(root):
    head = f"// {SPDX}\n"
    return expect_new(check, root, [
        ("a stray top-level file", "notes/x.txt", "x\n", "top level"),
        ("a missing licence line", "core/base/broken.cpp", "int a;\n", "first line"),
        ("a header without pragma", "core/base/broken.h", head + "int a;\n", "pragma once"),
        ("a long file", "core/base/broken.cpp", head + "//\n" * 501, "split it"),
        ("a colour literal", "widgets/views/broken.cpp", head + 'const QColor c(QStringLiteral("#ffb454"));\n', "colour literal"),
        ("a named colour", "app/gui/broken.cpp", head + "auto c = Qt::darkRed;\n", "colour literal"),
        ("unfinished work", "core/base/broken.cpp", head + "// TO" + "DO later\n", "unfinished"),
        ("a path of a machine", "packaging/broken.sh", f"# {SPDX}\ncd /ho" + "me/someone\n", "somebody's machine"),
        ("a name in capitals", "core/base/Broken.cpp", head, "snake_case"),
        ("a glob", "core/broken.cmake", f"# {SPDX}\nfile(GL" + "OB x *.cpp)\n", "globs"),
    ])


if __name__ == "__main__":
    main(check, self_test, "text")
