# cmake -DOUTPUT=x.cpp -DFOLDER=templates -P EmbedTemplates.cmake: writes the files below FOLDER as C++ string literals, with
# their paths relative to it.
file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*)
list(SORT files)
set(entries "")
foreach(file ${files})
  file(READ ${FOLDER}/${file} text)
  string(APPEND entries "    {\"${file}\", R\"eg_raw(${text})eg_raw\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"cli/new_plugin.hpp\"\n\nnamespace encephagen::cli {\n"
  "const std::vector<std::pair<std::string, std::string>>& template_files() {\n"
  "  static const std::vector<std::pair<std::string, std::string>> all = {\n${entries}  };\n  return all;\n}\n}\n")
