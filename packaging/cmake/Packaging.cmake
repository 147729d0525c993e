# SPDX-License-Identifier: GPL-3.0-or-later
# What is installed and where, and the Debian package: cmake --workflow --preset deb.
include(GNUInstallDirs)

set(PERIHELION_APP_ID org.perihelion.Perihelion)
set(packaging_dir "${PROJECT_SOURCE_DIR}/packaging")
set(doc_dir "${CMAKE_INSTALL_DATADIR}/doc/perihelion")

install(TARGETS perihelion-cli RUNTIME)
set(pages perihelion-cli.1)
if(TARGET perihelion)
    install(TARGETS perihelion RUNTIME)
    list(APPEND pages perihelion.1)
    install(FILES "${packaging_dir}/desktop/${PERIHELION_APP_ID}.desktop"
            DESTINATION "${CMAKE_INSTALL_DATADIR}/applications")
    install(FILES "${packaging_dir}/desktop/${PERIHELION_APP_ID}.metainfo.xml"
            DESTINATION "${CMAKE_INSTALL_DATADIR}/metainfo")
    install(FILES "${PROJECT_SOURCE_DIR}/resources/icons/perihelion.svg"
            DESTINATION "${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps" RENAME ${PERIHELION_APP_ID}.svg)
endif()
install(FILES "${packaging_dir}/debian/copyright" "${PROJECT_SOURCE_DIR}/resources/manual.md" DESTINATION "${doc_dir}")
install(FILES "${PROJECT_SOURCE_DIR}/resources/screenshots/planets.svg" DESTINATION "${doc_dir}/screenshots")
# What other programs copy to tell of their phases, with the examples that use it.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/resources/emitters/" DESTINATION "${doc_dir}/examples"
        FILES_MATCHING PATTERN "*.h" PATTERN "*.py" PATTERN "*.cpp" PATTERN perihelion.json PATTERN __pycache__ EXCLUDE)

# Man pages and the changelog are compressed as Debian's rules ask (gzip -9n: the same bytes in every build).
find_program(PERIHELION_GZIP gzip REQUIRED)
set(compressed)
foreach(source IN ITEMS manual/perihelion.1 manual/perihelion-cli.1 debian/changelog)
    get_filename_component(name "${source}" NAME)
    set(output "${CMAKE_BINARY_DIR}/packaging/${name}.gz")
    add_custom_command(OUTPUT "${output}"
        COMMAND ${PERIHELION_GZIP} -9nc "${packaging_dir}/${source}" > "${output}"
        DEPENDS "${packaging_dir}/${source}" VERBATIM)
    list(APPEND compressed "${output}")
endforeach()
file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/packaging")
add_custom_target(perihelion_documents ALL DEPENDS ${compressed})
foreach(page IN LISTS pages)
    install(FILES "${CMAKE_BINARY_DIR}/packaging/${page}.gz" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
endforeach()
install(FILES "${CMAKE_BINARY_DIR}/packaging/changelog.gz" DESTINATION "${doc_dir}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME perihelion)
set(CPACK_PACKAGE_VENDOR "The Perihelion authors")
set(CPACK_PACKAGE_CONTACT "The Perihelion authors <maintainers@perihelion.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "browse and play event-camera recordings at once")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Perihelion opens a folder of event-camera recordings (HDF5) as a menu with
thumbnails and plays any of them without loading the file: it reads only the
chunks that the picture on screen needs, and says where the time went.
.
The package holds the desktop application and perihelion-cli, which does the
same without a display.")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Plugins are loaded by name, so nothing but this line asks for them.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libqt6sql6-sqlite, libqt6svg6, qt6-qpa-plugins")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "fonts-dejavu-core, qt6-wayland, libqt6sql6-psql")
include(CPack)
