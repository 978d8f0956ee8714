// Projections whose synapses stand in a file: what can be said of it before the network is built.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>

#include "host/text.hpp"
#include "scenario/scenario_resolver.hpp"

namespace encephagen {
namespace {

std::string without_blanks(std::string line) {
  std::erase_if(line, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
  return line;
}

// The next line that is not empty.
bool next_line(std::istream& in, std::string& line, size_t& number) {
  while (std::getline(in, line)) {
    ++number;
    line = without_blanks(line);
    if (!line.empty()) return true;
  }
  return false;
}

}  // namespace

void Resolver::listed_rule(Node& t, ProjectionSpec& p) {
  Node& file = *t.find("rule")->find("file");
  const std::filesystem::path name = file.text;
  const bool is_csv = name.extension() == ".csv";
  if (!is_csv && name.extension() != ".h5") {
    d_.error(file.at, fmt::format("'file' = \"{}\" is neither a .csv (source,target,weight) nor a .h5 of saved weights",
                                  file.text));
    return;
  }
  const auto path = paths_.file(file.text, file.at, d_);
  if (!path) return;
  s_.data_files.emplace_back(file.text, *path);
  file.text = *path;  // resolved.toml lies in another folder
  p.rule.file = *path;
  if (!is_csv) return;
  std::ifstream in(*path, std::ios::binary);
  std::string line;
  size_t number = 0;
  if (!in || !next_line(in, line, number) ||
      (line != "source,target,weight" && line != "source,target,weight,delay_ms")) {
    d_.error(file.at,
             fmt::format("{}:{}: the first line is source,target,weight or source,target,weight,delay_ms", *path,
                         std::max<size_t>(number, 1)),
             Exit::data_unusable);
    return;
  }
  const auto n_columns = std::ranges::count(line, ',');
  while (next_line(in, line, number)) {
    if (std::ranges::count(line, ',') != n_columns) {
      d_.error(file.at,
               fmt::format("{}:{}: a synapse is written {}", *path, number,
                           n_columns == 2 ? "source,target,weight" : "source,target,weight,delay_ms"),
               Exit::data_unusable);
      return;
    }
    p.rule.value += 1;
  }
}

// Which port it is has been decided by the key: by 'port', or the sign of 'weight'.
void Resolver::check_listed_sign(const ProjectionSpec& p, const View& v) {
  if (p.rule.file.extension() != ".csv") return;
  std::ifstream in(p.rule.file, std::ios::binary);
  std::string line;
  size_t number = 0;
  if (!next_line(in, line, number) || !next_line(in, line, number)) return;
  const auto first = line.find(',');
  const auto second = first == std::string::npos ? first : line.find(',', first + 1);
  if (second == std::string::npos) return;
  double weight = 0;
  const char* begin = line.data() + second + 1;
  if (std::from_chars(begin, line.data() + line.size(), weight).ec != std::errc{}) return;
  const auto& port = s_.populations[p.to].unit().inputs[p.port];
  if (port.sign == EG_SIGN_ANY || weight == 0 || (weight < 0) == (port.sign == EG_SIGN_INHIBITORY)) return;
  d_.error(v.at("rule"),
           fmt::format("{}:{}: a weight of {} does not suit port '{}', which is {}; name the port, port = \"...\"",
                       p.rule.file.string(), number, weight, port.name,
                       port.sign == EG_SIGN_INHIBITORY ? "inhibitory" : "excitatory"));
}

}  // namespace encephagen
