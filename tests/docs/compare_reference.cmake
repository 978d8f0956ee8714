# Writes the reference pages anew and compares them byte for byte with the committed ones.
file(REMOVE_RECURSE ${FRESH})
execute_process(COMMAND ${CMAKE_COMMAND} -E env HOME=/nowhere ENCEPHAGEN_PLUGIN_PATH= ${PROGRAM} describe --all -o ${FRESH} COMMAND_ERROR_IS_FATAL ANY)
foreach(name plugins.md language.md verbs.md)
  execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${FRESH}/${name} ${COMMITTED}/${name} RESULT_VARIABLE differs)
  if(differs)
    message(FATAL_ERROR "docs/reference/${name} is out of date: run encephagen describe --all -o docs/reference and commit it")
  endif()
endforeach()
