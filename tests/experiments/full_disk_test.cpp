// A disk that is full, a real one of a megabyte, and becomes larger.
#include <sys/mount.h>

#include "ensemble.hpp"

namespace fs = std::filesystem;
using namespace encephagen::testing;

TEST_CASE("full disk: it is told in words, loses the runs in flight only, and the rest is completed later") {
  const auto folder = scratch("full");
  const auto file = experiment(folder, 6), disk = folder / "disk";
  fs::create_directories(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=1m") != 0) {
    MESSAGE("every case of this file was skipped: a small disk needs the right to mount one");
    return;
  }
  REQUIRE(run(file, folder / "whole").status == 0);
  auto said = run(file, disk / "out");
  CAPTURE(said.err);
  CHECK(said.status == 1);
  CHECK(has(said.err, "No space left on device"));
  CHECK(has(said.err, "the runs in flight are lost; "));
  CHECK(has(said.err, "complete them with: encephagen run "));
  const size_t kept = count_runs(disk / "out");
  CHECK(kept >= 1);
  CHECK(kept < 12);
  CHECK(count_runs(disk / "out", ".failed") == 0);  // the disk failed, not the run
  CHECK(count_runs(disk / "out", ".tmp") == 0);
  CHECK(::mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT, "size=64m") == 0);
  said = run(file, disk / "out", "--resume");
  CHECK(said.status == 0);
  CHECK(has(said.err, fmt::format("{} runs done, {} reused", 12 - kept, kept)));
  check_same(folder / "whole", disk / "out");
  CHECK(::umount2(disk.c_str(), MNT_DETACH) == 0);
}
