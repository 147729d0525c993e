# SPDX-License-Identifier: GPL-3.0-or-later
"""Every C++ file is as clang-format 14 writes it. Skipped where clang-format-14 is missing, which CI does not allow."""

import os
import shutil
import subprocess

import sys

from lint_tree import main, report, sources_of

TOOL = "clang-format-14"


def check(root):
    if not shutil.which(TOOL):
        if os.environ.get("CI"):
            return [f"{TOOL} is missing, which CI requires: apt-get install {TOOL}"]
        print(f"skipped: {TOOL} is missing (apt-get install {TOOL})")
        sys.exit(77)
    problems = []
    for path in sources_of(root):
        result = subprocess.run([TOOL, "--dry-run", "-Werror", "--ferror-limit=1", path], cwd=root, capture_output=True)
        if result.returncode:
            problems.append(f"{path}: run {TOOL} -i {path}")
    return problems


if __name__ == "__main__":
    main(check, lambda root: [], "format")
