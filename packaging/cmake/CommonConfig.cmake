# SPDX-License-Identifier: GPL-3.0-or-later
# One INTERFACE target carries standard, warnings, Qt strictness and sanitizers; nothing sets a flag elsewhere.

add_library(perihelion_common INTERFACE)
add_library(perihelion::common ALIAS perihelion_common)

target_compile_features(perihelion_common INTERFACE cxx_std_20)
target_include_directories(perihelion_common INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(perihelion_common INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
    $<$<BOOL:${PERIHELION_WERROR}>:-Werror>)
target_compile_definitions(perihelion_common INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY QT_NO_URL_CAST_FROM_STRING
    QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_NO_FOREACH QT_NO_KEYWORDS QT_USE_QSTRINGBUILDER
    QT_STRICT_ITERATORS QT_DISABLE_DEPRECATED_BEFORE=0x060400
    PERIHELION_VERSION="${PROJECT_VERSION}")

if(PERIHELION_SANITIZE)
    target_compile_options(perihelion_common INTERFACE
        -fsanitize=${PERIHELION_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(perihelion_common INTERFACE -fsanitize=${PERIHELION_SANITIZE})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # GCC's manual: with sanitizers this warning has false positives.
        target_compile_options(perihelion_common INTERFACE -Wno-maybe-uninitialized)
    endif()
    if(PERIHELION_SANITIZE MATCHES "thread")
        add_library(perihelion_untraced_clone OBJECT tests/support/untraced_clone.cpp)
        target_sources(perihelion_common INTERFACE $<TARGET_OBJECTS:perihelion_untraced_clone>)
    endif()
endif()
if(PERIHELION_FUZZ)
    target_compile_options(perihelion_common INTERFACE -fsanitize=fuzzer-no-link)
    target_link_options(perihelion_common INTERFACE -fsanitize=fuzzer-no-link)
endif()

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_AUTOMOC ON)
set(CMAKE_AUTORCC ON)
set(CMAKE_AUTOGEN_ORIGIN_DEPENDS OFF) # No storey's moc needs another storey built first.
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

find_program(PERIHELION_CCACHE ccache)
if(PERIHELION_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${PERIHELION_CCACHE}")
    set(CMAKE_C_COMPILER_LAUNCHER "${PERIHELION_CCACHE}")
endif()

# perihelion_library(<target> [UNITY]): a static storey of the house; folders add sources with perihelion_sources(). UNITY:
# with PERIHELION_UNITY the sources of a folder are compiled as one, so names in its anonymous namespaces must differ.
function(perihelion_library target)
    add_library(${target} STATIC)
    target_link_libraries(${target} PUBLIC perihelion::common)
    set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
    if(PERIHELION_UNITY AND "UNITY" IN_LIST ARGN)
        set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
    endif()
endfunction()

# perihelion_sources(<target> HEADERS ... SOURCES ...): the files of one folder, headers checked to compile alone.
function(perihelion_sources target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;SOURCES")
    target_sources(${target}
        PRIVATE ${arg_SOURCES}
        PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${arg_HEADERS})
    foreach(source IN LISTS arg_SOURCES)
        get_filename_component(path "${source}" ABSOLUTE)
        get_filename_component(folder "${path}" DIRECTORY)
        get_filename_component(folder "${folder}" NAME)
        set_source_files_properties("${path}" TARGET_DIRECTORY ${target} PROPERTIES UNITY_GROUP ${folder})
    endforeach()
endfunction()

# perihelion_refresh_moc(<target>...): has moc look again when files were added or removed. CMake 3.25 sees that only where
# they are listed in the target's own folder. Call it when all folders have named their files.
function(perihelion_refresh_moc)
    foreach(target IN LISTS ARGN)
        if(TARGET ${target})
            get_target_property(sources ${target} SOURCES)
            get_target_property(headers ${target} HEADER_SET)
            string(MD5 listed "${sources};${headers}")
            if(NOT listed STREQUAL "${PERIHELION_FILES_OF_${target}}")
                get_target_property(folder ${target} BINARY_DIR)
                file(REMOVE "${folder}/${target}_autogen/timestamp")
                set(PERIHELION_FILES_OF_${target} "${listed}" CACHE INTERNAL "Which files moc has seen")
            endif()
        endif()
    endforeach()
endfunction()
