# A plugin binary of an older ABI conforms, and runs beside plugins of today.
include(${CMAKE_CURRENT_LIST_DIR}/commands.cmake)
file(REMOVE_RECURSE ${FOLDER})
file(COPY ${CMAKE_CURRENT_LIST_DIR}/older_abi/encephagen_body_older_cart.so DESTINATION ${FOLDER})
must(out ${FOLDER} ${PREFIX}/bin/encephagen describe body older.cart --plugin-path ${FOLDER})
expect("${out}" "built for plugin ABI 1\\.2 ")
must(out ${FOLDER} ${PREFIX}/bin/encephagen conform ${FOLDER}/encephagen_body_older_cart.so)
must(out ${FOLDER} ${PREFIX}/bin/encephagen run ${CMAKE_CURRENT_LIST_DIR}/older_abi/scenario.toml --plugin-path ${FOLDER} -o ${FOLDER}/results)
expect("${out}" "body_trials +1")
