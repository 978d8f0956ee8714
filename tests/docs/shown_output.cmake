# Runs commands as the documentation shows them and looks for what they print in its pages.

# run_program(OUTPUT arguments...): fails unless the program ends with status 0.
function(run_program output)
  execute_process(COMMAND ${CMAKE_COMMAND} -E env HOME=/nowhere ENCEPHAGEN_PLUGIN_PATH= ${PROGRAM} ${ARGN} WORKING_DIRECTORY ${FOLDER}
    OUTPUT_VARIABLE answer ERROR_VARIABLE log RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "encephagen ${ARGN}: exit status ${status}\n${log}")
  endif()
  set(${output} "${answer}" PARENT_SCOPE)
endfunction()

# expect_shown(PAGE OUTPUT PATTERN): every line of OUTPUT that matches stands in PAGE; there is at least one.
function(expect_shown page output pattern)
  file(READ ${page} text)
  string(REGEX MATCHALL "[^\n]*${pattern}[^\n]*" lines "${output}")
  # Brackets would join elements of a list.
  string(REPLACE "[" "<" lines "${lines}")
  string(REPLACE "]" ">" lines "${lines}")
  string(REPLACE "[" "<" text "${text}")
  string(REPLACE "]" ">" text "${text}")
  if(lines STREQUAL "")
    message(FATAL_ERROR "no line with '${pattern}' in\n${output}")
  endif()
  foreach(line IN LISTS lines)
    string(STRIP "${line}" line)
    string(FIND "${text}" "${line}" place)
    if(place EQUAL -1)
      message(FATAL_ERROR "${page} does not show what the program prints:\n${line}")
    endif()
  endforeach()
endfunction()
