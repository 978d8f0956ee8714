# cmake -DOUTPUT=page.js -DFOLDER=report_page -DLOCK=third_party/web -DPACKAGES=build/web -DWEB=AUTO|ON|OFF -P WebBundle.cmake
# One script out of the modules of the report page and the libraries they use: with esbuild, from the npm registry by
# the lock file. Where these cannot be had, without them (PlainBundle.cmake), and the page says why; with WEB=ON that is
# an error. What npm or esbuild finds wrong with our files always is.
cmake_minimum_required(VERSION 3.25)
cmake_path(GET OUTPUT PARENT_PATH folder)
file(MAKE_DIRECTORY ${folder} ${PACKAGES})

function(bundle_without reason)
  if(WEB STREQUAL "ON")
    message(FATAL_ERROR "The report page needs web libraries (ENCEPHAGEN_WEB=ON), and ${reason}.")
  endif()
  message("-- The report page is built without its web libraries, since ${reason}: bodies and brains are drawn in two "
    "dimensions, everything else is there. Later: touch third_party/web/package-lock.json and build again.")
  set(REASON "${reason}")
  include(${CMAKE_CURRENT_LIST_DIR}/PlainBundle.cmake)
endfunction()

if(WEB STREQUAL "OFF")
  bundle_without("ENCEPHAGEN_WEB is OFF")
  return()
endif()
find_program(npm npm)
find_program(node NAMES node nodejs)
if(NOT npm OR NOT node)
  bundle_without("npm or Node.js is not installed")
  return()
endif()

# The tests install the same packages at the same place: whoever comes first.
file(SHA256 ${LOCK}/package-lock.json wanted)
set(installed none)
if(EXISTS ${PACKAGES}/installed-lock.json)
  file(SHA256 ${PACKAGES}/installed-lock.json installed)
endif()
if(NOT installed STREQUAL wanted)
  file(COPY ${LOCK}/package.json ${LOCK}/package-lock.json DESTINATION ${PACKAGES})
  execute_process(COMMAND ${npm} ci --ignore-scripts --no-audit --no-fund --prefer-offline --fetch-retries=1 --fetch-timeout=60000
    WORKING_DIRECTORY ${PACKAGES} OUTPUT_VARIABLE log ERROR_VARIABLE log RESULT_VARIABLE failed)
  file(WRITE ${PACKAGES}/npm.log "${log}")
  if(failed)
    if(log MATCHES "code (ENOTFOUND|EAI_AGAIN|ECONN[A-Z]*|E?TIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|E5[0-9][0-9]|FETCH_ERROR)")
      bundle_without("the npm registry cannot be reached (${PACKAGES}/npm.log)")
      return()
    endif()
    message(FATAL_ERROR "npm could not install third_party/web/package-lock.json:\n${log}")
  endif()
  file(COPY_FILE ${PACKAGES}/package-lock.json ${PACKAGES}/installed-lock.json)
endif()

# Modules lie outside of node_modules' folder: NODE_PATH tells where to look for 'three'.
execute_process(COMMAND ${CMAKE_COMMAND} -E env NODE_PATH=${PACKAGES}/node_modules ${PACKAGES}/node_modules/.bin/esbuild
  ${FOLDER}/main.js --bundle --minify --format=iife --target=chrome92,firefox113,safari16.4 --charset=utf8 --legal-comments=eof
  --log-level=warning --outfile=${OUTPUT} ERROR_VARIABLE log RESULT_VARIABLE failed)
if(failed)
  file(REMOVE ${OUTPUT})
  message(FATAL_ERROR "esbuild could not bundle the report page:\n${log}")
endif()
