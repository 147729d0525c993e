# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads every include line: storeys and folders include only what lies below or to their left, HDF5 stays in one folder
(tests may write their fixtures with it), windows stay out of core and datasets, SQL and processes stay out of widgets. The order of folders inside a storey is that
of the table in ARCHITECTURE.md, section Folders."""

import re

from lint_tree import STOREYS, expect_new, folder_table, main, sources_of, text_of

SPDX = "// SPDX-License-Identifier: GPL-3.0-or-later\n"
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)
HDF5 = re.compile(r"^(H5[A-Za-z]*|hdf5(_hl)?)\.h$")
WINDOWS = re.compile(
    r"^(Qt(Gui|Widgets|Charts|Svg|SvgWidgets|OpenGL|OpenGLWidgets|PrintSupport)(/|$)|"
    r"Q(Image|Pixmap|Painter|Color|Font|Icon|Pen|Brush|Bitmap|Cursor|Palette|Screen|Window|Transform|Polygon|Action|Clipboard|"
    r"KeySequence|KeyEvent|MouseEvent|GuiApplication|Application|Widget|MainWindow|Dialog|Style|Layout|Label|Chart)F?$)"
)
STORE_OR_PROCESS = re.compile(r"^(QtSql(/|$)|QSql|QProcess$|sqlite3\.h$)")


def place_of(path, order):
    """(storey, folder) of a project path such as core/base/result.h; None outside the storeys."""
    parts = path.split("/")
    if parts[0] not in STOREYS or len(parts) < 3:
        return None
    return parts[0], "/".join(parts[:2]) if "/".join(parts[:2]) in order else None


def check_include(path, included, quoted, order):
    here = place_of(path, order)
    storey = path.split("/")[0]
    if storey in STOREYS and HDF5.match(included) and not (path.startswith("datasets/hdf5/") and path.endswith(".cpp")):
        yield f"{path}: includes {included}; only datasets/hdf5/*.cpp may. Use the types of datasets/hdf5 instead."
    if storey in ("core", "datasets") or path.startswith("app/cli/"):
        if WINDOWS.match(included):
            yield f"{path}: includes <{included}>, which needs Qt Gui or Widgets; move that part to widgets."
    if storey == "widgets" and STORE_OR_PROCESS.match(included):
        yield f"{path}: includes <{included}>; widgets use core/runs and core/jobs for databases and processes."
    if not quoted:
        return
    top = included.split("/")[0]
    if "/" not in included and not included.startswith("ui_") and not included.endswith(".moc"):
        yield f'{path}: write #include "{included}" with its path from the project root.'
    if here is None or top not in STOREYS + ("tests",):
        return
    there = place_of(included, order)
    if top == "tests" or STOREYS.index(top) > STOREYS.index(storey):
        yield f"{path}: includes {included}; {storey} lies below {top} and must not know it."
    elif top == storey and here[1] and there and there[1] and storey != "app":
        if order.index(there[1]) > order.index(here[1]):
            yield (f"{path}: includes {included}; in {storey} a folder includes only folders above it in the table of "
                   f"ARCHITECTURE.md, and {there[1]} stands below {here[1]}.")
    elif top == storey == "app" and here[1] != there[1]:
        yield f"{path}: includes {included}; the two programs share nothing but the storeys below."


def check_tests(path, included):
    """Test folders use tests/support and nothing else of tests, but their own folder."""
    folder = path.rsplit("/", 1)[0]
    if included.startswith("tests/") and not included.startswith(("tests/support/", folder + "/")):
        yield f"{path}: includes {included}; tests share code only through tests/support."


def check(root):
    order = folder_table(root)
    problems = []
    for path in sources_of(root):
        if path.startswith("resources/"):
            continue  # Examples that other programs copy: their root is another.
        for quote, included in INCLUDE.findall(text_of(root, path)):
            problems += check_include(path, included, quote == '"', order)
            if path.startswith("tests/"):
                problems += check_tests(path, included)
    return problems


def self_test(root):
    def source(line):
        return SPDX + f"#include {line}\n"

    return expect_new(check, root, [
        ("core including datasets", "core/base/broken.cpp", source('"datasets/index/event_file.h"'), "must not know"),
        ("datasets including widgets", "datasets/index/broken.h", source('"widgets/theme/theme.h"'), "must not know"),
        ("widgets including app", "widgets/views/broken.h", source('"app/gui/app_context.h"'), "must not know"),
        ("a folder including one to its right", "core/base/broken.cpp", source('"core/jobs/job_runner.h"'), "stands below"),
        ("HDF5 outside its folder", "datasets/frames/broken.cpp", source("<H5Cpp.h>"), "H5Cpp.h"),
        ("HDF5 in a header of its folder", "datasets/hdf5/broken.h", source("<hdf5.h>"), "hdf5.h"),
        ("pictures in datasets", "datasets/frames/broken.cpp", source("<QImage>"), "QImage"),
        ("windows in the command line", "app/cli/broken.cpp", source("<QtWidgets/QLabel>"), "QLabel"),
        ("a process in widgets", "widgets/pages/broken.cpp", source("<QProcess>"), "QProcess"),
        ("SQL in widgets", "widgets/models/broken.cpp", source("<QSqlQuery>"), "QSqlQuery"),
        ("an include without its folder", "core/base/broken.cpp", source('"result.h"'), "project root"),
        ("a test including another", "tests/unit/core/broken.cpp", source('"tests/bench/clock.h"'), "tests/support"),
    ])


if __name__ == "__main__":
    main(check, self_test, "layers")
