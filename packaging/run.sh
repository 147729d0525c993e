#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds Perihelion and starts it with the arguments given.
set -euo pipefail
# shellcheck source=packaging/shell/common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/shell/common.sh"

usage() {
    cat <<'HELP'
Usage: packaging/run.sh [--no-install] [--] [ARGUMENT…]

Installs what is missing (Debian 12, Ubuntu 24.04 or newer), builds Perihelion and starts it with the arguments given:
recordings or folders to open, and the options that 'packaging/run.sh -- --help' lists. The first call takes some
minutes, later ones start at once. Works from any folder.

Without a display it does the same job on the command line: it makes the six sample recordings when there are none,
describes them, reads a window of one, and renders the pages to PNG files whose paths it prints. Recordings given as
arguments take the place of the samples.

  --no-install   never install packages (also the way on systems without apt)
  --build-only   build and stop
  -h, --help     this text; after -- the program's own
HELP
}

build_only=
arguments=()
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help) usage; exit 0 ;;
        --no-install) install_wanted=no ;;
        --build-only) build_only=yes ;;
        --) shift; arguments+=("$@"); break ;;
        *) arguments+=("$1") ;;
    esac
    shift
done

groups=(build run)
if [ -z "${DISPLAY:-}" ] && [ -n "${WAYLAND_DISPLAY:-}" ]; then
    groups+=(wayland)
fi
ensure_packages "${groups[@]}"
build_preset release perihelion perihelion-cli
[ -z "$build_only" ] || exit 0

gui=$root/build/release/bin/perihelion
cli=$root/build/release/bin/perihelion-cli

if [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ] || [ -n "${QT_QPA_PLATFORM:-}" ]; then
    exec "$gui" "${arguments[@]}"
fi
export QT_QPA_PLATFORM=offscreen
if [ -z "${XDG_RUNTIME_DIR:-}" ]; then
    XDG_RUNTIME_DIR=$(mktemp -d)
    export XDG_RUNTIME_DIR
    trap 'rm -rf -- "$XDG_RUNTIME_DIR"' EXIT
fi
recordings=()
for argument in "${arguments[@]}"; do
    case $argument in
        --screenshot | --screenshot=* | --help | -h | --version | -v) # needs no display
            "$gui" "${arguments[@]}"
            exit ;;
    esac
    [ ! -f "$argument" ] || recordings+=("$argument")
done

say "There is no display (DISPLAY and WAYLAND_DISPLAY are empty): doing the same on the command line."
status=0
if [ ${#recordings[@]} -eq 0 ]; then
    samples=${XDG_DATA_HOME:-$HOME/.local/share}/perihelion/samples
    say "Making the sample recordings in $samples where they are missing."
    "$cli" generate samples "$samples" >&2
    recordings=("$samples"/*.h5)
fi

heading() { printf '\n%s\n' "$*"; }
heading "perihelion-cli info, on ${#recordings[@]} recordings:"
"$cli" info "${recordings[@]}" || status=1
heading "perihelion-cli window, the first 10 ms of ${recordings[0]}:"
"$cli" window "${recordings[0]}" --start-us 0 --length-us 10000 || status=1

pictures=$root/build/pictures
mkdir -p "$pictures"
heading "The pages, rendered without a display:"
for page in datasets player; do
    if "$gui" --screenshot "$pictures/$page.png" --page "$page" "${recordings[@]}" && [ -s "$pictures/$page.png" ]; then
        printf '%s\n' "$pictures/$page.png"
    else
        say "Rendering the $page page failed."
        status=1
    fi
done
exit $status
