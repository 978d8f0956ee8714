# cmake -DOUTPUT=x.cpp -DFOLDER=configs/bodies -P EmbedModels.cmake: writes our MJCF files as C++ string literals.
set(text "#include \"our_models.hpp\"\n\nnamespace physics {\n")
foreach(name cartpole one_leg walker)
  file(READ ${FOLDER}/${name}.xml mjcf)
  string(APPEND text "const std::string_view ${name}_mjcf = R\"eg_raw(${mjcf})eg_raw\";\n")
endforeach()
file(WRITE ${OUTPUT} "${text}}\n")
