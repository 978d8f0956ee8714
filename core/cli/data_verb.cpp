// data: list, verify, fetch and audit datasets.
#include <fmt/format.h>

#include <iostream>

#include "cli/command_line.hpp"
#include "host/text.hpp"
#include "scenario/audit_command.hpp"
#include "scenario/data_commands.hpp"

namespace encephagen::cli {

namespace po = boost::program_options;

int verb_data(const Arguments& arguments) {
  po::options_description options("encephagen data list | verify [ID...] | fetch ID... | audit ID or FILE");
  options.add_options()("json", po::bool_switch(), "answer in JSON")("files", po::bool_switch(),
                                                                     "list: every file of the manifests too")(
      "rows", po::value<std::string>(),
      "audit: what the rows of the file are, targets or sources; default: what the manifest says")(
      "set", po::value<std::vector<std::string>>(), "audit: key=value for the connectome plugin (repeatable)")(
      "reference", po::value<std::string>(), "audit: another connectome to compare labels with; none: no comparison")(
      "help", "this text");
  add_plugin_options(options);
  const auto given = parse(arguments, options, "what", -1);
  if (given.count("help")) return std::cout << options << "\n", 0;
  auto what = texts(given, "what");
  if (what.empty()) throw Failure(Exit::usage, "data needs one of list, verify, fetch, audit");
  const std::string action = what.front();
  what.erase(what.begin());
  const bool json = given["json"].as<bool>();
  const Datasets datasets;
  if (action == "list") return run_data_list(datasets, std::cout, json, given["files"].as<bool>());
  if (action == "verify") return run_data_verify(datasets, what, std::cout, json);
  if (action == "fetch") {
    if (what.empty())
      throw Failure(Exit::usage, "data fetch needs the id of a dataset; `encephagen data list` shows them");
    return run_data_fetch(datasets, what, std::cout, std::cerr, json);
  }
  if (action == "audit") {
    if (what.size() != 1) throw Failure(Exit::usage, "data audit needs the id of a dataset or a file");
    AuditOptions audit;
    audit.target = what[0];
    audit.json = json;
    if (given.count("rows")) {
      const auto rows = given["rows"].as<std::string>();
      if (rows != "targets" && rows != "sources")
        throw Failure(Exit::usage, fmt::format("--rows {}: is targets or sources", rows));
      audit.load.rows = rows == "targets" ? MatrixRows::targets : MatrixRows::sources;
    }
    for (const auto& text : texts(given, "set")) {
      const auto equals = text.find('=');
      if (equals == std::string::npos) throw Failure(Exit::usage, fmt::format("--set {}: write key=value", text));
      audit.load.params.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    if (given.count("reference")) audit.reference = given["reference"].as<std::string>();
    const auto registry = make_registry(given);
    return run_audit(audit, *registry, datasets, std::cout);
  }
  throw Failure(Exit::usage, fmt::format("there is no 'data {}'{}", action,
                                         did_you_mean(action, {"list", "verify", "fetch", "audit"})));
}

}  // namespace encephagen::cli
