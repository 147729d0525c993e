# SPDX-License-Identifier: GPL-3.0-or-later
"""The --help texts, the man pages and the manual name the same commands and options, in both directions.
Arguments: PROJECT PERIHELION-CLI [PERIHELION]."""

import os
import re
import subprocess
import sys

OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")


def said_by(*command):
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen")
    result = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    if result.returncode or not result.stdout.strip():
        raise SystemExit(f"{' '.join(command)} ended with status {result.returncode}: {result.stderr}")
    return result.stdout


def options_of_man(text):
    return set(OPTION.findall(text.replace("\\-", "-").replace("\\fB", "").replace("\\fI", "").replace("\\fR", "")))


def part(text, start, end):
    """The text from the line start up to the next line that matches end."""
    match = re.search(rf"^{start}[^\n]*\n(.*?)(?={end}|\Z)", text, re.M | re.S)
    return match.group(1) if match else ""


def compare(what, helped, written, place):
    for option in sorted(helped - written):
        yield f"{place}: lacks {option} of {what}"
    for option in sorted(written - helped):
        yield f"{place}: explains {option} of {what}, which --help does not know"


def check(project, cli, gui):
    def text_of(path):
        with open(os.path.join(project, path), encoding="utf-8") as file:
            return file.read()

    manual = text_of("resources/manual.md")
    page = text_of("packaging/manual/perihelion-cli.1")
    commands = set(re.findall(r"^  ([a-z]+) ", said_by(cli, "--help"), re.M)) - {"help"}
    written = set(re.findall(r"^### perihelion-cli ([a-z]+)", manual, re.M))
    paged = set(re.findall(r"^\.SS ([a-z]+)", page, re.M))
    for place, known in (("resources/manual.md", written), ("perihelion-cli.1", paged)):
        for command in sorted(commands ^ known):
            yield f"{place}: {'lacks' if command in commands else 'explains the unknown'} command {command}"
    for command in sorted(commands):
        helped = set(OPTION.findall(said_by(cli, command, "--help"))) - {"--help"}
        name = f"perihelion-cli {command}"
        yield from compare(name, helped, options_of_man(part(page, rf"\.SS {command}\b", r"^\.S[SH] ")), "perihelion-cli.1")
        yield from compare(name, helped, set(OPTION.findall(part(manual, f"### {name}", r"^##"))), "resources/manual.md")
    if gui:
        helped = set(OPTION.findall(said_by(gui, "--help"))) - {"--help", "--help-all", "--version"}
        page = text_of("packaging/manual/perihelion.1")
        yield from compare("perihelion", helped, options_of_man(part(page, r"\.SH OPTIONS", r"^\.SH ")) - {"--help", "--version"},
                           "perihelion.1")
        yield from compare("perihelion", helped, set(OPTION.findall(part(manual, "### perihelion$", r"^##"))) - {"--help", "--version"},
                           "resources/manual.md")


if __name__ == "__main__":
    problems = list(check(os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None))
    print("\n".join(problems) or "ok")
    sys.exit(1 if problems else 0)
