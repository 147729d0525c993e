# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DSOURCE=... -DOUTPUT=... [-DCOMMIT=...] -P WriteCommit.cmake: writes a header with the commit of the sources and
# whether they differ from it. The file is touched only when that changes, so that a build without changes builds nothing.
# Sources without git (a tarball) have no commit, unless COMMIT says it.

set(commit "${COMMIT}")
set(dirty false)
if(NOT commit)
    find_program(git NAMES git)
    if(git)
        execute_process(COMMAND "${git}" rev-parse --show-toplevel HEAD WORKING_DIRECTORY "${SOURCE}"
            OUTPUT_VARIABLE answer RESULT_VARIABLE failed ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
        string(REPLACE "\n" ";" answer "${answer}")
        list(LENGTH answer lines)
        if(NOT failed AND lines EQUAL 2)
            list(GET answer 0 toplevel)
            get_filename_component(toplevel "${toplevel}" REALPATH)
            get_filename_component(source "${SOURCE}" REALPATH)
            # A tarball unpacked inside of somebody's repository has not that repository's commit.
            if(toplevel STREQUAL source)
                list(GET answer 1 commit)
                execute_process(COMMAND "${git}" --no-optional-locks status --porcelain --untracked-files=no
                    WORKING_DIRECTORY "${SOURCE}" OUTPUT_VARIABLE changes ERROR_QUIET)
                if(NOT changes STREQUAL "")
                    set(dirty true)
                endif()
            endif()
        endif()
    endif()
endif()
if(NOT commit MATCHES "^[0-9a-f]*$")
    set(commit "")
endif()

set(text "// Written by the build.\n#pragma once\n#define PERIHELION_COMMIT \"${commit}\"\n#define PERIHELION_DIRTY ${dirty}\n")
set(present "")
if(EXISTS "${OUTPUT}")
    file(READ "${OUTPUT}" present)
endif()
if(NOT present STREQUAL text)
    file(WRITE "${OUTPUT}" "${text}")
endif()
