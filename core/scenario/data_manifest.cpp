// Reads data manifests.
#include "scenario/data_manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/text.hpp"
#include "scenario/diagnostics.hpp"
#include "scenario/table_spec.hpp"
#include "scenario/toml_document.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;

Field text(const char* name, bool required = false) {
  return {.name = name, .type = FieldType::text, .doc = "text", .required = required};
}
Field texts(const char* name) { return {.name = name, .type = FieldType::text_or_list}; }
Field flag(const char* name) { return {.name = name, .type = FieldType::flag}; }

const TableSpec& source_spec() {
  static const TableSpec spec{
      "[[source]]",
      "where files come from",
      {{.name = "id", .type = FieldType::text, .doc = "the name files refer to", .required = true},
       text("repository"),
       text("commit"),
       text("licence"),
       text("licence_file"),
       text("redistribution"),
       text("data_use_terms"),
       texts("citation"),
       text("notes")}};
  return spec;
}

const TableSpec& file_spec() {
  static const TableSpec spec{
      "[[file]]",
      "one file as it was published",
      {{.name = "id", .type = FieldType::text, .doc = "the name datasets refer to", .required = true},
       {.name = "file", .type = FieldType::text, .doc = "the path relative to a data folder", .required = true},
       {.name = "sha256", .type = FieldType::text, .doc = "the SHA-256 of its bytes", .required = true},
       {.name = "bytes", .type = FieldType::integer, .doc = "its size", .required = true, .low = 0},
       {.name = "source", .type = FieldType::text, .doc = "the id of a [[source]]", .required = true},
       {.name = "regions", .type = FieldType::integer, .low = 0},
       {.name = "stats", .type = FieldType::any_map},
       text("url"),
       text("format"),
       text("source_path"),
       text("licence"),
       text("kind"),
       text("meaning"),
       text("unit"),
       text("coordinates"),
       text("orientation"),
       text("hemisphere_order"),
       texts("from_files"),
       texts("caveats"),
       flag("symmetric"),
       flag("zero_diagonal"),
       flag("has_subcortex")}};
  return spec;
}

const TableSpec& dataset_spec() {
  static const TableSpec spec{
      "[[dataset]]",
      "a short id for files that belong together",
      {{.name = "id", .type = FieldType::text, .doc = "the name scenarios refer to", .required = true},
       text("title"),
       {.name = "params", .type = FieldType::any_map},
       {.name = "parts",
        .type = FieldType::any_map,
        .doc = "role = \"id of a [[file]]\"; the first is the main one",
        .required = true}}};
  return spec;
}

const TableSpec& manifest_spec() {
  static const TableSpec spec{
      "a data manifest",
      "",
      {{.name = "schema", .type = FieldType::integer, .doc = "1", .required = true, .low = 1, .high = 1},
       {.name = "source", .type = FieldType::table_list, .table = &source_spec()},
       {.name = "file", .type = FieldType::table_list, .table = &file_spec()},
       {.name = "dataset", .type = FieldType::table_list, .table = &dataset_spec()}}};
  return spec;
}

std::string text_of(const Node& table, std::string_view key) {
  const Node* v = table.find(key);
  return v ? v->text : "";
}

std::vector<std::string> texts_of(const Node& table, std::string_view key) {
  std::vector<std::string> out;
  if (const Node* v = table.find(key))
    for (const auto& i : v->items) out.push_back(i.text);
  return out;
}

bool flag_of(const Node& table, std::string_view key) {
  const Node* v = table.find(key);
  return v && v->flag;
}

DataSource source_of(const Node& t) {
  return {text_of(t, "id"),      text_of(t, "repository"),     text_of(t, "commit"),
          text_of(t, "licence"), text_of(t, "redistribution"), text_of(t, "data_use_terms"),
          text_of(t, "notes"),   texts_of(t, "citation")};
}

DataFile file_of(const Node& t) {
  DataFile f;
  f.id = text_of(t, "id");
  f.file = text_of(t, "file");
  f.sha256 = lower(text_of(t, "sha256"));
  f.url = text_of(t, "url");
  f.format = text_of(t, "format");
  f.kind = text_of(t, "kind");
  f.meaning = text_of(t, "meaning");
  f.unit = text_of(t, "unit");
  f.source = text_of(t, "source");
  f.licence = text_of(t, "licence");
  f.orientation = text_of(t, "orientation");
  if (t.find("symmetric")) f.symmetric = flag_of(t, "symmetric");
  f.from_files = texts_of(t, "from_files");
  f.caveats = texts_of(t, "caveats");
  f.bytes = static_cast<uint64_t>(t.find("bytes")->integer);
  if (const auto* n = t.find("regions")) f.regions = n->integer;
  f.has_subcortex = flag_of(t, "has_subcortex");
  f.at = t.key_position("id");
  return f;
}

