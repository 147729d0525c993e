# SPDX-License-Identifier: GPL-3.0-or-later
# How tests are made. Presets choose with PERIHELION_TEST_LABELS which labels are built (empty: all), so that the
# sanitizer presets build the unit tests alone, and prefix names with PERIHELION_TEST_PREFIX so that one ctest run over
# several presets stays readable.

set(PERIHELION_TEST_LABELS "" CACHE STRING "Labels of the tests to build; empty: all")
set(PERIHELION_TEST_PREFIX "" CACHE STRING "Put before the name of every test, e.g. asan.")
option(PERIHELION_ANALYSIS "Register the static analysers as the only tests (preset lint)" OFF)
set(PERIHELION_FUZZ_SECONDS 60 CACHE STRING "How long all fuzz tests together run")

# The system's python3 comes first: Debian's modules (h5py) belong to it.
find_program(PERIHELION_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(PERIHELION_PYTHON NAMES python3)

# perihelion_label_wanted(<label> <out>): whether tests of that label are built in this preset.
function(perihelion_label_wanted label out)
    if(NOT PERIHELION_TEST_LABELS OR label IN_LIST PERIHELION_TEST_LABELS)
        set(${out} TRUE PARENT_SCOPE)
    else()
        set(${out} FALSE PARENT_SCOPE)
    endif()
endfunction()

# perihelion_add_test(<name> LABEL <label> [TIMEOUT s] [ENVIRONMENT VAR=value ...] [PROPERTIES ...] COMMAND ...):
# one ctest entry for any command. Exit status 77 and a QtTest run with skips and no failure count as skipped.
function(perihelion_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;TIMEOUT" "COMMAND;ENVIRONMENT;PROPERTIES")
    perihelion_label_wanted("${arg_LABEL}" wanted)
    if(NOT wanted OR (PERIHELION_ANALYSIS AND NOT arg_LABEL STREQUAL "analysis"))
        return()
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    # Only a run without failures counts as skipped: ctest would show a failed one as skipped too.
    set(skipped "Totals: [0-9]+ passed, 0 failed, [1-9][0-9]* skipped")
    set(environment QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8 ${arg_ENVIRONMENT})
    set(entry "${PERIHELION_TEST_PREFIX}${name}")
    add_test(NAME "${entry}" COMMAND ${arg_COMMAND})
    set_tests_properties("${entry}" PROPERTIES LABELS "${arg_LABEL}" TIMEOUT ${arg_TIMEOUT}
        ENVIRONMENT "${environment}" SKIP_REGULAR_EXPRESSION "${skipped}" SKIP_RETURN_CODE 77 ${arg_PROPERTIES})
endfunction()

# perihelion_test(<name> LABEL <label> [TIMEOUT s] [LIBRARIES ...] [SOURCES ...] [ENVIRONMENT VAR=value ...]
#                 [PROPERTIES ...]): one small QtTest executable, one ctest entry. The target always exists; with a label
#                 that the preset does not want it is neither built by default nor run.
function(perihelion_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "GUI" "LABEL;TIMEOUT" "LIBRARIES;SOURCES;ENVIRONMENT;PROPERTIES")
    if(NOT arg_SOURCES)
        set(arg_SOURCES ${name}.cpp)
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE perihelion_test_support ${arg_LIBRARIES} Qt6::Test)
    perihelion_label_wanted("${arg_LABEL}" wanted)
    if(NOT wanted)
        set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL TRUE)
        return()
    endif()
    perihelion_add_test(${name} LABEL "${arg_LABEL}" TIMEOUT "${arg_TIMEOUT}" COMMAND ${name}
        ENVIRONMENT ${arg_ENVIRONMENT} PROPERTIES ${arg_PROPERTIES})
endfunction()

# perihelion_fuzz_test(<name> LIBRARIES ... [SOURCES ...] [SEEDS <folder>] [MAX_LENGTH <bytes>]): a libFuzzer executable
# (only with PERIHELION_FUZZ) and a ctest entry that gets its share of PERIHELION_FUZZ_SECONDS. New inputs land in the
# build folder; seeds are only read.
function(perihelion_fuzz_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "SEEDS;MAX_LENGTH" "LIBRARIES;SOURCES")
    if(NOT PERIHELION_FUZZ)
        return()
    endif()
    if(NOT arg_SOURCES)
        set(arg_SOURCES ${name}.cpp)
    endif()
    if(NOT arg_MAX_LENGTH)
        set(arg_MAX_LENGTH 1048576)
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE ${arg_LIBRARIES})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set(corpus "${CMAKE_CURRENT_BINARY_DIR}/${name}.corpus")
    file(MAKE_DIRECTORY "${corpus}")
    set_property(GLOBAL APPEND PROPERTY PERIHELION_FUZZ_TESTS
        "${name}|${corpus}|${arg_SEEDS}|${arg_MAX_LENGTH}")
endfunction()

# Called once, after every perihelion_fuzz_test: shares the time among the targets.
function(perihelion_register_fuzz_tests)
    get_property(tests GLOBAL PROPERTY PERIHELION_FUZZ_TESTS)
    list(LENGTH tests count)
    if(count EQUAL 0)
        return()
    endif()
    math(EXPR seconds "${PERIHELION_FUZZ_SECONDS} / ${count}")
    if(seconds LESS 2)
        set(seconds 2)
    endif()
    math(EXPR timeout "${seconds} + 120")
    foreach(entry IN LISTS tests)
        string(REPLACE "|" ";" parts "${entry}")
        list(GET parts 0 name)
        list(GET parts 1 corpus)
        list(GET parts 2 seeds)
        list(GET parts 3 length)
        perihelion_add_test(${name} LABEL fuzz TIMEOUT ${timeout}
            COMMAND ${name} -max_total_time=${seconds} -timeout=20 -rss_limit_mb=2048 -max_len=${length}
                    -print_final_stats=1 "-artifact_prefix=${CMAKE_BINARY_DIR}/" "${corpus}" ${seeds})
    endforeach()
endfunction()
