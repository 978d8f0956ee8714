// What `encephagen data list`, `verify` and `fetch` print.
#include "scenario/data_commands.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/failure.hpp"

namespace encephagen {
namespace {

using Json = nlohmann::ordered_json;

constexpr int good = static_cast<int>(Exit::success), bad = static_cast<int>(Exit::data_unusable);

std::string size_text(uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  if (bytes < 1000 * 1000) return fmt::format("{} kB", (bytes + 500) / 1000);
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

Json json_of(const DataFile& f) {
  return {{"id", f.id},           {"file", f.file},       {"kind", f.kind},
          {"meaning", f.meaning}, {"regions", f.regions}, {"orientation", f.orientation},
          {"licence", f.licence}, {"bytes", f.bytes},     {"sha256", f.sha256},
          {"url", f.url},         {"caveats", f.caveats}};
}

Json path_json(const std::optional<std::filesystem::path>& path) { return path ? Json(path->string()) : Json(nullptr); }

std::string state_of(const DatasetStatus& s) {
  if (s.is_here()) return "here";
  size_t found = 0;
  for (const auto& p : s.parts) found += p.path.has_value();
  const std::string how = s.is_fetchable()                        ? "fetch"
                          : s.parts.front().entry->is_published() ? "fetch in part"
                                                                  : "not published";
  return found == 0 ? how : fmt::format("{} of {} here, {}", found, s.parts.size(), how);
}

void list_files(const Datasets& datasets, std::ostream& out) {
  size_t id = 2, place = 4;
  for (const auto* f : datasets.files()) id = std::max(id, f->id.size()), place = std::max(place, f->file.size());
  fmt::print(out, "\n{:<{}}  {:<{}}  {:>8}  {:<5}  {}\n", "FILE ID", id, "FILE", place, "SIZE", "HERE", "WHAT");
  for (const auto* f : datasets.files())
    fmt::print(out, "{:<{}}  {:<{}}  {:>8}  {:<5}  {}\n", f->id, id, f->file, place, size_text(f->bytes),
               datasets.locate(*f) ? "yes" : "no", f->meaning);
}

}  // namespace

int run_data_list(const Datasets& datasets, std::ostream& out, bool json, bool all_files) {
  const auto list = datasets.list();
  if (json) {
    Json answer{{"datasets", Json::array()}, {"searched", Json::array()}};
    for (const auto& folder : datasets.search().folders) answer["searched"].push_back(folder.string());
    for (const auto& s : list) {
      Json one{{"id", s.id},
               {"title", s.title},
               {"here", s.is_here()},
               {"fetchable", s.is_fetchable()},
               {"parts", Json::object()}};
      for (const auto& p : s.parts) {
        one["parts"][p.role] = json_of(*p.entry);
        one["parts"][p.role]["path"] = path_json(p.path);
      }
      answer["datasets"].push_back(std::move(one));
    }
    if (all_files) {
      answer["files"] = Json::array();
      for (const auto* f : datasets.files()) {
        answer["files"].push_back(json_of(*f));
        answer["files"].back()["path"] = path_json(datasets.locate(*f));
      }
    }
    fmt::print(out, "{}\n", answer.dump(2));
    return good;
  }
  size_t id = 2, state = 5;
  for (const auto& s : list) id = std::max(id, s.id.size()), state = std::max(state, state_of(s).size());
  fmt::print(out, "{:<{}}  {:<{}}  {:>7}  {}\n", "ID", id, "STATE", state, "REGIONS", "WHAT");
  for (const auto& s : list)
    fmt::print(out, "{:<{}}  {:<{}}  {:>7}  {}\n", s.id, id, state_of(s), state, s.parts.front().entry->regions,
               s.title);
  if (all_files) list_files(datasets, out);
  fmt::print(out, "\nsearched:\n");
  for (const auto& folder : datasets.search().folders) {
    std::error_code ec;
    if (std::filesystem::is_directory(folder, ec)) fmt::print(out, "  {}\n", folder.string());
  }
  fmt::print(out, "`encephagen data fetch ID` downloads what can be fetched to {}\n",
             datasets.search().user_folder.string());
  return good;
}

int run_data_verify(const Datasets& datasets, const std::vector<std::string>& ids, std::ostream& out, bool json) {
  std::vector<Verification> all;
  if (ids.empty()) all = datasets.verify();
  for (const auto& id : ids)
    for (auto& v : datasets.verify(id)) all.push_back(std::move(v));
  static constexpr const char* words[] = {"good", "missing", "differs"};
  size_t count[3] = {0, 0, 0};
  Json answer{{"files", Json::array()}};
  for (const auto& v : all) {
    const auto result = static_cast<size_t>(v.result);
    ++count[result];
    if (json)
      answer["files"].push_back({{"id", v.id},
                                 {"file", v.entry->file},
                                 {"result", words[result]},
                                 {"path", v.path.string()},
                                 {"text", v.text}});
    else if (v.result != Verification::Result::good && !(ids.empty() && v.result == Verification::Result::missing))
      fmt::print(out, "{}  {}: {}\n", words[result], v.id, v.text);
  }
  const bool is_fault = count[2] > 0 || (!ids.empty() && count[1] > 0);
  if (json)
    fmt::print(out, "{}\n", (answer["good"] = !is_fault, answer.dump(2)));
  else
    fmt::print(out, "{} files good, {} missing, {} differ\n", count[0], count[1], count[2]);
  return is_fault ? bad : good;
}

int run_data_fetch(const Datasets& datasets, const std::vector<std::string>& ids, std::ostream& out, std::ostream& log,
                   bool json) {
  static constexpr const char* words[] = {"downloaded", "was here", "not published"};
  int status = good;
  Json answer{{"files", Json::array()}};
  for (const auto& id : ids) {
    const auto all = datasets.fetch(id, [&](const DataFile& f) {
      fmt::print(log, "fetching {} ({}, licence {})\n", f.file, size_text(f.bytes), f.licence);
      log.flush();
    });
    if (all.front().result == Fetched::Result::not_published) status = bad;
    for (const auto& f : all) {
      const char* word = words[static_cast<size_t>(f.result)];
      if (json)
        answer["files"].push_back(
            {{"id", f.entry->id}, {"file", f.entry->file}, {"result", word}, {"path", f.path.string()}});
      else if (f.result == Fetched::Result::not_published)
        fmt::print(out,
                   "not published  {}: made by this project, not published elsewhere; set ENCEPHAGEN_DATA to a folder "
                   "that holds it\n",
                   f.entry->file);
      else
        fmt::print(out, "{:<13}  {}\n", word, f.path.string());
    }
  }
  if (json) fmt::print(out, "{}\n", answer.dump(2));
  return status;
}

}  // namespace encephagen
