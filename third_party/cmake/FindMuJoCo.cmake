# Finds MuJoCo by its header and library: Debian's own package configuration names an include folder of libqhull-dev and
# stops CMake at generate time where that package is absent.
#
#   find_package(MuJoCo 2.2)  ->  MuJoCo_FOUND, MuJoCo_VERSION, target MuJoCo::MuJoCo
find_path(MuJoCo_INCLUDE_DIR mujoco/mujoco.h)
find_library(MuJoCo_LIBRARY mujoco)
mark_as_advanced(MuJoCo_INCLUDE_DIR MuJoCo_LIBRARY)

# mjVERSION_HEADER is 222 for 2.2.2 and 3002000 for 3.2.0.
if(MuJoCo_INCLUDE_DIR)
  file(STRINGS ${MuJoCo_INCLUDE_DIR}/mujoco/mujoco.h version_line REGEX "#define mjVERSION_HEADER +[0-9]+")
  string(REGEX MATCH "[0-9]+$" number "${version_line}")
  if(number GREATER_EQUAL 1000000)
    math(EXPR major "${number} / 1000000")
    math(EXPR minor "${number} / 1000 % 1000")
    math(EXPR patch "${number} % 1000")
    set(MuJoCo_VERSION ${major}.${minor}.${patch})
  elseif(number MATCHES "^([0-9])([0-9])([0-9])$")
    set(MuJoCo_VERSION ${CMAKE_MATCH_1}.${CMAKE_MATCH_2}.${CMAKE_MATCH_3})
  endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(MuJoCo REQUIRED_VARS MuJoCo_LIBRARY MuJoCo_INCLUDE_DIR VERSION_VAR MuJoCo_VERSION)

if(MuJoCo_FOUND AND NOT TARGET MuJoCo::MuJoCo)
  add_library(MuJoCo::MuJoCo UNKNOWN IMPORTED)
  set_target_properties(MuJoCo::MuJoCo PROPERTIES
    IMPORTED_LOCATION ${MuJoCo_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${MuJoCo_INCLUDE_DIR})
endif()
