# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lint tests share: the project's files, its table of folders, and how problems are reported."""

import os
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE_SUFFIXES = (".cpp", ".h")
STOREYS = ("core", "datasets", "widgets", "app")  # A storey includes only itself and those before it.


def files_of(root):
    """Paths of the project's files relative to root: those git knows or would add; without git all but build/."""
    if os.path.exists(os.path.join(root, ".git")):
        command = ["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")
        return sorted(path for path in set(listed) if path and os.path.exists(os.path.join(root, path)))
    found = []
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if name not in ("build", "__pycache__")]
        found += [os.path.relpath(os.path.join(folder, name), root) for name in files]
    return sorted(found)


def sources_of(root):
    return [path for path in files_of(root) if path.endswith(SOURCE_SUFFIXES)]


def text_of(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def folder_table(root):
    """The folders that ARCHITECTURE.md lists, in its order: table rows that begin with | `folder` |."""
    return re.findall(r"^\| `([a-z0-9_./-]+?)/?` \|", section(text_of(root, "ARCHITECTURE.md"), "Folders"), re.M)


def section(text, title):
    """The part of a Markdown text below the heading '## title', up to the next one."""
    match = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    return match.group(1) if match else ""


def report(problems, what):
    """Prints the problems, one per line, and returns the exit status."""
    for problem in problems:
        print(problem)
    print(f"{what}: {len(problems)} problems" if problems else f"{what}: ok")
    return 1 if problems else 0


class BrokenCopy:
    """A copy of the project in a temporary folder for proving that a check finds what it should."""

    def __init__(self, root):
        self.root = tempfile.mkdtemp(prefix="perihelion-lint-")
        for path in files_of(root):
            if path.endswith(SOURCE_SUFFIXES) or path.endswith((".md", ".txt", ".py", ".cmake", ".sh", ".json")) or "/" not in path:
                os.makedirs(os.path.dirname(os.path.join(self.root, path)) or self.root, exist_ok=True)
                shutil.copy(os.path.join(root, path), os.path.join(self.root, path))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root)

    def write(self, path, text):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)

    def restore(self, path, original):
        if original is not None:
            self.write(path, original)
            return
        full = os.path.join(self.root, path)
        os.remove(full)
        while not os.listdir(os.path.dirname(full)):
            full = os.path.dirname(full)
            os.rmdir(full)


def main(check, self_test, what):
    """check(root) → problems; self_test(root) → problems. Arguments: ROOT [--self-test]."""
    root = os.path.abspath(sys.argv[1])
    if "--self-test" in sys.argv[2:]:
        sys.exit(report(self_test(root), f"{what} (self-test)"))
    sys.exit(report(check(root), what))


def expect_new(check, root, changes):
    """Applies each change to a copy of the project and demands that check then finds something it did not before:
    changes are (description, path, text, word that must be in a new problem)."""
    problems = []
    with BrokenCopy(root) as copy:
        before = set(check(copy.root))
        for description, path, text, word in changes:
            original = text_of(copy.root, path) if os.path.exists(os.path.join(copy.root, path)) else None
            copy.write(path, text)
            new = [problem for problem in check(copy.root) if problem not in before]
            if not any(word in problem for problem in new):
                problems.append(f"not found: {description}; found instead: {new}")
            copy.restore(path, original)
    return problems
