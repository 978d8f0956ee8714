# find_package(encephagen 1 REQUIRED COMPONENTS sdk) gives plugin authors
#   encephagen::sdk           the headers
#   encephagen_add_plugin     one plugin library and its conformance test, see EncephagenAddPlugin.cmake
#   encephagen::encephagen    the program, where it is installed under the same prefix
# The version is that of the plugin ABI, which is what a plugin depends on: 1.3 finds every kernel that speaks 1.3 or a
# later 1.x. Files know each other by their places below one prefix, so that a prefix can be moved.
get_filename_component(encephagen_PREFIX "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

foreach(component ${encephagen_FIND_COMPONENTS})
  if(component STREQUAL "sdk")
    set(encephagen_sdk_FOUND TRUE)
  elseif(encephagen_FIND_REQUIRED_${component})
    set(encephagen_FOUND FALSE)
    set(encephagen_NOT_FOUND_MESSAGE "encephagen has no component '${component}'; there is sdk")
  endif()
endforeach()

if(NOT TARGET encephagen::sdk)
  add_library(encephagen::sdk INTERFACE IMPORTED)
  set_target_properties(encephagen::sdk PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${encephagen_PREFIX}/include")
endif()
if(NOT TARGET encephagen::encephagen AND EXISTS "${encephagen_PREFIX}/bin/encephagen")
  add_executable(encephagen::encephagen IMPORTED)
  set_target_properties(encephagen::encephagen PROPERTIES IMPORTED_LOCATION "${encephagen_PREFIX}/bin/encephagen")
endif()

include("${CMAKE_CURRENT_LIST_DIR}/EncephagenAddPlugin.cmake")
