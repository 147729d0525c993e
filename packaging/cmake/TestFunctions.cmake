# SPDX-License-Identifier: GPL-3.0-or-later
# perihelion_test(<name> LABEL <label> [LIBRARIES ...] [SOURCES ...] [GUI]): one small QtTest executable, one ctest entry.
function(perihelion_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "GUI" "LABEL;TIMEOUT" "LIBRARIES;SOURCES")
    if(NOT arg_SOURCES)
        set(arg_SOURCES ${name}.cpp)
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE perihelion_test_support ${arg_LIBRARIES} Qt6::Test)
    add_test(NAME ${name} COMMAND ${name})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABEL}" TIMEOUT ${arg_TIMEOUT}
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8"
        SKIP_REGULAR_EXPRESSION "SKIP   : ")
endfunction()
