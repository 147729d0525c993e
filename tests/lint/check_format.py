# SPDX-License-Identifier: GPL-3.0-or-later
"""Every C++ file is as clang-format 14 writes it. Skipped where clang-format-14 is missing, which CI does not allow."""

import os
import re
import shutil
import subprocess
import sys

from lint_tree import main, sources_of

TOOL = "clang-format-14"


def check(root):
    if not shutil.which(TOOL):
        if os.environ.get("CI"):
            return [f"{TOOL} is missing, which CI requires: apt-get install {TOOL}"]
        print(f"skipped: {TOOL} is missing (apt-get install {TOOL})")
        sys.exit(77)
    command = [TOOL, "--dry-run", "-Werror", *sources_of(root)]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True)
    unformatted = sorted(set(re.findall(r"^(.+?):\d+:\d+: error: code should be clang-formatted", result.stderr, re.M)))
    if result.returncode and not unformatted:
        return [result.stderr.strip()]
    return [f"{path}: run {TOOL} -i {path}" for path in unformatted]


if __name__ == "__main__":
    main(check, lambda root: [], "format")
