# cmake -DOUTPUT=x.cpp -DFOLDER=report_page -DSCRIPT=page.js -P EmbedFiles.cmake: writes the report page's files as C++
# string literals.
file(READ ${FOLDER}/page.html html)
file(READ ${FOLDER}/page.css css)
file(READ ${SCRIPT} js)
file(WRITE ${OUTPUT} "#include \"experiment/report_page.hpp\"\n\nnamespace encephagen::report_page {\n"
  "const std::string_view html = R\"eg_raw(${html})eg_raw\";\n"
  "const std::string_view css = R\"eg_raw(${css})eg_raw\";\n"
  "const std::string_view js = R\"eg_raw(${js})eg_raw\";\n}\n")
