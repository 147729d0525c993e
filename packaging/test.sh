#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds the tests and runs them; ctest's own summary is the last thing it prints.
set -euo pipefail
# shellcheck source=packaging/shell/common.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/shell/common.sh"

usage() {
    cat <<'HELP'
Usage: packaging/test.sh [--asan] [--tsan] [--fuzz] [--lint] [--all] [--no-install] [--] [CTEST ARGUMENT…]

Installs what is missing (Debian 12, Ubuntu 24.04 or newer), builds the ci preset and runs its tests, among them the
lint tests. With options the tests of more presets run too, all in one ctest run with one summary at the end:

  --asan         unit tests under the address and undefined-behaviour sanitizers
  --tsan         unit tests of core and datasets under the thread sanitizer
  --fuzz         every fuzz target, one minute in all
  --lint         clang-tidy and clazy over every source file (takes long)
  --all          all of these
  --no-install   never install packages (also the way on systems without apt)
  -h, --help     this text

What follows goes to ctest, for example: packaging/test.sh -R lint
HELP
}

presets=(ci)
groups=(build run test)
ctest_arguments=()
add() { # PRESET PACKAGE-GROUP
    [[ " ${presets[*]} " == *" $1 "* ]] || presets+=("$1")
    [ -z "${2:-}" ] || groups+=("$2")
}
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help) usage; exit 0 ;;
        --asan) add asan ;;
        --tsan) add tsan ;;
        --fuzz) add fuzz fuzz ;;
        --lint) add lint analysis ;;
        --all) add asan; add tsan; add fuzz fuzz; add lint analysis ;;
        --no-install) install_wanted=no ;;
        --) shift; ctest_arguments+=("$@"); break ;;
        *) ctest_arguments+=("$1") ;;
    esac
    shift
done

ensure_packages "${groups[@]}"

for preset in "${presets[@]}"; do
    case $preset in
        ci) build_preset ci all all_verify_interface_header_sets ;;
        lint) build_preset lint autogen perihelion_commit ;;
        *) build_preset "$preset" all ;;
    esac
done

# One ctest run over the build folders of all presets, so that one summary tells of all tests.
together=$root/build/tests
mkdir -p "$together"
{
    printf 'subdirs('
    for preset in "${presets[@]}"; do
        printf ' "%s"' "$root/build/$preset"
    done
    printf ' )\n'
} >"$together/CTestTestfile.cmake"

export CTEST_OUTPUT_ON_FAILURE=1
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:strict_string_checks=1}
# The quotes are for the sanitizer, which would end the path at a space.
export LSAN_OPTIONS="${LSAN_OPTIONS:-suppressions=\"$root/tests/support/lsan.supp\":print_suppressions=0}"
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-ignore_noninstrumented_modules=1:halt_on_error=1}
status=0
ctest --test-dir "$together" --no-tests=error -j "$(nproc)" --output-junit "$together/junit.xml" \
    "${ctest_arguments[@]}" || status=$?
exit $status
