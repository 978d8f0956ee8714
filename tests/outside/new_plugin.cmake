# The way of an author: a folder from new-plugin, built against the installed prefix without a warning, its three tests
# (conformance, unit, scenario), and the scenario run as the folder's README says.
include(${CMAKE_CURRENT_LIST_DIR}/commands.cmake)
file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
must(out ${FOLDER} ${PREFIX}/bin/encephagen new-plugin ${KIND} acme.outsider)
expect("${out}" "-D CMAKE_PREFIX_PATH=${PREFIX}\n")
build_and_test(${FOLDER}/outsider 3)
must(out ${FOLDER}/outsider ${PREFIX}/bin/encephagen run scenario.toml -o results)
expect("${out}" "1 run done, 0 reused, 0 failed")
file(READ ${FOLDER}/outsider/results/run.json record)
expect("${record}" "acme.outsider")
