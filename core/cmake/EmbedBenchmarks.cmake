# cmake -DOUTPUT=x.cpp -DFOLDER=networks -P EmbedBenchmarks.cmake: writes every FOLDER/NAME.toml as a C++ string literal.
file(GLOB files ${FOLDER}/*.toml)
set(entries "")
foreach(file ${files})
  file(READ ${file} text)
  cmake_path(GET file STEM name)
  string(APPEND entries "    {\"${name}\", R\"eg_raw(${text})eg_raw\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"experiment/benchmark.hpp\"\n\nnamespace encephagen {\n"
  "const std::vector<std::pair<std::string, std::string>>& benchmark_networks() {\n"
  "  static const std::vector<std::pair<std::string, std::string>> all = {\n${entries}  };\n  return all;\n}\n}\n")
