# cmake -DOUTPUT=x.cpp -DNETWORKS="a.toml;pd=b.toml" -P EmbedBenchmarks.cmake: writes files as C++ string literals, under
# their stem or the name before '='.
set(entries "")
foreach(file ${NETWORKS})
  if(file MATCHES "^(.*)=(.*)$")
    set(name ${CMAKE_MATCH_1})
    set(file ${CMAKE_MATCH_2})
  else()
    cmake_path(GET file STEM name)
  endif()
  file(READ ${file} text)
  # A literal has at most 64 KiB in the standard; its neighbours are joined.
  string(REPLACE "\n[[" ")eg_raw\"\nR\"eg_raw(\n[[" text "${text}")
  string(APPEND entries "    {\"${name}\", R\"eg_raw(${text})eg_raw\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"experiment/benchmark.hpp\"\n\nnamespace encephagen {\n"
  "const std::vector<std::pair<std::string, std::string>>& benchmark_networks() {\n"
  "  static const std::vector<std::pair<std::string, std::string>> all = {\n${entries}  };\n  return all;\n}\n}\n")
