// The encephagen command.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "cli/command_line.hpp"
#include "host/plugin_call.hpp"
#include "host/text.hpp"
#include "host/version.hpp"

namespace encephagen::cli {

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> all = {
      {"run", "FILE [--set key=value]... [-o DIR] [--threads N] [--seed N] [--resume] [--shard I/N] [--sbatch N]",
       "run a scenario or an experiment; an experiment also under mpirun", verb_run},
      {"status", "DIR", "how far an experiment has come", verb_status},
      {"check", "FILE...", "everything but running; all errors at once", verb_check},
      {"list", "[KIND]", "plugins that are installed", verb_list},
      {"describe", "KIND NAME | --all [-o DIR]", "what a plugin declares", verb_describe},
      {"schema", "[KIND NAME | --all] [-o DIR]", "JSON Schemas for editors", verb_schema},
      {"conform", "KIND NAME | FILE.so", "the conformance kit", verb_conform},
      {"new-plugin", "KIND VENDOR.NAME [-o DIR]", "a folder of a plugin of your own that builds, tests and runs",
       verb_new_plugin},
      {"data", "list | verify | fetch | audit [ID or FILE]", "datasets", verb_data},
      {"claims", "DIR... [--published]", "verdicts of the experiments below folders, one table", verb_claims},
      {"report", "DIR [-o FILE] [--figures DIR] [--summary DIR]",
       "one self-contained HTML page of results, its figures, or its summary", verb_report},
      {"bench", "[NAME]", "the benchmark program", verb_bench},
      {"doctor", "", "whether plugins, data and tools are there, and what to do where they are not", verb_doctor},
      {"completion", "bash | zsh | fish", "a completion script for a shell", verb_completion},
      {"man", "", "the manual page", verb_man}};
  return all;
}

namespace {

// Memory that one run of an ensemble frees serves the next: handing it back to the system and being given it again,
// zeroed page by page, took a twentieth of small runs.
void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
}

void print_help() {
  fmt::print("encephagen {}: whole-brain simulation from TOML files and plugins\n\nusage: encephagen VERB ...\n",
             version_text());
  for (const auto& v : verbs()) fmt::print("  {:<10} {}\n             {}\n", v.name, v.usage, v.summary);
  fmt::print(
      "\nencephagen VERB --help tells a verb's options.\n"
      "exit status: 0 success; 1 simulation failed; 2 usage; 3 scenario invalid; 4 plugin missing or refused;\n"
      "             5 data missing or corrupt; 6 some runs of an experiment failed; 130/143 stopped by a signal\n");
}

int dispatch(int argc, char** argv) {
  Arguments arguments(argv + 1, argv + argc);
  if (arguments.empty()) {
    print_help();
    return static_cast<int>(Exit::usage);
  }
  const std::string name = arguments.front();
  arguments.erase(arguments.begin());
  if (name == "help" || name == "--help" || name == "-h") return print_help(), 0;
  if (name == "--version") return fmt::print("encephagen {}\n", version_text()), 0;
  std::vector<std::string> names;
  for (const auto& v : verbs()) {
    if (name == v.name) return v.run(arguments);
    names.emplace_back(v.name);
  }
  throw Failure(Exit::usage,
                fmt::format("there is no verb '{}'{}; see encephagen help", name, did_you_mean(name, names)));
}

}  // namespace
}  // namespace encephagen::cli

int main(int argc, char** argv) {
  encephagen::install_crash_handler();
  encephagen::cli::keep_freed_memory();
  try {
    return encephagen::cli::dispatch(argc, argv);
  } catch (const encephagen::Failure& e) {
    fmt::print(stderr, "error: {}\n", e.what());
    return static_cast<int>(e.status());
  } catch (const std::exception& e) {
    fmt::print(stderr, "error: {}\n", e.what());
    return static_cast<int>(encephagen::Exit::simulation_failed);
  }
}
