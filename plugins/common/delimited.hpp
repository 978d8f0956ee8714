// Reads delimited text (csv, tsv, semicolons, blanks) into cells, finding out the delimiter by itself.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace files {

struct DelimitedText {
  struct Row {
    std::vector<std::string> cells;  // without surrounding blanks and quotes
    std::string line;                // as it stands in the file, without surrounding blanks
    size_t number;                   // line number in the file, from 1
  };
  std::vector<Row> rows;
  char delimiter = ' ';  // ' ' stands for runs of blanks and tabs
};

// Skips empty lines and comments (# or % at the start of a line); accepts LF, CRLF and CR line ends, a byte order mark,
// and cells in double quotes. The delimiter is the one of tab, semicolon and comma that splits every line into the same
// number of cells (the first line may have one cell less, as R writes headers), of several the one with most cells;
// blanks if none of them does. Throws std::runtime_error naming `file` when the bytes are not text.
DelimitedText read_delimited(std::string_view bytes, const std::string& file);

}  // namespace files
