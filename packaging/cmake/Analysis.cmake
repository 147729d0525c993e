# SPDX-License-Identifier: GPL-3.0-or-later
# Static analysis over the compile commands of a clang build without precompiled headers: targets `tidy` and `clazy`, and
# in the preset lint the same as tests. Both read generated files, so build `autogen` first.

if(PERIHELION_ANALYSIS)
    set(CMAKE_GLOBAL_AUTOGEN_TARGET ON)
endif()

function(perihelion_register_analysis_tests)
    if(NOT PERIHELION_ANALYSIS)
        return()
    endif()
    find_program(PERIHELION_RUN_TIDY NAMES run-clang-tidy-14)
    perihelion_require("run-clang-tidy-14" PERIHELION_RUN_TIDY clang-tidy-14)
    find_program(PERIHELION_CLAZY NAMES clazy-standalone)
    perihelion_require("clazy-standalone" PERIHELION_CLAZY clazy)
    cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)

    set(tidy ${PERIHELION_RUN_TIDY} -quiet -j ${cores} -p "${CMAKE_BINARY_DIR}"
             "/(app|core|datasets|widgets)/[^/]+/[a-z0-9_]+[.]cpp$")
    set(clazy ${PERIHELION_PYTHON} -B "${PROJECT_SOURCE_DIR}/tests/lint/run_clazy.py" "${PROJECT_SOURCE_DIR}"
              "${CMAKE_BINARY_DIR}" "${PERIHELION_CLAZY}" ${cores})
    add_custom_target(tidy COMMAND ${tidy} USES_TERMINAL VERBATIM)
    add_custom_target(clazy COMMAND ${clazy} USES_TERMINAL VERBATIM)
    foreach(target IN ITEMS tidy clazy)
        add_dependencies(${target} autogen)
        perihelion_add_test(${target} LABEL analysis TIMEOUT 7200 COMMAND ${${target}} PROPERTIES RUN_SERIAL TRUE)
    endforeach()
endfunction()
