// status: how far an experiment has come.
#include <iostream>

#include "cli/command_line.hpp"
#include "experiment/status.hpp"

namespace encephagen::cli {

namespace po = boost::program_options;

int verb_status(const Arguments& arguments) {
  po::options_description options("encephagen status DIR");
  options.add_options()("json", po::bool_switch(), "answer in JSON")("help", "this text");
  const auto given = parse(arguments, options, "folder", 1);
  if (given.count("help")) return std::cout << options << "\n", 0;
  const auto folders = texts(given, "folder");
  if (folders.empty()) throw Failure(Exit::usage, "status needs the folder of an experiment's results");
  const auto status = experiment_status(folders[0]);
  std::cout << (given["json"].as<bool>() ? status_json(status) : status_text(status));
  return 0;
}

}  // namespace encephagen::cli
