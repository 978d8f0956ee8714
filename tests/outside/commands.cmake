# What the scripts of this folder share: commands that must succeed, with the program of the installed prefix.
set(ENV{HOME} /nowhere)
set(ENV{ENCEPHAGEN_PLUGIN_PATH} "")
if(NOT LAUNCHER)
  set(LAUNCHER "")
endif()

# must(OUTPUT WORKING_DIRECTORY command...): fails with what it printed unless it ends with status 0.
function(must output folder)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${folder} OUTPUT_VARIABLE out ERROR_VARIABLE err RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}: status ${status}\n${out}\n${err}")
  endif()
  set(${output} "${out}" PARENT_SCOPE)
endfunction()

# expect(TEXT REGEX): fails unless the text matches.
function(expect text pattern)
  if(NOT "${text}" MATCHES "${pattern}")
    message(FATAL_ERROR "nothing like '${pattern}' in\n${text}")
  endif()
endfunction()

# build_and_test(SOURCE N): configures, builds without a warning and runs its N tests.
function(build_and_test source n)
  set(build ${source}/build)
  if(DEFINED OUTPUT)
    set(build ${OUTPUT})
  endif()
  must(out ${FOLDER} ${CMAKE_COMMAND} -S ${source} -B ${build} -G Ninja -D CMAKE_PREFIX_PATH=${PREFIX} -D CMAKE_CXX_COMPILER=${COMPILER}
    -D CMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} -D CMAKE_COMPILE_WARNING_AS_ERROR=ON)
  must(out ${FOLDER} ${CMAKE_COMMAND} --build ${build} -j 2)
  cmake_path(GET CMAKE_COMMAND PARENT_PATH bin)
  must(out ${FOLDER} ${bin}/ctest --test-dir ${build} --output-on-failure)
  expect("${out}" "100% tests passed, 0 tests failed out of ${n}")
endfunction()
