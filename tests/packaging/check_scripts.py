# SPDX-License-Identifier: GPL-3.0-or-later
"""Tries the installing part of run.sh and test.sh with stand-ins for dpkg-query, apt-cache, apt-get, id and sudo: what
it installs, what it says, and that it asks the archive nothing when nothing is missing. Argument: PROJECT."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

PROJECT = os.path.abspath(sys.argv[1])
TOOLS = ("bash", "awk", "sed", "cut", "sort", "tr", "grep", "paste", "dirname", "cat", "env", "head")


class Installing(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="perihelion scripts ")
        self.addCleanup(shutil.rmtree, self.folder)
        for tool in TOOLS:
            os.symlink(shutil.which(tool), os.path.join(self.folder, tool))
        self.log = os.path.join(self.folder, "log")

    def stand_in(self, name, body):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"#!{shutil.which('bash')}\n{body}\n")
        os.chmod(path, 0o755)

    def debian(self, installed, archive, qt="6.4.2+dfsg-10", user=0):
        """A Debian where `installed` says which packages are there and `archive` which the archive has (shell patterns)."""
        self.stand_in("id", f"echo {user}")
        self.stand_in("apt-get", f'echo "apt-get $*" >>"{self.log}"')
        self.stand_in("apt-cache", f'case $2 in qt6-base-dev) echo "  Candidate: {qt}" ;; {archive}) echo "  Candidate: 1.0" ;; '
                                   '*) echo "  Candidate: (none)" ;; esac')
        self.stand_in("dpkg", "[ \"$2\" = '6.2.4+dfsg-2' ]")
        self.stand_in("dpkg-query", 'shift 3; for p; do case $p in ' + installed + ') echo "installed $p" ;; esac; done')

    def ensure(self, *groups):
        script = f'set -euo pipefail; . "{PROJECT}/packaging/shell/common.sh"; ensure_packages {" ".join(groups)}'
        result = subprocess.run([shutil.which("bash"), "-c", script], env={"PATH": self.folder}, cwd="/",
                                capture_output=True, text=True)
        calls = []
        if os.path.exists(self.log):
            with open(self.log, encoding="utf-8") as file:
                calls = file.read().splitlines()
        return result.returncode, result.stdout + result.stderr, calls

    def test_nothing_missing_asks_nothing(self):
        self.debian("*", "*")
        status, said, calls = self.ensure("build", "run")
        self.assertEqual((status, said, calls), (0, "", []))

    def test_missing_packages_are_named_with_a_reason_and_installed(self):
        self.debian("libhdf5-dev) ;; ninja-build) ;; *", "*")
        status, said, calls = self.ensure("build", "run")
        self.assertEqual(status, 0, said)
        self.assertIn("libhdf5-dev", said)
        self.assertIn("reading and writing recordings", said)
        self.assertEqual(calls, ["apt-get update -q",
                                 "apt-get install -y -q --no-install-recommends ninja-build libhdf5-dev"])

    def test_first_alternative_of_the_archive_is_taken(self):
        self.debian("pkgconf) ;; pkg-config) ;; *", "pkgconf) echo '  Candidate: (none)' ;; *")
        status, said, calls = self.ensure("build")
        self.assertEqual(status, 0, said)
        self.assertTrue(calls[-1].endswith(" pkg-config"), calls)

    def test_any_installed_alternative_will_do(self):
        self.debian("pkgconf) ;; *", "*")
        self.assertEqual(self.ensure("build"), (0, "", []))

    def test_package_unknown_to_the_archive_is_one_sentence(self):
        self.debian("libblosc-dev) ;; *", "libblosc-dev) echo '  Candidate: (none)' ;; *")
        status, said, _ = self.ensure("build")
        self.assertEqual(status, 1)
        self.assertIn("The package archive has no libblosc-dev (Blosc chunks)", said)

    def test_too_old_qt_is_one_sentence(self):
        self.debian("qt6-base-dev) ;; *", "*", qt="6.2.4+dfsg-2")
        status, said, calls = self.ensure("build")
        self.assertEqual(status, 1)
        self.assertIn("needs Qt 6.4 or newer and this system offers Qt 6.2.4", said)
        self.assertEqual(calls, ["apt-get update -q"])

    def test_user_without_sudo_is_told_what_to_run(self):
        self.debian("libpng-dev) ;; *", "*", user=1000)
        status, said, calls = self.ensure("build")
        self.assertEqual((status, calls), (1, []))
        self.assertIn("run 'apt-get update -q' as root", said)

    def test_user_with_sudo_uses_it(self):
        self.debian("libpng-dev) ;; *", "*", user=1000)
        self.stand_in("sudo", f'echo "sudo $1" >>"{self.log}"; "$@"')
        status, said, calls = self.ensure("build")
        self.assertEqual(status, 0, said)
        self.assertEqual([call.split()[:2] for call in calls],
                         [["sudo", "apt-get"], ["apt-get", "update"], ["sudo", "env"], ["apt-get", "install"]])

    def test_other_distribution_gets_the_list(self):
        status, said, _ = self.ensure("build", "run")
        self.assertEqual(status, 1)
        self.assertEqual(len(said.strip().splitlines()), 1, said)
        self.assertIn("libhdf5-dev", said)
        self.assertIn("--no-install", said)


class Building(unittest.TestCase):
    def test_jobs_are_at_least_one_and_at_most_the_cores(self):
        with tempfile.TemporaryDirectory() as folder:
            script = f'. "{PROJECT}/packaging/shell/common.sh"; build_jobs'
            said = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=True).stdout
            self.assertIn(int(said), range(1, len(os.sched_getaffinity(0)) + 1))
            self.assertEqual(os.listdir(folder), [])


class Help(unittest.TestCase):
    def test_help_of_both_scripts(self):
        for script in ("run.sh", "test.sh"):
            result = subprocess.run([os.path.join(PROJECT, "packaging", script), "--help"], cwd="/", capture_output=True,
                                    text=True)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertTrue(result.stdout.startswith(f"Usage: packaging/{script}"), result.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
