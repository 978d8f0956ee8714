# A plugin with Eigen inside, built with -march=native: neither the library's types nor the processor's may cross the boundary.
include(${CMAKE_CURRENT_LIST_DIR}/commands.cmake)
file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
set(OUTPUT ${FOLDER}/build)
build_and_test(${CMAKE_CURRENT_LIST_DIR}/eigen_native 2)
