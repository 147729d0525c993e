# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs perihelion-cli with no display variable set, from making a recording to a window of it, and demands that it links
no window library. Argument: PERIHELION-CLI."""

import json
import os
import subprocess
import sys
import tempfile

DISPLAY = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE", "XDG_RUNTIME_DIR")


def main():
    cli = os.path.abspath(sys.argv[1])
    linked = subprocess.run(["ldd", cli], capture_output=True, text=True, check=True).stdout
    for library in ("Qt6Gui", "Qt6Widgets", "Qt6Charts", "libX11", "libGL"):
        assert library not in linked, f"perihelion-cli links {library}"
    with tempfile.TemporaryDirectory(prefix="perihelion cli ") as folder:
        environment = {key: value for key, value in os.environ.items() if key not in DISPLAY}
        environment.update({f"XDG_{kind}_HOME": os.path.join(folder, kind) for kind in ("CONFIG", "DATA", "CACHE")})

        def run(*arguments, status=0):
            result = subprocess.run([cli, *arguments], capture_output=True, text=True, env=environment, cwd=folder, timeout=120)
            assert result.returncode == status, f"{arguments}: status {result.returncode}: {result.stderr}"
            return result

        recording = os.path.join(folder, "a fan.h5")
        run("generate", "fan", recording, "--events", "50000", "--seed", "3")
        about = json.loads(run("info", recording, "--json").stdout)
        about = about[0] if isinstance(about, list) else about
        assert about["events"] == 50000, about
        window = json.loads(run("window", recording, "--start-us", "0", "--length-us", "1000000000", "--json").stdout)
        assert window["events"] == 50000 and window["on"] + window["off"] == 50000, window
        missing = run("info", os.path.join(folder, "nowhere.h5"), status=1)
        assert missing.stdout == "" and "nowhere.h5" in missing.stderr, missing
        run("info", status=2)
        run("--version")
    return 0


if __name__ == "__main__":
    sys.exit(main())
