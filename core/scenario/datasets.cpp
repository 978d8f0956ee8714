// Finds datasets by id, checks them against their hashes, downloads them.
#include "scenario/datasets.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

#include "host/failure.hpp"
#include "host/program_folder.hpp"
#include "host/sha256.hpp"
#include "host/text.hpp"
#include "scenario/data_download.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;

void add_folder(std::vector<fs::path>& to, const fs::path& folder) {
  const fs::path normal = folder.lexically_normal();
  if (std::ranges::find(to, normal) == to.end()) to.push_back(normal);
}

fs::path user_data_folder() {
  if (const char* xdg = std::getenv("XDG_DATA_HOME"); xdg && *xdg) return fs::path(xdg) / "encephagen" / "data";
  const char* home = std::getenv("HOME");
  return fs::path(home && *home ? home : "/") / ".local/share/encephagen/data";
}

// A digest is computed once for each state of a file.
std::string known_sha256(const fs::path& path) {
  using State = std::tuple<std::string, uintmax_t, fs::file_time_type>;
  static std::map<State, std::string> known;
  static std::mutex guard;
  const State state{fs::weakly_canonical(path).string(), fs::file_size(path), fs::last_write_time(path)};
  const std::lock_guard lock(guard);
  auto& digest = known[state];
  if (digest.empty()) digest = sha256_of_file(path);
  return digest;
}

std::string list_of(const std::vector<fs::path>& paths) {
  std::string out;
  for (const auto& p : paths) out += "\n    " + p.string();
  return out.empty() ? "\n    (nothing)" : out;
}

}  // namespace

DataSearch default_data_search(const fs::path& scenario_file) {
  DataSearch out;
  if (const fs::path folder = program_folder(); !folder.empty())
    out.manifests.push_back((folder / "../share/encephagen/datasets.toml").lexically_normal());
  std::string_view rest = std::getenv("ENCEPHAGEN_DATA") ? std::getenv("ENCEPHAGEN_DATA") : "";
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    if (const auto part = rest.substr(0, colon); !part.empty()) add_folder(out.folders, fs::absolute(part));
    rest = colon == std::string_view::npos ? "" : rest.substr(colon + 1);
  }
  const auto add_above = [&](fs::path at) {
    for (;; at = at.parent_path()) {
      add_folder(out.folders, at / "../shared/data");
      if (at == at.parent_path()) return;
    }
  };
  add_above(fs::current_path());
  if (!scenario_file.empty()) add_above(fs::absolute(scenario_file).lexically_normal().parent_path());
  out.user_folder = user_data_folder();
  return out;
}

bool DatasetStatus::is_here() const {
  return std::ranges::all_of(parts, [](const PartStatus& p) { return p.path.has_value(); });
}
bool DatasetStatus::is_fetchable() const {
  return std::ranges::all_of(parts, [](const PartStatus& p) { return p.path.has_value() || p.entry->is_published(); });
}

Datasets::Datasets(const fs::path& scenario_file) : Datasets(default_data_search(scenario_file)) {}

Datasets::Datasets(DataSearch search) : search_(std::move(search)) {
  if (!search_.user_folder.empty()) add_folder(search_.folders, search_.user_folder);
  std::vector<fs::path> files = search_.manifests;
  for (const auto& folder : search_.folders) files.push_back(folder / "manifest.toml");
  for (const auto& f : files) {
    std::error_code ec;
    if (fs::exists(f, ec)) manifests_.push_back(read_manifest(f));
  }
}

const DataFile* Datasets::entry(std::string_view id) const {
  const auto known = files_of(id);
  return known.empty() ? nullptr : known.front();
}

const DatasetEntry* Datasets::dataset(std::string_view id) const {
  for (const auto& m : manifests_)
    if (const auto* d = m.dataset(id)) return d;
  return nullptr;
}

const DataSource& Datasets::source(const DataFile& entry) const {
  for (const auto& m : manifests_)
    if (!m.files.empty() && &entry >= m.files.data() && &entry < m.files.data() + m.files.size())
      return *m.source(entry.source);
  throw Failure(Exit::data_unusable, fmt::format("file '{}' is in no manifest", entry.id));
}

