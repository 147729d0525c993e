# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Shared by run.sh and test.sh: installing what is missing, configuring and building a preset. Source it; it sets
# $root (the checkout) and leaves the current folder alone.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
package_list=$root/packaging/packages.txt
install_wanted=yes
refresh_done=

# A build folder may move with its checkout and still find what the compiler cache keeps.
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$root} CCACHE_NOHASHDIR=${CCACHE_NOHASHDIR:-1}

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# packages_of GROUP...: "names<TAB>reason" per line; names are alternatives joined by |.
packages_of() {
    awk -v groups="$*" '
        BEGIN { count = split(groups, list, " "); for (i = 1; i <= count; ++i) wanted[list[i]] = 1 }
        /^#/ || /^[ \t]*$/ { next }
        /^\[/ { group = substr($1, 2, length($1) - 2); next }
        group in wanted { names = $1; reason = $0; sub(/^[^#]*# */, "", reason); print names "\t" reason }
    ' "$package_list"
}

is_installed() { # PACKAGE...: which of them are installed, one per line
    # shellcheck disable=SC2016 # the dollars belong to dpkg-query
    dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p'
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "Installing packages needs root rights and there is no sudo here: run '$*' as root, then try again."
    fi
}

candidate() { # PACKAGE: the version the archive offers, empty when it has none
    apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: //p' | grep -v '^(none)$' || true
}

refresh_archive() {
    [ -z "$refresh_done" ] || return 0
    say "Refreshing the list of packages (apt-get update)."
    as_root apt-get update -q >&2 || fail "apt-get update failed; its messages above say why."
    refresh_done=yes
}

# ensure_packages GROUP...: installs what is missing of these groups, saying what and why. Asks the archive nothing when
# nothing is missing.
ensure_packages() {
    [ "$install_wanted" = yes ] || return 0
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        fail "Perihelion installs what it needs only on Debian and Ubuntu; elsewhere install the equivalents of $(
            packages_of "$@" | cut -f 1 | sed 's/|.*//' | sort -u | paste -s -d ' ' -) and start again with --no-install."
    fi
    local names reason option present missing=() reasons=() listed
    mapfile -t listed < <(packages_of "$@" | cut -f 1 | tr '|' '\n' | sort -u)
    present=" $(is_installed "${listed[@]}" | tr '\n' ' ') "
    while IFS=$'\t' read -r names reason; do
        for option in ${names//|/ }; do
            [[ $present == *" $option "* ]] && continue 2
        done
        missing+=("$names")
        reasons+=("$reason")
    done < <(packages_of "$@")
    [ ${#missing[@]} -gt 0 ] || return 0

    refresh_archive
    local qt
    qt=$(candidate qt6-base-dev)
    if [ -n "$qt" ] && dpkg --compare-versions "$qt" lt 6.4; then
        fail "Perihelion needs Qt 6.4 or newer and this system offers Qt ${qt%%[+-]*}: use Debian 12 or Ubuntu 24.04, or newer."
    fi
    local chosen=() i
    say "Perihelion needs packages that are not installed:"
    for i in "${!missing[@]}"; do
        local found=
        for option in ${missing[$i]//|/ }; do
            if [ -n "$(candidate "$option")" ]; then
                found=$option
                break
            fi
        done
        [ -n "$found" ] || fail "The package archive has no ${missing[$i]//|/ or } (${reasons[$i]}): on Ubuntu enable 'universe', or use Debian 12 or Ubuntu 24.04."
        say "$(printf '    %-22s %s' "$found" "${reasons[$i]}")"
        chosen+=("$found")
    done
    say "Installing them with apt-get."
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${chosen[@]}" >&2 ||
        fail "Installing the packages failed; apt-get's messages above say why."
}

# build_jobs: as many compilers as there are cores, and no more than memory carries (about 1.2 GB each).
build_jobs() {
    awk -v cores="$(nproc)" '/^MemAvailable:/ { fit = int($2 / 1200000); jobs = fit < cores ? fit : cores }
        END { print (jobs > 1 ? jobs : 1) }' /proc/meminfo
}

# build_preset PRESET TARGET...: configures once and builds. Says nothing when everything is up to date.
build_preset() {
    local preset=$1 folder=$root/build/$1
    shift
    if [ ! -f "$folder/build.ninja" ]; then
        say "Configuring the $preset build in $folder."
        (cd "$root" && cmake --preset "$preset" >&2) || fail "Configuring failed; the message above says what is missing."
    fi
    if ninja -C "$folder" -n "$@" 2>/dev/null | tail -n 1 | grep -q '^ninja: no work to do'; then
        return 0
    fi
    say "Building $preset; the first time this takes some minutes."
    ninja -C "$folder" -j "$(build_jobs)" "$@" >&2 || fail "Building failed; the compiler's messages above say why."
}
