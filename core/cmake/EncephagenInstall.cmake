# What `cmake --install` writes beside programs and plugins, and the two Debian packages that `cpack` makes.
#
# Components: runtime (program, plugins, data lists), sdk (headers and CMake package). A prefix may be moved: the program
# looks for plugins and data relative to itself, the CMake package for headers and program.
include(CMakePackageConfigHelpers)

# The version of the CMake package is that of the plugin ABI.
file(STRINGS ${PROJECT_SOURCE_DIR}/core/include/encephagen/abi/library.h abi_lines REGEX "#define EG_ABI_M(AJOR|INOR) ")
string(REGEX REPLACE ".*EG_ABI_MAJOR ([0-9]+)u.*EG_ABI_MINOR ([0-9]+)u.*" "\\1.\\2" ENCEPHAGEN_ABI_VERSION "${abi_lines}")
if(NOT ENCEPHAGEN_ABI_VERSION MATCHES "^[0-9]+\\.[0-9]+$")
  message(FATAL_ERROR "no ABI version in library.h: '${ENCEPHAGEN_ABI_VERSION}'")
endif()

# The build folder is laid out as a prefix, too: plugins can be built against it without an installation.
set(package_folder ${PROJECT_BINARY_DIR}/lib/cmake/encephagen)
write_basic_package_version_file(${package_folder}/encephagenConfigVersion.cmake
  VERSION ${ENCEPHAGEN_ABI_VERSION} COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
foreach(file encephagenConfig.cmake EncephagenAddPlugin.cmake plugin.map)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/${file} ${package_folder}/${file} COPYONLY)
endforeach()
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/core/include ${PROJECT_BINARY_DIR}/include SYMBOLIC)

install(DIRECTORY ${package_folder} DESTINATION lib/cmake COMPONENT sdk)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/core/include/encephagen DESTINATION include COMPONENT sdk)
set(kit ${PROJECT_SOURCE_DIR}/core/host/conformance)
install(FILES ${kit}/README.md DESTINATION share/doc/encephagen RENAME conformance.md COMPONENT sdk)
install(FILES ${kit}/MESSAGES.md DESTINATION share/doc/encephagen RENAME MESSAGES.md COMPONENT sdk)
install(FILES ${PROJECT_SOURCE_DIR}/CHANGELOG.md DESTINATION share/doc/encephagen COMPONENT runtime)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/encephagen RENAME copyright COMPONENT runtime)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION share/doc/encephagen-dev RENAME copyright COMPONENT sdk)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/schemas/generated/ DESTINATION share/encephagen/schemas COMPONENT runtime
  FILES_MATCHING PATTERN "*.json")

# ---- cpack -G DEB: encephagen and encephagen-dev ---------------------------------------------------------------------
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME encephagen)
set(CPACK_PACKAGE_VENDOR "Encephagen")
set(CPACK_PACKAGE_CONTACT "Encephagen contributors <encephagen@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL runtime sdk)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
# The libraries that programs and plugins link are asked of dpkg-shlibdeps.
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME encephagen)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SUGGESTS "curl, encephagen-dev")
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "Simulates brains as networks of spiking neurons or neural masses, described in TOML files.\n The program, its plugins and the list of datasets that it knows.")
set(CPACK_DEBIAN_SDK_PACKAGE_NAME encephagen-dev)
set(CPACK_DEBIAN_SDK_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_SDK_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_SDK_PACKAGE_DEPENDS "encephagen (>= ${PROJECT_VERSION}), cmake (>= 3.25), g++ | clang")
set(CPACK_COMPONENT_SDK_DESCRIPTION "Headers and CMake package for writing plugins.\n encephagen new-plugin makes a folder to begin with.")
include(CPack)
