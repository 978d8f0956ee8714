# The plugin of "How to write a fast neuron" compiles as shown, conforms in both precisions, and runs, the same for every
# width of registers.
include(${CMAKE_CURRENT_LIST_DIR}/shown_output.cmake)
set(page ${SOURCE}/docs/how-to/write-a-fast-neuron.md)
file(REMOVE_RECURSE ${FOLDER})
file(COPY ${SOURCE}/docs/how-to/write-a-fast-neuron/ DESTINATION ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER}/plugins)
execute_process(COMMAND ${COMPILER} -std=c++20 -O3 -fPIC -shared -fvisibility=hidden -ffp-contract=off -I${SOURCE}/core/include lif.cpp
  -o plugins/encephagen_neuron_acme_fast_lif.so -Wl,--version-script=${SOURCE}/core/cmake/plugin.map -Wl,-z,nodelete -Wl,-z,now
  WORKING_DIRECTORY ${FOLDER} COMMAND_ERROR_IS_FATAL ANY)
run_program(answer conform neuron acme.fast_lif --plugin-path plugins)
foreach(lanes 2 4 8)
  set(ENV{ENCEPHAGEN_LANES} ${lanes})
  run_program(answer run scenario.toml --plugin-path plugins -o out_${lanes})
  execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files out_${lanes}/metrics.csv out_2/metrics.csv WORKING_DIRECTORY ${FOLDER}
    COMMAND_ERROR_IS_FATAL ANY)
endforeach()
file(READ ${FOLDER}/lif.cpp code)
file(READ ${page} text)
string(FIND "${text}" "${code}" place)
if(place EQUAL -1)
  message(FATAL_ERROR "${page} does not show lif.cpp as it is")
endif()
