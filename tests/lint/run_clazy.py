# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs clazy's checks of levels 0 and 1 over every source file of the compile commands and fails when one warns.
Arguments: PROJECT BUILD-FOLDER CLAZY JOBS."""

import concurrent.futures
import json
import os
import re
import subprocess
import sys

# rule-of-two-soft takes a std::optional member for a copy assignment of one's own.
CHECKS = "level0,level1,connect-3arg-lambda,no-overloaded-signal,no-rule-of-two-soft"
# What matters in a program that runs for days does not in a test: its globals and lambdas live as long as it does.
TEST_CHECKS = CHECKS + (",no-non-pod-global-static,no-lambda-in-connect,no-const-signal-or-slot,"
                        "no-use-static-qregularexpression")


def main():
    project, build, clazy, jobs = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        files = sorted({entry["file"] for entry in json.load(file) if not entry["file"].startswith(build + "/")})
    headers = "^" + re.escape(project) + "/(app|core|datasets|widgets|tests)/"

    def run(path):
        checks = TEST_CHECKS if path.startswith(project + "/tests/") else CHECKS
        command = [clazy, "-p", build, f"-checks={checks}", f"-header-filter={headers}", path]
        result = subprocess.run(command, capture_output=True, text=True)
        return path, result.returncode, result.stdout + result.stderr

    warnings, failed = set(), 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for path, status, output in pool.map(run, files):
            found = [line for line in output.splitlines() if "[-Wclazy-" in line and line.startswith(project)]
            warnings.update(found)
            if status and not found:
                failed += 1
                print(f"{path}: clazy ended with status {status}:\n{output}")
    for line in sorted(warnings):
        print(line)
    print(f"clazy: {len(files)} files, {len(warnings)} warnings, {failed} not analysed")
    return 1 if warnings or failed or not files else 0


if __name__ == "__main__":
    sys.exit(main())
