// man: the manual page in roff, made from the table of options.
#include <fmt/format.h>

#include <iostream>

#include "cli/command_line.hpp"
#include "cli/option_table.hpp"
#include "host/version.hpp"

namespace encephagen::cli {
namespace {

namespace po = boost::program_options;

// Hyphens that are typed stay what they are; a line must not begin like a request.
std::string roff(const std::string& text) {
  std::string out = !text.empty() && (text[0] == '.' || text[0] == '\'') ? "\\&" : "";
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

std::string tagged(const std::string& tag, const std::string& text) { return ".TP\n" + tag + "\n" + roff(text) + "\n"; }

std::string option_tag(const OptionRow& o) {
  std::string out;
  if (o.letter != '\0') out = fmt::format(R"(\fB\-{}\fR, )", o.letter);
  out += fmt::format(R"(\fB\-\-{}\fR)", roff(o.name));
  if (!o.takes_value) return out;
  const char* value = o.value == WordKind::folder ? "DIR" : o.value == WordKind::file ? "FILE" : "VALUE";
  return out + fmt::format(" \\fI{}\\fR", value);
}

std::string page() {
  std::string out = fmt::format(
      ".\\\" Written by `encephagen man`.\n.TH ENCEPHAGEN 1 \"\" \"encephagen {}\" \"User Commands\"\n"
      ".SH NAME\nencephagen \\- whole\\-brain simulation from TOML files and plugins\n"
      ".SH SYNOPSIS\n",
      roff(version_text()));
  for (const auto& v : option_table())
    out += fmt::format(".B encephagen {}\n{}.br\n", v.name, v.usage.empty() ? "" : roff(v.usage) + "\n");
  out +=
      ".SH DESCRIPTION\nA scenario is one network, its inputs, bodies, recordings and analyzers, written in TOML. An "
      "experiment compares\nscenarios and judges claims about them. Models, rules, readers of data and bodies are "
      "plugins.\n.PP\nAnswers go to standard output, logs and progress to standard error. Where a verb has \\-\\-json, "
      "programs can read its answer.\n.SH VERBS\n";
  for (const auto& v : option_table()) {
    out += fmt::format(".SS encephagen {}\n{}.\n", roff(v.name), roff(v.summary));
    for (const auto& o : v.options) out += tagged(option_tag(o), o.text);
  }
  out += ".SH EXIT STATUS\n";
  for (const auto& [status, meaning] : {std::pair{"0", "Success."},
                                        {"1", "The simulation failed, or a state stopped being finite."},
                                        {"2", "The command line is wrong."},
                                        {"3", "The scenario or experiment is not valid."},
                                        {"4", "A plugin is missing or was refused."},
                                        {"5", "Data are missing or corrupt."},
                                        {"6", "The experiment finished, some of its runs failed."},
                                        {"130, 143", "Stopped by SIGINT or SIGTERM; complete runs are kept."}})
    out += tagged(fmt::format(".B {}", status), meaning);
  out += ".SH ENVIRONMENT\n";
  for (const auto& [name, meaning] :
       {std::pair{"ENCEPHAGEN_PLUGIN_PATH", "Folders searched for plugins, separated by colons."},
        {"ENCEPHAGEN_DATA", "Folders searched for datasets, separated by colons."},
        {"SLURM_CPUS_PER_TASK", "How many threads to use where --threads does not say."},
        {"NO_COLOR", "If set, no colours are written to a terminal."}})
    out += tagged(fmt::format(".B {}", name), meaning);
  out += ".SH FILES\n";
  for (const auto& [name, meaning] :
       {std::pair{"~/.local/lib/encephagen/plugins", "Plugins of the user."},
        {"~/.local/share/encephagen/data", "Where `encephagen data fetch` puts datasets."},
        {"PREFIX/lib/encephagen/plugins", "Plugins that came with the program."},
        {"results/NAME", "Where results go without --output."}})
    out += tagged(fmt::format(".I {}", roff(name)), meaning);
  out +=
      ".SH EXAMPLES\n"
      ".nf\nencephagen check scenario.toml\n"
      "encephagen run scenario.toml \\-\\-set run.duration_ms=200 \\-o out\n"
      "encephagen describe neuron core.lif\n"
      "encephagen doctor\n.fi\n"
      ".SH SEE ALSO\n.BR mpirun (1),\n.BR sbatch (1)\n";
  return out;
}

}  // namespace

int verb_man(const Arguments& arguments) {
  po::options_description options("encephagen man");
  options.add_options()("help", "this text");
  const auto given = parse(arguments, options, "", 0);
  if (given.count("help")) return std::cout << options << "\nto read it: encephagen man | man -l -\n", 0;
  std::cout << page();
  return 0;
}

}  // namespace encephagen::cli