// The first is the main one.
std::vector<const DataFile*> Datasets::files_of(std::string_view id) const {
  for (const auto& m : manifests_) {
    if (const auto* d = m.dataset(id)) {
      std::vector<const DataFile*> out;
      for (const auto& [role, file] : d->parts) out.push_back(m.file(file));
      return out;
    }
    if (const auto* f = m.file(id)) return {f};
    const auto dot = id.find('.');
    const auto* d = dot == std::string_view::npos ? nullptr : m.dataset(id.substr(0, dot));
    if (!d) continue;
    for (const auto& [role, file] : d->parts)
      if (role == id.substr(dot + 1)) return {m.file(file)};
  }
  return {};
}

void Datasets::unknown(std::string_view id) const {
  std::vector<std::string> names, roles;
  std::vector<fs::path> manifests;
  for (const auto& m : manifests_) {
    manifests.push_back(m.path);
    for (const auto& d : m.datasets) names.push_back(d.id);
  }
  if (const auto dot = id.find('.'); dot != std::string_view::npos)
    if (const auto* d = dataset(id.substr(0, dot))) {
      for (const auto& [role, file] : d->parts) roles.push_back(role);
      throw Failure(Exit::data_unusable, fmt::format("dataset '{}' has no part '{}'; it has {}", d->id,
                                                     id.substr(dot + 1), join(roles, ", ")));
    }
  std::string near = did_you_mean(id, names);
  if (near.empty()) {
    for (const auto* f : files()) names.push_back(f->id);
    near = did_you_mean(id, names);
  }
  throw Failure(
      Exit::data_unusable,
      fmt::format("no dataset named '{}'{}\n  known from:{}\n  next step: `encephagen data list` shows all ids", id,
                  near, list_of(manifests)));
}

// The shortest way to name a file to `data fetch`.
std::string Datasets::id_for_fetching(const DataFile& entry) const {
  for (const auto& m : manifests_)
    for (const auto& d : m.datasets)
      for (const auto& [role, file] : d.parts)
        if (file == entry.id) return file == d.parts.front().second ? d.id : d.id + "." + role;
  return entry.id;
}

void Datasets::missing(std::string_view id, const DataFile& e) const {
  std::vector<fs::path> looked;
  for (const auto& folder : search_.folders) {
    std::error_code ec;
    if (fs::is_directory(folder, ec) || folder == search_.user_folder.lexically_normal())
      looked.push_back(folder / e.file);
  }
  const std::string by_hand = fmt::format("set ENCEPHAGEN_DATA to the folder that holds '{}'", e.file);
  const std::string next =
      e.is_published()
          ? fmt::format("run `encephagen data fetch {}` ({} bytes, {}), or {}", id, e.bytes, e.licence, by_hand)
          : fmt::format("{}; the file was made by this project and is not published elsewhere", by_hand);
  throw Failure(Exit::data_unusable,
                fmt::format("dataset '{}': file '{}' was not found\n  searched:{}\n  next step: {}", id, e.file,
                            list_of(looked), next));
}

std::string Datasets::difference(const DataFile& e, const fs::path& path) const {
  std::string found;
  try {
    const auto size = fs::file_size(path);
    if (size != e.bytes)
      found = fmt::format("has {} bytes, not {}", size, e.bytes);
    else if (const auto digest = known_sha256(path); digest != e.sha256)
      found = fmt::format("has SHA-256 {}, not {}", digest, e.sha256);
    if (found.empty()) return "";
  } catch (const std::exception& failure) {
    return fmt::format("{}: cannot be read: {}\n  next step: give read permission, or remove it", path.string(),
                       failure.what());
  }
  return fmt::format("{} is not the file that {} names: it {}\n  next step: {}", path.string(), e.at.text(), found,
                     e.is_published() ? fmt::format("remove it and run `encephagen data fetch {}`", id_for_fetching(e))
                                      : "replace it by an intact copy; it is not published elsewhere");
}

std::optional<fs::path> Datasets::locate(const DataFile& e) const {
  for (const auto& folder : search_.folders) {
    std::error_code ec;
    if (fs::is_regular_file(folder / e.file, ec)) return folder / e.file;
  }
  return std::nullopt;
}

const DataFile* Datasets::entry_of_path(const fs::path& path) const {
  std::error_code ec;
  const fs::path wanted = fs::weakly_canonical(path, ec);
  for (const auto* f : files())
    if (const auto at = locate(*f); at && fs::weakly_canonical(*at, ec) == wanted) return f;
  return nullptr;
}

