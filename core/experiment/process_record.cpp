// Who works on a folder of results.
#include "experiment/process_record.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>

#include "host/failure.hpp"
#include "host/write_file.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds first_renewal = 500ms, renewal = 5s;
constexpr auto patience = 60s;  // more than clocks of machines differ by, and disks pause

fs::path folder_of(const fs::path& results) { return results / "processes"; }

bool exists(const LivingProcess& p) { return p.host != host_name() || ::kill(p.pid, 0) == 0 || errno == EPERM; }

LivingProcess read(const fs::path& file) {
  LivingProcess out;
  const auto j = Json::parse(text_of_file(file), nullptr, false);
  if (!j.is_object()) return out;
  out.host = j.value("host", "");
  out.pid = j.value("pid", pid_t{0});
  out.state = {j.value("threads", 1u), j.value("elapsed_s", 0.0), j.value("simulated_s", 0.0),
               j.value("running", std::vector<size_t>{})};
  return out;
}

}  // namespace

ProcessRecord::ProcessRecord(const fs::path& folder, std::function<ProcessState()> state)
    : file_(folder_of(folder) / fmt::format("{}.{}.json", host_name(), ::getpid())), state_(std::move(state)) {
  renew();
  thread_ = std::thread([this] { keep_renewing(); });
}

ProcessRecord::~ProcessRecord() {
  {
    const std::lock_guard guard(lock_);
    is_over_ = true;
  }
  wake_.notify_one();
  thread_.join();
  std::error_code ec;
  fs::remove(file_, ec);
  fs::remove(file_.parent_path(), ec);  // unless others are in it
}

void ProcessRecord::renew() const {
  const auto state = state_();
  const nlohmann::ordered_json j{{"host", host_name()},
                                 {"pid", ::getpid()},
                                 {"threads", state.threads},
                                 {"elapsed_s", state.elapsed_s},
                                 {"simulated_s", state.simulated_s},
                                 {"running", state.running}};
  try {
    make_folder(file_.parent_path());
    const fs::path unfinished = unfinished_name(file_);
    write_file(unfinished, j.dump() + "\n");
    std::error_code ec;
    fs::rename(unfinished, file_, ec);
  } catch (const StorageFailure&) {
    return;
  }
}

void ProcessRecord::keep_renewing() {
  std::unique_lock guard(lock_);
  for (auto pause = first_renewal; !wake_.wait_for(guard, pause, [&] { return is_over_; }); pause = renewal) renew();
}

std::vector<LivingProcess> living_processes(const fs::path& folder) {
  std::vector<LivingProcess> out;
  std::error_code ec;
  const auto now = fs::file_time_type::clock::now();
  for (const auto& entry : fs::directory_iterator(folder_of(folder), ec)) {
    if (entry.path().extension() != ".json") continue;
    const auto renewed = entry.last_write_time(ec);
    auto process = read(entry.path());
    if (ec || process.pid == 0 || now - renewed > patience || !exists(process)) continue;
    out.push_back(std::move(process));
  }
  std::ranges::sort(out, {}, [](const LivingProcess& p) { return std::pair(p.host, p.pid); });
  return out;
}

void forget_dead_processes(const fs::path& folder) {
  std::error_code ec;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder_of(folder), ec))
    // What has no name yet may belong to a process that begins just now.
    if (entry.path().extension() == ".json" || fs::file_time_type::clock::now() - entry.last_write_time(ec) > patience)
      files.push_back(entry.path());
  const auto alive = living_processes(folder);
  for (const auto& file : files) {
    const bool is_needed = std::ranges::any_of(
        alive, [&](const LivingProcess& p) { return file.filename() == fmt::format("{}.{}.json", p.host, p.pid); });
    if (!is_needed) fs::remove(file, ec);
  }
}

}  // namespace encephagen
