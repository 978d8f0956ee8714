# Installs into a prefix, moves the prefix, and uses what lies there: nothing in it may know where it was.
include(${CMAKE_CURRENT_LIST_DIR}/commands.cmake)
cmake_path(GET PREFIX PARENT_PATH parent)
file(REMOVE_RECURSE ${parent})
file(MAKE_DIRECTORY ${parent})
must(out ${parent} ${CMAKE_COMMAND} --install ${BUILD} --prefix ${parent}/first)
file(RENAME ${parent}/first ${PREFIX})

# The program finds its plugins and its data lists beside itself.
must(out ${parent} ${PREFIX}/bin/encephagen describe neuron core.lif)
expect("${out}" "file  ${PREFIX}/lib/encephagen/plugins/encephagen_neuron_core_lif.so")
must(out ${parent} ${PREFIX}/bin/encephagen data list)
expect("${out}" "tvb96")

# No file that CMake reads, and no program or plugin, names the first prefix or the build folder.
file(GLOB texts ${PREFIX}/lib/cmake/encephagen/*)
foreach(file ${PREFIX}/bin/encephagen ${texts})
  file(STRINGS ${file} places REGEX "${parent}/first|${BUILD}/")
  if(places)
    message(FATAL_ERROR "${file} knows where it was: ${places}")
  endif()
endforeach()
file(GLOB plugins ${PREFIX}/lib/encephagen/plugins/*.so)
foreach(file ${PREFIX}/bin/encephagen ${plugins})
  file(READ_ELF ${file} RPATH rpath RUNPATH runpath)
  if(NOT "${rpath}${runpath}" MATCHES "^(/usr/[^:]*:?)*$")
    message(FATAL_ERROR "${file} looks for libraries in ${rpath}${runpath}")
  endif()
endforeach()

# find_package: the version is that of the plugin ABI, the component sdk.
function(find_it arguments status_pattern text)
  file(WRITE ${parent}/find/CMakeLists.txt "cmake_minimum_required(VERSION 3.20)\nproject(find LANGUAGES NONE)\n"
    "find_package(encephagen ${arguments})\nget_target_property(place encephagen::encephagen IMPORTED_LOCATION)\nmessage(STATUS \"\${place}\")\n")
  file(REMOVE_RECURSE ${parent}/find/build)
  execute_process(COMMAND ${CMAKE_COMMAND} -S ${parent}/find -B ${parent}/find/build -D CMAKE_PREFIX_PATH=${PREFIX}
    OUTPUT_VARIABLE out ERROR_VARIABLE out RESULT_VARIABLE status)
  if(NOT status MATCHES "${status_pattern}")
    message(FATAL_ERROR "find_package(encephagen ${arguments}): status ${status}\n${out}")
  endif()
  expect("${out}" "${text}")
endfunction()
find_it("1 REQUIRED COMPONENTS sdk" 0 "${PREFIX}/bin/encephagen")
find_it("${ABI} REQUIRED" 0 "${PREFIX}/bin/encephagen")
find_it("1.99 REQUIRED" 1 "1.99")
find_it("2 REQUIRED" 1 "version: ${ABI}")
find_it("1 REQUIRED COMPONENTS runtime" 1 "encephagen has no component 'runtime'; there is sdk")