ResolvedDataset Datasets::resolve(std::string_view id) const {
  const auto known = files_of(id);
  if (known.empty()) unknown(id);
  const DataFile& e = *known.front();
  const auto path = locate(e);
  if (!path) missing(id, e);
  if (const auto wrong = difference(e, *path); !wrong.empty())
    throw Failure(Exit::data_unusable, fmt::format("dataset '{}': {}", id, wrong));
  return {std::string(id), *path, e.sha256, e.caveats, &e};
}

std::vector<DatasetStatus> Datasets::list() const {
  std::vector<DatasetStatus> out;
  std::set<std::string> seen;
  for (const auto& m : manifests_)
    for (const auto& d : m.datasets) {
      if (!seen.insert(d.id).second) continue;
      DatasetStatus s{d.id, d.title, {}};
      for (const auto& [role, file] : d.parts) s.parts.push_back({role, m.file(file), locate(*m.file(file))});
      out.push_back(std::move(s));
    }
  return out;
}

std::vector<const DataFile*> Datasets::files() const {
  std::vector<const DataFile*> out;
  std::set<std::string> seen;
  for (const auto& m : manifests_)
    for (const auto& f : m.files)
      if (seen.insert(f.id).second) out.push_back(&f);
  return out;
}

std::vector<Verification> Datasets::verify(std::string_view id) const {
  std::vector<const DataFile*> wanted;
  if (id.empty()) {
    wanted = files();
  } else {
    wanted = files_of(id);
    if (wanted.empty()) unknown(id);
  }
  std::vector<Verification> out;
  for (const auto* e : wanted) {
    const auto path = locate(*e);
    Verification v{e->id, e, Verification::Result::missing, {}, {}};
    if (path) {
      v.path = *path;
      v.text = difference(*e, *path);
      v.result = v.text.empty() ? Verification::Result::good : Verification::Result::differs;
    } else {
      v.text = e->is_published() ? fmt::format("not here; `encephagen data fetch {}` downloads it", id_for_fetching(*e))
                                 : "not here; made by this project, not published elsewhere";
    }
    out.push_back(std::move(v));
  }
  return out;
}

fs::path Datasets::download_checked(const DataFile& e, std::string_view id) const {
  fs::path target = search_.user_folder / e.file;
  const fs::path part = target.string() + fmt::format(".{}.part", ::getpid());
  const auto give_up = [&](const std::string& why) -> Failure {
    std::error_code ec;
    fs::remove(part, ec);
    return {Exit::data_unusable,
            fmt::format("dataset '{}': file '{}' could not be fetched from {}\n  {}", id, e.file, e.url, why)};
  };
  try {
    fs::create_directories(target.parent_path());
    download(e.url, part);
    if (const auto digest = sha256_of_file(part); digest != e.sha256) {
      const std::string& home = source(e).repository;
      throw give_up(fmt::format(
          "what arrived has SHA-256 {}, not {}; it was not kept\n  next step: the address no longer delivers "
          "this file; look for it at {}",
          digest, e.sha256, home.empty() ? "its source" : home));
    }
    fs::rename(part, target);
  } catch (const DownloadFailed& failure) {
    throw give_up(fmt::format("{}\n  next step: check the network connection, or copy the file to {}", failure.what(),
                              target.string()));
  } catch (const fs::filesystem_error& failure) {
    throw give_up(fmt::format("{}\n  next step: make the folder writable, or set XDG_DATA_HOME", failure.what()));
  }
  return target;
}

std::vector<Fetched> Datasets::fetch(std::string_view id, const std::function<void(const DataFile&)>& started) const {
  const auto wanted = files_of(id);
  if (wanted.empty()) unknown(id);
  std::vector<Fetched> out;
  for (const auto* e : wanted) {
    const auto here = locate(*e);
    if (here && difference(*e, *here).empty()) {
      out.push_back({e, Fetched::Result::was_here, *here});
    } else if (e->is_published()) {
      if (started) started(*e);
      out.push_back({e, Fetched::Result::downloaded, download_checked(*e, id)});
    } else {
      out.push_back({e, Fetched::Result::not_published, {}});
    }
  }
  return out;
}

}  // namespace encephagen
