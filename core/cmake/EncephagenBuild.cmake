# How our own targets are compiled: one standard, strict warnings, reproducible floating point, optional sanitizers.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

# -ffp-contract=off: the same bits on every instruction set. The two -fno flags change no result; without them loops with
# comparisons do not vectorise.
add_library(encephagen_flags INTERFACE)
target_compile_options(encephagen_flags INTERFACE
  $<$<CXX_COMPILER_ID:GNU,Clang>:-Wall -Wextra -Wpedantic -ffp-contract=off -fno-math-errno -fno-trapping-math>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU,Clang>>:-Wconversion>
  # GCC 12 at -O3 sees overlapping copies and uninitialised members in std::string where there are none (GCC bugs 105651,
  # 105562). clang and the sanitizer builds look for the real ones.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized>
  $<$<BOOL:${ENCEPHAGEN_WERROR}>:-Werror>)
if(ENCEPHAGEN_SANITIZE)
  target_compile_options(encephagen_flags INTERFACE -fsanitize=${ENCEPHAGEN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(encephagen_flags INTERFACE -fsanitize=${ENCEPHAGEN_SANITIZE})
  target_compile_definitions(encephagen_flags INTERFACE ENCEPHAGEN_SANITIZED)
endif()

# The SDK as plugin authors see it: headers only.
add_library(encephagen_sdk INTERFACE)
add_library(encephagen::sdk ALIAS encephagen_sdk)
target_include_directories(encephagen_sdk INTERFACE ${CMAKE_CURRENT_LIST_DIR}/../include)

include(EncephagenAddPlugin)

# encephagen_add_test(NAME SOURCES a_test.cpp ... [LIBS ...] [LABELS ...]): a doctest executable, registered with CTest.
# Tests find the repository, the plugins and the reference data through the environment set here.
function(encephagen_add_test name)
  if(NOT ENCEPHAGEN_TESTS)
    return()
  endif()
  cmake_parse_arguments(T "" "" "SOURCES;LIBS;LABELS" ${ARGN})
  add_executable(${name} ${T_SOURCES} ${CMAKE_SOURCE_DIR}/tests/doctest_main.cpp)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE encephagen_flags encephagen::sdk doctest::doctest ${T_LIBS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
  set_tests_properties(${name} PROPERTIES
    ENVIRONMENT "ENCEPHAGEN_SOURCE_DIR=${CMAKE_SOURCE_DIR};ENCEPHAGEN_BINARY_DIR=${CMAKE_BINARY_DIR}"
    SKIP_REGULAR_EXPRESSION "every case of this file was skipped"
    LABELS "${T_LABELS}")
endfunction()
