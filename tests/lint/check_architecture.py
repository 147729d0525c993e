# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds ARCHITECTURE.md to the tree, in both directions: every folder in the table of section Folders exists, every folder
of the project with files stands in it; every path written between backticks exists; every type of section Main types is
declared in a header, and in the folder that its row names."""

import os
import re

from lint_tree import expect_new, files_of, folder_table, main, section, sources_of, text_of

TOP = ("app", "core", "datasets", "packaging", "resources", "tests", "widgets")
PATH = re.compile(rf"`((?:{'|'.join(TOP)})/[A-Za-z0-9_./-]*)`")
TYPE_ROW = re.compile(r"^\| `([A-Z][A-Za-z0-9]+)` \| `([a-z0-9_/]+)` \|", re.M)


def folders_with_files(root):
    """Every folder with files down to the second level; deeper ones count as part of theirs, but tests/unit/<storey>."""
    folders = set()
    for path in files_of(root):
        parts = path.split("/")[:-1]
        if parts and parts[0] in TOP:
            folders.add("/".join(parts[: 3 if parts[:2] == ["tests", "unit"] else 2]))
    return folders - set(TOP)


def declared_types(root):
    declared = {}
    for path in sources_of(root):
        if path.endswith(".h"):
            for name in re.findall(r"^\s*(?:enum )?(?:class|struct)(?: \[\[\w+\]\])? (\w+)[^;]*$", text_of(root, path), re.M):
                declared.setdefault(name, set()).add(os.path.dirname(path))
            for name in re.findall(r"^using (\w+) =", text_of(root, path), re.M):
                declared.setdefault(name, set()).add(os.path.dirname(path))
    return declared


def check(root):
    text = text_of(root, "ARCHITECTURE.md")
    listed = folder_table(root)
    present = folders_with_files(root)
    problems = []
    if not listed:
        problems.append("ARCHITECTURE.md: section 'Folders' has no table with rows like | `core/base` | what it holds |.")
    for folder in sorted(present - set(listed)):
        problems.append(f"ARCHITECTURE.md: folder {folder} is missing; add a row | `{folder}` | what it holds | to section "
                        "Folders, inside its storey after every folder it includes.")
    for folder in listed:
        if folder not in present and folder not in TOP:
            problems.append(f"ARCHITECTURE.md: lists folder {folder}, which the project does not have; remove its row.")
        if listed.count(folder) > 1:
            problems.append(f"ARCHITECTURE.md: lists folder {folder} twice.")
    for path in sorted(set(PATH.findall(text))):
        if not os.path.exists(os.path.join(root, path)):
            problems.append(f"ARCHITECTURE.md: speaks of {path}, which the project does not have.")
    declared = declared_types(root)
    rows = TYPE_ROW.findall(section(text, "Main types"))
    if not rows:
        problems.append("ARCHITECTURE.md: section 'Main types' has no rows like | `Result` | `core/base` | what it is |.")
    for name, folder in rows:
        if folder not in declared.get(name, set()):
            where = ", ".join(sorted(declared.get(name, set()))) or "no header"
            problems.append(f"ARCHITECTURE.md: places the type {name} in {folder}, but {where} declares it.")
    return problems


def self_test(root):
    text = text_of(root, "ARCHITECTURE.md")
    rows = re.findall(r"^\| `core/base` \|.*\n", text, re.M)
    if not rows:
        return ["ARCHITECTURE.md does not list core/base"]
    type_rows = TYPE_ROW.findall(section(text, "Main types"))
    name = type_rows[0][0] if type_rows else "Result"
    return expect_new(check, root, [
        ("a folder that is not listed", "core/secret/thing.h", "#pragma once\n", "core/secret is missing"),
        ("a listed folder that is gone", "ARCHITECTURE.md", text.replace(rows[0], rows[0] + "| `core/gone` | nothing |\n"),
         "core/gone, which the project does not have"),
        ("a row taken out", "ARCHITECTURE.md", text.replace(rows[0], ""), "core/base is missing"),
        ("a path that does not exist", "ARCHITECTURE.md", text + "\nSee `core/base/nowhere.h`.\n", "core/base/nowhere.h"),
        ("a type that does not exist", "ARCHITECTURE.md", text.replace(f"| `{name}` |", "| `NoSuchType` |"), "NoSuchType"),
    ])


if __name__ == "__main__":
    main(check, self_test, "architecture")
