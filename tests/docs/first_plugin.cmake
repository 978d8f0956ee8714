# The plugin of the tutorial "Your first plugin" compiles as shown, conforms and runs.
include(${CMAKE_CURRENT_LIST_DIR}/shown_output.cmake)
set(page ${SOURCE}/docs/tutorials/first-plugin.md)
file(REMOVE_RECURSE ${FOLDER})
file(COPY ${SOURCE}/docs/tutorials/first-plugin/ DESTINATION ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER}/plugins)
execute_process(COMMAND ${COMPILER} -std=c++20 -O2 -fPIC -shared -fvisibility=hidden -ffp-contract=off -I${SOURCE}/core/include lif.cpp
  -o plugins/encephagen_neuron_acme_lif.so -Wl,--version-script=${SOURCE}/core/cmake/plugin.map -Wl,-z,nodelete -Wl,-z,now
  WORKING_DIRECTORY ${FOLDER} COMMAND_ERROR_IS_FATAL ANY)
run_program(answer conform neuron acme.lif --plugin-path plugins)
run_program(answer run scenario.toml --plugin-path plugins -o out)
expect_shown(${page} "${answer}" "rate_hz")
file(READ ${FOLDER}/lif.cpp code)
file(READ ${page} text)
string(FIND "${text}" "${code}" place)
if(place EQUAL -1)
  message(FATAL_ERROR "${page} does not show lif.cpp as it is")
endif()