// A manifest may come with data from elsewhere: it must not lead out of the data folder or to anything but a download.
void check_file(const Node& t, const DataFile& f, const Manifest& m, Diagnostics& d) {
  const auto value_at = [&](std::string_view key) { return t.find(key)->at; };
  const bool is_hash = f.sha256.size() == 64 && f.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!is_hash)
    d.error(value_at("sha256"), fmt::format("'{}' is no SHA-256: 64 hexadecimal digits are needed", f.sha256));
  const fs::path path(f.file);
  const bool leaves = path.is_absolute() || std::ranges::any_of(path, [](const fs::path& p) { return p == ".."; });
  if (f.file.empty() || leaves)
    d.error(value_at("file"),
            fmt::format("'{}' is no path inside a data folder: it must be relative and free of '..'", f.file));
  const bool is_address =
      f.url.empty() || std::ranges::any_of(std::initializer_list<std::string_view>{"https://", "http://", "file://"},
                                           [&](auto scheme) { return f.url.starts_with(scheme); });
  if (!is_address)
    d.error(value_at("url"),
            fmt::format("'{}' is no address that can be downloaded: https://, http:// or file:// is needed", f.url));
  if (!m.source(f.source)) {
    std::vector<std::string> known;
    for (const auto& s : m.sources) known.push_back(s.id);
    d.error(value_at("source"),
            fmt::format("no [[source]] has the id '{}'{}", f.source, did_you_mean(f.source, known)));
  }
}

DatasetEntry dataset_of(const Node& t, const Manifest& m, Diagnostics& d) {
  DatasetEntry e{text_of(t, "id"), text_of(t, "title"), {}, {}, t.key_position("id")};
  if (const Node* params = t.find("params")) e.params = *params;
  const Node& parts = *t.find("parts");
  if (parts.members.empty()) d.error(parts.at, fmt::format("dataset '{}' has no parts", e.id));
  if (e.id.find('.') != std::string::npos)
    d.error(t.find("id")->at, fmt::format("dataset id '{}' must not contain '.': it separates id and part", e.id));
  for (const auto& part : parts.members) {
    if (!part.value.is(Node::Kind::text)) {
      d.error(part.value.at,
              fmt::format("'{}' needs the id of a [[file]], found {}", part.key, part.value.kind_name()));
    } else if (!m.file(part.value.text)) {
      std::vector<std::string> known;
      for (const auto& f : m.files) known.push_back(f.id);
      d.error(part.value.at,
              fmt::format("no [[file]] has the id '{}'{}", part.value.text, did_you_mean(part.value.text, known)));
    } else {
      e.parts.emplace_back(part.key, part.value.text);
    }
  }
  return e;
}

std::vector<const Node*> tables(const Node& root, std::string_view key) {
  std::vector<const Node*> out;
  if (const Node* list = root.find(key))
    for (const auto& t : list->items) out.push_back(&t);
  return out;
}

void check_unique(const Node& t, const std::string& id, std::set<std::string>& seen, Diagnostics& d) {
  if (!seen.insert(id).second) d.error(t.find("id")->at, fmt::format("the id '{}' was given before", id));
}

template <class T>
const T* by_id(const std::vector<T>& list, std::string_view id) {
  const auto at = std::ranges::find(list, id, [](const T& t) { return std::string_view(t.id); });
  return at == list.end() ? nullptr : &*at;
}

Manifest interpret(Node root, const fs::path& path) {
  Diagnostics d;
  check_table(manifest_spec(), root, d);
  d.throw_if_any();
  Manifest m;
  m.path = path;
  std::set<std::string> source_ids, ids;
  for (const Node* t : tables(root, "source")) {
    m.sources.push_back(source_of(*t));
    check_unique(*t, m.sources.back().id, source_ids, d);
  }
  for (const Node* t : tables(root, "file")) {
    DataFile f = file_of(*t);
    check_file(*t, f, m, d);
    check_unique(*t, f.id, ids, d);
    if (const auto* s = m.source(f.source); s && f.licence.empty()) f.licence = s->licence;
    m.files.push_back(std::move(f));
  }
  for (const Node* t : tables(root, "dataset")) {
    m.datasets.push_back(dataset_of(*t, m, d));
    check_unique(*t, m.datasets.back().id, ids, d);
  }
  d.throw_if_any();
  return m;
}

}  // namespace

MatrixRows DataFile::rows() const {
  const std::string words = lower(orientation);
  if (words.starts_with("undirected")) return MatrixRows::undirected;
  if (words.starts_with("row = source")) return MatrixRows::sources;
  if (words.starts_with("row = target")) return MatrixRows::targets;
  return MatrixRows::unknown;
}

const DataFile* Manifest::file(std::string_view id) const { return by_id(files, id); }
const DataSource* Manifest::source(std::string_view id) const { return by_id(sources, id); }
const DatasetEntry* Manifest::dataset(std::string_view id) const { return by_id(datasets, id); }

Manifest read_manifest(const fs::path& path) {
  try {
    return interpret(read_toml(path), path);
  } catch (const Failure& f) {
    throw Failure(Exit::data_unusable, f.what());
  }
}

}  // namespace encephagen
