# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs TOOL with arguments; any output on standard error or a status other than 0 is a failure. Arguments: PACKAGE TOOL
ARGUMENT... Skipped when the tool is missing, which CI does not allow."""

import os
import shutil
import subprocess
import sys


def main():
    package, tool, arguments = sys.argv[1], sys.argv[2], sys.argv[3:]
    if not shutil.which(tool):
        print(f"{tool} is missing: apt-get install {package}")
        return 1 if os.environ.get("CI") else 77
    result = subprocess.run([tool, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    sys.stdout.write(result.stderr)
    if result.returncode or result.stderr.strip():
        sys.stdout.write(result.stdout)
        print(f"{tool} found something (status {result.returncode})")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
